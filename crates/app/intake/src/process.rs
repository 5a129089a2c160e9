//! Processing a received file: its kind by content, its records batch by batch.
//!
//! Three parts run beside one another: chunks of the original are opened, a parser turns them into
//! batches on a thread of its own, and each batch is written in one transaction with its journal
//! entry and the import's counts. How far it got is part of that transaction, so a process that
//! was killed is taken up at the record after the last whole batch.

use std::{io::Read, ops::ControlFlow};

use access::Action;
use app_kernel::{Error, House, Internal, Op, Permit, Sealer, Tx};
use formats::detect::{Detected, HEAD, detect};
use model::{Id, Span, kinds};
use store::imports::Import;
use tokio::sync::mpsc;
use vault::Blinder;

use crate::{
    Rules, banks,
    hashes::{self, HashBatch},
    original::{Original, pipe},
    payments::{self, PaymentBatch},
    tips::{self, Tip},
};

/// Records in one batch. Each batch writes to pages all over the index that keeps a payment from
/// going in twice, so larger ones write far less; and a person's decision waits for one at most.
pub(crate) const BATCH: usize = 32_768;
/// Batches between the parser and the writer.
const WAITING: usize = 2;
/// An import that moved this short a while ago is in other hands.
const BUSY: Span = Span::seconds(3);

/// How far a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Records looked at.
    pub read: u64,
    /// Records that went in.
    pub accepted: u64,
    /// Records that were in already.
    pub known: u64,
    /// Records refused.
    pub rejected: u64,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The import.
    pub import: Id<kinds::Import>,
    /// Its number.
    pub number: i64,
    /// What it was: `cybertip`, `payments`, `hashes`.
    pub kind: Option<String>,
    /// The counts.
    pub counts: Progress,
    /// What was wrong with the file as a whole.
    pub problem: Option<String>,
}

/// What a batch changed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) read: u64,
    pub(crate) accepted: u64,
    pub(crate) known: u64,
    pub(crate) rejected: u64,
    /// The first and the last number of the events that went in.
    pub(crate) sequences: Option<(i64, i64)>,
    pub(crate) journalled: bool,
}

