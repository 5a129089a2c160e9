//! SHA-256 (FIPS 180-4), at once or as the bytes stream by.

use model::Digest;
use sha2::{Digest as _, Sha256};

/// The digest of these bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// A digest in the making.
#[derive(Clone, Debug, Default)]
pub struct Sha256Stream(Sha256);

impl Sha256Stream {
    /// Nothing hashed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hashes the bytes that come next.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_digest_is_that_of_the_standard() {
        assert_eq!(
            sha256(b"abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    proptest! {
        #[test]
        fn how_the_bytes_arrive_does_not_matter(bytes: Vec<u8>, size in 1_usize..70) {
            let mut stream = Sha256Stream::new();
            bytes.chunks(size).for_each(|piece| stream.update(piece));
            prop_assert_eq!(stream.finish(), sha256(&bytes));
        }
    }
}
