//! How well detection does, from alerts that people decided: precision, recall with its selection
//! stated, and the time to detection.
//!
//! Decided alerts are not a random sample of alerts, and known parties not one of all. So undecided
//! alerts, the delay of decisions and the way in which parties became known stand beside every figure;
//! a recall among all is given only where parties without alerts were reviewed at random.

use std::collections::BTreeMap;

use model::{CivilDate, Digest};
use serde::Serialize;

use crate::built_in::{ReportError, recall};
use crate::calendar::days_between;
use crate::chart::{Chart, incidence};
use crate::definitions::Definitions;
use crate::outcomes::{Curves, FigureError};
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::{Bounds, Period, Statistic};
use crate::survival::{Followed, kaplan_meier};

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The party it is on, the same in every alert on it.
    pub party: String,
    /// The typology that raised it.
    pub typology: String,
    /// The channel it was raised on.
    pub channel: String,
    /// When it was raised.
    pub raised: CivilDate,
    /// When a person decided, and whether the person confirmed it; none while undecided.
    pub decided: Option<(CivilDate, bool)>,
}

/// A party of interest: found by an alert, or known otherwise (a tip, a foreign agency, an arrest), or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The party, the same as in its alerts.
    pub party: String,
    /// The channel it used.
    pub channel: String,
    /// The first event of the kind on it.
    pub first_event: Option<CivilDate>,
    /// When it became known otherwise than by an alert; none while it has not.
    pub known: Option<CivilDate>,
}

/// A party without an alert that was reviewed at random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reviewed {
    /// The chance it had of being drawn.
    pub chance: f64,
    /// Whether the review confirmed it.
    pub confirmed: bool,
}

/// What the measures rest on.
#[derive(Debug, Clone, Copy)]
pub struct Detection<'a> {
    /// Of whom: "remittances of the Synthetic Remitter".
    pub population: &'a str,
    /// When the alerts were raised.
    pub period: Period,
    /// As known on which day.
    pub as_of: CivilDate,
    /// The alerts.
    pub alerts: &'a [Alert],
    /// Parties, whether found by an alert, otherwise, or both.
    pub parties: &'a [Known],
    /// Parties without an alert, reviewed at random; empty where there was no such review.
    pub reviewed: &'a [Reviewed],
    /// The digest of the record they come from.
    pub source: Digest,
}

/// Precision in a group of alerts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Precision {
    /// The typology or channel; none for all.
    pub group: Option<String>,
    /// How many alerts there are.
    pub alerts: u64,
    /// How many are undecided.
    pub undecided: u64,
    /// The days by which half were decided, the undecided counted as waiting; none while half are not.
    pub median_delay: Option<f64>,
    /// Confirmed over decided; none where none is decided.
    pub precision: Option<Statistic>,
}

/// The measures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// Precision of all, then by typology, then by channel.
    pub precision: Vec<Precision>,
    /// Among parties that became known otherwise, those with an alert before: of all, by channel, by typology.
    pub recall_known: Vec<(Option<String>, Statistic)>,
    /// Recall by the random review; none without one.
    pub recall_sampled: Option<Statistic>,
    /// From the first event to an alert (first curve) or to becoming known otherwise (second), in days: of
    /// all, by channel, by typology.
    pub time: Vec<(Option<String>, Curves)>,
    /// The same as tables.
    pub tables: Vec<Table>,
    /// The times drawn.
    pub charts: Vec<Chart>,
}

/// Makes the measures.
pub fn measure(detection: &Detection<'_>, definitions: &Definitions) -> Result<Measured, ReportError> {
    type Of = fn(&Alert) -> &String;
    let mut precision =
        vec![precise(detection, definitions, None, &detection.alerts.iter().collect::<Vec<_>>())?];
    let of: [(&str, Of); 2] = [("typology", |alert| &alert.typology), ("channel", |alert| &alert.channel)];
    for (name, of) in of {
        let mut groups: BTreeMap<&str, Vec<&Alert>> = BTreeMap::new();
        for alert in detection.alerts {
            groups.entry(of(alert)).or_default().push(alert);
        }
        for (group, alerts) in groups {
            precision.push(precise(detection, definitions, Some(format!("{name} {group}")), &alerts)?);
        }
    }
    let (mut recall_known, mut time) = (Vec::new(), Vec::new());
    for group in recall::groups(detection) {
        let found = recall::known(detection, definitions, &group)?;
        recall_known.extend(found.map(|recall| (group.name.clone(), recall)));
        time.extend(recall::time(detection, &group)?.map(|curves| (group.name.clone(), curves)));
    }
    let recall_sampled = recall::sampled(detection, definitions)?;
    let tables = tables(detection, definitions, &precision, &recall_known, recall_sampled.as_ref(), &time)?;
    let mut charts = Vec::new();
    for (group, curves) in &time {
        let caption = detection.caption(definitions, "time-to-detection", group.as_deref())?;
        charts.push(incidence(caption, curves)?);
    }
    Ok(Measured { precision, recall_known, recall_sampled, time, tables, charts })
}

