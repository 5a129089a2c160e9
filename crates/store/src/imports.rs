//! Imports: what came in, its sealed original, what was refused of it, and how far it got.

use model::{Digest, Id, Instant, kinds};

use crate::{
    StoreError, Tx,
    engine::{Row, args},
};

/// One file taken in.
#[derive(Clone, Debug)]
pub struct Import {
    /// Its id.
    pub id: Id<kinds::Import>,
    /// For whom.
    pub organisation: Id<kinds::Organisation>,
    /// Its number in the organisation's series.
    pub number: i64,
    /// Where it came from, in the words of who brought it.
    pub source: String,
    /// On what lawful basis it is held.
    pub lawful_basis: String,
    /// What it turned out to be.
    pub kind: Option<String>,
    /// `receiving`, `received`, `processing`, `done`, `failed`, `known` or `abandoned`.
    pub state: String,
    /// The file's name, sealed.
    pub name: Vec<u8>,
    /// The mapping it is read through, sealed.
    pub mapping: Option<Vec<u8>>,
    /// SHA-256 of the original.
    pub digest: Option<Digest>,
    /// Bytes of the original.
    pub size: i64,
    /// Records looked at.
    pub read: i64,
    /// Records that went in.
    pub accepted: i64,
    /// Records that were in already.
    pub known: i64,
    /// Records refused.
    pub rejected: i64,
    /// What went wrong with the whole file.
    pub problem: Option<String>,
    /// The import that brought the same file before.
    pub same_as: Option<Id<kinds::Import>>,
    /// Who brought it.
    pub created_by: Id<kinds::User>,
    /// When.
    pub created_at: Instant,
    /// When something last happened to it.
    pub changed_at: Instant,
}

const COLUMNS: &str = "id, organisation_id, number, source, lawful_basis, kind, state, name, mapping, digest, size, \
                       read, accepted, known, rejected, problem, same_as_id, created_by_id, created_at, changed_at";

fn read(row: &Row) -> Result<Import, StoreError> {
    Ok(Import {
        id: row.get(0)?,
        organisation: row.get(1)?,
        number: row.get(2)?,
        source: row.get(3)?,
        lawful_basis: row.get(4)?,
        kind: row.get(5)?,
        state: row.get(6)?,
        name: row.get(7)?,
        mapping: row.get(8)?,
        digest: row.get(9)?,
        size: row.get(10)?,
        read: row.get(11)?,
        accepted: row.get(12)?,
        known: row.get(13)?,
        rejected: row.get(14)?,
        problem: row.get(15)?,
        same_as: row.get(16)?,
        created_by: row.get(17)?,
        created_at: row.get(18)?,
        changed_at: row.get(19)?,
    })
}

/// Adds an import.
pub async fn insert(tx: &mut Tx, row: &Import) -> Result<(), StoreError> {
    tx.run(
        &format!(
            "INSERT INTO imports ({COLUMNS}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20)"
        ),
        args![
            row.id,
            row.organisation,
            row.number,
            &row.source,
            &row.lawful_basis,
            row.kind.clone(),
            &row.state,
            &row.name,
            row.mapping.clone(),
            row.digest,
            row.size,
            row.read,
            row.accepted,
            row.known,
            row.rejected,
            row.problem.clone(),
            row.same_as,
            row.created_by,
            row.created_at,
            row.changed_at
        ],
    )
    .await?;
    Ok(())
}

/// Writes everything about an import that can change.
pub async fn update(tx: &mut Tx, row: &Import) -> Result<(), StoreError> {
    tx.run(
        "UPDATE imports SET kind = $2, state = $3, digest = $4, size = $5, read = $6, accepted = $7, known = $8, \
         rejected = $9, problem = $10, same_as_id = $11, changed_at = $12, mapping = $13 WHERE id = $1",
        args![
            row.id,
            row.kind.clone(),
            &row.state,
            row.digest,
            row.size,
            row.read,
            row.accepted,
            row.known,
            row.rejected,
            row.problem.clone(),
            row.same_as,
            row.changed_at,
            row.mapping.clone()
        ],
    )
    .await?;
    Ok(())
}

