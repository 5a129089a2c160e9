//! Exact range search over hashes of 256 bits: everything within a distance, nothing missed.
//!
//! Multi-index hashing: a hash is cut into sixteen bands of sixteen bits, and for each band there is
//! a table of all hashes by the value of that band (`layout`). Two hashes that differ in few bits
//! differ in hardly any in some band, so a query looks into a few buckets of each table (`budget`
//! says which and proves it) and compares what is left there, first by sixteen or thirty-two bits
//! that lie in the bucket itself, then whole (`search`). Above a radius of 47 every hash is looked
//! at, and so it is when a list is so lopsided that the buckets would hold more than an eighth of it.
//!
//! Adding and removing are seen by the next query: they go into a log and a small write buffer
//! (`delta`, `dead`) beside an immutable `base`, and now and then a new base is made of both
//! while queries go on ([`Index::compact`]). What is on the disk survives a crash at any moment
//! (`folder`, `log`).
//!
//! A hash carries any number of tags, the numbers its owner knows it by. It stands once in the
//! tables however many it carries, so a list that repeats a hash a hundred thousand times costs a
//! query nothing but the length of the answer.

mod base;
mod budget;
mod build;
mod dead;
mod delta;
mod error;
mod folder;
mod hash;
mod index;
mod lanes;
mod layout;
mod log;
mod memory;
pub mod sample;
mod search;
mod state;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use hash::Hash256;
pub use index::{Change, Index, Size};
pub use lanes::Lanes;

/// A pair of hash and tag within a query's radius. The order is the nearest first, then by tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// In how many bits the hash differs from the query.
    pub distance: u32,
    /// The tag.
    pub tag: u64,
    /// The hash that carries it.
    pub hash: Hash256,
}

/// A match with one of several orientations of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oriented {
    /// What was found.
    pub found: Match,
    /// By which of the hashes given, the first being 0.
    pub orientation: u8,
}
