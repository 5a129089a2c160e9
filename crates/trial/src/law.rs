//! The law of a made-up world: every figure with its source, or named an assumption.
//!
//! A law is a TOML file of sections of figures. A figure is a number, which rests on its section's
//! `assumption`, or a table with a `value` and its own `source` or `assumption`. A file that is
//! `based_on` another holds only what differs.

use std::collections::{BTreeMap, BTreeSet};

use model::{CivilDate, Country, Instant};
use serde::{Deserialize, Serialize};

/// A law, read and checked.
#[derive(Clone, Debug)]
pub struct Law {
    /// Its name.
    pub id: String,
    /// What it is, in a line.
    pub title: String,
    /// What it may be used for.
    pub role: Role,
    /// What makes offenders hard to tell from others in it, in sentences.
    pub hard: Vec<String>,
    /// Every figure with what it rests on, by name.
    pub figures: Vec<Figure>,
    pub(crate) start: Instant,
    pub(crate) days: f64,
    pub(crate) corridors: BTreeMap<String, Corridors>,
    /// Hours a country's clock is ahead of UTC.
    pub(crate) clocks: BTreeMap<Country, f64>,
    pub(crate) habits: Vec<Habit>,
    pub(crate) offending: Offending,
}

/// What a law may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Weights and thresholds may be set on it.
    Development,
    /// Only reported on; nothing is ever chosen by it.
    HeldOut,
}

/// A figure of a law.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// `section.name`.
    pub name: String,
    /// The value.
    pub value: f64,
    /// What it rests on.
    #[serde(flatten)]
    pub grounds: Grounds,
}

/// What a figure rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grounds {
    /// Somebody published it.
    Source(String),
    /// Nobody published it; this is why it was chosen.
    Assumption(String),
}

/// Why a law was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct BadLaw {
    /// The file.
    pub file: String,
    /// What is wrong and what was expected.
    pub reason: String,
}

/// Where senders of a kind are, in proportion.
#[derive(Clone, Debug, Default)]
pub(crate) struct Corridors {
    pub(crate) countries: Vec<Country>,
    pub(crate) shares: Vec<f64>,
}

/// How a population pays.
#[derive(Clone, Debug)]
pub(crate) struct Habit {
    pub(crate) id: String,
    numbers: BTreeMap<String, f64>,
}

/// How offenders pay, and whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offending {
    numbers: BTreeMap<String, f64>,
}

/// The figures a population has, with the least and the most each can be.
const HABIT: [(&str, f64, f64); 32] = [
    ("share", 0.0, 1.0),
    ("abroad_workers", 0.0, 1.0),
    ("more_receivers", 0.0, 10.0),
    ("senders_per_receiver", 0.0, 5_000.0),
    ("popular", 1.0, 4.0),
    ("receiver_business", 0.0, 1.0),
    ("whole_year", 0.0, 1.0),
    ("life_days", 1.0, 2_000.0),
    ("life_spread", 0.0, 3.0),
    ("payday", 0.0, 1.0),
    ("gap_days", 0.2, 400.0),
    ("gap_spread", 0.0, 3.0),
    ("gap_wander", 0.0, 3.0),
    ("amount", 10.0, 200_000.0),
    ("amount_spread", 0.0, 3.0),
    ("amount_wander", 0.0, 3.0),
    ("growth", -0.2, 0.5),
    ("extras_a_year", 0.0, 60.0),
    ("extra_amount", 10.0, 200_000.0),
    ("extra_spread", 0.0, 3.0),
    ("same_surname", 0.0, 1.0),
    ("declared_relative", 0.0, 1.0),
    ("couple_declared", 0.0, 1.0),
    ("cover_term", 0.0, 1.0),
    ("night", 0.0, 1.0),
    ("night_spread", 0.0, 3.0),
    ("session", 0.0, 1.0),
    ("round", 0.0, 1.0),
    ("male", 0.0, 1.0),
    ("filipino", 0.0, 1.0),
    ("age", 18.0, 90.0),
    ("age_spread", 0.0, 30.0),
];

