//! Alerts: what a typology or a hash list found, and what a person made of it.

use model::{Id, Instant, kinds};

use crate::{
    StoreError, Tx,
    engine::{Row, args},
};

/// An alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its id.
    pub id: Id<kinds::Alert>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was raised.
    pub year: i64,
    /// `typology` or `hash`.
    pub kind: String,
    /// The typology's or list's name.
    pub typology: String,
    /// Its version.
    pub version: String,
    /// `new`, `reviewed`, `escalated` or `dismissed`.
    pub state: String,
    /// Higher first.
    pub score: i64,
    /// Blind token of what makes it the same alert again.
    pub dedup: [u8; 16],
    /// The party it is about.
    pub party: Option<Id<kinds::Party>>,
    /// The report it is about.
    pub report: Option<Id<kinds::Report>>,
    /// The first thing it rests on.
    pub first_at: Instant,
    /// The last thing it rests on.
    pub last_at: Instant,
    /// Title and evidence in words, sealed.
    pub sealed: Vec<u8>,
    /// When it was raised.
    pub created_at: Instant,
    /// Who reviewed it.
    pub reviewed_by: Option<Id<kinds::User>>,
    /// When.
    pub reviewed_at: Option<Instant>,
    /// What they said, sealed.
    pub outcome: Option<Vec<u8>>,
    /// The report it became.
    pub escalated_to: Option<Id<kinds::Report>>,
}

const COLUMNS: &str = "id, organisation_id, number, year, kind, typology, version, state, score, dedup, party_id, \
                       report_id, first_at, last_at, sealed, created_at, reviewed_by_id, reviewed_at, outcome, \
                       escalated_to_id";

fn read(row: &Row) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: row.get(0)?,
        organisation: row.get(1)?,
        number: row.get(2)?,
        year: row.get(3)?,
        kind: row.get(4)?,
        typology: row.get(5)?,
        version: row.get(6)?,
        state: row.get(7)?,
        score: row.get(8)?,
        dedup: row.get(9)?,
        party: row.get(10)?,
        report: row.get(11)?,
        first_at: row.get(12)?,
        last_at: row.get(13)?,
        sealed: row.get(14)?,
        created_at: row.get(15)?,
        reviewed_by: row.get(16)?,
        reviewed_at: row.get(17)?,
        outcome: row.get(18)?,
        escalated_to: row.get(19)?,
    })
}

/// Adds an alert. `false` if the same alert (by `dedup`) is there already.
pub async fn insert(tx: &mut Tx, row: &Alert) -> Result<bool, StoreError> {
    let new = tx
        .run(
            &format!(
                "INSERT INTO alerts ({COLUMNS}) VALUES \
                 ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20) \
                 ON CONFLICT (organisation_id, dedup) DO NOTHING"
            ),
            args![
                row.id,
                row.organisation,
                row.number,
                row.year,
                &row.kind,
                &row.typology,
                &row.version,
                &row.state,
                row.score,
                row.dedup,
                row.party,
                row.report,
                row.first_at,
                row.last_at,
                &row.sealed,
                row.created_at,
                row.reviewed_by,
                row.reviewed_at,
                row.outcome.clone(),
                row.escalated_to
            ],
        )
        .await?;
    Ok(new == 1)
}

/// Writes everything about an alert that can change.
pub async fn update(tx: &mut Tx, row: &Alert) -> Result<(), StoreError> {
    tx.run(
        "UPDATE alerts SET state = $2, score = $3, first_at = $4, last_at = $5, sealed = $6, reviewed_by_id = $7, \
         reviewed_at = $8, outcome = $9, escalated_to_id = $10 WHERE id = $1",
        args![
            row.id,
            &row.state,
            row.score,
            row.first_at,
            row.last_at,
            &row.sealed,
            row.reviewed_by,
            row.reviewed_at,
            row.outcome.clone(),
            row.escalated_to
        ],
    )
    .await?;
    Ok(())
}

