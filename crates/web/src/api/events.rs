//! Events: payments as they happen, a batch a request.

use access::Action;
use app_intake::{RefusedLine, Sender};
use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    input::Asked,
    problem::{Answer, Problem, too_large},
    values::{ImportId, ShortLine},
};
use crate::Web;

/// Bytes of a request at most.
pub(crate) const MOST: usize = 8 * 1024 * 1024;
/// The media type of lines of JSON.
const LINES: &str = "application/x-ndjson";

/// What is said about events that are sent in.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct About {
    /// Who they come from, such as a remitter.
    #[param(inline, example = "Synthetic Remitter")]
    source: ShortLine,
    /// On what lawful basis they are held.
    #[param(inline, example = "RA 11930, section 9")]
    lawful_basis: ShortLine,
}

/// What became of a request's events.
#[derive(Serialize, ToSchema)]
#[schema(as = EventsTaken)]
pub(crate) struct Taken {
    /// The import that stands for what the source sends today.
    import: ImportId,
    /// Its number.
    number: i64,
    /// Events that went in.
    accepted: u64,
    /// Events that were in already.
    known: u64,
    /// Lines refused.
    rejected: u64,
    /// The number of the first event that went in; null if none did.
    first: Option<i64>,
    /// The number of the last event that went in; null if none did.
    last: Option<i64>,
    /// Which lines were refused and why; the first thousand.
    refused: Vec<Refused>,
}

/// A line that was refused.
#[derive(Serialize, ToSchema)]
#[schema(as = RefusedLine)]
pub(crate) struct Refused {
    /// The line of the request, from one.
    line: u64,
    /// The field, as the line names it; empty where the line as a whole is meant.
    field: String,
    /// What was expected and what was found.
    reason: String,
}

impl From<RefusedLine> for Refused {
    fn from(line: RefusedLine) -> Self {
        let RefusedLine { line, field, reason } = line;
        Self { line, field, reason }
    }
}

/// Send payments in as they happen
///
/// One payment a line, as a JSON object with the fields of a ledger (docs/LEDGER.md); every value is a
/// text, and each payment has a `reference`. The answer comes when the whole batch is in and durable;
/// sent again, it adds nothing. A line that is refused is named and does not keep the others out. A
/// few hundred to a few thousand payments a request go in fastest; answered with 503, send the same
/// again after `Retry-After` seconds. Alerts are those of the same payments in a file.
#[utoipa::path(post, path = "/events", tag = "imports", params(About),
    request_body(description = "Lines of JSON, 8 MiB at most.", content((String = "application/x-ndjson"))),
    responses(
        (status = 200, description = "The batch is in.", body = Taken),
        (status = 503, description = "As many requests as are taken at once are under way. Nothing was read.",
            body = super::problem::ProblemDetails, content_type = "application/problem+json",
            headers(("Retry-After" = u32, description = "Seconds to wait before the same is sent again.")))))]
pub(crate) async fn take_events(
    State(web): State<Web>,
    caller: Caller,
    Asked(about): Asked<About>,
    request: Request,
) -> Answer<Json<Taken>> {
    let (parts, body) = request.into_parts();
    let op = caller.op("intake");
    // Whoever may not is told so before the body is read.
    web.house.look(&op).await?.allow(&op, Action::ImportFile)?;
    if !is_lines(&parts.headers) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            "Not in that form",
            format!("A body of the media type {LINES} was expected."),
            "Send one JSON object a line, and say so in the header Content-Type.",
        )
        .about("content-type"));
    }
    let Ok(_turn) = web.event_turns.try_acquire() else { return Err(busy()) };
    let lines = read(&parts.headers, body).await?;
    let sender = Sender { source: about.source.0, lawful_basis: about.lawful_basis.0 };
    let taken = app_intake::events(&op, &web.house, &sender, lines).await?;
    if taken.accepted > 0 {
        web.live.events_arrived();
    }
    Ok(Json(Taken {
        import: taken.import.into(),
        number: taken.number,
        accepted: taken.accepted,
        known: taken.known,
        rejected: taken.rejected,
        first: taken.sequences.map(|(first, _)| first),
        last: taken.sequences.map(|(_, last)| last),
        refused: taken.refused.into_iter().map(Refused::from).collect(),
    }))
}

async fn read(headers: &HeaderMap, body: Body) -> Answer<Vec<u8>> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let length: usize = length.unwrap_or_default();
    if length > MOST {
        return Err(too_large());
    }
    let mut lines = Vec::with_capacity(length);
    let mut bytes = body.into_data_stream();
    while let Some(some) = bytes.next().await {
        let some = some.map_err(|_| {
            Problem::unfit("body_broke_off", "The body broke off before it was whole. Nothing of it is in.")
        })?;
        if lines.len() + some.len() > MOST {
            return Err(too_large());
        }
        lines.extend_from_slice(&some);
    }
    Ok(lines)
}

fn is_lines(headers: &HeaderMap) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(LINES)
}

fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Too much at this moment",
        "As many requests with events as are taken at once are under way. Nothing of this one was read.",
        "Wait as long as the header Retry-After says, and send the same again.",
    )
}
