//! Whether something changed: between two surveys, and beside places without the programme; and how
//! large a sample must be to tell.

use std::collections::BTreeMap;

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::numeric::normal_quantile;
use crate::survey::design::Estimated;

/// A difference with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// The difference.
    pub difference: f64,
    /// Its standard error.
    pub error: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

/// A share of what was there before, with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reduction {
    /// One less the later over the earlier.
    pub share: f64,
    /// The lower limit; negative where an increase is possible.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

/// Why a change cannot be measured.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChangeError {
    /// The logarithm of nought.
    #[error("a reduction needs both estimates above 0, found {0} and {1}")]
    Nought(f64, f64),
    /// A group or a time has no sites.
    #[error(
        "a difference in differences needs at least two sites with and two without the programme, each seen before and after; found {with} and {without}"
    )]
    Sites {
        /// Sites with the programme.
        with: usize,
        /// Sites without it.
        without: usize,
    },
    /// A plan is not one.
    #[error(
        "shares must lie between 0 and 1 and differ; power and significance between 0 and 1; the design effect above 0"
    )]
    Plan,
}

/// The later less the earlier. Variances are added only for independent samples: for samples that
/// share respondents give the `covariance` of the two estimates.
pub fn difference(earlier: &Estimated, later: &Estimated, covariance: f64, coverage: f64) -> Change {
    let variance = earlier.error.powi(2) + later.error.powi(2) - 2.0 * covariance;
    normal_interval(later.value - earlier.value, variance.max(0.0).sqrt(), coverage)
}

/// The relative reduction, its interval made on the logarithm of the ratio; samples independent.
pub fn reduction(earlier: &Estimated, later: &Estimated, coverage: f64) -> Result<Reduction, ChangeError> {
    if !(earlier.value > 0.0 && later.value > 0.0) {
        return Err(ChangeError::Nought(earlier.value, later.value));
    }
    let ratio = later.value / earlier.value;
    let error = ((earlier.error / earlier.value).powi(2) + (later.error / later.value).powi(2)).sqrt();
    let half = normal_quantile(f64::midpoint(1.0, coverage)) * error;
    Ok(Reduction { share: 1.0 - ratio, lower: 1.0 - ratio * half.exp(), upper: 1.0 - ratio * (-half).exp() })
}

/// One observation at a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// The site, the unit that the programme was given to.
    pub site: u64,
    /// Whether the site has the programme.
    pub programme: bool,
    /// Whether it was seen after the programme began.
    pub after: bool,
    /// What was measured.
    pub value: f64,
}

/// The change where the programme is less the change where it is not, with errors clustered by site:
/// each site's own change counts once, and groups may vary differently (Welch's limits, by Student's law:
/// sites are few).
pub fn difference_in_differences(observed: &[Observed], coverage: f64) -> Result<Change, ChangeError> {
    let mut sites: BTreeMap<(bool, u64), [(f64, f64); 2]> = BTreeMap::new();
    for one in observed {
        let site = sites.entry((one.programme, one.site)).or_insert([(0.0, 0.0); 2]);
        let [before, after] = site;
        let (sum, count) = if one.after { after } else { before };
        *sum += one.value;
        *count += 1.0;
    }
    let changes = |programme: bool| -> Vec<f64> {
        sites
            .iter()
            .filter(|((with, _), _)| *with == programme)
            .filter(|(_, [before, after])| before.1 > 0.0 && after.1 > 0.0)
            .map(|(_, [before, after])| after.0 / after.1 - before.0 / before.1)
            .collect()
    };
    let (with, without) = (changes(true), changes(false));
    if with.len() < 2 || without.len() < 2 {
        return Err(ChangeError::Sites { with: with.len(), without: without.len() });
    }
    let ((mean_with, variance_with), (mean_without, variance_without)) = (moments(&with), moments(&without));
    let parts = [(variance_with, with.len()), (variance_without, without.len())]
        .map(|(variance, sites)| (variance / sites as f64, sites as f64 - 1.0));
    let square: f64 = parts.iter().map(|(part, _)| part).sum();
    let freedom = square.powi(2) / parts.iter().map(|(part, freedom)| part.powi(2) / freedom).sum::<f64>();
    let level = f64::midpoint(1.0, coverage);
    // Sites that all changed alike leave nothing to be unsure of.
    let deviate = StudentsT::new(0.0, 1.0, freedom).map_or(0.0, |law| law.inverse_cdf(level));
    let (difference, half) = (mean_with - mean_without, deviate * square.sqrt());
    Ok(Change { difference, error: square.sqrt(), lower: difference - half, upper: difference + half })
}

/// How two surveys are planned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// The share expected at first.
    pub first: f64,
    /// The share that must be told apart from it.
    pub second: f64,
    /// The chance of a false alarm, two-sided.
    pub significance: f64,
    /// The chance of seeing the change if there is one.
    pub power: f64,
    /// How many times a simple sample the design needs.
    pub design_effect: f64,
}

