//! Lists of known hashes that a scan, or a hash, is held against: exact hashes in one set, PDQ
//! hashes in one index, and known videos frame by frame.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::Context;
use formats::{
    Record,
    hashlist::{Hash, HashListReader},
    vics::{Category, FileNames, MediaSetReader},
};
use matching::{Algorithm, ExactSet, FileHash, near};
use perceptual::vpdq::{self, Frame, Tolerances};
use sha2::{Digest, Sha256};

use serde::{Deserialize, Serialize};

/// A list of known hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct List {
    /// Its name: the file's.
    pub(crate) name: String,
    /// SHA-256 of the list itself.
    pub(crate) sha256: String,
    /// Entries taken from it.
    pub(crate) entries: u64,
    /// Entries that could not be read.
    pub(crate) refused: u64,
}

/// A list entry that matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Match {
    /// The list.
    pub(crate) list: String,
    /// By which hash.
    pub(crate) by: String,
    /// The entry's hash.
    pub(crate) hash: String,
    /// Bits in which a PDQ hash differs; 0 for the others.
    pub(crate) distance: u32,
    /// Of a video, when the frame is shown that matches best, in milliseconds from its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) milliseconds: Option<u64>,
    /// Of two videos, how much of one is in the other, in whole percent: the larger of both ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) percent: Option<u8>,
    /// What the list's people recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) classification: Option<String>,
    /// In whose terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) taxonomy: Option<String>,
}

impl Match {
    /// What was recorded, in words; a classification never without whose it is.
    pub(crate) fn words(&self) -> String {
        said(&self.list, self.classification.as_deref(), self.taxonomy.as_deref())
    }
}

/// What a list records, in words; a classification never without whose it is.
pub(crate) fn said(list: &str, classification: Option<&str>, taxonomy: Option<&str>) -> String {
    match (classification, taxonomy) {
        (Some(class), Some(taxonomy)) => format!("“{list}”: {class} ({taxonomy} taxonomy)"),
        (Some(class), None) => format!("“{list}”: {class} (the list names no taxonomy)"),
        (None, _) => format!("“{list}”: without a classification"),
    }
}

/// The quality below which a PDQ hash says too little to be looked for, as the reference
/// implementation's README has it (ThreatExchange, pdq/README.md).
pub(crate) const LEAST_QUALITY: u8 = 50;

/// What is said of entries that have the same thing said of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Label {
    list: usize,
    classification: Option<String>,
    taxonomy: Option<String>,
}

/// Lists of known hashes.
pub(crate) struct Known {
    pub(crate) lists: Vec<List>,
    labels: Vec<Label>,
    exact: ExactSet<u32>,
    near: near::Index,
    videos: Vec<Video>,
    distance: u32,
}

/// A video that is a list.
struct Video {
    label: u32,
    sha256: String,
    frames: Vec<Frame>,
}

/// The largest list of a video's frames, in bytes: more than a day of them, one a second.
const LARGEST_VIDEO: u64 = 64 * 1024 * 1024;

impl Known {
    /// Reads the lists.
    pub(crate) fn read(paths: &[PathBuf], distance: u32) -> anyhow::Result<Self> {
        let mut gathered = Gathered::default();
        for path in paths {
            gathered.read(path).with_context(|| path.display().to_string())?;
        }
        let near = near::Index::in_memory()?;
        near.load(gathered.near)?;
        Ok(Self {
            lists: gathered.lists,
            labels: gathered.labels,
            exact: ExactSet::build(gathered.exact),
            near,
            videos: gathered.videos,
            distance,
        })
    }

