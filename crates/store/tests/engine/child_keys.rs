//! The key store: a database of its own.

use model::{Id, kinds};
use store::{ChildKeys, StoreError};
use test_support::{Rows, TestDatabase, engines};

use crate::another;

struct KeyStore {
    keys: ChildKeys,
    rows: Rows,
    database: TestDatabase,
    engine: String,
}

async fn key_stores() -> Vec<KeyStore> {
    let mut found = Vec::new();
    for engine in engines() {
        let database = TestDatabase::new(&engine).await;
        let keys = ChildKeys::open(database.keys()).await.unwrap();
        found.push(KeyStore { keys, rows: another(1), database, engine: format!("{engine:?}") });
    }
    found
}

#[tokio::test]
async fn a_childs_key_is_kept_until_it_is_destroyed() {
    for KeyStore { keys, rows, database, engine } in key_stores().await {
        let (one, other): (Id<kinds::Person>, Id<kinds::Person>) = (rows.id(), rows.id());
        assert_eq!(keys.epoch().await.unwrap(), 1);
        assert_eq!(keys.count().await.unwrap(), 0);
        assert_eq!(keys.get(one).await.unwrap(), None);
        assert!(keys.put(one, 1, &[1, 0], rows.at()).await.unwrap());
        assert!(keys.put(other, 1, &[2], rows.at()).await.unwrap());
        assert_eq!(keys.get(one).await.unwrap(), Some((1, vec![1, 0])), "{engine}");
        assert_eq!(keys.count().await.unwrap(), 2);
        let refused = keys.put(one, 1, &[9], rows.at()).await.unwrap_err();
        assert!(matches!(refused, StoreError::AlreadyThere(_)), "{engine}: {refused}");
        assert_eq!(keys.get(one).await.unwrap(), Some((1, vec![1, 0])), "the first stays");

        assert_eq!(keys.destroy(one).await.unwrap(), 1);
        assert_eq!(keys.destroy(one).await.unwrap(), 0);
        assert_eq!(keys.get(one).await.unwrap(), None);
        keys.close().await;

        // Opened again it holds what it held.
        let keys = ChildKeys::open(database.keys()).await.unwrap();
        assert_eq!((keys.epoch().await.unwrap(), keys.count().await.unwrap()), (1, 1), "{engine}");
        assert_eq!(keys.get(other).await.unwrap(), Some((1, vec![2])));
        keys.close().await;
    }
}

#[tokio::test]
async fn turning_wraps_every_key_anew_or_none_and_enters_the_next_epoch() {
    for KeyStore { keys, rows, engine, .. } in key_stores().await {
        let mut people: Vec<Id<kinds::Person>> = (0..3).map(|_| rows.id()).collect();
        people.sort_unstable();
        for (n, person) in (0..).zip(&people) {
            keys.put(*person, 1, &[n], rows.at()).await.unwrap();
        }
        keys.destroy(people[1]).await.unwrap();
        let turned: Result<u64, StoreError> = keys
            .turn(|epoch, key| {
                assert_eq!((epoch, key.epoch), (2, 1));
                Ok(key.wrapped.iter().chain(&[100]).copied().collect())
            })
            .await;
        assert_eq!(turned.unwrap(), 2, "{engine}");
        assert_eq!(keys.epoch().await.unwrap(), 2);
        assert_eq!(keys.get(people[0]).await.unwrap(), Some((2, vec![0, 100])), "{engine}");
        assert_eq!(keys.get(people[1]).await.unwrap(), None, "{engine}: what is gone stays gone");
        assert_eq!(keys.get(people[2]).await.unwrap(), Some((2, vec![2, 100])), "{engine}");

        // A key that does not open keeps everything as it is.
        let failed: Result<u64, StoreError> = keys
            .turn(|_, key| {
                if key.person == people[2] {
                    return Err(StoreError::Address("synthetic".to_owned()));
                }
                Ok(vec![66])
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Address(_))));
        assert_eq!(keys.epoch().await.unwrap(), 2, "{engine}");
        assert_eq!(keys.get(people[0]).await.unwrap(), Some((2, vec![0, 100])), "{engine}");

        // What was wrapped under an epoch that is over is not kept.
        let late = rows.id();
        assert!(!keys.put(late, 1, &[5], rows.at()).await.unwrap(), "{engine}");
        assert_eq!(keys.get(late).await.unwrap(), None);
        assert!(keys.put(late, 2, &[5], rows.at()).await.unwrap());
        keys.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_put_while_the_store_turns_is_wrapped_anew_or_not_kept() {
    for KeyStore { keys, rows, engine, .. } in key_stores().await {
        let people: Vec<Id<kinds::Person>> = (0..20).map(|_| rows.id()).collect();
        let putting = {
            let (keys, people, at) = (keys.clone(), people.clone(), rows.at());
            tokio::spawn(async move {
                let mut kept = Vec::new();
                for person in people {
                    let epoch = keys.epoch().await.unwrap();
                    let wrapped = epoch.to_be_bytes();
                    if keys.put(person, epoch, &wrapped, at).await.unwrap() {
                        kept.push(person);
                    }
                }
                kept
            })
        };
        for _ in 0..10 {
            let turned: Result<u64, StoreError> =
                keys.turn(|epoch, _| Ok(epoch.to_be_bytes().to_vec())).await;
            turned.unwrap();
        }
        let kept = putting.await.unwrap();
        let epoch = keys.epoch().await.unwrap();
        assert_eq!(epoch, 11);
        // Whatever was kept is under the epoch it says, and nothing under one that is over.
        for person in &people {
            match keys.get(*person).await.unwrap() {
                Some((of, wrapped)) => {
                    assert!(kept.contains(person), "{engine}");
                    assert_eq!((of, wrapped), (epoch, epoch.to_be_bytes().to_vec()), "{engine}");
                }
                None => assert!(!kept.contains(person), "{engine}: a key was lost"),
            }
        }
        keys.close().await;
    }
}
