//! `/m`: looking up (HMA `blueprints/matching.py`).

use app_intake::{Asking, Extent, Found, Question, look_up_as, may_match};
use axum::{
    Json,
    body::Bytes,
    extract::{Multipart, State, multipart::MultipartRejection, rejection::BytesRejection},
    http::HeaderMap,
};
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, Asked, Refused, json_body},
    fetch,
    media::Hashes,
    signals::SignalType,
    upload,
};
use crate::{Web, api::caller::Caller};

/// Why a program looks up.
const PURPOSE: &str = "look_up";
/// In how many bits two PDQ hashes of one picture differ at most (threatexchange
/// `PDQ_CONFIDENT_MATCH_THRESHOLD`).
const ALIKE: u32 = 31;

/// Everything near a signal, whether it counts as a match or not.
pub(super) async fn raw_lookup(State(web): State<Web>, caller: Caller, asked: Asked) -> Answer<Json<Value>> {
    may_match(&caller.op(PURPOSE), &web.house).await?;
    let [signal, signal_type] = asked.all(["signal", "signal_type"])?;
    let with_distance = asked.flag("include_distance")?;
    let signal_type = SignalType::named(signal_type)?;
    let asking = Asking { extent: Extent::Everything, ..Asking::default() };
    let found = find(&web, &caller, &asking, signal_type, signal).await?;
    let banks = asked.banks();
    let matches = found
        .iter()
        .filter(|found| is_asked_for(found, banks.as_deref()))
        .map(|found| if with_distance { matched(signal_type, found) } else { json!(found.content) });
    Ok(Json(json!({ "matches": matches.collect::<Value>() })))
}

/// The matches of a signal, or of what is at an address, by bank.
pub(super) async fn by_signal_or_address(
    State(web): State<Web>,
    caller: Caller,
    asked: Asked,
) -> Answer<Json<Value>> {
    may_match(&caller.op(PURPOSE), &web.house).await?;
    let asking = asking(&asked)?;
    if let Some(url) = asked.some("url") {
        let hashes =
            fetch::hashed(&web.matching, url, asked.some("content_type"), asked.some("types")).await?;
        let mut by_type = of_hashes(&web, &caller, &asked, &asking, &hashes).await?;
        return Ok(Json(match asked.get("signal_type") {
            Some(only) => by_type.remove(only).unwrap_or_else(|| json!({})),
            None => Value::Object(by_type),
        }));
    }
    let (Some(signal), Some(signal_type)) = (asked.some("signal"), asked.some("signal_type")) else {
        return Err(Refused::bad("Either url or both signal and signal_type are required"));
    };
    let signal_type = SignalType::named(signal_type)?;
    let found = find(&web, &caller, &asking, signal_type, signal).await?;
    Ok(Json(by_bank(signal_type, &found, asked.banks().as_deref())))
}

/// The matches of the file that is sent, by type of signal and bank.
pub(super) async fn by_upload(
    State(web): State<Web>,
    caller: Caller,
    asked: Asked,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Json<Value>> {
    may_match(&caller.op(PURPOSE), &web.house).await?;
    let asking = asking(&asked)?;
    let upload = upload::received(&web.matching, form, asked.get("types")).await?;
    Ok(Json(Value::Object(of_hashes(&web, &caller, &asked, &asking, &upload.hashes).await?)))
}

/// How a look-up is asked for. `reference` is the house's own: what the program calls the thing, by
/// which it is told should a bank learn it later.
fn asking(asked: &Asked) -> Answer<Asking<'_>> {
    let extent = if asked.flag("bypass_coinflip")? { Extent::EveryBank } else { Extent::Share };
    Ok(Asking { seed: asked.get("seed"), reference: asked.some("reference"), extent })
}

async fn of_hashes(
    web: &Web,
    caller: &Caller,
    asked: &Asked,
    asking: &Asking<'_>,
    hashes: &Hashes,
) -> Answer<Map<String, Value>> {
    let banks = asked.banks();
    let mut by_type = Map::new();
    for (signal_type, hash) in hashes {
        let found = find(web, caller, asking, *signal_type, hash).await?;
        by_type.insert(signal_type.name().to_owned(), by_bank(*signal_type, &found, banks.as_deref()));
    }
    Ok(by_type)
}

async fn find(
    web: &Web,
    caller: &Caller,
    asking: &Asking<'_>,
    signal_type: SignalType,
    signal: &str,
) -> Answer<Vec<Found>> {
    let digest = signal_type.read(signal).map_err(|e| Refused::bad(format!("invalid signal: {e}")))?;
    let question = Question { algorithm: signal_type.algorithm().as_str().to_owned(), digest };
    let began = web.house.now();
    let answers = look_up_as(&caller.op(PURPOSE), &web.house, &web.rules, &[question], asking).await?;
    let found: Vec<_> = answers.into_iter().flatten().collect();
    let matched = found.iter().any(Found::counts);
    web.matching.metrics.looked_up(caller.organisation(), matched, web.house.now().since(began));
    Ok(found)
}

fn is_asked_for(found: &Found, banks: Option<&[&str]>) -> bool {
    banks.is_none_or(|banks| banks.contains(&found.bank_name.as_str()))
}

fn matched(signal_type: SignalType, found: &Found) -> Value {
    json!({ "bank_content_id": found.content, "distance": signal_type.distance(found.distance) })
}

fn by_bank(signal_type: SignalType, found: &[Found], banks: Option<&[&str]>) -> Value {
    let mut by_bank: Map<String, Value> = Map::new();
    for found in found.iter().filter(|found| found.counts() && is_asked_for(found, banks)) {
        let of_bank = by_bank.entry(found.bank_name.clone()).or_insert_with(|| json!([]));
        if let Value::Array(matches) = of_bank {
            matches.push(matched(signal_type, found));
        }
    }
    Value::Object(by_bank)
}

/// How near two signals of one type are.
pub(super) async fn compare(
    State(web): State<Web>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Json<Value>> {
    may_match(&caller.op("compare"), &web.house).await?;
    let Value::Object(pairs) = json_body(&headers, body)? else {
        return Err(Refused::bad("Request input was not a dict"));
    };
    let mut results = Map::new();
    for (name, pair) in pairs {
        let Value::Array(pair) = pair else {
            return Err(Refused::bad(format!("Comparison hashes for {name} was not a list")));
        };
        let [left, right] = pair.as_slice() else {
            return Err(Refused::bad("Comparison hash list length must be exactly 2"));
        };
        let signal_type = SignalType::named(&name)?;
        let read = |value: &Value| {
            let text = value.as_str().ok_or_else(|| "expected a string".to_owned());
            let read = text.and_then(|text| signal_type.read(text));
            read.map_err(|e| Refused::bad(format!("Invalid {name} hash: {e}")))
        };
        let compared = compared(signal_type, &read(left)?, &read(right)?);
        results.insert(name, compared);
    }
    Ok(Json(Value::Object(results)))
}

fn compared(signal_type: SignalType, left: &[u8], right: &[u8]) -> Value {
    if signal_type != SignalType::Pdq {
        return json!([left == right, {}]);
    }
    let bits: u32 = left.iter().zip(right).map(|(left, right)| (left ^ right).count_ones()).sum();
    json!([bits <= ALIKE, { "distance": bits }])
}
