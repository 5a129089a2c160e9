//! Who asks: the cookie of a person's session.

use access::Action;
use app_admin::session::{Authenticated, authenticate};
use app_kernel::{Denied, Error, Op};
use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use model::{Id, kinds};

use crate::{
    Web,
    fault::Fault,
    notice,
    page::{Notice, Theme, routes},
};

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
pub(crate) fn set_cookie(web: &Web, name: &str, value: &str) -> (HeaderName, HeaderValue) {
    let secure = if web.secure_cookies { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    let value = HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
}

/// A `Set-Cookie` for the session.
pub(crate) fn set_session(web: &Web, token: &str) -> (HeaderName, HeaderValue) {
    set_cookie(web, SESSION, token)
}

/// A `Set-Cookie` for light or dark. The script may write this one too.
pub(crate) fn set_theme(web: &Web, theme: Theme) -> (HeaderName, HeaderValue) {
    let secure = if web.secure_cookies { "; Secure" } else { "" };
    let line = format!("{THEME}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", theme.as_str());
    let value = HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
}

/// Light or dark, as the cookie says.
pub(crate) fn theme(headers: &HeaderMap) -> Theme {
    cookie(headers, THEME).map_or(Theme::Auto, Theme::from_cookie)
}

/// A person who is signed in, through every step.
pub(crate) struct Signed {
    /// Who they are and what their session is.
    pub(crate) who: Authenticated,
    /// The name of their organisation.
    pub(crate) organisation: String,
    /// The session's token.
    pub(crate) token: String,
    /// The request.
    pub(crate) request: Id<kinds::Request>,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// The page they are on: where they come back to.
    pub(crate) here: String,
    /// The word of what was just done, to be said on this page.
    pub(crate) done: Option<Notice>,
}

impl Signed {
    /// The same on another page: for a form that is sent elsewhere than to its own page.
    pub(crate) fn at(self, here: String) -> Self {
        Self { here, ..self }
    }

    /// The context of what they do.
    pub(crate) fn op(&self, purpose: &'static str) -> Op {
        Op { actor: self.who.actor.clone(), purpose, reason: None, request: self.request }
    }

    /// The same with the reason they wrote.
    pub(crate) fn op_because(&self, purpose: &'static str, reason: &str) -> Op {
        let reason = reason.trim();
        Op { reason: (!reason.is_empty()).then(|| reason.to_owned()), ..self.op(purpose) }
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
    match authenticate(&web.house, token).await {
        Ok(who) => Ok(Some(who)),
        Err(Error::Problem(_) | Error::Denied(Denied::NotFound)) => Ok(None),
        Err(e) => Err(e),
    }
}

impl FromRequestParts<Web> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let request = web.house.id();
        let theme = theme(&parts.headers);
        let fault = |e| Fault::outside(e, request, theme).into_response();
        let who = session(web, &parts.headers).await.map_err(fault)?;
        let Some(who) = who.filter(|who| !who.awaits_totp) else {
            return Err(Redirect::to(routes::HOME).into_response());
        };
        if let Some(first) = comes_first(&who, parts.uri.path()) {
            return Err(Redirect::to(first).into_response());
        }
        // A form is sent to an address that is no page; its handler says which page it is of.
        let here = if parts.method == Method::GET { here(&parts.uri) } else { routes::HOME.to_owned() };
        let done = notice::said(&parts.uri);
        let organisation = organisation_name(web, &who, request).await.map_err(fault)?;
        let token = session_token(&parts.headers).unwrap_or_default().to_owned();
        Ok(Self { who, organisation, token, request, theme, here, done })
    }
}

/// The address of a page, without the word of what was done before it was opened.
fn here(uri: &Uri) -> String {
    let query: Vec<&str> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|p| !p.is_empty() && !p.starts_with("done="))
        .collect();
    if query.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), query.join("&")) }
}

/// What has to be done before anything else: a first password changed, then a second step enrolled.
fn comes_first(who: &Authenticated, path: &str) -> Option<&'static str> {
    let always = [routes::ACCOUNT_PASSWORD, routes::ACCOUNT_THEME, routes::SIGN_OUT];
    if always.contains(&path) {
        None
    } else if who.must_change {
        Some(routes::ACCOUNT_PASSWORD)
    } else if who.must_enrol && path != routes::ACCOUNT_CODE {
        Some(routes::ACCOUNT_CODE)
    } else {
        None
    }
}

async fn organisation_name(
    web: &Web,
    who: &Authenticated,
    request: Id<kinds::Request>,
) -> Result<String, Error> {
    let op = Op { actor: who.actor.clone(), purpose: "page", reason: None, request };
    let mut tx = web.house.look(&op).await?;
    Ok(app_admin::setup::organisation(&op, &mut tx).await?.name)
}

impl OptionalFromRequestParts<Web> for Signed {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, Self::Rejection> {
        Ok(<Self as FromRequestParts<Web>>::from_request_parts(parts, web).await.ok())
    }
}
