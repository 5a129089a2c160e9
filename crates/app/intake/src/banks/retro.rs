//! What was seen before a bank learnt of it.
//!
//! A job goes through the contents that came since it last went, in order of their numbers, and
//! holds against them what the house saw within the stated time: the files that reports name, and
//! what was looked up where look-ups are remembered. A content that matches more of it than its
//! bank expects of one file is put aside before it makes a single alert.

use std::collections::{BTreeMap, BTreeSet};

use access::Action;
use app_kernel::{Error, House, Op, Permit, Tx};
use matching::{
    Algorithm,
    near::{Hash256, Index},
};
use model::{Id, Instant, Span, kinds};
use store::seen_hashes::Seen;

use super::look_up::{FARTHEST, Question, find, floods, put_aside};
use crate::Rules;

/// Contents gone through in one transaction.
const CONTENTS: i64 = 200_000;
/// Reports whose hashes are read at once.
const REPORTS: i64 = 2_000;
/// Look-ups read at once.
const LOOK_UPS: i64 = 20_000;

/// How far back a new content is held against what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Reports received no longer ago than this.
    pub reports: Span,
    /// Look-ups no longer ago than this; none are remembered where it is nothing, which it is until
    /// somebody decides otherwise: they are data on people whom nobody suspects.
    pub look_ups: Span,
}

impl Default for Retention {
    fn default() -> Self {
        Self { reports: Span::days(365), look_ups: Span::default() }
    }
}

/// What a round came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Reports matched again.
    pub reports: usize,
    /// Look-ups found to match.
    pub look_ups: usize,
    /// Contents put aside.
    pub put_aside: Vec<i64>,
}

/// Which reports and look-ups are near each content, and how near; whether that is near enough is
/// for its bank to say.
#[derive(Default)]
struct Matches {
    reports: BTreeMap<i64, BTreeMap<Id<kinds::Report>, u32>>,
    look_ups: BTreeMap<i64, Vec<(Seen, u32)>>,
}

impl Matches {
    fn report(&mut self, content: i64, report: Id<kinds::Report>, distance: u32) {
        let nearest = self.reports.entry(content).or_default().entry(report).or_insert(distance);
        *nearest = distance.min(*nearest);
    }
}

/// Holds what was seen against the contents that are new; `again` is one that matches again.
pub async fn match_what_was_seen(
    op: &Op,
    house: &House,
    rules: &Rules,
    again: Option<i64>,
) -> Result<Swept, Error> {
    let op = op.system("matching", "matching");
    let mut swept = Swept::default();
    if !house.profile.has("hashes") {
        return Ok(swept);
    }
    let mut tx = house.look(&op).await?;
    let permit = tx.allow(&op, Action::MatchHashes)?;
    // Whoever looks something up next need not wait for the index to follow.
    rules.banks.current(&mut tx, &permit).await?;
    let head = store::bank_contents::head(tx.store(&permit), permit.owner()).await?;
    let done = store::seen_hashes::matched_up_to(tx.store(&permit), permit.owner()).await?;
    drop(tx);
    let (mut after, head) = again.map_or((done, head), |number| (number - 1, number));
    while after < head {
        let until = head.min(after.saturating_add(CONTENTS));
        let reports = sweep(&op, house, rules, after, until, again.is_none(), &mut swept).await?;
        for report in &reports {
            crate::admit::recount(&op, house, rules, *report).await?;
        }
        swept.reports += reports.len();
        after = until;
        // Only now: whoever is cut short before this goes through the same contents again.
        if again.is_none() {
            note_how_far(&op, house, until).await?;
        }
    }
    Ok(swept)
}

async fn note_how_far(op: &Op, house: &House, until: i64) -> Result<(), Error> {
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::MatchHashes)?;
    store::seen_hashes::set_matched_up_to(tx.store(&permit), permit.owner(), until).await?;
    tx.journal(op, &permit, serde_json::json!({ "matched_up_to": until })).await?;
    tx.commit().await
}

/// Goes through the contents after `after` up to `until`, which are new or match again; gives the reports
/// to be matched again.
async fn sweep(
    op: &Op,
    house: &House,
    rules: &Rules,
    after: i64,
    until: i64,
    new: bool,
    swept: &mut Swept,
) -> Result<BTreeSet<Id<kinds::Report>>, Error> {
    let mut tx = house.look(op).await?;
    let permit = tx.allow(op, Action::MatchHashes)?;
    let mut matches = Matches::default();
    let index = near_index(&mut tx, &permit, after, until).await?;
    if house.profile.has("reports") {
        let since = house.now() - rules.retention.reports;
        reports_that_match(&mut tx, &permit, &index, (after, until), since, &mut matches).await?;
    }
    if rules.retention.look_ups > Span::default() {
        let since = house.now() - rules.retention.look_ups;
        look_ups_that_match(&mut tx, &permit, &index, (after, until), since, &mut matches).await?;
    }
    drop(tx);

    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::MatchHashes)?;
    let numbers: BTreeSet<i64> = matches.reports.keys().chain(matches.look_ups.keys()).copied().collect();
    let mut reports = BTreeSet::new();
    for number in numbers {
        let mut in_reports = matches.reports.remove(&number).unwrap_or_default();
        let mut looked_up = matches.look_ups.remove(&number).unwrap_or_default();
        let Some(content) = store::bank_contents::content(tx.store(&permit), permit.owner(), number).await?
        else {
            continue;
        };
        let Some(bank) = store::banks::find(tx.store(&permit), content.bank).await? else { continue };
        in_reports.retain(|_, distance| i64::from(*distance) <= bank.distance);
        looked_up.retain(|(_, distance)| i64::from(*distance) <= bank.distance);
        let hits = i64::try_from(in_reports.len() + looked_up.len()).unwrap_or(i64::MAX);
        // What a person let match again is not put aside for the same matches once more.
        if new && floods(&mut tx, &permit, &content, hits).await? {
            put_aside(&mut tx, &permit, content).await?;
            swept.put_aside.push(number);
            continue;
        }
        reports.extend(in_reports.into_keys());
        for (seen, _) in &looked_up {
            if counts(&mut tx, &permit, rules, seen, number).await? {
                store::seen_hashes::mark_seen(tx.store(&permit), permit.owner(), seen, number).await?;
                swept.look_ups += 1;
            }
        }
    }
    let detail = serde_json::json!({
        "contents_up_to": until, "reports": reports.len(), "put_aside": swept.put_aside,
    });
    tx.journal(op, &permit, detail).await?;
    tx.commit().await?;
    Ok(reports)
}

