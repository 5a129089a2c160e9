//! Typologies: patterns of payments, written as data with their source.
//!
//! `docs/TYPOLOGIES.md` says how to write one. A file is either read whole or refused with its line
//! and the reason; nothing is guessed.

use std::{fmt, ops::Range};

use model::{CivilDate, Country, Currency, Instant, Money, Span};
use serde::Deserialize;
use toml::Spanned;

use crate::Sentence;

/// A pattern of payments, and what to say when a party shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typology {
    /// Its name in findings and in the API: lower-case letters, digits and hyphens.
    pub id: String,
    /// Raised whenever anything that changes findings changes.
    pub version: u32,
    /// Its name on a page.
    pub title: String,
    /// Whether it runs.
    pub status: Status,
    /// Whose payments are counted.
    pub subject: Subject,
    /// Who looks at its findings.
    pub route: Route,
    /// How its author ranks its findings among others.
    pub severity: Severity,
    /// The stretch of time payments are counted over.
    pub window: Window,
    /// Which payments are counted, and how many it takes.
    pub conditions: Conditions,
    /// The finding in words.
    pub sentence: Sentence,
    /// Who described the pattern, and where.
    pub source: String,
    /// When a person last held this file against its source.
    pub verified: CivilDate,
}

/// Whether a typology runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Runs, and says of itself that it is a yardstick rather than a recommendation.
    Baseline,
    /// Runs.
    Active,
    /// Does not run.
    Off,
}

/// Whose payments are counted. Patterns of senders and pairs will be further choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Each party that is paid.
    Receiver,
}

/// Which way a payment crosses a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Into the country, from another.
    Inward,
}

/// What kind of party a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// A person; businesses are left out.
    Individual,
}

/// Who looks at the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// An analyst reviews the party.
    Review,
    /// The party may be a child or an extorted teenager: safeguarding, never suspicion.
    Safeguarding,
}

/// How the author of a typology ranks its findings among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Look at it when there is time.
    Low,
    /// Look at it in turn.
    Medium,
    /// Look at it first.
    High,
}

/// A stretch of time before and up to a payment: `(t − days, t]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many days of 24 hours.
    pub days: u16,
    /// The IANA zone in which days are named in sentences. It has no part in counting.
    pub zone: String,
}

impl Window {
    /// The length as a span.
    pub fn span(&self) -> Span {
        Span::days(i64::from(self.days))
    }
}

/// What a typology does with a payment on which a fact it asks for is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    /// Counts it and says so in the evidence.
    Counted,
    /// Leaves it out.
    Excluded,
}

/// Which payments are counted, and how many it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// So many payments within the window make a finding.
    pub count_at_least: u32,
    /// Each of at most this; payments in another currency are not judged, for no rate is invented.
    pub amount_at_most: Money,
    /// Which way the payment crosses the border of `country`.
    pub direction: Direction,
    /// The country the receiver is in. A payment whose receiver's country is not known is not counted.
    pub country: Country,
    /// What kind of party the subject is.
    pub party: Party,
    /// Payments from a country that is not known.
    pub unknown_origin: Unknown,
    /// Payments to a party of whom it is not known whether it is a person or a business.
    pub unknown_kind: Unknown,
}

/// Why a typology was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct BadTypology {
    /// The file's name.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong and what was expected.
    pub reason: String,
}

/// The typologies that come with the program: name of the file and its text.
pub const fn shipped() -> [(&'static str, &'static str); 1] {
    [("baseline-inward-20.toml", include_str!("../../../data/typologies/baseline-inward-20.toml"))]
}

impl Typology {
    /// Reads a typology; `file` is only used to say where an error is.
    pub fn parse(file: &str, text: &str) -> Result<Self, BadTypology> {
        let at = |span: Range<usize>, reason: String| BadTypology {
            file: file.to_owned(),
            line: line(text, span.start),
            reason,
        };
        let raw: File = toml::from_str(text)
            .map_err(|error| at(error.span().unwrap_or_default(), error.message().to_owned()))?;

        let check = |fine: bool, span: Range<usize>, reason: &str| {
            if fine { Ok(()) } else { Err(at(span, reason.to_owned())) }
        };
        check(
            is_id(raw.id.get_ref()),
            raw.id.span(),
            "an id has 3 to 60 lower-case letters, digits and hyphens",
        )?;
        check(*raw.version.get_ref() > 0, raw.version.span(), "versions count from 1")?;
        for (text, name) in [(&raw.title, "title"), (&raw.source, "source")] {
            check(
                !text.get_ref().trim().is_empty(),
                text.span(),
                &format!("“{name}” is empty; every typology says its {name}"),
            )?;
        }
        let verified = raw.verified.get_ref().parse::<CivilDate>();
        let verified = verified.map_err(|error| at(raw.verified.span(), error.to_string()))?;
        let sentence =
            Sentence::parse(raw.sentence.get_ref()).map_err(|reason| at(raw.sentence.span(), reason))?;
        check(
            sentence.has("count"),
            raw.sentence.span(),
            "the sentence never says {count}, how many payments it was",
        )?;

        let File { window, conditions, .. } = &raw;
        let days = *window.days.get_ref();
        check((1..=366).contains(&days), window.days.span(), "a window has 1 to 366 days")?;
        let zone = window.zone.get_ref();
        check(
            Instant::from_micros(0).day_in(zone).is_some(),
            window.zone.span(),
            &format!("“{zone}” is not a zone of the IANA database, such as Asia/Manila"),
        )?;

        let least = *conditions.count_at_least.get_ref();
        check(
            (2..=1_000_000).contains(&least),
            conditions.count_at_least.span(),
            "a count of payments is 2 to 1,000,000",
        )?;
        let currency = conditions.currency.get_ref().parse::<Currency>();
        let currency = currency.map_err(|error| at(conditions.currency.span(), error.to_string()))?;
        let amount = Money::parse(conditions.amount_at_most.get_ref(), currency);
        let amount = amount.map_err(|error| at(conditions.amount_at_most.span(), error.to_string()))?;
        check(
            amount.minor > 0,
            conditions.amount_at_most.span(),
            "the largest amount must be more than nothing",
        )?;
        let into = conditions.country.get_ref().parse::<Country>();
        let into = into.map_err(|error| at(conditions.country.span(), error.to_string()))?;

        Ok(Self {
            conditions: Conditions {
                count_at_least: least,
                amount_at_most: amount,
                direction: conditions.direction,
                country: into,
                party: conditions.party,
                unknown_origin: conditions.unknown_origin,
                unknown_kind: conditions.unknown_kind,
            },
            window: Window { days, zone: zone.clone() },
            id: raw.id.into_inner(),
            version: raw.version.into_inner(),
            title: raw.title.into_inner(),
            status: raw.status,
            subject: raw.subject,
            route: raw.route,
            severity: raw.severity,
            sentence,
            source: raw.source.into_inner(),
            verified,
        })
    }

