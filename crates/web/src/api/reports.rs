//! Reports: opening one, deciding on it, opening a sealed field of it.

use app_intake::RevealWhat;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use reports::Decision;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    input::{At, Body},
    problem::{Answer, Problem},
    report_view::Report,
    shared::{TextLine, all, created},
    values::{CaseId, DecisionId, Place, ReportId, ShortLine, ShortText},
    words::{NoActionReason, ReportState},
};
use crate::Web;

/// One report
///
/// Opening it is journalled. What is personal is withheld: `reveal` opens it field by field.
#[utoipa::path(get, path = "/reports/{id}", tag = "reports", params(("id" = ReportId, Path, description = "The report.")),
    responses((status = 200, description = "The report.", body = Report)))]
pub(crate) async fn read_report(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<ReportId>,
) -> Answer<Json<Report>> {
    let op = caller.op("triage");
    let mut tx = web.house.begin(&op).await?;
    let view = app_intake::read(&op, &mut tx, &web.rules, id.0).await?;
    tx.commit().await?;
    Ok(Json(view.into()))
}

/// A decision to take on a report, with what it needs.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "decision": "refer", "to": "Synthetic Police Desk", "why": "The child lives in their area." }))]
pub(crate) enum NewDecision {
    /// Rank it: on arrival, or again when the information asked for came.
    Triage {},
    /// Open a case from it.
    OpenCase {
        /// A title that names nobody; made from the report's number without it.
        title: Option<ShortLine>,
    },
    /// Add it to a case there is.
    AddToCase {
        /// The case.
        case: CaseId,
    },
    /// Make it part of another report.
    MergeInto {
        /// The report it becomes part of.
        report: ReportId,
    },
    /// Send it to another agency.
    Refer {
        /// The agency.
        to: ShortLine,
        /// Why there.
        why: ShortText,
    },
    /// Ask the reporter for more.
    ReturnForInformation {
        /// What is asked.
        what: ShortText,
    },
    /// Decide that nothing is to be done.
    NoAction {
        /// Why.
        reason: NoActionReason,
        /// More words; needed where the reason is `other`.
        note: Option<ShortText>,
    },
    /// Finish it.
    Close {},
    /// Take it up again.
    Reopen {
        /// Why.
        why: ShortText,
    },
}

/// What became of a report.
#[derive(Serialize, ToSchema)]
pub(crate) struct Decided {
    /// The report.
    report: ReportId,
    /// The decision, by which it is undone.
    decision: DecisionId,
    /// Where the report stands now.
    state: ReportState,
    /// The case it belongs to.
    case: Option<CaseId>,
}

impl From<app_casework::Decided> for Decided {
    fn from(decided: app_casework::Decided) -> Self {
        Self {
            report: decided.report.into(),
            decision: decided.decision.into(),
            state: decided.state.into(),
            case: decided.case.map(CaseId::from),
        }
    }
}

/// Decide on a report
///
/// A decision can be undone until what it sends has left the house.
#[utoipa::path(post, path = "/reports/{id}/decisions", tag = "reports",
    params(("id" = ReportId, Path, description = "The report.")), request_body = NewDecision,
    responses((status = 201, description = "It is decided.", body = Decided,
        headers(("Location" = String, description = "The report.")))))]
pub(crate) async fn decide_report(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<ReportId>,
    Body(new): Body<NewDecision>,
) -> Answer<Response> {
    let op = caller.op("triage");
    let mut tx = web.house.begin(&op).await?;
    let report = id.0;
    let decision = match new {
        NewDecision::OpenCase { title } => {
            let title = title.as_ref().map(|title| title.0.as_str());
            let decided = app_casework::open_case(&op, &mut tx, report, title).await?;
            tx.commit().await?;
            return Ok(location(decided));
        }
        NewDecision::AddToCase { case } => {
            let decided = app_casework::attach(&op, &mut tx, report, case.0).await?;
            tx.commit().await?;
            return Ok(location(decided));
        }
        NewDecision::Triage {} => Decision::Triage,
        NewDecision::MergeInto { report } => Decision::MergeInto { report: report.0 },
        NewDecision::Refer { to, why } => Decision::Refer { to: to.0, why: why.0 },
        NewDecision::ReturnForInformation { what } => Decision::ReturnForInformation { what: what.0 },
        NewDecision::NoAction { reason, note } => {
            Decision::NoAction { reason: reason.0, note: note.map(|note| note.0).unwrap_or_default() }
        }
        NewDecision::Close {} => Decision::Close,
        NewDecision::Reopen { why } => Decision::Reopen { why: why.0 },
    };
    let decided = app_casework::decide(&op, &mut tx, report, decision).await?;
    tx.commit().await?;
    Ok(location(decided))
}

