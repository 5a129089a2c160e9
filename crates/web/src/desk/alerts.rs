//! The list of alerts.

use app_kernel::Error;
use app_screening::{AlertRow as Listed, AlertState, desk};
use axum::{Router, extract::State, routing::get};
use cases::{Number, Prefix};

use crate::{
    Web,
    fault::{Fault, rendered},
    form::{Asked, Fields},
    page::{
        Choice, Desk, Filter, Paging,
        alert::{AlertRow, AlertsPage},
        list::FilterField,
        routes,
    },
    parts,
    session::Signed,
    view::{PageResult, list_address, seen, shell, times},
};

/// Rows on one page.
const ROWS: i64 = 50;
/// The word for alerts of every state.
const ALL: &str = "all";

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::ALERTS, get(show))
}

/// An alert's number as people say it.
pub(super) fn number(year: i64, n: i64) -> String {
    let year = u16::try_from(year).unwrap_or_default();
    Number { prefix: Prefix::Alert, year, n: u32::try_from(n).unwrap_or(u32::MAX) }.to_string()
}

async fn show(State(web): State<Web>, signed: Signed, Asked(asked): Asked) -> PageResult {
    page(&web, &signed, &asked).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn page(web: &Web, signed: &Signed, asked: &Fields) -> Result<AlertsPage, Error> {
    let op = signed.op("screening");
    let word = asked.get("state");
    let state = if word == ALL { None } else { Some(word.parse().unwrap_or(AlertState::New)) };
    let mut tx = web.house.look(&op).await?;
    let found = desk(&op, &mut tx, state, asked.given("after"), ROWS).await?;
    let address = list_address(routes::ALERTS, asked, &["state"]);
    let (total, rows) = (found.total.unsigned_abs(), found.rows.len());
    Ok(AlertsPage {
        shell: shell(web, signed, "Alerts", Some(Desk::Alerts)),
        filter: filter(state),
        paging: Paging::page(&address, seen(asked), rows, total, "alerts", found.next.as_deref()),
        rows: found.rows.into_iter().map(|row| filled(web, row)).collect(),
    })
}

fn filter(state: Option<AlertState>) -> Filter {
    let word = state.map_or(ALL, AlertState::as_str);
    let mut choices: Vec<Choice> = AlertState::ALL
        .iter()
        .map(|state| Choice::new(state.as_str(), state.as_str()))
        .chain([Choice::new(ALL, "all")])
        .collect();
    for choice in &mut choices {
        choice.chosen = choice.value == word;
    }
    Filter {
        action: routes::ALERTS.to_owned(),
        fields: vec![FilterField { name: "state".to_owned(), label: "State".to_owned(), choices }],
        narrowed: state != Some(AlertState::New),
    }
}

fn filled(web: &Web, row: Listed) -> AlertRow {
    let times = times(web);
    AlertRow {
        id: row.id,
        number: number(row.year, row.number),
        raised_by: row.title,
        why: row.why,
        band: row.band.as_str().to_owned(),
        place: row.country.unwrap_or_default(),
        span: parts::days(&times, row.first_at, row.last_at),
        raised: times.moment(row.raised_at),
        state: row.state.as_str().to_owned(),
    }
}
