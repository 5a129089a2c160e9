//! A case, its people, tracks, notes and tasks.
//!
//! A case gathers reports and carries them through investigation, prosecution and aftercare, three tracks that run side
//! by side ([`Tracks`]). People have roles over time ([`RoleHeld`]); what leaves the house passes a second pair of eyes
//! ([`Filing`]). Nothing here ends a case because a child takes a statement back: that is recorded ([`Statement`]) and
//! the case goes on. The room is pure: no file, no time, nothing stored.

mod filing;
mod identity;
mod note;
mod number;
mod role;
mod statement;
mod task;
mod timeline;
mod track;

pub use filing::{
    Filing, FilingChange, FilingFault, FilingKind, FilingState, FilingStep, FilingStepKind, FilingUndo,
    SamePerson, second_person,
};
pub use identity::{PersonIdentity, next_pseudonym};
pub use note::{Note, NoteKind};
pub use number::{NotANumber, Number, Prefix};
pub use role::{Acknowledgement, NeedsSafeguarding, PersonRole, Relationship, RoleHeld, Standing};
pub use statement::{Statement, StatementKind};
pub use task::{Task, TaskFault, TaskState};
pub use timeline::{TimelineDay, TimelineEntry, TimelineKind, by_day, merged};
pub use track::{
    AftercareState, CaseTrack, EndReason, InvestigationState, NotAStep, Phase, ProsecutionState, TrackState,
    TrackStep, TrackUndo, Tracks,
};
