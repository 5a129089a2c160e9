//! Scanning folders and hashing pictures, as a person on a machine without a network does it.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

fn sagip(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sagip"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

fn output(folder: &Path, arguments: &[&str]) -> Output {
    sagip(folder, arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn file<'a>(lines: &'a [Value], path: &str) -> &'a Value {
    lines.iter().find(|line| line["path"] == path).unwrap_or_else(|| panic!("no line of {path}"))
}

/// A synthetic picture: a blot of shades, turned by a quarter if wanted, as a BMP of 24 bits.
fn picture(side: u32, turned: bool) -> Vec<u8> {
    let row = (side * 3).div_ceil(4) * 4;
    let size = 54 + row * side;
    let mut bytes = b"BM".to_vec();
    for word in [size, 0, 54, 40, side, side] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    for word in [0_u32, row * side, 2835, 2835, 0, 0] {
        bytes.extend(word.to_le_bytes());
    }
    for y in 0..side {
        for x in 0..side {
            let (u, v) =
                if turned { (f64::from(y), f64::from(side - 1 - x)) } else { (f64::from(x), f64::from(y)) };
            let shade = 128.0 + 60.0 * (u * 0.21 + v * v * 0.0007).sin() + 60.0 * (v * 0.13 + u * 0.05).cos();
            bytes.extend([shade as u8, (shade * 0.9) as u8, (255.0 - shade) as u8]);
        }
        bytes.extend(vec![0; (row - side * 3) as usize]);
    }
    bytes
}

#[test]
fn pictures_are_hashed_a_line_each_and_what_is_none_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("blot.bmp"), picture(200, false)).unwrap();
    fs::write(folder.path().join("cut.bmp"), &picture(200, false)[..5000]).unwrap();
    let hashed = output(folder.path(), &["hash", "blot.bmp"]);
    assert!(hashed.status.success(), "{}", said(&hashed));
    let text = String::from_utf8(hashed.stdout).unwrap();
    let parts: Vec<&str> = text.trim_end().split(',').collect();
    assert_eq!((parts.len(), parts[0].len(), parts[2]), (3, 64, "blot.bmp"), "{text}");

    let all = output(folder.path(), &["hash", "--dihedral", "blot.bmp"]);
    let all = String::from_utf8(all.stdout).unwrap();
    assert_eq!(all.lines().count(), 8);
    assert!(all.starts_with(parts[0]), "the first is the picture as it is: {all}");

    let cut = output(folder.path(), &["hash", "cut.bmp", "blot.bmp"]);
    assert_eq!(cut.status.code(), Some(1));
    assert!(said(&cut).contains("cut.bmp: "), "{}", said(&cut));
    assert!(said(&cut).contains(parts[0]), "the others are hashed all the same");
}

#[test]
fn a_video_is_hashed_a_frame_a_second_exactly_as_its_frames_are() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let ffmpeg = |arguments: &[&str]| {
        let made = Command::new("ffmpeg").args(["-v", "error"]).args(arguments).current_dir(here).output();
        let made = made.expect("ffmpeg is needed; ./check installs it");
        assert!(made.status.success(), "{}", said(&made));
    };
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=duration=3.5:size=160x120:rate=10", "-c:v", "ffv1", "test.mkv"]);
    ffmpeg(&[
        "-i",
        "test.mkv",
        "-vf",
        "select=not(mod(n\\,10))",
        "-fps_mode",
        "passthrough",
        "-pix_fmt",
        "rgb24",
        "%d.png",
    ]);
    let hashed = output(here, &["hash", "--video", "test.mkv"]);
    assert!(hashed.status.success(), "{}", said(&hashed));
    let frames = String::from_utf8(hashed.stdout).unwrap();
    let frames: Vec<Vec<&str>> = frames.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(frames.iter().map(|frame| frame[0]).collect::<Vec<_>>(), ["0", "10", "20", "30"]);
    assert_eq!(frames.iter().map(|frame| frame[3]).collect::<Vec<_>>(), ["0.000", "1.000", "2.000", "3.000"]);
    let pictures = output(here, &["hash", "1.png", "2.png", "3.png", "4.png"]);
    let pictures = String::from_utf8(pictures.stdout).unwrap();
    for (frame, picture) in frames.iter().zip(pictures.lines()) {
        assert!(picture.starts_with(&format!("{},{},", frame[2], frame[1])), "{frame:?} and {picture}");
    }

    // What is no video, and a machine without ffmpeg, are said as what they are.
    fs::write(here.join("no.mp4"), b"synthetic, and no video").unwrap();
    let wrong = output(here, &["hash", "--video", "no.mp4"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("no.mp4: "), "{}", said(&wrong));
    fs::create_dir(here.join("bin")).unwrap();
    std::os::unix::fs::symlink("/bin/sh", here.join("bin/sh")).unwrap();
    let without =
        sagip(here, &["hash", "--video", "test.mkv"]).env("PATH", here.join("bin")).output().unwrap();
    assert_eq!(without.status.code(), Some(1));
    assert!(said(&without).contains("install ffmpeg"), "{}", said(&without));
}

