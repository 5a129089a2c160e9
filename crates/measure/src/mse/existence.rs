//! Whether a maximum likelihood estimate exists, proved either way.
//!
//! A Poisson log-linear model with design A and sufficient statistics t = A'y has a maximum exactly
//! when some x > 0 has A'x = t (Fienberg and Rinaldo 2012). Linear programming finds such an x, or
//! else a direction d with Ad ≥ 0, Ad ≠ 0 and t'd = 0 along which the likelihood rises for ever.
//! Either answer is then made a whole-number certificate and checked without rounding.

#![expect(clippy::indexing_slicing, reason = "rows and columns of matrices whose sizes are fixed at the top")]

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use serde::Serialize;

/// Above this the slack of the linear program counts as positive; the smallest true one known is
/// 0.1 and the largest numerical nought 1e-9.
const POSITIVE: f64 = 1e-6;
/// Fractions are rounded to this denominator before they are made to fit exactly.
const GRID: f64 = 65_536.0;
/// Multipliers tried to make a direction whole.
const MULTIPLIERS: i64 = 24;
/// A prime above every minor of the designs met here, so that rank modulo it is the rank.
const PRIME: u128 = (1 << 61) - 1;

/// A 0/1 design: a row for each cell, a column for each parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Design {
    rows: Vec<Vec<u8>>,
    columns: usize,
}

/// A proof that anyone can check by adding whole numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Certificate {
    /// A maximum exists: `numerators / denominator` is positive in every cell and has the observed
    /// sufficient statistics.
    Positive {
        /// A numerator for each cell.
        numerators: Vec<i64>,
        /// Their common denominator.
        denominator: i64,
    },
    /// No maximum exists: the likelihood never falls along minus this direction of the parameters.
    Recession {
        /// A whole number for each parameter.
        direction: Vec<i64>,
    },
}

/// Whether a maximum exists, with its proof where one could be made exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Existence {
    /// Whether a maximum exists.
    pub exists: bool,
    /// The proof; `None` when the whole numbers grew too large to check.
    pub certificate: Option<Certificate>,
}

impl Design {
    /// A design from its rows, each with the same number of columns.
    pub fn new(rows: Vec<Vec<u8>>) -> Option<Self> {
        let columns = rows.first()?.len();
        rows.iter().all(|row| row.len() == columns).then_some(Self { rows, columns })
    }

    /// The design of terms over cells: one where the term is a subset of the cell.
    pub(crate) fn of(cells: &[usize], terms: &[usize]) -> Self {
        let rows = cells
            .iter()
            .map(|cell| terms.iter().map(|term| u8::from(term & cell == *term)).collect())
            .collect();
        Self { rows, columns: terms.len() }
    }

    /// The rank, exact.
    pub fn rank(&self) -> usize {
        let mut rows: Vec<Vec<u128>> =
            self.rows.iter().map(|row| row.iter().map(|&entry| u128::from(entry)).collect()).collect();
        let mut rank = 0;
        for column in 0..self.columns {
            let Some(found) = (rank..rows.len()).find(|&row| rows[row][column] != 0) else { continue };
            rows.swap(rank, found);
            let inverse = power(rows[rank][column], PRIME - 2);
            let pivot = rows[rank].clone();
            for row in rows.iter_mut().skip(rank + 1) {
                let factor = row[column] * inverse % PRIME;
                if factor != 0 {
                    for (entry, above) in row.iter_mut().zip(&pivot) {
                        *entry = (*entry + (PRIME - factor) * above) % PRIME;
                    }
                }
            }
            rank += 1;
        }
        rank
    }

    /// Whether whole numbers prove what they claim about this design and these statistics.
    pub fn proves(&self, statistics: &[i64], certificate: &Certificate) -> bool {
        match certificate {
            Certificate::Positive { numerators, denominator } => {
                numerators.len() == self.rows.len()
                    && *denominator > 0
                    && numerators.iter().all(|&numerator| numerator > 0)
                    && (0..self.columns).all(|column| {
                        let sum: i128 = self
                            .rows
                            .iter()
                            .zip(numerators)
                            .map(|(row, &numerator)| i128::from(row[column]) * i128::from(numerator))
                            .sum();
                        sum == i128::from(statistics[column]) * i128::from(*denominator)
                    })
            }
            Certificate::Recession { direction } => {
                let product = |row: &Vec<u8>| -> i128 {
                    row.iter()
                        .zip(direction)
                        .map(|(&entry, &step)| i128::from(entry) * i128::from(step))
                        .sum()
                };
                let along: i128 = statistics
                    .iter()
                    .zip(direction)
                    .map(|(&statistic, &step)| i128::from(statistic) * i128::from(step))
                    .sum();
                direction.len() == self.columns
                    && along == 0
                    && self.rows.iter().all(|row| product(row) >= 0)
                    && self.rows.iter().any(|row| product(row) > 0)
            }
        }
    }

