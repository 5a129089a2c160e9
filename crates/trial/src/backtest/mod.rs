//! Typologies tried on a ledger with labels, as a desk would work with them.
//!
//! # The rules
//!
//! - **Events** are taken in event order by [`screening::Watch`]; what is decided at each is all a
//!   detector knows. Labels are looked at only afterwards.
//! - **A list** is drawn up at the end of each month (UTC) from what is known then: the parties that
//!   showed a pattern in the month, highest rank first, as many as the budget allows. A party is on a
//!   list once, and not again within the quiet time. An alert's day is its list's.
//! - **The budget** is a number of alerts a month for each thousand of the ledger's senders, the same for every
//!   detector. Alerts are counted by weight: where a party stands for a sixth of one, so does its alert.
//! - **Reached** is who an alert names, and who paid the receiver it names in the time looked back on: that is
//!   what somebody who opens the alert sees. Recall and flag rates count who was reached; `named` counts
//!   alerts' own subjects only. Both are the same for every detector and every population.
//! - **Precision** is the share of alerts that name an offender or a facilitator.
//! - **Detection** is an offender's first alert; days and payments are counted from, and with, the first
//!   payment to somebody labelled a facilitator (the first payment, where nobody is labelled so).
//! - **Victims** are never counted as found: they are no offenders.

mod ablation;
mod curve;
mod lists;
mod measure;
mod results;
#[cfg(test)]
mod tests;

use model::{Currency, Instant, Span};
use screening::{
    Decision, Typology, Watch,
    engine::{Activity, BadFeature, Settings},
};

use self::lists::{Candidate, Month};
pub use self::{
    ablation::{WHO_SOMEBODY_IS, without},
    curve::{Ranked, average_precision, wilson},
    results::{Backtest, Counted, Group, Measured, Named, Point, Quartiles, Reach},
};
use crate::{Detector, Labels, Ledger};

/// How much a desk can look at, and how it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Alerts a month for each thousand senders of the ledger.
    pub per_thousand: f64,
    /// A party that was on a list is not put on another within this time.
    pub quiet: Span,
    /// Who opens an alert about a receiver looks at those who paid it within this time before the list.
    pub look_back: Span,
    /// Links between counterparts are older than this never.
    pub links: Span,
}

impl Default for Budget {
    fn default() -> Self {
        Self { per_thousand: 1.0, quiet: Span::days(90), look_back: Span::days(365), links: Span::days(90) }
    }
}

/// Events taken at once.
const BATCH: usize = 1 << 16;

/// Tries detectors on a ledger, all under the same budget. `settings` are for a currency, as
/// [`Watch::new`] wants them.
pub fn backtest(
    ledger: &Ledger,
    labels: &Labels,
    detectors: &[Detector],
    budget: Budget,
    settings: impl Fn(Currency) -> Settings,
) -> Result<Backtest, BadFeature> {
    let lists = candidates(ledger, detectors, budget, settings)?;
    let facts = measure::Facts::new(ledger, labels);
    let measured = detectors
        .iter()
        .zip(&lists)
        .map(|(detector, months)| measure::measure(detector, months, ledger, labels, &facts, budget));
    Ok(Backtest {
        synthetic: ledger.synthetic,
        budget_per_thousand: budget.per_thousand,
        budget_a_month: facts.senders / 1_000.0 * budget.per_thousand,
        quiet_days: budget.quiet.0 / Span::days(1).0,
        look_back_days: budget.look_back.0 / Span::days(1).0,
        ledger: facts.counted(ledger, &lists),
        detectors: measured.collect(),
    })
}

/// The candidates of one detector: each month's end, and who could be listed then.
type Months = Vec<(Instant, Vec<Candidate>)>;

/// What each detector could list at the end of each month.
fn candidates(
    ledger: &Ledger,
    detectors: &[Detector],
    budget: Budget,
    settings: impl Fn(Currency) -> Settings,
) -> Result<Vec<Months>, BadFeature> {
    let of = |(at, detector): (usize, &Detector)| {
        (0..detector.typologies.len()).map(move |place| (at, place)).collect::<Vec<_>>()
    };
    let owners: Vec<(usize, usize)> = detectors.iter().enumerate().flat_map(of).collect();
    let typologies: Vec<Typology> = detectors.iter().flat_map(Detector::watched).collect();
    let mut watch = Watch::new(&typologies, settings)?;
    let mut lists: Vec<Months> = vec![Vec::new(); detectors.len()];
    let mut decisions: Vec<Decision> = Vec::new();
    for bounds in ledger.months().windows(2) {
        let [from, to] = bounds else { continue };
        let mut months: Vec<Month> = detectors.iter().map(|_| Month::default()).collect();
        for batch in within(&ledger.events, *from, *to).chunks(BATCH) {
            decisions.clear();
            watch.push(batch, &mut decisions);
            for decision in &decisions {
                let Some((at, place)) = owners.get(decision.typology as usize) else { continue };
                if let Some((month, detector)) = months.get_mut(*at).zip(detectors.get(*at)) {
                    month.take(detector, *place, decision);
                }
            }
        }
        let recent = within(&ledger.events, *to - budget.links, *to);
        for ((month, detector), list) in months.iter().zip(detectors).zip(&mut lists) {
            list.push((*to, month.rank(detector, recent)));
        }
    }
    Ok(lists)
}

/// The events from a time on and before another.
fn within(events: &[Activity], from: Instant, to: Instant) -> &[Activity] {
    let first = events.partition_point(|event| event.at < from);
    let end = events.partition_point(|event| event.at < to);
    events.get(first..end).unwrap_or_default()
}
