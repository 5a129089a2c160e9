//! Alerts: what a typology or a match raised, and its review.

use askama::Template;
use model::{Id, kinds};

use super::{
    list::{Choice, Filter, Paging},
    record::{Fact, JournalLine, Standing},
    report::Other,
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
    /// How it ranks: `high`.
    pub band: String,
    /// Where the party is, as far as is known.
    pub place: String,
    /// From when to when: what it rests on.
    pub span: String,
    /// When it was raised.
    pub raised: Moment,
    /// Its state's word.
    pub state: String,
}

/// The list of alerts.
#[derive(Clone, Debug, Template)]
#[template(path = "alerts.html")]
pub struct AlertsPage {
    /// The shell.
    pub shell: Shell,
    /// State.
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
    /// Whether it can become a report: an alert about a report's file has one.
    pub escalate: bool,
    /// Reasons for dismissing, the chosen one first tried.
    pub reasons: Vec<Choice>,
}

/// What can be done with an alert now.
#[derive(Clone, Debug)]
pub enum Doing {
    /// It is open: escalate or dismiss.
    Review(Review),
    /// It was dismissed: it can be opened again.
    Reopen,
    /// Nothing, or nothing this person may do.
    Nothing,
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
    /// Its title: the typology's, or which list knew a file.
    pub title: String,
    /// Its state.
    pub standing: Standing,
    /// Whether only the outline is shown, as to a partner.
    pub outline: bool,
    /// How it ranks, what it rests on and since when.
    pub facts: Vec<Fact>,
    /// What is to be kept in mind, such as that it went on after it was decided.
    pub notes: Vec<String>,
    /// The reasons, a sentence each, the weightiest first.
    pub reasons: Vec<String>,
    /// What is asked of the person who reads it.
    pub hint: Option<String>,
    /// What is clear about the party; empty for an alert about a file.
    pub party: Vec<Fact>,
    /// The party, sealed.
    pub sealed: Option<SealedField>,
    /// Reports it is about, became, or that name the same account.
    pub reports: Vec<Other>,
    /// How many reports name the same account that the person may not open.
    pub reports_hidden: usize,
    /// Other alerts about the same party.
    pub others: Vec<Other>,
    /// What can be done now.
    pub doing: Doing,
    /// What the journal says of this alert, the newest first.
    pub journal: Vec<JournalLine>,
}