    /// Whether a maximum exists for these sufficient statistics. `None` when the solver failed.
    pub fn existence(&self, statistics: &[i64]) -> Option<Existence> {
        let interior = self.interior(statistics)?;
        if let Some(point) = interior {
            let certificate = self.make_exact(statistics, &point);
            return Some(Existence { exists: true, certificate });
        }
        let direction = self.recession(statistics)?;
        let certificate = self.make_whole(statistics, &direction);
        Some(Existence { exists: false, certificate })
    }

    /// A positive point with the given statistics: `Some(None)` when there is none.
    fn interior(&self, statistics: &[i64]) -> Option<Option<Vec<f64>>> {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let slack = problem.add_var(1.0, (0.0, f64::INFINITY));
        let above: Vec<_> = self.rows.iter().map(|_| problem.add_var(0.0, (0.0, f64::INFINITY))).collect();
        for column in 0..self.columns {
            let mut expression = Vec::with_capacity(self.rows.len() + 1);
            let mut ones = 0.0;
            for (row, &variable) in self.rows.iter().zip(&above) {
                if row[column] != 0 {
                    expression.push((variable, 1.0));
                    ones += 1.0;
                }
            }
            expression.push((slack, ones));
            problem.add_constraint(expression, ComparisonOp::Eq, statistics[column] as f64);
        }
        let solution = match problem.solve() {
            Ok(outcome) => outcome.into_solution().ok()?,
            Err(microlp::Error::Infeasible) => return Some(None),
            Err(_) => return None,
        };
        let least = solution.var_value(slack);
        if least <= POSITIVE {
            return Some(None);
        }
        Some(Some(above.iter().map(|&variable| solution.var_value(variable) + least).collect()))
    }

    /// A direction of the parameters along which the likelihood does not fall.
    fn recession(&self, statistics: &[i64]) -> Option<Vec<f64>> {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let weight = |column: usize| self.rows.iter().map(|row| f64::from(row[column])).sum();
        let steps: Vec<_> = (0..self.columns)
            .map(|column| problem.add_var(weight(column), (f64::NEG_INFINITY, f64::INFINITY)))
            .collect();
        for row in &self.rows {
            let expression: Vec<_> = steps
                .iter()
                .zip(row)
                .filter(|(_, entry)| **entry != 0)
                .map(|(&step, _)| (step, 1.0))
                .collect();
            problem.add_constraint(expression.clone(), ComparisonOp::Ge, 0.0);
            problem.add_constraint(expression, ComparisonOp::Le, 1.0);
        }
        let along: Vec<_> =
            steps.iter().zip(statistics).map(|(&step, &statistic)| (step, statistic as f64)).collect();
        problem.add_constraint(along, ComparisonOp::Eq, 0.0);
        let solution = problem.solve().ok()?.into_solution().ok()?;
        Some(steps.iter().map(|&step| solution.var_value(step)).collect())
    }

    /// The direction in whole numbers, if a small multiple of it is a proof.
    pub(crate) fn make_whole(&self, statistics: &[i64], direction: &[f64]) -> Option<Certificate> {
        (1..=MULTIPLIERS)
            .map(|multiplier| {
                let direction =
                    direction.iter().map(|step| (step * multiplier as f64).round() as i64).collect();
                Certificate::Recession { direction }
            })
            .find(|certificate| self.proves(statistics, certificate))
    }