/// The figures of offending.
const OFFENDING: [(&str, f64, f64); 46] = [
    ("rate", 0.0, 0.01),
    ("single", 0.0, 1.0),
    ("tail", 0.1, 3.0),
    ("most_payments", 2.0, 2_000.0),
    ("prolific_from", 2.0, 2_000.0),
    ("prolific_gap_days", 0.2, 100.0),
    ("prolific_gap_spread", 0.0, 2.0),
    ("prolific_gap_most", 1.0, 365.0),
    ("gap_days", 0.2, 400.0),
    ("gap_spread", 0.0, 2.0),
    ("gap_wander", 0.0, 2.0),
    ("prolific_amount", 10.0, 200_000.0),
    ("amount", 10.0, 200_000.0),
    ("amount_spread", 0.0, 2.0),
    ("amount_wander", 0.0, 2.0),
    ("growth", -0.2, 0.5),
    ("quickening", 0.0, 0.5),
    ("large", 0.0, 0.2),
    ("large_times", 1.0, 50.0),
    ("facilitators_per_offender", 0.05, 5.0),
    ("circle", 1.0, 10_000.0),
    ("more_facilitators", 0.0, 5.0),
    ("more_facilitators_prolific", 0.0, 10.0),
    ("most_facilitators", 1.0, 40.0),
    ("popular", 1.0, 4.0),
    ("facilitator_days", 30.0, 3_000.0),
    ("facilitator_spread", 0.0, 2.0),
    ("facilitator_family", 0.0, 1.0),
    ("same_surname", 0.0, 1.0),
    ("declared_relative", 0.0, 1.0),
    ("couple_declared", 0.0, 1.0),
    ("cover_term", 0.0, 1.0),
    ("night", 0.0, 1.0),
    ("night_spread", 0.0, 3.0),
    ("session", 0.0, 1.0),
    ("round", 0.0, 1.0),
    ("ordinary_life", 0.0, 1.0),
    ("male", 0.0, 1.0),
    ("filipino", 0.0, 1.0),
    ("age", 18.0, 90.0),
    ("age_spread", 0.0, 30.0),
    ("age_least", 18.0, 90.0),
    ("age_most", 18.0, 100.0),
    ("channel_remitter", 0.0, 1.0),
    ("channel_bank", 0.0, 1.0),
    ("channel_wallet", 0.0, 1.0),
];

const YEAR: [(&str, f64, f64); 1] = [("days", 60.0, 366.0)];

/// The laws that come with the program: file and text.
pub const fn laws() -> [(&'static str, &'static str); 3] {
    [
        ("development.toml", include_str!("../../../data/simulation/development.toml")),
        ("held-out-cadence.toml", include_str!("../../../data/simulation/held-out-cadence.toml")),
        ("held-out-amounts.toml", include_str!("../../../data/simulation/held-out-amounts.toml")),
    ]
}

#[derive(Deserialize)]
struct File {
    id: String,
    title: String,
    role: Role,
    #[serde(default)]
    based_on: Option<String>,
    source: String,
    #[serde(rename = "verified")]
    _verified: toml::Value,
    #[serde(default)]
    start: Option<String>,
    #[serde(default)]
    hard: Vec<String>,
    #[serde(flatten)]
    sections: BTreeMap<String, toml::Value>,
}

/// What a law comes down to: its start, and figures by section and name.
struct Read {
    start: Option<String>,
    hard: Vec<String>,
    figures: BTreeMap<(String, String), (f64, Grounds)>,
}

impl Law {
    /// A law that comes with the program, by its id.
    pub fn shipped(id: &str) -> Result<Self, BadLaw> {
        let all = laws();
        let known: Vec<&str> = all.iter().map(|(file, _)| file.trim_end_matches(".toml")).collect();
        let found = all.iter().find(|(file, _)| file.trim_end_matches(".toml") == id);
        let (file, text) = found.ok_or_else(|| BadLaw {
            file: id.to_owned(),
            reason: format!("there is no such law; there are {}", known.join(", ")),
        })?;
        Self::parse(file, text)
    }

