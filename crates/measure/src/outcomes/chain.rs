//! The chain from a tip to a restored survivor: how many cases have reached each step, and cohorts.

use model::CivilDate;
use serde::{Deserialize, Serialize};

use crate::outcomes::count::{Basis, Figure, FigureError};
use crate::outcomes::facts::CaseFacts;
use crate::statistic::Period;

/// A step of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The case was opened; every case has.
    Opened,
    /// An investigator acted.
    Action,
    /// A child was safeguarded.
    Rescue,
    /// Somebody was charged.
    Charge,
    /// There was a verdict.
    Verdict,
    /// A survivor was restored.
    Restored,
}

impl Step {
    /// Every step in order.
    pub const ALL: [Self; 6] =
        [Self::Opened, Self::Action, Self::Rescue, Self::Charge, Self::Verdict, Self::Restored];

    /// The words on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Action => "acted on",
            Self::Rescue => "a child safeguarded",
            Self::Charge => "charged",
            Self::Verdict => "verdict",
            Self::Restored => "a survivor restored",
        }
    }

    /// The first day on which a case reached it.
    pub fn day(self, case: &CaseFacts) -> Option<CivilDate> {
        match self {
            Self::Opened => Some(case.opened),
            Self::Action => case.action,
            Self::Rescue => case.children.iter().filter_map(|child| child.safeguarded).min(),
            Self::Charge => case.accused.iter().filter_map(|one| one.charged).min(),
            Self::Verdict => {
                case.accused.iter().filter_map(|one| one.verdict.map(|verdict| verdict.day)).min()
            }
            Self::Restored => case.children.iter().filter_map(|child| child.restored).min(),
        }
    }
}

/// Cases opened in a period and how many of them have reached each step, in the order of the steps.
/// A figure's group is the step.
pub fn reached(basis: &Basis<'_>, period: Period) -> Result<Vec<Figure>, FigureError> {
    steps(basis, "chain", period)
}

/// The same for each year of a period: a row a year, and how many of its cases are still open.
pub fn cohorts(basis: &Basis<'_>, period: Period) -> Result<Vec<Cohort>, FigureError> {
    let cohort = |year: Period| {
        let opened = basis.facts.cases().iter().filter(|case| year.contains(case.opened));
        Ok(Cohort {
            period: year,
            open: opened.filter(|case| case.closed.is_none()).count() as u64,
            reached: steps(basis, "cohort", year)?,
        })
    };
    period.years().into_iter().map(cohort).collect()
}

/// The cases opened in a year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cohort {
    /// When they were opened.
    pub period: Period,
    /// How many are still open and may reach more.
    pub open: u64,
    /// How many have reached each step.
    pub reached: Vec<Figure>,
}

fn steps(basis: &Basis<'_>, id: &str, period: Period) -> Result<Vec<Figure>, FigureError> {
    let opened: Vec<&CaseFacts> =
        basis.facts.cases().iter().filter(|case| period.contains(case.opened)).collect();
    Step::ALL
        .into_iter()
        .map(|step| {
            let there: Vec<&CaseFacts> =
                opened.iter().copied().filter(|case| step.day(case).is_some()).collect();
            basis.counted(id, period, Some(step.label()), there.len(), there)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::outcomes::{ChildFacts, Facts};

    #[test]
    fn a_cohort_says_how_far_its_cases_have_come_and_how_many_are_open() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        let mut rescued = CaseFacts::new("one", day("2024-02-01"));
        rescued.action = Some(day("2024-02-02"));
        rescued.children = vec![ChildFacts {
            child: "a".into(),
            safeguarded: Some(day("2025-01-02")),
            ..ChildFacts::default()
        }];
        let mut closed = CaseFacts::new("two", day("2024-03-01"));
        closed.closed = Some(day("2024-05-01"));
        let young = CaseFacts::new("three", day("2025-03-01"));
        let facts = Facts::new(vec![rescued, closed, young], day("2025-06-30")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let whole = Period { first: day("2024-01-01"), last: day("2025-12-31") };
        let found = cohorts(&basis, whole).unwrap();
        let values = |cohort: &Cohort| -> Vec<u64> {
            cohort.reached.iter().map(|figure| figure.statistic.value as u64).collect()
        };
        assert_eq!((values(&found[0]), found[0].open), (vec![2, 1, 1, 0, 0, 0], 1));
        assert_eq!((values(&found[1]), found[1].open), (vec![1, 0, 0, 0, 0, 0], 1));
        assert_eq!(reached(&basis, whole).unwrap()[0].statistic.value as u64, 3);
    }
}
