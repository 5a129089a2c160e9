//! Outside formats with wire types of their own: bytes in, bytes out.
//!
//! Readers take any [`std::io::Read`] or [`std::io::BufRead`], stream, keep their memory bounded
//! whatever the bytes, and yield each [`Record`] with its place or a [`Reject`] that says what was
//! wrong; only a structural failure ends the reading. The use cases turn what is read into
//! records of the house.

pub mod cybertip;
pub mod detect;
pub mod hashlist;
pub mod iso20022;
pub mod ledger;
pub mod ncmec_hashes;
pub mod payment;
pub mod stopncii;
pub mod vics;

mod json;
mod paging;
mod record;
mod request;
mod table;
mod time_text;
mod xml;

pub use record::{RAW_LIMIT, Record, Reject};
pub use request::{Method, Request};
pub use table::TableError;
