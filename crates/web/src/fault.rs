//! When a page cannot be shown or a form not be taken: what happened, what is safe, what to do.
//! Nothing private; what is private is in the log under the request's id.

use app_kernel::{Denied, Error, Problem, ProblemKind};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use model::{Id, kinds};

use crate::{
    page::{Theme, error::ErrorPage, routes},
    session::Signed,
};

/// A page about an error, with its status.
pub(crate) struct Fault {
    status: StatusCode,
    page: ErrorPage,
    confirm: Option<String>,
}

impl Fault {
    /// What a use case answered to a person who is signed in.
    pub(crate) fn of(error: Error, signed: &Signed) -> Self {
        let mut fault = Self::outside(error, signed.request, signed.theme);
        fault.page.href.clone_from(&signed.here);
        if fault.confirm.is_some() {
            fault.confirm = Some(format!("{}?back={}", routes::CONFIRM, routes::encode(&signed.here)));
        }
        fault
    }

    /// The same where it is not known who asks.
    pub(crate) fn outside(error: Error, request: Id<kinds::Request>, theme: Theme) -> Self {
        let (status, title, happened, next) = match &error {
            Error::Denied(Denied::NotFound) => (
                StatusCode::NOT_FOUND,
                "Nothing is here".to_owned(),
                "There is no such page or record, or it is not yours to see.".to_owned(),
                "Go back to your desk and open it from there.".to_owned(),
            ),
            Error::Denied(Denied::Forbidden(_)) => (
                StatusCode::FORBIDDEN,
                "Your role does not allow this".to_owned(),
                "It was not done.".to_owned(),
                "Ask your supervisor, who can do it or give you the role.".to_owned(),
            ),
            Error::Denied(Denied::NeedsStrong(_)) => (
                StatusCode::FORBIDDEN,
                "Confirm that it is you".to_owned(),
                "This asks for your password once more.".to_owned(),
                "Confirm, then do it again.".to_owned(),
            ),
            Error::Problem(problem) => (
                status(problem.kind),
                problem.sentence.clone(),
                "It was not done.".to_owned(),
                problem.next.clone(),
            ),
            Error::Internal(fault) => {
                tracing::error!(request = %request, error = %fault, "a request failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong here".to_owned(),
                    "The house has a fault; it is in the log under the number below.".to_owned(),
                    "Try again. If it stays so, tell whoever keeps this house the number.".to_owned(),
                )
            }
        };
        let needs_strong = matches!(error, Error::Denied(Denied::NeedsStrong(_)));
        Self {
            status,
            page: ErrorPage {
                theme,
                title,
                happened,
                safe: "What was saved before is safe; nothing was changed now.".to_owned(),
                next,
                action: "Go back".to_owned(),
                href: routes::HOME.to_owned(),
                request: request.to_string(),
            },
            confirm: needs_strong.then(|| routes::CONFIRM.to_owned()),
        }
    }

    /// Nothing is at this address, for whoever is not signed in.
    pub(crate) fn nothing_here(request: Id<kinds::Request>) -> Self {
        Self::outside(Error::Denied(Denied::NotFound), request, Theme::Auto)
    }

    /// A form of an earlier session.
    pub(crate) fn stale_form(signed: &Signed) -> Self {
        Self::stale(signed.request, signed.theme, &signed.here)
    }

    /// The same where it is not known who asks; `page` is where the form is found.
    pub(crate) fn stale(request: Id<kinds::Request>, theme: Theme, page: &str) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            page: ErrorPage {
                theme,
                title: "This form is from an earlier session".to_owned(),
                happened: "It was not taken, since it may not be yours.".to_owned(),
                safe: "Nothing was changed.".to_owned(),
                next: "Open the page again and fill it in once more.".to_owned(),
                action: "Open the page".to_owned(),
                href: page.to_owned(),
                request: request.to_string(),
            },
            confirm: None,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        if let Some(confirm) = self.confirm {
            return Redirect::to(&confirm).into_response();
        }
        (self.status, rendered(&self.page)).into_response()
    }
}

/// The status a problem is answered with.
pub(crate) const fn status(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::Unknown => StatusCode::UNAUTHORIZED,
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
    }
}

/// The page of a form once more, with what it was refused for.
pub(crate) fn refused(view: &impl Template, problem: &Problem) -> Response {
    (status(problem.kind), rendered(view)).into_response()
}

/// A view as HTML.
pub(crate) fn rendered(view: &impl Template) -> Response {
    match view.render() {
        Ok(html) => Html(html).into_response(),
        Err(e) => {
            tracing::error!(error = %e, "a page did not render");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page to return to: only an address of this house.
pub(crate) fn back(value: &str) -> &str {
    let ours = value.starts_with('/') && !value.starts_with("//") && !value.contains(['\\', '\r', '\n']);
    if ours { value } else { routes::HOME }
}
