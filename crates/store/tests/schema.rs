//! The schema is alike on both engines, for every profile, and only goes forward.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]

use std::{collections::BTreeMap, path::PathBuf};

use access::Profiles;
use store::{Db, Engine, Place, ROOMS, StoreError};
use test_support::{TestDatabase, engines};

const MIGRATIONS: [&str; 3] = [
    include_str!("../migrations/0001_foundation.sql"),
    include_str!("../migrations/0002_banks.sql"),
    include_str!("../migrations/0003_event_days.sql"),
];

/// Table, then its columns in order with their types.
type Tables = BTreeMap<String, Vec<(String, String)>>;

/// What the migrations declare for these rooms, in an engine's own types.
fn declared(engine: Engine, rooms: &[String]) -> Tables {
    let mut tables = Tables::new();
    tables.insert("migrations".to_owned(), ["name", "rooms"].map(|c| (c.to_owned(), text(engine))).to_vec());
    let (mut here, mut table) = (false, None);
    for line in MIGRATIONS.iter().flat_map(|text| text.lines()) {
        if let Some(room) = line.strip_prefix("--# room ") {
            here = room == "core" || rooms.iter().any(|r| r == room);
        } else if let Some(name) = line.strip_prefix("DROP TABLE ") {
            tables.remove(name.trim_end_matches(';'));
        } else if let Some(name) = line.strip_prefix("CREATE TABLE ").and_then(|l| l.strip_suffix(" (")) {
            table = Some(name.to_owned());
        } else if line.starts_with(')') {
            table = None;
        } else if let (true, Some(table)) = (here, &table) {
            let mut words = line.split_whitespace();
            let (column, kind) = (words.next().unwrap(), words.next().unwrap().trim_end_matches(','));
            if column != "PRIMARY" && column != "UNIQUE" {
                let columns = tables.entry(table.clone()).or_default();
                columns.push((column.to_owned(), own_type(engine, kind)));
            }
        }
    }
    tables
}

fn text(engine: Engine) -> String {
    own_type(engine, "TEXT")
}

fn own_type(engine: Engine, neutral: &str) -> String {
    let (sqlite, postgres) = match neutral {
        "ID" => ("BLOB", "uuid"),
        "BYTES" => ("BLOB", "bytea"),
        "INSTANT" => ("INTEGER", "timestamp with time zone"),
        "INT" => ("INTEGER", "bigint"),
        "BOOL" => ("INTEGER", "boolean"),
        "TEXT" => ("TEXT", "text"),
        other => panic!("“{other}” is no neutral type"),
    };
    if engine == Engine::Sqlite { sqlite } else { postgres }.to_owned()
}

async fn shape(db: &Db) -> Tables {
    let mut tables = Tables::new();
    for (table, column, kind) in db.shape().await.unwrap() {
        tables.entry(table).or_default().push((column, kind));
    }
    tables
}

