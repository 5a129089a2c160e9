//! The record of a scan on the disk: lines appended to `OUT.partial`, which becomes `OUT` when the
//! scan is done. A scan that was cut short finds its record, drops a line that was cut in the
//! middle, counts what is there and goes on.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use super::{
    line::{Counts, Line, Scan},
    walk::Place,
};

/// Lines with which a record that is being written shows where it is.
const EVERY: u64 = 4096;

/// A record that is being written.
pub(super) struct Record {
    path: PathBuf,
    partial: PathBuf,
    file: BufWriter<File>,
    matches_only: bool,
    pub(super) counts: Counts,
    since_shown: u64,
}

impl Record {
    /// Begins the record of a scan, or goes on with the one that is there: then also where.
    pub(super) fn open(path: &Path, scan: &Scan, anew: bool) -> anyhow::Result<(Self, Option<Place>)> {
        if path.exists() && !anew {
            bail!("{} is there already; name another file, or say --anew to write it again", path.display());
        }
        let partial = partial(path);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(anew)
            .open(&partial)
            .with_context(|| partial.display().to_string())?;
        let (whole, counts, place) = read_back(&file, scan, &partial)?;
        file.set_len(whole)?;
        file.seek(SeekFrom::Start(whole))?;
        let mut record = Self {
            path: path.to_path_buf(),
            partial,
            file: BufWriter::with_capacity(256 * 1024, file),
            matches_only: scan.matches_only,
            counts,
            since_shown: 0,
        };
        if whole == 0 {
            record.put(&Line::Scan(scan.clone()))?;
            record.file.flush()?;
        }
        Ok((record, place))
    }

    /// Takes what there is to say of the next file: its line, and those of what is in it.
    pub(super) fn take(&mut self, lines: &[Line]) -> anyhow::Result<()> {
        for line in lines {
            self.counts.take(line);
            self.since_shown += 1;
            if !matches!(line, Line::File(file) if self.matches_only && file.matches.is_empty()) {
                self.put(line)?;
            }
        }
        if let Some(at) = lines.first().and_then(Line::at)
            && self.matches_only
            && self.since_shown >= EVERY
        {
            self.since_shown = 0;
            self.put(&Line::Reached { at: at.clone(), counts: self.counts })?;
        }
        Ok(())
    }

    /// Lets the system have what was written.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.file.flush().with_context(|| self.partial.display().to_string())
    }

    /// Ends the record; the file has its name from now on.
    pub(super) fn finish(mut self) -> anyhow::Result<Counts> {
        self.put(&Line::Done { counts: self.counts })?;
        self.flush()?;
        self.file.get_ref().sync_all()?;
        std::fs::rename(&self.partial, &self.path).with_context(|| self.path.display().to_string())?;
        Ok(self.counts)
    }

    fn put(&mut self, line: &Line) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.file, line)
            .map_err(anyhow::Error::from)
            .and_then(|()| Ok(self.file.write_all(b"\n")?))
            .with_context(|| self.partial.display().to_string())
    }
}

/// Where the record of `path` grows.
pub(super) fn partial(path: &Path) -> PathBuf {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    partial.into()
}

