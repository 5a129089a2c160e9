//! CyberTipline reports by country, with rank and rank per inhabitant, and which ranks are noise.
//!
//! A report is no child, no offender and no measure of prevalence, and the rank per inhabitant follows
//! the population estimate that was used: that is named, and where several are given, or counting noise
//! would do it, the ranks that could as well be others are marked.

use std::collections::{BTreeMap, BTreeSet};

use model::Digest;
use serde::Serialize;

use crate::chart::{Bar, Chart, ChartError, bars};
use crate::numeric::normal_quantile;
use crate::sheet::{Caption, Cell, Table};
use crate::statistic::Statistic;

/// The reports attributed to a country or territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryReports {
    /// Its name as published.
    pub name: String,
    /// Its code, the same as in the population estimates; none for "no country listed".
    pub code: Option<String>,
    /// How many reports.
    pub reports: u64,
}

/// A population estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Populations {
    /// Where it comes from.
    pub source: String,
    /// Inhabitants by the country's code.
    pub inhabitants: BTreeMap<String, u64>,
}

/// A country in its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked {
    /// Its name; of rows with one code, that of the row with most reports.
    pub name: String,
    /// The names of the other rows that were added to it.
    pub also: Vec<String>,
    /// Its reports.
    pub reports: u64,
    /// Its rank by reports; equal counts share a rank. None where no country is listed.
    pub rank: Option<usize>,
    /// Its place per inhabitant; none where no estimate knows it.
    pub per_capita: Option<PerCapita>,
}

/// A place per inhabitant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PerCapita {
    /// Reports per 1,000 inhabitants of the first estimate.
    pub per_thousand: f64,
    /// The lowest and highest of them over all estimates and counting noise.
    pub limits: (f64, f64),
    /// The rank by it.
    pub rank: usize,
    /// The best and the worst rank that the limits allow.
    pub ranks: (usize, usize),
}

impl PerCapita {
    /// True where the rank could as well be another.
    pub fn within_noise(&self) -> bool {
        self.ranks.0 != self.ranks.1
    }
}

/// Why countries are not ranked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CyberTipsError {
    /// No estimate was given.
    #[error("a rank per inhabitant needs a population estimate whose source is named")]
    NoPopulation,
    /// A row is there twice.
    #[error("“{0}” is there twice under one name and code: each row is given once")]
    Twice(String),
    /// An estimate has nobody living there.
    #[error("{source_name} gives “{code}” no inhabitants")]
    Nobody {
        /// The estimate.
        source_name: String,
        /// The country.
        code: String,
    },
}

/// Ranks countries by reports and per inhabitant of the first estimate; further estimates and counting
/// noise at a coverage show which ranks could be others. Rows of one code are one country: published
/// tables have listed one under two names, and its reports are added. In order of the rank per
/// inhabitant, those without one last.
pub fn rank(
    reports: &[CountryReports],
    populations: &[Populations],
    coverage: f64,
) -> Result<Vec<Ranked>, CyberTipsError> {
    let first = populations.first().filter(|one| !one.source.trim().is_empty());
    let first = first.ok_or(CyberTipsError::NoPopulation)?;
    check(reports, populations)?;
    let (reports, also): (Vec<CountryReports>, Vec<Vec<String>>) = merged(reports).into_iter().unzip();
    let half = normal_quantile(f64::midpoint(1.0, coverage)) / 2.0;
    let limits = |one: &CountryReports, code: &str| {
        let root = (one.reports as f64).sqrt();
        let (least, most) = ((root - half).max(0.0).powi(2), (root + half).powi(2));
        let people =
            populations.iter().filter_map(|one| one.inhabitants.get(code)).map(|&people| people as f64);
        people.fold((f64::MAX, f64::MIN), |(lower, upper), people| {
            (lower.min(least / people * 1000.0), upper.max(most / people * 1000.0))
        })
    };
    let rated: Vec<Option<(f64, (f64, f64))>> = reports
        .iter()
        .map(|one| {
            let code = one.code.as_deref()?;
            let people = *first.inhabitants.get(code)?;
            Some((one.reports as f64 / people as f64 * 1000.0, limits(one, code)))
        })
        .collect();
    let known = || rated.iter().flatten();
    let per_capita = |(per_thousand, limits): (f64, (f64, f64))| PerCapita {
        per_thousand,
        limits,
        rank: 1 + known().filter(|other| other.0 > per_thousand).count(),
        ranks: (
            1 + known().filter(|other| other.1.0 > limits.1).count(),
            known().filter(|other| other.1.1 >= limits.0).count(),
        ),
    };
    let by_count = |one: &CountryReports| {
        let more = reports.iter().filter(|other| other.code.is_some() && other.reports > one.reports);
        one.code.is_some().then(|| 1 + more.count())
    };
    let mut ranked: Vec<Ranked> = reports
        .iter()
        .zip(&rated)
        .zip(also)
        .map(|((one, rated), also)| Ranked {
            name: one.name.clone(),
            also,
            reports: one.reports,
            rank: by_count(one),
            per_capita: rated.map(per_capita),
        })
        .collect();
    ranked.sort_by(|one, other| {
        let place = |one: &Ranked| one.per_capita.map_or(usize::MAX, |per_capita| per_capita.rank);
        (place(one), one.rank.unwrap_or(usize::MAX), &one.name).cmp(&(
            place(other),
            other.rank.unwrap_or(usize::MAX),
            &other.name,
        ))
    });
    Ok(ranked)
}

