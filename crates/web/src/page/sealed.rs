//! Sealed fields and sensitive text: shut until somebody opens them with a reason.

use askama::Template;

use super::{icon::Icon, list::Choice, shell::Csrf};

/// A field that is sealed: a violet lozenge with its kind. Opening asks the purpose, shows the value
/// for a minute, and is journalled.
#[derive(Clone, Debug, Template)]
#[template(path = "part/sealed.html")]
pub struct SealedField {
    /// Unlike any other on the page; letters, digits and hyphens.
    pub key: String,
    /// What it is, never what it says: `legal name of child`.
    pub kind: String,
    /// Where it is opened: [`super::routes::reveal`].
    pub href: String,
    /// The page to come back to.
    pub back: String,
    /// The purposes the person may choose from. Empty where the person may not open it.
    pub purposes: Vec<Choice>,
    /// Who can open it, said where the person may not.
    pub refused: String,
    /// The form's token.
    pub csrf: Csrf,
}

/// Words that may be abuse material themselves: collapsed under a neutral label, the grey summary
/// first. Opening asks the same as a sealed field and counts as exposure.
#[derive(Clone, Debug, Template)]
#[template(path = "part/sensitive.html")]
pub struct SensitiveText {
    /// A neutral label: `Chat log, 214 lines`.
    pub label: String,
    /// The summary, without the words themselves.
    pub summary: String,
    /// How it can be opened.
    pub field: SealedField,
}
