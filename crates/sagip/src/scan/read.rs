//! One read of a file: its size, its hashes, and of a picture its PDQ hash. Nothing is shown,
//! kept or written.

use std::{fs, io::Read, path::Path};

use md5::Md5;
use perceptual::{Hashed, Hasher, Profile, decode};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::line::Hashes;

/// Bytes read at once.
const AT_ONCE: usize = 256 * 1024;
/// The largest file of a picture that is kept to be decoded.
const LARGEST_PICTURE: u64 = 256 * 1024 * 1024;

/// What one read of a file gave.
pub(super) struct Reading {
    pub(super) size: u64,
    pub(super) hashes: Hashes,
    pub(super) picture: Option<Result<Picture, String>>,
}

/// The hash of a picture as it is and, if asked for, in all eight orientations.
pub(super) struct Picture {
    pub(super) hashed: Hashed,
    pub(super) orientations: Option<[Hashed; 8]>,
}

/// Reads files, with buffers that are used again and again.
pub(super) struct Reader {
    buffer: Vec<u8>,
    picture: Vec<u8>,
    hasher: Hasher,
    profile: Profile,
    any_orientation: bool,
}

impl Reader {
    pub(super) fn new(profile: Profile, any_orientation: bool) -> Self {
        Self {
            buffer: vec![0; AT_ONCE],
            picture: Vec::new(),
            hasher: Hasher::new(),
            profile,
            any_orientation,
        }
    }

    /// Reads a file once, from its first byte to its last.
    pub(super) fn read(&mut self, path: &Path) -> Result<Reading, String> {
        let mut file = fs::File::open(path).map_err(|e| e.to_string())?;
        let (mut md5, mut sha1, mut sha256) = (Md5::new(), Sha1::new(), Sha256::new());
        let mut size = 0_u64;
        self.picture.clear();
        let mut picture = false;
        loop {
            let read = match file.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(format!("after {size} bytes: {e}")),
            };
            let bytes = self.buffer.get(..read).unwrap_or_default();
            if size == 0 {
                picture = decode::Format::of(bytes).is_some();
            }
            size += read as u64;
            md5.update(bytes);
            sha1.update(bytes);
            sha256.update(bytes);
            if picture && size <= LARGEST_PICTURE {
                self.picture.extend_from_slice(bytes);
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
        // One large picture does not keep its memory for the rest of the scan.
        if self.picture.capacity() > 16 * 1024 * 1024 {
            self.picture = Vec::new();
        }
        Ok(Reading { size, hashes, picture })
    }

    fn hash_picture(&mut self) -> Result<Picture, String> {
        let decoded = decode::decode(&self.picture, decode::Limits::default()).map_err(|e| e.to_string())?;
        let pixels = decoded.pixels();
        let hashed = self.hasher.hash(pixels, self.profile);
        let orientations = self.any_orientation.then(|| self.hasher.dihedral(pixels, self.profile));
        Ok(Picture { hashed, orientations })
    }
}
