//! Events as they come over HTTP: lines of payments, each request whole or not at all.
//!
//! What a source sends in a day belongs to one import, made with its first request. The lines are
//! parsed before the one writer's turn is taken; then events, parties, refusals, counts and the
//! journal's entry go in together, on the very path a file's batch takes. A payment is known by its
//! source's reference, so a request that is sent again adds nothing. The lines are not kept a second
//! time beside the events: who sends them keeps them until they are answered, and what was refused is
//! kept sealed.

use access::Action;
use app_kernel::{Error, House, Internal, Op, Permit, Tx};
use model::{Id, kinds};
use store::{event_days::EventDay, imports::Import};

use crate::payments::{self, PaymentBatch};

/// Refused lines that are named in an answer; the rest are counted, and read with the import.
const NAMED: usize = 1000;

/// Who sends events, and on what basis they are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Where they come from, such as the name of a remitter.
    pub source: String,
    /// On what lawful basis they are held.
    pub lawful_basis: String,
}

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// The line of the request, from one.
    pub line: u64,
    /// The field, as the line names it; empty where the line as a whole is meant.
    pub field: String,
    /// What was expected and what was found.
    pub reason: String,
}

/// What became of a request's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The import that stands for the source's day.
    pub import: Id<kinds::Import>,
    /// Its number.
    pub number: i64,
    /// Events that went in.
    pub accepted: u64,
    /// Events that were in already.
    pub known: u64,
    /// Lines refused.
    pub rejected: u64,
    /// The first and the last number of those that went in.
    pub sequences: Option<(i64, i64)>,
    /// Which lines were refused and why, the first thousand.
    pub refused: Vec<RefusedLine>,
}

/// Takes the events of one request in.
pub async fn events(
    op: &Op,
    house: &House,
    sender: &Sender,
    lines: impl AsRef<[u8]> + Send + 'static,
) -> Result<Taken, Error> {
    let mut tx = house.look(op).await?;
    let permit = tx.allow(op, Action::ImportFile)?;
    let blinder = tx.secrets(&permit).await?.blinder().clone();
    drop(tx);
    check(house, sender)?;
    let source = sender.source.trim().to_owned();
    let mut batch =
        tokio::task::spawn_blocking(move || payments::gather_lines(lines.as_ref(), &source, blinder))
            .await
            .map_err(|e| Internal::Unreadable { what: "request", reason: e.to_string() })?;
    if batch.records() == 0 {
        return Err(Error::invalid(
            "body",
            "events_missing",
            "The request has no events.",
            "Send one payment a line, as JSON.",
        ));
    }
    let refused = batch.refused(NAMED);
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::ImportFile)?;
    // Held to the end of the transaction: requests take turns, and what has the higher number was
    // committed later.
    store::organisations::advance(tx.store(&permit), permit.owner(), "events", 0).await?;
    let mut row = today(op, &mut tx, &permit, sender).await?;
    let permit = tx.about(&permit, &row);
    let sealer = tx.sealer(&permit, "import", row.id.uuid()).await?;
    batch.number_refused_from(row.read.unsigned_abs());
    let counted = payments::take_in(op, &mut tx, &permit, row.id, &sealer, batch).await?;
    row.read += counted.read.cast_signed();
    row.accepted += counted.accepted.cast_signed();
    row.known += counted.known.cast_signed();
    row.rejected += counted.rejected.cast_signed();
    row.changed_at = house.now();
    store::imports::update(tx.store(&permit), &row).await?;
    if !counted.journalled {
        let detail = serde_json::json!({
            "accepted": counted.accepted, "known": counted.known, "rejected": counted.rejected,
        });
        tx.journal(op, &permit, detail).await?;
    }
    tx.commit().await?;
    Ok(Taken {
        import: row.id,
        number: row.number,
        accepted: counted.accepted,
        known: counted.known,
        rejected: counted.rejected,
        sequences: counted.sequences,
        refused,
    })
}

fn check(house: &House, sender: &Sender) -> Result<(), Error> {
    if !house.profile.has("payments") {
        return Err(Error::conflict(
            "no_payments_here",
            format!("This installation is for “{}” and takes no payments.", house.profile.label),
            "Send them to an installation that does.",
        ));
    }
    crate::receive::check_origin(&sender.source, &sender.lawful_basis)
}

/// The import that stands for what the source sends today; made if there is none.
async fn today(op: &Op, tx: &mut Tx<'_>, permit: &Permit, sender: &Sender) -> Result<Import, Error> {
    let house = tx.house();
    let now = house.now();
    let day = now.day_in(&house.zone).map_or_else(|| now.to_string(), |day| day.to_string());
    let of = EventDay {
        organisation: permit.owner(),
        day: &day,
        source: sender.source.trim(),
        lawful_basis: sender.lawful_basis.trim(),
    };
    if let Some(id) = store::event_days::import_of(tx.store(permit), of).await?
        && let Some(row) = store::imports::find(tx.store(permit), id).await?
    {
        return Ok(row);
    }
    let id = house.id::<kinds::Import>();
    let sealer = tx.new_sealer(permit, "import", id.uuid()).await?;
    let row = Import {
        id,
        organisation: permit.owner(),
        number: store::organisations::next(tx.store(permit), permit.owner(), "imports").await?,
        source: of.source.to_owned(),
        lawful_basis: of.lawful_basis.to_owned(),
        kind: Some("payments".to_owned()),
        state: "done".to_owned(),
        name: sealer.seal("name", &format!("events of {day}"), tx)?,
        mapping: None,
        digest: None,
        size: 0,
        read: 0,
        accepted: 0,
        known: 0,
        rejected: 0,
        problem: None,
        same_as: None,
        created_by: op.actor.user,
        created_at: now,
        changed_at: now,
    };
    store::imports::insert(tx.store(permit), &row).await?;
    store::event_days::insert(tx.store(permit), of, id).await?;
    let about = tx.about(permit, &row);
    tx.journal(op, &about, serde_json::json!({ "state": "done", "number": row.number, "events_of": day }))
        .await?;
    Ok(row)
}

impl PaymentBatch {
    fn refused(&self, most: usize) -> Vec<RefusedLine> {
        let lines = self.rejects().iter().take(most).map(|(_, line, rejected)| RefusedLine {
            line: *line,
            field: rejected.path.clone(),
            reason: rejected.reason.clone(),
        });
        lines.collect()
    }
}
