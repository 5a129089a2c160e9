//! Files of hashes, tables and media sets: entries go into the bank named after their source, and
//! what was seen before the bank knew a hash is matched again.

use std::io::Read;

use app_kernel::{Error, Op, Permit, Sealer, Tx};
use formats::{
    Record, Reject,
    hashlist::{Hash, HashListReader},
    vics::{Category, FileNames, MediaSetReader},
};
use store::{bank_contents::Signal, imports::Import};

use crate::{
    banks::{self, NewEntry},
    process::{BATCH, Batch, Batches, Counted},
    rejects::Rejected,
};

/// A batch of entries.
#[derive(Default)]
pub(crate) struct HashBatch {
    records: usize,
    entries: Vec<NewEntry>,
    rejects: Vec<(u64, u64, Rejected)>,
}

impl HashBatch {
    pub(crate) fn records(&self) -> usize {
        self.records
    }
}

/// Reads a table of hashes to its end, sending batches.
pub(crate) fn read_table(original: impl Read, out: &Batches) {
    match HashListReader::open(original) {
        Ok(reader) => send(reader, out, |entry| NewEntry {
            signals: vec![signal(&entry.hash)],
            taxonomy: entry.taxonomy,
            classification: entry.classification,
            note: entry.note,
        }),
        Err(e) => {
            let _ = out.send(Batch::Failed(e.to_string()));
        }
    }
}

/// Reads a media set in VICS JSON to its end, sending batches. What its files are called is left
/// out: a name can be abuse material.
pub(crate) fn read_media_set(original: impl Read, out: &Batches) {
    match MediaSetReader::open(original, FileNames::LeftOut) {
        Ok(reader) => send(reader, out, |media| {
            let (classification, taxonomy) = media.category.as_ref().map(Category::code_and_taxonomy).unzip();
            let signals = media.hashes().map(|hash| signal(&hash)).collect();
            NewEntry { signals, taxonomy, classification, note: None }
        }),
        Err(e) => {
            let _ = out.send(Batch::Failed(e.to_string()));
        }
    }
}

fn signal(hash: &Hash) -> Signal {
    Signal { algorithm: hash.algorithm().as_str().to_owned(), digest: hash.bytes().to_vec() }
}

fn send<T>(
    records: impl Iterator<Item = Result<Record<T>, Reject>>,
    out: &Batches,
    entry: impl Fn(T) -> NewEntry,
) {
    let mut batch = HashBatch::default();
    for row in records {
        match row {
            Ok(record) => {
                let entry = entry(record.value);
                // A medium without a hash that can be looked for says nothing here.
                batch.records += 1;
                batch.entries.extend(Some(entry).filter(|entry| !entry.signals.is_empty()));
            }
            Err(reject) if reject.fatal => {
                let _ = out.send(Batch::Failed(reject.to_string()));
                return;
            }
            Err(reject) => {
                let (ordinal, line) = (reject.ordinal, reject.line);
                batch.records += 1;
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
    let HashBatch { records, entries, rejects } = batch;
    let mut counted = Counted { read: records as u64, rejected: rejects.len() as u64, ..Counted::default() };
    let rejects = crate::rejects::seal(tx, sealer, rejects)?;
    store::imports::put_rejects(tx.store(permit), import.id, rejects).await?;
    let bank = banks::bank_for_import(op, tx, permit, &import.source).await?;
    let offered = entries.len() as u64;
    counted.accepted = banks::take(tx, permit, &bank, import.id, entries).await?;
    counted.known = offered - counted.accepted;
    let detail = serde_json::json!({
        "bank": bank.id.to_string(), "accepted": counted.accepted, "known": counted.known,
        "rejected": counted.rejected,
    });
    tx.journal(op, permit, detail).await?;
    counted.journalled = true;
    Ok(counted)
}
