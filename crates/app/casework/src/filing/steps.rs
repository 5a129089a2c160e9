//! The steps of a filing after it was drafted. A second person reviews; what has problems cannot
//! become ready; “sent” is said by whoever handed it over, with where and how; what came back is
//! kept.

use access::Action;
use app_kernel::{Error, Internal, Op, Permit, Sealer, Tx};
use cases::{FilingFault, FilingStep, SamePerson};
use formats::cybertip::{self, Document};
use model::{Id, Instant, kinds};
use serde::{Deserialize, Serialize};
use store::filings::{Filing, Step};

use super::{
    draft::{open_draft, problems},
    view::{FilingView, view},
};
use crate::shared::{given, quicker};

/// What is sealed of a step: the filing as it stood after it, and what was said.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StepSaid {
    pub(crate) filing: cases::Filing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handover: Option<Handover>,
    /// The receiver's answer, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) response: Option<String>,
}

impl StepSaid {
    pub(crate) const fn of(filing: cases::Filing) -> Self {
        Self { filing, handover: None, response: None }
    }
}

/// How a filing left the house, as told by whoever handed it over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// To whom: `NCMEC CyberTipline`.
    pub to: String,
    /// How: `uploaded at the receiver's page`, or the client that sent it.
    pub how: String,
    /// When, if that was not just now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
}

/// Confirms a draft that somebody else made.
pub async fn review(op: &Op, tx: &mut Tx<'_>, filing: Id<kinds::Filing>) -> Result<FilingView, Error> {
    let step = FilingStep::Review { by: op.actor.user };
    take(op, tx, Action::ReviewFiling, filing, step, StepSaid::of).await
}

/// Marks a reviewed filing as ready to be sent. One that the receiver would refuse cannot be.
pub async fn mark_ready(op: &Op, tx: &mut Tx<'_>, filing: Id<kinds::Filing>) -> Result<FilingView, Error> {
    let (row, permit) = tx.open::<Filing>(op, Action::ReviewFiling, filing.uuid()).await?;
    let sealer = tx.sealer(&permit, "filing", filing.uuid()).await?;
    let draft = open_draft(&sealer, &row)?;
    let found = problems(&draft, tx.house().now());
    if let Some(first) = found.first() {
        return Err(Error::conflict(
            "filing_has_problems",
            format!(
                "The receiver would refuse it for {} reason{}; the first: {first}.",
                found.len(),
                if found.len() == 1 { "" } else { "s" }
            ),
            "Put right what the draft is made from, or choose otherwise, and draft it anew.",
        ));
    }
    take(op, tx, Action::ReviewFiling, filing, FilingStep::MakeReady, StepSaid::of).await
}

/// Records that a filing has left the house. It is not undone.
pub async fn send(
    op: &Op,
    tx: &mut Tx<'_>,
    filing: Id<kinds::Filing>,
    handover: &Handover,
) -> Result<FilingView, Error> {
    tx.open::<Filing>(op, Action::SendFiling, filing.uuid()).await?;
    let to = given(
        &handover.to,
        "to",
        "to_missing",
        "Nothing says to whom it was handed over.",
        "Name the receiver, such as the NCMEC CyberTipline.",
    )?;
    let how = given(
        &handover.how,
        "how",
        "how_missing",
        "Nothing says how it was handed over.",
        "Say by what way, such as “uploaded at the receiver's page”.",
    )?;
    let now = tx.house().now();
    let at = handover.at.unwrap_or(now);
    if at > now {
        return Err(Error::invalid(
            "at",
            "sent_in_the_future",
            "A filing cannot have been sent later than now.",
            "Record it once it is sent.",
        ));
    }
    let handover = Handover { to, how, at: Some(at) };
    let said = |filing| StepSaid { handover: Some(handover), ..StepSaid::of(filing) };
    take(op, tx, Action::SendFiling, filing, FilingStep::Send { at }, said).await
}

