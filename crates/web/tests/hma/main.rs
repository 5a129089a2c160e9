//! The API that programs written for hasher-matcher-actioner know, through the router as they meet it.
//! What is expected is written by hand from HMA's source and tests, named where it stands.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod curating;
mod doors;
mod hashing;
mod looking_up;
mod support;
