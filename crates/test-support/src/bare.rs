//! Databases without a house, for tests of the store itself, and statements past the door, for tests
//! of what the door notices.

use std::{
    fs,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};
use store::{Engine, Place};
use tempfile::TempDir;

use crate::{EmptyHouse, TestEngine, database::Places};

/// Two fresh databases with nothing in them: one for the data, one for the key store.
pub struct TestDatabase {
    places: Places,
    _folder: TempDir,
}

impl TestDatabase {
    /// Fresh databases on an engine.
    pub async fn new(engine: &TestEngine) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        Self { places: Places::make(engine, folder.path()).await, _folder: folder }
    }

    /// Where the data goes.
    pub const fn data(&self) -> &Place {
        &self.places.data
    }

    /// Where the key store goes.
    pub const fn keys(&self) -> &Place {
        &self.places.keys
    }

    /// Runs a statement past the store; says how many rows it changed.
    pub async fn execute(&self, sql: &str) -> u64 {
        execute(&self.places.data, sql).await
    }

    /// The first column of what a query past the store finds, which must be a number.
    pub async fn numbers(&self, sql: &str) -> Vec<i64> {
        numbers(&self.places.data, sql).await
    }
}

impl EmptyHouse {
    /// Which engine holds the data.
    pub const fn engine(&self) -> Engine {
        match self.places.data {
            Place::File(_) => Engine::Sqlite,
            Place::Server(_) => Engine::Postgres,
        }
    }

    /// Runs statements on the data past the door; says how many rows they changed.
    pub async fn execute(&self, sql: &str) -> u64 {
        execute(&self.places.data, sql).await
    }

    /// The same, for statements that the database may refuse; says what it said.
    pub async fn try_execute(&self, sql: &str) -> Result<u64, String> {
        try_execute(&self.places.data, sql).await.map_err(|e| e.to_string())
    }

    /// The first column of what a query past the door finds, which must be a number.
    pub async fn numbers(&self, sql: &str) -> Vec<i64> {
        numbers(&self.places.data, sql).await
    }

    /// The same on the key store.
    pub async fn key_store_numbers(&self, sql: &str) -> Vec<i64> {
        numbers(&self.places.keys, sql).await
    }
}

fn file(path: &Path) -> String {
    format!("sqlite://{}?mode=rwc", path.display())
}

async fn execute(place: &Place, sql: &str) -> u64 {
    try_execute(place, sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

async fn try_execute(place: &Place, sql: &str) -> Result<u64, sqlx::Error> {
    let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    Ok(match place {
        Place::File(path) => {
            let mut connection = SqliteConnection::connect(&file(path)).await?;
            let done = statement.execute(&mut connection).await?;
            connection.close().await?;
            done.rows_affected()
        }
        Place::Server(address) => {
            let mut connection = PgConnection::connect(address).await?;
            let done = statement.execute(&mut connection).await?;
            connection.close().await?;
            done.rows_affected()
        }
    })
}

async fn numbers(place: &Place, sql: &str) -> Vec<i64> {
    let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match place {
        Place::File(path) => {
            let mut connection = SqliteConnection::connect(&file(path)).await.expect("the file");
            let rows = query.fetch_all(&mut connection).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
            connection.close().await.expect("the end");
            rows.iter().map(|row| row.get(0)).collect()
        }
        Place::Server(address) => {
            let mut connection = PgConnection::connect(address).await.expect("the server");
            let rows = query.fetch_all(&mut connection).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
            connection.close().await.expect("the end");
            rows.iter().map(|row| row.get(0)).collect()
        }
    }
}

/// One of the two databases of a house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The data.
    Data,
    /// The key store.
    KeyStore,
}

/// A database of a house as it was at a time.
pub struct Aside {
    part: Part,
    /// The files of the embedded engine, with their content.
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Aside {
    pub(crate) async fn of(places: &Places, part: Part) -> Self {
        let mut files = Vec::new();
        if let Some(databases) = &places.databases {
            databases.copy(part, false).await;
        } else {
            for path in database_files(places, part) {
                let content = fs::read(&path).expect("a file of the database");
                files.push((path, content));
            }
        }
        Self { part, files }
    }

    pub(crate) async fn put_back(&self, places: &Places) {
        if let Some(databases) = &places.databases {
            return databases.copy(self.part, true).await;
        }
        for path in database_files(places, self.part) {
            fs::remove_file(path).expect("a file of the database");
        }
        for (path, content) in &self.files {
            fs::write(path, content).expect("a file of the database");
        }
    }
}

/// The file of a database of the embedded engine, and its logs.
fn database_files(places: &Places, part: Part) -> Vec<PathBuf> {
    let place = if part == Part::Data { &places.data } else { &places.keys };
    let Place::File(path) = place else { return Vec::new() };
    ["", "-wal", "-shm", "-journal"]
        .into_iter()
        .map(|end| PathBuf::from(format!("{}{end}", path.display())))
        .filter(|path| path.exists())
        .collect()
}
