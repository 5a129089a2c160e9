//! Exchanges that feed a bank: entering one, and keeping what it sends together with how far it was
//! read, so that a fetch that is cut short anywhere loses nothing and doubles nothing.
//!
//! Nothing is fetched here: whoever has the network does, and hands over what came, step by step.

use std::collections::BTreeMap;

use access::Action;
use app_kernel::{Denied, Error, House, Op, Permit, Tx};
use model::{Id, Instant, kinds};
use serde::{Deserialize, Serialize};
use store::{
    bank_contents::{Content, NewContent, Signal},
    banks::Bank,
    exchanges::Exchange,
};

use super::{
    change::want_match,
    words::{BankKind, ContentState, ExchangeKind},
};
use crate::shared::{needs_room, word};

/// Letters a name or a place may have.
const TEXT: usize = 400;

/// Where an exchange is and what is shown at its door. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExchangeAccess {
    /// The environment's word, the base address, or the folder, by the exchange's kind.
    pub place: String,
    /// Another address to ask than the environment's own, for a stand-in.
    #[serde(default)]
    pub address: Option<String>,
    /// Names and secrets, by the word the kind knows them by.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
}

impl std::fmt::Debug for ExchangeAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExchangeAccess(…)")
    }
}

/// An exchange in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeRow {
    /// Its id.
    pub id: Id<kinds::Exchange>,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ExchangeKind,
    /// The bank it feeds.
    pub bank: Id<kinds::Bank>,
    /// That bank's name.
    pub bank_name: String,
    /// Whether it is asked.
    pub enabled: bool,
    /// How many entries were taken from it.
    pub taken: i64,
    /// When it was last asked.
    pub run_at: Option<Instant>,
    /// Why the last round came to no good end.
    pub problem: Option<String>,
}

/// Enters an exchange that feeds a bank.
pub async fn add_exchange(
    op: &Op,
    tx: &mut Tx<'_>,
    name: &str,
    kind: ExchangeKind,
    bank: Id<kinds::Bank>,
    access: &ExchangeAccess,
) -> Result<Id<kinds::Exchange>, Error> {
    let (bank, permit) = super::settings::owned(op, tx, bank).await?;
    if kind == ExchangeKind::StopNcii && bank.kind == BankKind::Known.as_str() {
        return Err(Error::invalid(
            "bank",
            "exchange_of_adults",
            "What StopNCII.org shares are intimate images of adults; a match is no evidence of a crime against a child.",
            "Let it feed a bank whose matches mean that.",
        ));
    }
    let name = name.trim();
    let fits =
        |text: &str| !text.is_empty() && text.chars().count() <= TEXT && !text.chars().any(char::is_control);
    if !fits(name) || !fits(&access.place) {
        return Err(Error::invalid(
            "name",
            "exchange_unfit",
            format!("An exchange has a name and a place of 1 to {TEXT} letters."),
            "Give both.",
        ));
    }
    let id = tx.house().id::<kinds::Exchange>();
    let sealer = tx.new_sealer(&permit, "exchange", id.uuid()).await?;
    let row = Exchange {
        id,
        organisation: permit.owner(),
        bank: bank.id,
        name: name.to_owned(),
        kind: kind.as_str().to_owned(),
        enabled: true,
        sealed: sealer.seal("access", access, tx)?,
        checkpoint: None,
        taken: 0,
        run_at: None,
        problem: None,
        created_at: tx.house().now(),
    };
    if !store::exchanges::insert(tx.store(&permit), &row).await? {
        return Err(Error::conflict(
            "exchange_name_taken",
            "There is an exchange of this name.",
            "Give it another name.",
        ));
    }
    let detail = serde_json::json!({ "exchange": id.to_string(), "kind": kind.as_str(), "entered": true });
    tx.journal(op, &permit, detail).await?;
    Ok(id)
}

