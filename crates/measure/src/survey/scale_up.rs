//! Network scale-up: the size of a hidden group from how many of it people know.
//!
//! Respondents say how many people they know in groups of known size, which gives how many they know
//! at all, and in the hidden group (Killworth 1998; Feehan and Salganik 2016). Members may be less
//! known than others (degree ratio) and known people's membership may not show (transmission): no
//! single pair of these is known, so the answer is a grid.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

use crate::mse::below;
use crate::numeric::quantile;

/// What respondents said, and the sizes of the groups that are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Reports {
    /// The size of the whole population.
    pub population: f64,
    /// The sizes of the known groups.
    pub known_sizes: Vec<f64>,
    /// For each respondent, how many they know in each known group; none where they did not answer,
    /// which counts towards the degree as nobody.
    pub known: Vec<Vec<Option<f64>>>,
    /// For each respondent, how many they know in the hidden group.
    pub hidden: Vec<f64>,
    /// For each respondent, how many people they stand for.
    pub weights: Vec<f64>,
}

/// Why there is no estimate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScaleUpError {
    /// The parts do not fit each other.
    #[error(
        "respondent {respondent}: expected {groups} known groups, a hidden count and a weight, all finite and 0 or more"
    )]
    Respondent {
        /// The respondent, counted from nought.
        respondent: usize,
        /// How many known groups there are.
        groups: usize,
    },
    /// The known groups hold nobody, or nobody knows anybody in them.
    #[error("nobody knows anyone in the known groups, or they are empty: degrees cannot be estimated")]
    NoDegrees,
    /// A factor is not one.
    #[error("degree ratio and transmission must be above 0, found {0} and {1}")]
    Factors(f64, f64),
}

/// A known group estimated as if it were hidden: the only test that is built in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HeldOut {
    /// Its place among the known groups.
    pub group: usize,
    /// Its true size.
    pub size: f64,
    /// Its estimated size.
    pub estimate: f64,
}

/// The estimate under one pair of factors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Adjusted {
    /// Mean degree of the hidden group over that of everybody.
    pub degree_ratio: f64,
    /// The share of ties to members that are reported.
    pub transmission: f64,
    /// The estimate.
    pub estimate: f64,
}

impl Reports {
    /// Every count of a known group above `most` lowered to it, as a few huge answers would make
    /// degrees that nobody has.
    #[must_use]
    pub fn top_coded(mut self, most: f64) -> Self {
        for count in self.known.iter_mut().flatten().flatten() {
            if *count > most {
                *count = most;
            }
        }
        self
    }

    /// How many people each respondent knows.
    pub fn degrees(&self) -> Result<Vec<f64>, ScaleUpError> {
        self.check()?;
        let size: f64 = self.known_sizes.iter().sum();
        if size <= 0.0 {
            return Err(ScaleUpError::NoDegrees);
        }
        let scale = self.population / size;
        Ok(self.known.iter().map(|known| scale * known.iter().flatten().sum::<f64>()).collect())
    }

    /// The ratio of what is known of the hidden group to what is known at all, weighted.
    pub fn ratio(&self) -> Result<f64, ScaleUpError> {
        self.weighted_ratio(&self.degrees()?, |_| 1.0)
    }

    /// The mean of each respondent's ratio, of those who know anybody. Small degrees bend it; shown
    /// to compare.
    pub fn mean_of_ratios(&self) -> Result<f64, ScaleUpError> {
        let degrees = self.degrees()?;
        let parts =
            || self.hidden.iter().zip(&degrees).zip(&self.weights).filter(|((_, degree), _)| **degree > 0.0);
        let weight: f64 = parts().map(|(_, weight)| weight).sum();
        if weight <= 0.0 {
            return Err(ScaleUpError::NoDegrees);
        }
        let sum: f64 = parts().map(|((hidden, degree), weight)| weight * hidden / degree).sum();
        Ok(self.population * sum / weight)
    }

    /// The standard error of Killworth, far too small as it takes every tie for a draw of its own;
    /// shown to compare with [`Reports::bootstrap`].
    pub fn killworth_error(&self) -> Result<f64, ScaleUpError> {
        let degrees: f64 = self.degrees()?.iter().sum();
        let estimate = self.ratio()?;
        Ok((estimate * (self.population - estimate) / degrees).sqrt())
    }

