//! The queue: reports by urgency.

use app_intake::QueueFilter;
use axum::{Json, extract::State};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use super::{
    caller::Caller,
    clock::Clock,
    input::Asked,
    paging::{Limit, Page, RankCursor},
    problem::Answer,
    values::{CountryCode, Moment, ReportId},
    words::{Channel, Confidence, DecisionKind, ReportState, Source, StatesOfReports},
};
use crate::Web;

/// Which part of the queue.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// A group of states or one state; the open ones without it.
    #[param(inline)]
    state: Option<StatesOfReports>,
    /// Only this level of urgency.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 99)]
    level: Option<Level>,
    /// Only reports of this source.
    #[param(inline)]
    source: Option<Source>,
    /// The `next` of the page before.
    #[param(value_type = Option<String>,
        pattern = "^[0-9]{1,3}_-?[0-9]{1,12}_[0-9]{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    after: Option<RankCursor<2>>,
    /// How many rows a page has; 50 without it.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
}

/// A level of urgency, 1 the most urgent.
struct Level(i64);

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            level @ 1..=99 => Ok(Self(level.into())),
            _ => Err(D::Error::custom("levels begin at 1, the most urgent")),
        }
    }
}

/// A report in the queue. Nothing in it is personal.
#[derive(Serialize, ToSchema)]
pub(crate) struct QueueRow {
    /// The report.
    id: ReportId,
    /// Its number, such as `R-2026-00042`.
    number: String,
    /// Its level, 1 the most urgent.
    level: i64,
    /// What the level is called.
    level_name: String,
    /// Why it stands here, in a sentence.
    reason: String,
    /// Everything it is ranked by, the deciding evidence first.
    reasons: Vec<String>,
    /// Where it stands.
    state: ReportState,
    /// What happens next, and who does it.
    next_step: &'static str,
    /// When it was received.
    received_at: Moment,
    /// The clock of the first reply.
    clock: Option<Clock>,
    /// The country it is about, if known.
    place: Option<Place>,
    /// Who it comes from.
    source: Source,
    /// The way it came.
    channel: Channel,
    /// How many reports it is linked with.
    links: i64,
    /// How many known files and alerts it matches.
    matches: i64,
    /// Who has it.
    assignee: Option<String>,
    /// The decisions that are possible.
    decisions: Vec<DecisionKind>,
}

/// The country a report is about, and how sure that is.
#[derive(Serialize, ToSchema)]
pub(crate) struct Place {
    /// The country.
    country: CountryCode,
    /// How sure it is.
    confidence: Confidence,
}

impl From<app_intake::Place> for Place {
    fn from(place: app_intake::Place) -> Self {
        Self { country: place.country.into(), confidence: place.confidence.into() }
    }
}

impl From<app_intake::QueueRow> for QueueRow {
    fn from(row: app_intake::QueueRow) -> Self {
        Self {
            id: row.id.into(),
            number: row.number,
            level: row.level,
            level_name: row.level_name,
            reason: row.reason,
            reasons: row.reasons,
            state: row.state.into(),
            next_step: row.next_step,
            received_at: row.received_at.into(),
            clock: row.clock.map(Clock::from),
            place: row.place.map(Place::from),
            source: row.source.into(),
            channel: row.channel.into(),
            links: row.links,
            matches: row.matches,
            assignee: row.assignee,
            decisions: row.decisions.iter().copied().map(DecisionKind::from).collect(),
        }
    }
}

/// The queue, the most urgent report first
///
/// Listing is not journalled; a row holds nothing personal.
#[utoipa::path(get, path = "/queue", tag = "reports", params(Wanted),
    responses((status = 200, description = "A page of the queue.", body = Page<QueueRow>)))]
pub(crate) async fn list_queue(
    State(web): State<Web>,
    caller: Caller,
    Asked(wanted): Asked<Wanted>,
) -> Answer<Json<Page<QueueRow>>> {
    let op = caller.op("triage");
    let mut tx = web.house.look(&op).await?;
    let filter = QueueFilter {
        state: wanted.state.map(|state| state.0),
        level: wanted.level.map(|level| level.0),
        source: wanted.source.map(|source| source.0.as_str().to_owned()),
    };
    let after = wanted.after.as_ref().map(RankCursor::as_str);
    let page = app_intake::queue(&op, &mut tx, &web.rules, &filter, after, Limit::rows(wanted.limit)).await?;
    Ok(Json(Page::of(page.rows, page.next, page.total)))
}
