//! Clocks: what is due by law, and how it stands.

use serde::Serialize;
use utoipa::ToSchema;

use super::values::Moment;

/// A clock.
#[derive(Serialize, ToSchema)]
pub(crate) struct Clock {
    /// The rule's id.
    rule: String,
    /// What it is called.
    name: String,
    /// What is to be done.
    duty: String,
    /// The law.
    citation: String,
    /// When it is due.
    due_at: Moment,
    /// How it stands.
    state: ClockState,
    /// How it stands, in words: “due in 5 hours”.
    words: String,
    /// The sum that made the date.
    sum: String,
}

/// How a clock stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClockState {
    /// There is time.
    Running,
    /// There is little time.
    DueSoon,
    /// The time is over and the duty is not done.
    Breached,
    /// Done in time.
    Met,
    /// Done, but late.
    MetLate,
}

impl From<reports::ClockState> for ClockState {
    fn from(state: reports::ClockState) -> Self {
        match state {
            reports::ClockState::Running { .. } => Self::Running,
            reports::ClockState::DueSoon { .. } => Self::DueSoon,
            reports::ClockState::Breached { .. } => Self::Breached,
            reports::ClockState::Met => Self::Met,
            reports::ClockState::MetLate { .. } => Self::MetLate,
        }
    }
}

impl From<app_intake::ClockView> for Clock {
    fn from(clock: app_intake::ClockView) -> Self {
        Self {
            rule: clock.rule,
            name: clock.name,
            duty: clock.duty,
            citation: clock.citation,
            due_at: clock.due_at.into(),
            state: clock.state.into(),
            words: clock.words,
            sum: clock.sum,
        }
    }
}
