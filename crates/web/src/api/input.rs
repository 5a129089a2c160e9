//! Reading a request: what does not fit its description is a problem that says where.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, MatchedPath, Path, Query, Request, State, rejection::BytesRejection,
    },
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use utoipa::openapi::{OpenApi, path::ParameterIn};

use super::{
    document,
    problem::{Problem, too_large},
};
use crate::Web;

/// A body of JSON.
pub(crate) struct Body<T>(pub(crate) T);

/// Parts of the address.
pub(crate) struct At<T>(pub(crate) T);

/// Parameters after the question mark.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Web> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media_type",
                "Not in that form",
                "A body of the media type application/json was expected.",
                "Send JSON, and say so in the header Content-Type.",
            )
            .about("content-type"));
        }
        let body = Bytes::from_request(request, web).await.map_err(|refused| unread(&refused))?;
        serde_json::from_slice(&body).map(Self).map_err(|e| match e.classify() {
            serde_json::error::Category::Data => {
                Problem::unfit("body_unfit", format!("The body does not fit: {e}."))
            }
            _ => Problem::unfit("not_json", format!("The body is not JSON: {e}.")),
        })
    }
}

/// Why a body was not read: too large, or it broke off.
pub(crate) fn unread(refused: &BytesRejection) -> Problem {
    if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::unfit("body_broke_off", "The body broke off before it was whole.")
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, web).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(refused) if refused.status().is_server_error() => Err(Problem::not_found()),
            Err(refused) => {
                Err(Problem::unfit("path_unfit", format!("The address does not fit: {refused}.")))
            }
        }
    }
}

impl<T: DeserializeOwned> FromRequestParts<Web> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, web).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(refused) => {
                Err(Problem::unfit("query_unfit", format!("The parameters do not fit: {refused}.")))
            }
        }
    }
}

/// The parameters each operation takes, by method and pattern.
type Known = HashMap<(Method, String), Vec<String>>;

/// The parameters of every operation the document describes.
pub(crate) fn known_parameters(openapi: &OpenApi) -> Arc<Known> {
    let mut known = Known::new();
    for (path, method, operation) in document::operations(openapi) {
        let names = operation.parameters.iter().flatten().filter_map(document::parameter);
        let names = names.filter(|p| matches!(p.parameter_in, ParameterIn::Query)).map(|p| p.name.clone());
        known.insert((method, path.to_owned()), names.collect());
    }
    Arc::new(known)
}

/// Says that the document describes what is asked for; what it does not describe is refused further in.
#[derive(Clone, Copy)]
pub(crate) struct Described;

/// Refuses parameters that the document does not describe: a filter that was mistyped must not let
/// everything through.
pub(crate) async fn only_known_parameters(
    State(known): State<Arc<Known>>,
    pattern: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    let pattern = pattern.as_str().strip_prefix(document::PREFIX).unwrap_or_default();
    let Some(names) = known.get(&(request.method().clone(), pattern.to_owned())) else {
        return next.run(request).await;
    };
    if let Some(problem) = request.uri().query().and_then(|query| unknown_parameter(names, query)) {
        return problem.into_response();
    }
    request.extensions_mut().insert(Described);
    next.run(request).await
}

fn unknown_parameter(names: &[String], query: &str) -> Option<Problem> {
    let given = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    let stranger =
        given.filter(|name| !name.is_empty()).find(|name| !names.iter().any(|known| known == name))?;
    let takes = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let stranger: String = stranger.chars().take(60).collect();
    Some(
        Problem::unfit("query_unfit", format!("Unknown parameter. This address takes: {takes}."))
            .about(stranger),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_is_not_described_is_found() {
        let names = ["limit".to_owned(), "after".to_owned()];
        for fine in ["", "&", "limit=1", "limit=1&after=x&", "after"] {
            assert!(unknown_parameter(&names, fine).is_none(), "{fine}");
        }
        for wrong in ["limits=1", "limit=1&x=2", "LIMIT=1", "limit[]=1"] {
            assert!(unknown_parameter(&names, wrong).is_some(), "{wrong}");
        }
    }
}
