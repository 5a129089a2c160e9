use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    hashlist::Hash,
    stopncii::{
        HashKey,
        server::{Fault, Server, Version},
    },
};

/// 2026-03-01T00:00:00Z.
const START: i64 = 1_772_323_200;

fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}

fn page(time: i64, more: bool, token: &str) -> String {
    let record = format!(
        r#"{{"lastModtimestamp": {time}, "hashValue": "synthetic", "hashStatus": "Active", "signalType": "Text"}}"#
    );
    format!(
        r#"{{"nextSetTimestamp": {time}, "nextPageToken": "{token}", "hasMoreRecords": {more}, "hashRecords": [{record}]}}"#
    )
}

/// Whoever keeps a copy of the exchange's records.
struct Keeper {
    kept: BTreeMap<HashKey, HashRecord>,
    state: Fetch,
}

impl Keeper {
    /// Asks once, as after a restart; whether there was anything to ask.
    fn step(&mut self, server: &mut Server, now: Instant, lose_answer: bool) -> bool {
        let state: Fetch = serde_json::from_str(&serde_json::to_string(&self.state).unwrap()).unwrap();
        assert_eq!(state, self.state);
        let Some(ask) = state.next(now, Pace::default()) else { return false };
        match server.answer(&ask.request().path, now) {
            _ if lose_answer => {}
            None => self.state = ask.failed(),
            Some(answer) => {
                let taken = ask.take(&answer);
                for record in taken.records.into_iter().map(|record| record.value) {
                    if self.kept.get(&record.key).is_none_or(|kept| record.replaces(kept)) {
                        self.kept.insert(record.key.clone(), record);
                    }
                }
                self.state = taken.state;
            }
        }
        true
    }

    fn standing(&self) -> BTreeMap<u8, &str> {
        let key = |record: &HashRecord| match record.hash {
            Some(Hash::Md5(md5)) => md5[0],
            other => panic!("{other:?}"),
        };
        self.kept.values().map(|record| (key(record), record.status.as_str())).collect()
    }
}

#[test]
fn a_pass_follows_its_tokens_and_the_next_begins_at_the_earliest_of_three_times() {
    let pace = Pace::default();
    let (opened, last) = (at(START + 1000), at(START + 1060));
    let ask = Fetch::everything().next(opened, pace).unwrap();
    assert_eq!(ask.request().path, "/FetchHashes?startTimestamp=10&pageSize=800");
    assert!(ask.is_of_everything());
    let state = ask.take(page(START + 1050, true, "a+/=").as_bytes()).state;
    assert_eq!(state.standing(), Standing::First);
    let ask = state.next(last, pace).unwrap();
    assert_eq!(ask.request().path, "/FetchHashes?startTimestamp=10&pageSize=800&nextPageToken=a%2B%2F%3D");
    let next_start = |time| {
        let state = ask.clone().take(page(time, false, "still there").as_bytes()).state;
        assert_eq!(state.standing(), Standing::Complete(last));
        assert!(state.next(last + Span::minutes(4), pace).is_none());
        let next = state.next(last + Span::minutes(6), pace).unwrap();
        assert!(!next.is_of_everything());
        assert!(
            state.next(last + Span::days(31), pace).unwrap().is_of_everything(),
            "stale: everything again"
        );
        next.request().path.clone()
    };
    let path = |start: i64| format!("/FetchHashes?startTimestamp={}&pageSize=800", start - 300);
    assert_eq!(next_start(START + 900), path(START + 900), "the service’s time");
    assert_eq!(next_start(START + 9_000_000), path(START + 1000), "when the pass began");
}

