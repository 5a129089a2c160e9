//! `sagip bank exchange`: the exchanges that feed banks.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
};

use anyhow::{Context, bail};
use app_intake::{ExchangeAccess, ExchangeKind, ExchangeRow};
use app_kernel::{House, Op};
use clap::Subcommand;

use super::bank::named_in;
use crate::{End, exchange, out::Out, work};

#[derive(Subcommand)]
pub(super) enum Exchanging {
    /// The exchanges there are, how far each was read, what went wrong
    List,
    /// Enter an exchange that feeds a bank
    Add {
        /// A name for it
        name: String,
        /// What it is: ncmec, stopncii or files
        #[arg(long, value_name = "KIND")]
        kind: ExchangeKind,
        /// The bank it feeds
        #[arg(long, value_name = "NAME")]
        bank: String,
        /// NCMEC: the environment; files: the folder or file; StopNCII: nothing to say
        #[arg(long, value_name = "PLACE", default_value = "stopncii")]
        place: String,
        /// Another address to ask than the exchange's own, such as a stand-in's
        #[arg(long, value_name = "URL")]
        address: Option<String>,
        /// A secret, read from a file: user, password; subscription, fetch_hashes, submit_feedback
        #[arg(long = "secret", value_name = "NAME=FILE")]
        secrets: Vec<String>,
    },
    /// Fetch what is new, from one exchange or from all that are switched on
    Fetch {
        /// Its name
        name: Option<String>,
    },
    /// Stop asking an exchange
    Off {
        /// Its name
        name: String,
    },
    /// Ask an exchange again
    On {
        /// Its name
        name: String,
    },
    /// Take an exchange away; what it brought stays
    Remove {
        /// Its name
        name: String,
    },
}

/// Does what is asked of the exchanges.
pub(super) async fn run(
    house: &House,
    op: &Op,
    rules: &app_intake::Rules,
    what: Exchanging,
    out: Out,
) -> anyhow::Result<End> {
    let words = match what {
        Exchanging::List => {
            let mut tx = house.look(op).await?;
            for row in app_intake::exchanges(op, &mut tx).await? {
                tell_exchange(&row, out);
            }
            return Ok(End::Done);
        }
        Exchanging::Fetch { name } => return fetch(house, op, rules, name, out).await,
        Exchanging::Add { name, kind, bank, place, address, secrets } => {
            let access = ExchangeAccess { place, address, secrets: secrets_from(&secrets)? };
            exchange::check(kind, &access)?;
            let mut tx = house.begin(op).await?;
            let bank = named_in(op, &mut tx, &bank).await?;
            app_intake::add_exchange(op, &mut tx, &name, kind, bank.id, &access).await?;
            tx.commit().await?;
            format!("“{name}” feeds “{}”.", bank.settings.name)
        }
        Exchanging::Off { name } => switched(house, op, &name, false).await?,
        Exchanging::On { name } => switched(house, op, &name, true).await?,
        Exchanging::Remove { name } => {
            let mut tx = house.begin(op).await?;
            app_intake::remove_exchange(op, &mut tx, &name).await?;
            tx.commit().await?;
            format!("“{name}” is gone; what it brought stays.")
        }
    };
    out.result(&words, &serde_json::json!({ "done": words }));
    Ok(End::Done)
}

async fn switched(house: &House, op: &Op, name: &str, on: bool) -> anyhow::Result<String> {
    let mut tx = house.begin(op).await?;
    app_intake::switch_exchange(op, &mut tx, name, on).await?;
    tx.commit().await?;
    Ok(format!("“{name}” is {}.", if on { "asked again" } else { "no longer asked" }))
}

/// Secrets by name, each from a file, so that none stands in a shell's history.
fn secrets_from(given: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    given
        .iter()
        .map(|pair| {
            let (name, path) = pair.split_once('=').context("a secret is given as NAME=FILE")?;
            let text = std::fs::read_to_string(path).with_context(|| path.to_owned())?;
            Ok((name.to_owned(), text.trim_end_matches(['\r', '\n']).to_owned()))
        })
        .collect()
}

async fn fetch(
    house: &House,
    op: &Op,
    rules: &app_intake::Rules,
    name: Option<String>,
    out: Out,
) -> anyhow::Result<End> {
    let names = match name {
        Some(name) => vec![name],
        None => {
            let mut tx = house.look(op).await?;
            let all = app_intake::exchanges(op, &mut tx).await?;
            all.into_iter().filter(|row| row.enabled).map(|row| row.name).collect()
        }
    };
    let stop = Arc::new(AtomicBool::new(false));
    let (mut end, mut failed) = (End::Done, Vec::new());
    for name in names {
        out.progress(&format!("asking {name}"));
        let fetched = exchange::fetch(house, op, &name, None, stop.clone()).await;
        out.progress_done();
        match fetched {
            Ok(fetched) => {
                let counts = fetched.counts;
                if fetched.unreadable > 0 {
                    end = End::Findings;
                }
                out.result(
                    &format!(
                        "{name}: {} new, {} changed, {} withdrawn, {} unreadable.",
                        counts.new, counts.changed, counts.withdrawn, fetched.unreadable
                    ),
                    &serde_json::json!({
                        "exchange": name, "new": counts.new, "changed": counts.changed,
                        "withdrawn": counts.withdrawn, "unreadable": fetched.unreadable,
                    }),
                );
            }
            Err(error) => {
                out.trouble(&format!("{name}: {error:#}"));
                failed.push(name);
            }
        }
    }
    work::run_waiting_jobs(house, rules, out).await?;
    if !failed.is_empty() {
        bail!("not read to the end: {}", failed.join(", "));
    }
    Ok(end)
}

fn tell_exchange(row: &ExchangeRow, out: Out) {
    let state = match (&row.problem, row.enabled, row.run_at) {
        (_, false, _) => "switched off".to_owned(),
        (Some(problem), ..) => problem.clone(),
        (None, true, None) => "not asked yet".to_owned(),
        (None, true, Some(at)) => format!("asked {at}"),
    };
    out.result(
        &format!(
            "{:<24} {:<20} feeds {:<24} {:>9} entries  {state}",
            row.name,
            row.kind.label(),
            row.bank_name,
            row.taken
        ),
        &serde_json::json!({
            "name": row.name, "kind": row.kind.as_str(), "bank": row.bank_name, "enabled": row.enabled,
            "taken": row.taken, "asked": row.run_at.map(|at| at.to_string()), "problem": row.problem,
        }),
    );
}
