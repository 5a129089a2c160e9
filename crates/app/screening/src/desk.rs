//! The desk: alerts by rank, a page at a time.

use std::fmt;

use access::Action;
use app_kernel::{Error, Internal, Op, Tx};
use model::{Id, Instant, kinds};
use screening::AlertEvidence;
use store::alerts::{Alert, DeskPoint};

use crate::{AlertState, Band};

/// Rows on one page, at most.
const MOST: i64 = 200;

/// A row of the desk. It says nothing about who the party is.
pub struct AlertRow {
    /// The alert.
    pub id: Id<kinds::Alert>,
    /// Its number within its year.
    pub number: i64,
    /// The year it was raised.
    pub year: i64,
    /// `typology` or `hash`.
    pub kind: String,
    /// The typology's title, or which list knew a file.
    pub title: String,
    /// How it ranks.
    pub band: Band,
    /// The order within the band, higher first.
    pub score: i64,
    /// The weightiest reason, in a sentence. It names no party.
    pub why: String,
    /// When it was raised.
    pub raised_at: Instant,
    /// The first thing it rests on.
    pub first_at: Instant,
    /// The last thing it rests on.
    pub last_at: Instant,
    /// Where it is on its way.
    pub state: AlertState,
    /// The party's country, ISO 3166-1 alpha-2, if it has a party and it is known.
    pub country: Option<String>,
}

/// A page of the desk.
pub struct DeskPage {
    /// The rows, higher rank first, older first within it.
    pub rows: Vec<AlertRow>,
    /// Where the next page begins, to be given back as `after`; `None` on the last one.
    pub next: Option<String>,
    /// How many alerts there are in that state in all.
    pub total: i64,
}

/// A page of the organisation's alerts in a state, or in all. Listing is not journalled.
pub async fn desk(
    op: &Op,
    tx: &mut Tx<'_>,
    state: Option<AlertState>,
    after: Option<&str>,
    limit: i64,
) -> Result<DeskPage, Error> {
    let permit = tx.allow(op, Action::ListAlerts)?;
    let owner = permit.owner();
    let after = after.map(place).transpose()?;
    let word = state.map(AlertState::as_str);
    let limit = limit.clamp(1, MOST);
    let mut alerts = store::alerts::desk(tx.store(&permit), owner, word, after, limit + 1).await?;
    let more = alerts.len() as i64 > limit;
    alerts.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = alerts.last().filter(|_| more).map(|last| Place(last).to_string());
    let mut rows = Vec::with_capacity(alerts.len());
    for alert in alerts {
        let sealer = tx.sealer(&permit, "alert", alert.id.uuid()).await?;
        let evidence: AlertEvidence = sealer.open("evidence", &alert.sealed)?;
        let party = match alert.party {
            Some(party) => store::ledger::find_party(tx.store(&permit), party).await?,
            None => None,
        };
        rows.push(AlertRow {
            id: alert.id,
            number: alert.number,
            year: alert.year,
            title: evidence.title,
            band: Band::of(alert.score),
            score: alert.score,
            why: evidence.lines.into_iter().next().unwrap_or_default(),
            raised_at: alert.created_at,
            first_at: alert.first_at,
            last_at: alert.last_at,
            state: state_of(&alert)?,
            country: party.and_then(|party| party.country),
            kind: alert.kind,
        });
    }
    let total = store::alerts::count(tx.store(&permit), owner, word).await?;
    Ok(DeskPage { rows, next, total })
}

/// The state of a row.
pub(crate) fn state_of(alert: &Alert) -> Result<AlertState, Internal> {
    alert.state.parse().map_err(|()| Internal::Unreadable {
        what: "alert",
        reason: format!("“{}” is no state", alert.state),
    })
}

/// A row's place on the desk, as a page's address carries it.
struct Place<'a>(&'a Alert);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{}", self.0.score, self.0.created_at.micros(), self.0.id)
    }
}

fn place(text: &str) -> Result<DeskPoint, Error> {
    let mut parts = text.split('_');
    let mut part = || parts.next();
    let point = (|| {
        Some(DeskPoint {
            score: part()?.parse().ok()?,
            created_at: Instant::from_micros(part()?.parse().ok()?),
            id: part()?.parse().ok()?,
        })
    })();
    point.ok_or_else(|| {
        Error::invalid(
            "after",
            "not_a_place",
            "This is not a place on the desk.",
            "Go back to the first page of alerts.",
        )
    })
}
