//! Screening through the one door, on every engine there is.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that does not find what it expects must fail"
)]

mod ledger;
mod live;
mod review;
mod run;
