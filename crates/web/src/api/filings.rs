//! Reports on their way out: drafting, the outbox, the steps, the document.

use app_casework::{CybertipChoices, FilingView, Handover};
use app_kernel::{Error, Op, Tx};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use model::{Id, kinds};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    caller::Caller,
    filing_view::{Filing, FilingRow},
    input::{Asked, At, Body},
    paging::{ByTime, Limit, Page, TimeCursor},
    problem::Answer,
    shared::created,
    values::{CaseId, FilingId, LongText, Moment, ReportId, ShortLine, ShortText, few},
    words::IncidentKind,
};
use crate::Web;

/// What whoever drafts a CyberTipline report can choose; without a choice it is what the reports say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "incident": "csam", "statement": "Synthetic statement for the receiver." }))]
pub(crate) struct Draft {
    /// The reports of the case that are filed; all without any.
    #[serde(default, deserialize_with = "few::<_, _, 200>")]
    #[schema(max_items = 200)]
    reports: Vec<ReportId>,
    /// What kind of incident is reported.
    incident: Option<IncidentKind>,
    /// When it happened.
    incident_at: Option<Moment>,
    /// What the receiver is told in words, written for them.
    statement: Option<LongText>,
}

impl From<Draft> for CybertipChoices {
    fn from(draft: Draft) -> Self {
        Self {
            reports: draft.reports.into_iter().map(|report| report.0).collect(),
            incident: draft.incident.map(|kind| kind.0),
            incident_at: draft.incident_at.map(|at| at.0),
            statement: draft.statement.map(|text| text.0),
        }
    }
}

/// Draft a CyberTipline report from a case
///
/// The draft says what the receiver would refuse, and what stays in the house. A second person
/// reviews it.
#[utoipa::path(post, path = "/cases/{id}/filings", tag = "filings", params(("id" = CaseId, Path, description = "The case.")),
    request_body = Draft,
    responses((status = 201, description = "It is drafted.", body = Filing,
        headers(("Location" = String, description = "The filing.")))))]
pub(crate) async fn draft_filing(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<CaseId>,
    Body(draft): Body<Draft>,
) -> Answer<Response> {
    let op = caller.op("filing");
    let mut tx = web.house.begin(&op).await?;
    let view = app_casework::draft_cybertip(&op, &mut tx, id.0, &draft.into()).await?;
    tx.commit().await?;
    Ok(created(format!("/api/v1/filings/{}", view.id), Filing::from(view)))
}

/// The outbox, the filing that changed last first
///
/// Listing is not journalled.
#[utoipa::path(get, path = "/filings", tag = "filings", params(ByTime),
    responses((status = 200, description = "A page of filings.", body = Page<FilingRow>)))]
pub(crate) async fn list_filings(
    State(web): State<Web>,
    caller: Caller,
    Asked(wanted): Asked<ByTime>,
) -> Answer<Json<Page<FilingRow>>> {
    let op = caller.op("filing");
    let mut tx = web.house.look(&op).await?;
    let before = wanted.after.as_ref().and_then(TimeCursor::place);
    let page = app_casework::filings(&op, &mut tx, before, Limit::rows(wanted.limit)).await?;
    Ok(Json(Page::of(page.rows, TimeCursor::text(page.next), page.total)))
}

/// One filing
///
/// Opening it is journalled.
#[utoipa::path(get, path = "/filings/{id}", tag = "filings", params(("id" = FilingId, Path, description = "The filing.")),
    responses((status = 200, description = "The filing.", body = Filing)))]
pub(crate) async fn read_filing(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<FilingId>,
) -> Answer<Json<Filing>> {
    let op = caller.op("filing");
    let mut tx = web.house.begin(&op).await?;
    let view = app_casework::read_filing(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(Json(view.into()))
}

/// The document, as it is sent, byte for byte
///
/// It names the child. Taking it out is journalled: it has left the house by that way.
#[utoipa::path(get, path = "/filings/{id}/document", tag = "filings",
    params(("id" = FilingId, Path, description = "The filing.")),
    responses((status = 200, description = "The document.", body = String, content_type = "application/xml")))]
