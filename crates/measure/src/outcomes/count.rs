//! Counts of outcomes by period, place, agency and lead source.
//!
//! Each subject counts once, on the first day on which it happened in any case. So the counts of
//! periods that follow each other add up to the count of the whole, and another case never lowers a
//! count from the beginning to a day.

use std::collections::{BTreeMap, BTreeSet};

use model::CivilDate;
use serde::{Deserialize, Serialize};

use crate::definitions::{Definitions, Undefined};
use crate::outcomes::facts::{AccusedFacts, CaseFacts, ChildFacts, Facts, Finding};
use crate::statistic::{Bounds, NotAStatistic, Period, Statistic};
use crate::survival::SurvivalError;

/// What figures rest on: the facts, what is meant by them, and of whom they speak.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The facts.
    pub facts: &'a Facts,
    /// The definitions.
    pub definitions: &'a Definitions,
    /// Of whom: "cases of the Synthetic Task Force".
    pub population: &'a str,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Cases opened.
    CasesOpened,
    /// Operations carried out.
    Operations,
    /// Victims safeguarded.
    VictimsSafeguarded,
    /// Persons at risk safeguarded, apart from victims.
    AtRiskSafeguarded,
    /// Suspects arrested.
    Arrested,
    /// Persons charged.
    Charged,
    /// Persons convicted.
    Convicted,
    /// Persons acquitted.
    Acquitted,
    /// Cases with a conviction.
    CasesConvicted,
    /// Persons sentenced.
    Sentenced,
    /// Survivors restored.
    Restored,
    /// Restorations reopened.
    Reopened,
    /// Survivors lost to follow-up.
    Lost,
}

/// By what counts are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The region.
    Place,
    /// The agency that leads the case.
    Agency,
    /// What led to the case.
    LeadSource,
}

/// A figure with what it opens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What it is called.
    pub name: String,
    /// The group it is of; none for all.
    pub group: Option<String>,
    /// The record.
    pub statistic: Statistic,
    /// The cases it rests on, for those who may read them; none where the definition does not open.
    pub cases: Option<Vec<String>>,
}

/// Why there is no figure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FigureError {
    /// Nothing defines it.
    #[error(transparent)]
    Undefined(#[from] Undefined),
    /// The record does not hold together.
    #[error(transparent)]
    NotAStatistic(#[from] NotAStatistic),
    /// No curve can be drawn.
    #[error(transparent)]
    Survival(#[from] SurvivalError),
    /// What was given does not make the figure.
    #[error("{0}")]
    Input(String),
}

/// What a figure's value is made of, before it becomes a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) value: f64,
    pub(crate) parts: Option<(u64, u64)>,
    pub(crate) interval: Option<Bounds>,
}

impl Value {
    pub(crate) fn count(count: usize) -> Self {
        Self { value: count as f64, parts: None, interval: None }
    }

    /// A share; none when there is nothing below the line.
    pub(crate) fn share(above: usize, below: usize) -> Option<Self> {
        let value = above as f64 / below as f64;
        (below > 0).then_some(Self { value, parts: Some((above as u64, below as u64)), interval: None })
    }
}

impl Outcome {
    /// Every outcome, in the order of the chain.
    pub const ALL: [Self; 13] = [
        Self::CasesOpened,
        Self::Operations,
        Self::VictimsSafeguarded,
        Self::AtRiskSafeguarded,
        Self::Arrested,
        Self::Charged,
        Self::Convicted,
        Self::Acquitted,
        Self::CasesConvicted,
        Self::Sentenced,
        Self::Restored,
        Self::Reopened,
        Self::Lost,
    ];

    /// The id of its definition.
    pub fn id(self) -> &'static str {
        match self {
            Self::CasesOpened => "cases-opened",
            Self::Operations => "operations-executed",
            Self::VictimsSafeguarded => "victims-safeguarded",
            Self::AtRiskSafeguarded => "at-risk-safeguarded",
            Self::Arrested => "suspects-arrested",
            Self::Charged => "persons-charged",
            Self::Convicted => "persons-convicted",
            Self::Acquitted => "persons-acquitted",
            Self::CasesConvicted => "cases-convicted",
            Self::Sentenced => "persons-sentenced",
            Self::Restored => "survivors-restored",
            Self::Reopened => "restorations-reopened",
            Self::Lost => "survivors-lost",
        }
    }

    /// Who or what it happened to in a case, and on which day.
    fn of(self, case: &CaseFacts) -> Vec<(&str, CivilDate)> {
        let children = |day: fn(&ChildFacts) -> Option<CivilDate>| {
            let found = case.children.iter().filter_map(|child| Some((child.child.as_str(), day(child)?)));
            found.collect()
        };
        let accused = |day: fn(&AccusedFacts) -> Option<CivilDate>| {
            case.accused.iter().filter_map(|one| Some((one.accused.as_str(), day(one)?))).collect()
        };
        match self {
            Self::CasesOpened => vec![(case.case.as_str(), case.opened)],
            Self::Operations => {
                let day = |one: &'_ crate::outcomes::OperationFacts| one.executed;
                case.operations.iter().filter_map(|one| Some((one.operation.as_str(), day(one)?))).collect()
            }
            Self::VictimsSafeguarded => children(|child| child.safeguarded.filter(|_| !child.at_risk)),
            Self::AtRiskSafeguarded => children(|child| child.safeguarded.filter(|_| child.at_risk)),
            Self::Restored => children(|child| child.restored),
            Self::Reopened => children(|child| child.reopened),
            Self::Lost => children(|child| child.lost),
            Self::Arrested => accused(|one| one.arrested),
            Self::Charged => accused(|one| one.charged),
            Self::Convicted => accused(|one| found(one, Finding::Convicted)),
            Self::Acquitted => accused(|one| found(one, Finding::Acquitted)),
            Self::Sentenced => accused(|one| one.sentence.as_ref().and(found(one, Finding::Convicted))),
            Self::CasesConvicted => {
                let days = case.accused.iter().filter_map(|one| found(one, Finding::Convicted));
                days.min().map(|day| (case.case.as_str(), day)).into_iter().collect()
            }
        }
    }
}