    /// The entries that match a video by its frames: PDQ entries within the distance of a frame, each
    /// once with the frame that is nearest, and known videos that have most of it or are mostly in it.
    pub(crate) fn look_up_frames(&self, frames: &[Frame]) -> Vec<Match> {
        let mut best: HashMap<(u64, near::Hash256), (u32, u64)> = HashMap::new();
        let mut seen = HashMap::new();
        for frame in frames.iter().filter(|frame| frame.hashed.quality >= LEAST_QUALITY) {
            seen.entry(frame.hashed.hash).or_insert(frame.milliseconds);
        }
        for (hash, milliseconds) in seen {
            for found in self.near.query(hash.to_bytes().into(), self.distance) {
                let at = (found.distance, milliseconds);
                best.entry((found.tag, found.hash)).and_modify(|best| *best = at.min(*best)).or_insert(at);
            }
        }
        let mut found: Vec<_> = best.into_iter().map(|(entry, at)| (at, entry)).collect();
        found.sort_unstable();
        let pictures = found.into_iter().filter_map(|((distance, milliseconds), (tag, hash))| {
            let hash = perceptual::Hash::from_bytes(hash.into()).to_string();
            let found = self.says(u32::try_from(tag).ok()?, Algorithm::Pdq.to_string(), hash, distance)?;
            Some(Match { milliseconds: Some(milliseconds), ..found })
        });
        let tolerances = Tolerances { distance: self.distance, ..Tolerances::default() };
        let videos = self.videos.iter().filter_map(|video| {
            let likeness = vpdq::compare(frames, &video.frames, &tolerances)?;
            let percent = likeness.query_percent.max(likeness.compared_percent);
            if percent < tolerances.query_percent {
                return None;
            }
            let found = self.says(video.label, "vpdq".to_owned(), video.sha256.clone(), 0)?;
            Some(Match { percent: Some(percent as u8), ..found })
        });
        videos.chain(pictures).collect()
    }

    /// The entries that have this hash; of a PDQ hash, those within the distance, the nearest first.
    pub(crate) fn look_up(&self, hash: &FileHash) -> Vec<Match> {
        match <[u8; 32]>::try_from(hash.bytes()) {
            Ok(pdq) if hash.algorithm() == Algorithm::Pdq => {
                self.all(self.near.query(pdq.into(), self.distance))
            }
            _ => {
                let labels = self.exact.get(hash);
                labels
                    .iter()
                    .filter_map(|label| self.says(*label, hash.algorithm().to_string(), hash.to_string(), 0))
                    .collect()
            }
        }
    }

    /// The entries within the distance of a picture in any orientation, the nearest first.
    pub(crate) fn look_up_any(&self, orientations: &[perceptual::Hashed; 8]) -> Vec<Match> {
        let hashes = orientations.each_ref().map(|hashed| near::Hash256::from(hashed.hash.to_bytes()));
        let found = self.near.query_any(&hashes, self.distance);
        self.all(found.into_iter().map(|oriented| oriented.found))
    }

    fn all(&self, found: impl IntoIterator<Item = near::Match>) -> Vec<Match> {
        let one = |found: near::Match| {
            let hash = perceptual::Hash::from_bytes(found.hash.into()).to_string();
            self.says(u32::try_from(found.tag).ok()?, Algorithm::Pdq.to_string(), hash, found.distance)
        };
        found.into_iter().filter_map(one).collect()
    }

    fn says(&self, label: u32, by: String, hash: String, distance: u32) -> Option<Match> {
        let label = self.labels.get(label as usize)?;
        Some(Match {
            list: self.lists.get(label.list)?.name.clone(),
            by,
            hash,
            distance,
            milliseconds: None,
            percent: None,
            classification: label.classification.clone(),
            taxonomy: label.taxonomy.clone(),
        })
    }
}

/// What was read of the lists so far.
#[derive(Default)]
struct Gathered {
    lists: Vec<List>,
    labels: Vec<Label>,
    numbers: HashMap<Label, u32>,
    exact: Vec<(FileHash, u32)>,
    near: Vec<(near::Hash256, u64)>,
    videos: Vec<Video>,
}

