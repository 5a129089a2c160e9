//! Hash lists as delimited text.
//!
//! A list has a column `hash`, with or without a column `algorithm` beside it, or a column for
//! each algorithm (`md5`, `sha1`, `sha256`, `pdq`), and may have `classification`, `taxonomy`,
//! `source` and `note`. Every row gives an entry for each hash in it.
//!
//! Hashes are hexadecimal in either case; SHA-1 may also be in base 32 (RFC 4648), as Project
//! Arachnid and peer-to-peer software write it. Without an algorithm the length tells: 32 digits
//! are MD5, 40 SHA-1, 64 SHA-256; a PDQ hash, which also has 64, must be named.

mod hash;

use std::{collections::VecDeque, io::Read};

use self::hash::plain_name;
pub use self::hash::{Algorithm, Hash, NotAHash};
use crate::{
    record::{Record, Reject},
    table::{Place, Table, TableError},
};

/// One hash of a list, with what the list says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashEntry {
    /// The hash.
    pub hash: Hash,
    /// What was found, in the words of a taxonomy.
    pub classification: Option<String>,
    /// The taxonomy the classification is from; the same word means different things in two.
    pub taxonomy: Option<String>,
    /// Who classified it.
    pub source: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// The entries of a list, one by one. Entries of one row have the same ordinal.
#[derive(Debug)]
pub struct HashListReader<R> {
    table: Table<R>,
    layout: Layout,
    /// What the row in hand has given and is not yet taken.
    waiting: VecDeque<Result<Record<HashEntry>, Reject>>,
}

/// Where the columns are.
#[derive(Debug, Default)]
struct Layout {
    algorithm: Option<usize>,
    hash: Option<usize>,
    named: Vec<(Algorithm, usize)>,
    classification: Option<usize>,
    taxonomy: Option<usize>,
    source: Option<usize>,
    note: Option<usize>,
}

/// Why a file could not be opened as a hash list.
#[derive(Debug, thiserror::Error)]
pub enum HashListError {
    /// It is not a table at all.
    #[error(transparent)]
    Table(#[from] TableError),
    /// There is no column with hashes.
    #[error(
        "the list has no column with hashes; its first line names {}. Expected “hash” (with “algorithm”) or md5, sha1, sha256, pdq",
        found.join(", ")
    )]
    NoHashes {
        /// The columns there are.
        found: Vec<String>,
    },
}

impl<R: Read> HashListReader<R> {
    /// Opens a list.
    pub fn open(source: R) -> Result<Self, HashListError> {
        let table = Table::open(source)?;
        match Layout::of(table.heading()) {
            Some(layout) => Ok(Self { table, layout, waiting: VecDeque::new() }),
            None => Err(HashListError::NoHashes { found: table.heading().to_vec() }),
        }
    }

    fn read_row(&mut self, place: Place) {
        let (table, layout) = (&self.table, &self.layout);
        let own = |column: Option<usize>| column.and_then(|column| table.text(column)).map(str::to_owned);
        let mut give = |column: usize, field: &str, hash: Result<Hash, NotAHash>| {
            self.waiting.push_back(match hash {
                Ok(hash) => Ok(Record {
                    ordinal: place.ordinal,
                    line: place.line,
                    value: HashEntry {
                        hash,
                        classification: own(layout.classification),
                        taxonomy: own(layout.taxonomy),
                        source: own(layout.source),
                        note: own(layout.note),
                    },
                }),
                Err(error) => Err(table.reject(place, Some(column), field, error.to_string())),
            });
        };
        if let Some((column, text)) = layout.hash.and_then(|column| Some((column, table.text(column)?))) {
            match layout.algorithm.and_then(|column| Some((column, table.text(column)?))) {
                None => give(column, "hash", Hash::parse_by_length(text)),
                Some((at, word)) => match word.parse() {
                    Ok(algorithm) => give(column, "hash", Hash::parse(text, algorithm)),
                    Err(error) => give(at, "algorithm", Err(error)),
                },
            }
        }
        for &(algorithm, column) in &layout.named {
            if let Some(text) = table.text(column) {
                give(column, algorithm.as_str(), Hash::parse(text, algorithm));
            }
        }
        if self.waiting.is_empty() {
            let reject = self.table.reject(place, None, "hash", "the row has no hash".to_owned());
            self.waiting.push_back(Err(reject));
        }
    }
}

impl<R: Read> Iterator for HashListReader<R> {
    type Item = Result<Record<HashEntry>, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(waiting) = self.waiting.pop_front() {
            return Some(waiting);
        }
        match self.table.advance()? {
            Ok(place) => self.read_row(place),
            Err(reject) => return Some(Err(reject)),
        }
        self.waiting.pop_front()
    }
}

