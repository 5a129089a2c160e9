//! A rubric: the levels of urgency and the facts that put a report there, as data.
//!
//! The loader keeps two laws of the house, whatever the file says. A clause must hold a risk: who somebody is never
//! moves a report alone. And facts that mitigate stand under `unless` only, so that learning of one more risk can never
//! lower a report.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::{Condition, DataFault, DataFile, Nature};

/// One way to reach a level: all of `all`, at least one of `any` (if there are any), none of `unless`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// What must all be met.
    pub all: Vec<Condition>,
    /// Of which one at least must be met.
    pub any: Vec<Condition>,
    /// Of which none may be met: mitigating facts.
    pub unless: Vec<Condition>,
}

/// A level of urgency; 1 is the most urgent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Its number.
    pub number: u8,
    /// What the band says.
    pub name: String,
    /// What it means, in a sentence.
    pub sentence: String,
    /// The ways to reach it.
    pub when: Vec<Clause>,
    /// Where it was read.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
    /// Whether it is used.
    pub on: bool,
}

/// Where a report stands that reaches no level.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultLevel {
    /// Its number, greater than any level's.
    pub number: u8,
    /// What the band says.
    pub name: String,
    /// The reason given.
    pub sentence: String,
    /// Where it comes from.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

/// What a condition adds to the order within a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The condition.
    pub condition: Condition,
    /// The points it adds.
    pub points: u16,
    /// Where the number comes from.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

/// A rubric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rubric {
    id: String,
    name: String,
    source: String,
    default: DefaultLevel,
    levels: Vec<Level>,
    weights: Vec<Weight>,
}

impl Rubric {
    /// Loads a rubric from its data file.
    pub fn load(file: &DataFile<'_>) -> Result<Self, DataFault> {
        let wire: RubricWire = file.parse()?;
        file.check_schema(&wire.schema)?;
        let top = wire.id.span();
        let id = wire.id.into_inner();
        file.check_texts(&top, &[("id", &id), ("name", &wire.name), ("source", &wire.source)])?;

        let default_at = wire.default.span();
        let default = wire.default.into_inner();
        file.check_texts(
            &default_at,
            &[("name", &default.name), ("sentence", &default.sentence), ("source", &default.source)],
        )?;

        let mut levels: Vec<Level> = Vec::new();
        for row in wire.level {
            let at = row.span();
            let level = row.into_inner().level(file, &at)?;
            if level.number >= default.number {
                let reason =
                    format!("level {} is not below the default's number {}", level.number, default.number);
                return Err(file.fault(&at, reason));
            }
            if levels.last().is_some_and(|before| before.number >= level.number) {
                return Err(file.fault(&at, "levels must stand in the order of their numbers, each once"));
            }
            levels.push(level);
        }
        if !levels.iter().any(|level| level.on) {
            return Err(file.fault(&top, "no level is on; expected at least one"));
        }

        let mut weights: Vec<Weight> = Vec::new();
        for row in wire.weight {
            let at = row.span();
            let row = row.into_inner();
            file.check_texts(&at, &[("source", &row.source)])?;
            let condition = read_condition(file, &at, &row.condition)?;
            if condition.nature() == Nature::Mitigating {
                let reason = format!("“{condition}” mitigates and cannot add points; use it under `unless`");
                return Err(file.fault(&at, reason));
            }
            if weights.iter().any(|known| known.condition == condition) {
                return Err(file.fault(&at, format!("“{condition}” has a weight already")));
            }
            weights.push(Weight {
                condition,
                points: row.points,
                source: row.source,
                verified: row.verified,
            });
        }
        Ok(Self { id, name: wire.name, source: wire.source, default, levels, weights })
    }

    /// Its id, kept with every rank it gave.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it comes from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Where a report stands that reaches no level.
    pub fn default_level(&self) -> &DefaultLevel {
        &self.default
    }

