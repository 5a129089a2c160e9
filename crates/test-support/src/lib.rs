//! A whole house for a test.
//!
//! [`engines`] gives the engines to test on; [`TestHouse::new`] makes a fresh house on one of them:
//! database, key store, key file and file of heads in a folder that goes away with it, a clock the
//! test sets ([`TestClock`]), chance from a seed ([`TestEntropy`]), an organisation with a partner
//! and one it has nothing to do with, and people with the roles a test asks for.
//!
//! ```no_run
//! # use access::Action;
//! # use test_support::{TestHouse, engines};
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! for engine in engines() {
//!     let house = TestHouse::new(&engine).await;
//!     let op = house.op(&["auditor"]).await;
//!     let tx = house.look(&op).await.unwrap();
//!     assert!(tx.allow(&op, Action::ReadJournal).is_ok(), "{engine:?}");
//! }
//! # }
//! ```
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test whose house cannot be made must fail, and one that is left out must say so"
)]

mod bare;
mod chance;
mod database;
mod house;
mod people;
mod raw;
mod rows;
mod share;

pub use bare::{Aside, Part, TestDatabase};
pub use chance::{START, TestClock, TestEntropy};
pub use database::{TestEngine, engines};
pub use house::{EmptyHouse, TestHouse};
pub use people::PASSWORD;
pub use rows::Rows;
