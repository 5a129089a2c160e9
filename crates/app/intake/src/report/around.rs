//! What stands around a report: linked reports, alerts, its case.

use std::collections::BTreeSet;

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, IdentifierKind, Instant, kinds};
use screening::AlertEvidence;
use store::{alerts::Alert, cases::Case, identifiers::Named, reports::Report};

use crate::shared::{ReportRef, alert_number, case_number, may};

/// A report that is linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// The other report.
    pub report: ReportRef,
    /// How much the link carries: `strong`, `moderate` or `weak`.
    pub strength: String,
    /// Why, in sentences without the values.
    pub reasons: Vec<String>,
    /// When it was seen first.
    pub since: Instant,
}

/// An alert about a report, or about an account it names.
pub struct MatchView {
    /// The alert.
    pub alert: Id<kinds::Alert>,
    /// Its number, such as `A-2026-00007`.
    pub number: String,
    /// `hash` or `typology`.
    pub kind: String,
    /// Its state's word.
    pub state: String,
    /// When it was raised.
    pub raised_at: Instant,
    /// True if it is about an account the report names, rather than about the report.
    pub of_account: bool,
    /// Title and reasons of an alert about the report; one about an account says them on its own
    /// page, where opening it is journalled.
    pub evidence: Option<AlertEvidence>,
    /// Whether whoever looks may open it.
    pub may_open: bool,
}

/// The case a report belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRef {
    /// The case.
    pub id: Id<kinds::Case>,
    /// Its number, such as `C-2026-00003`.
    pub number: String,
    /// Whether whoever looks may open it.
    pub may_open: bool,
}

/// The linked reports that may be opened, the strongest links first, and how many there are besides.
pub(super) async fn links(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    report: Id<kinds::Report>,
) -> Result<(Vec<LinkView>, usize), Error> {
    let (mut views, mut hidden) = (Vec::new(), 0);
    for (other, link) in store::reports::links(tx.store(permit), report).await? {
        let Some(row) = store::reports::find(tx.store(permit), other).await? else { continue };
        if may(tx, op, Action::ReadReport, &row).await? {
            views.push(LinkView {
                report: ReportRef::of(&row)?,
                strength: link.strength,
                reasons: link.reasons,
                since: link.created_at,
            });
        } else {
            hidden += 1;
        }
    }
    views.sort_by_key(|view| match view.strength.as_str() {
        "strong" => 0,
        "moderate" => 1,
        _ => 2,
    });
    Ok((views, hidden))
}

/// Alerts about the report, then those about the accounts it names that may be opened.
pub(super) async fn matches(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    report: Id<kinds::Report>,
    named: &[Named],
) -> Result<Vec<MatchView>, Error> {
    let house = tx.house();
    if !house.profile.has("alerts") {
        return Ok(Vec::new());
    }
    let mut views = Vec::new();
    let mut seen = BTreeSet::new();
    for alert in store::alerts::of_report(tx.store(permit), report).await? {
        seen.insert(alert.id);
        let sealer = tx.sealer(permit, "alert", alert.id.uuid()).await?;
        let evidence = sealer.open("evidence", &alert.sealed)?;
        let may_open = may(tx, op, Action::ReadAlert, &alert).await?;
        views.push(view(alert, may_open, Some(evidence)));
    }
    if !house.profile.has("payments") {
        return Ok(views);
    }
    for named in named.iter().filter(|named| named.kind == IdentifierKind::Account.as_str()) {
        let party = store::ledger::party_by_token(tx.store(permit), named.organisation, named.token).await?;
        let Some(party) = party else { continue };
        for alert in store::alerts::of_party(tx.store(permit), party.id, None).await? {
            if seen.insert(alert.id) && may(tx, op, Action::ReadAlert, &alert).await? {
                views.push(view(alert, true, None));
            }
        }
    }
    Ok(views)
}

/// Without evidence it is one about an account.
fn view(alert: Alert, may_open: bool, evidence: Option<AlertEvidence>) -> MatchView {
    MatchView {
        alert: alert.id,
        number: alert_number(&alert),
        raised_at: alert.created_at,
        of_account: evidence.is_none(),
        evidence,
        may_open,
        kind: alert.kind,
        state: alert.state,
    }
}

pub(super) async fn case(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &Report,
) -> Result<Option<CaseRef>, Error> {
    let Some(id) = row.case.filter(|_| tx.house().profile.has("cases")) else { return Ok(None) };
    let Some(case) = store::cases::find(tx.store(permit), id).await? else { return Ok(None) };
    let may_open = may::<Case>(tx, op, Action::ReadCase, &case).await?;
    Ok(Some(CaseRef { id, number: case_number(&case), may_open }))
}
