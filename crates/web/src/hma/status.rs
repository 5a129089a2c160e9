//! What there is to match by and against: types of signals and contents, and how many hashes there are
//! (HMA `blueprints/matching.py`, `index/status`; `blueprints/curation.py`, `signal_type`,
//! `content_type`). The index reads what is new before it answers, so it is never behind.

use std::collections::HashMap;

use app_intake::{Standing, may_manage_banks, standing};
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, Asked, Refused},
    signals::{Medium, SignalType, shortened},
};
use crate::{Web, api::caller::Caller};

/// How full each index is.
pub(super) async fn index_status(
    State(web): State<Web>,
    caller: Caller,
    asked: Asked,
) -> Answer<Json<Value>> {
    each(&web, &caller, &asked, |standing| match standing {
        Some(Standing { hashes, newest, .. }) => {
            json!({ "present": true, "built_to": newest.micros().div_euclid(1_000_000), "size": hashes })
        }
        None => json!({ "present": false, "built_to": -1, "size": 0 }),
    })
    .await
}

/// How full each index is, beside how much there is to be in it.
pub(super) async fn signal_type_index(
    State(web): State<Web>,
    caller: Caller,
    asked: Asked,
) -> Answer<Json<Value>> {
    may_manage_banks(&caller.op("see_banks"), &web.house).await?;
    each(&web, &caller, &asked, |standing| {
        let hashes = standing.map_or(0, |standing| standing.hashes);
        let newest = standing.map_or(-1, |standing| standing.newest.micros().div_euclid(1_000_000));
        json!({
            "db_size": hashes, "index_size": hashes, "index_out_of_date": false, "newest_db_item": newest,
            "index_built_to": newest,
        })
    })
    .await
}

/// Says something of every type of signal, or of the one asked for.
async fn each(
    web: &Web,
    caller: &Caller,
    asked: &Asked,
    say: impl Fn(Option<&Standing>) -> Value,
) -> Answer<Json<Value>> {
    let op = caller.op("see_banks");
    let mut tx = web.house.look(&op).await?;
    let standing: HashMap<String, Standing> =
        standing(&op, &mut tx).await?.into_iter().map(|row| (row.algorithm.clone(), row)).collect();
    let only = match asked.get("signal_type") {
        Some(name) => Some(
            SignalType::of_name(name)
                .ok_or_else(|| Refused::bad(format!("No such signal type '{}'", shortened(name))))?,
        ),
        None => None,
    };
    let shown: Map<String, Value> = SignalType::ALL
        .into_iter()
        .filter(|signal| only.is_none_or(|only| only == *signal))
        .map(|signal| (signal.name().to_owned(), say(standing.get(signal.algorithm().as_str()))))
        .collect();
    Ok(Json(Value::Object(shown)))
}

/// The types of signals; all are on.
pub(super) async fn signal_types(State(web): State<Web>, caller: Caller) -> Answer<Json<Value>> {
    may_manage_banks(&caller.op("see_banks"), &web.house).await?;
    Ok(Json(
        SignalType::ALL.iter().map(|signal| json!({ "name": signal.name(), "enabled_ratio": 1.0 })).collect(),
    ))
}

/// The types of contents; all are on.
pub(super) async fn content_types(State(web): State<Web>, caller: Caller) -> Answer<Json<Value>> {
    may_manage_banks(&caller.op("see_banks"), &web.house).await?;
    Ok(Json(Medium::ALL.iter().map(|medium| json!({ "name": medium.name(), "enabled": true })).collect()))
}

/// Types of signals are not switched off here.
pub(super) async fn change_signal_type(State(web): State<Web>, caller: Caller) -> Answer<Json<Value>> {
    may_manage_banks(&caller.op("see_banks"), &web.house).await?;
    Err(Refused::new(
        StatusCode::NOT_IMPLEMENTED,
        "Every signal type is always on here. Set the share of a bank with PUT /c/bank/<name> instead.",
    ))
}