impl Gathered {
    fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let list = self.lists.len();
        let mut whole = Hashing { inner: File::open(path)?, hash: Sha256::new() };
        let mut source = BufReader::with_capacity(256 * 1024, &mut whole);
        let head = source.fill_buf()?;
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let json = head.trim_ascii_start().starts_with(b"{");
        let video = begins_as_video(head);
        let (entries, refused) = if json {
            self.read_media_set(list, source)?
        } else if video {
            self.read_video(list, source)?
        } else {
            self.read_table(list, source)?
        };
        io::copy(&mut whole, &mut io::sink())?;
        let sha256 = data_encoding::HEXLOWER.encode(&whole.hash.finalize());
        if let Some(last) = self.videos.last_mut().filter(|_| video) {
            last.sha256.clone_from(&sha256);
        }
        self.lists.push(List {
            name: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            sha256,
            entries,
            refused,
        });
        Ok(())
    }

    /// Reads delimited text; says how many entries there were and how many were refused.
    fn read_table(&mut self, list: usize, source: impl Read) -> anyhow::Result<(u64, u64)> {
        let (mut entries, mut refused) = (0, 0);
        for record in HashListReader::open(source)? {
            match record {
                Ok(Record { value: entry, .. }) => {
                    entries += 1;
                    let label =
                        Label { list, classification: entry.classification, taxonomy: entry.taxonomy };
                    self.take(label, entry.hash);
                }
                Err(reject) if reject.fatal => anyhow::bail!("{reject}"),
                Err(_) => refused += 1,
            }
        }
        Ok((entries, refused))
    }

    /// Reads a media set in VICS JSON; a category is one of the set's own model.
    fn read_media_set(&mut self, list: usize, source: impl Read) -> anyhow::Result<(u64, u64)> {
        let (mut entries, mut refused) = (0, 0);
        for record in MediaSetReader::open(source, FileNames::LeftOut)? {
            match record {
                Ok(Record { value: media, .. }) => {
                    let (classification, taxonomy) =
                        media.category.as_ref().map(Category::code_and_taxonomy).unzip();
                    for hash in media.hashes() {
                        entries += 1;
                        let (classification, taxonomy) = (classification.clone(), taxonomy.clone());
                        self.take(Label { list, classification, taxonomy }, hash);
                    }
                }
                Err(reject) if reject.fatal => anyhow::bail!("{reject}"),
                Err(_) => refused += 1,
            }
        }
        Ok((entries, refused))
    }

    /// Reads the frames of a known video, as `sagip hash --video` writes them.
    fn read_video(&mut self, list: usize, source: impl Read) -> anyhow::Result<(u64, u64)> {
        let mut text = String::new();
        let read = source.take(LARGEST_VIDEO + 1).read_to_string(&mut text)?;
        anyhow::ensure!(
            read as u64 <= LARGEST_VIDEO,
            "the frames of a video may have {LARGEST_VIDEO} bytes; hash it again with a larger --every"
        );
        let frames = vpdq::read(&text)?;
        let entries = frames.len() as u64;
        let label = self.number(Label { list, classification: None, taxonomy: None });
        self.videos.push(Video { label, sha256: String::new(), frames });
        Ok((entries, 0))
    }

    fn number(&mut self, label: Label) -> u32 {
        let next = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(label.clone()).or_insert(next);
        if number == next {
            self.labels.push(label);
        }
        number
    }

    fn take(&mut self, label: Label, hash: Hash) {
        let number = self.number(label);
        let bytes = hash.bytes();
        let Ok(algorithm) = hash.algorithm().as_str().parse::<Algorithm>() else { return };
        match <[u8; 32]>::try_from(bytes) {
            Ok(pdq) if algorithm == Algorithm::Pdq => self.near.push((pdq.into(), u64::from(number))),
            _ => self.exact.extend(FileHash::from_bytes(algorithm, bytes).map(|hash| (hash, number))),
        }
    }
}

/// Whether a list is the frames of a video, going by its first line that is not empty.
fn begins_as_video(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let first = lines.next().and_then(|line| std::str::from_utf8(line).ok());
    first.is_some_and(|line| line.parse::<Frame>().is_ok())
}

/// Hashes what passes.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hash.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}
