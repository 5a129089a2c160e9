//! `sagip backtest`: typologies tried on a ledger with labels, without an installation.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use model::{Country, Span};
use screening::engine::Settings;
use trial::{Backtest, Budget, Detector, Labels, Ledger, Measured, backtest, without, write_html};

use super::typology;
use crate::{End, out::Out};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The ledger: its own columns (docs/LEDGER.md), and `marks` where the source sets them
    #[arg(value_name = "LEDGER")]
    ledger: PathBuf,
    /// What is known of its parties: account, part (offender, facilitator, victim, ordinary), and where known
    /// weight, population, sex, age, nationality
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// A typology file, tried alone; without any, those of the program together
    #[arg(long = "typology", value_name = "FILE")]
    typologies: Vec<PathBuf>,
    /// Whose parameters, as a two-letter country
    #[arg(long, value_name = "CODE")]
    country: Option<Country>,
    /// Alerts a month for each thousand senders
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    budget: f64,
    /// Days within which a party is not listed again
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    quiet: i64,
    /// Write a page that can be read and passed on
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<End> {
    ensure!(args.budget > 0.0, "--budget is above 0");
    ensure!(args.quiet >= 0, "--quiet is 0 days or more");
    let (ledger, labels) = read(&args.ledger, &args.labels, out)?;
    let mut detectors = if args.typologies.is_empty() {
        vec![Detector::shipped(args.country)?]
    } else {
        let typologies = typology::load(&args.typologies, args.country)?;
        typologies
            .into_iter()
            .map(|one| Detector::of(&format!("{} v{}", one.id, one.version), vec![one]))
            .collect()
    };
    let ablations: Vec<Detector> =
        detectors.iter().filter(|detector| !detector.baseline).map(without).collect();
    detectors.extend(ablations);
    detectors.extend(Detector::baselines(args.country)?);
    let budget = Budget { per_thousand: args.budget, quiet: Span::days(args.quiet), ..Budget::default() };
    out.progress(&format!("trying {} detectors on {} payments", detectors.len(), ledger.events.len()));
    let found = backtest(&ledger, &labels, &detectors, budget, Settings::shipped)?;
    out.progress_done();
    if let Some(path) = &args.html {
        let mut page = BufWriter::new(File::create(path).with_context(|| path.display().to_string())?);
        write_html(&found, None, &mut page)?;
        page.flush().with_context(|| path.display().to_string())?;
    }
    out.result(&words(&found), &serde_json::to_value(&found)?);
    Ok(End::Done)
}

/// A ledger with its labels.
pub(crate) fn read(ledger: &Path, labels: &Path, out: Out) -> anyhow::Result<(Ledger, Labels)> {
    let open = |path: &Path| File::open(path).map(BufReader::new).with_context(|| path.display().to_string());
    out.progress(&format!("reading {}", ledger.display()));
    let read = trial::read_ledger(open(ledger)?).with_context(|| ledger.display().to_string())?;
    ensure!(!read.events.is_empty(), "{}: there is no payment in it", ledger.display());
    let (known, elsewhere) =
        trial::read_labels(open(labels)?, &read).with_context(|| labels.display().to_string())?;
    out.progress_done();
    if elsewhere > 0 {
        out.trouble(&format!(
            "{elsewhere} rows of {} name accounts that the ledger does not have",
            labels.display()
        ));
    }
    Ok((read, known))
}

fn words(found: &Backtest) -> String {
    let mut lines = vec![format!(
        "{} payments over {} months by {:.0} senders; {} offenders (standing for {:.0}); {:.1} alerts a month.",
        found.ledger.events,
        found.ledger.months,
        found.ledger.senders,
        found.ledger.offenders,
        found.ledger.offenders_weighted,
        found.budget_a_month
    )];
    if found.synthetic {
        lines.push(
            "The ledger is made up: what is measured on it is true of it, and of nothing else.".to_owned(),
        );
    }
    lines.extend(found.detectors.iter().map(line));
    lines.push("A rank is no probability. Who was reached is who an alert names, and who paid the receiver it names.".to_owned());
    lines.join("\n")
}

fn line(one: &Measured) -> String {
    let median = |quartiles: Option<trial::Quartiles>| {
        quartiles.map_or_else(|| "–".to_owned(), |quartiles| format!("{:.0}", quartiles.median))
    };
    format!(
        "{:<28} recall {:.3} ({:.3} to {:.3}), precision {:.3}, half found after {} days and {} payments; {:.0} of \
         {:.0} family remitters reached",
        one.name,
        one.recall,
        one.recall_lower95,
        one.recall_upper95,
        one.precision_at_budget,
        median(one.days_to_detection),
        median(one.payments_to_detection),
        one.families.reached,
        one.families.all
    )
}
