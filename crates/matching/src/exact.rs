//! A set of hashes that is searched exactly.
//!
//! Each algorithm has a table: the distinct hashes in order, side by side in one buffer, and for
//! each the entries that hold it. Hashes are spread evenly, so a directory over their leading bits
//! leads to a handful of neighbours; a list that is not spread evenly (all zeros, hostile) only
//! makes the last binary search longer. Every hash in the set is found, always: the property test
//! below holds it against a `HashMap`.

use crate::{Algorithm, FileHash};

/// Hashes, each with the entries (of one or several lists) that hold it.
///
/// `E` is what the caller knows an entry by.
#[derive(Clone, Debug)]
pub struct ExactSet<E> {
    tables: [Table<E>; 4],
}

impl<E: Copy + Ord> ExactSet<E> {
    /// The set of these pairs. Order and repetition do not matter.
    pub fn build(pairs: impl IntoIterator<Item = (FileHash, E)>) -> Self {
        let mut by_algorithm: [Vec<(FileHash, E)>; 4] = Default::default();
        for (hash, entry) in pairs {
            if let Some(pairs) = by_algorithm.get_mut(hash.algorithm() as usize) {
                pairs.push((hash, entry));
            }
        }
        let mut algorithms = Algorithm::ALL.into_iter();
        Self {
            tables: by_algorithm.map(|mut pairs| {
                pairs.sort_unstable();
                pairs.dedup();
                Table::of_sorted(algorithms.next().map_or(32, Algorithm::width), &pairs)
            }),
        }
    }

    /// The entries that hold this hash, in order; empty when none does.
    pub fn get(&self, hash: &FileHash) -> &[E] {
        self.table(hash.algorithm()).map_or(&[], |table| table.get(hash.bytes()))
    }

    /// Whether any entry holds this hash.
    pub fn contains(&self, hash: &FileHash) -> bool {
        !self.get(hash).is_empty()
    }

    /// How many distinct hashes of the algorithm the set has.
    pub fn count(&self, algorithm: Algorithm) -> usize {
        self.table(algorithm).map_or(0, Table::len)
    }

    /// How many distinct hashes the set has.
    pub fn len(&self) -> usize {
        self.tables.iter().map(Table::len).sum()
    }

    /// Whether the set has no hash.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every pair of hash and entry, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileHash, E)> + '_ {
        Algorithm::ALL.into_iter().zip(&self.tables).flat_map(|(algorithm, table)| {
            (0..table.len())
                .filter_map(move |row| {
                    FileHash::from_bytes(algorithm, table.key(row)).map(|hash| (hash, row))
                })
                .flat_map(move |(hash, row)| table.entries_of(row).iter().map(move |entry| (hash, *entry)))
        })
    }

    /// The set with the pairs of both.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        Self::build(self.iter().chain(other.iter()))
    }

    fn table(&self, algorithm: Algorithm) -> Option<&Table<E>> {
        self.tables.get(algorithm as usize)
    }
}

impl<E: Copy + Ord> FromIterator<(FileHash, E)> for ExactSet<E> {
    fn from_iter<I: IntoIterator<Item = (FileHash, E)>>(pairs: I) -> Self {
        Self::build(pairs)
    }
}

/// The hashes of one algorithm.
#[derive(Clone, Debug)]
struct Table<E> {
    width: usize,
    /// The distinct hashes, in order, each `width` bytes.
    keys: Vec<u8>,
    /// Where the entries of each hash begin; one more than there are hashes.
    starts: Vec<usize>,
    entries: Vec<E>,
    /// Hashes whose leading `bits` bits are `p` are the rows `directory[p]..directory[p + 1]`.
    directory: Vec<usize>,
    bits: u32,
}

