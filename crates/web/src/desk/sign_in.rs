//! Signing in, the second step, signing out. Before there is a session, a form carries the token of
//! a cookie of its own, so that no other site can sign a browser in under its name.

use app_admin::{
    session,
    setup::house_name,
    sign_in::{SignIn, SignedIn, confirm_totp, sign_in},
};
use app_kernel::{Error, Problem, ProblemKind};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, Uri},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use model::{Id, kinds};

use crate::{
    Web,
    fault::{Fault, refused, rendered},
    form::{self, Fields},
    notice,
    page::{
        Csrf, Notice, Theme, routes,
        sign_in::{SignInCodePage, SignInPage},
    },
    session::{FORM, Signed, cookie, session, session_token, set_cookie, set_session, theme},
    view,
};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(routes::HOME, get(show))
        .route(routes::SIGN_IN, post(first_step))
        .route(routes::SIGN_IN_CODE, post(second_step))
        .route(routes::SIGN_OUT, post(sign_out))
}

/// What a handler here knows of a request of someone who is not in yet.
struct Door {
    request: Id<kinds::Request>,
    theme: Theme,
    organisation: String,
}

impl Door {
    async fn of(web: &Web, headers: &HeaderMap) -> Result<Self, Fault> {
        let (request, theme) = (web.house.id(), theme(headers));
        let name = house_name(&web.house).await.map_err(|e| Fault::outside(e, request, theme))?;
        Ok(Self { request, theme, organisation: name.unwrap_or_default() })
    }

    fn fault(&self, error: Error) -> Fault {
        Fault::outside(error, self.request, self.theme)
    }

    fn name_page(&self, csrf: &str, username: &str, notice: Option<Notice>) -> SignInPage {
        SignInPage {
            organisation: self.organisation.clone(),
            theme: self.theme,
            csrf: Csrf(csrf.to_owned()),
            notice,
            username: username.to_owned(),
        }
    }

    fn code_page(&self, csrf: &str, notice: Option<Notice>) -> SignInCodePage {
        SignInCodePage {
            organisation: self.organisation.clone(),
            theme: self.theme,
            csrf: Csrf(csrf.to_owned()),
            notice,
        }
    }
}

/// A form whose token is not the browser's: cookies are off, or it was open for long.
fn stale() -> Problem {
    Problem {
        kind: ProblemKind::Invalid,
        code: "form_stale",
        sentence: "This form was open for too long.".to_owned(),
        next: "Fill it in once more. If this comes again, allow this site to set cookies.".to_owned(),
        field: None,
    }
}

async fn show(
    State(web): State<Web>,
    signed: Option<Signed>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Fault> {
    if let Some(signed) = signed {
        return Ok(Redirect::to(&view::first_page(&web, &signed)).into_response());
    }
    let door = Door::of(&web, &headers).await?;
    let half = session(&web, &headers).await.map_err(|e| door.fault(e))?;
    match half {
        Some(who) if who.awaits_totp => Ok(rendered(&door.code_page(&who.csrf, None))),
        Some(who) if who.must_change => Ok(Redirect::to(routes::ACCOUNT_PASSWORD).into_response()),
        Some(_) => Ok(Redirect::to(routes::ACCOUNT_CODE).into_response()),
        None => {
            let token = form_token(&web, &headers);
            let page = door.name_page(&token, "", notice::said(&uri));
            Ok((AppendHeaders([set_cookie(&web, FORM, &token)]), rendered(&page)).into_response())
        }
    }
}

async fn first_step(
    State(web): State<Web>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Response> {
    let fields = form::read(request, &web).await?;
    let door = Door::of(&web, &headers).await.map_err(IntoResponse::into_response)?;
    let token = form_token(&web, &headers);
    let again = |problem: &Problem| {
        let page = door.name_page(&token, fields.get("username"), Some(notice::refused(problem)));
        (AppendHeaders([set_cookie(&web, FORM, &token)]), refused(&page, problem)).into_response()
    };
    if !form::same(fields.get("csrf"), cookie(&headers, FORM).unwrap_or_default()) {
        let stale = again(&stale());
        return Ok((axum::http::StatusCode::FORBIDDEN, stale).into_response());
    }
    let with = SignIn {
        name: fields.get("username").to_owned(),
        password: fields.get("password").to_owned(),
        request: door.request,
    };
    match sign_in(&web.house, with).await {
        Ok(signed_in) => Ok(entered(&web, &signed_in)),
        Err(Error::Problem(problem)) => Ok(again(&problem)),
        Err(other) => Err(door.fault(other).into_response()),
    }
}

/// The cookie of the new session; the form's own has done its work.
fn entered(web: &Web, signed_in: &SignedIn) -> Response {
    let cookies = [set_session(web, &signed_in.token), set_cookie(web, FORM, "")];
    (AppendHeaders(cookies), Redirect::to(routes::HOME)).into_response()
}

async fn second_step(
    State(web): State<Web>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Response> {
    let fields = form::read(request, &web).await?;
    let door = Door::of(&web, &headers).await.map_err(IntoResponse::into_response)?;
    let half = session(&web, &headers).await.map_err(|e| door.fault(e).into_response())?;
    let Some(half) = half else { return Ok(Redirect::to(routes::HOME).into_response()) };
    if !form::same(fields.get("csrf"), &half.csrf) {
        let page = door.code_page(&half.csrf, Some(notice::refused(&stale())));
        return Ok((axum::http::StatusCode::FORBIDDEN, rendered(&page)).into_response());
    }
    let token = session_token(&headers).unwrap_or_default();
    match confirm_totp(&web.house, door.request, token, fields.get("code")).await {
        Ok(signed_in) => Ok(entered(&web, &signed_in)),
        Err(Error::Problem(problem)) => {
            let page = door.code_page(&half.csrf, Some(notice::refused(&problem)));
            Ok(refused(&page, &problem))
        }
        Err(other) => Err(door.fault(other).into_response()),
    }
}

/// Ends the session, also one whose second step is still missing.
async fn sign_out(
    State(web): State<Web>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Response> {
    let fields: Fields = form::read(request, &web).await?;
    let (id, theme) = (web.house.id(), theme(&headers));
    let fault = |e| Fault::outside(e, id, theme).into_response();
    if let Some(who) = session(&web, &headers).await.map_err(fault)? {
        if !form::same(fields.get("csrf"), &who.csrf) {
            return Err(Fault::stale(id, theme, routes::HOME).into_response());
        }
        let token = session_token(&headers).unwrap_or_default();
        session::sign_out(&web.house, id, token).await.map_err(fault)?;
    }
    Ok((AppendHeaders([set_session(&web, "")]), notice::done(routes::HOME, "signed_out")).into_response())
}

/// The token of forms before there is a session: the browser's own, or a new one.
fn form_token(web: &Web, headers: &HeaderMap) -> String {
    let fits = |token: &&str| token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(token) = cookie(headers, FORM).filter(fits) {
        return token.to_owned();
    }
    let mut bytes = [0; 32];
    web.house.entropy.fill(&mut bytes);
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
