//! Imports: bringing files in, and what became of every record.

use askama::Template;
use model::{Digest, Id, kinds};

use super::{
    icon::Icon,
    list::Paging,
    record::{Fact, Standing},
    routes,
    shell::Shell,
    time::Moment,
};

/// One import of the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The import.
    pub id: Id<kinds::Import>,
    /// Its number.
    pub number: i64,
    /// What it holds: `CyberTipline document`.
    pub kind: String,
    /// Its source.
    pub source: String,
    /// Its state's word.
    pub state: String,
    /// Whether it failed as a whole.
    pub failed: bool,
    /// Whether it is still being received or read.
    pub running: bool,
    /// Records looked at so far.
    pub read: u64,
    /// Accepted.
    pub accepted: u64,
    /// Already known, so left as they were.
    pub known: u64,
    /// Rejected.
    pub rejected: u64,
    /// When it was brought in.
    pub started: Moment,
}

/// The upload form.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// Why the last try was not accepted.
    pub problem: Option<String>,
    /// What was typed as the source.
    pub source: String,
    /// What was typed as the lawful basis.
    pub basis: String,
    /// The largest file, in words: `2 GB`.
    pub largest: String,
}

/// Imports.
#[derive(Clone, Debug, Template)]
#[template(path = "imports.html")]
pub struct ImportsPage {
    /// The shell.
    pub shell: Shell,
    /// The upload form; `None` where the person may not bring files in.
    pub upload: Option<Upload>,
    /// The rows, the newest first.
    pub rows: Vec<ImportRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One record that was not accepted.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Where: `line 214`.
    pub place: String,
    /// The field or path.
    pub field: String,
    /// What was expected and what was found.
    pub reason: String,
    /// The record, cut at a bound.
    pub record: String,
}

/// The records that were not accepted.
#[derive(Clone, Debug)]
pub struct Rejects {
    /// Those shown on this page.
    pub rows: Vec<Reject>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One import.
#[derive(Clone, Debug, Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    /// The shell.
    pub shell: Shell,
    /// The import.
    pub id: Id<kinds::Import>,
    /// Its name, or its number where the name is not for the person.
    pub called: String,
    /// Its state.
    pub standing: Standing,
    /// How far it is, while it runs: `12,400 records read`.
    pub progress: Option<String>,
    /// What was wrong with the file as a whole.
    pub problem: Option<String>,
    /// Kind, source, lawful basis, size, who brought it.
    pub facts: Vec<Fact>,
    /// The file's digest, once it is whole.
    pub digest: Option<Digest>,
    /// The import that brought the same file before, and its number.
    pub same_as: Option<(Id<kinds::Import>, i64)>,
    /// Accepted.
    pub accepted: u64,
    /// Already known.
    pub known: u64,
    /// Rejected.
    pub rejected: u64,
    /// The rejected records; `None` where they are not for the person.
    pub rejects: Option<Rejects>,
}
