//! Examples of a typology: made-up events, and which parties must show the pattern over them.
//!
//! A file of them is TOML and stands beside the typology as `<id>.examples.toml`. Whoever writes a
//! typology says with it what it is meant to find and, as much, what it must leave alone.

use std::collections::{BTreeMap, BTreeSet};

use model::{Country, Instant, Money, Span};
use serde::Deserialize;
use toml::Spanned;

use super::{BadTypology, Status, Typology, parameters::line, tables};
use crate::{
    Step, Watch,
    engine::{Activity, Channel, Kind, Settings},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default, rename = "verified")]
    _verified: String,
    #[serde(default)]
    country: Option<Spanned<String>>,
    example: Vec<ExampleTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleTable {
    name: Spanned<String>,
    shows: BTreeSet<String>,
    event: Vec<EventTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventTable {
    at: Spanned<String>,
    #[serde(default)]
    times: Option<Spanned<u32>>,
    #[serde(default)]
    every: Option<Spanned<String>>,
    sender: String,
    receiver: Spanned<OneOrMore>,
    #[serde(default)]
    amount: Option<Spanned<String>>,
    #[serde(default)]
    from: Option<Spanned<String>>,
    #[serde(default)]
    to: Option<Spanned<String>>,
    #[serde(default)]
    marks: Vec<Spanned<String>>,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    channel: Option<Channel>,
    #[serde(default)]
    seconds: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    /// In turn.
    More(Vec<String>),
}

/// Repetitions of one event, at most.
const TIMES: u32 = 10_000;

/// Examples of a typology.
#[derive(Clone, Debug)]
pub struct Examples {
    /// The jurisdiction whose parameters they are for.
    pub country: Option<Country>,
    examples: Vec<Example>,
}

#[derive(Clone, Debug)]
struct Example {
    name: String,
    line: usize,
    shows: BTreeSet<String>,
    events: Vec<Activity>,
    parties: Vec<String>,
}

/// How an example came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The example's name.
    pub name: String,
    /// Its line in the file.
    pub line: usize,
    /// Who had to show the pattern.
    pub expected: BTreeSet<String>,
    /// Who showed it.
    pub shown: BTreeSet<String>,
    /// Of every party that was looked at: the largest weight it came to, in thousandths, and the ids of
    /// the indicators that held then.
    pub weights: BTreeMap<String, (i64, Vec<String>)>,
}

impl Tried {
    /// Whether it came out as it was meant to.
    pub fn passed(&self) -> bool {
        self.expected == self.shown
    }
}

impl Examples {
    /// Reads a file of examples; `file` is only used to say where an error is.
    pub fn parse(file: &str, text: &str) -> Result<Self, BadTypology> {
        let at = |start: usize, reason: String| BadTypology {
            file: file.to_owned(),
            line: line(text, start),
            reason,
        };
        let raw: File = toml::from_str(text)
            .map_err(|e| at(e.span().unwrap_or_default().start, e.message().to_owned()))?;
        let country =
            raw.country.as_ref().map(tables::country).transpose().map_err(|(s, r)| at(s.start, r))?;
        let examples = raw.example.iter().map(|table| {
            let start = table.name.span().start;
            table.read(line(text, start)).map_err(|(span, reason)| at(span.start, reason))
        });
        Ok(Self { country, examples: examples.collect::<Result<_, _>>()? })
    }

    /// Tries the examples on a typology, which should be read for their country.
    pub fn try_on(&self, typology: &Typology) -> Vec<Tried> {
        self.examples.iter().map(|example| example.try_on(typology)).collect()
    }
}

impl Example {
    fn try_on(&self, typology: &Typology) -> Tried {
        let mut shown = BTreeSet::new();
        let mut weights: BTreeMap<String, (i64, Vec<String>)> = BTreeMap::new();
        let name = |party: u32| self.parties.get(party as usize).cloned().unwrap_or_default();
        // What is off can be tried too, while it is written.
        let running = Typology { status: Status::Active, ..typology.clone() };
        if let Ok(mut watch) = Watch::new(std::slice::from_ref(&running), Settings::shipped) {
            watch.each(&self.events, |_, _, decision| {
                if decision.step == Step::Opened {
                    shown.insert(name(decision.subject));
                }
                let held =
                    (0..).zip(&typology.indicators).filter(|(bit, _)| decision.holding >> bit & 1 == 1);
                let held = held.map(|(_, indicator)| indicator.id.clone()).collect();
                let most = weights.entry(name(decision.subject)).or_insert((i64::MIN, Vec::new()));
                if decision.weight > most.0 {
                    *most = (decision.weight, held);
                }
            });
        }
        Tried { name: self.name.clone(), line: self.line, expected: self.shows.clone(), shown, weights }
    }
}

