//! Search by number or identifier.

use app_intake::{Hit, HitKind, search};
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};

use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::Asked,
    page::{
        routes,
        search::{Found, SearchPage},
    },
    session::Signed,
    view::{PageResult, shell, times},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::SEARCH, get(show))
}

async fn show(State(web): State<Web>, signed: Signed, Asked(asked): Asked) -> PageResult {
    let text = asked.get("q").trim().to_owned();
    let mut page =
        SearchPage { shell: shell(&web, &signed, "Search", None), problem: None, found: Vec::new() };
    if text.is_empty() {
        return Ok(rendered(&page));
    }
    // What was looked up stays in the box, and out of the addresses the page is made of.
    routes::SEARCH.clone_into(&mut page.shell.here);
    page.shell.search.clone_from(&text);
    match look_up(&web, &signed, &text).await {
        Ok(hits) => {
            page.found = hits.into_iter().map(|hit| found(&web, hit)).collect();
            Ok(rendered(&page))
        }
        Err(Error::Problem(problem)) => {
            page.problem = Some(format!("{} {}", problem.sentence, problem.next));
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(Fault::of(other, &signed)),
    }
}

async fn look_up(web: &Web, signed: &Signed, text: &str) -> Result<Vec<Hit>, Error> {
    let op = signed.op("search");
    let mut tx = web.house.begin(&op).await?;
    let hits = search(&op, &mut tx, &web.rules, text).await?;
    tx.commit().await?;
    Ok(hits)
}

fn found(web: &Web, hit: Hit) -> Found {
    let href = match hit.kind {
        HitKind::Report => Some(routes::report(hit.id)),
        HitKind::Alert => Some(routes::alert(hit.id)),
        HitKind::Case => Some(routes::case(hit.id)),
        HitKind::Filing => Some(routes::filing(hit.id)),
        HitKind::Bank => Some(routes::BANKS.to_owned()),
        HitKind::Party => None,
    };
    Found {
        kind: hit.kind.label().to_owned(),
        number: hit.number,
        href,
        why: hit.why,
        state: hit.state.replace('_', " "),
        since: times(web).moment(hit.at),
    }
}
