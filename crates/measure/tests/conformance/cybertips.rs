//! CyberTipline reports by country against published ranks.

use std::collections::BTreeMap;

use measure::built_in::cybertips::{CountryReports, Populations, Ranked, chart, discordant, rank, table};
use measure::definitions::Definitions;
use measure::sheet::Caption;
use measure::statistic::Period;
use model::Digest;

use crate::{assert_close, folder, number, rows};

type Row = BTreeMap<String, String>;

/// The population estimates of the ten-nation table, each with its rows.
fn estimates() -> Vec<(String, Vec<Row>)> {
    let mut found: Vec<(String, Vec<Row>)> = Vec::new();
    for row in rows("cybertips/asean-2019.csv") {
        let source = row["population_source"].clone();
        match found.iter_mut().find(|(name, _)| *name == source) {
            Some((_, rows)) => rows.push(row),
            None => found.push((source, vec![row])),
        }
    }
    found
}

fn populations(source: &str, rows: &[Row]) -> Populations {
    let inhabitants = rows.iter().map(|row| (row["nation"].clone(), row["population"].parse().unwrap()));
    Populations { source: source.to_owned(), inhabitants: inhabitants.collect() }
}

fn reports(rows: &[Row]) -> Vec<CountryReports> {
    rows.iter()
        .map(|row| CountryReports {
            name: row["nation"].clone(),
            code: Some(row["nation"].clone()),
            reports: row["cybertips_2019"].parse().unwrap(),
        })
        .collect()
}

fn names(ranked: &[Ranked]) -> Vec<&str> {
    ranked.iter().map(|one| one.name.as_str()).collect()
}

#[test]
fn each_estimate_gives_the_printed_rates_and_order_and_as_many_pairs_turned_round() {
    if folder().is_none() {
        return;
    }
    let estimates = estimates();
    assert_eq!(estimates.len(), 6);
    let mut turned = BTreeMap::new();
    for (source, rows) in &estimates {
        let ranked = rank(&reports(rows), &[populations(source, rows)], 0.95).unwrap();
        let mut printed = rows.clone();
        printed.sort_by_key(|row| row["order_here"].parse::<u32>().unwrap());
        for (place, (one, row)) in ranked.iter().zip(&printed).enumerate() {
            let per_capita = one.per_capita.unwrap();
            assert_eq!(one.name, row["nation"], "{source}");
            assert_eq!(per_capita.rank, place + 1, "{source}");
            assert_close(per_capita.per_thousand, number(row, "per_1000"), 5e-7, source);
        }
        // The global ranks by count and per inhabitant that were published order the ten as well.
        let published = |column: &str| -> Vec<String> {
            let mut rows = rows.clone();
            rows.sort_by_key(|row| row[column].parse::<u32>().unwrap());
            rows.into_iter().map(|row| row["nation"].clone()).collect()
        };
        let mut by_count: Vec<&Ranked> = ranked.iter().collect();
        by_count.sort_by_key(|one| one.rank);
        let by_count: Vec<&str> = by_count.into_iter().map(|one| one.name.as_str()).collect();
        assert_eq!(by_count, published("seed_global_rank"));
        let published = published("seed_percapita_rank");
        let published: Vec<&str> = published.iter().map(String::as_str).collect();
        let year = source.split(" est.").next().unwrap().to_owned();
        turned.insert(year, discordant(&names(&ranked), &published));
    }
    let of = |name: &str| *turned.iter().find(|(source, _)| source.starts_with(name)).unwrap().1;
    assert_eq!((of("CIA Factbook July 2020"), of("CIA Factbook July 2016"), of("UN WPP 2019")), (0, 0, 1));
    assert_eq!((of("CIA Factbook July 2021"), of("World Bank year 2019")), (2, 2));
}

