//! One interface over the two engines: what is bound, what is read, and the transaction.
//!
//! Every statement is written once with `$1` placeholders and runs on both engines. The few
//! places where the dialects differ choose with [`Tx::dialect`].

use model::{Digest, Id, Instant};
use sqlx::{
    AssertSqlSafe, Postgres, Row as _, Sqlite, Type,
    encode::IsNull,
    postgres::{PgArguments, PgRow, PgTypeInfo, PgValueFormat, PgValueRef},
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use uuid::Uuid;

use crate::StoreError;

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// One file, one writer.
    Sqlite,
    /// A server, many writers.
    Postgres,
}

/// A value to bind. Every variant can be null, and a null still has its type, which PostgreSQL
/// asks for.
#[derive(Clone, Debug)]
pub enum Value {
    /// INT.
    Int(Option<i64>),
    /// TEXT.
    Text(Option<String>),
    /// BYTES.
    Bytes(Option<Vec<u8>>),
    /// BOOL.
    Bool(bool),
    /// ID.
    Id(Option<Uuid>),
    /// INSTANT.
    Instant(Option<Instant>),
}

macro_rules! value_from {
    ($($source:ty => |$x:ident| $make:expr),+ $(,)?) => {$(
        impl From<$source> for Value {
            fn from($x: $source) -> Self {
                $make
            }
        }
    )+};
}

value_from! {
    i64 => |x| Self::Int(Some(x)),
    u32 => |x| Self::Int(Some(i64::from(x))),
    u8 => |x| Self::Int(Some(i64::from(x))),
    usize => |x| Self::Int(i64::try_from(x).ok()),
    u64 => |x| Self::Int(i64::try_from(x).ok()),
    Option<i64> => |x| Self::Int(x),
    bool => |x| Self::Bool(x),
    &str => |x| Self::Text(Some(x.to_owned())),
    String => |x| Self::Text(Some(x)),
    &String => |x| Self::Text(Some(x.clone())),
    Option<String> => |x| Self::Text(x),
    Option<&str> => |x| Self::Text(x.map(str::to_owned)),
    Vec<u8> => |x| Self::Bytes(Some(x)),
    &Vec<u8> => |x| Self::Bytes(Some(x.clone())),
    &[u8] => |x| Self::Bytes(Some(x.to_vec())),
    [u8; 16] => |x| Self::Bytes(Some(x.to_vec())),
    [u8; 32] => |x| Self::Bytes(Some(x.to_vec())),
    Option<Vec<u8>> => |x| Self::Bytes(x),
    Digest => |x| Self::Bytes(Some(x.0.to_vec())),
    Option<Digest> => |x| Self::Bytes(x.map(|d| d.0.to_vec())),
    Instant => |x| Self::Instant(Some(x)),
    Option<Instant> => |x| Self::Instant(x),
    Uuid => |x| Self::Id(Some(x)),
    Option<Uuid> => |x| Self::Id(x),
}

impl<K> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        Self::Id(Some(id.uuid()))
    }
}

impl<K> From<Option<Id<K>>> for Value {
    fn from(id: Option<Id<K>>) -> Self {
        Self::Id(id.map(Id::uuid))
    }
}

/// The values of a statement's placeholders, in order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::engine::Value::from($value)),*] };
}
pub(crate) use args;

/// Microseconds between 1970-01-01 and 2000-01-01, PostgreSQL's epoch.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

/// TIMESTAMPTZ as microseconds, in PostgreSQL's own binary form.
struct PostgresInstant(i64);

impl Type<Postgres> for PostgresInstant {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("TIMESTAMPTZ")
    }
}

impl sqlx::Encode<'_, Postgres> for PostgresInstant {
    fn encode_by_ref(
        &self,
        buffer: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<IsNull, sqlx::error::BoxDynError> {
        let since = self.0.checked_sub(POSTGRES_EPOCH).ok_or("the time is too early for the database")?;
        buffer.extend(since.to_be_bytes());
        Ok(IsNull::No)
    }
}

