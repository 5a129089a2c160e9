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

#[test]
fn a_table_of_children_is_published_with_its_proof_and_a_second_that_gives_one_away_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = String::from("case,region,sex\n");
    for (region, sex, children) in
        [("north", "f", 40), ("north", "m", 30), ("south", "f", 25), ("south", "m", 4)]
    {
        for number in 0..children {
            rows.push_str(&format!("{region}-{sex}-{number},{region},{sex}\n"));
        }
    }
    std::fs::write(folder.path().join("children.csv"), &rows).unwrap();
    let first = sagip(
        folder.path(),
        &["--json", "publish", "children.csv", "--table", "region,sex", "--out", "first"],
    );
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    assert!(lines(&first)[0]["withheld"].as_u64().unwrap() >= 4);
    let table = std::fs::read_to_string(folder.path().join("first/tables.csv")).unwrap();
    assert!(table.contains("south,m,–\n") && table.contains("Total,Total,99\n"), "{table}");
    assert!(!table.contains(",4\n"), "{table}");
    // A month later: one family of two more in the north.
    let later = format!("{rows}new,north,f\nnew,north,m\n");
    std::fs::write(folder.path().join("later.csv"), later).unwrap();
    let arguments = ["--json", "publish", "later.csv", "--table", "region,sex", "--out", "second"];
    let beside = ["--earlier", "children.csv", "first/release.json"];
    let second = sagip(folder.path(), &[&arguments[..], &beside].concat());
    assert_eq!(second.status.code(), Some(1), "{}", said(&second));
    assert!(!folder.path().join("second").exists());
    let low = sagip(folder.path(), &[&arguments[..], &["--threshold", "4"]].concat());
    assert_eq!(low.status.code(), Some(3), "{}", said(&low));
    assert!(said(&low).contains("at least 5 children"));
}

#[test]
fn how_many_are_hidden_is_estimated_from_whom_people_know() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("known.csv"), "name,size\ndoctors,1000\nwidows,3000\n").unwrap();
    let respondents = "doctors,widows,hidden\n".to_owned() + &"1,3,2\n".repeat(20) + &"2,6,0\n".repeat(20);
    std::fs::write(folder.path().join("survey.csv"), respondents).unwrap();
    let arguments =
        ["--json", "estimate", "nsum", "survey.csv", "--known", "known.csv", "--hidden", "hidden"];
    let found = sagip(folder.path(), &[&arguments[..], &["--population", "100000"]].concat());
    assert_eq!(found.status.code(), Some(0), "{}", said(&found));
    // 40 ties to members of 240 ties to 4,000 known: 40 / (240 / 4000).
    let ratio = lines(&found)[0]["ratio"].as_f64().unwrap();
    assert!((ratio - 40.0 / (240.0 / 4000.0)).abs() < 1e-6, "{ratio}");
    std::fs::write(folder.path().join("sample.csv"), "degree,has\n2,1\n4,0\n4,0\n").unwrap();
    let share = sagip(
        folder.path(),
        &["--json", "estimate", "rds", "sample.csv", "--degree", "degree", "--trait", "has"],
    );
    assert_eq!(lines(&share)[0]["share"]["weighted"].as_f64(), Some(0.5), "{}", said(&share));
}

