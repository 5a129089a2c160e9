//! Sets of hashes: exact membership with the entry that matched, and exact search by distance.
//!
//! A list of known hashes says of a file "this one is known, and here is what a person who looked
//! at it recorded". Matching therefore never answers yes or no alone: it gives back the entries,
//! and several lists may hold the same hash. Nothing is approximate here: a hash that is in a set
//! is found, one that is not is not ([`ExactSet`]), and every match has its words ([`words`]).
//!
//! Among these a PDQ hash is a value like any other, compared for equality. Likeness by distance is
//! the business of [`near`], which misses nothing within its radius either.

mod evidence;
mod exact;
mod hash;
pub mod near;

pub use evidence::words;
pub use exact::ExactSet;
pub use hash::{Algorithm, FileHash, NotAHash, UnknownAlgorithm};
