//! Matching the hashes of a report's files against the banks: exact, and as an alert with its
//! evidence in words.

use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, kinds};
use reports::{MatchSummary, Report};
use screening::AlertEvidence;
use std::collections::{BTreeMap, BTreeSet};
use store::alerts::Alert;

use crate::{
    Rules,
    banks::{self, BankKind, Found, Question},
};

/// Order of a hash alert on the desk: a known file is certain, so it comes before any pattern.
const SCORE: i64 = 100;

/// Matches every hash of the report; raises one alert for each bank that knows one of its files.
pub(crate) async fn match_files(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    row: &store::reports::Report,
    content: &Report,
) -> Result<MatchSummary, Error> {
    let house = tx.house();
    let mut summary =
        MatchSummary { abuse_files: rules.taxonomies.abuse_files(content), ..MatchSummary::default() };
    if !house.profile.has("hashes") {
        return Ok(summary);
    }
    let hashes = store::reports::hashes(tx.store(permit), row.id).await?;
    let mut known = BTreeSet::new();
    let mut by_bank: BTreeMap<Id<kinds::Bank>, Vec<(i64, Found)>> = BTreeMap::new();
    if !hashes.is_empty() {
        let questions: Vec<_> = hashes
            .iter()
            .map(|hash| Question { algorithm: hash.algorithm.clone(), digest: hash.digest.clone() })
            .collect();
        let index = rules.banks.current(tx, permit).await?;
        let found = banks::find(tx, permit, &index, &questions, None).await?;
        for (hash, found) in hashes.iter().zip(found) {
            for hit in found.into_iter().filter(of_a_child) {
                known.insert(hash.file);
                by_bank.entry(hit.bank).or_default().push((hash.file, hit));
            }
        }
    }
    let checked: BTreeSet<i64> = hashes.iter().map(|hash| hash.file).collect();
    summary.checked_files = u32::try_from(checked.len()).unwrap_or(u32::MAX);
    summary.known_files = u32::try_from(known.len()).unwrap_or(u32::MAX);
    if house.profile.has("alerts") {
        for (bank, hits) in by_bank {
            raise(op, tx, permit, row, bank, &hits).await?;
        }
    }
    Ok(summary)
}

/// Whether a match says something about a crime against a child.
fn of_a_child(found: &Found) -> bool {
    found.counts() && found.kind == BankKind::Known
}

fn evidence(bank: &str, hits: &[(i64, Found)]) -> AlertEvidence {
    let lines = hits
        .iter()
        .filter_map(|(file, hit)| {
            let algorithm = hit.algorithm.parse::<matching::Algorithm>().ok()?;
            let classification = hit.classification.as_deref().zip(hit.taxonomy.as_deref());
            let number = usize::try_from(*file).ok()?;
            Some(matching::words(algorithm, number, bank, hit.distance, classification))
        })
        .collect();
    AlertEvidence {
        title: format!("Files in the bank “{bank}”"),
        lines,
        hint: Some("A file this report names is known. Nobody needs to open it to know that.".to_owned()),
    }
}

async fn raise(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &store::reports::Report,
    bank: Id<kinds::Bank>,
    hits: &[(i64, Found)],
) -> Result<(), Error> {
    let house = tx.house();
    let name = hits.first().map_or_else(String::new, |(_, hit)| hit.bank_name.clone());
    let mut key = row.id.bytes().to_vec();
    key.extend(bank.bytes());
    let dedup = tx.secrets(permit).await?.blinder().token("hash_alert", &key);
    let owner = permit.owner();
    let evidence = evidence(&name, hits);
    if let Some(mut alert) = store::alerts::by_dedup(tx.store(permit), owner, dedup).await? {
        let sealer = tx.sealer(permit, "alert", alert.id.uuid()).await?;
        let before: AlertEvidence = sealer.open("evidence", &alert.sealed)?;
        if before != evidence {
            alert.sealed = sealer.seal("evidence", &evidence, tx)?;
            store::alerts::extend(tx.store(permit), &alert).await?;
        }
        return Ok(());
    }
    let now = house.now();
    let id = house.id::<kinds::Alert>();
    let year = now.day_in(&house.zone).map_or(1970, |day| i64::from(day.year()));
    let number = store::organisations::next(tx.store(permit), owner, &format!("alerts-{year}")).await?;
    let sealer = tx.new_sealer(permit, "alert", id.uuid()).await?;
    let alert = Alert {
        id,
        organisation: owner,
        number,
        year,
        kind: "hash".to_owned(),
        typology: name,
        version: String::new(),
        state: "new".to_owned(),
        score: SCORE,
        dedup,
        party: None,
        report: Some(row.id),
        first_at: row.received_at,
        last_at: row.received_at,
        sealed: sealer.seal("evidence", &evidence, tx)?,
        created_at: now,
        reviewed_by: None,
        reviewed_at: None,
        outcome: None,
        escalated_to: None,
    };
    store::alerts::insert(tx.store(permit), &alert).await?;
    let about = tx.about(permit, &alert);
    let matching = op.system("matching", "matching");
    let mut contents: Vec<_> = hits.iter().map(|(_, hit)| hit.content).collect();
    contents.sort_unstable();
    contents.dedup();
    let put_aside = banks::count(tx, permit, &contents).await?;
    let detail = serde_json::json!({ "raised": true, "hits": hits.len(), "put_aside": put_aside });
    tx.journal(&matching, &about, detail).await
}