impl Dimension {
    /// The word on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Agency => "agency",
            Self::LeadSource => "lead source",
        }
    }

    fn of(self, case: &CaseFacts) -> String {
        let group = match self {
            Self::Place => &case.place,
            Self::Agency => &case.agency,
            Self::LeadSource => &case.lead_source,
        };
        group.clone().unwrap_or_else(|| NOT_RECORDED.to_owned())
    }
}

/// The group of what was not recorded.
pub const NOT_RECORDED: &str = "not recorded";

impl Basis<'_> {
    /// A record under a definition.
    pub(crate) fn statistic(
        &self,
        id: &str,
        period: Period,
        group: Option<&str>,
        value: Value,
        method: &str,
    ) -> Result<Statistic, FigureError> {
        let meaning = self.definitions.get(id)?;
        let population = match group {
            Some(group) => format!("{}, {group}", self.population),
            None => self.population.to_owned(),
        };
        let made = Statistic {
            value: value.value,
            unit: meaning.unit.clone(),
            population,
            period,
            as_of: self.facts.as_of(),
            numerator: value.parts.map(|(above, _)| above),
            denominator: value.parts.map(|(_, below)| below),
            definition: meaning.definition(),
            method: method.to_owned(),
            interval: value.interval,
            source: self.facts.source(),
        };
        Ok(made.checked()?)
    }

    /// A count with the cases it rests on.
    pub(crate) fn counted<'c>(
        &self,
        id: &str,
        period: Period,
        group: Option<&str>,
        subjects: usize,
        cases: impl IntoIterator<Item = &'c CaseFacts>,
    ) -> Result<Figure, FigureError> {
        let meaning = self.definitions.get(id)?;
        let cases: BTreeSet<&str> = cases.into_iter().map(|case| case.case.as_str()).collect();
        Ok(Figure {
            name: meaning.name.clone(),
            group: group.map(str::to_owned),
            statistic: self.statistic(id, period, group, Value::count(subjects), COMPLETE)?,
            cases: meaning.opens.then(|| cases.into_iter().map(str::to_owned).collect()),
        })
    }
}

/// The method of a complete count.
pub(crate) const COMPLETE: &str = "complete count of the cases on record";

/// How often it happened in a period.
pub fn count(basis: &Basis<'_>, outcome: Outcome, period: Period) -> Result<Figure, FigureError> {
    let found = happened(basis.facts, outcome, period);
    basis.counted(outcome.id(), period, None, found.len(), found.iter().map(|(_, case)| *case))
}

/// The same by group; a subject is in the group of the case in which it happened first.
pub fn count_by(
    basis: &Basis<'_>,
    outcome: Outcome,
    period: Period,
    dimension: Dimension,
) -> Result<Vec<Figure>, FigureError> {
    let mut groups: BTreeMap<String, Vec<&CaseFacts>> = BTreeMap::new();
    for case in basis.facts.cases() {
        groups.entry(dimension.of(case)).or_default();
    }
    for (_, case) in happened(basis.facts, outcome, period) {
        groups.entry(dimension.of(case)).or_default().push(case);
    }
    groups
        .into_iter()
        .map(|(group, cases)| basis.counted(outcome.id(), period, Some(&group), cases.len(), cases))
        .collect()
}

/// The same for each of several periods.
pub fn by_period(
    basis: &Basis<'_>,
    outcome: Outcome,
    periods: &[Period],
) -> Result<Vec<Figure>, FigureError> {
    periods.iter().map(|period| count(basis, outcome, *period)).collect()
}

/// The count from the first day of a period to the end of each of its years, or to the as-of date
/// where that comes first.
pub fn cumulative(basis: &Basis<'_>, outcome: Outcome, period: Period) -> Result<Vec<Figure>, FigureError> {
    let until = Period { last: period.last.min(basis.facts.as_of()), ..period };
    until
        .years()
        .into_iter()
        .map(|year| count(basis, outcome, Period { first: period.first, last: year.last }))
        .collect()
}

