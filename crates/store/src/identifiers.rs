//! Identifiers of records, by blind token: what tells that two records name the same thing.

use model::{Id, Instant, kinds};
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    engine::{Row, args},
};

/// An identifier of a record.
#[derive(Clone, Debug)]
pub struct Named {
    /// Whose record.
    pub organisation: Id<kinds::Organisation>,
    /// The kind of identifier.
    pub kind: String,
    /// Its blind token.
    pub token: [u8; 16],
    /// The kind of record.
    pub record_kind: String,
    /// The record.
    pub record: Uuid,
    /// Its number in the record.
    pub ordinal: i64,
    /// In what role the record names it.
    pub role: String,
    /// When it was seen in use.
    pub seen_at: Option<Instant>,
    /// The identifier itself, sealed.
    pub sealed: Vec<u8>,
}

const COLUMNS: &str = "organisation_id, kind, token, record_kind, record_id, ordinal, role, seen_at, sealed";

fn read(row: &Row) -> Result<Named, StoreError> {
    Ok(Named {
        organisation: row.get(0)?,
        kind: row.get(1)?,
        token: row.get(2)?,
        record_kind: row.get(3)?,
        record: row.get(4)?,
        ordinal: row.get(5)?,
        role: row.get(6)?,
        seen_at: row.get(7)?,
        sealed: row.get(8)?,
    })
}

/// Keeps the identifiers of a record.
pub async fn insert(tx: &mut Tx, rows: &[Named]) -> Result<(), StoreError> {
    let values = rows
        .iter()
        .map(|r| {
            args![
                r.organisation,
                &r.kind,
                r.token,
                &r.record_kind,
                r.record,
                r.ordinal,
                &r.role,
                r.seen_at,
                &r.sealed
            ]
        })
        .collect();
    tx.many(&format!("INSERT INTO identifiers ({COLUMNS}) VALUES"), values, "").await?;
    Ok(())
}

/// The identifiers of a record, in order.
pub async fn of_record(tx: &mut Tx, record: Uuid) -> Result<Vec<Named>, StoreError> {
    let rows = tx
        .all(
            &format!("SELECT {COLUMNS} FROM identifiers WHERE record_id = $1 ORDER BY ordinal"),
            args![record],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Who else in the organisation names this token, oldest records first; at most `limit`.
pub async fn naming(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    token: [u8; 16],
    limit: i64,
) -> Result<Vec<Named>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM identifiers WHERE organisation_id = $1 AND token = $2 \
                 ORDER BY record_id, ordinal LIMIT $3"
            ),
            args![organisation, token, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// How many records of one kind name this token.
pub async fn frequency(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    token: [u8; 16],
    record_kind: &str,
) -> Result<i64, StoreError> {
    let row = tx
        .one(
            "SELECT COUNT(DISTINCT record_id) FROM identifiers \
             WHERE organisation_id = $1 AND token = $2 AND record_kind = $3",
            args![organisation, token, record_kind],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}
