//! Payments: rows become events in sealed segments, parties are interned, and no row goes in
//! twice.

use std::{
    collections::{BTreeMap, HashSet},
    io::{BufReader, Read},
    ops::ControlFlow,
};

use app_kernel::{Error, Op, Permit, Tx};
use formats::{
    Record, Reject,
    iso20022::Iso20022Reader,
    ledger::{LedgerReader, LineReader, Mapping},
    payment::{PartyKind, PaymentRef},
};
use model::{Country, Id, Money, kinds};
use screening::{Event, PartyRef};
use vault::Blinder;

use crate::{
    party::{NewParty, Parties},
    process::{BATCH, Batch, Batches, Counted},
    rejects::Rejected,
};

/// A row on its way into the ledger.
pub(crate) struct Row {
    key: [u8; 16],
    at: model::Instant,
    amount: Money,
    sender: [u8; 16],
    receiver: [u8; 16],
    individual: Option<bool>,
    from: Option<Country>,
    to: Option<Country>,
}

/// A batch of rows with the parties that are new in it.
#[derive(Default)]
pub(crate) struct PaymentBatch {
    rows: Vec<Row>,
    parties: Vec<NewParty>,
    rejects: Vec<(u64, u64, Rejected)>,
}

impl PaymentBatch {
    pub(crate) fn records(&self) -> usize {
        self.rows.len() + self.rejects.len()
    }

    /// What was refused, with its number and its line.
    pub(crate) fn rejects(&self) -> &[(u64, u64, Rejected)] {
        &self.rejects
    }

    /// Counts the records before these: what is refused is kept under its number in the whole import.
    pub(crate) fn number_refused_from(&mut self, before: u64) {
        self.rejects.iter_mut().for_each(|(ordinal, ..)| *ordinal += before);
    }
}

/// Rows on their way into a batch.
struct Rows<'a> {
    source: &'a str,
    blinder: Blinder,
    parties: Parties,
    batch: PaymentBatch,
    normal: Vec<u8>,
}

/// Gathers rows into batches and sends them.
struct Gathering<'a> {
    rows: Rows<'a>,
    out: &'a Batches,
}

impl Gathering<'_> {
    fn take(&mut self, row: Result<Record<PaymentRef<'_>>, Reject>) -> ControlFlow<()> {
        match row {
            Ok(record) => self.rows.row(&record),
            Err(reject) if reject.fatal => {
                let _ = self.out.send(Batch::Failed(reject.to_string()));
                return ControlFlow::Break(());
            }
            Err(reject) => self.rows.refuse(reject),
        }
        if self.rows.batch.records() >= BATCH { self.flush() } else { ControlFlow::Continue(()) }
    }

    fn flush(&mut self) -> ControlFlow<()> {
        if self.rows.batch.records() == 0 {
            return ControlFlow::Continue(());
        }
        self.out.send(Batch::Payments(std::mem::take(&mut self.rows.batch)))
    }
}

impl Rows<'_> {
    fn refuse(&mut self, reject: Reject) {
        let (ordinal, line) = (reject.ordinal, reject.line);
        self.batch.rejects.push((ordinal, line, reject.into()));
    }

    fn row(&mut self, record: &Record<PaymentRef<'_>>) {
        let payment = &record.value;
        let (sender, new_sender) = self.parties.token(&payment.sender);
        let (receiver, new_receiver) = self.parties.token(&payment.receiver);
        self.batch.parties.extend(new_sender);
        self.batch.parties.extend(new_receiver);
        let amount = payment.payout.unwrap_or(payment.amount);
        self.normal.clear();
        self.normal.extend_from_slice(self.source.as_bytes());
        self.normal.push(0);
        // A reference names the payment at its source. Without one the row itself must, together
        // with its number in the file: identical payments are lawful.
        let kind = if let Some(reference) = payment.reference {
            self.normal.extend_from_slice(reference.as_bytes());
            "event_reference"
        } else {
            self.normal.extend_from_slice(&record.ordinal.to_be_bytes());
            self.normal.extend_from_slice(&payment.at.micros().to_be_bytes());
            self.normal.extend_from_slice(&amount.minor.to_be_bytes());
            self.normal.extend_from_slice(&amount.currency.bytes());
            self.normal.extend_from_slice(&sender);
            self.normal.extend_from_slice(&receiver);
            "event_row"
        };
        self.batch.rows.push(Row {
            key: self.blinder.token(kind, &self.normal),
            at: payment.at,
            amount,
            sender,
            receiver,
            individual: payment.receiver.kind.map(|kind| kind == PartyKind::Individual),
            from: payment.sender.country,
            to: payment.receiver.country,
        });
    }
}

