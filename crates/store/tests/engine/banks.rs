use model::{Id, Instant, kinds};
use store::{
    bank_contents::{Content, NewContent, Signal},
    bank_history::Opinion,
    banks::Bank,
    reports::FileHash,
    seen_hashes::Seen,
};

use crate::{Store, another, assert_same, later, stores};

pub(crate) fn bank(store: &Store, name: &str) -> Bank {
    Bank {
        id: store.rows.id(),
        organisation: store.rows.organisation,
        name: name.to_owned(),
        kind: "known".to_owned(),
        taxonomy: Some("synthetic-taxonomy".to_owned()),
        distance: 31,
        enabled_ppm: 1_000_000,
        flood_limit: 100,
        contents: 0,
        created_at: store.rows.at(),
        changed_at: store.rows.at(),
    }
}

fn signal(algorithm: &str, byte: u8) -> Signal {
    Signal { algorithm: algorithm.to_owned(), digest: vec![byte; 32] }
}

fn new(key: u8, signals: Vec<Signal>) -> NewContent {
    NewContent {
        source_key: vec![key],
        source_at: None,
        mark: None,
        state: "live".to_owned(),
        taxonomy: None,
        classification: key.is_multiple_of(2).then(|| "A1".to_owned()),
        note: None,
        signals,
    }
}

fn numbers(contents: &[Content]) -> Vec<i64> {
    contents.iter().map(|content| content.number).collect()
}