#[test]
fn a_token_that_has_lain_too_long_is_not_used() {
    let pace = Pace::default();
    let state =
        Fetch::everything().next(at(START), pace).unwrap().take(page(START, true, "t").as_bytes()).state;
    let path = |minutes| state.next(at(START) + Span::minutes(minutes), pace).unwrap().request().path.clone();
    assert!(path(60).ends_with("&nextPageToken=t"));
    assert!(path(61).ends_with("&pageSize=800"));
    let empty = br#"{"nextPageToken": null, "hasMoreRecords": false, "hashRecords": []}"#;
    let lain = state.next(at(START) + Span::minutes(6), pace).unwrap().take(empty).state;
    assert_eq!(lain.standing(), Standing::First, "an empty last page after six minutes is not believed");
    let ask = state.next(at(START) + Span::minutes(5), pace).unwrap();
    let late = ask.clone().answered_at(at(START) + Span::minutes(6)).take(empty);
    assert_eq!((late.state.standing(), late.whole), (Standing::First, false), "nor one that took its time");
    let fresh = ask.take(empty);
    assert!(matches!(fresh.state.standing(), Standing::Complete(_)) && fresh.whole);
}

#[test]
fn a_service_that_leads_in_a_circle_is_told_to_a_person() {
    let mut state = Fetch::everything();
    let mut steps = 0;
    while !matches!(state.standing(), Standing::Stuck { .. }) {
        let ask = state.next(at(START), Pace::default()).unwrap();
        let token = if ask.request().path.ends_with("=one") { "two" } else { "one" };
        state = ask.take(page(START, true, token).as_bytes()).state;
        steps += 1;
        assert!(steps < 100);
    }
    assert!(state.next(at(START), Pace::default()).is_some(), "it is asked for all the same");
}

/// What happens in the world between two steps of the keeper.
#[derive(Clone, Debug)]
struct Moment {
    passes: i64,
    changes: Vec<(u8, &'static str, i64)>,
    lose_answer: bool,
}

fn moments() -> impl Strategy<Value = Vec<Moment>> {
    let passes = prop_oneof![8 => 0_i64..30, 3 => 30_i64..600, 1 => 600_i64..10_000];
    let lag = prop_oneof![3 => Just(0_i64), 1 => 0_i64..300];
    let status = prop_oneof![Just("Received"), Just("Active"), Just("Withdrawn"), Just("Deleted")];
    let changes = proptest::collection::vec((0_u8..24, status, lag), 0..12);
    let changes = prop_oneof![2 => Just(Vec::new()), 1 => changes];
    let moment = (passes, changes, proptest::bool::weighted(0.05))
        .prop_map(|(passes, changes, lose_answer)| Moment { passes, changes, lose_answer });
    proptest::collection::vec(moment, 1..80)
}

fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let fault = prop_oneof![
        6 => Just(Fault::None),
        1 => Just(Fault::Silent),
        1 => Just(Fault::CutOff),
        2 => Just(Fault::PageBefore),
        1 => Just(Fault::Html),
        1 => Just(Fault::Circle),
    ];
    proptest::collection::vec(fault, 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_keeper_ends_with_exactly_the_exchanges_records(
        moments in moments(), faults in faults(), page in 1_usize..5, inclusive: bool,
    ) {
        let mut server = Server { records: BTreeMap::new(), page, inclusive, faults, asked: 0 };
        let mut keeper = Keeper { kept: BTreeMap::new(), state: Fetch::everything() };
        let mut now = START;
        for moment in moments {
            now += moment.passes;
            for (key, status, lag) in moment.changes {
                let versions = server.records.entry(key).or_default();
                versions.push(Version { at: now, shows_at: now + lag, status });
            }
            keeper.step(&mut server, at(now), moment.lose_answer);
        }
        // The world stands still: the pass under way ends, and one that sees what showed late.
        for wait in [0, 400] {
            now += wait;
            let before = server.asked;
            while keeper.step(&mut server, at(now), false) {
                prop_assert!(server.asked - before < 5_000, "{:?}", keeper.state);
            }
        }
        prop_assert_eq!(keeper.standing(), server.standing());
        prop_assert!(matches!(keeper.state.standing(), Standing::Complete(_)));
    }
}
