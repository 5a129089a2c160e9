//! What the use cases of casework promise, on every engine there is.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on must fail, and one that is left out must say so"
)]

mod cases;
mod common;
mod filings;
mod people;
mod triage;
