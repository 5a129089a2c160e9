//! `sagip simulate`: synthetic data, visibly so, the same for the same seed.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::Subcommand;
use formats::cybertip;
use model::Instant;

use crate::{End, out::Out, runtime::Seeded};

/// The present of everything simulated, so that a seed gives the same files on any day.
pub(crate) const PRESENT: Instant = Instant::from_micros(1_772_413_200_000_000);

#[derive(Subcommand)]
pub(crate) enum Kind {
    /// CyberTipline documents, one file each
    Tips {
        /// How many documents
        #[arg(long, value_name = "N", default_value_t = 200)]
        count: usize,
        /// The folder to write them to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The seed
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
    /// A payment ledger as CSV
    Payments {
        /// How many payments
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        rows: usize,
        /// The file to write it to
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The seed
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
}

pub(crate) fn run(kind: Kind, out: Out) -> anyhow::Result<End> {
    match kind {
        Kind::Tips { count, out: folder, seed } => {
            fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            let entropy = Seeded::new(seed);
            for (name, document) in cybertip::sample::documents(&entropy, count, PRESENT) {
                let path = folder.join(name);
                fs::write(&path, cybertip::write(&document)).with_context(|| path.display().to_string())?;
            }
            out.result(
                &format!("{count} synthetic CyberTipline documents are in {}.", folder.display()),
                &serde_json::json!({ "documents": count, "folder": folder, "seed": seed }),
            );
        }
        Kind::Payments { rows, out: path, seed } => {
            let file = File::create(&path).with_context(|| path.display().to_string())?;
            let mut writer = BufWriter::with_capacity(1 << 20, file);
            write_ledger(rows, seed, &mut writer).with_context(|| path.display().to_string())?;
            out.result(
                &format!("{rows} synthetic payments are in {}.", path.display()),
                &serde_json::json!({ "rows": rows, "file": path, "seed": seed }),
            );
        }
    }
    Ok(End::Done)
}

/// Writes a synthetic ledger of a year.
pub(crate) fn write_ledger(rows: usize, seed: u64, out: &mut dyn Write) -> std::io::Result<()> {
    let start = PRESENT - model::Span::days(365);
    let plan = screening::sample::Plan { rows, start, days: 365 };
    let ledger = screening::sample::Ledger::generate(&plan, &Seeded::new(seed));
    screening::sample::write_csv(&ledger, out)?;
    out.flush()
}
