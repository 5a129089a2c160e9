//! The minimum data set that the law asks for (IRR of RA 11930, section 103) and the quarterly report
//! that carries it (sections 91 and 102).

use std::collections::{BTreeMap, BTreeSet};

use model::CivilDate;
use serde::{Deserialize, Serialize};

use crate::built_in::ReportError;
use crate::built_in::profile::{AGE_BANDS, Profile, age_band, breakdown};
use crate::calendar::Quarter;
use crate::definitions::Definitions;
use crate::outcomes::count::{NOT_RECORDED, happened};
use crate::outcomes::{About, Basis, CaseFacts, Figure, Finding, Outcome, Sex};
use crate::sheet::{Block, Caption, Cell, Paper, Table};
use crate::statistic::Period;

/// Where a case is, in the law's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseStatus {
    /// First acted on in the period.
    Investigated,
    /// First submitted to the prosecutor in the period.
    Submitted,
    /// Dropped against everybody accused, the last of them in the period.
    Dropped,
    /// First filed in court in the period.
    Filed,
    /// Filed, and a charged person without a verdict, on the last day of the period.
    Pending,
    /// First conviction in the period.
    Convicted,
    /// First acquittal in the period.
    Acquitted,
    /// Opened, and nobody has acted, on the last day of the period.
    NotInvestigated,
}

/// The data set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MinimumDataSet {
    /// Of which days.
    pub period: Period,
    /// Cases by status.
    pub cases: Vec<(CaseStatus, Figure)>,
    /// Incidents of which no case was made yet.
    pub incidents_waiting: u64,
    /// The tables: cases by status, victims, accused, and the profile of the cases.
    pub tables: Vec<Table>,
}

/// The report of a quarter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuarterlyReport {
    /// The quarter.
    pub quarter: Quarter,
    /// The day on which it is due.
    pub due: CivilDate,
    /// What it says.
    pub data: MinimumDataSet,
}

impl CaseStatus {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Investigated,
        Self::Submitted,
        Self::Dropped,
        Self::Filed,
        Self::Pending,
        Self::Convicted,
        Self::Acquitted,
        Self::NotInvestigated,
    ];

    /// The words on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::Investigated => "investigated",
            Self::Submitted => "submitted for prosecution",
            Self::Dropped => "dropped",
            Self::Filed => "filed",
            Self::Pending => "pending in court",
            Self::Convicted => "convictions",
            Self::Acquitted => "acquittals",
            Self::NotInvestigated => "not yet investigated",
        }
    }

    fn holds(self, case: &CaseFacts, period: Period) -> bool {
        let first = |days: &mut dyn Iterator<Item = CivilDate>| days.min();
        let within = |day: Option<CivilDate>| day.is_some_and(|day| period.contains(day));
        let verdict = |finding: Finding| {
            let days = case.accused.iter().filter_map(|one| one.verdict);
            first(&mut days.filter(|verdict| verdict.finding == finding).map(|verdict| verdict.day))
        };
        match self {
            Self::Investigated => within(case.action),
            Self::Submitted => within(first(&mut case.accused.iter().filter_map(|one| one.submitted))),
            Self::Dropped => {
                let days: Option<Vec<CivilDate>> = case.accused.iter().map(|one| one.dropped).collect();
                within(days.and_then(|days| days.into_iter().max()))
            }
            Self::Filed => within(first(&mut case.accused.iter().filter_map(|one| one.charged))),
            Self::Pending => case.accused.iter().any(|one| {
                let by_then = |day: Option<CivilDate>| day.is_some_and(|day| day <= period.last);
                by_then(one.charged)
                    && !by_then(one.verdict.map(|verdict| verdict.day))
                    && !by_then(one.dropped)
            }),
            Self::Convicted => within(verdict(Finding::Convicted)),
            Self::Acquitted => within(verdict(Finding::Acquitted)),
            Self::NotInvestigated => {
                case.opened <= period.last
                    && case.action.is_none_or(|day| day > period.last)
                    && case.closed.is_none_or(|day| day > period.last)
            }
        }
    }
}