impl sqlx::Decode<'_, Postgres> for PostgresInstant {
    fn decode(value: PgValueRef<'_>) -> Result<Self, sqlx::error::BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => {
                let since = i64::from_be_bytes(value.as_bytes()?.try_into()?);
                // `infinity` and `-infinity` have numbers of their own; Sagip never writes them.
                let infinite = since == i64::MAX || since == i64::MIN;
                let micros = if infinite { None } else { since.checked_add(POSTGRES_EPOCH) };
                Ok(Self(micros.ok_or("the time is not a finite one")?))
            }
            PgValueFormat::Text => Err("a timestamp came as text; expected the binary form".into()),
        }
    }
}

fn bind_sqlite(
    query: Query<'_, Sqlite, SqliteArguments>,
    value: Value,
) -> Query<'_, Sqlite, SqliteArguments> {
    match value {
        Value::Int(x) => query.bind(x),
        Value::Text(x) => query.bind(x),
        Value::Bytes(x) => query.bind(x),
        Value::Bool(x) => query.bind(i64::from(x)),
        Value::Id(x) => query.bind(x),
        Value::Instant(x) => query.bind(x.map(Instant::micros)),
    }
}

fn bind_postgres(query: Query<'_, Postgres, PgArguments>, value: Value) -> Query<'_, Postgres, PgArguments> {
    match value {
        Value::Int(x) => query.bind(x),
        Value::Text(x) => query.bind(x),
        Value::Bytes(x) => query.bind(x),
        Value::Bool(x) => query.bind(x),
        Value::Id(x) => query.bind(x),
        Value::Instant(x) => query.bind(x.map(|i| PostgresInstant(i.micros()))),
    }
}

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a column can be read as.
pub(crate) trait Column: Sized {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error>;
}

macro_rules! column {
    ($($t:ty),+) => {$(
        impl Column for $t {
            fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(index),
                    Row::Postgres(row) => row.try_get(index),
                }
            }
        }
    )+};
}

column!(i64, Option<i64>, String, Option<String>, Vec<u8>, Option<Vec<u8>>, Uuid, Option<Uuid>);

impl Column for bool {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        match row {
            Row::Sqlite(row) => row.try_get::<i64, _>(index).map(|x| x != 0),
            Row::Postgres(row) => row.try_get(index),
        }
    }
}

impl Column for Option<Instant> {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        let micros = match row {
            Row::Sqlite(row) => row.try_get::<Option<i64>, _>(index)?,
            Row::Postgres(row) => row.try_get::<Option<PostgresInstant>, _>(index)?.map(|x| x.0),
        };
        Ok(micros.map(Instant::from_micros))
    }
}

fn not_null(index: usize) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: index.to_string(), source: "unexpected null".into() }
}

impl Column for Instant {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        Option::<Self>::read(row, index)?.ok_or_else(|| not_null(index))
    }
}

impl<K> Column for Id<K> {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        Uuid::read(row, index).map(Self::from_uuid)
    }
}

impl<K> Column for Option<Id<K>> {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        Option::<Uuid>::read(row, index).map(|id| id.map(Id::from_uuid))
    }
}

impl Column for Option<Digest> {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        Option::<Vec<u8>>::read(row, index)?
            .map(|bytes| bytes.try_into().map(Digest).map_err(|_| not_null(index)))
            .transpose()
    }
}

impl Column for Digest {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        Option::<Self>::read(row, index)?.ok_or_else(|| not_null(index))
    }
}

impl<const N: usize> Column for [u8; N] {
    fn read(row: &Row, index: usize) -> Result<Self, sqlx::Error> {
        Vec::<u8>::read(row, index)?.try_into().map_err(|_| not_null(index))
    }
}

impl Row {
    /// The column at `index`.
    pub(crate) fn get<T: Column>(&self, index: usize) -> Result<T, StoreError> {
        T::read(self, index).map_err(StoreError::from)
    }
}

