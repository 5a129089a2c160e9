//! Signing in, the second step, and confirming again who one is. These pages have no shell.

use askama::Template;

use super::{
    routes,
    shell::{Csrf, Notice, Theme},
};

/// The sign-in page.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The organisation's name.
    pub organisation: String,
    /// Light or dark.
    pub theme: Theme,
    /// The form's token.
    pub csrf: Csrf,
    /// What went wrong or was just done: a wrong password, a lockout with its end, signed out.
    pub notice: Option<Notice>,
    /// What was typed as the username.
    pub username: String,
}

/// The second step: a code from the app that holds it.
#[derive(Clone, Debug, Template)]
#[template(path = "sign_in_code.html")]
pub struct SignInCodePage {
    /// The organisation's name.
    pub organisation: String,
    /// Light or dark.
    pub theme: Theme,
    /// The form's token.
    pub csrf: Csrf,
    /// What went wrong.
    pub notice: Option<Notice>,
}

/// “Confirm it is you”: asked before what cannot be taken back, then returns to where one was.
#[derive(Clone, Debug, Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage {
    /// The organisation's name.
    pub organisation: String,
    /// Light or dark.
    pub theme: Theme,
    /// The form's token.
    pub csrf: Csrf,
    /// What went wrong.
    pub notice: Option<Notice>,
    /// The person who is signed in.
    pub person: String,
    /// Whether a code is asked beside the password.
    pub code: bool,
    /// The page to return to.
    pub back: String,
}