/// Whom it first happened to in a period, each with its case. The earliest case by id speaks for a
/// subject to whom it happened in two on one day.
pub(crate) fn happened(facts: &Facts, outcome: Outcome, period: Period) -> Vec<(&str, &CaseFacts)> {
    let mut first: BTreeMap<&str, (CivilDate, &CaseFacts)> = BTreeMap::new();
    for case in facts.cases() {
        for (subject, day) in outcome.of(case) {
            let earliest = first.entry(subject).or_insert((day, case));
            if day < earliest.0 {
                *earliest = (day, case);
            }
        }
    }
    if outcome == Outcome::AtRiskSafeguarded {
        // Whoever was harmed in one case is a victim in all.
        for child in facts.cases().iter().flat_map(|case| &case.children).filter(|child| !child.at_risk) {
            first.remove(child.child.as_str());
        }
    }
    first
        .into_iter()
        .filter(|(_, (day, _))| period.contains(*day))
        .map(|(subject, (_, case))| (subject, case))
        .collect()
}

fn found(one: &AccusedFacts, finding: Finding) -> Option<CivilDate> {
    one.verdict.filter(|verdict| verdict.finding == finding).map(|verdict| verdict.day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{ChildFacts, OperationFacts, Verdict};

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn child(id: &str, at_risk: bool, safeguarded: &str) -> ChildFacts {
        ChildFacts { child: id.into(), at_risk, safeguarded: Some(day(safeguarded)), ..ChildFacts::default() }
    }

    fn cases() -> Vec<CaseFacts> {
        let operation = |id: &str| OperationFacts {
            operation: id.into(),
            executed: Some(day("2025-03-01")),
            ..OperationFacts::default()
        };
        let mut one = CaseFacts::new("case-1", day("2025-01-05"));
        one.place = Some("07".into());
        one.children = vec![child("a", false, "2025-03-01"), child("b", true, "2025-03-01")];
        one.operations = vec![operation("shared")];
        one.accused = vec![AccusedFacts {
            accused: "x".into(),
            arrested: Some(day("2025-03-01")),
            verdict: Some(Verdict { day: day("2026-02-01"), finding: Finding::Convicted }),
            ..AccusedFacts::default()
        }];
        let mut two = CaseFacts::new("case-2", day("2025-02-05"));
        two.children = vec![child("a", false, "2025-09-01"), child("b", false, "2025-09-01")];
        two.operations = vec![operation("shared")];
        two.accused = vec![AccusedFacts {
            accused: "x".into(),
            arrested: Some(day("2025-09-02")),
            ..AccusedFacts::default()
        }];
        vec![one, two]
    }

    #[test]
    fn a_person_or_operation_of_two_cases_counts_once_and_victims_apart_from_those_at_risk() {
        let facts = Facts::new(cases(), day("2026-06-30")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let year = Period::year(2025).unwrap();
        let value = |outcome| count(&basis, outcome, year).unwrap().statistic.value as u64;
        assert_eq!(value(Outcome::Operations), 1);
        assert_eq!(value(Outcome::VictimsSafeguarded), 2);
        assert_eq!(value(Outcome::AtRiskSafeguarded), 0, "harmed in the other case");
        assert_eq!(value(Outcome::Arrested), 1);
        assert_eq!(value(Outcome::Convicted), 0, "convicted in the year after");
        let operations = count(&basis, Outcome::Operations, year).unwrap();
        assert_eq!(operations.cases, Some(vec!["case-1".to_owned()]));
        assert_eq!(operations.statistic.definition.name, "operations-executed");
        let restored = count(&basis, Outcome::Restored, year).unwrap();
        assert_eq!(restored.cases, None, "figures about survivors open no records");
    }

    #[test]
    fn groups_say_which_and_show_what_is_not_recorded() {
        let facts = Facts::new(cases(), day("2026-06-30")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let year = Period::year(2025).unwrap();
        let found = count_by(&basis, Outcome::VictimsSafeguarded, year, Dimension::Place).unwrap();
        let words: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}", one.group.as_deref().unwrap(), one.statistic.value))
            .collect();
        assert_eq!(words, ["07 1", "not recorded 1"]);
        let sum = found[0].statistic.sum(&found[1].statistic).unwrap();
        assert!((sum - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_cumulative_count_stops_on_the_day_of_the_facts() {
        let facts = Facts::new(cases(), day("2026-01-31")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let whole = Period { first: day("2024-01-01"), last: day("2027-12-31") };
        let found = cumulative(&basis, Outcome::Arrested, whole).unwrap();
        assert_eq!(found.iter().map(|one| one.statistic.value as u64).collect::<Vec<_>>(), [0, 1, 1]);
        assert_eq!(found.last().unwrap().statistic.period.last, day("2026-01-31"));
    }
}
