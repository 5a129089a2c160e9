//! Lists of known hashes.

use askama::Template;
use model::{Id, kinds};

use super::{icon::Icon, list::Choice, routes, shell::Shell, time::Moment};

/// One list.
#[derive(Clone, Debug)]
pub struct HashListRow {
    /// The list.
    pub id: Id<kinds::HashList>,
    /// Its name.
    pub name: String,
    /// Who keeps it.
    pub source: String,
    /// The taxonomy of its classifications, with the version.
    pub taxonomy: String,
    /// How many hashes by kind: `SHA-256 1,204`.
    pub counts: Vec<(String, u64)>,
    /// When it was last brought up to date.
    pub updated: Moment,
    /// Why it may be old, where it may.
    pub stale: Option<String>,
    /// How many matches it gave in the last 30 days.
    pub matches: u64,
    /// Whether it is on.
    pub on: bool,
}

/// The lists.
#[derive(Clone, Debug, Template)]
#[template(path = "hash_lists.html")]
pub struct HashListsPage {
    /// The shell.
    pub shell: Shell,
    /// The lists.
    pub rows: Vec<HashListRow>,
    /// Whether the person may add and switch lists.
    pub may_change: bool,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
    /// Taxonomies a list can carry.
    pub taxonomies: Vec<Choice>,
    /// The lawful bases.
    pub bases: Vec<Choice>,
}
