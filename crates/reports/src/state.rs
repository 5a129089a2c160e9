//! The states of a report and the decisions that move it.
//!
//! received → triaged → merged | referred | case opened | no action | returned for information → closed ↔ reopened.
//! From every state a person can go on, and every decision can be undone until it has left the house.

use crate::{Decision, DecisionTaken};

words! {
    /// Where a report stands.
    pub enum ReportState: "a state of a report" {
        /// Taken in, with its receipt; nobody has ranked it.
        Received = "received", "received";
        /// Ranked, and waiting for a person's decision.
        Triaged = "triaged", "triaged";
        /// Part of another report now.
        Merged = "merged", "merged";
        /// Another agency has it, or is about to.
        Referred = "referred", "referred";
        /// A case was opened from it.
        CaseOpened = "case_opened", "case opened";
        /// A person decided that nothing is to be done, and why.
        NoAction = "no_action", "no action";
        /// The reporter was asked for more.
        ReturnedForInformation = "returned_for_information", "returned for information";
        /// Finished.
        Closed = "closed", "closed";
        /// Taken up again after it was finished.
        Reopened = "reopened", "reopened";
    }
}

words! {
    /// What a decision does. The label is what a button says.
    pub enum DecisionKind: "a decision" {
        /// Rank it: on arrival, or again when the information asked for came.
        Triage = "triage", "Triage";
        /// Open a case from it.
        OpenCase = "open_case", "Open a case";
        /// Make it part of another report.
        MergeInto = "merge_into", "Merge into another report";
        /// Send it to another agency.
        Refer = "refer", "Refer to another agency";
        /// Ask the reporter for more.
        ReturnForInformation = "return_for_information", "Ask for information";
        /// Decide that nothing is to be done.
        NoAction = "no_action", "Take no action";
        /// Finish it.
        Close = "close", "Close the report";
        /// Take it up again.
        Reopen = "reopen", "Reopen the report";
    }
}

impl ReportState {
    /// The decisions that are possible here, in the order a page offers them. Never empty.
    pub const fn possible(self) -> &'static [DecisionKind] {
        use DecisionKind::{
            Close, MergeInto, NoAction, OpenCase, Refer, Reopen, ReturnForInformation, Triage,
        };
        match self {
            // A report is ranked when it is admitted: it can be decided in one step, or marked as
            // looked at first.
            Self::Received => &[OpenCase, MergeInto, Refer, ReturnForInformation, NoAction, Triage],
            Self::Triaged => &[OpenCase, MergeInto, Refer, ReturnForInformation, NoAction],
            Self::Reopened => &[OpenCase, MergeInto, Refer, ReturnForInformation, NoAction, Close],
            Self::ReturnedForInformation => &[Triage, Close],
            Self::Merged | Self::Referred | Self::CaseOpened | Self::NoAction => &[Close],
            Self::Closed => &[Reopen],
        }
    }

    /// The state after a decision, or what is possible instead.
    pub fn after(self, decision: &Decision) -> Result<Self, NotAllowed> {
        let kind = decision.kind();
        if self.possible().contains(&kind) {
            Ok(kind.leads_to())
        } else {
            Err(NotAllowed { state: self, decision: kind })
        }
    }

    /// Takes a decision and keeps what is needed to undo it.
    pub fn take(self, decision: Decision) -> Result<DecisionTaken, NotAllowed> {
        let to = self.after(&decision)?;
        Ok(DecisionTaken { from: self, decision, to, sent_at: None })
    }

    /// True once a person has acted on the report: what stops the clock of the first reply.
    pub const fn is_acted_on(self) -> bool {
        !matches!(self, Self::Received | Self::Triaged | Self::Reopened)
    }

    /// What happens next, and who does it.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Received => "An analyst reads it and decides.",
            Self::Triaged => "An analyst decides: case, merge, referral, information or no action.",
            Self::Merged => "It goes on in the report it was merged into. Close it when that is checked.",
            Self::Referred => "The receiving agency answers. Close it when they have confirmed receipt.",
            Self::CaseOpened => "It goes on in the case. Close it when everything in it has been taken over.",
            Self::NoAction => "Close it, or undo the decision.",
            Self::ReturnedForInformation => {
                "The reporter answers. Triage it again then, or close it if nothing comes."
            }
            Self::Closed => "Nothing is due. Reopen it if something new comes.",
            Self::Reopened => "An analyst decides anew.",
        }
    }
}

impl DecisionKind {
    /// The state it leads to.
    pub const fn leads_to(self) -> ReportState {
        match self {
            Self::Triage => ReportState::Triaged,
            Self::OpenCase => ReportState::CaseOpened,
            Self::MergeInto => ReportState::Merged,
            Self::Refer => ReportState::Referred,
            Self::ReturnForInformation => ReportState::ReturnedForInformation,
            Self::NoAction => ReportState::NoAction,
            Self::Close => ReportState::Closed,
            Self::Reopen => ReportState::Reopened,
        }
    }

