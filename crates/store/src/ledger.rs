//! The ledger: parties interned once, events in sealed segments, and the keys that keep an event
//! from going in twice.

use model::{Digest, Id, Instant, kinds};

use crate::{
    StoreError, Tx,
    engine::{Row, args, placeholder},
};

/// A party to payments, as its source knows it.
#[derive(Clone, Debug)]
pub struct Party {
    /// Its id.
    pub id: Id<kinds::Party>,
    /// Whose ledger.
    pub organisation: Id<kinds::Organisation>,
    /// Blind token of its account.
    pub token: [u8; 16],
    /// `individual`, `business`, or not known.
    pub kind: Option<String>,
    /// Its country, if known.
    pub country: Option<String>,
    /// Name, account, and what else is known, sealed.
    pub sealed: Vec<u8>,
    /// The import that brought it first.
    pub import: Id<kinds::Import>,
    /// When.
    pub created_at: Instant,
}

const PARTY: &str = "id, organisation_id, token, kind, country, sealed, import_id, created_at";

fn party(row: &Row) -> Result<Party, StoreError> {
    Ok(Party {
        id: row.get(0)?,
        organisation: row.get(1)?,
        token: row.get(2)?,
        kind: row.get(3)?,
        country: row.get(4)?,
        sealed: row.get(5)?,
        import: row.get(6)?,
        created_at: row.get(7)?,
    })
}

/// Adds parties; those whose token is there already are left out. Returns the ids added.
pub async fn insert_parties(tx: &mut Tx, rows: &[Party]) -> Result<Vec<Id<kinds::Party>>, StoreError> {
    let values = rows
        .iter()
        .map(|p| {
            args![
                p.id,
                p.organisation,
                p.token,
                p.kind.clone(),
                p.country.clone(),
                &p.sealed,
                p.import,
                p.created_at
            ]
        })
        .collect();
    let rows = tx
        .many(
            &format!("INSERT INTO parties ({PARTY}) VALUES"),
            values,
            "ON CONFLICT (organisation_id, token) DO NOTHING RETURNING id",
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// What interning needs of a party that is there.
#[derive(Clone, Debug)]
pub struct KnownParty {
    /// Blind token of its account.
    pub token: [u8; 16],
    /// Its id.
    pub id: Id<kinds::Party>,
}

/// Which of these tokens are parties already.
pub async fn known_parties(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    tokens: &[[u8; 16]],
) -> Result<Vec<KnownParty>, StoreError> {
    let mut found = Vec::new();
    for chunk in tokens.chunks(4096) {
        let mut sql = String::from("SELECT token, id FROM parties WHERE organisation_id = ");
        placeholder(&mut sql, tx.engine(), 1);
        let mut values = args![organisation];
        for (i, token) in chunk.iter().enumerate() {
            sql.push_str(if i == 0 { " AND token IN (" } else { "," });
            placeholder(&mut sql, tx.engine(), i + 2);
            values.push((*token).into());
        }
        sql.push(')');
        for row in tx.all(&sql, values).await? {
            found.push(KnownParty { token: row.get(0)?, id: row.get(1)? });
        }
    }
    Ok(found)
}

/// The party of that id.
pub async fn find_party(tx: &mut Tx, id: Id<kinds::Party>) -> Result<Option<Party>, StoreError> {
    let row = tx.one(&format!("SELECT {PARTY} FROM parties WHERE id = $1"), args![id]).await?;
    row.as_ref().map(party).transpose()
}

/// The party whose account has that token.
pub async fn party_by_token(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    token: [u8; 16],
) -> Result<Option<Party>, StoreError> {
    let row = tx
        .one(
            &format!("SELECT {PARTY} FROM parties WHERE organisation_id = $1 AND token = $2"),
            args![organisation, token],
        )
        .await?;
    row.as_ref().map(party).transpose()
}

/// Of these keys, the ones that were not there: each is there from now on. Keys must differ from
/// one another; sorted ones go in fastest.
///
/// All keys are bound as one value and cut apart by the engine: binding them one by one, and
/// returning each, costs more than the index they go into.
pub async fn claim_events(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    keys: &[[u8; 16]],
) -> Result<Vec<[u8; 16]>, StoreError> {
    const CLAIM: &str = "WITH RECURSIVE cut (at) AS \
         (SELECT 1 UNION ALL SELECT at + 16 FROM cut WHERE at + 16 < length($2)) \
         INSERT INTO event_keys (organisation_id, token) SELECT $1, substr($2, at, 16) FROM cut WHERE true \
         ON CONFLICT (organisation_id, token) DO NOTHING";
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    // Mostly all of them are new, and then there is nothing to return.
    tx.run("SAVEPOINT claim", args![]).await?;
    let new = tx.run(CLAIM, args![organisation, keys.as_flattened()]).await?;
    let claimed = if new == keys.len() as u64 {
        keys.to_vec()
    } else {
        tx.run("ROLLBACK TO claim", args![]).await?;
        let rows = tx
            .run_returning(&format!("{CLAIM} RETURNING token"), args![organisation, keys.as_flattened()])
            .await?;
        rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?
    };
    tx.run("RELEASE claim", args![]).await?;
    Ok(claimed)
}

/// A sealed segment of events, in order of acceptance.
#[derive(Clone, Debug)]
pub struct Segment {
    /// Its id.
    pub id: Id<kinds::Segment>,
    /// Whose ledger.
    pub organisation: Id<kinds::Organisation>,
    /// The import that brought it.
    pub import: Id<kinds::Import>,
    /// The month of its events, under which it is kept and removed.
    pub month: String,
    /// Acceptance number of its first event.
    pub first_sequence: i64,
    /// How many events.
    pub events: i64,
    /// The earliest event.
    pub first_at: Instant,
    /// The latest event.
    pub last_at: Instant,
    /// SHA-256 of the segment before it was sealed.
    pub digest: Digest,
    /// The segment, sealed.
    pub sealed: Vec<u8>,
}

const SEGMENT: &str =
    "id, organisation_id, import_id, month, first_sequence, events, first_at, last_at, digest, sealed";

/// Appends a segment.
pub async fn append(tx: &mut Tx, row: Segment) -> Result<(), StoreError> {
    tx.run(
        &format!("INSERT INTO event_segments ({SEGMENT}) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)"),
        args![
            row.id,
            row.organisation,
            row.import,
            row.month,
            row.first_sequence,
            row.events,
            row.first_at,
            row.last_at,
            row.digest,
            row.sealed
        ],
    )
    .await?;
    Ok(())
}

/// The segments of an organisation that touch the time from `from` to `to`, in order of
/// acceptance, after one, at most `limit`.
pub async fn segments(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    from: Instant,
    to: Instant,
    after_sequence: i64,
    limit: i64,
) -> Result<Vec<Segment>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {SEGMENT} FROM event_segments WHERE organisation_id = $1 AND last_at >= $2 AND first_at <= $3 \
                 AND first_sequence > $4 ORDER BY first_sequence LIMIT $5"
            ),
            args![organisation, from, to, after_sequence, limit],
        )
        .await?;
    rows.iter().map(segment).collect()
}

