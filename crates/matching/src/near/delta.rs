//! What was added since the base was made: few enough to be looked at one by one.
//!
//! A reader may hold an earlier state while the next is made, so the rows lie in chunks that both
//! share; only the chunk that changes is copied.

use std::sync::Arc;

use super::{
    Hash256,
    lanes::{Lanes, Near},
};

/// How many rows a chunk has at most.
const CHUNK: usize = 1024;

/// Pairs of hash and tag that are in no base yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Delta {
    chunks: Vec<Arc<Chunk>>,
    length: usize,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    hashes: Vec<Hash256>,
    tags: Vec<u64>,
}

/// Where a pair stands in a delta.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    chunk: u32,
    row: u32,
}

impl Delta {
    /// How many pairs it has.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Adds a pair; returns where it now stands.
    pub(crate) fn push(&mut self, hash: Hash256, tag: u64) -> Place {
        if self.chunks.last().is_none_or(|last| last.hashes.len() >= CHUNK) {
            self.chunks.push(Arc::default());
        }
        let chunk = (self.chunks.len() - 1) as u32;
        let mut row = 0;
        if let Some(last) = self.chunks.last_mut().map(Arc::make_mut) {
            row = last.hashes.len() as u32;
            last.hashes.push(hash);
            last.tags.push(tag);
            self.length += 1;
        }
        Place { chunk, row }
    }

    /// Removes the pair at a place; returns the pair that stands there instead, if any.
    pub(crate) fn remove(&mut self, place: Place) -> Option<(Hash256, u64)> {
        let chunk = self.chunks.get_mut(place.chunk as usize).map(Arc::make_mut)?;
        let row = place.row as usize;
        if row < chunk.hashes.len() {
            chunk.hashes.swap_remove(row);
            chunk.tags.swap_remove(row);
            self.length -= 1;
        }
        Some((*chunk.hashes.get(row)?, *chunk.tags.get(row)?))
    }

    /// Every pair.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Hash256, u64)> + '_ {
        self.chunks.iter().flat_map(|chunk| chunk.hashes.iter().copied().zip(chunk.tags.iter().copied()))
    }

    /// Shows `each` every pair within a query's radius: the query's number, hash, tag, distance.
    pub(crate) fn search(
        &self,
        lanes: Lanes,
        queries: &[(Hash256, u32)],
        mut each: impl FnMut(u32, Hash256, u64, u32),
    ) {
        let which: Vec<u32> = (0..queries.len() as u32).collect();
        let mut found = Vec::new();
        for chunk in &self.chunks {
            lanes.scan(&chunk.hashes, queries, &which, &mut found);
            for Near { query, row, distance } in found.drain(..) {
                if let (Some(hash), Some(tag)) =
                    (chunk.hashes.get(row as usize), chunk.tags.get(row as usize))
                {
                    each(query, *hash, *tag, distance);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_chunk_takes_the_place_of_what_is_removed() {
        let hash = |n| Hash256::from_words([n, 0, 0, 0]);
        let mut delta = Delta::default();
        let places: Vec<Place> = (0..3000).map(|n| delta.push(hash(n), n)).collect();
        let before = delta.clone();
        assert_eq!(delta.remove(places[5]), Some((hash(1023), 1023)));
        assert_eq!(delta.remove(places[2999]), None, "nothing came after it");
        assert_eq!((delta.len(), delta.pairs().count()), (2998, 2998));
        assert!(!delta.pairs().any(|(_, tag)| tag == 5 || tag == 2999));
        assert_eq!(before.pairs().map(|(_, tag)| tag).collect::<Vec<_>>(), (0..3000).collect::<Vec<_>>());
        assert_eq!(delta.push(hash(7), 7), places[2999]);
    }
}
