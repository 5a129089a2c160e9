//! Profile likelihood for the population: how well each supposed number of unseen people fits.
//!
//! For a supposed population N the unseen cell is filled with N - n, the model is fitted to the whole
//! table, and the multinomial likelihood of the table given N is read (Cormack 1992). The interval
//! holds every N whose likelihood is not rejected at the level.

use crate::mse::fit::{Counts, Status, fit};
use crate::mse::terms::Model;
use crate::numeric::normal_quantile;
use serde::Serialize;
use statrs::function::gamma::ln_gamma;

/// The population of greatest profile likelihood with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Profile {
    /// Where the profile likelihood is greatest.
    pub population: f64,
    /// The lower limit; never under those seen.
    pub lower: f64,
    /// The upper limit; infinite when the likelihood never falls far enough.
    pub upper: f64,
}

/// The share by which the search brackets a limit.
const PRECISION: f64 = 1e-10;
/// The search gives up on an upper limit beyond this many times the people seen.
const FARTHEST: f64 = 1e7;

/// The profile interval that covers `coverage`. `None` when the model has no estimate to start from.
pub fn profile(counts: &Counts, model: &Model, coverage: f64) -> Option<Profile> {
    let start = fit(counts, model);
    if start.status != Status::Ok {
        return None;
    }
    let seen = counts.total;
    let likelihood = |unseen: f64| at(counts, model, unseen);
    let unseen = highest(&likelihood, start.population - seen);
    let greatest = likelihood(unseen)?;
    let deviate = normal_quantile(f64::midpoint(1.0, coverage));
    let limit = greatest - deviate * deviate / 2.0;
    let rejected = |unseen: f64| likelihood(unseen).is_none_or(|value| value < limit);

    let lower = if rejected(1e-9 * seen) { bisect(1e-9 * seen, unseen, &rejected) } else { 0.0 };
    let mut far = unseen.max(1.0) * 2.0;
    while !rejected(far) {
        far *= 2.0;
        if far > FARTHEST * seen {
            return Some(Profile { population: seen + unseen, lower: seen + lower, upper: f64::INFINITY });
        }
    }
    let upper = bisect(far, unseen, &rejected);
    Some(Profile { population: seen + unseen, lower: seen + lower, upper: seen + upper })
}

/// The profile log-likelihood of `unseen` people nobody saw, but for a constant.
fn at(counts: &Counts, model: &Model, unseen: f64) -> Option<f64> {
    let mut cells = counts.cells.clone();
    *cells.first_mut()? = unseen;
    let supposed = Counts::new(cells);
    let fitted = fit(&supposed, model);
    if fitted.status != Status::Ok {
        return None;
    }
    let population = counts.total + unseen;
    let cells: f64 = supposed
        .cells
        .iter()
        .zip(&fitted.predictor)
        .filter(|(count, _)| **count > 0.0)
        .map(|(count, predictor)| count * predictor)
        .sum();
    Some(log_factorial(population) - log_factorial(unseen) + cells - population * population.ln())
}

/// By Stirling's formula, as Cormack's profile and the field's programs have it; below one, where
/// the formula runs off to infinity, the exact value joined on at one.
fn log_factorial(value: f64) -> f64 {
    let stirling = |value: f64| value * value.ln() - value + (std::f64::consts::TAU * value).ln() / 2.0;
    if value >= 1.0 { stirling(value) } else { ln_gamma(value + 1.0) + stirling(1.0) }
}

/// The highest point of a function with one summit, by golden sections on a logarithmic scale.
fn highest(value: &impl Fn(f64) -> Option<f64>, near: f64) -> f64 {
    let height = |position: f64| value(position.exp()).unwrap_or(f64::NEG_INFINITY);
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (near.max(1e-6).ln() - 3.0, near.max(1e-6).ln() + 3.0);
    let (mut left, mut right) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_left, mut at_right) = (height(left), height(right));
    while high - low > 1e-9 {
        if at_left < at_right {
            (low, left, at_left) = (left, right, at_right);
            right = low + ratio * (high - low);
            at_right = height(right);
        } else {
            (high, right, at_right) = (right, left, at_left);
            left = high - ratio * (high - low);
            at_left = height(left);
        }
    }
    f64::midpoint(low, high).exp()
}

/// Where `rejected` turns between a point outside and one inside.
fn bisect(mut outside: f64, mut inside: f64, rejected: &impl Fn(f64) -> bool) -> f64 {
    while (outside - inside).abs() > PRECISION * (1.0 + inside) {
        let middle = f64::midpoint(outside, inside);
        if rejected(middle) {
            outside = middle;
        } else {
            inside = middle;
        }
    }
    f64::midpoint(outside, inside)
}
