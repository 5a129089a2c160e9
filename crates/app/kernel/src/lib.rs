//! The one door.
//!
//! Everything that reads or writes goes through here: a use case begins a [`Tx`] for an [`Op`]
//! (who, why, which request), asks for a [`Permit`], acts with it on the store, journals, and
//! commits. There is no other way to the store: [`House`] keeps the database to itself, a permit
//! can only be had from [`Tx::allow`] and [`Tx::open`], which ask `access`, and a change that was
//! not journalled does not commit.

mod answers;
mod error;
mod heads;
mod house;
mod jobs;
mod journal;
mod key_file;
mod op;
mod record;
mod rotate;
mod sealing;
mod sessions;
mod tx;
mod verify;

pub use answers::Claim;
pub use error::{Denied, Error, Internal, Problem, ProblemKind};
pub use house::{House, HouseParts, OrganisationSecrets, Times};
pub use key_file::{KeyFile, KeyFileFault};
pub use op::Op;
pub use record::Record;
pub use rotate::Rotated;
pub use sealing::Sealer;
pub use tx::{Permit, Tx};
pub use verify::{JournalFault, JournalReport};
