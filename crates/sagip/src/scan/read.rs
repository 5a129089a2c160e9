//! One read of a file: its size, its hashes, and of a picture its PDQ hash. Nothing is shown,
//! kept or written.

use std::{fs, io::Read, path::Path};

use md5::Md5;
use perceptual::{Hashed, Hasher, Profile, decode};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{archive::Kind, line::Hashes};
use crate::video;

/// Bytes read at once.
const AT_ONCE: usize = 256 * 1024;
/// The largest file of a picture that is kept to be decoded.
const LARGEST_PICTURE: u64 = 256 * 1024 * 1024;

/// What one read of a file gave.
pub(crate) struct Reading {
    pub(crate) size: u64,
    pub(crate) hashes: Hashes,
    pub(crate) picture: Option<Result<Picture, String>>,
    /// What kind of archive it is.
    pub(crate) archive: Option<Kind>,
    /// Whether it begins as a video.
    pub(crate) video: bool,
    /// The archive itself, where it was to be kept.
    pub(super) kept: Option<Vec<u8>>,
}

/// The hash of a picture as it is and, if asked for, in all eight orientations.
pub(crate) struct Picture {
    pub(crate) hashed: Hashed,
    pub(crate) orientations: Option<[Hashed; 8]>,
}

/// Reads files, with buffers that are used again and again.
pub(crate) struct Reader {
    buffer: Vec<u8>,
    kept: Vec<u8>,
    hasher: Hasher,
    profile: Profile,
    any_orientation: bool,
}

impl Reader {
    pub(crate) fn new(profile: Profile, any_orientation: bool) -> Self {
        Self { buffer: vec![0; AT_ONCE], kept: Vec::new(), hasher: Hasher::new(), profile, any_orientation }
    }

    /// Reads a file once, from its first byte to its last.
    pub(super) fn read(&mut self, path: &Path) -> Result<Reading, String> {
        let mut file = fs::File::open(path).map_err(|e| e.to_string())?;
        self.take(&mut file, 0)
    }

    /// Reads a source once; an archive of up to `keep` bytes is kept.
    pub(super) fn take(&mut self, source: &mut dyn Read, keep: u64) -> Result<Reading, String> {
        let (mut md5, mut sha1, mut sha256) = (Md5::new(), Sha1::new(), Sha256::new());
        let mut size = 0_u64;
        self.kept.clear();
        let (mut picture, mut archive, mut is_video) = (false, None, false);
        let mut most = 0;
        loop {
            let read = fill(source, &mut self.buffer).map_err(|e| format!("after {size} bytes: {e}"))?;
            let bytes = self.buffer.get(..read).unwrap_or_default();
            if size == 0 {
                picture = decode::Format::of(bytes).is_some();
                archive = Kind::of(bytes);
                is_video = !picture && video::begins(bytes);
                most = if picture { LARGEST_PICTURE } else { archive.map_or(0, |_| keep) };
            }
            size += read as u64;
            md5.update(bytes);
            sha1.update(bytes);
            sha256.update(bytes);
            if size <= most {
                self.kept.extend_from_slice(bytes);
            }
            if read < AT_ONCE {
                break;
            }
        }
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        let hashes = Hashes {
            md5: hex(&md5.finalize()),
            sha1: hex(&sha1.finalize()),
            sha256: hex(&sha256.finalize()),
        };
        let picture = picture.then(|| {
            if size > LARGEST_PICTURE {
                return Err(format!("the picture's file has more than {LARGEST_PICTURE} bytes"));
            }
            self.hash_picture()
        });
        let kept = (archive.is_some() && size <= most).then(|| std::mem::take(&mut self.kept));
        // One large picture does not keep its memory for the rest of the scan.
        if self.kept.capacity() > 16 * 1024 * 1024 {
            self.kept = Vec::new();
        }
        Ok(Reading { size, hashes, picture, archive, video: is_video, kept })
    }

    fn hash_picture(&mut self) -> Result<Picture, String> {
        let decoded = decode::decode(&self.kept, decode::Limits::default()).map_err(|e| e.to_string())?;
        let pixels = decoded.pixels();
        let hashed = self.hasher.hash(pixels, self.profile);
        let orientations = self.any_orientation.then(|| self.hasher.dihedral(pixels, self.profile));
        Ok(Picture { hashed, orientations })
    }
}

/// Fills a buffer; less than that is there only at the end.
fn fill(source: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}
