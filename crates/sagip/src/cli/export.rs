//! `sagip export`: a case in an outside format.

use std::{io::Write, path::PathBuf};

use anyhow::Context;
use app_casework::CybertipChoices;
use app_intake::Rules;
use app_kernel::{House, Op};
use clap::Subcommand;
use model::{Id, kinds};

use crate::{End, config::Config, out::Out, runtime};

#[derive(Subcommand)]
pub(crate) enum Kind {
    /// A CyberTipline report; it goes into the outbox as a draft
    Cybertip {
        /// The case, by its number (C-2026-00001) or its id
        case: String,
        /// The file to write it to [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Of which organisation
        #[arg(long, value_name = "NAME")]
        organisation: Option<String>,
    },
}

pub(crate) async fn run(config: &Config, kind: Kind, out: Out) -> anyhow::Result<End> {
    let Kind::Cybertip { case, out: file, organisation } = kind;
    let (house, op) = super::open_for(config, organisation.as_deref()).await?;
    let id = find(&house, &op, &runtime::rules(config)?, &case).await?;
    let mut tx = house.begin(&op).await?;
    let (xml, filing) = app_casework::export_cybertip(&op, &mut tx, id, &CybertipChoices::default()).await?;
    tx.commit().await?;
    house.sequence().await?;
    house.close().await;
    for problem in &filing.problems {
        out.trouble(&format!("{}: {}", problem.path, problem.reason));
    }
    match &file {
        Some(path) => {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options
                .open(path)
                .and_then(|mut file| file.write_all(&xml))
                .with_context(|| path.display().to_string())?;
            out.result(
                &format!("{} is in the outbox as {} and in {}.", case, filing.number, path.display()),
                &serde_json::json!({
                    "filing": filing.id, "number": filing.number, "file": path,
                    "problems": filing.problems.len(),
                }),
            );
        }
        None => out.bytes(&xml)?,
    }
    Ok(if filing.problems.is_empty() { End::Done } else { End::Findings })
}

/// A case by its number or its id.
async fn find(house: &House, op: &Op, rules: &Rules, text: &str) -> anyhow::Result<Id<kinds::Case>> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let mut tx = house.begin(op).await?;
    let hits = app_intake::search(op, &mut tx, rules, text).await?;
    tx.commit().await?;
    hits.into_iter()
        .find(|hit| hit.kind == app_intake::HitKind::Case)
        .map(|hit| Id::from_uuid(hit.id))
        .with_context(|| format!("there is no case “{text}” here; a case's number is like C-2026-00001"))
}
