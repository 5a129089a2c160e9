//! What is really on the disk: for tests that what is personal is there only sealed.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use store::Place;

use crate::EmptyHouse;

impl EmptyHouse {
    /// Every byte of the data and of the key store: the files of the embedded engine, with what is
    /// still in their logs; on a server every row of every table.
    pub async fn raw(&self) -> Vec<u8> {
        match (&self.places.data, &self.places.keys) {
            (Place::Server(data), Place::Server(keys)) => {
                let mut raw = rows(data).await;
                raw.extend(rows(keys).await);
                raw
            }
            _ => self.files(),
        }
    }

    /// Whether a text, or any bytes, are somewhere in the data or the key store, unsealed.
    pub async fn holds(&self, plain: impl AsRef<[u8]>) -> bool {
        let plain = plain.as_ref();
        self.raw().await.windows(plain.len()).any(|window| window == plain)
    }

    fn files(&self) -> Vec<u8> {
        let mut raw = Vec::new();
        for entry in std::fs::read_dir(self.folder()).expect("the folder of the test") {
            let path = entry.expect("a file of the test").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("sagip.db") || name.starts_with("child-keys.db") {
                raw.extend(std::fs::read(&path).expect("a file of the database"));
            }
        }
        raw
    }
}

/// Every row as text, and every column of bytes once more as the bytes it holds.
async fn rows(address: &str) -> Vec<u8> {
    let mut connection = PgConnection::connect(address).await.expect("the server");
    let run = |sql: String| sqlx::query(AssertSqlSafe(sql));
    let columns =
        run("SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
         WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
            .to_owned())
        .fetch_all(&mut connection)
        .await
        .expect("the columns");
    let mut raw = Vec::new();
    let mut done = String::new();
    for column in columns {
        let (table, name, kind): (String, String, String) = (column.get(0), column.get(1), column.get(2));
        if table != done {
            let found = run(format!("SELECT t::text FROM {table} t")).fetch_all(&mut connection).await;
            for row in found.expect("rows") {
                raw.extend(row.get::<String, _>(0).into_bytes());
                raw.push(b'\n');
            }
            done = table;
        }
        if kind == "bytea" {
            let found = run(format!("SELECT \"{name}\" FROM {done} WHERE \"{name}\" IS NOT NULL"))
                .fetch_all(&mut connection)
                .await;
            raw.extend(found.expect("bytes").into_iter().flat_map(|row| row.get::<Vec<u8>, _>(0)));
        }
    }
    connection.close().await.expect("the end");
    raw
}