/// The minimum data set of a period; `incidents_waiting` are reports of which no case was made yet.
pub fn minimum_data_set(
    basis: &Basis<'_>,
    period: Period,
    incidents_waiting: u64,
) -> Result<MinimumDataSet, ReportError> {
    let mut cases = Vec::new();
    for status in CaseStatus::ALL {
        let found: Vec<&CaseFacts> =
            basis.facts.cases().iter().filter(|case| status.holds(case, period)).collect();
        let figure = basis.counted("cases-by-status", period, Some(status.label()), found.len(), found)?;
        cases.push((status, figure));
    }
    let caption = Caption::of_cases(basis, basis.definitions.get("cases-by-status")?, period)?;
    let mut rows: Vec<Vec<Cell>> = cases
        .iter()
        .map(|(status, figure)| vec![Cell::text(status.label()), Cell::of(&figure.statistic)])
        .collect();
    rows.push(vec![
        Cell::text("incidents without a case, not yet investigated"),
        Cell::Count(incidents_waiting),
    ]);
    let mut tables = vec![Table::new(caption, &["status", "how many"], rows)];
    tables.push(people(basis, period, "Victims", &victims(basis, period), &AGE_BANDS, age_band)?);
    tables.push(people(basis, period, "Accused", &accused(basis, period), &ADULT_BANDS, adult_band)?);
    for profile in [Profile::Relation, Profile::Commercial, Profile::Platform, Profile::PaymentChannel] {
        tables.push(breakdown(basis, profile, period)?.table(basis)?);
    }
    Ok(MinimumDataSet { period, cases, incidents_waiting, tables })
}

/// The report of a quarter; refused while the quarter is not over on the day the facts are as of.
pub fn quarterly_report(
    basis: &Basis<'_>,
    quarter: Quarter,
    incidents_waiting: u64,
) -> Result<QuarterlyReport, ReportError> {
    let no_quarter =
        || ReportError::Input(format!("expected a quarter from 1 to 4, found {}", quarter.number));
    let period = quarter.period().ok_or_else(no_quarter)?;
    let as_of = basis.facts.as_of();
    if as_of < period.last {
        let said = format!(
            "{quarter} ends on {}; the record is as of {as_of}: take it again after that",
            period.last
        );
        return Err(ReportError::Input(said));
    }
    let data = minimum_data_set(basis, period, incidents_waiting)?;
    Ok(QuarterlyReport { quarter, due: quarter.due().ok_or_else(no_quarter)?, data })
}

impl QuarterlyReport {
    /// The report to be printed or sent.
    pub fn paper(
        &self,
        definitions: &Definitions,
        publisher: &str,
        as_of: CivilDate,
    ) -> Result<Paper, ReportError> {
        let meaning = definitions.get("quarterly-report")?;
        let mut blocks = vec![
            Block::Paragraph(format!("{} It is due on {}.", meaning.rule, self.due)),
            Block::Paragraph(definitions.get("minimum-data-set")?.rule.clone()),
        ];
        blocks.extend(self.data.tables.iter().cloned().map(|table| Block::Table(Box::new(table))));
        let title = format!("{}, {}", meaning.name, self.quarter);
        Ok(Paper { title, publisher: publisher.to_owned(), as_of, blocks })
    }
}

fn victims<'f>(basis: &Basis<'f>, period: Period) -> Vec<&'f About> {
    happened(basis.facts, Outcome::VictimsSafeguarded, period)
        .into_iter()
        .filter_map(|(id, case)| case.children.iter().find(|child| child.child == id))
        .map(|child| &child.about)
        .collect()
}

/// Those first arrested in the period, and those first charged in it without an arrest before.
fn accused<'f>(basis: &Basis<'f>, period: Period) -> Vec<&'f About> {
    let always = Period { first: CivilDate::new(1, 1, 1).unwrap_or(period.first), last: period.last };
    let arrested: BTreeSet<&str> =
        happened(basis.facts, Outcome::Arrested, always).into_iter().map(|(id, _)| id).collect();
    let charged = happened(basis.facts, Outcome::Charged, period).into_iter();
    happened(basis.facts, Outcome::Arrested, period)
        .into_iter()
        .chain(charged.filter(|(id, _)| !arrested.contains(id)))
        .filter_map(|(id, case)| case.accused.iter().find(|one| one.accused == id))
        .map(|one| &one.about)
        .collect()
}

const ADULT_BANDS: [&str; 6] = ["under 18", "18 to 24", "25 to 34", "35 to 44", "45 to 54", "55 or older"];

fn adult_band(age: u8) -> &'static str {
    let [child, youngest, younger, middle, older, oldest] = ADULT_BANDS;
    match age {
        0..=17 => child,
        18..=24 => youngest,
        25..=34 => younger,
        35..=44 => middle,
        45..=54 => older,
        _ => oldest,
    }
}

