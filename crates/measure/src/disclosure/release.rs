//! A table as it was published, and the difference between two of them.
//!
//! Two harmless tables can name a child together: what the second has and the first had not is one
//! new case. So a release is refused when a cell of it differs from the same cell of an earlier one
//! by less than a publishable count.

use serde::{Deserialize, Serialize};

use crate::disclosure::suppress::{Rule, Suppression};
use crate::disclosure::table::Tabulation;

/// A cell as readers see it: one symbol for whatever is withheld, whyever it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedCell {
    /// The category in each dimension, or "Total".
    pub labels: Vec<String>,
    /// The children; none when withheld.
    pub children: Option<u64>,
}

/// A published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its cells.
    pub cells: Vec<ReleasedCell>,
}

/// A cell that differs too little from an earlier release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error(
    "{} went from {earlier} to {later}: the difference is a group too small to publish; wait until it has grown, or withhold the cell",
    .labels.join(", ")
)]
pub struct SmallDifference {
    /// The cell.
    pub labels: Vec<String>,
    /// What was published.
    pub earlier: u64,
    /// What would be published.
    pub later: u64,
}

impl Release {
    /// What readers see of a table.
    pub fn new(table: &Tabulation, suppression: &Suppression) -> Self {
        let cells = table
            .cells()
            .iter()
            .zip(&suppression.withheld)
            .map(|(cell, &withheld)| ReleasedCell {
                labels: table.labels(cell),
                children: (!withheld).then_some(cell.children),
            })
            .collect();
        Self { cells }
    }
}

/// The cells of `later` that may not be published beside `earlier`; none when it is safe.
pub fn compare_releases(earlier: &Release, later: &Release, rule: &Rule) -> Vec<SmallDifference> {
    let mut small = Vec::new();
    for cell in &later.cells {
        let Some(now) = cell.children else { continue };
        let before = earlier.cells.iter().find(|other| other.labels == cell.labels);
        let Some(before) = before.and_then(|other| other.children) else { continue };
        let difference = now.abs_diff(before);
        if difference != 0 && difference < rule.least_children {
            small.push(SmallDifference { labels: cell.labels.clone(), earlier: before, later: now });
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(counts: [Option<u64>; 2]) -> Release {
        let cells = ["north", "south"].into_iter().zip(counts);
        Release {
            cells: cells
                .map(|(name, children)| ReleasedCell { labels: vec![name.to_owned()], children })
                .collect(),
        }
    }

    #[test]
    fn a_release_that_differs_by_a_small_case_is_refused_with_the_cell_named() {
        let rule = Rule::default();
        let earlier = release([Some(40), Some(30)]);
        let refused = compare_releases(&earlier, &release([Some(42), Some(30)]), &rule);
        assert_eq!(refused.len(), 1);
        assert!(refused[0].to_string().starts_with("north went from 40 to 42"));
        assert!(compare_releases(&earlier, &release([Some(50), Some(30)]), &rule).is_empty());
        assert!(compare_releases(&earlier, &release([None, Some(30)]), &rule).is_empty());
    }
}
