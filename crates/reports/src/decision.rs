//! A person's decision on a report: what it needs, what is kept of it, and how it is taken back.

use std::fmt;

use model::{Id, Instant, kinds};
use serde::{Deserialize, Serialize};

use crate::{DecisionKind, ReportState};

words! {
    /// Why nothing is to be done.
    pub enum NoActionReason: "a reason to take no action" {
        /// What is told is no offence against a child.
        NotAnOffence = "not_an_offence", "not an offence against a child";
        /// A match or typology was wrong.
        FalsePositive = "false_positive", "false positive";
        /// Shared as a joke or in outrage; the material is known and reported.
        KnownViralMaterial = "known_viral_material", "known viral material";
        /// Too little to act on, after asking or where nobody can be asked.
        NothingToActOn = "nothing_to_act_on", "too little to act on";
        /// Somebody acted on the same matter before.
        AlreadyHandled = "already_handled", "already handled";
        /// Sent in bulk without regard to content.
        Spam = "spam", "spam";
        /// None of these; the note says which.
        Other = "other", "other (see the note)";
    }
}

/// A person's decision on a report, with what the law asks for and nothing more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// Rank it.
    Triage,
    /// Open a case.
    OpenCase,
    /// Make it part of another report.
    MergeInto {
        /// The report it becomes part of.
        report: Id<kinds::Report>,
    },
    /// Send it to another agency.
    Refer {
        /// The agency.
        to: String,
        /// Why there.
        why: String,
    },
    /// Ask the reporter.
    ReturnForInformation {
        /// What is asked.
        what: String,
    },
    /// Do nothing.
    NoAction {
        /// Why.
        reason: NoActionReason,
        /// More words; needed where the reason is “other”.
        note: String,
    },
    /// Finish it.
    Close,
    /// Take it up again.
    Reopen {
        /// Why.
        why: String,
    },
}

impl Decision {
    /// What it does.
    pub const fn kind(&self) -> DecisionKind {
        match self {
            Self::Triage => DecisionKind::Triage,
            Self::OpenCase => DecisionKind::OpenCase,
            Self::MergeInto { .. } => DecisionKind::MergeInto,
            Self::Refer { .. } => DecisionKind::Refer,
            Self::ReturnForInformation { .. } => DecisionKind::ReturnForInformation,
            Self::NoAction { .. } => DecisionKind::NoAction,
            Self::Close => DecisionKind::Close,
            Self::Reopen { .. } => DecisionKind::Reopen,
        }
    }

    /// Checks that everything the decision needs was said. `report` is the one it is taken on.
    pub fn check(&self, report: Id<kinds::Report>) -> Result<(), Incomplete> {
        let given = |text: &str, missing| if text.trim().is_empty() { Err(missing) } else { Ok(()) };
        match self {
            Self::MergeInto { report: into } if *into == report => Err(Incomplete::MergedIntoItself),
            Self::Refer { to, why } => {
                given(to, Incomplete::ReferredToNobody)?;
                given(why, Incomplete::ReferredWithoutReason)
            }
            Self::ReturnForInformation { what } => given(what, Incomplete::NothingAsked),
            Self::NoAction { reason: NoActionReason::Other, note } => {
                given(note, Incomplete::OtherWithoutNote)
            }
            Self::Reopen { why } => given(why, Incomplete::ReopenedWithoutReason),
            Self::Triage | Self::OpenCase | Self::MergeInto { .. } | Self::NoAction { .. } | Self::Close => {
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decision({})", self.kind())
    }
}

/// A decision that was taken, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionTaken {
    /// The state before.
    pub from: ReportState,
    /// The decision.
    pub decision: Decision,
    /// The state after.
    pub to: ReportState,
    /// When what it sends had left the house; `None` while it has not, or sends nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Instant>,
}

impl DecisionTaken {
    /// Notes that what the decision sends has left the house. A decision that sends nothing stays as it is.
    #[must_use]
    pub fn sent(self, at: Instant) -> Self {
        let sent_at = if self.decision.kind().leaves_the_house() { self.sent_at.or(Some(at)) } else { None };
        Self { sent_at, ..self }
    }

