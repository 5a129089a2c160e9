//! From a finding to an alert: raised once, extended when the episode is found to be longer.
//!
//! More payments only ever lengthen an episode or join two, and an episode never lies within
//! another's time, so an alert belongs to the finding whose time holds the alert's: late payments
//! move its opening, later ones its end, but it stays one alert whatever has become of it, and one
//! that was dismissed is not raised again. An alert of another version of the typology belongs to
//! the finding it shares the most time with.

use std::cmp::Reverse;

use access::Action;
use app_kernel::{Error, House, Internal, Op, Permit, Tx};
use model::{Id, Span, kinds};
use screening::AlertEvidence;
use store::{alerts::Alert, ledger::Party};

use crate::{
    live::News,
    replay::Found,
    review::Outcome,
    words::{AlertState, score},
};

/// Findings kept in one transaction.
pub(crate) const AT_ONCE: usize = 64;

/// How many alerts were raised, and how many extended.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) raised: u64,
    pub(crate) extended: u64,
    pub(crate) news: Vec<News>,
}

/// Keeps findings in one transaction.
pub(crate) async fn keep(op: &Op, house: &House, findings: &[Found<'_>]) -> Result<Kept, Error> {
    let mut tx = house.begin(op).await?;
    let permit = tx.allow(op, Action::ReadTypologies)?;
    let year = house.now().day_in(&house.zone).map_or(1970, |day| i64::from(day.year()));
    let series = format!("alerts-{year}");
    // Moving the counter by nothing holds it to the end of the transaction: two runs at the same
    // time take turns, and neither misses an alert the other raises.
    store::organisations::advance(tx.store(&permit), permit.owner(), &series, 0).await?;
    let mut kept = Kept::default();
    for found in findings {
        let party = party(&mut tx, &permit, found).await?;
        if let Some((alert, others)) = of_episode(&mut tx, &permit, &party, found).await? {
            if let Some(extended) = extend(op, &mut tx, &permit, &alert, found).await? {
                kept.extended += 1;
                kept.news.push(news(&extended, false));
                for other in others {
                    join(op, &mut tx, &permit, other, &alert).await?;
                }
            }
        } else {
            let alert = raise(op, &mut tx, &permit, &party, found, (year, &series)).await?;
            kept.news.push(news(&alert, true));
            rank_reports_again(&mut tx, &permit, &party).await?;
            kept.raised += 1;
        }
    }
    if kept.raised + kept.extended > 0 {
        tx.commit().await?;
    }
    Ok(kept)
}

const fn news(alert: &Alert, raised: bool) -> News {
    News {
        organisation: alert.organisation,
        alert: alert.id,
        number: alert.number,
        year: alert.year,
        score: alert.score,
        raised,
    }
}

/// Wants the reports that name the party's account ranked again: enqueues the job `recount` for
/// each.
pub(crate) async fn rank_reports_again(tx: &mut Tx<'_>, permit: &Permit, party: &Party) -> Result<(), Error> {
    for report in reports_naming(tx, permit, party).await? {
        let (job, now) = (tx.house().id(), tx.house().now());
        let subject = report.to_string();
        store::jobs::enqueue(tx.store(permit), job, permit.owner(), "recount", &subject, now).await?;
    }
    Ok(())
}

/// Reports whose identifiers are followed from a party, at most.
const REPORTS: i64 = 200;

/// The reports that name the party's account, oldest first, each once.
pub(crate) async fn reports_naming(
    tx: &mut Tx<'_>,
    permit: &Permit,
    party: &Party,
) -> Result<Vec<Id<kinds::Report>>, Error> {
    let named = store::identifiers::naming(tx.store(permit), permit.owner(), party.token, REPORTS).await?;
    let mut reports: Vec<_> = named
        .into_iter()
        .filter(|named| named.record_kind == "report")
        .map(|named| Id::from_uuid(named.record))
        .collect();
    reports.dedup();
    Ok(reports)
}

async fn party(tx: &mut Tx<'_>, permit: &Permit, found: &Found<'_>) -> Result<Party, Error> {
    let token = found.finding.subject.0;
    store::ledger::party_by_token(tx.store(permit), permit.owner(), token).await?.ok_or_else(|| {
        Error::Internal(Internal::Unreadable {
            what: "ledger",
            reason: format!("payment {} names a party that is not there", found.finding.opened_sequence),
        })
    })
}

/// The alert a finding belongs to, and other open ones that turn out to be the same episode.
async fn of_episode(
    tx: &mut Tx<'_>,
    permit: &Permit,
    party: &Party,
    found: &Found<'_>,
) -> Result<Option<(Alert, Vec<Alert>)>, Error> {
    let (typology, finding) = (found.typology, &found.finding);
    let version = typology.version.to_string();
    let open = |alert: &Alert| alert.state.parse().is_ok_and(AlertState::open);
    let within = |alert: &Alert| finding.first_at <= alert.first_at && alert.last_at <= finding.last_at;
    let shared =
        |alert: &Alert| alert.last_at.min(finding.last_at).since(alert.first_at.max(finding.first_at));
    let mut alerts = store::alerts::of_party(tx.store(permit), party.id, Some(&typology.id)).await?;
    alerts.retain(|alert| within(alert) || (alert.version != version && shared(alert) >= Span(0)));
    // Of those that turn out to be one, the one somebody still has to decide on comes first.
    alerts.sort_by_key(|alert| {
        (!within(alert), within(alert) && !open(alert), Reverse(shared(alert)), alert.first_at, alert.id)
    });
    let mut alerts = alerts.into_iter();
    if let Some(alert) = alerts.next() {
        return Ok(Some((alert, alerts.filter(|other| open(other) && within(other)).collect())));
    }
    let dedup = dedup(tx, permit, found).await?;
    let alert = store::alerts::by_dedup(tx.store(permit), permit.owner(), dedup).await?;
    Ok(alert.map(|alert| (alert, Vec::new())))
}

fn evidence(found: &Found<'_>) -> AlertEvidence {
    AlertEvidence {
        title: found.typology.title.clone(),
        lines: found.finding.evidence.iter().map(|line| line.text.clone()).collect(),
        hint: Some(found.finding.hint()),
    }
}

async fn raise(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    party: &Party,
    found: &Found<'_>,
    (year, series): (i64, &str),
) -> Result<Alert, Error> {
    let (typology, finding) = (found.typology, &found.finding);
    let house = tx.house();
    let id = house.id::<kinds::Alert>();
    let number = store::organisations::next(tx.store(permit), permit.owner(), series).await?;
    let sealer = tx.new_sealer(permit, "alert", id.uuid()).await?;
    let alert = Alert {
        id,
        organisation: permit.owner(),
        number,
        year,
        kind: "typology".to_owned(),
        typology: typology.id.clone(),
        version: typology.version.to_string(),
        state: AlertState::New.as_str().to_owned(),
        score: score(typology, finding),
        dedup: dedup(tx, permit, found).await?,
        party: Some(party.id),
        report: None,
        first_at: finding.first_at,
        last_at: finding.last_at,
        sealed: sealer.seal("evidence", &evidence(found), tx)?,
        created_at: house.now(),
        reviewed_by: None,
        reviewed_at: None,
        outcome: None,
        escalated_to: None,
    };
    if !store::alerts::insert(tx.store(permit), &alert).await? {
        let reason = format!("{} of payment {} is there already", typology.id, finding.opened_sequence);
        return Err(Internal::Unreadable { what: "alert", reason }.into());
    }
    let detail = serde_json::json!({
        "raised": true, "number": number, "typology": alert.typology, "version": alert.version,
        "score": alert.score, "payments": finding.count,
    });
    let about = tx.about(permit, &alert);
    tx.journal(op, &about, detail).await?;
    Ok(alert)
}

/// The blind token of a finding: of typology, version, party, and the payment that opened it.
async fn dedup(tx: &mut Tx<'_>, permit: &Permit, found: &Found<'_>) -> Result<[u8; 16], Error> {
    let finding = &found.finding;
    let mut name = finding.typology.as_bytes().to_vec();
    name.push(0);
    name.extend(finding.version.to_be_bytes());
    name.extend(finding.subject.0);
    name.extend(finding.opened_sequence.to_be_bytes());
    Ok(tx.secrets(permit).await?.blinder().token("alert", &name))
}

/// Writes what is new about an alert's episode; the alert as it is now, if there was anything.
async fn extend(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    before: &Alert,
    found: &Found<'_>,
) -> Result<Option<Alert>, Error> {
    let (typology, finding) = (found.typology, &found.finding);
    let about = tx.about(permit, before);
    let sealer = tx.sealer(permit, "alert", before.id.uuid()).await?;
    let now = evidence(found);
    let same = sealer.open::<AlertEvidence>("evidence", &before.sealed)? == now;
    let mut alert = Alert {
        version: typology.version.to_string(),
        score: score(typology, finding),
        first_at: finding.first_at,
        last_at: finding.last_at,
        ..before.clone()
    };
    let what = |a: &Alert| (a.version.clone(), a.score, a.first_at, a.last_at);
    if same && what(&alert) == what(before) {
        return Ok(None);
    }
    alert.sealed = sealer.seal("evidence", &now, tx)?;
    store::alerts::extend(tx.store(permit), &alert).await?;
    let detail = serde_json::json!({
        "extended": true, "state": alert.state, "version": alert.version, "score": alert.score,
        "payments": finding.count,
    });
    tx.journal(op, &about, detail).await?;
    Ok(Some(alert))
}

/// Closes an open alert whose episode late payments have joined to that of `into`.
async fn join(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    mut alert: Alert,
    into: &Alert,
) -> Result<(), Error> {
    let about = tx.about(permit, &alert);
    let sealer = tx.sealer(permit, "alert", alert.id.uuid()).await?;
    let before = std::mem::replace(&mut alert.state, AlertState::Dismissed.as_str().to_owned());
    let outcome = Outcome {
        code: "joined".to_owned(),
        note: Some(format!("Late payments joined it to alert {} of {}.", into.number, into.year)),
    };
    alert.outcome = Some(sealer.seal("outcome", &outcome, tx)?);
    alert.reviewed_by = None;
    alert.reviewed_at = Some(tx.house().now());
    if store::alerts::review(tx.store(permit), &alert, &before).await? {
        let detail = serde_json::json!({ "state": alert.state, "reason": "joined", "into": into.number });
        tx.journal(op, &about, detail).await?;
    }
    Ok(())
}
