//! Synthetic hashes to measure with, the same for the same seed, and the measuring itself.
//!
//! Nothing here is a hash of anything. The sets are those the floors were found with: hashes with
//! exactly 128 ones, as PDQ's median gives; a fifth of them 10 to 40 bits from another, from a pool
//! where few are copied often; queries of which half lie 0 to 45 bits from a hash of the set and half
//! nowhere near one.

use std::time::Duration;

use super::{Hash256, Index};

/// Numbers that look random, the same for the same seed (SplitMix64: Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct Sequence(u64);

impl Sequence {
    /// The sequence of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `end`, or nought.
    pub const fn below(&mut self, end: usize) -> usize {
        ((self.number() as u128 * end as u128) >> 64) as usize
    }

    /// A number below `end`, the small ones far more often.
    fn seldom(&mut self, end: usize) -> usize {
        let last = self.below(end).min(self.below(end));
        self.below(last + 1)
    }

    /// A hash with exactly 128 ones.
    pub fn hash(&mut self) -> Hash256 {
        let mut words = [self.number(), self.number(), self.number(), self.number()];
        let ones = |words: &[u64; 4]| words.iter().map(|word| word.count_ones()).sum::<u32>();
        while ones(&words) != 128 {
            let wanted = ones(&words) < 128;
            let bit = self.below(256);
            if let Some(word) = words.get_mut(bit / 64)
                && (*word >> (bit % 64) & 1 == 0) == wanted
            {
                *word ^= 1 << (bit % 64);
            }
        }
        Hash256::from_words(words)
    }

    /// The hash with this many of its bits flipped.
    pub fn flipped(&mut self, hash: Hash256, bits: usize) -> Hash256 {
        let mut mask = [0_u64; 4];
        let mut left = bits.min(256);
        while left > 0 {
            let bit = self.below(256);
            if let Some(word) = mask.get_mut(bit / 64)
                && *word >> (bit % 64) & 1 == 0
            {
                *word |= 1 << (bit % 64);
                left -= 1;
            }
        }
        hash.differing(Hash256::from_words(mask))
    }

    fn one_of(&mut self, hashes: &[Hash256]) -> Hash256 {
        hashes.get(self.below(hashes.len())).copied().unwrap_or_default()
    }
}

/// Hashes with 128 ones, a fifth of them 10 to 40 bits from another.
pub fn clustered(count: usize, seed: u64) -> Vec<Hash256> {
    let mut sequence = Sequence::new(seed);
    let mut hashes: Vec<Hash256> = Vec::with_capacity(count);
    for _ in 0..count {
        let fresh = hashes.is_empty() || sequence.below(5) != 0;
        let hash = if fresh {
            sequence.hash()
        } else {
            let near = sequence.seldom(hashes.len());
            let bits = 10 + sequence.below(31);
            let near = hashes.get(near).copied().unwrap_or_default();
            sequence.flipped(near, bits)
        };
        hashes.push(hash);
    }
    hashes
}

/// Like [`clustered`], but a tenth of the hashes have their first word out of a pool of 64, of which
/// few are taken often: buckets of very different lengths.
pub fn skewed(count: usize, seed: u64) -> Vec<Hash256> {
    let mut hashes = clustered(count, seed);
    let mut sequence = Sequence::new(!seed);
    let pool: Vec<u64> = (0..64).map(|_| sequence.number()).collect();
    for hash in &mut hashes {
        if sequence.below(10) == 0 {
            let [_, b, c, d] = hash.words();
            let first = pool.get(sequence.seldom(pool.len())).copied().unwrap_or_default();
            *hash = Hash256::from_words([first, b, c, d]);
        }
    }
    hashes
}

/// Queries, half of them 0 to 45 bits from a hash of the set and half anywhere.
pub fn queries(hashes: &[Hash256], count: usize, seed: u64) -> Vec<Hash256> {
    let mut sequence = Sequence::new(seed);
    (0..count)
        .map(|number| {
            if number % 2 == 0 {
                let (near, bits) = (sequence.one_of(hashes), sequence.below(46));
                sequence.flipped(near, bits)
            } else {
                sequence.hash()
            }
        })
        .collect()
}

/// Queries for a picture that may be turned or mirrored: the eight orientations of one that lies 0
/// to 45 bits from an orientation of a hash of the set.
pub fn dihedral_queries(hashes: &[Hash256], count: usize, seed: u64) -> Vec<[Hash256; 8]> {
    let mut sequence = Sequence::new(seed);
    (0..count)
        .map(|_| {
            let (near, bits) = (sequence.one_of(hashes), sequence.below(46));
            let seen = orientations(near).get(sequence.below(8)).copied().unwrap_or_default();
            orientations(sequence.flipped(seen, bits))
        })
        .collect()
}

/// What the eight orientations of a picture do to the signs of its sixteen by sixteen cosine
/// coefficients: mirroring turns the odd columns or rows over, transposing swaps both.
pub fn orientations(hash: Hash256) -> [Hash256; 8] {
    let columns = Hash256::from_words([0xaaaa_aaaa_aaaa_aaaa; 4]);
    let rows = Hash256::from_words([0xffff_0000_ffff_0000; 4]);
    let both = columns.differing(rows);
    let turned = transposed(hash);
    [
        hash,
        hash.differing(columns),
        hash.differing(rows),
        hash.differing(both),
        turned,
        turned.differing(columns),
        turned.differing(rows),
        turned.differing(both),
    ]
}

fn transposed(hash: Hash256) -> Hash256 {
    let words = hash.words();
    let bit = |row: usize, column: usize| {
        words.get(row / 4).map_or(0, |word| word >> (16 * (row % 4) + column) & 1)
    };
    let mut turned = [0; 4];
    for (place, word) in turned.iter_mut().enumerate() {
        for at in 0..64 {
            *word |= bit(at % 16, place * 4 + at / 16) << at;
        }
    }
    Hash256::from_words(turned)
}

