//! Sentences for like acts, by country and by side. Rows of different acts are not laid side by side:
//! a term for watching and a term for carrying out are not one measure.

use std::collections::BTreeMap;

use model::Country;
use serde::Serialize;

use crate::built_in::ReportError;
use crate::outcomes::count::happened;
use crate::outcomes::{Basis, Outcome, Side, Term};
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::Period;

/// The sentences for one act in one country on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentences {
    /// The act.
    pub act: String,
    /// The country; none where it is not recorded.
    pub country: Option<Country>,
    /// The side; none where it is not recorded.
    pub side: Option<Side>,
    /// How many persons.
    pub persons: u64,
    /// How many for life.
    pub life: u64,
    /// The shortest.
    pub shortest: Term,
    /// The middle one, the lower of two.
    pub middle: Term,
    /// The longest.
    pub longest: Term,
}

/// The sentences of a period, by act, then country and side.
pub fn sentences(basis: &Basis<'_>, period: Period) -> Vec<Sentences> {
    type Like<'f> = (&'f str, Option<Country>, Option<Side>);
    let mut groups: BTreeMap<Like<'_>, Vec<Term>> = BTreeMap::new();
    for (id, case) in happened(basis.facts, Outcome::Sentenced, period) {
        let found = case.accused.iter().find(|one| one.accused == id && one.sentence.is_some());
        if let Some((one, sentence)) = found.and_then(|one| Some((one, one.sentence.as_ref()?))) {
            groups.entry((&sentence.act, one.country, one.side)).or_default().push(sentence.term);
        }
    }
    let row = |((act, country, side), mut terms): ((&str, _, _), Vec<Term>)| {
        terms.sort();
        Some(Sentences {
            act: act.to_owned(),
            country,
            side,
            persons: terms.len() as u64,
            life: terms.iter().filter(|term| **term == Term::Life).count() as u64,
            shortest: *terms.first()?,
            middle: *terms.get((terms.len() - 1) / 2)?,
            longest: *terms.last()?,
        })
    };
    groups.into_iter().filter_map(row).collect()
}

/// The table of [`sentences`].
pub fn sentences_table(basis: &Basis<'_>, period: Period) -> Result<Table, ReportError> {
    let meaning = basis.definitions.get("sentences")?;
    let caption = Caption::of_cases(basis, meaning, period)?;
    let term = |term: Term| match term {
        Term::Life => Cell::text("life"),
        Term::Months(months) => Cell::Count(u64::from(months)),
    };
    let rows = sentences(basis, period)
        .into_iter()
        .map(|row| {
            vec![
                Cell::text(row.act),
                Cell::text(
                    row.country.map_or_else(|| "not recorded".to_owned(), |country| country.to_string()),
                ),
                Cell::text(row.side.map_or("not recorded", Side::label)),
                Cell::Count(row.persons),
                Cell::Count(row.life),
                term(row.shortest),
                term(row.middle),
                term(row.longest),
            ]
        })
        .collect();
    let heads = [
        "act",
        "country",
        "side",
        "persons",
        "for life",
        "shortest, months",
        "middle, months",
        "longest, months",
    ];
    Ok(Table::new(caption, &heads, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::outcomes::{AccusedFacts, CaseFacts, Facts, Finding, Sentence, Verdict};

    #[test]
    fn like_acts_stand_together_and_life_above_every_term() {
        let mut case = CaseFacts::new("one", "2024-01-01".parse().unwrap());
        let mut add = |id: &str, act: &str, term, side| {
            case.accused.push(AccusedFacts {
                accused: id.into(),
                side: Some(side),
                country: Some(Country::PH),
                verdict: Some(Verdict { day: "2025-05-05".parse().unwrap(), finding: Finding::Convicted }),
                sentence: Some(Sentence { act: act.into(), term }),
                ..AccusedFacts::default()
            });
        };
        add("a", "synthetic act", Term::Life, Side::Supply);
        add("b", "synthetic act", Term::Months(180), Side::Supply);
        add("c", "synthetic act", Term::Months(24), Side::Demand);
        add("d", "another act", Term::Months(12), Side::Demand);
        let facts = Facts::new(vec![case], "2025-12-31".parse().unwrap()).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let year = Period::year(2025).unwrap();
        let found = sentences(&basis, year);
        let acts: Vec<(&str, u64, Term)> =
            found.iter().map(|row| (row.act.as_str(), row.life, row.longest)).collect();
        assert_eq!(
            acts,
            [
                ("another act", 0, Term::Months(12)),
                ("synthetic act", 1, Term::Life),
                ("synthetic act", 0, Term::Months(24)),
            ]
        );
        assert_eq!(found[1].middle, Term::Months(180));
        let table = sentences_table(&basis, year).unwrap();
        assert_eq!(table.rows[1][7], Cell::text("life"));
    }
}
