//! A hash with its algorithm.

use std::{fmt, str::FromStr};

use data_encoding::{BASE32, HEXLOWER_PERMISSIVE};

/// How a hash was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5, 128 bits.
    Md5,
    /// SHA-1, 160 bits.
    Sha1,
    /// SHA-256.
    Sha256,
    /// PDQ, a perceptual hash of 256 bits: compared by distance, not for equality.
    Pdq,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 4] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Pdq];

    /// The word in a list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Pdq => "pdq",
        }
    }

    /// How many bytes a hash has.
    pub const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 | Self::Pdq => 32,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is not a hash of a known algorithm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAHash {
    /// The algorithm is not known.
    #[error("“{0}” is not an algorithm that is read; expected md5, sha1, sha256 or pdq")]
    Algorithm(String),
    /// The text is no hash of its algorithm.
    #[error("“{text}” is not a {algorithm} hash; expected {} hexadecimal digits{}", algorithm.length() * 2,
        if *algorithm == Algorithm::Sha1 { " or 32 characters of base 32" } else { "" })]
    Shape {
        /// What was given.
        text: String,
        /// What it should be.
        algorithm: Algorithm,
    },
    /// There is no algorithm and the length tells none.
    #[error(
        "“{0}” is no hash by its length; expected 32, 40 or 64 hexadecimal digits, or a column “algorithm”"
    )]
    Length(String),
}

impl FromStr for Algorithm {
    type Err = NotAHash;

    /// Reads the word in any case and with the usual hyphens, such as `SHA-256`.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let plain = plain_name(word);
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == plain)
            .ok_or_else(|| NotAHash::Algorithm(shortened(word)))
    }
}

/// A hash with its algorithm.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hash {
    /// MD5.
    Md5([u8; 16]),
    /// SHA-1.
    Sha1([u8; 20]),
    /// SHA-256.
    Sha256([u8; 32]),
    /// PDQ.
    Pdq([u8; 32]),
}

impl Hash {
    /// Reads the hash of an algorithm.
    pub fn parse(text: &str, algorithm: Algorithm) -> Result<Self, NotAHash> {
        let text = text.trim();
        let hash = match algorithm {
            Algorithm::Md5 => hexadecimal(text).map(Self::Md5),
            Algorithm::Sha1 => hexadecimal(text).or_else(|| base_32(text)).map(Self::Sha1),
            Algorithm::Sha256 => hexadecimal(text).map(Self::Sha256),
            Algorithm::Pdq => hexadecimal(text).map(Self::Pdq),
        };
        hash.ok_or_else(|| NotAHash::Shape { text: shortened(text), algorithm })
    }

    /// Reads a hash whose algorithm its length tells.
    pub fn parse_by_length(text: &str) -> Result<Self, NotAHash> {
        let text = text.trim();
        let hash = match text.len() {
            32 => hexadecimal(text).map(Self::Md5).or_else(|| base_32(text).map(Self::Sha1)),
            40 => hexadecimal(text).map(Self::Sha1),
            64 => hexadecimal(text).map(Self::Sha256),
            _ => None,
        };
        hash.ok_or_else(|| NotAHash::Length(shortened(text)))
    }

    /// The algorithm.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Md5(_) => Algorithm::Md5,
            Self::Sha1(_) => Algorithm::Sha1,
            Self::Sha256(_) => Algorithm::Sha256,
            Self::Pdq(_) => Algorithm::Pdq,
        }
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8] {
        match self {
            Self::Md5(bytes) => bytes,
            Self::Sha1(bytes) => bytes,
            Self::Sha256(bytes) | Self::Pdq(bytes) => bytes,
        }
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", self.algorithm())
    }
}

/// A name in small letters without hyphens, underscores and spaces.
pub(super) fn plain_name(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).take(40).collect::<String>().to_ascii_lowercase()
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

fn hexadecimal<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok()
}

fn base_32(text: &str) -> Option<[u8; 20]> {
    if text.len() != 32 {
        return None;
    }
    BASE32.decode(text.to_ascii_uppercase().as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_algorithms_with_or_without_hyphens() {
        for (word, algorithm) in [
            ("SHA-256", Algorithm::Sha256),
            ("sha_1", Algorithm::Sha1),
            ("MD5", Algorithm::Md5),
            ("pdq", Algorithm::Pdq),
        ] {
            assert_eq!(word.parse::<Algorithm>(), Ok(algorithm));
        }
        let error = "sha512".parse::<Algorithm>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "“sha512” is not an algorithm that is read; expected md5, sha1, sha256 or pdq"
        );
    }

    #[test]
    fn what_is_not_a_hash_says_what_was_expected() {
        let error = Hash::parse("abc", Algorithm::Sha1).unwrap_err().to_string();
        assert_eq!(
            error,
            "“abc” is not a sha1 hash; expected 40 hexadecimal digits or 32 characters of base 32"
        );
        assert!(Hash::parse(&"g".repeat(64), Algorithm::Pdq).is_err());
        assert!(Hash::parse_by_length(&"0".repeat(63)).is_err());
        assert!(Hash::parse_by_length(&"ñ".repeat(16)).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bytes in any::<[u8; 32]>(), upper: bool) {
            for algorithm in Algorithm::ALL {
                let mut text = data_encoding::HEXLOWER.encode(&bytes[..algorithm.length()]);
                if upper {
                    text.make_ascii_uppercase();
                }
                let hash = Hash::parse(&text, algorithm).unwrap();
                prop_assert_eq!(hash.bytes(), &bytes[..algorithm.length()]);
                prop_assert_eq!(hash.algorithm(), algorithm);
                prop_assert_eq!(hash.to_string(), text.to_ascii_lowercase());
            }
            let mut base_32 = BASE32.encode(&bytes[..20]);
            if !upper {
                base_32.make_ascii_lowercase();
            }
            let hash = Hash::parse(&base_32, Algorithm::Sha1).unwrap();
            prop_assert_eq!(hash.bytes(), &bytes[..20]);
        }
    }
}
