//! What is on its way out of the house.

use app_casework::{FilingRow, filings};
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};

use super::words::tone;
use crate::{
    Web,
    fault::{Fault, rendered},
    form::{Asked, Fields},
    page::{
        Desk, Paging, Times,
        filing::{OutboxPage, OutboxRow},
        routes,
    },
    session::Signed,
    view::{PageResult, page_key, read_key, seen, shell, times},
};

/// Rows on one page.
const ROWS: i64 = 50;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::OUTBOX, get(show))
}

async fn show(State(web): State<Web>, signed: Signed, Asked(asked): Asked) -> PageResult {
    page(&web, &signed, &asked).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn page(web: &Web, signed: &Signed, asked: &Fields) -> Result<OutboxPage, Error> {
    let op = signed.op("file");
    let mut tx = web.house.look(&op).await?;
    let found = filings(&op, &mut tx, read_key(asked.get("after")), ROWS).await?;
    let times = times(web);
    let (total, next) = (found.total.unsigned_abs(), found.next.map(page_key));
    Ok(OutboxPage {
        shell: shell(web, signed, "Outbox", Some(Desk::Outbox)),
        paging: Paging::page(
            routes::OUTBOX,
            seen(asked),
            found.rows.len(),
            total,
            "filings",
            next.as_deref(),
        ),
        rows: found.rows.into_iter().map(|row| filled(&times, row)).collect(),
    })
}

fn filled(times: &Times, row: FilingRow) -> OutboxRow {
    OutboxRow {
        id: row.id,
        number: row.number,
        kind: row.kind.label().to_owned(),
        case: row.case,
        state: row.state.label().to_owned(),
        tone: tone(row.state),
        since: times.moment(row.changed_at),
        next: row.state.next_step().to_owned(),
        reference: row.reference,
    }
}
