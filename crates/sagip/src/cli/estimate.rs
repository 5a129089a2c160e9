//! `sagip estimate`: estimates with their intervals from tables of counts.

use std::{fs::File, io::BufReader, path::PathBuf};

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use measure::mse::{CaptureTable, Estimate, Estimates, Method, Options, estimate};

use super::survey;
use crate::{End, out::Out};

#[derive(Subcommand)]
pub(crate) enum What {
    /// How many there are, from several lists of some of them (multiple systems estimation)
    Mse {
        /// A capture table as CSV: a column of 0 and 1 for each list, the count in the last
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// By which method, or all of them: one alone gives no headline
        #[arg(long, value_enum, default_value = "all")]
        method: Chosen,
        /// The p-value below which stepwise selection keeps a term
        #[arg(long, value_name = "P", default_value_t = 0.02)]
        threshold: f64,
        /// Of how many lists a term may be, at most
        #[arg(long, value_name = "N", default_value_t = 3)]
        order: u32,
        /// Bootstrap replicates, each with the selection made anew
        #[arg(long, value_name = "N", default_value_t = 0)]
        bootstrap: u32,
        /// The seed of the replicates; the result does not depend on the number of threads
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// The coverage of the intervals
        #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
        coverage: f64,
    },
    /// How large a hidden group is, from whom people know (network scale-up)
    Nsum(survey::ScaleUp),
    /// The share of a group with a trait, from a sample that recruited itself (RDS-II)
    Rds(survey::Recruitment),
}

/// Which methods are run.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Chosen {
    /// Every method
    All,
    /// Terms added one by one while they are significant
    Stepwise,
    /// Terms added one by one while Akaike's criterion falls
    AicStepwise,
    /// The best of all models by Bayes's criterion
    Bic,
    /// The best by Bayes's criterion of the models with terms of two lists
    BicPairs,
    /// Decomposable graphs, averaged
    GraphAveraging,
    /// The lists taken as independent
    Independence,
}

impl Chosen {
    const fn methods(self) -> &'static [Method] {
        match self {
            Self::All => &Method::ALL,
            Self::Stepwise => &[Method::Stepwise],
            Self::AicStepwise => &[Method::AicStepwise],
            Self::Bic => &[Method::Bic],
            Self::BicPairs => &[Method::BicPairs],
            Self::GraphAveraging => &[Method::GraphAveraging],
            Self::Independence => &[Method::Independence],
        }
    }
}

pub(crate) fn run(what: What, out: Out) -> anyhow::Result<End> {
    let (file, method, threshold, order, bootstrap, seed, coverage) = match what {
        What::Mse { file, method, threshold, order, bootstrap, seed, coverage } => {
            (file, method, threshold, order, bootstrap, seed, coverage)
        }
        What::Nsum(args) => return survey::scale_up(&args, out),
        What::Rds(args) => return survey::recruitment(&args, out),
    };
    anyhow::ensure!(threshold > 0.0 && threshold < 1.0, "--threshold is between 0 and 1");
    anyhow::ensure!(coverage > 0.0 && coverage < 1.0, "--coverage is between 0 and 1");
    let source = File::open(&file).with_context(|| file.display().to_string())?;
    let table = CaptureTable::read(BufReader::new(source)).with_context(|| file.display().to_string())?;
    let options = Options { threshold, coverage, order, replicates: bootstrap, seed, ..Options::default() };
    let found = estimate(&table, method.methods(), &options);
    out.result(&words(&found), &serde_json::to_value(&found)?);
    Ok(End::Done)
}

/// A line for each estimate, and what may be said of all of them.
fn words(found: &Estimates) -> String {
    let mut lines = vec![format!("{} seen on the lists {}.", found.observed, found.lists.join(", "))];
    lines.extend(found.estimates.iter().map(line));
    lines.push(match &found.headline {
        Some(headline) => {
            format!("{:.0} ({:.0} to {:.0}). {}", headline.point, headline.lower, headline.upper, found.why)
        }
        None => format!("No one figure. {}", found.why),
    });
    lines.join("\n")
}

fn line(one: &Estimate) -> String {
    let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    format!(
        "{:<16} {:>10} ({} to {}) {}",
        one.method,
        shown(one.point),
        shown(one.lower),
        shown(one.upper),
        one.warnings.join(" ")
    )
}
