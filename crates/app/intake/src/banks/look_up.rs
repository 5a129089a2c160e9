//! Looking something up in all banks: what is known, how near, and what is held back.

use std::collections::{BTreeMap, HashMap};

use access::Action;
use app_kernel::{Error, House, Op, Permit, Tx};
use matching::{Algorithm, near::Index};
use model::{Id, Instant, Span, kinds};
use store::{
    bank_contents::{Content, Signal},
    banks::Bank,
    seen_hashes::Seen,
};

use super::words::{BankKind, ContentState, Verdict};
use crate::{Rules, shared::needs_room};

/// How long a content counts as new: as long as a flood of matches puts it aside by itself.
const NEW: Span = Span::days(7);
/// Millionths in the whole.
pub(super) const WHOLE: i64 = 1_000_000;

/// What is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The algorithm's word.
    pub algorithm: String,
    /// The hash.
    pub digest: Vec<u8>,
}

/// A content that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its bank.
    pub bank: Id<kinds::Bank>,
    /// The bank's name.
    pub bank_name: String,
    /// What a match with the bank means.
    pub kind: BankKind,
    /// Its number.
    pub content: i64,
    /// The algorithm's word.
    pub algorithm: String,
    /// In how many bits its hash differs.
    pub distance: u32,
    /// The taxonomy of its classification.
    pub taxonomy: Option<String>,
    /// Its classification.
    pub classification: Option<String>,
    /// Whether a person here confirmed it.
    pub confirmed: bool,
    /// What keeps it from counting.
    pub held_back: Option<HeldBack>,
    /// Whether it is switched off, put aside, withdrawn or found to be something else; only where
    /// [everything](Extent::Everything) was asked for.
    pub off: bool,
}

/// A content of a bank that must not match, no further from what was looked up than what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// Its bank's name.
    pub bank_name: String,
    /// Its number.
    pub content: i64,
    /// In how many bits its hash differs.
    pub distance: u32,
}

impl Found {
    /// Whether it counts: nothing that must not match is as near.
    pub const fn counts(&self) -> bool {
        self.held_back.is_none() && !self.off
    }
}

/// How much is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// What matches, of banks that answer a share of look-ups that share.
    #[default]
    Share,
    /// What matches, of every bank.
    EveryBank,
    /// What is near in every bank, whether it matches or is off.
    Everything,
}

/// How a look-up is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asking<'a> {
    /// What makes banks that answer a share of look-ups answer alike; without it, the same hash is
    /// always answered alike.
    pub seed: Option<&'a str>,
    /// What the asking program calls the thing, by which it is told should a bank learn it later.
    pub reference: Option<&'a str>,
    /// How much is answered.
    pub extent: Extent,
}

/// Looks hashes up for a program or a person: one answer for each, nearest first, those held back
/// among them. `seed` makes banks that answer a share of look-ups answer alike; without one, the
/// same hash is always answered alike. `reference` is what the asking program calls the thing, by
/// which it is told should a bank learn it later.
pub async fn look_up(
    op: &Op,
    house: &House,
    rules: &Rules,
    questions: &[Question],
    seed: Option<&str>,
    reference: Option<&str>,
) -> Result<Vec<Vec<Found>>, Error> {
    look_up_as(op, house, rules, questions, &Asking { seed, reference, extent: Extent::Share }).await
}

/// Looks hashes up in the way that is asked for.
pub async fn look_up_as(
    op: &Op,
    house: &House,
    rules: &Rules,
    questions: &[Question],
    asking: &Asking<'_>,
) -> Result<Vec<Vec<Found>>, Error> {
    let mut tx = house.look(op).await?;
    let permit = tx.allow(op, Action::MatchHashes)?;
    needs_room(&tx, "hashes")?;
    let index = rules.banks.current(&mut tx, &permit).await?;
    let found = find_as(&mut tx, &permit, &index, questions, asking).await?;
    drop(tx);
    let mut hits: Vec<i64> =
        found.iter().flatten().filter(|found| found.counts()).map(|found| found.content).collect();
    hits.sort_unstable();
    hits.dedup();
    let remembers = rules.retention.look_ups > Span::default();
    if hits.is_empty() && !remembers {
        return Ok(found);
    }
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::MatchHashes)?;
    let quarantined = count(&mut tx, &permit, &hits).await?;
    if remembers {
        let seen: Vec<_> = questions
            .iter()
            .map(|question| Seen {
                signal: Signal { algorithm: question.algorithm.clone(), digest: question.digest.clone() },
                reference: asking.reference.unwrap_or_default().to_owned(),
                at: house.now(),
                matched: None,
            })
            .collect();
        store::seen_hashes::remember(tx.store(&permit), permit.owner(), &seen).await?;
    }
    let detail =
        serde_json::json!({ "looked_up": questions.len(), "matched": hits, "put_aside": quarantined });
    tx.journal(op, &permit, detail).await?;
    tx.commit().await?;
    Ok(found)
}

