//! Running typologies over the ledger.

use access::Action;
use app_kernel::{Error, House, Op};
use model::{Id, kinds};
use screening::Typology;
use store::imports::Import;

use crate::{
    raise,
    replay::{AT_ONCE, Replay, Replayed},
};

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Screened {
    /// Payments of the ledger that were looked at.
    pub events: u64,
    /// Findings.
    pub findings: u64,
    /// Alerts raised.
    pub raised: u64,
    /// Alerts that were there and have new evidence.
    pub extended: u64,
}

/// Screens the payments of an import: the job `screen`, run by the house itself. It replays what
/// the import can have changed, raises an alert for what is new and extends those that went on.
/// Broken off and run again, it does what is left.
pub async fn screen_import(
    op: &Op,
    house: &House,
    typologies: &[Typology],
    import: Id<kinds::Import>,
) -> Result<Screened, Error> {
    let mut tx = house.look(op).await?;
    let (row, permit) = tx.open::<Import>(op, Action::ReadTypologies, import.uuid()).await?;
    let typologies = running(typologies);
    let replayed = Replay { tx: &mut tx, permit: &permit, typologies: typologies.clone(), at_once: AT_ONCE }
        .import(import)
        .await?;
    drop(tx);
    keep(op, house, Some(&row), &typologies, replayed).await
}

/// Screens the whole ledger: the job `rescreen`, for when a typology has changed.
pub async fn rescreen_all(op: &Op, house: &House, typologies: &[Typology]) -> Result<Screened, Error> {
    let mut tx = house.look(op).await?;
    let permit = tx.allow(op, Action::ReadTypologies)?;
    let typologies = running(typologies);
    let replayed = Replay { tx: &mut tx, permit: &permit, typologies: typologies.clone(), at_once: AT_ONCE }
        .all()
        .await?;
    drop(tx);
    keep(op, house, None, &typologies, replayed).await
}

/// Wants the whole ledger screened again: enqueues the job `rescreen`.
pub async fn ask_rescreen(op: &Op, tx: &mut app_kernel::Tx<'_>) -> Result<(), Error> {
    let permit = tx.allow(op, Action::ReadTypologies)?;
    let (id, now) = (tx.house().id(), tx.house().now());
    store::jobs::enqueue(tx.store(&permit), id, permit.owner(), "rescreen", "", now).await?;
    tx.journal(op, &permit, serde_json::json!({ "wanted": "rescreen" })).await
}

fn running(typologies: &[Typology]) -> Vec<&Typology> {
    typologies.iter().filter(|typology| crate::typologies::runs_here(typology)).collect()
}

/// Keeps what was found, a few findings a transaction, and journals the run.
async fn keep(
    op: &Op,
    house: &House,
    import: Option<&Import>,
    typologies: &[&Typology],
    replayed: Replayed<'_>,
) -> Result<Screened, Error> {
    let mut screened =
        Screened { events: replayed.events, findings: replayed.findings.len() as u64, ..Screened::default() };
    for batch in replayed.findings.chunks(raise::AT_ONCE) {
        let done = raise::keep(op, house, batch).await?;
        screened.raised += done.raised;
        screened.extended += done.extended;
    }
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::ReadTypologies)?;
    let permit = import.map_or_else(|| permit.clone(), |row| tx.about(&permit, row));
    let ran: Vec<String> = typologies.iter().map(|t| format!("{} v{}", t.id, t.version)).collect();
    let detail = serde_json::json!({
        "screened": screened.events, "findings": screened.findings, "raised": screened.raised,
        "extended": screened.extended, "typologies": ran,
    });
    tx.journal(op, &permit, detail).await?;
    tx.commit().await?;
    Ok(screened)
}
