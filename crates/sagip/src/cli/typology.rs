//! `sagip typology`: check, explain and try typology files, without an installation.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Subcommand;
use model::Country;
use screening::{Examples, Route, Status, Subject, Tried, Typology, shipped, shipped_examples};

use crate::{End, out::Out};

#[derive(Subcommand)]
pub(crate) enum Do {
    /// Read typologies as the program would, and say by line what is wrong
    Check {
        /// The files; without any, those that come with the program
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Whose parameters, as a two-letter country
        #[arg(long, value_name = "CODE")]
        country: Option<Country>,
    },
    /// Say in words what a typology looks for, how it weighs it and who says so
    Explain {
        /// A file, or the id of one that comes with the program
        #[arg(value_name = "FILE|ID")]
        what: String,
        /// Whose parameters, as a two-letter country
        #[arg(long, value_name = "CODE")]
        country: Option<Country>,
    },
    /// Try a typology on the examples that say what it is meant to find and to leave alone
    Test {
        /// A file, or the id of one that comes with the program
        #[arg(value_name = "FILE|ID")]
        what: String,
        /// The examples; without them, FILE with the ending .examples.toml
        #[arg(value_name = "EXAMPLES")]
        examples: Option<PathBuf>,
    },
}

pub(crate) fn run(what: Do, out: Out) -> anyhow::Result<End> {
    match what {
        Do::Check { files, country } => check(&files, country, out),
        Do::Explain { what, country } => {
            let (name, text) = source(&what)?;
            let typology = Typology::parse_for(&name, &text, country)?;
            out.result(&words(&typology), &json(&typology));
            Ok(End::Done)
        }
        Do::Test { what, examples } => test(&what, examples, out),
    }
}

/// The typologies of files, or those that come with the program; the first that is wrong ends it.
pub(crate) fn load(files: &[PathBuf], country: Option<Country>) -> anyhow::Result<Vec<Typology>> {
    let texts = texts(files)?;
    texts.iter().map(|(name, text)| Ok(Typology::parse_for(name, text, country)?)).collect()
}

fn texts(files: &[PathBuf]) -> anyhow::Result<Vec<(String, String)>> {
    if files.is_empty() {
        return Ok(shipped().map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec());
    }
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> anyhow::Result<(String, String)> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file).with_context(|| name.clone())?;
    Ok((name, text))
}

fn source(what: &str) -> anyhow::Result<(String, String)> {
    match shipped().into_iter().find(|(name, _)| name.trim_end_matches(".toml") == what) {
        Some((name, text)) => Ok((name.to_owned(), text.to_owned())),
        None if Path::new(what).exists() => read(Path::new(what)),
        None => {
            let names: Vec<&str> = shipped().iter().map(|(name, _)| name.trim_end_matches(".toml")).collect();
            bail!("“{what}” is no file and no typology of the program, which has {}", names.join(", "))
        }
    }
}

fn check(files: &[PathBuf], country: Option<Country>, out: Out) -> anyhow::Result<End> {
    let mut end = End::Done;
    for (name, text) in texts(files)? {
        match Typology::parse_for(&name, &text, country) {
            Ok(typology) => {
                let off = typology.indicators.iter().filter(|indicator| !indicator.verified).count();
                let words = format!(
                    "{name}: {} version {}, {} features, {} indicators ({off} off until verified)",
                    typology.id,
                    typology.version,
                    typology.features.len(),
                    typology.indicators.len()
                );
                out.result(
                    &words,
                    &serde_json::json!({
                        "file": name, "id": typology.id, "version": typology.version,
                        "indicators": typology.indicators.len(), "off": off, "error": null,
                    }),
                );
            }
            Err(wrong) => {
                end = End::Findings;
                out.result(
                    &wrong.to_string(),
                    &serde_json::json!({
                        "file": wrong.file, "line": wrong.line, "error": wrong.reason,
                    }),
                );
            }
        }
    }
    Ok(end)
}