impl ExampleTable {
    fn read(&self, line: usize) -> Result<Example, tables::Wrong> {
        let mut parties: Vec<String> = Vec::new();
        let mut number = |name: &String| {
            let known = parties.iter().position(|party| party == name);
            known.unwrap_or_else(|| {
                parties.push(name.clone());
                parties.len() - 1
            }) as u32
        };
        let mut events = Vec::new();
        for table in &self.event {
            let (first, times, every) = table.times()?;
            let one = table.read()?;
            let sender = number(&table.sender);
            let receivers: Vec<u32> = match table.receiver.get_ref() {
                OneOrMore::One(name) => vec![number(name)],
                OneOrMore::More(names) => names.iter().map(&mut number).collect(),
            };
            if receivers.is_empty() {
                return Err((table.receiver.span(), "an event has a receiver".to_owned()));
            }
            for (n, receiver) in (0..i64::from(times)).zip(receivers.iter().cycle()) {
                let at = first + Span(every.0.saturating_mul(n));
                events.push(Activity { at, sender, receiver: *receiver, ..one });
            }
        }
        events.sort_by_key(|event: &Activity| event.at);
        for (sequence, event) in (1..).zip(&mut events) {
            event.sequence = sequence;
        }
        if let Some(name) = self.shows.iter().find(|name| !parties.contains(name)) {
            let reason = format!("“{name}” shows nothing: no event of this example names it");
            return Err((self.name.span(), reason));
        }
        Ok(Example { name: self.name.get_ref().clone(), line, shows: self.shows.clone(), events, parties })
    }
}

impl EventTable {
    fn times(&self) -> Result<(Instant, u32, Span), tables::Wrong> {
        let first = Instant::parse(self.at.get_ref()).map_err(|e| (self.at.span(), e.to_string()))?;
        let times = self.times.as_ref().map_or(1, |times| *times.get_ref());
        if let Some(spanned) = self.times.as_ref().filter(|_| !(1..=TIMES).contains(&times)) {
            return Err((spanned.span(), format!("an event happens 1 to {TIMES} times")));
        }
        let every = match &self.every {
            Some(text) => tables::span(text)?,
            None if times > 1 => {
                return Err((self.at.span(), "what happens more than once says `every`".to_owned()));
            }
            None => Span(0),
        };
        Ok((first, times, every))
    }

    fn read(&self) -> Result<Activity, tables::Wrong> {
        let money = self.amount.as_ref().map(tables::money).transpose()?;
        let money = money.unwrap_or(Money { minor: 0, currency: model::Currency::PHP });
        Ok(Activity {
            sequence: 0,
            at: Instant::from_micros(0),
            amount: money.minor,
            marks: tables::marks(&self.marks)?,
            sender: 0,
            receiver: 0,
            lasting: self.seconds,
            currency: money.currency,
            sender_country: self.from.as_ref().map(tables::country).transpose()?,
            receiver_country: self.to.as_ref().map(tables::country).transpose()?,
            kind: self.kind.unwrap_or(Kind::Payment),
            channel: self.channel.unwrap_or(Channel::Unknown),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPOLOGY: &str = r#"
id = "three-small"
version = 1
title = "Three small payments"
status = "off"
subject = "sender"
route = "review"
severity = "low"
sentence = "{count} payments"
source = "Synthetic"
verified = "2026-11-22"
zone = "Asia/Manila"
currency = "PHP"
[evidence]
window = "7d"
at_least = 3
filter = { most = "PHP 500.00" }
"#;

    const EXAMPLES: &str = r#"
[[example]]
name = "three within a week"
shows = ["A"]
[[example.event]]
at = "2026-01-01T10:00:00+08:00"
times = 3
every = "24h"
sender = "A"
receiver = ["B", "C"]
amount = "PHP 400.00"

[[example]]
name = "larger ones are left alone"
shows = []
[[example.event]]
at = "2026-01-01T10:00:00+08:00"
times = 3
every = "24h"
sender = "A"
receiver = "B"
amount = "PHP 600.00"
"#;

    #[test]
    fn examples_say_whether_a_typology_finds_what_it_is_meant_to_even_while_it_is_off() {
        let typology = Typology::parse("three-small.toml", TYPOLOGY).unwrap();
        let tried = Examples::parse("e", EXAMPLES).unwrap().try_on(&typology);
        assert!(tried.iter().all(Tried::passed), "{tried:?}");
        let other = EXAMPLES.replace("PHP 600.00", "PHP 300.00");
        let tried = Examples::parse("e", &other).unwrap().try_on(&typology);
        let failed = tried.iter().find(|tried| !tried.passed()).unwrap();
        assert_eq!((failed.line, failed.shown.len(), failed.expected.len()), (14, 1, 0));
    }

    #[test]
    fn what_comes_with_the_program_does_what_its_examples_say() {
        let examples = crate::shipped_examples();
        assert!(examples.len() >= 4);
        for (id, text) in examples {
            let examples = Examples::parse(id, text).unwrap();
            let (file, text) = crate::shipped()
                .into_iter()
                .find(|(file, _)| file.strip_suffix(".toml") == Some(id))
                .unwrap();
            let typology = Typology::parse_for(file, text, examples.country).unwrap();
            for tried in examples.try_on(&typology) {
                assert!(tried.passed(), "{id}: {tried:?}");
            }
        }
    }

    #[test]
    fn what_is_wrong_with_examples_is_named_by_line() {
        let refused = |from: &str, to: &str| {
            Examples::parse("e", &EXAMPLES.replacen(from, to, 1)).unwrap_err().to_string()
        };
        assert!(refused("[\"A\"]", "[\"Z\"]").starts_with("e:3: “Z” shows nothing"));
        assert!(refused("PHP 400.00", "400").starts_with("e:11: “400” is not an amount"));
        assert!(refused("every = \"24h\"\n", "").starts_with("e:6: what happens more than once"));
        assert!(refused("times", "thrice").contains("unknown field `thrice`"));
    }
}
