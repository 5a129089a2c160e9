//! A probability sample with strata, clusters and weights.
//!
//! Means and ratios are linearised, variances are those of cluster totals within strata with the
//! finite population correction, and the interval of a share is made on the logit scale, so that it
//! stays between nought and one (Korn and Graubard 1999).

use std::collections::BTreeMap;

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// One respondent's place in the design.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The stratum; the same for all when there is none.
    pub stratum: u64,
    /// The cluster drawn first; the respondent where there are none.
    pub cluster: u64,
    /// How many people the respondent stands for.
    pub weight: f64,
    /// How many clusters the stratum has in the population; none when it is as good as endless.
    pub clusters_in_population: Option<f64>,
}

/// An estimate from a sample.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimated {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Clusters less strata.
    pub degrees_of_freedom: f64,
}

/// Why a sample gives no estimate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// Values and places differ in number, or there are none.
    #[error("expected a value for each of {places} respondents, found {values}")]
    Length {
        /// Respondents.
        places: usize,
        /// Values.
        values: usize,
    },
    /// A weight or value is not usable.
    #[error("respondent {respondent}: expected a finite value and a weight above 0")]
    Respondent {
        /// The respondent, counted from nought.
        respondent: usize,
    },
    /// A stratum has one cluster, so nothing shows how clusters vary.
    #[error("stratum {stratum} has a single cluster: join it to another stratum")]
    Lonely {
        /// The stratum.
        stratum: u64,
    },
    /// The sum below the line is nought.
    #[error("the sum that is divided by is 0")]
    Nought,
    /// A share is not between nought and one.
    #[error("a share with a logit interval must lie between 0 and 1, found {0}")]
    Share(f64),
}

/// The weighted total of `values`.
pub fn total(places: &[Place], values: &[f64]) -> Result<Estimated, DesignError> {
    check(places, values)?;
    let parts: Vec<f64> = places.iter().zip(values).map(|(place, value)| place.weight * value).collect();
    variance(places, &parts).map(|(error, degrees_of_freedom)| Estimated {
        value: parts.iter().sum(),
        error,
        degrees_of_freedom,
    })
}

/// The weighted mean of `values`; a share when they are nought and one.
pub fn mean(places: &[Place], values: &[f64]) -> Result<Estimated, DesignError> {
    ratio(places, values, &vec![1.0; values.len()])
}

/// The ratio of two weighted totals.
pub fn ratio(places: &[Place], above: &[f64], below: &[f64]) -> Result<Estimated, DesignError> {
    check(places, above)?;
    check(places, below)?;
    let sum = |values: &[f64]| -> f64 {
        places.iter().zip(values).map(|(place, value)| place.weight * value).sum()
    };
    let divisor = sum(below);
    if divisor == 0.0 {
        return Err(DesignError::Nought);
    }
    let value = sum(above) / divisor;
    let parts: Vec<f64> = places
        .iter()
        .zip(above)
        .zip(below)
        .map(|((place, above), below)| place.weight * (above - value * below) / divisor)
        .collect();
    let (error, degrees_of_freedom) = variance(places, &parts)?;
    Ok(Estimated { value, error, degrees_of_freedom })
}

/// How many times the variance of a mean is that of a simple sample of as many from the population that
/// the weights add up to; none where they add up to no more than the sample.
pub fn design_effect(places: &[Place], values: &[f64]) -> Result<Option<f64>, DesignError> {
    let estimated = mean(places, values)?;
    let sample = values.len() as f64;
    let population: f64 = places.iter().map(|place| place.weight).sum();
    if population <= sample || sample < 2.0 {
        return Ok(None);
    }
    let squares =
        places.iter().zip(values).map(|(place, value)| place.weight * (value - estimated.value).powi(2));
    let variance = squares.sum::<f64>() / population * sample / (sample - 1.0);
    let simple = variance * (population - sample) / (population * sample);
    Ok((simple > 0.0).then(|| estimated.error.powi(2) / simple))
}

