//! What the data files say of themselves: law, typology and taxonomy are data, and every row tells
//! where it comes from and whether that was checked.

use toml::{Table, Value};

use crate::workspace::{hold, text_files};

#[test]
fn every_row_names_its_source() {
    let mut breaches = Vec::new();
    let mut seen = 0;
    for file in text_files("data") {
        if !file.has_extension("toml") {
            continue;
        }
        seen += 1;
        let missing = match file.text.parse::<Table>() {
            Ok(table) => unsourced(&table),
            Err(error) => vec![error.to_string()],
        };
        breaches.extend(missing.into_iter().map(|row| format!("{}: {row}", file.path)));
    }
    assert!(seen > 0, "no data files were found");
    hold("each row has `source` and `verified`", &breaches);
}

/// The rows of a file that do not say where they come from. A file whose own table says it is one
/// row; otherwise its rows are the members of its arrays of tables, and its tables, or the tables in
/// those.
fn unsourced(file: &Table) -> Vec<String> {
    if sourced(file) {
        return Vec::new();
    }
    let mut rows = 0;
    let mut missing = Vec::new();
    for (key, value) in file {
        let tables: Vec<(String, &Table)> = match value {
            Value::Array(values) => values
                .iter()
                .enumerate()
                .filter_map(|(at, value)| Some((format!("[[{key}]] number {}", at + 1), value.as_table()?)))
                .collect(),
            Value::Table(table)
                if !sourced(table) && !table.is_empty() && table.values().all(Value::is_table) =>
            {
                table
                    .iter()
                    .filter_map(|(name, value)| Some((format!("[{key}.{name}]"), value.as_table()?)))
                    .collect()
            }
            Value::Table(table) => vec![(format!("[{key}]"), table)],
            _ => Vec::new(),
        };
        rows += tables.len();
        missing.extend(tables.into_iter().filter(|(_, table)| !sourced(table)).map(|(name, _)| name));
    }
    if rows == 0 {
        missing.push("neither a source of the whole file nor a row".to_owned());
    }
    missing
}

fn sourced(row: &Table) -> bool {
    let says = |value: Option<&Value>| match value {
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Array(values)) => !values.is_empty(),
        Some(Value::Table(table)) => !table.is_empty(),
        Some(Value::Boolean(_) | Value::Datetime(_)) => true,
        _ => false,
    };
    says(row.get("source")) && says(row.get("verified"))
}

#[test]
fn a_row_without_a_source_is_noticed() {
    let unsourced = |text: &str| unsourced(&text.parse().expect("TOML"));
    let said = "source = 'RA 11930, s. 9'\nverified = false\n";
    assert!(unsourced(said).is_empty());
    assert!(unsourced(&format!("version = 1\n[[row]]\n{said}[[row]]\n{said}")).is_empty());
    assert!(unsourced(&format!("[rows.a]\n{said}[rows.b]\n{said}")).is_empty());
    assert_eq!(unsourced(&format!("[[row]]\n{said}[[row]]\nsource = 'x'\n")), ["[[row]] number 2"]);
    assert_eq!(
        unsourced(&format!("[rows.a]\n{said}[rows.b]\nsource = ' '\nverified = true\n")),
        ["[rows.b]"]
    );
    assert_eq!(unsourced("[row]\nverified = 2026-11-21\n"), ["[row]"]);
    assert_eq!(unsourced("version = 1\n").len(), 1);
}
