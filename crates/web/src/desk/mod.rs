//! The pages: one file each. A handler finds out who asks, begins a transaction, calls a use case,
//! commits, and fills a view.
//!
//! The routes of a room that the installation does not have are not there at all.

use access::Profile;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    Web,
    fault::{Fault, rendered},
    page::error::NotFoundPage,
    session::Signed,
    view,
};

mod account;
mod alert;
mod alert_stream;
mod alerts;
mod banks;
mod case;
mod case_forms;
mod case_page;
mod cases;
mod confirm;
mod desks;
mod filing;
mod filing_page;
mod filing_parts;
mod house_guests;
mod house_jobs;
mod house_journal;
mod house_keys;
mod house_organisation;
mod house_overview;
mod house_tokens;
mod house_users;
mod import;
mod imports;
mod outbox;
mod queue;
mod report;
mod report_decisions;
mod report_page;
mod reveal;
mod search;
mod sign_in;
mod typologies;
mod words;

/// The routes of one file.
type Routes = fn() -> Router<Web>;

/// Every page of an installation of this profile.
pub(crate) fn routes(profile: &Profile) -> Router<Web> {
    let rooms: [(&str, Routes); 13] = [
        ("reports", queue::routes),
        ("reports", report::routes),
        ("alerts", alerts::routes),
        ("alerts", alert_stream::routes),
        ("alerts", alert::routes),
        ("cases", cases::routes),
        ("cases", case::routes),
        ("cases", house_guests::routes),
        ("filings", case::filing_routes),
        ("filings", outbox::routes),
        ("filings", filing::routes),
        ("hashes", banks::routes),
        ("payments", typologies::routes),
    ];
    let everywhere = Router::new()
        .merge(sign_in::routes())
        .merge(confirm::routes())
        .merge(account::routes())
        .merge(desks::routes())
        .merge(reveal::routes())
        .merge(search::routes())
        .merge(imports::routes())
        .merge(import::routes())
        .merge(house_overview::routes())
        .merge(house_users::routes())
        .merge(house_organisation::routes())
        .merge(house_keys::routes())
        .merge(house_journal::routes())
        .merge(house_jobs::routes())
        .merge(house_tokens::routes())
        .fallback(nothing_here);
    rooms
        .into_iter()
        .filter(|(room, _)| profile.has(room))
        .fold(everywhere, |router, (_, routes)| router.merge(routes()))
}

async fn nothing_here(State(web): State<Web>, signed: Option<Signed>) -> Response {
    match signed {
        Some(signed) => {
            let shell = view::shell(&web, &signed, "Nothing here", None);
            let page = NotFoundPage { shell, request: signed.request.to_string() };
            (StatusCode::NOT_FOUND, rendered(&page)).into_response()
        }
        None => Fault::nothing_here(web.house.id()).into_response(),
    }
}
