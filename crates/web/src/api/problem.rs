//! What went wrong, as programs are told: problem details (RFC 9457).
//!
//! A handler returns a [`Problem`]; it travels to the outermost layer, which knows the request's
//! id and writes it. What the framework refuses on its own becomes a problem there, too.

use app_kernel::{Denied, Error, Internal, ProblemKind};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Response as HttpResponse, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Id, kinds};
use serde::Serialize;
use utoipa::ToSchema;

use super::values::RequestId;
use crate::Web;

/// The media type of a problem.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";
/// The header every answer carries.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// What a handler gives.
pub(crate) type Answer<T> = Result<T, Problem>;

/// A problem on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    next: String,
    field: Option<String>,
    /// What is logged of a fault of the house and told to nobody.
    fault: Option<String>,
}

/// What went wrong, as RFC 9457 has it, and what to do next.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:sagip:problem:not_found",
    "title": "Nothing is here",
    "status": 404,
    "detail": "There is no such record, or it is not yours to see.",
    "next": "List the records you may see and take the id from there.",
    "request_id": "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"
}))]
pub(crate) struct ProblemDetails {
    /// What kind of problem it is: `urn:sagip:problem:` and a stable word.
    #[schema(pattern = "^urn:sagip:problem:[a-z0-9_]+$")]
    r#type: String,
    /// The kind in words; the same for every problem of the kind.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is the matter this time.
    detail: String,
    /// What to do.
    next: String,
    /// The field, parameter or header it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The request, as the log and the journal know it.
    request_id: RequestId,
}

impl Problem {
    /// A problem with its title, which is the same for every problem of its code.
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        let (detail, next) = (detail.into(), next.into());
        Self(Box::new(Parts { status, code, title, detail, next, field: None, fault: None }))
    }

    /// The field, parameter or header it is about.
    pub(crate) fn about(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// The request is not as the document describes it.
    pub(crate) fn unfit(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            code,
            "The request is not as described",
            detail,
            "Compare it with the description at /api.",
        )
    }

    /// Nobody known asks.
    pub(crate) fn unknown(code: &'static str, detail: &str, next: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, "It is not known who asks", detail, next)
    }

    /// It fits the description and cannot be done as things stand.
    pub(crate) fn conflict(code: &'static str, detail: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, "Not possible as things stand", detail, next)
    }

    /// A record that is not there, or must not be known to be.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Nothing is here",
            "There is no such record, or it is not yours to see.",
            "List the records you may see and take the id from there.",
        )
    }

    /// A fault of the house.
    pub(crate) fn fault(reason: String) -> Self {
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here",
            "The house has a fault; it is in its log under the request's id.",
            "Try again. If it stays so, tell whoever keeps this house the request's id.",
        );
        problem.0.fault = Some(reason);
        problem
    }

    /// What it comes to where problems have another form: the status, what is told, and what is only
    /// logged.
    pub(crate) fn told(self) -> (StatusCode, String, Option<String>) {
        let Parts { status, detail, next, fault, .. } = *self.0;
        (status, format!("{detail} {next}"), fault)
    }

    /// What the framework refused, which says no more than its status.
    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::new(
                status,
                "no_such_address",
                "Nothing is here",
                "The API has no such address, or this installation has not the room for it.",
                "See /api for the addresses there are.",
            ),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method_not_allowed",
                "Not done that way",
                "This address does not take that method.",
                "The header Allow names the methods it takes.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => too_large(),
            status if status.is_server_error() => Self::fault(format!("the framework answered {status}")),
            status => {
                let mut problem = Self::unfit("not_understood", "The request could not be read.");
                problem.0.status = status;
                problem
            }
        }
    }

    fn details(self, request: Id<kinds::Request>) -> ProblemDetails {
        let Parts { status, code, title, detail, next, field, .. } = *self.0;
        ProblemDetails {
            r#type: format!("urn:sagip:problem:{code}"),
            title,
            status: status.as_u16(),
            detail,
            next,
            field,
            request_id: request.into(),
        }
    }
}

/// The body is larger than is taken at once.
pub(crate) fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "Too much at once",
        "The body is larger than this address takes.",
        "Send less at once. Files go to /api/v1/imports, which takes any size.",
    )
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(Denied::NotFound) => Self::not_found(),
            Error::Denied(Denied::Forbidden(action)) => Self::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "Your role does not allow this",
                if action.needs_strong() {
                    format!(
                        "“{}” needs a role that grants it, and a person: a token cannot.",
                        action.as_str()
                    )
                } else {
                    format!("“{}” needs a role that grants it.", action.as_str())
                },
                "Ask whoever keeps this house for the role, or for somebody who has it.",
            ),
            Error::Denied(Denied::NeedsStrong(action)) => Self::new(
                StatusCode::FORBIDDEN,
                "confirmation_needed",
                "Confirm that it is you",
                format!(
                    "“{}” asks for a person who confirmed who they are a short while ago.",
                    action.as_str()
                ),
                "Confirm in the browser, then send it again in that session.",
            ),
            Error::Problem(problem) => {
                let kind = match problem.kind {
                    ProblemKind::Invalid | ProblemKind::Conflict => {
                        Self::conflict(problem.code, problem.sentence, problem.next)
                    }
                    ProblemKind::Unknown => Self::unknown(problem.code, &problem.sentence, &problem.next),
                    ProblemKind::TooMany => Self::new(
                        StatusCode::TOO_MANY_REQUESTS,
                        problem.code,
                        "Too many tries",
                        problem.sentence,
                        problem.next,
                    ),
                    ProblemKind::TooLarge => Self::new(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        problem.code,
                        "Too much at once",
                        problem.sentence,
                        problem.next,
                    ),
                };
                match problem.field {
                    Some(field) => kind.about(field),
                    None => kind,
                }
            }
            Error::Internal(Internal::Store(fault)) if fault.is_contention() => Self::conflict(
                "in_the_way",
                "Another change was in the way.",
                "Nothing was changed: send it again.",
            ),
            Error::Internal(fault) => Self::fault(fault.to_string()),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Error::from(denied).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The outermost layer: gives the request its id, names it in every answer, writes problems.
pub(crate) async fn envelope(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id: Id<kinds::Request> = web.house.id();
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let problem =
            response.extensions_mut().remove::<Problem>().unwrap_or_else(|| Problem::of_status(status));
        response = written(problem, id, response);
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The problem as it is sent; of what was to be sent only `Allow` stays.
fn written(problem: Problem, id: Id<kinds::Request>, refused: Response) -> Response {
    if let Some(fault) = &problem.0.fault {
        tracing::error!(request = %id, error = %fault, "a request failed");
    }
    let status = problem.0.status;
    let body = serde_json::to_vec(&problem.details(id)).unwrap_or_default();
    let mut response = HttpResponse::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if let Some(allow) = refused.headers().get(header::ALLOW) {
        headers.insert(header::ALLOW, allow.clone());
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