/// The contents that match each of the hashes, nearest first.
pub(crate) async fn find(
    tx: &mut Tx<'_>,
    permit: &Permit,
    index: &Index,
    questions: &[Question],
    seed: Option<&str>,
) -> Result<Vec<Vec<Found>>, Error> {
    find_as(tx, permit, index, questions, &Asking { seed, ..Asking::default() }).await
}

async fn find_as(
    tx: &mut Tx<'_>,
    permit: &Permit,
    index: &Index,
    questions: &[Question],
    asking: &Asking<'_>,
) -> Result<Vec<Vec<Found>>, Error> {
    let (owner, now) = (permit.owner(), tx.house().now());
    let banks: HashMap<_, _> = store::banks::list(tx.store(permit), owner)
        .await?
        .into_iter()
        .filter_map(|bank| Some((bank.id, (bank.kind.parse().ok()?, bank))))
        .collect();
    let reach = banks.values().map(|(_, bank)| bank.distance).max().unwrap_or(0);
    let reach = u32::try_from(reach.clamp(0, FARTHEST)).unwrap_or(0);
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        let candidates = if is_perceptual(question) {
            still_there(tx, permit, &near(index, question, reach)).await?
        } else {
            let (algorithm, digest) = (&question.algorithm, &question.digest);
            let equal = store::bank_contents::equal(tx.store(permit), owner, algorithm, digest).await?;
            equal.into_iter().map(|content| (content, 0)).collect()
        };
        answers.push(judged(&banks, question, candidates, asking, now));
    }
    Ok(answers)
}

/// The farthest that a bank may look: beyond that an index is of no use.
pub(super) const FARTHEST: i64 = 63;

fn is_perceptual(question: &Question) -> bool {
    question.algorithm == Algorithm::Pdq.as_str() && question.digest.len() == Algorithm::Pdq.width()
}

/// Contents near a hash as the index has it, with the hash each was found by and its distance.
fn near(index: &Index, question: &Question, reach: u32) -> BTreeMap<i64, (Vec<u8>, u32)> {
    let mut found = BTreeMap::new();
    if let Ok(hash) = <[u8; 32]>::try_from(question.digest.as_slice()) {
        for hit in index.query(hash.into(), reach) {
            if let Ok(content) = i64::try_from(hit.tag) {
                // The nearest comes first.
                found.entry(content).or_insert_with(|| (<[u8; 32]>::from(hit.hash).to_vec(), hit.distance));
            }
        }
    }
    found
}

/// Of what the index knows, what the banks still know, by the very hash.
async fn still_there(
    tx: &mut Tx<'_>,
    permit: &Permit,
    near: &BTreeMap<i64, (Vec<u8>, u32)>,
) -> Result<Vec<(Content, u32)>, Error> {
    let wanted: Vec<(i64, &[u8])> =
        near.iter().map(|(number, (hash, _))| (*number, hash.as_slice())).collect();
    let there =
        store::bank_contents::having(tx.store(permit), permit.owner(), Algorithm::Pdq.as_str(), &wanted)
            .await?;
    Ok(there
        .into_iter()
        .filter_map(|content| near.get(&content.number).map(|(_, distance)| (content, *distance)))
        .collect())
}

