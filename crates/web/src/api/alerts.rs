//! Alerts: the desk, one alert, its review, its party.

use axum::{Json, extract::State};
use screening::PartyProfile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    alert_view::{Alert, AlertRow},
    caller::Caller,
    input::{Asked, At, Body},
    paging::{Limit, Page, RankCursor},
    problem::Answer,
    shared::Because,
    values::{AlertId, ReportId, ShortText},
    words::{AlertState, DismissReason},
};
use crate::Web;

/// Which part of the desk.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only alerts in this state.
    #[param(inline)]
    state: Option<AlertState>,
    /// The `next` of the page before.
    #[param(value_type = Option<String>,
        pattern = "^-?[0-9]{1,12}_[0-9]{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    after: Option<RankCursor<1>>,
    /// How many rows a page has; 50 without it.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
}

/// Alerts by rank, the highest first
///
/// Listing is not journalled; a row says nothing about who the party is.
#[utoipa::path(get, path = "/alerts", tag = "alerts", params(Wanted),
    responses((status = 200, description = "A page of alerts.", body = Page<AlertRow>)))]
pub(crate) async fn list_alerts(
    State(web): State<Web>,
    caller: Caller,
    Asked(wanted): Asked<Wanted>,
) -> Answer<Json<Page<AlertRow>>> {
    let op = caller.op("alerts");
    let mut tx = web.house.look(&op).await?;
    let state = wanted.state.map(|state| state.0);
    let after = wanted.after.as_ref().map(RankCursor::as_str);
    let page = app_screening::desk(&op, &mut tx, state, after, Limit::rows(wanted.limit)).await?;
    Ok(Json(Page::of(page.rows, page.next, page.total)))
}

/// One alert
///
/// Opening it is journalled.
#[utoipa::path(get, path = "/alerts/{id}", tag = "alerts", params(("id" = AlertId, Path, description = "The alert.")),
    responses((status = 200, description = "The alert.", body = Alert)))]
pub(crate) async fn read_alert(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<AlertId>,
) -> Answer<Json<Alert>> {
    let op = caller.op("alerts");
    let mut tx = web.house.begin(&op).await?;
    let view = app_screening::read(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(Json(view.into()))
}

/// What a person makes of an alert.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "review", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "review": "dismiss", "reason": "family_support", "note": "Wages sent home every month." }))]
pub(crate) enum Review {
    /// Make a report of it.
    Escalate {
        /// What the reviewer noted.
        note: Option<ShortText>,
    },
    /// Dismiss it; the same episode is not raised again.
    Dismiss {
        /// Why.
        reason: DismissReason,
        /// More words; needed where the reason is `other`.
        note: Option<ShortText>,
    },
    /// Open a dismissed alert again.
    Reopen {},
}

/// What became of an alert.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reviewed {
    /// The alert.
    alert: AlertId,
    /// Where it is on its way.
    state: AlertState,
    /// The report it became.
    report: Option<ReportId>,
}

/// Decide on an alert
#[utoipa::path(post, path = "/alerts/{id}/review", tag = "alerts",
    params(("id" = AlertId, Path, description = "The alert.")), request_body = Review,
    responses((status = 200, description = "It is decided.", body = Reviewed)))]
pub(crate) async fn review_alert(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<AlertId>,
    Body(review): Body<Review>,
) -> Answer<Json<Reviewed>> {
    let op = caller.op("alerts");
    let mut tx = web.house.begin(&op).await?;
    let (state, report) = match review {
        Review::Escalate { note } => {
            let note = note.map(|note| note.0).unwrap_or_default();
            let report = app_intake::escalate(&op, &mut tx, &web.rules, id.0, &note).await?;
            (app_screening::AlertState::Escalated, Some(report.into()))
        }
        Review::Dismiss { reason, note } => {
            let note = note.as_ref().map(|note| note.0.as_str());
            app_screening::dismiss(&op, &mut tx, id.0, reason.0, note).await?;
            (app_screening::AlertState::Dismissed, None)
        }
        Review::Reopen {} => {
            app_screening::reopen(&op, &mut tx, id.0).await?;
            (app_screening::AlertState::Reviewed, None)
        }
    };
    tx.commit().await?;
    Ok(Json(Reviewed { alert: id, state: state.into(), report }))
}

/// Who a party to payments is, as the ledger says.
#[derive(Serialize, ToSchema)]
#[schema(as = PartyProfile)]
pub(crate) struct Profile {
    /// The account's number or name.
    account: Option<String>,
    /// Who holds the account.
    institution: Option<String>,
    /// The party's name.
    name: Option<String>,
    /// `individual` or `business`.
    kind: Option<String>,
    /// Country, ISO 3166-1 alpha-2.
    country: Option<String>,
    /// Phone number.
    phone: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Date of birth.
    birth_date: Option<String>,
    /// Postal address.
    address: Option<String>,
    /// City.
    city: Option<String>,
}

impl From<PartyProfile> for Profile {
    fn from(profile: PartyProfile) -> Self {
        let PartyProfile {
            account,
            institution,
            name,
            kind,
            country,
            phone,
            email,
            birth_date,
            address,
            city,
        } = profile;
        Self { account, institution, name, kind, country, phone, email, birth_date, address, city }
    }
}

/// Open the party an alert is about
///
/// Asks for a reason, which the journal keeps sealed. Each opening is journalled.
#[utoipa::path(post, path = "/alerts/{id}/reveal", tag = "alerts",
    params(("id" = AlertId, Path, description = "The alert.")), request_body = Because,
    responses((status = 200, description = "The party.", body = Profile)))]
pub(crate) async fn reveal_party(
    State(web): State<Web>,
    caller: Caller,
    At(id): At<AlertId>,
    Body(because): Body<Because>,
) -> Answer<Json<Profile>> {
    let op = caller.op_because("alerts", &because.reason.0);
    let mut tx = web.house.begin(&op).await?;
    let profile = app_screening::reveal_party(&op, &mut tx, id.0).await?;
    tx.commit().await?;
    Ok(Json(profile.into()))
}
