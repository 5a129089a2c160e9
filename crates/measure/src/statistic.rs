//! A published number as a record: what was counted, of whom, when, as known on which day, over what,
//! by which definition and method, how surely, and from which source.
//!
//! "122 of 293" and "41 %" mean nothing alone, and figures of one programme on two days have been
//! added up before. So two statistics that differ in unit, definition or as-of date are never
//! compared or added, and the refusal says why.

use model::{CivilDate, Digest};
use serde::{Deserialize, Serialize};

/// A statistic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statistic {
    /// The value.
    pub value: f64,
    /// What was counted: "children safeguarded", "operations", "per 1,000 inhabitants".
    pub unit: String,
    /// Of whom or what.
    pub population: String,
    /// The days the value speaks of.
    pub period: Period,
    /// The day on which what it rests on was known so.
    pub as_of: CivilDate,
    /// What is above the line; none for a plain count or an estimate without one.
    pub numerator: Option<u64>,
    /// What is below the line. A share is not accepted without it.
    pub denominator: Option<u64>,
    /// What the words mean.
    pub definition: Definition,
    /// How it was counted or estimated.
    pub method: String,
    /// How surely; none for a complete count.
    pub interval: Option<Bounds>,
    /// The digest of the source it was made from.
    pub source: Digest,
}

/// From the first day to the last, both in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub first: CivilDate,
    /// The last day.
    pub last: CivilDate,
}

/// A definition by name and version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// Its version; the same words counted otherwise are another version.
    pub version: u32,
}

/// Limits with what they cover.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// The share of samples in which such limits hold the truth.
    pub coverage: f64,
}

/// Why a record is not a statistic.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NotAStatistic {
    /// The value is not a number.
    #[error("the value must be a finite number, found {0}")]
    Value(f64),
    /// A text that must be there is empty.
    #[error("a statistic needs its {0}")]
    Missing(&'static str),
    /// The period ends before it begins.
    #[error("the period ends on {last}, before it begins on {first}")]
    Period {
        /// The first day.
        first: CivilDate,
        /// The last day.
        last: CivilDate,
    },
    /// A numerator alone.
    #[error("a share needs its denominator as well as its numerator, and a denominator above 0")]
    Denominator,
    /// The value is not its parts.
    #[error(
        "the value {value} is not {numerator} over {denominator}, nor that per cent or per thousand or more"
    )]
    Parts {
        /// The value.
        value: f64,
        /// Above the line.
        numerator: u64,
        /// Below it.
        denominator: u64,
    },
    /// The limits are not around the value.
    #[error("the interval {lower} to {upper} does not hold the value {value}")]
    Interval {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
        /// The value.
        value: f64,
    },
}

/// Why two statistics are neither compared nor added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// They count different things.
    #[error("one counts {one}, the other {other}: figures of different units are not compared or added")]
    Unit {
        /// The unit of the first.
        one: String,
        /// The unit of the second.
        other: String,
    },
    /// They define it differently.
    #[error(
        "one follows {one} version {one_version}, the other {other} version {other_version}: recount both under one definition"
    )]
    Definition {
        /// The definition of the first.
        one: String,
        /// Its version.
        one_version: u32,
        /// The definition of the second.
        other: String,
        /// Its version.
        other_version: u32,
    },
    /// They were known on different days.
    #[error("one is as of {one}, the other as of {other}: figures are revised, so take both as of one day")]
    AsOf {
        /// The day of the first.
        one: CivilDate,
        /// The day of the second.
        other: CivilDate,
    },
    /// They would count some of the same twice.
    #[error("both speak of {population} and their periods overlap: their sum would count some twice")]
    Overlap {
        /// The population of both.
        population: String,
    },
    /// A rate or an estimate is not added.
    #[error("only complete counts are added; shares and estimates are made again from what they rest on")]
    NotACount,
}

/// What two comparable statistics say together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// The second less the first.
    pub difference: f64,
    /// The second over the first; none when the first is nought.
    pub ratio: Option<f64>,
    /// Whether their intervals overlap, so that the order of the two may be chance; none when either
    /// has no interval.
    pub within_noise: Option<bool>,
}

