//! Banks, typologies and the search.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    input::Body,
    paging::Whole,
    problem::Answer,
    report_view::ImportRef,
    values::{BankId, Day, Line, Moment},
    words::HitKind,
};
use crate::Web;

/// A bank of known hashes.
#[derive(Serialize, ToSchema)]
pub(crate) struct Bank {
    /// Its id.
    id: BankId,
    /// Its name.
    name: String,
    /// What a match with it means: `known` or `negative`.
    kind: &'static str,
    /// The taxonomy of contents that name none.
    taxonomy: Option<String>,
    /// In how many bits a PDQ hash may differ.
    distance: i64,
    /// The share of look-ups it answers, in millionths.
    enabled_ppm: i64,
    /// How many contents it has.
    entries: i64,
    /// How many of them are put aside because they matched too much.
    quarantined: i64,
    /// When it was made.
    created_at: Moment,
    /// The import that was finished last.
    last_import: Option<ImportRef>,
    /// When it was finished.
    last_import_at: Option<Moment>,
}

impl From<app_intake::BankRow> for Bank {
    fn from(row: app_intake::BankRow) -> Self {
        Self {
            id: row.id.into(),
            kind: row.settings.kind.as_str(),
            taxonomy: row.settings.taxonomy,
            distance: row.settings.distance,
            enabled_ppm: row.settings.enabled_ppm,
            name: row.settings.name,
            entries: row.contents,
            quarantined: row.quarantined,
            created_at: row.created_at.into(),
            last_import: row.last_import.map(|(id, number, _)| (id, number).into()),
            last_import_at: row.last_import.map(|(_, _, at)| at.into()),
        }
    }
}

/// Banks of known hashes, by name
#[utoipa::path(get, path = "/banks", tag = "matching",
    responses((status = 200, description = "The banks.", body = Whole<Bank>)))]
pub(crate) async fn list_banks(State(web): State<Web>, caller: Caller) -> Answer<Json<Whole<Bank>>> {
    let op = caller.op("matching");
    let mut tx = web.house.look(&op).await?;
    let rows = app_intake::banks(&op, &mut tx).await?;
    Ok(Json(Whole::of(rows)))
}

/// A typology: a pattern of payments that is screened for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Typology {
    /// Its id.
    id: String,
    /// Its name.
    title: String,
    /// Its version.
    version: u32,
    /// `baseline`, `active` or `off`.
    status: &'static str,
    /// Who described the pattern, and where.
    source: String,
    /// When a person last held the file against its source.
    verified: Day,
    /// The finding in words, with the places it leaves.
    sentence: String,
    /// The days payments are counted over.
    window_days: u16,
    /// How many payments make a finding.
    threshold: u32,
    /// `low`, `medium` or `high`.
    severity: String,
    /// `review` or `safeguarding`.
    route: &'static str,
    /// The file's name.
    file: String,
    /// Whether it came with the program.
    shipped: bool,
}

impl From<app_screening::TypologyRow> for Typology {
    fn from(row: app_screening::TypologyRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            version: row.version,
            status: row.status,
            source: row.source,
            verified: row.verified.into(),
            sentence: row.sentence,
            window_days: row.window_days,
            threshold: row.threshold,
            severity: row.severity,
            route: row.route,
            file: row.file,
            shipped: row.shipped,
        }
    }
}

/// The typologies there are
#[utoipa::path(get, path = "/typologies", tag = "matching",
    responses((status = 200, description = "The typologies.", body = Whole<Typology>)))]
pub(crate) async fn list_typologies(State(web): State<Web>, caller: Caller) -> Answer<Json<Whole<Typology>>> {
    let op = caller.op("screening");
    let mut tx = web.house.look(&op).await?;
    let rows = app_screening::list(&op, &mut tx, &web.typologies).await?;
    Ok(Json(Whole::of(rows)))
}

/// Have the whole ledger screened again
///
/// After a typology was changed. It is done as a job; what it finds is among the alerts.
#[utoipa::path(post, path = "/typologies/rescreen", tag = "matching",
    responses((status = 204, description = "It is wanted.")))]
pub(crate) async fn rescreen(State(web): State<Web>, caller: Caller) -> Answer<StatusCode> {
    let op = caller.op("screening");
    let mut tx = web.house.begin(&op).await?;
    app_screening::ask_rescreen(&op, &mut tx).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What to look up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "R-2026-00042" }))]
pub(crate) struct LookUp {
    /// A number such as `R-2026-00042`, a hash, or an identifier such as an e-mail address.
    text: Line<2000>,
}

/// Something that was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct Hit {
    /// What it is.
    kind: HitKind,
    /// Its id.
    #[schema(value_type = super::values::ReportId)]
    id: String,
    /// Its number, such as `R-2026-00042`, or a list's name.
    number: String,
    /// Its state's word; empty for what has none.
    state: String,
    /// When it came to be.
    at: Moment,
    /// Why it was found, in sentences without the text that was looked up.
    why: Vec<String>,
}

impl From<app_intake::Hit> for Hit {
    fn from(hit: app_intake::Hit) -> Self {
        Self {
            kind: hit.kind.into(),
            id: hit.id.to_string(),
            number: hit.number,
            state: hit.state,
            at: hit.at.into(),
            why: hit.why,
        }
    }
}

/// Look something up
///
/// Only what is exactly equal is found. A request to read, by POST so that what is looked up does
/// not stand in an address; the journal is told how much was found, never the text.
#[utoipa::path(post, path = "/search", tag = "matching", request_body = LookUp,
    responses((status = 200, description = "What was found.", body = Whole<Hit>)))]
pub(crate) async fn search(
    State(web): State<Web>,
    caller: Caller,
    Body(wanted): Body<LookUp>,
) -> Answer<Json<Whole<Hit>>> {
    let op = caller.op("search");
    let mut tx = web.house.begin(&op).await?;
    let hits = app_intake::search(&op, &mut tx, &web.rules, &wanted.text.0).await?;
    tx.commit().await?;
    Ok(Json(Whole::of(hits)))
}
