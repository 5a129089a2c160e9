//! `/h/hash`: the hashes of a file, or of what is at an address (HMA `blueprints/hashing.py`).

use app_intake::may_match;
use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartRejection},
};
use serde_json::Value;

use super::{
    answer::{Answer, Asked},
    fetch,
    media::Hashes,
    upload,
};
use crate::{Web, api::caller::Caller};

/// Why a program asks for a hash.
const PURPOSE: &str = "hash";

/// Hashes what is at an address.
pub(super) async fn by_address(State(web): State<Web>, caller: Caller, asked: Asked) -> Answer<Json<Value>> {
    may_match(&caller.op(PURPOSE), &web.house).await?;
    let [url] = asked.all(["url"])?;
    let hashes = fetch::hashed(&web.matching, url, asked.some("content_type"), asked.some("types")).await?;
    Ok(Json(shown(&hashes)))
}

/// Hashes the file that is sent.
pub(super) async fn by_upload(
    State(web): State<Web>,
    caller: Caller,
    asked: Asked,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Json<Value>> {
    may_match(&caller.op(PURPOSE), &web.house).await?;
    let upload = upload::received(&web.matching, form, asked.get("types")).await?;
    Ok(Json(shown(&upload.hashes)))
}

fn shown(hashes: &Hashes) -> Value {
    hashes.iter().map(|(signal, hash)| (signal.name(), hash.as_str())).collect()
}