#[tokio::test]
async fn a_bank_is_made_once_by_its_name_set_and_taken_away_whole() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let mut made = bank(&store, "Synthetic B");
        assert!(store::banks::insert(&mut tx, &made).await.unwrap());
        assert!(
            !store::banks::insert(&mut tx, &bank(&store, "Synthetic B")).await.unwrap(),
            "{:?}",
            store.engine
        );
        let other = bank(&store, "Synthetic A");
        store::banks::insert(&mut tx, &other).await.unwrap();

        made.distance = 12;
        made.kind = "negative".to_owned();
        made.enabled_ppm = 250_000;
        made.taxonomy = None;
        made.flood_limit = 3;
        made.changed_at = later(rows, 5);
        store::banks::update(&mut tx, &made).await.unwrap();
        assert_same(&store::banks::find(&mut tx, made.id).await.unwrap(), &Some(made.clone()));
        let named = store::banks::named(&mut tx, rows.organisation, "Synthetic B").await.unwrap();
        assert_same(&named, &Some(made.clone()));
        let all = store::banks::list(&mut tx, rows.organisation).await.unwrap();
        assert_same(&all, &vec![other.clone(), made.clone()]);
        assert!(store::banks::list(&mut tx, another(2).organisation).await.unwrap().is_empty());

        let added =
            store::bank_contents::add(&mut tx, &made, None, rows.at(), &[new(1, vec![signal("md5", 1)])])
                .await
                .unwrap();
        store::bank_history::count_hits(&mut tx, rows.organisation, &added, 7).await.unwrap();
        store::banks::delete(&mut tx, &made).await.unwrap();
        assert!(store::banks::find(&mut tx, made.id).await.unwrap().is_none());
        assert!(
            store::bank_contents::equal(&mut tx, rows.organisation, "md5", &[1; 32])
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(store::bank_history::hits(&mut tx, rows.organisation, added[0]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_source_s_content_is_taken_once_and_numbers_never_come_again() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let bank = bank(&store, "Synthetic");
        store::banks::insert(&mut tx, &bank).await.unwrap();
        let import = rows.id();
        let first = [new(1, vec![signal("md5", 1), signal("pdq", 9)]), new(2, vec![signal("md5", 2)])];
        let mut added =
            store::bank_contents::add(&mut tx, &bank, Some(import), rows.at(), &first).await.unwrap();
        added.sort_unstable();
        assert_eq!(added, [1, 2], "{:?}", store.engine);
        assert!(store::bank_contents::add(&mut tx, &bank, None, rows.at(), &[]).await.unwrap().is_empty());
        let again = [new(2, vec![signal("md5", 2)]), new(3, vec![signal("md5", 3)])];
        let added = store::bank_contents::add(&mut tx, &bank, None, rows.at(), &again).await.unwrap();
        assert_eq!(added.len(), 1);
        assert!(added[0] > 2, "{added:?}");
        assert_eq!(store::bank_contents::head(&mut tx, organisation).await.unwrap(), 4);
        assert_eq!(store::banks::find(&mut tx, bank.id).await.unwrap().unwrap().contents, 3);

        let one = store::bank_contents::content(&mut tx, organisation, 1).await.unwrap().unwrap();
        assert_eq!((one.bank, one.import, one.state.as_str()), (bank.id, Some(import), "live"));
        assert_same(
            &store::bank_contents::by_source(&mut tx, bank.id, &[1]).await.unwrap(),
            &Some(one.clone()),
        );
        let signals = store::bank_contents::signals(&mut tx, organisation, 1).await.unwrap();
        assert_eq!(signals, [signal("md5", 1), signal("pdq", 9)]);
        let pdq = store::bank_contents::signals_between(&mut tx, organisation, "pdq", 0, 4).await.unwrap();
        assert_eq!(pdq, [(1, vec![9; 32])]);
        assert!(
            store::bank_contents::signals_between(&mut tx, organisation, "pdq", 1, 4)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(store::bank_contents::content(&mut tx, another(2).organisation, 1).await.unwrap().is_none());

        store::bank_contents::remove(&mut tx, organisation, &one).await.unwrap();
        assert!(store::bank_contents::content(&mut tx, organisation, 1).await.unwrap().is_none());
        assert_eq!(store::banks::find(&mut tx, bank.id).await.unwrap().unwrap().contents, 2);
        let back = store::bank_contents::add(&mut tx, &bank, None, rows.at(), &first[..1]).await.unwrap();
        assert!(back[0] > 4, "{back:?}");
    }
}

#[tokio::test]
async fn a_hash_is_found_exactly_and_in_ones_own_banks_alone() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        for name in ["Synthetic B", "Synthetic A"] {
            let bank = bank(&store, name);
            store::banks::insert(&mut tx, &bank).await.unwrap();
            let contents = [new(1, vec![signal("sha256", 2), signal("pdq", 5)])];
            store::bank_contents::add(&mut tx, &bank, None, rows.at(), &contents).await.unwrap();
        }
        let found = store::bank_contents::equal(&mut tx, organisation, "sha256", &[2; 32]).await.unwrap();
        assert_eq!(numbers(&found), [1, 2], "{:?}", store.engine);
        for (organisation, algorithm, digest) in [
            (organisation, "sha1", vec![2; 32]),
            (organisation, "sha256", vec![2; 31]),
            (organisation, "sha256", vec![3; 32]),
            (another(2).organisation, "sha256", vec![2; 32]),
        ] {
            let none = store::bank_contents::equal(&mut tx, organisation, algorithm, &digest).await.unwrap();
            assert_eq!(none, [], "{:?} {algorithm}", store.engine);
        }
        let counts = store::bank_contents::counts(&mut tx, organisation).await.unwrap();
        assert_eq!(counts, [("pdq".to_owned(), 2, 2), ("sha256".to_owned(), 2, 2)], "{:?}", store.engine);
        // What an index still knows counts only by the very hash.
        let wanted: [(i64, &[u8]); 3] = [(1, &[5; 32]), (2, &[6; 32]), (9, &[5; 32])];
        let having = store::bank_contents::having(&mut tx, organisation, "pdq", &wanted).await.unwrap();
        assert_eq!(numbers(&having), [1], "{:?}", store.engine);
    }
}

