//! What can go wrong behind the door, and how it is said.

use access::Action;

use crate::KeyFileFault;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// What was asked does not fit; the user can mend it.
    #[error("{}", .0.sentence)]
    Problem(Box<Problem>),
    /// The house has a fault; the user can only tell someone.
    #[error(transparent)]
    Internal(#[from] Internal),
}

/// The actor may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// There is no such record, or the actor must not know that there is.
    #[error("there is no such record here")]
    NotFound,
    /// The actor's roles do not grant it.
    #[error("your role does not allow “{}”", .0.as_str())]
    Forbidden(Action),
    /// The actor has to confirm who they are first.
    #[error("confirm that it is you before “{}”", .0.as_str())]
    NeedsStrong(Action),
}

/// What kind of problem it is; the web turns it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A field is missing or wrong.
    Invalid,
    /// The record's state does not allow it, or somebody was quicker.
    Conflict,
    /// Who asks is not known: wrong password, ended session.
    Unknown,
    /// Too many tries; wait.
    TooMany,
    /// More than is taken at once.
    TooLarge,
}

/// Something the user can mend: a code for programs, a sentence and a next step for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// A stable word for programs.
    pub code: &'static str,
    /// What is the matter.
    pub sentence: String,
    /// What to do.
    pub next: String,
    /// The field it is about.
    pub field: Option<&'static str>,
}

impl Error {
    /// A field is missing or wrong.
    pub fn invalid(
        field: &'static str,
        code: &'static str,
        sentence: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self::Problem(Box::new(Problem {
            kind: ProblemKind::Invalid,
            code,
            sentence: sentence.into(),
            next: next.into(),
            field: Some(field),
        }))
    }

    /// The record's state does not allow it.
    pub fn conflict(code: &'static str, sentence: impl Into<String>, next: impl Into<String>) -> Self {
        Self::problem(ProblemKind::Conflict, code, sentence, next)
    }

    /// A problem of any kind that is about no single field.
    pub fn problem(
        kind: ProblemKind,
        code: &'static str,
        sentence: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self::Problem(Box::new(Problem {
            kind,
            code,
            sentence: sentence.into(),
            next: next.into(),
            field: None,
        }))
    }
}

/// The house has a fault.
#[derive(Debug, thiserror::Error)]
pub enum Internal {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A sealed value does not open.
    #[error("a sealed {what} does not open: {reason}")]
    Sealed {
        /// Which.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A stored value does not read as what it should be.
    #[error("a stored {what} does not read: {reason}")]
    Unreadable {
        /// Which.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A use case changed something and did not journal it.
    #[error("a change was about to be committed without a journal entry")]
    NotJournalled,
    /// The root key at hand is not the one the data is sealed under.
    #[error(
        "the root key at hand is {have}, the data is sealed under {want}: another key file was put in place, or the keys \
         were rotated meanwhile; put the right key file in its place and start again"
    )]
    OtherRoot {
        /// Fingerprint of the key at hand.
        have: String,
        /// Fingerprint the data names.
        want: String,
    },
    /// The key file was not taken.
    #[error(transparent)]
    KeyFile(#[from] KeyFileFault),
    /// A file of the house could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
}

impl From<KeyFileFault> for Error {
    fn from(fault: KeyFileFault) -> Self {
        Self::Internal(Internal::KeyFile(fault))
    }
}

impl From<store::StoreError> for Error {
    fn from(error: store::StoreError) -> Self {
        Self::Internal(Internal::Store(error))
    }
}
