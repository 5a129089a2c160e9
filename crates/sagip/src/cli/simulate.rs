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
use trial::{Law, Size};

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
    /// A year of remittances under a law, with what is true of its parties, for `sagip backtest`
    Year {
        /// How many senders
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        senders: u32,
        /// How many offenders are drawn; each stands for fewer than one, by the law's rate
        #[arg(long, value_name = "N", default_value_t = 2_000)]
        offenders: u32,
        /// The law: the id of one that comes with the program, or a file
        #[arg(long, value_name = "ID|FILE", default_value = "development")]
        law: String,
        /// The folder to write ledger.csv and labels.csv to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// The seed
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
}

pub(crate) fn run(kind: Kind, out: Out) -> anyhow::Result<End> {
    match kind {
        Kind::Year { senders, offenders, law, out: folder, seed } => {
            let law = if std::path::Path::new(&law).exists() {
                let text = fs::read_to_string(&law).with_context(|| law.clone())?;
                Law::parse(&law, &text)?
            } else {
                Law::shipped(&law)?
            };
            out.progress("making a year up");
            let world = trial::simulate(&law, Size { senders, offenders }, seed);
            out.progress_done();
            fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            let create = |name: &str| {
                let path = folder.join(name);
                File::create(&path).map(BufWriter::new).with_context(|| path.display().to_string())
            };
            let (mut ledger, mut labels) = (create("ledger.csv")?, create("labels.csv")?);
            trial::write_ledger(&world.ledger, &mut ledger)?;
            trial::write_labels(&world.ledger, &world.labels, &mut labels)?;
            ledger.flush()?;
            labels.flush()?;
            let payments = world.ledger.events.len();
            out.result(
                &format!("{payments} synthetic payments and what is true of their parties are in {}.", folder.display()),
                &serde_json::json!({ "payments": payments, "folder": folder, "law": world.law, "seed": seed }),
            );
        }
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