impl Plan {
    /// How many respondents each survey needs.
    pub fn respondents(&self) -> Result<u64, ChangeError> {
        self.check()?;
        let deviates = normal_quantile(1.0 - self.significance / 2.0) + normal_quantile(self.power);
        let spread = self.first * (1.0 - self.first) + self.second * (1.0 - self.second);
        let needed = deviates.powi(2) * spread / (self.first - self.second).powi(2) * self.design_effect;
        Ok(needed.ceil() as u64)
    }

    /// The power that a number of respondents in each survey has, the plan's own power set aside.
    pub fn power_with(&self, respondents: u64) -> Result<f64, ChangeError> {
        self.check()?;
        let spread = self.first * (1.0 - self.first) + self.second * (1.0 - self.second);
        let error = (spread * self.design_effect / respondents as f64).sqrt();
        let deviate = (self.first - self.second).abs() / error;
        Ok(crate::numeric::normal_cdf(deviate - normal_quantile(1.0 - self.significance / 2.0)))
    }

    fn check(&self) -> Result<(), ChangeError> {
        let inside = |share: f64| share > 0.0 && share < 1.0;
        let sound = inside(self.first)
            && inside(self.second)
            && inside(self.significance)
            && inside(self.power)
            && (self.first - self.second).abs() > 0.0
            && self.design_effect > 0.0;
        if sound { Ok(()) } else { Err(ChangeError::Plan) }
    }
}

fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, squares / (values.len() - 1) as f64)
}

fn normal_interval(difference: f64, error: f64, coverage: f64) -> Change {
    let half = normal_quantile(f64::midpoint(1.0, coverage)) * error;
    Change { difference, error, lower: difference - half, upper: difference + half }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: f64, error: f64) -> Estimated {
        Estimated { value, error, degrees_of_freedom: 100.0 }
    }

    #[test]
    fn variances_add_for_independent_samples_and_less_for_shared_ones() {
        let (before, after) = (share(0.08, 0.003), share(0.05, 0.004));
        let found = difference(&before, &after, 0.0, 0.95);
        assert!((found.difference + 0.03).abs() < 1e-12 && (found.error - 0.005).abs() < 1e-12);
        assert!(difference(&before, &after, 5e-6, 0.95).error < 0.005);
        let found = reduction(&before, &after, 0.95).unwrap();
        assert!((found.share - 0.375).abs() < 1e-12 && found.lower < 0.375 && found.upper > 0.375);
        assert!(reduction(&share(0.0, 0.1), &after, 0.95).is_err());
    }

    #[test]
    fn what_changed_everywhere_is_not_the_programmes_doing() {
        let mut observed = Vec::new();
        for site in 0..6_u64 {
            let programme = site < 3;
            let level = site as f64;
            observed.push(Observed { site, programme, after: false, value: level });
            let gain = 2.0 + if programme { 5.0 } else { 0.0 } + 0.1 * (site % 3) as f64;
            observed.push(Observed { site, programme, after: true, value: level + gain });
        }
        let found = difference_in_differences(&observed, 0.95).unwrap();
        assert!((found.difference - 5.0).abs() < 1e-9, "{found:?}");
        assert!(found.lower < 5.0 && found.upper > 5.0);
        let few: Vec<Observed> = observed.into_iter().filter(|one| one.site > 1).collect();
        assert_eq!(difference_in_differences(&few, 0.95), Err(ChangeError::Sites { with: 1, without: 3 }));
    }

    #[test]
    fn limits_for_few_sites_are_those_of_welch() {
        // SciPy 1.x, ttest_ind(equal_var=False), of the two lists of changes.
        let changes =
            [(true, [6.1, 4.2, 7.7, 5.0].as_slice()), (false, [1.9, 2.4, 0.3, 3.1, 2.2].as_slice())];
        let mut observed = Vec::new();
        for (programme, changes) in changes {
            for (site, change) in (0_u64..).zip(changes) {
                observed.push(Observed { site, programme, after: false, value: 10.0 + site as f64 });
                observed.push(Observed { site, programme, after: true, value: 10.0 + site as f64 + change });
            }
        }
        let found = difference_in_differences(&observed, 0.95).unwrap();
        assert!((found.difference - 3.77).abs() < 1e-9, "{found:?}");
        assert!(
            (found.lower - 1.503_335_089).abs() < 1e-6 && (found.upper - 6.036_664_911).abs() < 1e-6,
            "{found:?}"
        );
    }

    #[test]
    fn a_known_plan_has_the_known_size() {
        // (1.95996 + 0.84162)² · (0.05·0.95 + 0.03·0.97) / 0.02², by hand.
        let plan = Plan { first: 0.05, second: 0.03, significance: 0.05, power: 0.8, design_effect: 1.0 };
        assert_eq!(plan.respondents(), Ok(1504));
        assert_eq!(Plan { design_effect: 2.0, ..plan }.respondents(), Ok(3007));
    }

    #[test]
    fn the_planned_number_of_respondents_has_the_planned_power() {
        let plan = Plan { first: 0.05, second: 0.03, significance: 0.05, power: 0.8, design_effect: 1.5 };
        let needed = plan.respondents().unwrap();
        assert!(plan.power_with(needed).unwrap() >= 0.8);
        assert!(plan.power_with(needed - 10).unwrap() < 0.8);
        assert_eq!(Plan { second: 0.05, ..plan }.respondents(), Err(ChangeError::Plan));
    }
}