/// Whether a look-up would be answered with this content today.
async fn counts(
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    seen: &Seen,
    number: i64,
) -> Result<bool, Error> {
    let index = rules.banks.current(tx, permit).await?;
    let question = Question { algorithm: seen.signal.algorithm.clone(), digest: seen.signal.digest.clone() };
    let found = find(tx, permit, &index, &[question], None).await?;
    Ok(found.iter().flatten().any(|found| found.content == number && found.counts()))
}

/// The perceptual hashes of the contents, in an index of their own.
async fn near_index(tx: &mut Tx<'_>, permit: &Permit, after: i64, until: i64) -> Result<Index, Error> {
    let pdq = Algorithm::Pdq.as_str();
    let rows =
        store::bank_contents::signals_between(tx.store(permit), permit.owner(), pdq, after, until).await?;
    let pairs: Vec<(Hash256, u64)> = rows
        .into_iter()
        .filter_map(|(content, digest)| Some((hash(&digest)?, u64::try_from(content).ok()?)))
        .collect();
    let index = Index::in_memory().map_err(super::index::unreadable)?;
    index.load(pairs).map_err(super::index::unreadable)?;
    Ok(index)
}

fn hash(digest: &[u8]) -> Option<Hash256> {
    <[u8; 32]>::try_from(digest).ok().map(Hash256::from)
}

/// Contents near a hash, as far as any bank may look.
fn near(index: &Index, digest: &[u8]) -> Vec<(i64, u32)> {
    let reach = u32::try_from(FARTHEST).unwrap_or(0);
    let found = hash(digest).map(|hash| index.query(hash, reach)).unwrap_or_default();
    found.into_iter().filter_map(|hit| Some((i64::try_from(hit.tag).ok()?, hit.distance))).collect()
}

async fn reports_that_match(
    tx: &mut Tx<'_>,
    permit: &Permit,
    index: &Index,
    (after, until): (i64, i64),
    since: Instant,
    matches: &mut Matches,
) -> Result<(), Error> {
    let owner = permit.owner();
    for (content, report) in
        store::seen_hashes::reports_naming(tx.store(permit), owner, since, after, until).await?
    {
        matches.report(content, report, 0);
    }
    if index.size().pairs == 0 {
        return Ok(());
    }
    let mut from = Id::from_uuid(uuid::Uuid::nil());
    loop {
        let pdq = Algorithm::Pdq.as_str();
        let rows =
            store::seen_hashes::hashes_of_reports(tx.store(permit), owner, pdq, since, from, REPORTS).await?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        from = *last;
        for (report, digest) in rows {
            for (content, distance) in near(index, &digest) {
                matches.report(content, report, distance);
            }
        }
    }
}

async fn look_ups_that_match(
    tx: &mut Tx<'_>,
    permit: &Permit,
    index: &Index,
    (after, until): (i64, i64),
    since: Instant,
    matches: &mut Matches,
) -> Result<(), Error> {
    let owner = permit.owner();
    for (content, seen) in
        store::seen_hashes::seen_equal(tx.store(permit), owner, since, after, until).await?
    {
        matches.look_ups.entry(content).or_default().push((seen, 0));
    }
    if index.size().pairs == 0 {
        return Ok(());
    }
    let mut from = (Vec::new(), String::new());
    loop {
        let (pdq, after) = (Algorithm::Pdq.as_str(), (from.0.as_slice(), from.1.as_str()));
        let rows = store::seen_hashes::seen(tx.store(permit), owner, pdq, since, after, LOOK_UPS).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        from = (last.signal.digest.clone(), last.reference.clone());
        for seen in rows {
            for (content, distance) in near(index, &seen.signal.digest) {
                matches.look_ups.entry(content).or_default().push((seen.clone(), distance));
            }
        }
    }
}

/// Forgets look-ups that have had their time; says how many.
pub async fn forget(op: &Op, house: &House, rules: &Rules) -> Result<u64, Error> {
    if !house.profile.has("hashes") {
        return Ok(0);
    }
    let op = op.system("matching", "housekeeping");
    let mut tx = house.begin(&op).await?;
    let permit = tx.allow(&op, Action::MatchHashes)?;
    let before = house.now() - rules.retention.look_ups;
    let forgotten = store::seen_hashes::forget_seen(tx.store(&permit), permit.owner(), before).await?;
    if forgotten > 0 {
        tx.journal(&op, &permit, serde_json::json!({ "look_ups_forgotten": forgotten })).await?;
        tx.commit().await?;
    }
    Ok(forgotten)
}