enum Inner {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A transaction on either engine. Dropped without [`Tx::commit`], it never happened.
pub struct Tx {
    inner: Inner,
    wrote: bool,
}

impl Tx {
    pub(crate) const fn sqlite(tx: sqlx::Transaction<'static, Sqlite>) -> Self {
        Self { inner: Inner::Sqlite(tx), wrote: false }
    }

    pub(crate) const fn postgres(tx: sqlx::Transaction<'static, Postgres>) -> Self {
        Self { inner: Inner::Postgres(tx), wrote: false }
    }

    /// Which engine this runs on.
    pub const fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// Whether anything was written so far.
    pub const fn wrote(&self) -> bool {
        self.wrote
    }

    /// The text for the engine at hand.
    pub(crate) const fn dialect<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        match self.inner {
            Inner::Sqlite(_) => sqlite,
            Inner::Postgres(_) => postgres,
        }
    }

    /// Makes everything done here durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Runs a statement that changes rows; says how many.
    pub(crate) async fn run(&mut self, sql: &str, args: Vec<Value>) -> Result<u64, StoreError> {
        self.wrote = true;
        let done = match &mut self.inner {
            Inner::Sqlite(tx) => args
                .into_iter()
                .fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_sqlite)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Inner::Postgres(tx) => args
                .into_iter()
                .fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_postgres)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        };
        Ok(done)
    }

    /// Runs a statement that changes rows and returns some.
    pub(crate) async fn run_returning(
        &mut self,
        sql: &str,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.wrote = true;
        self.all(sql, args).await
    }

    /// The rows a query finds.
    pub(crate) async fn all(&mut self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => args
                .into_iter()
                .fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_sqlite)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(Row::Sqlite)
                .collect(),
            Inner::Postgres(tx) => args
                .into_iter()
                .fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_postgres)
                .fetch_all(&mut **tx)
                .await?
                .into_iter()
                .map(Row::Postgres)
                .collect(),
        })
    }

    /// The row a query finds, if it finds one.
    pub(crate) async fn one(&mut self, sql: &str, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Inserts many rows with as few statements as the engine's limit on placeholders allows.
    ///
    /// `head` is `INSERT INTO t (a, b) VALUES`, `tail` what follows the rows. Returns what a
    /// `RETURNING` in `tail` gives.
    pub(crate) async fn many(
        &mut self,
        head: &str,
        rows: Vec<Vec<Value>>,
        tail: &str,
    ) -> Result<Vec<Row>, StoreError> {
        const PLACEHOLDERS: usize = 30_000;
        let width = rows.first().map_or(1, Vec::len).max(1);
        let at_once = (PLACEHOLDERS / width).max(1);
        let mut returned = Vec::new();
        let mut rows = rows.into_iter().peekable();
        let mut sql = String::new();
        let mut sql_rows = 0;
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(at_once).collect();
            if sql_rows != chunk.len() {
                sql = values(self.engine(), head, chunk.len(), width, tail);
                sql_rows = chunk.len();
            }
            returned.extend(self.run_returning(&sql, chunk.into_iter().flatten().collect()).await?);
        }
        Ok(returned)
    }
}

/// `head ($1,$2),($3,$4) tail`.
fn values(engine: Engine, head: &str, rows: usize, width: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * width * 7);
    sql.push_str(head);
    for row in 0..rows {
        sql.push_str(if row == 0 { " (" } else { ",(" });
        for column in 0..width {
            if column > 0 {
                sql.push(',');
            }
            placeholder(&mut sql, engine, row * width + column + 1);
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    sql
}

/// Appends the placeholder of the value at `number`, counted from 1, for statements with very many
/// of them written in order. SQLite looks a named one up among all the others each time it is
/// bound, which makes thousands of them quadratic; `?` has no name.
pub(crate) fn placeholder(sql: &mut String, engine: Engine, number: usize) {
    use std::fmt::Write as _;
    match engine {
        Engine::Sqlite => sql.push('?'),
        Engine::Postgres => {
            let _ = write!(sql, "${number}");
        }
    }
}

/// Later than anything a list holds: where a list that has no “before” starts.
pub(crate) const FAR: Instant = Instant::from_micros(253_402_300_799_999_999);
