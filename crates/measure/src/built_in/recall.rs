//! What detection misses, and how long it takes: recall among parties who became known otherwise,
//! recall by a random review, and the time to the first alert.

use std::collections::{BTreeMap, BTreeSet};

use model::CivilDate;

use crate::built_in::ReportError;
use crate::built_in::detection::{Alert, COVERAGE, Detection, Known, Reviewed};
use crate::calendar::days_between;
use crate::definitions::Definitions;
use crate::numeric::normal_quantile;
use crate::outcomes::Curves;
use crate::statistic::{Bounds, Statistic};
use crate::survival::Followed;

/// Parties with the first alert on each, for one group of figures.
pub(super) struct Group<'p> {
    /// The channel or typology; none for all.
    pub(super) name: Option<String>,
    parties: Vec<(&'p Known, Option<CivilDate>)>,
}

/// All parties; those of each channel; all parties as each typology alone would have found them.
pub(super) fn groups<'p>(detection: &Detection<'p>) -> Vec<Group<'p>> {
    let all = first_alerts(detection, |_| true);
    let group = |name: Option<String>, first: &BTreeMap<&str, CivilDate>, holds: &dyn Fn(&Known) -> bool| {
        let parties = detection.parties.iter().filter(|party| holds(party));
        let parties = parties.map(|party| (party, first.get(party.party.as_str()).copied())).collect();
        Group { name, parties }
    };
    let mut found = vec![group(None, &all, &|_| true)];
    let channels: BTreeSet<&str> = detection.parties.iter().map(|party| party.channel.as_str()).collect();
    for channel in channels {
        found.push(group(Some(format!("channel {channel}")), &all, &|party| party.channel == channel));
    }
    let typologies: BTreeSet<&str> = detection.alerts.iter().map(|alert| alert.typology.as_str()).collect();
    for typology in typologies {
        let own = first_alerts(detection, |alert| alert.typology == typology);
        found.push(group(Some(format!("typology {typology}")), &own, &|_| true));
    }
    found
}

/// The day of the first alert on each party, of those alerts that hold.
fn first_alerts<'p>(
    detection: &Detection<'p>,
    holds: impl Fn(&Alert) -> bool,
) -> BTreeMap<&'p str, CivilDate> {
    let mut first: BTreeMap<&str, CivilDate> = BTreeMap::new();
    for alert in detection.alerts.iter().filter(|alert| alert.raised <= detection.as_of && holds(alert)) {
        let day = first.entry(&alert.party).or_insert(alert.raised);
        *day = alert.raised.min(*day);
    }
    first
}

/// Of the parties who became known otherwise in the period, those with an alert before that day; none
/// where nobody did.
pub(super) fn known(
    detection: &Detection<'_>,
    definitions: &Definitions,
    group: &Group<'_>,
) -> Result<Option<Statistic>, ReportError> {
    let found: Vec<bool> = group
        .parties
        .iter()
        .filter_map(|(party, alerted)| {
            let day = party.known.filter(|day| *day <= detection.as_of && detection.period.contains(*day))?;
            Some(alerted.is_some_and(|alerted| alerted < day))
        })
        .collect();
    let (before, of) = (found.iter().filter(|yes| **yes).count() as u64, found.len() as u64);
    let Some(interval) = Bounds::wilson(before, of, COVERAGE) else { return Ok(None) };
    let method = "alert before the day the party became known otherwise; whom nobody found is in neither";
    let value = (before as f64 / of as f64, Some((before, of)), Some(interval));
    detection.statistic(definitions, "alert-recall", group.name.as_deref(), value, method).map(Some)
}

/// Confirmed parties over those and what the review says was missed; none without a review or without
/// a confirmed party. The variance is of the drawing alone.
pub(super) fn sampled(
    detection: &Detection<'_>,
    definitions: &Definitions,
) -> Result<Option<Statistic>, ReportError> {
    if let Some(wrong) = detection.reviewed.iter().find(|one| !(one.chance > 0.0 && one.chance <= 1.0)) {
        let chance = wrong.chance;
        let said =
            format!("a reviewed party has the chance {chance} of being drawn; expected above 0 and up to 1");
        return Err(ReportError::Input(said));
    }
    let confirmed = detection
        .alerts
        .iter()
        .filter(|alert| alert.decided.is_some_and(|(day, confirmed)| confirmed && day <= detection.as_of));
    let parties: BTreeSet<&str> = confirmed.map(|alert| alert.party.as_str()).collect();
    if detection.reviewed.is_empty() || parties.is_empty() {
        return Ok(None);
    }
    let (recall, interval) = estimated(parties.len() as f64, detection.reviewed);
    let method =
        "missed parties from a random review, each standing for one over its chance (Horvitz-Thompson)";
    let value = (recall, None, Some(interval));
    detection.statistic(definitions, "alert-recall-sampled", None, value, method).map(Some)
}

