//! The identifiers of a case: what its reports name, by kind and part; the value stays sealed until
//! somebody opens it with a reason.

use std::collections::BTreeMap;

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, Identifier, IdentifierKind, Instant, kinds};

use crate::{
    records::ReportInCase,
    shared::{with_reason, word},
};

/// The word for the part of whoever reported. Their identifiers are of the intake's compartment
/// and stay with the report.
const REPORTER: &str = "reporter";
/// The word for the part of the child.
const VICTIM: &str = "victim";

/// Where an identifier of a case is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedIn {
    /// The report.
    pub report: Id<kinds::Report>,
    /// Its number in the report.
    pub ordinal: i64,
}

/// An identifier of a case, its value sealed.
#[derive(Clone, Debug)]
pub struct IdentifierView {
    /// What kind it is.
    pub kind: IdentifierKind,
    /// In what parts the reports name it: `reported`, `victim`, `recipient`, `party`, `incident`.
    pub roles: Vec<String>,
    /// Whether it is the child's.
    pub of_child: bool,
    /// How many reports of the case name it.
    pub reports: usize,
    /// How many reports of the organisation name it in all.
    pub reports_in_all: i64,
    /// When it was first and last seen in use.
    pub seen: Option<(Instant, Instant)>,
    /// Where it is opened from; `None` for who may not.
    pub sealed: Option<NamedIn>,
}

/// The identifiers of these reports, the ones that most of them name first.
pub(crate) async fn of_reports(
    tx: &mut Tx<'_>,
    permit: &Permit,
    reports: &[store::reports::Report],
) -> Result<Vec<IdentifierView>, Error> {
    let mut found: BTreeMap<[u8; 16], (IdentifierView, Vec<Id<kinds::Report>>)> = BTreeMap::new();
    for report in reports {
        for named in store::identifiers::of_record(tx.store(permit), report.id.uuid()).await? {
            if named.role == REPORTER {
                continue;
            }
            let kind = word("kind of identifier", &named.kind)?;
            let here = NamedIn { report: report.id, ordinal: named.ordinal };
            let (view, within) = found.entry(named.token).or_insert_with(|| {
                let view = IdentifierView {
                    kind,
                    roles: Vec::new(),
                    of_child: false,
                    reports: 0,
                    reports_in_all: 0,
                    seen: None,
                    sealed: Some(here.clone()),
                };
                (view, Vec::new())
            });
            if named.role == VICTIM {
                // Opened from where it is named as the child's, so that it asks for what that asks for.
                view.of_child = true;
                view.sealed = Some(here);
            }
            if !view.roles.contains(&named.role) {
                view.roles.push(named.role);
            }
            if !within.contains(&report.id) {
                within.push(report.id);
            }
            if let Some(at) = named.seen_at {
                let (first, last) = view.seen.unwrap_or((at, at));
                view.seen = Some((first.min(at), last.max(at)));
            }
        }
    }
    let mut views = Vec::new();
    for (token, (mut view, within)) in found {
        view.reports = within.len();
        view.reports_in_all =
            store::identifiers::frequency(tx.store(permit), permit.owner(), token, "report").await?;
        views.push(view);
    }
    views.sort_by_key(|view| (std::cmp::Reverse((view.reports, view.reports_in_all)), view.kind));
    Ok(views)
}

/// Opens an identifier of a case. One that any report names as the child's asks for the right to a
/// child's identity.
pub async fn reveal_identifier(
    op: &Op,
    tx: &mut Tx<'_>,
    named: &NamedIn,
    reason: &str,
) -> Result<Identifier, Error> {
    let (found, read) = tx.open::<ReportInCase>(op, Action::ReadCase, named.report.uuid()).await?;
    let rows = store::identifiers::of_record(tx.store(&read), named.report.uuid()).await?;
    let row = rows.iter().find(|row| row.ordinal == named.ordinal && row.role != REPORTER);
    let row = row.ok_or(app_kernel::Denied::NotFound)?;
    let named_in = store::identifiers::naming(tx.store(&read), read.owner(), row.token, i64::MAX).await?;
    let of_child = named_in.iter().any(|other| other.role == VICTIM);
    let action = if of_child { Action::RevealChild } else { Action::RevealPerson };
    let permit = tx.permit(op, action, &found).await?;
    let op = with_reason(op, reason)?;
    let sealer = tx.sealer(&permit, "report", found.report.id.uuid()).await?;
    let identifier: Identifier = sealer.open("identifier", &row.sealed)?;
    let detail = serde_json::json!({
        "revealed": "identifier", "kind": row.kind, "report": named.report, "ordinal": named.ordinal,
    });
    tx.journal(&op, &permit, detail).await?;
    Ok(identifier)
}
