//! What every source of hashes gives, whoever shares.

use formats::{Reject, hashlist::Hash};
use model::Instant;

use crate::CallError;

/// A source of hashes that is read step by step.
pub trait Exchange: Send {
    /// Its name in words, for errors and pages.
    fn name(&self) -> &str;

    /// What its hashes are of, and so what a match means.
    fn subject(&self) -> Subject;

    /// Makes one request, or reads one batch, going on from a checkpoint; from the beginning where
    /// there is none. `None` when there is nothing to ask for at present.
    ///
    /// The step's updates and its checkpoint are to be kept in one transaction. An error is one that
    /// a person must mend; the checkpoint stays as it was. What may pass by itself is a step with
    /// [`Step::trouble`], whose checkpoint is kept too.
    fn step(&mut self, checkpoint: Option<&[u8]>) -> Result<Option<Step>, ExchangeError>;
}

/// What the hashes of an exchange are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Child abuse material.
    ChildAbuse,
    /// Exploitative material of children that need not be unlawful.
    ChildExploitation,
    /// Intimate images of adults who ask that they be kept down: a match is not evidence of a crime
    /// against a child.
    IntimateImages,
}

/// What one step gave.
#[derive(Clone, Debug)]
pub struct Step {
    /// What was shared, changed or withdrawn, in no order and some perhaps for the second time.
    pub updates: Vec<Update>,
    /// What could not be read; the rest went on.
    pub rejects: Vec<Reject>,
    /// Where this belongs to a reading of everything.
    pub census: Option<Census>,
    /// How far the source has been read, to be kept together with the updates.
    pub checkpoint: Vec<u8>,
    /// How it goes.
    pub standing: Standing,
    /// What went wrong and may pass; the same is asked for again by the next step.
    pub trouble: Option<ExchangeError>,
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is more to ask for.
    Underway,
    /// All is read that the source is to be asked for at present; what changed in the meantime comes
    /// with the next run.
    CaughtUp,
    /// The same goes wrong again and again. It is still asked for and nothing is skipped, but a
    /// person should ask the service.
    Stuck {
        /// How often.
        times: u32,
    },
}

/// A reading of everything under keys that begin alike: a key kept that does not come in it is no
/// longer shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// What the keys begin with; empty for all.
    pub scope: String,
    /// The mark of this reading, to be kept with every key that the step has, whether its update
    /// [`replaces`](Update::replaces) what is kept or not.
    pub mark: i64,
    /// Whether the reading has come to its end: remove all of the scope that have another mark.
    pub whole: bool,
}

/// One entry of a source as it stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// What tells it apart within its source.
    pub key: String,
    /// When the source says it was last changed. `None` where it does not say: the newest read counts.
    pub at: Option<Instant>,
    /// How it stands.
    pub state: State,
}

impl Update {
    /// Whether this takes the place of what is kept under its key with this time: unless that is newer.
    pub fn replaces(&self, kept: Option<Instant>) -> bool {
        self.at.is_none_or(|at| kept.is_none_or(|kept| at >= kept))
    }
}

/// How an entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is shared.
    Shared(Details),
    /// It is deleted or withdrawn: it must no longer be matched.
    Withdrawn,
}

/// What a source says of an entry that is shared.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Details {
    /// What it is of, where the source says.
    pub medium: Option<Medium>,
    /// Its hashes that can be looked up here.
    pub hashes: Vec<Hash>,
    /// Kinds of its hashes that cannot be looked up here, in the source's words, without the values.
    pub other_kinds: Vec<String>,
    /// How it is classified.
    pub classification: Option<Classification>,
    /// How it stands with the source, in the source's word.
    pub status: Option<String>,
    /// Who shared it.
    pub shared_by: Option<String>,
    /// What others think of it.
    pub opinions: Vec<Opinion>,
    /// A remark of the source.
    pub note: Option<String>,
}

/// What an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Medium {
    /// An image.
    Image,
    /// A video.
    Video,
}

/// A classification in the words of a taxonomy; the same word means different things in two.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Classification {
    /// The word.
    pub word: String,
    /// The taxonomy, where the source names it.
    pub taxonomy: Option<String>,
}

/// What others think of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Who.
    pub by: Vec<String>,
    /// Of which of its hashes, in the source's word for the kind; of all where it does not say.
    pub about: Option<String>,
    /// What.
    pub says: Says,
    /// In words of their own.
    pub tags: Vec<String>,
    /// When.
    pub at: Option<Instant>,
}

/// What others say of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Says {
    /// It is right.
    Affirmed,
    /// It is wrong.
    Disputed {
        /// Why, in the source's words.
        reason: String,
    },
    /// Another thing, in the source's word.
    Word(String),
}

/// Why a source cannot be read further.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// The service has no good answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The checkpoint is not one of this source.
    #[error(
        "{exchange}: the checkpoint is not one of this source ({reason}); begin anew without it, which loses nothing that is kept"
    )]
    Checkpoint {
        /// The exchange.
        exchange: String,
        /// What was expected and what was found.
        reason: String,
    },
    /// A file or folder cannot be read.
    #[error("{path}: {reason}; check that it is there and that this user may read it")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// A file changed while it was read.
    #[error(
        "{path} changed while it was read and is read again; write lists beside it and move them into place"
    )]
    Changed {
        /// Which.
        path: String,
    },
}