#[tokio::test]
async fn what_is_made_of_a_content_stays_with_it() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let bank = bank(&store, "Synthetic");
        store::banks::insert(&mut tx, &bank).await.unwrap();
        let three: Vec<_> = (1..=3).map(|key| new(key, vec![signal("md5", key)])).collect();
        store::bank_contents::add(&mut tx, &bank, None, rows.at(), &three).await.unwrap();
        let mut second = store::bank_contents::content(&mut tx, organisation, 2).await.unwrap().unwrap();
        second.state = "quarantined".to_owned();
        second.opinion = Some("deconfirmed".to_owned());
        second.disabled_until = Some(later(rows, 60));
        second.note = Some("synthetic".to_owned());
        second.classification = None;
        second.taxonomy = Some("synthetic-taxonomy".to_owned());
        second.source_at = Some(later(rows, 7));
        second.mark = Some(7);
        store::bank_contents::set_content(&mut tx, organisation, &second).await.unwrap();
        assert_same(&store::bank_contents::content(&mut tx, organisation, 2).await.unwrap(), &Some(second));
        assert_eq!(store::banks::quarantined(&mut tx, bank.id).await.unwrap(), 1);

        // A reading of everything with mark 7 in which only the second came.
        let withdrawn =
            store::bank_contents::withdraw_unmarked(&mut tx, bank.id, (&[1], &[3]), 7).await.unwrap();
        assert_eq!(withdrawn, 1, "{:?}", store.engine);
        let first = store::bank_contents::content(&mut tx, organisation, 1).await.unwrap().unwrap();
        assert_eq!(first.state, "withdrawn");

        let page = |state, before, limit| (state, before, limit);
        for ((state, before, limit), wanted) in [
            (page(None, i64::MAX, 2), vec![3, 2]),
            (page(None, 2, 2), vec![1]),
            (page(Some("quarantined"), i64::MAX, 9), vec![2]),
            (page(Some("withdrawn"), i64::MAX, 9), vec![1]),
        ] {
            let found = store::bank_contents::contents(&mut tx, bank.id, state, before, limit).await.unwrap();
            assert_eq!(numbers(&found), wanted, "{:?} {state:?} {before}", store.engine);
        }

        let opinion = |verdict: &str, seconds| Opinion {
            id: rows.id(),
            organisation,
            bank: bank.id,
            content: 2,
            user: rows.id(),
            verdict: verdict.to_owned(),
            reason: b"sealed".to_vec(),
            at: later(rows, seconds),
        };
        let (earlier, last) = (opinion("confirmed", 1), opinion("deconfirmed", 2));
        for one in [&last, &earlier] {
            store::bank_history::put_opinion(&mut tx, one).await.unwrap();
        }
        assert_same(
            &store::bank_history::opinions(&mut tx, organisation, 2).await.unwrap(),
            &vec![last, earlier],
        );
        assert!(store::bank_history::opinions(&mut tx, organisation, 1).await.unwrap().is_empty());

        assert_eq!(store::bank_history::count_hits(&mut tx, organisation, &[], 7).await.unwrap(), []);
        for (day, wanted) in [(7, 1), (7, 2), (8, 1)] {
            let counted = store::bank_history::count_hits(&mut tx, organisation, &[3], day).await.unwrap();
            assert_eq!(counted, [(3, wanted)], "{:?}", store.engine);
        }
        assert_eq!(store::bank_history::hits(&mut tx, organisation, 3).await.unwrap(), 3);
    }
}

