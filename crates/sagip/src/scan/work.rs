//! A scan at work: one thread walks, several read, and one writes what they found in the order of the
//! walk, so that the record is at any moment all there is up to some place.

use std::{
    collections::BTreeMap,
    fs::File as OsFile,
    io::BufReader,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use matching::{Algorithm, FileHash};
use perceptual::Profile;

use super::{
    archive,
    line::{Archive, At, Counts, File, Hashes, Line},
    read::{Reader, Reading},
    record::Record,
    walk::{self, Found, What},
};
use crate::{
    bench::start,
    known::{Known, LEAST_QUALITY, Match},
    out::Out,
    video,
};

/// Files that are handed over together, and the bytes after which they are handed over: between
/// threads a hand-over takes as long as reading a small file.
const BATCH: usize = 32;
const BATCH_BYTES: u64 = 4 * 1024 * 1024;
/// Batches that may be read ahead of the one that is written next.
const AHEAD: usize = 512;
/// How often the record is handed to the system and the progress shown.
const OFTEN: Duration = Duration::from_secs(1);
/// Seconds from one frame of a video to the next that is looked for.
const FRAME_EVERY: f64 = 1.0;

/// What a scan works with.
pub(super) struct Work<'a> {
    pub(super) roots: &'a [PathBuf],
    /// The record that is being written.
    pub(super) own: &'a Path,
    pub(super) known: &'a Known,
    pub(super) profile: Profile,
    pub(super) any_orientation: bool,
    /// How much of archives is looked at, if they are looked into.
    pub(super) archives: Option<archive::Limits>,
    /// Whether the frames of videos are looked for.
    pub(super) videos: bool,
}

