//! Decisions in triage. Each asks for what the rules of `reports` ask and nothing more, ends in a
//! visible state, and can be taken back until it has left the house.

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, kinds};
use reports::{Decision, Incomplete, NotAllowed, ReportState};
use serde::{Deserialize, Serialize};
use store::reports::Report;

use crate::{
    opening::{Joined, join_case, make_case},
    records::DecisionOnReport,
    shared::{given, quicker, report_number, word},
};

/// What is sealed of a decision: its words, what it did to a case, and how it was sent.
#[derive(Serialize, Deserialize)]
pub(crate) struct Said {
    #[serde(flatten)]
    pub(crate) decision: Decision,
    /// It made the case, rather than adding to one.
    #[serde(default)]
    pub(crate) opened: bool,
    /// Those it added to the case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) people: Vec<Id<kinds::Person>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sent: Option<String>,
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The report.
    pub report: Id<kinds::Report>,
    /// The decision, by which it is undone.
    pub decision: Id<kinds::Decision>,
    /// Where the report stands now.
    pub state: ReportState,
    /// The case it belongs to.
    pub case: Option<Id<kinds::Case>>,
}

/// Takes a decision on a report. A case that is opened gets a neutral title; [`open_case`] takes
/// one, and [`attach`] adds the report to a case there is.
pub async fn decide(
    op: &Op,
    tx: &mut Tx<'_>,
    report: Id<kinds::Report>,
    decision: Decision,
) -> Result<Decided, Error> {
    let (row, permit) = tx.open::<Report>(op, Action::Triage, report.uuid()).await?;
    take(op, tx, row, &permit, decision, Opens::New(None)).await
}

/// Opens a case from a report, under a title that names nobody.
pub async fn open_case(
    op: &Op,
    tx: &mut Tx<'_>,
    report: Id<kinds::Report>,
    title: Option<&str>,
) -> Result<Decided, Error> {
    let (row, permit) = tx.open::<Report>(op, Action::Triage, report.uuid()).await?;
    take(op, tx, row, &permit, Decision::OpenCase, Opens::New(title)).await
}

/// Adds a report to a case there is.
pub async fn attach(
    op: &Op,
    tx: &mut Tx<'_>,
    report: Id<kinds::Report>,
    case: Id<kinds::Case>,
) -> Result<Decided, Error> {
    let (row, permit) = tx.open::<Report>(op, Action::Triage, report.uuid()).await?;
    take(op, tx, row, &permit, Decision::OpenCase, Opens::Existing(case)).await
}

/// Records that what a decision sends (a referral, a question to the reporter) has left the house,
/// and how. From then on it cannot be undone.
pub async fn mark_decision_sent(
    op: &Op,
    tx: &mut Tx<'_>,
    decision: Id<kinds::Decision>,
    how: &str,
) -> Result<(), Error> {
    let (found, permit) = tx.open::<DecisionOnReport>(op, Action::Triage, decision.uuid()).await?;
    let how = given(
        how,
        "how",
        "how_missing",
        "Nothing says how it was sent.",
        "Say by what way and to whom, such as “by sealed e-mail to the agency's desk”.",
    )?;
    let DecisionOnReport { decision: row, report } = found;
    let sealer = tx.sealer(&permit, "report", report.id.uuid()).await?;
    let mut said: Said = sealer.open("decision", &row.sealed)?;
    if !said.decision.kind().leaves_the_house() {
        return Err(Error::conflict(
            "nothing_to_send",
            format!("“{}” sends nothing.", said.decision.kind().label()),
            "There is nothing to do.",
        ));
    }
    said.sent = Some(how);
    let (sealed, now) = (sealer.seal("decision", &said, tx)?, tx.house().now());
    if store::reports::mark_decision_sent(tx.store(&permit), row.id, now, &sealed).await? == 0 {
        return Err(Error::conflict(
            "decision_over",
            "The decision was sent already, or was undone.",
            "Look at the report again.",
        ));
    }
    let detail = serde_json::json!({ "decision": row.id, "kind": row.kind, "sent": true });
    tx.journal(op, &permit, detail).await
}

/// Which case a report goes into.
#[derive(Clone, Copy)]
enum Opens<'a> {
    /// A new one, under a title.
    New(Option<&'a str>),
    /// One there is.
    Existing(Id<kinds::Case>),
}