fn all_rooms() -> Vec<String> {
    ROOMS.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn every_profile_has_the_tables_of_its_rooms_and_no_others_on_both_engines() {
    let profiles = Profiles::shipped().unwrap();
    assert!(profiles.names().len() >= 7);
    for name in profiles.names() {
        let rooms = &profiles.get(name).unwrap().rooms;
        let mut names = Vec::new();
        for engine in engines() {
            let database = TestDatabase::new(&engine).await;
            let db = Db::open(database.data(), rooms).await.unwrap();
            let shape = shape(&db).await;
            assert_eq!(shape, declared(db.engine(), rooms), "{name} {engine:?}");
            names.push(
                shape
                    .into_iter()
                    .map(|(table, columns)| {
                        (table, columns.into_iter().map(|(column, _)| column).collect::<Vec<_>>())
                    })
                    .collect::<Vec<_>>(),
            );
            db.close().await;
        }
        assert!(names.windows(2).all(|pair| pair[0] == pair[1]), "{name}: the engines differ");
    }
}

#[test]
fn a_profile_without_a_room_has_none_of_its_tables() {
    let cases = declared(Engine::Sqlite, &["cases".to_owned()]);
    assert!(cases.contains_key("people") && cases.contains_key("journal_entries"));
    for absent in ["parties", "bank_contents", "reports", "alerts", "filings"] {
        assert!(!cases.contains_key(absent), "{absent}");
    }
    assert!(declared(Engine::Sqlite, &all_rooms()).len() > cases.len() + 10);
}

#[tokio::test]
async fn indexes_and_strict_tables_are_as_declared() {
    for engine in engines() {
        let database = TestDatabase::new(&engine).await;
        let db = Db::open(database.data(), &all_rooms()).await.unwrap();
        let dropped = "hash_entries_by_digest";
        let indexes: Vec<&str> = MIGRATIONS
            .iter()
            .flat_map(|text| text.lines())
            .filter_map(|line| {
                line.strip_prefix("CREATE INDEX ").or(line.strip_prefix("CREATE UNIQUE INDEX "))
            })
            .filter_map(|rest| rest.split(' ').next())
            .filter(|index| *index != dropped)
            .collect();
        assert!(indexes.len() > 20);
        for index in indexes {
            let found = database
                .numbers(&match db.engine() {
                    Engine::Sqlite => format!("SELECT COUNT(*) FROM sqlite_schema WHERE name = '{index}'"),
                    Engine::Postgres => {
                        format!("SELECT COUNT(*) FROM pg_indexes WHERE indexname = '{index}'")
                    }
                })
                .await;
            assert_eq!(found, [1], "{engine:?} {index}");
        }
        if db.engine() == Engine::Sqlite {
            let loose = "SELECT COUNT(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
                         AND name NOT LIKE 'sqlite_%' AND strict = 0";
            assert_eq!(database.numbers(loose).await, [0], "a table takes values of any type");
        }
        db.close().await;
    }
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_two_at_once_do_not_collide() {
    for engine in engines() {
        let database = TestDatabase::new(&engine).await;
        let rooms = all_rooms();
        let (one, other) = tokio::join!(Db::open(database.data(), &rooms), Db::open(database.data(), &rooms));
        let (one, other) = (one.unwrap(), other.unwrap());
        let first = shape(&one).await;
        one.close().await;
        other.close().await;
        // In another order, and named twice.
        let mut turned: Vec<String> = rooms.iter().rev().cloned().collect();
        turned.push("cases".to_owned());
        let db = Db::open(database.data(), &turned).await.unwrap();
        assert_eq!(shape(&db).await, first, "{engine:?}");
        let ran = i64::try_from(MIGRATIONS.len()).unwrap();
        assert_eq!(database.numbers("SELECT COUNT(*) FROM migrations").await, [ran], "{engine:?}");
        db.close().await;
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_or_with_other_rooms_is_refused_in_words() {
    for engine in engines() {
        let database = TestDatabase::new(&engine).await;
        let rooms = vec!["cases".to_owned(), "reports".to_owned()];
        Db::open(database.data(), &rooms).await.unwrap().close().await;

        let refused = Db::open(database.data(), &all_rooms()).await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::OtherRooms { made, wanted }
                if made == "cases reports" && wanted.contains("filings")),
            "{engine:?}: {refused}"
        );
        assert!(refused.to_string().contains("made for the rooms cases reports"), "{refused}");

        database
            .execute("INSERT INTO migrations (name, rooms) VALUES ('9999_synthetic', 'cases reports')")
            .await;
        let refused = Db::open(database.data(), &rooms).await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::Newer(name) if name == "9999_synthetic"),
            "{engine:?}: {refused}"
        );
        assert!(refused.to_string().contains("run the newer version"), "{refused}");
        // A newer version may have made other rooms too: running it is what helps.
        database.execute("UPDATE migrations SET rooms = 'cases reports synthetic'").await;
        let refused = Db::open(database.data(), &rooms).await.unwrap_err();
        assert!(matches!(refused, StoreError::Newer(_)), "{engine:?}: {refused}");
    }
}

