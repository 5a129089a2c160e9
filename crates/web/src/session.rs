//! Who asks: the cookie of a person's session.

use access::Action;
use app_admin::Authenticated;
use app_kernel::{Denied, Error, Op};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use model::{Id, kinds};

use crate::{Web, fault::Fault, page::Theme};

/// The session's cookie.
const SESSION: &str = "sagip";
/// The token of forms before there is a session.
pub(crate) const FORM: &str = "sagip-form";
/// Light or dark.
pub(crate) const THEME: &str = "theme";

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` that scripts cannot read and other sites cannot send. An empty value ends it.
pub(crate) fn set_cookie(web: &Web, name: &str, value: &str) -> (header::HeaderName, HeaderValue) {
    let secure = if web.secure_cookies { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    let value = HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
}

/// A `Set-Cookie` for the session.
pub(crate) fn set_session(web: &Web, token: &str) -> (header::HeaderName, HeaderValue) {
    set_cookie(web, SESSION, token)
}

/// Light or dark, as the cookie says.
pub(crate) fn theme(headers: &HeaderMap) -> Theme {
    cookie(headers, THEME).map_or(Theme::Auto, Theme::from_cookie)
}

/// A person who is signed in, through every step.
pub(crate) struct Signed {
    /// Who they are and what their session is.
    pub(crate) who: Authenticated,
    /// The session's token.
    pub(crate) token: String,
    /// The request.
    pub(crate) request: Id<kinds::Request>,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// Where this page is.
    pub(crate) here: String,
}

impl Signed {
    /// The context of what they do.
    pub(crate) fn op(&self, purpose: &'static str) -> Op {
        Op { actor: self.who.actor.clone(), purpose, reason: None, request: self.request }
    }

    /// The same with the reason they wrote.
    pub(crate) fn op_because(&self, purpose: &'static str, reason: &str) -> Op {
        let reason = reason.trim();
        Op {
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            ..self.op(purpose)
        }
    }

    /// Whether their roles grant something; only to show or hide a control.
    pub(crate) fn may(&self, web: &Web, action: Action) -> bool {
        web.house.policy.grants(&self.who.actor.roles, action)
    }
}

/// The token of the session's cookie.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SESSION).filter(|token| !token.is_empty())
}

/// The session of a request, whatever steps are still to be done.
pub(crate) async fn session(web: &Web, headers: &HeaderMap) -> Result<Option<Authenticated>, Error> {
    let Some(token) = session_token(headers) else { return Ok(None) };
    match app_admin::authenticate(&web.house, token).await {
        Ok(who) => Ok(Some(who)),
        Err(Error::Problem(_) | Error::Denied(Denied::NotFound)) => Ok(None),
        Err(e) => Err(e),
    }
}

impl FromRequestParts<Web> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let request = web.house.id();
        let here = parts.uri.path_and_query().map_or("/", |at| at.as_str()).to_owned();
        let theme = theme(&parts.headers);
        let who = session(web, &parts.headers)
            .await
            .map_err(|e| Fault::outside(e, request, theme).into_response())?;
        let Some(who) = who else { return Err(Redirect::to("/").into_response()) };
        if who.awaits_totp {
            return Err(Redirect::to("/").into_response());
        }
        // A password that must be changed comes before everything else.
        let own = ["/account/password", "/sign-out"];
        if who.must_change && !own.contains(&parts.uri.path()) {
            return Err(Redirect::to("/account/password").into_response());
        }
        let token = session_token(&parts.headers).unwrap_or_default().to_owned();
        Ok(Self { who, token, request, theme, here })
    }
}

impl OptionalFromRequestParts<Web> for Signed {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, Self::Rejection> {
        Ok(<Self as FromRequestParts<Web>>::from_request_parts(parts, web).await.ok())
    }
}
