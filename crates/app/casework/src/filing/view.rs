//! Filings as their pages show them: the outbox, and one filing with its checks and its way.

use access::{Action, Mask};
use app_kernel::{Denied, Error, Op, Permit, Tx};
use cases::{FilingKind, FilingState, FilingStepKind};
use formats::cybertip::Problem;
use model::{Digest, Id, Instant, kinds};
use store::filings::Filing;

use super::{
    cybertip::CybertipChoices,
    draft::{open_draft, problems},
    steps::{Handover, standing},
};
use crate::shared::{
    JournalLine, Names, Page, UserRef, bounded, case_number, journal_of, may, number, page, report_number,
    word,
};

/// One row of the outbox.
#[derive(Clone, Debug)]
pub struct FilingRow {
    /// The filing.
    pub id: Id<kinds::Filing>,
    /// Its number, such as `F-2026-00007`.
    pub number: String,
    /// What is filed.
    pub kind: FilingKind,
    /// Where it stands.
    pub state: FilingState,
    /// The case.
    pub case: Id<kinds::Case>,
    /// The receiver's number for it.
    pub reference: Option<String>,
    /// When its state last changed.
    pub changed_at: Instant,
}

/// One step a filing took.
#[derive(Clone)]
pub struct FilingStepView {
    /// The state it entered.
    pub state: FilingState,
    /// Who took it.
    pub by: UserRef,
    /// When.
    pub at: Instant,
    /// Why it was withdrawn or refused.
    pub reason: Option<String>,
    /// How it left the house.
    pub handover: Option<Handover>,
    /// The receiver's answer, as it came.
    pub response: Option<String>,
}

/// A filing.
#[derive(Clone)]
pub struct FilingView {
    /// The filing.
    pub id: Id<kinds::Filing>,
    /// Its number.
    pub number: String,
    /// What is filed.
    pub kind: FilingKind,
    /// Where it stands.
    pub state: FilingState,
    /// What happens next, and who does it.
    pub next_step: &'static str,
    /// The steps that are possible now.
    pub possible: Vec<FilingStepKind>,
    /// The case.
    pub case: Id<kinds::Case>,
    /// The case's number.
    pub case_number: String,
    /// The reports it is made from, with their numbers.
    pub reports: Vec<(Id<kinds::Report>, String)>,
    /// SHA-256 of the document.
    pub digest: Digest,
    /// What the receiver would refuse; empty when it is valid.
    pub problems: Vec<Problem>,
    /// What stays in the house, in sentences.
    pub left_out: Vec<String>,
    /// What the drafter chose.
    pub choices: CybertipChoices,
    /// How many files it says something about.
    pub files: usize,
    /// Who wrote the version that stands.
    pub drafted_by: UserRef,
    /// Who reviewed it.
    pub reviewed_by: Option<UserRef>,
    /// When it was sent.
    pub sent_at: Option<Instant>,
    /// The receiver's number for it.
    pub reference: Option<String>,
    /// Why it was withdrawn or refused.
    pub reason: Option<String>,
    /// Its way so far.
    pub steps: Vec<FilingStepView>,
    /// The document; `None` for who may read the filing and not draft one, since it names the child.
    pub xml: Option<String>,
    /// When its state last changed.
    pub changed_at: Instant,
    /// What the journal says, newest first.
    pub journal: Vec<JournalLine>,
    /// What the actor may do here, perhaps after confirming who they are.
    pub may: Vec<Action>,
}

/// The filings of the actor's organisation, the one that changed last first. Listing is not
/// journalled.
pub async fn filings(
    op: &Op,
    tx: &mut Tx<'_>,
    before: Option<(Instant, Id<kinds::Filing>)>,
    limit: i64,
) -> Result<Page<FilingRow, kinds::Filing>, Error> {
    let permit = tx.allow(op, Action::ListCases)?;
    let limit = bounded(limit);
    let total = store::filings::count(tx.store(&permit), permit.owner()).await?;
    let found = store::filings::list(tx.store(&permit), permit.owner(), before, limit + 1).await?;
    if let Some(first) = found.first() {
        tx.permit(op, Action::ReadFiling, first).await?;
    }
    let rows = found.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(page(rows, limit, total, |row| (row.changed_at, row.id)))
}