#[tokio::test]
async fn reports_seen_before_the_bank_knew_are_found() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let bank = bank(&store, "Synthetic");
        store::banks::insert(&mut tx, &bank).await.unwrap();
        let mut reports = Vec::new();
        for n in 1..=3_u8 {
            let mut report = rows.report(i64::from(n));
            report.received_at = later(rows, i64::from(n));
            store::reports::insert(&mut tx, &report).await.unwrap();
            let hash = |file, algorithm: &str, byte| FileHash {
                file,
                algorithm: algorithm.to_owned(),
                digest: vec![byte; 32],
            };
            let files = [hash(0, "sha256", 1), hash(1, "sha256", n), hash(2, "pdq", n)];
            store::reports::put_hashes(&mut tx, report.id, organisation, &files).await.unwrap();
            reports.push(report.id);
        }
        reports.sort_unstable();
        let contents = [new(1, vec![signal("sha256", 1)]), new(2, vec![signal("sha256", 2)])];
        store::bank_contents::add(&mut tx, &bank, None, rows.at(), &contents).await.unwrap();
        let mut naming = async |since, after, until| {
            let found =
                store::seen_hashes::reports_naming(&mut tx, organisation, since, after, until).await.unwrap();
            let numbers: Vec<i64> = found.iter().map(|(number, _)| *number).collect();
            (numbers, found)
        };
        assert_eq!(naming(rows.at(), 0, 2).await.0, [1, 1, 1, 2], "{:?}", store.engine);
        assert_eq!(naming(rows.at(), 1, 2).await.0, [2]);
        assert_eq!(naming(later(rows, 3), 0, 2).await.0, [1]);

        let nobody: Id<kinds::Report> = Id::from_uuid(uuid::Uuid::nil());
        let mut pages = async |since: Instant, after, limit| {
            let rows =
                store::seen_hashes::hashes_of_reports(&mut tx, organisation, "pdq", since, after, limit);
            rows.await.unwrap().into_iter().map(|(report, _)| report).collect::<Vec<_>>()
        };
        assert_eq!(pages(rows.at(), nobody, 2).await, reports[..2], "{:?}", store.engine);
        assert_eq!(pages(rows.at(), reports[1], 2).await, reports[2..]);
        assert!(pages(rows.at(), reports[2], 2).await.is_empty());
        assert_eq!(pages(later(rows, 3), nobody, 9).await.len(), 1);
    }
}

#[tokio::test]
async fn look_ups_are_remembered_matched_and_forgotten() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let organisation = rows.organisation;
        let bank = bank(&store, "Synthetic");
        store::banks::insert(&mut tx, &bank).await.unwrap();
        let seen = |byte, reference: &str, seconds| Seen {
            signal: signal("pdq", byte),
            reference: reference.to_owned(),
            at: later(rows, seconds),
            matched: None,
        };
        let looked_up = [seen(1, "a", 1), seen(1, "b", 2), seen(2, "", 3)];
        store::seen_hashes::remember(&mut tx, organisation, &looked_up).await.unwrap();
        store::seen_hashes::remember(&mut tx, organisation, &[seen(1, "a", 9)]).await.unwrap();
        store::bank_contents::add(&mut tx, &bank, None, rows.at(), &[new(1, vec![signal("pdq", 1)])])
            .await
            .unwrap();

        let equal = store::seen_hashes::seen_equal(&mut tx, organisation, rows.at(), 0, 1).await.unwrap();
        assert_same(&equal, &vec![(1, seen(1, "a", 9)), (1, seen(1, "b", 2))]);
        assert!(
            store::seen_hashes::seen_equal(&mut tx, organisation, later(rows, 10), 0, 1)
                .await
                .unwrap()
                .is_empty()
        );
        let page =
            store::seen_hashes::seen(&mut tx, organisation, "pdq", rows.at(), (&[], ""), 2).await.unwrap();
        assert_same(&page, &vec![seen(1, "a", 9), seen(1, "b", 2)]);
        let rest = store::seen_hashes::seen(&mut tx, organisation, "pdq", rows.at(), (&[1; 32], "b"), 2)
            .await
            .unwrap();
        assert_same(&rest, &vec![seen(2, "", 3)]);

        store::seen_hashes::mark_seen(&mut tx, organisation, &page[1], 1).await.unwrap();
        let matched = store::seen_hashes::seen_and_matched(&mut tx, organisation, 9).await.unwrap();
        assert_same(&matched, &vec![Seen { matched: Some(1), ..seen(1, "b", 2) }]);
        let forgotten = store::seen_hashes::forget_seen(&mut tx, organisation, later(rows, 9)).await.unwrap();
        assert_eq!(forgotten, 2, "{:?}", store.engine);
    }
}

#[tokio::test]
async fn how_far_the_past_was_looked_through_is_kept() {
    for store in stores().await {
        let mut tx = store.write().await;
        let organisation = store.rows.organisation;
        assert_eq!(store::seen_hashes::matched_up_to(&mut tx, organisation).await.unwrap(), 0);
        for number in [5, 9] {
            store::seen_hashes::set_matched_up_to(&mut tx, organisation, number).await.unwrap();
            assert_eq!(store::seen_hashes::matched_up_to(&mut tx, organisation).await.unwrap(), number);
        }
    }
}
