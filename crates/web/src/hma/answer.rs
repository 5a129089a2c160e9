//! What goes wrong, as HMA's programs are told: `{"message": "…"}` with the status, and for a request
//! that is not of the described form a list of what is wrong with it (HMA `utils/flask_utils.py`, and
//! the validation of flask-openapi3).

use app_kernel::{Denied, Error};
use axum::{
    Json,
    extract::{FromRequestParts, Request, State, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Id, kinds};
use serde_json::{Value, json};

use crate::{
    Web,
    api::problem::{Problem, REQUEST_ID},
};

/// What a handler gives.
pub(super) type Answer<T> = Result<T, Refused>;

/// A refusal on its way out.
#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    body: Value,
    /// What is logged of a fault of the house and told to nobody.
    fault: Option<Fault>,
}

#[derive(Clone, Debug)]
struct Fault(String);

impl Refused {
    /// A refusal in a sentence.
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, body: json!({ "message": message.into() }), fault: None }
    }

    /// The request cannot be answered as it is.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// There is no such thing.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The request is not of the described form: one entry for each thing that is wrong.
    pub(super) fn unfit(wrong: impl IntoIterator<Item = (&'static str, &'static str, &'static str)>) -> Self {
        let list = wrong
            .into_iter()
            .map(|(kind, place, message)| json!({ "type": kind, "loc": [place], "msg": message }));
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body: list.collect(), fault: None }
    }

    /// A fault of the house.
    pub(super) fn fault(reason: impl Into<String>) -> Self {
        Problem::fault(reason.into()).into()
    }

    /// The status of the answer.
    #[cfg(test)]
    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        let (status, message, fault) = problem.told();
        Self { fault: fault.map(Fault), ..Self::new(status, message) }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        // A program tries again what answers 503, and mends what answers 409.
        let contended =
            matches!(&error, Error::Internal(app_kernel::Internal::Store(fault)) if fault.is_contention());
        let invalid = matches!(&error, Error::Problem(problem) if matches!(problem.kind, app_kernel::ProblemKind::Invalid));
        let mut refused = Self::from(Problem::from(error));
        if contended {
            refused.status = StatusCode::SERVICE_UNAVAILABLE;
        } else if invalid {
            refused.status = StatusCode::BAD_REQUEST;
        }
        refused
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        Error::from(denied).into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(fault) = self.fault {
            response.extensions_mut().insert(fault);
        }
        response
    }
}

/// The outermost layer: gives the request its id, names it in every answer, logs faults, and says in
/// words what the framework refuses by its status alone.
pub(super) async fn envelope(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let id: Id<kinds::Request> = web.house.id();
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Some(Fault(reason)) = response.extensions().get() {
        tracing::error!(request = %id, error = %reason, "a request failed");
    }
    let status = response.status();
    if (status.is_client_error() || status.is_server_error()) && !is_json(response.headers()) {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = Refused::new(status, by_status(status)).into_response();
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"))
}

/// In the words of werkzeug, HMA's framework, where it has any.
fn by_status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => {
            "The requested URL was not found on the server. If you entered the URL manually please check \
             your spelling and try again."
        }
        StatusCode::METHOD_NOT_ALLOWED => "The method is not allowed for the requested URL.",
        StatusCode::PAYLOAD_TOO_LARGE => "The data value transmitted exceeds the capacity limit.",
        status if status.is_server_error() => {
            "The server encountered an internal error and was unable to complete your request."
        }
        _ => "The browser (or proxy) sent a request that this server could not understand.",
    }
}

/// A body of JSON that must be there.
pub(super) fn json_body(
    headers: &HeaderMap,
    body: Result<axum::body::Bytes, BytesRejection>,
) -> Answer<Value> {
    let body = body.map_err(|rejection| Refused::new(rejection.status(), by_status(rejection.status())))?;
    if !is_json(headers) {
        return Err(Refused::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.",
        ));
    }
    serde_json::from_slice(&body).map_err(|_| Refused::bad(by_status(StatusCode::BAD_REQUEST)))
}

/// The parameters of the address; of one given twice the first counts.
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// A parameter that may be empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter with something in it.
    pub(super) fn some(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Parameters that must be there.
    pub(super) fn all<const N: usize>(&self, names: [&'static str; N]) -> Answer<[&str; N]> {
        let missing = names.into_iter().filter(|name| self.get(name).is_none());
        let wrong: Vec<_> = missing.map(|name| ("missing", name, "Field required")).collect();
        if wrong.is_empty() {
            Ok(names.map(|name| self.get(name).unwrap_or_default()))
        } else {
            Err(Refused::unfit(wrong))
        }
    }

    /// A parameter that is true or false, in the words pydantic takes for them.
    pub(super) fn flag(&self, name: &'static str) -> Answer<bool> {
        let Some(text) = self.get(name) else { return Ok(false) };
        match text.to_ascii_lowercase().as_str() {
            "1" | "on" | "t" | "true" | "y" | "yes" => Ok(true),
            "0" | "off" | "f" | "false" | "n" | "no" => Ok(false),
            _ => Err(Refused::unfit([(
                "bool_parsing",
                name,
                "Input should be a valid boolean, unable to interpret input",
            )])),
        }
    }

    /// The banks an answer is narrowed to.
    pub(super) fn banks(&self) -> Option<Vec<&str>> {
        self.some("banks").map(|names| names.split(',').collect())
    }
}

impl FromRequestParts<Web> for Asked {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Answer<Self> {
        let query = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, web).await;
        query.map(|query| Self(query.0)).map_err(|rejection| Refused::bad(rejection.body_text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        Asked(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn of_a_parameter_given_twice_the_first_counts() {
        let asked = asked(&[("seed", "a"), ("seed", "b"), ("url", "")]);
        assert_eq!(asked.get("seed"), Some("a"));
        assert_eq!((asked.get("url"), asked.some("url")), (Some(""), None));
    }

    #[test]
    fn every_missing_parameter_is_named() {
        let refused =
            asked(&[("signal", "x")]).all(["signal", "signal_type"]).err().map(|refused| refused.body);
        let wrong = json!([{ "type": "missing", "loc": ["signal_type"], "msg": "Field required" }]);
        assert_eq!(refused, Some(wrong));
    }

    #[test]
    fn what_pythons_requests_sends_for_true_is_true() {
        for (text, is) in [("True", true), ("true", true), ("1", true), ("False", false), ("no", false)] {
            assert_eq!(
                asked(&[("include_distance", text)]).flag("include_distance").ok(),
                Some(is),
                "{text}"
            );
        }
        let refused = asked(&[("include_distance", "maybe")]).flag("include_distance").unwrap_err();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
