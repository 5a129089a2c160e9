//! The journal's rows: entries in the transaction of the change, positions and heads by the one
//! sequencer. What chains them is `vault`'s; what verifies them is the kernel's.

use model::{Digest, Id, Instant, kinds};
use uuid::Uuid;

use crate::{
    StoreError, Tx,
    engine::{Engine, Row, args},
};

/// One entry: who, what, which record, why, when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: Id<kinds::JournalEntry>,
    /// In whose house it happened; none for the installation's own acts.
    pub organisation: Option<Id<kinds::Organisation>>,
    /// When.
    pub at: Instant,
    /// Who, as `user:name`, `system:name` or `program:name`.
    pub actor: String,
    /// The user behind the actor.
    pub actor_id: Option<Id<kinds::User>>,
    /// What was done.
    pub action: String,
    /// To what kind of record.
    pub record_kind: String,
    /// To which record.
    pub record: Option<Uuid>,
    /// What for, in a word of the house: never free text.
    pub purpose: String,
    /// What the actor wrote as their reason, sealed under the record's key, so that it can be
    /// erased with the record while the chain, which holds the sealed bytes, stays whole.
    pub reason: Option<Vec<u8>>,
    /// In which request.
    pub request: Id<kinds::Request>,
    /// Counts, digests and states as JSON; nothing personal.
    pub detail: String,
}

impl Entry {
    /// The bytes that are hashed into the chain: every field in its order, each with its length
    /// before it, and one that is absent as a length that none has; so no two entries have the
    /// same bytes.
    pub fn canonical(&self) -> Vec<u8> {
        const ABSENT: [u8; 8] = [0xff; 8];
        let mut bytes = Vec::with_capacity(256);
        let mut put = |field: Option<&[u8]>| {
            bytes.extend(field.map_or(ABSENT, |field| (field.len() as u64).to_be_bytes()));
            bytes.extend(field.unwrap_or_default());
        };
        put(Some(&self.id.bytes()));
        put(self.organisation.map(Id::bytes).as_ref().map(<[u8; 16]>::as_slice));
        put(Some(&self.at.micros().to_be_bytes()));
        put(Some(self.actor.as_bytes()));
        put(self.actor_id.map(Id::bytes).as_ref().map(<[u8; 16]>::as_slice));
        put(Some(self.action.as_bytes()));
        put(Some(self.record_kind.as_bytes()));
        put(self.record.as_ref().map(|record| record.as_bytes().as_slice()));
        put(Some(self.purpose.as_bytes()));
        put(self.reason.as_deref());
        put(Some(&self.request.bytes()));
        put(Some(self.detail.as_bytes()));
        bytes
    }
}

const COLUMNS: &str = "e.id, e.organisation_id, e.at, e.actor, e.actor_id, e.action, e.record_kind, e.record_id, \
                       e.purpose, e.request_id, e.detail, e.reason";

fn read(row: &Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        id: row.get(0)?,
        organisation: row.get(1)?,
        at: row.get(2)?,
        actor: row.get(3)?,
        actor_id: row.get(4)?,
        action: row.get(5)?,
        record_kind: row.get(6)?,
        record: row.get(7)?,
        purpose: row.get(8)?,
        request: row.get(9)?,
        detail: row.get(10)?,
        reason: row.get(11)?,
    })
}

/// Writes an entry, in the transaction of the change it tells of, and lets it wait for its place.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<(), StoreError> {
    tx.run(
        "INSERT INTO journal_entries (id, organisation_id, at, actor, actor_id, action, record_kind, record_id, \
         purpose, request_id, detail, reason) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
        args![
            entry.id,
            entry.organisation,
            entry.at,
            &entry.actor,
            entry.actor_id,
            &entry.action,
            &entry.record_kind,
            entry.record,
            &entry.purpose,
            entry.request,
            &entry.detail,
            entry.reason.clone()
        ],
    )
    .await?;
    tx.run("INSERT INTO journal_waiting (entry_id) VALUES ($1)", args![entry.id]).await?;
    Ok(())
}

/// A signed head of the chain: one batch of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the batch, from 1.
    pub batch: i64,
    /// Sequence number of its first entry.
    pub first: i64,
    /// Sequence number of its last entry.
    pub last: i64,
    /// Merkle root over the entries' leaves.
    pub root: Digest,
    /// Digest of the head before.
    pub previous: Digest,
    /// When it was made.
    pub at: Instant,
    /// Signature over the head.
    pub signature: Vec<u8>,
}

fn head(row: &Row) -> Result<Head, StoreError> {
    Ok(Head {
        batch: row.get(0)?,
        first: row.get(1)?,
        last: row.get(2)?,
        root: row.get(3)?,
        previous: row.get(4)?,
        at: row.get(5)?,
        signature: row.get(6)?,
    })
}

const HEAD: &str = "batch, first, last, root, previous, at, signature";

/// Takes the sequencer's turn: on PostgreSQL a lock held to the end of the transaction, so that
/// two sequencers cannot fork the chain; on SQLite the one writer is lock enough.
pub async fn take_turn(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.engine() == Engine::Postgres {
        tx.all("SELECT pg_advisory_xact_lock(7105898)", args![]).await?;
    }
    Ok(())
}

/// Whether any entry waits for its position.
pub async fn any_waits(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(tx.one("SELECT 1 FROM journal_waiting LIMIT 1", args![]).await?.is_some())
}

