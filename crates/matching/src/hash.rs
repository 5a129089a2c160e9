//! Hashes of files: which algorithm, which bytes.

use std::{fmt, str::FromStr};

use data_encoding::{BASE32_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};

/// A hash algorithm the lists use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5 (RFC 1321); still what most exchanged lists carry.
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// PDQ, the perceptual image hash of ThreatExchange; here for equality only.
    Pdq,
}

impl Algorithm {
    /// All of them, in the order of their tables.
    pub const ALL: [Self; 4] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Pdq];

    /// How many bytes a hash has.
    pub const fn width(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Pdq => 32,
        }
    }

    /// The word used in the database, in files and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Pdq => "pdq",
        }
    }

    /// The name a page uses.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Pdq => "PDQ",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is no algorithm known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a hash algorithm known here; expected md5, sha1, sha256 or pdq")]
pub struct UnknownAlgorithm(pub String);

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Reads the word in any case, with or without its hyphen: `sha1`, `SHA-1`.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let folded: String =
            word.trim().chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == folded)
            .ok_or_else(|| UnknownAlgorithm(word.chars().take(40).collect()))
    }
}

/// A hash of a file. Printed as lower-case hexadecimal digits.
///
/// The order is by algorithm, then by bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileHash {
    algorithm: Algorithm,
    /// The hash, then zeros up to 32 bytes.
    bytes: [u8; 32],
}

impl FileHash {
    /// The hash with these bytes, if they are as many as the algorithm's.
    pub fn from_bytes(algorithm: Algorithm, hash: &[u8]) -> Option<Self> {
        let mut bytes = [0_u8; 32];
        if hash.len() != algorithm.width() {
            return None;
        }
        bytes.get_mut(..hash.len())?.copy_from_slice(hash);
        Some(Self { algorithm, bytes })
    }

    /// Reads hexadecimal digits or base 32 (RFC 4648, with or without padding), in any case.
    pub fn parse(algorithm: Algorithm, text: &str) -> Result<Self, NotAHash> {
        let wrong = || NotAHash { text: text.chars().take(80).collect(), algorithm };
        let digits = text.trim().trim_end_matches('=');
        if !digits.is_ascii() || digits.len() > 2 * algorithm.width() {
            return Err(wrong());
        }
        let bytes = if digits.len() == 2 * algorithm.width() {
            HEXLOWER_PERMISSIVE.decode(digits.as_bytes())
        } else {
            BASE32_NOPAD.decode(digits.to_ascii_uppercase().as_bytes())
        };
        bytes.ok().and_then(|bytes| Self::from_bytes(algorithm, &bytes)).ok_or_else(wrong)
    }

    /// Which algorithm made it.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The hash's bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.algorithm.width()).unwrap_or(&self.bytes)
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(self.bytes()))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", self.algorithm)
    }
}

/// The text is not a hash of the algorithm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{text}” is not a {} hash; expected {} hexadecimal digits or {} characters of base 32",
    .algorithm.label(),
    2 * .algorithm.width(),
    (8 * .algorithm.width()).div_ceil(5)
)]
pub struct NotAHash {
    /// What was given.
    pub text: String,
    /// The algorithm that was wanted.
    pub algorithm: Algorithm,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_hash_of_nothing_is_read_in_every_writing() {
        // The SHA-1 of the empty message, as peers write it in hexadecimal and in base 32.
        let hex = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
        let hash = FileHash::parse(Algorithm::Sha1, hex).unwrap();
        assert_eq!(hash.to_string(), hex);
        for same in [
            "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
            "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
            "3i42h3s6nnfq2msvx7xzkyayscx5qbyj ",
        ] {
            assert_eq!(FileHash::parse(Algorithm::Sha1, same).unwrap(), hash, "{same}");
        }
    }

    #[test]
    fn the_same_digits_mean_different_hashes_under_different_algorithms() {
        let digits = "00".repeat(32);
        let sha = FileHash::parse(Algorithm::Sha256, &digits).unwrap();
        assert_ne!(sha, FileHash::parse(Algorithm::Pdq, &digits).unwrap());
        let error = FileHash::parse(Algorithm::Md5, &digits).unwrap_err();
        assert!(error.to_string().contains("32 hexadecimal digits or 26 characters of base 32"), "{error}");
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        for wrong in ["", "zz", "é", "d41d8cd98f00b204e9800998ecf8427", "d41d8cd98f00b204e9800998ecf8427g"] {
            assert!(FileHash::parse(Algorithm::Md5, wrong).is_err(), "{wrong}");
        }
        assert_eq!("SHA-256".parse(), Ok(Algorithm::Sha256));
        assert!("crc32".parse::<Algorithm>().is_err());
    }

    proptest! {
        #[test]
        fn text_and_back(which in 0_usize..4, bytes in any::<[u8; 32]>()) {
            let algorithm = Algorithm::ALL[which];
            let hash = FileHash::from_bytes(algorithm, &bytes[..algorithm.width()]).unwrap();
            prop_assert_eq!(FileHash::parse(algorithm, &hash.to_string()).unwrap(), hash);
            let base32 = data_encoding::BASE32.encode(hash.bytes());
            prop_assert_eq!(FileHash::parse(algorithm, &base32).unwrap(), hash);
        }
    }
}