pub(crate) async fn filing_document(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<FilingId>,
) -> Answer<Response> {
    let op = caller.op("filing");
    let mut tx = web.house.begin(&op).await?;
    let document = app_casework::document(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    let headers = [
        (header::CONTENT_TYPE, "application/xml".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.xml\"", id.0)),
    ];
    Ok((headers, document).into_response())
}

/// A step of a filing, with what it needs.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "step": "send", "to": "NCMEC CyberTipline", "how": "Uploaded at the receiver's page." }))]
pub(crate) enum NewStep {
    /// Confirm a draft that somebody else made.
    Review {},
    /// Mark it ready to send.
    MakeReady {},
    /// Record that it has left the house.
    Send {
        /// To whom.
        to: ShortLine,
        /// How.
        how: ShortText,
        /// When, if that was not just now.
        at: Option<Moment>,
    },
    /// Record that the receiver has taken it.
    Acknowledge {
        /// The receiver's number for it; not needed where their answer is given.
        reference: Option<ShortLine>,
        /// The receiver's answer, as it came.
        response: Option<LongText>,
    },
    /// Record that the receiver has refused it.
    Reject {
        /// Why.
        reason: ShortText,
    },
    /// Make the draft anew from the case as it stands now; it is reviewed again.
    Redraft {
        /// The reports of the case that are filed; all without any.
        #[serde(default, deserialize_with = "few::<_, _, 200>")]
        #[schema(max_items = 200)]
        reports: Vec<ReportId>,
        /// What kind of incident is reported.
        incident: Option<IncidentKind>,
        /// When it happened.
        incident_at: Option<Moment>,
        /// What the receiver is told in words.
        statement: Option<LongText>,
    },
    /// Take it back before it is sent.
    Withdraw {
        /// Why.
        why: ShortText,
    },
}

/// Take a step with a filing
///
/// Whoever drafted it cannot review it; what the receiver would refuse cannot become ready. That it
/// left the house, and what came back, asks for a person who confirmed who they are a short while ago.
#[utoipa::path(post, path = "/filings/{id}/steps", tag = "filings", params(("id" = FilingId, Path, description = "The filing.")),
    request_body = NewStep, responses((status = 200, description = "It is taken.", body = Filing)))]
pub(crate) async fn step_filing(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<FilingId>,
    Body(step): Body<NewStep>,
) -> Answer<Json<Filing>> {
    let op = caller.op("filing");
    let mut tx = web.house.begin(&op).await?;
    let view = take(&op, &mut tx, id.0, step).await?;
    tx.commit().await?;
    Ok(Json(view.into()))
}

async fn take(
    op: &Op,
    tx: &mut Tx<'_>,
    filing: Id<kinds::Filing>,
    step: NewStep,
) -> Result<FilingView, Error> {
    match step {
        NewStep::Review {} => app_casework::review(op, tx, filing).await,
        NewStep::MakeReady {} => app_casework::mark_ready(op, tx, filing).await,
        NewStep::Send { to, how, at } => {
            let handover = Handover { to: to.0, how: how.0, at: at.map(|at| at.0) };
            app_casework::send(op, tx, filing, &handover).await
        }
        NewStep::Acknowledge { reference, response } => {
            let reference = reference.map(|line| line.0).unwrap_or_default();
            let response = response.as_ref().map(|text| text.0.as_bytes());
            app_casework::acknowledge(op, tx, filing, &reference, response).await
        }
        NewStep::Reject { reason } => app_casework::reject(op, tx, filing, &reason.0).await,
        NewStep::Redraft { reports, incident, incident_at, statement } => {
            let draft = Draft { reports, incident, incident_at, statement };
            app_casework::redraft(op, tx, filing, &draft.into()).await
        }
        NewStep::Withdraw { why } => app_casework::withdraw(op, tx, filing, &why.0).await,
    }
}
