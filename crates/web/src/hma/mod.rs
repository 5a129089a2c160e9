//! An HTTP API that programs written for hasher-matcher-actioner (HMA) know: `/h` hashes, `/m` looks
//! up, `/c` curates the banks.
//!
//! Addresses, parameters, answers and errors are those of HMA 1.1 (facebook/ThreatExchange,
//! `hasher-matcher-actioner/src/OpenMediaMatch/blueprints`); docs/MATCHING.md says where answers
//! differ. It has two doors. On the house's listener everything but health asks for the API's token. On a
//! listener of its own, which only this machine reaches, nothing does ([`OpenDoor`]). Pictures and
//! videos are hashed as they come and then gone: never kept, logged or shown.

mod answer;
mod banks;
mod contents;
mod door;
mod exchanges;
mod fetch;
mod hashing;
mod matching;
mod media;
mod metrics;
mod signals;
mod status;
mod upload;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{MethodRouter, get, post, put},
};
use tokio::sync::Semaphore;

use self::metrics::Metrics;
pub use self::{
    door::OpenDoor,
    fetch::{Fetched, Fetcher, NotFetched},
};
use crate::Web;

/// Bytes of a body of JSON at most.
const MOST_JSON: usize = 512 * 1024;
/// How many pictures are decoded at once at most, however many processors there are: one may take a
/// gibibyte.
const DECODED_AT_ONCE: usize = 4;
/// How many uploads and fetches are received at once; the others wait.
const RECEIVED_AT_ONCE: usize = 32;

/// What the handlers of this API share.
pub(crate) struct Matching {
    fetcher: Option<Arc<dyn Fetcher>>,
    decoding: Arc<Semaphore>,
    receiving: Arc<Semaphore>,
    metrics: Metrics,
}

impl Matching {
    pub(crate) fn new(fetcher: Option<Arc<dyn Fetcher>>) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            fetcher,
            decoding: Arc::new(Semaphore::new(processors.min(DECODED_AT_ONCE))),
            receiving: Arc::new(Semaphore::new(RECEIVED_AT_ONCE)),
            metrics: Metrics::default(),
        }
    }
}

/// Every route: its methods, its pattern, and what answers it.
fn table() -> Vec<(&'static str, &'static str, MethodRouter<Web>)> {
    // What takes a file bounds it while it is read.
    let file = DefaultBodyLimit::disable;
    vec![
        ("GET POST", "/h/hash", get(hashing::by_address).post(hashing::by_upload).layer(file())),
        ("GET", "/m/raw_lookup", get(matching::raw_lookup)),
        (
            "GET POST",
            "/m/lookup",
            get(matching::by_signal_or_address).post(matching::by_upload).layer(file()),
        ),
        ("GET", "/m/index/status", get(status::index_status)),
        ("POST", "/m/compare", post(matching::compare)),
        ("GET POST", "/c/banks", get(banks::list).post(banks::create)),
        ("GET PUT DELETE", "/c/bank/{name}", get(banks::show).put(banks::update).delete(banks::delete)),
        ("POST", "/c/bank/{name}/content", post(contents::add_file).layer(file())),
        ("POST", "/c/bank/{name}/signal", post(contents::add_signals)),
        (
            "GET PUT DELETE",
            "/c/bank/{name}/content/{content}",
            get(contents::show).put(contents::update).delete(contents::delete),
        ),
        ("GET POST", "/c/exchanges", get(exchanges::list).post(exchanges::create)),
        ("GET", "/c/exchanges/apis", get(exchanges::kinds)),
        (
            "GET PUT DELETE",
            "/c/exchange/{name}",
            get(exchanges::show).put(exchanges::update).delete(exchanges::delete),
        ),
        ("GET", "/c/exchange/{name}/status", get(exchanges::status)),
        ("GET", "/c/signal_type", get(status::signal_types)),
        ("GET", "/c/signal_types", get(status::signal_types)),
        ("GET", "/c/signal_type/index", get(status::signal_type_index)),
        ("PUT", "/c/signal_type/{name}", put(status::change_signal_type)),
        ("GET", "/c/content_type", get(status::content_types)),
        ("GET", "/c/content_types", get(status::content_types)),
        ("GET", "/metrics", get(metrics::show)),
    ]
}

/// Every route that asks who it is, as its methods and its pattern.
pub fn routes() -> Vec<(&'static str, &'static str)> {
    table().into_iter().map(|(methods, pattern, _)| (methods, pattern)).collect()
}

fn matched() -> Router<Web> {
    table()
        .into_iter()
        .fold(Router::new(), |router, (_, pattern, answers)| router.route(pattern, answers))
        .layer(DefaultBodyLimit::max(MOST_JSON))
}

/// Whether the house is up, for who watches over it; it tells nothing else.
pub(crate) fn health() -> Router<Web> {
    Router::new()
        .route("/livez", get(|| async { "OK" }))
        .route("/readyz", get(|| async { "READY" }))
        .route("/status", get(|| async { "I-AM-ALIVE" }))
}

/// The routes on the house's own listener, for whoever shows the API's token.
pub(crate) fn behind_tokens(web: &Web) -> Router<Web> {
    if !web.house.profile.has("hashes") {
        return Router::new();
    }
    matched()
        .route_layer(middleware::from_fn_with_state(web.clone(), door::with_token))
        .layer(middleware::from_fn_with_state(web.clone(), answer::envelope))
}

/// The routes on the listener that asks for no token, and health.
pub(crate) fn without_tokens(web: &Web, door: OpenDoor) -> Router<Web> {
    matched()
        .route_layer(middleware::from_fn_with_state((web.clone(), Arc::new(door)), door::open))
        .merge(health())
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(middleware::from_fn(door::this_machine))
        .layer(middleware::from_fn_with_state(web.clone(), answer::envelope))
}
