//! What every record shows of itself: its state with time, actor and next step, and its journal.

use askama::Template;

use super::{icon::Icon, time::Moment};

/// What a state means for the person at the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing is asked.
    Neutral,
    /// Somebody has to do something.
    Open,
    /// Done and confirmed.
    Done,
    /// Failed, refused or dead.
    Failed,
}

impl Tone {
    /// The class that gives the word its colour.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The shape beside the word.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Neutral => Icon::Flat,
            Self::Open => Icon::Step,
            Self::Done => Icon::Done,
            Self::Failed => Icon::Failed,
        }
    }
}

/// A state: always the word, the time, the actor, the next step.
#[derive(Clone, Debug, Template)]
#[template(path = "part/standing.html")]
pub struct Standing {
    /// The word: `triaged`.
    pub word: String,
    /// What it means for the reader.
    pub tone: Tone,
    /// Since when.
    pub since: Moment,
    /// Who brought it there.
    pub actor: String,
    /// What comes next, and whose step it is.
    pub next: String,
}

/// One line of the journal about a record.
#[derive(Clone, Debug, Template)]
#[template(path = "part/journal_line.html")]
pub struct JournalLine {
    /// When.
    pub when: Moment,
    /// Who.
    pub who: String,
    /// What was done, in words.
    pub did: String,
    /// Why, where a purpose was given.
    pub why: Option<String>,
}

/// One step of a record's way, passed or still to come.
#[derive(Clone, Debug)]
pub struct Step {
    /// The state's word.
    pub word: String,
    /// Who took it and when; `None` where it is still to come.
    pub taken: Option<(String, Moment)>,
    /// Whether the record stands here.
    pub current: bool,
    /// Whether it went wrong here.
    pub failed: bool,
}

/// A fact with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The label.
    pub label: String,
    /// The value.
    pub value: String,
    /// Whether the value is an identifier or a hash, set in the mono family.
    pub exact: bool,
}

impl Fact {
    /// A fact in words.
    pub fn new(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into(), exact: false }
    }

    /// A hash or an identifier.
    pub fn exact(label: &str, value: impl Into<String>) -> Self {
        Self { exact: true, ..Self::new(label, value) }
    }
}
