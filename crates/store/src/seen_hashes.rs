//! What the house saw before a bank knew it: look-ups that are remembered, and the files of reports.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, bank_contents::Signal, engine::args};

/// Something that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its hash.
    pub signal: Signal,
    /// What the asking program calls it; empty where it said nothing.
    pub reference: String,
    /// When it was last looked up.
    pub at: Instant,
    /// The content that was added later and matches it.
    pub matched: Option<i64>,
}

/// Remembers what was looked up.
pub async fn remember(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    seen: &[Seen],
) -> Result<(), StoreError> {
    let values = seen
        .iter()
        .map(|s| args![organisation, &s.signal.digest, &s.signal.algorithm, &s.reference, s.at])
        .collect();
    tx.many(
        "INSERT INTO seen_hashes (organisation_id, digest, algorithm, reference, seen_at) VALUES",
        values,
        "ON CONFLICT (organisation_id, digest, algorithm, reference) DO UPDATE SET seen_at = excluded.seen_at",
    )
    .await?;
    Ok(())
}

/// What was looked up by one algorithm since then, in order of its hash, after a hash and reference.
pub async fn seen(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    algorithm: &str,
    since: Instant,
    after: (&[u8], &str),
    limit: i64,
) -> Result<Vec<Seen>, StoreError> {
    let rows = tx
        .all(
            "SELECT digest, algorithm, reference, seen_at, matched FROM seen_hashes WHERE organisation_id = $1 \
             AND algorithm = $2 AND seen_at >= $3 AND (digest, reference) > ($4, $5) \
             ORDER BY digest, reference LIMIT $6",
            args![organisation, algorithm, since, after.0, after.1, limit],
        )
        .await?;
    rows.iter().map(seen_of).collect()
}

/// What was looked up since then and has exactly a hash of a content numbered after `after` and up to
/// `until`, with the content.
pub async fn seen_equal(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    since: Instant,
    after: i64,
    until: i64,
) -> Result<Vec<(i64, Seen)>, StoreError> {
    let rows = tx
        .all(
            "SELECT h.digest, h.algorithm, h.reference, h.seen_at, h.matched, s.content FROM bank_signals s \
             JOIN seen_hashes h ON h.organisation_id = s.organisation_id AND h.digest = s.digest \
             AND h.algorithm = s.algorithm WHERE s.organisation_id = $1 AND s.content > $2 AND s.content <= $3 \
             AND h.seen_at >= $4 ORDER BY s.content, h.digest, h.reference",
            args![organisation, after, until, since],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(5)?, seen_of(row)?))).collect()
}

/// What was looked up before a content was added that it matches; the newest first.
pub async fn seen_and_matched(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    limit: i64,
) -> Result<Vec<Seen>, StoreError> {
    let rows = tx
        .all(
            "SELECT digest, algorithm, reference, seen_at, matched FROM seen_hashes WHERE organisation_id = $1 \
             AND matched IS NOT NULL ORDER BY seen_at DESC, digest, reference LIMIT $2",
            args![organisation, limit],
        )
        .await?;
    rows.iter().map(seen_of).collect()
}

fn seen_of(row: &crate::engine::Row) -> Result<Seen, StoreError> {
    Ok(Seen {
        signal: Signal { digest: row.get(0)?, algorithm: row.get(1)? },
        reference: row.get(2)?,
        at: row.get(3)?,
        matched: row.get(4)?,
    })
}

/// Marks what was looked up as matched by a content that was added later.
pub async fn mark_seen(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    seen: &Seen,
    content: i64,
) -> Result<(), StoreError> {
    tx.run(
        "UPDATE seen_hashes SET matched = $5 WHERE organisation_id = $1 AND digest = $2 AND algorithm = $3 \
         AND reference = $4",
        args![organisation, &seen.signal.digest, &seen.signal.algorithm, &seen.reference, content],
    )
    .await?;
    Ok(())
}

/// Forgets what was last looked up before then; says how much.
pub async fn forget_seen(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    before: Instant,
) -> Result<u64, StoreError> {
    tx.run("DELETE FROM seen_hashes WHERE organisation_id = $1 AND seen_at < $2", args![organisation, before])
        .await
}

/// Reports received since then that name a file with exactly a hash of a content numbered after
/// `after` and up to `until`.
pub async fn reports_naming(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    since: Instant,
    after: i64,
    until: i64,
) -> Result<Vec<(i64, Id<kinds::Report>)>, StoreError> {
    let rows = tx
        .all(
            "SELECT DISTINCT s.content, h.report_id FROM bank_signals s JOIN report_hashes h \
             ON h.organisation_id = s.organisation_id AND h.digest = s.digest AND h.algorithm = s.algorithm \
             JOIN reports r ON r.id = h.report_id WHERE s.organisation_id = $1 AND s.content > $2 \
             AND s.content <= $3 AND r.received_at >= $4 ORDER BY s.content, h.report_id",
            args![organisation, after, until, since],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Perceptual hashes that reports received since then name, after a report, in order of the report.
pub async fn hashes_of_reports(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    algorithm: &str,
    since: Instant,
    after: Id<kinds::Report>,
    limit: i64,
) -> Result<Vec<(Id<kinds::Report>, Vec<u8>)>, StoreError> {
    let rows = tx
        .all(
            "SELECT h.report_id, h.digest FROM report_hashes h JOIN reports r ON r.id = h.report_id \
             WHERE h.organisation_id = $1 AND h.algorithm = $2 AND r.received_at >= $3 AND h.report_id IN \
             (SELECT report_id FROM report_hashes WHERE organisation_id = $1 AND algorithm = $2 AND report_id > $4 \
              GROUP BY report_id ORDER BY report_id LIMIT $5) ORDER BY h.report_id, h.digest",
            args![organisation, algorithm, since, after, limit],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The series that tells up to which content everything seen before has been held against it.
const MATCHED: &str = "bank-contents-matched";

/// Up to which content everything seen before has been held against it.
pub async fn matched_up_to(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<i64, StoreError> {
    let row = tx
        .one(
            "SELECT value FROM counters WHERE organisation_id = $1 AND name = $2",
            args![organisation, MATCHED],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Writes down up to which content everything seen before has been held against it.
pub async fn set_matched_up_to(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    number: i64,
) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO counters (organisation_id, name, value) VALUES ($1, $2, $3) \
         ON CONFLICT (organisation_id, name) DO UPDATE SET value = $3",
        args![organisation, MATCHED, number],
    )
    .await?;
    Ok(())
}
