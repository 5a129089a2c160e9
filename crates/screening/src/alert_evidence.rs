//! What an alert says of itself. Every kind of alert is kept in this one shape, whoever raised it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Title and evidence of an alert in words; sealed wherever it is kept. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertEvidence {
    /// What it is, in a line.
    pub title: String,
    /// The reasons, a sentence each, the weightiest first.
    pub lines: Vec<String>,
    /// What a person is asked to do with it.
    #[serde(default)]
    pub hint: Option<String>,
}

impl fmt::Debug for AlertEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AlertEvidence(…)")
    }
}
