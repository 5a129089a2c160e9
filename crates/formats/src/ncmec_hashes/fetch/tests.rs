use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    hashlist::Hash,
    ncmec_hashes::{
        Change, EntryKey, Fingerprint,
        server::{Fault, Server, Version},
    },
};

/// 2026-03-01T00:00:00Z.
const START: i64 = 1_772_323_200;

fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}

fn begin() -> Fetch {
    Fetch::since(Environment::TestIndustry, at(START))
}

fn page(next: &str) -> String {
    format!("<queryResult><images/><paging><next>{next}</next></paging></queryResult>")
}

/// Whoever keeps a copy of the service's entries.
struct Keeper {
    kept: BTreeMap<EntryKey, Entry>,
    state: Fetch,
    pace: Pace,
}

impl Keeper {
    fn new(pace: Pace) -> Self {
        Self { kept: BTreeMap::new(), state: begin(), pace }
    }

    /// Asks once, as after a restart; whether there was anything to ask.
    fn step(&mut self, server: &mut Server, now: Instant, lose_answer: bool) -> bool {
        let state: Fetch = serde_json::from_str(&serde_json::to_string(&self.state).unwrap()).unwrap();
        assert_eq!(state, self.state);
        let Some(ask) = state.next(now, self.pace) else { return false };
        match server.answer(&ask.request().path, now) {
            _ if lose_answer => {}
            None => self.state = ask.failed(),
            Some(answer) => {
                let taken = ask.take(&answer);
                for entry in taken.entries.into_iter().map(|record| record.value) {
                    if self.kept.get(&entry.key).is_none_or(|kept| entry.replaces(kept)) {
                        self.kept.insert(entry.key.clone(), entry);
                    }
                }
                self.state = taken.state;
            }
        }
        true
    }

    fn present(&self) -> BTreeMap<u8, u8> {
        let present = self.kept.values().filter_map(|entry| match &entry.change {
            Change::Deleted => None,
            Change::Present(details) => match details.fingerprints.as_slice() {
                [Fingerprint::Hash(Hash::Md5(md5))] => {
                    Some((entry.key.id.strip_prefix("synthetic").unwrap().parse().unwrap(), md5[0]))
                }
                other => panic!("{other:?}"),
            },
        });
        present.collect()
    }
}

#[test]
fn times_are_utc_and_bounds_are_taken_in_either_way() {
    let now = Instant::parse("2026-03-01T16:00:05+08:00").unwrap();
    let ask = begin().next(now, Pace { overlap: Span(0), ..Pace::default() }).unwrap();
    let path = &ask.request().path;
    assert_eq!(path, "/v2/entries?from=2026-02-28T23%3A59%3A59Z&to=2026-03-01T08%3A00%3A00Z");
    assert_eq!(begin().environment().base_url(), "https://exttest.cybertip.org/hashsharing");
}

#[test]
fn only_a_window_that_was_read_to_its_end_counts() {
    let pace = Pace::default();
    let now = at(START + 3600);
    let ask = begin().next(now, pace).unwrap();
    let first = ask.take(page("/v2/entries?start=2").as_bytes()).state;
    let ask = first.next(now, pace).unwrap();
    assert_eq!(ask.request().path, "/v2/entries?start=2");
    for broken in ["", "<html/>", "<queryResult><images>", &page("http://example.test/v2/entries?x")] {
        let taken = first.next(now, pace).unwrap().take(broken.as_bytes());
        assert!(taken.rejects.last().unwrap().fatal, "{broken}");
        assert_eq!(taken.state.next(now, pace).unwrap().request().path, "/v2/entries?start=2");
    }
    let last = ask.take(b"<queryResult/>").state;
    assert_eq!(last.standing(), Standing::Complete(at(START + 3595)));
    assert!(last.next(now, pace).is_none());
    let later = last.next(at(START + 3601), pace).unwrap();
    assert!(
        later.request().path.starts_with("/v2/entries?from=2026-03-01T00%3A54%3A54Z&"),
        "five minutes again"
    );
}

#[test]
fn an_address_that_has_lain_too_long_is_not_used() {
    let pace = Pace::default();
    let opened = at(START + 3600);
    let state = begin().next(opened, pace).unwrap().take(page("/v2/entries?start=2").as_bytes()).state;
    let path = |hours| state.next(opened + Span::hours(hours), pace).unwrap().request().path.clone();
    assert_eq!(path(12), "/v2/entries?start=2");
    assert!(path(13).starts_with("/v2/entries?from=2026-02-28T"), "the window is opened again");
    let lain = state.next(opened + Span::hours(1), pace).unwrap().take(b"<queryResult/>").state;
    assert!(
        matches!(lain.standing(), Standing::Underway(_)),
        "an empty last page after an hour is not believed"
    );
    let ask = state.next(opened, pace).unwrap();
    let late = ask.clone().answered_at(opened + Span::hours(1)).take(b"<queryResult/>").state;
    assert_eq!((late.position, late.again), (state.position, 1), "nor one that took an hour");
    let fresh = ask.take(b"<queryResult/>").state;
    assert!(fresh.position > state.position && fresh.again == 0);
}

