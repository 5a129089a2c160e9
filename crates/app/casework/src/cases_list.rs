//! The list of cases.

use access::Action;
use app_kernel::{Error, Op, Tx};
use cases::Phase;
use model::{Id, Instant, kinds};
use store::cases::Case;

use crate::{
    case_work::tracks_of,
    opening::CaseText,
    shared::{Names, Page, UserRef, bounded, case_number, page},
};

/// One row of the list.
#[derive(Clone)]
pub struct CaseRow {
    /// The case.
    pub id: Id<kinds::Case>,
    /// Its number, such as `C-2026-00003`.
    pub number: String,
    /// Its title, which names nobody.
    pub title: String,
    /// The most urgent level of its reports, 1 the highest.
    pub level: i64,
    /// Its tracks with their states.
    pub tracks: cases::Tracks,
    /// The phase they add up to.
    pub phase: Phase,
    /// Who leads it.
    pub lead: Option<UserRef>,
    /// Its reports.
    pub reports: usize,
    /// Its tasks that are open.
    pub open_tasks: usize,
    /// The task that is due next.
    pub next_due: Option<Instant>,
    /// When it was opened.
    pub opened_at: Instant,
    /// When something last happened in it.
    pub changed_at: Instant,
}

/// The cases of the actor's organisation, the one that changed last first. Listing is not
/// journalled.
pub async fn list(
    op: &Op,
    tx: &mut Tx<'_>,
    before: Option<(Instant, Id<kinds::Case>)>,
    limit: i64,
) -> Result<Page<CaseRow, kinds::Case>, Error> {
    let permit = tx.allow(op, Action::ListCases)?;
    let limit = bounded(limit);
    let total = store::cases::count(tx.store(&permit), permit.owner()).await?;
    let found = store::cases::list(tx.store(&permit), permit.owner(), before, limit + 1).await?;
    let mut names = Names::default();
    let mut rows = Vec::new();
    for case in found {
        rows.push(row(op, tx, &mut names, &case).await?);
    }
    Ok(page(rows, limit, total, |row: &CaseRow| (row.changed_at, row.id)))
}

async fn row(op: &Op, tx: &mut Tx<'_>, names: &mut Names, case: &Case) -> Result<CaseRow, Error> {
    let permit = tx.permit(op, Action::ReadCase, case).await?;
    let sealer = tx.sealer(&permit, "case", case.id.uuid()).await?;
    let text: CaseText = sealer.open("summary", &case.sealed)?;
    let lead = match case.lead {
        Some(lead) => Some(names.of(tx, &permit, lead).await?),
        None => None,
    };
    let tasks = store::cases::tasks(tx.store(&permit), case.id).await?;
    let open: Vec<_> = tasks.iter().filter(|task| task.done_at.is_none()).collect();
    let reports = if tx.house().profile.has("reports") {
        store::reports::of_case(tx.store(&permit), case.id).await?.len()
    } else {
        0
    };
    let tracks = tracks_of(case)?;
    Ok(CaseRow {
        id: case.id,
        number: case_number(case),
        title: text.title,
        level: case.level,
        phase: tracks.phase(),
        tracks,
        lead,
        reports,
        open_tasks: open.len(),
        next_due: open.iter().filter_map(|task| task.due_at).min(),
        opened_at: case.opened_at,
        changed_at: case.changed_at,
    })
}
