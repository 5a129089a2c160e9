//! Search by number or identifier. Sealed text is never searched as text.

use askama::Template;

use super::{icon::Icon, list::Paging, shell::Shell, time::Moment};

/// One record that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The kind in words: `report`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its address.
    pub href: String,
    /// What it is, in one sentence.
    pub says: String,
    /// Why it was found: `holds the phone number as that of the person who paid`.
    pub why: String,
    /// Its state's word.
    pub state: String,
    /// The last change.
    pub changed: Moment,
}

/// The results of a search.
#[derive(Clone, Debug, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// The shell; its `search` is what was typed.
    pub shell: Shell,
    /// How it was read: `as the phone number +63 …`; empty where nothing was typed.
    pub read_as: Vec<String>,
    /// What was found.
    pub found: Vec<Found>,
    /// How many matches other agencies hold; what they hold is not shown.
    pub elsewhere: u64,
    /// Where the list stands.
    pub paging: Paging,
}
