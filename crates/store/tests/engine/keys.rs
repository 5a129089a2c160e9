use model::{Id, kinds};
use store::{
    StoreError,
    keys::{OrganisationKeys, RecordKey},
};
use uuid::Uuid;

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn an_organisation_has_its_keys_once_and_they_are_wrapped_anew() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let keys = OrganisationKeys {
            organisation: rows.organisation,
            seal: vec![1, 0],
            blind: vec![2, 255],
            root: "1a2b-3c4d".to_owned(),
            rotated_at: rows.at(),
        };
        store::keys::insert_organisation(&mut tx, &keys).await.unwrap();
        assert_same(&store::keys::organisations(&mut tx).await.unwrap(), &vec![keys.clone()]);
        let found = store::keys::of_organisation(&mut tx, rows.organisation).await.unwrap();
        assert_same(&found, &Some(keys.clone()));
        assert!(store::keys::of_organisation(&mut tx, another(2).organisation).await.unwrap().is_none());
        let turned = OrganisationKeys {
            seal: vec![3],
            blind: vec![4],
            root: "5e6f-7a8b".to_owned(),
            rotated_at: later(rows, 1),
            ..keys.clone()
        };
        store::keys::rewrap_organisation(&mut tx, &turned).await.unwrap();
        assert_same(&store::keys::organisations(&mut tx).await.unwrap(), &vec![turned]);
        tx.commit().await.unwrap();
        let mut tx = store.write().await;
        let refused = store::keys::insert_organisation(&mut tx, &keys).await.unwrap_err();
        assert!(matches!(refused, StoreError::AlreadyThere(_)), "{:?}: {refused}", store.engine);
    }
}

#[tokio::test]
async fn record_keys_are_read_in_pages_rewrapped_and_destroyed() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let other = another(2);
        store::organisations::insert(&mut tx, &other.organisation("Synthetic Two")).await.unwrap();
        let key = |organisation, byte: u8| RecordKey {
            record: rows.id::<kinds::Report>().uuid(),
            organisation,
            wrapped: vec![byte; 4],
        };
        let mut ours: Vec<RecordKey> = (0..7).map(|n| key(rows.organisation, n)).collect();
        ours.sort_by_key(|key| key.record);
        let theirs = key(other.organisation, 9);
        let mut all = ours.clone();
        all.reverse();
        all.push(theirs.clone());
        store::keys::insert_records(&mut tx, &all).await.unwrap();
        store::keys::insert_records(&mut tx, &[]).await.unwrap();

        let mut page = async |after, limit| {
            store::keys::records_after(&mut tx, rows.organisation, after, limit).await.unwrap()
        };
        assert_same(&page(Uuid::nil(), 3).await, &ours[..3].to_vec());
        assert_same(&page(ours[2].record, 3).await, &ours[3..6].to_vec());
        assert_same(&page(ours[5].record, 3).await, &ours[6..].to_vec());
        assert_same(&page(ours[6].record, 3).await, &Vec::new());

        store::keys::rewrap_record(&mut tx, ours[0].record, &[8]).await.unwrap();
        let found = store::keys::record(&mut tx, ours[0].record).await.unwrap().unwrap();
        assert_eq!((found.wrapped, found.organisation), (vec![8], rows.organisation), "{:?}", store.engine);
        let gone = [ours[0].record, ours[1].record, rows.id::<kinds::Report>().uuid()];
        assert_eq!(store::keys::destroy_records(&mut tx, &gone).await.unwrap(), 2);
        assert!(store::keys::record(&mut tx, ours[0].record).await.unwrap().is_none());
        assert_same(&store::keys::record(&mut tx, theirs.record).await.unwrap(), &Some(theirs));
    }
}

/// Who waits for a lock of ours on this database.
const WAITING: &str = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Many may seal at once; a rotation waits for all of them and they for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_and_whoever_seals_take_turns() {
    for store in stores().await {
        let mut tx = store.write().await;
        store::keys::keep(&mut tx).await.unwrap();
        if store.db.engine() == store::Engine::Postgres {
            let mut other = store.write().await;
            store::keys::keep(&mut other).await.unwrap();
        }
        let rotation = {
            let db = store.db.clone();
            tokio::spawn(async move {
                let mut tx = db.write().await.unwrap();
                store::keys::keep_alone(&mut tx).await.unwrap();
                let found = store::organisations::setting(&mut tx, "synthetic").await.unwrap();
                tx.commit().await.unwrap();
                found
            })
        };
        // It is under way, and waits. On SQLite there is one writer, so there it must.
        if store.db.engine() == store::Engine::Postgres {
            while store.database.numbers(WAITING).await == [0] {
                assert!(!rotation.is_finished(), "the rotation did not wait");
            }
        }
        store::organisations::set(&mut tx, "synthetic", "sealed before").await.unwrap();
        tx.commit().await.unwrap();
        let found = rotation.await.unwrap();
        assert_eq!(found.as_deref(), Some("sealed before"), "{:?}", store.engine);
    }
}

#[tokio::test]
async fn a_wrapped_key_belongs_to_an_organisation_that_is_there() {
    for store in stores().await {
        let mut tx = store.write().await;
        let row = RecordKey {
            record: store.rows.id::<kinds::Report>().uuid(),
            organisation: Id::from_uuid(Uuid::nil()),
            wrapped: vec![1],
        };
        assert!(store::keys::insert_records(&mut tx, &[row]).await.is_err(), "{:?}", store.engine);
    }
}