fn precise(
    detection: &Detection<'_>,
    definitions: &Definitions,
    group: Option<String>,
    alerts: &[&Alert],
) -> Result<Precision, ReportError> {
    let decided = |alert: &Alert| alert.decided.filter(|(day, _)| *day <= detection.as_of);
    let verdicts: Vec<bool> = alerts.iter().filter_map(|alert| Some(decided(alert)?.1)).collect();
    let (confirmed, of) = (verdicts.iter().filter(|yes| **yes).count() as u64, verdicts.len() as u64);
    let share = (of > 0).then(|| {
        let method = "confirmed over decided; the undecided are in neither and the decided no random sample";
        let value = confirmed as f64 / of as f64;
        let interval = Bounds::wilson(confirmed, of, COVERAGE);
        detection.statistic(
            definitions,
            "alert-precision",
            group.as_deref(),
            (value, Some((confirmed, of)), interval),
            method,
        )
    });
    let waits: Vec<Followed> = alerts
        .iter()
        .map(|alert| {
            let end = decided(alert).map_or(detection.as_of, |(day, _)| day);
            let days = days_between(alert.raised, end).max(0) as f64;
            Followed { time: days, event: decided(alert).map(|_| 0) }
        })
        .collect();
    let median_delay = match kaplan_meier(&waits, COVERAGE) {
        Ok(curve) => curve.iter().find(|point| point.share <= 0.5).map(|point| point.time),
        Err(_) => None,
    };
    let alerts = alerts.len() as u64;
    Ok(Precision { group, alerts, undecided: alerts - of, median_delay, precision: share.transpose()? })
}

/// A value, its numerator and denominator, its limits.
pub(super) type Value = (f64, Option<(u64, u64)>, Option<Bounds>);

impl Detection<'_> {
    pub(super) fn statistic(
        &self,
        definitions: &Definitions,
        id: &str,
        group: Option<&str>,
        (value, parts, interval): Value,
        method: &str,
    ) -> Result<Statistic, ReportError> {
        let meaning = definitions.get(id)?;
        let population =
            group.map_or_else(|| self.population.to_owned(), |group| format!("{}, {group}", self.population));
        let made = Statistic {
            value,
            unit: meaning.unit.clone(),
            population,
            period: self.period,
            as_of: self.as_of,
            numerator: parts.map(|(above, _)| above),
            denominator: parts.map(|(_, below)| below),
            definition: meaning.definition(),
            method: method.to_owned(),
            interval,
            source: self.source,
        };
        Ok(made.checked().map_err(FigureError::from)?)
    }

    fn caption(
        &self,
        definitions: &Definitions,
        id: &str,
        group: Option<&str>,
    ) -> Result<Caption, ReportError> {
        let meaning = definitions.get(id)?;
        let title = group.map_or_else(|| meaning.name.clone(), |group| format!("{}, {group}", meaning.name));
        let source = format!("SHA-256 {}", self.source);
        Ok(Caption::new(&title, meaning, self.population, self.period, self.as_of, &source)?)
    }
}

pub(super) const COVERAGE: f64 = 0.95;

