//! `sagip journal verify`: checks the chain and names the first entry that is wrong.

use clap::Subcommand;

use crate::{End, config::Config, out::Out, runtime};

#[derive(Subcommand)]
pub(crate) enum What {
    /// Check every entry, every head and every signature
    Verify,
}

pub(crate) async fn run(config: &Config, what: What, out: Out) -> anyhow::Result<End> {
    let What::Verify = what;
    let house = runtime::open(config).await?;
    let report = house.verify_journal().await?;
    house.close().await;
    let json = serde_json::json!({
        "entries": report.entries, "heads": report.heads, "waiting": report.waiting,
        "fault": report.fault.as_ref().map(ToString::to_string),
    });
    if let Some(fault) = &report.fault {
        out.result(
            &format!("The journal is broken: {fault}. {} entries before it are right.", report.entries),
            &json,
        );
        return Ok(End::Findings);
    }
    out.result(
        &format!(
            "The journal is whole: {} entries under {} signed heads; {} wait for their place.",
            report.entries, report.heads, report.waiting
        ),
        &json,
    );
    Ok(End::Done)
}
