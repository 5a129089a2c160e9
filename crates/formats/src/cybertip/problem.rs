//! What is wrong with a document, where, and what was expected.

use std::fmt;

use serde::{Deserialize, Serialize};

/// At most so many problems are collected; a hostile document must not make a report of its own size.
pub(super) const MOST_PROBLEMS: usize = 200;

/// One thing wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Problem {
    /// Where, as element names from the root with the place among repeated elements, counted from
    /// one: `report/victim[2]/victimPerson/age`, `report/reporter/reportingPerson/phone[1]/@type`.
    pub path: String,
    /// The line of the text. Zero when the problem was found in a value, which has no lines.
    pub line: u32,
    /// What is wrong and what was expected.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path.as_str(), self.line) {
            ("", line) => write!(f, "line {line}: {}", self.reason),
            (path, 0) => write!(f, "{path}: {}", self.reason),
            (path, line) => write!(f, "line {line}, {path}: {}", self.reason),
        }
    }
}

/// The place one is at, and the problems met so far.
#[derive(Default)]
pub(super) struct Findings {
    place: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

impl Findings {
    /// Notes a problem at the present place.
    pub(super) fn note(&mut self, line: u32, reason: impl Into<String>) {
        if !self.is_full() {
            self.problems.push(Problem { path: self.place.join("/"), line, reason: reason.into() });
        }
    }

    /// Whether no more problems are taken.
    pub(super) fn is_full(&self) -> bool {
        self.problems.len() >= MOST_PROBLEMS
    }

    /// Does `work` one step further down.
    pub(super) fn at<R>(&mut self, step: String, work: impl FnOnce(&mut Self) -> R) -> R {
        self.enter(step);
        let done = work(self);
        self.leave();
        done
    }

    /// Goes one step further down.
    pub(super) fn enter(&mut self, step: String) {
        self.place.push(step);
    }

    /// Goes back up.
    pub(super) fn leave(&mut self) {
        self.place.pop();
    }
}

/// A step of a path: the name, with its place among repeated elements.
pub(super) fn step(name: &str, index: Option<usize>) -> String {
    index.map_or_else(|| name.to_owned(), |index| format!("{name}[{}]", index + 1))
}

/// The start of a text, to be shown in a sentence.
pub(super) fn shown(text: &str) -> String {
    const LENGTH: usize = 60;
    match text.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("“{}…”", text.get(..end).unwrap_or_default()),
        None => format!("“{text}”"),
    }
}