/// Records that the receiver has taken it, under their number: as told, or as their answer says.
pub async fn acknowledge(
    op: &Op,
    tx: &mut Tx<'_>,
    filing: Id<kinds::Filing>,
    reference: &str,
    response: Option<&[u8]>,
) -> Result<FilingView, Error> {
    tx.open::<Filing>(op, Action::SendFiling, filing.uuid()).await?;
    let mut reference = reference.trim().to_owned();
    let mut answer = None;
    if let Some(bytes) = response {
        let number = number_of(bytes)?.map(|number| number.to_string());
        answer = Some(String::from_utf8_lossy(bytes).into_owned());
        match number {
            Some(number) if reference.is_empty() => reference = number,
            Some(number) if number != reference => {
                return Err(Error::invalid(
                    "reference",
                    "reference_differs",
                    format!("The answer is about report {number}, the number given is {reference}."),
                    "Check which of them belongs to this filing.",
                ));
            }
            _ => {}
        }
    }
    let said = |filing| StepSaid { response: answer, ..StepSaid::of(filing) };
    take(op, tx, Action::SendFiling, filing, FilingStep::Acknowledge { reference }, said).await
}

/// Records that the receiver has refused it, and why.
pub async fn reject(
    op: &Op,
    tx: &mut Tx<'_>,
    filing: Id<kinds::Filing>,
    reason: &str,
) -> Result<FilingView, Error> {
    let step = FilingStep::Reject { reason: reason.to_owned() };
    take(op, tx, Action::SendFiling, filing, step, StepSaid::of).await
}

/// Takes a filing back before it is sent.
pub async fn withdraw(
    op: &Op,
    tx: &mut Tx<'_>,
    filing: Id<kinds::Filing>,
    why: &str,
) -> Result<FilingView, Error> {
    let step = FilingStep::Withdraw { why: why.to_owned() };
    take(op, tx, Action::DraftFiling, filing, step, StepSaid::of).await
}

async fn take(
    op: &Op,
    tx: &mut Tx<'_>,
    action: Action,
    filing: Id<kinds::Filing>,
    step: FilingStep,
    said: impl FnOnce(cases::Filing) -> StepSaid,
) -> Result<FilingView, Error> {
    let (mut row, permit) = tx.open::<Filing>(op, action, filing.uuid()).await?;
    let sealer = tx.sealer(&permit, "filing", filing.uuid()).await?;
    let (before, _) = standing(tx, &permit, &sealer, &row).await?;
    move_on(op, tx, &permit, &sealer, &mut row, &before, step, said).await?;
    view(op, tx, &permit, &row).await
}

/// Takes a step by the rules of `cases`, keeps it, and journals it.
#[expect(clippy::too_many_arguments, reason = "a step needs the row, its keys, its rules and its words")]
pub(crate) async fn move_on(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    sealer: &Sealer,
    row: &mut Filing,
    before: &cases::Filing,
    step: FilingStep,
    said: impl FnOnce(cases::Filing) -> StepSaid,
) -> Result<(), Error> {
    let after = before.take(step).map_err(fault)?.after;
    let from = row.state.clone();
    after.state.as_str().clone_into(&mut row.state);
    row.external.clone_from(&after.reference);
    row.changed_at = tx.house().now();
    if !store::filings::update(tx.store(permit), row, &from).await? {
        return Err(quicker());
    }
    push_step(op, tx, permit, sealer, row.id, &said(after)).await?;
    store::cases::touch(tx.store(permit), row.case, row.changed_at).await?;
    let detail = serde_json::json!({ "from": from, "to": row.state, "sha256": row.digest });
    tx.journal(op, permit, detail).await
}

pub(crate) async fn push_step(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    sealer: &Sealer,
    filing: Id<kinds::Filing>,
    said: &StepSaid,
) -> Result<(), Error> {
    let taken = store::filings::steps(tx.store(permit), filing).await?.len();
    let step = Step {
        ordinal: i64::try_from(taken + 1).unwrap_or(i64::MAX),
        state: said.filing.state.as_str().to_owned(),
        by: op.actor.user,
        at: tx.house().now(),
        sealed: sealer.seal("step", said, tx)?,
    };
    store::filings::insert_step(tx.store(permit), filing, &step).await?;
    Ok(())
}

