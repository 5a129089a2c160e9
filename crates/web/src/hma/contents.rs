//! `/c/bank/<name>/content` and `…/signal`: what is in a bank (HMA `blueprints/curation.py`).

use app_intake::{
    Adding, BankSettings, ContentState, ContentView, Verdict, add_content, bank, change_note, content,
    disable_until, may_manage_banks, remove_content,
};
use app_kernel::{Denied, Error, Op, Tx};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Multipart, Path, Request, State, rejection::BytesRejection},
    http::{HeaderMap, header},
};
use model::{Id, Instant, Span, kinds};
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, Asked, Refused, json_body},
    banks::{SEE, named, shown as shown_bank},
    fetch,
    signals::{SignalType, hex, shortened},
    upload,
    words::{Metadata, Words},
};
use crate::{Web, api::caller::Caller};

const ADD: &str = "add_to_bank";
const CHANGE: &str = "change_content";

/// HMA's words for a content that matches and one that does not (`BankContentConfig`).
const ENABLED: i64 = 1;
const DISABLED: i64 = 0;
/// Until when something is off that is off for good: the last second of the year 9999.
const FOR_GOOD: Instant = Instant::from_micros(253_402_300_799 * MICROS);
const MICROS: i64 = 1_000_000;
/// How far ahead a content may be switched off until (`five_years_from_now`).
const FIVE_YEARS: Span = Span::days(5 * 365);
/// Bytes of a body of JSON beside an address.
const MOST_JSON: usize = super::MOST_JSON;

/// Adds what is sent, or what is at an address, by its hashes.
pub(super) async fn add_file(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
    asked: Asked,
    request: Request,
) -> Answer<Json<Value>> {
    let op = caller.op(ADD);
    let mut tx = web.house.look(&op).await?;
    let bank = named(&op, &mut tx, &name).await?;
    drop(tx);
    let types = asked.get("types");
    let (hashes, words) = if let Some(url) = asked.some("url") {
        let words = words_beside(request).await?;
        let hint = asked.some("content_type");
        (fetch::hashed(&web.matching, url, hint, types.filter(|types| !types.is_empty())).await?, words)
    } else {
        let is_form = content_type(request.headers()).starts_with("multipart/form-data");
        if !is_form {
            return Err(Refused::bad("Neither `url` nor multipart file upload was received"));
        }
        let form = Multipart::from_request(request, &web).await;
        let upload = upload::received(&web.matching, form, types).await?;
        let words = Words::of_form(upload.field("note"), upload.field("metadata"))?;
        (upload.hashes, words)
    };
    let signals = hashes.into_iter().map(|(signal, hash)| (signal.name().to_owned(), json!(hash))).collect();
    add(&web, &op, bank, &signals, &words).await
}

