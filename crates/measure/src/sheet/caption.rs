//! What every table and chart says of itself: unit, period, as-of date, source and definition. None
//! is made without.

use model::CivilDate;
use serde::Serialize;

use crate::definitions::Meaning;
use crate::outcomes::Basis;
use crate::statistic::{Definition, Period};

/// What a table or chart says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Caption {
    title: String,
    unit: String,
    population: String,
    period: Period,
    as_of: CivilDate,
    source: String,
    definition: Definition,
    rule: String,
}

/// Why a caption does not say enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACaption {
    /// Something is not said.
    #[error("a table or chart is not shown without its {0}")]
    Missing(&'static str),
    /// The period ends before it begins.
    #[error("the period ends on {last}, before it begins on {first}")]
    Period {
        /// The first day.
        first: CivilDate,
        /// The last day.
        last: CivilDate,
    },
}

impl Caption {
    /// A caption; unit and rule are the definition's.
    pub fn new(
        title: &str,
        meaning: &Meaning,
        population: &str,
        period: Period,
        as_of: CivilDate,
        source: &str,
    ) -> Result<Self, NotACaption> {
        let said = [
            (title, "title"),
            (&meaning.unit, "unit"),
            (population, "population"),
            (source, "source"),
            (&meaning.rule, "definition"),
        ];
        if let Some((_, missing)) = said.into_iter().find(|(text, _)| text.trim().is_empty()) {
            return Err(NotACaption::Missing(missing));
        }
        if period.last < period.first {
            return Err(NotACaption::Period { first: period.first, last: period.last });
        }
        Ok(Self {
            title: title.to_owned(),
            unit: meaning.unit.clone(),
            population: population.to_owned(),
            period,
            as_of,
            source: source.to_owned(),
            definition: meaning.definition(),
            rule: meaning.rule.clone(),
        })
    }

    /// The caption of what rests on cases; its source is the digest of their facts.
    pub fn of_cases(basis: &Basis<'_>, meaning: &Meaning, period: Period) -> Result<Self, NotACaption> {
        let source = format!("cases on record, SHA-256 {}", basis.facts.source());
        Self::new(&meaning.name, meaning, basis.population, period, basis.facts.as_of(), &source)
    }

    /// The same with another title.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        if !title.trim().is_empty() {
            title.clone_into(&mut self.title);
        }
        self
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What is counted.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Of whom.
    pub fn population(&self) -> &str {
        &self.population
    }

    /// Of which days.
    pub fn period(&self) -> Period {
        self.period
    }

    /// As known on which day.
    pub fn as_of(&self) -> CivilDate {
        self.as_of
    }

    /// From where.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Under which definition.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The definition in words.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The lines below a table or chart.
    pub fn lines(&self) -> [String; 2] {
        let Definition { name, version } = &self.definition;
        [
            format!("{}, {}, {}, as of {}", self.unit, self.population, self.period, self.as_of),
            format!("Definition {name}, version {version}. Source: {}", self.source),
        ]
    }
}

#[cfg(test)]
pub(crate) fn sample(title: &str) -> Caption {
    let definitions = crate::definitions::Definitions::built_in().unwrap();
    let day = |text: &str| text.parse::<CivilDate>().unwrap();
    Caption::new(
        title,
        definitions.get("victims-safeguarded").unwrap(),
        "cases of the Synthetic Task Force",
        Period { first: day("2023-01-01"), last: day("2025-12-31") },
        day("2026-06-30"),
        "synthetic cases",
    )
    .unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;

    #[test]
    fn nothing_is_shown_without_unit_period_and_source() {
        let definitions = Definitions::built_in().unwrap();
        let meaning = definitions.get("victims-safeguarded").unwrap();
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        let period = Period { first: day("2025-01-01"), last: day("2025-12-31") };
        let made = |meaning: &Meaning, period, source| {
            Caption::new("Safeguarded", meaning, "synthetic cases", period, day("2026-01-31"), source)
        };
        assert_eq!(made(meaning, period, " "), Err(NotACaption::Missing("source")));
        let unitless = Meaning { unit: String::new(), ..meaning.clone() };
        assert_eq!(made(&unitless, period, "x"), Err(NotACaption::Missing("unit")));
        let backwards = Period { first: period.last, last: period.first };
        assert!(matches!(made(meaning, backwards, "x"), Err(NotACaption::Period { .. })));
        let [what, whence] = made(meaning, period, "synthetic record").unwrap().lines();
        assert_eq!(what, "children, synthetic cases, 2025-01-01 to 2025-12-31, as of 2026-01-31");
        assert!(whence.contains("victims-safeguarded, version 1") && whence.ends_with("synthetic record"));
    }
}
