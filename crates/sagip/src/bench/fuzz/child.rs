//! A target at work, in a process of its own: input after input, until the time is over. Before each one
//! its number is written to a file, so that the process that waits knows what this one died of.

use std::{
    fs::File,
    io::{Seek, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Target, mutate::Mutator};
use crate::bench::machine::{cpu_seconds, peak_bytes};

/// Where the number of the input in hand is written, in the target's folder.
pub(super) const TURN: &str = "turn";
/// After so many failures a target has been shown to need mending.
pub(super) const MOST_FAILURES: usize = 5;
/// The stack a target has: as little as a thread that serves a request.
const STACK: usize = 2 * 1024 * 1024;
/// The most time of a processor one input may take, in seconds, in a build that is not optimised.
const SLOW: f64 = 10.0;

/// What is to be done.
pub(super) struct Plan<'a> {
    pub(super) seed: u64,
    pub(super) from: u64,
    pub(super) time: Duration,
    /// Where the target may write.
    pub(super) folder: &'a Path,
}

/// What came of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) inputs: u64,
    pub(super) accepted: u64,
    pub(super) seconds: f64,
    pub(super) peak_bytes: u64,
    pub(super) failures: Vec<Failure>,
}

/// An input that broke something.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Failure {
    pub(super) turn: u64,
    pub(super) reason: String,
}

/// Gives a target inputs until the time is over, on a thread with a small stack.
pub(super) fn run(
    target: &Target,
    plan: &Plan<'_>,
    clock: &(dyn Fn() -> Duration + Sync),
) -> anyhow::Result<Told> {
    let said = listen_to_panics();
    std::thread::scope(|scope| {
        let work = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || turns(target, plan, clock, &said))?;
        work.join().map_err(|_| anyhow::anyhow!("the target could not be made ready: {}", take(&said)))?
    })
}

fn turns(
    target: &Target,
    plan: &Plan<'_>,
    clock: &dyn Fn() -> Duration,
    said: &Mutex<String>,
) -> anyhow::Result<Told> {
    let mutator = Mutator { seeds: (target.seeds)()?, words: target.words, mend: target.mend };
    let mut take_one = (target.taking)(plan.folder)?;
    let mut at = File::create(plan.folder.join(TURN))?;
    let began = clock();
    let mut told = Told::default();
    let mut turn = plan.from;
    // The documents as they are come first, however little time there is.
    while clock().saturating_sub(began) < plan.time || turn < mutator.seeds.len() as u64 {
        at.rewind()?;
        at.write_all(&turn.to_le_bytes())?;
        let input = mutator.input(plan.seed, turn);
        let before = cpu_seconds();
        let outcome = catch_unwind(AssertUnwindSafe(|| take_one(&input)));
        let seconds = cpu_seconds() - before;
        told.inputs += 1;
        let failure = match outcome {
            Err(_) => {
                take_one = (target.taking)(plan.folder)?;
                Some(format!("a panic: {}", take(said)))
            }
            Ok(Err(reason)) => Some(reason),
            Ok(Ok(false)) if turn < mutator.seeds.len() as u64 => {
                Some("a document that is valid was refused".to_owned())
            }
            Ok(Ok(accepted)) => {
                told.accepted += u64::from(accepted);
                (seconds > SLOW).then(|| format!("it took {seconds:.1} s of a processor"))
            }
        };
        if let Some(reason) = failure {
            told.failures.push(Failure { turn, reason });
            if told.failures.len() == MOST_FAILURES {
                break;
            }
        }
        turn += 1;
    }
    told.seconds = clock().saturating_sub(began).as_secs_f64();
    told.peak_bytes = peak_bytes().unwrap_or_default();
    if told.peak_bytes > target.most_bytes {
        let reason = format!("it held {} bytes of memory, over {}", told.peak_bytes, target.most_bytes);
        told.failures.push(Failure { turn: turn.saturating_sub(1), reason });
    }
    Ok(told)
}

/// Gives a target one input; what it says of it.
pub(super) fn once(target: &Target, input: &[u8], folder: &Path) -> anyhow::Result<Result<bool, String>> {
    let said = listen_to_panics();
    std::thread::scope(|scope| {
        let work = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            let mut take_one = (target.taking)(folder)?;
            anyhow::Ok(catch_unwind(AssertUnwindSafe(|| take_one(input))))
        })?;
        let outcome = work.join().map_err(|_| anyhow::anyhow!("{}", take(&said)))??;
        Ok(outcome.unwrap_or_else(|_| Err(format!("a panic: {}", take(&said)))))
    })
}

/// Keeps what panics say, which would else go to standard error.
fn listen_to_panics() -> Arc<Mutex<String>> {
    let said = Arc::new(Mutex::new(String::new()));
    let ear = Arc::clone(&said);
    std::panic::set_hook(Box::new(move |panic| {
        *ear.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string();
    }));
    said
}

fn take(said: &Mutex<String>) -> String {
    std::mem::take(&mut said.lock().unwrap_or_else(PoisonError::into_inner))
}
