//! What comes into a bank from outside: files of hashes, and what an exchange sends.

use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, kinds};
use store::{
    bank_contents::{NewContent, Signal},
    banks::Bank,
};

use super::{
    change::by_hash,
    settings::{BankSettings, new_bank},
    words::ContentState,
};

/// An entry of a file of hashes.
pub(crate) struct NewEntry {
    /// Its hashes; never none.
    pub(crate) signals: Vec<Signal>,
    /// The taxonomy of its classification.
    pub(crate) taxonomy: Option<String>,
    /// Its classification.
    pub(crate) classification: Option<String>,
    /// What the file notes of it.
    pub(crate) note: Option<String>,
}

/// The bank that files from a source go into, made when the first comes.
pub(crate) async fn bank_for_import(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    source: &str,
) -> Result<Bank, Error> {
    if let Some(bank) = store::banks::named(tx.store(permit), permit.owner(), source).await? {
        return Ok(bank);
    }
    let made = new_bank(op, tx, permit, BankSettings::named(source)).await?;
    made.ok_or_else(|| {
        Error::conflict(
            "bank_made_meanwhile",
            "A bank of this name was made at the same moment.",
            "Nothing is lost; try again.",
        )
    })
}

/// Takes entries in; gives how many were new.
pub(crate) async fn take(
    tx: &mut Tx<'_>,
    permit: &Permit,
    bank: &Bank,
    import: Id<kinds::Import>,
    entries: Vec<NewEntry>,
) -> Result<u64, Error> {
    let contents: Vec<_> = entries
        .into_iter()
        .map(|entry| NewContent {
            source_key: entry.signals.first().map(by_hash).unwrap_or_default(),
            source_at: None,
            mark: None,
            state: ContentState::Live.as_str().to_owned(),
            taxonomy: entry.taxonomy,
            classification: entry.classification,
            note: entry.note,
            signals: entry.signals,
        })
        .collect();
    let now = tx.house().now();
    let new = store::bank_contents::add(tx.store(permit), bank, Some(import), now, &contents).await?;
    Ok(new.len() as u64)
}