impl<E: Copy + Ord> Table<E> {
    fn of_sorted(width: usize, pairs: &[(FileHash, E)]) -> Self {
        let mut keys = Vec::new();
        let mut starts = Vec::new();
        let mut entries = Vec::with_capacity(pairs.len());
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            if let Some((hash, _)) = same.first() {
                keys.extend_from_slice(hash.bytes());
                starts.push(entries.len());
                entries.extend(same.iter().map(|(_, entry)| *entry));
            }
        }
        let rows = starts.len();
        starts.push(entries.len());
        // About four hashes to a bucket.
        let bits = (rows / 4).max(1).ilog2().min(24);
        let mut directory = Vec::with_capacity((1_usize << bits) + 1);
        for (row, key) in keys.chunks_exact(width).enumerate() {
            let bucket = leading(key, bits);
            while directory.len() <= bucket {
                directory.push(row);
            }
        }
        directory.resize((1_usize << bits) + 1, rows);
        Self { width, keys, starts, entries, directory, bits }
    }

    fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn key(&self, row: usize) -> &[u8] {
        self.keys.get(row * self.width..(row + 1) * self.width).unwrap_or(&[])
    }

    fn entries_of(&self, row: usize) -> &[E] {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(start), Some(end)) => self.entries.get(*start..*end).unwrap_or(&[]),
            _ => &[],
        }
    }

    fn get(&self, wanted: &[u8]) -> &[E] {
        let bucket = leading(wanted, self.bits);
        let (Some(mut low), Some(mut high)) =
            (self.directory.get(bucket).copied(), self.directory.get(bucket + 1).copied())
        else {
            return &[];
        };
        while low < high {
            let middle = low.midpoint(high);
            match self.key(middle).cmp(wanted) {
                std::cmp::Ordering::Equal => return self.entries_of(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        &[]
    }
}

/// The leading bits of a hash as a number.
fn leading(key: &[u8], bits: u32) -> usize {
    let word = key.first_chunk::<4>().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    word.checked_shr(32 - bits).unwrap_or(0) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn hash(algorithm: Algorithm, lead: u8, tail: u8) -> FileHash {
        let mut bytes = vec![lead; algorithm.width()];
        *bytes.last_mut().unwrap() = tail;
        FileHash::from_bytes(algorithm, &bytes).unwrap()
    }

    #[test]
    fn two_lists_holding_one_hash_are_both_named() {
        let known = hash(Algorithm::Sha1, 1, 2);
        let first = ExactSet::build([(known, "list one, row 7")]);
        let second = ExactSet::build([(known, "list two, row 1"), (known, "list one, row 7")]);
        let both = first.merge(&second);
        assert_eq!(both.get(&known), ["list one, row 7", "list two, row 1"]);
        assert_eq!((both.len(), both.count(Algorithm::Sha1), both.count(Algorithm::Md5)), (1, 1, 0));
        assert!(!both.contains(&hash(Algorithm::Sha1, 1, 3)));
        assert!(ExactSet::<u8>::build([]).is_empty());
    }

    fn pairs() -> impl Strategy<Value = Vec<(FileHash, u16)>> {
        // Few leading bytes, so that buckets fill unevenly and hashes repeat.
        vec((0_usize..4, any::<u8>(), 0_u8..6, 0_u16..50), 0..400).prop_map(|rows| {
            rows.into_iter()
                .map(|(which, lead, tail, entry)| (hash(Algorithm::ALL[which], lead, tail), entry))
                .collect()
        })
    }

    proptest! {
        #[test]
        fn everything_in_the_set_is_found_and_nothing_else(pairs in pairs(), strangers in pairs()) {
            let mut oracle: HashMap<FileHash, BTreeSet<u16>> = HashMap::new();
            for (hash, entry) in &pairs {
                oracle.entry(*hash).or_default().insert(*entry);
            }
            let set = ExactSet::build(pairs.iter().copied());
            prop_assert_eq!(set.len(), oracle.len());
            for (hash, _) in pairs.iter().chain(&strangers) {
                let expected: Vec<u16> = oracle.get(hash).into_iter().flatten().copied().collect();
                prop_assert_eq!(set.get(hash), expected.as_slice());
            }
        }

        #[test]
        fn merging_is_building_from_both(one in pairs(), two in pairs()) {
            let merged = ExactSet::build(one.iter().copied()).merge(&ExactSet::build(two.iter().copied()));
            let mut expected: Vec<_> = one.into_iter().chain(two).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(merged.iter().collect::<Vec<_>>(), expected);
        }
    }
}