    /// The positive point in fractions that fit exactly: free cells are rounded, the others solved
    /// for by elimination without division, largest cells first.
    pub(crate) fn make_exact(&self, statistics: &[i64], point: &[f64]) -> Option<Certificate> {
        let cells = self.rows.len();
        let mut order: Vec<usize> = (0..cells).collect();
        order.sort_by(|&left, &right| point[right].total_cmp(&point[left]));
        let mut system: Vec<Vec<i128>> = (0..self.columns)
            .map(|column| {
                let mut row: Vec<i128> =
                    order.iter().map(|&cell| i128::from(self.rows[cell][column])).collect();
                row.push(i128::from(statistics[column]) * GRID as i128);
                row
            })
            .collect();
        let (pivots, scale) = eliminate(&mut system, cells)?;
        let mut numerators = vec![0_i128; cells];
        for column in (0..cells).filter(|column| !pivots.contains(column)) {
            numerators[column] = ((point[order[column]] * GRID).round() as i128).max(1);
        }
        let free = numerators.clone();
        for (row, &pivot) in system.iter().zip(&pivots) {
            let known: i128 =
                row.iter().zip(&free).map(|(entry, value)| entry.checked_mul(*value)).sum::<Option<_>>()?;
            numerators[pivot] = (row[cells] - known) * scale.signum();
        }
        for column in (0..cells).filter(|column| !pivots.contains(column)) {
            numerators[column] = numerators[column].checked_mul(scale.abs())?;
        }
        let mut unsorted = vec![0_i64; cells];
        for (column, &cell) in order.iter().enumerate() {
            unsorted[cell] = i64::try_from(numerators[column]).ok()?;
        }
        let denominator = i64::try_from((GRID as i128).checked_mul(scale.abs())?).ok()?;
        let certificate = Certificate::Positive { numerators: unsorted, denominator };
        self.proves(statistics, &certificate).then_some(certificate)
    }
}

/// Gauss-Jordan elimination in whole numbers (Bareiss). Gives the pivot column of each leading row
/// and the value all pivots share; `None` when a number grew too large.
fn eliminate(system: &mut Vec<Vec<i128>>, columns: usize) -> Option<(Vec<usize>, i128)> {
    let mut pivots = Vec::new();
    let mut scale = 1_i128;
    for column in 0..columns {
        let next = pivots.len();
        let Some(found) = (next..system.len()).find(|&row| system[row][column] != 0) else { continue };
        system.swap(next, found);
        let pivot_row = system[next].clone();
        let pivot = pivot_row[column];
        for (index, row) in system.iter_mut().enumerate() {
            let factor = row[column];
            if index == next {
                continue;
            }
            for (entry, above) in row.iter_mut().zip(&pivot_row) {
                *entry = (entry.checked_mul(pivot)?.checked_sub(factor.checked_mul(*above)?)?) / scale;
            }
        }
        scale = pivot;
        pivots.push(column);
    }
    system.truncate(pivots.len());
    Some((pivots, scale))
}

fn power(base: u128, mut exponent: u128) -> u128 {
    let (mut base, mut result) = (base % PRIME, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mse::Model;

    /// Three lists, of which only the first two ever met (40, 30, 20 and 6 together).
    fn one_overlap(model: &str) -> (Design, Vec<i64>) {
        let model = Model::parse(model, 3).unwrap();
        let seen = [1, 2, 4, 3];
        let empty = |term: usize| !seen.iter().any(|cell| cell & term == term);
        let terms: Vec<usize> = model.terms().iter().copied().filter(|&term| !empty(term)).collect();
        let dropped: Vec<usize> = model.terms().iter().copied().filter(|&term| empty(term)).collect();
        let cells: Vec<usize> =
            (1..8).filter(|cell| !dropped.iter().any(|term| cell & term == *term)).collect();
        let design = Design::of(&cells, &terms);
        let statistics = terms
            .iter()
            .map(|term| seen.iter().filter(|&cell| cell & term == *term).count() as i64)
            .collect();
        (design, statistics)
    }

    #[test]
    fn both_answers_come_with_a_proof_that_holds_and_not_for_other_statistics() {
        for (model, exists) in [("[12,13]", false), ("[12,3]", false), ("[13,23]", true), ("[1,2,3]", true)] {
            let (design, mut statistics) = one_overlap(model);
            let found = design.existence(&statistics).unwrap();
            assert_eq!(found.exists, exists, "{model}");
            let certificate = found.certificate.unwrap();
            assert!(design.proves(&statistics, &certificate), "{model}");
            statistics[0] += 1;
            statistics[1] += 3;
            assert!(!design.proves(&statistics, &certificate), "{model}");
        }
    }

    #[test]
    fn rank_is_exact() {
        let design = |text: &[&str]| {
            Design::new(text.iter().map(|row| row.bytes().map(|byte| byte - b'0').collect()).collect())
                .unwrap()
        };
        assert_eq!(design(&["110", "011", "101"]).rank(), 3);
        assert_eq!(design(&["1100", "0011", "1010", "0101"]).rank(), 3);
        assert_eq!(design(&["11", "11"]).rank(), 1);
        assert!(Design::new(vec![vec![1], vec![1, 0]]).is_none());
    }
}