/// Entries that wait for their position, oldest first. What a transaction wrote that began long ago
/// and committed just now is among them.
pub async fn unsequenced(tx: &mut Tx, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM journal_waiting w JOIN journal_entries e ON e.id = w.entry_id \
                 ORDER BY e.at, e.id LIMIT $1"
            ),
            args![limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The last head.
pub async fn last_head(tx: &mut Tx) -> Result<Option<Head>, StoreError> {
    let row =
        tx.one(&format!("SELECT {HEAD} FROM journal_heads ORDER BY batch DESC LIMIT 1"), args![]).await?;
    row.as_ref().map(head).transpose()
}

/// Heads after a batch, in order.
pub async fn heads_after(tx: &mut Tx, batch: i64, limit: i64) -> Result<Vec<Head>, StoreError> {
    let rows = tx
        .all(
            &format!("SELECT {HEAD} FROM journal_heads WHERE batch > $1 ORDER BY batch LIMIT $2"),
            args![batch, limit],
        )
        .await?;
    rows.iter().map(head).collect()
}

/// Writes a head and the positions of its entries, in order from `head.first`; they wait no longer.
pub async fn append_batch(
    tx: &mut Tx,
    head: &Head,
    entries: &[(Id<kinds::JournalEntry>, Digest)],
) -> Result<(), StoreError> {
    let rows = entries
        .iter()
        .enumerate()
        .map(|(i, (id, leaf))| args![head.first + i64::try_from(i).unwrap_or(i64::MAX), *id, *leaf])
        .collect();
    tx.many("INSERT INTO journal_positions (sequence, entry_id, leaf) VALUES", rows, "").await?;
    tx.run(
        "DELETE FROM journal_waiting WHERE entry_id IN \
         (SELECT entry_id FROM journal_positions WHERE sequence BETWEEN $1 AND $2)",
        args![head.first, head.last],
    )
    .await?;
    tx.run(
        &format!("INSERT INTO journal_heads ({HEAD}) VALUES ($1,$2,$3,$4,$5,$6,$7)"),
        args![head.batch, head.first, head.last, head.root, head.previous, head.at, &head.signature],
    )
    .await?;
    Ok(())
}

/// A position of the chain and the entry that should be there.
#[derive(Clone, Debug)]
pub struct Position {
    /// Its number.
    pub sequence: i64,
    /// The id the chain has for it.
    pub entry_id: Id<kinds::JournalEntry>,
    /// The leaf the chain has for it.
    pub leaf: Digest,
    /// The entry as it stands, if it still does.
    pub entry: Option<Entry>,
}

/// The positions from `first` to `last`, in order.
pub async fn positions(tx: &mut Tx, first: i64, last: i64) -> Result<Vec<Position>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS}, p.sequence, p.entry_id, p.leaf FROM journal_positions p \
                 LEFT JOIN journal_entries e ON e.id = p.entry_id \
                 WHERE p.sequence BETWEEN $1 AND $2 ORDER BY p.sequence"
            ),
            args![first, last],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let there: Option<Uuid> = row.get(0)?;
            Ok(Position {
                entry: there.map(|_| read(row)).transpose()?,
                sequence: row.get(12)?,
                entry_id: row.get(13)?,
                leaf: row.get(14)?,
            })
        })
        .collect()
}

/// How many entries have a position, and how many wait for one.
pub async fn counts(tx: &mut Tx) -> Result<(i64, i64), StoreError> {
    let row = tx
        .one(
            "SELECT (SELECT COUNT(*) FROM journal_positions), (SELECT COUNT(*) FROM journal_waiting)",
            args![],
        )
        .await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The first entry that is there, but neither has a position nor waits for one: the store wrote it
/// otherwise.
pub async fn stray(tx: &mut Tx) -> Result<Option<Id<kinds::JournalEntry>>, StoreError> {
    let row = tx
        .one(
            "SELECT e.id FROM journal_entries e \
             WHERE NOT EXISTS (SELECT 1 FROM journal_positions p WHERE p.entry_id = e.id) \
             AND NOT EXISTS (SELECT 1 FROM journal_waiting w WHERE w.entry_id = e.id) ORDER BY e.at, e.id LIMIT 1",
            args![],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}

/// The first entry that waits for its position, but is not there any more.
pub async fn lost(tx: &mut Tx) -> Result<Option<Id<kinds::JournalEntry>>, StoreError> {
    let row = tx
        .one(
            "SELECT w.entry_id FROM journal_waiting w \
             WHERE NOT EXISTS (SELECT 1 FROM journal_entries e WHERE e.id = w.entry_id) ORDER BY w.entry_id LIMIT 1",
            args![],
        )
        .await?;
    row.map(|row| row.get(0)).transpose()
}

/// What happened to a record, newest first.
pub async fn of_record(tx: &mut Tx, record: Uuid, limit: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM journal_entries e WHERE e.record_id = $1 ORDER BY e.at DESC, e.id DESC LIMIT $2"
            ),
            args![record, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// The newest entries of an organisation and of the installation, before a point.
pub async fn newest(
    tx: &mut Tx,
    organisation: Id<kinds::Organisation>,
    before: Option<(Instant, Id<kinds::JournalEntry>)>,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    let (at, id) = before.unwrap_or((crate::engine::FAR, Id::from_uuid(Uuid::max())));
    let rows = tx
        .all(
            &format!(
                "SELECT {COLUMNS} FROM journal_entries e WHERE (e.organisation_id = $1 OR e.organisation_id IS NULL) \
                 AND (e.at, e.id) < ($2, $3) ORDER BY e.at DESC, e.id DESC LIMIT $4"
            ),
            args![organisation, at, id, limit],
        )
        .await?;
    rows.iter().map(read).collect()
}
