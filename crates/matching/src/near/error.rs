//! What can go wrong with an index.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why an index could not be opened or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused something.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There was no memory for a base.
    #[error("cannot have the memory for the index: {0}")]
    Memory(io::Error),
    /// A file of the index is not as it was written.
    #[error(
        "{} cannot be used: {problem}; restore the folder from a backup or build the index anew",
        path.display()
    )]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Another process has the index open.
    #[error("the index in {} is open in another process; close it there first", .0.display())]
    InUse(PathBuf),
    /// More hashes or tags than one index can hold.
    #[error("these are too many: one index holds 268 million hashes and 4 294 million tags at most")]
    TooMany,
    /// A change could not be written down earlier, so no later one is accepted.
    #[error("an earlier change could not be written; open the index again, and see that its disk has space")]
    Broken,
}

impl Error {
    /// For `map_err`: what was being done with which file.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }

    /// For `map_err`: what is wrong with which file.
    pub(crate) fn corrupt(path: &Path) -> impl FnOnce(String) -> Self {
        move |problem| Self::Corrupt { path: path.to_owned(), problem }
    }
}
