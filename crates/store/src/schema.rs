//! The schema: forward-only migrations, rendered for each engine and for the rooms the
//! installation has.

use crate::engine::Engine;

/// The migrations, oldest first. A migration that has run is never edited.
const MIGRATIONS: [(&str, &str); 3] = [
    ("0001_foundation", include_str!("../migrations/0001_foundation.sql")),
    ("0002_banks", include_str!("../migrations/0002_banks.sql")),
    ("0003_event_days", include_str!("../migrations/0003_event_days.sql")),
];

/// A migration rendered for one engine and one set of rooms.
pub(crate) struct Migration {
    pub(crate) name: &'static str,
    pub(crate) statements: Vec<String>,
}

/// The rooms whose tables may be made; `core` always is.
pub const ROOMS: [&str; 6] = ["payments", "hashes", "reports", "alerts", "cases", "filings"];

/// All migrations for `engine`, with the tables of `rooms` and of the core.
pub(crate) fn migrations(engine: Engine, rooms: &[String]) -> Vec<Migration> {
    MIGRATIONS
        .iter()
        .map(|(name, text)| Migration { name, statements: render(text, engine, rooms) })
        .collect()
}

fn render(text: &str, engine: Engine, rooms: &[String]) -> Vec<String> {
    let mut statements = Vec::new();
    let mut statement = String::new();
    let (mut here, mut this_engine) = (true, true);
    for line in text.lines() {
        if let Some(directive) = line.strip_prefix("--# ") {
            match directive.split_once(' ') {
                Some(("room", room)) => {
                    here = room == "core" || rooms.iter().any(|r| r == room);
                    this_engine = true;
                }
                Some(("only", name)) => {
                    this_engine = name == if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
                }
                _ => {}
            }
            continue;
        }
        if !here || !this_engine || line.starts_with("--") {
            continue;
        }
        statement.push_str(line);
        statement.push('\n');
        // A statement ends at a semicolon that ends its line; trigger bodies sit on one line.
        if line.trim_end().ends_with(';') {
            statements.push(translate(statement.trim(), engine));
            statement.clear();
        }
    }
    statements
}

/// Replaces the neutral column types by the engine's own.
fn translate(statement: &str, engine: Engine) -> String {
    let table = statement.starts_with("CREATE TABLE");
    let mut out = String::with_capacity(statement.len());
    let mut word = String::new();
    let flush = |word: &mut String, out: &mut String| {
        out.push_str(match (word.as_str(), engine) {
            ("ID" | "BYTES", Engine::Sqlite) => "BLOB",
            ("ID", Engine::Postgres) => "UUID",
            ("BYTES", Engine::Postgres) => "BYTEA",
            ("INSTANT" | "INT" | "BOOL", Engine::Sqlite) => "INTEGER",
            ("INSTANT", Engine::Postgres) => "TIMESTAMPTZ",
            ("INT", Engine::Postgres) => "BIGINT",
            ("BOOL", Engine::Postgres) => "BOOLEAN",
            ("KEYED", Engine::Sqlite) => "WITHOUT ROWID",
            ("KEYED", Engine::Postgres) => "",
            (other, _) => other,
        });
        word.clear();
    };
    for c in statement.trim_end_matches(';').chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            flush(&mut word, &mut out);
            out.push(c);
        }
    }
    flush(&mut word, &mut out);
    if table && engine == Engine::Sqlite {
        out.push_str(if statement.trim_end_matches(';').ends_with("KEYED") { ", STRICT" } else { " STRICT" });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<String> {
        ROOMS.iter().map(|r| (*r).to_owned()).collect()
    }

    #[test]
    fn rooms_that_a_profile_lacks_have_no_tables() {
        let with = migrations(Engine::Sqlite, &all());
        let without = migrations(Engine::Sqlite, &["reports".to_owned()]);
        let text = |m: &[Migration]| m.iter().flat_map(|m| m.statements.clone()).collect::<String>();
        assert!(text(&with).contains("CREATE TABLE cases"));
        assert!(!text(&without).contains("CREATE TABLE cases"));
        assert!(text(&without).contains("CREATE TABLE reports"));
        assert!(text(&without).contains("CREATE TABLE journal_entries"));
    }

    #[test]
    fn neutral_types_become_the_engines_own() {
        let sqlite = translate("CREATE TABLE t (\n a ID NOT NULL, at INSTANT\n) KEYED;", Engine::Sqlite);
        assert!(sqlite.ends_with("WITHOUT ROWID, STRICT"), "{sqlite}");
        assert!(sqlite.contains("a BLOB NOT NULL, at INTEGER"));
        let postgres = translate("CREATE TABLE t (\n a ID NOT NULL, at INSTANT\n) KEYED;", Engine::Postgres);
        assert!(postgres.contains("a UUID NOT NULL, at TIMESTAMPTZ"));
    }
}