#[test]
fn a_service_that_leads_in_a_circle_is_asked_for_less_and_then_a_person_is_told() {
    let mut state = begin();
    let now = at(START + 86_400);
    let mut steps = 0;
    while !matches!(state.standing(), Standing::Stuck { .. }) {
        let ask = state.next(now, Pace::default()).unwrap();
        let next = match ask.request().path.as_str() {
            "/v2/entries?start=2" => "/v2/entries?start=3",
            _ => "/v2/entries?start=2",
        };
        state = ask.take(page(next).as_bytes()).state;
        steps += 1;
        assert!(steps < 100);
    }
    let ask = state.next(now, Pace::default()).unwrap();
    assert!(ask.request().path.starts_with("/v2/entries?"), "it is asked for all the same");
    let opened = Fetch { window: None, ..state }.next(now, Pace::default()).unwrap().state;
    assert_eq!(
        (opened.position, opened.window.unwrap().to - opened.position),
        (START - 300, 86_400 / 4_i64.pow(5))
    );
}

#[test]
fn a_burst_in_one_second_is_read_to_its_end() {
    let pace = Pace { most_pages: 4, ..Pace::default() };
    let mut server = Server::new(1, (true, true), Vec::new());
    for key in 0..=255 {
        let version = Version { at: START + 5000, shows_at: START + 5000, md5: Some(key) };
        server.entries.insert(key, vec![version]);
    }
    let mut keeper = Keeper::new(pace);
    let now = at(START + 86_400);
    while keeper.step(&mut server, now, false) {
        assert!(server.asked < 2500, "{:?}", keeper.state);
    }
    assert_eq!(keeper.present(), server.present());
}

/// What happens in the world between two steps of the keeper.
#[derive(Clone, Debug)]
struct Moment {
    passes: i64,
    changes: Vec<(u8, Option<u8>, i64)>,
    lose_answer: bool,
}

fn moments() -> impl Strategy<Value = Vec<Moment>> {
    let passes = prop_oneof![8 => 0_i64..3, 3 => 3_i64..600, 1 => 600_i64..100_000];
    let lag = prop_oneof![3 => Just(0_i64), 1 => 0_i64..=300];
    let changes =
        proptest::collection::vec((0_u8..24, proptest::option::weighted(0.8, any::<u8>()), lag), 0..12);
    let changes = prop_oneof![2 => Just(Vec::new()), 1 => changes];
    let moment = (passes, changes, proptest::bool::weighted(0.05))
        .prop_map(|(passes, changes, lose_answer)| Moment { passes, changes, lose_answer });
    proptest::collection::vec(moment, 1..60)
}

fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let fault = prop_oneof![
        4 => Just(Fault::None),
        1 => Just(Fault::Silent),
        1 => Just(Fault::CutOff),
        2 => Just(Fault::PageBefore),
        1 => Just(Fault::Html),
        1 => Just(Fault::Circle),
        2 => Just(Fault::OldToo),
    ];
    proptest::collection::vec(fault, 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_keeper_ends_with_exactly_the_services_entries(
        moments in moments(),
        faults in faults(),
        (page, most_pages) in (1_usize..5, 2_u32..8),
        bounds: (bool, bool),
    ) {
        let pace = Pace { most_pages, ..Pace::default() };
        let mut server = Server::new(page, bounds, faults);
        let mut keeper = Keeper::new(pace);
        let mut now = START;
        for moment in moments {
            now += moment.passes;
            for (key, md5, lag) in moment.changes {
                let versions = server.entries.entry(key).or_default();
                versions.push(Version { at: now, shows_at: now + lag, md5 });
            }
            keeper.step(&mut server, at(now), moment.lose_answer);
        }
        // The world stands still: the pass under way ends, and one that sees what showed late.
        for wait in [0, 400] {
            now += wait;
            let before = server.asked;
            while keeper.step(&mut server, at(now), false) {
                prop_assert!(server.asked - before < 20_000, "{:?}", keeper.state);
            }
        }
        prop_assert_eq!(keeper.present(), server.present());
        prop_assert!(matches!(keeper.state.standing(), Standing::Complete(_)));
    }
}