impl Layout {
    /// The layout of a heading; `None` when no column holds hashes.
    fn of(heading: &[String]) -> Option<Self> {
        let mut layout = Self::default();
        for (place, name) in heading.iter().enumerate() {
            let name = plain_name(name);
            match name.as_str() {
                "algorithm" | "hashtype" => layout.algorithm = Some(place),
                "hash" => layout.hash = Some(place),
                "classification" => layout.classification = Some(place),
                "taxonomy" => layout.taxonomy = Some(place),
                "source" => layout.source = Some(place),
                "note" => layout.note = Some(place),
                name => {
                    let algorithm = Algorithm::ALL.into_iter().find(|algorithm| algorithm.as_str() == name);
                    layout.named.extend(algorithm.map(|algorithm| (algorithm, place)));
                }
            }
        }
        (layout.hash.is_some() || !layout.named.is_empty()).then_some(layout)
    }
}

/// Whether the beginning of a file is a hash list's: its heading, and a hash among its first rows
/// if it has any. A ledger of a cryptocurrency may have a column `hash` as well.
pub(crate) fn begins_hash_list(head: &[u8]) -> bool {
    let Ok(mut list) = HashListReader::open(head) else { return false };
    match list.next() {
        None => true,
        Some(first) => first.is_ok() || list.take(20).any(|entry| entry.is_ok()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // The hashes of the empty input, as the algorithms' own documents give them.
    const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
    const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    const SHA1_BASE32: &str = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ";
    const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn read(text: &str) -> Vec<Result<Record<HashEntry>, Reject>> {
        HashListReader::open(text.as_bytes()).unwrap().collect()
    }

    #[test]
    fn a_list_with_algorithm_and_hash() {
        let text = format!(
            "Algorithm,Hash,Classification,Taxonomy,Source,Note\nSHA-256,{},A1,ncmec,Synthetic Hotline,\"a, b\"\n,{MD5},,,,\npdq,{SHA256},,,,\n",
            SHA256.to_uppercase()
        );
        let entries: Vec<_> = read(&text).into_iter().map(|entry| entry.unwrap().value).collect();
        assert_eq!(entries[0].hash.to_string(), SHA256);
        assert_eq!(entries[0].hash.algorithm(), Algorithm::Sha256);
        let words = [&entries[0].classification, &entries[0].taxonomy, &entries[0].source, &entries[0].note];
        assert_eq!(words.map(|word| word.as_deref().unwrap()), ["A1", "ncmec", "Synthetic Hotline", "a, b"]);
        assert_eq!((entries[1].hash.algorithm(), entries[1].classification.as_ref()), (Algorithm::Md5, None));
        assert_eq!(entries[2].hash.algorithm(), Algorithm::Pdq);
    }

    #[test]
    fn a_row_gives_an_entry_for_each_hash_in_it() {
        let text = format!("md5;sha1;sha256\n{MD5};{SHA1_BASE32};{SHA256}\n{MD5};;\n;;\n");
        let told: Vec<_> = read(&text)
            .into_iter()
            .map(|entry| {
                entry.map(|e| (e.ordinal, format!("{:?}", e.value.hash))).map_err(|r| (r.ordinal, r.reason))
            })
            .collect();
        assert_eq!(
            told,
            [
                Ok((1, format!("md5:{MD5}"))),
                Ok((1, format!("sha1:{SHA1}"))),
                Ok((1, format!("sha256:{SHA256}"))),
                Ok((2, format!("md5:{MD5}"))),
                Err((3, "the row has no hash".to_owned())),
            ]
        );
    }

    #[test]
    fn a_bad_hash_is_a_reject_and_the_rest_goes_on() {
        let text = format!(
            "algorithm,hash\nmd5,{SHA1}\nsha512,{MD5}\n,{}\n,abc\nsha1,{SHA1}\nsha1,\n",
            "g".repeat(64)
        );
        let told: Vec<_> =
            read(&text).into_iter().map(|entry| entry.err().map(|r| (r.line, r.field))).collect();
        let at = |line, field: &str| Some((line, field.to_owned()));
        assert_eq!(
            told,
            [at(2, "hash"), at(3, "algorithm"), at(4, "hash"), at(5, "hash"), None, at(7, "hash")]
        );
    }

    #[test]
    fn a_list_without_hashes_is_not_opened() {
        let error = HashListReader::open(&b"name,value\n"[..]).unwrap_err();
        assert!(error.to_string().contains("name, value"), "{error}");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "[a-f0-9,\n]{0,200}") {
            let hostile = [b"md5,hash\n".as_slice(), &bytes, text.as_bytes()].concat();
            if let Ok(list) = HashListReader::open(hostile.as_slice()) {
                prop_assert!(list.count() <= hostile.len());
            }
        }
    }
}
