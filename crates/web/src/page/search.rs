//! Search by number or identifier. Sealed text is never searched as text.

use askama::Template;

use super::{shell::Shell, time::Moment};

/// One record that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The kind in words: `report`.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Its address; `None` for what has no page of its own.
    pub href: Option<String>,
    /// Why it was found, in sentences without the text that was looked up.
    pub why: Vec<String>,
    /// Its state's word; empty for what has none.
    pub state: String,
    /// When it came to be.
    pub since: Moment,
}

/// The results of a search.
#[derive(Clone, Debug, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// The shell; its `search` is what was typed.
    pub shell: Shell,
    /// Why nothing could be looked up.
    pub problem: Option<String>,
    /// What was found.
    pub found: Vec<Found>,
}
