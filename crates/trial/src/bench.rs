//! The figures detection is held to: ours beside the better baseline, on one ledger.

use serde::Serialize;

use crate::{Backtest, Measured, Quartiles};

/// The figures of one backtest that are compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Detection {
    /// Offenders with an offending payment, as drawn.
    pub offenders: u64,
    /// How many they stand for.
    pub offenders_weighted: f64,
    /// The share of them that was reached.
    pub recall: f64,
    /// Its lower limit (95 %).
    pub recall_lower95: f64,
    /// The baseline with the larger recall.
    pub best_baseline: String,
    /// Its recall.
    pub best_baseline_recall: f64,
    /// The share of alerts that name an offender or a facilitator.
    pub precision_at_budget: f64,
    /// The same of the better baseline.
    pub best_baseline_precision: f64,
    /// From the first offending payment to the list, in days.
    pub days_to_detection: Option<Quartiles>,
    /// Offending payments made by then.
    pub payments_to_detection: Option<Quartiles>,
    /// Family remitters reached, and one, over the same of the better baseline.
    pub family_flag_ratio: f64,
    /// Families reached, by weight.
    pub families_flagged: f64,
    /// The same of the better baseline.
    pub best_baseline_families_flagged: f64,
}

impl Detection {
    /// How far ours must lie above the better baseline, with its lower limit.
    pub const AHEAD: f64 = 0.3;
    /// The largest ratio of families flagged.
    pub const FAMILIES: f64 = 0.5;
    /// Offenders as drawn that it takes at least.
    pub const OFFENDERS: u64 = 500;

    /// Out of a backtest: the first detector that is no baseline, beside the baseline that found most.
    pub fn of(backtest: &Backtest) -> Option<Self> {
        let ours = backtest.detectors.iter().find(|detector| !detector.baseline)?;
        let more = |a: &&Measured, b: &&Measured| a.recall.total_cmp(&b.recall);
        let best = backtest.detectors.iter().filter(|detector| detector.baseline).max_by(more)?;
        Some(Self {
            offenders: backtest.ledger.offenders,
            offenders_weighted: backtest.ledger.offenders_weighted,
            recall: ours.recall,
            recall_lower95: ours.recall_lower95,
            best_baseline: best.name.clone(),
            best_baseline_recall: best.recall,
            precision_at_budget: ours.precision_at_budget,
            best_baseline_precision: best.precision_at_budget,
            days_to_detection: ours.days_to_detection,
            payments_to_detection: ours.payments_to_detection,
            family_flag_ratio: (ours.families.reached + 1.0) / (best.families.reached + 1.0),
            families_flagged: ours.families.reached,
            best_baseline_families_flagged: best.families.reached,
        })
    }

    /// Whether it is what it is held to.
    pub fn passes(&self) -> bool {
        self.offenders >= Self::OFFENDERS
            && self.recall_lower95 >= self.best_baseline_recall + Self::AHEAD
            && self.family_flag_ratio <= Self::FAMILIES
    }
}

#[cfg(test)]
mod tests {
    use model::Country;
    use screening::engine::Settings;

    use super::*;
    use crate::{Budget, Detector, Law, Size, backtest, simulate};

    #[test]
    fn ours_stands_beside_the_baseline_that_found_more() {
        let world =
            simulate(&Law::shipped("development").unwrap(), Size { senders: 1_500, offenders: 40 }, 6);
        let mut detectors = vec![Detector::shipped(Some(Country::PH)).unwrap()];
        detectors.extend(Detector::baselines(Some(Country::PH)).unwrap());
        let budget = Budget { per_thousand: 10.0, ..Budget::default() };
        let tried = backtest(&world.ledger, &world.labels, &detectors, budget, Settings::shipped).unwrap();
        let detection = Detection::of(&tried).unwrap();
        let baselines: Vec<&Measured> = tried.detectors.iter().filter(|d| d.baseline).collect();
        let best = baselines.iter().map(|d| d.recall).fold(0.0, f64::max);
        assert!((detection.best_baseline_recall - best).abs() < 1e-12);
        let named = baselines.iter().find(|d| d.name == detection.best_baseline).unwrap();
        let ratio = (tried.detectors[0].families.reached + 1.0) / (named.families.reached + 1.0);
        assert!((detection.family_flag_ratio - ratio).abs() < 1e-12);
        assert_eq!(detection.offenders, 40);
        assert!(!detection.passes(), "forty offenders are too few to say anything");
        let enough =
            Detection { offenders: 500, recall_lower95: best + 0.3, family_flag_ratio: 0.5, ..detection };
        assert!(enough.passes());
        assert!(!Detection { family_flag_ratio: 0.6, ..enough.clone() }.passes());
        assert!(!Detection { recall_lower95: best + 0.29, ..enough }.passes());
    }

    #[test]
    fn without_a_baseline_there_is_nothing_to_compare() {
        let world = simulate(&Law::shipped("development").unwrap(), Size { senders: 100, offenders: 4 }, 6);
        let ours = [Detector::shipped(Some(Country::PH)).unwrap()];
        let tried =
            backtest(&world.ledger, &world.labels, &ours, Budget::default(), Settings::shipped).unwrap();
        assert_eq!(Detection::of(&tried), None);
    }
}