/// Writes what screening found anew about an alert. What a person made of it stays as it is, also
/// if they do so at this very moment.
pub async fn extend(tx: &mut Tx, row: &Alert) -> Result<(), StoreError> {
    tx.run(
        "UPDATE alerts SET version = $2, score = $3, first_at = $4, last_at = $5, sealed = $6 WHERE id = $1",
        args![row.id, &row.version, row.score, row.first_at, row.last_at, &row.sealed],
    )
    .await?;
    Ok(())
}

/// Writes what a person made of an alert that was in the state `before`, with the report it became.
/// `false` if it is in another one by now.
pub async fn review(tx: &mut Tx, row: &Alert, before: &str) -> Result<bool, StoreError> {
    let written = tx
        .run(
            "UPDATE alerts SET state = $3, reviewed_by_id = $4, reviewed_at = $5, outcome = $6, escalated_to_id = $7 \
             WHERE id = $1 AND state = $2",
            args![
                row.id,
                before,
                &row.state,
                row.reviewed_by,
                row.reviewed_at,
                row.outcome.clone(),
                row.escalated_to
            ],
        )
        .await?;
    Ok(written == 1)
}

/// The alert of that id.
pub async fn find(tx: &mut Tx, id: Id<kinds::Alert>) -> Result<Option<Alert>, StoreError> {
    let row = tx.one(&format!("SELECT {COLUMNS} FROM alerts WHERE id = $1"), args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// The alert with that number.
pub async fn by_number(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    year: i64,
    number: i64,
) -> Result<Option<Alert>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {COLUMNS} FROM alerts WHERE organisation_id = $1 AND year = $2 AND number = $3"),
            args![organisation, year, number],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// The alert with that blind token.
pub async fn by_dedup(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    dedup: [u8; 16],
) -> Result<Option<Alert>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {COLUMNS} FROM alerts WHERE organisation_id = $1 AND dedup = $2"),
            args![organisation, dedup],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// A place on the desk: score, time and id of the last row seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskPoint {
    /// Score.
    pub score: i64,
    /// Raised at.
    pub created_at: Instant,
    /// The row.
    pub id: Id<kinds::Alert>,
}

/// Alerts of an organisation in a state (or all), higher score first, older first within it.
pub async fn desk(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    state: Option<&str>,
    after: Option<DeskPoint>,
    limit: i64,
) -> Result<Vec<Alert>, StoreError> {
    let after = after.unwrap_or(DeskPoint {
        score: i64::MAX,
        created_at: Instant::from_micros(0),
        id: Id::from_uuid(uuid::Uuid::nil()),
    });
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM alerts WHERE organisation_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2) \
                 AND (-score, created_at, id) > ($3, $4, $5) ORDER BY -score, created_at, id LIMIT $6"
            ),
            args![organisation, state, -after.score, after.created_at, after.id, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// How many alerts an organisation has in a state, or in all.
pub async fn count(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    state: Option<&str>,
) -> Result<i64, StoreError> {
    let row = tx
        .one(
            "SELECT COUNT(*) FROM alerts WHERE organisation_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2)",
            args![organisation, state],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Alerts about a report, oldest first.
pub async fn of_report(tx: &mut Tx, report: Id<kinds::Report>) -> Result<Vec<Alert>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM alerts WHERE report_id = $1 OR escalated_to_id = $1 ORDER BY created_at, id"
            ),
            args![report],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Alerts of one typology about a party, oldest first.
pub async fn of_party(
    tx: &mut Tx,
    party: Id<kinds::Party>,
    typology: Option<&str>,
) -> Result<Vec<Alert>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM alerts WHERE party_id = $1 AND (CAST($2 AS TEXT) IS NULL OR typology = $2) \
                 ORDER BY first_at, id"
            ),
            args![party, typology],
        )
        .await?;
    rows.iter().map(read).collect()
}
