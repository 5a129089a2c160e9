//! NCMEC's hash sharing, version 2: what it answers, what it is asked, and the order to ask in.
//!
//! The documentation (`{base}/v2/documentation.pdf`) is for members; this follows the public client
//! of facebook/ThreatExchange, package `threatexchange` 1.2.17: `exchanges/clients/ncmec/hash_api.py`
//! (addresses, requests, answers), its `tests/data.py` (examples of answers) and
//! `exchanges/impl/ncmec_api.py` (the order of asking). Basic authentication, in every environment
//! its own; XML in the namespace `https://hashsharing.ncmec.org/hashsharing/v2`.
//!
//! What that client tells and what it gets wrong shapes [`Fetch`]: entries come in no order of
//! time, so only a window that has been read to its end counts; the addresses of further pages go
//! stale; one second can hold more entries than any number of pages one would like to read
//! (facebook/ThreatExchange #1679, #1731); and its times are the local clock's with a `Z` behind
//! them (`_date_format`), which shifts every window on a machine that is not in UTC.
//!
//! Left out, because nothing public tells how they are: uploading entries, reading the large
//! fingerprints that are given by address, and the answer to feedback.

mod answer;
mod entry;
mod environment;
mod feedback;
mod fetch;
mod tree;

#[cfg(test)]
mod server;

pub use answer::{EntriesReader, NextPage, read_members, read_reasons, read_status};
pub use entry::{
    Change, Classification, Details, Entry, EntryKey, Feedback, Fingerprint, FingerprintType, Medium, Member,
    Opinion, Reason, Status, TAXONOMY,
};
pub use environment::Environment;
pub use feedback::{feedback_request, members_request, reasons_request, status_request};
pub use fetch::{Ask, Fetch, Pace, Standing, Taken};

/// The namespace of every document.
pub const NAMESPACE: &str = "https://hashsharing.ncmec.org/hashsharing/v2";
