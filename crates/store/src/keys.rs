//! Wrapped keys of organisations and records.

use model::{Id, Instant, kinds};
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    engine::{Engine, Row, Value, args},
};

/// An organisation's two keys, wrapped by the root key.
#[derive(Clone, Debug)]
pub struct OrganisationKeys {
    /// Whose they are.
    pub organisation: Id<kinds::Organisation>,
    /// The key that wraps record keys.
    pub seal: Vec<u8>,
    /// The key of blind tokens.
    pub blind: Vec<u8>,
    /// The fingerprint of the root key that wraps them.
    pub root: String,
    /// When they were last wrapped anew.
    pub rotated_at: Instant,
}

const ORGANISATION: &str = "organisation_id, seal, blind, root, rotated_at";

fn read(row: &Row) -> Result<OrganisationKeys, StoreError> {
    Ok(OrganisationKeys {
        organisation: row.get(0)?,
        seal: row.get(1)?,
        blind: row.get(2)?,
        root: row.get(3)?,
        rotated_at: row.get(4)?,
    })
}

/// Keeps the keys of a new organisation; [`StoreError::AlreadyThere`] if it has some, for without
/// those nothing of it can be read.
pub async fn insert_organisation(tx: &mut Tx, row: &OrganisationKeys) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO organisation_keys ({ORGANISATION}) VALUES ($1,$2,$3,$4,$5)"),
        args![row.organisation, &row.seal, &row.blind, &row.root, row.rotated_at],
    )
    .await?;
    Ok(())
}

/// Replaces an organisation's keys by the same or others, wrapped anew.
pub async fn rewrap_organisation(tx: &mut Tx, row: &OrganisationKeys) -> Result<(), StoreError> {
    tx.run(
        "UPDATE organisation_keys SET seal = $2, blind = $3, root = $4, rotated_at = $5 WHERE organisation_id = $1",
        args![row.organisation, &row.seal, &row.blind, &row.root, row.rotated_at],
    )
    .await?;
    Ok(())
}

/// Keeps the keys from being rotated until the transaction ends: whoever wraps a key holds this, or
/// it could be wrapped under one that is gone by the time it is kept. Many can hold it at once; on
/// SQLite the one writer is lock enough.
pub async fn keep(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        tx.all("SELECT pg_advisory_xact_lock_shared(7105896)", args![]).await?;
    }
    Ok(())
}

/// Waits until nobody holds [`keep`], and lets nobody do so until the transaction ends.
pub async fn keep_alone(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        tx.all("SELECT pg_advisory_xact_lock(7105896)", args![]).await?;
    }
    Ok(())
}

/// Every organisation's keys.
pub async fn organisations(tx: &mut Tx) -> Result<Vec<OrganisationKeys>, StoreError> {
    let rows = tx
        .all(&format!("SELECT {ORGANISATION} FROM organisation_keys ORDER BY organisation_id"), args![])
        .await?;
    rows.iter().map(read).collect()
}

/// One organisation's keys.
pub async fn of_organisation(
    tx: &mut Tx,
    id: Id<kinds::Organisation>,
) -> Result<Option<OrganisationKeys>, StoreError> {
    let row = tx
        .one(&format!("SELECT {ORGANISATION} FROM organisation_keys WHERE organisation_id = $1"), args![id])
        .await?;
    row.as_ref().map(read).transpose()
}

/// A record's key, wrapped by its organisation's key.
#[derive(Clone, Debug)]
pub struct RecordKey {
    /// The record.
    pub record: Uuid,
    /// Whose key wraps it.
    pub organisation: Id<kinds::Organisation>,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// Keeps the keys of new records.
pub async fn insert_records(tx: &mut Tx, rows: &[RecordKey]) -> Result<(), StoreError> {
    let values = rows.iter().map(|row| args![row.record, row.organisation, &row.wrapped]).collect();
    tx.many("INSERT INTO record_keys (record_id, organisation_id, wrapped) VALUES", values, "").await?;
    Ok(())
}

/// A record's key.
pub async fn record(tx: &mut Tx, record: Uuid) -> Result<Option<RecordKey>, StoreError> {
    let row = tx
        .one(
            "SELECT record_id, organisation_id, wrapped FROM record_keys WHERE record_id = $1",
            args![record],
        )
        .await?;
    row.map(|row| Ok(RecordKey { record: row.get(0)?, organisation: row.get(1)?, wrapped: row.get(2)? }))
        .transpose()
}

/// The next `limit` record keys of an organisation after a record, in order of record.
pub async fn records_after(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<RecordKey>, StoreError> {
    let rows = tx
        .all(
            "SELECT record_id, organisation_id, wrapped FROM record_keys \
             WHERE organisation_id = $1 AND record_id > $2 ORDER BY record_id LIMIT $3",
            args![organisation, after, limit],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(RecordKey { record: row.get(0)?, organisation: row.get(1)?, wrapped: row.get(2)? }))
        .collect()
}

/// Replaces the wrapping of a record's key.
pub async fn rewrap_record(tx: &mut Tx, record: Uuid, wrapped: &[u8]) -> Result<(), StoreError> {
    tx.run("UPDATE record_keys SET wrapped = $2 WHERE record_id = $1", args![record, wrapped]).await?;
    Ok(())
}

/// Destroys the keys of records: what they seal can never be read again.
pub async fn destroy_records(tx: &mut Tx, records: &[Uuid]) -> Result<u64, StoreError> {
    let mut gone = 0;
    for record in records {
        gone += tx.run("DELETE FROM record_keys WHERE record_id = $1", vec![Value::from(*record)]).await?;
    }
    Ok(gone)
}
