//! The public report: one page of what was done, safe to publish.
//!
//! Figures about children go through the room's disclosure control, over all the tables of the page
//! together and against what was published before. A page that would differ from an earlier one by a
//! few children is refused.

use std::collections::BTreeMap;

use crate::built_in::ReportError;
use crate::built_in::profile::{AGE_BANDS, age_band};
use crate::chart::{Bar, Regions, tile_map};
use crate::disclosure::{
    Child, Release, ReleasedCell, Rule, Suppression, Tabulation, compare_releases, protect,
};
use crate::outcomes::count::{COMPLETE, NOT_RECORDED, Value, happened};
use crate::outcomes::{Basis, ChildFacts, Figure, Outcome, Sex, count};
use crate::sheet::{Block, Caption, Cell, Paper, Table};
use crate::statistic::Period;

/// What a public report is made with.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a> {
    /// Its title.
    pub title: &'a str,
    /// Who publishes it.
    pub publisher: &'a str,
    /// Of which days.
    pub period: Period,
    /// The regions of its map.
    pub regions: &'a Regions,
    /// What is too small to publish.
    pub rule: Rule,
    /// What was published before, of whatever period.
    pub earlier: &'a [Release],
}

/// A report that may be published.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicReport {
    /// The report.
    pub paper: Paper,
    /// Its figures about children as readers see them; the next report is held against it.
    pub release: Release,
    /// The tables in it.
    pub tables: Vec<Table>,
}

/// Figures that say nothing of a child.
const DONE: [Outcome; 4] = [Outcome::Operations, Outcome::Arrested, Outcome::Charged, Outcome::Convicted];

/// Figures of people whom a small number could show.
const PEOPLE: [Outcome; 4] =
    [Outcome::AtRiskSafeguarded, Outcome::Restored, Outcome::Reopened, Outcome::Lost];

/// Makes the report, or says what may not be published.
pub fn public_report(basis: &Basis<'_>, publication: &Publication<'_>) -> Result<PublicReport, ReportError> {
    let refused = |error: &dyn std::fmt::Display| ReportError::Disclosure(error.to_string());
    let period = publication.period;
    let table = tabulated(basis, publication)?;
    let guarded = protect(&table, &publication.rule, &[], &[]).map_err(|error| refused(&error))?;
    let victims = Shown { table: &table, suppression: &guarded.suppression };

    let mut release = Release::new(&table, &guarded.suppression);
    let mut people = Vec::new();
    for outcome in PEOPLE {
        let figure = count(basis, outcome, period)?;
        let cases = cases_of(basis, outcome, period);
        let small = (figure.statistic.value as u64) < publication.rule.least_children
            || cases < publication.rule.least_cases;
        let children = (!small).then_some(figure.statistic.value as u64);
        release.cells.push(ReleasedCell { labels: vec![figure.name.clone(), period.to_string()], children });
        people.push((figure, small));
    }
    for cell in &mut release.cells {
        // What is published of other days is another figure; the beginning tells which it is.
        cell.labels.push(format!("from {}", period.first));
    }
    for earlier in publication.earlier {
        let small = compare_releases(earlier, &release, &publication.rule);
        if !small.is_empty() {
            let cells: Vec<String> = small.iter().map(ToString::to_string).collect();
            return Err(ReportError::Disclosure(cells.join("; ")));
        }
    }

    let total = victims.of(&[None, None, None]);
    let done = DONE.into_iter().map(|outcome| Ok((count(basis, outcome, period)?, false)));
    let done = done.collect::<Result<Vec<(Figure, bool)>, ReportError>>()?;
    let row = |(figure, small): &(Figure, bool)| {
        let value = if *small { Cell::Withheld } else { Cell::of(&figure.statistic) };
        vec![Cell::text(figure.name.clone()), value, Cell::text(figure.statistic.unit.clone())]
    };
    let meaning = basis.definitions.get(Outcome::VictimsSafeguarded.id())?;
    let mut rows: Vec<Vec<Cell>> = done.iter().take(1).map(row).collect();
    rows.push(vec![Cell::text(meaning.name.clone()), total, Cell::text(meaning.unit.clone())]);
    rows.extend(people.iter().take(1).map(row));
    rows.extend(done.iter().skip(1).map(row));
    rows.extend(people.iter().skip(1).map(row));
    let caption = Caption::of_cases(basis, basis.definitions.get("public-report")?, period)?;
    let ages = AGE_BANDS.into_iter().chain([NOT_RECORDED]).enumerate();
    let ages = ages.map(|(number, band)| ("age", band, victims.of(&[None, Some(number), None])));
    let sexes = SEXES.into_iter().chain([NOT_RECORDED]).enumerate();
    let sexes = sexes.map(|(number, sex)| ("sex", sex, victims.of(&[None, None, Some(number)])));
    rows.extend(ages.chain(sexes).map(|(by, group, value)| {
        vec![Cell::text(format!("{}, {by}: {group}", meaning.name)), value, Cell::text(meaning.unit.clone())]
    }));
    let figures = Table::new(caption.titled("What was done"), &["what", "how many", "unit"], rows);

    let mut tiles = Vec::new();
    for (number, region) in publication.regions.all().iter().enumerate() {
        let figure = match victims.of(&[Some(number), None, None]) {
            Cell::Count(children) => {
                let value = Value::count(children as usize);
                let method = COMPLETE;
                Some(basis.statistic(&meaning.id, period, Some(&region.name), value, method)?)
            }
            _ => None,
        };
        tiles.push(Bar { name: region.code.clone(), figure });
    }
    let mut blocks = vec![Block::Table(Box::new(figures.clone()))];
    let mut tables = vec![figures];
    if tiles.iter().any(|tile| tile.figure.is_some()) {
        let caption = Caption::of_cases(basis, meaning, period)?.titled("Victims safeguarded by region");
        let map = tile_map(caption, publication.regions, &tiles)?;
        tables.push(map.table().clone());
        blocks.push(Block::Chart(Box::new(map)));
    }
    let paper = Paper {
        title: publication.title.to_owned(),
        publisher: publication.publisher.to_owned(),
        as_of: basis.facts.as_of(),
        blocks,
    };
    Ok(PublicReport { paper, release, tables })
}

