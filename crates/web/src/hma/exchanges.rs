//! `/c/exchanges`: what feeds the banks (HMA `blueprints/curation.py`). They are seen and switched here,
//! and entered by whoever keeps the house, since each is an agreement with a secret of its own.

use app_intake::{ExchangeKind, ExchangeRow, exchanges, may_manage_banks, remove_exchange, switch_exchange};
use app_kernel::{Denied, Error};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refused, json_body},
    banks::{SEE, is_true},
    signals::shortened,
};
use crate::{Web, api::caller::Caller};

const CHANGE: &str = "change_exchange";

async fn rows(web: &Web, caller: &Caller) -> Answer<Vec<ExchangeRow>> {
    let op = caller.op(SEE);
    let mut tx = web.house.look(&op).await?;
    Ok(exchanges(&op, &mut tx).await?)
}

async fn named(web: &Web, caller: &Caller, name: &str) -> Answer<ExchangeRow> {
    let found = rows(web, caller).await?.into_iter().find(|row| row.name == name);
    found.ok_or_else(|| not_found(name))
}

fn not_found(name: &str) -> Refused {
    Refused::not_found(format!("Exchange '{}' not found", shortened(name)))
}

/// The word HMA has for a kind of exchange.
const fn api(kind: ExchangeKind) -> &'static str {
    match kind {
        ExchangeKind::Files => "local_file",
        kind => kind.as_str(),
    }
}

fn shown(row: &ExchangeRow) -> Json<Value> {
    Json(json!({ "name": row.name, "api": api(row.kind), "enabled": row.enabled }))
}

/// The names of all exchanges.
pub(super) async fn list(State(web): State<Web>, caller: Caller) -> Answer<Json<Value>> {
    Ok(Json(rows(&web, &caller).await?.into_iter().map(|row| row.name).collect()))
}

/// The kinds of exchanges there can be.
pub(super) async fn kinds(State(web): State<Web>, caller: Caller) -> Answer<Json<Value>> {
    may_manage_banks(&caller.op(SEE), &web.house).await?;
    Ok(Json(ExchangeKind::ALL.iter().map(|kind| api(*kind)).collect()))
}

/// One exchange.
pub(super) async fn show(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Json<Value>> {
    Ok(shown(&named(&web, &caller, &name).await?))
}

/// How the last round of an exchange went.
pub(super) async fn status(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Json<Value>> {
    let row = named(&web, &caller, &name).await?;
    let run_at = row.run_at.map(|at| at.micros().div_euclid(1_000_000));
    let succeeded = run_at.map(|_| row.problem.is_none());
    Ok(Json(json!({
        "checkpoint_ts": null,
        "running_fetch_start_ts": null,
        "last_fetch_complete_ts": run_at,
        "last_fetch_succeeded": succeeded,
        "up_to_date": succeeded == Some(true),
        "fetched_items": row.taken,
    })))
}

/// Switches asking an exchange on or off.
pub(super) async fn update(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Json<Value>> {
    let mut row = named(&web, &caller, &name).await?;
    let body = json_body(&headers, body)?;
    if let Some(value) = body.get("enabled").filter(|value| !value.is_null()) {
        let wrong = ("bool_parsing", "enabled", "Input should be a valid boolean");
        row.enabled = is_true(value).ok_or_else(|| Refused::unfit([wrong]))?;
        let op = caller.op(CHANGE);
        let mut tx = web.house.begin(&op).await?;
        switch_exchange(&op, &mut tx, &name, row.enabled).await?;
        tx.commit().await?;
    }
    Ok(shown(&row))
}

/// Takes an exchange away; what it brought stays in its bank.
pub(super) async fn delete(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Json<Value>> {
    let op = caller.op(CHANGE);
    let mut tx = web.house.begin(&op).await?;
    remove_exchange(&op, &mut tx, &name).await.map_err(|error| match error {
        Error::Denied(Denied::NotFound) => not_found(&name),
        other => other.into(),
    })?;
    tx.commit().await?;
    Ok(Json(json!({ "message": "Exchange deleted" })))
}

/// Exchanges are not entered here.
pub(super) async fn create(State(web): State<Web>, caller: Caller) -> Answer<Json<Value>> {
    may_manage_banks(&caller.op(SEE), &web.house).await?;
    Err(Refused::new(
        StatusCode::NOT_IMPLEMENTED,
        "Exchanges are entered by whoever keeps this house, not through this API.",
    ))
}
