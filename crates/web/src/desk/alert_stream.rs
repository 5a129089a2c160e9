//! Alerts as they are raised, for the open list: server-sent events with numbers and ranks, nothing
//! personal. Without the script nobody asks for them, and the list is as it was.

use std::{convert::Infallible, sync::Arc};

use access::Action;
use app_admin::session::still_signed_in;
use app_screening::{
    Band,
    live::{News, Word},
};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, broadcast};

use super::alerts::number;
use crate::{Web, fault::Fault, page::routes, session::Signed};

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::ALERTS_STREAM, get(listen))
}

async fn listen(State(web): State<Web>, signed: Signed, headers: HeaderMap) -> Response {
    let op = signed.op("screening");
    let allowed = match web.house.look(&op).await {
        Ok(tx) => tx.allow(&op, Action::ListAlerts).map(drop).map_err(Into::into),
        Err(e) => Err(e),
    };
    if let Err(e) = allowed {
        return Fault::of(e, &signed).into_response();
    }
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/event-stream") {
        return (StatusCode::NOT_ACCEPTABLE, "This is a stream of events: ask for text/event-stream.")
            .into_response();
    }
    let Ok(turn) = Arc::clone(&web.stream_turns).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "As many pages listen as can.").into_response();
    };
    let words = web.live.listen();
    if web.live.closed() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let listener = Listener { web, signed, words, begun: false, _turn: turn };
    Sse::new(stream::unfold(listener, Listener::next)).into_response()
}

/// A page that listens.
struct Listener {
    web: Web,
    signed: Signed,
    words: broadcast::Receiver<Word>,
    begun: bool,
    _turn: OwnedSemaphorePermit,
}

impl Listener {
    /// The next thing the page is told; `None` where it is told nothing any more: the house closes, or
    /// whoever listened has signed out.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if !self.begun {
            self.begun = true;
            return Some((Ok(Event::default().comment("listening")), self));
        }
        loop {
            let event = match self.words.recv().await {
                Ok(Word::Alert(news)) if news.organisation != self.signed.who.actor.organisation => continue,
                Ok(Word::Alert(news)) => told(&news),
                Ok(Word::StillHere) => Event::default().comment("still here"),
                // The page asks the list how many there are.
                Err(broadcast::error::RecvError::Lagged(_)) if !self.web.live.closed() => {
                    Event::default().event("missed").data("{}")
                }
                Ok(Word::Closing) | Err(_) => return None,
            };
            if !self.may_still().await {
                return None;
            }
            return Some((Ok(event), self));
        }
    }

    async fn may_still(&self) -> bool {
        match still_signed_in(&self.web.house, &self.signed.token).await {
            Ok(Some(actor)) => self.web.house.policy.grants(&actor.roles, Action::ListAlerts),
            Ok(None) | Err(_) => false,
        }
    }
}

fn told(news: &News) -> Event {
    let data = serde_json::json!({
        "id": news.alert.to_string(), "number": number(news.year, news.number), "score": news.score,
        "band": Band::of(news.score).as_str(), "raised": news.raised,
    });
    Event::default().event("alert").data(data.to_string())
}