    /// Reads a law. What it is based on is one that comes with the program.
    pub fn parse(file: &str, text: &str) -> Result<Self, BadLaw> {
        let refuse = |reason: String| BadLaw { file: file.to_owned(), reason };
        let table: File = toml::from_str(text).map_err(|error| refuse(error.to_string()))?;
        if table.source.trim().is_empty() {
            return Err(refuse("`source` is empty; say where the figures come from".to_owned()));
        }
        let mut read = Read { start: None, hard: Vec::new(), figures: BTreeMap::new() };
        if let Some(base) = &table.based_on {
            let all = laws();
            let (base, text) =
                all.iter().find(|(file, _)| file.trim_end_matches(".toml") == base).ok_or_else(|| {
                    refuse(format!("it is based on “{base}”, which does not come with the program"))
                })?;
            let below: File = toml::from_str(text).map_err(|error| refuse(error.to_string()))?;
            if below.based_on.is_some() {
                return Err(refuse(format!("{base} is itself based on another; base it on that one")));
            }
            read.take(&below).map_err(&refuse)?;
        }
        read.take(&table).map_err(&refuse)?;
        read.law(&table).map_err(refuse)
    }
}

impl Read {
    fn take(&mut self, file: &File) -> Result<(), String> {
        if file.start.is_some() {
            self.start.clone_from(&file.start);
        }
        self.hard.extend(file.hard.iter().cloned());
        for (section, value) in &file.sections {
            let table = value.as_table().ok_or_else(|| format!("`{section}` is not a section of figures"))?;
            if matches!(section.as_str(), "population" | "corridors") {
                for (name, value) in table {
                    let table = value
                        .as_table()
                        .ok_or_else(|| format!("[{section}.{name}] is not a section of figures"))?;
                    self.section(&format!("{section}.{name}"), table)?;
                }
            } else {
                self.section(section, table)?;
            }
        }
        Ok(())
    }

    fn section(&mut self, section: &str, table: &toml::Table) -> Result<(), String> {
        let assumed = table.get("assumption").and_then(toml::Value::as_str);
        for (name, value) in table.iter().filter(|(name, _)| *name != "assumption") {
            let at = format!("[{section}] {name}");
            let (value, grounds) = match value {
                toml::Value::Table(own) => {
                    let said =
                        |key| own.get(key).and_then(toml::Value::as_str).filter(|text| !text.is_empty());
                    let grounds = match (said("source"), said("assumption")) {
                        (Some(source), None) => Grounds::Source(source.to_owned()),
                        (None, Some(assumption)) => Grounds::Assumption(assumption.to_owned()),
                        _ => return Err(format!("{at} needs a `source` or an `assumption`, and not both")),
                    };
                    (number(own.get("value")), grounds)
                }
                plain => {
                    let assumed = assumed.filter(|text| !text.is_empty());
                    let text = assumed.ok_or_else(|| {
                        format!("{at} has neither a source nor an assumption, and neither has its section")
                    })?;
                    (number(Some(plain)), Grounds::Assumption(text.to_owned()))
                }
            };
            let value = value.ok_or_else(|| format!("{at} is not a number"))?;
            self.figures.insert((section.to_owned(), name.clone()), (value, grounds));
        }
        Ok(())
    }