/// What the candidates come to under the settings of their banks.
fn judged(
    banks: &HashMap<Id<kinds::Bank>, (BankKind, Bank)>,
    question: &Question,
    candidates: Vec<(Content, u32)>,
    asking: &Asking<'_>,
    now: Instant,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut against: Vec<HeldBack> = Vec::new();
    for (content, distance) in candidates {
        let Some((kind, bank)) = banks.get(&content.bank) else { continue };
        let live = content.state == ContentState::Live.as_str()
            && content.opinion.as_deref() != Some(Verdict::Deconfirmed.as_str())
            && content.disabled_until.is_none_or(|until| until <= now);
        let asked = match asking.extent {
            Extent::Share => live && answers(bank, question, asking.seed),
            Extent::EveryBank => live,
            Extent::Everything => live || *kind != BankKind::Negative,
        };
        if !asked || i64::from(distance) > bank.distance {
            continue;
        }
        match kind {
            BankKind::Negative => {
                against.push(HeldBack { bank_name: bank.name.clone(), content: content.number, distance });
            }
            BankKind::Known | BankKind::Intimate => found.push(Found {
                kind: *kind,
                bank: bank.id,
                bank_name: bank.name.clone(),
                content: content.number,
                algorithm: question.algorithm.clone(),
                distance,
                confirmed: content.opinion.as_deref() == Some(Verdict::Confirmed.as_str()),
                taxonomy: content
                    .classification
                    .as_ref()
                    .and(content.taxonomy.or_else(|| bank.taxonomy.clone())),
                classification: content.classification,
                held_back: None,
                off: !live,
            }),
        }
    }
    let nearest = against.into_iter().min_by_key(|held| (held.distance, held.content));
    for found in &mut found {
        found.held_back = nearest.clone().filter(|held| held.distance <= found.distance);
    }
    found.sort_by_key(|found| (found.distance, found.content));
    found
}

/// Whether a bank that answers a share of look-ups answers this one: always the same for the same
/// seed, or without one for the same hash.
fn answers(bank: &Bank, question: &Question, seed: Option<&str>) -> bool {
    match bank.enabled_ppm {
        WHOLE.. => true,
        ..=0 => false,
        share => {
            let what = seed.map_or(question.digest.as_slice(), str::as_bytes);
            drawn(bank.id.uuid().as_bytes(), what) < share.unsigned_abs()
        }
    }
}

/// A number under a million drawn from two texts: FNV-1a, its bits mixed by SplitMix64's last steps.
fn drawn(first: &[u8], second: &[u8]) -> u64 {
    let hash = first.iter().chain(second).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) % WHOLE.unsigned_abs()
}

/// Counts matches, and puts aside a new content that nobody confirmed and that matches more often
/// in a day than its bank expects. Gives the numbers of those put aside.
pub(crate) async fn count(tx: &mut Tx<'_>, permit: &Permit, contents: &[i64]) -> Result<Vec<i64>, Error> {
    let (owner, now) = (permit.owner(), tx.house().now());
    let day = now.micros().div_euclid(Span::days(1).0);
    let mut aside = Vec::new();
    for (number, hits) in store::bank_history::count_hits(tx.store(permit), owner, contents, day).await? {
        let Some(content) = store::bank_contents::content(tx.store(permit), owner, number).await? else {
            continue;
        };
        if now.since(content.created_at) <= NEW && floods(tx, permit, &content, hits).await? {
            put_aside(tx, permit, content).await?;
            aside.push(number);
        }
    }
    Ok(aside)
}

/// Whether so many matches are more than the bank expects of one content nobody confirmed.
pub(super) async fn floods(
    tx: &mut Tx<'_>,
    permit: &Permit,
    content: &Content,
    hits: i64,
) -> Result<bool, Error> {
    if content.opinion.is_some() || content.state != ContentState::Live.as_str() {
        return Ok(false);
    }
    let bank = store::banks::find(tx.store(permit), content.bank).await?;
    Ok(bank.is_some_and(|bank| hits > bank.flood_limit))
}

