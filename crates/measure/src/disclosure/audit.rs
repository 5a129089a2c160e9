//! How much a release gives away, proved: for every withheld cell the least and the greatest value
//! that the published cells leave possible, each with a whole table that has it.
//!
//! The bounds come from integer programming over the innermost cells. The witnesses need no trust in
//! the program: anyone can add them up, see that they agree with everything published, and that the
//! withheld cell differs between them by the stated width.

#![expect(clippy::indexing_slicing, reason = "cells and innermost cells are numbered by the tabulation")]

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use serde::Serialize;

use crate::disclosure::suppress::{Rule, Suppression};
use crate::disclosure::table::Tabulation;

/// What the published cells leave possible for one withheld cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// The cell.
    pub cell: usize,
    /// The least value.
    pub least: u64,
    /// The greatest value.
    pub greatest: u64,
    /// A table of innermost cells with the least value that agrees with everything published.
    pub least_witness: Vec<u64>,
    /// The same with the greatest value.
    pub greatest_witness: Vec<u64>,
}

/// The bounds of every withheld cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// One for each withheld cell.
    pub bounds: Vec<Bounds>,
    /// The primary cells, by number, whose bounds lie closer than the rule's width.
    pub exposed: Vec<usize>,
}

/// Why an audit could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// The program found no answer, so nothing is proved and nothing may be published.
    #[error(
        "the bounds of cell {cell} could not be computed ({reason}); do not publish, withhold more or coarsen the table"
    )]
    NoAnswer {
        /// The cell.
        cell: usize,
        /// What the solver said.
        reason: String,
    },
    /// Two releases are over different cells.
    #[error("the two releases are not over the same {expected} innermost cells: the other has {found}")]
    Different {
        /// The innermost cells of the later one.
        expected: usize,
        /// Those of the earlier one.
        found: usize,
    },
}

/// Sums of unknown counts that are known.
struct Known {
    unknowns: usize,
    sums: Vec<(Vec<usize>, u64)>,
}

/// Audits a release by itself.
pub fn audit(table: &Tabulation, suppression: &Suppression, rule: &Rule) -> Result<Audit, AuditError> {
    let known = Known { unknowns: table.inner().len(), sums: published(table, suppression, &[0]) };
    bounds(&known, table, suppression, rule)
}

/// Audits a release together with an earlier one of the same cells, to which children were only
/// added since: what both say about each cell now.
pub fn audit_between(
    earlier: (&Tabulation, &Suppression),
    later: (&Tabulation, &Suppression),
    rule: &Rule,
) -> Result<Audit, AuditError> {
    let unknowns = later.0.inner().len();
    if earlier.0.inner().len() != unknowns {
        return Err(AuditError::Different { expected: unknowns, found: earlier.0.inner().len() });
    }
    // The later count of a cell is the earlier one, unknown number i, and what came since, number
    // unknowns + i.
    let mut sums = published(earlier.0, earlier.1, &[0]);
    sums.extend(published(later.0, later.1, &[0, unknowns]));
    bounds(&Known { unknowns: 2 * unknowns, sums }, later.0, later.1, rule)
}

fn published(table: &Tabulation, suppression: &Suppression, shifts: &[usize]) -> Vec<(Vec<usize>, u64)> {
    table
        .cells()
        .iter()
        .zip(&suppression.withheld)
        .filter(|(_, withheld)| !**withheld)
        .map(|(cell, _)| (shifted(&cell.members, shifts), cell.children))
        .collect()
}

fn shifted(members: &[usize], shifts: &[usize]) -> Vec<usize> {
    shifts.iter().flat_map(|shift| members.iter().map(move |member| member + shift)).collect()
}

