//! The room held against results that other programs printed for the same data.
//!
//! Estimates are compared to one part in a million: the R packages stop their iterations at a
//! relative change of 1e-8.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests are tests"
)]

mod bootstrap;
mod catalogue;
mod cybertips;
mod disclosure;
mod estimates;
mod surveys;

use std::collections::BTreeMap;
use std::path::PathBuf;

use measure::mse::CaptureTable;

/// The folder of results, or `None` after saying that the test is skipped.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE")
        .map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance")),
            PathBuf::from,
        )
        .join("measure");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "no conformance data at {}", folder.display());
    println!("SKIPPED (no conformance data): {}", folder.display());
    None
}

/// A file's rows by column name.
fn rows(path: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder().unwrap().join(path)).unwrap();
    reader.deserialize().collect::<Result<_, _>>().unwrap()
}

fn json(path: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder().unwrap().join(path)).unwrap()).unwrap()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or(f64::NAN)
}

fn table(path: &str) -> CaptureTable {
    CaptureTable::read(std::fs::File::open(folder().unwrap().join(path)).unwrap()).unwrap()
}

/// The files of a folder whose names end so, in order, without that ending.
fn names(path: &str, ending: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder().unwrap().join(path))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(ending).map(str::to_owned))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no *{ending} in {path}");
    names
}

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs().max(1e-12)
}

#[track_caller]
fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!(close(found, expected, tolerance), "{what}: found {found}, expected {expected}");
}
