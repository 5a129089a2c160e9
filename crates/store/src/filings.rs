//! The outbox: reports on their way out of the house, and every step they took.

use model::{Digest, Id, Instant, kinds};

use crate::{
    StoreError, Tx,
    engine::{Row, args},
};

/// A report on its way out.
#[derive(Clone, Debug)]
pub struct Filing {
    /// Its id.
    pub id: Id<kinds::Filing>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// The case it is filed from.
    pub case: Id<kinds::Case>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was drafted.
    pub year: i64,
    /// `cybertip`.
    pub kind: String,
    /// The state's word.
    pub state: String,
    /// SHA-256 of the document.
    pub digest: Digest,
    /// The document, sealed.
    pub sealed: Vec<u8>,
    /// The number the recipient gave it.
    pub external: Option<String>,
    /// Who drafted it.
    pub drafted_by: Id<kinds::User>,
    /// When its state last changed.
    pub changed_at: Instant,
}

const FILING: &str = "id, organisation_id, case_id, number, year, kind, state, digest, sealed, external, \
                      drafted_by_id, changed_at";

fn filing(row: &Row) -> Result<Filing, StoreError> {
    Ok(Filing {
        id: row.get(0)?,
        organisation: row.get(1)?,
        case: row.get(2)?,
        number: row.get(3)?,
        year: row.get(4)?,
        kind: row.get(5)?,
        state: row.get(6)?,
        digest: row.get(7)?,
        sealed: row.get(8)?,
        external: row.get(9)?,
        drafted_by: row.get(10)?,
        changed_at: row.get(11)?,
    })
}

/// Adds a filing.
pub async fn insert(tx: &mut Tx, row: &Filing) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO filings ({FILING}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)"),
        args![
            row.id,
            row.organisation,
            row.case,
            row.number,
            row.year,
            &row.kind,
            &row.state,
            row.digest,
            &row.sealed,
            row.external.clone(),
            row.drafted_by,
            row.changed_at
        ],
    )
    .await?;
    Ok(())
}

/// Moves a filing from the state it was read in; `false` if another was quicker.
pub async fn update(tx: &mut Tx, row: &Filing, from_state: &str) -> Result<bool, StoreError> {
    let moved = tx
        .run(
            "UPDATE filings SET state = $2, external = $3, changed_at = $4, sealed = $5, digest = $6 \
             WHERE id = $1 AND state = $7",
            args![
                row.id,
                &row.state,
                row.external.clone(),
                row.changed_at,
                &row.sealed,
                row.digest,
                from_state
            ],
        )
        .await?;
    Ok(moved == 1)
}

/// The filing of that id.
pub async fn find(tx: &mut Tx, id: Id<kinds::Filing>) -> Result<Option<Filing>, StoreError> {
    let row = tx.one(&format!("SELECT {FILING} FROM filings WHERE id = $1"), args![id]).await?;
    row.as_ref().map(filing).transpose()
}

/// The filing with that number.
pub async fn by_number(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    year: i64,
    number: i64,
) -> Result<Option<Filing>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {FILING} FROM filings WHERE organisation_id = $1 AND year = $2 AND number = $3"),
            args![organisation, year, number],
        )
        .await?;
    row.as_ref().map(filing).transpose()
}

/// Filings of an organisation, the one that changed last first, before a point.
pub async fn list(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    before: Option<(Instant, Id<kinds::Filing>)>,
    limit: i64,
) -> Result<Vec<Filing>, StoreError> {
    let (at, id) = before.unwrap_or((crate::engine::FAR, Id::from_uuid(uuid::Uuid::max())));
    let rows = tx
        .all(
            &format!(
                "SELECT {FILING} FROM filings WHERE organisation_id = $1 AND (changed_at, id) < ($2, $3) \
                 ORDER BY changed_at DESC, id DESC LIMIT $4"
            ),
            args![organisation, at, id, limit],
        )
        .await?;
    rows.iter().map(filing).collect()
}

/// How many filings an organisation has.
pub async fn count(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<i64, StoreError> {
    let row = tx.one("SELECT COUNT(*) FROM filings WHERE organisation_id = $1", args![organisation]).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// The filings of a case, oldest first.
pub async fn of_case(tx: &mut Tx, case: Id<kinds::Case>) -> Result<Vec<Filing>, StoreError> {
    let rows = tx
        .all(&format!("SELECT {FILING} FROM filings WHERE case_id = $1 ORDER BY changed_at, id"), args![case])
        .await?;
    rows.iter().map(filing).collect()
}

/// One step of a filing.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number, from 1.
    pub ordinal: i64,
    /// The state it entered.
    pub state: String,
    /// Who took it.
    pub by: Id<kinds::User>,
    /// When.
    pub at: Instant,
    /// What was said with it, sealed.
    pub sealed: Vec<u8>,
}

/// Adds a step.
pub async fn insert_step(tx: &mut Tx, filing: Id<kinds::Filing>, row: &Step) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO filing_steps (filing_id, ordinal, state, by_id, at, sealed) VALUES ($1, $2, $3, $4, $5, $6)",
        args![filing, row.ordinal, &row.state, row.by, row.at, &row.sealed],
    )
    .await?;
    Ok(())
}

/// The steps of a filing, in order.
pub async fn steps(tx: &mut Tx, filing: Id<kinds::Filing>) -> Result<Vec<Step>, StoreError> {
    let rows = tx
        .all(
            "SELECT ordinal, state, by_id, at, sealed FROM filing_steps WHERE filing_id = $1 ORDER BY ordinal",
            args![filing],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Step {
                ordinal: row.get(0)?,
                state: row.get(1)?,
                by: row.get(2)?,
                at: row.get(3)?,
                sealed: row.get(4)?,
            })
        })
        .collect()
}
