//! Chaining the journal, and checking the chain.
//!
//! Writers insert entries and never wait for one another; one sequencer gives them their places
//! in batches: a Merkle root over the entries, a head that names the head before, a signature,
//! and the head once more outside the database.

use model::{Digest, Id, kinds};
use store::journal::{Head, Position};
use vault::chain::{ChainFault, SignedHead};

use crate::{Error, House, Internal};

/// Entries in one batch at most.
const BATCH: i64 = 4096;

/// What checking the chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalReport {
    /// Entries whose place in the chain was checked and found right.
    pub entries: u64,
    /// Heads checked.
    pub heads: u64,
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
        /// The first that is out of order.
        sequence: i64,
        /// Its id.
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
}

fn chain_head(head: &Head) -> vault::chain::Head {
    vault::chain::Head {
        batch: head.batch.unsigned_abs(),
        first: head.first.unsigned_abs(),
        last: head.last.unsigned_abs(),
        root: head.root,
        previous: head.previous,
        at: head.at,
    }
}

fn signed(head: &Head) -> Option<SignedHead> {
    Some(SignedHead { head: chain_head(head), signature: head.signature.clone().try_into().ok()? })
}

impl House {
    /// Gives every entry that has none its place in the chain. Says how many.
    pub async fn sequence(&self) -> Result<u64, Error> {
        let mut done = 0;
        loop {
            let mut tx = self.db.write().await?;
            store::journal::take_turn(&mut tx).await?;
            let entries = store::journal::unsequenced(&mut tx, BATCH).await?;
            if entries.is_empty() {
                return Ok(done);
            }
            let last = store::journal::last_head(&mut tx).await?;
            let leaves: Vec<(Id<kinds::JournalEntry>, Digest)> =
                entries.iter().map(|entry| (entry.id, vault::chain::leaf(&entry.canonical()))).collect();
            let first = last.as_ref().map_or(1, |head| head.last + 1);
            let count = i64::try_from(leaves.len()).unwrap_or(BATCH);
            let mut head = Head {
                batch: last.as_ref().map_or(1, |head| head.batch + 1),
                first,
                last: first + count - 1,
                root: vault::chain::merkle_root(&leaves.iter().map(|(_, leaf)| *leaf).collect::<Vec<_>>()),
                previous: last.as_ref().map_or(Digest([0; 32]), |head| chain_head(head).digest()),
                at: self.now(),
                signature: Vec::new(),
            };
            let signature = self.signer.sign(&chain_head(&head).bytes());
            head.signature = signature.to_vec();
            store::journal::append_batch(&mut tx, &head, &leaves).await?;
            tx.commit().await?;
            self.heads.append(&[SignedHead { head: chain_head(&head), signature }])?;
            done += count.unsigned_abs();
            if count < BATCH {
                return Ok(done);
            }
        }
    }

    /// Writes heads that a crash kept from being written outside the database.
    pub(crate) async fn write_missing_heads(&self) -> Result<(), Internal> {
        let outside = self.heads.read()?;
        let mut last = outside.last().map_or(0, |h| i64::try_from(h.head.batch).unwrap_or(i64::MAX));
        let mut tx = self.db.read().await?;
        loop {
            let heads = store::journal::heads_after(&mut tx, last, 1000).await?;
            let Some(end) = heads.last() else { return Ok(()) };
            last = end.batch;
            self.heads.append(&heads.iter().filter_map(signed).collect::<Vec<_>>())?;
        }
    }

    /// Checks the whole chain: every entry against its leaf, every batch against its head, every
    /// head against the one before, its signature, and the heads outside the database.
    pub async fn verify_journal(&self) -> Result<JournalReport, Error> {
        let outside = self.heads.read()?;
        let key = self.signer.public();
        let mut tx = self.db.read().await?;
        let (placed, there) = store::journal::counts(&mut tx).await?;
        let mut report = JournalReport {
            entries: 0,
            heads: 0,
            waiting: (there - placed).max(0).unsigned_abs(),
            fault: None,
        };
        let mut previous: Option<Head> = None;
        loop {
            let after = previous.as_ref().map_or(0, |head| head.batch);
            let heads = store::journal::heads_after(&mut tx, after, 256).await?;
            if heads.is_empty() {
                break;
            }
            for head in heads {
                let positions = store::journal::positions(&mut tx, head.first, head.last).await?;
                if let Some(fault) = check_entries(&head, &positions) {
                    report.fault = Some(fault);
                    return Ok(report);
                }
                let leaves: Vec<Digest> = positions.iter().map(|p| p.leaf).collect();
                let checked = vault::chain::verify(
                    previous.as_ref().map(chain_head).as_ref(),
                    &chain_head(&head),
                    &head.signature,
                    &key,
                    &leaves,
                );
                if let Err(fault) = checked {
                    report.fault = Some(head_fault(&head, &fault));
                    return Ok(report);
                }
                let written = outside.iter().find(|h| h.head.batch == head.batch.unsigned_abs());
                if written.is_some_and(|w| w.head != chain_head(&head)) {
                    report.fault = Some(JournalFault::Rewritten { batch: head.batch, first: head.first });
                    return Ok(report);
                }
                report.entries += leaves.len() as u64;
                report.heads += 1;
                previous = Some(head);
            }
        }
        let batch = previous.as_ref().map_or(0, |head| head.batch);
        let end = previous.as_ref().map_or(0, |head| head.last);
        if outside.iter().any(|h| h.head.batch > batch.unsigned_abs()) {
            report.fault = Some(JournalFault::Truncated { sequence: end + 1, batch });
        } else if placed != end {
            report.fault = Some(JournalFault::Missing { sequence: end + 1 });
        }
        Ok(report)
    }
}

fn check_entries(head: &Head, positions: &[Position]) -> Option<JournalFault> {
    let mut wanted = head.first;
    let mut before: Option<(model::Instant, Id<kinds::JournalEntry>)> = None;
    for position in positions {
        if position.sequence != wanted {
            return Some(JournalFault::Missing { sequence: wanted });
        }
        let Some(entry) = &position.entry else {
            return Some(JournalFault::Removed { sequence: wanted, entry: position.entry_id });
        };
        let place = (entry.at, entry.id);
        if vault::chain::leaf(&entry.canonical()) != position.leaf {
            return Some(JournalFault::Changed { sequence: wanted, entry: entry.id });
        }
        if before.is_some_and(|b| b > place) {
            return Some(JournalFault::Reordered { sequence: wanted, entry: entry.id });
        }
        before = Some(place);
        wanted += 1;
    }
    (wanted != head.last + 1).then_some(JournalFault::Missing { sequence: wanted })
}

fn head_fault(head: &Head, fault: &ChainFault) -> JournalFault {
    JournalFault::Head { batch: head.batch, first: head.first, last: head.last, reason: fault.to_string() }
}
