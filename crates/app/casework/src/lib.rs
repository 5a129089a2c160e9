//! Use cases of casework: decisions on reports, cases, their people, notes and tasks, and the
//! reports that leave the house.
//!
//! A decision in triage ([`decide`], [`attach`]) moves a report and can be taken back
//! ([`undo`]) until it has left the house. A case gathers reports; its people come from them, each
//! child sealed under a key of its own, and whoever may be a child is never put on the accused's
//! side without a person's written word. A filing ([`draft_cybertip`]) passes a second pair of eyes
//! before it goes.

mod case_view;
mod case_work;
mod cases_list;
mod decisions;
mod filing;
mod from_reports;
mod identifiers;
mod opening;
mod people;
mod records;
mod shared;
mod timeline;
mod undo;

pub use case_view::{CaseReport, CaseView, LinkedReport, NoteView, PersonView, TaskView, TrackView, read};
pub use case_work::{
    CaseEdit, NewNote, NewTask, add_note, add_task, complete_task, edit, reopen_task, set_track,
};
pub use cases_list::{CaseRow, list};
pub use decisions::{Decided, attach, decide, mark_decision_sent, open_case};
pub use filing::{
    CybertipChoices, FiledDocument, FilingRow, FilingStepView, FilingView, Handover, acknowledge,
    attachments, document, draft_cybertip, export_cybertip, filings, mark_ready, read_filing, redraft,
    reject, review, send, withdraw,
};
pub use identifiers::{IdentifierView, NamedIn, reveal_identifier};
pub use people::{Added, NewPerson, NewRole, RevealedPerson, add_person, change_role, reveal_person};
pub use shared::{JournalLine, Page, UserRef};
pub use undo::undo;