    /// The state the report returns to when this decision is taken back. `now` is the report's present state: only
    /// the latest decision can be undone, one after another.
    pub fn undo(&self, now: ReportState) -> Result<ReportState, CannotUndo> {
        if let Some(at) = self.sent_at {
            return Err(CannotUndo::LeftTheHouse { decision: self.decision.kind(), at });
        }
        if now != self.to {
            return Err(CannotUndo::NotTheLatest { decision: self.decision.kind(), now });
        }
        Ok(self.from)
    }
}

/// Something the decision needs was not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// The report would be merged into itself.
    #[error("a report cannot be merged into itself; choose another report")]
    MergedIntoItself,
    /// No agency.
    #[error("name the agency the report is referred to")]
    ReferredToNobody,
    /// No reason.
    #[error("say why the report is referred there")]
    ReferredWithoutReason,
    /// No question.
    #[error("say what the reporter is asked for")]
    NothingAsked,
    /// “Other” without a note.
    #[error("the reason is “other”: say in the note what it is")]
    OtherWithoutNote,
    /// No reason.
    #[error("say why the report is reopened")]
    ReopenedWithoutReason,
}

/// A decision cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotUndo {
    /// It was sent.
    #[error("“{}” left the house at {at} and cannot be undone; close the report, or send a correction", decision.label())]
    LeftTheHouse {
        /// What was decided.
        decision: DecisionKind,
        /// When it left.
        at: Instant,
    },
    /// Something was decided since.
    #[error("“{}” is not the latest decision: the report is {} now; undo the later ones first", decision.label(), now.label())]
    NotTheLatest {
        /// What was decided.
        decision: DecisionKind,
        /// Where the report stands.
        now: ReportState,
    },
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const REPORT: &str = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";

    pub(crate) fn decision(kind: DecisionKind) -> Decision {
        let text = || "Synthetic reason".to_owned();
        match kind {
            DecisionKind::Triage => Decision::Triage,
            DecisionKind::OpenCase => Decision::OpenCase,
            DecisionKind::MergeInto => Decision::MergeInto { report: REPORT.parse().unwrap() },
            DecisionKind::Refer => Decision::Refer { to: "Synthetic Agency".to_owned(), why: text() },
            DecisionKind::ReturnForInformation => Decision::ReturnForInformation { what: text() },
            DecisionKind::NoAction => {
                Decision::NoAction { reason: NoActionReason::Spam, note: String::new() }
            }
            DecisionKind::Close => Decision::Close,
            DecisionKind::Reopen => Decision::Reopen { why: text() },
        }
    }

    #[test]
    fn what_was_sent_cannot_be_undone_and_what_stayed_can() {
        let at = Instant::from_micros(0);
        let referral = ReportState::Triaged.take(decision(DecisionKind::Refer)).unwrap();
        assert_eq!(referral.undo(ReportState::Referred), Ok(ReportState::Triaged));
        let sent = referral.sent(at);
        assert_eq!(
            sent.undo(ReportState::Referred),
            Err(CannotUndo::LeftTheHouse { decision: DecisionKind::Refer, at })
        );
        let case = ReportState::Triaged.take(Decision::OpenCase).unwrap().sent(at);
        assert_eq!(case.undo(ReportState::CaseOpened), Ok(ReportState::Triaged));
    }

    #[test]
    fn only_the_latest_decision_can_be_undone() {
        let case = ReportState::Triaged.take(Decision::OpenCase).unwrap();
        let error = case.undo(ReportState::Closed).unwrap_err();
        assert_eq!(
            error,
            CannotUndo::NotTheLatest { decision: DecisionKind::OpenCase, now: ReportState::Closed }
        );
        assert!(error.to_string().contains("undo the later ones first"), "{error}");
    }

    #[test]
    fn a_decision_asks_for_what_it_needs() {
        let here: Id<kinds::Report> = REPORT.parse().unwrap();
        let refer = |to: &str, why: &str| Decision::Refer { to: to.to_owned(), why: why.to_owned() };
        assert_eq!(decision(DecisionKind::MergeInto).check(here), Err(Incomplete::MergedIntoItself));
        assert_eq!(refer(" ", "x").check(here), Err(Incomplete::ReferredToNobody));
        assert_eq!(refer("x", "").check(here), Err(Incomplete::ReferredWithoutReason));
        assert_eq!(refer("x", "y").check(here), Ok(()));
        let other = Decision::NoAction { reason: NoActionReason::Other, note: String::new() };
        assert_eq!(other.check(here), Err(Incomplete::OtherWithoutNote));
        assert_eq!(decision(DecisionKind::NoAction).check(here), Ok(()));
    }

    #[test]
    fn a_decision_is_kept_as_json_and_its_words_stay_out_of_debug() {
        for kind in DecisionKind::ALL {
            let decision = decision(*kind);
            let json = serde_json::to_string(&decision).unwrap();
            assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
            assert!(json.contains(kind.as_str()));
            assert!(!format!("{decision:?}").contains("Synthetic"));
        }
    }
}
