//! Matching the hashes of a report's files against the lists: exact, and as an alert with its
//! evidence in words.

use app_kernel::{Error, Op, Permit, Tx};
use model::{Id, kinds};
use reports::{MatchSummary, Report};
use screening::AlertEvidence;
use std::collections::{BTreeMap, BTreeSet};
use store::{alerts::Alert, hash_lists::Match};

use crate::Rules;

/// Order of a hash alert on the desk: a known file is certain, so it comes before any pattern.
const SCORE: i64 = 100;

/// Matches every hash of the report; raises one alert for each list that knows one of its files.
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
    let mut by_list: BTreeMap<Id<kinds::HashList>, Vec<(i64, Match)>> = BTreeMap::new();
    for hash in &hashes {
        let found =
            store::hash_lists::matching(tx.store(permit), permit.owner(), &hash.algorithm, &hash.digest)
                .await?;
        for hit in found {
            known.insert(hash.file);
            by_list.entry(hit.list).or_default().push((hash.file, hit));
        }
    }
    let checked: BTreeSet<i64> = hashes.iter().map(|hash| hash.file).collect();
    summary.checked_files = u32::try_from(checked.len()).unwrap_or(u32::MAX);
    summary.known_files = u32::try_from(known.len()).unwrap_or(u32::MAX);
    if house.profile.has("alerts") {
        for (list, hits) in by_list {
            raise(op, tx, permit, row, list, &hits).await?;
        }
    }
    Ok(summary)
}

fn evidence(list: &str, hits: &[(i64, Match)]) -> AlertEvidence {
    let lines = hits
        .iter()
        .filter_map(|(file, hit)| {
            let algorithm = hit.algorithm.parse::<matching::Algorithm>().ok()?;
            let classification = hit.classification.as_deref().zip(hit.taxonomy.as_deref());
            let number = usize::try_from(*file).ok()?;
            Some(matching::words(algorithm, number, list, classification))
        })
        .collect();
    AlertEvidence {
        title: format!("Files on the list “{list}”"),
        lines,
        hint: Some("A file this report names is known. Nobody needs to open it to know that.".to_owned()),
    }
}

async fn raise(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &store::reports::Report,
    list: Id<kinds::HashList>,
    hits: &[(i64, Match)],
) -> Result<(), Error> {
    let house = tx.house();
    let name = hits.first().map_or_else(String::new, |(_, hit)| hit.list_name.clone());
    let mut key = row.id.bytes().to_vec();
    key.extend(list.bytes());
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
    tx.journal(&matching, &about, serde_json::json!({ "raised": true, "hits": hits.len() })).await
}

/// Matches the reports that were here before a list knew a hash, after an import of hashes.
pub async fn match_import(
    op: &Op,
    house: &app_kernel::House,
    rules: &Rules,
    import: Id<kinds::Import>,
) -> Result<usize, Error> {
    if !house.profile.has("reports") {
        return Ok(0);
    }
    let mut tx = house.look(op).await?;
    let permit = tx.allow(op, access::Action::ImportFile)?;
    let reports = store::hash_lists::reports_matching_import(tx.store(&permit), import).await?;
    drop(tx);
    for report in &reports {
        crate::admit::recount(op, house, rules, *report).await?;
    }
    Ok(reports.len())
}