#[test]
fn a_report_to_a_unit_is_a_draft_until_its_schema_is_loaded_and_keeps_to_it_then() {
    let folder = tempfile::tempdir().unwrap();
    let example = sagip(folder.path(), &["str", "example"]);
    std::fs::write(folder.path().join("report.json"), &example.stdout).unwrap();
    let draft = sagip(folder.path(), &["--json", "str", "write", "goaml-5.0.2-ae", "report.json"]);
    assert_eq!(draft.status.code(), Some(1), "{}", said(&draft));
    assert!(lines(&draft)[0]["file"].as_str().unwrap().contains("DRAFT-not-filable"));
    // A child is never a suspect, whatever the report says.
    let text =
        String::from_utf8(example.stdout).unwrap().replace("\"role\": \"victim\"", "\"role\": \"suspect\"");
    std::fs::write(folder.path().join("wrong.json"), text).unwrap();
    let wrong = sagip(folder.path(), &["--json", "str", "write", "goaml-5.0.2-ae", "wrong.json"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(lines(&wrong)[0]["file"].is_null(), "{}", said(&wrong));
    let conformance = std::env::var("SAGIP_CONFORMANCE")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance").to_owned());
    if !Path::new(&conformance).exists() {
        assert!(std::env::var_os("CI").is_none(), "no conformance data: {conformance}");
        println!("SKIPPED (no conformance data): {conformance}");
        return;
    }
    let schema = format!("{conformance}/fincen/EFL_SARXBatchSchema.xsd");
    let filable = sagip(
        folder.path(),
        &["--json", "str", "write", "fincen-sar-2.0", "report.json", "--official", &schema],
    );
    assert_eq!(filable.status.code(), Some(0), "{}", said(&filable));
    assert_eq!(lines(&filable)[0]["filable"], true);
}

#[test]
fn what_came_of_cases_is_counted_from_their_facts_and_published_without_small_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let cases: Vec<Value> = (0..30)
        .map(|number| {
            serde_json::json!({
                "case": format!("SYN-{number}"), "opened": "2025-02-01", "tip": "2025-01-20",
                "action": "2025-02-10", "place": "13", "agency": "Synthetic Police",
                "children": [{
                    "child": format!("child-{number}"), "about": { "age": 9, "sex": "female" },
                    "relation": "aunt", "siblings": format!("family-{number}"), "safeguarded": "2025-03-01",
                    "restored": if number < 2 { Value::from("2025-11-01") } else { Value::Null },
                }],
                "accused": [{ "accused": format!("accused-{number}"), "arrested": "2025-03-01" }],
            })
        })
        .collect();
    std::fs::write(folder.path().join("facts.json"), serde_json::to_string(&cases).unwrap()).unwrap();
    let common = ["facts.json", "--as-of", "2026-01-31", "--population", "cases of the Synthetic Desk"];
    let rest = ["--publisher", "Synthetic Desk", "--out", "out"];
    let year = ["--from", "2025-01-01", "--to", "2025-12-31"];
    let run = |what: &str, more: &[&str]| {
        sagip(folder.path(), &[&["--json", "outcomes", what], &common[..], &rest, more].concat())
    };
    let summary = run("summary", &year);
    assert_eq!(summary.status.code(), Some(0), "{}", said(&summary));
    let read = |name: &str| std::fs::read(folder.path().join("out").join(name)).unwrap();
    let page = String::from_utf8(read("outcomes.html")).unwrap();
    for word in ["children", "2025-01-01", "Synthetic Desk", "<svg", "survivors"] {
        assert!(page.contains(word), "{word}");
    }
    // The name of SVG itself looks like an address.
    let page = page.replace("http://www.w3.org/2000/svg", "");
    assert!(!page.contains("http://") && !page.contains("<script"), "nothing of a third party");
    assert!(read("outcomes.pdf").starts_with(b"%PDF") && read("outcomes.xlsx").starts_with(b"PK"));
    let public = run("public", &year);
    assert_eq!(public.status.code(), Some(0), "{}", said(&public));
    let release: Value = serde_json::from_slice(&read("release.json")).unwrap();
    let cells = release["cells"].as_array().unwrap();
    let published = |count: u64| cells.iter().any(|cell| cell["children"] == count);
    assert!(published(30) && !published(2), "{release}");
    let early = run("quarterly", &["--year", "2026", "--quarter", "1", "--waiting", "3"]);
    assert_eq!(early.status.code(), Some(3), "{}", said(&early));
    let quarterly = run("quarterly", &["--year", "2025", "--quarter", "1", "--waiting", "3"]);
    assert_eq!(quarterly.status.code(), Some(0), "{}", said(&quarterly));
}

#[test]
fn typologies_are_tried_on_a_labelled_year_beside_the_baselines() {
    let folder = tempfile::tempdir().unwrap();
    let made = sagip(
        folder.path(),
        &["--json", "simulate", "year", "--senders", "800", "--offenders", "40", "--out", "year"],
    );
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let tried = sagip(
        folder.path(),
        &["--json", "backtest", "year/ledger.csv", "--labels", "year/labels.csv", "--html", "report.html"],
    );
    assert_eq!(tried.status.code(), Some(0), "{}", said(&tried));
    let found = &lines(&tried)[0];
    let names: Vec<&str> =
        found["detectors"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"sagip") && names.contains(&"baseline-inward-20"), "{names:?}");
    assert_eq!(found["ledger"]["offenders"], 40);
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("made up") && !page.contains("http://") && !page.contains("https://"));
}