/// Puts a content aside until a person has looked at why it matches so much.
pub(super) async fn put_aside(tx: &mut Tx<'_>, permit: &Permit, mut content: Content) -> Result<(), Error> {
    ContentState::Quarantined.as_str().clone_into(&mut content.state);
    store::bank_contents::set_content(tx.store(permit), permit.owner(), &content).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Instant = Instant::from_micros(1_750_000_000_000_000);

    fn bank(n: u8, kind: BankKind, distance: i64, enabled_ppm: i64) -> (Id<kinds::Bank>, (BankKind, Bank)) {
        let id = Id::from_uuid(uuid::Uuid::from_bytes([n; 16]));
        let bank = Bank {
            id,
            organisation: Id::from_uuid(uuid::Uuid::nil()),
            name: format!("Synthetic bank {n}"),
            kind: kind.as_str().to_owned(),
            taxonomy: None,
            distance,
            enabled_ppm,
            flood_limit: 100,
            contents: 1,
            created_at: AT,
            changed_at: AT,
        };
        (id, (kind, bank))
    }

    fn content(bank: u8, number: i64) -> Content {
        Content {
            number,
            bank: Id::from_uuid(uuid::Uuid::from_bytes([bank; 16])),
            source_key: Vec::new(),
            source_at: None,
            mark: None,
            state: "live".to_owned(),
            opinion: None,
            disabled_until: None,
            taxonomy: None,
            classification: None,
            note: None,
            import: None,
            created_at: AT,
        }
    }

    fn question(byte: u8) -> Question {
        Question { algorithm: "pdq".to_owned(), digest: vec![byte; 32] }
    }

    fn numbers(found: &[Found]) -> Vec<(i64, bool)> {
        found.iter().map(|found| (found.content, found.counts())).collect()
    }

    #[test]
    fn a_bank_looks_as_far_as_it_says_and_no_further() {
        let banks = HashMap::from([bank(1, BankKind::Known, 10, WHOLE), bank(2, BankKind::Known, 31, WHOLE)]);
        let candidates = vec![(content(1, 1), 11), (content(2, 2), 11), (content(1, 3), 10)];
        let found = judged(&banks, &question(0), candidates, &Asking::default(), AT);
        assert_eq!(numbers(&found), [(3, true), (2, true)]);
    }

    #[test]
    fn what_must_not_match_holds_back_what_is_no_nearer() {
        let banks =
            HashMap::from([bank(1, BankKind::Known, 31, WHOLE), bank(2, BankKind::Negative, 31, WHOLE)]);
        let candidates = vec![(content(1, 1), 4), (content(1, 2), 5), (content(1, 3), 6), (content(2, 9), 5)];
        let found = judged(&banks, &question(0), candidates, &Asking::default(), AT);
        assert_eq!(numbers(&found), [(1, true), (2, false), (3, false)]);
        let held = found.last().and_then(|found| found.held_back.clone()).unwrap();
        assert_eq!((held.bank_name.as_str(), held.content, held.distance), ("Synthetic bank 2", 9, 5));
    }

    #[test]
    fn what_is_off_put_aside_or_not_what_it_was_said_to_be_matches_nothing() {
        let banks = HashMap::from([bank(1, BankKind::Known, 31, WHOLE)]);
        let off = Content { disabled_until: Some(AT + Span::days(1)), ..content(1, 1) };
        let on_again = Content { disabled_until: Some(AT), ..content(1, 2) };
        let aside = Content { state: "quarantined".to_owned(), ..content(1, 3) };
        let not = Content { opinion: Some("deconfirmed".to_owned()), ..content(1, 4) };
        let confirmed = Content { opinion: Some("confirmed".to_owned()), ..content(1, 5) };
        let candidates = [off, on_again, aside, not, confirmed].into_iter().map(|c| (c, 0)).collect();
        let found = judged(&banks, &question(0), candidates, &Asking::default(), AT);
        assert_eq!(numbers(&found), [(2, true), (5, true)]);
        assert!(found.last().unwrap().confirmed);
    }

    #[test]
    fn everything_near_is_shown_to_who_asks_for_it_and_counts_no_more_for_that() {
        let banks = HashMap::from([bank(1, BankKind::Known, 31, WHOLE), bank(2, BankKind::Known, 31, 0)]);
        let aside = Content { state: "quarantined".to_owned(), ..content(1, 1) };
        let candidates = || vec![(aside.clone(), 0), (content(2, 2), 3)];
        let seen = |extent| {
            let asking = Asking { extent, ..Asking::default() };
            numbers(&judged(&banks, &question(0), candidates(), &asking, AT))
        };
        assert_eq!(seen(Extent::Share), []);
        assert_eq!(seen(Extent::EveryBank), [(2, true)]);
        assert_eq!(seen(Extent::Everything), [(1, false), (2, true)]);
    }

    #[test]
    fn a_bank_that_answers_a_share_answers_about_that_share_and_always_alike() {
        let (_, (_, some)) = bank(1, BankKind::Known, 31, 250_000);
        let asked: Vec<Question> = (0..4000_u32)
            .map(|n| Question { algorithm: "pdq".to_owned(), digest: [n.to_le_bytes(); 8].concat() })
            .collect();
        let answered: Vec<bool> = asked.iter().map(|question| answers(&some, question, None)).collect();
        let share = answered.iter().filter(|yes| **yes).count();
        assert!((800..1200).contains(&share), "{share}");
        let again: Vec<bool> = asked.iter().map(|question| answers(&some, question, None)).collect();
        assert_eq!(answered, again);
        let seeded: Vec<bool> = asked.iter().map(|question| answers(&some, question, Some("seed"))).collect();
        assert!(seeded.iter().all(|yes| yes == &seeded[0]), "one seed, one answer");
        let (_, (_, none)) = bank(1, BankKind::Known, 31, 0);
        assert!(!asked.iter().any(|question| answers(&none, question, None)));
    }
}
