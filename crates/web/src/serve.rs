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

use crate::{Web, api, assets, desk, guard};

/// Every route of the house.
pub fn router(web: Web) -> Router {
    desk::routes(&web.house.profile)
        .route("/assets/{file}", get(asset))
        .route("/livez", get(|| async { "ok" }))
        .layer(DefaultBodyLimit::max(512 * 1024))
        .layer(middleware::from_fn(guard::same_site))
        // The API says in its own words what is refused.
        .merge(api::routes(&web))
        .layer(middleware::from_fn(guard::headers))
        .with_state(web)
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
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    axum::serve(listener, router(web))
        .with_graceful_shutdown(async move {
            while !*stop.borrow() {
                if stop.changed().await.is_err() {
                    return;
                }
            }
        })
        .await
}