/// How many pairs two orders of the same things put the other way round.
pub fn discordant<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    let places: Vec<usize> =
        one.iter().filter_map(|thing| other.iter().position(|found| found == thing)).collect();
    let turned =
        |(at, place): (usize, &usize)| places.iter().skip(at + 1).filter(|later| *later < place).count();
    places.iter().enumerate().map(turned).sum()
}

/// The table of ranked countries under a caption of the definition `cybertips-per-thousand`, whose
/// source names the reports; the population estimates are named beneath.
pub fn table(caption: Caption, ranked: &[Ranked], populations: &[Populations]) -> Table {
    let number = |rank: usize| Cell::Count(rank as u64);
    let rows = ranked
        .iter()
        .map(|one| {
            let mut row = vec![
                Cell::text(one.name.clone()),
                Cell::Count(one.reports),
                one.rank.map_or(Cell::Blank, number),
            ];
            if let Some(place) = one.per_capita {
                let (best, worst) = place.ranks;
                let certain = if place.within_noise() { "could be another" } else { "certain" };
                row.extend([
                    Cell::Number { value: place.per_thousand, decimals: 3 },
                    number(place.rank),
                    Cell::text(format!("{best} to {worst}")),
                    Cell::text(certain),
                ]);
            }
            row
        })
        .collect();
    let heads = [
        "country or territory",
        "reports",
        "rank by reports",
        "per 1,000 inhabitants",
        "rank per inhabitant",
        "ranks it could have",
        "rank is",
    ];
    let unplaced: Vec<&Ranked> = ranked.iter().filter(|one| one.per_capita.is_none()).collect();
    let lost: u64 = unplaced.iter().map(|one| one.reports).sum();
    let mut sources = populations.iter().map(|one| one.source.as_str());
    let mut table = Table::new(caption, &heads, rows)
        .noted(format!("Population: {}.", sources.next().unwrap_or_default()))
        .noted(format!("{} rows with {lost} reports have no rank per inhabitant.", unplaced.len()))
        .noted("A report is no child, no offender and no measure of prevalence.");
    for one in ranked.iter().filter(|one| !one.also.is_empty()) {
        table = table.noted(format!("{} includes what is listed as {}.", one.name, one.also.join(", ")));
    }
    let others: Vec<&str> = sources.collect();
    if others.is_empty() {
        table =
            table.noted("One population estimate was used: another may change ranks further than is marked.");
    } else {
        table = table.noted(format!(
            "Ranks that could be others are marked by counting noise and by: {}.",
            others.join("; ")
        ));
    }
    table
}

/// The rows with those of one code made one, each with the names that were added to it.
fn merged(reports: &[CountryReports]) -> Vec<(CountryReports, Vec<String>)> {
    let mut found: Vec<(CountryReports, Vec<String>)> = Vec::new();
    let mut largest_first: Vec<&CountryReports> = reports.iter().collect();
    largest_first.sort_by(|one, other| other.reports.cmp(&one.reports).then(one.name.cmp(&other.name)));
    for row in largest_first {
        let same = |(one, _): &&mut (CountryReports, Vec<String>)| row.code.is_some() && one.code == row.code;
        match found.iter_mut().find(same) {
            Some((one, also)) => {
                one.reports += row.reports;
                also.push(row.name.clone());
            }
            None => found.push((row.clone(), Vec::new())),
        }
    }
    found
}

