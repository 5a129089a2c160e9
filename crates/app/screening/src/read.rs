//! Opening an alert.

use access::{Action, Mask};
use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, Instant, kinds};
use screening::AlertEvidence;
use store::{alerts::Alert, ledger::Party, reports::Report};

use crate::{AlertState, Band, Outcome, desk::state_of, raise::reports_naming};

/// Journal entries shown of an alert.
const ENTRIES: i64 = 50;

/// An alert, open.
pub struct AlertView {
    /// The alert.
    pub id: Id<kinds::Alert>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was raised.
    pub year: i64,
    /// `typology` or `hash`.
    pub kind: String,
    /// The typology's id, or the list's name; `None` for whoever sees an outline only.
    pub typology: Option<String>,
    /// The typology's version; empty for a bank.
    pub version: String,
    /// Where it is on its way.
    pub state: AlertState,
    /// How it ranks.
    pub band: Band,
    /// The order within the band.
    pub score: i64,
    /// When it was raised.
    pub raised_at: Instant,
    /// The first thing it rests on.
    pub first_at: Instant,
    /// The last thing it rests on.
    pub last_at: Instant,
    /// When it was last decided on.
    pub reviewed_at: Option<Instant>,
    /// Title, every reason in words, and what is asked; `None` in an outline.
    pub evidence: Option<AlertEvidence>,
    /// The party, without who it is; `None` in an outline and for a hash alert.
    pub party: Option<PartyView>,
    /// Other alerts about the same party, oldest first.
    pub others: Vec<OtherAlert>,
    /// Reports that name the party's account.
    pub same_account: SameAccount,
    /// The report it is about, for a hash alert.
    pub report: Option<ReportHit>,
    /// The report it became.
    pub escalated_to: Option<ReportHit>,
    /// Why it was dismissed, also after it was reopened; `None` in an outline.
    pub outcome: Option<Outcome>,
    /// Whether screening found more of it after it was last decided on.
    pub went_on: bool,
    /// What happened to it, newest first; nothing in an outline.
    pub journal: Vec<JournalLine>,
    /// What is to be done next, in words.
    pub next: &'static str,
    /// Whether who looks may open the party.
    pub may_reveal: bool,
    /// Whether who looks may decide on it.
    pub may_review: bool,
}

/// A party without who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyView {
    /// The party.
    pub id: Id<kinds::Party>,
    /// `individual`, `business`, or not known.
    pub kind: Option<String>,
    /// Its country, ISO 3166-1 alpha-2, if known.
    pub country: Option<String>,
    /// When the ledger first named it.
    pub since: Instant,
}

/// Another alert about the same party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherAlert {
    /// The alert.
    pub id: Id<kinds::Alert>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was raised.
    pub year: i64,
    /// The typology's id.
    pub typology: String,
    /// Where it is on its way.
    pub state: AlertState,
    /// How it ranks.
    pub band: Band,
    /// The first thing it rests on.
    pub first_at: Instant,
    /// The last thing it rests on.
    pub last_at: Instant,
}

/// Reports that name the same account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SameAccount {
    /// Those that who looks may open, oldest first.
    pub reports: Vec<ReportHit>,
    /// How many there are besides.
    pub hidden: usize,
}

/// A report, by its number and state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportHit {
    /// The report.
    pub id: Id<kinds::Report>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was received.
    pub year: i64,
    /// Its state's word.
    pub state: String,
    /// Its level of urgency, 1 the most.
    pub level: i64,
    /// When it was received.
    pub received_at: Instant,
    /// Whether who looks may open it.
    pub may_open: bool,
}

/// An entry of the journal about the alert.
pub struct JournalLine {
    /// When.
    pub at: Instant,
    /// Who, as `user:name`, `system:name` or `program:name`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// What for.
    pub purpose: String,
    /// What the actor wrote as their reason.
    pub reason: Option<String>,
    /// Counts and states, as JSON.
    pub detail: String,
}