async fn take(
    op: &Op,
    tx: &mut Tx<'_>,
    mut row: Report,
    permit: &Permit,
    decision: Decision,
    opens: Opens<'_>,
) -> Result<Decided, Error> {
    decision.check(row.id).map_err(incomplete)?;
    let from: ReportState = word("state of a report", &row.state)?;
    let to = from.after(&decision).map_err(not_allowed)?;
    let sealer = tx.sealer(permit, "report", row.id.uuid()).await?;
    let mut said = Said { decision, opened: false, people: Vec::new(), sent: None };
    let mut target = None;
    match &said.decision {
        Decision::MergeInto { report: into } => {
            let into = *into;
            hold_merge(op, tx, permit, &row, into).await?;
            row.merged_into = Some(into);
            target = Some(into.uuid());
        }
        other => {
            if !store::reports::hold(tx.store(permit), row.id, &row.state).await? {
                return Err(quicker());
            }
            if matches!(other, Decision::Reopen { .. }) {
                // Kept with the decision, so that undoing it merges the report again.
                target = row.merged_into.take().map(Id::uuid);
            }
        }
    }
    if said.decision == Decision::OpenCase {
        if row.case.is_some() {
            return Err(Error::conflict(
                "in_a_case_already",
                "The report belongs to a case already.",
                "Go on in that case, or close the report.",
            ));
        }
        let content: reports::Report = sealer.open("content", &row.sealed)?;
        let Joined { case, people } = match opens {
            Opens::New(title) => make_case(op, tx, &row, &content, title).await?,
            Opens::Existing(case) => join_case(op, tx, &row, &content, case).await?,
        };
        row.case = Some(case);
        target = Some(case.uuid());
        said.opened = matches!(opens, Opens::New(_));
        said.people = people;
    }
    let house = tx.house();
    to.as_str().clone_into(&mut row.state);
    row.decided_at = Some(house.now());
    store::reports::update(tx.store(permit), &row).await?;
    let kept = store::reports::Decision {
        id: house.id(),
        organisation: row.organisation,
        report: row.id,
        kind: said.decision.kind().as_str().to_owned(),
        from_state: from.as_str().to_owned(),
        to_state: to.as_str().to_owned(),
        target,
        sealed: sealer.seal("decision", &said, tx)?,
        decided_by: op.actor.user,
        decided_at: house.now(),
        left_house_at: None,
        undone_by: None,
        undone_at: None,
    };
    store::reports::insert_decision(tx.store(permit), &kept).await?;
    let detail = serde_json::json!({
        "decision": kept.id, "kind": kept.kind, "from": kept.from_state, "to": kept.to_state,
        "target": target.map(|id| id.to_string()),
    });
    tx.journal(op, permit, detail).await?;
    Ok(Decided { report: row.id, decision: kept.id, state: to, case: row.case })
}

/// Checks the report that another is merged into, and keeps both as they are until the end. Only
/// an open report can be merged into, and an open report is merged nowhere: no circle can come to
/// be.
async fn hold_merge(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &Report,
    into: Id<kinds::Report>,
) -> Result<(), Error> {
    let (target, _) = tx.open::<Report>(op, Action::Triage, into.uuid()).await?;
    if target.organisation != row.organisation {
        return Err(app_kernel::Denied::NotFound.into());
    }
    let state: ReportState = word("state of a report", &target.state)?;
    if matches!(state, ReportState::Merged | ReportState::NoAction | ReportState::Closed) {
        let number = report_number(&target);
        return Err(Error::conflict(
            "merge_target_not_open",
            format!("{number} is not open: it is {}.", state.label()),
            "Choose a report that is open, or reopen that one first.",
        ));
    }
    // Always in the same order, so that two who merge crosswise do not wait for each other.
    let mut both = [(row.id, &row.state), (target.id, &target.state)];
    both.sort();
    for (id, state) in both {
        if !store::reports::hold(tx.store(permit), id, state).await? {
            return Err(quicker());
        }
    }
    Ok(())
}

fn not_allowed(error: NotAllowed) -> Error {
    let possible: Vec<_> = error.possible().iter().map(|kind| format!("“{}”", kind.label())).collect();
    Error::conflict(
        "decision_not_possible",
        format!("“{}” is not possible: the report is {}.", error.decision.label(), error.state.label()),
        format!("Possible now: {}.", possible.join(", ")),
    )
}

fn incomplete(error: Incomplete) -> Error {
    let (field, code, sentence, next) = match error {
        Incomplete::MergedIntoItself => (
            "report",
            "merged_into_itself",
            "A report cannot be merged into itself.",
            "Choose another report.",
        ),
        Incomplete::ReferredToNobody => {
            ("to", "to_missing", "Nothing says whom it is referred to.", "Name the agency.")
        }
        Incomplete::ReferredWithoutReason => (
            "why",
            "why_missing",
            "The referral has no reason.",
            "Say why it goes there, such as where the child is.",
        ),
        Incomplete::NothingAsked => {
            ("what", "what_missing", "Nothing is asked of the reporter.", "Say what they should add.")
        }
        Incomplete::OtherWithoutNote => (
            "note",
            "note_missing",
            "The reason is “other” and nothing says which.",
            "Say in the note what it is.",
        ),
        Incomplete::ReopenedWithoutReason => {
            ("why", "why_missing", "Nothing says why the report is reopened.", "Say what is new.")
        }
    };
    Error::invalid(field, code, sentence, next)
}

#[cfg(test)]
mod tests {
    use reports::NoActionReason;

    use super::*;

    #[test]
    fn what_is_sealed_reads_as_the_decision_alone_too() {
        let decision =
            Decision::NoAction { reason: NoActionReason::Other, note: "Synthetic note".to_owned() };
        let person = Id::from_uuid(uuid::Uuid::from_u128(7));
        for people in [Vec::new(), vec![person]] {
            let said = Said {
                decision: decision.clone(),
                opened: true,
                people: people.clone(),
                sent: Some("by hand".to_owned()),
            };
            let json = serde_json::to_string(&said).unwrap();
            assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
            let read: Said = serde_json::from_str(&json).unwrap();
            assert_eq!((read.decision, read.people), (decision.clone(), people));
        }
    }
}
