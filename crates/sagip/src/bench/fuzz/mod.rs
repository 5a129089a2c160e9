//! `sagip bench fuzz`: everything that takes bytes from outside is given documents that are damaged,
//! exaggerated and put together wrongly, and has to keep more than its composure: bounded memory,
//! bounded time, and the laws of its format.
//!
//! Each target runs in a process of its own, whose memory and time the system bounds, so that an abort,
//! a stack that overflows and memory without end are seen as what they are. Inputs are a function of seed
//! and turn: a failure names both and leaves its input in a file. [`TARGETS`] is the one list of
//! targets; `tests/fuzz_targets.rs` runs each of them for some seconds.

mod archives;
mod child;
mod formats;
mod hashes;
mod index;
mod laws;
mod mutate;
mod pictures;
mod pieces;
mod sealed;
mod words;

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Context;

use self::child::{Failure, MOST_FAILURES, Plan, TURN, Told};
use super::{import::Scratch, machine};
use crate::{End, out::Out};

/// Says of an input whether anything of it was accepted; an error when it broke a law.
type Taking = Box<dyn FnMut(&[u8]) -> Result<bool, String>>;

/// Something that takes bytes from outside.
struct Target {
    name: &'static str,
    /// Valid documents, each of which must be accepted.
    seeds: fn() -> anyhow::Result<Vec<Vec<u8>>>,
    /// Words of the format.
    words: &'static [&'static str],
    /// Makes a checksum right again, so that what lies behind it is reached.
    mend: Option<fn(&mut Vec<u8>)>,
    /// The most memory the process may hold, in bytes.
    most_bytes: u64,
    /// What takes inputs; the folder is for what must be written down.
    taking: fn(&Path) -> anyhow::Result<Taking>,
}

/// Memory for a target that keeps nothing but its input and what is read of it.
const LITTLE: u64 = 160 * 1024 * 1024;