/// The recall and its limits: on the logit scale, or where the review found nobody by what a sample of
/// that size could have overlooked.
fn estimated(confirmed: f64, reviewed: &[Reviewed]) -> (f64, Bounds) {
    let missed = || reviewed.iter().filter(|one| one.confirmed).map(|one| one.chance);
    let total: f64 = missed().map(|chance| 1.0 / chance).sum();
    if total <= 0.0 {
        let population: f64 = reviewed.iter().map(|one| 1.0 / one.chance).sum();
        let overlooked = population * (1.0 - (1.0 - COVERAGE).powf(1.0 / reviewed.len() as f64));
        let lower = confirmed / (confirmed + overlooked);
        return (1.0, Bounds { lower, upper: 1.0, coverage: COVERAGE });
    }
    let recall = confirmed / (confirmed + total);
    let variance: f64 = missed().map(|chance| (1.0 - chance) / chance.powi(2)).sum();
    let error = confirmed / (confirmed + total).powi(2) * variance.sqrt();
    let half = normal_quantile(f64::midpoint(1.0, COVERAGE)) * error / (recall * (1.0 - recall));
    let odds = (recall / (1.0 - recall)).ln();
    let share = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    let (lower, upper) = (share(odds - half).min(recall), share(odds + half).max(recall));
    (recall, Bounds { lower, upper, coverage: COVERAGE })
}

/// Days from a party's first event in the period to the first alert, or to its becoming known
/// otherwise; none where nobody has one.
pub(super) fn time(detection: &Detection<'_>, group: &Group<'_>) -> Result<Option<Curves>, ReportError> {
    let by_then = |day: &CivilDate| *day <= detection.as_of;
    let mut followed = group
        .parties
        .iter()
        .filter_map(|(party, alerted)| {
            let start = party.first_event.filter(|day| detection.period.contains(*day) && by_then(day))?;
            let known = party.known.filter(by_then).map(|day| (day, 1));
            let first = alerted.map(|day| (day, 0)).into_iter().chain(known).min();
            let days = days_between(start, first.map_or(detection.as_of, |(day, _)| day));
            Some(Followed { time: days as f64, event: first.map(|(_, event)| event) })
        })
        .peekable();
    if followed.peek().is_none() {
        return Ok(None);
    }
    Ok(Some(Curves::new("days", &["alert", "known otherwise"], followed)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_that_found_nobody_does_not_make_recall_certain() {
        let nobody = [Reviewed { chance: 0.1, confirmed: false }; 30];
        let (recall, bounds) = estimated(50.0, &nobody);
        // 300 parties, of whom up to 1 - 0.05^(1/30) = 9.5 per cent could have been overlooked.
        assert!((recall - 1.0).abs() < 1e-12);
        assert!((bounds.lower - 50.0 / (50.0 + 300.0 * 0.095_033)).abs() < 1e-4, "{bounds:?}");
    }

    #[test]
    fn each_missed_party_stands_for_one_over_its_chance() {
        let reviewed = [
            Reviewed { chance: 0.5, confirmed: true },
            Reviewed { chance: 0.125, confirmed: true },
            Reviewed { chance: 0.01, confirmed: false },
        ];
        let (recall, bounds) = estimated(10.0, &reviewed);
        assert!((recall - 0.5).abs() < 1e-12);
        assert!(bounds.lower > 0.1 && bounds.lower < 0.3 && bounds.upper < 0.9, "{bounds:?}");
        let all = [Reviewed { chance: 1.0, confirmed: true }; 4];
        let (recall, bounds) = estimated(12.0, &all);
        assert!((recall - 0.75).abs() < 1e-12 && (bounds.upper - bounds.lower).abs() < 1e-12);
    }
}