const SEXES: [&str; 3] = ["female", "male", "other"];

/// The tabulation with what is withheld of it.
struct Shown<'a> {
    table: &'a Tabulation,
    suppression: &'a Suppression,
}

impl Shown<'_> {
    fn of(&self, key: &[Option<usize>]) -> Cell {
        let Some(number) = self.table.find(key) else { return Cell::Blank };
        match (self.table.cells().get(number), self.suppression.withheld.get(number)) {
            (Some(cell), Some(false)) => Cell::Count(cell.children),
            _ => Cell::Withheld,
        }
    }
}

/// The victims by region, age and sex, each alone with the total: region is never crossed with age.
fn tabulated(basis: &Basis<'_>, publication: &Publication<'_>) -> Result<Tabulation, ReportError> {
    let named = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        names.chain([NOT_RECORDED]).map(str::to_owned).collect()
    };
    let regions = publication.regions.all();
    let dimensions = vec![
        named(&mut regions.iter().map(|region| region.name.as_str())),
        named(&mut AGE_BANDS.into_iter()),
        named(&mut SEXES.into_iter()),
    ];
    let place = |names: &[&str], wanted: Option<&str>| {
        wanted.and_then(|wanted| names.iter().position(|name| *name == wanted)).unwrap_or(names.len())
    };
    let codes: Vec<&str> = regions.iter().map(|region| region.code.as_str()).collect();
    let mut families: BTreeMap<&str, u64> = BTreeMap::new();
    let mut children = Vec::new();
    for (id, case) in happened(basis.facts, Outcome::VictimsSafeguarded, publication.period) {
        let Some(child): Option<&ChildFacts> = case.children.iter().find(|child| child.child == id) else {
            continue;
        };
        let next = families.len() as u64;
        let family = *families.entry(&case.case).or_insert(next);
        let categories = vec![
            place(&codes, case.place.as_deref()),
            place(&AGE_BANDS, child.about.age.map(age_band)),
            place(&SEXES, child.about.sex.map(Sex::label)),
        ];
        children.push(Child { categories, case: family });
    }
    Tabulation::new(dimensions, &children, &[vec![0], vec![1], vec![2]])
        .map_err(|error| ReportError::Disclosure(error.to_string()))
}

fn cases_of(basis: &Basis<'_>, outcome: Outcome, period: Period) -> usize {
    let found = happened(basis.facts, outcome, period);
    found.into_iter().map(|(_, case)| &case.case).collect::<std::collections::BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::outcomes::{About, CaseFacts, Facts};

    /// Cases of two children each, the first `seven` of them in region 07, the rest in 13 but one in 01.
    fn cases(number: usize, seven: usize) -> Vec<CaseFacts> {
        (0..number)
            .map(|at| {
                let mut case = CaseFacts::new(format!("case-{at:03}"), "2025-01-01".parse().unwrap());
                let place = if at < seven {
                    "07"
                } else if at + 1 == number {
                    "01"
                } else {
                    "13"
                };
                case.place = Some(place.into());
                for sibling in 0..2_u8 {
                    case.children.push(ChildFacts {
                        child: format!("child-{at}-{sibling}"),
                        about: About {
                            age: Some(8 + sibling * 6),
                            sex: Some(Sex::Female),
                            ..About::default()
                        },
                        safeguarded: Some("2025-05-05".parse().unwrap()),
                        ..ChildFacts::default()
                    });
                }
                case
            })
            .collect()
    }

    fn report(cases: Vec<CaseFacts>, earlier: &[Release]) -> Result<PublicReport, ReportError> {
        let facts = Facts::new(cases, "2025-12-31".parse().unwrap()).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let regions = Regions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let publication = Publication {
            title: "Synthetic public report",
            publisher: "Synthetic Task Force",
            period: Period::year(2025).unwrap(),
            regions: &regions,
            rule: Rule::default(),
            earlier,
        };
        public_report(&basis, &publication)
    }

    #[test]
    fn a_small_region_is_withheld_with_another_so_that_it_cannot_be_subtracted() {
        let found = report(cases(40, 20), &[]).unwrap();
        let map = found.tables.last().unwrap();
        let of = |code: &str| map.rows.iter().find(|row| row[0] == Cell::text(code)).unwrap()[2].clone();
        assert_eq!(of("01"), Cell::Withheld);
        assert!(matches!((of("07"), of("13")), (Cell::Withheld, _) | (_, Cell::Withheld)));
        assert_eq!(found.tables[0].rows[1][1], Cell::Count(80));
        assert_eq!(found.tables[0].rows[2][1], Cell::Withheld, "nobody at risk is a small figure too");
        let pdf = String::from_utf8_lossy(&found.paper.pdf()).into_owned();
        assert_eq!(pdf.matches("/Type /Page ").count(), 1, "one page");
        assert!(found.paper.html().contains("withheld"));
    }

    #[test]
    fn a_report_that_differs_by_one_case_from_the_last_is_refused() {
        let last = report(cases(40, 20), &[]).unwrap();
        let again = report(cases(40, 20), std::slice::from_ref(&last.release)).unwrap();
        assert_eq!(again.release, last.release);
        let refused = report(cases(41, 20), &[last.release]).unwrap_err().to_string();
        assert!(refused.contains("went from 80 to 82"), "{refused}");
    }
}
