//! Banks of known hashes and how each is set. What is in them is `bank_contents`.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, engine::args};

/// A bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Its id.
    pub id: Id<kinds::Bank>,
    /// Whose bank.
    pub organisation: Id<kinds::Organisation>,
    /// Its name.
    pub name: String,
    /// The word of what a match with it means.
    pub kind: String,
    /// The taxonomy its contents are classified under, where it is one for all.
    pub taxonomy: Option<String>,
    /// In how many bits a perceptual hash may differ.
    pub distance: i64,
    /// The share of look-ups that are answered, in millionths.
    pub enabled_ppm: i64,
    /// How many matches in a day put a new content aside.
    pub flood_limit: i64,
    /// How many contents it has.
    pub contents: i64,
    /// When it was made.
    pub created_at: Instant,
    /// When its settings were last changed.
    pub changed_at: Instant,
}

const BANK: &str = "id, organisation_id, name, kind, taxonomy, distance, enabled_ppm, flood_limit, contents, \
                    created_at, changed_at";

fn bank(row: &crate::engine::Row) -> Result<Bank, StoreError> {
    Ok(Bank {
        id: row.get(0)?,
        organisation: row.get(1)?,
        name: row.get(2)?,
        kind: row.get(3)?,
        taxonomy: row.get(4)?,
        distance: row.get(5)?,
        enabled_ppm: row.get(6)?,
        flood_limit: row.get(7)?,
        contents: row.get(8)?,
        created_at: row.get(9)?,
        changed_at: row.get(10)?,
    })
}

/// Makes a bank; `false` if there is one of that name.
pub async fn insert(tx: &mut Tx, bank: &Bank) -> Result<bool, StoreError> {
    let made = tx
        .run(
            "INSERT INTO banks (id, organisation_id, name, kind, taxonomy, distance, enabled_ppm, flood_limit, \
             contents, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (organisation_id, name) DO NOTHING",
            args![
                bank.id,
                bank.organisation,
                &bank.name,
                &bank.kind,
                bank.taxonomy.clone(),
                bank.distance,
                bank.enabled_ppm,
                bank.flood_limit,
                bank.contents,
                bank.created_at,
                bank.changed_at
            ],
        )
        .await?;
    Ok(made == 1)
}

/// Changes a bank's settings; the number of its contents is not a setting.
pub async fn update(tx: &mut Tx, bank: &Bank) -> Result<(), StoreError> {
    tx.run(
        "UPDATE banks SET name = $2, kind = $3, taxonomy = $4, distance = $5, enabled_ppm = $6, flood_limit = $7, \
         changed_at = $8 WHERE id = $1",
        args![
            bank.id,
            &bank.name,
            &bank.kind,
            bank.taxonomy.clone(),
            bank.distance,
            bank.enabled_ppm,
            bank.flood_limit,
            bank.changed_at
        ],
    )
    .await?;
    Ok(())
}

/// Removes a bank with everything in it.
pub async fn delete(tx: &mut Tx, bank: &Bank) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM bank_exchanges WHERE bank_id = $1 AND organisation_id = $2",
        "DELETE FROM bank_opinions WHERE bank_id = $1 AND organisation_id = $2",
        "DELETE FROM bank_hits WHERE organisation_id = $2 AND content IN \
         (SELECT number FROM bank_contents WHERE bank_id = $1)",
        "DELETE FROM bank_signals WHERE organisation_id = $2 AND content IN \
         (SELECT number FROM bank_contents WHERE bank_id = $1)",
        "DELETE FROM bank_contents WHERE bank_id = $1 AND organisation_id = $2",
        "DELETE FROM banks WHERE id = $1 AND organisation_id = $2",
    ] {
        tx.run(statement, args![bank.id, bank.organisation]).await?;
    }
    Ok(())
}

/// A bank by its id.
pub async fn find(tx: &mut Tx, id: Id<kinds::Bank>) -> Result<Option<Bank>, StoreError> {
    let row = tx.one(&format!("SELECT {BANK} FROM banks WHERE id = $1"), args![id]).await?;
    row.as_ref().map(bank).transpose()
}

/// A bank by its name.
pub async fn named(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    name: &str,
) -> Result<Option<Bank>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {BANK} FROM banks WHERE organisation_id = $1 AND name = $2"),
            args![organisation, name],
        )
        .await?;
    row.as_ref().map(bank).transpose()
}

/// The banks of an organisation, by name.
pub async fn list(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<Vec<Bank>, StoreError> {
    let rows = tx
        .all(
            &format!("SELECT {BANK} FROM banks WHERE organisation_id = $1 ORDER BY name"),
            args![organisation],
        )
        .await?;
    rows.iter().map(bank).collect()
}

/// How many contents of a bank are put aside.
pub async fn quarantined(tx: &mut Tx, bank: Id<kinds::Bank>) -> Result<i64, StoreError> {
    let row = tx
        .one("SELECT COUNT(*) FROM bank_contents WHERE bank_id = $1 AND state = 'quarantined'", args![bank])
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}
