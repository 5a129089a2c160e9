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

/// A child's key as it is kept.
#[derive(Clone, Debug)]
pub struct WrappedKey {
    /// Whose identity it seals.
    pub person: Id<kinds::Person>,
    /// The epoch it was wrapped under.
    pub epoch: u64,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
}

/// The epoch, with a lock on it where there can be several writers.
async fn epoch_of(tx: &mut Tx, lock: &str) -> Result<u64, StoreError> {
    let lock = tx.dialect("", lock);
    let row = tx.one(&format!("SELECT epoch FROM child_key_epoch WHERE one = 1 {lock}"), args![]).await?;
    let epoch: i64 = row.map_or(Ok(1), |row| row.get(0))?;
    Ok(epoch.unsigned_abs())
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
                            .busy_timeout(std::time::Duration::from_mins(1))
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
            Pool::Postgres(pool) => {
                Tx::postgres(pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?)
            }
        })
    }

    /// The epoch under which new keys are wrapped.
    pub async fn epoch(&self) -> Result<u64, StoreError> {
        epoch_of(&mut self.begin().await?, "").await
    }

    /// Keeps a child's key, wrapped under `epoch`. `false` if the store has entered another epoch
    /// meanwhile: then it is not kept, and is to be wrapped anew.
    pub async fn put(
        &self,
        person: Id<kinds::Person>,
        epoch: u64,
        wrapped: &[u8],
        at: Instant,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if epoch_of(&mut tx, "FOR SHARE").await? != epoch {
            return Ok(false);
        }
        tx.run(
            "INSERT INTO child_keys (person_id, epoch, wrapped, made_at) VALUES ($1, $2, $3, $4)",
            args![person, epoch, wrapped, at],
        )
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A child's wrapped key and its epoch.
    pub async fn get(&self, person: Id<kinds::Person>) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut tx = self.begin().await?;
        let row = tx.one("SELECT epoch, wrapped FROM child_keys WHERE person_id = $1", args![person]).await?;
        row.map(|row| Ok((row.get::<i64>(0)?.unsigned_abs(), row.get(1)?))).transpose()
    }

    /// How many children's keys there are.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let row = self.begin().await?.one("SELECT COUNT(*) FROM child_keys", args![]).await?;
        row.map_or(Ok(0), |row| Ok(row.get::<i64>(0)?.unsigned_abs()))
    }

    /// Enters the next epoch and wraps every key anew, all or none of them; says how many. `wrap`
    /// is given the new epoch and a key as it is, and gives its new wrapping.
    pub async fn turn<E: From<StoreError>>(
        &self,
        mut wrap: impl FnMut(u64, &WrappedKey) -> Result<Vec<u8>, E>,
    ) -> Result<u64, E> {
        let mut tx = self.begin().await?;
        let epoch = epoch_of(&mut tx, "FOR UPDATE").await? + 1;
        tx.run("UPDATE child_key_epoch SET epoch = $1 WHERE one = 1", args![epoch]).await?;
        let rows =
            tx.all("SELECT person_id, epoch, wrapped FROM child_keys ORDER BY person_id", args![]).await?;
        for row in &rows {
            let key = WrappedKey {
                person: row.get(0)?,
                epoch: row.get::<i64>(1)?.unsigned_abs(),
                wrapped: row.get(2)?,
            };
            let wrapped = wrap(epoch, &key)?;
            tx.run(
                "UPDATE child_keys SET epoch = $2, wrapped = $3 WHERE person_id = $1",
                args![key.person, epoch, wrapped],
            )
            .await?;
        }
        tx.commit().await?;
        Ok(rows.len() as u64)
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
