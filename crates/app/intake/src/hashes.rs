//! Hash lists: entries go into the list named after their source, and reports that were here
//! before the list knew a hash are matched again.

use std::io::Read;

use app_kernel::{Error, Op, Permit, Sealer, Tx};
use formats::hashlist::{HashEntry, HashListReader};
use store::imports::Import;

use crate::{
    process::{BATCH, Batch, Batches, Counted},
    rejects::Rejected,
};

/// A batch of entries.
#[derive(Default)]
pub(crate) struct HashBatch {
    entries: Vec<HashEntry>,
    rejects: Vec<(u64, u64, Rejected)>,
}

impl HashBatch {
    pub(crate) fn records(&self) -> usize {
        self.entries.len() + self.rejects.len()
    }
}

/// Reads a hash list to its end, sending batches.
pub(crate) fn read(original: impl Read, out: &Batches) {
    let reader = match HashListReader::open(original) {
        Ok(reader) => reader,
        Err(e) => {
            let _ = out.send(Batch::Failed(e.to_string()));
            return;
        }
    };
    let mut batch = HashBatch::default();
    for row in reader {
        match row {
            Ok(record) => batch.entries.push(record.value),
            Err(reject) if reject.fatal => {
                let _ = out.send(Batch::Failed(reject.to_string()));
                return;
            }
            Err(reject) => {
                let (ordinal, line) = (reject.ordinal, reject.line);
                batch.rejects.push((ordinal, line, reject.into()));
            }
        }
        if batch.records() >= BATCH && out.send(Batch::Hashes(std::mem::take(&mut batch))).is_break() {
            return;
        }
    }
    if batch.records() > 0 {
        let _ = out.send(Batch::Hashes(batch));
    }
}

/// Takes a batch in.
pub(crate) async fn take_in(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    import: &Import,
    sealer: &Sealer,
    batch: HashBatch,
) -> Result<Counted, Error> {
    let HashBatch { entries, rejects } = batch;
    let mut counted = Counted {
        read: (entries.len() + rejects.len()) as u64,
        rejected: rejects.len() as u64,
        ..Counted::default()
    };
    let rejects = crate::rejects::seal(tx, sealer, rejects)?;
    store::imports::put_rejects(tx.store(permit), import.id, rejects).await?;
    let (id, now) = (tx.house().id(), tx.house().now());
    let list = store::hash_lists::named(tx.store(permit), id, permit.owner(), &import.source, now).await?;
    let rows: Vec<_> = entries
        .into_iter()
        .map(|entry| store::hash_lists::HashEntry {
            list,
            organisation: permit.owner(),
            algorithm: entry.hash.algorithm().as_str().to_owned(),
            digest: entry.hash.bytes().to_vec(),
            taxonomy: entry.taxonomy,
            classification: entry.classification,
            note: entry.note,
            import: import.id,
        })
        .collect();
    let offered = rows.len() as u64;
    counted.accepted = store::hash_lists::insert(tx.store(permit), &rows).await? as u64;
    counted.known = offered - counted.accepted;
    let detail = serde_json::json!({
        "list": list.to_string(), "accepted": counted.accepted, "known": counted.known,
        "rejected": counted.rejected,
    });
    tx.journal(op, permit, detail).await?;
    counted.journalled = true;
    Ok(counted)
}
