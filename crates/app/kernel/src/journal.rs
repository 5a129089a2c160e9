//! Chaining the journal.
//!
//! Writers insert entries and never wait for one another; one sequencer gives them their places
//! in batches: a Merkle root over the entries, a head that names the head before, a signature,
//! and the head once more outside the database.

use model::{Digest, Id, kinds};
use vault::chain::SignedHead;

use crate::{Error, House, Internal};

/// Entries in one batch at most.
const BATCH: i64 = 4096;

/// A head as the chain knows it.
pub(crate) fn chain_head(head: &store::journal::Head) -> vault::chain::Head {
    vault::chain::Head {
        batch: head.batch.unsigned_abs(),
        first: head.first.unsigned_abs(),
        last: head.last.unsigned_abs(),
        root: head.root,
        previous: head.previous,
        at: head.at,
    }
}

/// A head as the store keeps it. `None` for numbers that no journal comes to.
fn kept_head(SignedHead { head, signature }: &SignedHead) -> Option<store::journal::Head> {
    Some(store::journal::Head {
        batch: head.batch.try_into().ok()?,
        first: head.first.try_into().ok()?,
        last: head.last.try_into().ok()?,
        root: head.root,
        previous: head.previous,
        at: head.at,
        signature: signature.to_vec(),
    })
}

fn signed(head: &store::journal::Head) -> Option<SignedHead> {
    Some(SignedHead { head: chain_head(head), signature: head.signature.clone().try_into().ok()? })
}

impl House {
    /// Gives every entry that has none its place in the chain. Says how many.
    pub async fn sequence(&self) -> Result<u64, Error> {
        let mut done = 0;
        // A look first: an idle sequencer does not take the one writer's turn.
        while store::journal::any_waits(&mut self.db.read().await?).await? {
            let placed = self.sequence_batch().await?;
            done += placed;
            if placed < BATCH.unsigned_abs() {
                break;
            }
        }
        self.write_missing_heads().await?;
        Ok(done)
    }

    async fn sequence_batch(&self) -> Result<u64, Error> {
        let mut tx = self.db.write().await?;
        store::journal::take_turn(&mut tx).await?;
        let entries = store::journal::unsequenced(&mut tx, BATCH).await?;
        let (ids, leaves): (Vec<Id<kinds::JournalEntry>>, Vec<Digest>) =
            entries.iter().map(|entry| (entry.id, vault::chain::leaf(&entry.canonical()))).unzip();
        let last = store::journal::last_head(&mut tx).await?;
        let next = vault::chain::Head::after(last.as_ref().map(chain_head).as_ref(), &leaves, self.now());
        let Some(head) = next.and_then(|head| kept_head(&SignedHead::new(head, &self.signer))) else {
            return Ok(0);
        };
        let placed: Vec<_> = ids.into_iter().zip(leaves).collect();
        store::journal::append_batch(&mut tx, &head, &placed).await?;
        tx.commit().await?;
        Ok(placed.len() as u64)
    }

    /// Writes the heads outside the database that are not there yet: those of the batches just made,
    /// and those that a crash, or another server, kept from being written here.
    pub(crate) async fn write_missing_heads(&self) -> Result<u64, Internal> {
        let mut after = i64::try_from(self.heads.last()?).unwrap_or(i64::MAX);
        let mut tx = self.db.read().await?;
        let mut written = 0;
        loop {
            let heads = store::journal::heads_after(&mut tx, after, 1000).await?;
            let Some(end) = heads.last() else { return Ok(written) };
            after = end.batch;
            written += heads.len() as u64;
            self.heads.append(&heads.iter().filter_map(signed).collect::<Vec<_>>())?;
        }
    }
}
