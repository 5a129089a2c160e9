//! `sagip scan DIR…`: everything under some folders, hashed in one read a file and held against
//! lists of known hashes. It works without an installation and without a network, on a platform's
//! storage or a seized disk, and it opens no picture for anybody to see.
//!
//! What was found stands in the record in the order of the walk ([`work`]); a scan that was cut short
//! goes on from there.

pub(crate) mod archive;
mod line;
mod page;
pub(crate) mod read;
mod record;
mod tables;
mod walk;
mod work;

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use anyhow::Context;
use model::Clock;
use perceptual::Profile;

use self::{
    line::{Counts, Scan},
    record::Record,
    work::Work,
};
use crate::{End, bench::start, known::Known, out::Out, runtime::SystemClock, video};

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
    /// Also a page of what was found: figures, lists, files by name only when they are opened
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
    /// Look into archives: zip, tar, gzip, and archives in archives
    #[arg(long)]
    archives: bool,
    /// Look for the frames of videos, decoded by ffmpeg
    #[arg(long)]
    videos: bool,
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
    let videos = args.videos && video::can_be_decoded();
    if args.videos && !videos {
        out.trouble(
            "videos are decoded by ffmpeg and ffprobe, which are not on this machine: they are hashed as files only; \
             install ffmpeg 5.1 or later (Debian: apt install ffmpeg) and scan again",
        );
    }
    let roots = args
        .roots
        .iter()
        .map(|root| std::path::absolute(root).with_context(|| root.display().to_string()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let scan = Scan {
        version: 2,
        roots: roots.iter().map(|root| root.to_string_lossy().into_owned()).collect(),
        profile: args.profile.to_string(),
        distance: args.distance,
        any_orientation: args.any_orientation,
        matches_only: args.matches_only,
        archives: args.archives,
        videos,
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
        archives: args.archives.then(archive::Limits::default),
        videos,
    };
    let (began, before) = (start(), record.counts);
    work.scan(after.as_ref(), threads.map_or(1, NonZeroUsize::get), &mut record, out)?;
    let counts = record.finish()?;
    let seconds = began.elapsed().as_secs_f64();
    out.progress_done();
    let summary = tables::summary(&args.out)?;
    if let Some(csv) = &args.csv {
        tables::write_csv(&args.out, csv)?;
    }
    if let Some(vics) = &args.vics {
        tables::write_vics(&args.out, vics, args.vics_numbering.as_deref())?;
    }
    if let Some(path) = &args.page {
        let ended = SystemClock.now();
        page::write(&args.out, path, &page::Pace { before, seconds, ended })?;
    }
    out.result(
        &words(counts, &summary, &args.out),
        &serde_json::json!({ "counts": counts, "matches": summary }),
    );
    Ok(if counts.matched > 0 || counts.not_read > 0 { End::Findings } else { End::Done })
}

fn words(counts: Counts, summary: &[tables::Row], record: &Path) -> String {
    let mut words =
        format!("{} files, {} bytes, {} pictures hashed", counts.files, counts.bytes, counts.pictures);
    for (count, what) in [(counts.entries, "entries of archives"), (counts.videos, "videos looked through")] {
        if count > 0 {
            words.push_str(&format!(", {count} {what}"));
        }
    }
    words.push_str(&format!(
        "; {} match, {} not read. The record: {}",
        counts.matched,
        counts.not_read,
        record.display()
    ));
    for row in summary {
        words.push_str(&format!("\n{:>8}  {}", row.files, row.words()));
    }
    words
}
