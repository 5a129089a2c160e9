//! `/c/banks` and `/c/bank/<name>`: the banks (HMA `blueprints/curation.py`).
//!
//! What is made or renamed here gets a name HMA would take, so that every program of its kind can
//! name it. Banks of other names, made by people, are found by theirs, percent-encoded.

use app_intake::{BankSettings, bank, bank_named, banks, change_bank, delete_bank, make_bank};
use app_kernel::{Error, Op, Tx};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
};
use model::{Id, kinds};
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refused, json_body},
    signals::shortened,
};
use crate::{Web, api::caller::Caller};

/// Why a program looks at banks or changes them.
pub(super) const SEE: &str = "see_banks";
const CHANGE: &str = "change_bank";
/// Millionths in the whole.
const WHOLE: f64 = 1_000_000.0;

/// A bank as HMA shows it.
pub(super) fn shown(settings: &BankSettings) -> Value {
    json!({ "name": settings.name, "matching_enabled_ratio": ratio(settings.enabled_ppm) })
}

#[expect(clippy::cast_precision_loss, reason = "a share is at most a million millionths")]
fn ratio(ppm: i64) -> f64 {
    ppm as f64 / WHOLE
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a share between 0 and 1 is at most a million millionths"
)]
fn ppm(ratio: f64) -> Answer<i64> {
    if (0.0..=1.0).contains(&ratio) {
        return Ok((ratio * WHOLE).round() as i64);
    }
    Err(Refused::bad(format!("enabled_ratio is {ratio}; expected a number between 0.0 and 1.0")))
}

/// The bank of a name, which must be there.
pub(super) async fn named(op: &Op, tx: &mut Tx<'_>, name: &str) -> Answer<Id<kinds::Bank>> {
    let found = bank_named(op, tx, name).await?;
    found.ok_or_else(|| Refused::not_found(format!("bank '{}' not found", shortened(name))))
}

/// Whether HMA takes a name (`storage/postgres/database.py`).
fn is_taken_by_hma(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// All banks.
pub(super) async fn list(State(web): State<Web>, caller: Caller) -> Answer<Json<Value>> {
    let op = caller.op(SEE);
    let mut tx = web.house.look(&op).await?;
    let rows = banks(&op, &mut tx).await?;
    Ok(Json(rows.iter().map(|row| shown(&row.settings)).collect()))
}

/// One bank.
pub(super) async fn show(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Json<Value>> {
    let op = caller.op(SEE);
    let mut tx = web.house.look(&op).await?;
    let id = named(&op, &mut tx, &name).await?;
    Ok(Json(shown(&bank(&op, &mut tx, id).await?.settings)))
}

/// Makes a bank.
pub(super) async fn create(
    State(web): State<Web>,
    caller: Caller,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<(StatusCode, Json<Value>)> {
    let op = caller.op(CHANGE);
    app_intake::may_manage_banks(&op, &web.house).await?;
    let wanted = Wanted::read(&json_body(&headers, body)?)?;
    let name = wanted.name.ok_or_else(|| Refused::unfit([("missing", "name", "Field required")]))?;
    let mut settings = BankSettings::named(acceptable(name)?);
    settings.enabled_ppm = wanted.share.unwrap_or(settings.enabled_ppm);
    let mut tx = web.house.begin(&op).await?;
    make_bank(&op, &mut tx, &web.rules, settings.clone())
        .await
        .map_err(|e| taken(e, "Bank already exists"))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(&settings))))
}

