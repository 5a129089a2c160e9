//! Intervals that count the choice of model as part of the uncertainty: bootstrap tables on which
//! the model is chosen again, corrected for bias and acceleration (Efron 1987; DiCiccio and Efron
//! 1996) with a jackknife that removes one person at a time.

#![expect(clippy::indexing_slicing, reason = "cells are histories of the table being resampled")]

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use serde::Serialize;

use crate::mse::fit::{Counts, Status};
use crate::mse::modes::two_heaps;
use crate::mse::select::{Chosen, Selection, best_of, choose};
use crate::mse::table::CaptureTable;
use crate::mse::terms::Model;
use crate::numeric::{normal_cdf, normal_quantile, quantile};

/// Replicates and jackknife of one way of choosing a model.
#[derive(Debug, Clone)]
pub struct Resampled {
    /// The estimate of each bootstrap table in order; infinite where none exists.
    pub replicates: Vec<f64>,
    /// How many of them have no estimate. They are kept as infinite, since dropping them would pull
    /// the upper limit down.
    pub without_estimate: usize,
    /// For each occupied cell, its count and the estimate without one of its people.
    pub jackknife: Vec<(f64, f64)>,
}

/// An interval with the levels it was read at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit; infinite when too many replicates have no estimate.
    pub upper: f64,
    /// The share of replicates below the lower limit.
    pub lower_level: f64,
    /// The share of replicates below the upper limit.
    pub upper_level: f64,
    /// Whether both levels lie where the replicates reach. When they do not, a limit is only the
    /// smallest or largest replicate, and more replicates would move it.
    pub within_reach: bool,
}

/// The two corrections of a bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Correction {
    /// Bias: the normal deviate of the share of replicates under the estimate.
    pub bias: f64,
    /// Acceleration: a sixth of the skewness of the jackknife.
    pub acceleration: f64,
}

/// Draws `replicates` tables of as many people as were seen and chooses the model anew on each.
/// Each table has a random stream of its own, so the answer does not depend on threads. `None` when
/// the selection cannot be made for so many lists.
pub fn resample(
    table: &CaptureTable,
    selection: &Selection,
    replicates: u32,
    seed: u64,
) -> Option<Resampled> {
    let lists = table.lists().len();
    if let Selection::Schwarz { order } = selection {
        let models = crate::mse::select::catalogue(lists, *order)?;
        return Some(resample_with(table, replicates, seed, |counts| best_of(counts, models.iter())));
    }
    Some(resample_with(table, replicates, seed, |counts| choose(counts, lists, selection)))
}

/// As [`resample`], the model chosen by Schwarz's criterion among the given ones, which should be
/// the best on the whole table (Silverman, Chan and Vincent 2024).
pub fn resample_among(table: &CaptureTable, models: &[Model], replicates: u32, seed: u64) -> Resampled {
    resample_with(table, replicates, seed, |counts| best_of(counts, models.iter()))
}

fn resample_with(
    table: &CaptureTable,
    replicates: u32,
    seed: u64,
    choose: impl Fn(&Counts) -> Option<Chosen> + Sync,
) -> Resampled {
    let estimate = |counts: Vec<f64>| match choose(&Counts::new(counts)) {
        Some(chosen) if chosen.fit.status == Status::Ok => chosen.fit.population,
        _ => f64::INFINITY,
    };
    let people: Vec<u16> = table
        .counts()
        .iter()
        .enumerate()
        .flat_map(|(history, &count)| std::iter::repeat_n(history as u16, count as usize))
        .collect();
    let cells = table.counts().len();
    let replicates: Vec<f64> =
        (0..replicates).into_par_iter().map(|number| estimate(draw(&people, cells, seed, number))).collect();
    let occupied: Vec<usize> = (1..cells).filter(|&cell| table.counts()[cell] > 0).collect();
    let jackknife = occupied
        .into_par_iter()
        .map(|cell| {
            let mut counts = table.numbers();
            counts[cell] -= 1.0;
            (table.counts()[cell] as f64, estimate(counts))
        })
        .collect();
    let without_estimate = replicates.iter().filter(|estimate| estimate.is_infinite()).count();
    Resampled { replicates, without_estimate, jackknife }
}

/// One bootstrap table: as many people as were seen, each drawn with replacement.
fn draw(people: &[u16], cells: usize, seed: u64, number: u32) -> Vec<f64> {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    random.set_stream(u64::from(number) + 1);
    let mut counts = vec![0.0; cells];
    let range = people.len() as u64;
    for _ in 0..people.len() {
        counts[usize::from(people[below(&mut random, range) as usize])] += 1.0;
    }
    counts
}

/// A uniform whole number below `range`, without bias (Lemire 2019).
pub(crate) fn below(random: &mut impl Rng, range: u64) -> u64 {
    let threshold = range.wrapping_neg() % range;
    loop {
        let product = u128::from(random.next_u64()) * u128::from(range);
        if product as u64 >= threshold {
            return (product >> 64) as u64;
        }
    }
}

