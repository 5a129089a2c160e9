//! Exchanges that feed banks: what each is asked with, and how far it was read.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, engine::args};

/// An exchange a bank is fed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Its id.
    pub id: Id<kinds::Exchange>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// The bank it feeds.
    pub bank: Id<kinds::Bank>,
    /// Its name.
    pub name: String,
    /// The word of its kind.
    pub kind: String,
    /// Whether it is asked.
    pub enabled: bool,
    /// Where it is and what is shown at its door, sealed.
    pub sealed: Vec<u8>,
    /// How far it was read, in its own terms.
    pub checkpoint: Option<Vec<u8>>,
    /// How many entries were taken from it.
    pub taken: i64,
    /// When it was last asked.
    pub run_at: Option<Instant>,
    /// Why the last round came to no good end.
    pub problem: Option<String>,
    /// When it was entered.
    pub created_at: Instant,
}

const COLUMNS: &str = "id, organisation_id, bank_id, name, kind, enabled, sealed, checkpoint, taken, run_at, \
                       problem, created_at";

fn read(row: &crate::engine::Row) -> Result<Exchange, StoreError> {
    Ok(Exchange {
        id: row.get(0)?,
        organisation: row.get(1)?,
        bank: row.get(2)?,
        name: row.get(3)?,
        kind: row.get(4)?,
        enabled: row.get(5)?,
        sealed: row.get(6)?,
        checkpoint: row.get(7)?,
        taken: row.get(8)?,
        run_at: row.get(9)?,
        problem: row.get(10)?,
        created_at: row.get(11)?,
    })
}

/// Enters an exchange; `false` if there is one of that name.
pub async fn insert(tx: &mut Tx, exchange: &Exchange) -> Result<bool, StoreError> {
    let made = tx
        .run(
            "INSERT INTO bank_exchanges (id, organisation_id, bank_id, name, kind, enabled, sealed, checkpoint, taken, \
             run_at, problem, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (organisation_id, name) DO NOTHING",
            args![
                exchange.id,
                exchange.organisation,
                exchange.bank,
                &exchange.name,
                &exchange.kind,
                exchange.enabled,
                &exchange.sealed,
                exchange.checkpoint.clone(),
                exchange.taken,
                exchange.run_at,
                exchange.problem.clone(),
                exchange.created_at
            ],
        )
        .await?;
    Ok(made == 1)
}

/// Writes down how an exchange stands: whether it is asked, how far it was read, what went wrong.
pub async fn update(tx: &mut Tx, exchange: &Exchange) -> Result<(), StoreError> {
    tx.run(
        "UPDATE bank_exchanges SET enabled = $2, checkpoint = $3, taken = $4, run_at = $5, problem = $6 WHERE id = $1",
        args![
            exchange.id,
            exchange.enabled,
            exchange.checkpoint.clone(),
            exchange.taken,
            exchange.run_at,
            exchange.problem.clone()
        ],
    )
    .await?;
    Ok(())
}

/// Removes an exchange; what it brought stays in the bank.
pub async fn delete(tx: &mut Tx, id: Id<kinds::Exchange>) -> Result<(), StoreError> {
    tx.run("DELETE FROM bank_exchanges WHERE id = $1", args![id]).await?;
    Ok(())
}

/// An exchange by its name.
pub async fn named(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    name: &str,
) -> Result<Option<Exchange>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {COLUMNS} FROM bank_exchanges WHERE organisation_id = $1 AND name = $2"),
            args![organisation, name],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The exchanges of an organisation, by name.
pub async fn list(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<Vec<Exchange>, StoreError> {
    let rows = tx
        .all(
            &format!("SELECT {COLUMNS} FROM bank_exchanges WHERE organisation_id = $1 ORDER BY name"),
            args![organisation],
        )
        .await?;
    rows.iter().map(read).collect()
}
