//! How the sources read: no file too long, nothing unfinished, nothing switched off, no clock and no
//! chance but the binary's, and no words that do not belong here.

use crate::{
    rust_text::{before_tests, code},
    workspace::{METADATA, TextFile, hold, text_files},
};

/// Lines of code after which a file surely has a second subject.
const LONGEST: usize = 500;

/// Where time and chance come from. Only the binary may ask; everyone else is given them.
const CLOCKS_AND_CHANCE: [&str; 12] = [
    "SystemTime::now",
    "time::Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "UNIX_EPOCH.elapsed",
    "getrandom::",
    "thread_rng",
    "rand::rng",
    "OsRng",
    "from_os_rng",
    "Uuid::new_v4",
    "Uuid::now_v7",
];

/// Words for children and what was done to them that nobody here uses. Each is written in two
/// pieces so that this file may be checked like every other.
const WORDS: [&str; 6] = [
    concat!("child ", "porn"),
    concat!("kiddie ", "porn"),
    concat!("child ", "prostitut"),
    concat!("child ", "sex worker"),
    concat!("underage ", "sex"),
    concat!("victim ", "count"),
];

/// The one value of an outside schema that has such a word (NCMEC's `incidentTypeType`); `formats`
/// must write it as it is.
const SCHEMA_VALUE: &str = concat!("Child ", "Pornography (possession, manufacture, and distribution)");

const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

fn rust_files() -> Vec<TextFile> {
    let mut files = text_files("crates");
    files.retain(|file| file.has_extension("rs"));
    assert!(files.len() > 20, "the sources were not found");
    files
}

/// Every line of code that has one of `needles`, with its place.
fn lines_with(files: &[TextFile], needles: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in code(&file.text).lines().enumerate() {
            for needle in needles {
                if line.split_whitespace().collect::<String>().contains(needle) {
                    found.push(format!("{}:{}: {needle}", file.path, number + 1));
                }
            }
        }
    }
    found
}

#[test]
fn no_file_has_two_subjects() {
    let mut breaches = Vec::new();
    for file in rust_files().iter().filter(|file| file.is_crate_source()) {
        let lines = before_tests(&code(&file.text)).filter(|line| !line.trim().is_empty()).count();
        if lines > LONGEST {
            breaches.push(format!("{}: {lines} lines of code, {LONGEST} at most", file.path));
        }
    }
    hold("a file has one subject", &breaches);
}

#[test]
fn nothing_is_switched_off_or_left_unfinished() {
    let switched_off = ["#[allow(", "#![allow(", "#[ignore", "todo!(", "unimplemented!("];
    let mut breaches = lines_with(&rust_files(), &switched_off);
    for file in text_files("") {
        for (number, line) in file.text.lines().enumerate() {
            for word in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
                if UNFINISHED.contains(&word) {
                    breaches.push(format!("{}:{}: {word}", file.path, number + 1));
                }
            }
        }
    }
    hold("lints are met or expected with a reason, tests run, and work is finished", &breaches);
}

#[test]
fn only_the_binary_has_a_clock_and_chance() {
    let mut files = rust_files();
    files.retain(|file| file.is_crate_source() && !file.path.starts_with("crates/sagip/"));
    hold(
        "time and chance are parameters (`model::Clock`, `model::Entropy`)",
        &lines_with(&files, &CLOCKS_AND_CHANCE),
    );
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    let mut breaches = Vec::new();
    for room in METADATA.rooms() {
        let manifest = std::fs::read_to_string(&room.manifest_path).expect("a manifest");
        let manifest: toml::Table = manifest.parse().expect("a manifest in TOML");
        let kept: toml::Table = [("workspace".to_owned(), toml::Value::Boolean(true))].into_iter().collect();
        if manifest.get("lints") != Some(&toml::Value::Table(kept)) {
            breaches.push(format!("{}: `[lints]` is not exactly `workspace = true`", room.name));
        }
    }
    hold("every crate keeps the lints of the workspace", &breaches);
}

#[test]
fn words_respect_the_child() {
    let mut breaches = Vec::new();
    for file in text_files("") {
        for (number, line) in file.text.lines().enumerate() {
            let line = if file.path.starts_with("crates/formats/") {
                line.replace(SCHEMA_VALUE, "")
            } else {
                line.to_owned()
            };
            let line = line.to_lowercase();
            for word in WORDS {
                if line.contains(word) {
                    breaches.push(format!("{}:{}: “{word}”", file.path, number + 1));
                }
            }
        }
    }
    hold("say the child, the accused, child sexual abuse material", &breaches);
}