/// The countries with most reports as bars, under a caption of the definition `cybertips-by-country`;
/// `source` is the digest of the published table.
pub fn chart(caption: Caption, ranked: &[Ranked], most: usize, source: Digest) -> Result<Chart, ChartError> {
    let mut by_count: Vec<&Ranked> = ranked.iter().filter(|one| one.rank.is_some()).collect();
    by_count.sort_by_key(|one| one.rank);
    let statistic = |one: &Ranked| Statistic {
        value: one.reports as f64,
        unit: caption.unit().to_owned(),
        population: one.name.clone(),
        period: caption.period(),
        as_of: caption.as_of(),
        numerator: None,
        denominator: None,
        definition: caption.definition().clone(),
        method: "as published".to_owned(),
        interval: None,
        source,
    };
    let named: Vec<Bar> = by_count
        .into_iter()
        .take(most)
        .map(|one| Bar { name: one.name.clone(), figure: Some(statistic(one)) })
        .collect();
    bars(caption, &named)
}

fn check(reports: &[CountryReports], populations: &[Populations]) -> Result<(), CyberTipsError> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = reports.iter().find(|one| !seen.insert((&one.name, &one.code))) {
        return Err(CyberTipsError::Twice(twice.name.clone()));
    }
    for estimate in populations {
        if let Some((code, _)) = estimate.inhabitants.iter().find(|(_, people)| **people == 0) {
            let nobody = CyberTipsError::Nobody { source_name: estimate.source.clone(), code: code.clone() };
            return Err(nobody);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reports(name: &str, reports: u64) -> CountryReports {
        CountryReports { name: name.into(), code: Some(name.into()), reports }
    }

    fn estimate(source: &str, inhabitants: &[(&str, u64)]) -> Populations {
        let inhabitants = inhabitants.iter().map(|(code, people)| ((*code).to_owned(), *people)).collect();
        Populations { source: source.into(), inhabitants }
    }

    #[test]
    fn a_rank_that_another_estimate_changes_is_marked_and_the_others_are_not() {
        let given = [reports("A", 90_000), reports("B", 50_000), reports("C", 50_500)];
        let first = estimate("first", &[("A", 10_000_000), ("B", 10_000_000), ("C", 10_000_000)]);
        let found = rank(&given, std::slice::from_ref(&first), 0.95).unwrap();
        let places = |found: &[Ranked]| -> Vec<(String, usize, bool)> {
            found
                .iter()
                .map(|one| {
                    let place = one.per_capita.unwrap();
                    (one.name.clone(), place.rank, place.within_noise())
                })
                .collect()
        };
        let expected =
            |noise| vec![("A".to_owned(), 1, false), ("C".to_owned(), 2, noise), ("B".to_owned(), 3, noise)];
        assert_eq!(places(&found), expected(true), "the counts themselves are near");
        let far = [reports("A", 90_000), reports("B", 40_000), reports("C", 50_500)];
        assert_eq!(places(&rank(&far, std::slice::from_ref(&first), 0.95).unwrap()), expected(false));
        let second = estimate("second", &[("A", 10_000_000), ("B", 7_000_000), ("C", 10_000_000)]);
        assert_eq!(places(&rank(&far, &[first, second], 0.95).unwrap()), expected(true));
    }

    #[test]
    fn what_no_estimate_knows_keeps_its_reports_and_has_no_rank_per_inhabitant() {
        let nowhere = CountryReports { name: "No Country Listed".into(), code: None, reports: 1_000_000 };
        let given = [reports("A", 10), reports("B", 20), nowhere];
        let found = rank(&given, &[estimate("one", &[("A", 1000)])], 0.95).unwrap();
        let listed: Vec<(&str, Option<usize>, bool)> =
            found.iter().map(|one| (one.name.as_str(), one.rank, one.per_capita.is_some())).collect();
        assert_eq!(listed, [("A", Some(2), true), ("B", Some(1), false), ("No Country Listed", None, false)]);
        assert_eq!(rank(&given, &[], 0.95), Err(CyberTipsError::NoPopulation));
        assert!(rank(&given, &[estimate("one", &[("A", 0)])], 0.95).is_err());
        let twice = rank(&[reports("A", 1), reports("A", 2)], &[estimate("one", &[("A", 5)])], 0.95);
        assert_eq!(twice, Err(CyberTipsError::Twice("A".into())));
        let renamed = CountryReports { name: "A, the".into(), ..reports("A", 7) };
        let found = rank(&[reports("A", 1), renamed], &[estimate("one", &[("A", 5)])], 0.95).unwrap();
        assert_eq!(
            (found.len(), found[0].reports, found[0].also.as_slice()),
            (1, 8, ["A".to_owned()].as_slice())
        );
    }

    #[test]
    fn pairs_put_the_other_way_round_are_counted() {
        assert_eq!(discordant(&["a", "b", "c"], &["a", "b", "c"]), 0);
        assert_eq!(discordant(&["a", "b", "c"], &["c", "b", "a"]), 3);
        assert_eq!(discordant(&["a", "b", "c"], &["b", "a", "c"]), 1);
    }
}
