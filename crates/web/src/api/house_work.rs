//! Keeping house: the journal, read and verified, and the jobs that wait for a person.

use app_admin::{jobs, journal};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    caller::Caller,
    input::{Asked, At},
    paging::{ByTime, Limit, Stretch, TimeCursor, Whole},
    problem::Answer,
    values::{JobId, JournalEntryId, Moment, RequestId},
};
use crate::Web;

/// An entry of the journal.
#[derive(Serialize, ToSchema)]
pub(crate) struct JournalEntry {
    /// Its id.
    id: JournalEntryId,
    /// When.
    at: Moment,
    /// Who, as `user:name`, `guest:name`, `program:label` or `system:name`.
    actor: String,
    /// What was done, as a word for programs.
    action: String,
    /// What was done, in words for people.
    words: &'static str,
    /// To what kind of record; `house` for what is about none.
    record_kind: String,
    /// To which record.
    #[schema(value_type = Option<JournalEntryId>)]
    record: Option<String>,
    /// What for, in a word of the house.
    purpose: String,
    /// Whether whoever acted wrote a reason. It is sealed; opening the record opens it.
    has_reason: bool,
    /// In which request.
    request: RequestId,
    /// Counts, digests and states.
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<journal::EntryView> for JournalEntry {
    fn from(entry: journal::EntryView) -> Self {
        Self {
            id: entry.id.into(),
            at: entry.at.into(),
            actor: entry.actor,
            action: entry.action,
            words: entry.words,
            record_kind: entry.record_kind,
            record: entry.record.map(|id| id.to_string()),
            purpose: entry.purpose,
            has_reason: entry.has_reason,
            request: entry.request.into(),
            detail: if entry.detail.is_object() {
                entry.detail
            } else {
                Value::Object(serde_json::Map::new())
            },
        }
    }
}

/// The journal of the organisation, newest first
///
/// It grows while it is read, so its pages have no total.
#[utoipa::path(get, path = "/journal", tag = "keeping house", params(ByTime),
    responses((status = 200, description = "A stretch of the journal.", body = Stretch<JournalEntry>)))]
pub(crate) async fn list_journal(
    State(web): State<Web>,
    caller: Caller,
    Asked(wanted): Asked<ByTime>,
) -> Answer<Json<Stretch<JournalEntry>>> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.look(&op).await?;
    let limit = Limit::rows(wanted.limit);
    let before = wanted.after.as_ref().and_then(TimeCursor::place);
    let entries = journal::list(&op, &mut tx, before, limit).await?;
    let full = i64::try_from(entries.len()).is_ok_and(|rows| rows == limit);
    let next = entries.last().filter(|_| full).map(|entry| (entry.at, entry.id));
    Ok(Json(Stretch {
        items: entries.into_iter().map(JournalEntry::from).collect(),
        next: TimeCursor::text(next),
    }))
}

/// What the verification of the journal found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Verified {
    /// Whether everything that was checked holds.
    holds: bool,
    /// Entries whose place in the chain was checked and found right.
    entries: u64,
    /// Heads checked.
    heads: u64,
    /// Entries that have no place yet.
    waiting: u64,
    /// The first thing that is wrong.
    fault: Option<String>,
}

/// Verify the whole journal
///
/// That it was verified is journalled.
#[utoipa::path(post, path = "/journal/verify", tag = "keeping house",
    responses((status = 200, description = "What was found.", body = Verified)))]
pub(crate) async fn verify_journal(State(web): State<Web>, caller: Caller) -> Answer<Json<Verified>> {
    let report = journal::verify(&web.house, &caller.op("keeping_house")).await?;
    Ok(Json(Verified {
        holds: report.fault.is_none(),
        entries: report.entries,
        heads: report.heads,
        waiting: report.waiting,
        fault: report.fault.map(|fault| fault.to_string()),
    }))
}

/// A job that is not done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Job {
    /// Its id.
    id: JobId,
    /// What it does: a use case's word.
    kind: String,
    /// On what: an id, or nothing.
    subject: String,
    /// `waiting`, `running` or `dead`.
    state: String,
    /// Tries so far.
    attempts: i64,
    /// Not before.
    run_at: Moment,
    /// What went wrong last, without private data.
    problem: Option<String>,
    /// When it was wanted.
    created_at: Moment,
}

impl From<jobs::JobView> for Job {
    fn from(job: jobs::JobView) -> Self {
        Self {
            id: job.id.into(),
            kind: job.kind,
            subject: job.subject,
            state: job.state,
            attempts: job.attempts,
            run_at: job.run_at.into(),
            problem: job.problem,
            created_at: job.created_at.into(),
        }
    }
}

/// Jobs that are not done, dead ones first
#[utoipa::path(get, path = "/jobs", tag = "keeping house",
    responses((status = 200, description = "The jobs.", body = Whole<Job>)))]
pub(crate) async fn list_jobs(State(web): State<Web>, caller: Caller) -> Answer<Json<Whole<Job>>> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.look(&op).await?;
    Ok(Json(Whole::of(jobs::open_jobs(&op, &mut tx).await?)))
}

/// Give a dead job another life
#[utoipa::path(post, path = "/jobs/{id}/revived", tag = "keeping house", params(("id" = JobId, Path, description = "The job.")),
    responses((status = 204, description = "It waits to be done.")))]
pub(crate) async fn revive_job(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<JobId>,
) -> Answer<StatusCode> {
    let op = caller.op("keeping_house");
    let mut tx = web.house.begin(&op).await?;
    jobs::revive(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