    /// The ratio estimate divided by degree ratio and transmission, for each pair of them.
    pub fn grid(&self, degree_ratios: &[f64], transmissions: &[f64]) -> Result<Vec<Adjusted>, ScaleUpError> {
        let estimate = self.ratio()?;
        let mut grid = Vec::with_capacity(degree_ratios.len() * transmissions.len());
        for &degree_ratio in degree_ratios {
            for &transmission in transmissions {
                if !(degree_ratio > 0.0 && transmission > 0.0) {
                    return Err(ScaleUpError::Factors(degree_ratio, transmission));
                }
                grid.push(Adjusted {
                    degree_ratio,
                    transmission,
                    estimate: estimate / (degree_ratio * transmission),
                });
            }
        }
        Ok(grid)
    }

    /// The generalised estimate: all reports about members over how often one member is reported,
    /// `visibility`, which only a survey of members can tell.
    pub fn generalised(&self, visibility: f64) -> Result<f64, ScaleUpError> {
        self.check()?;
        if visibility.is_nan() || visibility <= 0.0 {
            return Err(ScaleUpError::Factors(visibility, 1.0));
        }
        let reports: f64 =
            self.hidden.iter().zip(&self.weights).map(|(hidden, weight)| hidden * weight).sum();
        Ok(reports / visibility)
    }

    /// Each known group held out and estimated from the others, without weights, by those who answered
    /// for it.
    pub fn hold_out(&self) -> Result<Vec<HeldOut>, ScaleUpError> {
        self.check()?;
        (0..self.known_sizes.len())
            .map(|group| {
                let mut known_sizes = self.known_sizes.clone();
                let size = known_sizes.remove(group);
                let (mut known, mut hidden) = (Vec::new(), Vec::new());
                for answers in &self.known {
                    let mut answers = answers.clone();
                    if let Some(count) = answers.remove(group) {
                        known.push(answers);
                        hidden.push(count);
                    }
                }
                let weights = vec![1.0; hidden.len()];
                let rest = Self { population: self.population, known_sizes, known, hidden, weights };
                Ok(HeldOut { group, size, estimate: rest.ratio()? })
            })
            .collect()
    }

    /// The estimate with each respondent's weight multiplied by a factor.
    pub fn rescaled(&self, factors: &[f64]) -> Result<f64, ScaleUpError> {
        self.weighted_ratio(&self.degrees()?, |respondent| factors.get(respondent).copied().unwrap_or(0.0))
    }

    /// The rescaled bootstrap of Rao and Wu (1988): from each stratum one cluster fewer than it has is
    /// drawn with replacement and weighted up. `strata` and `clusters` give each respondent's. The
    /// estimates are in the order of the replicates, each with a random stream of its own.
    pub fn bootstrap(
        &self,
        strata: &[u64],
        clusters: &[u64],
        replicates: u32,
        seed: u64,
    ) -> Result<Vec<f64>, ScaleUpError> {
        let degrees = self.degrees()?;
        let mut groups: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for (&stratum, &cluster) in strata.iter().zip(clusters) {
            let known = groups.entry(stratum).or_default();
            if !known.contains(&cluster) {
                known.push(cluster);
            }
        }
        (0..replicates)
            .into_par_iter()
            .map(|number| {
                let factors = draw(&groups, seed, number);
                let factor = |respondent: usize| {
                    let place = strata.get(respondent).zip(clusters.get(respondent));
                    place
                        .and_then(|(&stratum, &cluster)| factors.get(&(stratum, cluster)))
                        .copied()
                        .unwrap_or(0.0)
                };
                self.weighted_ratio(&degrees, factor)
            })
            .collect()
    }

    fn weighted_ratio(&self, degrees: &[f64], factor: impl Fn(usize) -> f64) -> Result<f64, ScaleUpError> {
        let (mut above, mut below) = (0.0, 0.0);
        for (respondent, ((hidden, degree), weight)) in
            self.hidden.iter().zip(degrees).zip(&self.weights).enumerate()
        {
            let weight = weight * factor(respondent);
            above += weight * hidden;
            below += weight * degree;
        }
        if below > 0.0 { Ok(self.population * above / below) } else { Err(ScaleUpError::NoDegrees) }
    }