fn test(what: &str, examples: Option<PathBuf>, out: Out) -> anyhow::Result<End> {
    let (name, text) = source(what)?;
    let (examples_name, examples) = match examples {
        Some(path) => read(&path)?,
        None => match shipped_examples().into_iter().find(|(id, _)| *id == what) {
            Some((id, text)) => (format!("{id}.examples.toml"), text.to_owned()),
            None => read(&Path::new(what).with_extension("examples.toml"))?,
        },
    };
    let examples = Examples::parse(&examples_name, &examples)?;
    let typology = Typology::parse_for(&name, &text, examples.country)?;
    let tried = examples.try_on(&typology);
    for one in &tried {
        out.result(
            &outcome(&examples_name, one),
            &serde_json::json!({
                "example": one.name, "line": one.line, "passed": one.passed(),
                "expected": one.expected, "shown": one.shown,
                "weights": one.weights.iter().map(|(party, (weight, held))| serde_json::json!({
                    "party": party, "weight": *weight as f64 / 1000.0, "indicators": held,
                })).collect::<Vec<_>>(),
            }),
        );
    }
    Ok(if tried.iter().all(Tried::passed) { End::Done } else { End::Findings })
}

fn outcome(file: &str, tried: &Tried) -> String {
    if tried.passed() {
        return format!("as meant: {}", tried.name);
    }
    let list = |parties: &std::collections::BTreeSet<String>| {
        if parties.is_empty() {
            "nobody".to_owned()
        } else {
            parties.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        }
    };
    let mut words = format!(
        "{file}:{}: NOT as meant: {}\n  meant to show it: {}; showed it: {}",
        tried.line,
        tried.name,
        list(&tried.expected),
        list(&tried.shown)
    );
    for (party, (weight, held)) in &tried.weights {
        let held = if held.is_empty() { "no indicator".to_owned() } else { held.join(", ") };
        words.push_str(&format!("\n  {party} came to {:.1} at most: {held}", *weight as f64 / 1000.0));
    }
    words
}

fn words(typology: &Typology) -> String {
    let subject = match typology.subject {
        Subject::Sender => "who pays",
        Subject::Receiver => "who is paid",
        Subject::Pair => "who pays one other",
    };
    let route = match typology.route {
        Route::Review => "an analyst reviews the party",
        Route::Safeguarding => "safeguarding: the party may be harmed; never a suspect",
    };
    let status = match typology.status {
        Status::Baseline => "runs, as a yardstick",
        Status::Active => "runs",
        Status::Off => "off",
    };
    let mut lines = vec![
        format!("{} ({}, version {})", typology.title, typology.id, typology.version),
        format!("  About: {subject}. Found, {route}. Severity {}. Status: {status}.", typology.severity),
        format!("  Source: {} (held against it on {})", typology.source, typology.verified),
        format!(
            "  Rests on at least {} events within {} hours; amounts in {}.",
            typology.evidence.at_least,
            typology.evidence.window.0 / 3_600_000_000,
            typology.currency
        ),
    ];
    if !typology.indicators.is_empty() {
        lines.push(format!(
            "  Shown from a weight of {}; what speaks against it takes away {} at most.",
            typology.alert_at, typology.relief_at_most
        ));
    }
    if let Some(required) = typology.required() {
        lines.push(format!("  Whatever the weight, this must hold: {required}"));
    }
    for indicator in &typology.indicators {
        let off = if indicator.verified { "" } else { " (off until verified)" };
        lines.push(format!("  {:+.1} {}{off}: {}", indicator.weight, indicator.id, indicator.condition));
        lines.push(format!("       {}", indicator.source));
    }
    lines.join("\n")
}

fn json(typology: &Typology) -> serde_json::Value {
    serde_json::json!({
        "id": typology.id, "version": typology.version, "title": typology.title,
        "severity": typology.severity.to_string(), "runs": typology.runs(),
        "source": typology.source, "verified": typology.verified.to_string(),
        "at_least": typology.evidence.at_least, "window_hours": typology.evidence.window.0 / 3_600_000_000,
        "currency": typology.currency.to_string(), "alert_at": typology.alert_at,
        "relief_at_most": typology.relief_at_most, "required": typology.required(),
        "indicators": typology.indicators.iter().map(|indicator| serde_json::json!({
            "id": indicator.id, "condition": indicator.condition, "weight": indicator.weight,
            "source": indicator.source, "on": indicator.verified,
        })).collect::<Vec<_>>(),
    })
}
