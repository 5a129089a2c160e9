//! What outcomes are counted from: cases as plain facts with days, nothing that names anybody.
//!
//! Ids are opaque texts: one person, operation or child has one id in every case, so that nobody is
//! counted twice. What happened after the as-of date is not known on it and is left out.

use std::collections::BTreeSet;

use model::{CivilDate, Country, Digest};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// A person's sex as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither of the two, as recorded.
    Other,
}

impl Sex {
    /// The word on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Other => "other",
        }
    }
}

/// What the law asks to be counted about a person (IRR of RA 11930, section 103); none where it is
/// not recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// Whole years of age: of a child on the day of safeguarding, of an accused on the day of arrest.
    pub age: Option<u8>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Gender in the person's own words.
    pub gender: Option<String>,
    /// Nationality.
    pub nationality: Option<Country>,
    /// Ethnicity.
    pub ethnicity: Option<String>,
    /// Disability.
    pub disability: Option<String>,
}

/// A child, or another person at risk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChildFacts {
    /// The id, the same in every case.
    pub child: String,
    /// What is counted about the child.
    pub about: About,
    /// True when at risk and not found to have been harmed.
    pub at_risk: bool,
    /// What the accused nearest to the child is to the child.
    pub relation: Option<String>,
    /// The sibling group; none when siblings are not recorded.
    pub siblings: Option<String>,
    /// When the child was safeguarded.
    pub safeguarded: Option<CivilDate>,
    /// When an assessment first found restoration.
    pub restored: Option<CivilDate>,
    /// When aftercare was opened again after that.
    pub reopened: Option<CivilDate>,
    /// When contact was lost.
    pub lost: Option<CivilDate>,
}

/// How a trial of a person ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Convicted.
    Convicted,
    /// Acquitted.
    Acquitted,
    /// Dismissed.
    Dismissed,
}

/// A verdict on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The day.
    pub day: CivilDate,
    /// What it was.
    pub finding: Finding,
}

/// How long a sentence is. Life is above every term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// So many months.
    Months(u32),
    /// For life.
    Life,
}

/// A sentence for an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// The act in words that the law of several countries can share: "directed abuse over a livestream".
    pub act: String,
    /// How long.
    pub term: Term,
}

/// Which side of the crime an accused stood on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Near the child.
    Supply,
    /// Paid for or directed it from afar.
    Demand,
}

impl Side {
    /// The word on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Supply => "supply",
            Self::Demand => "demand",
        }
    }
}

/// An accused person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccusedFacts {
    /// The id, the same in every case.
    pub accused: String,
    /// What is counted about the person.
    pub about: About,
    /// Which side.
    pub side: Option<Side>,
    /// The country in which the person is or would be tried.
    pub country: Option<Country>,
    /// The region of the world in which the person lives.
    pub region: Option<String>,
    /// Whether the person travelled to offend.
    pub travelled: Option<bool>,
    /// When arrested.
    pub arrested: Option<CivilDate>,
    /// When submitted to the prosecutor.
    pub submitted: Option<CivilDate>,
    /// When the prosecutor dropped it.
    pub dropped: Option<CivilDate>,
    /// When charged in court.
    pub charged: Option<CivilDate>,
    /// The verdict.
    pub verdict: Option<Verdict>,
    /// The sentence.
    pub sentence: Option<Sentence>,
}

/// An operation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OperationFacts {
    /// The id, the same in every case.
    pub operation: String,
    /// The day on which it was carried out; none while it is planned.
    pub executed: Option<CivilDate>,
    /// Its kind.
    pub kind: Option<String>,
    /// The agency that led it.
    pub lead: Option<String>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// The id.
    pub case: String,
    /// When it was opened.
    pub opened: CivilDate,
    /// The first report.
    pub tip: Option<CivilDate>,
    /// The first action of an investigator; nothing before it counts as investigated.
    pub action: Option<CivilDate>,
    /// When it was closed.
    pub closed: Option<CivilDate>,
    /// The region by its code.
    pub place: Option<String>,
    /// The agency that leads it.
    pub agency: Option<String>,
    /// What led to it: a platform's report, a bank's, a neighbour.
    pub lead_source: Option<String>,
    /// Whether money or anything of value was given or promised.
    pub commercial: Option<bool>,
    /// Platforms that were used.
    #[serde(default)]
    pub platforms: Vec<String>,
    /// Ways in which money went.
    #[serde(default)]
    pub payment_channels: Vec<String>,
    /// Children and persons at risk.
    #[serde(default)]
    pub children: Vec<ChildFacts>,
    /// Accused persons.
    #[serde(default)]
    pub accused: Vec<AccusedFacts>,
    /// Operations.
    #[serde(default)]
    pub operations: Vec<OperationFacts>,
}

/// Why facts are not counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// A case is there twice.
    #[error("case “{0}” is there twice: give each case once, with all its people")]
    Twice(String),
    /// An id is empty.
    #[error("case “{0}” has a person or operation without an id: whoever has none would be counted twice")]
    Nameless(String),
    /// The facts cannot be written down for their digest.
    #[error("the facts cannot be digested: {0}")]
    Digest(String),
}