    fn check(&self) -> Result<(), ScaleUpError> {
        let groups = self.known_sizes.len();
        let respondents = self.known.len().max(self.hidden.len()).max(self.weights.len());
        let sound = |value: f64| value.is_finite() && value >= 0.0;
        let wrong = (0..respondents).find(|&respondent| {
            let whole = self.known.get(respondent).is_some_and(|known| {
                known.len() == groups && known.iter().flatten().all(|&count| sound(count))
            });
            let count = |values: &[f64]| values.get(respondent).is_some_and(|&value| sound(value));
            !(whole && count(&self.hidden) && count(&self.weights))
        });
        match wrong {
            Some(respondent) => Err(ScaleUpError::Respondent { respondent, groups }),
            None => Ok(()),
        }
    }
}

/// The middle interval of bootstrap estimates.
pub fn percentile_interval(estimates: &[f64], coverage: f64) -> (f64, f64) {
    let mut ascending = estimates.to_vec();
    ascending.sort_by(f64::total_cmp);
    let tail = (1.0 - coverage) / 2.0;
    (quantile(&ascending, tail), quantile(&ascending, 1.0 - tail))
}

/// How often each cluster was drawn, times what makes up for the one left out.
fn draw(groups: &BTreeMap<u64, Vec<u64>>, seed: u64, number: u32) -> BTreeMap<(u64, u64), f64> {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    random.set_stream(u64::from(number) + 1);
    let mut factors = BTreeMap::new();
    for (&stratum, clusters) in groups {
        let count = clusters.len();
        if let [only] = clusters.as_slice() {
            factors.insert((stratum, *only), 1.0);
            continue;
        }
        let up = count as f64 / (count - 1) as f64;
        for _ in 1..count {
            if let Some(&cluster) = clusters.get(below(&mut random, count as u64) as usize) {
                *factors.entry((stratum, cluster)).or_insert(0.0) += up;
            }
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports() -> Reports {
        Reports {
            population: 1000.0,
            known_sizes: vec![100.0, 50.0],
            known: vec![vec![Some(2.0), Some(1.0)], vec![Some(4.0), Some(2.0)], vec![Some(0.0), None]],
            hidden: vec![1.0, 2.0, 0.0],
            weights: vec![1.0, 1.0, 1.0],
        }
    }

    #[test]
    fn everybody_knowing_in_proportion_gives_the_true_size_by_every_estimator() {
        assert_eq!(reports().degrees().unwrap(), [20.0, 40.0, 0.0]);
        assert!((reports().ratio().unwrap() - 50.0).abs() < 1e-9);
        assert!((reports().mean_of_ratios().unwrap() - 50.0).abs() < 1e-9);
        let grid = reports().grid(&[0.5, 1.0], &[0.5]).unwrap();
        assert!((grid[0].estimate - 200.0).abs() < 1e-9 && (grid[1].estimate - 100.0).abs() < 1e-9);
        for held in reports().hold_out().unwrap() {
            assert!((held.estimate - held.size).abs() < 1e-9);
        }
    }

    #[test]
    fn the_bootstrap_does_not_depend_on_threads_and_keeps_weights_on_average() {
        let strata = [1, 1, 2];
        let clusters = [1, 2, 3];
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| reports().bootstrap(&strata, &clusters, 50, 3).unwrap())
        };
        assert_eq!(run(1), run(3));
        let groups = BTreeMap::from([(1, vec![1, 2, 3, 4])]);
        for number in 0..20 {
            let sum: f64 = draw(&groups, 5, number).values().sum();
            assert!((sum - 4.0).abs() < 1e-9);
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let mut short = reports();
        short.known[1].pop();
        assert_eq!(short.ratio(), Err(ScaleUpError::Respondent { respondent: 1, groups: 2 }));
        assert!(reports().grid(&[0.0], &[1.0]).is_err());
    }
}
