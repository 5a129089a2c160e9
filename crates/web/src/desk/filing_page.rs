//! Filling the page of a filing.

use access::Action;
use app_casework::{FilingStepView, FilingView};
use cases::{FilingState, FilingStepKind};

use super::{
    case_forms::incidents,
    case_page::journal_line,
    filing_parts::parts_of,
    words::{receiver, tone},
};
use crate::{
    Web,
    form::Fields,
    page::{
        Desk, Standing, Times,
        filing::{Check, FilingPage, NextStep, Redraft},
        record::{Fact, Step},
        routes,
    },
    session::Signed,
    view::{below, times},
};

/// The way of a filing that nothing stops.
const WAY: [FilingState; 5] = [
    FilingState::Drafted,
    FilingState::Reviewed,
    FilingState::Ready,
    FilingState::Sent,
    FilingState::Acknowledged,
];

/// The page of a filing.
pub(super) fn filled(web: &Web, signed: &Signed, view: FilingView) -> FilingPage {
    let times = times(web);
    let may = |action| view.may.contains(&action);
    let possible = |step| view.possible.contains(&step);
    let opens_reports = signed.may(web, Action::ReadReport);
    let redraft = (may(Action::DraftFiling) && possible(FilingStepKind::Redraft)).then(|| Redraft {
        reports: view.choices.reports.iter().map(ToString::to_string).collect(),
        incidents: incidents(view.choices.incident),
        incident_at: view.choices.incident_at.map(|at| at.to_string()),
        statement: view.choices.statement.clone().unwrap_or_default(),
    });
    FilingPage {
        shell: below(web, signed, &view.number, Desk::Outbox),
        id: view.id,
        receiver: receiver(view.kind).to_owned(),
        case: (view.case, view.case_number.clone()),
        reports: view
            .reports
            .iter()
            .map(|(id, number)| (number.clone(), opens_reports.then(|| routes::report(id))))
            .collect(),
        standing: standing(&times, &view),
        steps: steps(&times, &view),
        next: next(signed, &view),
        can_withdraw: may(Action::DraftFiling) && possible(FilingStepKind::Withdraw),
        redraft,
        sent: matches!(view.state, FilingState::Sent | FilingState::Acknowledged | FilingState::Rejected),
        checks: view
            .problems
            .iter()
            .map(|problem| Check { field: problem.path.clone(), says: problem.reason.clone() })
            .collect(),
        parts: view.xml.as_deref().map(parts_of),
        left_out: view.left_out.clone(),
        files: view.files,
        document: view.digest,
        reference: view.reference.clone(),
        handover: handover(&times, &view),
        answer: view.steps.iter().rev().find_map(|step| step.response.clone()),
        journal: view.journal.iter().map(|line| journal_line(&times, line)).collect(),
        number: view.number,
    }
}

/// Keeps what was written in a form that was refused.
pub(super) fn written(page: &mut FilingPage, fields: &Fields) {
    if let (Some(draft), Some(statement)) = (&mut page.redraft, fields.given("statement")) {
        statement.clone_into(&mut draft.statement);
    }
}

fn standing(times: &Times, view: &FilingView) -> Standing {
    let last = view.steps.last();
    let since = last.map_or(view.changed_at, |step| step.at);
    let actor = last.map_or(&view.drafted_by, |step| &step.by);
    let why = view.reason.as_ref().map(|reason| format!("“{reason}” ")).unwrap_or_default();
    Standing {
        word: view.state.label().to_owned(),
        tone: tone(view.state),
        since: times.moment(since),
        actor: actor.name.clone(),
        next: format!("{why}{}", view.next_step),
    }
}

/// The steps it took, and those of the way that are still ahead.
fn steps(times: &Times, view: &FilingView) -> Vec<Step> {
    let last = view.steps.len().saturating_sub(1);
    let taken = view.steps.iter().enumerate().map(|(nth, step)| Step {
        word: step.state.label().to_owned(),
        taken: Some((step.by.name.clone(), times.moment(step.at))),
        current: nth == last,
        failed: step.state == FilingState::Rejected,
    });
    let ahead = WAY.iter().position(|state| *state == view.state).map_or(WAY.len(), |at| at + 1);
    let ahead = WAY.iter().skip(ahead).map(|state| Step {
        word: state.label().to_owned(),
        taken: None,
        current: false,
        failed: false,
    });
    taken.chain(ahead).collect()
}

/// The step that the reader can take, or whose it is.
fn next(signed: &Signed, view: &FilingView) -> NextStep {
    let may = |action| view.may.contains(&action);
    let nothing = |says: &str| NextStep::Nothing(says.to_owned());
    match view.state {
        FilingState::Drafted if view.drafted_by.id == signed.who.user.id => {
            nothing("You drafted it, so somebody else reviews it. Ask a colleague.")
        }
        FilingState::Drafted if may(Action::ReviewFiling) => NextStep::Review,
        FilingState::Reviewed if may(Action::ReviewFiling) => NextStep::Ready,
        FilingState::Ready if may(Action::SendFiling) => NextStep::Send,
        FilingState::Sent if may(Action::SendFiling) => NextStep::Acknowledge,
        _ => nothing(view.next_step),
    }
}

/// How it left the house and what came back, from its last sending on.
fn handover(times: &Times, view: &FilingView) -> Vec<Fact> {
    let sent = |step: &FilingStepView| step.state == FilingState::Sent;
    let Some(from) = view.steps.iter().rposition(sent) else { return Vec::new() };
    let mut facts = Vec::new();
    for step in view.steps.iter().skip(from) {
        if let Some(handover) = &step.handover {
            facts.push(Fact::new("To", handover.to.clone()));
            facts.push(Fact::new("How", handover.how.clone()));
            facts.push(Fact::new("When", times.exact(handover.at.unwrap_or(step.at))));
        }
        if step.state == FilingState::Rejected {
            facts.push(Fact::new("Refused", step.reason.clone().unwrap_or_default()));
        }
    }
    facts.extend(view.reference.clone().map(|number| Fact::exact("Their number", number)));
    facts
}
