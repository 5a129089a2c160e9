//! Lists of known hashes. They come in as files; see imports.

use access::Action;
use app_intake::hash_lists;
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};

use crate::{
    Web,
    fault::{Fault, rendered},
    page::{
        Desk,
        hash_list::{HashListRow, HashListsPage},
        routes,
    },
    session::Signed,
    view::{PageResult, shell, times},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::HASH_LISTS, get(show))
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    page(&web, &signed).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn page(web: &Web, signed: &Signed) -> Result<HashListsPage, Error> {
    let op = signed.op("hash_lists");
    let mut tx = web.house.look(&op).await?;
    let lists = hash_lists(&op, &mut tx).await?;
    let times = times(web);
    let rows = lists
        .into_iter()
        .map(|list| HashListRow {
            name: list.name,
            entries: list.entries,
            made: times.moment(list.created_at),
            updated: list.last_import.map(|(id, number, at)| (number, routes::import(id), times.moment(at))),
        })
        .collect();
    Ok(HashListsPage {
        shell: shell(web, signed, "Hash lists", Some(Desk::HashLists)),
        rows,
        may_import: signed.may(web, Action::ImportFile),
    })
}
