use model::{Digest, Id, kinds};
use store::journal::{Entry, Head};

use crate::{Store, another, assert_same, later, stores};

fn entry(store: &Store, seconds: i64) -> Entry {
    let rows = &store.rows;
    Entry {
        id: rows.id(),
        organisation: Some(rows.organisation),
        at: later(rows, seconds),
        actor: "user:synthetic.a".to_owned(),
        actor_id: Some(rows.id()),
        action: "read_report".to_owned(),
        record_kind: "report".to_owned(),
        record: Some(rows.id::<kinds::Report>().uuid()),
        purpose: "triage".to_owned(),
        reason: Some(vec![0, 255]),
        request: rows.id(),
        detail: r#"{"n":1}"#.to_owned(),
    }
}

fn head(store: &Store, batch: i64, first: i64, last: i64) -> Head {
    Head {
        batch,
        first,
        last,
        root: Digest([1; 32]),
        previous: Digest([2; 32]),
        at: store.rows.at(),
        signature: vec![3; 64],
    }
}

fn leaves(entries: &[Entry]) -> Vec<(Id<kinds::JournalEntry>, Digest)> {
    entries.iter().map(|entry| (entry.id, Digest([entry.id.bytes()[15]; 32]))).collect()
}

#[tokio::test]
async fn entries_wait_until_they_have_their_place() {
    for store in stores().await {
        let mut tx = store.write().await;
        store::journal::take_turn(&mut tx).await.unwrap();
        assert!(!store::journal::any_waits(&mut tx).await.unwrap());
        assert_eq!(store::journal::last_head(&mut tx).await.unwrap(), None);
        let entries = [1, 2, 3, 4, 5].map(|seconds| entry(&store, seconds));
        for n in [3, 0, 4, 1, 2] {
            store::journal::append(&mut tx, &entries[n]).await.unwrap();
        }
        assert!(store::journal::any_waits(&mut tx).await.unwrap());
        assert_eq!(store::journal::counts(&mut tx).await.unwrap(), (0, 5));
        let oldest = store::journal::unsequenced(&mut tx, 3).await.unwrap();
        assert_eq!(oldest, entries[..3], "{:?}", store.engine);

        let first = head(&store, 1, 1, 3);
        store::journal::append_batch(&mut tx, &first, &leaves(&oldest)).await.unwrap();
        assert_eq!(store::journal::counts(&mut tx).await.unwrap(), (3, 2));
        assert_eq!(store::journal::unsequenced(&mut tx, 9).await.unwrap(), entries[3..]);
        assert_eq!(store::journal::last_head(&mut tx).await.unwrap(), Some(first.clone()));
        let second = head(&store, 2, 4, 5);
        store::journal::append_batch(&mut tx, &second, &leaves(&entries[3..])).await.unwrap();
        assert!(!store::journal::any_waits(&mut tx).await.unwrap(), "{:?}", store.engine);
        assert_eq!(store::journal::last_head(&mut tx).await.unwrap(), Some(second.clone()));
        let mut after =
            async |batch, limit| store::journal::heads_after(&mut tx, batch, limit).await.unwrap();
        assert_eq!(after(0, 9).await, [first.clone(), second.clone()]);
        assert_eq!(after(0, 1).await, [first]);
        assert_eq!(after(1, 9).await, [second]);
        assert_eq!(after(2, 9).await, []);

        let found = store::journal::positions(&mut tx, 2, 4).await.unwrap();
        assert_eq!(found.iter().map(|p| p.sequence).collect::<Vec<_>>(), [2, 3, 4]);
        for (position, entry) in found.iter().zip(&entries[1..4]) {
            assert_eq!(position.entry.as_ref(), Some(entry), "{:?}", store.engine);
            assert_eq!((position.entry_id, position.leaf), leaves(std::slice::from_ref(entry))[0]);
        }
        assert_eq!(store::journal::stray(&mut tx).await.unwrap(), None);
        assert_eq!(store::journal::lost(&mut tx).await.unwrap(), None);
        tx.commit().await.unwrap();

        // A place taken once is not taken again: not by number, not by entry.
        for batch in [head(&store, 3, 5, 5), head(&store, 3, 6, 6)] {
            let mut tx = store.write().await;
            store::journal::append_batch(&mut tx, &batch, &leaves(&entries[..1])).await.unwrap_err();
        }
    }
}

