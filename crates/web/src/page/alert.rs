//! Alerts: what a typology or a match raised, and its review.

use askama::Template;
use model::{Id, kinds};

use super::{
    list::{Choice, Filter, Paging},
    record::{Fact, JournalLine, Standing},
    risk::Reason,
    routes,
    sealed::SealedField,
    shell::Shell,
    time::Moment,
};

/// One row of the list of alerts.
#[derive(Clone, Debug)]
pub struct AlertRow {
    /// The alert.
    pub id: Id<kinds::Alert>,
    /// Its number.
    pub number: String,
    /// What raised it: a typology's name, or a match.
    pub raised_by: String,
    /// Why, in one sentence.
    pub why: String,
    /// Its score, and out of how much: `82 of 100`.
    pub score: String,
    /// The subject, by a name that identifies nobody.
    pub subject: String,
    /// When it was raised.
    pub raised: Moment,
    /// Its state's word.
    pub state: String,
    /// Who has it.
    pub holder: Option<String>,
}

/// The list of alerts.
#[derive(Clone, Debug, Template)]
#[template(path = "alerts.html")]
pub struct AlertsPage {
    /// The shell.
    pub shell: Shell,
    /// State and kind.
    pub filter: Filter,
    /// The rows.
    pub rows: Vec<AlertRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// The review's form.
#[derive(Clone, Debug)]
pub struct Review {
    /// Why the last try was not accepted.
    pub problem: Option<String>,
    /// What was typed as the note.
    pub note: String,
    /// Reasons for dismissing.
    pub reasons: Vec<Choice>,
}

/// One alert.
#[derive(Clone, Debug, Template)]
#[template(path = "alert.html")]
pub struct AlertPage {
    /// The shell.
    pub shell: Shell,
    /// The alert.
    pub id: Id<kinds::Alert>,
    /// Its number.
    pub number: String,
    /// What raised it.
    pub raised_by: String,
    /// Where that is described.
    pub raised_by_href: Option<String>,
    /// Why, in one sentence.
    pub why: String,
    /// Its score, and out of how much.
    pub score: String,
    /// Its state.
    pub standing: Standing,
    /// What is clear about the subject.
    pub subject: Vec<Fact>,
    /// What is sealed about the subject.
    pub sealed: Vec<SealedField>,
    /// Its indicators with their evidence.
    pub reasons: Vec<Reason>,
    /// What speaks against it, in words.
    pub against: Vec<String>,
    /// The review; `None` once reviewed.
    pub review: Option<Review>,
    /// The report it became.
    pub report: Option<(Id<kinds::Report>, String)>,
    /// What the journal says of this alert, the newest first.
    pub journal: Vec<JournalLine>,
}
