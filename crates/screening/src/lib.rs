//! Events, typologies as data, findings that explain themselves.
//!
//! A payment is an [`Event`]; a few thousand of them are a segment ([`encode_segment`]). A
//! [`Typology`] is a pattern a public body or a practitioner has described, written as a TOML file
//! with its source. [`screen()`] runs one over a ledger and gives back [`Finding`]s: which party, from
//! when to when, how much, and the evidence as sentences. [`Watch`] runs all of them over events as
//! they come, on the figures of the [`engine`]; [`Network`] says who is linked through whom.
//!
//! Exact and deterministic: event order is (time, sequence), windows are `(t − window, t]`, sums are
//! integers, and the same events give the same findings in whatever order or batches they come. A
//! finding is a reason for a person to look, never a verdict.

mod alert_evidence;
#[cfg(test)]
mod catalogue_tests;
mod coverage;
pub mod engine;
mod event;
mod finding;
mod network;
mod party;
pub mod sample;
mod screen;
mod segment;
mod sentence;
#[cfg(test)]
mod tests;
mod typology;
mod watch;

pub use alert_evidence::AlertEvidence;
pub use coverage::Coverage;
pub use event::{Event, PartyRef};
pub use finding::{EvidenceKind, EvidenceLine, Finding, Reason};
pub use network::{HUB, Link, Near, Network, Shared};
pub use party::PartyProfile;
pub use screen::{OutOfOrder, Outcome, Progress, Screen, screen};
pub use segment::{BadSegment, decode_segment, encode_segment};
pub use sentence::Sentence;
pub use typology::{
    BadTypology, Evidence, Examples, Indicator, Route, Severity, Status, Subject, Tried, Typology,
    local_time, shipped, shipped_examples,
};
pub use watch::{BadWatch, Decision, Step, Watch};
