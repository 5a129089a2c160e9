//! What many answers have in common.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::values::{Moment, ReportId, ShortText, UserId};

/// Somebody with an account, by the name others see.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserRef {
    /// Their id.
    id: UserId,
    /// Their name.
    name: String,
}

impl From<app_casework::UserRef> for UserRef {
    fn from(user: app_casework::UserRef) -> Self {
        Self { id: user.id.into(), name: user.name }
    }
}

/// What the journal says of a record.
#[derive(Serialize, ToSchema)]
pub(crate) struct JournalLine {
    /// When.
    at: Moment,
    /// Who.
    who: String,
    /// What was done, in words.
    what: String,
    /// What for, in a word of the house.
    purpose: String,
    /// What they wrote as their reason.
    reason: Option<String>,
}

impl From<app_casework::JournalLine> for JournalLine {
    fn from(line: app_casework::JournalLine) -> Self {
        let what = words(&line.action, &line.detail);
        Self { at: line.at.into(), who: line.actor, what, purpose: line.purpose, reason: line.reason }
    }
}

impl From<app_screening::JournalLine> for JournalLine {
    fn from(line: app_screening::JournalLine) -> Self {
        let what = words(&line.action, &line.detail);
        Self { at: line.at.into(), who: line.actor, what, purpose: line.purpose, reason: line.reason }
    }
}

impl From<app_intake::JournalLine> for JournalLine {
    fn from(line: app_intake::JournalLine) -> Self {
        let app_intake::JournalLine { at, who, what, purpose, reason } = line;
        Self { at: at.into(), who, what, purpose, reason }
    }
}

fn words(action: &str, detail: &str) -> String {
    let detail = serde_json::from_str(detail).unwrap_or(Value::Null);
    app_admin::journal::words(action, &detail).to_owned()
}

/// A text with what it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct TextLine {
    /// What it is, such as “name”.
    label: String,
    /// The text.
    text: String,
}

impl From<app_intake::TextLine> for TextLine {
    fn from(line: app_intake::TextLine) -> Self {
        Self { label: line.label, text: line.text }
    }
}

/// Another report, as an answer points to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRef {
    /// Its id.
    id: ReportId,
    /// Its number, such as `R-2026-00042`.
    number: String,
    /// Where it stands.
    state: super::words::ReportState,
    /// Its level, 1 the most urgent.
    level: i64,
    /// When it was received.
    received_at: Moment,
}

impl From<app_intake::ReportRef> for ReportRef {
    fn from(report: app_intake::ReportRef) -> Self {
        Self {
            id: report.id.into(),
            number: report.number,
            state: report.state.into(),
            level: report.level,
            received_at: report.received_at.into(),
        }
    }
}

/// Why something sealed is opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    /// What it is needed for; kept sealed in the journal.
    pub(crate) reason: ShortText,
}

/// The id of a record that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Made<I> {
    /// The id.
    pub(crate) id: I,
}

/// The answer that something was made, and where it is.
pub(crate) fn created(location: String, body: impl Serialize) -> Response {
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(body)).into_response()
}

/// The rows of one list as those of another.
pub(crate) fn all<R, T: From<R>>(rows: Vec<R>) -> Vec<T> {
    rows.into_iter().map(T::from).collect()
}