/// The true answer, found by comparing every hash: places and distances, in order of place.
pub fn exhaustive(hashes: &[Hash256], query: Hash256, radius: u32) -> Vec<(usize, u32)> {
    let distances = hashes.iter().map(|hash| hash.distance(query)).enumerate();
    distances.filter(|(_, distance)| *distance <= radius).collect()
}

/// How fast an index answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    /// Queries a second, one call each.
    pub single: f64,
    /// Queries a second, all in one call.
    pub batched: f64,
    /// What half of the single calls took at most.
    pub median: Duration,
    /// What 99 of 100 single calls took at most.
    pub p99: Duration,
    /// How many matches all queries had; single and batched calls found the same.
    pub matches: usize,
    /// Whether they did.
    pub agree: bool,
}

/// Asks every query alone, then all at once, then each alone again to time every call (asking the
/// clock takes a while too, so rates come from rounds in which it is asked twice). `clock` says how
/// much time has passed since whenever: that of the wall or of the processor.
pub fn pace(index: &Index, queries: &[(Hash256, u32)], clock: &dyn Fn() -> Duration) -> Pace {
    let mut answers = Vec::with_capacity(queries.len());
    let begun = clock();
    for (hash, radius) in queries {
        answers.push(index.query(*hash, *radius));
    }
    let single = clock().saturating_sub(begun);
    let begun = clock();
    let together = index.query_batch(queries);
    let batched = clock().saturating_sub(begun);
    let mut calls: Vec<Duration> = queries
        .iter()
        .map(|(hash, radius)| {
            let begun = clock();
            std::hint::black_box(index.query(*hash, *radius));
            clock().saturating_sub(begun)
        })
        .collect();
    calls.sort_unstable();
    let at = |hundredths: usize| calls.get(calls.len() * hundredths / 100).copied().unwrap_or_default();
    let rate = |time: Duration| queries.len() as f64 / time.as_secs_f64().max(1e-9);
    Pace {
        single: rate(single),
        batched: rate(batched),
        median: at(50),
        p99: at(99),
        matches: answers.iter().map(Vec::len).sum(),
        agree: answers == together,
    }
}

/// The time that eight-fold queries take in one pass each, and as eight single ones each.
pub fn pace_any(
    index: &Index,
    queries: &[[Hash256; 8]],
    radius: u32,
    clock: &dyn Fn() -> Duration,
) -> (Duration, Duration) {
    let begun = clock();
    for orientations in queries {
        std::hint::black_box(index.query_any(orientations, radius));
    }
    let between = clock();
    for hash in queries.iter().flatten() {
        std::hint::black_box(index.query(*hash, radius));
    }
    (between.saturating_sub(begun), clock().saturating_sub(between))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_are_what_they_say_and_the_same_again() {
        let hashes = clustered(500, 1);
        assert_eq!(hashes, clustered(500, 1));
        assert_ne!(hashes, clustered(500, 2));
        let mut sequence = Sequence::new(3);
        let hash = sequence.hash();
        assert_eq!(hash.distance(Hash256::default()), 128);
        assert_eq!(sequence.flipped(hash, 45).distance(hash), 45);
        let near = |hash: &Hash256| exhaustive(&hashes, *hash, 40).len() > 1;
        assert!(hashes.iter().filter(|hash| near(hash)).count() > 80, "a fifth lies near another");
        let queries = queries(&hashes, 200, 4);
        let planted = queries.iter().filter(|hash| !exhaustive(&hashes, **hash, 45).is_empty()).count();
        assert_eq!(planted, 100);
        let mut firsts: Vec<u64> = skewed(2000, 5).iter().map(|hash| hash.words()[0]).collect();
        firsts.sort_unstable();
        assert!(firsts.chunk_by(|a, b| a == b).any(|same| same.len() > 10));
    }

    #[test]
    fn orientations_are_a_group() {
        let hash = Sequence::new(9).hash();
        assert_eq!(transposed(transposed(hash)), hash);
        let all = orientations(hash);
        for one in all {
            let mut again = orientations(one);
            let mut all = all;
            again.sort_unstable();
            all.sort_unstable();
            // Turning a mirrored picture mirrors the other way, so the eight are the same eight.
            assert_eq!(again, all);
        }
    }

    #[test]
    fn the_pace_counts_what_was_found_by_a_clock_that_is_given() {
        let hashes = clustered(300, 6);
        let index = Index::in_memory().unwrap();
        index.load(hashes.iter().copied().zip(0..).collect()).unwrap();
        let queries: Vec<_> = queries(&hashes, 40, 7).into_iter().map(|hash| (hash, 31)).collect();
        let ticks = std::cell::Cell::new(0);
        let clock = || {
            ticks.set(ticks.get() + 1);
            Duration::from_millis(ticks.get())
        };
        let pace = pace(&index, &queries, &clock);
        let expected: usize =
            queries.iter().map(|(hash, radius)| exhaustive(&hashes, *hash, *radius).len()).sum();
        assert_eq!((pace.matches, pace.agree), (expected, true));
        assert!((pace.single - 40_000.0).abs() < 1e-6 && (pace.batched - 40_000.0).abs() < 1e-6, "{pace:?}");
        assert_eq!((pace.median, pace.p99), (Duration::from_millis(1), Duration::from_millis(1)));
        let any = dihedral_queries(&hashes, 5, 8);
        assert_eq!(pace_any(&index, &any, 31, &clock), (Duration::from_millis(1), Duration::from_millis(1)));
    }
}