/// The organisation's exchanges, by name.
pub async fn exchanges(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<ExchangeRow>, Error> {
    let permit = tx.allow(op, Action::ManageBanks)?;
    needs_room(tx, "hashes")?;
    let mut rows = Vec::new();
    for row in store::exchanges::list(tx.store(&permit), permit.owner()).await? {
        let bank = store::banks::find(tx.store(&permit), row.bank).await?;
        rows.push(ExchangeRow {
            id: row.id,
            kind: word("kind of exchange", &row.kind)?,
            bank: row.bank,
            bank_name: bank.map_or_else(String::new, |bank| bank.name),
            name: row.name,
            enabled: row.enabled,
            taken: row.taken,
            run_at: row.run_at,
            problem: row.problem,
        });
    }
    Ok(rows)
}

async fn named(op: &Op, tx: &mut Tx<'_>, name: &str) -> Result<(Exchange, Bank, Permit), Error> {
    let permit = tx.allow(op, Action::ManageBanks)?;
    needs_room(tx, "hashes")?;
    let row =
        store::exchanges::named(tx.store(&permit), permit.owner(), name).await?.ok_or(Denied::NotFound)?;
    let bank = store::banks::find(tx.store(&permit), row.bank).await?.ok_or(Denied::NotFound)?;
    let permit = tx.about(&permit, &bank);
    Ok((row, bank, permit))
}

/// What is needed to ask an exchange: what it is, where, with what, and from where on. Journalled,
/// for it opens the secrets.
pub async fn open_exchange(
    op: &Op,
    tx: &mut Tx<'_>,
    name: &str,
) -> Result<(ExchangeKind, ExchangeAccess, Option<Vec<u8>>), Error> {
    let (row, _, permit) = named(op, tx, name).await?;
    let sealer = tx.sealer(&permit, "exchange", row.id.uuid()).await?;
    let access = sealer.open("access", &row.sealed)?;
    tx.journal(op, &permit, serde_json::json!({ "exchange": row.id.to_string(), "opened": true })).await?;
    Ok((word("kind of exchange", &row.kind)?, access, row.checkpoint))
}

/// Enqueues the job `fetch` for every exchange that is asked and was not for `every`.
pub async fn want_fetches(op: &Op, house: &House, every: model::Span) -> Result<u64, Error> {
    if !house.profile.has("hashes") {
        return Ok(0);
    }
    let op = op.system("matching", "fetch");
    let mut tx = house.begin(&op).await?;
    let permit = tx.allow(&op, Action::ManageBanks)?;
    let now = house.now();
    let mut wanted = 0;
    for row in store::exchanges::list(tx.store(&permit), permit.owner()).await? {
        if row.enabled && row.run_at.is_none_or(|at| now.since(at) >= every) {
            want_fetch(&mut tx, &permit, &row.name).await?;
            wanted += 1;
        }
    }
    if wanted > 0 {
        tx.journal(&op, &permit, serde_json::json!({ "fetches_wanted": wanted })).await?;
        tx.commit().await?;
    }
    Ok(wanted)
}

async fn want_fetch(tx: &mut Tx<'_>, permit: &Permit, name: &str) -> Result<(), Error> {
    let (job, now) = (tx.house().id(), tx.house().now());
    store::jobs::enqueue(tx.store(permit), job, permit.owner(), "fetch", name, now).await?;
    Ok(())
}

/// Switches asking an exchange on or off.
pub async fn switch_exchange(op: &Op, tx: &mut Tx<'_>, name: &str, enabled: bool) -> Result<(), Error> {
    let (mut row, _, permit) = named(op, tx, name).await?;
    row.enabled = enabled;
    store::exchanges::update(tx.store(&permit), &row).await?;
    tx.journal(op, &permit, serde_json::json!({ "exchange": row.id.to_string(), "enabled": enabled })).await
}

/// Takes an exchange away; what it brought stays.
pub async fn remove_exchange(op: &Op, tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    let (row, _, permit) = named(op, tx, name).await?;
    store::exchanges::delete(tx.store(&permit), row.id).await?;
    tx.journal(op, &permit, serde_json::json!({ "exchange": row.id.to_string(), "removed": true })).await
}

/// An entry as an exchange tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FedEntry {
    /// What tells it apart within the exchange.
    pub key: String,
    /// When the exchange says it was last changed.
    pub at: Option<Instant>,
    /// What is shared; nothing of an entry that was withdrawn.
    pub shared: Option<FedDetails>,
}

