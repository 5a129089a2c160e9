//! Every desk as a list, and the keys.

use axum::{Router, extract::State, routing::get};

use crate::{
    Web,
    fault::rendered,
    page::{
        routes,
        shell::{DesksPage, KeyboardPage},
    },
    session::Signed,
    view::{PageResult, shell},
};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::DESKS, get(desks)).route(routes::KEYBOARD, get(keyboard))
}

async fn desks(State(web): State<Web>, signed: Signed) -> PageResult {
    Ok(rendered(&DesksPage { shell: shell(&web, &signed, "Desks", None) }))
}

async fn keyboard(State(web): State<Web>, signed: Signed) -> PageResult {
    Ok(rendered(&KeyboardPage { shell: shell(&web, &signed, "Keys", None) }))
}
