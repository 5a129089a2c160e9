//! What each figure counts, as data: the rule in words, the unit, the source, and a version.
//!
//! A figure opens its rule. Whether it also opens the cases that it rests on is the definition's word;
//! who may then read a case is decided elsewhere.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::statistic::Definition;

const SCHEMA: u32 = 1;
const FILE: &str = "data/measure/definitions.toml";
const TEXT: &str = include_str!("../../../data/measure/definitions.toml");

/// What one figure counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// Its id, which a statistic carries as the name of its definition.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// What a page calls the figure.
    pub name: String,
    /// What is counted.
    pub unit: String,
    /// The rule in words.
    pub rule: String,
    /// Where the rule comes from.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
    /// Whether the figure may open the cases it rests on.
    pub opens: bool,
}

/// Every definition by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions(BTreeMap<String, Meaning>);

/// What is wrong with a file of definitions or of regions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct DataFault {
    /// The file's name.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong and what was expected.
    pub reason: String,
}

/// No definition has that id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no definition is called “{0}”; a figure without one is not printed")]
pub struct Undefined(pub String);

impl Definitions {
    /// The definitions that come with the program.
    pub fn built_in() -> Result<Self, DataFault> {
        Self::load(FILE, TEXT)
    }

    /// Reads a file of definitions; `name` is what a fault calls it.
    pub fn load(name: &str, text: &str) -> Result<Self, DataFault> {
        let wire: Wire = parse(name, text)?;
        check_schema(name, text, &wire.schema)?;
        let mut known = BTreeMap::new();
        for row in wire.definition {
            let start = row.span().start;
            let meaning = row.into_inner();
            let texts = [
                ("id", &meaning.id),
                ("name", &meaning.name),
                ("unit", &meaning.unit),
                ("rule", &meaning.rule),
                ("source", &meaning.source),
            ];
            check_texts(name, text, start, &texts)?;
            if meaning.version == 0 {
                return Err(fault(name, text, start, "`version` is 0; the first version is 1"));
            }
            let id = meaning.id.clone();
            if known.insert(id.clone(), meaning).is_some() {
                return Err(fault(name, text, start, format!("definition “{id}” is there twice")));
            }
        }
        Ok(Self(known))
    }

    /// The definition with an id.
    pub fn get(&self, id: &str) -> Result<&Meaning, Undefined> {
        self.0.get(id).ok_or_else(|| Undefined(id.to_owned()))
    }

    /// Every definition, by id.
    pub fn all(&self) -> impl Iterator<Item = &Meaning> {
        self.0.values()
    }
}

impl Meaning {
    /// The name and version that a statistic carries.
    pub fn definition(&self) -> Definition {
        Definition { name: self.id.clone(), version: self.version }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: Spanned<u32>,
    definition: Vec<Spanned<Meaning>>,
}

/// Reads a data file into its wire form.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, DataFault> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        fault(name, text, start, error.message().trim().replace('\n', "; "))
    })
}

/// A fault at a place in the text.
pub(crate) fn fault(name: &str, text: &str, start: usize, reason: impl Into<String>) -> DataFault {
    let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
    DataFault { file: name.to_owned(), line, reason: reason.into() }
}

/// Checks the schema's number.
pub(crate) fn check_schema(name: &str, text: &str, schema: &Spanned<u32>) -> Result<(), DataFault> {
    let given = schema.get_ref();
    if *given == SCHEMA {
        return Ok(());
    }
    let reason = format!("schema is {given}; this version reads schema {SCHEMA}");
    Err(fault(name, text, schema.span().start, reason))
}

/// Checks that a row's texts are not blank.
pub(crate) fn check_texts(
    name: &str,
    text: &str,
    start: usize,
    texts: &[(&str, &String)],
) -> Result<(), DataFault> {
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((field, _)) => Err(fault(name, text, start, format!("`{field}` is empty; every row needs one"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "[[definition]]\nid = \"a\"\nversion = 1\nname = \"A\"\nunit = \"cases\"\nrule = \"r\"\nsource = \"s\"\nverified = true\nopens = false\n";

    #[test]
    fn every_built_in_definition_has_a_rule_that_says_something() {
        let definitions = Definitions::built_in().unwrap();
        assert!(definitions.all().count() > 40);
        for meaning in definitions.all() {
            assert!(meaning.rule.ends_with('.') && meaning.rule.len() > 30, "{}", meaning.id);
        }
        assert!(!definitions.get("survivors-restored").unwrap().opens);
        assert_eq!(
            definitions.get("convictions-over-arrests"),
            Err(Undefined("convictions-over-arrests".into()))
        );
    }

    #[test]
    fn every_definition_is_somebodys() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut code = String::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    code.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        for meaning in Definitions::built_in().unwrap().all() {
            let quoted = [format!("\"{}\"", meaning.id), format!("`{}`", meaning.id)];
            assert!(quoted.iter().any(|id| code.contains(id)), "{} is counted by nothing", meaning.id);
        }
    }

    #[test]
    fn a_fault_names_the_line_and_what_was_expected() {
        let loaded = |text: &str| Definitions::load("test.toml", text).unwrap_err().to_string();
        assert!(loaded("schema = 2\ndefinition = []\n").contains("line 1: schema is 2"));
        assert!(
            loaded(&format!("schema = 1\n{ROW}{ROW}")).contains("line 11: definition “a” is there twice")
        );
        assert!(
            loaded(&format!("schema = 1\n{}", ROW.replace("\"r\"", "\" \""))).contains("`rule` is empty")
        );
        assert!(
            loaded(&format!("schema = 1\n{}", ROW.replace("version = 1", "version = 0")))
                .contains("first version")
        );
        assert!(loaded(&format!("schema = 1\n{ROW}colour = 1\n")).contains("unknown field"));
    }
}
