//! Events, typologies as data, findings that explain themselves.
//!
//! A payment is an [`Event`]; a few thousand of them are a segment ([`encode_segment`]). A
//! [`Typology`] is a pattern a public body or a practitioner has described, written as a TOML file
//! with its source. [`screen`] runs one over a ledger and gives back [`Finding`]s: which party, from
//! when to when, how much, and the evidence as sentences.
//!
//! Exact and deterministic: event order is (time, sequence), windows are `(t − days, t]`, sums are
//! integers, and the same events give the same findings in whatever order or batches they come. A
//! finding is a reason for a person to look, never a verdict.

mod alert_evidence;
mod event;
mod finding;
mod party;
pub mod sample;
mod screen;
mod segment;
mod sentence;
#[cfg(test)]
mod tests;
mod typology;

pub use alert_evidence::AlertEvidence;
pub use event::{Event, PartyRef};
pub use finding::{EvidenceKind, EvidenceLine, Finding};
pub use party::PartyProfile;
pub use screen::{Coverage, OutOfOrder, Outcome, Progress, Screen, screen};
pub use segment::{BadSegment, decode_segment, encode_segment};
pub use sentence::Sentence;
pub use typology::{
    BadTypology, Conditions, Direction, Party, Route, Severity, Status, Subject, Typology, Unknown, Window,
    shipped,
};
