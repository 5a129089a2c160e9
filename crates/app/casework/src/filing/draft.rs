//! Drafting a filing from a case, changing the draft, and taking its documents out.

use access::Action;
use app_kernel::{Error, Op, Permit, Sealer, Tx};
use cases::{FilingKind, FilingStep};
use formats::cybertip::{self, Document, FileDetails, Problem};
use model::{Id, Instant, kinds};
use serde::{Deserialize, Serialize};
use store::{cases::Case, filings::Filing};

use super::{
    cybertip::{Built, CybertipChoices, Filer, build, no_reports},
    files::{self, FiledDocument},
    sources::Source,
    steps::{StepSaid, move_on, push_step, standing},
    view::{FilingView, read_filing, view},
};
use crate::{
    people::open_for_change,
    shared::{report_number, this_year},
};

/// What is sealed of a filing.
#[derive(Serialize, Deserialize)]
pub(crate) struct Draft {
    /// The report, typed.
    pub(crate) report: cybertip::Report,
    /// What is said about its files, typed.
    pub(crate) files: Vec<FileDetails>,
    /// The report as it is sent: what the digest is of.
    pub(crate) xml: String,
    /// What the receiver would refuse.
    pub(crate) problems: Vec<Problem>,
    /// What stays in the house, in sentences.
    pub(crate) left_out: Vec<String>,
    /// The reports it is made from.
    pub(crate) reports: Vec<Id<kinds::Report>>,
    /// What the drafter chose.
    pub(crate) choices: CybertipChoices,
}

/// Drafts a CyberTipline report from a case: valid or with its problems, reviewed by nobody.
pub async fn draft_cybertip(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    choices: &CybertipChoices,
) -> Result<FilingView, Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::DraftFiling, case.uuid()).await?;
    let house = tx.house();
    if !house.profile.has("filings") {
        return Err(Error::conflict(
            "no_filings_here",
            format!("This installation is for “{}” and files nothing.", house.profile.label),
            "Share the case with the agency that files.",
        ));
    }
    open_for_change(tx, &permit, &row).await?;
    let draft = compose(op, tx, &permit, case, choices).await?;
    let now = tx.house().now();
    let year = this_year(tx);
    let number =
        store::organisations::next(tx.store(&permit), permit.owner(), &format!("filings-{year}")).await?;
    let state = cases::Filing::draft(FilingKind::CyberTipline, op.actor.user, None);
    let mut filing = Filing {
        id: tx.house().id(),
        organisation: permit.owner(),
        case,
        number,
        year,
        kind: FilingKind::CyberTipline.as_str().to_owned(),
        state: state.state.as_str().to_owned(),
        digest: vault::sha256(draft.xml.as_bytes()),
        sealed: Vec::new(),
        external: None,
        drafted_by: op.actor.user,
        changed_at: now,
    };
    let filing_permit = tx.permit(op, Action::DraftFiling, &filing).await?;
    let sealer = tx.new_sealer(&filing_permit, "filing", filing.id.uuid()).await?;
    filing.sealed = sealer.seal("document", &draft, tx)?;
    store::filings::insert(tx.store(&filing_permit), &filing).await?;
    push_step(op, tx, &filing_permit, &sealer, filing.id, &StepSaid::of(state)).await?;
    row.changed_at = now;
    store::cases::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({
        "filing": filing.id, "kind": filing.kind, "sha256": filing.digest, "reports": draft.reports.len(),
        "problems": draft.problems.len(),
    });
    tx.journal(op, &permit, detail.clone()).await?;
    tx.journal(op, &filing_permit, detail).await?;
    view(op, tx, &filing_permit, &filing).await
}

/// Makes the draft anew from the case as it stands now. It is reviewed again.
pub async fn redraft(
    op: &Op,
    tx: &mut Tx<'_>,
    filing: Id<kinds::Filing>,
    choices: &CybertipChoices,
) -> Result<FilingView, Error> {
    let (mut row, permit) = tx.open::<Filing>(op, Action::DraftFiling, filing.uuid()).await?;
    let sealer = tx.sealer(&permit, "filing", filing.uuid()).await?;
    let (before, _) = standing(tx, &permit, &sealer, &row).await?;
    let step = FilingStep::Redraft { by: op.actor.user };
    let draft = compose(op, tx, &permit, row.case, choices).await?;
    row.digest = vault::sha256(draft.xml.as_bytes());
    row.sealed = sealer.seal("document", &draft, tx)?;
    row.external = None;
    move_on(op, tx, &permit, &sealer, &mut row, &before, step, StepSaid::of).await?;
    view(op, tx, &permit, &row).await
}

/// The report as it is sent, byte for byte. Taking it out is journalled: it has left the house by
/// that way.
pub async fn document(op: &Op, tx: &mut Tx<'_>, filing: Id<kinds::Filing>) -> Result<Vec<u8>, Error> {
    let (row, permit) = tx.open::<Filing>(op, Action::DraftFiling, filing.uuid()).await?;
    let sealer = tx.sealer(&permit, "filing", filing.uuid()).await?;
    let draft: Draft = sealer.open("document", &row.sealed)?;
    let detail = serde_json::json!({
        "downloaded": "report", "sha256": row.digest, "state": row.state, "bytes": draft.xml.len(),
    });
    tx.journal(op, &permit, detail).await?;
    Ok(draft.xml.into_bytes())
}

