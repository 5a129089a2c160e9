//! What banks know, and exact look-ups in it.
//!
//! A content has a number in its organisation and any number of signals, which never change: what
//! has other signals is another content. Numbers come from a series that is held until its
//! transaction ends, so whoever has seen every number up to the series' end has missed none.

use model::{Id, Instant, kinds};

use crate::{StoreError, Tx, banks::Bank, engine::args};

/// The series contents are numbered by.
const SERIES: &str = "bank-contents";

/// A hash by which something is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signal {
    /// The algorithm's word.
    pub algorithm: String,
    /// The hash.
    pub digest: Vec<u8>,
}

/// What a bank learns.
#[derive(Clone, Debug)]
pub struct NewContent {
    /// By what its source knows it; a bank takes it once.
    pub source_key: Vec<u8>,
    /// When its source last changed it, where it says.
    pub source_at: Option<Instant>,
    /// The reading of everything that it last came in, where its source is read so.
    pub mark: Option<i64>,
    /// The word of its state.
    pub state: String,
    /// The taxonomy of its classification.
    pub taxonomy: Option<String>,
    /// Its classification under that taxonomy.
    pub classification: Option<String>,
    /// What the source noted.
    pub note: Option<String>,
    /// Its hashes.
    pub signals: Vec<Signal>,
}

/// Adds contents; gives the numbers of those that were new, in no particular order.
pub async fn add(
    tx: &mut Tx,
    bank: &Bank,
    import: Option<Id<kinds::Import>>,
    at: Instant,
    contents: &[NewContent],
) -> Result<Vec<i64>, StoreError> {
    if contents.is_empty() {
        return Ok(Vec::new());
    }
    let offered = i64::try_from(contents.len()).unwrap_or(i64::MAX);
    let first = crate::organisations::advance(tx, bank.organisation, SERIES, offered).await?;
    let values = contents
        .iter()
        .zip(first..)
        .map(|(content, number)| {
            args![
                bank.organisation,
                number,
                bank.id,
                &content.source_key,
                content.source_at,
                content.mark,
                &content.state,
                content.taxonomy.clone(),
                content.classification.clone(),
                content.note.clone(),
                import,
                at
            ]
        })
        .collect();
    let new = tx
        .many(
            "INSERT INTO bank_contents (organisation_id, number, bank_id, source_key, source_at, mark, state, \
             taxonomy, classification, note, import_id, created_at) VALUES",
            values,
            "ON CONFLICT (bank_id, source_key) DO NOTHING RETURNING number",
        )
        .await?;
    let numbers: Vec<i64> = new.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
    let mut signals = Vec::with_capacity(numbers.len());
    for number in &numbers {
        let content = usize::try_from(number - first).ok().and_then(|index| contents.get(index));
        for signal in content.map(|content| content.signals.as_slice()).unwrap_or_default() {
            signals.push(args![bank.organisation, &signal.digest, &signal.algorithm, *number]);
        }
    }
    tx.many(
        "INSERT INTO bank_signals (organisation_id, digest, algorithm, content) VALUES",
        signals,
        "ON CONFLICT (organisation_id, digest, algorithm, content) DO NOTHING",
    )
    .await?;
    tx.run("UPDATE banks SET contents = contents + $2 WHERE id = $1", args![bank.id, numbers.len()]).await?;
    Ok(numbers)
}

/// What a bank knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its number.
    pub number: i64,
    /// In which bank.
    pub bank: Id<kinds::Bank>,
    /// By what its source knows it.
    pub source_key: Vec<u8>,
    /// When its source last changed it, where it says.
    pub source_at: Option<Instant>,
    /// The reading of everything that it last came in, where its source is read so.
    pub mark: Option<i64>,
    /// The word of its state.
    pub state: String,
    /// The word of what people here made of it.
    pub opinion: Option<String>,
    /// Until when it matches nothing.
    pub disabled_until: Option<Instant>,
    /// The taxonomy of its classification.
    pub taxonomy: Option<String>,
    /// Its classification.
    pub classification: Option<String>,
    /// What its source noted.
    pub note: Option<String>,
    /// The import that brought it.
    pub import: Option<Id<kinds::Import>>,
    /// When it came.
    pub created_at: Instant,
}

const CONTENT: &str = "number, bank_id, source_key, source_at, mark, state, opinion, disabled_until, taxonomy, \
                       classification, note, import_id, created_at";

fn content_of(row: &crate::engine::Row) -> Result<Content, StoreError> {
    Ok(Content {
        number: row.get(0)?,
        bank: row.get(1)?,
        source_key: row.get(2)?,
        source_at: row.get(3)?,
        mark: row.get(4)?,
        state: row.get(5)?,
        opinion: row.get(6)?,
        disabled_until: row.get(7)?,
        taxonomy: row.get(8)?,
        classification: row.get(9)?,
        note: row.get(10)?,
        import: row.get(11)?,
        created_at: row.get(12)?,
    })
}

/// A content by its number.
pub async fn content(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    number: i64,
) -> Result<Option<Content>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {CONTENT} FROM bank_contents WHERE organisation_id = $1 AND number = $2"),
            args![organisation, number],
        )
        .await?;
    row.as_ref().map(content_of).transpose()
}

/// A content by what its source knows it by.
pub async fn by_source(
    tx: &mut Tx,
    bank: Id<kinds::Bank>,
    source_key: &[u8],
) -> Result<Option<Content>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {CONTENT} FROM bank_contents WHERE bank_id = $1 AND source_key = $2"),
            args![bank, source_key],
        )
        .await?;
    row.as_ref().map(content_of).transpose()
}

