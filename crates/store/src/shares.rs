//! Shares: how a record is seen outside its own organisation or compartment.

use model::{Compartment, Id, Instant, kinds};
use uuid::Uuid;

use crate::{StoreError, Tx, engine::args};

/// One share of one record.
#[derive(Clone, Debug)]
pub struct Share {
    /// Its id.
    pub id: Id<kinds::Share>,
    /// Who shares.
    pub organisation: Id<kinds::Organisation>,
    /// The kind of record.
    pub record_kind: String,
    /// The record.
    pub record: Uuid,
    /// With whom.
    pub to: Id<kinds::Organisation>,
    /// What compartment of it.
    pub compartment: Compartment,
    /// What is left out: a mask's word.
    pub mask: String,
    /// Why.
    pub purpose: String,
    /// Until when.
    pub ends_at: Instant,
    /// Who shared it.
    pub created_by: Id<kinds::User>,
    /// When.
    pub created_at: Instant,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
}

const COLUMNS: &str = "id, organisation_id, record_kind, record_id, to_id, compartment, mask, purpose, ends_at, \
                       created_by_id, created_at, revoked_at";

/// Adds a share.
pub async fn insert(tx: &mut Tx, row: &Share) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO shares ({COLUMNS}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)"),
        args![
            row.id,
            row.organisation,
            &row.record_kind,
            row.record,
            row.to,
            row.compartment.as_str(),
            &row.mask,
            &row.purpose,
            row.ends_at,
            row.created_by,
            row.created_at,
            row.revoked_at
        ],
    )
    .await?;
    Ok(())
}

/// The shares of a record that were not taken back, newest first.
pub async fn of_record(tx: &mut Tx, record: Uuid) -> Result<Vec<Share>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM shares WHERE record_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id"
            ),
            args![record],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let compartment: String = row.get(5)?;
            Ok(Share {
                id: row.get(0)?,
                organisation: row.get(1)?,
                record_kind: row.get(2)?,
                record: row.get(3)?,
                to: row.get(4)?,
                compartment: compartment
                    .parse()
                    .map_err(|e| StoreError::Unreadable { what: "compartment", reason: format!("{e}") })?,
                mask: row.get(6)?,
                purpose: row.get(7)?,
                ends_at: row.get(8)?,
                created_by: row.get(9)?,
                created_at: row.get(10)?,
                revoked_at: row.get(11)?,
            })
        })
        .collect()
}

/// Takes a share back.
pub async fn revoke(tx: &mut Tx, id: Id<kinds::Share>, at: Instant) -> Result<u64, StoreError> {
    tx.run("UPDATE shares SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", args![id, at]).await
}
