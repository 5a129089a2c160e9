//! Imports: sending a file in, and what became of it.

use app_intake::Arriving;
use app_kernel::Op;
use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    import_view::{Import, ImportRow, Reject, Taken},
    input::{Asked, At},
    once,
    paging::{ByTime, Limit, Page, TimeCursor},
    problem::{Answer, Problem},
    values::{ImportId, ShortLine, ShortText},
};
use crate::Web;

/// The header with the file's name.
const FILE_NAME: &str = "x-file-name";
/// Characters the header has at most.
const NAME_MOST: usize = 1000;

/// What is said about a file that is sent in.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct About {
    /// Who it comes from, such as a platform or a remitter.
    #[param(inline, example = "Synthetic Remitter")]
    source: ShortLine,
    /// On what lawful basis it is held.
    #[param(inline, example = "RA 11930, section 9")]
    lawful_basis: ShortLine,
    /// The text of a mapping file, if it is a ledger with other columns.
    #[param(inline)]
    mapping: Option<ShortText>,
}

/// The file's name: sealed, and so in a header rather than in the address.
fn file_name(headers: &HeaderMap) -> Result<String, Problem> {
    let Some(value) = headers.get(FILE_NAME) else { return Ok("unnamed".to_owned()) };
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > NAME_MOST || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Problem::unfit(
            "file_name_unfit",
            format!(
                "A file's name has 1 to {NAME_MOST} visible ASCII characters; others are percent-encoded."
            ),
        )
        .about(FILE_NAME));
    }
    Ok(crate::form::decode(text))
}

/// Send a file in
///
/// CyberTipline documents, payment ledgers (ISO 20022, CSV) and hash lists: the kind is told by the
/// content, so any media type is taken. The bytes are sealed as they stream and are ours to finish
/// from then on; read the import to see what became of them. The very same file again is known by
/// its SHA-256 and adds nothing.
#[utoipa::path(post, path = "/imports", tag = "imports", params(About,
        ("X-File-Name" = Option<String>, Header, description = "The file's name, percent-encoded where it is not ASCII.",
            min_length = 1, max_length = 1000, pattern = "^[!-~]+$", example = "ledger-march.csv")),
    request_body(description = "The file's bytes.",
        content((Bytes = "application/octet-stream"), (Bytes = "*/*"))),
    responses((status = 202, description = "The whole file is here and sealed.", body = Taken,
        headers(("Location" = String, description = "The import.")))))]
pub(crate) async fn take_in(
    State(web): State<Web>,
    caller: Caller,
    Asked(about): Asked<About>,
    request: Request,
) -> Answer<Response> {
    let (parts, body) = request.into_parts();
    let op = caller.op("intake");
    let arriving = Arriving {
        name: file_name(&parts.headers)?,
        source: about.source.0,
        lawful_basis: about.lawful_basis.0,
        mapping: about.mapping.map(|text| text.0),
    };
    let Some(key) = once::key(&parts.headers)? else { return received(&web, &op, &arriving, body).await };
    let claimed = once::claim(&web, &op, &key, once::digest(&parts, arriving.name.as_bytes())).await?;
    if let Some(kept) = claimed {
        return again(kept, body).await;
    }
    let carried = tokio::spawn(async move {
        let answer = received(&web, &op, &arriving, body).await;
        once::keep(&web, &op, &key, answer.into_response()).await
    });
    carried.await.map_err(|e| Problem::fault(e.to_string()))?
}

async fn received(web: &Web, op: &Op, arriving: &Arriving, body: Body) -> Answer<Response> {
    let mut receiver = app_intake::receive(op, &web.house, arriving).await?;
    let mut bytes = body.into_data_stream();
    while let Some(some) = bytes.next().await {
        receiver.push(&some.map_err(|_| broke_off())?).await?;
    }
    let received = receiver.finish().await?;
    let location = format!("/api/v1/imports/{}", received.import);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(Taken::from(received))).into_response())
}

/// The answer that was kept, if it is the same file that comes again: a file is too large to be
/// part of what the key is claimed for, but its digest is in the answer.
async fn again(kept: once::Kept, body: Body) -> Answer<Response> {
    #[derive(Deserialize)]
    struct Before {
        sha256: String,
    }
    let mut hash = vault::Sha256Stream::new();
    let mut bytes = body.into_data_stream();
    while let Some(some) = bytes.next().await {
        hash.update(&some.map_err(|_| broke_off())?);
    }
    let before: Before = serde_json::from_str(&kept.body)
        .map_err(|e| Problem::fault(format!("a kept answer does not read: {e}")))?;
    if hash.finish().to_string() == before.sha256 { Ok(kept.into_response()) } else { Err(once::another()) }
}

fn broke_off() -> Problem {
    Problem::unfit("body_broke_off", "The file broke off before it was whole. Nothing of it is read.")
}

/// What was taken in, newest first
///
/// Listing is not journalled.
#[utoipa::path(get, path = "/imports", tag = "imports", params(ByTime),
    responses((status = 200, description = "A page of imports.", body = Page<ImportRow>)))]
pub(crate) async fn list_imports(
    State(web): State<Web>,
    caller: Caller,
    Asked(wanted): Asked<ByTime>,
) -> Answer<Json<Page<ImportRow>>> {
    let op = caller.op("intake");
    let mut tx = web.house.look(&op).await?;
    let before = wanted.after.as_ref().map(TimeCursor::as_str);
    let page = app_intake::imports(&op, &mut tx, before, Limit::rows(wanted.limit)).await?;
    Ok(Json(Page::of(page.rows, page.next, page.total)))
}

/// One import
///
/// Opening it is journalled.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = ImportId, Path, description = "The import.")),
    responses((status = 200, description = "The import.", body = Import)))]
pub(crate) async fn read_import(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<ImportId>,
) -> Answer<Json<Import>> {
    let op = caller.op("intake");
    let mut tx = web.house.begin(&op).await?;
    let view = app_intake::import(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(Json(view.into()))
}

/// Which refused records of an import.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Refused {
    /// The `next` of the page before.
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,12}$")]
    after: Option<Ordinal>,
    /// How many rows a page has; 50 without it.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
}

/// A record's number in its file.
struct Ordinal(i64);

impl<'de> Deserialize<'de> for Ordinal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| fits);
        number.map(Self).ok_or_else(|| D::Error::custom("expected the “next” of the page before"))
    }
}

/// The records of an import that were refused, each with why
///
/// Reading them is journalled: they hold what the file held.
#[utoipa::path(get, path = "/imports/{id}/rejects", tag = "imports",
    params(("id" = ImportId, Path, description = "The import."), Refused),
    responses((status = 200, description = "A page of refused records.", body = Page<Reject>)))]
pub(crate) async fn list_rejects(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<ImportId>,
    Asked(wanted): Asked<Refused>,
) -> Answer<Json<Page<Reject>>> {
    let op = caller.op("intake");
    let limit = Limit::rows(wanted.limit);
    let mut tx = web.house.begin(&op).await?;
    let after = wanted.after.map_or(0, |after| after.0);
    let lines = app_intake::rejected(&op, &mut tx, id.0, after, limit).await?;
    let total = app_intake::import(&op, &mut tx, id.0).await?.row.counts.rejected;
    tx.commit().await?;
    let full = i64::try_from(lines.len()).is_ok_and(|rows| rows == limit);
    let next = lines.last().filter(|_| full).map(|line| line.ordinal.to_string());
    Ok(Json(Page::of(lines, next, i64::try_from(total).unwrap_or(i64::MAX))))
}

/// Bytes as a body of the document.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct Bytes(Vec<u8>);
