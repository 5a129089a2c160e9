//! Lists in a folder, read like an exchange.

use std::{fs, path::Path};

use clients::{Exchange, ExchangeError, ListFiles, RunError, Subject};
use proptest::{collection::vec, prelude::*};

use crate::{
    keeper::Keeper,
    ncmec::md5_of,
    world::{START, World},
};

const PDQ: &str = "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22";

fn lists(place: &Path) -> ListFiles {
    ListFiles::new(place.to_owned(), Subject::ChildAbuse)
}

fn run(keeper: &mut Keeper, place: &Path) -> Result<clients::Run, RunError<crate::keeper::Killed>> {
    keeper.run(&mut lists(place), &World::at(START).surroundings())
}

/// The hashes that are kept, with their classifications.
fn kept(keeper: &Keeper) -> Vec<String> {
    let mut kept: Vec<String> = keeper
        .shared()
        .into_iter()
        .map(|(key, details)| {
            let file = key.split('/').next().unwrap_or_default();
            let word = |taxonomy: &Option<String>| taxonomy.clone().unwrap_or_default();
            let said = details.classification.as_ref();
            let said =
                said.map_or_else(String::new, |said| format!(" {} {}", said.word, word(&said.taxonomy)));
            format!("{file} {:?}{said}", details.hashes)
        })
        .collect();
    kept.sort();
    kept
}

fn table(numbers: impl IntoIterator<Item = u32>) -> String {
    let rows = numbers.into_iter().map(|number| format!("{}\n", md5_of(number)));
    format!("md5\n{}", rows.collect::<String>())
}

#[test]
fn tables_and_media_sets_say_what_their_rows_say() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (md5_of(1), md5_of(2));
    let text = format!(
        "md5,pdq,classification,taxonomy\n{a},{PDQ},A1,industry\n{b},,A2,industry\n{b},,A2,industry\nx,,,\n"
    );
    fs::write(folder.path().join("a.csv"), text).unwrap();
    let set = format!(
        r#"{{"@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media", "value": [{{"MediaID": 1, "Category": 1, "MD5": "{a}"}}]}}"#
    );
    fs::write(folder.path().join("b.json"), set).unwrap();
    fs::write(folder.path().join(".hidden"), "x").unwrap();
    let mut keeper = Keeper::default();
    run(&mut keeper, folder.path()).unwrap();
    let expected = [
        format!("a.csv [md5:{a}, pdq:{PDQ}] A1 industry"),
        format!("a.csv [md5:{b}] A2 industry"),
        format!("b.json [md5:{a}] 1 vics-2.0-us"),
    ];
    assert_eq!(kept(&keeper), expected);
    assert_eq!(keeper.rejects.len(), 1, "{:?}", keeper.rejects);
    // Nothing has changed: nothing is read.
    assert!(lists(folder.path()).step(keeper.checkpoint.as_deref()).unwrap().is_none());
}

#[test]
fn a_file_that_changes_is_read_anew_and_one_that_goes_takes_its_entries_along() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a.csv"), folder.path().join("a.csv.more"));
    fs::write(&first, table(0..3)).unwrap();
    fs::write(&second, table(2..4)).unwrap();
    let mut keeper = Keeper::default();
    run(&mut keeper, folder.path()).unwrap();
    assert_eq!(keeper.kept.len(), 5);
    fs::write(&first, table(1..6)).unwrap();
    run(&mut keeper, folder.path()).unwrap();
    let of = |file: &str, numbers: std::ops::Range<u32>| {
        numbers.map(|number| format!("{file} [md5:{}]", md5_of(number))).collect::<Vec<_>>()
    };
    assert_eq!(kept(&keeper), [of("a.csv", 1..6), of("a.csv.more", 2..4)].concat());
    fs::remove_file(&first).unwrap();
    run(&mut keeper, folder.path()).unwrap();
    assert_eq!(kept(&keeper), of("a.csv.more", 2..4));
}

#[test]
fn a_folder_that_is_empty_all_at_once_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, table(0..3)).unwrap();
    let mut keeper = Keeper::default();
    run(&mut keeper, folder.path()).unwrap();
    fs::remove_file(&file).unwrap();
    let error = run(&mut keeper, folder.path()).unwrap_err();
    assert!(error.to_string().contains("nothing is taken away"), "{error}");
    assert_eq!(keeper.kept.len(), 3);
    let error = run(&mut keeper, &folder.path().join("missing")).unwrap_err();
    assert!(matches!(error, RunError::Exchange(ExchangeError::File { .. })), "{error}");
}

