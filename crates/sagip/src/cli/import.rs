//! `sagip import FILE…`: takes files in and says what became of each.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use app_intake::{Arriving, Outcome, Progress, Rules};
use app_kernel::{House, Op};

use crate::{End, config::Config, out::Out, runtime, work};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files, or folders whose files are all taken in
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Who they come from, such as a platform or a remitter
    #[arg(long, value_name = "NAME", default_value = "command line")]
    source: String,
    /// On what lawful basis they are held
    #[arg(long, value_name = "TEXT", default_value = "not stated")]
    lawful_basis: String,
    /// How a ledger's columns are to be read (docs/LEDGER.md)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Where refused records are written [default: FILE.rejects.csv in the present folder]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// For which organisation
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
}

pub(crate) async fn run(config: &Config, args: Args, out: Out) -> anyhow::Result<End> {
    let mapping = args
        .mapping
        .as_ref()
        .map(|path| std::fs::read_to_string(path).with_context(|| path.display().to_string()))
        .transpose()?;
    let (house, op) = super::open_for(config, args.organisation.as_deref()).await?;
    let rules = runtime::rules(config)?;
    resume(&house, &op, &rules, out).await?;
    let mut end = End::Done;
    for path in files(&args.files)? {
        let arriving = Arriving {
            name: path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
            source: args.source.clone(),
            lawful_basis: args.lawful_basis.clone(),
            mapping: mapping.clone(),
        };
        if one(&house, &op, &rules, &path, &arriving, args.rejects.as_deref(), out).await? == End::Findings {
            end = End::Findings;
        }
    }
    // Screening and retroactive matching belong to the import; what fails is left to the server.
    work::run_waiting_jobs(&house, &rules, out).await?;
    house.sequence().await?;
    house.close().await;
    Ok(end)
}

/// Finishes what an earlier process began and did not finish. One that moved a moment ago may be in
/// the hands of a process that lives, or of one that was killed just now: a few seconds tell.
async fn resume(house: &House, op: &Op, rules: &Rules, out: Out) -> anyhow::Result<()> {
    const TRIES: u32 = 10;
    for import in app_intake::unfinished(op, house).await? {
        let mut tries = 1;
        let ended = loop {
            match app_intake::process(op, house, rules, import, |_| {}).await {
                Err(app_kernel::Error::Problem(problem))
                    if problem.code == "import_busy" && tries < TRIES =>
                {
                    tries += 1;
                    work::pause().await;
                }
                ended => break ended,
            }
        };
        match ended {
            Ok(outcome) => out.result(
                &format!(
                    "Import {} was cut short and is now done: {}.",
                    outcome.number,
                    counts(&outcome.counts)
                ),
                &serde_json::json!({
                    "import": outcome.import, "resumed": true, "read": outcome.counts.read,
                    "accepted": outcome.counts.accepted, "known": outcome.counts.known,
                    "rejected": outcome.counts.rejected,
                }),
            ),
            Err(app_kernel::Error::Problem(problem)) if problem.code == "import_busy" => {
                out.trouble(&format!("{} {}", problem.sentence, problem.next));
            }
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

/// The files named, and the files of the folders named, in order of name.
fn files(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).with_context(|| path.display().to_string())? {
            let entry = entry.with_context(|| path.display().to_string())?.path();
            if entry.is_file() {
                inside.push(entry);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

async fn one(
    house: &House,
    op: &Op,
    rules: &Rules,
    path: &Path,
    arriving: &Arriving,
    rejects: Option<&Path>,
    out: Out,
) -> anyhow::Result<End> {
    let shown = path.display();
    let received = take(house, op, path, arriving, out).await.with_context(|| shown.to_string())?;
    if let Some((import, number)) = received.same_as {
        out.result(
            &format!("{shown}: this very file was taken in before, as import {number}. Nothing was added."),
            &serde_json::json!({
                "file": path, "import": received.import, "state": "known", "same_as": import,
                "sha256": received.digest,
            }),
        );
        return Ok(End::Done);
    }
    let outcome = app_intake::process(op, house, rules, received.import, |progress| {
        out.progress(&format!("{shown}: {}", counts(progress)));
    })
    .await?;
    out.progress_done();
    let written = if outcome.counts.rejected > 0 {
        Some(write_rejects(house, op, path, &outcome, rejects).await?)
    } else {
        None
    };
    out.result(
        &said(&shown.to_string(), &outcome, written.as_deref()),
        &serde_json::json!({
            "file": path, "import": outcome.import, "kind": outcome.kind,
            "state": if outcome.problem.is_none() { "done" } else { "failed" },
            "read": outcome.counts.read, "accepted": outcome.counts.accepted,
            "known": outcome.counts.known, "rejected": outcome.counts.rejected,
            "problem": outcome.problem, "rejects": written, "sha256": received.digest,
        }),
    );
    let fine = outcome.problem.is_none() && outcome.counts.rejected == 0;
    Ok(if fine { End::Done } else { End::Findings })
}

/// Seals a file as it is read.
pub(crate) async fn take(
    house: &House,
    op: &Op,
    path: &Path,
    arriving: &Arriving,
    out: Out,
) -> anyhow::Result<app_intake::Received> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut receiver = app_intake::receive(op, house, arriving).await?;
    let mut buffer = vec![0_u8; 1 << 20];
    let mut taken = 0_u64;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        receiver.push(buffer.get(..n).unwrap_or_default()).await?;
        taken += n as u64;
        out.progress(&format!("{}: sealed {taken} of {size} bytes", path.display()));
    }
    out.progress_done();
    Ok(receiver.finish().await?)
}

async fn write_rejects(
    house: &House,
    op: &Op,
    path: &Path,
    outcome: &Outcome,
    rejects: Option<&Path>,
) -> anyhow::Result<PathBuf> {
    let target = rejects.map_or_else(
        || {
            let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
            name.push(".rejects.csv");
            PathBuf::from(name)
        },
        Path::to_path_buf,
    );
    let mut tx = house.begin(op).await?;
    let csv = app_intake::rejects_csv(op, &mut tx, outcome.import).await?;
    tx.commit().await?;
    let mut file = std::fs::OpenOptions::new();
    file.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(&target)
        .and_then(|mut file| file.write_all(csv.as_bytes()))
        .with_context(|| target.display().to_string())?;
    Ok(target)
}

fn counts(counts: &Progress) -> String {
    format!(
        "{} read, {} new, {} here before, {} refused",
        counts.read, counts.accepted, counts.known, counts.rejected
    )
}

fn said(file: &str, outcome: &Outcome, rejects: Option<&Path>) -> String {
    let mut words = format!("{file}: import {}, {}.", outcome.number, counts(&outcome.counts));
    if let Some(problem) = &outcome.problem {
        words.push_str(&format!(" The file could not be read to its end: {problem}."));
    }
    if let Some(rejects) = rejects {
        words.push_str(&format!(" What was refused, and why, is in {}.", rejects.display()));
    }
    words
}
