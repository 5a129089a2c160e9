//! Imports: bringing files in, and what became of every row.

use askama::Template;
use model::{Digest, Id, kinds};

use super::{
    icon::Icon,
    list::{Choice, Paging},
    record::{Fact, JournalLine, Standing},
    routes,
    shell::Shell,
    time::Moment,
};

/// How far an import is.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Rows or files done.
    pub done: u64,
    /// How many there are, where that is known.
    pub total: Option<u64>,
    /// In words: `12,400 of 50,000 rows, about 2 min left`.
    pub words: String,
}

/// One import of the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The import.
    pub id: Id<kinds::Import>,
    /// The file's name.
    pub file: String,
    /// What it holds: `reports, CyberTipline XML`.
    pub kind: String,
    /// Its source.
    pub source: String,
    /// Its state's word.
    pub state: String,
    /// Whether it failed as a whole.
    pub failed: bool,
    /// How far it is, while it runs.
    pub progress: Option<Progress>,
    /// Accepted.
    pub accepted: u64,
    /// Already known, so left as they were.
    pub known: u64,
    /// Rejected.
    pub rejected: u64,
    /// When it was brought in.
    pub started: Moment,
    /// By whom.
    pub by: String,
}

/// The upload form.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Why the last try was not accepted.
    pub problem: Option<String>,
    /// What the house can read.
    pub kinds: Vec<Choice>,
    /// What was typed as the source.
    pub source: String,
    /// The lawful bases.
    pub bases: Vec<Choice>,
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

/// One row that was not accepted.
#[derive(Clone, Debug)]
pub struct Reject {
    /// Where: `line 214`, `file 3, line 12`.
    pub place: String,
    /// The field.
    pub field: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// One import.
#[derive(Clone, Debug, Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    /// The shell.
    pub shell: Shell,
    /// The import.
    pub id: Id<kinds::Import>,
    /// The file's name.
    pub file: String,
    /// Its state.
    pub standing: Standing,
    /// How far it is, while it runs.
    pub progress: Option<Progress>,
    /// Kind, source, lawful basis, mapping, size.
    pub facts: Vec<Fact>,
    /// The file's digest.
    pub digest: Digest,
    /// Accepted.
    pub accepted: u64,
    /// Already known.
    pub known: u64,
    /// Rejected.
    pub rejected: u64,
    /// The rejects shown on this page.
    pub rejects: Vec<Reject>,
    /// Where the rejects stand.
    pub paging: Paging,
    /// What it led to: reports, alerts; words and address.
    pub led_to: Vec<(String, String)>,
    /// What the journal says of this import, the newest first.
    pub journal: Vec<JournalLine>,
}