#[test]
fn ranks_that_estimates_disagree_on_are_marked_and_the_first_is_not() {
    if folder().is_none() {
        return;
    }
    let estimates = estimates();
    let given = reports(&estimates[0].1);
    let all: Vec<Populations> = estimates.iter().map(|(source, rows)| populations(source, rows)).collect();
    let ranked = rank(&given, &all, 0.95).unwrap();
    let marked: BTreeMap<&str, bool> =
        ranked.iter().map(|one| (one.name.as_str(), one.per_capita.unwrap().within_noise())).collect();
    assert!(!marked["Philippines"], "first by every estimate");
    for nation in ["Lao PDR", "Indonesia", "Singapore", "Malaysia", "Cambodia"] {
        assert!(marked[nation], "{nation}");
    }
    // Whatever rank any estimate alone gives lies in the range that is stated.
    for estimate in &all {
        for one in rank(&given, std::slice::from_ref(estimate), 0.95).unwrap() {
            let stated =
                ranked.iter().find(|other| other.name == one.name).unwrap().per_capita.unwrap().ranks;
            let found = one.per_capita.unwrap().rank;
            assert!(stated.0 <= found && found <= stated.1, "{}: {found} in {stated:?}", one.name);
        }
    }
}

#[test]
fn the_world_table_loses_no_report_and_says_which_rows_have_no_rank() {
    if folder().is_none() {
        return;
    }
    let given: Vec<CountryReports> = rows("cybertips/reports-by-country-2021.csv")
        .iter()
        .map(|row| CountryReports {
            name: row["country"].clone(),
            code: Some(row["iso3"].clone()).filter(|code| !code.is_empty()),
            reports: row["reports"].replace(',', "").parse().unwrap(),
        })
        .collect();
    let inhabitants = rows("cybertips/population-2021.csv")
        .iter()
        .filter(|row| !row["iso3"].is_empty())
        .map(|row| (row["iso3"].clone(), row["population"].parse().unwrap()))
        .collect();
    let world = [Populations { source: "Our World in Data, 2021".to_owned(), inhabitants }];
    let ranked = rank(&given, &world, 0.95).unwrap();
    // The total that NCMEC published for 2021.
    assert_eq!(ranked.iter().map(|one| one.reports).sum::<u64>(), 29_397_681);
    let unplaced: Vec<&Ranked> = ranked.iter().filter(|one| one.per_capita.is_none()).collect();
    assert_eq!(unplaced.len(), 9);
    assert_eq!(unplaced.iter().filter(|one| one.rank.is_none()).count(), 1, "no country listed");
    let first = ranked.iter().find(|one| one.rank == Some(1)).unwrap();
    let most = given.iter().filter(|one| one.code.is_some()).max_by_key(|one| one.reports).unwrap();
    assert_eq!(first.name, most.name);
    let philippines = ranked.iter().find(|one| one.name == "Philippines").unwrap();
    assert_eq!(philippines.reports, 3_188_793);
    for pair in ranked.windows(2) {
        if let (Some(one), Some(other)) = (pair[0].per_capita, pair[1].per_capita) {
            assert!(one.per_thousand >= other.per_thousand);
            assert!(one.ranks.0 <= one.rank && one.rank <= one.ranks.1, "{}", pair[0].name);
        }
    }
    let definitions = Definitions::built_in().unwrap();
    let caption = Caption::new(
        "CyberTipline reports by country, 2021",
        definitions.get("cybertips-per-thousand").unwrap(),
        "countries and territories",
        Period::year(2021).unwrap(),
        "2022-12-31".parse().unwrap(),
        "NCMEC, reports by country 2021",
    )
    .unwrap();
    let table = table(caption, &ranked, &world);
    // One territory is listed under two names.
    assert_eq!(table.rows.len(), given.len() - 1);
    let guiana = ranked.iter().find(|one| one.name == "French Guiana").unwrap();
    assert_eq!((guiana.reports, guiana.also.len()), (315, 1));
    assert!(table.notes[1].starts_with("9 rows with 1193517 reports"), "{:?}", table.notes);
    let caption = Caption::new(
        "Most reports, 2021",
        definitions.get("cybertips-by-country").unwrap(),
        "countries and territories",
        Period::year(2021).unwrap(),
        "2022-12-31".parse().unwrap(),
        "NCMEC, reports by country 2021",
    );
    let drawn = chart(caption.unwrap(), &ranked, 10, Digest([9; 32])).unwrap();
    assert_eq!(drawn.table().rows.len(), 10);
    assert!(drawn.description().contains(&first.name), "{}", drawn.description());
}
