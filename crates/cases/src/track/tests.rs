//! What the tracks of a case promise.

use std::collections::HashSet;

use proptest::{collection::vec, prelude::*, sample};

use super::*;

fn all_states() -> Vec<TrackState> {
    let investigation = InvestigationState::ALL.iter().copied().map(TrackState::Investigation);
    let prosecution = ProsecutionState::ALL.iter().copied().map(TrackState::Prosecution);
    let aftercare = AftercareState::ALL.iter().copied().map(TrackState::Aftercare);
    investigation.chain(prosecution).chain(aftercare).collect()
}

fn reachable(from: TrackState) -> HashSet<TrackState> {
    let mut found = HashSet::new();
    let mut open = vec![from];
    while let Some(state) = open.pop() {
        for next in state.next() {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
    found
}

#[test]
fn every_state_is_reached_and_none_is_a_dead_end() {
    let mut found = HashSet::new();
    for track in CaseTrack::ALL {
        let start = Tracks::default().state(*track);
        found.insert(start);
        found.extend(reachable(start));
    }
    let all = all_states();
    assert_eq!(found, all.iter().copied().collect());
    for state in all {
        assert!(!state.next().is_empty(), "{state:?}");
        assert!(!state.next().contains(&state), "{state:?}");
        assert!(state.next().iter().all(|next| next.track() == state.track()));
    }
}

#[test]
fn no_word_of_any_track_lets_a_victim_end_the_case() {
    let states = all_states().into_iter().map(TrackState::label);
    let reasons = EndReason::ALL.iter().map(|reason| reason.label());
    let phases = Phase::ALL.iter().map(|phase| phase.label());
    for label in states.chain(reasons).chain(phases) {
        for word in ["withdr", "desist", "recant", "victim"] {
            assert!(!label.contains(word), "{label}");
        }
    }
}

#[test]
fn what_ends_needs_a_reason() {
    let tracks = Tracks { investigation: InvestigationState::UnderWay, ..Tracks::default() };
    let end = TrackState::Investigation(InvestigationState::Concluded);
    assert_eq!(tracks.step(end, None), Err(NotAStep::WithoutReason { to: end }));
    let (after, step) = tracks.step(end, Some(EndReason::SubmittedForProsecution)).unwrap();
    assert_eq!(after.investigation, InvestigationState::Concluded);
    assert_eq!(after.undo(&step), Ok(tracks));
    let later = after.step(TrackState::Investigation(InvestigationState::UnderWay), None).unwrap().0;
    let error = later.undo(&step).unwrap_err();
    assert!(error.to_string().starts_with("the step to “concluded” is not the latest"), "{error}");
}

#[test]
fn a_step_that_does_not_follow_says_what_does() {
    let error = Tracks::default().step(TrackState::Prosecution(ProsecutionState::Filed), None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the prosecution is “not started” and cannot become “filed in court”; possible now: submitted to the prosecutor"
    );
}

#[test]
fn the_phase_is_the_furthest_thing_that_goes_on() {
    use AftercareState as Care;
    use InvestigationState as Inquiry;
    use ProsecutionState as Court;
    for (investigation, prosecution, aftercare, phase) in [
        (Inquiry::NotStarted, Court::NotStarted, Care::NotStarted, Phase::Intake),
        (Inquiry::UnderWay, Court::NotStarted, Care::NotStarted, Phase::Investigation),
        (Inquiry::OperationPlanned, Court::NotStarted, Care::NotStarted, Phase::Operation),
        (Inquiry::OperationExecuted, Court::Submitted, Care::Intake, Phase::Prosecution),
        (Inquiry::Concluded, Court::OnTrial, Care::Implementation, Phase::Trial),
        (Inquiry::Concluded, Court::Convicted, Care::Implementation, Phase::Judgment),
        (Inquiry::Concluded, Court::Final, Care::Monitoring, Phase::Aftercare),
        (Inquiry::Concluded, Court::Final, Care::Closed, Phase::Closed),
        (Inquiry::Concluded, Court::NotStarted, Care::NotStarted, Phase::Closed),
        (Inquiry::UnderWay, Court::Dropped, Care::Closed, Phase::Investigation),
        (Inquiry::NotStarted, Court::NotStarted, Care::Intake, Phase::Aftercare),
    ] {
        assert_eq!(Tracks { investigation, prosecution, aftercare }.phase(), phase);
    }
}

proptest! {
    /// Whatever is tried: only what follows is done, one track moves at a time, and undoing everything leads back.
    #[test]
    fn steps_move_one_track_and_can_be_undone(tried in vec((sample::select(all_states()), any::<bool>()), 0..80)) {
        let mut tracks = Tracks::default();
        let mut taken = Vec::new();
        for (to, with_reason) in tried {
            let why = with_reason.then_some(EndReason::TakenOver);
            let follows = tracks.state(to.track()).next().contains(&to) && (with_reason || !to.needs_reason());
            match tracks.step(to, why) {
                Ok((after, step)) => {
                    prop_assert!(follows);
                    for track in CaseTrack::ALL {
                        let expected = if *track == to.track() { to } else { tracks.state(*track) };
                        prop_assert_eq!(after.state(*track), expected);
                    }
                    taken.push((tracks, step));
                    tracks = after;
                }
                Err(_) => prop_assert!(!follows),
            }
        }
        while let Some((before, step)) = taken.pop() {
            tracks = tracks.undo(&step).unwrap();
            prop_assert_eq!(tracks, before);
        }
    }
}
