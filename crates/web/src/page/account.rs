//! One's own account: the second step and the password.

use askama::Template;

use super::{routes, shell::Shell};

/// Enrolling a second step (TOTP, RFC 6238): the secret to type, then a code as proof.
#[derive(Clone, Debug, Template)]
#[template(path = "account_code.html")]
pub struct EnrolCodePage {
    /// The shell.
    pub shell: Shell,
    /// The base32 secret.
    pub secret: String,
    /// The `otpauth://` address that holds the same.
    pub address: String,
    /// Whether the role must have a second step before it may go on.
    pub required: bool,
}

impl EnrolCodePage {
    /// The secret in groups of four, to read aloud and type.
    pub fn groups(&self) -> Vec<String> {
        let letters: Vec<char> = self.secret.chars().collect();
        letters.chunks(4).map(|group| group.iter().collect()).collect()
    }
}

/// Changing the password.
#[derive(Clone, Debug, Template)]
#[template(path = "account_password.html")]
pub struct ChangePasswordPage {
    /// The shell.
    pub shell: Shell,
    /// The least number of characters.
    pub least: usize,
    /// Whether it must be changed before anything else.
    pub required: bool,
}
