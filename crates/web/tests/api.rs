//! The HTTP API, through the router as a program meets it, on every engine there is.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

#[path = "api/document.rs"]
mod document;
#[path = "api/events.rs"]
mod events;
#[path = "api/keys.rs"]
mod keys;
#[path = "api/resources.rs"]
mod resources;
#[path = "api/signed_in.rs"]
mod signed_in;
#[path = "api/support.rs"]
mod support;
#[path = "api/unfit.rs"]
mod unfit;
