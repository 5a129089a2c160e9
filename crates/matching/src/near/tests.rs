//! The index as a whole, held against comparing everything with everything.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use proptest::{collection::vec, prelude::*, sample::select};

use super::{
    layout::Sketch,
    sample::{Sequence, clustered, dihedral_queries, queries, skewed},
    *,
};

const SKETCHES: [Sketch; 4] = [Sketch::None, Sketch::One, Sketch::Two, Sketch::Line];

type Pairs = BTreeSet<(Hash256, u64)>;

fn expected(pairs: &Pairs, hash: Hash256, radius: u32) -> Vec<Match> {
    let mut all: Vec<Match> = pairs
        .iter()
        .map(|(other, tag)| Match { distance: other.distance(hash), tag: *tag, hash: *other })
        .filter(|found| found.distance <= radius)
        .collect();
    all.sort_unstable();
    all
}

fn index(sketch: Sketch, pairs: &Pairs) -> Index {
    let index = Index::in_memory().unwrap().with_sketch(sketch);
    index.load(pairs.iter().copied().collect()).unwrap();
    index
}

/// A set that is dense enough to have answers at every radius.
fn dense(count: usize, seed: u64) -> Vec<Hash256> {
    let mut sequence = Sequence::new(seed);
    let middles: Vec<Hash256> = (0..6).map(|_| sequence.hash()).collect();
    (0..count)
        .map(|at| {
            let bits = sequence.below(24);
            sequence.flipped(middles[at % middles.len()], bits)
        })
        .collect()
}

#[test]
fn nothing_is_missed_at_any_radius_whatever_the_sketch_and_the_processor() {
    let hashes = dense(900, 11);
    let pairs: Pairs = hashes.iter().copied().zip(0..).collect();
    let asked = queries(&hashes, 6, 12);
    let all = |radius| asked.iter().map(|hash| expected(&pairs, *hash, radius).len()).sum::<usize>();
    assert!(0 < all(30) && all(30) < all(45) && all(45) < all(63), "there is something to miss");
    for sketch in SKETCHES {
        let mut index = index(sketch, &pairs);
        for lanes in Lanes::available() {
            index = index.with_lanes(lanes);
            for radius in 0..=63 {
                for hash in &asked {
                    let found = index.query(*hash, radius);
                    assert_eq!(found, expected(&pairs, *hash, radius), "{sketch:?} {lanes:?} {radius}");
                }
            }
        }
    }
}

#[test]
fn a_batch_answers_as_single_queries_do_each_at_its_own_radius() {
    let hashes = dense(600, 21);
    let pairs: Pairs = hashes.iter().copied().zip(0..).collect();
    for (sketch, count) in [(Sketch::One, 450), (Sketch::Two, 450), (Sketch::Two, 30), (Sketch::Line, 450)] {
        let index = index(sketch, &pairs);
        index.add(hashes[3], 7_000).unwrap();
        let asked: Vec<_> = queries(&hashes, count, 22).into_iter().zip((0..64).cycle()).collect();
        let single: Vec<_> = asked.iter().map(|(hash, radius)| index.query(*hash, *radius)).collect();
        assert!(single.iter().map(Vec::len).sum::<usize>() > count);
        assert_eq!(index.query_batch(&asked), single);
    }
}

#[test]
fn one_pass_finds_every_orientation_once_by_the_nearest() {
    let hashes = clustered(400, 31);
    let pairs: Pairs = hashes.iter().copied().zip(0..).collect();
    let index = index(Sketch::Two, &pairs);
    let mut turned = 0;
    for eight in dihedral_queries(&hashes, 60, 32) {
        let found = index.query_any(&eight, 45);
        let mut best = std::collections::BTreeMap::new();
        for (orientation, hash) in (0_u8..).zip(eight) {
            for found in expected(&pairs, hash, 45) {
                let nearest = best.entry((found.hash, found.tag)).or_insert(Oriented { found, orientation });
                if found.distance < nearest.found.distance {
                    *nearest = Oriented { found, orientation };
                }
            }
        }
        let mut best: Vec<Oriented> = best.into_values().collect();
        best.sort_unstable();
        turned += usize::from(best.iter().any(|one| one.orientation != 0));
        assert!(!best.is_empty());
        assert_eq!(found, best);
    }
    assert!(turned > 30, "most were found by another orientation than the first");
}