/// The import of that id.
pub async fn find(tx: &mut Tx, id: Id<kinds::Import>) -> Result<Option<Import>, StoreError> {
    let row = tx.one(&format!("SELECT {COLUMNS} FROM imports WHERE id = $1"), args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// The import that holds this original already.
pub async fn by_digest(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    digest: Digest,
) -> Result<Option<Import>, StoreError> {
    let row = tx
        .one(
            &format!(
                "SELECT {COLUMNS} FROM imports WHERE organisation_id = $1 AND digest = $2 \
                 AND state IN ('received', 'processing', 'done')"
            ),
            args![organisation, digest],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Imports of an organisation, newest first, before a point.
pub async fn list(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    before: Option<(Instant, Id<kinds::Import>)>,
    limit: i64,
) -> Result<Vec<Import>, StoreError> {
    let (at, id) = before.unwrap_or((crate::engine::FAR, Id::from_uuid(uuid::Uuid::max())));
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM imports WHERE organisation_id = $1 \
                 AND (created_at < $2 OR (created_at = $2 AND id < $3)) ORDER BY created_at DESC, id DESC LIMIT $4"
            ),
            args![organisation, at, id, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The import of a kind from a source that was finished last.
pub async fn last_done(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    kind: &str,
    source: &str,
) -> Result<Option<Import>, StoreError> {
    let row = tx
        .one(
            &format!(
                "SELECT {COLUMNS} FROM imports WHERE organisation_id = $1 AND kind = $2 AND source = $3 \
                 AND state = 'done' ORDER BY changed_at DESC, id DESC LIMIT 1"
            ),
            args![organisation, kind, source],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// How many imports an organisation has.
pub async fn count(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<i64, StoreError> {
    let row = tx.one("SELECT COUNT(*) FROM imports WHERE organisation_id = $1", args![organisation]).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Imports that were received or begun and not finished: to be taken up again.
pub async fn unfinished(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
) -> Result<Vec<Import>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM imports WHERE organisation_id = $1 AND state IN ('received', 'processing') \
                 ORDER BY created_at, id"
            ),
            args![organisation],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Imports whose bytes never came to an end and that nobody touched since `before`.
pub async fn stalled(tx: &mut Tx, before: Instant) -> Result<Vec<Import>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM imports WHERE state = 'receiving' AND changed_at < $1 ORDER BY id"
            ),
            args![before],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Keeps a sealed chunk of an original.
pub async fn put_chunk(
    tx: &mut Tx,
    import: Id<kinds::Import>,
    ordinal: i64,
    sealed: Vec<u8>,
) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO original_chunks (import_id, ordinal, sealed) VALUES ($1, $2, $3)",
        args![import, ordinal, sealed],
    )
    .await?;
    Ok(())
}

/// A sealed chunk of an original.
pub async fn chunk(
    tx: &mut Tx,
    import: Id<kinds::Import>,
    ordinal: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx
        .one(
            "SELECT sealed FROM original_chunks WHERE import_id = $1 AND ordinal = $2",
            args![import, ordinal],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}

/// Removes an original that is not kept: it was known already, or never came to an end.
pub async fn drop_original(tx: &mut Tx, import: Id<kinds::Import>) -> Result<u64, StoreError> {
    tx.run("DELETE FROM original_chunks WHERE import_id = $1", args![import]).await
}

/// A record that was refused.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Its number in the file, from 1.
    pub ordinal: i64,
    /// The line it begins on.
    pub line: i64,
    /// Path, field, reason and the record itself, sealed.
    pub sealed: Vec<u8>,
}

/// Keeps refused records; one that is kept already is left as it is.
pub async fn put_rejects(
    tx: &mut Tx,
    import: Id<kinds::Import>,
    rows: Vec<Rejected>,
) -> Result<(), StoreError> {
    let rows = rows.into_iter().map(|r| args![import, r.ordinal, r.line, r.sealed]).collect();
    tx.many(
        "INSERT INTO import_rejects (import_id, ordinal, line, sealed) VALUES",
        rows,
        "ON CONFLICT (import_id, ordinal) DO NOTHING",
    )
    .await?;
    Ok(())
}

/// The refused records of an import after one, in order.
pub async fn rejects(
    tx: &mut Tx,
    import: Id<kinds::Import>,
    after: i64,
    limit: i64,
) -> Result<Vec<Rejected>, StoreError> {
    let rows = tx
        .all(
            "SELECT ordinal, line, sealed FROM import_rejects WHERE import_id = $1 AND ordinal > $2 \
             ORDER BY ordinal LIMIT $3",
            args![import, after, limit],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(Rejected { ordinal: row.get(0)?, line: row.get(1)?, sealed: row.get(2)? }))
        .collect()
}

/// Moves a running import on from the record it was at; `false` if another process moved it.
pub async fn advance(tx: &mut Tx, row: &Import, from: i64) -> Result<bool, StoreError> {
    let moved = tx
        .run(
            "UPDATE imports SET kind = $2, state = $3, read = $4, accepted = $5, known = $6, rejected = $7, \
             problem = $8, changed_at = $9 WHERE id = $1 AND read = $10 AND state IN ('received', 'processing')",
            args![
                row.id,
                row.kind.clone(),
                &row.state,
                row.read,
                row.accepted,
                row.known,
                row.rejected,
                row.problem.clone(),
                row.changed_at,
                from
            ],
        )
        .await?;
    Ok(moved == 1)
}

/// Whether a file of an organisation is being read: one that has moved since an instant.
pub async fn any_being_read(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    since: Instant,
) -> Result<bool, StoreError> {
    let row = tx
        .one(
            "SELECT 1 FROM imports WHERE organisation_id = $1 AND state = 'processing' AND changed_at > $2 LIMIT 1",
            args![organisation, since],
        )
        .await?;
    Ok(row.is_some())
}