/// Renames a bank, or sets the share of look-ups it answers.
pub(super) async fn update(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer<Json<Value>> {
    let op = caller.op(CHANGE);
    let mut tx = web.house.begin(&op).await?;
    let id = named(&op, &mut tx, &name).await?;
    let wanted = Wanted::read(&json_body(&headers, body)?)?;
    let mut settings = bank(&op, &mut tx, id).await?.settings;
    if let Some(new) = wanted.name.filter(|new| *new != settings.name) {
        settings.name = acceptable(new)?;
    }
    settings.enabled_ppm = wanted.share.unwrap_or(settings.enabled_ppm);
    change_bank(&op, &mut tx, &web.rules, id, settings.clone())
        .await
        .map_err(|e| taken(e, "Bank name already exists"))?;
    tx.commit().await?;
    Ok(Json(shown(&settings)))
}

/// Removes a bank, if there is one of that name.
pub(super) async fn delete(
    State(web): State<Web>,
    caller: Caller,
    Path(name): Path<String>,
) -> Answer<Json<Value>> {
    let op = caller.op(CHANGE);
    let mut tx = web.house.begin(&op).await?;
    if let Some(id) = bank_named(&op, &mut tx, &name).await? {
        delete_bank(&op, &mut tx, id).await?;
        tx.commit().await?;
    }
    Ok(Json(json!({ "message": "Done" })))
}

fn acceptable(name: String) -> Answer<String> {
    if is_taken_by_hma(&name) {
        return Ok(name);
    }
    Err(Refused::bad(format!(
        "'{}' is no name for a bank here: expected capital letters, digits and underscores, no digit first",
        shortened(&name)
    )))
}

/// A name that is taken answers as HMA does.
fn taken(error: Error, message: &str) -> Refused {
    match &error {
        Error::Problem(problem) if problem.code == "bank_name_taken" => {
            Refused::new(StatusCode::FORBIDDEN, message)
        }
        _ => error.into(),
    }
}

/// What a body sets of a bank.
struct Wanted {
    name: Option<String>,
    share: Option<i64>,
}

impl Wanted {
    fn read(body: &Value) -> Answer<Self> {
        let Value::Object(body) = body else { return Err(Refused::bad("expected a JSON object")) };
        let given = |name: &str| body.get(name).filter(|value| !value.is_null());
        let name = match given("name") {
            Some(Value::String(name)) => Some(name.clone()),
            Some(_) => {
                return Err(Refused::unfit([("string_type", "name", "Input should be a valid string")]));
            }
            None => None,
        };
        let share = match (given("enabled_ratio"), given("enabled")) {
            (Some(value), _) => {
                let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
                let wrong = ("float_parsing", "enabled_ratio", "Input should be a valid number");
                Some(ppm(number.ok_or_else(|| Refused::unfit([wrong]))?)?)
            }
            (None, Some(value)) => {
                let wrong = ("bool_parsing", "enabled", "Input should be a valid boolean");
                let on = is_true(value).ok_or_else(|| Refused::unfit([wrong]))?;
                Some(ppm(f64::from(u8::from(on)))?)
            }
            (None, None) => None,
        };
        Ok(Self { name, share })
    }
}

/// A boolean as pydantic takes it.
pub(super) fn is_true(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::Number(number) => [(0, false), (1, true)]
            .into_iter()
            .find_map(|(is, on)| (number.as_i64() == Some(is)).then_some(on)),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_hma_takes() {
        for name in ["MY_TEST_BANK_01", "_", "A"] {
            assert!(is_taken_by_hma(name), "{name}");
        }
        for name in ["", "01_TEST_BANK", "my_test_bank", "MY-BANK", "MY BANK", "É"] {
            assert!(!is_taken_by_hma(name), "{name}");
        }
    }

    #[test]
    fn a_share_is_between_nothing_and_everything() {
        assert_eq!(ppm(0.5).unwrap(), 500_000);
        assert_eq!(ppm(1.0).unwrap(), 1_000_000);
        for wrong in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(ppm(wrong).is_err(), "{wrong}");
        }
        let share = |body: Value| Wanted::read(&body).map(|wanted| wanted.share);
        assert_eq!(share(json!({ "enabled": false })).unwrap(), Some(0));
        assert_eq!(share(json!({ "enabled": true, "enabled_ratio": 0.25 })).unwrap(), Some(250_000));
        assert!(share(json!({ "enabled_ratio": "much" })).is_err());
    }
}
