//! What programs ask about banks besides looking up: who they may be, banks by name, how much there is
//! to match against.

use access::Action;
use app_kernel::{Error, House, Op, Tx};
use model::{Id, Instant, kinds};

use super::change::{checked_note, owned_content};
use crate::shared::needs_room;

/// Whether the actor may do something with banks at all: what touches no record asks this first.
async fn may(op: &Op, house: &House, action: Action) -> Result<(), Error> {
    let tx = house.look(op).await?;
    tx.allow(op, action)?;
    needs_room(&tx, "hashes")
}

/// Lets on whoever may look hashes up.
pub async fn may_match(op: &Op, house: &House) -> Result<(), Error> {
    may(op, house, Action::MatchHashes).await
}

/// Lets on whoever may manage banks.
pub async fn may_manage_banks(op: &Op, house: &House) -> Result<(), Error> {
    may(op, house, Action::ManageBanks).await
}

/// The bank of a name, of the actor's organisation.
pub async fn bank_named(op: &Op, tx: &mut Tx<'_>, name: &str) -> Result<Option<Id<kinds::Bank>>, Error> {
    let permit = tx.allow(op, Action::ManageBanks)?;
    needs_room(tx, "hashes")?;
    let bank = store::banks::named(tx.store(&permit), permit.owner(), name).await?;
    Ok(bank.map(|bank| bank.id))
}

/// Writes another note beside a content, or none.
pub async fn change_note(op: &Op, tx: &mut Tx<'_>, number: i64, note: Option<&str>) -> Result<(), Error> {
    let (mut content, _, permit) = owned_content(op, tx, number).await?;
    content.note = checked_note(note)?;
    store::bank_contents::set_content(tx.store(&permit), permit.owner(), &content).await?;
    tx.journal(op, &permit, serde_json::json!({ "content": number, "note": content.note.is_some() })).await
}

/// How many hashes of an algorithm there are to match against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The algorithm's word.
    pub algorithm: String,
    /// How many.
    pub hashes: i64,
    /// When the newest came.
    pub newest: Instant,
}

/// How many hashes there are in the banks, for each algorithm of which there are any. The index reads
/// what is new before it answers, so what is here is what is matched against.
pub async fn standing(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<Standing>, Error> {
    let permit = tx
        .allow(op, Action::MatchHashes)
        .or_else(|denied| tx.allow(op, Action::ManageBanks).map_err(|_| denied))?;
    needs_room(tx, "hashes")?;
    let owner = permit.owner();
    let mut rows = Vec::new();
    for (algorithm, hashes, last) in store::bank_contents::counts(tx.store(&permit), owner).await? {
        if let Some(newest) = store::bank_contents::content(tx.store(&permit), owner, last).await? {
            rows.push(Standing { algorithm, hashes, newest: newest.created_at });
        }
    }
    Ok(rows)
}
