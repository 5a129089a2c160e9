//! What is really on the disk: for tests that what is personal is there only sealed.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use store::Place;

use crate::EmptyHouse;

impl EmptyHouse {
    /// Every byte of the data and of the key store: the files of the embedded engine, with what is
    /// still in their logs; on a server every row of every table, bytes written as text where they
    /// are text.
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

    /// Whether a text is somewhere in the data or the key store, unsealed.
    pub async fn holds(&self, text: &str) -> bool {
        self.raw().await.windows(text.len()).any(|window| window == text.as_bytes())
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

async fn rows(address: &str) -> Vec<u8> {
    let mut connection = PgConnection::connect(address).await.expect("the server");
    let run = |sql: String| sqlx::query(AssertSqlSafe(sql));
    run("SET bytea_output = 'escape'".to_owned()).execute(&mut connection).await.expect("a setting");
    let tables = run("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'".to_owned())
        .fetch_all(&mut connection)
        .await
        .expect("the tables");
    let mut text = String::new();
    for table in tables {
        let name: String = table.get(0);
        let found =
            run(format!("SELECT t::text FROM {name} t")).fetch_all(&mut connection).await.expect("rows");
        for row in found {
            let _ = writeln!(text, "{}", row.get::<String, _>(0));
        }
    }
    connection.close().await.expect("the end");
    text.into_bytes()
}
