//! One's own account: the second step and the password.

use askama::Template;

use super::{routes, shell::Shell};

/// Where the second step (TOTP, RFC 6238) of an account stands.
#[derive(Clone, Debug)]
pub enum SecondStep {
    /// There is none; it can be set up.
    Off,
    /// A secret is on offer, shown this once; a code proves that an app has it.
    Offered {
        /// The secret to type, in groups of four.
        secret: String,
        /// The `otpauth://` address that holds the same.
        address: String,
    },
    /// A code was not right. The secret is not shown again.
    Tried,
    /// It is on.
    On,
}

/// The second step of one's own account.
#[derive(Clone, Debug, Template)]
#[template(path = "account_code.html")]
pub struct SecondStepPage {
    /// The shell.
    pub shell: Shell,
    /// Where it stands.
    pub step: SecondStep,
    /// Whether the role must have a second step before it may go on.
    pub required: bool,
}

/// Changing the password.
#[derive(Clone, Debug, Template)]
#[template(path = "account_password.html")]
pub struct ChangePasswordPage {
    /// The shell.
    pub shell: Shell,
    /// The name the person signs in with, for the browser's keeper of passwords.
    pub username: String,
    /// The least number of characters.
    pub least: usize,
    /// Whether it must be changed before anything else.
    pub required: bool,
}
