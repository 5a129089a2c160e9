//! Figures as tables: a row a figure with the definition it follows, cohorts a row a year.

use crate::built_in::ReportError;
use crate::outcomes::chain::Step;
use crate::outcomes::{Basis, Cohort, Figure};
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::Period;

/// A row for each figure.
pub fn figures(caption: Caption, figures: &[Figure]) -> Table {
    let rows = figures
        .iter()
        .map(|figure| {
            let statistic = &figure.statistic;
            let part = |part: Option<u64>| part.map_or(Cell::Blank, Cell::Count);
            vec![
                Cell::text(figure.name.clone()),
                figure.group.clone().map_or(Cell::Blank, Cell::Text),
                Cell::Day(statistic.period.first),
                Cell::Day(statistic.period.last),
                Cell::of(statistic),
                part(statistic.numerator),
                part(statistic.denominator),
                Cell::text(format!("{} version {}", statistic.definition.name, statistic.definition.version)),
            ]
        })
        .collect();
    let heads = ["what", "group", "from", "to", "value", "numerator", "denominator", "definition"];
    Table::new(caption, &heads, rows)
}

/// A row for each cohort: opened, how far they have come, how many are open.
pub fn cohorts(basis: &Basis<'_>, period: Period, cohorts: &[Cohort]) -> Result<Table, ReportError> {
    let caption = Caption::of_cases(basis, basis.definitions.get("cohort")?, period)?;
    let mut heads = vec!["opened from", "to"];
    heads.extend(Step::ALL.map(Step::label));
    heads.push("still open");
    let rows = cohorts
        .iter()
        .map(|cohort| {
            let mut row = vec![Cell::Day(cohort.period.first), Cell::Day(cohort.period.last)];
            row.extend(cohort.reached.iter().map(|figure| Cell::of(&figure.statistic)));
            row.push(Cell::Count(cohort.open));
            row
        })
        .collect();
    Ok(Table::new(caption, &heads, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Definitions;
    use crate::outcomes::{CaseFacts, Facts, Outcome, by_period};

    #[test]
    fn every_row_says_which_days_and_which_definition() {
        let case = CaseFacts::new("one", "2024-03-01".parse().unwrap());
        let facts = Facts::new(vec![case], "2025-12-31".parse().unwrap()).unwrap();
        let definitions = Definitions::built_in().unwrap();
        let basis = Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" };
        let years = Period { first: "2024-01-01".parse().unwrap(), last: "2025-12-31".parse().unwrap() };
        let found = by_period(&basis, Outcome::CasesOpened, &years.years()).unwrap();
        let meaning = definitions.get("cases-opened").unwrap();
        let table = figures(Caption::of_cases(&basis, meaning, years).unwrap(), &found);
        assert_eq!(
            table.rows[0][2..5],
            [Cell::Day(years.first), Cell::Day("2024-12-31".parse().unwrap()), Cell::Count(1)]
        );
        assert_eq!(table.rows[1][7], Cell::text("cases-opened version 1"));
        let of_years = crate::outcomes::cohorts(&basis, years).unwrap();
        let table = cohorts(&basis, years, &of_years).unwrap();
        assert_eq!(table.columns.len(), 9);
        assert_eq!((table.rows[0][2].clone(), table.rows[0][8].clone()), (Cell::Count(1), Cell::Count(1)));
    }
}
