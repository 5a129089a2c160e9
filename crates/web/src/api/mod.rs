//! The HTTP API: `/api/v1`, its document at `/api/openapi.json`, and the same to read at `/api`.
//!
//! A request passes, from the outside in: the envelope, which gives it an id and writes problems
//! ([`problem`]); the refusal of other sites; who asks ([`caller`]); the parameters it may have
//! ([`input`]); its key, if it is a change that carries one ([`once`]); its handler. Handlers are in
//! one file a resource, with the types of their answers beside them; they begin a transaction, call
//! one use case and commit. The routes of a room that the installation does not have are not there,
//! neither in the router nor in the document.

mod alert_view;
mod alerts;
pub(crate) mod caller;
mod case_parts;
mod case_view;
mod cases;
mod clock;
mod document;
mod events;
mod explain;
mod filing_view;
mod filings;
mod house;
mod house_work;
mod import_view;
mod imports;
mod input;
mod links;
mod lists;
mod once;
mod paging;
mod people;
pub(crate) mod problem;
mod queue;
mod report_parts;
mod report_view;
mod reports;
mod shared;
mod track;
mod values;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::problem::Problem;
use crate::{Web, guard};

/// Bytes of a body of JSON at most.
const MOST: usize = 512 * 1024;

/// The document as it is served.
struct Documents {
    json: String,
    html: String,
}

/// The API of this installation.
pub(crate) fn routes(web: &Web) -> Router<Web> {
    let (router, openapi) = described(web);
    let documents = Arc::new(Documents {
        json: serde_json::to_string_pretty(&openapi).unwrap_or_default(),
        html: explain::page(&openapi),
    });
    let page = documents.clone();
    router.route("/api", get(move || async move { Html(page.html.clone()) })).route(
        "/api/openapi.json",
        get(move || async move { ([(header::CONTENT_TYPE, "application/json")], documents.json.clone()) }),
    )
}

/// The router and the document that describes it.
fn described(web: &Web) -> (Router<Web>, utoipa::openapi::OpenApi) {
    let rooms: [(&str, Part, Part); 6] = [
        ("reports", reports_reading, reports_changing),
        ("alerts", alerts_reading, alerts_changing),
        ("cases", cases_reading, cases_changing),
        ("filings", filings_reading, filings_changing),
        ("hashes", hashes_reading, OpenApiRouter::new),
        ("payments", payments_reading, payments_changing),
    ];
    // Sending a file in has a way of its own with keys: the file is no part of what is claimed.
    let mut reading = always_reading().merge(document::keyed(sending_in()));
    let mut changing = always_changing();
    for (_, reads, changes) in rooms.into_iter().filter(|(room, ..)| web.house.profile.has(room)) {
        reading = reading.merge(reads());
        changing = changing.merge(changes());
    }
    let once = middleware::from_fn_with_state(web.clone(), once::once);
    let mut router = reading.merge(document::keyed(changing).route_layer(once));
    document::complete(router.get_openapi_mut());
    links::add(router.get_openapi_mut());
    let known = input::known_parameters(router.get_openapi());
    let router = router
        .route_layer(middleware::from_fn_with_state(known, input::only_known_parameters))
        .route_layer(middleware::from_fn_with_state(web.clone(), caller::authenticate))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(MOST))
        .layer(middleware::from_fn(same_site))
        .layer(middleware::from_fn_with_state(web.clone(), problem::envelope));
    OpenApiRouter::with_openapi(document::frame()).nest(document::PREFIX, router).split_for_parts()
}

type Part = fn() -> OpenApiRouter<Web>;

fn always_reading() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(imports::list_imports))
        .routes(routes!(imports::read_import))
        .routes(routes!(imports::list_rejects))
        .routes(routes!(lists::search))
        // What hands out a secret is not kept to be answered again.
        .routes(routes!(house::list_users, house::add_user))
        .routes(routes!(house::reset_password))
        .routes(routes!(house::list_tokens, house::make_token))
        .routes(routes!(house_work::list_journal))
        .routes(routes!(house_work::verify_journal))
        .routes(routes!(house_work::list_jobs))
}

fn always_changing() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(house::change_user))
        .routes(routes!(house::revoke_token))
        .routes(routes!(house_work::revive_job))
}

fn sending_in() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(imports::take_in))
}

fn reports_reading() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(queue::list_queue))
        .routes(routes!(reports::read_report))
        .routes(routes!(reports::reveal_report))
}

fn reports_changing() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(reports::decide_report))
        .routes(routes!(reports::undo_decision))
        .routes(routes!(reports::mark_decision_sent))
}

fn alerts_reading() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(alerts::list_alerts))
        .routes(routes!(alerts::read_alert))
        .routes(routes!(alerts::reveal_party))
}

fn alerts_changing() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(alerts::review_alert))
}

fn cases_reading() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(cases::list_cases))
        .routes(routes!(cases::read_case))
        .routes(routes!(people::reveal_person))
        .routes(routes!(people::reveal_identifier))
        .routes(routes!(house::list_guests))
        .routes(routes!(house::invite_guest))
}

fn cases_changing() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(cases::change_case))
        .routes(routes!(cases::move_track))
        .routes(routes!(cases::write_note))
        .routes(routes!(cases::set_task))
        .routes(routes!(cases::complete_task))
        .routes(routes!(cases::reopen_task))
        .routes(routes!(people::add_person))
        .routes(routes!(people::change_role))
        .routes(routes!(house::end_guest))
}

fn filings_reading() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(filings::list_filings))
        .routes(routes!(filings::read_filing))
        .routes(routes!(filings::filing_document))
}

fn filings_changing() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(filings::draft_filing)).routes(routes!(filings::step_filing))
}

fn hashes_reading() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(lists::list_banks))
}

fn payments_reading() -> OpenApiRouter<Web> {
    // Events need no key: each is known by its reference.
    OpenApiRouter::new().routes(routes!(lists::list_typologies)).routes(routes!(events::take_events))
}

fn payments_changing() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(lists::rescreen))
}

/// Refuses a change that a page of another site asks for.
async fn same_site(request: Request, next: Next) -> Response {
    if guard::is_foreign_change(request.method(), request.headers()) {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "other_site",
            "Not from another site",
            "This request came from a page of another site and was refused.",
            "Send it from a program, or from a page of this house.",
        )
        .into_response();
    }
    next.run(request).await
}