/// What an exchange shares of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct FedDetails {
    /// The algorithm's word and the hash.
    pub signals: Vec<(String, Vec<u8>)>,
    /// The word of its classification, and the taxonomy where the exchange names it.
    pub classification: Option<(String, Option<String>)>,
    /// A remark.
    pub note: Option<String>,
}

/// A reading of everything under keys that begin alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FedCensus {
    /// What the keys begin with.
    pub scope: String,
    /// The mark of this reading.
    pub mark: i64,
    /// Whether it has come to its end: what did not come in it is no longer shared.
    pub whole: bool,
}

/// One step of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FedStep {
    /// What came.
    pub entries: Vec<FedEntry>,
    /// How many could not be read.
    pub unreadable: u64,
    /// Where this belongs to a reading of everything.
    pub census: Option<FedCensus>,
    /// From where on to ask next.
    pub checkpoint: Vec<u8>,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FedCounts {
    /// Entries that are new, or have other hashes.
    pub new: u64,
    /// Entries that were here and have changed otherwise.
    pub changed: u64,
    /// Entries withdrawn.
    pub withdrawn: u64,
}

/// Keeps a step: its entries and its checkpoint, in one transaction.
pub async fn take_step(op: &Op, house: &House, name: &str, step: FedStep) -> Result<FedCounts, Error> {
    let mut tx = house.begin(op).await?;
    let (mut row, bank, permit) = named(op, &mut tx, name).await?;
    let mark = step.census.as_ref().map(|census| census.mark);
    let mut counts = FedCounts::default();
    let mut new = Vec::new();
    for (key, entry) in newest(row.id, step.entries) {
        let kept = store::bank_contents::by_source(tx.store(&permit), bank.id, &key).await?;
        match (kept, entry.shared) {
            (Some(kept), _) if !replaces(entry.at, kept.source_at) => {
                marked(&mut tx, &permit, kept, mark).await?;
            }
            (Some(kept), None) => {
                counts.withdrawn += u64::from(kept.state != ContentState::Withdrawn.as_str());
                withdraw(&mut tx, &permit, kept, entry.at, mark).await?;
            }
            (Some(kept), Some(details)) => {
                let signals = signals(&details);
                if store::bank_contents::signals(tx.store(&permit), permit.owner(), kept.number).await?
                    == signals
                {
                    counts.changed += 1;
                    change(&mut tx, &permit, kept, entry.at, mark, details).await?;
                } else {
                    store::bank_contents::remove(tx.store(&permit), permit.owner(), &kept).await?;
                    new.push(content(key, entry.at, mark, Some(details)));
                }
            }
            // A withdrawal that comes before the entry is kept, or an older page could bring it back.
            (None, shared) => new.push(content(key, entry.at, mark, shared)),
        }
    }
    counts.new = new.iter().filter(|content| content.state == ContentState::Live.as_str()).count() as u64;
    let now = tx.house().now();
    store::bank_contents::add(tx.store(&permit), &bank, None, now, &new).await?;
    if let Some(census) = step.census.filter(|census| census.whole) {
        let low = source_key(row.id, &census.scope);
        counts.withdrawn += store::bank_contents::withdraw_unmarked(
            tx.store(&permit),
            bank.id,
            (&low, &after(&low)),
            census.mark,
        )
        .await?;
    }
    if counts.new > 0 {
        want_match(&mut tx, &permit).await?;
    }
    row.checkpoint = Some(step.checkpoint);
    row.taken += i64::try_from(counts.new).unwrap_or(i64::MAX);
    row.run_at = Some(now);
    store::exchanges::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({
        "exchange": row.id.to_string(), "new": counts.new, "changed": counts.changed,
        "withdrawn": counts.withdrawn, "unreadable": step.unreadable,
    });
    tx.journal(op, &permit, detail).await?;
    tx.commit().await?;
    Ok(counts)
}

/// Writes down how a round ended, and wants the next at once where this one was cut short.
pub async fn end_round(
    op: &Op,
    house: &House,
    name: &str,
    problem: Option<String>,
    goes_on: bool,
) -> Result<(), Error> {
    let mut tx = house.begin(op).await?;
    let (mut row, _, permit) = named(op, &mut tx, name).await?;
    row.run_at = Some(tx.house().now());
    row.problem = problem;
    if goes_on && row.enabled {
        want_fetch(&mut tx, &permit, name).await?;
    }
    store::exchanges::update(tx.store(&permit), &row).await?;
    let detail = serde_json::json!({ "exchange": row.id.to_string(), "well": row.problem.is_none() });
    tx.journal(op, &permit, detail).await?;
    tx.commit().await
}

