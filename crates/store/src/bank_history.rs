//! What people made of a bank's contents, and how often each matched.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, engine::args};

/// What a person made of a content.
#[derive(Clone, Debug)]
pub struct Opinion {
    /// Its id.
    pub id: Id<kinds::Opinion>,
    /// Whose.
    pub organisation: Id<kinds::Organisation>,
    /// The content's bank.
    pub bank: Id<kinds::Bank>,
    /// The content.
    pub content: i64,
    /// Who.
    pub user: Id<kinds::User>,
    /// The word of the verdict.
    pub verdict: String,
    /// Why, sealed.
    pub reason: Vec<u8>,
    /// When.
    pub at: Instant,
}

/// Records an opinion.
pub async fn put_opinion(tx: &mut Tx, opinion: &Opinion) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO bank_opinions (id, organisation_id, bank_id, content, user_id, verdict, reason, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            opinion.id,
            opinion.organisation,
            opinion.bank,
            opinion.content,
            opinion.user,
            &opinion.verdict,
            &opinion.reason,
            opinion.at
        ],
    )
    .await?;
    Ok(())
}

/// The opinions on a content, the newest first.
pub async fn opinions(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    number: i64,
) -> Result<Vec<Opinion>, StoreError> {
    let rows = tx
        .all(
            "SELECT id, organisation_id, bank_id, content, user_id, verdict, reason, at FROM bank_opinions \
             WHERE organisation_id = $1 AND content = $2 ORDER BY at DESC, id DESC",
            args![organisation, number],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Opinion {
                id: row.get(0)?,
                organisation: row.get(1)?,
                bank: row.get(2)?,
                content: row.get(3)?,
                user: row.get(4)?,
                verdict: row.get(5)?,
                reason: row.get(6)?,
                at: row.get(7)?,
            })
        })
        .collect()
}

/// Counts a match of each of these contents on a day; gives the day's counts.
pub async fn count_hits(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    numbers: &[i64],
    day: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let values = numbers.iter().map(|number| args![organisation, *number, day, 1_i64]).collect();
    let rows = tx
        .many(
            "INSERT INTO bank_hits (organisation_id, content, day, hits) VALUES",
            values,
            "ON CONFLICT (organisation_id, content, day) DO UPDATE SET hits = bank_hits.hits + 1 \
             RETURNING content, hits",
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// How often a content matched, in all.
pub async fn hits(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    number: i64,
) -> Result<i64, StoreError> {
    let row = tx
        .one(
            "SELECT CAST(COALESCE(SUM(hits), 0) AS BIGINT) FROM bank_hits \
             WHERE organisation_id = $1 AND content = $2",
            args![organisation, number],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}
