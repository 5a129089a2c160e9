//! What a platform or a payment firm did: the reports it sent and what they were worth, and how it
//! answered what the law lets be asked of it.

use std::collections::BTreeMap;

use model::{CivilDate, Digest, Instant};
use serde::{Deserialize, Serialize};

use crate::built_in::ReportError;
use crate::chart::{Chart, incidence};
use crate::definitions::Definitions;
use crate::outcomes::{Curves, FigureError};
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::{Bounds, Period, Statistic};
use crate::survival::Followed;

/// A report that the firm sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentReport {
    /// The day it came.
    pub received: CivilDate,
    /// Whether it named an identifier and a time by which an account holder can be asked for.
    pub named_enough: bool,
    /// Whether it belongs to a case.
    pub in_case: bool,
    /// Whether a child of that case has been safeguarded by the as-of date.
    pub led_to_safeguarding: bool,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// In full.
    Full,
    /// In part, which the law does not take for an answer.
    Partial,
    /// Refused.
    Refused,
}

/// A request that was served on the firm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its kind: takedown, preservation, subscriber data, freeze.
    pub kind: String,
    /// When it was served.
    pub served: Instant,
    /// The hours the law gives; none where it gives none.
    pub limit_hours: Option<u32>,
    /// When and how it was answered; none while it is open.
    pub answered: Option<(Instant, Answer)>,
}

/// What is known of a firm.
#[derive(Debug, Clone, Copy)]
pub struct Conduct<'a> {
    /// The firm.
    pub firm: &'a str,
    /// Of which days.
    pub period: Period,
    /// As known on which day, to its end.
    pub as_of: CivilDate,
    /// When that was.
    pub now: Instant,
    /// The reports it sent in the period.
    pub reports: &'a [SentReport],
    /// The requests served on it in the period.
    pub requests: &'a [Request],
    /// The digest of the record they come from.
    pub source: Digest,
}

/// The report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Accountability {
    /// The firm.
    pub firm: String,
    /// Reports sent.
    pub sent: Statistic,
    /// The share that could be acted on; none where none was sent.
    pub named_enough: Option<Statistic>,
    /// Reports that led to a child's safeguarding so far.
    pub led_to_safeguarding: Statistic,
    /// Each kind of request.
    pub kinds: Vec<Kind>,
    /// The tables.
    pub tables: Vec<Table>,
    /// For each kind of request, how long answers take.
    pub charts: Vec<Chart>,
}

/// How a kind of request was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kind {
    /// The kind.
    pub kind: String,
    /// How many were served.
    pub served: Statistic,
    /// The share answered in full within the limit, of those whose limit has passed or that were answered
    /// in it; none where there is none such.
    pub in_time: Option<Statistic>,
    /// How many are open past their limit.
    pub overdue: u64,
    /// How many were refused.
    pub refused: u64,
    /// The hours to a full answer, refusals standing in the way and what is open counted as waiting.
    pub hours: Curves,
}

