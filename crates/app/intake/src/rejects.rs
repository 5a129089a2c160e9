//! Records that were refused, kept sealed with why and what they were, so that a person can mend
//! them and send them again.

use app_kernel::{Error, Sealer, Tx};
use formats::Reject;
use serde::{Deserialize, Serialize};

/// What is kept of a refused record.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Rejected {
    /// Column or path, as the file names it.
    pub path: String,
    /// The field, in Sagip's words.
    pub field: String,
    /// What was expected and what was found.
    pub reason: String,
    /// The record, cut at a bound.
    pub raw: String,
}

impl From<Reject> for Rejected {
    fn from(reject: Reject) -> Self {
        Self { path: reject.path, field: reject.field, reason: reject.reason, raw: reject.raw }
    }
}

/// Seals refused records as rows.
pub(crate) fn seal(
    tx: &Tx<'_>,
    sealer: &Sealer,
    rejects: impl IntoIterator<Item = (u64, u64, Rejected)>,
) -> Result<Vec<store::imports::Rejected>, Error> {
    rejects
        .into_iter()
        .map(|(ordinal, line, rejected)| {
            Ok(store::imports::Rejected {
                ordinal: i64::try_from(ordinal).unwrap_or(i64::MAX),
                line: i64::try_from(line).unwrap_or(i64::MAX),
                sealed: sealer.seal("reject", &rejected, tx)?,
            })
        })
        .collect()
}
