//! Contents of a bank: added by hand, judged, switched off for a time, taken out.

use access::Action;
use app_kernel::{Denied, Error, Op, Permit, Tx};
use matching::Algorithm;
use model::{Id, Instant, kinds};
use store::{
    bank_contents::{Content, NewContent, Signal},
    bank_history::Opinion,
    banks::Bank,
};

use super::{
    settings::owned,
    words::{ContentState, Verdict},
};
use crate::shared::needs_room;

/// Letters a reason or a note may have.
const NOTE: usize = 4000;
/// Hashes one content may have.
const SIGNALS: usize = 64;

/// What a person or a program adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adding {
    /// Its hashes: the algorithm's word and the hash.
    pub signals: Vec<(String, Vec<u8>)>,
    /// Its classification and the taxonomy it is one of.
    pub classification: Option<(String, String)>,
    /// A note; of a file, not of people.
    pub note: Option<String>,
}

/// What came of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// The content's number.
    pub content: i64,
    /// Whether the bank had it already.
    pub known: bool,
}

/// Adds one content to a bank; what was seen before it is looked through by a job.
pub async fn add_content(
    op: &Op,
    tx: &mut Tx<'_>,
    bank: Id<kinds::Bank>,
    adding: Adding,
) -> Result<Added, Error> {
    let (bank, permit) = owned(op, tx, bank).await?;
    let new = new_content(adding)?;
    if let Some(there) = store::bank_contents::by_source(tx.store(&permit), bank.id, &new.source_key).await? {
        return Ok(Added { content: there.number, known: true });
    }
    let now = tx.house().now();
    let numbers = store::bank_contents::add(tx.store(&permit), &bank, None, now, &[new]).await?;
    let content = numbers.first().copied().ok_or(Denied::NotFound)?;
    want_match(tx, &permit).await?;
    tx.journal(op, &permit, serde_json::json!({ "added": content })).await?;
    Ok(Added { content, known: false })
}

fn new_content(adding: Adding) -> Result<NewContent, Error> {
    let mut signals: Vec<Signal> =
        adding.signals.into_iter().map(|(algorithm, digest)| Signal { algorithm, digest }).collect();
    signals.sort();
    signals.dedup();
    if signals.is_empty() || signals.len() > SIGNALS {
        return Err(Error::invalid(
            "signals",
            "signals_count",
            format!("A content has 1 to {SIGNALS} hashes."),
            "Give at least one hash.",
        ));
    }
    for signal in &signals {
        let fits = signal
            .algorithm
            .parse::<Algorithm>()
            .is_ok_and(|algorithm| algorithm.width() == signal.digest.len());
        if !fits {
            return Err(Error::invalid(
                "signals",
                "signal_unfit",
                format!("{} bytes are no hash by “{}”.", signal.digest.len(), signal.algorithm),
                "Give md5 (16 bytes), sha1 (20), sha256 (32) or pdq (32).",
            ));
        }
    }
    let (taxonomy, classification) = adding.classification.unzip();
    Ok(NewContent {
        source_key: signals.first().map(by_hash).unwrap_or_default(),
        source_at: None,
        mark: None,
        state: ContentState::Live.as_str().to_owned(),
        taxonomy,
        classification,
        note: checked_note(adding.note.as_deref())?,
        signals,
    })
}

/// The key of a content that its source knows by nothing but its hash.
pub(super) fn by_hash(signal: &Signal) -> Vec<u8> {
    [signal.algorithm.as_bytes(), b":", &signal.digest].concat()
}

pub(super) fn checked_note(note: Option<&str>) -> Result<Option<String>, Error> {
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > NOTE) {
        return Err(Error::invalid(
            "note",
            "note_too_long",
            format!("A note has at most {NOTE} letters."),
            "Shorten the note.",
        ));
    }
    Ok(note.map(str::to_owned))
}

/// Enqueues the job `match`, which holds what was seen before against what is new.
pub(crate) async fn want_match(tx: &mut Tx<'_>, permit: &Permit) -> Result<(), Error> {
    let (job, now) = (tx.house().id(), tx.house().now());
    store::jobs::enqueue(tx.store(permit), job, permit.owner(), "match", "banks", now).await?;
    Ok(())
}

