//! What typologies find of offenders in years they were not chosen on, beside the named baselines under
//! the same budget of alerts; and how receivers rank in a labelled ledger of others.

use std::{fs::File, io::Read, path::PathBuf};

use anyhow::{Context, ensure};
use flate2::read::GzDecoder;
use model::Country;
use screening::engine::Settings;
use serde_json::Value;
use trial::{
    Backtest, Budget, Detection, Detector, Labels, Law, Ledger, Size, amlsim, backtest, simulate, without,
};

use super::machine;
use crate::{cli, out::Out};

/// Laws that nothing was chosen on.
const HELD_OUT: [&str; 2] = ["held-out-amounts", "held-out-cadence"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many senders a made-up year has
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    senders: u32,
    /// How many offenders are drawn; each stands for fewer than one, by the law's rate
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    offenders: u32,
    /// The seed; 1 to 3 are those that weights were chosen on
    #[arg(long, value_name = "N", default_value_t = 101)]
    seed: u64,
    /// A law; without it, each that was held out
    #[arg(long, value_name = "ID")]
    law: Option<String>,
    /// A ledger of one's own instead of a made-up one
    #[arg(long, value_name = "FILE", requires = "labels")]
    ledger: Option<PathBuf>,
    /// What is known of its parties
    #[arg(long, value_name = "FILE", requires = "ledger")]
    labels: Option<PathBuf>,
    /// Whose parameters, as a two-letter country; made-up years are of payments to the Philippines
    #[arg(long, value_name = "CODE", default_value = "PH")]
    country: Country,
    /// Alerts a month for each thousand senders
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    budget: f64,
}

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<()> {
    let mut found = Vec::new();
    if let Some((ledger, labels)) = args.ledger.as_ref().zip(args.labels.as_ref()) {
        let (ledger, labels) = cli::read_labelled(ledger, labels, out)?;
        found.push(("ledger".to_owned(), try_on(args, &ledger, &labels)?));
    } else {
        let laws: Vec<&str> = args.law.as_deref().map_or_else(|| HELD_OUT.to_vec(), |law| vec![law]);
        for law in laws {
            out.progress(&format!("a year under {law}"));
            let size = Size { senders: args.senders, offenders: args.offenders };
            let world = simulate(&Law::shipped(law)?, size, args.seed);
            found.push((law.to_owned(), try_on(args, &world.ledger, &world.labels)?));
        }
        out.progress_done();
    }
    let margin = |one: &Detection| one.recall_lower95 - one.best_baseline_recall;
    let mut measured = Vec::new();
    for (name, backtest) in &found {
        let detection = Detection::of(backtest).context("there was nothing to measure")?;
        measured.push((name.clone(), detection));
    }
    // The year in which it does worst speaks for all.
    let worst = measured.iter().min_by(|a, b| margin(&a.1).total_cmp(&margin(&b.1)));
    let (name, worst) = worst.context("no year was tried")?;
    let mut figures = match serde_json::to_value(worst)? {
        Value::Object(figures) => figures,
        _ => serde_json::Map::new(),
    };
    figures.insert("peak_bytes".to_owned(), machine::peak_bytes().into());
    let object = serde_json::json!({
        "name": "detection", "year": name, "seed": args.seed, "synthetic": args.ledger.is_none(),
        "figures": figures,
        "years": measured.iter().map(|(name, one)| Ok(serde_json::json!({
            "year": name, "figures": serde_json::to_value(one)?, "passes": one.passes(),
        }))).collect::<Result<Vec<_>, serde_json::Error>>()?,
        "detectors": found.iter().map(|(name, one)| serde_json::json!({
            "year": name, "detectors": one.detectors.iter().map(|one| serde_json::json!({
                "name": one.name, "recall": one.recall, "recall_lower95": one.recall_lower95,
                "recall_named": one.recall_named, "precision": one.precision_at_budget,
                "average_precision": one.average_precision, "families_reached": one.families.reached,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "peer": "baseline-inward-20, baseline-acams-p95", "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(())
}

/// Ours, ours without what somebody is, and the baselines.
fn try_on(args: &Args, ledger: &Ledger, labels: &Labels) -> anyhow::Result<Backtest> {
    let ours = Detector::shipped(Some(args.country))?;
    let ablated = without(&ours);
    let mut detectors = vec![ours, ablated];
    detectors.extend(Detector::baselines(Some(args.country))?);
    let budget = Budget { per_thousand: args.budget, ..Budget::default() };
    Ok(backtest(ledger, labels, &detectors, budget, Settings::shipped)?)
}

/// Ranks the receivers of an AMLSim ledger, an archive with `nodes.csv` and `transactions.csv`.
pub(crate) fn fan_in(archive: &PathBuf, out: Out) -> anyhow::Result<()> {
    let name = archive.display().to_string();
    let file = File::open(archive).with_context(|| name.clone())?;
    let mut found = [None, None];
    for entry in tar::Archive::new(GzDecoder::new(file)).entries().with_context(|| name.clone())? {
        let mut entry = entry.with_context(|| name.clone())?;
        let path = entry.path()?.into_owned();
        for (name, found) in ["nodes.csv", "transactions.csv"].iter().zip(&mut found) {
            if path.ends_with(name) {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                *found = Some(bytes);
            }
        }
    }
    let [Some(nodes), Some(transactions)] = found else {
        anyhow::bail!("{name}: an AMLSim ledger is an archive (tar.gz) with nodes.csv and transactions.csv");
    };
    let sample = amlsim::read(&nodes[..], &transactions[..]).with_context(|| name.clone())?;
    ensure!(!sample.ledger.events.is_empty(), "{name}: there is no payment in it");
    let precision =
        amlsim::precision(&sample)?.context("no account is labelled, so there is no precision")?;
    let object = serde_json::json!({
        "name": "fan-in", "figures": precision,
        "peer": "baseline-inward-20, baseline-acams-p95", "machine": machine::machine(),
    });
    out.result(&object.to_string(), &object);
    Ok(())
}
