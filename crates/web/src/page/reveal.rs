//! Opening a sealed field: the purpose first, then the value for a minute.

use askama::Template;

use super::{icon::Icon, record::Fact, sealed::SealedField, shell::Shell, time::Moment};

/// Asks the purpose. Also where a sealed field's lozenge leads without the script.
#[derive(Clone, Debug, Template)]
#[template(path = "reveal.html")]
pub struct RevealPage {
    /// The shell.
    pub shell: Shell,
    /// The record it belongs to, by its number.
    pub record: String,
    /// The field.
    pub field: SealedField,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
    /// Whether it is sensitive text, which counts as exposure.
    pub sensitive: bool,
}

/// The value, for a minute. The answer where only a fragment was asked for.
#[derive(Clone, Debug, Template)]
#[template(path = "part/revealed.html")]
pub struct RevealedValue {
    /// What it is.
    pub kind: String,
    /// The value, line by line, each with what it is.
    pub lines: Vec<Fact>,
    /// The purpose that was given.
    pub purpose: String,
    /// When it was opened.
    pub opened: Moment,
    /// For how many seconds it stays.
    pub seconds: u32,
}

/// The value on a page of its own, which goes back by itself after the time is over.
#[derive(Clone, Debug, Template)]
#[template(path = "revealed.html")]
pub struct RevealedPage {
    /// The shell.
    pub shell: Shell,
    /// The record it belongs to, by its number.
    pub record: String,
    /// The value.
    pub value: RevealedValue,
    /// The page to go back to.
    pub back: String,
}
