//! The indicator record that a donor asks for: indicator, definition, baseline, target for each year,
//! actual, disaggregation, source, as-of date and the partner's contribution (GAO-23-105390, GAO-19-77).

use model::CivilDate;
use serde::Serialize;

use crate::built_in::ReportError;
use crate::definitions::Definitions;
use crate::sheet::{Block, Caption, Cell, Paper, Table};
use crate::statistic::{Comparison, NotComparable, Statistic};

/// What is to be reached in a year, set before it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Target {
    /// The year.
    pub year: i16,
    /// The value.
    pub value: f64,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indicator {
    /// Its name.
    pub name: String,
    /// Where it stood before.
    pub baseline: Option<Statistic>,
    /// What each year is to reach.
    pub targets: Vec<Target>,
    /// What was reached, a figure a year.
    pub actuals: Vec<Statistic>,
    /// The last actual by sex, age, kind, region: the heading, the group, the figure; no figure where it
    /// is withheld.
    pub disaggregation: Vec<(String, String, Option<Statistic>)>,
    /// What the partner state contributed, in words.
    pub contribution: String,
}

/// How a year's actual stands to its target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// The year.
    pub year: i16,
    /// The target; none where none was set, which the record says.
    pub target: Option<f64>,
    /// The actual; none where the year has none yet.
    pub actual: Option<Statistic>,
    /// The actual over the target.
    pub share_of_target: Option<f64>,
}

impl Indicator {
    /// The years of targets and actuals in order.
    pub fn progress(&self) -> Vec<Progress> {
        let actual_year = |one: &Statistic| one.period.last.year();
        let mut years: Vec<i16> =
            self.targets.iter().map(|one| one.year).chain(self.actuals.iter().map(actual_year)).collect();
        years.sort_unstable();
        years.dedup();
        years
            .into_iter()
            .map(|year| {
                let target = self.targets.iter().find(|one| one.year == year).map(|one| one.value);
                let actual = self.actuals.iter().find(|one| actual_year(one) == year).cloned();
                let share = target.filter(|target| *target > 0.0).zip(actual.as_ref());
                let share_of_target = share.map(|(target, actual)| actual.value / target);
                Progress { year, target, actual, share_of_target }
            })
            .collect()
    }

    /// The change from the baseline to the last actual, or why there is none to state.
    pub fn change(&self) -> Option<Result<Comparison, NotComparable>> {
        let last = self.actuals.iter().max_by_key(|one| one.period.last)?;
        Some(self.baseline.as_ref()?.compare(last))
    }

    /// The record as two tables: the years, and the disaggregation. The caption's definition must be
    /// that of every figure in it.
    pub fn tables(&self, definitions: &Definitions) -> Result<[Table; 2], ReportError> {
        let said = |what: &str| ReportError::Input(format!("indicator “{}” {what}", self.name));
        let last = self.actuals.iter().max_by_key(|one| one.period.last);
        let last = last.ok_or_else(|| said("has no actual: a record states at least one year"))?;
        let broken_down = self.disaggregation.iter().filter_map(|(_, _, figure)| figure.as_ref());
        if let Some(other) = self
            .actuals
            .iter()
            .chain(broken_down)
            .find(|one| one.definition != last.definition || one.unit != last.unit)
        {
            let found = format!("{} version {}", other.definition.name, other.definition.version);
            return Err(said(&format!("has a figure under {found}: all of them follow one definition")));
        }
        let meaning = definitions.get(&last.definition.name)?;
        let first = self.actuals.iter().map(|one| one.period.first).min().unwrap_or(last.period.first);
        let period = crate::statistic::Period { first, last: last.period.last };
        let source = format!("SHA-256 {}", last.source);
        let caption = Caption::new(&self.name, meaning, &last.population, period, last.as_of, &source)?;

        let number = |value: f64| Cell::Number { value, decimals: 2 };
        let figure = |one: Option<&Statistic>| one.map_or(Cell::Blank, Cell::of);
        let row = |year: Cell, target: Option<f64>, actual: Option<&Statistic>, share: Option<f64>| {
            vec![
                year,
                target.map_or(Cell::Blank, number),
                figure(actual),
                actual.map_or(Cell::Blank, |one| Cell::Day(one.as_of)),
                share.map_or(Cell::Blank, |share| Cell::text(format!("{:.0} %", share * 100.0))),
            ]
        };
        let mut rows = vec![row(Cell::text("baseline"), None, self.baseline.as_ref(), None)];
        rows.extend(self.progress().into_iter().map(|one| {
            row(Cell::text(one.year.to_string()), one.target, one.actual.as_ref(), one.share_of_target)
        }));
        let change = match self.change() {
            None => "There is no baseline, so no change is stated.".to_owned(),
            Some(Ok(change)) => format!("Change from the baseline: {:+.2}.", change.difference),
            Some(Err(why)) => format!("No change from the baseline is stated: {why}."),
        };
        let heads = ["year", "target", "actual", "as of", "of target"];
        let untargeted: Vec<String> = self
            .progress()
            .iter()
            .filter(|one| one.target.is_none())
            .map(|one| one.year.to_string())
            .collect();
        let mut years = Table::new(caption.clone(), &heads, rows)
            .noted(change)
            .noted(format!("Contribution of the partner: {}", self.contribution));
        if !untargeted.is_empty() {
            years = years.noted(format!("No target was set for {}.", untargeted.join(", ")));
        }
        let rows = self.disaggregation.iter().map(|(heading, group, figure)| {
            let figure = figure.as_ref().map_or(Cell::Withheld, Cell::of);
            vec![Cell::text(heading.clone()), Cell::text(group.clone()), figure]
        });
        let title = format!("{}, disaggregated", self.name);
        let groups = Table::new(caption.titled(&title), &["by", "group", "actual"], rows.collect());
        Ok([years, groups])
    }
}