#[test]
fn a_hash_repeated_a_hundred_thousand_times_costs_only_its_answer() {
    let flat = Hash256::default();
    let others = clustered(3000, 41);
    let pairs = (0..100_000).map(|tag| (flat, tag)).chain(others.iter().copied().zip(100_000..));
    let index = Index::in_memory().unwrap();
    index.load(pairs.collect()).unwrap();
    assert_eq!((index.size().pairs, index.size().hashes), (103_000, 3001));
    let found = index.query(Hash256::from_words([0, 0, 0, 1]), 31);
    assert_eq!(found.len(), 100_000);
    assert!(found.is_sorted() && found[0] == Match { distance: 1, tag: 0, hash: flat });
    assert_eq!(index.query(others[5], 0), [Match { distance: 0, tag: 100_005, hash: others[5] }]);
    index.remove(flat, 50_000).unwrap();
    assert_eq!(index.query(flat, 0).len(), 99_999);
}

#[test]
fn lopsided_lists_are_searched_exactly() {
    let constant = |mask: u64, value: u64| {
        move |hash: &Hash256| {
            let [a, b, c, d] = hash.words();
            Hash256::from_words([a & !mask | value & mask, b, c, d])
        }
    };
    let lists: [Vec<Hash256>; 4] = [
        // One band the same in all; a whole word the same in all; half the bands nearly empty.
        clustered(900, 51).iter().map(constant(0xffff, 0x1234)).collect(),
        clustered(900, 52).iter().map(constant(u64::MAX, 7)).collect(),
        skewed(900, 53),
        (0..900).map(|at| Hash256::from_words([0, 0, at, at * at])).collect(),
    ];
    for list in lists {
        let pairs: Pairs = list.iter().copied().zip(0..).collect();
        for sketch in [Sketch::One, Sketch::Two, Sketch::Line] {
            let index = index(sketch, &pairs);
            let asked: Vec<_> = queries(&list, 150, 54)
                .into_iter()
                .zip([31, 0, 15, 16, 47, 40].into_iter().cycle())
                .collect();
            let answers = index.query_batch(&asked);
            for ((hash, radius), answer) in asked.iter().zip(answers).take(40) {
                assert_eq!(answer, expected(&pairs, *hash, *radius), "{sketch:?} {radius}");
                assert_eq!(index.query(*hash, *radius), answer);
            }
        }
    }
}

/// What is done to an index, and to the set it is held against.
#[derive(Clone, Debug)]
enum Step {
    Apply(Vec<(bool, u8, u8)>),
    Load(Vec<(u8, u8)>),
    Compact,
    Warm,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => vec((any::<bool>(), 0_u8..24, 0_u8..4), 0..20).prop_map(Step::Apply),
        1 => vec((0_u8..24, 0_u8..4), 0..20).prop_map(Step::Load),
        1 => Just(Step::Compact),
        1 => Just(Step::Warm),
        2 => Just(Step::Reopen),
    ]
}

