//! A report on its way out, as the API shows it.

use app_casework as casework;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    shared::{JournalLine, UserRef, all},
    values::{CaseId, FilingId, Moment, ReportId},
    words::{Action, FilingKind, FilingState, FilingStepKind, IncidentKind},
};

/// A row of the outbox.
#[derive(Serialize, ToSchema)]
pub(crate) struct FilingRow {
    /// The filing.
    id: FilingId,
    /// Its number, such as `F-2026-00007`.
    number: String,
    /// What is filed.
    kind: FilingKind,
    /// Where it stands.
    state: FilingState,
    /// The case.
    case: CaseId,
    /// The receiver's number for it.
    reference: Option<String>,
    /// When its state last changed.
    changed_at: Moment,
}

/// A filing, open. Its document is at `/filings/{id}/document`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Filing {
    /// The filing.
    id: FilingId,
    /// Its number, such as `F-2026-00007`.
    number: String,
    /// What is filed.
    kind: FilingKind,
    /// Where it stands.
    state: FilingState,
    /// What happens next, and who does it.
    next_step: &'static str,
    /// The steps that are possible now.
    possible: Vec<FilingStepKind>,
    /// The case.
    case: CaseId,
    /// The case's number.
    case_number: String,
    /// The reports it is made from.
    reports: Vec<FiledReport>,
    /// SHA-256 of the document.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// What the receiver would refuse; empty when it is valid.
    problems: Vec<FilingProblem>,
    /// What stays in the house, in sentences.
    left_out: Vec<String>,
    /// What the drafter chose.
    choices: Choices,
    /// How many files it says something about.
    files: usize,
    /// Who wrote the version that stands.
    drafted_by: UserRef,
    /// Who reviewed it.
    reviewed_by: Option<UserRef>,
    /// When it was sent.
    sent_at: Option<Moment>,
    /// The receiver's number for it.
    reference: Option<String>,
    /// Why it was withdrawn or refused.
    reason: Option<String>,
    /// Its way so far.
    steps: Vec<FilingStep>,
    /// When its state last changed.
    changed_at: Moment,
    /// What the journal says, newest first.
    journal: Vec<JournalLine>,
    /// What you may do here, perhaps after confirming who you are.
    may: Vec<Action>,
}

/// A report a filing is made from.
#[derive(Serialize, ToSchema)]
pub(crate) struct FiledReport {
    /// The report.
    id: ReportId,
    /// Its number.
    number: String,
}

/// Something the receiver would refuse.
#[derive(Serialize, ToSchema)]
pub(crate) struct FilingProblem {
    /// Where in the document.
    path: String,
    /// What is wrong and what was expected.
    reason: String,
}

/// What the drafter of a filing chose.
#[derive(Serialize, ToSchema)]
#[schema(as = FilingChoices)]
pub(crate) struct Choices {
    /// The reports that are filed; all of the case without any.
    reports: Vec<ReportId>,
    /// What kind of incident is reported.
    incident: Option<IncidentKind>,
    /// When it happened.
    incident_at: Option<Moment>,
    /// What the receiver is told in words.
    statement: Option<String>,
}

/// One step a filing took.
#[derive(Serialize, ToSchema)]
pub(crate) struct FilingStep {
    /// The state it entered.
    state: FilingState,
    /// Who took it.
    by: UserRef,
    /// When.
    at: Moment,
    /// Why it was withdrawn or refused.
    reason: Option<String>,
    /// How it left the house.
    handover: Option<Handover>,
    /// The receiver's answer, as it came.
    response: Option<String>,
}

/// How a filing left the house.
#[derive(Serialize, ToSchema)]
pub(crate) struct Handover {
    /// To whom.
    to: String,
    /// How.
    how: String,
    /// When, if that was not when it was recorded.
    at: Option<Moment>,
}

impl From<casework::FilingRow> for FilingRow {
    fn from(row: casework::FilingRow) -> Self {
        Self {
            id: row.id.into(),
            number: row.number,
            kind: row.kind.into(),
            state: row.state.into(),
            case: row.case.into(),
            reference: row.reference,
            changed_at: row.changed_at.into(),
        }
    }
}

impl From<casework::FilingStepView> for FilingStep {
    fn from(step: casework::FilingStepView) -> Self {
        Self {
            state: step.state.into(),
            by: step.by.into(),
            at: step.at.into(),
            reason: step.reason,
            handover: step.handover.map(|handover| Handover {
                to: handover.to,
                how: handover.how,
                at: handover.at.map(Moment::from),
            }),
            response: step.response,
        }
    }
}

impl From<casework::CybertipChoices> for Choices {
    fn from(choices: casework::CybertipChoices) -> Self {
        Self {
            reports: all(choices.reports),
            incident: choices.incident.map(IncidentKind::from),
            incident_at: choices.incident_at.map(Moment::from),
            statement: choices.statement,
        }
    }
}

impl From<casework::FilingView> for Filing {
    fn from(view: casework::FilingView) -> Self {
        let reports = view.reports.into_iter();
        let problems = view.problems.into_iter();
        Self {
            id: view.id.into(),
            number: view.number,
            kind: view.kind.into(),
            state: view.state.into(),
            next_step: view.next_step,
            possible: all(view.possible),
            case: view.case.into(),
            case_number: view.case_number,
            reports: reports.map(|(id, number)| FiledReport { id: id.into(), number }).collect(),
            sha256: view.digest.to_string(),
            problems: problems.map(|p| FilingProblem { path: p.path, reason: p.reason }).collect(),
            left_out: view.left_out,
            choices: view.choices.into(),
            files: view.files,
            drafted_by: view.drafted_by.into(),
            reviewed_by: view.reviewed_by.map(UserRef::from),
            sent_at: view.sent_at.map(Moment::from),
            reference: view.reference,
            reason: view.reason,
            steps: all(view.steps),
            changed_at: view.changed_at.into(),
            journal: all(view.journal),
            may: all(view.may),
        }
    }
}
