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
    process::{Child, ChildStdout, Command, Stdio},
};

/// Cases for each operation in each phase.
const EXAMPLES: &str = "15";

/// The program, stopped when the test ends, however it ends.
struct Demo {
    program: Child,
    /// Kept open, so that the program can go on writing.
    output: BufReader<ChildStdout>,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Starts the worked example and says where it listens.
fn demo(folder: &Path, token: &Path) -> (Demo, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sagip"))
        .args(["demo", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .env("SAGIP_DEMO_TOKEN_FILE", token)
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let output = BufReader::new(program.stdout.take().expect("its output"));
    let mut demo = Demo { program, output };
    let mut said = String::new();
    while demo.output.read_line(&mut said).is_ok_and(|read| read > 0) {
        if let Some(address) = said.lines().last().and_then(|line| line.trim().strip_prefix("address ")) {
            return (demo, address.to_owned());
        }
    }
    panic!("the program ended without an address:\n{said}");
}

/// Runs the Python that has the fuzzer; what it said, if it was not content.
fn python(folder: &Path, arguments: &[&str]) {
    let python = env::var("SAGIP_TEST_PYTHON").expect(
        "SAGIP_TEST_PYTHON names no Python; ./check makes one with what tests/env/validators.txt pins",
    );
    let run = Command::new(python)
        .args(arguments)
        .current_dir(folder)
        .env("NO_PROXY", "127.0.0.1")
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .output()
        .expect("Python starts");
    assert!(
        run.status.success(),
        "{} {} left with {}\n{}\n{}",
        arguments[0],
        arguments[1].lines().next().unwrap_or_default(),
        run.status,
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
}

/// Holds the document against the schema of OpenAPI.
const VALIDATE: &str = "import json, sys, urllib.request
from openapi_spec_validator import validate
validate(json.load(urllib.request.urlopen(sys.argv[1])))";

/// Lines of JSON are text to the fuzzer, and whatever is text is lines: those that are no payment are
/// refused one by one in an answer that says so. What is no text cannot be sent as such.
const HOOKS: &str = "import schemathesis

schemathesis.serializer.alias('application/x-ndjson', 'text/plain')

@schemathesis.hook.apply_to(path='/api/v1/events')
def filter_case(context, case):
    return isinstance(case.body, str)
";

#[test]
fn the_api_is_what_its_document_says() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("hooks.py"), HOOKS).expect("the hooks");
    let token = folder.path().join("token");
    let (_demo, address) = demo(folder.path(), &token);
    let document = format!("{address}/api/openapi.json");
    python(folder.path(), &["-c", VALIDATE, &document]);
    let token = std::fs::read_to_string(&token).expect("a token");
    let bearer = format!("Authorization: Bearer {}", token.trim());
    // One worker: Python's own parser trips over several (“AST constructor recursion depth mismatch”).
    let fuzz = ["-m", "schemathesis.cli", "run", &document, "--checks", "all", "--max-examples", EXAMPLES];
    let how = ["--workers", "1", "--generation-deterministic", "--no-color", "--header", &bearer];
    python(folder.path(), &[fuzz.as_slice(), how.as_slice()].concat());
}
