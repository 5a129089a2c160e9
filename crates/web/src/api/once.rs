//! A change that is sent twice is done once: the header `Idempotency-Key`.
//!
//! The key belongs to whoever acts. The first request claims it; its answer is kept sealed for a
//! day. The same request again gets the same answer; another request with the key is refused, and
//! so is the same one while the first is under way. A request that was refused changed nothing, so
//! its key is free again. A request with a key is carried through even if its caller hangs up.

use app_kernel::{Claim, Op};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, Response as HttpResponse, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::Digest;
use serde::{Deserialize, Serialize};

use super::{
    caller::Caller,
    input::{self, Described},
    problem::Problem,
};
use crate::{Web, guard};

/// The header.
pub(crate) const HEADER: &str = "idempotency-key";
/// Characters a key has at most.
pub(crate) const MOST: usize = 200;

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    #[serde(skip)]
    status: u16,
    content_type: Option<String>,
    location: Option<String>,
    /// What was answered.
    pub(crate) body: String,
}

/// The key a request carries.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > MOST || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Problem::unfit(
            "idempotency_key_unfit",
            format!("A key has 1 to {MOST} visible ASCII characters."),
        )
        .about(HEADER));
    }
    Ok(Some(text.to_owned()))
}

/// Does changes that carry a key once.
pub(crate) async fn once(State(web): State<Web>, caller: Caller, request: Request, next: Next) -> Response {
    if guard::reads(request.method()) || request.extensions().get::<Described>().is_none() {
        return next.run(request).await;
    }
    match key(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => answered(web, caller.op("idempotency"), key, request, next)
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Err(problem) => problem.into_response(),
    }
}

async fn answered(web: Web, op: Op, key: String, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = whole(&web, request).await?;
    let digest = digest(&parts, &body);
    if let Some(kept) = claim(&web, &op, &key, digest).await? {
        return Ok(kept.into_response());
    }
    let request = Request::from_parts(parts, Body::from(body));
    // On its own, so that it is not dropped half way when the caller hangs up.
    let carried = tokio::spawn(async move { keep(&web, &op, &key, next.run(request).await).await });
    carried.await.map_err(|e| Problem::fault(e.to_string()))?
}

async fn whole(web: &Web, request: Request) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let copy = Request::from_parts(parts.clone(), body);
    let body = Bytes::from_request(copy, web).await.map_err(|refused| input::unread(&refused))?;
    Ok((parts, body))
}

/// What the request is, apart from who sends it.
pub(crate) fn digest(parts: &Parts, body: &[u8]) -> Digest {
    let mut bytes = format!("{} {}\n", parts.method, parts.uri).into_bytes();
    bytes.extend_from_slice(body);
    vault::sha256(&bytes)
}

/// Claims the key; the kept answer, if the same request has one.
pub(crate) async fn claim(web: &Web, op: &Op, key: &str, request: Digest) -> Result<Option<Kept>, Problem> {
    match web.house.claim_key(op, key, request).await? {
        Claim::Free => Ok(None),
        Claim::Answered { status, answer } => match serde_json::from_slice::<Kept>(&answer) {
            Ok(kept) => Ok(Some(Kept { status, ..kept })),
            Err(e) => Err(Problem::fault(format!("a kept answer does not read: {e}"))),
        },
        Claim::Running => Err(Problem::conflict(
            "request_under_way",
            "The same request with this key is under way.",
            "Wait a little and send it again: the answer will be the same.",
        )
        .about(HEADER)),
        Claim::Other => Err(another()),
    }
}

/// The key is another request's.
pub(crate) fn another() -> Problem {
    Problem::conflict(
        "idempotency_key_used",
        "This key was used for another request.",
        "Use a new key for every change.",
    )
    .about(HEADER)
}

/// Keeps an answer that tells of a change; frees the key if nothing was changed.
pub(crate) async fn keep(web: &Web, op: &Op, key: &str, response: Response) -> Result<Response, Problem> {
    if !response.status().is_success() {
        web.house.free_key(op, key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.map_err(|e| Problem::fault(e.to_string()))?;
    let text = |name| parts.headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).map(str::to_owned);
    let kept = Kept {
        status: parts.status.as_u16(),
        content_type: text(header::CONTENT_TYPE),
        location: text(header::LOCATION),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let kept = serde_json::to_vec(&kept).unwrap_or_default();
    web.house.keep_answer(op, key, parts.status.as_u16(), &kept).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

impl IntoResponse for Kept {
    fn into_response(self) -> Response {
        let mut response = HttpResponse::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        for (name, value) in [(header::CONTENT_TYPE, self.content_type), (header::LOCATION, self.location)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
