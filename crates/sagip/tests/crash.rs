//! Killed at any moment, an import loses no accepted record and leaves no half one.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

const ROWS: u64 = 40_000;

fn sagip(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sagip"));
    command.arg("--data").arg(data).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
        .collect()
}

/// Begins a command and kills it after a while. Says whether it ended by itself before.
#[expect(clippy::disallowed_methods, reason = "the test waits for the moment at which it kills")]
fn killed_after(command: &mut Command, wait: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    let ended = child.try_wait().unwrap().is_some();
    // SIGKILL: nothing of the process gets a chance to tidy up.
    let _ = child.kill();
    child.wait().unwrap();
    ended
}

fn installation(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("data");
    run(sagip(&data).args([
        "init",
        "--profile",
        "national",
        "--organisation",
        "Synthetic Crash Test",
        "--contact",
        "desk@sagip.example.com",
    ]));
    data
}

/// Kills at moments spread over the whole of an import, until one ends by itself.
fn kill_until_done(data: &Path, what: &Path) -> u32 {
    let mut kills = 0;
    for step in 0..16_u64 {
        // 150 ms, 763 ms, … with a stride that falls on other moments each time round. What was cut
        // short is taken up some three seconds later, so some waits are longer than that.
        let wait = Duration::from_millis(150 + (step * 613) % 7300);
        if killed_after(sagip(data).arg("import").arg(what), wait) {
            break;
        }
        kills += 1;
    }
    kills
}

#[test]
fn a_ledger_import_killed_again_and_again_ends_whole() {
    let folder = tempfile::tempdir().unwrap();
    let data = installation(folder.path());
    let ledger = folder.path().join("ledger.csv");
    run(sagip(&data)
        .args(["simulate", "payments", "--rows", &ROWS.to_string(), "--seed", "5", "--out"])
        .arg(&ledger));
    let kills = kill_until_done(&data, &ledger);
    assert!(kills > 0, "the import was never killed");
    // What was cut short is taken up, and the file is then known or goes in whole.
    run(sagip(&data).args(["--json", "import"]).arg(&ledger));

    // The same payments in a file with one more: each is in exactly once, and none is missing.
    let longer = folder.path().join("longer.csv");
    let mut text = std::fs::read_to_string(&ledger).unwrap();
    text.push_str(
        "SYN-ONE-MORE,2026-01-01T00:00:00Z,10.00,PHP,SYN-X,Synthetic Bank,Synthetic X,individual,AU,\
         SYN-Y,Synthetic Bank,Synthetic Y,individual,PH,gift,wallet\n",
    );
    std::fs::write(&longer, text).unwrap();
    let said = lines(&run(sagip(&data).args(["--json", "import"]).arg(&longer)));
    let last = said.last().unwrap();
    assert_eq!(last["read"], ROWS + 1, "after {kills} kills: {last}");
    assert_eq!(last["accepted"], 1, "after {kills} kills: {last}");
    assert_eq!(last["known"], ROWS, "after {kills} kills: {last}");
    let verified = lines(&run(sagip(&data).args(["--json", "journal", "verify"])));
    assert_eq!(verified[0]["fault"], Value::Null);
}

#[test]
fn report_imports_killed_again_and_again_end_whole() {
    let folder = tempfile::tempdir().unwrap();
    let data = installation(folder.path());
    let tips = folder.path().join("tips");
    run(sagip(&data).args(["simulate", "tips", "--count", "40", "--seed", "9", "--out"]).arg(&tips));
    // Answers of the service are not reports and would be refused.
    for entry in std::fs::read_dir(&tips).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if text.contains("<reportResponse") || text.contains("<reportDoneResponse") {
            std::fs::remove_file(path).unwrap();
        }
    }
    let count = std::fs::read_dir(&tips).unwrap().count();
    let kills = kill_until_done(&data, &tips);
    assert!(kills > 0, "the import was never killed");
    run(sagip(&data).args(["--json", "import"]).arg(&tips));
    let said = lines(&run(sagip(&data).args(["--json", "import"]).arg(&tips)));
    let known = said.iter().filter(|line| line["state"] == "known").count();
    assert_eq!(known, count, "after {kills} kills every file is in, once: {said:?}");
    let verified = lines(&run(sagip(&data).args(["--json", "journal", "verify"])));
    assert_eq!(verified[0]["fault"], Value::Null);
}
