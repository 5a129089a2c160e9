//! The lines a scan writes: one JSON object each, the first saying what is scanned and with what,
//! the last that it is done. The same lines are what an interrupted scan goes on from.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::known::{List, Match};

/// A line of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(super) enum Line {
    /// What is scanned, and with what.
    Scan(Scan),
    /// A file.
    File(Box<File>),
    /// Something that was not read, and why.
    NotRead {
        /// Where.
        #[serde(flatten)]
        at: At,
        /// Why.
        reason: String,
    },
    /// How far the scan is, where not every file has a line.
    Reached {
        /// Where.
        #[serde(flatten)]
        at: At,
        /// What was counted so far.
        counts: Counts,
    },
    /// The scan is done.
    Done {
        /// What was counted.
        counts: Counts,
    },
}

impl Line {
    /// Where what it speaks of is.
    pub(super) fn at(&self) -> Option<&At> {
        match self {
            Self::File(file) => Some(&file.at),
            Self::NotRead { at, .. } | Self::Reached { at, .. } => Some(at),
            Self::Scan(_) | Self::Done { .. } => None,
        }
    }
}

/// What is scanned, and with what. A scan goes on only with the very same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scan {
    /// Version of these lines.
    pub(super) version: u32,
    /// The folders.
    pub(super) roots: Vec<String>,
    /// How pictures are hashed.
    pub(super) profile: String,
    /// Largest distance of a PDQ match.
    pub(super) distance: u32,
    /// Whether a picture is also looked for turned and mirrored.
    pub(super) any_orientation: bool,
    /// Whether only matches have lines.
    pub(super) matches_only: bool,
    /// Whether archives were looked into.
    pub(super) archives: bool,
    /// Whether the frames of videos were looked for.
    pub(super) videos: bool,
    /// The lists it is held against.
    pub(super) lists: Vec<List>,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct At {
    /// Which of the folders, counted from 0.
    pub(super) root: usize,
    /// The path below it, in `/`. What is not Unicode in it shows as U+FFFD.
    pub(super) path: String,
    /// The path's bytes in hexadecimal digits, where `path` does not say them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) path_bytes: Option<String>,
    /// The archive it is in: the outermost, a file below the folder. Then `path` is that file's, a `!`,
    /// and the name in the archive; with another `!` for each archive in between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) archive: Option<Box<Archive>>,
}

/// An archive that was looked into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Archive {
    /// The file's path below the folder.
    pub(super) path: String,
    /// The hashes of its bytes.
    #[serde(flatten)]
    pub(super) hashes: Hashes,
}

impl At {
    pub(super) fn new(root: usize, path: &Path) -> Self {
        let text = path.to_string_lossy().into_owned();
        let path_bytes = path
            .to_str()
            .is_none()
            .then(|| data_encoding::HEXLOWER.encode(path.as_os_str().as_encoded_bytes()));
        Self { root, path: text, path_bytes, archive: None }
    }

    /// The path itself.
    #[cfg(unix)]
    pub(super) fn path(&self) -> PathBuf {
        use std::os::unix::ffi::OsStringExt;
        let bytes =
            self.path_bytes.as_ref().and_then(|hex| data_encoding::HEXLOWER.decode(hex.as_bytes()).ok());
        bytes.map_or_else(|| PathBuf::from(&self.path), |bytes| std::ffi::OsString::from_vec(bytes).into())
    }

    /// The path itself.
    #[cfg(not(unix))]
    pub(super) fn path(&self) -> PathBuf {
        PathBuf::from(&self.path)
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct File {
    /// Where.
    #[serde(flatten)]
    pub(super) at: At,
    /// How many bytes were read.
    pub(super) size: u64,
    /// Its hashes; none for a second name of a file.
    #[serde(flatten)]
    pub(super) hashes: Option<Hashes>,
    /// The first name under which the same file was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) same_as: Option<String>,
    /// The picture's hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pdq: Option<String>,
    /// The hash's quality, 0 to 100; below 50 it is not looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<u8>,
    /// Why what begins as a picture gave no hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) picture_problem: Option<String>,
    /// How many of its lines follow: one for each entry of an archive that was looked into, in all
    /// depths, and for what of it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entries: Option<u64>,
    /// Frames of a video that were hashed and looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) frames: Option<u64>,
    /// Why what begins as a video gave no frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) video_problem: Option<String>,
    /// The list entries it matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) matches: Vec<Match>,
}

impl File {
    /// A file of which nothing is known yet.
    pub(super) const fn at(at: At) -> Self {
        Self {
            at,
            size: 0,
            hashes: None,
            same_as: None,
            pdq: None,
            quality: None,
            picture_problem: None,
            entries: None,
            frames: None,
            video_problem: None,
            matches: Vec::new(),
        }
    }
}

/// The hashes of a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hashes {
    pub(crate) md5: String,
    pub(crate) sha1: String,
    pub(crate) sha256: String,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counts {
    /// Files read, second names included.
    pub(super) files: u64,
    /// Bytes read of them.
    pub(super) bytes: u64,
    /// Entries of archives read.
    pub(super) entries: u64,
    /// Pictures hashed.
    pub(super) pictures: u64,
    /// Videos whose frames were looked for.
    pub(super) videos: u64,
    /// Files and entries that match.
    pub(super) matched: u64,
    /// What was not read.
    pub(super) not_read: u64,
}

impl Counts {
    /// Counts a line in.
    pub(super) fn take(&mut self, line: &Line) {
        match line {
            Line::File(file) => {
                let inside = file.at.archive.is_some();
                self.entries += u64::from(inside);
                self.files += u64::from(!inside);
                self.bytes += if inside || file.same_as.is_some() { 0 } else { file.size };
                self.videos += u64::from(file.frames.is_some());
                self.pictures += u64::from(file.pdq.is_some());
                self.matched += u64::from(!file.matches.is_empty());
            }
            Line::NotRead { .. } => self.not_read += 1,
            Line::Scan(_) | Line::Reached { .. } | Line::Done { .. } => {}
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn a_path_that_is_not_unicode_comes_back_whole() {
        for bytes in [b"plain/name.jpg".as_slice(), b"a\xff\xfe/\xf0.bin", "ñ/子.png".as_bytes()] {
            let path = Path::new(std::ffi::OsStr::from_bytes(bytes));
            let text = serde_json::to_string(&At::new(3, path)).unwrap();
            let back: At = serde_json::from_str(&text).unwrap();
            assert_eq!((back.root, back.path()), (3, path.to_path_buf()), "{text}");
        }
    }

    #[test]
    fn a_line_with_hashes_reads_back() {
        let hashes = Hashes { md5: "m".into(), sha1: "s".into(), sha256: "t".into() };
        let file = File { size: 3, hashes: Some(hashes), ..File::at(At::new(0, Path::new("a.jpg"))) };
        let file = Line::File(Box::new(file));
        let text = serde_json::to_string(&file).unwrap();
        assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), file, "{text}");
    }
}
