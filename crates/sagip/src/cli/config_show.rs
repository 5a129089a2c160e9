//! `sagip config show`: what is in force, and from where.

use clap::Subcommand;

use crate::{End, config::Config, out::Out};

#[derive(Subcommand)]
pub(crate) enum What {
    /// Every setting, its value, and where it came from
    Show,
}

pub(crate) fn run(config: &Config, what: What, out: Out) -> anyhow::Result<End> {
    let What::Show = what;
    for (name, value, origin) in config.table() {
        out.result(
            &format!("{name:<16} {value:<40} ({origin})"),
            &serde_json::json!({ "name": name, "value": value, "from": origin }),
        );
    }
    Ok(End::Done)
}
