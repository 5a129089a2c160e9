//! Commands that need no installation: typologies and ledgers on one's own machine.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn sagip(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sagip")).args(arguments).current_dir(folder).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_typology_with_a_mistake_is_refused_by_its_line_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = sagip(folder.path(), &["--json", "typology", "check"]);
    assert_eq!(shipped.status.code(), Some(0), "{}", said(&shipped));
    assert!(lines(&shipped).iter().all(|one| one["error"].is_null()) && lines(&shipped).len() >= 8);
    std::fs::write(folder.path().join("bad.toml"), "id = \"bad-one\"\nversion = 0\n").unwrap();
    let bad = sagip(folder.path(), &["--json", "typology", "check", "bad.toml"]);
    assert_eq!(bad.status.code(), Some(1));
    assert_eq!(lines(&bad)[0]["file"], "bad.toml");
    assert!(lines(&bad)[0]["line"].as_u64().is_some());
}

#[test]
fn a_typology_explains_itself_and_its_examples_come_out_as_meant() {
    let folder = tempfile::tempdir().unwrap();
    let explained = sagip(folder.path(), &["typology", "explain", "sextortion-victim"]);
    assert!(said(&explained).contains("never a suspect") && said(&explained).contains("Source: "));
    let tried = sagip(folder.path(), &["typology", "test", "sextortion-victim"]);
    assert_eq!(tried.status.code(), Some(0), "{}", said(&tried));
    let wrong = "[[example]]\nname = \"an adult\"\nshows = [\"payer\"]\n[[example.event]]\n\
        at = \"2026-01-01T10:00:00+08:00\"\nsender = \"payer\"\nreceiver = \"other\"\namount = \"PHP 5.00\"\n";
    std::fs::write(folder.path().join("wrong.toml"), wrong).unwrap();
    let failed = sagip(folder.path(), &["typology", "test", "sextortion-victim", "wrong.toml"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(said(&failed).contains("wrong.toml:2: NOT as meant: an adult"), "{}", said(&failed));
    let unknown = sagip(folder.path(), &["typology", "explain", "no-such"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(said(&unknown).contains("osec-sender"), "{}", said(&unknown));
}

#[test]
fn a_remitter_screens_its_own_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let made =
        sagip(folder.path(), &["--json", "simulate", "payments", "--rows", "3000", "--out", "ledger.csv"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let found = sagip(folder.path(), &["--json", "screen", "ledger.csv"]);
    assert_eq!(found.status.code(), Some(1), "{}", said(&found));
    let found = lines(&found);
    let receiver = found.iter().find(|one| one["typology"] == "baseline-inward-20").unwrap();
    assert!(receiver["party"].as_str().unwrap().starts_with("SYN-"), "{receiver}");
    assert!(receiver["payments"].as_u64().unwrap() >= 20 && !receiver["evidence"][0].is_null());
    // The same rows again are the same payments.
    let twice = sagip(folder.path(), &["--json", "screen", "ledger.csv", "ledger.csv"]);
    assert_eq!(lines(&twice), found);
    std::fs::write(folder.path().join("other.csv"), "a,b\n1,2\n").unwrap();
    let refused = sagip(folder.path(), &["screen", "other.csv"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).contains("other.csv"), "{}", said(&refused));
}