/// The records of several indicators to be printed or sent; their tables also make a workbook.
pub fn record(
    indicators: &[Indicator],
    definitions: &Definitions,
    title: &str,
    publisher: &str,
    as_of: CivilDate,
) -> Result<Paper, ReportError> {
    let mut blocks = vec![Block::Paragraph(definitions.get("indicator-record")?.rule.clone())];
    for indicator in indicators {
        blocks.push(Block::Heading(indicator.name.clone()));
        blocks.extend(indicator.tables(definitions)?.map(|table| Block::Table(Box::new(table))));
    }
    Ok(Paper { title: title.to_owned(), publisher: publisher.to_owned(), as_of, blocks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::tests::figure;

    fn indicator() -> Indicator {
        Indicator {
            name: "Children safeguarded".into(),
            baseline: Some(figure(2023, 40.0, None)),
            targets: vec![Target { year: 2024, value: 50.0 }, Target { year: 2026, value: 80.0 }],
            actuals: vec![figure(2025, 70.0, None), figure(2024, 45.0, None)],
            disaggregation: vec![
                ("sex".into(), "female".into(), Some(figure(2025, 60.0, None))),
                ("sex".into(), "male".into(), None),
            ],
            contribution: "Synthetic State: 40 social workers.".into(),
        }
    }

    #[test]
    fn each_year_stands_to_its_own_target_and_a_year_without_one_is_named() {
        let found = indicator();
        let years: Vec<(i16, Option<f64>, bool)> =
            found.progress().iter().map(|one| (one.year, one.target, one.actual.is_some())).collect();
        assert_eq!(years, [(2024, Some(50.0), true), (2025, None, true), (2026, Some(80.0), false)]);
        let definitions = Definitions::built_in().unwrap();
        let [table, groups] = found.tables(&definitions).unwrap();
        assert_eq!(table.rows[1][4], Cell::text("90 %"));
        assert!(table.notes[0].contains("+30.00") && table.notes[2].contains("2025"));
        assert_eq!(groups.rows[1][2], Cell::Withheld);
        let day = "2026-06-30".parse().unwrap();
        let paper = record(&[found], &definitions, "Synthetic record", "Synthetic State", day).unwrap();
        assert_eq!(paper.tables().len(), 2);
    }

    #[test]
    fn a_baseline_under_another_definition_is_shown_but_not_subtracted() {
        let mut found = indicator();
        if let Some(baseline) = &mut found.baseline {
            baseline.definition.version = 9;
        }
        let definitions = Definitions::built_in().unwrap();
        let [table, _] = found.tables(&definitions).unwrap();
        assert!(table.notes[0].starts_with("No change from the baseline is stated: one follows"));
        found.actuals[0].definition.version = 3;
        assert!(found.tables(&definitions).unwrap_err().to_string().contains("follow one definition"));
        found.actuals.clear();
        assert!(found.tables(&definitions).unwrap_err().to_string().contains("no actual"));
    }
}
