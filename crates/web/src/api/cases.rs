//! Cases: the list, one case, and the work in it.

use app_casework::{CaseEdit, NewNote, NewTask};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    case_view::{Case, CaseRow},
    input::{Asked, At, Body},
    paging::{ByTime, Limit, Page, TimeCursor},
    problem::Answer,
    shared::{Made, created},
    track::NewTrack,
    values::{CaseId, LongText, Moment, NoteId, ShortLine, TaskId, UserId},
    words::NoteKind,
};
use crate::Web;

/// The cases, the one that changed last first
///
/// Listing is not journalled.
#[utoipa::path(get, path = "/cases", tag = "cases", params(ByTime),
    responses((status = 200, description = "A page of cases.", body = Page<CaseRow>)))]
pub(crate) async fn list_cases(
    State(web): State<Web>,
    caller: Caller,
    Asked(wanted): Asked<ByTime>,
) -> Answer<Json<Page<CaseRow>>> {
    let op = caller.op("casework");
    let mut tx = web.house.look(&op).await?;
    let before = wanted.after.as_ref().and_then(TimeCursor::place);
    let page = app_casework::list(&op, &mut tx, before, Limit::rows(wanted.limit)).await?;
    Ok(Json(Page::of(page.rows, TimeCursor::text(page.next), page.total)))
}

/// One case
///
/// Opening it is journalled. People stand under their pseudonyms.
#[utoipa::path(get, path = "/cases/{id}", tag = "cases", params(("id" = CaseId, Path, description = "The case.")),
    responses((status = 200, description = "The case.", body = Case)))]
pub(crate) async fn read_case(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
) -> Answer<Json<Case>> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let view = app_casework::read(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(Json(view.into()))
}

/// What is changed of a case. What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Synthetic case of March", "lead": null }))]
pub(crate) struct CaseChange {
    /// A title that names nobody.
    title: Option<ShortLine>,
    /// A summary.
    summary: Option<LongText>,
    /// Who leads it; null is nobody.
    #[serde(default, deserialize_with = "even_null")]
    #[schema(value_type = Option<UserId>)]
    lead: Option<Option<UserId>>,
}

/// A field that is there and null is not the same as one that is left out.
fn even_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Change title, summary or lead of a case
#[utoipa::path(patch, path = "/cases/{id}", tag = "cases", params(("id" = CaseId, Path, description = "The case.")),
    request_body = CaseChange, responses((status = 204, description = "It is changed.")))]
pub(crate) async fn change_case(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
    Body(change): Body<CaseChange>,
) -> Answer<StatusCode> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let edit = CaseEdit {
        title: change.title.map(|title| title.0),
        summary: change.summary.map(|summary| summary.0),
        lead: change.lead.map(|lead| lead.map(|lead| lead.0)),
    };
    app_casework::edit(&op, &mut tx, id.0, edit).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Move a track of a case
///
/// The other two stay where they are.
#[utoipa::path(post, path = "/cases/{id}/tracks", tag = "cases", params(("id" = CaseId, Path, description = "The case.")),
    request_body = NewTrack, responses((status = 204, description = "It is moved.")))]
pub(crate) async fn move_track(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
    Body(track): Body<NewTrack>,
) -> Answer<StatusCode> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let (to, why) = track.parts();
    app_casework::set_track(&op, &mut tx, id.0, to, why).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A note to write.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "contact", "text": "Called the synthetic school; the teacher is in on Monday.", "sensitive": false }))]
pub(crate) struct NoteToWrite {
    /// What it is about; `general` without it.
    kind: Option<NoteKind>,
    /// The text.
    text: LongText,
    /// Whether the text describes abuse: it is then shown shut.
    #[serde(default)]
    sensitive: bool,
    /// The note it corrects.
    corrects: Option<NoteId>,
}

/// Write a note
///
/// A note is never changed: a later one corrects it.
#[utoipa::path(post, path = "/cases/{id}/notes", tag = "cases", params(("id" = CaseId, Path, description = "The case.")),
    request_body = NoteToWrite,
    responses((status = 201, description = "It is written.", body = Made<NoteId>,
        headers(("Location" = String, description = "The case.")))))]
pub(crate) async fn write_note(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
    Body(note): Body<NoteToWrite>,
) -> Answer<Response> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let new = NewNote {
        kind: note.kind.map_or(cases::NoteKind::General, |kind| kind.0),
        text: note.text.0,
        sensitive: note.sensitive,
        corrects: note.corrects.map(|note| note.0),
    };
    let made = app_casework::add_note(&op, &mut tx, id.0, new).await?;
    tx.commit().await?;
    Ok(created(format!("/api/v1/cases/{}", id.0), Made { id: NoteId::from(made) }))
}

/// A task to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "title": "Ask the synthetic remitter for the receipts", "due": "2026-04-01T09:00:00+08:00" }))]
pub(crate) struct TaskToSet {
    /// What is to be done.
    title: ShortLine,
    /// By when.
    due: Option<Moment>,
    /// By whom: somebody of the organisation.
    assignee: Option<UserId>,
}

/// Set a task
#[utoipa::path(post, path = "/cases/{id}/tasks", tag = "cases", params(("id" = CaseId, Path, description = "The case.")),
    request_body = TaskToSet,
    responses((status = 201, description = "It is set.", body = Made<TaskId>,
        headers(("Location" = String, description = "The case.")))))]
pub(crate) async fn set_task(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
    Body(task): Body<TaskToSet>,
) -> Answer<Response> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let new = NewTask {
        title: task.title.0,
        due: task.due.map(|due| due.0),
        assignee: task.assignee.map(|user| user.0),
    };
    let made = app_casework::add_task(&op, &mut tx, id.0, new).await?;
    tx.commit().await?;
    Ok(created(format!("/api/v1/cases/{}", id.0), Made { id: TaskId::from(made) }))
}

/// Mark a task as done
#[utoipa::path(post, path = "/tasks/{id}/done", tag = "cases", params(("id" = TaskId, Path, description = "The task.")),
    responses((status = 204, description = "It is done.")))]
pub(crate) async fn complete_task(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<TaskId>,
) -> Answer<StatusCode> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    app_casework::complete_task(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open a task again that was done
#[utoipa::path(post, path = "/tasks/{id}/reopened", tag = "cases", params(("id" = TaskId, Path, description = "The task.")),
    responses((status = 204, description = "It is open.")))]
pub(crate) async fn reopen_task(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<TaskId>,
) -> Answer<StatusCode> {
    let op = caller.op("casework");
    let mut tx = web.house.begin(&op).await?;
    app_casework::reopen_task(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