#[test]
fn a_scan_finds_what_the_lists_know_and_says_what_it_could_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir_all(here.join("disk/deep/er")).unwrap();
    fs::write(here.join("disk/known.bin"), b"synthetic known bytes").unwrap();
    fs::write(here.join("disk/deep/same bytes.bin"), b"synthetic known bytes").unwrap();
    fs::write(here.join("disk/deep/other.txt"), b"nothing").unwrap();
    fs::write(here.join("disk/deep/er/blot.bmp"), picture(256, false)).unwrap();
    fs::write(here.join("disk/deep/er/turned.bmp"), picture(256, true)).unwrap();
    fs::write(here.join("disk/broken.bmp"), &picture(256, false)[..999]).unwrap();
    std::os::unix::fs::symlink(here.join("disk"), here.join("disk/loop")).unwrap();
    fs::hard_link(here.join("disk/known.bin"), here.join("disk/zz second name")).unwrap();
    let hashed = output(here, &["hash", "disk/deep/er/blot.bmp"]);
    let hashed = String::from_utf8(hashed.stdout).unwrap();
    let list = format!(
        "algorithm,hash,classification,taxonomy\n\
         md5,4d8ea9cc3ec9ac8b0a1dd1a9f2f4b6e0,A2,industry\n\
         sha1,{},A1,industry\n\
         pdq,{},B2,industry\n",
        sha1_of(b"synthetic known bytes", here),
        &hashed[..64],
    );
    fs::write(here.join("list.csv"), list).unwrap();

    let scan = ["scan", "disk", "--list", "list.csv", "--out", "found.jsonl", "--csv", "found.csv"];
    let done = output(here, &scan);
    assert_eq!(done.status.code(), Some(1), "there are matches: {}", said(&done));
    let all = lines(&here.join("found.jsonl"));
    assert_eq!(all[0]["line"], "scan");
    assert_eq!(all.last().unwrap()["counts"]["matched"], 3, "{}", said(&done));
    let known = file(&all, "known.bin");
    assert_eq!(known["matches"][0]["by"], "sha1");
    assert_eq!(
        (&known["matches"][0]["classification"], &known["matches"][0]["taxonomy"]),
        (&"A1".into(), &"industry".into())
    );
    assert_eq!(file(&all, "deep/same bytes.bin")["matches"][0]["list"], "list.csv");
    assert_eq!(file(&all, "deep/er/blot.bmp")["matches"][0]["distance"], 0);
    assert!(file(&all, "deep/er/turned.bmp").get("matches").is_none());
    assert!(file(&all, "deep/other.txt").get("matches").is_none());
    assert!(file(&all, "broken.bmp")["picture_problem"].is_string());
    assert_eq!(file(&all, "loop")["line"], "not_read");
    assert_eq!(file(&all, "zz second name")["same_as"], "known.bin");
    assert!(said(&done).contains("A1 (industry taxonomy)"), "{}", said(&done));
    let table = fs::read_to_string(here.join("found.csv")).unwrap();
    assert!(
        table.lines().all(|line| !line.starts_with('=')) && table.contains("deep/er/blot.bmp"),
        "{table}"
    );

    // Turned and mirrored pictures are found when that is asked for.
    let more = [&scan[..4], &["--out", "more.jsonl", "--any-orientation"]].concat();
    let done = output(here, &more);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    let all = lines(&here.join("more.jsonl"));
    assert_eq!(file(&all, "deep/er/turned.bmp")["matches"][0]["by"], "pdq");

    // A record that grows in the folder that is scanned is no part of what was there.
    let inside = output(here, &["scan", "disk/deep", "--out", "disk/deep/own.jsonl"]);
    assert_eq!(inside.status.code(), Some(0), "{}", said(&inside));
    let all = lines(&here.join("disk/deep/own.jsonl"));
    assert!(all.iter().all(|line| line["path"] != "own.jsonl.partial"), "{all:?}");

    // What was finished is not written over by accident.
    let again = output(here, &scan);
    assert_eq!(again.status.code(), Some(3), "{}", said(&again));
    assert!(said(&again).contains("--anew"), "{}", said(&again));
}

