//! Work in a case: its title and lead, its tracks, notes and tasks.

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use cases::{EndReason, NotAStep, Note, NoteKind, Task, TaskFault, TaskState, TrackState, Tracks};
use model::{Id, Instant, kinds};
use serde::{Deserialize, Serialize};
use store::cases::Case;

use crate::{
    opening::CaseText,
    people::open_for_change,
    records::TaskInCase,
    shared::{given, word},
};

/// What is changed of a case. What is `None` stays.
#[derive(Clone, Default)]
pub struct CaseEdit {
    /// A title that names nobody.
    pub title: Option<String>,
    /// A summary.
    pub summary: Option<String>,
    /// Who leads it, or nobody.
    pub lead: Option<Option<Id<kinds::User>>>,
}

/// A note that is written.
#[derive(Clone)]
pub struct NewNote {
    /// What it is about.
    pub kind: NoteKind,
    /// The text.
    pub text: String,
    /// True if the text describes abuse.
    pub sensitive: bool,
    /// The note it corrects.
    pub corrects: Option<Id<kinds::Note>>,
}

/// A task that is set.
#[derive(Clone)]
pub struct NewTask {
    /// What is to be done.
    pub title: String,
    /// By when.
    pub due: Option<Instant>,
    /// By whom.
    pub assignee: Option<Id<kinds::User>>,
}

/// What is sealed of a task.
#[derive(Serialize, Deserialize)]
struct TaskText {
    title: String,
}

/// Characters a title has at most.
const TITLE: usize = 200;

/// Changes title, summary or lead of a case.
pub async fn edit(op: &Op, tx: &mut Tx<'_>, case: Id<kinds::Case>, change: CaseEdit) -> Result<(), Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::EditCase, case.uuid()).await?;
    let sealer = open_for_change(tx, &permit, &row).await?;
    let mut text: CaseText = sealer.open("summary", &row.sealed)?;
    let detail = serde_json::json!({
        "title": change.title.is_some(), "summary": change.summary.is_some(), "lead": change.lead,
    });
    if let Some(title) = change.title {
        text.title = given(
            &title,
            "title",
            "title_missing",
            "The case has no title.",
            "Give it one that names nobody, such as the place and the month.",
        )?;
        if text.title.chars().count() > TITLE {
            return Err(Error::invalid(
                "title",
                "title_too_long",
                format!("The title has more than {TITLE} characters."),
                "Put the rest into the summary.",
            ));
        }
    }
    if let Some(summary) = change.summary {
        summary.trim().clone_into(&mut text.summary);
    }
    if let Some(lead) = change.lead {
        if let Some(lead) = lead {
            check_colleague(tx, &permit, lead, "lead").await?;
        }
        row.lead = lead;
    }
    let now = tx.house().now();
    text.edited_at = Some(now);
    row.sealed = sealer.seal("summary", &text, tx)?;
    row.changed_at = now;
    store::cases::update(tx.store(&permit), &row).await?;
    tx.journal(op, &permit, detail).await
}

/// Moves one of the three tracks of a case; the other two stay.
pub async fn set_track(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    to: TrackState,
    why: Option<EndReason>,
) -> Result<(), Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::EditCase, case.uuid()).await?;
    open_for_change(tx, &permit, &row).await?;
    let (tracks, step) = tracks_of(&row)?.step(to, why).map_err(not_a_step)?;
    tracks.investigation.as_str().clone_into(&mut row.investigation);
    tracks.prosecution.as_str().clone_into(&mut row.prosecution);
    tracks.aftercare.as_str().clone_into(&mut row.aftercare);
    row.changed_at = tx.house().now();
    store::cases::update(tx.store(&permit), &row).await?;
    tx.journal(op, &permit, serde_json::json!({ "track": step })).await
}

/// Writes a note. A note is never changed: a later one corrects it.
pub async fn add_note(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    new: NewNote,
) -> Result<Id<kinds::Note>, Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::AddNote, case.uuid()).await?;
    let sealer = open_for_change(tx, &permit, &row).await?;
    let text = given(&new.text, "text", "text_missing", "The note says nothing.", "Write what happened.")?;
    if let Some(corrected) = new.corrects {
        let notes = store::cases::notes(tx.store(&permit), case).await?;
        if !notes.iter().any(|note| note.id == corrected) {
            return Err(Error::invalid(
                "corrects",
                "note_unknown",
                "The note that is to be corrected is not in this case.",
                "Choose a note of this case, or leave the field empty.",
            ));
        }
    }
    let now = tx.house().now();
    let NewNote { kind, sensitive, corrects, .. } = new;
    let note = Note { kind, author: op.actor.user, at: now, sensitive, text, corrects };
    let kept = store::cases::Note {
        id: tx.house().id(),
        case,
        sealed: sealer.seal("note", &note, tx)?,
        created_by: op.actor.user,
        created_at: now,
    };
    store::cases::insert_note(tx.store(&permit), &kept).await?;
    row.changed_at = now;
    store::cases::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({ "note": kept.id, "kind": kind, "sensitive": sensitive });
    tx.journal(op, &permit, detail).await?;
    Ok(kept.id)
}

