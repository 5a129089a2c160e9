//! Typologies: patterns of payments and of what surrounds them, written as data with their source.
//!
//! `docs/TYPOLOGIES.md` says how to write one. A file is either read whole or refused with its line
//! and the reason; nothing is guessed.

pub(crate) mod condition;
mod examples;
mod file;
mod parameters;
mod shipped;
mod tables;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, sync::Arc};

use model::{CivilDate, Currency, Money, Span};
use serde::Deserialize;

pub use self::examples::{Examples, Tried};
pub use self::shipped::{local_time, shipped, shipped_examples};
use crate::{
    Sentence,
    engine::{Feature, Filter, Near, Of, What},
};

/// A pattern, and what to say when a party shows it.
#[derive(Clone, Debug)]
pub struct Typology {
    /// Its name in findings and in the API: lower-case letters, digits and hyphens.
    pub id: String,
    /// Raised whenever anything that changes findings changes.
    pub version: u32,
    /// Its name on a page.
    pub title: String,
    /// Whether it runs.
    pub status: Status,
    /// Who shows the pattern.
    pub subject: Subject,
    /// Who looks at its findings.
    pub route: Route,
    /// How its author ranks its findings among others.
    pub severity: Severity,
    /// The finding in words.
    pub sentence: Sentence,
    /// Who described the pattern, and where.
    pub source: String,
    /// When a person last held this file against its source.
    pub verified: CivilDate,
    /// The IANA zone in which days are named in sentences. It has no part in counting.
    pub zone: String,
    /// The currency its sums and limits are in.
    pub currency: Currency,
    /// What a finding rests on.
    pub evidence: Evidence,
    /// Its parameters that are numbers, for sentences.
    pub(crate) numbers: BTreeMap<String, String>,
    /// What its indicators look at.
    pub features: Vec<Feature>,
    /// What speaks for the pattern, or against it.
    pub indicators: Vec<Indicator>,
    /// The weight from which on there is a finding.
    pub alert_at: f64,
    /// How much indicators that speak against the pattern can take away, at most.
    pub relief_at_most: f64,
    /// Which indicators must hold, whatever the weight.
    pub(crate) required: Option<Required>,
}

/// What a finding rests on: the subject's events that are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The stretch of time they are counted over: `(t − window, t]`.
    pub window: Span,
    /// Fewer within the window are never a finding.
    pub at_least: u32,
    /// Which events.
    pub filter: Filter,
}

/// One reason for or against.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Its name within the typology.
    pub id: String,
    /// The condition as written.
    pub condition: String,
    /// What it adds to the weight; below zero for what speaks against the pattern.
    pub weight: f64,
    /// What it says when it holds.
    pub sentence: Sentence,
    /// Who described it, and where.
    pub source: String,
    /// Whether a person has held it against its source; it is off otherwise.
    pub verified: bool,
    pub(crate) ready: Arc<condition::Condition>,
}

/// A combination of indicators.
#[derive(Clone, Debug)]
pub(crate) struct Required {
    pub(crate) text: String,
    pub(crate) ready: Arc<condition::Condition>,
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

/// Who shows a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Each party that pays; its features are those of senders and pairs.
    Sender,
    /// Each party that is paid; its features are those of receivers and pairs.
    Receiver,
    /// Each party together with one it pays; the finding is about the one who pays.
    Pair,
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

impl Typology {
    /// Whether it runs.
    pub fn runs(&self) -> bool {
        self.status != Status::Off
    }

    /// How far back of an event its figures can reach; [`Typology::ENDLESS`] where a feature looks at
    /// the first payment ever.
    pub fn reach(&self) -> Span {
        let filters = self.features.iter().flat_map(|feature| {
            let part = if let What::Share(part) = &feature.what { Some(&**part) } else { None };
            [Some(&feature.filter), part].into_iter().flatten()
        });
        let extra = filters
            .chain([&self.evidence.filter])
            .map(|filter| {
                let run = filter.burst.map_or(0, |b| b.within.0.saturating_mul(i64::from(b.payments)));
                run.saturating_add(filter.near.map_or(0, |Near { within, .. }| within.0))
            })
            .max()
            .unwrap_or(0);
        let windows = self.features.iter().map(|feature| match feature.what {
            What::Age | What::GapLast => Self::ENDLESS,
            _ => feature.window,
        });
        let longest = windows.chain([self.evidence.window]).max().unwrap_or_default();
        Span(longest.0.saturating_add(extra)).min(Self::ENDLESS)
    }

    /// A reach without an end.
    pub const ENDLESS: Span = Span(i64::MAX / 4);

    /// The largest single amount that counts, if there is a limit.
    pub fn largest(&self) -> Option<Money> {
        self.evidence.filter.most
    }

    /// The combination of indicators that must hold, as written.
    pub fn required(&self) -> Option<&str> {
        self.required.as_ref().map(|required| required.text.as_str())
    }

    /// The features a subject's conditions may name.
    pub(crate) fn may_name(subject: Subject, of: Of) -> bool {
        match subject {
            Subject::Sender => of != Of::Receiver,
            Subject::Receiver => of != Of::Sender,
            Subject::Pair => of == Of::Pair,
        }
    }
}

/// Two typologies are the same if they say the same; conditions are compared as written.
impl PartialEq for Typology {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

impl Eq for Typology {}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}
