//! What a unit demands and a report does not have.

use std::{collections::HashSet, fmt};

use crate::text;

/// A demand that is not met: whose, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gap {
    /// Whose: “subject buyer”, “payment SYN-1”.
    pub whose: String,
    /// What is missing or does not fit.
    pub what: String,
    /// What to do about it.
    pub action: String,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.whose, self.what, self.action)
    }
}

/// Everything a unit demands and a report does not have, at once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the report cannot be written for {profile} yet: {}", .gaps.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · "))]
pub struct Gaps {
    /// The profile's id.
    pub profile: String,
    /// The gaps, in the order of the report.
    pub gaps: Vec<Gap>,
}

/// Gathers gaps while a report is written.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    gaps: Vec<Gap>,
    seen: HashSet<Gap>,
}

impl Gathered {
    pub(crate) fn add(&mut self, whose: &str, what: impl Into<String>, action: impl Into<String>) {
        let gap = Gap { whose: whose.to_owned(), what: what.into(), action: action.into() };
        if self.seen.insert(gap.clone()) {
            self.gaps.push(gap);
        }
    }

    /// The value, or a gap and nothing.
    pub(crate) fn need<T>(&mut self, value: Option<T>, whose: &str, what: &str) -> Option<T> {
        if value.is_none() {
            self.add(whose, format!("{what} is missing"), "enter it, or ask the client for it");
        }
        value
    }

    /// The text if it fits; else a gap, and the text cut.
    pub(crate) fn fit(&mut self, text: &str, longest: usize, whose: &str, what: &str) -> String {
        let length = text::length(text);
        if length <= longest {
            return text.to_owned();
        }
        self.add(whose, format!("{what} has {length} characters"), format!("shorten it to {longest}"));
        text::pieces(text, longest).into_iter().next().unwrap_or_default()
    }

    pub(crate) fn finish<T>(self, profile: &str, value: T) -> Result<T, Gaps> {
        if self.gaps.is_empty() {
            Ok(value)
        } else {
            Err(Gaps { profile: profile.to_owned(), gaps: self.gaps })
        }
    }
}