impl Estimated {
    /// The interval of a share on the logit scale.
    pub fn logit_interval(&self, coverage: f64) -> Result<(f64, f64), DesignError> {
        if !(self.value > 0.0 && self.value < 1.0) {
            return Err(DesignError::Share(self.value));
        }
        let odds = (self.value / (1.0 - self.value)).ln();
        let half = self.deviate(coverage) * self.error / (self.value * (1.0 - self.value));
        let share = |odds: f64| 1.0 / (1.0 + (-odds).exp());
        Ok((share(odds - half), share(odds + half)))
    }

    /// The interval on the scale of the estimate.
    pub fn interval(&self, coverage: f64) -> (f64, f64) {
        let half = self.deviate(coverage) * self.error;
        (self.value - half, self.value + half)
    }

    fn deviate(&self, coverage: f64) -> f64 {
        let level = f64::midpoint(1.0, coverage);
        StudentsT::new(0.0, 1.0, self.degrees_of_freedom).map_or(f64::INFINITY, |law| law.inverse_cdf(level))
    }
}

fn check(places: &[Place], values: &[f64]) -> Result<(), DesignError> {
    if places.len() != values.len() || places.is_empty() {
        return Err(DesignError::Length { places: places.len(), values: values.len() });
    }
    let sound =
        |(place, value): (&Place, &f64)| value.is_finite() && place.weight.is_finite() && place.weight > 0.0;
    match places.iter().zip(values).position(|pair| !sound(pair)) {
        Some(respondent) => Err(DesignError::Respondent { respondent }),
        None => Ok(()),
    }
}

/// The standard error of a sum of parts and its degrees of freedom.
fn variance(places: &[Place], parts: &[f64]) -> Result<(f64, f64), DesignError> {
    let mut strata: BTreeMap<u64, (BTreeMap<u64, f64>, Option<f64>)> = BTreeMap::new();
    for (place, part) in places.iter().zip(parts) {
        let stratum = strata.entry(place.stratum).or_insert((BTreeMap::new(), place.clusters_in_population));
        *stratum.0.entry(place.cluster).or_insert(0.0) += part;
    }
    let (mut variance, mut freedom) = (0.0, 0.0);
    for (&stratum, (clusters, population)) in &strata {
        let count = clusters.len() as f64;
        let drawn = population.map_or(0.0, |population| count / population);
        if clusters.len() < 2 {
            if drawn < 1.0 {
                return Err(DesignError::Lonely { stratum });
            }
            continue;
        }
        let mean = clusters.values().sum::<f64>() / count;
        let squares: f64 = clusters.values().map(|total| (total - mean).powi(2)).sum();
        variance += (1.0 - drawn) * count / (count - 1.0) * squares;
        freedom += count - 1.0;
    }
    Ok((variance.max(0.0).sqrt(), freedom))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(count: u64) -> Vec<Place> {
        (0..count)
            .map(|cluster| Place { stratum: 0, cluster, weight: 2.0, clusters_in_population: None })
            .collect()
    }

    #[test]
    fn without_clusters_and_strata_it_is_the_textbook_share() {
        let values: Vec<f64> = (0..100).map(|index| if index < 30 { 1.0 } else { 0.0 }).collect();
        let found = mean(&plain(100), &values).unwrap();
        assert!((found.value - 0.3).abs() < 1e-12);
        assert!((found.error - (0.3 * 0.7 / 99.0_f64).sqrt()).abs() < 1e-12);
        let (low, high) = found.logit_interval(0.95).unwrap();
        assert!(low > 0.0 && low < 0.3 && high > 0.3 && high < 1.0);
    }

    #[test]
    fn a_census_has_no_sampling_error_and_a_lonely_cluster_is_refused() {
        let mut places = plain(10);
        for place in &mut places {
            place.clusters_in_population = Some(10.0);
        }
        let values: Vec<f64> = (0..10).map(f64::from).collect();
        assert!(mean(&places, &values).unwrap().error < 1e-12);
        places[0].stratum = 7;
        assert_eq!(mean(&places, &values), Err(DesignError::Lonely { stratum: 7 }));
        assert!(matches!(mean(&places, &values[1..]), Err(DesignError::Length { .. })));
    }
}