/// A filing as its last step left it, and every step with what was said.
pub(crate) async fn standing(
    tx: &mut Tx<'_>,
    permit: &Permit,
    sealer: &Sealer,
    row: &Filing,
) -> Result<(cases::Filing, Vec<(Step, StepSaid)>), Error> {
    let mut steps = Vec::new();
    for step in store::filings::steps(tx.store(permit), row.id).await? {
        let said: StepSaid = sealer.open("step", &step.sealed)?;
        steps.push((step, said));
    }
    let last = steps
        .last()
        .map(|(_, said)| said.filing.clone())
        .ok_or_else(|| Internal::Unreadable { what: "filing", reason: "it has no step".to_owned() })?;
    Ok((last, steps))
}

/// The number in the receiver's answer. An answer that says it was refused is not an
/// acknowledgement.
fn number_of(bytes: &[u8]) -> Result<Option<i64>, Error> {
    let no_answer = |reason: String| {
        Error::invalid(
            "response",
            "response_unreadable",
            format!("This is not the receiver's answer to a report: {reason}."),
            "Give the answer as it came, or leave it out and give the number.",
        )
    };
    let document = cybertip::parse(bytes).map_err(|problems| {
        no_answer(problems.first().map_or_else(|| "it does not read".to_owned(), ToString::to_string))
    })?;
    let (code, words, number) = match document {
        Document::ReportResponse(answer) => {
            (answer.response_code, answer.response_description, answer.report_id)
        }
        Document::ReportDoneResponse(answer) => (answer.response_code, String::new(), Some(answer.report_id)),
        Document::Report(_) | Document::FileDetails(_) => {
            return Err(no_answer("it is a document that is sent to them".to_owned()));
        }
    };
    if code != cybertip::ResponseCode::Success.number() {
        return Err(Error::conflict(
            "response_refuses",
            format!("The answer refuses the report: code {code} {words}").trim_end().to_owned() + ".",
            "Record it as rejected, with that reason.",
        ));
    }
    Ok(number)
}

fn fault(error: FilingFault) -> Error {
    match error {
        FilingFault::NotAllowed { state, step } => {
            let possible: Vec<_> =
                state.possible().iter().map(|step| format!("“{}”", step.label())).collect();
            let next = if possible.is_empty() {
                "Nothing is to be done: it has arrived.".to_owned()
            } else {
                format!("Possible now: {}.", possible.join(", "))
            };
            Error::conflict(
                "step_not_possible",
                format!("“{}” is not possible: the filing is {}.", step.label(), state.label()),
                next,
            )
        }
        FilingFault::SamePerson(SamePerson) => Error::conflict(
            "same_person",
            "Whoever drafted it cannot review it.",
            "Ask a second person to review it.",
        ),
        FilingFault::NoReference => Error::invalid(
            "reference",
            "reference_missing",
            "The acknowledgement has no number.",
            "Give the receiver's number for the report, or their answer.",
        ),
        FilingFault::NoReason => {
            Error::invalid("reason", "reason_missing", "Nothing says why.", "Say why in a few words.")
        }
    }
}

#[cfg(test)]
mod tests {
    use formats::cybertip::{ReportDoneResponse, ReportResponse};

    use super::*;

    #[test]
    fn an_answer_gives_its_number_or_says_that_it_refuses() {
        let write = |document| cybertip::write(&document);
        let yes =
            ReportResponse { report_id: Some(900_000_001), ..ReportResponse::new(0, "Success".to_owned()) };
        assert_eq!(number_of(&write(Document::ReportResponse(yes))).unwrap(), Some(900_000_001));
        let files = cybertip::ReceivedFiles::default();
        let receipt = ReportDoneResponse::new(0, 900_000_002, files);
        assert_eq!(number_of(&write(Document::ReportDoneResponse(receipt))).unwrap(), Some(900_000_002));
        let no = ReportResponse::new(4100, "Validation failed".to_owned());
        let Error::Problem(problem) = number_of(&write(Document::ReportResponse(no))).unwrap_err() else {
            panic!("a refusal")
        };
        assert_eq!(
            (problem.code, problem.sentence.as_str()),
            ("response_refuses", "The answer refuses the report: code 4100 Validation failed.")
        );
        assert!(number_of(b"Thank you").is_err());
    }
}
