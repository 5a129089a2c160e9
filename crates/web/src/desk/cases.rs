//! The list of cases.

use app_casework::{CaseRow as Found, list};
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};
use cases::{AftercareState, CaseTrack, InvestigationState, ProsecutionState, TrackState};
use model::Span;

use crate::{
    Web,
    fault::{Fault, rendered},
    form::{Asked, Fields},
    page::{
        ClockChip, Desk, Paging, Times,
        case::{CaseRow, CasesPage},
        routes,
    },
    parts,
    session::Signed,
    view::{PageResult, page_key, read_key, seen, shell, times},
};

/// Rows on one page.
const ROWS: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::CASES, get(show))
}

async fn show(State(web): State<Web>, signed: Signed, Asked(asked): Asked) -> PageResult {
    page(&web, &signed, &asked).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn page(web: &Web, signed: &Signed, asked: &Fields) -> Result<CasesPage, Error> {
    let op = signed.op("casework");
    let mut tx = web.house.look(&op).await?;
    let found = list(&op, &mut tx, read_key(asked.get("after")), ROWS).await?;
    let times = times(web);
    let next = found.next.map(page_key);
    Ok(CasesPage {
        shell: shell(web, signed, "Cases", Some(Desk::Cases)),
        paging: Paging::page(
            routes::CASES,
            seen(asked),
            found.rows.len(),
            found.total.unsigned_abs(),
            "cases",
            next.as_deref(),
        ),
        rows: found.rows.into_iter().map(|row| filled(web, &times, row)).collect(),
    })
}

fn filled(web: &Web, times: &Times, row: Found) -> CaseRow {
    CaseRow {
        id: row.id,
        number: row.number,
        title: row.title,
        risk: parts::risk(&web.rules, row.level, parts::level_name(&web.rules, row.level)),
        phase: row.phase.label().to_owned(),
        tracks: CaseTrack::ALL
            .iter()
            .map(|track| row.tracks.state(*track))
            .filter(|state| has_begun(*state))
            .map(|state| format!("{} {}", state.track().label(), state.label()))
            .collect(),
        lead: row.lead.map(|lead| lead.name),
        clock: row.next_due.map(|due| task_clock(times, due)),
        tasks: row.open_tasks as u64,
        reports: row.reports as u64,
        changed: times.moment(row.changed_at),
    }
}

const fn has_begun(state: TrackState) -> bool {
    !matches!(
        state,
        TrackState::Investigation(InvestigationState::NotStarted)
            | TrackState::Prosecution(ProsecutionState::NotStarted)
            | TrackState::Aftercare(AftercareState::NotStarted)
    )
}

/// The chip of a task's date. It is due soon on its last day.
pub(super) fn task_clock(times: &Times, due: model::Instant) -> ClockChip {
    ClockChip::running(times, "Task", due, Span::hours(24), "Set with the task", Vec::new())
}
