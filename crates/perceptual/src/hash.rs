//! The hash itself: 256 bits, their text, their distance.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A PDQ hash. Its bytes and its text begin with bit 255, as the reference writes it: the text is
/// the 256-bit number in hexadecimal, and order is that of the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash([u8; 32]);

/// A hash and how much there was to hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Hashed {
    /// The hash.
    pub hash: Hash,
    /// 0 to 100: the gradients in the picture. Below 50 the bits are those of noise and flat areas, and the
    /// reference throws the hash away.
    pub quality: u8,
}

/// Text that is no PDQ hash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAHash {
    /// Too short or too long.
    #[error("a PDQ hash is 64 hexadecimal digits, and this has {0} characters")]
    Length(usize),
    /// Another character than 0-9 and a-f.
    #[error("a PDQ hash is 64 hexadecimal digits, and character {0} is none")]
    Digit(usize),
}

impl Hash {
    /// Bits in a hash, and so the greatest distance.
    pub const BITS: u32 = 256;

    /// The hash of its 32 bytes, the one with bit 255 first.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes, the one with bit 255 first.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// In how many bits two hashes differ. At 31 or less, two pictures of quality 50 or more count
    /// as alike.
    pub fn distance(&self, other: &Self) -> u32 {
        self.0.iter().zip(other.0).map(|(one, another)| (one ^ another).count_ones()).sum()
    }

    /// The hash whose bit `k` is the `k`-th of `bits`.
    pub(crate) fn of_bits(bits: impl Iterator<Item = bool>) -> Self {
        let mut bytes = [0; 32];
        for (place, set) in bits.enumerate() {
            if let Some(byte) = bytes.iter_mut().rev().nth(place / 8) {
                *byte |= u8::from(set) << (place % 8);
            }
        }
        Self(bytes)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER_PERMISSIVE.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let characters = text.chars().count();
        if characters != 64 {
            return Err(NotAHash::Length(characters));
        }
        if let Some(place) = text.chars().position(|digit| !digit.is_ascii_hexdigit()) {
            return Err(NotAHash::Digit(place + 1));
        }
        let mut bytes = [0; 32];
        HEXLOWER_PERMISSIVE
            .decode_mut(text.as_bytes(), &mut bytes)
            .map_err(|partial| NotAHash::Digit(partial.error.position + 1))?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Hash {
    type Error = NotAHash;

    fn try_from(text: String) -> Result<Self, NotAHash> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_begins_with_bit_255() {
        let only = |set: usize| Hash::of_bits((0..256).map(|bit| bit == set)).to_string();
        assert_eq!(only(0), format!("{:064x}", 1));
        assert_eq!(only(9), format!("{:064x}", 1 << 9));
        assert_eq!(only(255), format!("8{}", "0".repeat(63)));
    }

    #[test]
    fn what_is_no_hash_is_refused_with_the_place() {
        assert_eq!("00ff".parse::<Hash>().unwrap_err(), NotAHash::Length(4));
        let text = format!("{}g{}", "0".repeat(10), "0".repeat(53));
        assert_eq!(
            text.parse::<Hash>().unwrap_err().to_string(),
            "a PDQ hash is 64 hexadecimal digits, and character 11 is none"
        );
        assert_eq!("é".repeat(64).parse::<Hash>().unwrap_err(), NotAHash::Digit(1));
    }

    proptest! {
        #[test]
        fn text_and_bytes_say_the_same_hash(bytes: [u8; 32]) {
            let hash = Hash::from_bytes(bytes);
            prop_assert_eq!(hash.to_bytes(), bytes);
            prop_assert_eq!(hash.to_string().parse(), Ok(hash));
            prop_assert_eq!(hash.to_string().to_uppercase().parse(), Ok(hash));
            let json = serde_json::to_string(&hash).unwrap();
            prop_assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
        }

        #[test]
        fn distance_is_a_metric(one: [u8; 32], two: [u8; 32], three: [u8; 32]) {
            let [one, two, three] = [one, two, three].map(Hash::from_bytes);
            prop_assert_eq!(one.distance(&two), two.distance(&one));
            prop_assert_eq!(one.distance(&two) == 0, one == two);
            prop_assert!(one.distance(&three) <= one.distance(&two) + two.distance(&three));
        }

        #[test]
        fn order_is_that_of_the_text(one: [u8; 32], two: [u8; 32]) {
            let [one, two] = [one, two].map(Hash::from_bytes);
            prop_assert_eq!(one.cmp(&two), one.to_string().cmp(&two.to_string()));
        }

        #[test]
        fn distance_counts_the_bits_that_were_turned(bytes: [u8; 32], turned in proptest::collection::btree_set(0_usize..256, 0..256)) {
            let mut other = bytes;
            for bit in &turned {
                other[bit / 8] ^= 1 << (bit % 8);
            }
            prop_assert_eq!(Hash::from_bytes(bytes).distance(&Hash::from_bytes(other)) as usize, turned.len());
        }
    }
}
