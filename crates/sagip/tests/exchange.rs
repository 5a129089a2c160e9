//! An exchange feeds a bank: the real program against a stand-in that speaks NCMEC's protocol, killed
//! at any moment, and files in a folder.

#[expect(dead_code, reason = "the stand-in can do more than is asked of it here")]
#[path = "../../clients/tests/replay/http.rs"]
mod http;
#[expect(dead_code, reason = "the stand-in can do more than is asked of it here")]
#[path = "../../clients/tests/replay/ncmec.rs"]
mod ncmec;
#[expect(dead_code, reason = "the stand-in can do more than is asked of it here")]
#[path = "../../clients/tests/replay/world.rs"]
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

use ncmec::{Fault, Script};
use serde_json::Value;
use world::{START, World};

struct Installation {
    folder: tempfile::TempDir,
    data: PathBuf,
}

impl Installation {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let it = Self { folder, data };
        it.done(&[
            "init",
            "--profile",
            "hotline",
            "--organisation",
            "Synthetic Desk",
            "--contact",
            "desk@sagip.example.com",
        ]);
        it
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sagip"));
        command.arg("--data").arg(&self.data).arg("--json").args(arguments);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn done(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(arguments);
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {said}");
        lines(&output)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The hashes that match, and the rest by the word of their state.
    fn bank(&self, name: &str) -> (BTreeSet<Vec<String>>, BTreeMap<String, usize>) {
        let (mut live, mut others) = (BTreeSet::new(), BTreeMap::new());
        for entry in self.done(&["bank", "show", name, "--limit", "200"]) {
            let hashes = serde_json::from_value(entry["hashes"].clone()).unwrap();
            match entry["state"].as_str().unwrap() {
                "live" => assert!(live.insert(hashes), "{entry}: twice"),
                other => *others.entry(other.to_owned()).or_default() += 1,
            }
        }
        (live, others)
    }
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
        .collect()
}

/// The present, which the program under test also has.
#[expect(clippy::disallowed_methods, reason = "the program under test has the machine's clock")]
fn present() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn entered(it: &Installation, address: &str) {
    it.write("user", "synthetic\n");
    it.write("password", "password\n");
    it.done(&["bank", "make", "Synthetic Bank"]);
    it.done(&[
        "bank",
        "exchange",
        "add",
        "Synthetic NCMEC",
        "--kind",
        "ncmec",
        "--bank",
        "Synthetic Bank",
        "--place",
        "test-industry",
        "--address",
        address,
        "--secret",
        "user=user",
        "--secret",
        "password=password",
    ]);
}

/// Begins a command and kills it after a while. Says whether it ended by itself before.
#[expect(clippy::disallowed_methods, reason = "the test waits for the moment at which it kills")]
fn killed_after(command: &mut Command, wait: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    let ended = child.try_wait().unwrap().is_some();
    let _ = child.kill();
    child.wait().unwrap();
    ended
}

#[test]
fn a_fetch_killed_again_and_again_ends_with_what_is_shared() {
    let world = World::at(present());
    let mut script = Script::new(7);
    for number in 1..=120_u32 {
        script.add(&format!("i{number}"), START + i64::from(number % 17) * 3600, Some(number));
    }
    for number in 1..=15_u32 {
        // Deleted later, or given another hash.
        script.add(&format!("i{number}"), START + 90_000, (number > 8).then_some(number + 1000));
    }
    script.faults.extend([
        Fault::None,
        Fault::Status(503),
        Fault::None,
        Fault::Cut,
        Fault::None,
        Fault::Truncated,
    ]);
    let truth: BTreeSet<Vec<String>> = script.truth().into_values().collect();
    let served = script.serve(&world);
    let it = Installation::new();
    entered(&it, &served.service.base());

    let mut kills = 0;
    for step in 0..6_u64 {
        let wait = Duration::from_millis(300 + step * 431);
        if killed_after(&mut it.command(&["bank", "exchange", "fetch", "Synthetic NCMEC"]), wait) {
            break;
        }
        kills += 1;
    }
    assert!(kills > 0, "the fetch was never killed");
    it.done(&["bank", "exchange", "fetch", "Synthetic NCMEC"]);
    let (live, _) = it.bank("Synthetic Bank");
    assert_eq!(live, truth);
    let listed = it.done(&["bank", "exchange", "list"]);
    assert_eq!(
        (listed[0]["problem"].clone(), listed[0]["enabled"].clone()),
        (Value::Null, Value::Bool(true))
    );
    it.done(&["journal", "verify"]);

    // What it shares is known from then on, by likeness too.
    let one_bit_off = format!("pdq:8{}", &ncmec::pdq_of(60)[1..]);
    let found = it.run(&["bank", "look-up", &one_bit_off]);
    assert_eq!(found.status.code(), Some(1), "something is known");
    assert_eq!(lines(&found)[0]["distance"], 1);

    // What people here found is told to whoever shared it.
    let entry = lines(&found)[0]["entry"].to_string();
    let early = it.run(&["bank", "feedback", &entry]);
    assert!(
        String::from_utf8_lossy(&early.stderr).contains("Nobody here has confirmed or denied"),
        "{early:?}"
    );
    it.done(&["bank", "confirm", &entry, "--reason", "Synthetic: looked at."]);
    it.done(&["bank", "feedback", &entry]);
    assert_eq!(served.script.lock().unwrap().given.len(), 2, "one for each kind of hash");
}

#[test]
fn wrong_credentials_are_told_and_nothing_is_lost() {
    let world = World::at(present());
    let mut script = Script::new(50);
    script.add("i1", START, Some(1));
    let served = script.serve(&world);
    let it = Installation::new();
    entered(&it, &served.service.base());
    it.write("wrong", "another\n");
    it.done(&[
        "bank",
        "exchange",
        "add",
        "Synthetic Wrong",
        "--kind",
        "ncmec",
        "--bank",
        "Synthetic Bank",
        "--place",
        "test-industry",
        "--address",
        &served.service.base(),
        "--secret",
        "user=user",
        "--secret",
        "password=wrong",
    ]);
    let refused = it.run(&["bank", "exchange", "fetch"]);
    assert_eq!(refused.status.code(), Some(3), "one of the two failed");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("Synthetic Wrong") && !said.contains("another"), "{said}");
    assert_eq!(lines(&refused)[0]["new"], 1, "the other one was asked all the same");
    let listed = it.done(&["bank", "exchange", "list"]);
    assert!(listed[1]["problem"].is_string(), "{listed:?}");
}

