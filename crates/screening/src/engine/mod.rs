//! Exact figures over sliding windows, for every sender, receiver and pair, event by event.
//!
//! A [`Plan`] is a list of [`Feature`]s made ready; an [`Engine`] takes events in event order and gives,
//! with each, the figures of its sender, its receiver and the pair of them. The same state machine is
//! driven live ([`Live`], through the reorder buffer), and over a ledger that is there already
//! ([`backfill`]); the results are the same to the bit, whatever the batches, and whether or not the
//! engine was written down and read again in between ([`Engine::snapshot`]).
//!
//! # The rule of order
//!
//! - **Event order** is (time, sequence). Sequence numbers are given once, when an event is accepted
//!   into the log; no two are the same.
//! - **A window** of an event at *t* is `(t − window, t]`: what is exactly one window old has left.
//!   Of two events at the same instant the one with the lower sequence comes first and does not see the
//!   other.
//! - **The watermark** after an entry of the log is the largest time in the log so far, less the
//!   reorder bound; it is a function of the log and of nothing else. An event is **late** if it stands
//!   before the watermark, or before an event that a full buffer had to let go. Events that are not
//!   late are taken in event order, whatever the order in which they arrived.
//! - **A late event is marked and left out** of every figure, live and in replay alike; it is never
//!   moved to another time, which would make bursts of old payments. Whoever drives the engine is told
//!   of each and has its parties computed again from the ledger, with a bound that takes it in.
//! - Time passes with events of the same key only: a figure is as of the key's latest event.
//!
//! # Memory
//!
//! A key has a state of a fixed number of words ([`Plan::bytes_per_key`]) and a ring of sixteen bytes
//! an event. Nothing is allocated for an event; tables and rings grow by pages and shards, so that no
//! growth moves more than a small part of what there is. State is apart by party: a party's figures
//! depend on its own events (and calls of the same pair), so parties can be spread over workers.

mod activity;
mod backfill;
mod countries;
mod filter;
mod keys;
mod machine;
mod order;
mod parties;
mod plan;
mod rates;
mod ring;
mod row;
mod scan;
mod snapshot;
mod table;
#[cfg(test)]
mod tests;
mod zones;

pub use activity::{Activity, Channel, Kind, Marks};
pub use backfill::{Table, backfill, backfill_each};
pub(crate) use filter::Single;
pub use filter::{Burst, Clock, Filter, Hours, Near, Settings, Side};
pub use machine::{Engine, Memory};
pub use order::{Live, Reorder, Taken};
pub use parties::Parties;
pub use plan::{BadFeature, Feature, LATEST, LONGEST, Of, Plan, SHORTEST, What};
pub use rates::{Rate, Rates};
pub use row::{Cell, Row};
pub use snapshot::BadSnapshot;
pub(crate) use snapshot::{read_numbers, write_numbers};
pub(crate) use table::Words;
pub use zones::Zones;