/// Contents of a bank before a number, the newest first; of one state where a word is given.
pub async fn contents(
    tx: &mut Tx,
    bank: Id<kinds::Bank>,
    state: Option<&str>,
    before: i64,
    limit: i64,
) -> Result<Vec<Content>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {CONTENT} FROM bank_contents WHERE bank_id = $1 AND number < $2 \
                 AND (CAST($3 AS TEXT) IS NULL OR state = $3) ORDER BY number DESC LIMIT $4"
            ),
            args![bank, before, state, limit],
        )
        .await?;
    rows.iter().map(content_of).collect()
}

/// Changes what is thought of a content: state, opinion, until when it is off, classification, note.
pub async fn set_content(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    content: &Content,
) -> Result<(), StoreError> {
    tx.run(
        "UPDATE bank_contents SET state = $3, opinion = $4, disabled_until = $5, taxonomy = $6, classification = $7, \
         note = $8, source_at = $9, mark = $10 WHERE organisation_id = $1 AND number = $2",
        args![
            organisation,
            content.number,
            &content.state,
            content.opinion.clone(),
            content.disabled_until,
            content.taxonomy.clone(),
            content.classification.clone(),
            content.note.clone(),
            content.source_at,
            content.mark
        ],
    )
    .await?;
    Ok(())
}

/// Withdraws the contents of a bank whose source keys lie from `low` on and before `high` and that
/// did not come in the reading of this mark; says how many.
pub async fn withdraw_unmarked(
    tx: &mut Tx,
    bank: Id<kinds::Bank>,
    (low, high): (&[u8], &[u8]),
    mark: i64,
) -> Result<u64, StoreError> {
    tx.run(
        "UPDATE bank_contents SET state = 'withdrawn' WHERE bank_id = $1 AND source_key >= $2 AND source_key < $3 \
         AND (mark IS NULL OR mark <> $4) AND state <> 'withdrawn'",
        args![bank, low, high, mark],
    )
    .await
}

/// Removes a content.
pub async fn remove(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    content: &Content,
) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM bank_opinions WHERE organisation_id = $1 AND content = $2",
        "DELETE FROM bank_hits WHERE organisation_id = $1 AND content = $2",
        "DELETE FROM bank_signals WHERE organisation_id = $1 AND content = $2",
        "DELETE FROM bank_contents WHERE organisation_id = $1 AND number = $2",
    ] {
        tx.run(statement, args![organisation, content.number]).await?;
    }
    tx.run("UPDATE banks SET contents = contents - 1 WHERE id = $1", args![content.bank]).await?;
    Ok(())
}

/// The signals of a content.
pub async fn signals(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    number: i64,
) -> Result<Vec<Signal>, StoreError> {
    let rows = tx
        .all(
            "SELECT algorithm, digest FROM bank_signals WHERE organisation_id = $1 AND content = $2 \
             ORDER BY algorithm, digest",
            args![organisation, number],
        )
        .await?;
    rows.iter().map(|row| Ok(Signal { algorithm: row.get(0)?, digest: row.get(1)? })).collect()
}

/// The contents that have exactly this hash, by number.
pub async fn equal(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    algorithm: &str,
    digest: &[u8],
) -> Result<Vec<Content>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {CONTENT} FROM bank_contents WHERE organisation_id = $1 AND number IN \
                 (SELECT content FROM bank_signals WHERE organisation_id = $1 AND digest = $2 AND algorithm = $3) \
                 ORDER BY number"
            ),
            args![organisation, digest, algorithm],
        )
        .await?;
    rows.iter().map(content_of).collect()
}

/// Of these contents, those that have the hash given with them.
pub async fn having(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    algorithm: &str,
    wanted: &[(i64, &[u8])],
) -> Result<Vec<Content>, StoreError> {
    let mut found = Vec::new();
    for (number, digest) in wanted {
        let row = tx
            .one(
                &format!(
                    "SELECT {CONTENT} FROM bank_contents WHERE organisation_id = $1 AND number = $2 AND EXISTS \
                     (SELECT 1 FROM bank_signals WHERE organisation_id = $1 AND digest = $3 AND algorithm = $4 \
                      AND content = $2)"
                ),
                args![organisation, *number, *digest, algorithm],
            )
            .await?;
        found.extend(row.as_ref().map(content_of).transpose()?);
    }
    Ok(found)
}

/// The last number given out.
pub async fn head(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<i64, StoreError> {
    let row = tx
        .one(
            "SELECT value FROM counters WHERE organisation_id = $1 AND name = $2",
            args![organisation, SERIES],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Signals of one algorithm of the contents numbered after `after` and up to `until`, by number.
pub async fn signals_between(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    algorithm: &str,
    after: i64,
    until: i64,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let rows = tx
        .all(
            "SELECT content, digest FROM bank_signals WHERE organisation_id = $1 AND content > $2 AND content <= $3 \
             AND algorithm = $4 ORDER BY content, digest",
            args![organisation, after, until, algorithm],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// How many signals of each algorithm an organisation's banks have, with the newest content that has
/// one.
pub async fn counts(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
) -> Result<Vec<(String, i64, i64)>, StoreError> {
    let rows = tx
        .all(
            "SELECT algorithm, COUNT(*), MAX(content) FROM bank_signals WHERE organisation_id = $1 \
             GROUP BY algorithm ORDER BY algorithm",
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}
