//! Banks and their contents as people look at them.

use access::Action;
use app_kernel::{Denied, Error, Op, Tx};
use model::{Id, Instant, kinds};
use store::bank_contents::Content;

use super::{
    change::owned_content,
    settings::{BankSettings, owned},
    words::{ContentState, Verdict},
};
use crate::shared::{Names, bounded, cut, needs_room, word};

/// A bank in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankRow {
    /// Its id.
    pub id: Id<kinds::Bank>,
    /// Its settings.
    pub settings: BankSettings,
    /// How many contents it has.
    pub contents: i64,
    /// How many of them are put aside.
    pub quarantined: i64,
    /// When it was made.
    pub created_at: Instant,
    /// The import that was finished last: its id, number, and when.
    pub last_import: Option<(Id<kinds::Import>, i64, Instant)>,
}

/// The organisation's banks, by name.
pub async fn banks(op: &Op, tx: &mut Tx<'_>) -> Result<Vec<BankRow>, Error> {
    let permit = tx.allow(op, Action::ManageBanks)?;
    needs_room(tx, "hashes")?;
    let owner = permit.owner();
    let mut rows = Vec::new();
    for bank in store::banks::list(tx.store(&permit), owner).await? {
        let last = store::imports::last_done(tx.store(&permit), owner, "hashes", &bank.name).await?;
        rows.push(BankRow {
            id: bank.id,
            settings: BankSettings::of(&bank)?,
            contents: bank.contents,
            quarantined: store::banks::quarantined(tx.store(&permit), bank.id).await?,
            created_at: bank.created_at,
            last_import: last.map(|import| (import.id, import.number, import.changed_at)),
        });
    }
    Ok(rows)
}

/// A bank on its own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankView {
    /// Its id.
    pub id: Id<kinds::Bank>,
    /// Its settings.
    pub settings: BankSettings,
    /// How many contents it has.
    pub contents: i64,
    /// How many of them are put aside.
    pub quarantined: i64,
    /// When it was made.
    pub created_at: Instant,
    /// When its settings were last changed.
    pub changed_at: Instant,
}

/// A bank of the actor's organisation.
pub async fn bank(op: &Op, tx: &mut Tx<'_>, id: Id<kinds::Bank>) -> Result<BankView, Error> {
    let (bank, permit) = owned(op, tx, id).await?;
    Ok(BankView {
        id,
        settings: BankSettings::of(&bank)?,
        contents: bank.contents,
        quarantined: store::banks::quarantined(tx.store(&permit), id).await?,
        created_at: bank.created_at,
        changed_at: bank.changed_at,
    })
}

/// A content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentView {
    /// Its number.
    pub number: i64,
    /// Its bank.
    pub bank: Id<kinds::Bank>,
    /// Where it stands.
    pub state: ContentState,
    /// What people here made of it.
    pub opinion: Option<Verdict>,
    /// Until when it matches nothing.
    pub disabled_until: Option<Instant>,
    /// Its classification, and the taxonomy it is one of.
    pub classification: Option<(String, String)>,
    /// What its source noted.
    pub note: Option<String>,
    /// When it came.
    pub created_at: Instant,
    /// Its hashes: the algorithm's word and the hash.
    pub signals: Vec<(String, Vec<u8>)>,
    /// How often it matched.
    pub hits: i64,
    /// What people said of it, the newest first.
    pub opinions: Vec<OpinionView>,
}

/// What a person made of a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpinionView {
    /// Who.
    pub by: String,
    /// What.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// Contents of a bank, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentPage {
    /// The contents, without opinions.
    pub rows: Vec<ContentView>,
    /// Before which number the next page goes on.
    pub next: Option<i64>,
}

/// A page of a bank's contents; of one state where one is asked for.
pub async fn contents(
    op: &Op,
    tx: &mut Tx<'_>,
    id: Id<kinds::Bank>,
    state: Option<ContentState>,
    before: Option<i64>,
    limit: i64,
) -> Result<ContentPage, Error> {
    let (bank, permit) = owned(op, tx, id).await?;
    let limit = bounded(limit);
    let before = before.unwrap_or(i64::MAX);
    let state = state.map(ContentState::as_str);
    let mut found =
        store::bank_contents::contents(tx.store(&permit), bank.id, state, before, limit + 1).await?;
    let more = cut(&mut found, limit);
    let next = found.last().filter(|_| more).map(|content| content.number);
    let mut rows = Vec::with_capacity(found.len());
    for content in found {
        rows.push(view(tx, &permit, bank.taxonomy.as_deref(), content).await?);
    }
    Ok(ContentPage { rows, next })
}

async fn view(
    tx: &mut Tx<'_>,
    permit: &app_kernel::Permit,
    of_bank: Option<&str>,
    content: Content,
) -> Result<ContentView, Error> {
    let signals = store::bank_contents::signals(tx.store(permit), permit.owner(), content.number).await?;
    let hits = store::bank_history::hits(tx.store(permit), permit.owner(), content.number).await?;
    let taxonomy = content.taxonomy.or_else(|| of_bank.map(str::to_owned));
    Ok(ContentView {
        number: content.number,
        bank: content.bank,
        state: word("state of a content", &content.state)?,
        opinion: content.opinion.map(|text| word("verdict", &text)).transpose()?,
        disabled_until: content.disabled_until,
        classification: taxonomy.zip(content.classification).map(|(taxonomy, code)| (code, taxonomy)),
        note: content.note,
        created_at: content.created_at,
        signals: signals.into_iter().map(|signal| (signal.algorithm, signal.digest)).collect(),
        hits,
        opinions: Vec::new(),
    })
}

/// A content with what people said of it.
pub async fn content(
    op: &Op,
    tx: &mut Tx<'_>,
    bank: Id<kinds::Bank>,
    number: i64,
) -> Result<ContentView, Error> {
    let (content, row, permit) = owned_content(op, tx, number).await?;
    if row.id != bank {
        return Err(Denied::NotFound.into());
    }
    let mut seen = view(tx, &permit, row.taxonomy.as_deref(), content).await?;
    let mut names = Names::default();
    for opinion in store::bank_history::opinions(tx.store(&permit), permit.owner(), number).await? {
        let sealer = tx.sealer(&permit, "opinion", opinion.id.uuid()).await?;
        seen.opinions.push(OpinionView {
            by: names.of(tx, &permit, opinion.user).await?,
            verdict: word("verdict", &opinion.verdict)?,
            reason: sealer.open("reason", &opinion.reason)?,
            at: opinion.at,
        });
    }
    Ok(seen)
}

/// Something that was looked up before a bank learnt of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenMatch {
    /// What the asking program calls it.
    pub reference: String,
    /// The algorithm's word.
    pub algorithm: String,
    /// Its hash.
    pub digest: Vec<u8>,
    /// When it was last looked up.
    pub at: Instant,
    /// The content it matches.
    pub content: i64,
}

/// What was looked up before a bank learnt of it, the newest first.
pub async fn seen_and_matched(op: &Op, tx: &mut Tx<'_>, limit: i64) -> Result<Vec<SeenMatch>, Error> {
    let permit = tx.allow(op, Action::MatchHashes)?;
    needs_room(tx, "hashes")?;
    let found =
        store::seen_hashes::seen_and_matched(tx.store(&permit), permit.owner(), bounded(limit)).await?;
    Ok(found
        .into_iter()
        .filter_map(|seen| {
            Some(SeenMatch {
                content: seen.matched?,
                reference: seen.reference,
                algorithm: seen.signal.algorithm,
                digest: seen.signal.digest,
                at: seen.at,
            })
        })
        .collect())
}
