//! Suppression, its audit and rounding on a made-up table.

use measure::disclosure::{Child, Rule, Suppression, Tabulation, audit, round_to_base, suppress};

use crate::{folder, number, rows};

/// The table of a file, each child a case of their own, and its dimensions' names.
fn tabulation(path: &str, dimensions: &[&str]) -> Tabulation {
    let rows = rows(path);
    let categories: Vec<Vec<String>> = dimensions
        .iter()
        .map(|&dimension| {
            let mut names: Vec<String> = rows.iter().map(|row| row[dimension].clone()).collect();
            names.sort();
            names.dedup();
            names
        })
        .collect();
    let mut children = Vec::new();
    for row in &rows {
        let found = dimensions.iter().zip(&categories);
        let place: Vec<usize> = found
            .map(|(&dimension, names)| names.iter().position(|name| *name == row[dimension]).unwrap())
            .collect();
        for _ in 0..number(row, "freq") as u64 {
            children.push(Child { categories: place.clone(), case: children.len() as u64 });
        }
    }
    Tabulation::new(categories, &children, &[(0..dimensions.len()).collect()]).unwrap()
}

fn cell(table: &Tabulation, labels: &[&str]) -> usize {
    table.cells().iter().position(|cell| table.labels(cell) == labels).unwrap()
}

/// The peer's rule: counts of one up to a limit are small, nothing is asked of cases.
fn rule(largest_small: u64, protect_zeros: bool) -> Rule {
    Rule {
        least_children: largest_small + 1,
        least_cases: 0,
        largest_share: 1.0,
        protect_zeros,
        least_width: 1,
    }
}

const RUNS: [(&str, &str, &[&str], u64, bool); 4] = [
    ("A", "input_region_age_sex.csv", &["region", "age", "sex"], 4, false),
    ("B", "input_region_age_sex.csv", &["region", "age", "sex"], 4, true),
    ("C", "input_region_age_sex.csv", &["region", "age", "sex"], 9, false),
    ("2d", "input_region_age.csv", &["region", "age"], 4, false),
];

#[test]
fn the_printed_cells_are_primary_and_the_same_are_withheld() {
    if folder().is_none() {
        return;
    }
    for (name, input, dimensions, largest_small, protect_zeros) in RUNS {
        let table = tabulation(&format!("disclosure/{input}"), dimensions);
        let found = suppress(&table, &rule(largest_small, protect_zeros), &[]).unwrap();
        let mut different = Vec::new();
        for row in rows(&format!("disclosure/gausssuppression_{name}.csv")) {
            let labels: Vec<&str> = dimensions.iter().map(|&dimension| row[dimension].as_str()).collect();
            let number = cell(&table, &labels);
            assert_eq!(found.primary[number], row["primary"] == "TRUE", "{name} {labels:?}");
            if found.withheld[number] != (row["suppressed"] == "TRUE") {
                different.push(labels.join(" "));
            }
        }
        assert!(different.is_empty(), "{name}: {different:?}");
    }
}

#[test]
fn the_audit_of_the_printed_pattern_lies_within_the_printed_bounds_and_proves_itself() {
    if folder().is_none() {
        return;
    }
    for (name, input, dimensions, largest_small, protect_zeros) in RUNS {
        let table = tabulation(&format!("disclosure/{input}"), dimensions);
        let rule = rule(largest_small, protect_zeros);
        let mut pattern = Suppression {
            primary: vec![false; table.cells().len()],
            withheld: vec![false; table.cells().len()],
        };
        for row in rows(&format!("disclosure/gausssuppression_{name}.csv")) {
            let labels: Vec<&str> = dimensions.iter().map(|&dimension| row[dimension].as_str()).collect();
            let number = cell(&table, &labels);
            pattern.primary[number] = row["primary"] == "TRUE";
            pattern.withheld[number] = row["suppressed"] == "TRUE";
        }
        let found = audit(&table, &pattern, &rule).unwrap();
        assert!(found.holds(&table, &pattern), "{name}");
        assert!(found.exposed.is_empty(), "{name}: {:?}", found.exposed);
        let mut same = 0;
        let printed = rows(&format!("disclosure/gausssuppression_{name}_audit.csv"));
        for row in &printed {
            let labels: Vec<&str> = dimensions.iter().map(|&dimension| row[dimension].as_str()).collect();
            let bounds = found.bounds.iter().find(|bounds| bounds.cell == cell(&table, &labels)).unwrap();
            let (low, high) = (number(row, "lp_low"), number(row, "lp_high"));
            // Whole numbers can only lie closer than fractions.
            assert!(
                bounds.least as f64 >= low - 1e-6 && bounds.greatest as f64 <= high + 1e-6,
                "{name} {labels:?}"
            );
            same += usize::from(bounds.least == low.ceil() as u64 && bounds.greatest == high.floor() as u64);
        }
        println!("{name}: {same} of {} bounds equal", printed.len());
        assert!(same * 10 >= printed.len() * 9, "{name}: {same} of {}", printed.len());
    }
}

#[test]
fn rounding_keeps_sums_and_is_no_further_off_than_the_printed_one() {
    if folder().is_none() {
        return;
    }
    let table = tabulation("disclosure/input_region_age_sex.csv", &["region", "age", "sex"]);
    let found = round_to_base(&table, 5).unwrap();
    let printed = rows("disclosure/smallcountrounding_base5_publish.csv");
    assert_eq!(printed.len(), table.cells().len());
    let mut off = 0;
    for (cell, &rounded) in table.cells().iter().zip(&found.cells) {
        assert!(rounded == 0 || rounded >= 5, "{:?}", table.labels(cell));
        assert_eq!(rounded, cell.members.iter().map(|&member| found.inner[member]).sum::<u64>());
        off += rounded.abs_diff(cell.children);
    }
    let printed: f64 = printed.iter().map(|row| number(row, "difference").abs()).sum();
    println!("off by {off} in all, printed {printed}");
    assert!(off as f64 <= printed * 1.1, "{off} against {printed}");
}
