//! The router, and serving it.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{net::TcpListener, sync::watch};

use crate::{Web, api, assets, desk, guard, hma};

/// Every route of the house.
pub fn router(web: Web) -> Router {
    desk::routes(&web.house.profile)
        .route("/assets/{file}", get(asset))
        .layer(DefaultBodyLimit::max(512 * 1024))
        .layer(middleware::from_fn(guard::same_site))
        // The API says in its own words what is refused.
        .merge(api::routes(&web))
        .merge(hma::health())
        .merge(hma::behind_tokens(&web))
        .layer(middleware::from_fn(guard::headers))
        .with_state(web)
}

/// What programs look up with on a listener of their own, which asks for no token: that, and nothing
/// else of the house.
pub fn matching_router(web: Web, door: hma::OpenDoor) -> Router {
    hma::without_tokens(&web, door).layer(middleware::from_fn(guard::headers)).with_state(web)
}

async fn asset(uri: axum::http::Uri) -> Response {
    match assets::find(uri.path()) {
        Some(asset) => (
            [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, assets::CACHE_CONTROL)],
            asset.body,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Serves until told to stop, then finishes what is under way.
pub async fn serve(
    web: Web,
    listener: std::net::TcpListener,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let live = web.live();
    serve_routes(router(web), listener, stop, move || live.close()).await
}

/// The same for the listener that asks for no token, which must be one that only this machine reaches.
pub async fn serve_matching(
    web: Web,
    door: hma::OpenDoor,
    listener: std::net::TcpListener,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        return Err(std::io::Error::other("a listener that asks for no token must be on loopback"));
    }
    serve_routes(matching_router(web, door), listener, stop, || ()).await
}

async fn serve_routes(
    routes: Router,
    listener: std::net::TcpListener,
    mut stop: watch::Receiver<bool>,
    closing: impl FnOnce() + Send + 'static,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move {
            while !*stop.borrow() {
                if stop.changed().await.is_err() {
                    break;
                }
            }
            // What stays open as long as the house does would keep it from closing.
            closing();
        })
        .await
}
