//! Scans that look into archives and videos, and the page of what was found.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

const KNOWN: &[u8] = b"synthetic known bytes";

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

fn line<'a>(lines: &'a [Value], path: &str) -> &'a Value {
    lines.iter().find(|line| line["path"] == path).unwrap_or_else(|| panic!("no line of {path}: {lines:#?}"))
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    tar.append_link(&mut link, "link", "/etc/synthetic").unwrap();
    tar.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

/// MD5 as the system's own program has it.
fn md5_of(bytes: &[u8], folder: &Path) -> String {
    let path = folder.join("for md5");
    fs::write(&path, bytes).unwrap();
    let said = Command::new("md5sum").arg(&path).output().unwrap();
    fs::remove_file(&path).unwrap();
    String::from_utf8(said.stdout).unwrap()[..32].to_owned()
}

#[test]
fn archives_are_looked_into_when_asked_for_and_named_by_their_hash() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("disk")).unwrap();
    let inner = gzip(&tar(&[("deep/known.bin", KNOWN), ("other", b"nothing")]));
    fs::write(here.join("disk/a.zip"), zip(&[("known.bin", KNOWN), ("inner.tar.gz", &inner)])).unwrap();
    fs::write(here.join("disk/b.tar"), tar(&[("known.bin", KNOWN)])).unwrap();
    fs::write(here.join("disk/c.txt.gz"), gzip(KNOWN)).unwrap();
    fs::write(here.join("disk/cut.zip"), &zip(&[("known.bin", KNOWN)])[..60]).unwrap();
    let md5 = md5_of(KNOWN, here);
    fs::write(here.join("list.csv"), format!("algorithm,hash,classification\nmd5,{md5},A1\n")).unwrap();

    let plain = output(here, &["scan", "disk", "--list", "list.csv", "--out", "plain.jsonl"]);
    assert_eq!(plain.status.code(), Some(0), "as files nothing matches: {}", said(&plain));

    let scan = ["scan", "disk", "--list", "list.csv", "--archives", "--out", "in.jsonl", "--csv", "in.csv"];
    let done = output(here, &scan);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    let all = lines(&here.join("in.jsonl"));
    for path in ["a.zip!known.bin", "a.zip!inner.tar.gz!deep/known.bin", "b.tar!known.bin", "c.txt.gz!c.txt"]
    {
        let line = line(&all, path);
        assert_eq!((&line["md5"], &line["size"]), (&Value::from(md5.as_str()), &21.into()), "{line}");
        assert_eq!(line["matches"][0]["classification"], "A1", "{line}");
        let archive = &line["archive"];
        assert_eq!(archive["path"], path.split('!').next().unwrap());
        let own = lines(&here.join("plain.jsonl"));
        assert_eq!(archive["sha256"], self::line(&own, archive["path"].as_str().unwrap())["sha256"]);
    }
    assert_eq!(line(&all, "a.zip")["entries"], 5, "{all:#?}");
    assert_eq!(line(&all, "a.zip!inner.tar.gz!link")["reason"], "link");
    assert!(line(&all, "a.zip!inner.tar.gz!other").get("matches").is_none());
    let cut = line(&all, "cut.zip!")["reason"].as_str().unwrap();
    assert!(cut.contains("cannot be read any further"), "{cut}");
    let counts = &all.last().unwrap()["counts"];
    assert_eq!((&counts["files"], &counts["matched"]), (&4.into(), &4.into()), "{counts}");
    assert!(fs::read_to_string(here.join("in.csv")).unwrap().contains("a.zip!inner.tar.gz!deep/known.bin"));
    assert!(said(&done).contains("entries of archives"), "{}", said(&done));
}

#[test]
fn an_archive_made_to_be_large_ends_in_a_line_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("disk")).unwrap();
    let noughts = vec![0; 90 * 1024 * 1024];
    fs::write(here.join("disk/bomb.zip"), zip(&[("small", b"x"), ("noughts", &noughts), ("after", b"y")]))
        .unwrap();
    let mut nested = zip(&[("core", b"synthetic")]);
    for _ in 0..8 {
        nested = zip(&[("n.zip", &nested)]);
    }
    fs::write(here.join("disk/nested.zip"), nested).unwrap();
    fs::write(here.join("disk/z last"), b"read all the same").unwrap();
    let done = output(here, &["scan", "disk", "--archives", "--out", "out.jsonl"]);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    let all = lines(&here.join("out.jsonl"));
    assert_eq!(line(&all, "bomb.zip!small")["size"], 1);
    let reason = line(&all, "bomb.zip!noughts")["reason"].as_str().unwrap();
    assert!(reason.contains("expands to more than"), "{reason}");
    assert!(all.iter().all(|line| line["path"] != "bomb.zip!after"));
    let reason = line(&all, "nested.zip!n.zip!n.zip!n.zip!n.zip!")["reason"].as_str().unwrap();
    assert!(reason.contains("4 deep"), "{reason}");
    assert_eq!(line(&all, "z last")["line"], "file");
}