/// Few hashes, near one another, so that changes meet.
fn few(which: u8) -> Hash256 {
    let mut sequence = Sequence::new(u64::from(which % 6));
    let middle = sequence.hash();
    sequence.flipped(middle, usize::from(which))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn changes_compactions_and_reopenings_in_any_order(
        steps in vec(step(), 1..14),
        sketch in select(&[Sketch::None, Sketch::None, Sketch::One, Sketch::Two]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let open = || Index::open(folder.path()).unwrap().with_sketch(sketch);
        let mut index = Some(open());
        let mut oracle = Pairs::new();
        for step in steps {
            let now = index.as_ref().unwrap();
            match step {
                Step::Apply(changes) => {
                    let mut changed = 0;
                    let changes: Vec<Change> = changes.into_iter().map(|(add, which, tag)| {
                        let (hash, tag) = (few(which), u64::from(tag));
                        changed += usize::from(
                            if add { oracle.insert((hash, tag)) } else { oracle.remove(&(hash, tag)) },
                        );
                        if add { Change::Add(hash, tag) } else { Change::Remove(hash, tag) }
                    }).collect();
                    prop_assert_eq!(now.apply(&changes).unwrap(), changed);
                }
                Step::Load(pairs) => {
                    let pairs: Vec<_> =
                        pairs.into_iter().map(|(which, tag)| (few(which), u64::from(tag))).collect();
                    oracle.extend(&pairs);
                    now.load(pairs).unwrap();
                    prop_assert_eq!(now.size().pending, 0);
                }
                Step::Compact => now.compact().unwrap(),
                Step::Warm => now.warm().unwrap(),
                Step::Reopen => {
                    drop(index.take());
                    index = Some(open());
                }
            }
            let now = index.as_ref().unwrap();
            now.verify().unwrap();
            prop_assert_eq!(now.size().pairs, oracle.len());
            for which in [0, 7, 20] {
                for radius in [0, 12, 31, 60] {
                    prop_assert_eq!(now.query(few(which), radius), expected(&oracle, few(which), radius));
                }
                prop_assert_eq!(now.contains(few(which), 1), oracle.contains(&(few(which), 1)));
            }
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn all_of(index: &Index) -> BTreeSet<u64> {
    index.query(Hash256::default(), 256).iter().map(|found| found.tag).collect()
}

#[test]
fn cut_anywhere_the_log_gives_back_what_was_whole_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    index.load(vec![(few(1), 100), (few(2), 101)]).unwrap();
    index.apply(&[Change::Add(few(3), 0), Change::Add(few(4), 1), Change::Remove(few(1), 100)]).unwrap();
    index.add(few(5), 2).unwrap();
    drop(index);
    let after: [&[u64]; 5] = [&[100, 101], &[0, 100, 101], &[0, 1, 100, 101], &[0, 1, 101], &[0, 1, 2, 101]];
    let name = "log-0000000000000001";
    let whole = fs::read(folder.path().join(name)).unwrap();
    assert_eq!(whole.len(), log::HEADER + 4 * log::RECORD);
    for length in 0..=whole.len() {
        let torn = tempfile::tempdir().unwrap();
        copy(folder.path(), torn.path());
        fs::write(torn.path().join(name), &whole[..length]).unwrap();
        if length < log::HEADER {
            let error = Index::open(torn.path()).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("shorter than a header"), "{error}");
            continue;
        }
        let index = Index::open(torn.path()).unwrap();
        let expected: BTreeSet<u64> = after[(length - log::HEADER) / log::RECORD].iter().copied().collect();
        assert_eq!(all_of(&index), expected, "{length}");
        if length % 16 == 0 {
            index.add(few(9), 77).unwrap();
            drop(index);
            let again = all_of(&Index::open(torn.path()).unwrap());
            assert!(again.contains(&77) && again.is_superset(&expected), "{length}");
        }
    }
}

#[test]
fn a_crash_at_any_moment_of_a_compaction_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    index.load(vec![(few(1), 1), (few(2), 2)]).unwrap();
    index.add(few(3), 3).unwrap();
    let before = tempfile::tempdir().unwrap();
    copy(folder.path(), before.path());
    index.compact().unwrap();
    index.add(few(4), 4).unwrap();
    drop(index);
    let everything = BTreeSet::from([1, 2, 3, 4]);
    let [base, log] = ["base-0000000000000002", "log-0000000000000002"];
    // Nothing of the old generation removed yet; the new base half written; not there at all.
    for (leave_out, part) in [(None, None), (Some(base), Some(300)), (Some(base), None)] {
        let crashed = tempfile::tempdir().unwrap();
        copy(before.path(), crashed.path());
        copy(folder.path(), crashed.path());
        let whole = fs::read(folder.path().join(base)).unwrap();
        if let Some(name) = leave_out {
            fs::remove_file(crashed.path().join(name)).unwrap();
        }
        if let Some(length) = part {
            fs::write(crashed.path().join(base).with_extension("part"), &whole[..length]).unwrap();
        }
        let index = Index::open(crashed.path()).unwrap();
        assert_eq!(all_of(&index), everything, "{leave_out:?}");
        index.compact().unwrap();
        assert_eq!(all_of(&index), everything);
        drop(index);
        let mut names: Vec<_> = fs::read_dir(crashed.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["base-0000000000000003", "lock", "log-0000000000000003"], "nothing is left over");
        assert_eq!(all_of(&Index::open(crashed.path()).unwrap()), everything);
    }
    let without = tempfile::tempdir().unwrap();
    copy(folder.path(), without.path());
    fs::remove_file(without.path().join(log)).unwrap();
    let error = Index::open(without.path()).unwrap_err().to_string();
    assert!(error.contains(log) && error.contains("it is missing"), "{error}");
}

#[test]
fn damaged_files_are_refused_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    index.load(vec![(few(1), 1), (few(2), 2)]).unwrap();
    assert!(matches!(Index::open(folder.path()), Err(Error::InUse(_))));
    drop(index);
    let base = folder.path().join("base-0000000000000001");
    let good = fs::read(&base).unwrap();
    let mut damaged = good.clone();
    damaged[layout::HEADER + 40] ^= 1;
    fs::write(&base, &damaged).unwrap();
    let index = Index::open(folder.path()).unwrap();
    for error in [index.verify().unwrap_err(), index.warm().unwrap_err()] {
        assert!(error.to_string().contains("the checksum of bytes 512 to 576 is wrong"), "{error}");
    }
    drop(index);
    for damage in [good[..good.len() - 1].to_vec(), good[..100].to_vec(), Vec::new(), vec![b'x'; good.len()]]
    {
        fs::write(&base, damage).unwrap();
        let error = Index::open(folder.path()).unwrap_err();
        assert!(matches!(error, Error::Corrupt { .. }), "{error}");
        assert!(error.to_string().contains("base-0000000000000001 cannot be used"), "{error}");
    }
    fs::write(&base, good).unwrap();
    assert_eq!(all_of(&Index::open(folder.path()).unwrap()), BTreeSet::from([1, 2]));
}

#[test]
fn queries_and_changes_go_on_while_a_base_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let hashes = clustered(2100, 61);
    let index = Index::open(folder.path()).unwrap();
    index.load(hashes.iter().copied().zip(0..).collect()).unwrap();
    index.warm().unwrap();
    let done = AtomicBool::new(false);
    let mut changed = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..3 {
                index.compact().unwrap();
            }
            done.store(true, Ordering::Release);
        });
        while !done.load(Ordering::Acquire) || changed < 20 {
            let hash = hashes[changed];
            index
                .apply(&[Change::Remove(hash, changed as u64), Change::Add(few(1), changed as u64)])
                .unwrap();
            assert!(!index.contains(hash, changed as u64));
            assert_eq!(index.query(few(1), 0).len(), changed + 1);
            changed += 1;
            if changed == hashes.len() {
                break;
            }
        }
    });
    assert_eq!((index.size().pairs, index.size().warm), (hashes.len(), true));
    let now = all_of(&index);
    drop(index);
    let index = Index::open(folder.path()).unwrap();
    assert_eq!((all_of(&index), index.query(few(1), 0).len()), (now, changed));
    assert!(!index.contains(hashes[0], 0) && index.contains(hashes[2099], 2099));
}