#[test]
fn files_in_a_folder_feed_a_bank_and_what_is_gone_from_them_is_withdrawn() {
    let it = Installation::new();
    let hash = |byte: &str| byte.repeat(16);
    let list = |hashes: &[&str]| {
        let mut text = "algorithm,hash,classification,taxonomy\n".to_owned();
        for byte in hashes {
            text.push_str(&format!("md5,{},A1,industry\n", hash(byte)));
        }
        text
    };
    it.write("lists/a.csv", &list(&["11", "22"]));
    it.write("lists/b.csv", &list(&["33"]));
    it.done(&["bank", "make", "Synthetic Files"]);
    let place = it.folder.path().join("lists");
    it.done(&[
        "bank",
        "exchange",
        "add",
        "Synthetic Folder",
        "--kind",
        "files",
        "--bank",
        "Synthetic Files",
        "--place",
        place.to_str().unwrap(),
    ]);
    let fetched = it.done(&["bank", "exchange", "fetch"]);
    assert_eq!((fetched[0]["new"].as_u64(), fetched[0]["withdrawn"].as_u64()), (Some(3), Some(0)));
    assert_eq!(it.done(&["bank", "exchange", "fetch"])[0]["new"], 0, "once");

    it.write("lists/a.csv", &list(&["22", "44"]));
    let fetched = it.done(&["bank", "exchange", "fetch"]);
    assert_eq!((fetched[0]["new"].as_u64(), fetched[0]["withdrawn"].as_u64()), (Some(1), Some(1)));
    let (live, others) = it.bank("Synthetic Files");
    let wanted: BTreeSet<_> = ["22", "33", "44"].map(|byte| vec![format!("md5:{}", hash(byte))]).into();
    assert_eq!(live, wanted);
    assert_eq!(others, BTreeMap::from([("withdrawn".to_owned(), 1)]));
    let gone = it.run(&["bank", "look-up", &hash("11")]);
    assert_eq!(gone.status.code(), Some(0), "what is withdrawn matches nothing");
    assert!(unused(&place));
}

/// Nothing was written beside the lists.
fn unused(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().count() == 2
}

#[test]
fn intimate_images_of_adults_do_not_pass_for_evidence_of_abuse() {
    let it = Installation::new();
    for name in ["subscription", "fetch_hashes"] {
        it.write(name, "synthetic");
    }
    let add = |bank: &'static str| {
        [
            "bank",
            "exchange",
            "add",
            "Synthetic StopNCII",
            "--kind",
            "stopncii",
            "--bank",
            bank,
            "--secret",
            "subscription=subscription",
            "--secret",
            "fetch_hashes=fetch_hashes",
        ]
    };
    it.done(&["bank", "make", "Synthetic known"]);
    let refused = it.run(&add("Synthetic known"));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("intimate images of adults"), "{said}");
    it.done(&["bank", "make", "Synthetic adults", "--kind", "intimate"]);
    it.done(&add("Synthetic adults"));
}
