//! The tables of the store and the page that says what is kept in them, held against each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    rust_text::before_tests,
    workspace::{TextFile, hold, root, text_files},
};

type Tables = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_field_stands_in_the_retention_table() {
    let kept = tables(&text_files("crates/store"));
    let told =
        sections(&std::fs::read_to_string(root().join("docs/RETENTION.md")).expect("docs/RETENTION.md"));
    assert!(kept.len() > 10, "the store's tables were not found");
    let mut breaches = Vec::new();
    for (table, columns) in &kept {
        match told.get(table) {
            None => breaches.push(format!("{table}: no section")),
            Some(named) => breaches.extend(
                columns
                    .iter()
                    .filter(|c| !named.contains(*c))
                    .map(|c| format!("{table}.{c}: not in its section")),
            ),
        }
    }
    breaches.extend(
        told.keys().filter(|t| !kept.contains_key(*t)).map(|t| format!("{t}: a section, but no table")),
    );
    hold(
        "docs/RETENTION.md tells of every field how it is sealed, how long it is kept and what erases it",
        &breaches,
    );
}

/// The tables that migrations and sources create, with their columns.
fn tables(files: &[TextFile]) -> Tables {
    let mut tables = Tables::new();
    for file in files.iter().filter(|f| f.has_extension("sql") || f.is_crate_source()) {
        // Rust continues a string on the next line with a backslash.
        let text = before_tests(&file.text).collect::<Vec<_>>().join("\n").replace('\\', " ");
        for rest in text.split("CREATE TABLE ").skip(1) {
            let rest = rest.strip_prefix("IF NOT EXISTS ").unwrap_or(rest);
            if let Some((name, body)) = rest.split_once('(')
                && name.trim().chars().all(|c| c.is_ascii_lowercase() || c == '_')
            {
                tables.entry(name.trim().to_owned()).or_default().extend(columns(body));
            }
        }
    }
    // What a later migration takes away.
    for file in files.iter().filter(|f| f.has_extension("sql")) {
        for rest in file.text.split("DROP TABLE ").skip(1) {
            tables.remove(rest.split([';', '\n']).next().unwrap_or_default().trim());
        }
    }
    // What a later migration adds.
    for file in files.iter().filter(|f| f.has_extension("sql")) {
        for rest in file.text.split("ALTER TABLE ").skip(1) {
            let mut words = rest.split_whitespace();
            if let (Some(table), Some("ADD"), Some("COLUMN"), Some(column)) =
                (words.next(), words.next(), words.next(), words.next())
            {
                tables.entry(table.to_owned()).or_default().insert(column.to_owned());
            }
        }
    }
    tables
}

/// The columns in what follows a table's opening parenthesis.
fn columns(body: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in body.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => break,
            ')' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            c => parts.last_mut().expect("a part").push(c),
        }
    }
    let constraints = ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "CONSTRAINT"];
    parts
        .iter()
        .filter_map(|part| part.split_whitespace().next())
        .filter(|word| !constraints.contains(word))
        .map(str::to_owned)
        .collect()
}

/// The sections of the page, ``### `table` ``, with every word in backticks below.
fn sections(page: &str) -> Tables {
    let mut sections = Tables::new();
    for section in page.split("\n### `").skip(1) {
        let (name, body) = section.split_once('`').expect("a heading's closing backtick");
        let body = body.split("\n## ").next().expect("a section");
        let words = body.split('`').skip(1).step_by(2).map(str::to_owned);
        sections.entry(name.to_owned()).or_default().extend(words);
    }
    sections
}

#[test]
fn a_migration_is_read_with_its_constraints_and_its_additions() {
    let file = |path: &str, text: &str| TextFile { path: path.to_owned(), text: text.to_owned() };
    let tables = tables(&[
        file(
            "crates/store/migrations/1.sql",
            "CREATE TABLE a (\n  id ID NOT NULL PRIMARY KEY,\n  b INT NOT NULL REFERENCES c (id),\n  UNIQUE (id, b)\n);\n\
             CREATE TABLE gone (\n  id ID NOT NULL PRIMARY KEY\n);\nALTER TABLE a ADD COLUMN d TEXT;\nDROP TABLE gone;\n",
        ),
        file("crates/store/src/x.rs", "\"CREATE TABLE IF NOT EXISTS e (f BLOB, \\\n  g INTEGER) STRICT\""),
        file("crates/store/src/y.rs", "if statement.starts_with(\"CREATE TABLE\") {}"),
    ]);
    let columns = |table: &str| tables[table].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(columns("a"), ["b", "d", "id"]);
    assert_eq!(columns("e"), ["f", "g"]);
    assert_eq!(tables.len(), 2);
}
