//! One filing: what will be sent, whether it is valid, and its way from draft to receipt.

use askama::Template;
use model::{Digest, Id, kinds};

use super::{
    clock::ClockChip,
    icon::Icon,
    record::{Fact, JournalLine, Standing, Step},
    routes,
    sealed::SealedField,
    shell::Shell,
};

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Must be put right before it can be sent.
    Error,
    /// Can be sent so; somebody should have looked.
    Warning,
    /// As it should be.
    Passed,
}

impl Finding {
    /// The word beside the shape.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Error => "must be put right",
            Self::Warning => "look at this",
            Self::Passed => "as expected",
        }
    }

    /// The shape.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Error => Icon::Failed,
            Self::Warning => Icon::Look,
            Self::Passed => Icon::Done,
        }
    }

    /// The class that gives the word its colour.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Passed => "passed",
        }
    }
}

/// One line of the validation.
#[derive(Clone, Debug)]
pub struct Check {
    /// What was found.
    pub finding: Finding,
    /// The field, as the format names it.
    pub field: String,
    /// What was found there and what was expected.
    pub says: String,
}

/// A part of what will be sent.
#[derive(Clone, Debug)]
pub struct SentPart {
    /// Its name: `Incident`, `File 1`.
    pub title: String,
    /// Its fields, as the receiver will read them.
    pub facts: Vec<Fact>,
    /// Fields that are sent but shut on this page.
    pub sealed: Vec<SealedField>,
    /// What is left out, and why: `Viewed by a person: unknown, so left out`.
    pub left_out: Vec<String>,
}

/// The one step that comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Somebody other than the author reviews it.
    Review,
    /// It is declared ready.
    Ready,
    /// It is sent; the button's words: `File report with NCMEC`.
    Send(String),
    /// What came back is recorded.
    Acknowledge,
    /// Nothing is to be done here, and why.
    Nothing(String),
}

/// One filing.
#[derive(Clone, Debug, Template)]
#[template(path = "filing.html")]
pub struct FilingPage {
    /// The shell.
    pub shell: Shell,
    /// The filing.
    pub id: Id<kinds::Filing>,
    /// Its number.
    pub number: String,
    /// To whom.
    pub channel: String,
    /// The case it belongs to, with its number.
    pub case: Option<(Id<kinds::Case>, String)>,
    /// The report it files, with its number.
    pub report: (Id<kinds::Report>, String),
    /// Its state.
    pub standing: Standing,
    /// Its clocks.
    pub clocks: Vec<ClockChip>,
    /// Its way, passed and to come.
    pub steps: Vec<Step>,
    /// The step that comes next.
    pub next: NextStep,
    /// Whether it can still be withdrawn.
    pub can_withdraw: bool,
    /// The validation, errors first.
    pub checks: Vec<Check>,
    /// What will be, or was, sent.
    pub parts: Vec<SentPart>,
    /// The document's digest, once it is fixed.
    pub document: Option<Digest>,
    /// The receiver's own number, once known.
    pub reference: Option<String>,
    /// What the journal says of this filing, the newest first.
    pub journal: Vec<JournalLine>,
}

impl FilingPage {
    fn errors(&self) -> usize {
        self.checks.iter().filter(|check| check.finding == Finding::Error).count()
    }
}
