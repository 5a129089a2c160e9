//! What was done in all: at two dates from one record, and year by year.

use model::CivilDate;

use crate::built_in::ReportError;
use crate::outcomes::{Basis, Figure, Outcome, count, cumulative};
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::Period;

/// The outcomes of a summary.
pub const SUMMARY: [Outcome; 4] =
    [Outcome::Operations, Outcome::VictimsSafeguarded, Outcome::AtRiskSafeguarded, Outcome::Arrested];

/// The outcomes of the results by year.
pub const RESULTS: [Outcome; 9] = [
    Outcome::Operations,
    Outcome::VictimsSafeguarded,
    Outcome::AtRiskSafeguarded,
    Outcome::Arrested,
    Outcome::Charged,
    Outcome::Convicted,
    Outcome::Restored,
    Outcome::Reopened,
    Outcome::Lost,
];

/// One outcome at two dates.
#[derive(Debug, Clone, PartialEq)]
pub struct AtTwoDates {
    /// The outcome.
    pub outcome: Outcome,
    /// The count to the earlier date.
    pub earlier: Figure,
    /// The count to the later date.
    pub later: Figure,
    /// How many were added between them.
    pub added: u64,
}

/// Counts from the first day of the record to either date; both from one record as of one day, so that
/// they may be subtracted.
pub fn two_dates(
    basis: &Basis<'_>,
    first: CivilDate,
    dates: (CivilDate, CivilDate),
) -> Result<Vec<AtTwoDates>, ReportError> {
    let (earlier, later) = (dates.0.min(dates.1), dates.0.max(dates.1));
    if later > basis.facts.as_of() {
        let as_of = basis.facts.as_of();
        let said = format!("{later} is after {as_of}, the day the record is as of: nothing is known of it");
        return Err(ReportError::Input(said));
    }
    SUMMARY
        .into_iter()
        .map(|outcome| {
            let until = |last| count(basis, outcome, Period { first, last });
            let (earlier, later) = (until(earlier)?, until(later)?);
            let added = later.statistic.value - earlier.statistic.value;
            Ok(AtTwoDates { outcome, earlier, later, added: added as u64 })
        })
        .collect()
}

/// The table of [`two_dates`].
pub fn two_dates_table(
    basis: &Basis<'_>,
    first: CivilDate,
    dates: (CivilDate, CivilDate),
) -> Result<Table, ReportError> {
    let found = two_dates(basis, first, dates)?;
    let (earlier, later) = (dates.0.min(dates.1), dates.0.max(dates.1));
    let meaning = basis.definitions.get("two-dates-summary")?;
    let caption = Caption::of_cases(basis, meaning, Period { first, last: later })?;
    let rows = found
        .iter()
        .map(|one| {
            let definition = &one.later.statistic.definition;
            vec![
                Cell::text(one.later.name.clone()),
                Cell::text(one.later.statistic.unit.clone()),
                Cell::of(&one.earlier.statistic),
                Cell::of(&one.later.statistic),
                Cell::Count(one.added),
                Cell::text(format!("{} version {}", definition.name, definition.version)),
            ]
        })
        .collect();
    let heads = ["what", "unit", &format!("to {earlier}"), &format!("to {later}"), "added", "definition"];
    Ok(Table::new(caption, &heads, rows))
}

/// Cumulative results by year: a row a year, a column an outcome.
pub fn results_by_year(basis: &Basis<'_>, period: Period) -> Result<Table, ReportError> {
    let meaning = basis.definitions.get("cumulative-results")?;
    let last = period.last.min(basis.facts.as_of());
    let caption = Caption::of_cases(basis, meaning, Period { last, ..period })?;
    let columns = RESULTS
        .into_iter()
        .map(|outcome| Ok(cumulative(basis, outcome, period)?))
        .collect::<Result<Vec<_>, ReportError>>()?;
    let mut heads = vec!["to the end of"];
    let mut names = Vec::new();
    for outcome in RESULTS {
        names.push(basis.definitions.get(outcome.id())?.name.as_str());
    }
    heads.extend(&names);
    let years = columns.first().map_or(0, Vec::len);
    let rows = (0..years)
        .map(|year| {
            let figures: Vec<&Figure> = columns.iter().filter_map(|column| column.get(year)).collect();
            let end = figures.first().map_or(Cell::Blank, |figure| Cell::Day(figure.statistic.period.last));
            [end].into_iter().chain(figures.iter().map(|figure| Cell::of(&figure.statistic))).collect()
        })
        .collect();
    let table = Table::new(caption, &heads, rows);
    Ok(table.noted(
        "Victims and persons at risk stand apart and are not added; convictions are not divided by arrests.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::outcomes::{AccusedFacts, CaseFacts, Facts};

    #[test]
    fn both_dates_come_from_one_record_and_none_is_after_it() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        let mut case = CaseFacts::new("one", day("2024-01-01"));
        for (id, on) in [("a", "2024-03-01"), ("b", "2025-03-01"), ("c", "2025-04-01")] {
            case.accused.push(AccusedFacts {
                accused: id.into(),
                arrested: Some(day(on)),
                ..AccusedFacts::default()
            });
        }
        let facts = Facts::new(vec![case], day("2025-12-31")).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let dates = (day("2025-06-30"), day("2024-12-31"));
        let found = two_dates(&basis, day("2024-01-01"), dates).unwrap();
        let arrests = found.last().unwrap();
        assert_eq!((arrests.earlier.statistic.value as u64, arrests.added), (1, 2));
        assert!(arrests.earlier.statistic.compare(&arrests.later.statistic).is_ok());
        let table = two_dates_table(&basis, day("2024-01-01"), dates).unwrap();
        assert_eq!(table.rows[3][2..5], [Cell::Count(1), Cell::Count(3), Cell::Count(2)]);
        let after = two_dates(&basis, day("2024-01-01"), (day("2025-06-30"), day("2026-06-30"))).unwrap_err();
        assert!(after.to_string().contains("2026-06-30 is after 2025-12-31"));
        let whole = Period { first: day("2024-01-01"), last: day("2026-12-31") };
        let results = results_by_year(&basis, whole).unwrap();
        assert_eq!(results.rows.len(), 2);
        assert_eq!(results.columns.len(), 10);
        assert_eq!(results.rows[1][4], Cell::Count(3));
    }
}