#[test]
fn media_sets_are_read_and_written_with_the_model_their_categories_are_of() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("disk")).unwrap();
    fs::write(here.join("disk/one"), b"synthetic one").unwrap();
    fs::write(here.join("disk/one again"), b"synthetic one").unwrap();
    let first = output(here, &["scan", "disk", "--out", "first.jsonl"]);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let md5 = file(&lines(&here.join("first.jsonl")), "one")["md5"].as_str().unwrap().to_owned();
    let set = json(
        r#"{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"}"#,
        &md5,
    );
    fs::write(here.join("set.json"), set).unwrap();
    for (numbering, category) in [("US", Some(2)), ("UK", None)] {
        let found = ["scan", "disk", "--list", "set.json", "--out", "found.jsonl", "--anew"];
        let done =
            output(here, &[&found[..], &["--vics", "found.json", "--vics-numbering", numbering]].concat());
        assert_eq!(done.status.code(), Some(1), "{}", said(&done));
        assert!(said(&done).contains("“set.json”: 2 (vics-2.0-us taxonomy)"), "{}", said(&done));
        let set: Value = serde_json::from_slice(&fs::read(here.join("found.json")).unwrap()).unwrap();
        assert_eq!(set["value"].as_array().unwrap().len(), 1, "each content once: {set}");
        assert_eq!(set["value"][0]["MD5"], md5.to_uppercase());
        assert_eq!(set["value"][0].get("Category").and_then(Value::as_u64), category);
        assert!(!set.to_string().contains("again"), "names stay out: {set}");
    }
}

/// A media set of one medium in category 2.
fn json(head: &str, md5: &str) -> String {
    let media = format!(r#","value":[{{"MediaID":1,"Category":2,"MD5":"{md5}"}}]}}"#);
    format!("{}{media}", head.strip_suffix('}').unwrap())
}

#[test]
fn hashes_are_held_against_lists_by_distance() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let known = "f".repeat(64);
    fs::write(here.join("list.csv"), format!("algorithm,hash,classification\npdq,{known},A1\n")).unwrap();
    let near = format!("{}8{}", "0".repeat(7), "f".repeat(56));
    let far = format!("{}{}", "0".repeat(8), "f".repeat(56));
    for (hash, code, distance) in [(near, 1, Some(31)), (far, 0, None)] {
        let asked = output(here, &["--json", "match", &hash, "--list", "list.csv"]);
        assert_eq!(asked.status.code(), Some(code), "{}", said(&asked));
        let answer: Option<Value> = serde_json::from_slice(&asked.stdout).ok();
        assert_eq!(answer.map(|answer| answer["match"]["distance"].as_u64().unwrap()), distance);
    }
    let wrong = output(here, &["match", "not-a-hash", "--list", "list.csv"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("not-a-hash"), "{}", said(&wrong));
}

/// SHA-1 as another scan of ours prints it would prove nothing: this asks the system's own program.
fn sha1_of(bytes: &[u8], folder: &Path) -> String {
    let path = folder.join("for sha1");
    fs::write(&path, bytes).unwrap();
    let said = Command::new("sha1sum").arg(&path).output().unwrap();
    String::from_utf8(said.stdout).unwrap()[..40].to_owned()
}

#[test]
fn a_scan_killed_again_and_again_ends_with_the_record_of_one_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for number in 0..3000_u32 {
        let path = here.join(format!("disk/{:02}/{number}.bin", number % 40));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, number.to_le_bytes().repeat(2000)).unwrap();
    }
    fs::write(here.join("list.csv"), "algorithm,hash\nmd5,00000000000000000000000000000000\n").unwrap();
    let arguments =
        |out: &'static str| ["scan", "disk", "--list", "list.csv", "--out", out, "--threads", "2"];
    let whole = output(here, &arguments("whole.jsonl"));
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));

    let mut kills = 0;
    for step in 0..60_u64 {
        let mut child = sagip(here, &arguments("cut.jsonl")).stdout(Stdio::null()).spawn().unwrap();
        wait(Duration::from_millis(20 + step * 9));
        if child.try_wait().unwrap().is_some() {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    if !here.join("cut.jsonl").exists() {
        let last = output(here, &arguments("cut.jsonl"));
        assert_eq!(last.status.code(), Some(0), "{}", said(&last));
    }
    assert!(kills > 0, "it was never caught at work");
    let (whole, cut) = (lines(&here.join("whole.jsonl")), lines(&here.join("cut.jsonl")));
    assert_eq!(whole.len(), 3002);
    assert_eq!(whole, cut, "after {kills} kills");
}

#[expect(clippy::disallowed_methods, reason = "the test waits for the moment at which it kills")]
fn wait(time: Duration) {
    std::thread::sleep(time);
}
