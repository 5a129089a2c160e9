//! The command line: one file a command.

mod backtest;
mod bank;
mod config_show;
mod estimate;
mod exchange;
mod export;
mod hash;
mod import;
mod init;
mod journal;
mod keys;
mod look_up;
mod outcomes;
mod programs;
mod publish;
mod screen;
mod serve;
pub(crate) mod simulate;
mod survey;
mod suspicion;
mod typology;
mod user;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail};
use app_kernel::{House, Op};
use clap::{Parser, Subcommand};

use crate::{
    End,
    config::{Config, Flags},
    out::Out,
    runtime,
};

/// Sagip finds the signal of online sexual exploitation of children, makes it a referral police can
/// act on, and carries the case until the child is restored.
#[derive(Parser)]
#[command(name = "sagip", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    flags: Flags,
    /// Results as JSON, one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a new installation
    Init(init::Args),
    /// Run everything: pages, API and worker
    Serve {
        /// Where to listen [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
    },
    /// Run everything on a throw-away folder with the worked example loaded
    Demo {
        /// Where to listen [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<SocketAddr>,
        /// Keep the worked example in this folder instead of a throw-away one
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Take files in: CyberTipline reports, payments, ledgers, hash lists, media sets
    Import(import::Args),
    /// Banks of known hashes
    Bank(bank::Args),
    /// Write a case out in an outside format
    Export {
        #[command(subcommand)]
        kind: export::Kind,
    },
    /// The perceptual hash of pictures
    Hash(hash::Args),
    /// Hold hashes against lists, without an installation
    Match(look_up::Args),
    /// Hash everything under some folders and hold it against lists, without an installation
    Scan(crate::scan::Args),
    /// Typologies over ledgers, without an installation
    Screen(screen::Args),
    /// Typologies tried on a ledger with labels, without an installation
    Backtest(backtest::Args),
    /// Check, explain and try typology files
    Typology {
        #[command(subcommand)]
        what: typology::Do,
    },
    /// Estimates with honest intervals
    Estimate {
        #[command(subcommand)]
        what: estimate::What,
    },
    /// What came of cases, counted from their facts, as page, PDF and workbook
    Outcomes {
        #[command(subcommand)]
        what: outcomes::What,
    },
    /// Make tables of children safe to publish, with the proof
    Publish(publish::Args),
    /// Suspicious transaction reports in the form of a financial intelligence unit
    Str {
        #[command(subcommand)]
        what: suspicion::What,
    },
    /// Make synthetic data
    Simulate {
        #[command(subcommand)]
        kind: simulate::Kind,
    },
    /// The journal
    Journal {
        #[command(subcommand)]
        what: journal::What,
    },
    /// The keys
    Keys {
        #[command(subcommand)]
        what: keys::What,
    },
    /// The people who may sign in
    User {
        #[command(subcommand)]
        what: user::What,
    },
    /// The settings
    Config {
        #[command(subcommand)]
        what: config_show::What,
    },
    /// Measure, as one JSON object
    Bench {
        #[command(subcommand)]
        what: crate::bench::What,
    },
}

/// Runs a command.
pub(crate) async fn run(cli: Cli, out: Out) -> anyhow::Result<End> {
    let listen = match &cli.command {
        Command::Serve { listen } | Command::Demo { listen, .. } => *listen,
        _ => None,
    };
    let environment = |name: &str| std::env::var(name).ok();
    let config = || Config::gather(&cli.flags, listen, &environment);
    match cli.command {
        Command::Init(args) => init::run(&config()?, args, out).await,
        Command::Serve { .. } => serve::run(&config()?, out).await,
        Command::Demo { keep, .. } => crate::demo::run(&config()?, keep, out).await,
        Command::Import(args) => import::run(&config()?, args, out).await,
        Command::Bank(args) => bank::run(&config()?, args, out).await,
        Command::Export { kind } => export::run(&config()?, kind, out).await,
        Command::Hash(args) => Ok(hash::run(&args, out)),
        Command::Match(args) => look_up::run(&args, out),
        Command::Scan(args) => crate::scan::run(&args, out),
        Command::Screen(args) => screen::run(&args, out),
        Command::Backtest(args) => backtest::run(&args, out),
        Command::Typology { what } => typology::run(what, out),
        Command::Estimate { what } => estimate::run(what, out),
        Command::Outcomes { what } => outcomes::run(what, out),
        Command::Publish(args) => publish::run(&args, out),
        Command::Str { what } => suspicion::run(what, out),
        Command::Simulate { kind } => simulate::run(kind, out),
        Command::Journal { what } => journal::run(&config()?, what, out).await,
        Command::Keys { what } => keys::run(&config()?, what, out).await,
        Command::User { what } => user::run(&config()?, what, out).await,
        Command::Config { what } => config_show::run(&config()?, what, out),
        Command::Bench { what } => crate::bench::run(what, out).await,
    }
}

/// Opens the installation and finds the organisation a command is for: the only one, or the one
/// that was named.
pub(crate) use backtest::read as read_labelled;
pub(crate) use import::take;
pub(crate) use serve::{listen, until_stopped};
pub(crate) use simulate::{PRESENT, write_ledger};

pub(crate) async fn open_for(config: &Config, organisation: Option<&str>) -> anyhow::Result<(House, Op)> {
    let house = runtime::open(config).await?;
    let nobody = runtime::operator(&house, model::Id::from_uuid(uuid::Uuid::nil()));
    let mut tx = house.look(&nobody).await?;
    let all = app_admin::setup::organisations(&nobody, &mut tx).await?;
    drop(tx);
    let (id, _) = match (organisation, all.as_slice()) {
        (Some(name), all) => all
            .iter()
            .find(|(_, other)| other == name)
            .with_context(|| format!("there is no organisation “{name}” here"))?,
        (None, [only]) => only,
        (None, []) => bail!("there is no organisation here; make the installation anew with `sagip init`"),
        (None, many) => bail!(
            "there are several organisations; name one with --organisation: {}",
            many.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", ")
        ),
    };
    let op = runtime::operator(&house, *id);
    Ok((house, op))
}