impl Statistic {
    /// Checks that the record says all it must and agrees with itself.
    pub fn checked(self) -> Result<Self, NotAStatistic> {
        if !self.value.is_finite() {
            return Err(NotAStatistic::Value(self.value));
        }
        let texts = [
            (&self.unit, "unit"),
            (&self.population, "population"),
            (&self.definition.name, "definition"),
            (&self.method, "method"),
        ];
        if let Some((_, name)) = texts.into_iter().find(|(text, _)| text.trim().is_empty()) {
            return Err(NotAStatistic::Missing(name));
        }
        if self.period.last < self.period.first {
            return Err(NotAStatistic::Period { first: self.period.first, last: self.period.last });
        }
        match (self.numerator, self.denominator) {
            (None, None) => {}
            (Some(numerator), Some(denominator)) if denominator > 0 => {
                self.check_parts(numerator, denominator)?;
            }
            _ => return Err(NotAStatistic::Denominator),
        }
        match self.interval {
            Some(Bounds { lower, upper, .. }) if !(lower <= self.value && self.value <= upper) => {
                Err(NotAStatistic::Interval { lower, upper, value: self.value })
            }
            _ => Ok(self),
        }
    }

    /// Compares this with `other`, or says why not.
    pub fn compare(&self, other: &Self) -> Result<Comparison, NotComparable> {
        self.comparable(other)?;
        let overlap = |one: Bounds, other: Bounds| one.lower <= other.upper && other.lower <= one.upper;
        Ok(Comparison {
            difference: other.value - self.value,
            ratio: (self.value != 0.0).then(|| other.value / self.value),
            within_noise: self.interval.zip(other.interval).map(|(one, other)| overlap(one, other)),
        })
    }

    /// The sum of two complete counts that have nobody in common, or why there is none.
    pub fn sum(&self, other: &Self) -> Result<f64, NotComparable> {
        self.comparable(other)?;
        let is_count =
            |one: &Self| one.interval.is_none() && one.denominator.is_none() && one.value.fract() == 0.0;
        if !is_count(self) || !is_count(other) {
            return Err(NotComparable::NotACount);
        }
        let overlapping = self.period.first <= other.period.last && other.period.first <= self.period.last;
        if overlapping && self.population == other.population {
            return Err(NotComparable::Overlap { population: self.population.clone() });
        }
        Ok(self.value + other.value)
    }

    fn comparable(&self, other: &Self) -> Result<(), NotComparable> {
        if self.unit != other.unit {
            return Err(NotComparable::Unit { one: self.unit.clone(), other: other.unit.clone() });
        }
        if self.definition != other.definition {
            return Err(NotComparable::Definition {
                one: self.definition.name.clone(),
                one_version: self.definition.version,
                other: other.definition.name.clone(),
                other_version: other.definition.version,
            });
        }
        if self.as_of != other.as_of {
            return Err(NotComparable::AsOf { one: self.as_of, other: other.as_of });
        }
        Ok(())
    }

    /// The value is the share itself, or that times a power of ten: per cent, per thousand and on.
    fn check_parts(&self, numerator: u64, denominator: u64) -> Result<(), NotAStatistic> {
        let share = numerator as f64 / denominator as f64;
        let agrees = (0..=6).any(|zeros| {
            let scaled = share * 10_f64.powi(zeros);
            (self.value - scaled).abs() <= 1e-9 * scaled.abs()
        });
        if agrees { Ok(()) } else { Err(NotAStatistic::Parts { value: self.value, numerator, denominator }) }
    }
}

