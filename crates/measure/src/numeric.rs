//! The small numerical tools the estimators share: a Cholesky factor, sample quantiles, the normal
//! distribution and the two sums over a lattice of subsets.

#![expect(
    clippy::indexing_slicing,
    clippy::needless_range_loop,
    reason = "indices run over sizes fixed at the top of each function, as the formulas are written"
)]

use statrs::distribution::{ContinuousCDF, Normal};

/// A lower triangular factor of a symmetric positive definite matrix, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors `matrix` (row-major, only the lower triangle is read). `None` when a pivot falls
    /// under `tolerance` times its diagonal entry: the matrix is singular for our purposes.
    pub(crate) fn new(size: usize, mut matrix: Vec<f64>, tolerance: f64) -> Option<Self> {
        for row in 0..size {
            for column in 0..row {
                let mut sum = matrix[row * size + column];
                for inner in 0..column {
                    sum -= matrix[row * size + inner] * matrix[column * size + inner];
                }
                matrix[row * size + column] = sum / matrix[column * size + column];
            }
            let diagonal = matrix[row * size + row];
            let mut pivot = diagonal;
            for inner in 0..row {
                pivot -= matrix[row * size + inner] * matrix[row * size + inner];
            }
            let sound = pivot > tolerance * diagonal;
            if !sound || !pivot.is_finite() {
                return None;
            }
            matrix[row * size + row] = pivot.sqrt();
        }
        Some(Self { size, lower: matrix })
    }

    /// Solves the system for `right`, in place.
    pub(crate) fn solve(&self, right: &mut [f64]) {
        for row in 0..self.size {
            let mut sum = right[row];
            for column in 0..row {
                sum -= self.lower[row * self.size + column] * right[column];
            }
            right[row] = sum / self.lower[row * self.size + row];
        }
        for row in (0..self.size).rev() {
            let mut sum = right[row];
            for below in row + 1..self.size {
                sum -= self.lower[below * self.size + row] * right[below];
            }
            right[row] = sum / self.lower[row * self.size + row];
        }
    }

    /// The diagonal entry of the inverse at `index`.
    pub(crate) fn inverse_diagonal(&self, index: usize) -> f64 {
        let mut unit = vec![0.0; self.size];
        unit[index] = 1.0;
        self.solve(&mut unit);
        unit[index]
    }
}

/// Replaces `values[w]` by the sum over the subsets of `w`.
pub(crate) fn sum_over_subsets(values: &mut [f64]) {
    let mut bit = 1;
    while bit < values.len() {
        for index in 0..values.len() {
            if index & bit != 0 {
                values[index] += values[index ^ bit];
            }
        }
        bit <<= 1;
    }
}

/// Replaces `values[w]` by the sum over the supersets of `w`.
pub(crate) fn sum_over_supersets(values: &mut [f64]) {
    let mut bit = 1;
    while bit < values.len() {
        for index in 0..values.len() {
            if index & bit == 0 {
                values[index] += values[index | bit];
            }
        }
        bit <<= 1;
    }
}

/// The median-unbiased sample quantile (type 8 of Hyndman and Fan 1996) of ascending values.
pub(crate) fn quantile(ascending: &[f64], probability: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return f64::NAN };
    let position = ascending.len() as f64 * probability + (probability + 1.0) / 3.0 - 1.0;
    let below = position.floor().clamp(0.0, last as f64) as usize;
    let above = (below + 1).min(last);
    let share = (position - below as f64).clamp(0.0, 1.0);
    let step = ascending[above] - ascending[below];
    // Between two infinities there is no number, and an infinite neighbour of no weight has no say.
    if share < 1e-12 || step.is_nan() { ascending[below] } else { ascending[below] + share * step }
}

/// The standard normal distribution function.
pub(crate) fn normal_cdf(value: f64) -> f64 {
    Normal::standard().cdf(value)
}

/// The standard normal quantile; infinite at nought and one.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    if probability <= 0.0 {
        f64::NEG_INFINITY
    } else if probability >= 1.0 {
        f64::INFINITY
    } else {
        Normal::standard().inverse_cdf(probability)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "sums of small whole numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_factor_solves_its_system_and_refuses_a_singular_one() {
        let factor = Cholesky::new(2, vec![4.0, 0.0, 2.0, 3.0], 1e-12).unwrap();
        let mut right = [10.0, 9.0];
        factor.solve(&mut right);
        assert!((right[0] - 1.5).abs() < 1e-12 && (right[1] - 2.0).abs() < 1e-12);
        assert!((factor.inverse_diagonal(0) - 3.0 / 8.0).abs() < 1e-12);
        assert!(Cholesky::new(2, vec![1.0, 0.0, 1.0, 1.0], 1e-12).is_none());
    }

    #[test]
    fn sums_run_over_the_lattice_of_subsets() {
        let mut below = [1.0, 2.0, 3.0, 4.0];
        sum_over_subsets(&mut below);
        assert_eq!(below, [1.0, 3.0, 4.0, 10.0]);
        let mut above = [1.0, 2.0, 3.0, 4.0];
        sum_over_supersets(&mut above);
        assert_eq!(above, [10.0, 6.0, 7.0, 4.0]);
    }

    #[test]
    fn a_quantile_interpolates_and_stays_within_the_sample() {
        let sample = [1.0, 2.0, 3.0, 4.0];
        assert!((quantile(&sample, 0.5) - 2.5).abs() < 1e-12);
        assert!((quantile(&sample, 0.25) - (1.0 + 5.0 / 12.0)).abs() < 1e-12);
        assert!((quantile(&sample, 1e-9) - 1.0).abs() < 1e-12);
        assert!((quantile(&sample, 1.0) - 4.0).abs() < 1e-12);
        assert_eq!(quantile(&[1.0, f64::INFINITY], 0.9), f64::INFINITY);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
