//! Who asks: a program by its token, or a person by the session of their browser.

use access::Actor;
use app_kernel::{Error, Op};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Id, kinds};

use super::problem::Problem;
use crate::{Web, form, guard, session};

/// The header that carries the session's token with a change.
pub(crate) const CSRF: &str = "x-csrf-token";

/// Whoever asks, and in which request.
#[derive(Clone)]
pub(crate) struct Caller {
    actor: Actor,
    request: Id<kinds::Request>,
}

impl Caller {
    /// Somebody who asks in a request.
    pub(crate) const fn new(actor: Actor, request: Id<kinds::Request>) -> Self {
        Self { actor, request }
    }

    /// For which organisation.
    pub(crate) const fn organisation(&self) -> Id<kinds::Organisation> {
        self.actor.organisation
    }

    /// The context of what they do.
    pub(crate) fn op(&self, purpose: &'static str) -> Op {
        Op { actor: self.actor.clone(), purpose, reason: None, request: self.request }
    }

    /// The same with the reason they wrote.
    pub(crate) fn op_because(&self, purpose: &'static str, reason: &str) -> Op {
        Op { reason: Some(reason.trim().to_owned()), ..self.op(purpose) }
    }
}

/// Lets only those on who are known.
pub(crate) async fn authenticate(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id = request.extensions().get::<Id<kinds::Request>>().copied().unwrap_or_else(|| web.house.id());
    match actor(&web, request.method(), request.headers()).await.map(|actor| Caller::new(actor, id)) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whoever shows a token or a session.
pub(crate) async fn actor(web: &Web, method: &Method, headers: &HeaderMap) -> Result<Actor, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return by_session(web, method, headers).await;
    };
    let token = value.to_str().ok().and_then(bearer).ok_or_else(nobody)?;
    by_token(web, token).await
}

/// The token of `Bearer …`.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

async fn by_token(web: &Web, token: &str) -> Result<Actor, Problem> {
    match app_admin::tokens::authenticate_token(&web.house, token).await {
        Ok(actor) => Ok(actor),
        Err(Error::Problem(_) | Error::Denied(_)) => Err(nobody()),
        Err(fault) => Err(fault.into()),
    }
}

async fn by_session(web: &Web, method: &Method, headers: &HeaderMap) -> Result<Actor, Problem> {
    let who = session::session(web, headers).await?.ok_or_else(nobody)?;
    if who.awaits_totp || who.must_change || who.must_enrol {
        return Err(Problem::unknown(
            "sign_in_unfinished",
            "The sign-in of this session is not finished.",
            "Finish it in the browser first.",
        ));
    }
    let given = headers.get(CSRF).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !guard::reads(method) && !form::same(given, &who.csrf) {
        return Err(Problem::unknown(
            "csrf_token_missing",
            "A change in a person's session needs the session's own token.",
            "Send it in the header X-CSRF-Token, or use a token for programs.",
        )
        .about(CSRF));
    }
    Ok(who.actor)
}

fn nobody() -> Problem {
    Problem::unknown(
        "not_signed_in",
        "The request carries no token that is good here, and no session.",
        "Send “Authorization: Bearer …” with a token from whoever keeps this house.",
    )
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(nobody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_token_is_a_token() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for wrong in ["", "Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(bearer(wrong), None, "{wrong}");
        }
    }
}
