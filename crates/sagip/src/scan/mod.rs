//! `sagip scan DIR…`: everything under some folders, hashed in one read a file and held against
//! lists of known hashes. It works without an installation and without a network, on a platform's
//! storage or a seized disk, and it opens no picture for anybody to see.
//!
//! One thread walks, several read, and one writes what they found in the order of the walk: the
//! record is at any moment all there is up to some place, and a scan that was cut short goes on
//! from there.

mod line;
mod read;
mod record;
mod tables;
mod walk;

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use matching::{Algorithm, FileHash};
use perceptual::Profile;

use self::{
    line::{At, Counts, File, Hashes, Line, Scan},
    read::{Reader, Reading},
    record::Record,
    walk::{Found, What},
};
use crate::{
    End,
    bench::start,
    known::{Known, LEAST_QUALITY, Match},
    out::Out,
};

/// Files that may be read ahead of the one that is written next.
const AHEAD: usize = 16_384;
/// How often the record is handed to the system and the progress shown.
const OFTEN: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folders or files
    #[arg(required = true, value_name = "DIR")]
    roots: Vec<PathBuf>,
    /// A list of known hashes; may be given several times
    #[arg(long = "list", value_name = "FILE")]
    lists: Vec<PathBuf>,
    /// Where the record is written; what is there of it is gone on from
    #[arg(long, value_name = "FILE", default_value = "scan.jsonl")]
    out: PathBuf,
    /// Also the files as a table
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Also the files that match as a VICS 2.0 media set, without their names
    #[arg(long, value_name = "FILE")]
    vics: Option<PathBuf>,
    /// Whose category numbers that set has, such as US or UK; without it no categories are written
    #[arg(long, value_name = "NAME", requires = "vics")]
    vics_numbering: Option<String>,
    /// Largest distance of a PDQ match, in bits
    #[arg(long, value_name = "BITS", default_value_t = 31, value_parser = clap::value_parser!(u32).range(0..=63))]
    distance: u32,
    /// Look for pictures also turned and mirrored
    #[arg(long)]
    any_orientation: bool,
    /// How pictures are hashed
    #[arg(long, value_name = "NAME", default_value = "full-resolution")]
    profile: Profile,
    /// Lines for matches only
    #[arg(long)]
    matches_only: bool,
    /// Begin again, over a record that is there
    #[arg(long)]
    anew: bool,
    /// How many files are read at once [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<End> {
    let known = Known::read(&args.lists, args.distance)?;
    for list in &known.lists {
        out.words(&format!("{}: {} hashes, {} refused", list.name, list.entries, list.refused));
    }
    let roots = args
        .roots
        .iter()
        .map(|root| std::path::absolute(root).with_context(|| root.display().to_string()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let scan = Scan {
        version: 1,
        roots: roots.iter().map(|root| root.to_string_lossy().into_owned()).collect(),
        profile: args.profile.to_string(),
        distance: args.distance,
        any_orientation: args.any_orientation,
        matches_only: args.matches_only,
        lists: known.lists.clone(),
    };
    let (mut record, after) = Record::open(&args.out, &scan, args.anew)?;
    if let Some((_, path)) = &after {
        out.words(&format!("going on after {}, {} files", path.display(), record.counts.files));
    }
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok());
    // Its own record grows while it is scanned, and is no part of what was there.
    let own = std::path::absolute(record::partial(&args.out))?;
    let work = Work {
        roots: &roots,
        own: &own,
        known: &known,
        profile: args.profile,
        any_orientation: args.any_orientation,
    };
    work.scan(after.as_ref(), threads.map_or(1, NonZeroUsize::get), &mut record, out)?;
    let counts = record.finish()?;
    out.progress_done();
    let summary = tables::summary(&args.out)?;
    if let Some(csv) = &args.csv {
        tables::write_csv(&args.out, csv)?;
    }
    if let Some(vics) = &args.vics {
        tables::write_vics(&args.out, vics, args.vics_numbering.as_deref())?;
    }
    out.result(
        &words(counts, &summary, &args.out),
        &serde_json::json!({ "counts": counts, "matches": summary }),
    );
    Ok(if counts.matched > 0 || counts.not_read > 0 { End::Findings } else { End::Done })
}

/// What a scan works with.
struct Work<'a> {
    roots: &'a [PathBuf],
    /// The record that is being written.
    own: &'a Path,
    known: &'a Known,
    profile: Profile,
    any_orientation: bool,
}

impl Work<'_> {
    fn scan(
        &self,
        after: Option<&walk::Place>,
        threads: usize,
        record: &mut Record,
        out: Out,
    ) -> anyhow::Result<()> {
        let (give, found) = mpsc::sync_channel::<(u64, Found)>(threads * 4);
        let found = Mutex::new(found);
        let (send, lines) = mpsc::channel::<(u64, Line)>();
        // A leave to be ahead: taken with each file, given back when its line is written.
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
                walk::walk(self.roots, after, |found| {
                    if found.whole == self.own {
                        return true;
                    }
                    let going = leave.recv().is_ok() && give.send((number, found)).is_ok();
                    number += 1;
                    going
                });
            });
            for _ in 0..threads {
                let (found, send) = (&found, send.clone());
                scope.spawn(move || {
                    let mut reader = Reader::new(self.profile, self.any_orientation);
                    loop {
                        let next = found.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok((number, found)) = next else { return };
                        if send.send((number, self.line(&mut reader, found))).is_err() {
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

    fn line(&self, reader: &mut Reader, found: Found) -> Line {
        let at = At::new(found.root, &found.path);
        let mut file = File::at(at);
        match found.what {
            What::SameAs(first) => file.same_as = Some(first.to_string_lossy().into_owned()),
            What::Other(kind) => return Line::NotRead { at: file.at, reason: kind.to_owned() },
            What::Problem(reason) => return Line::NotRead { at: file.at, reason },
            What::File(_) => match reader.read(&found.whole) {
                Ok(reading) => {
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
                Err(reason) => return Line::NotRead { at: file.at, reason },
            },
        }
        Line::File(Box::new(file))
    }
}

/// Writes lines in the order of their numbers, however they come.
fn write(
    lines: &mpsc::Receiver<(u64, Line)>,
    record: &mut Record,
    out: Out,
    total: &Total,
    mut written: impl FnMut(),
) -> anyhow::Result<()> {
    let mut waiting = BTreeMap::new();
    let mut next = 0_u64;
    let (began, before) = (start(), record.counts);
    let mut shown = began;
    for (number, line) in lines {
        waiting.insert(number, line);
        while let Some(line) = waiting.remove(&next) {
            record.take(&line)?;
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

fn words(counts: Counts, summary: &[tables::Row], record: &Path) -> String {
    let mut words = format!(
        "{} files, {} bytes, {} pictures hashed; {} match, {} not read. The record: {}",
        counts.files,
        counts.bytes,
        counts.pictures,
        counts.matched,
        counts.not_read,
        record.display()
    );
    for row in summary {
        words.push_str(&format!("\n{:>8}  {}", row.files, row.words()));
    }
    words
}
