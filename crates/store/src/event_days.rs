//! Events that come over HTTP: the import that stands for a source's day, and how far the ledger
//! has been screened as it grows.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, engine::args};

/// What a source sent on a day, on a lawful basis.
#[derive(Clone, Copy, Debug)]
pub struct EventDay<'d> {
    /// Whose ledger.
    pub organisation: Id<kinds::Organisation>,
    /// The day it came, in the house's zone.
    pub day: &'d str,
    /// Where it came from, in the words of who brought it.
    pub source: &'d str,
    /// On what lawful basis it is held.
    pub lawful_basis: &'d str,
}

/// The import that stands for a day.
pub async fn import_of(tx: &mut Tx, of: EventDay<'_>) -> Result<Option<Id<kinds::Import>>, StoreError> {
    let row = tx
        .one(
            "SELECT import_id FROM event_days WHERE organisation_id = $1 AND day = $2 AND source = $3 \
             AND lawful_basis = $4",
            args![of.organisation, of.day, of.source, of.lawful_basis],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}

/// Says which import stands for a day.
pub async fn insert(tx: &mut Tx, of: EventDay<'_>, import: Id<kinds::Import>) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO event_days (organisation_id, day, source, lawful_basis, import_id) VALUES ($1, $2, $3, $4, $5)",
        args![of.organisation, of.day, of.source, of.lawful_basis, import],
    )
    .await?;
    Ok(())
}

/// The organisations that were ever sent events over HTTP.
pub async fn organisations(tx: &mut Tx) -> Result<Vec<Id<kinds::Organisation>>, StoreError> {
    let rows =
        tx.all("SELECT DISTINCT organisation_id FROM event_days ORDER BY organisation_id", args![]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The number of the last event that was screened as it came; 0 before the first.
pub async fn screened_through(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<i64, StoreError> {
    let row =
        tx.one("SELECT through FROM live_screening WHERE organisation_id = $1", args![organisation]).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Moves the number of the last event that was screened on; never back.
pub async fn move_screened(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    through: i64,
    at: Instant,
) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO live_screening (organisation_id, through, changed_at) VALUES ($1, $2, $3) \
         ON CONFLICT (organisation_id) DO UPDATE SET through = $2, changed_at = $3 WHERE live_screening.through < $2",
        args![organisation, through, at],
    )
    .await?;
    Ok(())
}
