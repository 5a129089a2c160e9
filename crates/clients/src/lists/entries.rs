//! The entries of one file, with the digest of what was read.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    iter::Peekable,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use formats::{
    Record, Reject,
    hashlist::{HashEntry, HashListReader},
    vics::{Category, FileNames, Media, MediaSetReader},
};
use model::Digest;
use sha2::{Digest as _, Sha256};

use crate::{Classification, Details};

/// How much is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

/// The entries of a file, one by one: what tells each apart, and what is said of it.
pub(super) struct Entries {
    rows: Rows,
    given: u64,
    read: Arc<Mutex<Sha256>>,
}

type Row<T> = Result<Record<T>, Reject>;
type Source = BufReader<Hashing>;

enum Rows {
    Table(Peekable<Box<dyn Iterator<Item = Row<HashEntry>> + Send>>),
    Media(MediaSetReader<Source>),
}

/// Why a file could not be opened.
pub(super) enum OpenError {
    Io(io::Error),
    NotAList(String),
}

impl Entries {
    /// Opens a file and passes over the first `given` of its entries and rejects.
    pub(super) fn open(path: &Path, given: u64) -> Result<Self, OpenError> {
        let read = Arc::new(Mutex::new(Sha256::new()));
        let file = File::open(path).map_err(OpenError::Io)?;
        let mut source = BufReader::with_capacity(CHUNK, Hashing { file, read: Arc::clone(&read) });
        let head = source.fill_buf().map_err(OpenError::Io)?;
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let rows = if head.trim_ascii_start().starts_with(b"{") {
            let set = MediaSetReader::open(source, FileNames::LeftOut);
            Rows::Media(set.map_err(|error| OpenError::NotAList(error.to_string()))?)
        } else {
            let table = HashListReader::open(source);
            let table = table.map_err(|error| OpenError::NotAList(error.to_string()))?;
            let rows: Box<dyn Iterator<Item = Row<HashEntry>> + Send> = Box::new(table);
            Rows::Table(rows.peekable())
        };
        let mut entries = Self { rows, given: 0, read };
        while entries.given < given && entries.next().is_some() {}
        Ok(entries)
    }

    /// How many entries and rejects have been given.
    pub(super) const fn given(&self) -> u64 {
        self.given
    }

    /// The digest of what was read: of the whole file once there are no more entries.
    pub(super) fn digest(&self) -> Digest {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        Digest(read.clone().finalize().into())
    }
}

impl Iterator for Entries {
    type Item = Result<(String, Details), Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = match &mut self.rows {
            Rows::Media(set) => set.next()?.map(|media| {
                // What cannot be looked up tells media apart too.
                let more = media.value.photo_dna.map(|hash| hash.to_string());
                let details = of_media(media.value);
                (identity(&details, more.as_deref()), details)
            }),
            Rows::Table(rows) => rows.next()?.map(|first| {
                let mut details = of_row(first.value);
                let same =
                    |next: &Row<HashEntry>| next.as_ref().is_ok_and(|next| next.ordinal == first.ordinal);
                while let Some(Ok(next)) = rows.next_if(same) {
                    details.hashes.push(next.value.hash);
                }
                (identity(&details, None), details)
            }),
        };
        self.given += 1;
        Some(entry)
    }
}

impl std::fmt::Debug for Entries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entries").field("given", &self.given).finish_non_exhaustive()
    }
}

fn of_row(entry: HashEntry) -> Details {
    Details {
        hashes: vec![entry.hash],
        classification: entry.classification.map(|word| Classification { word, taxonomy: entry.taxonomy }),
        shared_by: entry.source,
        note: entry.note,
        ..Details::default()
    }
}

fn of_media(media: Media) -> Details {
    let category = media.category.as_ref().map(Category::code_and_taxonomy);
    Details {
        hashes: media.hashes().collect(),
        other_kinds: media.photo_dna.map(|_| "PhotoDNA".to_owned()).into_iter().collect(),
        classification: category.map(|(word, taxonomy)| Classification { word, taxonomy: Some(taxonomy) }),
        ..Details::default()
    }
}

/// A digest of all that is said of an entry.
fn identity(details: &Details, more: Option<&str>) -> String {
    let mut digest = Sha256::new();
    for hash in &details.hashes {
        digest.update(format!("{hash:?};"));
    }
    let classification = details.classification.as_ref();
    let texts = [
        classification.map(|classification| classification.word.as_str()),
        classification.and_then(|classification| classification.taxonomy.as_deref()),
        details.shared_by.as_deref(),
        details.note.as_deref(),
        more,
    ];
    for text in texts {
        // Length before text, so that no two entries give the same bytes.
        digest.update(text.map_or_else(|| "-".to_owned(), |text| format!("{}:{text}", text.len())));
    }
    let digest: [u8; 32] = digest.finalize().into();
    Digest(digest).to_string().chars().take(32).collect()
}

/// The digest of a file.
pub(super) fn digest_of(path: &Path) -> io::Result<Digest> {
    let read = Arc::new(Mutex::new(Sha256::new()));
    let hashing = Hashing { file: File::open(path)?, read: Arc::clone(&read) };
    io::copy(&mut BufReader::with_capacity(CHUNK, hashing), &mut io::sink())?;
    let digest = read.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Digest(digest.finalize().into()))
}

/// Hashes what passes.
struct Hashing {
    file: File,
    read: Arc<Mutex<Sha256>>,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let mut digest = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        digest.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
