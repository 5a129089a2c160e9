//! The HTTP API held against its own document by a fuzzer that others made, schemathesis: whatever
//! fits the document is taken or refused in a way the document names, what does not fit is refused,
//! nobody gets in without a token, and nothing makes the server fail.
//!
//! The program runs as a user runs it, with the worked example, so that there is something to find.
//! `SAGIP_TEST_PYTHON` names a Python that has schemathesis.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// Cases for each operation in each phase.
const EXAMPLES: &str = "15";
/// Where the fuzzer's chance comes from.
const SEED: &str = "20260301";

/// The program, stopped when the test ends, however it ends.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the worked example and says where it listens.
fn demo(folder: &Path, token: &Path) -> (Demo, String) {
    let child = Command::new(env!("CARGO_BIN_EXE_sagip"))
        .args(["demo", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .env("SAGIP_DEMO_TOKEN_FILE", token)
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut demo = Demo(child);
    let lines = BufReader::new(demo.0.stdout.take().expect("its output")).lines();
    let mut said = Vec::new();
    for line in lines.map_while(Result::ok) {
        if let Some(address) = line.trim().strip_prefix("address ") {
            return (demo, address.to_owned());
        }
        said.push(line);
    }
    panic!("the program ended without an address:\n{}", said.join("\n"));
}

#[test]
fn the_api_is_what_its_document_says() {
    let python = env::var("SAGIP_TEST_PYTHON").expect(
        "SAGIP_TEST_PYTHON names no Python; ./check makes one with what tests/env/validators.txt pins",
    );
    let folder = tempfile::tempdir().expect("a folder");
    let token_file = folder.path().join("token");
    let (_demo, address) = demo(folder.path(), &token_file);
    let token = std::fs::read_to_string(&token_file).expect("a token");
    let fuzzed = Command::new(python)
        .args(["-m", "schemathesis.cli", "run"])
        .arg(format!("{address}/api/openapi.json"))
        .args(["--checks", "all", "--max-examples", EXAMPLES, "--workers", "1"])
        .args(["--seed", SEED, "--generation-deterministic"])
        .args(["--no-color", "--header"])
        .arg(format!("Authorization: Bearer {}", token.trim()))
        .current_dir(folder.path())
        .output()
        .expect("the fuzzer starts");
    assert!(
        fuzzed.status.success(),
        "the fuzzer left with {}\n{}\n{}",
        fuzzed.status,
        String::from_utf8_lossy(&fuzzed.stdout),
        String::from_utf8_lossy(&fuzzed.stderr),
    );
}
