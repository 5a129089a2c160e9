use model::{Digest, Span};
use store::{
    StoreError,
    imports::{Import, Rejected},
};

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn a_file_is_being_read_while_it_moves() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let reading =
            Import { state: "processing".to_owned(), changed_at: later(rows, 10), ..rows.import(1) };
        store::imports::insert(&mut tx, &reading).await.unwrap();
        let organisation = rows.organisation;
        for (since, moves) in [(9, true), (10, false)] {
            let moved =
                store::imports::any_being_read(&mut tx, organisation, later(rows, since)).await.unwrap();
            assert_eq!(moved, moves, "{:?} {since}", store.engine);
        }
        let stranger = another(2).organisation;
        assert!(!store::imports::any_being_read(&mut tx, stranger, later(rows, 0)).await.unwrap());
    }
}

#[tokio::test]
async fn an_import_is_found_as_it_was_put_and_as_it_was_changed() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let import = rows.import(1);
        store::imports::insert(&mut tx, &import).await.unwrap();
        assert_same(&store::imports::find(&mut tx, import.id).await.unwrap(), &Some(import.clone()));
        assert!(store::imports::find(&mut tx, rows.id()).await.unwrap().is_none());
        let changed = Import {
            kind: Some("cybertip".to_owned()),
            state: "failed".to_owned(),
            digest: Some(Digest([9; 32])),
            size: i64::MAX,
            read: 10,
            accepted: 7,
            known: 2,
            rejected: 1,
            problem: Some("Synthetic problem.".to_owned()),
            same_as: Some(rows.id()),
            mapping: Some(vec![1, 2]),
            changed_at: later(rows, 4),
            ..import.clone()
        };
        store::imports::update(&mut tx, &changed).await.unwrap();
        assert_same(&store::imports::find(&mut tx, import.id).await.unwrap(), &Some(changed));
        store::imports::update(&mut tx, &import).await.unwrap();
        assert_same(&store::imports::find(&mut tx, import.id).await.unwrap(), &Some(import));
        assert_eq!(store::imports::count(&mut tx, rows.organisation).await.unwrap(), 1);
        assert_eq!(store::imports::count(&mut tx, another(2).organisation).await.unwrap(), 0);
        assert!(store::imports::list(&mut tx, another(2).organisation, None, 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_original_is_held_once_unless_it_came_to_nothing() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let digest = Digest([5; 32]);
        let of = |number, state: &str| Import {
            state: state.to_owned(),
            digest: Some(digest),
            ..rows.import(number)
        };
        for (number, state) in [(1, "failed"), (2, "known"), (3, "abandoned")] {
            store::imports::insert(&mut tx, &of(number, state)).await.unwrap();
        }
        let by_digest = store::imports::by_digest(&mut tx, rows.organisation, digest).await.unwrap();
        assert!(by_digest.is_none(), "{:?}", store.engine);
        let held = of(4, "received");
        store::imports::insert(&mut tx, &held).await.unwrap();
        let by_digest = store::imports::by_digest(&mut tx, rows.organisation, digest).await.unwrap();
        assert_same(&by_digest, &Some(held));
        assert!(store::imports::by_digest(&mut tx, another(2).organisation, digest).await.unwrap().is_none());
        tx.commit().await.unwrap();
        for state in ["received", "processing", "done"] {
            let mut tx = store.write().await;
            let refused = store::imports::insert(&mut tx, &of(5, state)).await.unwrap_err();
            assert!(matches!(refused, StoreError::AlreadyThere(_)), "{:?} {state}", store.engine);
        }
    }
}

