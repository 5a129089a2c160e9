//! `sagip str`: suspicious transaction reports in the form of a financial intelligence unit, without an
//! installation. Nothing is sent: a person files what was written.

use std::{fs, path::PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use filings::{BUILT_IN, DEADLINES, Deadlines, Draft, Official, Profile, Standing, Str, render};

use crate::{End, out::Out};

#[derive(Subcommand)]
pub(crate) enum What {
    /// The units there are forms for, and what each still needs
    Profiles,
    /// A made-up report as JSON, to see what a report says
    Example,
    /// Write a report in a unit's form and hold it against what the unit publishes
    Write {
        /// The profile: its id, or a file of the operator's own
        #[arg(value_name = "PROFILE")]
        profile: String,
        /// The report as JSON (`sagip str example`)
        #[arg(value_name = "REPORT")]
        report: PathBuf,
        /// The unit's own XML schema, or the template of its table; without it the file is a draft
        #[arg(long, value_name = "FILE")]
        official: Option<PathBuf>,
        /// The folder to write to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
}

const EXAMPLE: &str = include_str!("../../../../data/filings/example.json");

pub(crate) fn run(what: What, out: Out) -> anyhow::Result<End> {
    match what {
        What::Profiles => profiles(out),
        What::Example => {
            out.bytes(EXAMPLE.as_bytes())?;
            Ok(End::Done)
        }
        What::Write { profile, report, official, out: folder } => {
            let profile = load(&profile)?;
            let text = fs::read_to_string(&report).with_context(|| report.display().to_string())?;
            let draft: Draft = serde_json::from_str(&text).with_context(|| report.display().to_string())?;
            let draft = match Str::new(draft) {
                Ok(draft) => draft,
                Err(faults) => {
                    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    return Ok(refused("this report cannot be made", &faults, out));
                }
            };
            let official = match official {
                Some(path) => {
                    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
                    Some(Official::load(&profile, &bytes).with_context(|| path.display().to_string())?)
                }
                None => None,
            };
            let rendered = match render(&draft, &profile, official.as_ref()) {
                Ok(rendered) => rendered,
                Err(gaps) => {
                    let gaps: Vec<String> = gaps.gaps.iter().map(ToString::to_string).collect();
                    return Ok(refused(&format!("{} demands what is not there", profile.unit), &gaps, out));
                }
            };
            fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            let path = folder.join(&rendered.file_name);
            fs::write(&path, &rendered.bytes).with_context(|| path.display().to_string())?;
            let (words, reasons, filable) = match &rendered.standing {
                Standing::Filable { official } => (
                    format!(
                        "{}: keeps to what {} publishes (SHA-256 {official}).",
                        path.display(),
                        profile.unit
                    ),
                    Vec::new(),
                    true,
                ),
                Standing::Draft { reasons } => (
                    format!("{}: a draft, not filable.\n{}", path.display(), reasons.join("\n")),
                    reasons.clone(),
                    false,
                ),
            };
            let object = serde_json::json!({
                "file": path, "sha256": rendered.digest().to_string(), "filable": filable, "reasons": reasons,
            });
            out.result(&words, &object);
            Ok(if filable { End::Done } else { End::Findings })
        }
    }
}

fn refused(what: &str, reasons: &[String], out: Out) -> End {
    let words = format!("Nothing was written: {what}.\n{}", reasons.join("\n"));
    out.result(&words, &serde_json::json!({ "file": null, "filable": false, "reasons": reasons }));
    End::Findings
}

fn profiles(out: Out) -> anyhow::Result<End> {
    let deadlines = Deadlines::load(DEADLINES.0, DEADLINES.1)?;
    for (file, text) in BUILT_IN {
        let profile = Profile::load(file, text)?;
        let clocks = deadlines.in_force(&profile.id).len();
        let needs = if profile.on {
            "its schema or template"
        } else {
            "to be verified with the unit, then switched on"
        };
        out.result(
            &format!(
                "{}: {} ({}); needs {needs}; {clocks} deadlines in force",
                profile.id, profile.name, profile.unit
            ),
            &serde_json::json!({
                "id": profile.id, "name": profile.name, "unit": profile.unit, "on": profile.on,
                "verified": profile.verified, "source": profile.source, "deadlines": clocks,
            }),
        );
    }
    Ok(End::Done)
}

fn load(wanted: &str) -> anyhow::Result<Profile> {
    let mut known = Vec::new();
    for (file, text) in BUILT_IN {
        let profile = Profile::load(file, text)?;
        if profile.id == wanted {
            return Ok(profile);
        }
        known.push(profile.id);
    }
    if !std::path::Path::new(wanted).exists() {
        bail!("“{wanted}” is no file and no profile of the program, which has {}", known.join(", "));
    }
    let text = fs::read_to_string(wanted).with_context(|| wanted.to_owned())?;
    Ok(Profile::load(wanted, &text)?)
}