/// Opens a filing.
pub async fn read_filing(op: &Op, tx: &mut Tx<'_>, filing: Id<kinds::Filing>) -> Result<FilingView, Error> {
    let (row, permit) = tx.open::<Filing>(op, Action::ReadFiling, filing.uuid()).await?;
    let shown = view(op, tx, &permit, &row).await?;
    let detail = serde_json::json!({
        "state": row.state, "sha256": row.digest, "document_shown": shown.xml.is_some(),
    });
    tx.journal(op, &permit, detail).await?;
    Ok(shown)
}

/// The filings of a case, oldest change first.
pub(crate) async fn of_case(
    tx: &mut Tx<'_>,
    permit: &Permit,
    case: Id<kinds::Case>,
) -> Result<Vec<FilingRow>, Error> {
    if !tx.house().profile.has("filings") {
        return Ok(Vec::new());
    }
    let whole = permit.mask() == Mask::Whole;
    let found = store::filings::of_case(tx.store(permit), case).await?;
    let shown = found.iter().map(|filing| {
        let row = row(filing)?;
        Ok(FilingRow { reference: row.reference.filter(|_| whole), ..row })
    });
    shown.collect()
}

fn row(filing: &Filing) -> Result<FilingRow, Error> {
    Ok(FilingRow {
        id: filing.id,
        number: number(cases::Prefix::Filing, filing.year, filing.number),
        kind: word("kind of filing", &filing.kind)?,
        state: word("state of a filing", &filing.state)?,
        case: filing.case,
        reference: filing.external.clone(),
        changed_at: filing.changed_at,
    })
}

/// A filing for whoever has leave to it.
pub(crate) async fn view(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    filing: &Filing,
) -> Result<FilingView, Error> {
    let sealer = tx.sealer(permit, "filing", filing.id.uuid()).await?;
    let draft = open_draft(&sealer, filing)?;
    let (standing, taken) = standing(tx, permit, &sealer, filing).await?;
    let mut names = Names::default();
    let mut steps = Vec::new();
    for (step, said) in taken {
        steps.push(FilingStepView {
            state: said.filing.state,
            by: names.of(tx, permit, step.by).await?,
            at: step.at,
            reason: said.filing.reason,
            handover: said.handover,
            response: said.response,
        });
    }
    let mut reports = Vec::new();
    for id in &draft.reports {
        if let Some(row) = store::reports::find(tx.store(permit), *id).await? {
            reports.push((*id, report_number(&row)));
        }
    }
    let case = store::cases::find(tx.store(permit), filing.case).await?.ok_or(Denied::NotFound)?;
    let reviewed_by = match standing.reviewer {
        Some(reviewer) => Some(names.of(tx, permit, reviewer).await?),
        None => None,
    };
    let mut allowed = Vec::new();
    for action in [Action::DraftFiling, Action::ReviewFiling, Action::SendFiling] {
        if may(tx, op, action, filing).await? {
            allowed.push(action);
        }
    }
    // What was sent is judged as it was; what is still to go is judged now.
    let open = !matches!(standing.state, FilingState::Sent | FilingState::Acknowledged);
    let found = if open { problems(&draft, tx.house().now()) } else { draft.problems };
    let FilingRow { id, number, kind, state, changed_at, .. } = row(filing)?;
    Ok(FilingView {
        id,
        number,
        kind,
        state,
        next_step: state.next_step(),
        possible: state.possible().to_vec(),
        case: filing.case,
        case_number: case_number(&case),
        reports,
        digest: filing.digest,
        problems: found,
        left_out: draft.left_out,
        choices: draft.choices,
        files: draft.files.len(),
        drafted_by: names.of(tx, permit, standing.drafter).await?,
        reviewed_by,
        sent_at: standing.sent_at,
        reference: standing.reference,
        reason: standing.reason,
        steps,
        xml: allowed.contains(&Action::DraftFiling).then_some(draft.xml),
        changed_at,
        journal: journal_of(tx, permit, filing.id.uuid()).await?,
        may: allowed,
    })
}
