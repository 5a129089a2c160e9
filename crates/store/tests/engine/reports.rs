use model::{Id, kinds};
use store::reports::{Decision, FileHash, Link, QueueFilter, Report};

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn a_report_is_found_as_it_was_put_and_as_it_was_changed() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let report = Report { document: Some(vec![4]), import: Some(rows.id()), ..rows.report(1) };
        assert!(store::reports::insert(&mut tx, &report).await.unwrap());
        let twin = Report { external: report.external, ..rows.report(2) };
        assert!(!store::reports::insert(&mut tx, &twin).await.unwrap(), "{:?}: it is the same", store.engine);
        assert!(store::reports::find(&mut tx, twin.id).await.unwrap().is_none());

        let (organisation, stranger) = (rows.organisation, another(2).organisation);
        assert_same(&store::reports::find(&mut tx, report.id).await.unwrap(), &Some(report.clone()));
        let found = store::reports::by_external(&mut tx, organisation, report.external).await.unwrap();
        assert_same(&found, &Some(report.clone()));
        assert!(store::reports::by_external(&mut tx, stranger, report.external).await.unwrap().is_none());
        let found = store::reports::by_number(&mut tx, organisation, 2026, 1).await.unwrap();
        assert_same(&found, &Some(report.clone()));
        for (organisation, year, number) in
            [(stranger, 2026, 1), (organisation, 2025, 1), (organisation, 2026, 2)]
        {
            assert!(store::reports::by_number(&mut tx, organisation, year, number).await.unwrap().is_none());
        }

        let changed = Report {
            state: "triaged".to_owned(),
            due_at: later(rows, 9),
            level: 1,
            score: -5,
            reasons: vec!["One “reason”.".to_owned()],
            place: String::new(),
            sealed: vec![0, 255],
            document: None,
            links: 3,
            matches: 4,
            assignee: Some(rows.id()),
            case: Some(rows.id()),
            merged_into: Some(rows.id()),
            decided_at: Some(later(rows, 8)),
            ..report.clone()
        };
        store::reports::update(&mut tx, &changed).await.unwrap();
        assert_same(&store::reports::find(&mut tx, report.id).await.unwrap(), &Some(changed.clone()));
        assert!(store::reports::hold(&mut tx, report.id, "triaged").await.unwrap());
        assert!(!store::reports::hold(&mut tx, report.id, "received").await.unwrap(), "{:?}", store.engine);
        assert_same(&store::reports::find(&mut tx, report.id).await.unwrap(), &Some(changed));
        let none = Report { reasons: Vec::new(), ..report };
        store::reports::update(&mut tx, &none).await.unwrap();
        assert_same(&store::reports::find(&mut tx, none.id).await.unwrap(), &Some(none.clone()));
    }
}