impl Work<'_> {
    pub(super) fn scan(
        &self,
        after: Option<&walk::Place>,
        threads: usize,
        record: &mut Record,
        out: Out,
    ) -> anyhow::Result<()> {
        let (give, found) = mpsc::sync_channel::<(u64, Vec<Found>)>(threads * 2);
        let found = Mutex::new(found);
        let (send, lines) = mpsc::channel::<(u64, Vec<Vec<Line>>)>();
        // A leave to be ahead: taken with each batch, given back when its lines are written.
        let (give_back, leave) = mpsc::channel::<()>();
        for _ in 0..AHEAD {
            let _ = give_back.send(());
        }
        let total = Total::default();
        std::thread::scope(|scope| {
            if out.shows_progress() {
                scope.spawn(|| total.count(self.roots, after));
            }
            scope.spawn(move || {
                let mut number = 0;
                let mut hand_over = |batch: &mut Vec<Found>| {
                    let going = leave.recv().is_ok() && give.send((number, std::mem::take(batch))).is_ok();
                    number += 1;
                    going
                };
                let (mut batch, mut bytes) = (Vec::new(), 0);
                walk::walk(self.roots, after, |found| {
                    if found.whole == self.own {
                        return true;
                    }
                    if let What::File(size) = found.what {
                        bytes += size;
                    }
                    batch.push(found);
                    if batch.len() < BATCH && bytes < BATCH_BYTES {
                        return true;
                    }
                    bytes = 0;
                    hand_over(&mut batch)
                });
                hand_over(&mut batch);
            });
            for _ in 0..threads {
                let (found, send) = (&found, send.clone());
                scope.spawn(move || {
                    let mut reader = Reader::new(self.profile, self.any_orientation);
                    loop {
                        let next = found.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((number, batch)) = next else { return };
                        let lines = batch.into_iter().map(|found| self.lines(&mut reader, found)).collect();
                        if send.send((number, lines)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            let written = write(&lines, record, out, &total, || {
                let _ = give_back.send(());
            });
            total.not_wanted.store(true, Ordering::Relaxed);
            // Where writing failed, the others find nobody to work for and end.
            drop((lines, give_back));
            written
        })
    }

    /// The entries a file matches: by the hashes of its bytes, then by its picture, nearest first.
    fn matches(&self, reading: &Reading) -> Vec<Match> {
        let Hashes { md5, sha1, sha256 } = &reading.hashes;
        let of_bytes = [(Algorithm::Md5, md5), (Algorithm::Sha1, sha1), (Algorithm::Sha256, sha256)];
        let mut matches: Vec<_> = of_bytes
            .into_iter()
            .filter_map(|(algorithm, text)| FileHash::parse(algorithm, text).ok())
            .flat_map(|hash| self.known.look_up(&hash))
            .collect();
        if let Some(Ok(picture)) = &reading.picture
            && picture.hashed.quality >= LEAST_QUALITY
        {
            matches.extend(match &picture.orientations {
                Some(orientations) => self.known.look_up_any(orientations),
                None => FileHash::from_bytes(Algorithm::Pdq, &picture.hashed.hash.to_bytes())
                    .map(|hash| self.known.look_up(&hash))
                    .unwrap_or_default(),
            });
        }
        matches
    }

    /// What there is to say of something that was found: its line, and for an archive that is looked into
    /// one for each of its entries.
    fn lines(&self, reader: &mut Reader, found: Found) -> Vec<Line> {
        let mut file = File::at(At::new(found.root, &found.path));
        let reading = match found.what {
            What::SameAs(first) => {
                file.same_as = Some(first.to_string_lossy().into_owned());
                return vec![Line::File(Box::new(file))];
            }
            What::Other(kind) => return vec![Line::NotRead { at: file.at, reason: kind.to_owned() }],
            What::Problem(reason) => return vec![Line::NotRead { at: file.at, reason }],
            What::File(_) => match reader.read(&found.whole) {
                Ok(reading) => reading,
                Err(reason) => return vec![Line::NotRead { at: file.at, reason }],
            },
        };
        let (archive, is_video) = (reading.archive, reading.video);
        let (size, hashes) = (reading.size, reading.hashes.clone());
        self.read(&mut file, reading);
        if self.videos && is_video {
            self.frames(&mut file, &found.whole);
        }
        let mut inside = Vec::new();
        if let (Some(limits), Some(kind)) = (&self.archives, archive) {
            let container = Archive { path: file.at.path.clone(), hashes };
            let mut give = |entry| inside.push(self.entry(&found, &container, entry));
            let name = found.whole.file_name().unwrap_or_default();
            match OsFile::open(&found.whole) {
                Ok(source) => {
                    let source = &mut BufReader::with_capacity(128 * 1024, source);
                    archive::look_into(source, kind, (name, size), limits, reader, &mut give);
                }
                Err(problem) => {
                    give(archive::Entry { name: Vec::new(), reading: Err(problem.to_string()) });
                }
            }
            file.entries = Some(inside.len() as u64);
        }
        let mut lines = vec![Line::File(Box::new(file))];
        lines.append(&mut inside);
        lines
    }

    /// The line of an entry of an archive.
    fn entry(&self, found: &Found, container: &Archive, entry: archive::Entry) -> Line {
        let mut path = found.path.clone().into_os_string();
        path.push("!");
        path.push(as_name(&entry.name));
        let mut at = At::new(found.root, Path::new(&path));
        at.archive = Some(Box::new(container.clone()));
        match entry.reading {
            Ok(reading) => {
                let mut file = File::at(at);
                if self.videos && reading.video {
                    file.video_problem =
                        Some("it is in an archive, and videos are decoded from files only".to_owned());
                }
                self.read(&mut file, reading);
                Line::File(Box::new(file))
            }
            Err(reason) => Line::NotRead { at, reason },
        }
    }

    /// Puts down what reading gave.
    fn read(&self, file: &mut File, reading: Reading) {
        file.matches = self.matches(&reading);
        file.size = reading.size;
        file.hashes = Some(reading.hashes);
        match reading.picture {
            Some(Ok(picture)) => {
                file.pdq = Some(picture.hashed.hash.to_string());
                file.quality = Some(picture.hashed.quality);
            }
            Some(Err(problem)) => file.picture_problem = Some(problem),
            None => {}
        }
    }

    /// Looks for the frames of a video. What was decoded before a video proves broken counts.
    fn frames(&self, file: &mut File, path: &Path) {
        let mut frames = Vec::new();
        if let Err(problem) = video::hash(path, FRAME_EVERY, |frame| frames.push(frame)) {
            file.video_problem = Some(format!("{problem:#}"));
            if frames.is_empty() {
                return;
            }
        }
        file.frames = Some(frames.len() as u64);
        file.matches.append(&mut self.known.look_up_frames(&frames));
    }
}

/// A name in an archive: bytes, in whatever encoding.
#[cfg(unix)]
fn as_name(bytes: &[u8]) -> std::borrow::Cow<'_, std::ffi::OsStr> {
    let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    name.into()
}

#[cfg(not(unix))]
fn as_name(bytes: &[u8]) -> std::borrow::Cow<'_, std::ffi::OsStr> {
    std::ffi::OsString::from(String::from_utf8_lossy(bytes).into_owned()).into()
}

/// Writes lines in the order of their numbers, however they come.
fn write(
    lines: &mpsc::Receiver<(u64, Vec<Vec<Line>>)>,
    record: &mut Record,
    out: Out,
    total: &Total,
    mut written: impl FnMut(),
) -> anyhow::Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0_u64;
    let (began, before) = (start(), record.counts);
    let mut shown = began;
    for (number, batch) in lines {
        waiting.insert(number, batch);
        while let Some(batch) = waiting.remove(&next) {
            batch.iter().try_for_each(|lines| record.take(lines))?;
            next += 1;
            written();
        }
        if shown.elapsed() >= OFTEN {
            shown = start();
            record.flush()?;
            out.progress(&progress(record.counts, before, began, total));
        }
    }
    Ok(())
}

/// How much there is in all, counted while the scan is under way so that the time left can be told.
#[derive(Default)]
struct Total {
    bytes: AtomicU64,
    known: AtomicBool,
    not_wanted: AtomicBool,
}

impl Total {
    fn count(&self, roots: &[PathBuf], after: Option<&walk::Place>) {
        walk::walk(roots, after, |found| {
            if let What::File(size) = found.what {
                self.bytes.fetch_add(size, Ordering::Relaxed);
            }
            !self.not_wanted.load(Ordering::Relaxed)
        });
        self.known.store(true, Ordering::Relaxed);
    }
}

fn progress(counts: Counts, before: Counts, began: Instant, total: &Total) -> String {
    let seconds = began.elapsed().as_secs_f64().max(0.001);
    let bytes = counts.bytes - before.bytes;
    let mut words = format!(
        "{} files, {} MB, {} match, {} not read; {:.0} files/s, {:.0} MB/s",
        counts.files,
        counts.bytes / 1_000_000,
        counts.matched,
        counts.not_read,
        (counts.files - before.files) as f64 / seconds,
        bytes as f64 / 1e6 / seconds,
    );
    if total.known.load(Ordering::Relaxed) && bytes > 0 {
        let left = total.bytes.load(Ordering::Relaxed).saturating_sub(bytes) as f64 / bytes as f64 * seconds;
        words.push_str(&format!(", about {:.0} min left", (left / 60.0).ceil()));
    }
    words
}