impl Resampled {
    /// The corrections for an estimate from the whole table.
    pub fn correction(&self, estimate: f64) -> Correction {
        // A table like the whole one gives the same estimate but for rounding, and is not under it.
        let bound = estimate * (1.0 - 1e-9);
        let under = self.replicates.iter().filter(|&&replicate| replicate < bound).count();
        Correction {
            bias: normal_quantile(under as f64 / self.replicates.len() as f64),
            acceleration: acceleration(&self.jackknife),
        }
    }

    /// The bias-corrected and accelerated interval that covers `coverage`.
    pub fn interval(&self, estimate: f64, coverage: f64) -> Interval {
        self.corrected_interval(self.correction(estimate), coverage)
    }

    /// The interval that covers `coverage` under given corrections.
    pub fn corrected_interval(&self, correction: Correction, coverage: f64) -> Interval {
        let ascending = self.ascending();
        let tail = (1.0 - coverage) / 2.0;
        limits(&ascending, correction.level(tail), correction.level(1.0 - tail))
    }

    /// The plain interval between two quantiles of the replicates.
    pub fn percentile_interval(&self, coverage: f64) -> Interval {
        let tail = (1.0 - coverage) / 2.0;
        limits(&self.ascending(), tail, 1.0 - tail)
    }

    /// The medians of two heaps into which the replicates fall, if they do.
    pub fn two_heaps(&self) -> Option<(f64, f64)> {
        two_heaps(&self.ascending())
    }

    fn ascending(&self) -> Vec<f64> {
        let mut ascending = self.replicates.clone();
        ascending.sort_by(f64::total_cmp);
        ascending
    }
}

impl Correction {
    /// The level of the replicates that stands for a level of the estimate.
    pub fn level(&self, level: f64) -> f64 {
        let moved = self.bias + normal_quantile(level);
        normal_cdf(self.bias + moved / (1.0 - self.acceleration * moved))
    }
}

fn limits(ascending: &[f64], lower_level: f64, upper_level: f64) -> Interval {
    let count = ascending.len() as f64;
    let reached = |level: f64| level >= 1.0 / (count + 1.0) && level <= count / (count + 1.0);
    Interval {
        lower: quantile(ascending, lower_level),
        upper: quantile(ascending, upper_level),
        lower_level,
        upper_level,
        within_reach: reached(lower_level) && reached(upper_level),
    }
}

/// A sixth of the skewness of the jackknife, each cell weighted by its people. Nought when an
/// estimate without somebody does not exist or all agree.
fn acceleration(jackknife: &[(f64, f64)]) -> f64 {
    let weight: f64 = jackknife.iter().map(|(count, _)| count).sum();
    let mean = jackknife.iter().map(|(count, estimate)| count * estimate).sum::<f64>() / weight;
    let moment = |power: i32| -> f64 {
        jackknife.iter().map(|(count, estimate)| count * (mean - estimate).powi(power)).sum()
    };
    let skewness = moment(3) / (6.0 * moment(2).powf(1.5));
    if skewness.is_finite() { skewness } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> CaptureTable {
        CaptureTable::read(
            "police,ngo,school,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n0,1,1,5\n1,0,1,4\n".as_bytes(),
        )
        .unwrap()
    }

    #[test]
    fn replicates_depend_on_the_seed_and_not_on_the_number_of_threads() {
        let run = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| resample(&table(), &Selection::Stepwise { threshold: 0.02 }, 40, seed).unwrap())
        };
        assert_eq!(run(1, 7).replicates, run(4, 7).replicates);
        assert_ne!(run(1, 7).replicates, run(1, 8).replicates);
    }

    #[test]
    fn a_table_without_an_estimate_counts_as_infinite() {
        let sparse =
            CaptureTable::read("a,b,c,n\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,2\n".as_bytes()).unwrap();
        let found = resample(&sparse, &Selection::Independence, 200, 1).unwrap();
        assert!(found.without_estimate > 0);
        assert_eq!(found.replicates.len(), 200);
        assert!(found.percentile_interval(0.95).upper.is_infinite());
    }

    #[test]
    fn a_level_beyond_the_replicates_is_said() {
        let found = Resampled {
            replicates: (0..100).map(f64::from).collect(),
            without_estimate: 0,
            jackknife: vec![(1.0, 1.0), (1.0, 2.0)],
        };
        assert!(found.interval(50.0, 0.95).within_reach);
        assert!(!found.interval(2.0, 0.95).within_reach);
        assert!(!found.interval(50.0, 0.999).within_reach);
    }

    #[test]
    fn without_bias_and_skewness_the_interval_is_the_percentile_one() {
        let found = Resampled {
            replicates: (0..1000).map(f64::from).collect(),
            without_estimate: 0,
            jackknife: vec![(3.0, 1.0), (3.0, 2.0)],
        };
        let (corrected, plain) = (found.interval(500.0, 0.9), found.percentile_interval(0.9));
        assert!((corrected.lower - plain.lower).abs() < 1e-6);
        assert!((corrected.upper - plain.upper).abs() < 1e-6);
    }
}