    fn law(self, file: &File) -> Result<Law, String> {
        let sections: BTreeSet<&str> = self.figures.keys().map(|(section, _)| section.as_str()).collect();
        let numbers = |section: &str| -> BTreeMap<String, f64> {
            let own = self.figures.iter().filter(|((of, _), _)| of == section);
            own.map(|((_, name), (value, _))| (name.clone(), *value)).collect()
        };
        let (mut corridors, mut habits) = (BTreeMap::new(), Vec::new());
        for section in &sections {
            if let Some(kind) = section.strip_prefix("corridors.") {
                let countries = countries(section, &numbers(section))?;
                let (countries, shares) = countries.into_iter().unzip();
                corridors.insert(kind.to_owned(), Corridors { countries, shares });
            } else if let Some(id) = section.strip_prefix("population.") {
                let numbers = numbers(section);
                check(section, &numbers, &HABIT)?;
                habits.push(Habit { id: id.to_owned(), numbers });
            } else if !["offending", "clock", "year"].contains(section) {
                return Err(format!("there is no section [{section}]"));
            }
        }
        for kind in ["workers", "visitors", "offenders"] {
            let known = corridors.get(kind).is_some_and(|c: &Corridors| c.shares.iter().sum::<f64>() > 0.0);
            known.then_some(()).ok_or_else(|| format!("[corridors.{kind}] names no country"))?;
        }
        let clocks = countries("clock", &numbers("clock"))?;
        let all = corridors.values().flat_map(|corridors| &corridors.countries);
        if let Some(country) = all.into_iter().find(|country| !clocks.contains_key(country)) {
            return Err(format!("[clock] does not say how far {country} is ahead of UTC"));
        }
        let total: f64 = habits.iter().map(|habit| habit.get("share")).sum();
        if (total - 1.0).abs() > 1e-6 {
            return Err(format!("the shares of the populations add up to {total}, not to 1"));
        }
        let offending = Offending { numbers: numbers("offending") };
        check("offending", &offending.numbers, &OFFENDING)?;
        let year = numbers("year");
        check("year", &year, &YEAR)?;
        let start = self.start.as_deref().and_then(|day| day.parse::<CivilDate>().ok());
        let start = start.and_then(|day| day.start_in("UTC"));
        let figures = self.figures.into_iter().map(|((section, name), (value, grounds))| Figure {
            name: format!("{section}.{name}"),
            value,
            grounds,
        });
        Ok(Law {
            id: file.id.clone(),
            title: file.title.clone(),
            role: file.role,
            hard: self.hard,
            figures: figures.collect(),
            start: start.ok_or("`start` is not a day such as 2025-01-01")?,
            days: year.get("days").copied().unwrap_or(365.0),
            corridors,
            clocks,
            habits,
            offending,
        })
    }
}

fn number(value: Option<&toml::Value>) -> Option<f64> {
    match value? {
        toml::Value::Float(number) => Some(*number).filter(|number| number.is_finite()),
        toml::Value::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

fn countries(section: &str, numbers: &BTreeMap<String, f64>) -> Result<BTreeMap<Country, f64>, String> {
    let country = |(code, value): (&String, &f64)| {
        let country = code.parse().map_err(|error| format!("[{section}]: {error}"))?;
        Ok((country, *value))
    };
    numbers.iter().map(country).collect()
}

/// Every figure that is needed is there, within its bounds, and no other.
fn check(section: &str, numbers: &BTreeMap<String, f64>, wanted: &[(&str, f64, f64)]) -> Result<(), String> {
    for (name, least, most) in wanted {
        let value = numbers.get(*name).ok_or_else(|| format!("[{section}] has no `{name}`"))?;
        if !(*least..=*most).contains(value) {
            return Err(format!("[{section}] {name} is {value}; it has to be between {least} and {most}"));
        }
    }
    match numbers.keys().find(|name| !wanted.iter().any(|(known, _, _)| known == name)) {
        Some(unknown) => Err(format!("[{section}] has no figure called `{unknown}`")),
        None => Ok(()),
    }
}

impl Habit {
    pub(crate) fn get(&self, name: &str) -> f64 {
        self.numbers.get(name).copied().unwrap_or_default()
    }
}

impl Offending {
    pub(crate) fn get(&self, name: &str) -> f64 {
        self.numbers.get(name).copied().unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "law_tests.rs"]
mod tests;