#[tokio::test]
async fn an_entry_past_the_store_is_astray_and_one_removed_is_lost() {
    for store in stores().await {
        let mut tx = store.write().await;
        let (one, other) = (entry(&store, 1), entry(&store, 2));
        store::journal::append(&mut tx, &one).await.unwrap();
        store::journal::append(&mut tx, &other).await.unwrap();
        tx.commit().await.unwrap();
        store
            .database
            .execute("CREATE TABLE aside AS SELECT * FROM journal_waiting; DELETE FROM journal_waiting")
            .await;
        assert_eq!(store::journal::stray(&mut store.read().await).await.unwrap(), Some(one.id));
        store.database.execute("INSERT INTO journal_waiting SELECT * FROM aside").await;
        assert_eq!(store::journal::stray(&mut store.read().await).await.unwrap(), None);
        let guard = match store.db.engine() {
            store::Engine::Sqlite => "DROP TRIGGER journal_entries_kept",
            store::Engine::Postgres => "DROP TRIGGER journal_entries_kept ON journal_entries",
        };
        store.database.execute(&format!("{guard}; DELETE FROM journal_entries WHERE detail <> ''")).await;
        let lost = store::journal::lost(&mut store.read().await).await.unwrap();
        assert_eq!(lost, Some(one.id.min(other.id)), "{:?}", store.engine);
    }
}

#[tokio::test]
async fn entries_are_read_by_record_and_by_organisation_newest_first() {
    for store in stores().await {
        let mut tx = store.write().await;
        let record = store.rows.id::<kinds::Report>().uuid();
        let ours: Vec<Entry> = (1..=4).map(|n| Entry { record: Some(record), ..entry(&store, n) }).collect();
        let nobodys =
            Entry { organisation: None, actor_id: None, record: None, reason: None, ..entry(&store, 5) };
        let theirs = Entry { organisation: Some(another(2).organisation), ..entry(&store, 6) };
        for entry in ours.iter().chain([&nobodys, &theirs]) {
            store::journal::append(&mut tx, entry).await.unwrap();
        }
        let of_record = store::journal::of_record(&mut tx, record, 2).await.unwrap();
        assert_eq!(of_record, [ours[3].clone(), ours[2].clone()], "{:?}", store.engine);
        let organisation = store.rows.organisation;
        let newest = store::journal::newest(&mut tx, organisation, None, 2).await.unwrap();
        assert_eq!(newest, [nobodys.clone(), ours[3].clone()], "{:?}", store.engine);
        let before = Some((ours[2].at, ours[2].id));
        let older = store::journal::newest(&mut tx, organisation, before, 9).await.unwrap();
        assert_eq!(older, [ours[1].clone(), ours[0].clone()]);
        let of_theirs = store::journal::newest(&mut tx, another(2).organisation, None, 9).await.unwrap();
        assert_same(&of_theirs, &vec![theirs, nobodys]);
    }
}

/// The chain covers every field: two entries that differ anywhere have other bytes, also where one
/// lacks what the other has empty.
#[tokio::test]
async fn no_two_entries_have_the_same_bytes() {
    let store = Store::new(test_support::TestEngine::Sqlite).await;
    let base = entry(&store, 1);
    let others = [
        Entry { id: store.rows.id(), ..base.clone() },
        Entry { organisation: None, ..base.clone() },
        Entry { at: later(&store.rows, 2), ..base.clone() },
        Entry { actor: String::new(), ..base.clone() },
        Entry { actor_id: None, ..base.clone() },
        Entry { action: "read_case".to_owned(), ..base.clone() },
        Entry { record_kind: "case".to_owned(), ..base.clone() },
        Entry { record: None, ..base.clone() },
        Entry { purpose: "review".to_owned(), ..base.clone() },
        Entry { reason: None, ..base.clone() },
        Entry { reason: Some(Vec::new()), ..base.clone() },
        Entry { request: store.rows.id(), ..base.clone() },
        Entry { detail: "{}".to_owned(), ..base.clone() },
        // The end of one field is not the start of the next.
        Entry { action: "read_repor".to_owned(), record_kind: "treport".to_owned(), ..base.clone() },
        base,
    ];
    let mut bytes: Vec<Vec<u8>> = others.iter().map(Entry::canonical).collect();
    bytes.sort_unstable();
    bytes.dedup();
    assert_eq!(bytes.len(), others.len());
}
