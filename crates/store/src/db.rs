//! Opening, migrating and beginning.

use std::{path::PathBuf, str::FromStr, time::Duration};

use sqlx::{
    AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use crate::{
    StoreError,
    engine::{Engine, Tx, args},
    schema,
};

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file of the embedded engine, made if it is not there.
    File(PathBuf),
    /// A PostgreSQL server's address.
    Server(String),
}

impl FromStr for Place {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Server(text.to_owned()))
        } else if text.is_empty() || text.contains("://") {
            Err(StoreError::Address(text.to_owned()))
        } else {
            Ok(Self::File(PathBuf::from(text)))
        }
    }
}

/// An open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, several readers, one file.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
    },
    /// A pool of connections to a server.
    Postgres(PgPool),
}

/// How long a writer waits for another process's writer.
const BUSY: Duration = Duration::from_mins(1);

impl Db {
    /// Opens the database and brings its schema up to date, with the tables of `rooms`.
    pub async fn open(place: &Place, rooms: &[String]) -> Result<Self, StoreError> {
        let db = Self::connect(place).await?;
        if let Err(refused) = db.migrate(rooms).await {
            db.close().await;
            return Err(refused);
        }
        Ok(db)
    }

    async fn connect(place: &Place) -> Result<Self, StoreError> {
        match place {
            Place::File(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .busy_timeout(BUSY)
                    .synchronous(SqliteSynchronous::Full)
                    .pragma("cache_size", "-65536")
                    // Pages of 4 KiB: what is written again and again while a large file comes in
                    // goes from the log to its place once in 64 MiB.
                    .pragma("wal_autocheckpoint", "16384")
                    // What a statement might have to take back is never written to a file of its own.
                    .pragma("temp_store", "MEMORY")
                    .pragma("journal_size_limit", "67108864")
                    // Rows on the way from the engine's thread, so that it need not wake this one for each.
                    .row_buffer_size(4096)
                    .pragma("trusted_schema", "OFF")
                    .pragma("secure_delete", "ON");
                let writer = PoolOptions::<Sqlite>::new()
                    .max_connections(1)
                    .acquire_timeout(BUSY)
                    .connect_with(options.clone())
                    .await?;
                use_write_ahead_log(&writer).await?;
                let readers = PoolOptions::<Sqlite>::new()
                    .max_connections(4)
                    .min_connections(0)
                    .acquire_timeout(BUSY)
                    .connect_lazy_with(
                        options.create_if_missing(false).read_only(true).pragma("cache_size", "-16384"),
                    );
                Ok(Self::Sqlite { writer, readers })
            }
            Place::Server(url) => {
                let options = PgConnectOptions::from_str(url)?;
                let pool = PoolOptions::<Postgres>::new()
                    .max_connections(10)
                    .acquire_timeout(BUSY)
                    .connect_with(options)
                    .await?;
                Ok(Self::Postgres(pool))
            }
        }
    }

    /// Which engine holds the data.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that may write. On SQLite it waits for the one writer here, not at
    /// its first write, so that what it reads stays true until it commits.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            // Said outright, whatever the server's default: what follows a lock must be seen anew.
            Self::Postgres(pool) => {
                Tx::postgres(pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?)
            }
        })
    }

    /// Begins a transaction that only reads, and sees the data as they were when it first looked.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                Tx::postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// Closes every connection; what was committed stays.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    async fn migrate(&self, rooms: &[String]) -> Result<(), StoreError> {
        let mut rooms: Vec<String> = rooms.to_vec();
        rooms.sort();
        rooms.dedup();
        let wanted = rooms.join(" ");
        let mut tx = self.write().await?;
        if tx.engine() == Engine::Postgres {
            tx.all("SELECT pg_advisory_xact_lock(7105897)", args![]).await?;
        }
        tx.run(
            tx.dialect(
                "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, rooms TEXT NOT NULL) STRICT",
                "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, rooms TEXT NOT NULL)",
            ),
            args![],
        )
        .await?;
        let done = tx.all("SELECT name, rooms FROM migrations ORDER BY name", args![]).await?;
        let migrations = schema::migrations(tx.engine(), &rooms);
        let done: Vec<(String, String)> =
            done.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<_, StoreError>>()?;
        // A newer version may know other rooms: what it left is told first.
        if let Some((name, _)) = done.iter().find(|(name, _)| !migrations.iter().any(|m| m.name == name)) {
            return Err(StoreError::Newer(name.clone()));
        }
        if let Some((_, made)) = done.iter().find(|(_, made)| *made != wanted) {
            return Err(StoreError::OtherRooms { made: made.clone(), wanted });
        }
        for migration in migrations.iter().filter(|m| !done.iter().any(|(name, _)| name == m.name)) {
            for statement in &migration.statements {
                tx.run(statement, args![]).await?;
            }
            tx.run(
                "INSERT INTO migrations (name, rooms) VALUES ($1, $2)",
                args![migration.name, wanted.as_str()],
            )
            .await?;
        }
        tx.commit().await
    }

    /// Every table with its columns and their types, for the test that compares the engines.
    pub async fn shape(&self) -> Result<Vec<(String, String, String)>, StoreError> {
        let mut tx = self.read().await?;
        let sql = tx.dialect(
            "SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid",
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
             WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position",
        );
        let rows = tx.all(sql, args![]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
    }

    /// Copies the embedded database, whole and consistent, to a new file. `false` where the data is
    /// on a server.
    pub async fn copy_to(&self, path: &std::path::Path) -> Result<bool, StoreError> {
        let Self::Sqlite { readers, .. } = self else { return Ok(false) };
        sqlx::query(AssertSqlSafe("VACUUM INTO $1".to_owned()))
            .bind(path.to_string_lossy().into_owned())
            .execute(readers)
            .await?;
        Ok(true)
    }
}

/// Switches a file to the write-ahead log, which it then keeps. When two processes open a new file
/// at once, SQLite refuses the switch to one of them without waiting; beginning to write does wait
/// for the other, so that is done before each further try.
async fn use_write_ahead_log(writer: &SqlitePool) -> Result<(), StoreError> {
    const TRIES: u32 = 100;
    for _ in 1..TRIES {
        match sqlx::query("PRAGMA journal_mode = WAL").execute(writer).await.map_err(StoreError::from) {
            Ok(_) => return Ok(()),
            Err(refused) if refused.is_contention() => {
                writer.begin_with("BEGIN IMMEDIATE").await?.rollback().await?;
            }
            Err(refused) => return Err(refused),
        }
    }
    sqlx::query("PRAGMA journal_mode = WAL").execute(writer).await?;
    Ok(())
}
