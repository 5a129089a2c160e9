//! One import: how far it is, and what was refused of it.

use app_intake::{ImportView, RejectLine, import, rejected, rejects_csv};
use app_kernel::Error;
use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use model::{Id, kinds};

use super::imports::is_running;
use crate::{
    Web,
    fault::{Fault, rendered},
    form::{Asked, At, Fields},
    page::{
        Desk, Paging, Standing,
        import::{ImportPage, Reject, Rejects},
        list::grouped,
        record::{Fact, Tone},
        routes,
    },
    parts,
    session::Signed,
    view::{PageResult, below, seen, times},
};

/// Rejected records on one page.
const ROWS: i64 = 100;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::IMPORT, get(show)).route(routes::IMPORT_REJECTS, get(table))
}

async fn show(
    State(web): State<Web>,
    signed: Signed,
    At(id): At<Id<kinds::Import>>,
    Asked(asked): Asked,
) -> PageResult {
    match page(&web, &signed, id, &asked).await {
        Ok(page) => Ok(rendered(&page)),
        Err(e) => Err(Fault::of(e, &signed)),
    }
}

async fn page(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Import>,
    asked: &Fields,
) -> Result<ImportPage, Error> {
    let op = signed.op("imports");
    let mut tx = web.house.begin(&op).await?;
    let view = import(&op, &mut tx, id).await?;
    let mut lines = Vec::new();
    if view.may_see_rejects && view.row.counts.rejected > 0 {
        let after = asked.given("after").and_then(|after| after.parse().ok()).unwrap_or(0);
        lines = rejected(&op, &mut tx, id, after, ROWS).await?;
    }
    tx.commit().await?;
    Ok(filled(web, signed, view, lines, asked))
}

fn filled(
    web: &Web,
    signed: &Signed,
    view: ImportView,
    lines: Vec<RejectLine>,
    asked: &Fields,
) -> ImportPage {
    let times = times(web);
    let row = view.row;
    let running = is_running(&row.state);
    let tone = match row.state.as_str() {
        "done" if row.counts.rejected > 0 => Tone::Open,
        "done" | "known" => Tone::Done,
        "failed" | "abandoned" => Tone::Failed,
        _ => Tone::Neutral,
    };
    let standing = Standing {
        word: row.state.clone(),
        tone,
        since: times.moment(row.changed_at),
        actor: "the house".to_owned(),
        next: row.next_step.to_owned(),
    };
    let facts = vec![
        Fact::new("Import", format!("no. {}", row.number)),
        Fact::new("What it holds", row.kind),
        Fact::new("Source", row.source),
        Fact::new("Lawful basis", view.lawful_basis),
        Fact::new("Size", parts::size(row.size)),
        Fact::new("Brought in by", view.brought_by),
        Fact::new("Brought in", times.exact(row.created_at)),
    ];
    let rejects = view.may_see_rejects.then(|| rejects(row.id, lines, row.counts.rejected, asked));
    ImportPage {
        shell: below(web, signed, &format!("Import {}", row.number), Desk::Imports),
        id: row.id,
        called: view.name.unwrap_or_else(|| format!("Import no. {}", row.number)),
        standing,
        progress: running.then(|| format!("{} records read", grouped(row.counts.read))),
        problem: view.problem,
        facts,
        digest: view.digest,
        same_as: view.same_as,
        accepted: row.counts.accepted,
        known: row.counts.known,
        rejected: row.counts.rejected,
        rejects,
    }
}

fn rejects(id: Id<kinds::Import>, lines: Vec<RejectLine>, total: u64, asked: &Fields) -> Rejects {
    let seen = seen(asked);
    let shown = seen + lines.len() as u64;
    let next = lines.last().filter(|_| shown < total).map(|last| last.ordinal.to_string());
    Rejects {
        paging: Paging::page(
            &routes::import(id),
            seen,
            lines.len(),
            total,
            "rejected records",
            next.as_deref(),
        ),
        rows: lines
            .into_iter()
            .map(|line| Reject {
                place: format!("line {}", line.line),
                field: if line.field.is_empty() { line.path } else { line.field },
                reason: line.reason,
                record: line.record,
            })
            .collect(),
    }
}

async fn table(State(web): State<Web>, signed: Signed, At(id): At<Id<kinds::Import>>) -> PageResult {
    let signed = signed.at(routes::import(id));
    let csv = async {
        let op = signed.op("imports");
        let mut tx = web.house.begin(&op).await?;
        let csv = rejects_csv(&op, &mut tx, id).await?;
        tx.commit().await?;
        Ok::<_, Error>(csv)
    };
    let csv = csv.await.map_err(|e| Fault::of(e, &signed))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"rejects.csv\""),
    ];
    Ok((headers, csv).into_response())
}
