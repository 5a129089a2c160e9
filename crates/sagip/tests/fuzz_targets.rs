//! Each fuzz target of the program for some seconds: what takes bytes from outside keeps its laws whatever
//! the bytes. `SAGIP_FUZZ_SECONDS` says how many seconds (10 unless set); `sagip bench fuzz` runs longer.

use std::{env, process::Command};

use serde_json::Value;

/// Runs targets in the program, as a user would; the figures, or what failed.
fn fuzz(arguments: &[&str]) -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_sagip"))
        .args(["bench", "fuzz", "--json"])
        .args(arguments)
        .output()
        .expect("the program starts");
    assert!(
        run.status.success(),
        "left with {}\n{}\n{}",
        run.status,
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    serde_json::from_slice::<Value>(&run.stdout).expect("one JSON object")["figures"].take()
}

macro_rules! targets {
    ($($test:ident = $name:literal;)*) => {
        $(
            #[test]
            fn $test() {
                let seconds = env::var("SAGIP_FUZZ_SECONDS").unwrap_or_else(|_| "10".to_owned());
                let figures = fuzz(&["--target", $name, "--seconds", &seconds]);
                assert!(figures[concat!("inputs_", $name)].as_u64() > Some(0), "{figures}");
                assert!(figures[concat!("accepted_share_", $name)].as_f64() > Some(0.0), "{figures}");
            }
        )*
        const NAMES: &[&str] = &[$($name),*];
    };
}

targets! {
    pictures_are_decoded_or_refused = "picture";
    frames_of_videos_read_back = "vpdq";
    cybertip_documents_read_back = "cybertip";
    payment_messages_read_back = "iso20022";
    ledgers_read_the_same_however_they_come = "ledger";
    lines_of_ledgers_read_the_same_however_they_come = "ledger-lines";
    mappings_of_ledgers_never_fail_a_ledger = "ledger-mapping";
    hash_lists_read_the_same_however_they_come = "hash-list";
    media_sets_read_back = "vics";
    answers_of_ncmec_read_the_same_however_they_come = "ncmec-hashes";
    answers_of_stopncii_keep_the_state = "stopncii";
    what_a_file_is_can_always_be_said = "detect";
    damaged_indexes_are_refused_or_right = "near-index";
    segments_read_back = "segment";
    what_was_changed_does_not_open = "sealed";
    keys_heads_and_codes_read_back = "key-text";
    identifiers_are_their_own_normal_form = "identifier";
    typologies_run_the_same_in_any_order = "typology";
    archives_keep_within_their_bounds = "archive";
}

/// With no time at all each target takes its valid documents; the names are those that have a test.
#[test]
fn every_target_has_a_test_of_its_own() {
    let figures = fuzz(&["--seconds", "0"]);
    let mut found: Vec<&str> = figures
        .as_object()
        .expect("figures")
        .keys()
        .filter_map(|name| name.strip_prefix("inputs_per_second_"))
        .collect();
    let mut named = NAMES.to_vec();
    found.sort_unstable();
    named.sort_unstable();
    assert_eq!(found, named);
}
