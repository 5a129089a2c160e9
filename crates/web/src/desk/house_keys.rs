//! The keys and their state. They are turned on the command line, with the server stopped.

use app_admin::keys::{OrganisationKeysView, state};
use app_kernel::Error;
use axum::{Router, extract::State, routing::get};

use super::house_overview::rooms;
use crate::{
    Web,
    fault::{Fault, rendered},
    page::{
        Desk, Times,
        house::{KeyRow, KeysPage},
        record::Tone,
        routes,
    },
    session::Signed,
    view::{PageResult, shell, times},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::HOUSE_KEYS, get(show))
}

async fn show(State(web): State<Web>, signed: Signed) -> PageResult {
    page(&web, &signed).await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn page(web: &Web, signed: &Signed) -> Result<KeysPage, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let view = state(&op, &mut tx).await?;
    let times = times(web);
    Ok(KeysPage {
        shell: shell(web, signed, "Keys", Some(Desk::House)),
        rooms: rooms(web, signed),
        root: view.root,
        rows: view.organisations.into_iter().map(|keys| row(&times, keys)).collect(),
    })
}

fn row(times: &Times, keys: OrganisationKeysView) -> KeyRow {
    let (state, tone) = if keys.under_root {
        ("in use, under the root key in force", Tone::Done)
    } else {
        ("under another root key: turn the keys again", Tone::Failed)
    };
    KeyRow { seals: keys.name, state: state.to_owned(), tone, since: times.moment(keys.rotated_at) }
}