#[tokio::test]
async fn the_queue_has_the_most_urgent_first_and_only_what_is_asked_for() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let (organisation, case) = (rows.organisation, rows.id());
        // Number, level, score, seconds, state, source: in the order of the queue.
        let wanted = [
            (5, 1, 10, 9, "received", "Synthetic hotline"),
            (2, 1, 9, 3, "triaged", "Synthetic platform"),
            (4, 1, 9, 4, "received", "Synthetic hotline"),
            (1, 2, 100, 1, "closed", "Synthetic hotline"),
            (3, 3, 0, 0, "received", "Synthetic platform"),
        ];
        let mut reports = Vec::new();
        for (number, level, score, seconds, state, source) in wanted {
            let report = Report {
                level,
                score,
                received_at: later(rows, seconds),
                state: state.to_owned(),
                source: source.to_owned(),
                case: (number < 3).then_some(case),
                merged_into: reports.first().map(|first: &Report| first.id).filter(|_| number > 3),
                ..rows.report(number)
            };
            store::reports::insert(&mut tx, &report).await.unwrap();
            reports.push(report);
        }
        let all = QueueFilter::default();
        let filters = [
            (all.clone(), vec![5, 2, 4, 1, 3]),
            (QueueFilter { states: vec!["received".to_owned()], ..all.clone() }, vec![5, 4, 3]),
            (
                QueueFilter { states: vec!["triaged".to_owned(), "closed".to_owned()], ..all.clone() },
                vec![2, 1],
            ),
            (QueueFilter { level: Some(1), ..all.clone() }, vec![5, 2, 4]),
            (QueueFilter { source: Some("Synthetic platform".to_owned()), ..all.clone() }, vec![2, 3]),
            (
                QueueFilter {
                    states: vec!["received".to_owned()],
                    level: Some(1),
                    source: Some("Synthetic hotline".to_owned()),
                },
                vec![5, 4],
            ),
            (QueueFilter { level: Some(7), ..all.clone() }, vec![]),
        ];
        for (filter, wanted) in filters {
            let found = store::reports::queue(&mut tx, organisation, &filter, None, 99).await.unwrap();
            let numbers: Vec<i64> = found.iter().map(|report| report.number).collect();
            assert_eq!(numbers, wanted, "{:?} {filter:?}", store.engine);
            let count = store::reports::count(&mut tx, organisation, &filter).await.unwrap();
            assert_eq!(count, wanted.len() as i64, "{:?} {filter:?}", store.engine);
        }
        let stranger = another(2).organisation;
        assert_eq!(store::reports::count(&mut tx, stranger, &all).await.unwrap(), 0);
        assert!(store::reports::queue(&mut tx, stranger, &all, None, 9).await.unwrap().is_empty());
        let sources = store::reports::sources(&mut tx, organisation).await.unwrap();
        assert_eq!(sources, ["Synthetic hotline", "Synthetic platform"]);

        let numbers = |found: Vec<Report>| found.iter().map(|report| report.number).collect::<Vec<_>>();
        assert_eq!(numbers(store::reports::of_case(&mut tx, case).await.unwrap()), [1, 2]);
        assert_eq!(numbers(store::reports::merged_into(&mut tx, reports[0].id).await.unwrap()), [4]);
    }
}

#[tokio::test]
async fn the_hashes_of_a_reports_files_are_kept_once() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let (one, other) = (rows.report(1), Report { received_at: later(rows, 5), ..rows.report(2) });
        for report in [&other, &one] {
            store::reports::insert(&mut tx, report).await.unwrap();
        }
        let hash = |file, algorithm: &str, byte: u8| FileHash {
            file,
            algorithm: algorithm.to_owned(),
            digest: vec![byte; 16],
        };
        let hashes = [hash(1, "md5", 3), hash(0, "sha1", 2), hash(0, "md5", 1)];
        store::reports::put_hashes(&mut tx, one.id, rows.organisation, &hashes).await.unwrap();
        let again = [hash(0, "md5", 99)];
        store::reports::put_hashes(&mut tx, one.id, rows.organisation, &again).await.unwrap();
        store::reports::put_hashes(&mut tx, one.id, rows.organisation, &[]).await.unwrap();
        store::reports::put_hashes(&mut tx, other.id, rows.organisation, &[hash(0, "md5", 3)]).await.unwrap();
        let found = store::reports::hashes(&mut tx, one.id).await.unwrap();
        assert_eq!(found, [hash(0, "md5", 1), hash(0, "sha1", 2), hash(1, "md5", 3)], "{:?}", store.engine);

        let mut with = async |organisation, algorithm, byte, limit| {
            let found = store::reports::with_hash(&mut tx, organisation, algorithm, &[byte; 16], limit).await;
            found.unwrap().iter().map(|report| report.number).collect::<Vec<_>>()
        };
        assert_eq!(with(rows.organisation, "md5", 3, 9).await, [1, 2], "{:?}", store.engine);
        assert_eq!(with(rows.organisation, "md5", 3, 1).await, [1]);
        assert_eq!(with(rows.organisation, "sha1", 3, 9).await, Vec::<i64>::new());
        assert_eq!(with(another(2).organisation, "md5", 3, 9).await, Vec::<i64>::new());
    }
}

