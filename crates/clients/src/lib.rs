//! The outside world over HTTP: hash exchanges fetched with checkpoints, feedback sent back.
//!
//! # One trait for every source of hashes
//!
//! [`Exchange`] is what a bank reads from, whoever shares: [`ncmec::Client`], [`stopncii::Client`],
//! and [`ListFiles`] for lists in a folder. One [`Exchange::step`] makes one request (or reads one
//! batch of a file) and gives a [`Step`]: [`Update`]s, what could not be read, and the checkpoint to
//! go on from. The rule for whoever keeps them:
//!
//! 1. Updates and checkpoint are kept **in one transaction**. A process killed before that asks
//!    again, one killed after it goes on; nothing is lost and nothing is there twice.
//! 2. An update takes the place of what is kept under its key unless that is newer
//!    ([`Update::replaces`]). Answers come in no order, and some come twice. What is withdrawn stays
//!    as a key with its time, so that an older page cannot bring it back.
//! 3. Where a step belongs to a reading of everything it says so ([`Census`]): every key it has is
//!    marked, and when the reading is whole the keys without the mark are no longer shared.
//!
//! [`run`] steps until all is read that there is, and hands each step to a sink that keeps it.
//!
//! # How requests are made
//!
//! [`Transport`] sends one request with a bound on time and size, follows no redirect, uses no proxy
//! of the environment, and speaks plain HTTP to this machine only ([`Address`]). Credentials are
//! [`Secret`]s, which are never printed and are wiped when dropped. What fails for a while is tried
//! again, a few times and ever later, as the service asks where it says when ([`Limits`]). Time,
//! chance and waiting are given ([`Surroundings`]). An error ([`CallError`]) says which exchange,
//! which address, what happened and what to do; [`CallError::passes`] tells what may pass by itself
//! from what a person must mend.
//!
//! Calls block until there is an answer: an asynchronous caller makes them on a thread for that.
//!
//! # What is fetched
//!
//! Hashes that can be looked up here (MD5, SHA-1, SHA-256, PDQ), what the source says of them, and
//! the names of kinds that cannot be looked up here, without their values. A text or an address that
//! StopNCII shares is sensitive and is not passed on; its key is a digest.
//!
//! **Not every exchange is of child abuse material**: [`Exchange::subject`] says what a match means.

mod address;
mod backoff;
mod call;
mod checkpoint;
mod exchange;
mod lists;
pub mod ncmec;
pub mod outward;
mod run;
mod secret;
pub mod stopncii;
mod surroundings;
mod transport;

pub use address::{Address, NotAnAddress};
pub use call::{CallError, Problem};
pub use exchange::{
    Census, Classification, Details, Exchange, ExchangeError, Medium, Opinion, Says, Standing, State, Step,
    Subject, Update,
};
pub use lists::ListFiles;
pub use run::{Ended, Run, RunError, run};
pub use secret::Secret;
pub use surroundings::{Pause, Surroundings};
pub use transport::{Header, Limits, Transport};