/// Reads a ledger to its end, sending batches.
pub(crate) fn read_ledger(
    original: impl Read,
    mapping: Option<&str>,
    source: &str,
    blinder: Blinder,
    out: &Batches,
) {
    let mapping = match mapping.map(Mapping::parse).transpose() {
        Ok(mapping) => mapping.unwrap_or_default(),
        Err(e) => {
            let _ = out.send(Batch::Failed(format!("the mapping file: {e}")));
            return;
        }
    };
    let mut reader = match LedgerReader::open_mapped(original, &mapping) {
        Ok(reader) => reader,
        Err(e) => {
            let _ = out.send(Batch::Failed(e.to_string()));
            return;
        }
    };
    let mut gathering = Gathering::new(source, blinder, out);
    reader.for_each(|row| gathering.take(row));
    let _ = gathering.flush();
}

/// Reads a ledger of lines of JSON to its end, sending batches.
pub(crate) fn read_lines(original: impl Read, source: &str, blinder: Blinder, out: &Batches) {
    let mut gathering = Gathering::new(source, blinder, out);
    LineReader::new(BufReader::with_capacity(64 * 1024, original)).for_each(|row| gathering.take(row));
    let _ = gathering.flush();
}

/// Reads ISO 20022 payments to their end, sending batches.
pub(crate) fn read_iso20022(original: impl Read, source: &str, blinder: Blinder, out: &Batches) {
    let mut gathering = Gathering::new(source, blinder, out);
    for row in Iso20022Reader::new(BufReader::with_capacity(64 * 1024, original)) {
        let flow = match &row {
            Ok(record) => gathering.take(Ok(Record {
                ordinal: record.ordinal,
                line: record.line,
                value: record.value.borrowed(),
            })),
            Err(reject) => gathering.take(Err(reject.clone())),
        };
        if flow.is_break() {
            break;
        }
    }
    let _ = gathering.flush();
}

/// Reads the lines of one request into one batch. Each payment must have a reference: nothing else
/// tells a request that is sent again from another payment of the same amount.
pub(crate) fn gather_lines(lines: &[u8], source: &str, blinder: Blinder) -> PaymentBatch {
    let mut rows = Rows::new(source, blinder);
    LineReader::new(lines).needing_references().for_each(|row| {
        match row {
            Ok(record) => rows.row(&record),
            Err(reject) => rows.refuse(reject),
        }
        ControlFlow::Continue(())
    });
    rows.batch
}

impl<'a> Gathering<'a> {
    fn new(source: &'a str, blinder: Blinder, out: &'a Batches) -> Self {
        Self { rows: Rows::new(source, blinder), out }
    }
}

impl<'a> Rows<'a> {
    fn new(source: &'a str, blinder: Blinder) -> Self {
        Self {
            source,
            parties: Parties::new(source, blinder.clone()),
            blinder,
            batch: PaymentBatch::default(),
            normal: Vec::with_capacity(256),
        }
    }
}

