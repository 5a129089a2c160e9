//! The engines to test on, and a fresh database on each.
//!
//! The embedded engine is always there. PostgreSQL is tested when `SAGIP_TEST_POSTGRES` holds the
//! address of a server on which databases may be made; without it the test says so and goes on,
//! unless `CI` is set: there nothing is left out.

use std::{
    env,
    path::Path,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use store::Place;

use crate::Part;

/// An engine to test on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestEngine {
    /// The embedded engine, a file.
    Sqlite,
    /// A PostgreSQL server, by the address of a database on it.
    Postgres(String),
}

/// Every engine there is to test on.
pub fn engines() -> Vec<TestEngine> {
    let mut engines = vec![TestEngine::Sqlite];
    match env::var("SAGIP_TEST_POSTGRES") {
        Ok(server) if !server.is_empty() => engines.push(TestEngine::Postgres(server)),
        _ if env::var_os("CI").is_some() => {
            panic!("SAGIP_TEST_POSTGRES is not set, and CI is: set it to the address of a PostgreSQL server")
        }
        _ => eprintln!("SKIPPED (no SAGIP_TEST_POSTGRES): only SQLite is tested"),
    }
    engines
}

/// Databases on a server, dropped when this is.
pub(crate) struct Databases {
    server: String,
    names: Vec<String>,
}

impl Databases {
    /// Makes a database for the data and one for the key store.
    pub(crate) async fn make(server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("sagip_test_{}_{number}", process::id());
        let made = Self { server: server.to_owned(), names: vec![format!("{name}_keys"), name] };
        for name in &made.names {
            // One of the same name can only be left over from a process that was killed.
            execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            execute(server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        }
        made
    }

    /// Copies a database to which nobody is connected: aside, or from there back.
    pub(crate) async fn copy(&self, part: Part, back: bool) {
        let [keys, data] = self.names.as_slice() else { panic!("two databases were made") };
        let name = if part == Part::Data { data } else { keys };
        let aside = format!("{name}_aside");
        let (from, to) = if back { (&aside, name) } else { (name, &aside) };
        execute(&self.server, &format!("DROP DATABASE IF EXISTS {to} WITH (FORCE)")).await;
        execute(&self.server, &format!("CREATE DATABASE {to} TEMPLATE {from}")).await;
    }

    /// The addresses of the data and of the key store.
    pub(crate) fn addresses(&self) -> (String, String) {
        let address = |name: &String| with_database(&self.server, name);
        let [keys, data] = self.names.as_slice() else { panic!("two databases were made") };
        (address(data), address(keys))
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        let (server, names) = (self.server.clone(), self.names.clone());
        // The test's own runtime may be gone by now.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime to drop the test's databases in");
            runtime.block_on(async {
                let aside = names.iter().map(|name| format!("{name}_aside"));
                for name in names.iter().cloned().chain(aside) {
                    execute(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                }
            });
        });
        if dropped.join().is_err() {
            eprintln!("the databases {:?} were left on the server", self.names);
        }
    }
}

async fn execute(server: &str, statement: &str) {
    let mut connection = PgConnection::connect(server)
        .await
        .unwrap_or_else(|e| panic!("SAGIP_TEST_POSTGRES does not answer: {e}"));
    sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut connection)
        .await
        .unwrap_or_else(|e| panic!("{statement}: {e}"));
    connection.close().await.unwrap_or_else(|e| panic!("{statement}: {e}"));
}

/// The address of another database on the same server.
fn with_database(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, ""), |(a, o)| (a, o));
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let end = address.get(scheme..).and_then(|rest| rest.find('/')).map_or(address.len(), |at| scheme + at);
    let host = address.get(..end).unwrap_or(address);
    let options = if options.is_empty() { String::new() } else { format!("?{options}") };
    format!("{host}/{name}{options}")
}

/// Where the data and the key store of a test are.
pub(crate) struct Places {
    pub(crate) data: Place,
    pub(crate) keys: Place,
    /// The databases on a server, which go with this.
    pub(crate) databases: Option<Databases>,
}

impl Places {
    pub(crate) async fn make(engine: &TestEngine, folder: &Path) -> Self {
        match engine {
            TestEngine::Sqlite => Self {
                data: Place::File(folder.join("sagip.db")),
                keys: Place::File(folder.join("child-keys.db")),
                databases: None,
            },
            TestEngine::Postgres(server) => {
                let databases = Databases::make(server).await;
                let (data, keys) = databases.addresses();
                Self { data: Place::Server(data), keys: Place::Server(keys), databases: Some(databases) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_on_the_same_server() {
        let cases = [
            ("postgres://sagip@127.0.0.1:5432/postgres", "postgres://sagip@127.0.0.1:5432/other"),
            ("postgres://sagip@127.0.0.1", "postgres://sagip@127.0.0.1/other"),
            ("postgres:///postgres?host=/run/pg", "postgres:///other?host=/run/pg"),
        ];
        for (server, expected) in cases {
            assert_eq!(with_database(server, "other"), expected);
        }
    }
}
