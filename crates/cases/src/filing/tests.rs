//! What a filing promises.

use std::collections::BTreeSet;

use model::Span;
use proptest::{collection::vec, prelude::*, sample};

use super::*;

const START: Instant = Instant::from_micros(1_800_000_000_000_000);

fn user(n: u8) -> Id<kinds::User> {
    format!("0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5{n:02x}").parse().unwrap()
}

fn clock() -> RunningClock {
    RunningClock {
        rule: "synthetic".to_owned(),
        trigger: START,
        due: START + Span::hours(24),
        soon_from: START + Span::hours(18),
        met_at: None,
    }
}

fn draft() -> Filing {
    Filing::draft(FilingKind::Referral, user(1), Some(clock()))
}

fn step(kind: FilingStepKind, by: Id<kinds::User>) -> FilingStep {
    let text = || "Synthetic text".to_owned();
    match kind {
        FilingStepKind::Review => FilingStep::Review { by },
        FilingStepKind::MakeReady => FilingStep::MakeReady,
        FilingStepKind::Send => FilingStep::Send { at: START + Span::hours(20) },
        FilingStepKind::Acknowledge => FilingStep::Acknowledge { reference: text() },
        FilingStepKind::Reject => FilingStep::Reject { reason: text() },
        FilingStepKind::Redraft => FilingStep::Redraft { by },
        FilingStepKind::Withdraw => FilingStep::Withdraw { why: text() },
    }
}

fn after(steps: &[FilingStepKind]) -> Filing {
    steps.iter().fold(draft(), |filing, kind| filing.take(step(*kind, user(2))).unwrap().after)
}

#[test]
fn every_state_is_reached_and_only_what_arrived_rests() {
    let mut found = BTreeSet::from([FilingState::Drafted]);
    let mut open = vec![FilingState::Drafted];
    while let Some(state) = open.pop() {
        for next in state.possible().iter().map(|kind| kind.leads_to()) {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    assert_eq!(found, FilingState::ALL.iter().copied().collect());
    for state in FilingState::ALL {
        assert_eq!(state.possible().is_empty(), *state == FilingState::Acknowledged);
        assert!(!state.next_step().is_empty());
    }
}

#[test]
fn the_drafter_cannot_review_and_a_change_is_reviewed_anew() {
    let refused = draft().take(step(FilingStepKind::Review, user(1))).unwrap_err();
    assert_eq!(refused, FilingFault::SamePerson(SamePerson));
    let reviewed = after(&[FilingStepKind::Review]);
    assert_eq!(reviewed.reviewer, Some(user(2)));
    let changed = reviewed.take(step(FilingStepKind::Redraft, user(2))).unwrap().after;
    assert_eq!((changed.drafter, changed.reviewer), (user(2), None));
    assert!(changed.take(step(FilingStepKind::Review, user(2))).is_err());
    assert!(changed.take(step(FilingStepKind::Review, user(1))).is_ok());
}

#[test]
fn what_was_sent_cannot_be_withdrawn_or_undone() {
    use FilingStepKind::{Acknowledge, MakeReady, Review, Send, Withdraw};
    let ready = after(&[Review, MakeReady]);
    let making_ready = after(&[Review]).take(step(MakeReady, user(2))).unwrap();
    assert_eq!(
        making_ready.undo(&after(&[Review, MakeReady, Withdraw])),
        Err(FilingUndo::NotTheLatest { step: MakeReady, now: FilingState::Withdrawn })
    );
    let sending = ready.take(step(Send, user(2))).unwrap();
    let sent = sending.after.clone();
    assert_eq!(sending.undo(&sent), Err(FilingUndo::LeftTheHouse { step: Send }));
    let error = sent.take(step(Withdraw, user(2))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a filing that is sent cannot take the step “Withdraw”; possible now: Record the acknowledgement, Record the rejection"
    );
    let arrived = sent.take(step(Acknowledge, user(2))).unwrap().after;
    assert!(arrived.take(step(Send, user(2))).unwrap_err().to_string().ends_with("nothing, it has arrived"));
}

#[test]
fn a_rejection_starts_over_and_its_clock_runs_on() {
    use FilingStepKind::{MakeReady, Redraft, Reject, Review, Send};
    let now = START + Span::hours(30);
    let sent = after(&[Review, MakeReady, Send]);
    assert_eq!(sent.clock_state(now), Some(ClockState::Met));
    let rejected = after(&[Review, MakeReady, Send, Reject]);
    assert_eq!(rejected.reason.as_deref(), Some("Synthetic text"));
    assert_eq!(rejected.clock_state(now), Some(ClockState::Breached { by: Span::hours(6) }));
    let again = rejected.take(step(Redraft, user(1))).unwrap().after;
    assert_eq!((again.state, again.sent_at, again.reason), (FilingState::Drafted, None, None));
    assert_eq!(draft().clock_state(START), Some(ClockState::Running { left: Span::hours(24) }));
    assert_eq!(Filing { clock: None, ..draft() }.clock_state(START), None);
}

#[test]
fn outcomes_need_their_words() {
    use FilingStepKind::{MakeReady, Review, Send};
    let sent = after(&[Review, MakeReady, Send]);
    let blank = || " ".to_owned();
    assert_eq!(sent.take(FilingStep::Acknowledge { reference: blank() }), Err(FilingFault::NoReference));
    assert_eq!(sent.take(FilingStep::Reject { reason: blank() }), Err(FilingFault::NoReason));
    assert_eq!(draft().take(FilingStep::Withdraw { why: blank() }), Err(FilingFault::NoReason));
}

proptest! {
    /// Whatever is tried: only what the state lists is done; what is sent was reviewed by a second person; and what has
    /// not left the house leads back step by step.
    #[test]
    fn filings_keep_their_rules(tried in vec((sample::select(FilingStepKind::ALL), 1_u8..4), 0..60)) {
        let mut filing = draft();
        let mut changes: Vec<FilingChange> = Vec::new();
        for (kind, by) in tried {
            match filing.take(step(kind, user(by))) {
                Ok(change) => {
                    prop_assert!(filing.state.possible().contains(&kind));
                    prop_assert_eq!(change.after.state, kind.leads_to());
                    filing = change.after.clone();
                    changes.push(change);
                }
                Err(FilingFault::SamePerson(_)) => prop_assert_eq!(filing.drafter, user(by)),
                Err(_) => prop_assert!(!filing.state.possible().contains(&kind)),
            }
            if matches!(filing.state, FilingState::Reviewed | FilingState::Ready | FilingState::Sent | FilingState::Acknowledged) {
                prop_assert!(filing.reviewer.is_some_and(|reviewer| reviewer != filing.drafter));
            }
        }
        while let Some(change) = changes.pop() {
            match change.undo(&filing) {
                Ok(before) => filing = before,
                Err(error) => {
                    let step = change.step.kind();
                    prop_assert!(step.left_the_house());
                    prop_assert_eq!(error, FilingUndo::LeftTheHouse { step });
                    break;
                }
            }
            prop_assert_eq!(&filing, &change.before);
        }
    }
}