/// People by each of what the law names.
fn people(
    basis: &Basis<'_>,
    period: Period,
    title: &str,
    people: &[&About],
    bands: &[&'static str],
    band: fn(u8) -> &'static str,
) -> Result<Table, ReportError> {
    type Of = fn(&About) -> Option<String>;
    let by: [(&str, Of); 5] = [
        ("sex", |about| about.sex.map(Sex::label).map(str::to_owned)),
        ("gender", |about| about.gender.clone()),
        ("nationality", |about| about.nationality.map(|country| country.to_string())),
        ("ethnicity", |about| about.ethnicity.clone()),
        ("disability", |about| about.disability.clone()),
    ];
    let row = |by: &str, group: &str, count: usize| {
        vec![Cell::text(by), Cell::text(group), Cell::Count(count as u64)]
    };
    let of_band = |wanted: &str| people.iter().filter(|one| one.age.map(band) == Some(wanted)).count();
    let mut rows: Vec<Vec<Cell>> = bands.iter().map(|band| row("age", band, of_band(band))).collect();
    rows.push(row("age", NOT_RECORDED, people.iter().filter(|one| one.age.is_none()).count()));
    for (name, of) in by {
        let mut groups: BTreeMap<String, usize> = BTreeMap::new();
        for group in people.iter().filter_map(|one| of(one)) {
            *groups.entry(group).or_default() += 1;
        }
        let recorded: usize = groups.values().sum();
        rows.extend(groups.iter().map(|(group, count)| row(name, group, *count)));
        rows.push(row(name, NOT_RECORDED, people.len() - recorded));
    }
    let caption =
        Caption::of_cases(basis, basis.definitions.get("persons-by-profile")?, period)?.titled(title);
    let table = Table::new(caption, &["by", "group", "how many"], rows);
    Ok(table.noted(format!("{} persons; each stands once in the rows of every heading.", people.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{AccusedFacts, ChildFacts, Facts, Verdict};

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn case(id: &str) -> CaseFacts {
        let mut case = CaseFacts::new(id, day("2025-01-10"));
        case.action = Some(day("2025-01-20"));
        case.accused = vec![AccusedFacts {
            accused: format!("accused of {id}"),
            about: About { age: Some(41), ..About::default() },
            arrested: Some(day("2025-04-02")),
            submitted: Some(day("2025-04-03")),
            charged: Some(day("2025-04-20")),
            ..AccusedFacts::default()
        }];
        case.children = vec![ChildFacts {
            child: format!("child of {id}"),
            about: About { age: Some(9), sex: Some(Sex::Male), ..About::default() },
            safeguarded: Some(day("2025-04-02")),
            ..ChildFacts::default()
        }];
        case
    }

    #[test]
    fn a_quarter_counts_what_happened_in_it_and_what_stands_at_its_end() {
        let pending = case("one");
        let mut convicted = case("two");
        convicted.accused[0].verdict = Some(Verdict { day: day("2025-06-30"), finding: Finding::Convicted });
        let waiting = CaseFacts::new("three", day("2025-06-01"));
        let facts = Facts::new(vec![pending, convicted, waiting], day("2025-07-10")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let report = quarterly_report(&basis, Quarter { year: 2025, number: 2 }, 7).unwrap();
        assert_eq!(report.due, day("2025-07-15"));
        let of = |status| {
            report.data.cases.iter().find(|(found, _)| *found == status).unwrap().1.statistic.value as u64
        };
        assert_eq!(of(CaseStatus::Investigated), 0, "that was in the first quarter");
        assert_eq!((of(CaseStatus::Submitted), of(CaseStatus::Filed), of(CaseStatus::Pending)), (2, 2, 1));
        assert_eq!((of(CaseStatus::Convicted), of(CaseStatus::NotInvestigated)), (1, 1));
        assert_eq!(of(CaseStatus::Dropped), 0, "nobody accused is not everybody dropped");
        let victims = &report.data.tables[1];
        assert_eq!(victims.caption.title(), "Victims");
        assert_eq!(victims.rows[0], [Cell::text("age"), Cell::text("12 or younger"), Cell::Count(2)]);
        for heading in ["age", "sex", "gender", "nationality", "ethnicity", "disability"] {
            let sum: u64 = victims
                .rows
                .iter()
                .filter(|row| row[0] == Cell::text(heading))
                .map(|row| if let Cell::Count(count) = row[2] { count } else { 0 })
                .sum();
            assert_eq!(sum, 2, "{heading}");
        }
        let paper = report.paper(&definitions, "Synthetic Council", facts.as_of()).unwrap();
        assert_eq!(paper.title, "Quarterly report to the NCC, quarter 2 of 2025");
        assert!(paper.html().contains("It is due on 2025-07-15."));
        let early = quarterly_report(&basis, Quarter { year: 2025, number: 3 }, 0).unwrap_err();
        assert!(early.to_string().contains("quarter 3 of 2025 ends on 2025-09-30"));
    }
}