/// Sets a task.
pub async fn add_task(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    new: NewTask,
) -> Result<Id<kinds::Task>, Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::EditCase, case.uuid()).await?;
    let sealer = open_for_change(tx, &permit, &row).await?;
    let task = Task::open(&new.title, new.due, new.assignee).map_err(task_fault)?;
    if let Some(assignee) = task.assignee {
        check_colleague(tx, &permit, assignee, "assignee").await?;
    }
    let now = tx.house().now();
    let kept = store::cases::Task {
        id: tx.house().id(),
        case,
        sealed: sealer.seal("task", &TaskText { title: task.title }, tx)?,
        due_at: task.due,
        assignee: task.assignee,
        created_by: op.actor.user,
        created_at: now,
        done_by: None,
        done_at: None,
    };
    store::cases::insert_task(tx.store(&permit), &kept).await?;
    row.changed_at = now;
    store::cases::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({ "task": kept.id, "due": kept.due_at, "assignee": kept.assignee });
    tx.journal(op, &permit, detail).await?;
    Ok(kept.id)
}

/// Marks a task as done.
pub async fn complete_task(op: &Op, tx: &mut Tx<'_>, task: Id<kinds::Task>) -> Result<(), Error> {
    mark_task(op, tx, task, true).await
}

/// Opens a task that was done again.
pub async fn reopen_task(op: &Op, tx: &mut Tx<'_>, task: Id<kinds::Task>) -> Result<(), Error> {
    mark_task(op, tx, task, false).await
}

async fn mark_task(op: &Op, tx: &mut Tx<'_>, task: Id<kinds::Task>, done: bool) -> Result<(), Error> {
    let (found, permit) = tx.open::<TaskInCase>(op, Action::EditCase, task.uuid()).await?;
    let TaskInCase { task: kept, mut case } = found;
    let sealer = open_for_change(tx, &permit, &case).await?;
    let now = tx.house().now();
    let task = as_task(&kept, title(&sealer, &kept)?);
    let after = if done { task.done(now) } else { task.reopened() }.map_err(task_fault)?;
    let by = after.ended_at.map(|at| (op.actor.user, at));
    store::cases::mark_task(tx.store(&permit), kept.id, by).await?;
    case.changed_at = now;
    store::cases::update(tx.store(&permit), &case).await?;
    let detail = serde_json::json!({ "task": kept.id, "state": after.state });
    tx.journal(op, &permit, detail).await
}

/// A task as the rules know it.
pub(crate) fn as_task(row: &store::cases::Task, title: String) -> Task {
    Task {
        title,
        due: row.due_at,
        assignee: row.assignee,
        state: if row.done_at.is_some() { TaskState::Done } else { TaskState::Open },
        ended_at: row.done_at,
        why: None,
    }
}

/// The title of a task.
pub(crate) fn title(sealer: &app_kernel::Sealer, row: &store::cases::Task) -> Result<String, Error> {
    Ok(sealer.open::<TaskText>("task", &row.sealed)?.title)
}

/// The tracks of a case as the rules know them.
pub(crate) fn tracks_of(row: &Case) -> Result<Tracks, Error> {
    Ok(Tracks {
        investigation: word("state of an investigation", &row.investigation)?,
        prosecution: word("state of a prosecution", &row.prosecution)?,
        aftercare: word("state of aftercare", &row.aftercare)?,
    })
}

/// Checks that somebody works for the organisation of the case and has an account that is on.
async fn check_colleague(
    tx: &mut Tx<'_>,
    permit: &Permit,
    user: Id<kinds::User>,
    field: &'static str,
) -> Result<(), Error> {
    let found = store::users::find(tx.store(permit), user).await?;
    if found.is_some_and(|user| user.organisation == permit.owner() && user.disabled_at.is_none()) {
        return Ok(());
    }
    Err(Error::invalid(
        field,
        "no_colleague",
        "That person has no account in this organisation.",
        "Choose somebody from the list.",
    ))
}

fn not_a_step(error: NotAStep) -> Error {
    match error {
        NotAStep::NotNext { from, to } => {
            let next: Vec<_> = from.next().iter().map(|state| format!("“{}”", state.label())).collect();
            Error::conflict(
                "not_a_step",
                format!(
                    "The {} is “{}” and cannot become “{}”.",
                    from.track().label(),
                    from.label(),
                    to.label()
                ),
                format!("Possible now: {}.", next.join(", ")),
            )
        }
        NotAStep::WithoutReason { to } => Error::invalid(
            "why",
            "why_missing",
            format!("Nothing says why the {} becomes “{}”.", to.track().label(), to.label()),
            "Choose the reason.",
        ),
    }
}

fn task_fault(error: TaskFault) -> Error {
    match error {
        TaskFault::NoTitle => {
            Error::invalid("title", "title_missing", "The task says nothing.", "Write what is to be done.")
        }
        TaskFault::Ended(_) => Error::conflict(
            "task_done",
            "The task is done already.",
            "Reopen it first if there is more to do.",
        ),
        TaskFault::Open | TaskFault::NoReason => {
            Error::conflict("task_open", "The task is open.", "There is nothing to reopen.")
        }
    }
}