impl Bounds {
    /// The limits of a share by the score of Wilson (1927), which stay between nought and one also for
    /// few trials; none for no trials.
    pub fn wilson(above: u64, below: u64, coverage: f64) -> Option<Self> {
        if below == 0 || above > below {
            return None;
        }
        let (trials, share) = (below as f64, above as f64 / below as f64);
        let square = crate::numeric::normal_quantile(f64::midpoint(1.0, coverage)).powi(2);
        let middle = (share + square / (2.0 * trials)) / (1.0 + square / trials);
        let spread = share * (1.0 - share) / trials + square / (4.0 * trials * trials);
        let half = (square * spread).sqrt() / (1.0 + square / trials);
        Some(Self {
            lower: (middle - half).clamp(0.0, share),
            upper: (middle + half).clamp(share, 1.0),
            coverage,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn safeguarded(value: f64) -> Statistic {
        Statistic {
            value,
            unit: "children safeguarded".to_owned(),
            population: "Synthetic Province".to_owned(),
            period: Period { first: day("2025-01-01"), last: day("2025-12-31") },
            as_of: day("2026-06-30"),
            numerator: None,
            denominator: None,
            definition: Definition { name: "safeguarded in an operation".to_owned(), version: 2 },
            method: "complete count of closed operations".to_owned(),
            interval: None,
            source: Digest([7; 32]),
        }
    }

    #[test]
    fn figures_that_differ_in_unit_definition_or_day_are_refused_with_the_reason() {
        let one = safeguarded(120.0);
        let reason = |other: &Statistic| one.compare(other).unwrap_err().to_string();
        let operations = Statistic { unit: "operations".to_owned(), ..safeguarded(40.0) };
        assert!(reason(&operations).contains("one counts children safeguarded, the other operations"));
        let mut recount = safeguarded(118.0);
        recount.definition.version = 3;
        assert!(reason(&recount).contains("version 2"));
        let later = Statistic { as_of: day("2026-09-30"), ..safeguarded(131.0) };
        assert!(reason(&later).contains("as of 2026-06-30, the other as of 2026-09-30"));
        assert!((one.compare(&safeguarded(90.0)).unwrap().difference + 30.0).abs() < 1e-12);
    }

    #[test]
    fn a_sum_never_counts_anyone_twice_and_never_adds_shares() {
        let one = safeguarded(120.0);
        assert!(matches!(one.sum(&safeguarded(3.0)), Err(NotComparable::Overlap { .. })));
        let elsewhere = Statistic { population: "Synthetic Island".to_owned(), ..safeguarded(30.0) };
        assert!((one.sum(&elsewhere).unwrap() - 150.0).abs() < 1e-12);
        let estimated =
            Statistic { interval: Some(Bounds { lower: 20.0, upper: 40.0, coverage: 0.95 }), ..elsewhere };
        assert_eq!(one.sum(&estimated), Err(NotComparable::NotACount));
    }

    #[test]
    fn a_share_says_of_what() {
        let share = Statistic {
            value: 40.0,
            unit: "per cent of children".to_owned(),
            numerator: Some(4),
            denominator: Some(10),
            ..safeguarded(0.0)
        };
        assert!(share.clone().checked().is_ok());
        let alone = Statistic { denominator: None, ..share.clone() };
        assert_eq!(alone.checked(), Err(NotAStatistic::Denominator));
        let wrong = Statistic { value: 41.0, ..share.clone() };
        assert!(matches!(wrong.checked(), Err(NotAStatistic::Parts { .. })));
        let unnamed = Statistic { unit: " ".to_owned(), ..share };
        assert_eq!(unnamed.checked(), Err(NotAStatistic::Missing("unit")));
    }

    #[test]
    fn limits_of_a_share_stay_between_nought_and_one() {
        // 15 of 50: limits 0.1910 and 0.4375 by hand.
        let found = Bounds::wilson(15, 50, 0.95).unwrap();
        assert!((found.lower - 0.1910).abs() < 1e-4 && (found.upper - 0.4375).abs() < 1e-4, "{found:?}");
        let none = Bounds::wilson(0, 10, 0.95).unwrap();
        assert!(none.lower.abs() < 1e-12 && (none.upper - 0.2775).abs() < 1e-4, "{none:?}");
        assert_eq!(Bounds::wilson(0, 0, 0.95), None);
    }
}