/// Something the parser found.
pub(crate) enum Batch {
    /// The file's kind.
    Kind(&'static str),
    /// Payments.
    Payments(PaymentBatch),
    /// Hashes.
    Hashes(HashBatch),
    /// A CyberTipline document.
    Tip(Box<Tip>),
    /// The file cannot be read, or not any further.
    Failed(String),
}

impl Batch {
    fn records(&self) -> u64 {
        match self {
            Self::Payments(batch) => batch.records() as u64,
            Self::Hashes(batch) => batch.records() as u64,
            Self::Tip(_) => 1,
            Self::Kind(_) | Self::Failed(_) => 0,
        }
    }
}

/// Where the parser sends what it finds.
pub(crate) struct Batches(mpsc::Sender<Batch>);

impl Batches {
    pub(crate) fn send(&self, batch: Batch) -> ControlFlow<()> {
        match self.0.blocking_send(batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// Processes a received file to its end, telling `progress` after each batch. An import that is
/// done already is left as it is.
pub async fn process(
    op: &Op,
    house: &House,
    rules: &Rules,
    import: Id<kinds::Import>,
    mut progress: impl FnMut(&Progress),
) -> Result<Outcome, Error> {
    let mut tx = house.begin(op).await?;
    let (mut row, permit) = tx.open::<Import>(op, Action::ImportFile, import.uuid()).await?;
    if !["received", "processing"].contains(&row.state.as_str()) {
        return Ok(outcome(&row));
    }
    let now = house.now();
    if row.state == "processing" && now.since(row.changed_at) < BUSY && row.changed_at <= now {
        return Err(taken_over());
    }
    let sealer = tx.sealer(&permit, "import", row.id.uuid()).await?;
    let mapping: Option<String> =
        row.mapping.as_ref().map(|sealed| sealer.open("mapping", sealed)).transpose()?;
    let blinder = tx.secrets(&permit).await?.blinder().clone();
    "processing".clone_into(&mut row.state);
    row.changed_at = now;
    store::imports::update(tx.store(&permit), &row).await?;
    tx.journal(op, &permit, serde_json::json!({ "state": "processing", "from": row.read })).await?;
    tx.commit().await?;

    let (chunks, original) = pipe();
    let (sender, batches) = mpsc::channel(WAITING);
    let source = row.source.clone();
    let parser = tokio::task::spawn_blocking(move || {
        parse(original, mapping.as_deref(), &source, blinder, &Batches(sender));
    });
    let feeding = chunks.send(op, house, import, &sealer);
    let writing = async {
        // Dropped when writing ends, however it ends: the parser stops when nobody listens.
        let mut batches = batches;
        let mut skip = row.read.unsigned_abs();
        while let Some(batch) = batches.recv().await {
            if write(op, house, rules, &mut row, &sealer, batch, &mut skip).await? {
                progress(&counts(&row));
            }
        }
        Ok::<(), Error>(())
    };
    let (fed, written) = tokio::join!(feeding, writing);
    parser.await.map_err(|e| Internal::Unreadable { what: "file", reason: e.to_string() })?;
    written?;
    fed?;
    finish(op, house, &mut row).await?;
    Ok(outcome(&row))
}

fn parse(mut original: Original, mapping: Option<&str>, source: &str, blinder: Blinder, out: &Batches) {
    let detected = match original.head(HEAD) {
        Ok(head) => detect(head),
        Err(e) => {
            let _ = out.send(Batch::Failed(e.to_string()));
            return;
        }
    };
    match detected {
        Detected::CyberTip => {
            if out.send(Batch::Kind("cybertip")).is_continue() {
                tips::read(original, out);
            }
        }
        Detected::Iso20022 { .. } => {
            if out.send(Batch::Kind("payments")).is_continue() {
                payments::read_iso20022(original, source, blinder, out);
            }
        }
        Detected::LedgerCsv | Detected::LedgerNeedsMapping { .. } if mapping.is_some() => {
            if out.send(Batch::Kind("payments")).is_continue() {
                payments::read_ledger(original, mapping, source, blinder, out);
            }
        }
        Detected::LedgerCsv => {
            if out.send(Batch::Kind("payments")).is_continue() {
                payments::read_ledger(original, None, source, blinder, out);
            }
        }
        Detected::LedgerLines => {
            if out.send(Batch::Kind("payments")).is_continue() {
                payments::read_lines(original, source, blinder, out);
            }
        }
        Detected::HashListCsv => {
            if out.send(Batch::Kind("hashes")).is_continue() {
                hashes::read_table(original, out);
            }
        }
        Detected::MediaSet => {
            if out.send(Batch::Kind("hashes")).is_continue() {
                hashes::read_media_set(original, out);
            }
        }
        Detected::LedgerNeedsMapping { columns } => {
            let _ = out.send(Batch::Failed(format!(
                "this is a table with the columns {}, which are not the ledger's own; give a mapping file that says \
                 which is which (docs/LEDGER.md)",
                columns.join(", ")
            )));
        }
        Detected::NotSupported { reason } => {
            let _ = out.send(Batch::Failed(reason));
        }
    }
}

/// The rooms a kind of file needs.
fn room(kind: &str) -> &'static str {
    match kind {
        "payments" => "payments",
        "hashes" => "hashes",
        _ => "reports",
    }
}

/// Writes one batch; `false` where there was nothing to write.
async fn write(
    op: &Op,
    house: &House,
    rules: &Rules,
    row: &mut Import,
    sealer: &Sealer,
    batch: Batch,
    skip: &mut u64,
) -> Result<bool, Error> {
    let from = row.read;
    match &batch {
        Batch::Kind(kind) => {
            row.kind = Some((*kind).to_owned());
            if !house.profile.has(room(kind)) {
                row.problem = Some(format!(
                    "This installation is for “{}” and takes no {kind} files.",
                    house.profile.label
                ));
            }
            return Ok(false);
        }
        Batch::Failed(reason) => {
            row.problem.get_or_insert_with(|| reason.clone());
            return Ok(false);
        }
        _ if row.problem.is_some() => return Ok(false),
        // Batches are cut at the same records every time, so whole batches are skipped. Should they
        // ever be cut elsewhere, what was in already is known as such.
        Batch::Payments(_) | Batch::Hashes(_) | Batch::Tip(_) if batch.records() <= *skip => {
            *skip -= batch.records();
            return Ok(false);
        }
        _ => {}
    }
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::ImportFile)?;
    let permit = tx.about(&permit, row);
    let counted = take_in(op, &mut tx, &permit, rules, row, sealer, batch).await?;
    row.read += counted.read.cast_signed();
    row.accepted += counted.accepted.cast_signed();
    row.known += counted.known.cast_signed();
    row.rejected += counted.rejected.cast_signed();
    row.changed_at = house.now();
    if !store::imports::advance(tx.store(&permit), row, from).await? {
        return Err(taken_over());
    }
    if !counted.journalled {
        let detail = serde_json::json!({
            "accepted": counted.accepted, "known": counted.known, "rejected": counted.rejected,
        });
        tx.journal(op, &permit, detail).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn take_in(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    row: &Import,
    sealer: &Sealer,
    batch: Batch,
) -> Result<Counted, Error> {
    match batch {
        Batch::Payments(batch) => payments::take_in(op, tx, permit, row.id, sealer, batch).await,
        Batch::Hashes(batch) => hashes::take_in(op, tx, permit, row, sealer, batch).await,
        Batch::Tip(tip) => tips::take_in(op, tx, permit, rules, row, sealer, *tip).await,
        Batch::Kind(_) | Batch::Failed(_) => Ok(Counted::default()),
    }
}

async fn finish(op: &Op, house: &House, row: &mut Import) -> Result<(), Error> {
    let from = row.read;
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::ImportFile)?;
    let permit = tx.about(&permit, row);
    // What went in before the file broke off stays in; only a file of which nothing did has failed.
    let failed = row.problem.is_some() && row.accepted + row.known == 0;
    let state = if failed { "failed" } else { "done" };
    state.clone_into(&mut row.state);
    row.changed_at = house.now();
    if !store::imports::advance(tx.store(&permit), row, from).await? {
        return Err(taken_over());
    }
    match row.kind.as_deref() {
        Some("payments") if row.accepted > 0 => {
            let (job, now) = (house.id(), house.now());
            let subject = row.id.to_string();
            store::jobs::enqueue(tx.store(&permit), job, permit.owner(), "screen", &subject, now).await?;
        }
        Some("hashes") if row.accepted > 0 => banks::want_match(&mut tx, &permit).await?,
        _ => {}
    }
    let detail = serde_json::json!({
        "state": row.state, "kind": row.kind, "read": row.read, "accepted": row.accepted,
        "known": row.known, "rejected": row.rejected,
    });
    tx.journal(op, &permit, detail).await?;
    tx.commit().await
}

/// Imports that were accepted and are not finished.
pub async fn unfinished(op: &Op, house: &House) -> Result<Vec<Id<kinds::Import>>, Error> {
    let mut tx = house.look(op).await?;
    let permit = tx.allow(op, Action::ImportFile)?;
    let rows = store::imports::unfinished(tx.store(&permit), permit.owner()).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn taken_over() -> Error {
    Error::conflict(
        "import_busy",
        "Another process is reading this file.",
        "Wait until it is done, or a few seconds if it was stopped, and try again.",
    )
}

fn counts(row: &Import) -> Progress {
    Progress {
        read: row.read.unsigned_abs(),
        accepted: row.accepted.unsigned_abs(),
        known: row.known.unsigned_abs(),
        rejected: row.rejected.unsigned_abs(),
    }
}

fn outcome(row: &Import) -> Outcome {
    Outcome {
        import: row.id,
        number: row.number,
        kind: row.kind.clone(),
        counts: counts(row),
        problem: row.problem.clone(),
    }
}

/// Reads at most `most` bytes; more is an error in words.
pub(crate) fn read_whole(mut original: impl Read, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    original.by_ref().take(limit).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() > most {
        return Err(format!("the document is larger than the {most} bytes that one may have"));
    }
    Ok(bytes)
}
