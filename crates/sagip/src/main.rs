//! The open system against the online sexual exploitation of children: the program.
//!
//! Thin wiring: settings, the real clock and generator, the command line, the worker. What is done
//! is done by use cases in `app/*`; how it looks is `web`'s.

mod bench;
mod cli;
mod config;
mod demo;
mod exchange;
mod known;
mod live;
mod out;
mod runtime;
mod scan;
mod video;
mod work;

use std::process::ExitCode;

use clap::{Parser, error::ErrorKind};

use crate::out::Out;

/// How a command ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// 0: done.
    Done,
    /// 1: done, with rejects or findings as documented.
    Findings,
}

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let wrong = !matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = e.print();
            return ExitCode::from(if wrong { 2 } else { 0 });
        }
    };
    let out = Out::new(cli.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            out.trouble(&format!("the machine gives no threads: {e}"));
            return ExitCode::from(3);
        }
    };
    match runtime.block_on(cli::run(cli, out)) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Findings) => ExitCode::from(1),
        Err(e) => {
            out.progress_done();
            out.trouble(&words(&e));
            ExitCode::from(3)
        }
    }
}

/// An error with its next step, where it has one.
fn words(error: &anyhow::Error) -> String {
    match error.downcast_ref::<app_kernel::Error>() {
        Some(app_kernel::Error::Problem(problem)) => format!("{} {}", problem.sentence, problem.next),
        _ => format!("{error:#}"),
    }
}