    /// Its levels, the most urgent first, also those that are off.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// What orders reports within a level.
    pub fn weights(&self) -> &[Weight] {
        &self.weights
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RubricWire {
    schema: Spanned<u32>,
    id: Spanned<String>,
    name: String,
    source: String,
    default: Spanned<DefaultLevel>,
    level: Vec<Spanned<LevelWire>>,
    #[serde(default)]
    weight: Vec<Spanned<WeightWire>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelWire {
    number: u8,
    name: String,
    sentence: String,
    #[serde(default)]
    when: Vec<Spanned<ClauseWire>>,
    source: String,
    verified: bool,
    on: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseWire {
    #[serde(default)]
    all: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightWire {
    condition: String,
    points: u16,
    source: String,
    verified: bool,
}

impl LevelWire {
    fn level(self, file: &DataFile<'_>, at: &Range<usize>) -> Result<Level, DataFault> {
        file.check_texts(
            at,
            &[("name", &self.name), ("sentence", &self.sentence), ("source", &self.source)],
        )?;
        file.check_switch(at, self.on, self.verified)?;
        if self.number == 0 {
            return Err(file.fault(at, "levels are counted from 1"));
        }
        if self.on && self.when.is_empty() {
            return Err(file.fault(at, "the level is on and has no [[level.when]]; nothing could reach it"));
        }
        let clause = |row: Spanned<ClauseWire>| row.get_ref().clause(file, &row.span());
        Ok(Level {
            number: self.number,
            name: self.name,
            sentence: self.sentence,
            when: self.when.into_iter().map(clause).collect::<Result<_, _>>()?,
            source: self.source,
            verified: self.verified,
            on: self.on,
        })
    }
}

impl ClauseWire {
    fn clause(&self, file: &DataFile<'_>, at: &Range<usize>) -> Result<Clause, DataFault> {
        let read = |texts: &[String]| {
            texts.iter().map(|text| read_condition(file, at, text)).collect::<Result<Vec<_>, _>>()
        };
        let clause = Clause { all: read(&self.all)?, any: read(&self.any)?, unless: read(&self.unless)? };
        if let Some(wrong) =
            clause.all.iter().chain(&clause.any).find(|condition| condition.nature() == Nature::Mitigating)
        {
            return Err(file.fault(at, format!("“{wrong}” mitigates; it can stand under `unless` only")));
        }
        if let Some(wrong) = clause.unless.iter().find(|condition| condition.nature() != Nature::Mitigating) {
            return Err(file
                .fault(at, format!("“{wrong}” does not mitigate; one more risk must never lower a report")));
        }
        let is_risk = |condition: &Condition| condition.nature() == Nature::Risk;
        if !clause.all.iter().any(is_risk) && (clause.any.is_empty() || !clause.any.iter().all(is_risk)) {
            return Err(file.fault(
                at,
                "the clause can be met without a risk; who somebody is never moves a report alone. \
                 Put a risk under `all`, or only risks under `any`",
            ));
        }
        Ok(clause)
    }
}

fn read_condition(file: &DataFile<'_>, at: &Range<usize>, text: &str) -> Result<Condition, DataFault> {
    text.parse().map_err(|error: crate::UnknownCondition| file.fault(at, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ICAC_RUBRIC;

    const GOOD: &str = r#"schema = 1
id = "synthetic"
name = "Synthetic rubric"
source = "this test"

[default]
number = 3
name = "None"
sentence = "No level is met."
source = "this test"
verified = true

[[level]]
number = 1
name = "First"
sentence = "The first level."
source = "this test"
verified = true
on = true

[[level.when]]
all = ["live_streaming"]

[[weight]]
condition = "victim_named"
points = 5
source = "this test"
verified = false
"#;

    fn load(text: &str) -> Result<Rubric, DataFault> {
        Rubric::load(&DataFile { name: "synthetic.toml", text })
    }

    #[test]
    fn the_scale_has_six_verified_levels_and_a_seventh_that_is_off() {
        let rubric = Rubric::load(&ICAC_RUBRIC).unwrap();
        let on: Vec<u8> = rubric.levels().iter().filter(|level| level.on).map(|level| level.number).collect();
        assert_eq!(on, [1, 2, 3, 4, 5, 6]);
        let seventh = &rubric.levels()[6];
        assert!(seventh.number == 7 && !seventh.on && !seventh.verified);
        assert_eq!(rubric.default_level().number, 8);
    }

    #[test]
    fn no_sentence_of_the_scale_calls_anybody_a_suspect() {
        let rubric = Rubric::load(&ICAC_RUBRIC).unwrap();
        for level in rubric.levels() {
            for text in [&level.name, &level.sentence] {
                assert!(!text.to_lowercase().contains("suspect"), "{text}");
            }
        }
    }

    #[test]
    fn a_faulty_rubric_is_refused_at_its_line() {
        assert!(load(GOOD).is_ok());
        let only_who = "all = [\"victim_named\", \"victim_age_under(13)\"]";
        for (from, to, line, reason) in [
            ("all = [\"live_streaming\"]", only_who, 21, "without a risk"),
            ("all = [\"live_streaming\"]", "any = [\"live_streaming\", \"infant\"]", 21, "without a risk"),
            ("all = [\"live_streaming\"]", "unless = [\"spam\"]", 21, "without a risk"),
            ("all = [\"live_streaming\"]", "all = [\"minor_to_minor\"]", 21, "without a risk"),
            ("all = [\"live_streaming\"]", "all = [\"live_streaming\", \"spam\"]", 21, "under `unless` only"),
            (
                "all = [\"live_streaming\"]",
                "all = [\"live_streaming\"]\nunless = [\"infant\"]",
                21,
                "never lower",
            ),
            ("all = [\"live_streaming\"]", "all = [\"full_moon\"]", 21, "“full_moon” is not a condition"),
            ("[[level.when]]\nall = [\"live_streaming\"]", "", 13, "nothing could reach"),
            ("verified = true\non = true", "verified = false\non = true", 13, "confirmed first"),
            ("on = true", "on = false", 2, "no level is on"),
            ("number = 1", "number = 3", 13, "default's number"),
            ("number = 1", "number = 0", 13, "counted from 1"),
            ("condition = \"victim_named\"", "condition = \"spam\"", 24, "cannot add points"),
            ("points = 5", "points = -5", 26, "u16"),
            ("schema = 1", "schema = 9", 1, "schema"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let fault = load(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(fault.reason.contains(reason), "{fault}");
            assert_eq!(fault.line, line, "{fault}");
        }
    }

    #[test]
    fn levels_stand_in_order_and_a_condition_has_one_weight() {
        let again = |from: &str| format!("{GOOD}\n{}", &GOOD[GOOD.find(from).unwrap()..]);
        assert!(load(&again("[[level]]")).unwrap_err().reason.contains("order of their numbers"));
        assert!(load(&again("[[weight]]")).unwrap_err().reason.contains("has a weight already"));
    }
}