/// How many bytes of the record can be gone on from, what they count, and where they end. An archive
/// counts only with all that is in it. Where only matches have lines, the end is the last line that
/// says how far the scan was: what follows it is found again.
fn read_back(file: &File, scan: &Scan, partial: &Path) -> anyhow::Result<(u64, Counts, Option<Place>)> {
    let mut lines = BufReader::with_capacity(256 * 1024, file);
    let (mut read, mut whole, mut counts, mut place) = (0_u64, 0_u64, Counts::default(), None);
    // The archive whose lines are being read: where it is, how many are to come, what was counted.
    let mut open: Option<(Place, u64, Counts)> = None;
    let mut text = Vec::new();
    loop {
        text.clear();
        read += lines.read_until(b'\n', &mut text)? as u64;
        if text.last() != Some(&b'\n') {
            return Ok((whole, counts, place));
        }
        let line: Line = serde_json::from_slice(&text).with_context(|| {
            format!("{} is no record of a scan; name another file with --out", partial.display())
        })?;
        if whole == 0 && !matches!(line, Line::Scan(_)) {
            bail!(
                "{} does not begin as the record of a scan; name another file with --out",
                partial.display()
            );
        }
        match &line {
            Line::Scan(other) if other != scan => bail!(
                "{} is the record of another scan (other folders, lists or settings); name another file with --out, \
                 or say --anew to begin again",
                partial.display()
            ),
            Line::Scan(_) => whole = read,
            Line::File(_) | Line::NotRead { .. } if scan.matches_only => {}
            Line::Reached { at, counts: reached } => {
                (whole, counts, place) = (read, *reached, Some((at.root, at.path())));
            }
            Line::File(_) | Line::NotRead { .. } => {
                let (mut at, mut to_come, mut counted) = open.take().unwrap_or((Place::default(), 0, counts));
                counted.take(&line);
                match line.at() {
                    Some(inside) if inside.archive.is_some() => to_come = to_come.saturating_sub(1),
                    Some(own) => at = (own.root, own.path()),
                    None => {}
                }
                if let Line::File(file) = &line {
                    to_come = file.entries.unwrap_or(to_come);
                }
                if to_come == 0 {
                    (whole, counts, place) = (read, counted, Some(at));
                } else {
                    open = Some((at, to_come, counted));
                }
            }
            // It was done but for its name.
            Line::Done { .. } => return Ok((whole, counts, place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::line::At, *};

    fn scan(matches_only: bool) -> Scan {
        Scan {
            version: 2,
            roots: vec!["/synthetic".to_owned()],
            profile: "full-resolution".to_owned(),
            distance: 31,
            any_orientation: false,
            matches_only,
            archives: true,
            videos: false,
            lists: Vec::new(),
        }
    }

    fn file(name: &str) -> Line {
        let at = At::new(0, Path::new(name));
        Line::File(Box::new(super::super::line::File { size: 10, ..super::super::line::File::at(at) }))
    }

    #[test]
    fn a_record_cut_at_any_byte_goes_on_after_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let (mut record, place) = Record::open(&path, &scan(false), false).unwrap();
        assert_eq!(place, None);
        for name in ["a", "b", "c"] {
            record.take(&[file(name)]).unwrap();
        }
        record.flush().unwrap();
        drop(record);
        let partial = folder.path().join("out.jsonl.partial");
        let all = std::fs::read(&partial).unwrap();
        for cut in 0..=all.len() {
            std::fs::write(&partial, &all[..cut]).unwrap();
            let lines = all[..cut].split(|byte| *byte == b'\n').count() - 1;
            let (record, place) = Record::open(&path, &scan(false), false).unwrap();
            assert_eq!(record.counts.files, lines.saturating_sub(1) as u64, "cut at {cut}");
            let names = [None, None, Some("a"), Some("b"), Some("c")];
            assert_eq!(place, names[lines].map(|name| (0, PathBuf::from(name))), "cut at {cut}");
        }
    }

    #[test]
    fn a_record_cut_within_an_archive_goes_on_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let (mut record, _) = Record::open(&path, &scan(false), false).unwrap();
        let hashes = || super::super::line::Hashes { md5: "m".into(), sha1: "s".into(), sha256: "t".into() };
        let mut archive = file("b.zip");
        if let Line::File(file) = &mut archive {
            file.entries = Some(2);
        }
        let within = |name: &str| {
            let mut at = At::new(0, Path::new(name));
            at.archive =
                Some(Box::new(super::super::line::Archive { path: "b.zip".into(), hashes: hashes() }));
            at
        };
        let entry = Line::File(Box::new(super::super::line::File {
            size: 5,
            ..super::super::line::File::at(within("b.zip!x"))
        }));
        let refused = Line::NotRead { at: within("b.zip!y"), reason: "link".into() };
        record.take(&[file("a")]).unwrap();
        record.take(&[archive, entry, refused]).unwrap();
        record.take(&[file("c")]).unwrap();
        record.flush().unwrap();
        drop(record);
        let partial = folder.path().join("out.jsonl.partial");
        let all = std::fs::read(&partial).unwrap();
        for cut in 0..=all.len() {
            std::fs::write(&partial, &all[..cut]).unwrap();
            let (record, place) = Record::open(&path, &scan(false), false).unwrap();
            let counts = (record.counts.files, record.counts.entries, record.counts.not_read);
            let (name, expected) = match all[..cut].split(|byte| *byte == b'\n').count() - 1 {
                0 | 1 => (None, (0, 0, 0)),
                2..=4 => (Some("a"), (1, 0, 0)),
                5 => (Some("b.zip"), (2, 1, 1)),
                _ => (Some("c"), (3, 1, 1)),
            };
            assert_eq!((counts, place), (expected, name.map(|name| (0, name.into()))), "cut at {cut}");
        }
    }

    #[test]
    fn another_scan_does_not_go_on_from_it_and_a_finished_one_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        Record::open(&path, &scan(false), false).unwrap();
        let mut other = scan(false);
        other.distance = 20;
        let refused = Record::open(&path, &other, false).err().unwrap().to_string();
        assert!(refused.contains("another scan"), "{refused}");
        let (record, _) = Record::open(&path, &scan(false), false).unwrap();
        record.finish().unwrap();
        let refused = Record::open(&path, &scan(false), false).err().unwrap().to_string();
        assert!(refused.contains("--anew"), "{refused}");
        Record::open(&path, &scan(false), true).unwrap();
    }

    #[test]
    fn matches_only_counts_every_file_once_however_often_it_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.jsonl");
        let names: Vec<String> = (0..10_000).map(|n| format!("{n:05}")).collect();
        let mut begun = 0;
        for stop in [4000, 5000, 9000, 10_000] {
            let (mut record, place) = Record::open(&path, &scan(true), false).unwrap();
            if let Some((_, place)) = place {
                begun = names.iter().position(|name| Path::new(name) == place).unwrap() + 1;
            }
            assert_eq!(record.counts.files, begun as u64);
            for name in &names[begun..stop] {
                record.take(&[file(name)]).unwrap();
            }
            record.flush().unwrap();
            if stop == names.len() {
                assert_eq!(record.finish().unwrap().files, 10_000);
            }
        }
    }
}
