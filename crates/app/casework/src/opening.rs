//! Opening a case from a report, and adding a report to a case: the rows of the case, and the
//! people who come from the report.

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use cases::Tracks;
use model::{Id, Instant, kinds};
use serde::{Deserialize, Serialize};
use store::cases::Case;

use crate::{
    from_reports::candidates,
    people::{insert_candidates, open_for_change},
    shared::{report_number, this_year},
};

/// What is sealed of a case beside its people, notes and tasks.
#[derive(Serialize, Deserialize)]
pub(crate) struct CaseText {
    /// Names nobody.
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) summary: String,
    /// When a person last wrote either.
    #[serde(default)]
    pub(crate) edited_at: Option<Instant>,
}

/// A case a report has come into, and those whom it brought.
pub(crate) struct Joined {
    pub(crate) case: Id<kinds::Case>,
    pub(crate) people: Vec<Id<kinds::Person>>,
}

/// Makes a case from a report.
pub(crate) async fn make_case(
    op: &Op,
    tx: &mut Tx<'_>,
    report: &store::reports::Report,
    content: &reports::Report,
    title: Option<&str>,
) -> Result<Joined, Error> {
    let house = tx.house();
    if !house.profile.has("cases") {
        return Err(Error::conflict(
            "no_cases_here",
            format!("This installation is for “{}” and has no cases.", house.profile.label),
            "Refer the report to an agency that works cases.",
        ));
    }
    let title = title.map(str::trim).filter(|title| !title.is_empty());
    let title = title.map_or_else(|| format!("Case from {}", report_number(report)), str::to_owned);
    let now = house.now();
    let tracks = Tracks::default();
    let mut row = Case {
        id: house.id(),
        organisation: report.organisation,
        number: 0,
        year: this_year(tx),
        investigation: tracks.investigation.as_str().to_owned(),
        prosecution: tracks.prosecution.as_str().to_owned(),
        aftercare: tracks.aftercare.as_str().to_owned(),
        lead: Some(report.assignee.unwrap_or(op.actor.user)),
        level: report.level,
        sealed: Vec::new(),
        opened_by: op.actor.user,
        opened_at: now,
        changed_at: now,
        withdrawn_at: None,
    };
    let permit = tx.permit(op, Action::EditCase, &row).await?;
    let series = format!("cases-{}", row.year);
    row.number = store::organisations::next(tx.store(&permit), row.organisation, &series).await?;
    let sealer = tx.new_sealer(&permit, "case", row.id.uuid()).await?;
    let text = CaseText { title, summary: String::new(), edited_at: None };
    row.sealed = sealer.seal("summary", &text, tx)?;
    store::cases::insert(tx.store(&permit), &row).await?;
    let people = insert_candidates(op, tx, &permit, &row, &sealer, candidates(content, &[])).await?;
    let detail = serde_json::json!({
        "opened_from": report.id, "people": people.len(), "level": row.level,
    });
    tx.journal(op, &permit, detail).await?;
    Ok(Joined { case: row.id, people })
}

/// Adds a report to a case of the same organisation.
pub(crate) async fn join_case(
    op: &Op,
    tx: &mut Tx<'_>,
    report: &store::reports::Report,
    content: &reports::Report,
    case: Id<kinds::Case>,
) -> Result<Joined, Error> {
    let (mut row, permit) = tx.open::<Case>(op, Action::EditCase, case.uuid()).await?;
    let sealer = open_for_change(tx, &permit, &row).await?;
    let known = contents(op, tx, &permit, case).await?;
    let people = insert_candidates(op, tx, &permit, &row, &sealer, candidates(content, &known)).await?;
    row.level = row.level.min(report.level);
    row.changed_at = tx.house().now();
    store::cases::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({
        "attached": report.id, "people": people.len(), "level": row.level,
    });
    tx.journal(op, &permit, detail).await?;
    Ok(Joined { case, people })
}

/// What the reports of a case say.
async fn contents(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    case: Id<kinds::Case>,
) -> Result<Vec<reports::Report>, Error> {
    let mut contents = Vec::new();
    for row in store::reports::of_case(tx.store(permit), case).await? {
        let permit = tx.permit(op, Action::Triage, &row).await?;
        let sealer = tx.sealer(&permit, "report", row.id.uuid()).await?;
        contents.push(sealer.open("content", &row.sealed)?);
    }
    Ok(contents)
}
