//! When something went wrong: what happened, what is safe, what to do. Nothing private.

use askama::Template;

use super::{
    routes,
    shell::{Shell, Theme},
};

/// A page about an error. It stands outside the shell, since the shell itself may be what failed.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// Light or dark.
    pub theme: Theme,
    /// What happened, as the heading.
    pub title: String,
    /// What happened, in a sentence or two.
    pub happened: String,
    /// What is safe.
    pub safe: String,
    /// What to do.
    pub next: String,
    /// The link's words.
    pub action: String,
    /// Where it leads.
    pub href: String,
    /// The request, to name when asking for help.
    pub request: String,
}

/// Nothing is at this address, or nothing this person may know of: the two read the same.
#[derive(Clone, Debug, Template)]
#[template(path = "not_found.html")]
pub struct NotFoundPage {
    /// The shell.
    pub shell: Shell,
    /// The request, to name when asking for help.
    pub request: String,
}
