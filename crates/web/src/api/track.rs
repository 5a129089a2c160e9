//! Moving a track of a case: each track takes its own states, and what ends something its reason.

use serde::Deserialize;
use utoipa::ToSchema;

use super::words::{AftercareState, EndReason, InvestigationState, ProsecutionState};

/// Where a track of a case goes.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "track", rename_all = "snake_case", deny_unknown_fields)]
#[schema(example = json!({ "track": "investigation", "state": "under_way" }))]
pub(crate) enum NewTrack {
    /// The investigation.
    Investigation {
        /// Where it goes.
        state: InvestigationState,
        /// Why, where that ends it.
        why: Option<EndReason>,
    },
    /// The prosecution.
    Prosecution {
        /// Where it goes.
        state: ProsecutionState,
        /// Why, where that ends it.
        why: Option<EndReason>,
    },
    /// Aftercare.
    Aftercare {
        /// Where it goes.
        state: AftercareState,
    },
}

impl NewTrack {
    /// The state and the reason, as the use case takes them.
    pub(crate) fn parts(self) -> (cases::TrackState, Option<cases::EndReason>) {
        let reason = |why: Option<EndReason>| why.map(|why| why.0);
        match self {
            Self::Investigation { state, why } => (cases::TrackState::Investigation(state.0), reason(why)),
            Self::Prosecution { state, why } => (cases::TrackState::Prosecution(state.0), reason(why)),
            Self::Aftercare { state } => (cases::TrackState::Aftercare(state.0), None),
        }
    }
}
