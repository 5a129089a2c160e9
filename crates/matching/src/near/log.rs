//! The log: every change since a base was begun, in order, each with a checksum.
//!
//! A batch of changes is written and synced before it is acknowledged, so after a crash only the
//! last batch can be torn. Opening drops what is torn; a record that is wrong although a later batch
//! follows it was damaged afterwards, and is refused.
//!
//! A header of 32 bytes (magic, version, generation, checksum), then records of 56: checksum, kind,
//! the number of the batch's first record, tag, hash. The checksum begins with the generation and the
//! record's number, so a record in the wrong place is wrong.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
};

use super::{Change, Hash256, layout::Fields};

const MAGIC: [u8; 8] = *b"near-log";
const VERSION: u32 = 1;
pub(crate) const HEADER: usize = 32;
pub(crate) const RECORD: usize = 56;
const ADD: u32 = 1;
const REMOVE: u32 = 2;

/// A log open for appending.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
    generation: u64,
    records: u64,
}

/// What a log held when it was opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Replay {
    pub(crate) changes: Vec<Change>,
    /// How many bytes at the end were torn.
    pub(crate) torn: usize,
}

impl Log {
    /// A log that continues a file which holds this many records.
    pub(crate) fn new(file: File, generation: u64, records: u64) -> Self {
        Self { file, generation, records }
    }

    /// Writes the changes down, for good.
    pub(crate) fn append(&mut self, changes: &[Change]) -> std::io::Result<()> {
        let batch = self.records;
        let mut bytes = Vec::with_capacity(changes.len() * RECORD);
        for (number, change) in (batch..).zip(changes) {
            bytes.extend(record(self.generation, number, batch, change));
        }
        self.file.seek(SeekFrom::Start(HEADER as u64 + batch * RECORD as u64))?;
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.records += changes.len() as u64;
        Ok(())
    }
}

/// The header of a log.
pub(crate) fn header(generation: u64) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(generation.to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

fn record(generation: u64, number: u64, batch: u64, change: &Change) -> [u8; RECORD] {
    let (kind, hash, tag) = match change {
        Change::Add(hash, tag) => (ADD, hash, tag),
        Change::Remove(hash, tag) => (REMOVE, hash, tag),
    };
    let mut body = Vec::with_capacity(RECORD);
    body.extend(kind.to_le_bytes());
    body.extend(batch.to_le_bytes());
    body.extend(tag.to_le_bytes());
    body.extend(<[u8; 32]>::from(*hash));
    let mut bytes = [0; RECORD];
    for (byte, value) in
        bytes.iter_mut().zip(check(generation, number, &body).to_le_bytes().into_iter().chain(body))
    {
        *byte = value;
    }
    bytes
}

fn check(generation: u64, number: u64, body: &[u8]) -> u32 {
    let mut check = crc32fast::Hasher::new();
    check.update(&generation.to_le_bytes());
    check.update(&number.to_le_bytes());
    check.update(body);
    check.finalize()
}

/// Reads a log of this generation. The error says what is wrong with it.
pub(crate) fn read(from: &mut impl Read, generation: u64) -> std::io::Result<Result<Replay, String>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(replay(&bytes, generation))
}

fn replay(bytes: &[u8], generation: u64) -> Result<Replay, String> {
    let Some((head, rest)) = bytes.split_at_checked(HEADER) else {
        return Err(format!("it is {} bytes long, shorter than a header", bytes.len()));
    };
    if head != header(generation) {
        let mut fields = Fields(head);
        return Err(if fields.take::<8>() == MAGIC {
            match fields.number() {
                VERSION => "the checksum or the generation of its header is wrong".to_owned(),
                other => format!("it has version {other}, and this program reads version {VERSION}"),
            }
        } else {
            "it does not begin as an index log does".to_owned()
        });
    }
    let (records, _) = rest.as_chunks::<RECORD>();
    let mut changes = Vec::with_capacity(records.len());
    for (number, record) in (0..).zip(records) {
        let Some((_, change)) = read_record(generation, number, record) else { break };
        changes.push(change);
    }
    let good = changes.len() as u64;
    for (number, record) in (0..).zip(records).skip(changes.len()) {
        if read_record(generation, number, record).is_some_and(|(batch, _)| batch > good) {
            return Err(format!("record {good} is damaged although later ones are whole"));
        }
    }
    Ok(Replay { torn: rest.len() - changes.len() * RECORD, changes })
}

/// A record's batch and change, if its checksum is right.
fn read_record(generation: u64, number: u64, record: &[u8; RECORD]) -> Option<(u64, Change)> {
    let (expected, body) = record.split_first_chunk::<4>()?;
    if check(generation, number, body) != u32::from_le_bytes(*expected) {
        return None;
    }
    let mut fields = Fields(body);
    let kind = fields.number();
    let [batch, tag] = [(); 2].map(|()| u64::from_le_bytes(fields.take()));
    let hash = Hash256::from(fields.take::<32>());
    match kind {
        ADD => Some((batch, Change::Add(hash, tag))),
        REMOVE => Some((batch, Change::Remove(hash, tag))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(count: u64) -> Vec<Change> {
        let hash = |n| Hash256::from_words([n, 1, 2, 3]);
        (0..count)
            .map(|n| if n % 3 == 2 { Change::Remove(hash(n), n) } else { Change::Add(hash(n), n) })
            .collect()
    }

    /// A log of two batches, of four records and of three.
    fn log() -> Vec<u8> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&header(9)).unwrap();
        let mut log = Log::new(file, 9, 0);
        log.append(&changes(7)[..4]).unwrap();
        log.append(&changes(7)[4..]).unwrap();
        let mut bytes = Vec::new();
        log.file.rewind().unwrap();
        log.file.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn cut_anywhere_it_gives_what_was_whole() {
        let log = log();
        assert_eq!(log.len(), HEADER + 7 * RECORD);
        for length in 0..=log.len() {
            let read = replay(&log[..length], 9);
            if length < HEADER {
                assert!(read.unwrap_err().contains("shorter than a header"));
                continue;
            }
            let whole = (length - HEADER) / RECORD;
            let expected = changes(7)[..whole].to_vec();
            assert_eq!(read, Ok(Replay { changes: expected, torn: length - HEADER - whole * RECORD }));
        }
    }

    #[test]
    fn damage_before_the_last_batch_is_refused_and_in_it_is_taken_for_torn() {
        let good = log();
        for at in 0..good.len() {
            let mut log = good.clone();
            log[at] ^= 0x40;
            let read = replay(&log, 9);
            if at < HEADER + 4 * RECORD {
                assert!(read.is_err(), "byte {at}");
            } else {
                let whole = (at - HEADER) / RECORD;
                assert_eq!(read.unwrap().changes, changes(7)[..whole], "byte {at}");
            }
        }
    }

    #[test]
    fn a_log_of_another_generation_or_version_is_refused() {
        assert!(replay(&log(), 8).unwrap_err().contains("generation"));
        let mut later = log();
        later[8] = 2;
        assert!(replay(&later, 9).unwrap_err().contains("version 2"));
    }
}