/// All targets.
static TARGETS: [Target; 19] = [
    pictures::PICTURE,
    pictures::VPDQ,
    formats::CYBERTIP,
    formats::ISO20022,
    formats::LEDGER,
    formats::LEDGER_LINES,
    formats::LEDGER_MAPPING,
    hashes::HASH_LIST,
    hashes::VICS,
    hashes::NCMEC_HASHES,
    hashes::STOPNCII,
    formats::DETECT,
    index::NEAR_INDEX,
    sealed::SEGMENT,
    sealed::SEALED,
    sealed::KEY_TEXT,
    words::IDENTIFIER,
    words::TYPOLOGY,
    archives::ARCHIVE,
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only this target
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(TARGETS.iter().map(|t| t.name)))]
    target: Option<String>,
    /// How long each target runs; 0 gives it only valid documents
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// The seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Where inputs that fail are written [default: the folder for temporary files]
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Give the target this one input
    #[arg(long, value_name = "FILE", requires = "target")]
    input: Option<PathBuf>,
    /// Work in this process: how the program calls itself
    #[arg(long, value_name = "DIR", requires = "target", hide = true)]
    child: Option<PathBuf>,
    /// The number of the first input
    #[arg(long, value_name = "N", default_value_t = 0, hide = true)]
    from: u64,
}

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<End> {
    let chosen =
        || TARGETS.iter().filter(|target| args.target.as_ref().is_none_or(|name| name == target.name));
    if let (Some(folder), Some(target)) = (&args.child, chosen().next()) {
        let clock = machine::start();
        let time = Duration::from_secs(args.seconds);
        let plan = Plan { seed: args.seed, from: args.from, time, folder };
        let told = serde_json::to_value(child::run(target, &plan, &|| clock.elapsed())?)?;
        out.result(&told.to_string(), &told);
        return Ok(End::Done);
    }
    if let (Some(input), Some(target)) = (&args.input, chosen().next()) {
        let bytes = std::fs::read(input).with_context(|| input.display().to_string())?;
        let outcome = child::once(target, &bytes, &Scratch::new()?.path)?;
        let words = match &outcome {
            Ok(true) => "accepted",
            Ok(false) => "refused",
            Err(reason) => reason,
        };
        out.result(
            words,
            &serde_json::json!({ "target": target.name, "outcome": words, "failed": outcome.is_err() }),
        );
        return Ok(if outcome.is_err() { End::Findings } else { End::Done });
    }
    let keep = args.keep.clone().unwrap_or_else(std::env::temp_dir);
    let mut figures = serde_json::Map::new();
    let mut all = 0;
    for target in chosen() {
        out.progress(target.name);
        let told = in_bounds(target, args)?;
        for failure in &told.failures {
            let path = keep.join(format!("sagip-fuzz-{}-{}-{}", target.name, args.seed, failure.turn));
            let mutator =
                mutate::Mutator { seeds: (target.seeds)()?, words: target.words, mend: target.mend };
            let written = std::fs::write(&path, mutator.input(args.seed, failure.turn));
            written.with_context(|| path.display().to_string())?;
            out.trouble(&format!(
                "{}, seed {}, turn {}: {}\n  its input is {}; again: sagip bench fuzz --target {} --input FILE",
                target.name,
                args.seed,
                failure.turn,
                failure.reason,
                path.display(),
                target.name,
            ));
        }
        all += told.failures.len();
        let mut put = |what: &str, value: serde_json::Value| {
            figures.insert(format!("{what}_{}", target.name), value);
        };
        put("inputs", told.inputs.into());
        put("inputs_per_second", (told.inputs as f64 / told.seconds.max(0.001)).into());
        put("accepted_share", (told.accepted as f64 / told.inputs.max(1) as f64).into());
        put("peak_bytes", told.peak_bytes.into());
        put("failures", told.failures.len().into());
    }
    out.progress_done();
    figures.insert("failures".to_owned(), all.into());
    let object = serde_json::json!({
        "name": "fuzz", "figures": figures, "peer": null, "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(if all > 0 { End::Findings } else { End::Done })
}

/// What a target's process may have beside its time: KiB of addresses, blocks of a file, no core.
const BOUNDS: &str =
    "ulimit -c 0 && ulimit -f 131072 && ulimit -v 1572864 && ulimit -t \"$1\" && shift && exec \"$@\"";
/// Seconds of a processor beyond its time after which a target hangs.
const PATIENCE: u64 = 60;

/// Runs a target in processes of its own: one, and another after each that dies.
fn in_bounds(target: &Target, args: &Args) -> anyhow::Result<Told> {
    let folder = Scratch::new()?;
    let clock = machine::start();
    let mut all = Told::default();
    let mut from = 0;
    loop {
        let left = args.seconds.saturating_sub(clock.elapsed().as_secs());
        let mut child = Command::new("sh")
            .args(["-c", BOUNDS, "sh", &(left + PATIENCE).to_string()])
            .arg(std::env::current_exe()?)
            .args(["bench", "fuzz", "--json", "--target", target.name, "--seconds", &left.to_string()])
            .args(["--seed", &args.seed.to_string(), "--from", &from.to_string(), "--child"])
            .arg(&folder.path)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("no shell could be started for the target")?;
        let mut errors = child.stderr.take().context("no errors of the target")?;
        let listener = std::thread::spawn(move || {
            let mut said = Vec::new();
            let _ = errors.by_ref().take(4000).read_to_end(&mut said);
            let _ = std::io::copy(&mut errors, &mut std::io::sink());
            String::from_utf8_lossy(&said).trim().to_owned()
        });
        let mut answer = Vec::new();
        child.stdout.take().context("no output of the target")?.read_to_end(&mut answer)?;
        let status = child.wait()?;
        let said = listener.join().unwrap_or_default();
        if let Ok(told) = serde_json::from_slice::<Told>(&answer) {
            all.inputs += told.inputs;
            all.accepted += told.accepted;
            all.peak_bytes = all.peak_bytes.max(told.peak_bytes);
            all.failures.extend(told.failures);
            break;
        }
        let turn = std::fs::read(folder.path.join(TURN)).ok().and_then(|bytes| bytes.try_into().ok());
        let Some(turn) = turn.map(u64::from_le_bytes) else {
            anyhow::bail!("the target {} could not begin ({status}): {said}", target.name);
        };
        all.inputs += (turn + 1).saturating_sub(from);
        all.failures.push(Failure { turn, reason: format!("its process died: {status}; {said}") });
        if all.failures.len() >= MOST_FAILURES || clock.elapsed().as_secs() >= args.seconds {
            break;
        }
        from = turn + 1;
    }
    all.seconds = clock.elapsed().as_secs_f64();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(taking: fn(&Path) -> anyhow::Result<Taking>) -> Target {
        Target {
            name: "synthetic",
            seeds: || Ok(vec![b"valid".to_vec()]),
            words: &["word"],
            mend: None,
            most_bytes: u64::MAX,
            taking,
        }
    }

    fn told(taking: fn(&Path) -> anyhow::Result<Taking>) -> Told {
        let folder = tempfile::tempdir().unwrap();
        let ticks = std::sync::atomic::AtomicU64::new(0);
        let clock = || Duration::from_millis(ticks.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let plan = Plan { seed: 1, from: 0, time: Duration::from_millis(500), folder: folder.path() };
        child::run(&target(taking), &plan, &clock).unwrap()
    }

    #[test]
    fn a_panic_a_broken_law_and_a_refused_document_are_failures_and_the_rest_goes_on() {
        let fine = told(|_| Ok(Box::new(|bytes| Ok(bytes == b"valid"))));
        assert_eq!(fine.failures.len(), 0, "{fine:?}");
        assert!(fine.inputs > 400 && fine.accepted >= 1 && fine.accepted < fine.inputs, "{fine:?}");

        let panics = told(|_| {
            Ok(Box::new(|bytes| {
                assert!(!bytes.contains(&0), "synthetic words");
                Ok(true)
            }))
        });
        assert_eq!(panics.failures.len(), MOST_FAILURES);
        assert!(panics.failures[0].reason.contains("synthetic words"), "{panics:?}");

        let refuses = told(|_| Ok(Box::new(|_| Ok(false))));
        assert_eq!((refuses.failures.len(), refuses.failures[0].turn), (1, 0), "{refuses:?}");
        let broken = told(|_| Ok(Box::new(|_| Err("synthetic law".to_owned()))));
        assert!(broken.failures[4].reason.contains("synthetic law"), "{broken:?}");
    }

    #[test]
    fn each_target_has_a_name_of_its_own_and_documents() {
        for (place, target) in TARGETS.iter().enumerate() {
            assert!(TARGETS[..place].iter().all(|other| other.name != target.name), "{}", target.name);
            assert!(!(target.seeds)().unwrap().is_empty(), "{}", target.name);
        }
    }
}