/// Makes the report.
pub fn accountability(
    conduct: &Conduct<'_>,
    definitions: &Definitions,
) -> Result<Accountability, ReportError> {
    if let Some(early) =
        conduct.requests.iter().find(|one| one.answered.is_some_and(|(at, _)| at < one.served))
    {
        return Err(ReportError::Input(format!(
            "a request for {} served {} is answered before that: one of the two times is wrong",
            early.kind, early.served
        )));
    }
    let count =
        |holds: fn(&SentReport) -> bool| conduct.reports.iter().filter(|one| holds(one)).count() as u64;
    let all = conduct.reports.len() as u64;
    let sent = conduct.statistic(definitions, "reports-sent", None, all as f64, None)?;
    let named = count(|one| one.named_enough);
    let named_enough = (all > 0)
        .then(|| {
            let parts = Some((named, all));
            conduct.statistic(
                definitions,
                "reports-that-named-enough",
                None,
                named as f64 / all as f64,
                parts,
            )
        })
        .transpose()?;
    let led = count(|one| one.led_to_safeguarding);
    let led_to_safeguarding =
        conduct.statistic(definitions, "reports-that-led-to-safeguarding", None, led as f64, None)?;

    let mut by_kind: BTreeMap<&str, Vec<&Request>> = BTreeMap::new();
    for request in conduct.requests {
        by_kind.entry(&request.kind).or_default().push(request);
    }
    let kinds = by_kind
        .into_iter()
        .map(|(kind, requests)| answered(conduct, definitions, kind, &requests))
        .collect::<Result<Vec<_>, ReportError>>()?;

    let caption = |id: &str, title: &str| -> Result<Caption, ReportError> {
        let source = format!("SHA-256 {}", conduct.source);
        let meaning = definitions.get(id)?;
        Ok(Caption::new(title, meaning, conduct.firm, conduct.period, conduct.as_of, &source)?)
    };
    let rows = vec![
        vec![Cell::text("reports sent"), Cell::of(&sent)],
        vec![Cell::text("could be acted on"), named_enough.as_ref().map_or(Cell::Blank, Cell::of)],
        vec![Cell::text("belong to a case"), Cell::Count(count(|one| one.in_case))],
        vec![Cell::text("led to a child's safeguarding so far"), Cell::Count(led)],
    ];
    let worth = Table::new(
        caption("reports-sent", "Reports sent and what they were worth")?,
        &["what", "figure"],
        rows,
    )
    .noted("The number of reports is no measure of how much abuse a firm has; a firm that looks finds more.");
    let rows = kinds
        .iter()
        .map(|kind| {
            vec![
                Cell::text(kind.kind.clone()),
                Cell::of(&kind.served),
                kind.in_time.as_ref().map_or(Cell::Blank, Cell::of),
                Cell::Count(kind.overdue),
                Cell::Count(kind.refused),
                Cell::Share(kind.hours.share_by(24.0, 0).0),
                kind.hours
                    .median()
                    .map_or(Cell::text("not half yet"), |value| Cell::Number { value, decimals: 1 }),
            ]
        })
        .collect();
    let heads =
        ["request", "served", "in time", "overdue", "refused", "within 24 hours", "half answered by, hours"];
    let asked = Table::new(caption("requests-answered-in-time", "Requests and answers")?, &heads, rows);
    let mut charts = Vec::new();
    for kind in &kinds {
        charts.push(incidence(
            caption("time-to-answer", &format!("Time to answer, {}", kind.kind))?,
            &kind.hours,
        )?);
    }
    Ok(Accountability {
        firm: conduct.firm.to_owned(),
        sent,
        named_enough,
        led_to_safeguarding,
        kinds,
        tables: vec![worth, asked],
        charts,
    })
}

impl Conduct<'_> {
    fn statistic(
        &self,
        definitions: &Definitions,
        id: &str,
        group: Option<&str>,
        value: f64,
        parts: Option<(u64, u64)>,
    ) -> Result<Statistic, ReportError> {
        let meaning = definitions.get(id)?;
        let made = Statistic {
            value,
            unit: meaning.unit.clone(),
            population: group.map_or_else(|| self.firm.to_owned(), |group| format!("{}, {group}", self.firm)),
            period: self.period,
            as_of: self.as_of,
            numerator: parts.map(|(above, _)| above),
            denominator: parts.map(|(_, below)| below),
            definition: meaning.definition(),
            method: "complete count of what is on record".to_owned(),
            interval: parts.and_then(|(above, below)| Bounds::wilson(above, below, 0.95)),
            source: self.source,
        };
        Ok(made.checked().map_err(FigureError::from)?)
    }
}