#[test]
fn videos_are_found_by_their_frames_and_without_ffmpeg_that_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("disk")).unwrap();
    let ffmpeg = |arguments: &[&str]| {
        let made = Command::new("ffmpeg").args(["-v", "error"]).args(arguments).current_dir(here).output();
        let made = made.expect("ffmpeg is needed; ./check installs it");
        assert!(made.status.success(), "{}", said(&made));
    };
    let source = "testsrc2=duration=5:size=160x120:rate=10";
    ffmpeg(&["-f", "lavfi", "-i", source, "-c:v", "ffv1", "known.mkv"]);
    ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        source,
        "-vf",
        "scale=200:150",
        "-c:v",
        "mpeg4",
        "-q:v",
        "2",
        "disk/again.mp4",
    ]);
    ffmpeg(&[
        "-f",
        "lavfi",
        "-i",
        "mandelbrot=size=160x120:rate=10",
        "-t",
        "3",
        "-c:v",
        "ffv1",
        "disk/other.mkv",
    ]);
    fs::write(here.join("disk/broken.mkv"), b"\x1a\x45\xdf\xa3 synthetic").unwrap();
    let frames = output(here, &["hash", "--video", "known.mkv"]);
    assert!(frames.status.success(), "{}", said(&frames));
    fs::write(here.join("known.vpdq"), &frames.stdout).unwrap();
    let text = String::from_utf8(frames.stdout).unwrap();
    let still = text.lines().nth(2).unwrap().split(',').nth(2).unwrap();
    fs::write(here.join("stills.csv"), format!("algorithm,hash,classification\npdq,{still},B1\n")).unwrap();

    let scan = ["scan", "disk", "--list", "known.vpdq", "--list", "stills.csv", "--videos", "--out"];
    let done = output(here, &[&scan[..], &["found.jsonl"]].concat());
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    let all = lines(&here.join("found.jsonl"));
    let again = line(&all, "again.mp4");
    assert_eq!(again["frames"], 5, "{again}");
    let matches = again["matches"].as_array().unwrap();
    assert_eq!((&matches[0]["by"], &matches[0]["list"]), (&"vpdq".into(), &"known.vpdq".into()), "{again}");
    assert!(matches[0]["percent"].as_u64() >= Some(80), "{again}");
    let still = matches.iter().find(|found| found["by"] == "pdq").expect("the still is found");
    assert_eq!((&still["milliseconds"], &still["classification"]), (&2000.into(), &"B1".into()), "{again}");
    assert!(line(&all, "other.mkv").get("matches").is_none());
    assert!(line(&all, "broken.mkv")["video_problem"].is_string());
    assert_eq!(all.last().unwrap()["counts"]["videos"], 2);

    fs::create_dir(here.join("bin")).unwrap();
    let without = sagip(here, &[&scan[..], &["without.jsonl"]].concat())
        .env("PATH", here.join("bin"))
        .output()
        .unwrap();
    assert_eq!(without.status.code(), Some(0), "{}", said(&without));
    assert_eq!(said(&without).matches("videos are decoded by").count(), 1, "{}", said(&without));
    let all = lines(&here.join("without.jsonl"));
    assert_eq!(all[0]["videos"], false);
    assert!(all.iter().all(|line| line.get("video_problem").is_none()));
}

#[test]
fn the_page_tells_what_was_found_and_shows_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("disk")).unwrap();
    fs::write(here.join("disk/<script>alert(1)<!--.bin"), KNOWN).unwrap();
    fs::write(here.join("disk/a.zip"), zip(&[("\"><img src=x>.bin", KNOWN)])).unwrap();
    std::os::unix::fs::symlink("nowhere", here.join("disk/link")).unwrap();
    let md5 = md5_of(KNOWN, here);
    fs::write(
        here.join("list.csv"),
        format!("algorithm,hash,classification,taxonomy\nmd5,{md5},A1,industry\n"),
    )
    .unwrap();
    let scan =
        ["scan", "disk", "--list", "list.csv", "--archives", "--out", "o.jsonl", "--page", "page.html"];
    let done = output(here, &scan);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    let page = fs::read_to_string(here.join("page.html")).unwrap();
    for part in [
        "<b>2</b> match",
        "A1",
        "industry",
        "link",
        "&lt;script&gt;alert(1)&lt;!--.bin",
        "default-src 'none'",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    for part in ["<script", "<img", "http://", "https://"] {
        assert!(!page.contains(part), "{part} is in the page");
    }
}

#[test]
fn a_scan_of_archives_killed_again_and_again_ends_as_one_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for number in 0..10 {
        fs::create_dir_all(here.join(format!("disk/{number:02}"))).unwrap();
    }
    for number in 0..200_u32 {
        let path = here.join(format!("disk/{:02}/{number}.zip", number % 10));
        let bytes = number.to_le_bytes().repeat(500);
        let names: Vec<String> = (0..20).map(|entry| format!("{entry}.bin")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), bytes.as_slice())).collect();
        fs::write(&path, zip(&files)).unwrap();
        if number % 7 == 0 {
            fs::hard_link(&path, here.join(format!("disk/{:02}/again {number}", (number + 5) % 10))).unwrap();
        }
    }
    for mode in [&[][..], &["--matches-only"]] {
        let arguments = |out: &'static str| {
            [&["scan", "disk", "--archives", "--threads", "2", "--out", out], mode].concat()
        };
        let whole = output(here, &[&arguments("whole.jsonl")[..], &["--anew"]].concat());
        assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
        // Cut at many places as a kill cuts it: the record ends anywhere.
        let record = fs::read(here.join("whole.jsonl")).unwrap();
        for part in 0..9 {
            let cut = record.len() * part / 9;
            fs::write(here.join("cut.jsonl.partial"), &record[..cut]).unwrap();
            let _ = fs::remove_file(here.join("cut.jsonl"));
            let done = output(here, &arguments("cut.jsonl"));
            assert_eq!(done.status.code(), Some(0), "{}", said(&done));
            assert_eq!(lines(&here.join("whole.jsonl")), lines(&here.join("cut.jsonl")), "cut at {cut}");
        }
    }
}
