//! Checking the journal's chain, and naming the first thing that is wrong.

use std::collections::BTreeMap;

use model::{Digest, Id, kinds};
use store::journal::{Head, Position};
use vault::{PublicKey, chain::ChainFault};

use crate::{Error, House, heads::Outside, journal::chain_head};

/// What checking the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalReport {
    /// Entries whose place in the chain was checked and found right.
    pub entries: u64,
    /// Heads checked.
    pub heads: u64,
    /// How many of them were found outside the database too. The last may be on its way there.
    pub outside: u64,
    /// Entries that have no place yet.
    pub waiting: u64,
    /// The first thing that is wrong.
    pub fault: Option<JournalFault>,
}

/// The first thing wrong with the journal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalFault {
    /// An entry was changed after it was chained.
    #[error("entry {sequence} ({entry}) was changed after it was written")]
    Changed {
        /// Its place.
        sequence: i64,
        /// Its id.
        entry: Id<kinds::JournalEntry>,
    },
    /// An entry was removed.
    #[error("entry {sequence} ({entry}) was removed")]
    Removed {
        /// Its place.
        sequence: i64,
        /// Its id.
        entry: Id<kinds::JournalEntry>,
    },
    /// The place of an entry was removed.
    #[error("entry {sequence} is missing from the chain")]
    Missing {
        /// The place that should be there.
        sequence: i64,
    },
    /// Entries stand in another order than they were chained in.
    #[error("entry {sequence} ({entry}) is not in its place: the entries were put in another order")]
    Reordered {
        /// The first place that another entry has taken.
        sequence: i64,
        /// The entry that stands there.
        entry: Id<kinds::JournalEntry>,
    },
    /// A head does not fit.
    #[error("batch {batch} (entries {first} to {last}): {reason}")]
    Head {
        /// The batch.
        batch: i64,
        /// Its first entry.
        first: i64,
        /// Its last entry.
        last: i64,
        /// What is wrong.
        reason: String,
    },
    /// Entries have places, but the head of their batch is gone.
    #[error("entry {sequence} has a place and no signed head: the head of its batch was removed")]
    Headless {
        /// The first such entry.
        sequence: i64,
    },
    /// The database ends before the heads outside it do.
    #[error("entry {sequence} and what follows is missing: the journal was cut off after batch {batch}")]
    Truncated {
        /// The first entry that is missing.
        sequence: i64,
        /// The last batch that is there.
        batch: i64,
    },
    /// A head in the database is not the one that was written outside it.
    #[error("batch {batch} (entries from {first}) is not the one that was written outside the database")]
    Rewritten {
        /// The batch.
        batch: i64,
        /// Its first entry.
        first: i64,
    },
    /// An entry was removed before it had its place.
    #[error("the entry {entry} was removed before it had its place in the chain")]
    Lost {
        /// Its id.
        entry: Id<kinds::JournalEntry>,
    },
    /// An entry came into the database by another way than Sagip's.
    #[error("the entry {entry} is not on its way into the chain: Sagip did not write it")]
    Stray {
        /// Its id.
        entry: Id<kinds::JournalEntry>,
    },
    /// The file outside the database holds what is not a head of this journal.
    #[error("line {line} of the heads outside the database was changed: {reason}")]
    OutsideChanged {
        /// The line.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A head is not in the file outside the database, though later ones are, or none is.
    #[error(
        "batch {batch} is not among the heads outside the database: lines of that file, or all of it, were removed. \
         Compare it with another copy; without it a journal that was cut off cannot be seen"
    )]
    OutsideRemoved {
        /// The first such batch.
        batch: i64,
    },
}

