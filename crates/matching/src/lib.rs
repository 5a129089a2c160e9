//! Cryptographic-hash sets: exact membership with the entry that matched.
//!
//! A list of known hashes says of a file "this one is known, and here is what a person who looked
//! at it recorded". Matching therefore never answers yes or no alone: it gives back the entries,
//! and several lists may hold the same hash. Nothing is approximate here: a hash that is in a set
//! is found, one that is not is not ([`ExactSet`]), and every match has its words ([`words`]).
//!
//! PDQ hashes are accepted as values and compared for equality; likeness by distance is another
//! index's business.

mod evidence;
mod exact;
mod hash;

pub use evidence::words;
pub use exact::ExactSet;
pub use hash::{Algorithm, FileHash, NotAHash, UnknownAlgorithm};
