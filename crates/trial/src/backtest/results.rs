//! What a backtest says: plain figures, ready to be written as JSON.

use serde::Serialize;

/// What came of a backtest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    /// Whether the ledger is made up.
    pub synthetic: bool,
    /// Alerts a month for each thousand senders.
    pub budget_per_thousand: f64,
    /// Alerts a month, by weight.
    pub budget_a_month: f64,
    /// Days within which a party is not listed again.
    pub quiet_days: i64,
    /// Days of a receiver's past that somebody who opens an alert sees.
    pub look_back_days: i64,
    /// What was in the ledger.
    pub ledger: Counted,
    /// What came of each detector, in the order given.
    pub detectors: Vec<Measured>,
}

/// What was in a ledger.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Counted {
    /// Payments.
    pub events: u64,
    /// Months lists were drawn up for.
    pub months: usize,
    /// Parties that paid, by weight.
    pub senders: f64,
    /// Offenders with an offending payment in the ledger, as drawn.
    pub offenders: u64,
    /// The same by weight: so many they stand for.
    pub offenders_weighted: f64,
    /// Of those as drawn, how many made one offending payment only.
    pub offenders_with_one_payment: u64,
    /// Facilitators that were paid, as drawn.
    pub facilitators: u64,
    /// Family remitters, by weight.
    pub families: f64,
}

/// A typology by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
}

/// What came of a detector.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Its name.
    pub name: String,
    /// Whether it is a yardstick.
    pub baseline: bool,
    /// What it watched for.
    pub typologies: Vec<Named>,
    /// Alerts over all months, as drawn.
    pub alerts: u64,
    /// The same by weight.
    pub alerts_weighted: f64,
    /// Of these, those about receivers.
    pub alerts_about_receivers: f64,
    /// The share of alerts, by weight, that name an offender or a facilitator.
    pub precision_at_budget: f64,
    /// The share of offenders that were reached.
    pub recall: f64,
    /// Its lower limit (95 %).
    pub recall_lower95: f64,
    /// Its upper limit (95 %).
    pub recall_upper95: f64,
    /// The share of offenders that an alert names.
    pub recall_named: f64,
    /// The share of facilitators that an alert names.
    pub recall_facilitators: f64,
    /// The share of victims that an alert names; each is one too many. None where nobody is labelled so.
    pub victims_named: Option<f64>,
    /// Precision averaged over the ranking of all parties by their best month.
    pub average_precision: Option<f64>,
    /// From an offender's first offending payment to the list they were reached with, in days.
    pub days_to_detection: Option<Quartiles>,
    /// Offending payments made by then.
    pub payments_to_detection: Option<Quartiles>,
    /// Family remitters reached, by weight.
    pub families: Reach,
    /// Precision and recall at other budgets.
    pub curve: Vec<Point>,
    /// Recall by how many offending payments an offender made.
    pub recall_by_payments: Vec<Group>,
    /// How many of those without a part in it were reached, by corridor, nationality, sex, age and population.
    pub flag_rates: Vec<Group>,
}

/// How many of a kind were reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Reach {
    /// All of them, by weight.
    pub all: f64,
    /// Those that were reached.
    pub reached: f64,
    /// Those that an alert names.
    pub named: f64,
}

/// The quarters of a distribution, by weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quartiles {
    /// A quarter is at most this.
    pub lower: f64,
    /// Half is at most this.
    pub median: f64,
    /// Three quarters are at most this.
    pub upper: f64,
}

/// What a detector does at another budget.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    /// Alerts a month for each thousand senders.
    pub per_thousand: f64,
    /// Alerts over all months, by weight.
    pub alerts: f64,
    /// As [`Measured::precision_at_budget`].
    pub precision: f64,
    /// As [`Measured::recall`].
    pub recall: f64,
}

/// A group and how much of it was reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// By what it is grouped.
    pub by: &'static str,
    /// Its name.
    pub group: String,
    /// Parties, by weight.
    pub parties: f64,
    /// Those that were reached, by weight.
    pub reached: f64,
    /// Their share.
    pub rate: f64,
    /// Its limits (95 %, Wilson).
    pub lower95: f64,
    /// The same.
    pub upper95: f64,
}

impl Quartiles {
    /// Of values with weights; none if there are none.
    pub(crate) fn of(mut values: Vec<(f64, f64)>) -> Option<Self> {
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all: f64 = values.iter().map(|(_, weight)| weight).sum();
        let at = |share: f64| {
            let mut seen = 0.0;
            values.iter().find(|(_, weight)| {
                seen += weight;
                seen >= share * all - 1e-9
            })
        };
        let value = |share| at(share).map(|(value, _)| *value);
        Some(Self { lower: value(0.25)?, median: value(0.5)?, upper: value(0.75)? })
    }
}
