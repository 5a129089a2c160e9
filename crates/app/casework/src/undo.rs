//! Taking the latest decision on a report back. A case that it opened is withdrawn with it, as long
//! as nothing else has come into the case.

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use cases::{FilingState, Tracks};
use model::{Id, kinds};
use reports::{CannotUndo, DecisionKind, DecisionTaken, ReportState};
use store::cases::Case;

use crate::{
    case_work::tracks_of,
    decisions::{Decided, Said},
    opening::CaseText,
    people::open_for_change,
    records::DecisionOnReport,
    shared::{quicker, word},
};

/// Takes a decision back: the report stands where it stood before.
pub async fn undo(op: &Op, tx: &mut Tx<'_>, decision: Id<kinds::Decision>) -> Result<Decided, Error> {
    let (found, permit) = tx.open::<DecisionOnReport>(op, Action::Triage, decision.uuid()).await?;
    let DecisionOnReport { decision: kept, mut report } = found;
    let all = store::reports::decisions(tx.store(&permit), report.id).await?;
    let mut standing = all.iter().filter(|other| other.undone_at.is_none());
    let latest = standing.next().is_some_and(|other| other.id == kept.id);
    let before = standing.next().map(|other| other.decided_at);
    let sealer = tx.sealer(&permit, "report", report.id.uuid()).await?;
    let said: Said = sealer.open("decision", &kept.sealed)?;
    let kind = said.decision.kind();
    let now: ReportState = word("state of a report", &report.state)?;
    let taken = DecisionTaken {
        from: word("state of a report", &kept.from_state)?,
        decision: said.decision,
        to: word("state of a report", &kept.to_state)?,
        sent_at: kept.left_house_at,
    };
    let from = taken.undo(now).map_err(cannot)?;
    if !latest {
        return Err(cannot(CannotUndo::NotTheLatest { decision: kind, now }));
    }
    if !store::reports::hold(tx.store(&permit), report.id, &report.state).await? {
        return Err(quicker());
    }
    let target = kept.target;
    match kind {
        DecisionKind::OpenCase => {
            if let Some(case) = report.case.take() {
                leave_case(op, tx, case, report.id, said.opened, &said.people).await?;
            }
        }
        DecisionKind::MergeInto => report.merged_into = None,
        DecisionKind::Reopen => report.merged_into = target.map(Id::from_uuid),
        _ => {}
    }
    from.as_str().clone_into(&mut report.state);
    report.decided_at = before;
    store::reports::update(tx.store(&permit), &report).await?;
    let at = tx.house().now();
    if store::reports::undo_decision(tx.store(&permit), kept.id, op.actor.user, at).await? == 0 {
        return Err(quicker());
    }
    let detail = serde_json::json!({
        "undone": kept.id, "kind": kept.kind, "from": kept.to_state, "to": kept.from_state,
    });
    tx.journal(op, &permit, detail).await?;
    Ok(Decided { report: report.id, decision: kept.id, state: from, case: report.case })
}

/// Takes a report and those it brought out of a case; the case is withdrawn if the report opened it.
async fn leave_case(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    report: Id<kinds::Report>,
    opened: bool,
    brought: &[Id<kinds::Person>],
) -> Result<(), Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::EditCase, case.uuid()).await?;
    let sealer = open_for_change(tx, &permit, &row).await?;
    let others = store::reports::of_case(tx.store(&permit), case).await?;
    let others: Vec<_> = others.into_iter().filter(|other| other.id != report).collect();
    if tx.house().profile.has("filings") {
        let filings = store::filings::of_case(tx.store(&permit), case).await?;
        if filings.iter().any(|filing| filing.state != FilingState::Withdrawn.as_str()) {
            return Err(added_to("a filing was drafted from the case"));
        }
    }
    if opened {
        if !others.is_empty() {
            return Err(added_to("another report belongs to the case"));
        }
        let text: CaseText = sealer.open("summary", &row.sealed)?;
        if text.edited_at.is_some() || tracks_of(&row)? != Tracks::default() {
            return Err(added_to("the case was changed"));
        }
        check_untouched(tx, &permit, case, brought).await?;
        row.withdrawn_at = Some(tx.house().now());
    }
    store::cases::remove_people(tx.store(&permit), brought).await?;
    if let Some(level) = others.iter().map(|other| other.level).min() {
        row.level = level;
    }
    row.changed_at = tx.house().now();
    store::cases::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({ "left_by": report, "people": brought.len(), "withdrawn": opened });
    tx.journal(op, &permit, detail).await
}

async fn check_untouched(
    tx: &mut Tx<'_>,
    permit: &Permit,
    case: Id<kinds::Case>,
    brought: &[Id<kinds::Person>],
) -> Result<(), Error> {
    if !store::cases::notes(tx.store(permit), case).await?.is_empty() {
        return Err(added_to("a note was written in the case"));
    }
    if !store::cases::tasks(tx.store(permit), case).await?.is_empty() {
        return Err(added_to("the case has a task"));
    }
    if !store::shares::of_record(tx.store(permit), case.uuid()).await?.is_empty() {
        return Err(added_to("the case is shared with another organisation"));
    }
    let people = store::cases::people(tx.store(permit), case).await?;
    if people.iter().any(|person| !brought.contains(&person.id)) {
        return Err(added_to("somebody was added to the case"));
    }
    Ok(())
}

fn added_to(what: &str) -> Error {
    Error::conflict(
        "case_added_to",
        format!("The decision cannot be undone: {what}."),
        "Go on in the case. What came into it would be lost otherwise.",
    )
}

fn cannot(error: CannotUndo) -> Error {
    match error {
        CannotUndo::LeftTheHouse { decision, at } => Error::conflict(
            "left_the_house",
            format!("“{}” left the house at {at} and cannot be undone.", decision.label()),
            "Close the report, or send a correction.",
        ),
        CannotUndo::NotTheLatest { decision, now } => Error::conflict(
            "not_the_latest",
            format!("“{}” is not the latest decision; the report is {} now.", decision.label(), now.label()),
            "Undo the later decisions first.",
        ),
    }
}
