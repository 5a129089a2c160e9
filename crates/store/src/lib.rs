//! SQLite and PostgreSQL behind one interface; the only room that knows SQL.
//!
//! One module an aggregate, readable as SQL. Functions take a [`Tx`] and plain rows; personal
//! fields arrive here sealed and leave sealed. Nothing here decides who may do what: the kernel
//! does, and nobody else holds a [`Db`].

mod db;
mod engine;
mod schema;

pub mod alerts;
pub mod bank_contents;
pub mod bank_history;
pub mod banks;
pub mod cases;
pub mod child_keys;
pub mod event_days;
pub mod exchanges;
pub mod filings;
pub mod identifiers;
pub mod imports;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod ledger;
pub mod organisations;
pub mod reports;
pub mod seen_hashes;
pub mod shares;
pub mod users;

pub use child_keys::ChildKeys;
pub use db::{Db, Place};
pub use engine::{Engine, Tx, Value};
pub use schema::ROOMS;

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine refused or could not be reached.
    #[error("the database said: {0}")]
    Engine(sqlx::Error),
    /// A row that must be unique, or a file that must be new, is there already.
    #[error("there is already such a row or file ({0})")]
    AlreadyThere(String),
    /// The database was made by a newer Sagip.
    #[error(
        "the database has the migration “{0}”, which this version of Sagip does not know; run the newer version"
    )]
    Newer(String),
    /// The database was made with other rooms.
    #[error(
        "the database was made for the rooms {made}, this installation has {wanted}; run `sagip init` in a new folder"
    )]
    OtherRooms {
        /// As made.
        made: String,
        /// As wanted.
        wanted: String,
    },
    /// A stored value does not read as what it should be.
    #[error("a stored {what} does not read: {reason}")]
    Unreadable {
        /// Which value.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// The address of a database is not one.
    #[error("“{0}” is not the address of a database; expected a file or postgres://…")]
    Address(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(database) = &error
            && database.is_unique_violation()
        {
            return Self::AlreadyThere(database.constraint().unwrap_or("unique").to_owned());
        }
        Self::Engine(error)
    }
}

impl StoreError {
    /// Whether trying the whole transaction again may help: another writer was in the way.
    pub fn is_contention(&self) -> bool {
        let Self::Engine(sqlx::Error::Database(database)) = self else { return false };
        // SQLITE_BUSY and its kin; serialization_failure, deadlock_detected.
        matches!(database.code().as_deref(), Some("5" | "6" | "261" | "517" | "40001" | "40P01"))
    }
}