/// Takes a batch in: new events into segments by month, new parties, and what was refused.
pub(crate) async fn take_in(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    import: Id<kinds::Import>,
    sealer: &app_kernel::Sealer,
    batch: PaymentBatch,
) -> Result<Counted, Error> {
    let PaymentBatch { rows, parties, rejects } = batch;
    let mut counted = Counted {
        read: (rows.len() + rejects.len()) as u64,
        rejected: rejects.len() as u64,
        ..Counted::default()
    };
    if !rejects.is_empty() {
        let rejects = crate::rejects::seal(tx, sealer, rejects)?;
        store::imports::put_rejects(tx.store(permit), import, rejects).await?;
    }
    let mut keys: Vec<[u8; 16]> = rows.iter().map(|row| row.key).collect();
    // In the order of the index they go into.
    keys.sort_unstable();
    keys.dedup();
    let claimed = store::ledger::claim_events(tx.store(permit), permit.owner(), &keys).await?;
    let fresh: Vec<Row> = if claimed.len() == rows.len() {
        rows
    } else {
        let mut claimed: HashSet<[u8; 16]> = claimed.into_iter().collect();
        rows.into_iter().filter(|row| claimed.remove(&row.key)).collect()
    };
    counted.accepted = fresh.len() as u64;
    counted.known = counted.read - counted.rejected - counted.accepted;
    take_parties(tx, permit, import, parties).await?;
    if fresh.is_empty() {
        return Ok(counted);
    }
    let count = i64::try_from(fresh.len()).unwrap_or(i64::MAX);
    let first = store::organisations::advance(tx.store(permit), permit.owner(), "events", count).await?;
    let mut months: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    let mut month_of: Option<(model::Instant, String)> = None;
    for (row, sequence) in fresh.into_iter().zip(first.unsigned_abs()..) {
        let month = match &month_of {
            Some((at, month)) if at.micros() / 86_400_000_000 == row.at.micros() / 86_400_000_000 => {
                month.clone()
            }
            _ => row.at.month(),
        };
        month_of = Some((row.at, month.clone()));
        months.entry(month).or_default().push(Event {
            sequence,
            at: row.at,
            amount: row.amount,
            sender: PartyRef(row.sender),
            receiver: PartyRef(row.receiver),
            receiver_is_individual: row.individual,
            sender_country: row.from,
            receiver_country: row.to,
        });
    }
    let mut digests = Vec::with_capacity(months.len());
    for (month, events) in months {
        digests.push(append_segment(tx, permit, import, month, &events).await?);
    }
    let detail = serde_json::json!({
        "accepted": counted.accepted, "known": counted.known, "rejected": counted.rejected,
        "events": [first, first + count - 1], "segments": digests,
    });
    tx.journal(op, permit, detail).await?;
    counted.sequences = Some((first, first + count - 1));
    counted.journalled = true;
    Ok(counted)
}

async fn append_segment(
    tx: &mut Tx<'_>,
    permit: &Permit,
    import: Id<kinds::Import>,
    month: String,
    events: &[Event],
) -> Result<String, Error> {
    let id = tx.house().id::<kinds::Segment>();
    let sealer = tx.new_sealer(permit, "segment", id.uuid()).await?;
    let plain = screening::encode_segment(events);
    let digest = vault::sha256(&plain);
    let sealed = sealer.seal_bytes("events", &plain, tx);
    let at = |pick: fn(model::Instant, model::Instant) -> model::Instant| {
        events.iter().map(|event| event.at).reduce(pick)
    };
    let none = model::Instant::from_micros(0);
    let segment = store::ledger::Segment {
        id,
        organisation: permit.owner(),
        import,
        month,
        first_sequence: events.first().map_or(0, |e| i64::try_from(e.sequence).unwrap_or(i64::MAX)),
        events: i64::try_from(events.len()).unwrap_or(i64::MAX),
        first_at: at(Ord::min).unwrap_or(none),
        last_at: at(Ord::max).unwrap_or(none),
        digest,
        sealed,
    };
    store::ledger::append(tx.store(permit), segment).await?;
    Ok(digest.short())
}

async fn take_parties(
    tx: &mut Tx<'_>,
    permit: &Permit,
    import: Id<kinds::Import>,
    parties: Vec<NewParty>,
) -> Result<(), Error> {
    if parties.is_empty() {
        return Ok(());
    }
    let tokens: Vec<[u8; 16]> = parties.iter().map(|party| party.token).collect();
    let known: HashSet<[u8; 16]> = store::ledger::known_parties(tx.store(permit), permit.owner(), &tokens)
        .await?
        .into_iter()
        .map(|party| party.token)
        .collect();
    let mut met = known;
    let (mut rows, mut keys) = (Vec::new(), Vec::new());
    let now = tx.house().now();
    for party in parties {
        if !met.insert(party.token) {
            continue;
        }
        let id = tx.house().id::<kinds::Party>();
        let (sealer, key) = tx.prepare_sealer(permit, "party", id.uuid()).await?;
        rows.push(store::ledger::Party {
            id,
            organisation: permit.owner(),
            token: party.token,
            kind: party.kind.map(|kind| kind.as_str().to_owned()),
            country: party.country.map(|country| country.to_string()),
            sealed: sealer.seal("profile", &party.profile, tx)?,
            import,
            created_at: now,
        });
        keys.push(key);
    }
    // Another writer may have brought the same party between the look and the insert.
    let inserted: HashSet<uuid::Uuid> =
        store::ledger::insert_parties(tx.store(permit), &rows).await?.into_iter().map(Id::uuid).collect();
    keys.retain(|key| inserted.contains(&key.record));
    store::keys::insert_records(tx.store(permit), &keys).await?;
    Ok(())
}
