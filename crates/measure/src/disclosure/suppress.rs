//! Which cells are withheld: the small ones, and the others from which those could be worked out.
//!
//! A primary cell is small, comes from too few cases, or mostly from one. Cells are then published
//! from the largest down, and one is withheld when publishing it would let some primary cell be
//! computed from those published: when the primary cell falls into the span of the published ones
//! (Gaussian elimination after Langsrud 2024, in whole numbers). A case that is alone in its cell
//! knows that cell, so sums of such cells count as known as well.

#![expect(clippy::indexing_slicing, reason = "cells and innermost cells are numbered by the tabulation")]

use serde::{Deserialize, Serialize};

use crate::disclosure::table::{Cell, Tabulation};

/// When a cell is too small to publish.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The fewest children a published cell has; ten unless there is a reason, never under five.
    pub least_children: u64,
    /// The fewest cases or families.
    pub least_cases: usize,
    /// The largest share of a cell's children that one case may be.
    pub largest_share: f64,
    /// Whether an empty cell is withheld too, as it must be where a group can be recognised.
    pub protect_zeros: bool,
    /// How far apart the least and the greatest value must lie that the published cells leave
    /// possible for a withheld cell.
    pub least_width: u64,
}

impl Default for Rule {
    fn default() -> Self {
        Self { least_children: 10, least_cases: 3, largest_share: 0.8, protect_zeros: false, least_width: 3 }
    }
}

/// Why a rule is not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RuleError {
    /// The threshold is too low.
    #[error("a published cell must have at least 5 children; the rule says {0}")]
    LeastChildren(u64),
    /// The share is not a share.
    #[error("the largest share of one case must lie above 0 and at most 1; the rule says {0}")]
    LargestShare(f64),
}

/// What is withheld, by number of cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// Cells that are withheld for themselves. Never shown apart from the others: knowing which they
    /// are narrows what they can be.
    pub primary: Vec<bool>,
    /// Every cell that is withheld.
    pub withheld: Vec<bool>,
}

impl Rule {
    /// Whether a cell is withheld for itself.
    pub fn is_primary(&self, cell: &Cell) -> bool {
        let Some(&largest) = cell.cases.first() else { return self.protect_zeros };
        cell.children < self.least_children
            || cell.cases.len() < self.least_cases
            || largest as f64 > self.largest_share * cell.children as f64
    }

    fn check(&self) -> Result<(), RuleError> {
        if self.least_children < 5 {
            return Err(RuleError::LeastChildren(self.least_children));
        }
        if !(self.largest_share > 0.0 && self.largest_share <= 1.0) {
            return Err(RuleError::LargestShare(self.largest_share));
        }
        Ok(())
    }
}

/// Chooses what to withhold. Cells in `already` were published earlier and cannot be withheld; where
/// they give a primary cell away, [`crate::disclosure::audit()`] says so.
pub fn suppress(table: &Tabulation, rule: &Rule, already: &[usize]) -> Result<Suppression, RuleError> {
    rule.check()?;
    let cells = table.cells();
    let forced = |number: usize| already.contains(&number);
    let primary: Vec<bool> =
        cells.iter().enumerate().map(|(number, cell)| rule.is_primary(cell) && !forced(number)).collect();
    let withheld = complete(table, rule, &primary, already);
    Ok(Suppression { primary, withheld })
}

/// Everything to withhold so that none of the `guarded` cells can be computed.
pub(crate) fn complete(table: &Tabulation, rule: &Rule, guarded: &[bool], already: &[usize]) -> Vec<bool> {
    let mut order: Vec<usize> = already.to_vec();
    let candidates = by_importance(table.cells(), table.inner().len());
    order.extend(candidates.into_iter().filter(|cell| !guarded[*cell] && !already.contains(cell)));
    eliminate(table, rule, guarded, &order, already.len())
}

/// Empty cells first, then the largest, ties by how many innermost children they overlap with.
fn by_importance(cells: &[Cell], inner: usize) -> Vec<usize> {
    let mut overlap = vec![0_u64; inner];
    for cell in cells {
        for &member in &cell.members {
            overlap[member] += cell.children + 1;
        }
    }
    let ties: Vec<f64> =
        cells.iter().map(|cell| cell.members.iter().map(|&member| overlap[member] as f64).sum()).collect();
    let most = ties.iter().copied().fold(1.0, f64::max);
    let weight = |cell: usize| (cells[cell].children + 1) as f64 + 0.99 * ties[cell] / most;
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by(|&left, &right| {
        let zero = |cell: usize| cells[cell].children != 0;
        zero(left).cmp(&zero(right)).then(weight(right).total_cmp(&weight(left)))
    });
    order
}

