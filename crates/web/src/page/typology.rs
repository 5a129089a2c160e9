//! Typologies: what screening looks for, where that comes from, and whether it is on.

use askama::Template;

use super::{record::Fact, routes, shell::Shell, time::Moment};

/// One typology of the list.
#[derive(Clone, Debug)]
pub struct TypologyRow {
    /// Its id in the data files.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it looks for, in one sentence.
    pub says: String,
    /// Its source.
    pub source: String,
    /// Its version.
    pub version: String,
    /// Alerts of the last 30 days.
    pub alerts: u64,
    /// How many of those reviewed were escalated: `12 of 31`.
    pub escalated: String,
    /// Whether it is on.
    pub on: bool,
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

/// One indicator of a typology.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// What it says when it holds.
    pub says: String,
    /// The condition as the data file has it.
    pub condition: String,
    /// Its weight.
    pub weight: String,
    /// Its source.
    pub source: String,
}

/// One typology.
#[derive(Clone, Debug, Template)]
#[template(path = "typology.html")]
pub struct TypologyPage {
    /// The shell.
    pub shell: Shell,
    /// Its id in the data files.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its text, in paragraphs.
    pub text: Vec<String>,
    /// Source, version, verified, threshold.
    pub facts: Vec<Fact>,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
    /// What it must not be used for.
    pub cautions: Vec<String>,
    /// Whether it is on.
    pub on: bool,
    /// Who switched it, and when.
    pub switched: Option<(String, Moment)>,
    /// Whether the person may switch it.
    pub may_change: bool,
}
