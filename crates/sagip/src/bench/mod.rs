//! `sagip bench`: every claim of speed, measured here, printed as one JSON object
//! `{"name", "figures": {flat name: number}, "peer", "machine"}`.

mod import;
mod machine;

pub(crate) use import::Scratch;

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
}

pub(crate) async fn run(what: What, out: Out) -> anyhow::Result<End> {
    match what {
        What::Import { rows, seed } => import::run(rows, seed, out).await?,
    }
    Ok(End::Done)
}