/// A content of the actor's own organisation with its bank, and leave to manage it.
pub(super) async fn owned_content(
    op: &Op,
    tx: &mut Tx<'_>,
    number: i64,
) -> Result<(Content, Bank, Permit), Error> {
    let permit = tx.allow(op, Action::ManageBanks)?;
    needs_room(tx, "hashes")?;
    let content = store::bank_contents::content(tx.store(&permit), permit.owner(), number).await?;
    let content = content.ok_or(Denied::NotFound)?;
    let (bank, permit) = owned(op, tx, content.bank).await?;
    Ok((content, bank, permit))
}

/// Says what a content is found to be, and why; the last word counts. A confirmed content is never
/// put aside by itself, a deconfirmed one matches nothing.
pub async fn give_opinion(
    op: &Op,
    tx: &mut Tx<'_>,
    number: i64,
    verdict: Verdict,
    reason: &str,
) -> Result<(), Error> {
    let (mut content, bank, permit) = owned_content(op, tx, number).await?;
    let reason = checked_note(Some(reason))?.ok_or_else(|| {
        Error::invalid(
            "reason",
            "reason_missing",
            "A verdict on a hash needs a reason.",
            "Write in a sentence what it rests on.",
        )
    })?;
    let id = tx.house().id::<kinds::Opinion>();
    let sealer = tx.new_sealer(&permit, "opinion", id.uuid()).await?;
    let opinion = Opinion {
        id,
        organisation: permit.owner(),
        bank: bank.id,
        content: number,
        user: op.actor.user,
        verdict: verdict.as_str().to_owned(),
        reason: sealer.seal("reason", &reason, tx)?,
        at: tx.house().now(),
    };
    store::bank_history::put_opinion(tx.store(&permit), &opinion).await?;
    let before = content.opinion.replace(verdict.as_str().to_owned());
    if verdict == Verdict::Confirmed && content.state == ContentState::Quarantined.as_str() {
        ContentState::Live.as_str().clone_into(&mut content.state);
        match_again(tx, &permit, number).await?;
    }
    store::bank_contents::set_content(tx.store(&permit), permit.owner(), &content).await?;
    let detail = serde_json::json!({ "content": number, "verdict": verdict.as_str(), "before": before });
    tx.journal(op, &permit, detail).await
}

/// Lets a content that was put aside match again, without saying what it is.
pub async fn release(op: &Op, tx: &mut Tx<'_>, number: i64) -> Result<(), Error> {
    let (mut content, _, permit) = owned_content(op, tx, number).await?;
    if content.state != ContentState::Quarantined.as_str() {
        return Err(Error::conflict(
            "content_not_aside",
            "This content is not put aside.",
            "Look at it again: somebody may have been quicker.",
        ));
    }
    ContentState::Live.as_str().clone_into(&mut content.state);
    store::bank_contents::set_content(tx.store(&permit), permit.owner(), &content).await?;
    match_again(tx, &permit, number).await?;
    tx.journal(op, &permit, serde_json::json!({ "content": number, "released": true })).await
}

/// Wants what was seen before held against one content again.
async fn match_again(tx: &mut Tx<'_>, permit: &Permit, number: i64) -> Result<(), Error> {
    let (job, now) = (tx.house().id(), tx.house().now());
    let subject = format!("content {number}");
    store::jobs::enqueue(tx.store(permit), job, permit.owner(), "match", &subject, now).await?;
    Ok(())
}

/// Switches a content off until then, or on again.
pub async fn disable_until(
    op: &Op,
    tx: &mut Tx<'_>,
    number: i64,
    until: Option<Instant>,
) -> Result<(), Error> {
    let (mut content, _, permit) = owned_content(op, tx, number).await?;
    content.disabled_until = until;
    store::bank_contents::set_content(tx.store(&permit), permit.owner(), &content).await?;
    let detail = serde_json::json!({ "content": number, "off_until": until.map(|at| at.to_string()) });
    tx.journal(op, &permit, detail).await
}

/// Takes a content out of its bank. Should its source send it again, it is new.
pub async fn remove_content(op: &Op, tx: &mut Tx<'_>, number: i64) -> Result<(), Error> {
    let (content, _, permit) = owned_content(op, tx, number).await?;
    store::bank_contents::remove(tx.store(&permit), permit.owner(), &content).await?;
    tx.journal(op, &permit, serde_json::json!({ "content": number, "removed": true })).await
}
