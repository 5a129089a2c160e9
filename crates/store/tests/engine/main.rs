//! Every statement of the store runs on both engines, with rows in place, and says what it should.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod alerts;
mod banks;
mod cases;
mod child_keys;
mod exchanges;
mod filings;
mod identifiers;
mod imports;
mod jobs;
mod journal;
mod keys;
mod ledger;
mod organisations;
mod reports;
mod sessions;
mod shares;
mod users;

use std::{fmt::Debug, fs, path::Path};

use model::{Id, Instant, Span};
use store::{Db, Engine, ROOMS, StoreError, Tx};
use test_support::{Rows, TestDatabase, TestEngine, engines};

/// A fresh database with every room, and an organisation in it.
struct Store {
    engine: TestEngine,
    db: Db,
    rows: Rows,
    database: TestDatabase,
}

impl Store {
    async fn new(engine: TestEngine) -> Self {
        let database = TestDatabase::new(&engine).await;
        let db = Db::open(database.data(), &ROOMS.map(str::to_owned)).await.unwrap();
        let store = Self { engine, db, rows: another(1), database };
        let mut tx = store.write().await;
        store::organisations::insert(&mut tx, &store.rows.organisation("Synthetic One")).await.unwrap();
        tx.commit().await.unwrap();
        store
    }

    async fn write(&self) -> Tx {
        self.db.write().await.unwrap()
    }

    async fn read(&self) -> Tx {
        self.db.read().await.unwrap()
    }
}

/// One on each engine.
async fn stores() -> Vec<Store> {
    let mut stores = Vec::new();
    for engine in engines() {
        stores.push(Store::new(engine).await);
    }
    stores
}

/// Rows of an organisation that is not in the database yet.
fn another(seed: u64) -> Rows {
    let nobody = Rows::of(Id::from_uuid(uuid::Uuid::nil()), seed);
    Rows::of(nobody.id(), seed + 1000)
}

/// So many seconds after everything else.
fn later(rows: &Rows, seconds: i64) -> Instant {
    rows.at() + Span::seconds(seconds)
}

/// Two rows have the same in every field.
#[track_caller]
fn assert_same<T: Debug>(found: &T, wanted: &T) {
    assert_eq!(format!("{found:?}"), format!("{wanted:?}"));
}

/// Every public function of the store that runs a statement is called by these tests. A function
/// without a call here has never run on the other engine.
#[test]
fn every_function_of_the_store_is_called_here() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |folder: &str| -> Vec<(String, String)> {
        fs::read_dir(root.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "rs"))
            .map(|path| {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect()
    };
    let calls: String = read("tests/engine").into_iter().map(|(_, text)| text).collect();
    let mut functions = 0;
    let mut uncalled = Vec::new();
    for (module, text) in read("src") {
        for line in text.lines() {
            let Some((indent, rest)) = line.split_once("pub async fn ") else { continue };
            let name = rest.split(['(', '<']).next().unwrap();
            functions += 1;
            // Functions of a module are called by their path, methods on their value or by its type.
            let called = if indent.is_empty() {
                calls.contains(&format!("store::{module}::{name}("))
            } else {
                calls.contains(&format!(".{name}(")) || calls.contains(&format!("::{name}("))
            };
            if !called {
                uncalled.push(format!("{module}::{name}"));
            }
        }
    }
    assert!(functions > 130, "{functions}");
    assert!(uncalled.is_empty(), "these statements run in no test of the store: {uncalled:?}");
}

#[tokio::test]
async fn what_was_not_committed_never_happened() {
    for store in stores().await {
        let mut tx = store.write().await;
        assert!(!tx.wrote());
        store::organisations::list(&mut tx).await.unwrap();
        assert!(!tx.wrote(), "looking is not writing");
        store::organisations::set(&mut tx, "synthetic", "1").await.unwrap();
        assert!(tx.wrote());
        assert_eq!(tx.engine(), store.db.engine());
        drop(tx);
        assert_eq!(store::organisations::setting(&mut store.read().await, "synthetic").await.unwrap(), None);

        let mut tx = store.read().await;
        store::organisations::set(&mut tx, "synthetic", "1").await.unwrap_err();
    }
}

#[tokio::test]
async fn a_reader_sees_the_data_as_they_were_when_it_first_looked() {
    for store in stores().await {
        let mut reader = store.read().await;
        assert_eq!(store::organisations::setting(&mut reader, "synthetic").await.unwrap(), None);
        let mut tx = store.write().await;
        store::organisations::set(&mut tx, "synthetic", "1").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(store::organisations::setting(&mut reader, "synthetic").await.unwrap(), None);
        let mut now = store.read().await;
        assert_eq!(store::organisations::setting(&mut now, "synthetic").await.unwrap().as_deref(), Some("1"));
    }
}

#[tokio::test]
async fn a_row_that_is_there_already_is_told_from_other_faults() {
    for store in stores().await {
        let mut tx = store.write().await;
        let twin = store.rows.organisation("Synthetic Twin");
        let refused = store::organisations::insert(&mut tx, &twin).await.unwrap_err();
        assert!(matches!(refused, StoreError::AlreadyThere(_)), "{:?}: {refused}", store.engine);
        assert!(!refused.is_contention());
        drop(tx);
        // An account of an organisation that is not there is another matter.
        let mut tx = store.write().await;
        let refused = store::users::insert(&mut tx, &another(2).user("synthetic.nobody")).await.unwrap_err();
        assert!(matches!(refused, StoreError::Engine(_)), "{:?}: {refused}", store.engine);
    }
}

#[tokio::test]
async fn a_copy_of_the_embedded_database_is_whole() {
    for store in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        let copied = store.db.copy_to(&path).await.unwrap();
        assert_eq!(copied, store.db.engine() == Engine::Sqlite, "{:?}", store.engine);
        if copied {
            let place = store::Place::File(path.clone());
            let copy = Db::open(&place, &ROOMS.map(str::to_owned)).await.unwrap();
            assert_eq!(copy.shape().await.unwrap(), store.db.shape().await.unwrap());
            let found = store::organisations::list(&mut copy.read().await.unwrap()).await.unwrap();
            assert_same(&found, &vec![store.rows.organisation("Synthetic One")]);
            copy.close().await;
            store.db.copy_to(&path).await.unwrap_err();
        }
        store.db.close().await;
    }
}