fn location(decided: app_casework::Decided) -> Response {
    created(format!("/api/v1/reports/{}", decided.report), Decided::from(decided))
}

/// Undo a decision
///
/// Only the latest can be, and only while what it sends has not left the house.
#[utoipa::path(post, path = "/reports/{id}/decisions/{decision}/undo", tag = "reports",
    params(("id" = ReportId, Path, description = "The report."), ("decision" = DecisionId, Path, description = "The decision.")),
    responses((status = 200, description = "The report stands where it stood before.", body = Decided)))]
pub(crate) async fn undo_decision(
    State(web): State<Web>,
    caller: Caller,
    At((id, decision)): At<(ReportId, DecisionId)>,
) -> Answer<Json<Decided>> {
    let op = caller.op("triage");
    let mut tx = web.house.begin(&op).await?;
    let decided = app_casework::undo(&op, &mut tx, decision.0).await?;
    if decided.report != id.0 {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(Json(decided.into()))
}

/// How something was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentHow {
    /// By what way and to whom.
    how: ShortText,
}

/// Record that what a decision sends has left the house
///
/// From then on the decision cannot be undone.
#[utoipa::path(post, path = "/decisions/{id}/sent", tag = "reports",
    params(("id" = DecisionId, Path, description = "The decision.")), request_body = SentHow,
    responses((status = 204, description = "It is recorded.")))]
pub(crate) async fn mark_decision_sent(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<DecisionId>,
    Body(sent): Body<SentHow>,
) -> Answer<StatusCode> {
    let op = caller.op("triage");
    let mut tx = web.house.begin(&op).await?;
    app_casework::mark_decision_sent(&op, &mut tx, id.0, &sent.how.0).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A sealed field of a report to open, and why.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "what": "narrative", "reason": "Ranking the report." }))]
pub(crate) enum RevealReport {
    /// What was told.
    Narrative {
        /// What it is needed for.
        reason: ShortText,
    },
    /// What it says of a person.
    Person {
        /// Their place in the report.
        person: Place,
        /// What it is needed for.
        reason: ShortText,
    },
    /// The name of a file.
    FileName {
        /// The file's number in the report.
        file: Place,
        /// What it is needed for.
        reason: ShortText,
    },
    /// The places and addresses of the incident.
    Places {
        /// What it is needed for.
        reason: ShortText,
    },
    /// The value of an identifier.
    Identifier {
        /// Its number in the report.
        identifier: Place,
        /// What it is needed for.
        reason: ShortText,
    },
}

/// An opened field.
#[derive(Serialize, ToSchema)]
pub(crate) struct Revealed {
    /// What it is.
    label: String,
    /// What it says.
    lines: Vec<TextLine>,
}

/// Open a sealed field of a report
///
/// Asks for a reason, which the journal keeps sealed. A request to read, whatever its method: it
/// takes no `Idempotency-Key`, and each is journalled.
#[utoipa::path(post, path = "/reports/{id}/reveal", tag = "reports",
    params(("id" = ReportId, Path, description = "The report.")), request_body = RevealReport,
    responses((status = 200, description = "The field.", body = Revealed)))]
pub(crate) async fn reveal_report(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<ReportId>,
    Body(wanted): Body<RevealReport>,
) -> Answer<Json<Revealed>> {
    let (what, reason) = match wanted {
        RevealReport::Narrative { reason } => (Ok(RevealWhat::Narrative), reason),
        RevealReport::Person { person, reason } => (Ok(RevealWhat::Person(person.0.into())), reason),
        RevealReport::FileName { file, reason } => (Ok(RevealWhat::FileName(file.0.into())), reason),
        RevealReport::Places { reason } => (Ok(RevealWhat::Places), reason),
        RevealReport::Identifier { identifier, reason } => (Err(i64::from(identifier.0)), reason),
    };
    let op = caller.op_because("triage", &reason.0);
    let mut tx = web.house.begin(&op).await?;
    let revealed = match what {
        Ok(what) => app_intake::reveal(&op, &mut tx, id.0, what).await?,
        Err(ordinal) => app_intake::reveal_identifier(&op, &mut tx, id.0, ordinal).await?,
    };
    tx.commit().await?;
    Ok(Json(Revealed { label: revealed.label, lines: all(revealed.lines) }))
}
