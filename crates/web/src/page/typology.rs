//! Typologies: what screening looks for, where that comes from, and whether it runs.

use askama::Template;

use super::{record::Fact, routes, shell::Shell};

/// One typology of the list.
#[derive(Clone, Debug)]
pub struct TypologyRow {
    /// Its id in the data files.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The finding in words, with the places it leaves.
    pub says: String,
    /// How its findings rank.
    pub severity: String,
    /// Its version.
    pub version: String,
    /// `baseline`, `active` or `off`.
    pub status: String,
    /// Whether it runs.
    pub runs: bool,
}

/// The typologies.
#[derive(Clone, Debug, Template)]
#[template(path = "typologies.html")]
pub struct TypologiesPage {
    /// The shell.
    pub shell: Shell,
    /// The rows.
    pub rows: Vec<TypologyRow>,
}

/// One typology.
#[derive(Clone, Debug, Template)]
#[template(path = "typology.html")]
pub struct TypologyPage {
    /// The shell.
    pub shell: Shell,
    /// What the list says of it.
    pub row: TypologyRow,
    /// Source, verified, window, threshold, route, file.
    pub facts: Vec<Fact>,
    /// Where the pattern was described.
    pub source: String,
    /// The data file, line by line as it is.
    pub text: String,
}