fn source_key(exchange: Id<kinds::Exchange>, key: &str) -> Vec<u8> {
    [exchange.uuid().as_bytes().as_slice(), key.as_bytes()].concat()
}

/// The first key after all that begin with this one.
fn after(key: &[u8]) -> Vec<u8> {
    let mut next = key.to_vec();
    while let Some(last) = next.pop() {
        if let Some(more) = last.checked_add(1) {
            next.push(more);
            break;
        }
    }
    next
}

/// Whether news of a time takes the place of what is kept with another.
fn replaces(at: Option<Instant>, kept: Option<Instant>) -> bool {
    at.is_none_or(|at| kept.is_none_or(|kept| at >= kept))
}

/// The entries by key, of each the newest.
fn newest(exchange: Id<kinds::Exchange>, entries: Vec<FedEntry>) -> BTreeMap<Vec<u8>, FedEntry> {
    let mut newest: BTreeMap<Vec<u8>, FedEntry> = BTreeMap::new();
    for entry in entries {
        let key = source_key(exchange, &entry.key);
        if newest.get(&key).is_none_or(|kept| replaces(entry.at, kept.at)) {
            newest.insert(key, entry);
        }
    }
    newest
}

fn signals(details: &FedDetails) -> Vec<Signal> {
    let mut signals: Vec<Signal> = details
        .signals
        .iter()
        .map(|(algorithm, digest)| Signal { algorithm: algorithm.clone(), digest: digest.clone() })
        .collect();
    signals.sort();
    signals.dedup();
    signals
}

fn content(key: Vec<u8>, at: Option<Instant>, mark: Option<i64>, shared: Option<FedDetails>) -> NewContent {
    let state = if shared.is_some() { ContentState::Live } else { ContentState::Withdrawn };
    let details = shared.unwrap_or_default();
    let (classification, taxonomy) = details.classification.clone().unzip();
    NewContent {
        source_key: key,
        source_at: at,
        mark,
        state: state.as_str().to_owned(),
        taxonomy: taxonomy.flatten(),
        classification,
        note: details.note.clone(),
        signals: signals(&details),
    }
}

async fn marked(tx: &mut Tx<'_>, permit: &Permit, mut kept: Content, mark: Option<i64>) -> Result<(), Error> {
    if mark.is_some() && kept.mark != mark {
        kept.mark = mark;
        store::bank_contents::set_content(tx.store(permit), permit.owner(), &kept).await?;
    }
    Ok(())
}

async fn withdraw(
    tx: &mut Tx<'_>,
    permit: &Permit,
    mut kept: Content,
    at: Option<Instant>,
    mark: Option<i64>,
) -> Result<(), Error> {
    kept.source_at = at;
    kept.mark = mark.or(kept.mark);
    ContentState::Withdrawn.as_str().clone_into(&mut kept.state);
    store::bank_contents::set_content(tx.store(permit), permit.owner(), &kept).await?;
    Ok(())
}

async fn change(
    tx: &mut Tx<'_>,
    permit: &Permit,
    mut kept: Content,
    at: Option<Instant>,
    mark: Option<i64>,
    details: FedDetails,
) -> Result<(), Error> {
    let (classification, taxonomy) = details.classification.unzip();
    kept.source_at = at;
    kept.mark = mark.or(kept.mark);
    kept.classification = classification;
    kept.taxonomy = taxonomy.flatten();
    kept.note = details.note;
    // What was put aside here stays so whatever its source says.
    if kept.state == ContentState::Withdrawn.as_str() {
        ContentState::Live.as_str().clone_into(&mut kept.state);
    }
    store::bank_contents::set_content(tx.store(permit), permit.owner(), &kept).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_after_all_that_begin_alike() {
        assert_eq!(after(b"ab"), b"ac");
        assert_eq!(after(&[1, 0xff]), [2]);
        assert_eq!(after(&[0xff]), [0_u8; 0]);
    }
}