/// Opens an alert; journalled.
pub async fn read(op: &Op, tx: &mut Tx<'_>, alert: Id<kinds::Alert>) -> Result<AlertView, Error> {
    let (row, permit) = tx.open::<Alert>(op, Action::ReadAlert, alert.uuid()).await?;
    let state = state_of(&row)?;
    let may_reveal = row.party.is_some() && may(op, tx, Action::RevealParty, &row).await?;
    let may_review = may(op, tx, Action::ReviewAlert, &row).await?;
    let mut view = AlertView {
        id: row.id,
        number: row.number,
        year: row.year,
        kind: row.kind.clone(),
        typology: None,
        version: row.version.clone(),
        state,
        band: Band::of(row.score),
        score: row.score,
        raised_at: row.created_at,
        first_at: row.first_at,
        last_at: row.last_at,
        reviewed_at: row.reviewed_at,
        evidence: None,
        party: None,
        others: Vec::new(),
        same_account: SameAccount::default(),
        report: None,
        escalated_to: None,
        outcome: None,
        went_on: false,
        journal: Vec::new(),
        next: state.next_step(),
        may_reveal,
        may_review,
    };
    if permit.mask() == Mask::Whole {
        fill(op, tx, &permit, &row, &mut view).await?;
    }
    tx.journal(op, &permit, serde_json::json!({ "state": row.state, "mask": permit.mask().as_str() }))
        .await?;
    Ok(view)
}

/// Adds what only a whole view has.
async fn fill(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &Alert,
    view: &mut AlertView,
) -> Result<(), Error> {
    let sealer = tx.sealer(permit, "alert", row.id.uuid()).await?;
    view.typology = Some(row.typology.clone());
    view.evidence = Some(sealer.open("evidence", &row.sealed)?);
    view.outcome = row.outcome.as_ref().map(|sealed| sealer.open("outcome", sealed)).transpose()?;
    if let Some(id) = row.party
        && let Some(party) = store::ledger::find_party(tx.store(permit), id).await?
    {
        view.others = others(tx, permit, row, &party).await?;
        view.same_account = same_account(op, tx, permit, &party).await?;
        view.party = Some(PartyView {
            id: party.id,
            kind: party.kind,
            country: party.country,
            since: party.created_at,
        });
    }
    view.report = hit(op, tx, permit, row.report).await?;
    view.escalated_to = hit(op, tx, permit, row.escalated_to).await?;
    for entry in store::journal::of_record(tx.store(permit), row.id.uuid(), ENTRIES).await? {
        let reason = tx.reason(permit, &entry).await?;
        let extended = entry.purpose == "screening" && entry.detail.contains("\"extended\":true");
        view.went_on |= extended && row.reviewed_at.is_some_and(|at| entry.at > at);
        view.journal.push(JournalLine {
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            purpose: entry.purpose,
            reason,
            detail: entry.detail,
        });
    }
    Ok(())
}

async fn others(
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &Alert,
    party: &Party,
) -> Result<Vec<OtherAlert>, Error> {
    let mut others = Vec::new();
    for alert in store::alerts::of_party(tx.store(permit), party.id, None).await? {
        if alert.id != row.id {
            others.push(OtherAlert {
                id: alert.id,
                number: alert.number,
                year: alert.year,
                state: state_of(&alert)?,
                band: Band::of(alert.score),
                first_at: alert.first_at,
                last_at: alert.last_at,
                typology: alert.typology,
            });
        }
    }
    Ok(others)
}

async fn same_account(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    party: &Party,
) -> Result<SameAccount, Error> {
    let mut same = SameAccount::default();
    for report in reports_naming(tx, permit, party).await? {
        match hit(op, tx, permit, Some(report)).await? {
            Some(hit) if hit.may_open => same.reports.push(hit),
            Some(_) => same.hidden += 1,
            None => {}
        }
    }
    Ok(same)
}

async fn hit(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    report: Option<Id<kinds::Report>>,
) -> Result<Option<ReportHit>, Error> {
    let Some(report) = report else { return Ok(None) };
    let Some(row) = store::reports::find(tx.store(permit), report).await? else { return Ok(None) };
    let may_open = match tx.permit::<Report>(op, Action::ReadReport, &row).await {
        Ok(_) => true,
        Err(Error::Denied(_)) => false,
        Err(error) => return Err(error),
    };
    Ok(Some(ReportHit {
        id: row.id,
        number: row.number,
        year: row.year,
        state: row.state,
        level: row.level,
        received_at: row.received_at,
        may_open,
    }))
}

async fn may(op: &Op, tx: &mut Tx<'_>, action: Action, row: &Alert) -> Result<bool, Error> {
    match tx.permit(op, action, row).await {
        Ok(_) => Ok(true),
        Err(Error::Denied(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
