//! Whatever goes wrong and wherever the client is killed, what it has in the end is what the service
//! shares.

use std::collections::{BTreeMap, VecDeque};

use clients::{Ended, Exchange};
use proptest::{collection::vec, option, prelude::*, sample::Index};

use crate::{
    keeper::Keeper,
    ncmec::{self, Fault, Stale, Version},
    stopncii,
    world::{START, World},
};

const KEYS: u8 = 14;
/// Everything happens in so many seconds, and shows so many later at most: less than any overlap.
const LENGTH: i64 = 4000;
const LATE: i64 = 200;

fn versions() -> impl Strategy<Value = BTreeMap<u8, Vec<Version>>> {
    // Half of the changes fall into one second: a burst.
    let at = prop_oneof![Just(1000), 0..LENGTH];
    let version = (0..KEYS, at, 0..LATE, option::weighted(0.8, 0_u32..99));
    vec(version, 0..40).prop_map(|changes| {
        let mut entries: BTreeMap<u8, Vec<Version>> = BTreeMap::new();
        let mut changes: Vec<_> = changes;
        changes.sort_by_key(|(_, at, ..)| *at);
        for (key, at, late, md5) in changes {
            let versions = entries.entry(key).or_default();
            // One change of an entry a second, since the order of two in a second is nowhere told.
            if versions.last().is_none_or(|last| last.at < START + at) {
                let shows_at = (START + at + late).max(versions.last().map_or(0, |last| last.shows_at));
                versions.push(Version { at: START + at, shows_at, md5 });
            }
        }
        entries
    })
}

fn faults() -> impl Strategy<Value = VecDeque<Fault>> {
    let fault = prop_oneof![
        8 => Just(Fault::None),
        1 => prop_oneof![Just(429), Just(500), Just(502), Just(503), Just(504), Just(404)].prop_map(Fault::Status),
        1 => prop_oneof![Just(7), Just(100_000)].prop_map(Fault::BusyFor),
        1 => Just(Fault::Cut),
        1 => Just(Fault::HungUp),
        1 => Just(Fault::Truncated),
        1 => Just(Fault::Html),
        1 => Just(Fault::PageBefore),
    ];
    vec(fault, 0..60).prop_map(VecDeque::from)
}

fn stale() -> impl Strategy<Value = Stale> {
    prop_oneof![Just(Stale::Empty), prop_oneof![Just(404), Just(410), Just(500)].prop_map(Stale::Status)]
}

/// How long the address of a page is good: longer than the clients take it to be fresh.
fn life() -> impl Strategy<Value = i64> {
    prop_oneof![Just(43_200), 320..4000_i64]
}

/// A run that ends at a step, killed before it is kept or after, and how long until the next.
#[derive(Clone, Debug)]
struct Kill {
    steps: usize,
    after: bool,
    then: i64,
}

fn kills() -> impl Strategy<Value = Vec<Kill>> {
    let then = prop_oneof![4 => 0..400_i64, 2 => 400..3000_i64, 1 => Just(50_000_i64)];
    vec((0..9_usize, any::<bool>(), then).prop_map(|(steps, after, then)| Kill { steps, after, then }), 0..12)
}

/// Runs with kills, then without until all is read.
fn read_through(world: &World, kills: &[Kill], mut client: impl FnMut() -> Box<dyn Exchange>) -> Keeper {
    let mut keeper = Keeper::default();
    let surroundings = world.surroundings();
    for kill in kills {
        // A process that is killed and started again has a client of its own; what a run ends with
        // does not matter here.
        let _ = keeper.run_until_killed(&mut *client(), &surroundings, kill.steps, kill.after);
        world.until(world.second() + kill.then);
    }
    world.until(START + LENGTH + LATE + 1000);
    // One run may end a pass that was begun long ago; the next reads what changed since.
    let mut ended = 0;
    for _ in 0..200 {
        world.until(world.second() + 600);
        if let Ok(run) = keeper.run(&mut *client(), &surroundings) {
            assert_eq!(run.ended, Ended::CaughtUp);
            ended += 1;
        }
        if ended == 2 {
            return keeper;
        }
    }
    panic!("it never comes to an end");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ncmec_is_read_whole(
        entries in versions(),
        videos in any::<Index>(),
        page in 1_usize..5,
        link_life in life(),
        (faults, stale, kills) in (faults(), stale(), kills()),
    ) {
        let world = World::at(START + 500);
        let mut script = ncmec::Script::new(page);
        (script.faults, script.stale, script.link_life) = (faults, stale, link_life);
        let videos = u8::try_from(videos.index(usize::from(KEYS))).unwrap();
        for (key, versions) in entries {
            let id = if key < videos { format!("v{key}") } else { format!("synthetic-{key}") };
            script.entries.insert((u64::from(key % 3), id), versions);
        }
        let truth = script.truth();
        let service = script.serve(&world);
        let keeper = read_through(&world, &kills, || Box::new(service.client(&world)));
        prop_assert_eq!(keeper.hashes(), truth);
        prop_assert!(keeper.rejects.is_empty(), "{:?}", keeper.rejects);
    }

    #[test]
    fn stopncii_is_read_whole(
        records in versions(),
        page in 1_usize..5,
        token_life in life(),
        (faults, stale, kills) in (faults(), stale(), kills()),
    ) {
        let world = World::at(START + 500);
        let mut script = stopncii::Script::new(page);
        (script.faults, script.stale, script.token_life) = (faults, stale, token_life);
        script.records = records.into_iter().map(|(key, versions)| (u32::from(key), versions)).collect();
        let truth = script.truth();
        let service = script.serve(&world);
        let keeper = read_through(&world, &kills, || Box::new(service.client(&world)));
        prop_assert_eq!(keeper.hashes(), truth);
        prop_assert!(keeper.rejects.is_empty(), "{:?}", keeper.rejects);
    }
}
