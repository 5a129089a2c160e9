//! The command line: each test runs the real program in a folder of its own.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn sagip(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sagip"))
        .arg("--data")
        .arg(data)
        .args(arguments)
        .current_dir(data.parent().unwrap())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

struct Installation {
    folder: tempfile::TempDir,
    data: PathBuf,
}

fn installation(profile: &str) -> Installation {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let made = sagip(
        &data,
        &[
            "init",
            "--profile",
            profile,
            "--organisation",
            "Synthetic Desk",
            "--contact",
            "desk@sagip.example.com",
        ],
    );
    assert_eq!(code(&made), 0, "{}", text(&made));
    Installation { folder, data }
}

impl Installation {
    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }
}

fn conformance() -> Option<PathBuf> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is not there, and CI is set", folder.display());
    println!("SKIPPED (no conformance data): {}", folder.display());
    None
}

#[test]
fn without_an_installation_or_its_key_file_it_starts_for_nobody_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let none = sagip(&folder.path().join("none"), &["serve"]);
    assert_eq!(code(&none), 3);
    assert!(text(&none).contains("sagip init"), "{}", text(&none));

    let house = installation("police");
    let key = house.data.join("root.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = sagip(&house.data, &["serve"]);
    assert_eq!(code(&open), 3);
    assert!(text(&open).contains("chmod 600"), "{}", text(&open));
    std::fs::remove_file(&key).unwrap();
    let absent = sagip(&house.data, &["serve"]);
    assert_eq!(code(&absent), 3);
    assert!(text(&absent).contains("starts for nobody"), "{}", text(&absent));
}

#[test]
fn used_wrongly_it_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(&sagip(&folder.path().join("x"), &["fly"])), 2);
    assert_eq!(code(&sagip(&folder.path().join("x"), &["import"])), 2);
    let profile = sagip(
        &folder.path().join("x"),
        &["init", "--profile", "zoo", "--organisation", "x", "--contact", "x"],
    );
    assert_eq!(code(&profile), 3);
    assert!(text(&profile).contains("remitter"), "{}", text(&profile));
}

#[test]
fn the_same_file_twice_adds_nothing_and_says_so() {
    let house = installation("national");
    let file = house.write(
        "ledger.csv",
        b"reference,at,amount,currency,sender_account,receiver_account\n\
          SYN-1,2025-12-01T00:00:00Z,10.00,PHP,SYN-A,SYN-B\n",
    );
    let first = sagip(&house.data, &["import", &file]);
    assert_eq!(code(&first), 0, "{}", text(&first));
    assert!(text(&first).contains("1 new"), "{}", text(&first));
    let second = sagip(&house.data, &["import", &file]);
    assert_eq!(code(&second), 0);
    assert!(text(&second).contains("Nothing was added"), "{}", text(&second));
}

#[test]
fn rejects_are_counted_written_with_their_reason_and_end_with_one() {
    let house = installation("national");
    let file = house.write(
        "mixed.csv",
        b"reference,at,amount,currency,sender_account,receiver_account\n\
          SYN-1,2025-12-01T00:00:00Z,10.00,PHP,SYN-A,SYN-B\n\
          SYN-2,2025-12-01T00:00:00Z,ten,PHP,SYN-A,SYN-B\n",
    );
    let output = sagip(&house.data, &["--json", "import", &file]);
    assert_eq!(code(&output), 1, "{}", text(&output));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((said["accepted"].as_u64(), said["rejected"].as_u64()), (Some(1), Some(1)));
    let rejects = house.folder.path().join("mixed.csv.rejects.csv");
    let written = std::fs::read_to_string(&rejects).unwrap();
    assert!(written.contains("amount") && written.contains("ten"), "{written}");
    assert_eq!(std::fs::metadata(&rejects).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn keys_rotate_and_everything_still_opens() {
    let house = installation("national");
    let file = house.write(
        "ledger.csv",
        b"reference,at,amount,currency,sender_account,receiver_account\n\
          SYN-1,2025-12-01T00:00:00Z,ten,PHP,SYN-A,SYN-B\n",
    );
    assert_eq!(code(&sagip(&house.data, &["import", &file])), 1);
    let old_key = std::fs::read(house.data.join("root.key")).unwrap();
    let rotated = sagip(&house.data, &["--json", "keys", "rotate"]);
    assert_eq!(code(&rotated), 0, "{}", text(&rotated));
    let said: Value = serde_json::from_slice(&rotated.stdout).unwrap();
    assert!(said["records"].as_u64().unwrap() > 0, "{said}");
    assert_ne!(std::fs::read(house.data.join("root.key")).unwrap(), old_key);
    let verified = sagip(&house.data, &["journal", "verify"]);
    assert_eq!(code(&verified), 0, "{}", text(&verified));
    // The copy of the old key opens nothing any more.
    std::fs::write(house.data.join("root.key"), old_key).unwrap();
    let refused = sagip(&house.data, &["journal", "verify"]);
    assert_eq!(code(&refused), 3);
    assert!(text(&refused).contains("sealed under"), "{}", text(&refused));
}

#[test]
fn settings_are_shown_with_where_they_came_from() {
    let house = installation("hotline");
    std::fs::write(house.data.join("sagip.toml"), "zone = \"Asia/Cebu\"\n").unwrap();
    let shown = text(&sagip(&house.data, &["config", "show"]));
    assert!(shown.contains("Asia/Cebu") && shown.contains("sagip.toml"), "{shown}");
    assert!(shown.contains("(command line)") && shown.contains("(default)"), "{shown}");
}

#[test]
fn real_payments_and_simulated_tips_come_in() {
    let Some(conformance) = conformance() else { return };
    let house = installation("national");
    let pacs = conformance.join("iso20022/pacs.008.001.07.xml").display().to_string();
    let output = sagip(&house.data, &["--json", "import", &pacs]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["accepted"], 1, "{}", text(&output));

    // A ledger of other people's columns, through a mapping written from their names.
    let archive = conformance.join("payments/amlsim-20K-fanin200.tgz");
    let unpacked =
        Command::new("tar").arg("xzf").arg(&archive).arg("-C").arg(house.folder.path()).status().unwrap();
    assert!(unpacked.success());
    let mapping = house.write(
        "amlsim.toml",
        b"[columns]\nsender_account = \"sourceNodeId\"\nreceiver_account = \"targetNodeId\"\namount = \"value\"\n\
          at = \"time\"\n\n[constants]\ncurrency = \"USD\"\nsender_institution = \"AMLSim\"\n\
          receiver_institution = \"AMLSim\"\n\n[time]\nformat = \"days\"\nepoch = \"2017-01-01T00:00:00Z\"\n",
    );
    let ledger = house.folder.path().join("20K_fanin200/transactions.csv");
    let rows = std::fs::read_to_string(&ledger).unwrap().lines().count() as u64 - 1;
    let output = sagip(
        &house.data,
        &["--json", "import", "--mapping", &mapping, "--source", "AMLSim", &ledger.display().to_string()],
    );
    assert_eq!(code(&output), 0, "{}", text(&output));
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["accepted"].as_u64(), Some(rows), "{said}");

    let tips = house.folder.path().join("tips").display().to_string();
    assert_eq!(
        code(&sagip(&house.data, &["simulate", "tips", "--count", "24", "--seed", "1", "--out", &tips])),
        0
    );
    let output = sagip(&house.data, &["--json", "import", "--source", "Synthetic Platform", &tips]);
    let accepted: u64 = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok()?["accepted"].as_u64())
        .sum();
    assert!(accepted >= 18, "{}", text(&output));
}