impl House {
    /// Checks the whole chain: every entry against its leaf, every batch against its head, every
    /// head against the one before, its signature, and the heads outside the database.
    pub async fn verify_journal(&self) -> Result<JournalReport, Error> {
        // First, for the database is always ahead of the file.
        let Outside { heads: outside, wrong } = self.heads.read()?;
        let key = self.signer.public();
        let mut tx = self.db.read().await?;
        let (placed, waiting) = store::journal::counts(&mut tx).await?;
        let mut report =
            JournalReport { entries: 0, heads: 0, outside: 0, waiting: waiting.unsigned_abs(), fault: None };
        let mut previous: Option<Head> = None;
        let mut unwritten: Option<i64> = None;
        loop {
            let after = previous.as_ref().map_or(0, |head| head.batch);
            let heads = store::journal::heads_after(&mut tx, after, 256).await?;
            if heads.is_empty() {
                break;
            }
            for head in heads {
                let positions = store::journal::positions(&mut tx, head.first, head.last).await?;
                report.fault = check_batch(previous.as_ref(), &head, &positions, &key, &outside);
                if report.fault.is_some() {
                    return Ok(report);
                }
                if outside.contains_key(&head.batch.unsigned_abs()) {
                    report.outside += 1;
                } else {
                    unwritten = unwritten.or(Some(head.batch));
                }
                report.entries += positions.len() as u64;
                report.heads += 1;
                previous = Some(head);
            }
        }
        let (batch, end) = previous.as_ref().map_or((0, 0), |head| (head.batch, head.last));
        let last_outside = outside.keys().last().map_or(0, |batch| i64::try_from(*batch).unwrap_or(i64::MAX));
        // The first batch may be on its way to a file that is not there yet.
        let removed = unwritten.filter(|first| *first < last_outside || (last_outside == 0 && batch > 1));
        report.fault = if last_outside > batch {
            Some(JournalFault::Truncated { sequence: end + 1, batch })
        } else if placed != end {
            Some(JournalFault::Headless { sequence: end + 1 })
        } else if let Some(entry) = store::journal::lost(&mut tx).await? {
            Some(JournalFault::Lost { entry })
        } else if let Some(entry) = store::journal::stray(&mut tx).await? {
            Some(JournalFault::Stray { entry })
        } else if let Some((line, reason)) = wrong {
            Some(JournalFault::OutsideChanged { line, reason })
        } else {
            removed.map(|batch| JournalFault::OutsideRemoved { batch })
        };
        Ok(report)
    }
}

/// The first thing wrong with a batch: its head before its entries, for the head says which entries
/// there are.
fn check_batch(
    previous: Option<&Head>,
    head: &Head,
    positions: &[Position],
    key: &PublicKey,
    outside: &BTreeMap<u64, vault::chain::Head>,
) -> Option<JournalFault> {
    let chained = chain_head(head);
    if !key.verify(&chained.bytes(), &head.signature) {
        return Some(head_fault(head, &ChainFault::Signature { batch: chained.batch }));
    }
    if let Some(fault) = check_entries(head, positions) {
        return Some(fault);
    }
    let leaves: Vec<Digest> = positions.iter().map(|position| position.leaf).collect();
    let previous = previous.map(chain_head);
    if let Err(fault) = vault::chain::verify(previous.as_ref(), &chained, &head.signature, key, &leaves) {
        return Some(head_fault(head, &fault));
    }
    let written = outside.get(&chained.batch);
    written
        .is_some_and(|written| *written != chained)
        .then_some(JournalFault::Rewritten { batch: head.batch, first: head.first })
}

fn check_entries(head: &Head, positions: &[Position]) -> Option<JournalFault> {
    let mut entries = Vec::with_capacity(positions.len());
    for (sequence, position) in (head.first..).zip(positions) {
        if position.sequence != sequence {
            return Some(JournalFault::Missing { sequence });
        }
        let Some(entry) = &position.entry else {
            return Some(JournalFault::Removed { sequence, entry: position.entry_id });
        };
        if vault::chain::leaf(&entry.canonical()) != position.leaf {
            return Some(JournalFault::Changed { sequence, entry: entry.id });
        }
        entries.push((entry.at, entry.id));
    }
    let end = head.first + positions.len() as i64;
    if end != head.last + 1 {
        return Some(JournalFault::Missing { sequence: end });
    }
    // The sequencer takes the entries of a batch in order of time, then of id.
    let mut in_order = entries.clone();
    in_order.sort_unstable();
    let misplaced = (head.first..).zip(entries.iter().zip(&in_order)).find(|(_, (is, should))| is != should);
    misplaced.map(|(sequence, ((_, entry), _))| JournalFault::Reordered { sequence, entry: *entry })
}

fn head_fault(head: &Head, fault: &ChainFault) -> JournalFault {
    JournalFault::Head { batch: head.batch, first: head.first, last: head.last, reason: fault.to_string() }
}