    /// Whether it runs.
    pub fn runs(&self) -> bool {
        self.status != Status::Off
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: Spanned<String>,
    version: Spanned<u32>,
    title: Spanned<String>,
    status: Status,
    subject: Subject,
    route: Route,
    severity: Severity,
    sentence: Spanned<String>,
    source: Spanned<String>,
    verified: Spanned<String>,
    window: WindowTable,
    conditions: ConditionsTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowTable {
    days: Spanned<u16>,
    zone: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionsTable {
    count_at_least: Spanned<u32>,
    amount_at_most: Spanned<String>,
    currency: Spanned<String>,
    direction: Direction,
    country: Spanned<String>,
    party: Party,
    unknown_origin: Unknown,
    unknown_kind: Unknown,
}

fn is_id(text: &str) -> bool {
    (3..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline() -> &'static str {
        shipped()[0].1
    }

    #[test]
    fn what_is_shipped_is_read_and_is_named_as_its_file() {
        for (file, text) in shipped() {
            let typology = Typology::parse(file, text).unwrap();
            assert_eq!(format!("{}.toml", typology.id), file);
        }
        let typology = Typology::parse("baseline", baseline()).unwrap();
        assert_eq!(typology.status, Status::Baseline);
        assert_eq!(typology.conditions.count_at_least, 20);
        assert_eq!(typology.conditions.amount_at_most.to_string(), "PHP 5,000.00");
        assert_eq!((typology.window.days, typology.conditions.country), (30, Country::PH));
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_line_and_the_reason() {
        for (from, to, reason) in [
            ("days = 30", "days = 0", "1 to 366 days"),
            ("days = 30", "days = \"30\"", "invalid type"),
            ("days = 30", "dayz = 30", "unknown field `dayz`"),
            ("zone = \"Asia/Manila\"", "zone = \"Asia/Nowhere\"", "not a zone"),
            ("count_at_least = 20", "count_at_least = 1", "2 to 1,000,000"),
            ("amount_at_most = \"5000.00\"", "amount_at_most = \"5,000\"", "is not an amount"),
            ("amount_at_most = \"5000.00\"", "amount_at_most = \"-1\"", "more than nothing"),
            ("currency = \"PHP\"", "currency = \"peso\"", "is not a currency"),
            ("country = \"PH\"", "country = \"Philippines\"", "is not a country code"),
            ("direction = \"inward\"", "direction = \"sideways\"", "unknown variant"),
            ("status = \"baseline\"", "status = \"on\"", "unknown variant"),
            ("verified = \"2026-11-21\"", "verified = \"yesterday\"", "is not a date"),
            ("id = \"baseline-inward-20\"", "id = \"Baseline\"", "lower-case letters"),
            ("version = 1", "version = 0", "count from 1"),
            ("{count} payments", "{number} payments", "nothing fills “{number}”"),
            ("{count} payments", "payments", "never says {count}"),
        ] {
            let place = baseline().find(from).unwrap_or_else(|| panic!("{from} is not in the file"));
            let error =
                Typology::parse("data/typologies/x.toml", &baseline().replacen(from, to, 1)).unwrap_err();
            assert!(error.reason.contains(reason), "{to}: {error}");
            assert_eq!(error.line, line(baseline(), place), "{to}: {error}");
            assert!(error.to_string().starts_with("data/typologies/x.toml:"), "{error}");
        }
    }

    #[test]
    fn a_typology_without_its_source_is_refused() {
        let key = baseline().find("source = ").unwrap();
        let end = key + baseline()[key..].find("verified").unwrap();
        let without = [&baseline()[..key], &baseline()[end..]].concat();
        assert!(Typology::parse("x", &without).unwrap_err().reason.contains("missing field `source`"));
        let empty = [&baseline()[..key], "source = \" \"\n", &baseline()[end..]].concat();
        assert!(Typology::parse("x", &empty).unwrap_err().reason.contains("“source” is empty"));
    }
}
