//! A ledger that others made is read through the mapping that the documentation prints.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use std::{fs, ops::ControlFlow, path::PathBuf, process::Command};

use formats::{
    detect::{Detected, HEAD, detect},
    ledger::{Column, LedgerReader, Mapping},
};

/// A file of the conformance data, or `None` (said aloud) when there is none here.
fn conformance(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance")),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder.join(file));
    }
    assert!(std::env::var_os("CI").is_none(), "no conformance data in {}", folder.display());
    println!("SKIPPED (no conformance data): {file}");
    None
}

fn documentation() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/LEDGER.md")).unwrap()
}

/// The blocks of code in a language, as the documentation prints them.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_documentation_names_every_column() {
    let text = documentation();
    for column in Column::ALL {
        assert!(text.contains(&format!("| `{column}` |")), "{column}");
    }
}

#[test]
fn what_the_documentation_prints_is_read() {
    let text = documentation();
    let ledgers = blocks(&text, "csv");
    assert!(!ledgers.is_empty());
    for ledger in ledgers {
        assert_eq!(detect(ledger.as_bytes()), Detected::LedgerCsv);
        let reader = LedgerReader::open(ledger.as_bytes()).unwrap();
        assert!(reader.ignored_columns().is_empty());
        let rows: Vec<_> = reader.into_iter().collect();
        assert!(!rows.is_empty() && rows.iter().all(Result::is_ok), "{rows:?}");
    }
    let mappings = blocks(&text, "toml");
    assert!(mappings.len() >= 2);
    for mapping in mappings {
        Mapping::parse(mapping).unwrap_or_else(|error| panic!("{error}\n{mapping}"));
    }
}

#[test]
fn an_amlsim_ledger_is_read_whole() {
    let Some(archive) = conformance("payments/amlsim-20K-fanin200.tgz") else { return };
    let output =
        Command::new("tar").arg("xzOf").arg(&archive).arg("20K_fanin200/transactions.csv").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = output.stdout;
    let head = bytes.get(..HEAD).unwrap_or(&bytes);
    let columns = ["sourceNodeId", "targetNodeId", "value", "time"].map(str::to_owned).to_vec();
    assert_eq!(detect(head), Detected::LedgerNeedsMapping { columns });

    let text = documentation();
    let mapping = blocks(&text, "toml").into_iter().find(|block| block.contains("sourceNodeId")).unwrap();
    let mut ledger = LedgerReader::open_mapped(bytes.as_slice(), &Mapping::parse(mapping).unwrap()).unwrap();
    let (mut rows, mut minor, mut first) = (0_usize, 0_i128, None);
    ledger.for_each(|row| {
        let row = row.unwrap();
        rows += 1;
        minor += i128::from(row.value.amount.minor);
        assert!(row.value.notes.day_only);
        first.get_or_insert_with(|| row.value.to_payment());
        ControlFlow::Continue(())
    });
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    assert_eq!(rows, lines - 1);
    // The same sum by splitting the text and counting cents.
    let cents: i128 = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| {
            let value = line.split(',').nth(2).unwrap();
            let (whole, part) = value.split_once('.').unwrap_or((value, ""));
            whole.parse::<i128>().unwrap() * 100 + format!("{part:0<2}").parse::<i128>().unwrap()
        })
        .sum();
    assert_eq!(minor, cents);
    let first = first.unwrap();
    assert_eq!(first.sender.account.as_deref(), Some("360"));
    assert_eq!(first.amount.to_string(), "USD 103.55");
    assert_eq!(first.at.to_string(), "2017-01-02T00:00:00Z");
}