#[test]
fn a_file_that_cannot_be_read_is_said_once_and_what_it_shared_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.csv"), folder.path().join("bad.csv"));
    fs::write(&bad, table(0..3)).unwrap();
    fs::write(&good, table(7..8)).unwrap();
    let mut keeper = Keeper::default();
    run(&mut keeper, folder.path()).unwrap();
    for broken in ["name,value\nsynthetic,1\n", "{\"odata.metadata\": 7}", ""] {
        fs::write(&bad, broken).unwrap();
        keeper.rejects.clear();
        run(&mut keeper, folder.path()).unwrap();
        assert!(keeper.rejects.len() == 1 && keeper.rejects[0].contains("bad.csv"), "{:?}", keeper.rejects);
        run(&mut keeper, folder.path()).unwrap();
        assert_eq!((keeper.rejects.len(), keeper.kept.len()), (1, 4));
    }
    // Cut in the middle: what came before is taken, and back to the old version only that is left.
    let set = format!(
        r#"{{"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media", "value": [{{"MediaID": 1, "MD5": "{}"}}, "#,
        md5_of(9)
    );
    fs::write(&bad, set).unwrap();
    run(&mut keeper, folder.path()).unwrap();
    assert_eq!(keeper.kept.len(), 5);
    fs::write(&bad, table(0..3)).unwrap();
    run(&mut keeper, folder.path()).unwrap();
    assert_eq!(keeper.kept.len(), 4);
}

/// Reading the memory of a process from its beginning fails, whoever does it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_system_does_not_give_keeps_no_other_from_being_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), table(0..3)).unwrap();
    std::os::unix::fs::symlink("/proc/self/mem", folder.path().join("b.csv")).unwrap();
    fs::write(folder.path().join("c.csv"), table(0..3)).unwrap();
    let mut keeper = Keeper::default();
    for times in 1..3 {
        let run = run(&mut keeper, folder.path()).unwrap();
        assert_eq!((run.rejects, keeper.kept.len(), keeper.rejects.len()), (1, 6, times));
    }
    assert!(keeper.rejects[0].contains("b.csv"), "{:?}", keeper.rejects);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    // More than one step has.
    fs::write(&file, table(0..12_000)).unwrap();
    let mut keeper = Keeper::default();
    let world = World::at(START);
    let mut first = true;
    let mut lists = lists(&file);
    let ended = clients::run(&mut lists, None, &world.surroundings(), |step| {
        if std::mem::take(&mut first) {
            // Another process reads on from here, and finds another file.
            fs::write(&file, table(500..12_100)).unwrap();
        }
        keeper.keep(step);
        Ok::<_, crate::keeper::Killed>(())
    });
    ended.unwrap();
    run(&mut keeper, &file).unwrap();
    assert_eq!(keeper.kept.len(), 11_600);
    assert!(lists.step(keeper.checkpoint.as_deref()).unwrap().is_none());
}

#[test]
fn a_reading_that_is_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = 0..12_000;
    fs::write(folder.path().join("a.csv"), table(numbers.clone())).unwrap();
    fs::write(folder.path().join("b.csv"), table(3..4)).unwrap();
    for (steps, after) in [(0, false), (0, true), (1, false), (1, true), (2, false), (2, true), (3, true)] {
        for same in [false, true] {
            let (world, mut keeper) = (World::at(START), Keeper::default());
            let mut exchange = lists(folder.path());
            let killed = keeper.run_until_killed(&mut exchange, &world.surroundings(), steps, after);
            assert!(killed.is_err());
            if !same {
                exchange = lists(folder.path());
            }
            let run = keeper.run(&mut exchange, &world.surroundings()).unwrap();
            assert_eq!(keeper.kept.len(), 12_001, "{steps} {after} {same}");
            // Three steps of the first and one of the second; what was kept is not read again.
            assert_eq!(run.steps, 4 - steps as u64 - u64::from(after));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// However the files of a folder change, what is kept is what is in them.
    #[test]
    fn what_is_kept_is_what_the_files_say(
        versions in vec(vec((0..4_u8, vec(0..6_u32, 0..6)), 1..4), 1..6),
        kill in (0..4_usize, any::<bool>()),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let world = World::at(START);
        let mut keeper = Keeper::default();
        fs::write(folder.path().join("always.csv"), table(90..91)).unwrap();
        for version in versions {
            for (file, numbers) in version {
                let path = folder.path().join(format!("{file}.csv"));
                if numbers.is_empty() {
                    let _ = fs::remove_file(path);
                } else {
                    fs::write(path, table(numbers)).unwrap();
                }
            }
            let _ = keeper.run_until_killed(&mut lists(folder.path()), &world.surroundings(), kill.0, kill.1);
        }
        run(&mut keeper, folder.path()).unwrap();
        let mut fresh = Keeper::default();
        run(&mut fresh, folder.path()).unwrap();
        prop_assert_eq!(keeper.hashes(), fresh.hashes());
        prop_assert_eq!(keeper.kept.len(), fresh.kept.len());
    }
}