#[tokio::test]
async fn imports_are_listed_by_how_far_they_got() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let states = ["receiving", "received", "processing", "done", "failed", "done", "done"];
        let mut imports = Vec::new();
        for (n, state) in (1..).zip(states) {
            let row = Import {
                state: state.to_owned(),
                kind: Some(if n == 6 { "hash_list" } else { "cybertip" }.to_owned()),
                source: if n == 7 { "Synthetic other" } else { "Synthetic source" }.to_owned(),
                created_at: later(rows, n),
                changed_at: later(rows, n),
                ..rows.import(n)
            };
            store::imports::insert(&mut tx, &row).await.unwrap();
            imports.push(row);
        }
        let ids = |found: Vec<Import>| found.into_iter().map(|row| row.number).collect::<Vec<_>>();
        assert_eq!(ids(store::imports::unfinished(&mut tx, rows.organisation).await.unwrap()), [2, 3]);
        assert_eq!(ids(store::imports::stalled(&mut tx, later(rows, 1)).await.unwrap()), Vec::<i64>::new());
        assert_eq!(ids(store::imports::stalled(&mut tx, later(rows, 2)).await.unwrap()), [1]);
        let organisation = rows.organisation;
        assert_eq!(ids(store::imports::list(&mut tx, organisation, None, 3).await.unwrap()), [7, 6, 5]);
        let before = Some((imports[4].created_at, imports[4].id));
        assert_eq!(ids(store::imports::list(&mut tx, organisation, before, 2).await.unwrap()), [4, 3]);
        let last = |kind, source| (kind, source);
        for ((kind, source), wanted) in [
            (last("cybertip", "Synthetic source"), Some(4)),
            (last("hash_list", "Synthetic source"), Some(6)),
            (last("cybertip", "Synthetic other"), Some(7)),
            (last("ledger", "Synthetic source"), None),
        ] {
            let found = store::imports::last_done(&mut tx, organisation, kind, source).await.unwrap();
            assert_eq!(found.map(|row| row.number), wanted, "{:?} {kind} {source}", store.engine);
        }
    }
}

#[tokio::test]
async fn an_original_is_kept_in_chunks_and_dropped_as_a_whole() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let (import, other) = (rows.import(1), rows.import(2));
        for row in [&import, &other] {
            store::imports::insert(&mut tx, row).await.unwrap();
        }
        let large = vec![7_u8; 300_000];
        store::imports::put_chunk(&mut tx, import.id, 0, large.clone()).await.unwrap();
        store::imports::put_chunk(&mut tx, import.id, 1, vec![0]).await.unwrap();
        store::imports::put_chunk(&mut tx, other.id, 0, vec![1]).await.unwrap();
        assert_eq!(store::imports::chunk(&mut tx, import.id, 0).await.unwrap(), Some(large));
        assert_eq!(store::imports::chunk(&mut tx, import.id, 1).await.unwrap(), Some(vec![0]));
        assert_eq!(store::imports::chunk(&mut tx, import.id, 2).await.unwrap(), None);
        assert_eq!(store::imports::drop_original(&mut tx, import.id).await.unwrap(), 2);
        assert_eq!(store::imports::chunk(&mut tx, import.id, 0).await.unwrap(), None);
        assert_eq!(store::imports::chunk(&mut tx, other.id, 0).await.unwrap(), Some(vec![1]));
    }
}

#[tokio::test]
async fn what_was_refused_is_kept_once_and_read_in_order() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let import = rows.import(1);
        store::imports::insert(&mut tx, &import).await.unwrap();
        let refused = |ordinal, byte| Rejected { ordinal, line: ordinal * 10, sealed: vec![byte] };
        store::imports::put_rejects(&mut tx, import.id, vec![refused(3, 3), refused(1, 1)]).await.unwrap();
        // A run that was cut short says the same again.
        let again = vec![refused(3, 99), refused(7, 7)];
        store::imports::put_rejects(&mut tx, import.id, again).await.unwrap();
        store::imports::put_rejects(&mut tx, import.id, Vec::new()).await.unwrap();
        let mut read =
            async |after, limit| store::imports::rejects(&mut tx, import.id, after, limit).await.unwrap();
        assert_same(&read(0, 10).await, &vec![refused(1, 1), refused(3, 3), refused(7, 7)]);
        assert_same(&read(1, 1).await, &vec![refused(3, 3)]);
        assert_same(&read(7, 1).await, &Vec::new());
    }
}

#[tokio::test]
async fn an_import_moves_on_only_from_where_it_is() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let import = rows.import(1);
        store::imports::insert(&mut tx, &import).await.unwrap();
        let moved = Import {
            kind: Some("ledger".to_owned()),
            state: "processing".to_owned(),
            read: 100,
            accepted: 90,
            known: 6,
            rejected: 4,
            changed_at: rows.at() + Span::minutes(1),
            ..import.clone()
        };
        assert!(store::imports::advance(&mut tx, &moved, 0).await.unwrap());
        assert_same(&store::imports::find(&mut tx, import.id).await.unwrap(), &Some(moved.clone()));
        assert!(!store::imports::advance(&mut tx, &moved, 0).await.unwrap(), "another process was there");
        let done = Import { state: "done".to_owned(), read: 200, ..moved };
        assert!(store::imports::advance(&mut tx, &done, 100).await.unwrap());
        assert!(
            !store::imports::advance(&mut tx, &done, 200).await.unwrap(),
            "{:?}: it is done",
            store.engine
        );
    }
}