/// What is said about each file of the report, as documents of their own: the receiver takes them
/// after the files. Taking them out is journalled.
pub async fn attachments(
    op: &Op,
    tx: &mut Tx<'_>,
    filing: Id<kinds::Filing>,
) -> Result<Vec<FiledDocument>, Error> {
    let (row, permit) = tx.open::<Filing>(op, Action::DraftFiling, filing.uuid()).await?;
    let sealer = tx.sealer(&permit, "filing", filing.uuid()).await?;
    let draft: Draft = sealer.open("document", &row.sealed)?;
    let number = row.external.as_deref().and_then(|number| number.parse().ok());
    let documents = files::documents(&draft.files, number);
    let detail = serde_json::json!({ "downloaded": "files", "files": documents.len(), "state": row.state });
    tx.journal(op, &permit, detail).await?;
    Ok(documents)
}

/// A draft and its document in one, for the command line. Nothing is sent, and nothing says so.
pub async fn export_cybertip(
    op: &Op,
    tx: &mut Tx<'_>,
    case: Id<kinds::Case>,
    choices: &CybertipChoices,
) -> Result<(Vec<u8>, FilingView), Error> {
    let drafted = draft_cybertip(op, tx, case, choices).await?;
    let bytes = document(op, tx, drafted.id).await?;
    Ok((bytes, read_filing(op, tx, drafted.id).await?))
}

/// What the receiver would refuse of a draft at `now`.
pub(crate) fn problems(draft: &Draft, now: Instant) -> Vec<Problem> {
    cybertip::validate_submission(&draft.report, &draft.files, now)
}

/// Opens the sealed draft.
pub(crate) fn open_draft(sealer: &Sealer, row: &Filing) -> Result<Draft, Error> {
    sealer.open("document", &row.sealed)
}

async fn compose(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    case: Id<kinds::Case>,
    choices: &CybertipChoices,
) -> Result<Draft, Error> {
    let mut rows = store::reports::of_case(tx.store(permit), case).await?;
    if let Some(strange) = choices.reports.iter().find(|id| !rows.iter().any(|row| row.id == **id)) {
        return Err(Error::invalid(
            "reports",
            "report_not_in_case",
            format!("The report {strange} does not belong to this case."),
            "Choose reports of this case, or none to file them all.",
        ));
    }
    rows.retain(|row| choices.reports.is_empty() || choices.reports.contains(&row.id));
    if rows.is_empty() {
        return Err(no_reports());
    }
    rows.sort_by_key(|row| (row.level, row.received_at, row.id));
    let mut sources = Vec::new();
    for row in &rows {
        let permit = tx.permit(op, Action::ReadReport, row).await?;
        let sealer = tx.sealer(&permit, "report", row.id.uuid()).await?;
        let content: reports::Report = sealer.open("content", &row.sealed)?;
        let documents: Vec<Document> = row
            .document
            .as_ref()
            .map(|sealed| sealer.open("document", sealed))
            .transpose()?
            .unwrap_or_default();
        sources.push(Source::new(report_number(row), content, documents));
    }
    let filer = filer(tx, permit).await?;
    let Built { report, files, left_out } = build(&sources, &filer, choices)?;
    let document = Document::Report(report);
    let xml = String::from_utf8_lossy(&cybertip::write(&document)).into_owned();
    let Document::Report(report) = document else { return Err(no_reports()) };
    let mut draft = Draft {
        report,
        files,
        xml,
        problems: Vec::new(),
        left_out,
        reports: rows.iter().map(|row| row.id).collect(),
        choices: choices.clone(),
    };
    draft.problems = problems(&draft, tx.house().now());
    Ok(draft)
}

/// Who files: the organisation, and whom the receiver answers to, as the settings have it.
async fn filer(tx: &mut Tx<'_>, permit: &Permit) -> Result<Filer, Error> {
    let owner = permit.owner();
    let mut settings = [None, None, None];
    for (place, key) in settings.iter_mut().zip(["contact_email", "contact_name", "contact_phone"]) {
        let value = store::organisations::setting(tx.store(permit), &format!("{key}:{owner}")).await?;
        *place = value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    }
    let [email, name, phone] = settings;
    let email = email.ok_or_else(|| {
        Error::invalid(
            "contact_email",
            "contact_email_missing",
            "The receiver wants an e-mail address of whoever reports, and this organisation has none.",
            "Have it set under Keeping house, Organisation, as the contact; then draft again.",
        )
    })?;
    let organisation = store::organisations::find(tx.store(permit), owner).await?;
    let organisation = organisation.map(|found| found.name).unwrap_or_default();
    Ok(Filer { organisation, email, name, phone })
}
