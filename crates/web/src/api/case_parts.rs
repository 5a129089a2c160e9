//! The parts of a case that are written in it: where its tracks stand, what happened, notes and
//! tasks.

use app_casework as casework;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    shared::UserRef,
    values::{Moment, NoteId, TaskId},
    words::{CaseTrack, NoteKind, TaskState, TimelineKind},
};

/// One track of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrackStanding {
    /// The track.
    track: CaseTrack,
    /// Where it stands.
    state: &'static str,
    /// Where it can go.
    next: Vec<&'static str>,
}

/// A line of the timeline.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimelineEntry {
    /// When.
    at: Moment,
    /// What it is about.
    kind: TimelineKind,
    /// What happened, in a sentence.
    sentence: String,
    /// The record it opens into, such as `report:0192f0c1-…`.
    record: Option<String>,
}

/// A note.
#[derive(Serialize, ToSchema)]
pub(crate) struct Note {
    /// The note.
    id: NoteId,
    /// What it is about.
    kind: NoteKind,
    /// Who wrote it.
    author: UserRef,
    /// When.
    at: Moment,
    /// Whether the text describes abuse: show it shut.
    sensitive: bool,
    /// The text.
    text: String,
    /// The note it corrects.
    corrects: Option<NoteId>,
}

/// A task.
#[derive(Serialize, ToSchema)]
pub(crate) struct Task {
    /// The task.
    id: TaskId,
    /// What is to be done.
    title: String,
    /// By when.
    due_at: Option<Moment>,
    /// By whom.
    assignee: Option<UserRef>,
    /// Who set it.
    created_by: UserRef,
    /// When.
    created_at: Moment,
    /// Where it stands.
    state: TaskState,
    /// Whether its time is over.
    overdue: bool,
    /// Who did it.
    done_by: Option<UserRef>,
    /// When it was done.
    done_at: Option<Moment>,
}

/// The word of a track's state.
const fn word(state: cases::TrackState) -> &'static str {
    match state {
        cases::TrackState::Investigation(state) => state.as_str(),
        cases::TrackState::Prosecution(state) => state.as_str(),
        cases::TrackState::Aftercare(state) => state.as_str(),
    }
}

impl From<casework::TrackView> for TrackStanding {
    fn from(view: casework::TrackView) -> Self {
        Self {
            track: view.track.into(),
            state: word(view.state),
            next: view.next.into_iter().map(word).collect(),
        }
    }
}

impl From<cases::TimelineEntry> for TimelineEntry {
    fn from(entry: cases::TimelineEntry) -> Self {
        let cases::TimelineEntry { at, kind, sentence, record } = entry;
        Self { at: at.into(), kind: kind.into(), sentence, record }
    }
}

impl From<casework::NoteView> for Note {
    fn from(note: casework::NoteView) -> Self {
        Self {
            id: note.id.into(),
            kind: note.kind.into(),
            author: note.author.into(),
            at: note.at.into(),
            sensitive: note.sensitive,
            text: note.text,
            corrects: note.corrects.map(NoteId::from),
        }
    }
}

impl From<casework::TaskView> for Task {
    fn from(task: casework::TaskView) -> Self {
        let (done_by, done_at) = task.done.unzip();
        Self {
            id: task.id.into(),
            title: task.title,
            due_at: task.due_at.map(Moment::from),
            assignee: task.assignee.map(UserRef::from),
            created_by: task.created_by.into(),
            created_at: task.created_at.into(),
            state: task.state.into(),
            overdue: task.overdue,
            done_by: done_by.map(UserRef::from),
            done_at: done_at.map(Moment::from),
        }
    }
}
