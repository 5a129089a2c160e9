//! Who the children, the accused and the customers were, and how it was done: shares of those of whom
//! it is known, with the unknown beside them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::built_in::ReportError;
use crate::outcomes::count::{Value, happened};
use crate::outcomes::{AccusedFacts, Basis, CaseFacts, ChildFacts, Outcome, Side};
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::{Period, Statistic};

/// What is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Children by age, with the share aged 12 or younger.
    Age,
    /// Children by sex.
    Sex,
    /// Children safeguarded with a sibling.
    Siblings,
    /// What the accused nearest to the child is to the child.
    Relation,
    /// Cases with payment.
    Commercial,
    /// Customers by region.
    CustomerRegion,
    /// Customers who travelled.
    CustomerTravel,
    /// Cases by platform.
    Platform,
    /// Cases by payment channel.
    PaymentChannel,
}

/// Shares of those of whom it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Breakdown {
    /// What is told apart.
    pub profile: Profile,
    /// Each group with its share of the known.
    pub rows: Vec<(String, Statistic)>,
    /// Of how many it is known.
    pub known: u64,
    /// Of how many it is not.
    pub unknown: u64,
    period: Period,
}

/// The bands of children's ages.
pub const AGE_BANDS: [&str; 4] = ["12 or younger", "13 to 15", "16 or 17", "18 or older"];

/// The band of an age.
pub fn age_band(age: u8) -> &'static str {
    let [youngest, younger, older, adult] = AGE_BANDS;
    match age {
        0..=12 => youngest,
        13..=15 => younger,
        16..=17 => older,
        _ => adult,
    }
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 9] = [
        Self::Age,
        Self::Sex,
        Self::Siblings,
        Self::Relation,
        Self::Commercial,
        Self::CustomerRegion,
        Self::CustomerTravel,
        Self::Platform,
        Self::PaymentChannel,
    ];

    /// The id of its definition.
    pub fn id(self) -> &'static str {
        match self {
            Self::Age => "children-by-age",
            Self::Sex => "children-by-sex",
            Self::Siblings => "sibling-rescues",
            Self::Relation => "relation-of-accused",
            Self::Commercial => "commercial-element",
            Self::CustomerRegion => "customers-region",
            Self::CustomerTravel => "customers-travel",
            Self::Platform => "cases-by-platform",
            Self::PaymentChannel => "cases-by-payment-channel",
        }
    }
}

/// The shares of a profile among what happened in a period.
pub fn breakdown(basis: &Basis<'_>, profile: Profile, period: Period) -> Result<Breakdown, ReportError> {
    let (children, cases, customers) = of_period(basis, period);
    let yes_no = |answer: Option<bool>, yes: &str, no: &str| {
        answer.map(|answer| if answer { yes } else { no }.to_owned()).into_iter().collect::<Vec<_>>()
    };
    let subjects: Vec<Vec<String>> = match profile {
        Profile::Age => children
            .iter()
            .map(|child| child.about.age.map(|age| age_band(age).to_owned()).into_iter().collect())
            .collect(),
        Profile::Sex => children
            .iter()
            .map(|child| child.about.sex.map(|sex| sex.label().to_owned()).into_iter().collect())
            .collect(),
        Profile::Siblings => children
            .iter()
            .map(|child| yes_no(with_sibling(child, &children), "with a sibling", "without a sibling"))
            .collect(),
        Profile::Relation => {
            children.iter().map(|child| child.relation.clone().into_iter().collect()).collect()
        }
        Profile::Commercial => {
            cases.iter().map(|case| yes_no(case.commercial, "with payment", "without payment")).collect()
        }
        Profile::CustomerRegion => {
            customers.iter().map(|one| one.region.clone().into_iter().collect()).collect()
        }
        Profile::CustomerTravel => customers
            .iter()
            .map(|one| yes_no(one.travelled, "travelled to offend", "did not travel"))
            .collect(),
        Profile::Platform => cases.iter().map(|case| distinct(&case.platforms)).collect(),
        Profile::PaymentChannel => cases.iter().map(|case| distinct(&case.payment_channels)).collect(),
    };
    shares(basis, profile, period, &subjects)
}

impl Breakdown {
    /// The share of a group; none where nothing is known.
    pub fn share(&self, group: &str) -> Option<&Statistic> {
        self.rows.iter().find(|(name, _)| name == group).map(|(_, share)| share)
    }

    /// The table, with the unknown in a note.
    pub fn table(&self, basis: &Basis<'_>) -> Result<Table, ReportError> {
        let meaning = basis.definitions.get(self.profile.id())?;
        let caption = Caption::of_cases(basis, meaning, self.period)?;
        let part = |part: Option<u64>| part.map_or(Cell::Blank, Cell::Count);
        let rows = self
            .rows
            .iter()
            .map(|(name, share)| {
                vec![
                    Cell::text(name.clone()),
                    part(share.numerator),
                    part(share.denominator),
                    Cell::of(share),
                ]
            })
            .collect();
        let note = format!("Known of {}, not known of {}.", self.known, self.unknown);
        Ok(Table::new(caption, &["group", "how many", "of", "share"], rows).noted(note))
    }
}

