//! threatexchange's own clients against the same services: they read what ours reads. `SAGIP_PEERS`
//! names a Python that has threatexchange.

use std::{collections::BTreeMap, process::Command};

use clients::{Medium, State};
use model::Instant;
use serde_json::{Value, json};

use crate::{
    http::query,
    keeper::Keeper,
    ncmec::{Script, Version},
    stopncii,
    world::{START, World, at},
};

const MANILA: &str = "Asia/Manila";

/// What threatexchange's client reads; `None` without one.
fn peer(zone: &str, arguments: &[&str]) -> Option<BTreeMap<String, Value>> {
    let Some(python) = std::env::var_os("SAGIP_PEERS") else {
        println!("SKIPPED (no peers): set SAGIP_PEERS to a Python that has threatexchange");
        return None;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers_read.py");
    let ran = Command::new(python).arg(script).args(arguments).env("TZ", zone).output().expect("Python");
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{errors}");
    Some(serde_json::from_slice(&ran.stdout).expect("an object"))
}

fn script() -> Script {
    let mut script = Script::new(7);
    for number in 0..60_u32 {
        let id = if number % 5 == 0 { format!("v{number}") } else { format!("synthetic-{number}") };
        script.add(&id, START + i64::from(number % 9), Some(number));
        if number % 4 == 0 {
            script.add(&id, START + 20, None);
        }
    }
    script
}

/// What ours keeps, as the script for Python prints it.
fn ours(keeper: &Keeper) -> BTreeMap<String, Value> {
    let entries = keeper.kept.iter().map(|(key, kept)| {
        let value = match &kept.state {
            State::Withdrawn => Value::Null,
            State::Shared(details) => {
                let mut hashes: Vec<String> = details.hashes.iter().map(|hash| format!("{hash:?}")).collect();
                hashes.sort();
                let medium = if details.medium == Some(Medium::Video) { "video" } else { "image" };
                let word = details.classification.as_ref().map(|classification| &classification.word);
                json!({"classification": word, "hashes": hashes, "medium": medium})
            }
        };
        (key.clone(), value)
    });
    entries.collect()
}

#[test]
fn threatexchange_and_ours_read_the_same_of_ncmec() {
    let world = World::at(START + 3600);
    let service = script().serve(&world);
    let (base, from, to) = (service.service.base(), (START - 60).to_string(), (START + 60).to_string());
    let Some(theirs) = peer("UTC", &["ncmec", &base, &from, &to]) else { return };
    let mut keeper = Keeper::default();
    keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    assert_eq!(theirs.len(), 60);
    assert_eq!(ours(&keeper), theirs);
}

#[test]
fn threatexchange_and_ours_read_the_same_of_stopncii() {
    let world = World::at(START + 3600);
    let mut script = stopncii::Script::new(7);
    for number in 0..60 {
        let version = |at: i64, md5| Version { at: START + at, shows_at: START + at, md5 };
        let mut versions = vec![version(0, Some(1))];
        versions.extend((number % 4 == 0).then(|| version(9, None)));
        script.records.insert(number, versions);
    }
    let service = script.serve(&world);
    let Some(theirs) = peer("UTC", &["stopncii", &service.service.base(), "10"]) else { return };
    let mut keeper = Keeper::default();
    keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    let status = |state: &State| match state {
        State::Withdrawn => json!("Withdrawn"),
        State::Shared(details) => json!(details.status),
    };
    let ours: BTreeMap<_, _> =
        keeper.kept.iter().map(|(key, kept)| (key.clone(), status(&kept.state))).collect();
    assert_eq!(theirs.len(), 60);
    assert_eq!(ours, theirs);
}

/// The first window that a service was asked for.
fn window(asked: &[String]) -> (Instant, Instant) {
    let query = query(&asked[0]);
    let time = |name: &str| Instant::parse(&query[name]).expect("a time in UTC");
    (time("from"), time("to"))
}

/// `_date_format` of `hash_api.py` writes the local clock with a `Z` behind it: in Manila it asks for
/// a window of eight hours later, and reads nothing of the one it wants.
#[test]
fn threatexchange_asks_for_another_window_in_manila() {
    let world = World::at(START + 86_400);
    let (from, to) = (START - 60, START + 60);
    for (zone, shift, read) in [("UTC", 0, 60), (MANILA, 8 * 3600, 0)] {
        let service = script().serve(&world);
        let base = service.service.base();
        let Some(theirs) = peer(zone, &["ncmec", &base, &from.to_string(), &to.to_string()]) else { return };
        assert_eq!(window(&service.asked()), (at(from + shift), at(to + shift)), "{zone}");
        assert_eq!(theirs.len(), read, "{zone}");
    }
}

/// Names the process that a test starts anew.
const CHILD: &str = "SAGIP_TEST_CHILD";
const READS: &str = "peers::a_process_of_its_own_reads_everything";

/// Does its work alone too, so that it is a test by itself.
#[test]
fn a_process_of_its_own_reads_everything() {
    let world = World::at(START + 86_400);
    let service = script().serve(&world);
    let mut keeper = Keeper::default();
    keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    assert_eq!(keeper.kept.len(), 60);
    if std::env::var_os(CHILD).is_some() {
        println!("asked {:?}", service.asked());
    }
}

/// What [`READS`] asks for in a process of its own with something in its environment.
fn asked_with(name: &str, value: &str) -> String {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    let ran = child.args(["--exact", READS, "--nocapture"]).env(name, value).env(CHILD, "1").output();
    let ran = ran.expect("this test");
    assert!(ran.status.success(), "{name}={value}: {}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).expect("UTF-8");
    text.lines().find_map(|line| line.split_once("asked ")).expect("what was asked").1.to_owned()
}

#[test]
fn ours_asks_for_the_same_window_in_every_zone() {
    let asked = ["UTC", MANILA, "America/St_Johns"].map(|zone| asked_with("TZ", zone));
    assert!(asked[0].contains("from=1969-12-31T23%3A59%3A59Z&to=1970-01-02T00%3A00%3A00Z"), "{}", asked[0]);
    assert!(asked.iter().all(|other| *other == asked[0]), "{asked:?}");
}

#[test]
fn ours_uses_no_proxy_of_the_environment() {
    for name in ["ALL_PROXY", "HTTP_PROXY", "http_proxy"] {
        assert!(asked_with(name, "http://127.0.0.1:1").contains("/v2/entries"));
    }
}