#[test]
fn simulated_tips_are_valid_by_the_real_schema() {
    let Some(conformance) = conformance() else { return };
    let folder = tempfile::tempdir().unwrap();
    let tips = folder.path().join("tips");
    let made = sagip(
        &folder.path().join("data"),
        &["simulate", "tips", "--count", "200", "--seed", "1", "--out", &tips.display().to_string()],
    );
    assert_eq!(code(&made), 0, "{}", text(&made));
    let files: Vec<PathBuf> = std::fs::read_dir(&tips).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(files.len(), 200);
    let checked = Command::new("xmllint")
        .arg("--noout")
        .arg("--schema")
        .arg(conformance.join("cybertipline/cyber_tipline.xsd"))
        .args(&files)
        .output()
        .expect("xmllint is installed by ./check");
    assert!(checked.status.success(), "{}", text(&checked));
}

#[test]
fn several_lists_are_estimated_from_with_every_method_and_no_forced_headline() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("synthetic.csv");
    // Two lists, 20 on both: 60 × 50 / 20 by Lincoln and Petersen.
    std::fs::write(&path, "A,B,count\n1,1,20\n1,0,40\n0,1,30\n").unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_sagip"))
            .args(["--json", "estimate", "mse"])
            .arg(&path)
            .args(arguments)
            .output()
            .unwrap()
    };
    let one = run(&["--method", "independence", "--seed", "3"]);
    assert_eq!(code(&one), 0, "{}", text(&one));
    let found: Value = serde_json::from_slice(&one.stdout).unwrap();
    let estimate = &found["estimates"][0];
    assert!((estimate["point"].as_f64().unwrap() - 150.0).abs() < 1e-6, "{estimate}");
    assert!(estimate["lower"].as_f64().unwrap() < 150.0 && estimate["upper"].as_f64().unwrap() > 150.0);
    for key in ["method", "terms", "status"] {
        assert!(!estimate[key].is_null(), "{key}");
    }
    assert!(found["headline"].is_null() && found["why"].is_string(), "one method alone gives no headline");
    let wrong = run(&["--threshold", "2"]);
    assert!(text(&wrong).contains("--threshold is between 0 and 1"));
    std::fs::write(&path, "A,B,count\n1,2,20\n").unwrap();
    let refused = run(&[]);
    assert_eq!(code(&refused), 3, "{}", text(&refused));
    assert!(text(&refused).contains("synthetic.csv"), "{}", text(&refused));
}

#[test]
fn a_reader_who_has_left_ends_the_program_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let left = Command::new(env!("CARGO_BIN_EXE_sagip"))
        .args(["--json", "simulate", "tips", "--count", "1", "--out"])
        .arg(folder.path())
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!((code(&left), String::from_utf8_lossy(&left.stderr).as_ref()), (141, ""));
}