/// Adds signals as they are sent.
pub(super) async fn add_signals(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Json<Value>> {
    let op = caller.op(ADD);
    let mut tx = web.house.look(&op).await?;
    let bank = named(&op, &mut tx, &name).await?;
    drop(tx);
    let mut signals = object(json_body(&headers, body)?)?;
    let words = Words::of_json(signals.remove("note").as_ref(), None)?;
    add(&web, &op, bank, &signals, &words).await
}

async fn add(
    web: &Web,
    op: &Op,
    bank: Id<kinds::Bank>,
    signals: &Map<String, Value>,
    words: &Words,
) -> Answer<Json<Value>> {
    if signals.is_empty() {
        return Err(Refused::bad("No signals given"));
    }
    let mut adding = Adding { note: words.written(), ..Adding::default() };
    let mut taken = Map::new();
    for (name, value) in signals {
        let short = shortened(name);
        let signal =
            SignalType::of_name(name).ok_or_else(|| Refused::bad(format!("No such signal type {short}")))?;
        let digest = value.as_str().ok_or_else(|| "expected a string".to_owned());
        let digest = digest.and_then(|text| signal.read(text));
        let digest = digest.map_err(|e| Refused::bad(format!("Invalid {short} signal: {e}")))?;
        taken.insert(name.clone(), json!(hex(&digest)));
        adding.signals.push((signal.algorithm().as_str().to_owned(), digest));
    }
    let mut tx = web.house.begin(op).await?;
    let added = add_content(op, &mut tx, bank, adding).await?;
    if !added.known {
        tx.commit().await?;
    }
    Ok(Json(json!({ "id": added.content, "signals": taken })))
}

/// The words in a body of JSON beside an address; none where there is no such body.
async fn words_beside(request: Request) -> Answer<Words> {
    let headers = request.headers().clone();
    if !content_type(&headers).starts_with("application/json") {
        return Ok(Words::default());
    }
    let body = axum::body::to_bytes(request.into_body(), MOST_JSON).await;
    let body = body.map_err(|_| super::media::too_large())?;
    let body = object(json_body(&headers, Ok(body))?)?;
    Words::of_json(body.get("note"), body.get("metadata"))
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn object(body: Value) -> Answer<Map<String, Value>> {
    match body {
        Value::Object(map) => Ok(map),
        _ => Err(Refused::bad("expected a JSON object")),
    }
}

/// A content of a bank as it is shown, found by the name of the one and the number of the other.
async fn found(
    op: &Op,
    tx: &mut Tx<'_>,
    name: &str,
    number: &str,
) -> Answer<(BankSettings, Result<ContentView, Refused>)> {
    let id = named(op, tx, name).await?;
    let settings = bank(op, tx, id).await?.settings;
    let none = || Refused::not_found(format!("content '{}' not found", shortened(number)));
    let Ok(parsed) = number.parse() else { return Ok((settings, Err(none()))) };
    match content(op, tx, id, parsed).await {
        Ok(view) => Ok((settings, Ok(view))),
        Err(Error::Denied(Denied::NotFound)) => Ok((settings, Err(none()))),
        Err(other) => Err(other.into()),
    }
}

/// A content.
pub(super) async fn show(
    State(web): State<Web>,
    caller: Caller,
    Path((name, number)): Path<(String, String)>,
    asked: Asked,
) -> Answer<Json<Value>> {
    let op = caller.op(SEE);
    let mut tx = web.house.look(&op).await?;
    let (settings, view) = found(&op, &mut tx, &name, &number).await?;
    let view = view?;
    let mut shown = shown(&settings, &view);
    if asked.get("include_signals").is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        let signals = view.signals.iter().filter_map(|(algorithm, digest)| {
            Some((SignalType::of_algorithm(algorithm)?.name().to_owned(), json!(hex(digest))))
        });
        shown.insert("signals".to_owned(), Value::Object(signals.collect()));
    }
    let words = Words::read(view.note.as_deref());
    let with_metadata = asked.get("include_metadata").is_none_or(|text| text.eq_ignore_ascii_case("true"));
    if let Some(metadata) = words.metadata.filter(|_| with_metadata) {
        shown.insert("metadata".to_owned(), metadata.shown());
    }
    if let Some(note) = words.note {
        shown.insert("note".to_owned(), json!(note));
    }
    Ok(Json(Value::Object(shown)))
}

fn shown(settings: &BankSettings, view: &ContentView) -> Map<String, Value> {
    [
        ("id", json!(view.number)),
        ("disable_until_ts", json!(disabled_until(view))),
        ("original_media_uri", Value::Null),
        ("bank", shown_bank(settings)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Until when a content is off, in HMA's words; what is put aside, withdrawn or found to be something
/// else matches nothing here, so it is said to be off.
fn disabled_until(view: &ContentView) -> i64 {
    let matches = view.state == ContentState::Live && view.opinion != Some(Verdict::Deconfirmed);
    match view.disabled_until {
        _ if !matches => DISABLED,
        None => ENABLED,
        Some(until) if until >= FOR_GOOD => DISABLED,
        Some(until) => until.micros().div_euclid(MICROS),
    }
}

/// Switches a content off or on, or writes another note beside it.
pub(super) async fn update(
    State(web): State<Web>,
    caller: Caller,
    Path((name, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Json<Value>> {
    let op = caller.op(CHANGE);
    let mut tx = web.house.begin(&op).await?;
    let (settings, view) = found(&op, &mut tx, &name, &number).await?;
    let mut view = view?;
    let body = object(json_body(&headers, body)?)?;
    let mut words = Words::read(view.note.as_deref());
    let mut changed = false;
    if let Some(value) = body.get("disable_until_ts") {
        view.disabled_until = until(value, web.house.now())?;
        disable_until(&op, &mut tx, view.number, view.disabled_until).await?;
        changed = true;
    }
    if let Some(value) = body.get("note") {
        words.note = Words::of_json(Some(value), None)?.note;
        change_note(&op, &mut tx, view.number, words.written().as_deref()).await?;
        changed = true;
    }
    if changed {
        tx.commit().await?;
    }
    let mut shown = shown(&settings, &view);
    shown.insert("collab_metadata".to_owned(), json!({}));
    shown.insert("note".to_owned(), json!(words.note));
    shown.insert("user_metadata".to_owned(), words.metadata.map_or(Value::Null, Metadata::given));
    Ok(Json(Value::Object(shown)))
}

/// Until when a content is to be off; nothing where it is to match.
fn until(value: &Value, now: Instant) -> Answer<Option<Instant>> {
    let seconds = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
    let seconds = seconds.ok_or_else(|| {
        Refused::bad(format!("Invalid int: '{}'", shortened(value.as_str().unwrap_or(&value.to_string()))))
    })?;
    match seconds {
        ..0 => Err(Refused::bad("disable_until_ts must be a non-negative integer")),
        DISABLED => Ok(Some(FOR_GOOD)),
        ENABLED => Ok(None),
        _ => {
            let at = seconds.checked_mul(MICROS).map(Instant::from_micros);
            let near = at.filter(|at| *at <= now + FIVE_YEARS);
            near.map(Some)
                .ok_or_else(|| Refused::bad("disable_until_ts must be less than 5 years in the future"))
        }
    }
}

/// Takes a content out of its bank, if it is in it.
pub(super) async fn delete(
    State(web): State<Web>,
    caller: Caller,
    Path((name, number)): Path<(String, String)>,
) -> Answer<Json<Value>> {
    let op = caller.op(CHANGE);
    may_manage_banks(&op, &web.house).await?;
    let mut tx = web.house.begin(&op).await?;
    let (_, view) = found(&op, &mut tx, &name, &number).await?;
    let Ok(view) = view else { return Ok(Json(json!({ "deleted": 0 }))) };
    remove_content(&op, &mut tx, view.number).await?;
    tx.commit().await?;
    Ok(Json(json!({ "deleted": 1 })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_is_switched_off_for_five_years_at_most() {
        let now = Instant::from_micros(1_760_000_000 * MICROS);
        let seconds = |value: Value| until(&value, now).map(|at| at.map(|at| at.micros() / MICROS));
        assert_eq!(seconds(json!(0)).unwrap(), Some(253_402_300_799));
        assert_eq!(seconds(json!(1)).unwrap(), None);
        assert_eq!(seconds(json!("1760000100")).unwrap(), Some(1_760_000_100));
        for wrong in
            [json!(-1), json!(9_999_999_999_i64), json!(i64::MAX), json!("soon"), json!(null), json!([])]
        {
            assert!(seconds(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