#[tokio::test]
async fn lists_of_hashes_become_banks_with_everything_in_them() {
    for engine in engines() {
        let database = TestDatabase::new(&engine).await;
        Db::open(database.data(), &all_rooms()).await.unwrap().close().await;
        // Back to how it was: the new tables gone, the old ones made and filled.
        for table in [
            "bank_exchanges",
            "bank_opinions",
            "bank_hits",
            "bank_signals",
            "seen_hashes",
            "bank_contents",
            "banks",
        ] {
            database.execute(&format!("DROP TABLE {table}")).await;
        }
        let (bytes, int) = match engine {
            test_support::TestEngine::Sqlite => ("BLOB", "INTEGER"),
            test_support::TestEngine::Postgres(_) => ("BYTEA", "BIGINT"),
        };
        let (id, at) = match engine {
            test_support::TestEngine::Sqlite => ("BLOB", "INTEGER"),
            test_support::TestEngine::Postgres(_) => ("UUID", "TIMESTAMPTZ"),
        };
        let value = |byte: &str, width: usize| match engine {
            test_support::TestEngine::Sqlite => format!("x'{}'", byte.repeat(width)),
            test_support::TestEngine::Postgres(_) => format!("'\\x{}'", byte.repeat(width)),
        };
        let key = |byte: &str| match engine {
            test_support::TestEngine::Sqlite => format!("x'{}'", byte.repeat(16)),
            test_support::TestEngine::Postgres(_) => format!("'{}'", byte.repeat(16)),
        };
        let now = match engine {
            test_support::TestEngine::Sqlite => "1750000000000000",
            test_support::TestEngine::Postgres(_) => "'2025-06-15T15:06:40Z'",
        };
        let (organisation, first, second, import) = (key("aa"), key("01"), key("02"), key("0f"));
        for statement in [
            "DELETE FROM migrations WHERE name = '0002_banks'".to_owned(),
            format!(
                "CREATE TABLE hash_lists (id {id} PRIMARY KEY, organisation_id {id}, name TEXT, created_at {at})"
            ),
            format!(
                "CREATE TABLE hash_entries (list_id {id}, organisation_id {id}, algorithm TEXT, digest {bytes}, \
                 taxonomy TEXT, classification TEXT, note TEXT, import_id {id})"
            ),
            if int == "INTEGER" {
                format!(
                    "INSERT INTO organisations (id, name, links_across, created_at) VALUES ({organisation}, 'Synthetic One', 0, {now})"
                )
            } else {
                format!(
                    "INSERT INTO organisations (id, name, links_across, created_at) VALUES ({organisation}, 'Synthetic One', false, {now})"
                )
            },
            format!("INSERT INTO hash_lists VALUES ({first}, {organisation}, 'Synthetic A', {now})"),
            format!("INSERT INTO hash_lists VALUES ({second}, {organisation}, 'Synthetic B', {now})"),
            format!(
                "INSERT INTO hash_entries VALUES ({first}, {organisation}, 'md5', {}, 'industry', 'A1', NULL, {import})",
                value("11", 16)
            ),
            format!(
                "INSERT INTO hash_entries VALUES ({first}, {organisation}, 'pdq', {}, NULL, NULL, 'a note', {import})",
                value("00", 32)
            ),
            format!(
                "INSERT INTO hash_entries VALUES ({second}, {organisation}, 'md5', {}, NULL, NULL, NULL, {import})",
                value("11", 16)
            ),
        ] {
            database.execute(&statement).await;
        }
        let db = Db::open(database.data(), &all_rooms()).await.unwrap();
        assert_eq!(shape(&db).await, declared(db.engine(), &all_rooms()), "{engine:?}");
        let mut tx = db.write().await.unwrap();
        let owner = model::Id::from_uuid(uuid::Uuid::from_bytes([0xaa; 16]));
        let banks = store::banks::list(&mut tx, owner).await.unwrap();
        let seen: Vec<_> =
            banks.iter().map(|b| (b.name.as_str(), b.contents, b.distance, b.enabled_ppm)).collect();
        assert_eq!(
            seen,
            [("Synthetic A", 2, 31, 1_000_000), ("Synthetic B", 1, 31, 1_000_000)],
            "{engine:?}"
        );
        let found = store::bank_contents::equal(&mut tx, owner, "md5", &[0x11; 16]).await.unwrap();
        let found: Vec<_> =
            found.iter().map(|c| (c.bank, c.classification.as_deref(), c.state.as_str())).collect();
        assert_eq!(found, [(banks[0].id, Some("A1"), "live"), (banks[1].id, None, "live")], "{engine:?}");
        // What its source sends again is not new.
        let key = [b"pdq:".as_slice(), &[0; 32]].concat();
        let there = store::bank_contents::by_source(&mut tx, banks[0].id, &key).await.unwrap().unwrap();
        assert_eq!(there.note.as_deref(), Some("a note"), "{engine:?}");
        assert_eq!(store::bank_contents::head(&mut tx, owner).await.unwrap(), 3, "{engine:?}");
        assert_eq!(store::seen_hashes::matched_up_to(&mut tx, owner).await.unwrap(), 3, "{engine:?}");
        drop(tx);
        db.close().await;
    }
}

#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind() {
    for engine in engines() {
        let database = TestDatabase::new(&engine).await;
        // In the way of one of the last tables.
        database.execute("CREATE TABLE filing_steps (synthetic INTEGER)").await;
        Db::open(database.data(), &all_rooms()).await.unwrap_err();
        database.execute("DROP TABLE filing_steps").await;
        let tables = match engine {
            test_support::TestEngine::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table'",
            test_support::TestEngine::Postgres(_) => {
                "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'"
            }
        };
        assert_eq!(database.numbers(tables).await, [0], "{engine:?}");
        let db = Db::open(database.data(), &all_rooms()).await.unwrap();
        assert_eq!(shape(&db).await, declared(db.engine(), &all_rooms()), "{engine:?}");
        db.close().await;
    }
}

#[test]
fn where_a_database_is() {
    let place = |text: &str| text.parse::<Place>();
    assert_eq!(place("/srv/sagip.db").unwrap(), Place::File(PathBuf::from("/srv/sagip.db")));
    for server in ["postgres://sagip@db.example.test/sagip", "postgresql://db.example.test/sagip"] {
        assert_eq!(place(server).unwrap(), Place::Server(server.to_owned()));
    }
    for neither in ["", "mysql://db.example.test/sagip", "sqlite://sagip.db"] {
        let refused = place(neither).unwrap_err();
        assert!(matches!(&refused, StoreError::Address(text) if text == neither), "{refused}");
        assert!(refused.to_string().contains("expected a file or postgres://"), "{refused}");
    }
}
