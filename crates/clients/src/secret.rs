//! What opens a service: never printed, wiped from memory when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A password or key.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a secret; the white space around it, which a file it is kept in may have, is left out.
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The secret itself, for the header it goes into.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::new(" synthetic-password\n");
        assert_eq!(secret.reveal(), "synthetic-password");
        assert_eq!(format!("{secret:?} {:#?}", Some(&secret)).matches("synthetic").count(), 0);
        assert!(Secret::new(" \n").is_empty() && !secret.is_empty());
    }
}