/// Cases as they were known on a day, in the order of their ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    cases: Vec<CaseFacts>,
    as_of: CivilDate,
    source: Digest,
}

impl CaseFacts {
    /// A case of which only the opening is known.
    pub fn new(case: impl Into<String>, opened: CivilDate) -> Self {
        Self {
            case: case.into(),
            opened,
            tip: None,
            action: None,
            closed: None,
            place: None,
            agency: None,
            lead_source: None,
            commercial: None,
            platforms: Vec::new(),
            payment_channels: Vec::new(),
            children: Vec::new(),
            accused: Vec::new(),
            operations: Vec::new(),
        }
    }

    /// Forgets every day after `last`.
    fn known_on(&mut self, last: CivilDate) {
        let forget = |day: &mut Option<CivilDate>| *day = day.filter(|day| *day <= last);
        [&mut self.tip, &mut self.action, &mut self.closed].into_iter().for_each(forget);
        for child in &mut self.children {
            let days = [&mut child.safeguarded, &mut child.restored, &mut child.reopened, &mut child.lost];
            days.into_iter().for_each(forget);
        }
        for one in &mut self.accused {
            [&mut one.arrested, &mut one.submitted, &mut one.dropped, &mut one.charged]
                .into_iter()
                .for_each(forget);
            one.verdict = one.verdict.filter(|verdict| verdict.day <= last);
            if one.verdict.is_none_or(|verdict| verdict.finding != Finding::Convicted) {
                one.sentence = None;
            }
        }
        self.operations.iter_mut().for_each(|operation| forget(&mut operation.executed));
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        let children = self.children.iter().map(|child| child.child.as_str());
        let accused = self.accused.iter().map(|one| one.accused.as_str());
        let operations = self.operations.iter().map(|operation| operation.operation.as_str());
        children.chain(accused).chain(operations)
    }
}

impl Facts {
    /// Takes the cases as known at the end of a day. Their order does not matter.
    pub fn new(mut cases: Vec<CaseFacts>, as_of: CivilDate) -> Result<Self, FactsError> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = cases.iter().find(|case| !seen.insert(case.case.clone())) {
            return Err(FactsError::Twice(twice.case.clone()));
        }
        let nameless =
            |case: &&CaseFacts| case.ids().chain([case.case.as_str()]).any(|id| id.trim().is_empty());
        if let Some(case) = cases.iter().find(nameless) {
            return Err(FactsError::Nameless(case.case.clone()));
        }
        cases.retain(|case| case.opened <= as_of);
        for case in &mut cases {
            case.known_on(as_of);
        }
        cases.sort_by(|one, other| one.case.cmp(&other.case));
        let written = serde_json::to_vec(&cases).map_err(|error| FactsError::Digest(error.to_string()))?;
        let source = Digest(sha2::Sha256::digest(&written).into());
        Ok(Self { cases, as_of, source })
    }

    /// The cases, by id.
    pub fn cases(&self) -> &[CaseFacts] {
        &self.cases
    }

    /// The day they are as of.
    pub fn as_of(&self) -> CivilDate {
        self.as_of
    }

    /// The digest that every figure made from them carries.
    pub fn source(&self) -> Digest {
        self.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_happened_after_the_day_is_not_known_on_it() {
        let mut case = CaseFacts::new("one", day("2024-01-10"));
        case.accused.push(AccusedFacts {
            accused: "a".into(),
            arrested: Some(day("2024-02-01")),
            charged: Some(day("2025-02-01")),
            verdict: Some(Verdict { day: day("2026-01-01"), finding: Finding::Convicted }),
            sentence: Some(Sentence { act: "synthetic act".into(), term: Term::Life }),
            ..AccusedFacts::default()
        });
        let later = CaseFacts::new("two", day("2026-05-01"));
        let facts = Facts::new(vec![later, case.clone()], day("2024-12-31")).unwrap();
        assert_eq!(facts.cases().len(), 1);
        let accused = &facts.cases()[0].accused[0];
        assert!(accused.arrested.is_some());
        assert_eq!((accused.charged, accused.verdict, accused.sentence.as_ref()), (None, None, None));
        let all = Facts::new(vec![case], day("2026-12-31")).unwrap();
        assert!(all.cases()[0].accused[0].sentence.is_some());
        assert_ne!(all.source(), facts.source());
    }

    #[test]
    fn nobody_is_given_twice_or_without_an_id() {
        let case = CaseFacts::new("one", day("2024-01-10"));
        let twice = Facts::new(vec![case.clone(), case.clone()], day("2024-12-31"));
        assert_eq!(twice, Err(FactsError::Twice("one".into())));
        let mut nameless = case;
        nameless.children.push(ChildFacts::default());
        assert_eq!(Facts::new(vec![nameless], day("2024-12-31")), Err(FactsError::Nameless("one".into())));
    }
}
