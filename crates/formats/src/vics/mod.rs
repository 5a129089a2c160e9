//! VICS, the JSON in which tools of the police exchange media sets and cases (Project VIC): what
//! is known of each medium, never the medium itself.
//!
//! No official schema is public; this follows what public implementations write and read. 1.3:
//! IPED (sepinf-inc/IPED, `iped-engine/src/main/java/iped/engine/hashdb/HashDBTool.java`), whose
//! `odata.metadata` is `http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media`. 2.0: the
//! same file and exporters of cases, whose `@odata.context` is
//! `http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases`, with `UK`,
//! `CUSTOM` or `Default` in the place of `US`.
//!
//! **A category is a number of a national model**: 1 of the US model and 1 of the UK model are
//! different things. It is kept, compared and written only together with its model.
//!
//! **1.2 is refused**: the one public set of that version, NIST's CAID list, is of files known to
//! be harmless (`readNistCaid` of the same file of IPED), and read as a media set it would turn
//! them into matches.
//!
//! File names can be abuse material in words: they are read and written only when asked for.
//! Comments, tags, Exif data, miniatures and what is said of persons are passed over.

mod data_model;
mod read;
mod write;

#[cfg(test)]
mod tests;

use std::fmt;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

pub use data_model::{Category, Contents, DataModel, NotADataModel, Version};
pub use read::{MediaSetError, MediaSetReader};
pub use write::{MediaSetWriter, WriteMediaError};

use crate::hashlist::Hash;

/// What a set says about one medium.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Media {
    /// `MediaID`: a number in most sets, unique within its set only.
    pub media_id: Option<String>,
    /// `Category` with its model. `None` when it is not categorised.
    pub category: Option<Category>,
    /// `MD5`. The format demands it; a medium with another hash is read without.
    pub md5: Option<[u8; 16]>,
    /// `SHA1`.
    pub sha1: Option<[u8; 20]>,
    /// `PhotoDNA`.
    pub photo_dna: Option<PhotoDna>,
    /// Other hashes of `AlternativeHashes`, as far as this crate knows their algorithms.
    pub other_hashes: Vec<Hash>,
    /// `MediaSize`, in bytes.
    pub size: Option<u64>,
    /// `FileName` of each of its `MediaFiles`; empty unless asked for.
    pub file_names: Vec<String>,
}

impl Media {
    /// Its hashes that can be looked up here; PhotoDNA is not one of them.
    pub fn hashes(&self) -> impl Iterator<Item = Hash> {
        let md5 = self.md5.map(Hash::Md5);
        let sha1 = self.sha1.map(Hash::Sha1);
        md5.into_iter().chain(sha1).chain(self.other_hashes.iter().copied())
    }
}

/// Whether file names are taken along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FileNames {
    /// They stay out.
    #[default]
    LeftOut,
    /// They are taken along: whoever asks handles them as sensitive text.
    Included,
}

/// A PhotoDNA hash, kept as it came: what compares them is licensed software.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PhotoDna(pub [u8; 144]);

impl PhotoDna {
    /// Reads 192 characters of base 64 or 288 hexadecimal digits, the two spellings IPED's
    /// `HashDBTool` knows.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = match text.len() {
            192 => BASE64.decode(text.as_bytes()).ok()?,
            288 => HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?,
            _ => return None,
        };
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for PhotoDna {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(&self.0))
    }
}

impl fmt::Debug for PhotoDna {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "photodna:{self}")
    }
}
