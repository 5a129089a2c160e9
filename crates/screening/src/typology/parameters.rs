//! Parameters of a typology: values by name, and other values for a jurisdiction.
//!
//! `"$name"` anywhere in a file stands for the value of `[parameters]`, or of the jurisdiction's own
//! table. Values are put in before the file is read, each on the line where its name stood, so lines
//! in errors are those of the file.

use std::collections::BTreeMap;

use model::Country;
use serde::Deserialize;
use toml::Spanned;

use super::BadTypology;

/// The tables that say what parameters are.
#[derive(Deserialize)]
struct Tables {
    #[serde(default)]
    parameters: BTreeMap<Spanned<String>, toml::Value>,
    #[serde(default)]
    jurisdiction: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, toml::Value>>,
}

/// A file with its parameters put in.
pub(super) struct Filled {
    pub(super) text: String,
    /// Parameters that are numbers: conditions may name them.
    pub(super) numbers: BTreeMap<String, toml::Value>,
}

/// Bytes of a file with its parameters put in, at most.
const LARGEST: usize = 1 << 20;

/// Puts the parameters in.
pub(super) fn fill(file: &str, text: &str, place: Option<Country>) -> Result<Filled, BadTypology> {
    let refuse =
        |at: usize, reason: String| BadTypology { file: file.to_owned(), line: line(text, at), reason };
    let tables: Tables = toml::from_str(text)
        .map_err(|error| refuse(error.span().unwrap_or_default().start, error.message().to_owned()))?;
    let mut values: BTreeMap<String, toml::Value> =
        tables.parameters.into_iter().map(|(name, value)| (name.into_inner(), value)).collect();
    for (code, table) in tables.jurisdiction {
        let country: Country = code
            .get_ref()
            .parse()
            .map_err(|e: model::NotACountry| refuse(code.span().start, e.to_string()))?;
        for (name, value) in table {
            let Some(known) = values.get_mut(name.get_ref()) else {
                let reason = format!("[parameters] has no “{}” that this could stand in for", name.get_ref());
                return Err(refuse(name.span().start, reason));
            };
            if known.type_str() != value.type_str() {
                let reason = format!(
                    "“{}” is {} in [parameters] and {} here",
                    name.get_ref(),
                    known.type_str(),
                    value.type_str()
                );
                return Err(refuse(name.span().start, reason));
            }
            if place == Some(country) {
                *known = value;
            }
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\"$") {
        let at = text.len() - after.len();
        let (name, after) =
            after.split_once('"').ok_or_else(|| refuse(at, "a “\"$” is never closed".to_owned()))?;
        let value = values.get(name).ok_or_else(|| {
            let known: Vec<&str> = values.keys().map(String::as_str).collect();
            refuse(at, format!("[parameters] has no “{name}”; it has {}", known.join(", ")))
        })?;
        out.push_str(before);
        out.push_str(&value.to_string().replace('\n', " "));
        rest = after;
        if out.len() > LARGEST {
            return Err(refuse(
                at,
                format!("with its parameters put in the file is larger than {LARGEST} bytes"),
            ));
        }
    }
    out.push_str(rest);
    values.retain(|_, value| value.is_integer() || value.is_float());
    Ok(Filled { text: out, numbers: values })
}

/// The line of a place in a text, counted from one.
pub(super) fn line(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}
