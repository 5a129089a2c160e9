//! `sagip bench`: every claim of speed, measured here, printed as one JSON object
//! `{"name", "figures": {flat name: number}, "peer", "machine"}`.

mod detection;
mod fuzz;
mod hashing;
mod import;
mod live;
mod machine;
mod matching;
mod peer;
mod screening;

pub(crate) use import::Scratch;
pub(crate) use machine::start;

use clap::Subcommand;

use crate::{End, out::Out};

#[derive(Subcommand)]
pub(crate) enum What {
    /// A synthetic ledger through the whole import: sealed, read, interned, stored, journalled
    Import {
        /// How many payments
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        rows: usize,
        /// The seed
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
    /// PDQ on one core, beside pdqhash and threatexchange when `SAGIP_PEERS` names their Python
    Hashing {
        /// How often each picture is hashed
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        rounds: u32,
    },
    /// Damaged documents for everything that takes bytes from outside
    Fuzz(fuzz::Args),
    /// What typologies find in held-out years, beside the named baselines
    Detection(detection::Args),
    /// How the receivers of an AMLSim ledger rank, by average precision
    FanIn {
        /// The ledger: an archive (tar.gz) with nodes.csv and transactions.csv
        #[arg(value_name = "FILE")]
        archive: std::path::PathBuf,
    },
    /// From an event's arrival over HTTP to its alert on an open page
    Live(live::Args),
    /// Windowed figures and typologies over a made-up year, beside Polars and DuckDB
    Screening(screening::Args),
    /// Exact search by distance, beside faiss when `SAGIP_PEERS` names its Python
    Matching(matching::Args),
}

pub(crate) async fn run(what: What, out: Out) -> anyhow::Result<End> {
    match what {
        What::Import { rows, seed } => import::run(rows, seed, out).await?,
        What::Hashing { rounds } => hashing::run(rounds, out)?,
        What::Fuzz(args) => return fuzz::run(&args, out),
        What::Matching(args) => matching::run(&args, out)?,
        What::Detection(args) => detection::run(&args, out)?,
        What::FanIn { archive } => detection::fan_in(&archive, out)?,
        What::Live(args) => live::run(&args, out)?,
        What::Screening(args) => screening::run(&args, out)?,
    }
    Ok(End::Done)
}
