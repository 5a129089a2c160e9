//! Organisations, counters and the installation's few settings.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, engine::args};

/// An organisation: the owner of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: Id<kinds::Organisation>,
    /// Its name.
    pub name: String,
    /// Whether its agreement lets its reports link with other organisations' reports.
    pub links_across: bool,
    /// When it was made.
    pub created_at: Instant,
}

const COLUMNS: &str = "id, name, links_across, created_at";

fn read(row: &crate::engine::Row) -> Result<Organisation, StoreError> {
    Ok(Organisation {
        id: row.get(0)?,
        name: row.get(1)?,
        links_across: row.get(2)?,
        created_at: row.get(3)?,
    })
}

/// Adds an organisation.
pub async fn insert(tx: &mut Tx, row: &Organisation) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO organisations (id, name, links_across, created_at) VALUES ($1, $2, $3, $4)",
        args![row.id, &row.name, row.links_across, row.created_at],
    )
    .await?;
    Ok(())
}

/// All organisations, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<Organisation>, StoreError> {
    let rows = tx.all(&format!("SELECT {COLUMNS} FROM organisations ORDER BY name"), args![]).await?;
    rows.iter().map(read).collect()
}

/// One organisation.
pub async fn find(tx: &mut Tx, id: Id<kinds::Organisation>) -> Result<Option<Organisation>, StoreError> {
    let row = tx.one(&format!("SELECT {COLUMNS} FROM organisations WHERE id = $1"), args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// Keeps others from doing the same to the organisation until the transaction ends.
pub async fn lock(tx: &mut Tx, id: Id<kinds::Organisation>) -> Result<(), StoreError> {
    let sql = tx.dialect(
        "SELECT id FROM organisations WHERE id = $1",
        "SELECT id FROM organisations WHERE id = $1 FOR UPDATE",
    );
    tx.one(sql, args![id]).await?;
    Ok(())
}

/// The next number of a series of an organisation, starting at 1. Numbers have no gaps: the
/// counter moves in the transaction that uses it.
pub async fn next(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    series: &str,
) -> Result<i64, StoreError> {
    advance(tx, organisation, series, 1).await
}

/// Moves a series by `by` and gives the first number of the range taken.
pub async fn advance(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    series: &str,
    by: i64,
) -> Result<i64, StoreError> {
    let rows = tx
        .run_returning(
            "INSERT INTO counters (organisation_id, name, value) VALUES ($1, $2, $3) \
             ON CONFLICT (organisation_id, name) DO UPDATE SET value = counters.value + $3 RETURNING value",
            args![organisation, series, by],
        )
        .await?;
    let value: i64 = rows.first().map(|row| row.get(0)).transpose()?.unwrap_or(by);
    Ok(value - by + 1)
}

/// A setting of the installation.
pub async fn setting(tx: &mut Tx, key: &str) -> Result<Option<String>, StoreError> {
    let row = tx.one("SELECT value FROM meta WHERE key = $1", args![key]).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Sets a setting of the installation.
pub async fn set(tx: &mut Tx, key: &str, value: &str) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2",
        args![key, value],
    )
    .await?;
    Ok(())
}