#[tokio::test]
async fn a_link_is_new_once_and_keeps_when_it_was_seen_first() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let mut reports: Vec<Report> = (1..=3).map(|n| rows.report(n)).collect();
        reports.sort_by_key(|report| report.id);
        for report in &reports {
            store::reports::insert(&mut tx, report).await.unwrap();
        }
        let link = |first: usize, second: usize, seconds| Link {
            organisation: rows.organisation,
            first: reports[first].id,
            second: reports[second].id,
            strength: "strong".to_owned(),
            reasons: vec!["One.".to_owned(), "Another.".to_owned()],
            created_at: later(rows, seconds),
        };
        assert!(store::reports::put_link(&mut tx, &link(0, 1, 1)).await.unwrap());
        assert!(store::reports::put_link(&mut tx, &link(1, 2, 2)).await.unwrap());
        // At the same moment, and later.
        for seconds in [1, 60] {
            let again = Link {
                strength: "weak".to_owned(),
                reasons: vec!["Only this.".to_owned()],
                ..link(0, 1, seconds)
            };
            assert!(!store::reports::put_link(&mut tx, &again).await.unwrap(), "{:?}", store.engine);
        }
        let found = store::reports::links(&mut tx, reports[1].id).await.unwrap();
        let changed =
            Link { strength: "weak".to_owned(), reasons: vec!["Only this.".to_owned()], ..link(0, 1, 1) };
        let wanted = vec![(reports[0].id, changed), (reports[2].id, link(1, 2, 2))];
        assert_same(&found, &wanted);
        let back = store::reports::links(&mut tx, reports[2].id).await.unwrap();
        assert_same(&back, &vec![(reports[1].id, link(1, 2, 2))]);
        assert!(store::reports::links(&mut tx, rows.id()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_decision_is_undone_once_and_not_after_it_left_the_house() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let report = rows.report(1);
        store::reports::insert(&mut tx, &report).await.unwrap();
        let decisions: Vec<Decision> = (1..=3)
            .map(|n| Decision {
                id: rows.id(),
                organisation: rows.organisation,
                report: report.id,
                kind: "refer".to_owned(),
                from_state: "received".to_owned(),
                to_state: "referred".to_owned(),
                target: (n == 1).then(|| rows.id::<kinds::Case>().uuid()),
                sealed: vec![0, 255],
                decided_by: rows.id(),
                decided_at: later(rows, n),
                left_house_at: None,
                undone_by: None,
                undone_at: None,
            })
            .collect();
        for decision in &decisions {
            store::reports::insert_decision(&mut tx, decision).await.unwrap();
        }
        let newest = store::reports::decisions(&mut tx, report.id).await.unwrap();
        assert_same(&newest, &decisions.iter().rev().cloned().collect());
        assert_same(
            &store::reports::decision(&mut tx, decisions[0].id).await.unwrap(),
            &Some(decisions[0].clone()),
        );
        assert!(store::reports::decision(&mut tx, rows.id()).await.unwrap().is_none());

        let by: Id<kinds::User> = rows.id();
        let (undone, sent) = (decisions[0].id, decisions[1].id);
        assert_eq!(store::reports::undo_decision(&mut tx, undone, by, later(rows, 9)).await.unwrap(), 1);
        assert_eq!(store::reports::undo_decision(&mut tx, undone, by, later(rows, 10)).await.unwrap(), 0);
        assert_eq!(
            store::reports::mark_decision_sent(&mut tx, undone, later(rows, 11), &[1]).await.unwrap(),
            0
        );
        assert_eq!(
            store::reports::mark_decision_sent(&mut tx, sent, later(rows, 11), &[1]).await.unwrap(),
            1
        );
        assert_eq!(
            store::reports::mark_decision_sent(&mut tx, sent, later(rows, 12), &[2]).await.unwrap(),
            0
        );
        assert_eq!(store::reports::undo_decision(&mut tx, sent, by, later(rows, 13)).await.unwrap(), 0);
        let wanted =
            Decision { undone_by: Some(by), undone_at: Some(later(rows, 9)), ..decisions[0].clone() };
        assert_same(&store::reports::decision(&mut tx, undone).await.unwrap(), &Some(wanted));
        let wanted =
            Decision { left_house_at: Some(later(rows, 11)), sealed: vec![1], ..decisions[1].clone() };
        assert_same(&store::reports::decision(&mut tx, sent).await.unwrap(), &Some(wanted));
    }
}