fn bounds(
    known: &Known,
    table: &Tabulation,
    suppression: &Suppression,
    rule: &Rule,
) -> Result<Audit, AuditError> {
    let inner = table.inner().len();
    let shifts: Vec<usize> = (0..known.unknowns / inner).map(|part| part * inner).collect();
    let mut audit = Audit { bounds: Vec::new(), exposed: Vec::new() };
    for (number, cell) in table.cells().iter().enumerate().filter(|(number, _)| suppression.withheld[*number])
    {
        let wanted = shifted(&cell.members, &shifts);
        let extreme = |direction| {
            known.extreme(&wanted, direction).map_err(|reason| AuditError::NoAnswer { cell: number, reason })
        };
        let least_witness = fold(&extreme(OptimizationDirection::Minimize)?, inner);
        let greatest_witness = fold(&extreme(OptimizationDirection::Maximize)?, inner);
        let value = |witness: &[u64]| cell.members.iter().map(|&member| witness[member]).sum::<u64>();
        let (least, greatest) = (value(&least_witness), value(&greatest_witness));
        if suppression.primary[number] && greatest - least < rule.least_width {
            audit.exposed.push(number);
        }
        audit.bounds.push(Bounds { cell: number, least, greatest, least_witness, greatest_witness });
    }
    Ok(audit)
}

/// The later table of a solution that counts earlier and since apart.
fn fold(solution: &[u64], inner: usize) -> Vec<u64> {
    let mut folded = vec![0; inner];
    for (number, count) in solution.iter().enumerate() {
        folded[number % inner] += count;
    }
    folded
}

impl Known {
    /// A table of whole counts that agrees with every known sum and has an extreme sum over `wanted`.
    fn extreme(&self, wanted: &[usize], direction: OptimizationDirection) -> Result<Vec<u64>, String> {
        let mut ceiling = vec![u64::MAX; self.unknowns];
        for (members, sum) in &self.sums {
            for &member in members {
                ceiling[member] = ceiling[member].min(*sum);
            }
        }
        let mut problem = Problem::new(direction);
        let variables: Vec<_> = (0..self.unknowns)
            .map(|number| {
                let weight = if wanted.contains(&number) { 1.0 } else { 0.0 };
                let most = i32::try_from(ceiling[number]).unwrap_or(i32::MAX / 2);
                problem.add_integer_var(weight, (0, most))
            })
            .collect();
        for (members, sum) in &self.sums {
            let expression: Vec<_> = members.iter().map(|&member| (variables[member], 1.0)).collect();
            problem.add_constraint(expression, ComparisonOp::Eq, *sum as f64);
        }
        let solution = problem.solve().map_err(|error| error.to_string())?;
        let solution = solution.into_solution().map_err(|_| "interrupted".to_owned())?;
        let counts: Vec<u64> =
            variables.iter().map(|&variable| solution.var_value(variable).round() as u64).collect();
        let agrees = |(members, sum): &(Vec<usize>, u64)| {
            members.iter().map(|&member| counts[member]).sum::<u64>() == *sum
        };
        if self.sums.iter().all(agrees) { Ok(counts) } else { Err("its answer does not add up".to_owned()) }
    }
}

impl Audit {
    /// Checks, by adding whole numbers, that each witness agrees with everything published and has
    /// the stated value.
    pub fn holds(&self, table: &Tabulation, suppression: &Suppression) -> bool {
        let agrees = |witness: &[u64]| {
            table.cells().iter().zip(&suppression.withheld).filter(|(_, withheld)| !**withheld).all(
                |(cell, _)| cell.members.iter().map(|&member| witness[member]).sum::<u64>() == cell.children,
            )
        };
        self.bounds.iter().all(|bounds| {
            let value = |witness: &[u64]| {
                table.cells()[bounds.cell].members.iter().map(|&member| witness[member]).sum::<u64>()
            };
            agrees(&bounds.least_witness)
                && agrees(&bounds.greatest_witness)
                && value(&bounds.least_witness) == bounds.least
                && value(&bounds.greatest_witness) == bounds.greatest
        })
    }
}