    /// The key that takes it in the queue.
    pub const fn key(self) -> Option<char> {
        match self {
            Self::OpenCase => Some('o'),
            Self::MergeInto => Some('m'),
            Self::Refer => Some('r'),
            Self::ReturnForInformation => Some('b'),
            Self::NoAction => Some('x'),
            Self::Triage | Self::Close | Self::Reopen => None,
        }
    }

    /// True if carrying it out sends something to somebody else.
    pub const fn leaves_the_house(self) -> bool {
        matches!(self, Self::Refer | Self::ReturnForInformation)
    }
}

/// The decision is not possible in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a report that is {} cannot take the decision “{}”; possible now: {}",
    state.label(), decision.label(), state.possible().iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ")
)]
pub struct NotAllowed {
    /// Where the report stands.
    pub state: ReportState,
    /// What was tried.
    pub decision: DecisionKind,
}

impl NotAllowed {
    /// What is possible instead.
    pub const fn possible(&self) -> &'static [DecisionKind] {
        self.state.possible()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{prelude::*, sample};

    use super::*;
    use crate::decision::tests::decision;

    fn reachable(from: ReportState) -> BTreeSet<ReportState> {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(state) = open.pop() {
            for next in state.possible().iter().map(|kind| kind.leads_to()) {
                if found.insert(next) {
                    open.push(next);
                }
            }
        }
        found
    }

    #[test]
    fn every_state_is_reached_and_none_is_a_dead_end() {
        let all: BTreeSet<_> = ReportState::ALL.iter().copied().collect();
        let mut from_start = reachable(ReportState::Received);
        from_start.insert(ReportState::Received);
        assert_eq!(from_start, all);
        for state in all {
            let onward = reachable(state);
            assert!(
                onward.contains(&ReportState::Closed) && onward.contains(&ReportState::Reopened),
                "{state}"
            );
            assert!(!state.possible().is_empty() && !state.next_step().is_empty());
        }
    }

    #[test]
    fn the_machine_is_the_one_that_was_agreed() {
        let table: Vec<String> = ReportState::ALL
            .iter()
            .map(|from| {
                let to: Vec<_> = from.possible().iter().map(|kind| kind.leads_to().as_str()).collect();
                format!("{from} → {}", to.join(" | "))
            })
            .collect();
        assert_eq!(
            table,
            [
                "received → case_opened | merged | referred | returned_for_information | no_action | triaged",
                "triaged → case_opened | merged | referred | returned_for_information | no_action",
                "merged → closed",
                "referred → closed",
                "case_opened → closed",
                "no_action → closed",
                "returned_for_information → triaged | closed",
                "closed → reopened",
                "reopened → case_opened | merged | referred | returned_for_information | no_action | closed",
            ]
        );
    }

    #[test]
    fn a_report_that_came_in_can_be_decided_in_one_step_but_not_closed_unseen() {
        let possible = ReportState::Received.possible();
        assert!(ReportState::Triaged.possible().iter().all(|kind| possible.contains(kind)));
        let error = ReportState::Received.after(&Decision::Close).unwrap_err();
        assert_eq!(error.possible(), possible);
        let words = error.to_string();
        assert!(
            words.starts_with("a report that is received cannot take the decision “Close the report”"),
            "{words}"
        );
    }

    proptest! {
        /// Whatever is tried: only what the state lists is done, and undoing everything leads back.
        #[test]
        fn undo_restores_every_state_on_the_way_back(tried in prop::collection::vec(sample::select(DecisionKind::ALL), 0..60)) {
            let mut state = ReportState::Received;
            let mut taken = Vec::new();
            for kind in tried {
                match state.take(decision(kind)) {
                    Ok(step) => {
                        prop_assert!(state.possible().contains(&kind));
                        prop_assert_eq!(step.from, state);
                        state = step.to;
                        taken.push(step);
                    }
                    Err(error) => {
                        prop_assert!(!error.possible().contains(&kind));
                        prop_assert!(!error.possible().is_empty());
                    }
                }
            }
            while let Some(step) = taken.pop() {
                state = step.undo(state).unwrap();
                prop_assert_eq!(state, step.from);
            }
            prop_assert_eq!(state, ReportState::Received);
        }

        #[test]
        fn closed_and_reopened_lead_to_each_other(rounds in 1_usize..20) {
            let mut state = ReportState::Closed;
            for _ in 0..rounds {
                state = state.after(&decision(DecisionKind::Reopen)).unwrap();
                prop_assert_eq!(state, ReportState::Reopened);
                state = state.after(&Decision::Close).unwrap();
                prop_assert_eq!(state, ReportState::Closed);
            }
        }
    }
}
