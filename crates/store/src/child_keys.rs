//! The key store of children's identities: apart from the data and from its backups.
//!
//! A child's identity is sealed under a key of its own that is kept here, wrapped under a key
//! derived from the root key and this store's epoch. Destroying the row makes the identity
//! unreadable in this system and in every backup of the data; turning the epoch makes older
//! copies of this store useless too.

use model::{Id, Instant, kinds};
use sqlx::{
    Sqlite,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    Place, StoreError, Tx,
    engine::{Engine, args},
};

/// The open key store.
#[derive(Clone, Debug)]
pub struct ChildKeys(Pool);

#[derive(Clone, Debug)]
enum Pool {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl ChildKeys {
    /// Opens the key store: a file of its own, or a database that holds nothing else.
    pub async fn open(place: &Place) -> Result<Self, StoreError> {
        let pool = match place {
            Place::File(path) => Pool::Sqlite(
                PoolOptions::<Sqlite>::new()
                    .max_connections(1)
                    .connect_with(
                        SqliteConnectOptions::new()
                            .filename(path)
                            .create_if_missing(true)
                            .busy_timeout(std::time::Duration::from_secs(60))
                            .journal_mode(SqliteJournalMode::Delete)
                            .synchronous(SqliteSynchronous::Full)
                            .pragma("secure_delete", "ON"),
                    )
                    .await?,
            ),
            Place::Server(url) => {
                Pool::Postgres(PoolOptions::new().max_connections(4).connect_with(url.parse()?).await?)
            }
        };
        let store = Self(pool);
        let mut tx = store.begin().await?;
        if tx.engine() == Engine::Postgres {
            tx.all("SELECT pg_advisory_xact_lock(7105899)", args![]).await?;
        }
        for table in [
            tx.dialect(
                "CREATE TABLE IF NOT EXISTS child_keys (person_id BLOB NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL, \
                 wrapped BLOB NOT NULL, made_at INTEGER NOT NULL) STRICT",
                "CREATE TABLE IF NOT EXISTS child_keys (person_id UUID NOT NULL PRIMARY KEY, epoch BIGINT NOT NULL, \
                 wrapped BYTEA NOT NULL, made_at TIMESTAMPTZ NOT NULL)",
            ),
            tx.dialect(
                "CREATE TABLE IF NOT EXISTS child_key_epoch (one INTEGER NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL) STRICT",
                "CREATE TABLE IF NOT EXISTS child_key_epoch (one BIGINT NOT NULL PRIMARY KEY, epoch BIGINT NOT NULL)",
            ),
            "INSERT INTO child_key_epoch (one, epoch) VALUES (1, 1) ON CONFLICT (one) DO NOTHING",
        ] {
            tx.run(table, args![]).await?;
        }
        tx.commit().await?;
        Ok(store)
    }

    async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match &self.0 {
            Pool::Sqlite(pool) => Tx::sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Pool::Postgres(pool) => Tx::postgres(pool.begin().await?),
        })
    }

    /// The epoch under which new keys are wrapped.
    pub async fn epoch(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let row = tx.one("SELECT epoch FROM child_key_epoch WHERE one = 1", args![]).await?;
        let epoch: i64 = row.map_or(Ok(1), |row| row.get(0))?;
        Ok(epoch.unsigned_abs())
    }

    /// Keeps a child's wrapped key.
    pub async fn put(
        &self,
        person: Id<kinds::Person>,
        epoch: u64,
        wrapped: &[u8],
        at: Instant,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.run(
            "INSERT INTO child_keys (person_id, epoch, wrapped, made_at) VALUES ($1, $2, $3, $4)",
            args![person, epoch, wrapped, at],
        )
        .await?;
        tx.commit().await
    }

    /// A child's wrapped key and its epoch.
    pub async fn get(&self, person: Id<kinds::Person>) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut tx = self.begin().await?;
        let row = tx.one("SELECT epoch, wrapped FROM child_keys WHERE person_id = $1", args![person]).await?;
        row.map(|row| Ok((row.get::<i64>(0)?.unsigned_abs(), row.get(1)?))).transpose()
    }

    /// Every child's wrapped key with its epoch, for wrapping anew.
    pub async fn all(&self) -> Result<Vec<(Id<kinds::Person>, u64, Vec<u8>)>, StoreError> {
        let mut tx = self.begin().await?;
        let rows =
            tx.all("SELECT person_id, epoch, wrapped FROM child_keys ORDER BY person_id", args![]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get::<i64>(1)?.unsigned_abs(), row.get(2)?))).collect()
    }

    /// Replaces the wrapping of every key at once and enters a new epoch. Keys not named are
    /// destroyed.
    pub async fn turn(&self, epoch: u64, keys: &[(Id<kinds::Person>, Vec<u8>)]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.run("UPDATE child_key_epoch SET epoch = $1 WHERE one = 1", args![epoch]).await?;
        for (person, wrapped) in keys {
            tx.run(
                "UPDATE child_keys SET epoch = $2, wrapped = $3 WHERE person_id = $1",
                args![*person, epoch, wrapped],
            )
            .await?;
        }
        tx.run("DELETE FROM child_keys WHERE epoch <> $1", args![epoch]).await?;
        tx.commit().await
    }

    /// Destroys a child's key.
    pub async fn destroy(&self, person: Id<kinds::Person>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let gone = tx.run("DELETE FROM child_keys WHERE person_id = $1", args![person]).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Closes the key store.
    pub async fn close(&self) {
        match &self.0 {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}