fn answered(
    conduct: &Conduct<'_>,
    definitions: &Definitions,
    kind: &str,
    requests: &[&Request],
) -> Result<Kind, ReportError> {
    let full = |one: &Request| one.answered.filter(|(_, answer)| *answer == Answer::Full).map(|(at, _)| at);
    let limit = |one: &Request| one.limit_hours.map(f64::from);
    let in_time = |one: &Request| {
        let limit = limit(one)?;
        match full(one) {
            Some(at) => Some(hours(one.served, at) <= limit),
            None => (hours(one.served, conduct.now) > limit).then_some(false),
        }
    };
    let decided: Vec<bool> = requests.iter().filter_map(|one| in_time(one)).collect();
    let (kept, of) = (decided.iter().filter(|kept| **kept).count() as u64, decided.len() as u64);
    let share = (of > 0).then(|| {
        let value = kept as f64 / of as f64;
        conduct.statistic(definitions, "requests-answered-in-time", Some(kind), value, Some((kept, of)))
    });
    let followed = requests.iter().map(|one| {
        // A partial answer leaves the request open.
        let (end, event) = match one.answered {
            Some((at, Answer::Full)) => (at, Some(0)),
            Some((at, Answer::Refused)) => (at, Some(1)),
            Some((_, Answer::Partial)) | None => (conduct.now, None),
        };
        Followed { time: hours(one.served, end), event }
    });
    let curves = Curves::new("hours", &["answered in full", "refused"], followed)?;
    let open_past = |one: &&&Request| {
        let open = !matches!(one.answered, Some((_, Answer::Full | Answer::Refused)));
        open && limit(one).is_some_and(|limit| hours(one.served, conduct.now) > limit)
    };
    let refused = |one: &&&Request| matches!(one.answered, Some((_, Answer::Refused)));
    Ok(Kind {
        kind: kind.to_owned(),
        served: conduct.statistic(definitions, "requests-served", Some(kind), requests.len() as f64, None)?,
        in_time: share.transpose()?,
        overdue: requests.iter().filter(open_past).count() as u64,
        refused: requests.iter().filter(refused).count() as u64,
        hours: curves,
    })
}

fn hours(from: Instant, to: Instant) -> f64 {
    const MICROSECONDS: f64 = 3_600_000_000.0;
    to.since(from).0 as f64 / MICROSECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn takedown(served: &str, answered: Option<(&str, Answer)>) -> Request {
        Request {
            kind: "takedown".into(),
            served: instant(served),
            limit_hours: Some(24),
            answered: answered.map(|(at, answer)| (instant(at), answer)),
        }
    }

    fn made(reports: &[SentReport], requests: &[Request]) -> Result<Accountability, ReportError> {
        let conduct = Conduct {
            firm: "Synthetic Platform",
            period: Period::year(2025).unwrap(),
            as_of: "2025-12-31".parse().unwrap(),
            now: instant("2025-12-31T12:00:00Z"),
            reports,
            requests,
            source: Digest([3; 32]),
        };
        accountability(&conduct, &Definitions::built_in().unwrap())
    }

    #[test]
    fn what_is_still_within_its_limit_is_neither_kept_nor_broken() {
        let requests = [
            takedown("2025-03-01T00:00:00Z", Some(("2025-03-01T10:00:00Z", Answer::Full))),
            takedown("2025-03-02T00:00:00Z", Some(("2025-03-04T00:00:00Z", Answer::Full))),
            takedown("2025-03-03T00:00:00Z", Some(("2025-03-03T02:00:00Z", Answer::Partial))),
            takedown("2025-03-04T00:00:00Z", Some(("2025-03-04T02:00:00Z", Answer::Refused))),
            takedown("2025-12-31T06:00:00Z", None),
        ];
        let mut found = made(&[], &requests).unwrap();
        assert_eq!(found.charts[0].caption().title(), "Time to answer, takedown");
        let kind = found.kinds.remove(0);
        let in_time = kind.in_time.unwrap();
        assert_eq!((in_time.numerator, in_time.denominator), (Some(1), Some(4)));
        assert_eq!((kind.overdue, kind.refused), (1, 1), "a partial answer leaves it open");
        assert!((kind.hours.share_by(24.0, 0).0 - 0.8 / 3.0).abs() < 1e-12);
        // By hand: 1/5 refused at 2, one open leaves at 6, 4/5·1/3 at 10, as much again at 48.
        assert_eq!(kind.hours.median(), Some(48.0));
    }

    #[test]
    fn reports_are_measured_by_what_they_were_worth() {
        let report = |named_enough, led| SentReport {
            received: "2025-05-05".parse().unwrap(),
            named_enough,
            in_case: led,
            led_to_safeguarding: led,
        };
        let found = made(&[report(true, true), report(false, false), report(true, false)], &[]).unwrap();
        assert_eq!(found.named_enough.unwrap().numerator, Some(2));
        assert!((found.led_to_safeguarding.value - 1.0).abs() < 1e-12);
        assert!(made(&[], &[]).unwrap().named_enough.is_none(), "no share of nothing");
        let backwards = takedown("2025-03-02T00:00:00Z", Some(("2025-03-01T00:00:00Z", Answer::Full)));
        assert!(made(&[], &[backwards]).unwrap_err().to_string().contains("answered before that"));
    }
}
