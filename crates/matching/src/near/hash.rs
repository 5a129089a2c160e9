//! A hash of 256 bits that is compared by distance.

use std::fmt;

use data_encoding::HEXLOWER;

use super::budget::BANDS;

/// A hash of 256 bits, such as PDQ's. The order is that of its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct Hash256([u64; 4]);

impl Hash256 {
    /// The hash of these four words, the most significant first.
    pub const fn from_words(words: [u64; 4]) -> Self {
        Self(words)
    }

    /// The four words, the most significant first.
    pub const fn words(self) -> [u64; 4] {
        self.0
    }

    /// The bits in which two hashes differ.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined so that the caller's vector instructions apply")]
    #[must_use]
    pub const fn differing(self, other: Self) -> Self {
        let [a, b, c, d] = self.0;
        let other = other.0;
        Self([a ^ other[0], b ^ other[1], c ^ other[2], d ^ other[3]])
    }

    /// In how many bits two hashes differ.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined so that the caller's vector instructions apply")]
    pub const fn distance(self, other: Self) -> u32 {
        let [a, b, c, d] = self.differing(other).0;
        a.count_ones() + b.count_ones() + c.count_ones() + d.count_ones()
    }

    /// The sixteen bits of a band; bands stand in a ring, so any number names one.
    #[inline]
    pub(crate) const fn band(self, band: usize) -> u16 {
        let [a, b, c, d] = self.0;
        let word = match (band % BANDS) / 4 {
            0 => a,
            1 => b,
            2 => c,
            _ => d,
        };
        (word >> (16 * (band % 4))) as u16
    }

    /// The two bands after this one, the nearer in the low half.
    #[inline]
    pub(crate) const fn two_after(self, band: usize) -> u32 {
        self.band(band + 1) as u32 | (self.band(band + 2) as u32) << 16
    }
}

impl From<[u8; 32]> for Hash256 {
    fn from(bytes: [u8; 32]) -> Self {
        let mut words = [0; 4];
        for (word, eight) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_be_bytes(*eight);
        }
        Self(words)
    }
}

impl From<Hash256> for [u8; 32] {
    fn from(hash: Hash256) -> Self {
        let mut bytes = [0; 32];
        for (eight, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(hash.0) {
            *eight = word.to_be_bytes();
        }
        bytes
    }
}

impl fmt::Display for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&<[u8; 32]>::from(*self)))
    }
}

impl fmt::Debug for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_and_back_in_the_order_of_the_bytes(one in any::<[u8; 32]>(), two in any::<[u8; 32]>()) {
            let (a, b) = (Hash256::from(one), Hash256::from(two));
            prop_assert_eq!(<[u8; 32]>::from(a), one);
            prop_assert_eq!(a.cmp(&b), one.cmp(&two));
            let bits: u32 = one.iter().zip(two).map(|(x, y)| (x ^ y).count_ones()).sum();
            prop_assert_eq!(a.distance(b), bits);
            let by_band: u32 = (0..BANDS).map(|band| (a.band(band) ^ b.band(band)).count_ones()).sum();
            prop_assert_eq!(by_band, bits);
            prop_assert_eq!(a.two_after(15), u32::from(a.band(0)) | u32::from(a.band(1)) << 16);
        }
    }
}
