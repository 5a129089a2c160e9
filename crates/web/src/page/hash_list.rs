//! Lists of known hashes.

use askama::Template;

use super::{routes, shell::Shell, time::Moment};

/// One list.
#[derive(Clone, Debug)]
pub struct HashListRow {
    /// Its name: the source its files came from.
    pub name: String,
    /// How many hashes it knows.
    pub entries: i64,
    /// When it was made.
    pub made: Moment,
    /// The import that last brought something: its number, address and when.
    pub updated: Option<(i64, String, Moment)>,
}

/// The lists.
#[derive(Clone, Debug, Template)]
#[template(path = "hash_lists.html")]
pub struct HashListsPage {
    /// The shell.
    pub shell: Shell,
    /// The lists.
    pub rows: Vec<HashListRow>,
    /// Whether the person may bring a list in.
    pub may_import: bool,
}