fn tables(
    detection: &Detection<'_>,
    definitions: &Definitions,
    precision: &[Precision],
    known: &[(Option<String>, Statistic)],
    sampled: Option<&Statistic>,
    time: &[(Option<String>, Curves)],
) -> Result<Vec<Table>, ReportError> {
    let limits = |one: Option<&Statistic>| {
        let bounds = one.and_then(|one| one.interval);
        bounds.map_or([Cell::Blank, Cell::Blank], |bounds| {
            [Cell::Share(bounds.lower), Cell::Share(bounds.upper)]
        })
    };
    let rows = precision
        .iter()
        .map(|one| {
            let mut row = vec![
                Cell::text(one.group.clone().unwrap_or_else(|| "all".to_owned())),
                Cell::Count(one.alerts),
                Cell::Count(one.undecided),
                one.median_delay
                    .map_or(Cell::text("not half yet"), |value| Cell::Number { value, decimals: 0 }),
                one.precision.as_ref().map_or(Cell::Blank, Cell::of),
            ];
            row.extend(limits(one.precision.as_ref()));
            row
        })
        .collect();
    let heads = [
        "alerts by",
        "raised",
        "undecided",
        "half decided by, days",
        "precision",
        "lower limit",
        "upper limit",
    ];
    let precise = Table::new(detection.caption(definitions, "alert-precision", None)?, &heads, rows);
    let mut tables = vec![precise];
    let named = |group: &Option<String>| Cell::text(group.clone().unwrap_or_else(|| "all".to_owned()));
    let recalls = |rows: &[(Option<String>, Statistic)]| -> Vec<Vec<Cell>> {
        let row = |(group, recall): &(Option<String>, Statistic)| {
            let mut row = vec![named(group), Cell::Share(recall.value)];
            row.extend(limits(Some(recall)));
            row.push(Cell::text(recall.method.clone()));
            row
        };
        rows.iter().map(row).collect()
    };
    let heads = ["parties", "recall", "lower limit", "upper limit", "selection"];
    if !known.is_empty() {
        let caption = detection.caption(definitions, "alert-recall", None)?;
        tables.push(Table::new(caption, &heads, recalls(known)));
    }
    if let Some(recall) = sampled {
        let caption = detection.caption(definitions, "alert-recall-sampled", None)?;
        tables.push(Table::new(caption, &heads, recalls(&[(None, recall.clone())])));
    }
    if !time.is_empty() {
        let rows = time.iter().map(|(group, curves)| {
            let mut row = vec![named(group), Cell::Count(curves.followed as u64)];
            row.extend([30.0, 90.0, 365.0].map(|days| Cell::Share(curves.share_by(days, 0).0)));
            row.push(
                curves
                    .median()
                    .map_or(Cell::text("not half yet"), |value| Cell::Number { value, decimals: 0 }),
            );
            row
        });
        let heads =
            ["parties", "followed", "alert within 30 days", "within 90", "within 365", "half by, days"];
        let caption = detection.caption(definitions, "time-to-detection", None)?;
        tables.push(Table::new(caption, &heads, rows.collect()));
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn alert(party: &str, typology: &str, raised: &str, decided: Option<(&str, bool)>) -> Alert {
        Alert {
            party: party.into(),
            typology: typology.into(),
            channel: "remittance".into(),
            raised: day(raised),
            decided: decided.map(|(on, yes)| (day(on), yes)),
        }
    }

    fn party(party: &str, first: &str, known: Option<&str>) -> Known {
        Known {
            party: party.into(),
            channel: "remittance".into(),
            first_event: Some(day(first)),
            known: known.map(day),
        }
    }

    fn measured(alerts: &[Alert], parties: &[Known], reviewed: &[Reviewed]) -> Result<Measured, ReportError> {
        let detection = Detection {
            population: "synthetic remittances",
            period: Period::year(2025).unwrap(),
            as_of: day("2025-12-31"),
            alerts,
            parties,
            reviewed,
            source: Digest([5; 32]),
        };
        measure(&detection, &Definitions::built_in().unwrap())
    }

    #[test]
    fn undecided_alerts_are_in_neither_part_of_precision_and_are_stated() {
        let alerts = [
            alert("p0", "sender", "2025-01-01", Some(("2025-01-11", true))),
            alert("p1", "sender", "2025-01-01", Some(("2025-01-21", false))),
            alert("p2", "receiver", "2025-12-30", None),
            alert("p3", "receiver", "2025-12-01", Some(("2026-02-01", true))),
        ];
        let found = measured(&alerts, &[], &[]).unwrap();
        let all = &found.precision[0];
        let share = all.precision.as_ref().unwrap();
        assert_eq!((share.numerator, share.denominator, all.undecided), (Some(1), Some(2), 2));
        assert!(share.interval.is_some());
        let receiver =
            found.precision.iter().find(|one| one.group.as_deref() == Some("typology receiver")).unwrap();
        assert_eq!(
            (receiver.undecided, receiver.precision.as_ref()),
            (2, None),
            "decided after the day is undecided on it"
        );
        assert_eq!(all.median_delay, Some(20.0));
        assert!(found.recall_known.is_empty() && found.recall_sampled.is_none() && found.time.is_empty());
    }

    #[test]
    fn recall_counts_alerts_before_the_day_only_and_the_review_stands_for_the_rest() {
        let parties = [
            party("before", "2025-01-01", Some("2025-06-01")),
            party("after", "2025-01-01", Some("2025-06-01")),
            party("never", "2025-01-01", Some("2025-06-01")),
            party("only", "2025-03-01", None),
        ];
        let alerts = [
            alert("before", "sender", "2025-03-01", Some(("2025-03-11", true))),
            alert("before", "pair", "2025-02-01", None),
            alert("after", "sender", "2025-07-01", None),
            alert("only", "pair", "2025-03-11", None),
        ];
        let reviewed =
            [Reviewed { chance: 0.5, confirmed: true }, Reviewed { chance: 0.5, confirmed: false }];
        let found = measured(&alerts, &parties, &reviewed).unwrap();
        let recall = &found.recall_known[0].1;
        assert_eq!((recall.numerator, recall.denominator), (Some(1), Some(3)));
        let sampled = found.recall_sampled.unwrap();
        assert!((sampled.value - 1.0 / 3.0).abs() < 1e-12);
        assert!(sampled.interval.unwrap().lower < 0.2);
        let shares = [0, 1].map(|ending| found.time[0].1.share_by(365.0, ending).0);
        assert!(shares.iter().all(|share| (share - 0.5).abs() < 1e-12), "{shares:?}");
        let groups: Vec<Option<&str>> = found.time.iter().map(|(group, _)| group.as_deref()).collect();
        assert_eq!(
            groups,
            [None, Some("channel remittance"), Some("typology pair"), Some("typology sender")]
        );
        let half_by = |group: usize| found.time[group].1.median();
        assert_eq!((half_by(0), half_by(3)), (Some(31.0), None), "one typology alone finds fewer");
        assert_eq!((found.tables.len(), found.charts.len()), (4, 4));
        let wrong = measured(&alerts, &parties, &[Reviewed { chance: 0.0, confirmed: true }]);
        assert!(wrong.unwrap_err().to_string().contains("chance 0"));
    }
}
