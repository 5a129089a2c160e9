//! The way of a filing.

use proptest::prelude::*;

use super::*;
use crate::deadline::{DEADLINES, Deadlines};

fn user(number: u8) -> Id<kinds::User> {
    format!("00000000-0000-7000-8000-0000000000{number:02x}").parse().unwrap()
}

fn id(number: u8) -> Id<kinds::Filing> {
    format!("00000000-0000-7000-8000-0000000001{number:02x}").parse().unwrap()
}

fn at(hours: i64) -> Instant {
    Instant::parse("2026-11-20T00:00:00Z").unwrap() + model::Span::hours(hours)
}

fn begun() -> Filing {
    let deadlines = Deadlines::load(DEADLINES.0, DEADLINES.1).unwrap();
    Filing::draft(id(1), "amlc", at(0), user(1), at(1), &deadlines.in_force("amlc"), &BTreeSet::new())
        .unwrap()
}

fn rendered(profile: &str, standing: Standing) -> Rendered {
    Rendered {
        profile: profile.to_owned(),
        bytes: b"synthetic".to_vec(),
        file_name: "synthetic.csv".to_owned(),
        media_type: "text/csv",
        standing,
    }
}

fn filable() -> Rendered {
    rendered("amlc", Standing::Filable { official: Digest([7; 32]) })
}

fn filed() -> Filing {
    let mut filing = begun();
    filing.review(user(2), at(2), &filable()).unwrap();
    filing.file(user(1), at(3), &filable()).unwrap();
    filing
}

#[test]
fn the_straight_way_meets_the_deadline_and_is_kept() {
    let mut filing = filed();
    filing.acknowledge(user(1), at(4), " SYN-ACK-1 ").unwrap();
    assert_eq!(filing.state(), FilingState::Acknowledged);
    assert_eq!(filing.clocks()[0].met_at, Some(at(3)));
    assert_eq!(filing.clocks()[0].due, at(0) + model::Span::days(5));
    let steps: Vec<_> = filing.history().iter().map(|taken| (&taken.step, taken.by, taken.at)).collect();
    let number = FilingStep::Acknowledge { number: "SYN-ACK-1".to_owned() };
    let file = FilingStep::File { file: filable().digest(), official: Digest([7; 32]) };
    assert_eq!(
        steps,
        [
            (&FilingStep::Draft, user(1), at(1)),
            (&FilingStep::Review { file: filable().digest() }, user(2), at(2)),
            (&file, user(1), at(3)),
            (&number, user(1), at(4)),
        ]
    );
    let text = serde_json::to_string(&filing).unwrap();
    assert_eq!(serde_json::from_str::<Filing>(&text).unwrap(), filing);
}

#[test]
fn nobody_reviews_what_they_wrote_or_changed() {
    let mut filing = begun();
    assert_eq!(filing.review(user(1), at(2), &filable()), Err(FilingFault::OwnWork));
    filing.revise(user(2), at(2)).unwrap();
    assert_eq!(filing.review(user(2), at(3), &filable()), Err(FilingFault::OwnWork));
    filing.review(user(3), at(3), &filable()).unwrap();
    filing.revise(user(3), at(4)).unwrap();
    assert_eq!(filing.state(), FilingState::Drafted);
    assert_eq!(filing.review(user(3), at(5), &filable()), Err(FilingFault::OwnWork));
}

#[test]
fn a_draft_file_and_one_of_another_form_are_not_filed() {
    let mut filing = begun();
    filing.review(user(2), at(2), &filable()).unwrap();
    let draft = rendered("amlc", Standing::Draft { reasons: vec!["no schema".to_owned()] });
    assert_eq!(
        filing.file(user(1), at(3), &draft),
        Err(FilingFault::NotFilable(vec!["no schema".to_owned()]))
    );
    let other = rendered("fincen-sar-2.0", Standing::Filable { official: Digest([7; 32]) });
    assert_eq!(filing.file(user(1), at(3), &other), Err(FilingFault::OtherProfile("amlc".to_owned())));
    let changed = Rendered { bytes: b"synthetic, changed".to_vec(), ..filable() };
    assert_eq!(filing.file(user(1), at(3), &changed), Err(FilingFault::NotAsReviewed));
    assert_eq!((filing.state(), filing.clocks()[0].met_at), (FilingState::Reviewed, None));
    assert_eq!(begun().review(user(2), at(3), &other), Err(FilingFault::OtherProfile("amlc".to_owned())));
}

#[test]
fn a_rejected_filing_is_named_by_its_successor_whose_deadline_still_runs() {
    let mut filing = filed();
    assert_eq!(filing.reject(user(1), at(9), " "), Err(FilingFault::Empty("the unit’s reason")));
    filing.reject(user(1), at(9), "synthetic reason").unwrap();
    assert!(filing.draft_again(id(2), user(4), at(8)).is_err());
    let again = filing.draft_again(id(2), user(4), at(10)).unwrap();
    assert_eq!((again.replaces(), again.state()), (Some(id(1)), FilingState::Drafted));
    assert_eq!((again.clocks()[0].due, again.clocks()[0].met_at), (filing.clocks()[0].due, None));
    assert_eq!(filing.clocks()[0].met_at, Some(at(3)));
}

#[test]
fn no_step_lies_before_the_one_before_it_and_no_draft_before_the_suspicion() {
    let mut filing = begun();
    assert_eq!(
        filing.review(user(2), at(0), &filable()),
        Err(FilingFault::Earlier { at: at(0), last: at(1) })
    );
    assert!(Filing::draft(id(1), "amlc", at(2), user(1), at(1), &[], &BTreeSet::new()).is_err());
}

/// A step as a number, with what it needs.
fn step(filing: &mut Filing, step: u8, by: u8, hour: i64) -> Result<(), FilingFault> {
    let (by, at) = (user(by), at(hour));
    match step {
        0 => filing.revise(by, at),
        1 => filing.review(by, at, &filable()),
        2 => filing.file(by, at, &filable()),
        3 => filing.acknowledge(by, at, "SYN-1"),
        _ => filing.reject(by, at, "synthetic"),
    }
}

proptest! {
    /// Whatever is tried, a filing is filed only after somebody who did not write it reviewed what was written last; a step
    /// that is refused changes nothing.
    #[test]
    fn nothing_is_filed_unseen(steps in proptest::collection::vec((0_u8..5, 1_u8..4, 0_i64..3), 0..12)) {
        let mut filing = begun();
        let mut hour = 1;
        for (kind, by, later) in steps {
            hour += later;
            let before = filing.clone();
            if step(&mut filing, kind, by, hour).is_err() {
                prop_assert_eq!(&before, &filing);
            }
        }
        for (at, taken) in filing.history().iter().enumerate() {
            if matches!(taken.step, FilingStep::File { .. }) {
                let (before, review) = (&filing.history()[..at], &filing.history()[at - 1]);
                prop_assert_eq!(&review.step, &FilingStep::Review { file: filable().digest() });
                let wrote = |taken: &StepTaken| matches!(taken.step, FilingStep::Draft | FilingStep::Revise);
                prop_assert!(!before.iter().any(|taken| wrote(taken) && taken.by == review.by));
                prop_assert_eq!(filing.clocks()[0].met_at, Some(taken.at));
            }
        }
        let past = matches!(filing.state(), FilingState::Drafted | FilingState::Reviewed);
        prop_assert_eq!(filing.clocks()[0].met_at.is_none(), past);
    }
}