fn segment(row: &Row) -> Result<Segment, StoreError> {
    Ok(Segment {
        id: row.get(0)?,
        organisation: row.get(1)?,
        import: row.get(2)?,
        month: row.get(3)?,
        first_sequence: row.get(4)?,
        events: row.get(5)?,
        first_at: row.get(6)?,
        last_at: row.get(7)?,
        digest: row.get(8)?,
        sealed: row.get(9)?,
    })
}

/// The segments of an organisation after one, in order of acceptance, at most `limit`.
pub async fn segments_after(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    after_sequence: i64,
    limit: i64,
) -> Result<Vec<Segment>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {SEGMENT} FROM event_segments WHERE organisation_id = $1 AND first_sequence > $2 \
                 ORDER BY first_sequence LIMIT $3"
            ),
            args![organisation, after_sequence, limit],
        )
        .await?;
    rows.iter().map(segment).collect()
}

/// The months an organisation has events of, in order.
pub async fn months(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<Vec<String>, StoreError> {
    let rows = tx
        .all(
            "SELECT DISTINCT month FROM event_segments WHERE organisation_id = $1 ORDER BY month",
            args![organisation],
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The segments of a month after one, in order of acceptance, at most `limit`.
pub async fn segments_of_month(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    month: &str,
    after_sequence: i64,
    limit: i64,
) -> Result<Vec<Segment>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {SEGMENT} FROM event_segments WHERE organisation_id = $1 AND month = $2 AND first_sequence > $3 \
                 ORDER BY first_sequence LIMIT $4"
            ),
            args![organisation, month, after_sequence, limit],
        )
        .await?;
    rows.iter().map(segment).collect()
}

/// The number of the last event that was accepted; 0 before the first.
pub async fn last_sequence(tx: &mut Tx, organisation: Id<kinds::Organisation>) -> Result<i64, StoreError> {
    let row = tx
        .one("SELECT value FROM counters WHERE organisation_id = $1 AND name = 'events'", args![organisation])
        .await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// How many events the ledger of an organisation has, and when they begin and end.
pub async fn extent(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
) -> Result<(i64, Option<Instant>, Option<Instant>), StoreError> {
    let row = tx
        .one(
            "SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT), MIN(first_at), MAX(last_at) FROM event_segments \
             WHERE organisation_id = $1",
            args![organisation],
        )
        .await?;
    row.map_or(Ok((0, None, None)), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The time an import's events span.
pub async fn span_of(
    tx: &mut Tx,
    import: Id<kinds::Import>,
) -> Result<Option<(Instant, Instant)>, StoreError> {
    let row = tx
        .one("SELECT MIN(first_at), MAX(last_at) FROM event_segments WHERE import_id = $1", args![import])
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (first, last): (Option<Instant>, Option<Instant>) = (row.get(0)?, row.get(1)?);
    Ok(first.zip(last))
}