/// Goes through the candidates, publishing each that gives nothing away.
fn eliminate(table: &Tabulation, rule: &Rule, primary: &[bool], order: &[usize], forced: usize) -> Vec<bool> {
    let cells = table.cells();
    // Innermost cells that one case or nobody is in come last, so that a vector that starts among
    // them speaks of nothing else.
    let single = |inner: usize| {
        let known = u64::from(!rule.protect_zeros);
        table.inner()[inner] == known
    };
    let mut rows: Vec<usize> = (0..table.inner().len()).filter(|&inner| !single(inner)).collect();
    let singles = rows.len();
    rows.extend((0..table.inner().len()).filter(|&inner| single(inner)));
    let vector = |cell: usize| -> Vec<i128> {
        rows.iter().map(|inner| i128::from(cells[cell].members.contains(inner))).collect()
    };
    let mut guarded: Vec<Vec<i128>> = (0..cells.len())
        .filter(|&cell| primary[cell])
        .map(vector)
        .filter(|vector| vector.iter().take(singles).any(|&entry| entry != 0))
        .collect();
    let mut withheld = primary.to_vec();
    let mut basis: Vec<(usize, Vec<i128>)> = Vec::new();
    let mut doubtful = vec![false; rows.len()];
    for (number, &candidate) in order.iter().enumerate() {
        let mut reduced = vector(candidate);
        for (pivot, base) in &basis {
            reduce(&mut reduced, *pivot, base);
        }
        let Some(pivot) = reduced.iter().position(|&entry| entry != 0) else { continue };
        let gives_away = number >= forced
            && (only_singles(&reduced, pivot, singles, &mut doubtful)
                || guarded.iter().any(|guard| proportional(guard, &reduced)));
        if gives_away {
            withheld[candidate] = true;
            continue;
        }
        for guard in &mut guarded {
            reduce(guard, pivot, &reduced);
        }
        basis.push((pivot, reduced));
    }
    withheld
}

/// Whether a vector is a sum of cells that those in them know. A weighted sum is none, as long as no
/// other weighted one has used its cells.
fn only_singles(vector: &[i128], pivot: usize, singles: usize, doubtful: &mut [bool]) -> bool {
    if pivot < singles {
        return false;
    }
    let used: Vec<usize> = (0..vector.len()).filter(|&row| vector[row] != 0).collect();
    let plain = used.iter().all(|&row| vector[row] == vector[pivot]);
    if plain || used.iter().any(|&row| doubtful[row]) {
        return true;
    }
    for row in used {
        doubtful[row] = true;
    }
    false
}

/// Takes out of `vector` its entry at `pivot` with the help of `base`, staying in whole numbers.
fn reduce(vector: &mut [i128], pivot: usize, base: &[i128]) {
    let (own, other) = (vector[pivot], base[pivot]);
    if own == 0 {
        return;
    }
    let divisor = common_divisor(own, other);
    let (own, other) = (own / divisor, other / divisor);
    for (entry, base) in vector.iter_mut().zip(base) {
        *entry = *entry * other - own * base;
    }
    let content = vector.iter().fold(0, |content, &entry| common_divisor(content, entry));
    if content > 1 {
        for entry in vector.iter_mut() {
            *entry /= content;
        }
    }
}

fn proportional(left: &[i128], right: &[i128]) -> bool {
    let Some(pivot) = left.iter().position(|&entry| entry != 0) else { return false };
    left.iter().zip(right).all(|(&one, &other)| one * right[pivot] == other * left[pivot])
}

fn common_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::table::Child;

    fn two_by_two(counts: [u64; 4]) -> Tabulation {
        let names = |prefix: &str| vec![format!("{prefix}1"), format!("{prefix}2")];
        let mut children = Vec::new();
        for (cell, &count) in counts.iter().enumerate() {
            for number in 0..count {
                children
                    .push(Child { categories: vec![cell / 2, cell % 2], case: cell as u64 * 1000 + number });
            }
        }
        Tabulation::new(vec![names("region"), names("age")], &children, &[vec![0, 1]]).unwrap()
    }

    #[test]
    fn one_small_cell_takes_others_with_it() {
        let table = two_by_two([3, 20, 20, 20]);
        let found = suppress(&table, &Rule::default(), &[]).unwrap();
        let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
        assert_eq!(count(&found.primary), 1);
        assert_eq!(count(&found.withheld), 4, "{found:?}");
    }

    #[test]
    fn few_cases_or_one_large_case_make_a_cell_primary_however_many_children_it_has() {
        let cell = |cases: &[u64]| Cell {
            key: vec![None],
            members: vec![0],
            children: cases.iter().sum(),
            cases: cases.to_vec(),
        };
        let rule = Rule::default();
        assert!(rule.is_primary(&cell(&[10, 10])));
        assert!(rule.is_primary(&cell(&[40, 1, 1])));
        assert!(!rule.is_primary(&cell(&[5, 5, 5])));
        assert!(!rule.is_primary(&cell(&[])));
        assert!(Rule { protect_zeros: true, ..rule }.is_primary(&cell(&[])));
    }

    #[test]
    fn a_rule_that_protects_nobody_is_refused() {
        let table = two_by_two([20; 4]);
        assert!(suppress(&table, &Rule { least_children: 4, ..Rule::default() }, &[]).is_err());
        assert!(suppress(&table, &Rule { largest_share: 1.5, ..Rule::default() }, &[]).is_err());
    }
}