type OfPeriod<'f> = (Vec<&'f ChildFacts>, Vec<&'f CaseFacts>, Vec<&'f AccusedFacts>);

/// The victims first safeguarded in a period, the cases in which they were, and the customers of those.
fn of_period<'f>(basis: &Basis<'f>, period: Period) -> OfPeriod<'f> {
    let found = happened(basis.facts, Outcome::VictimsSafeguarded, period);
    let mut cases: BTreeMap<&str, &CaseFacts> = BTreeMap::new();
    let mut children = Vec::new();
    for (id, case) in found {
        children.extend(case.children.iter().find(|child| child.child == id));
        cases.insert(&case.case, case);
    }
    let mut customers: BTreeMap<&str, &AccusedFacts> = BTreeMap::new();
    for one in cases.values().flat_map(|case| &case.accused).filter(|one| one.side == Some(Side::Demand)) {
        customers.entry(&one.accused).or_insert(one);
    }
    (children, cases.into_values().collect(), customers.into_values().collect())
}

/// Whether another child of the same sibling group was safeguarded on the same day.
fn with_sibling(child: &ChildFacts, children: &[&ChildFacts]) -> Option<bool> {
    let group = child.siblings.as_ref()?;
    Some(children.iter().any(|other| {
        other.child != child.child
            && other.siblings.as_ref() == Some(group)
            && other.safeguarded == child.safeguarded
    }))
}

fn distinct(names: &[String]) -> Vec<String> {
    names.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// The share of each group among the subjects of whom one is known.
fn shares(
    basis: &Basis<'_>,
    profile: Profile,
    period: Period,
    subjects: &[Vec<String>],
) -> Result<Breakdown, ReportError> {
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    if profile == Profile::Age {
        groups.extend(AGE_BANDS.map(|band| (band, 0)));
    }
    for group in subjects.iter().flatten() {
        *groups.entry(group).or_default() += 1;
    }
    let known = subjects.iter().filter(|groups| !groups.is_empty()).count();
    let mut ordered: Vec<(&str, usize)> = groups.into_iter().collect();
    if profile != Profile::Age {
        ordered.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    }
    let mut rows = Vec::new();
    for (group, count) in ordered {
        if let Some(share) = Value::share(count, known) {
            let method = "complete count of those of whom it is known";
            let share = basis.statistic(profile.id(), period, Some(group), share, method)?;
            rows.push((group.to_owned(), share));
        }
    }
    Ok(Breakdown { profile, rows, known: known as u64, unknown: (subjects.len() - known) as u64, period })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::outcomes::{About, Facts, Sex};

    fn child(id: &str, age: Option<u8>, siblings: Option<&str>, day: &str) -> ChildFacts {
        ChildFacts {
            child: id.into(),
            about: About { age, sex: Some(Sex::Female), ..About::default() },
            siblings: siblings.map(str::to_owned),
            safeguarded: Some(day.parse().unwrap()),
            ..ChildFacts::default()
        }
    }

    #[test]
    fn shares_are_of_the_known_and_say_how_many_are_not() {
        let mut case = CaseFacts::new("one", "2025-01-01".parse().unwrap());
        case.children = vec![
            child("a", Some(8), Some("s"), "2025-02-01"),
            child("b", Some(12), Some("s"), "2025-02-01"),
            child("c", Some(13), Some("s"), "2025-03-01"),
            child("d", None, None, "2025-03-01"),
        ];
        case.platforms = vec!["one.test".into(), "two.test".into(), "one.test".into()];
        let mut customer =
            AccusedFacts { accused: "x".into(), side: Some(Side::Demand), ..AccusedFacts::default() };
        customer.travelled = Some(true);
        case.accused = vec![
            customer,
            AccusedFacts { accused: "y".into(), side: Some(Side::Supply), ..AccusedFacts::default() },
        ];
        let facts = Facts::new(vec![case], "2025-12-31".parse().unwrap()).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let year = Period::year(2025).unwrap();
        let of = |profile| breakdown(&basis, profile, year).unwrap();

        let ages = of(Profile::Age);
        assert_eq!((ages.known, ages.unknown), (3, 1));
        let young = ages.share("12 or younger").unwrap();
        assert_eq!((young.numerator, young.denominator), (Some(2), Some(3)));
        assert!(ages.table(&basis).unwrap().notes[0].contains("not known of 1"));
        let siblings = of(Profile::Siblings);
        assert_eq!(
            siblings.share("with a sibling").unwrap().numerator,
            Some(2),
            "the third came another day"
        );
        assert_eq!(of(Profile::CustomerTravel).known, 1, "the supply side is no customer");
        let platforms = of(Profile::Platform);
        assert_eq!(platforms.share("one.test").unwrap().numerator, Some(1));
        assert_eq!(platforms.rows.len(), 2);
        let unknown = of(Profile::Commercial);
        assert_eq!((unknown.rows.len(), unknown.known, unknown.unknown), (0, 0, 1));
    }
}
