//! `sagip publish`: a table of children made safe to publish, with the proof that it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use measure::disclosure::{Child, Release, Rule, Suppression, Tabulation, compare_releases, protect};

use super::survey::Table;
use crate::{End, out::Out};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// One row a child: the column `case` (or family) and a column for each dimension. It is never published
    #[arg(value_name = "CHILDREN")]
    children: PathBuf,
    /// A table to publish: the columns it crosses, such as region,age. Several are protected together
    #[arg(long = "table", value_name = "COLUMNS", required = true)]
    tables: Vec<String>,
    /// The folder for what may be published
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The fewest children of a published cell, never under five
    #[arg(long, value_name = "N", default_value_t = 10)]
    threshold: u64,
    /// The fewest cases or families of a published cell
    #[arg(long, value_name = "N", default_value_t = 3)]
    cases: usize,
    /// The largest share of a cell that one case may be
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    largest_share: f64,
    /// How far apart the least and greatest value of a withheld cell must lie
    #[arg(long, value_name = "N", default_value_t = 3)]
    width: u64,
    /// Withhold empty cells too, where a group can be recognised
    #[arg(long)]
    protect_zeros: bool,
    /// An earlier release over the same columns: its CHILDREN and its release.json
    #[arg(long, num_args = 2, value_names = ["CHILDREN", "RELEASE"])]
    earlier: Vec<PathBuf>,
}

/// The sign of a withheld cell, whyever it is withheld.
const WITHHELD: &str = "–";

pub(crate) fn run(args: &Args, out: Out) -> anyhow::Result<End> {
    let rule = Rule {
        least_children: args.threshold,
        least_cases: args.cases,
        largest_share: args.largest_share,
        protect_zeros: args.protect_zeros,
        least_width: args.width,
    };
    let tables: Vec<Vec<String>> = args
        .tables
        .iter()
        .map(|columns| columns.split(',').map(|column| column.trim().to_owned()).collect())
        .collect();
    let dimensions: BTreeSet<String> = tables.iter().flatten().cloned().collect();
    let dimensions: Vec<String> = dimensions.into_iter().collect();
    let now = Rows::read(&args.children, &dimensions)?;
    let mut before = Vec::new();
    for pair in args.earlier.chunks_exact(2) {
        let [children, release] = pair else { continue };
        let text = fs::read_to_string(release).with_context(|| release.display().to_string())?;
        let release: Published =
            serde_json::from_str(&text).with_context(|| release.display().to_string())?;
        before.push((Rows::read(children, &dimensions)?, release));
    }
    // Categories of all releases together, so that their cells are the same.
    let mut categories = vec![BTreeSet::new(); dimensions.len()];
    for rows in before.iter().map(|(rows, _)| rows).chain([&now]) {
        for (known, row) in categories.iter_mut().zip(&rows.columns) {
            known.extend(row.iter().cloned());
        }
    }
    let categories: Vec<Vec<String>> = categories.into_iter().map(|set| set.into_iter().collect()).collect();
    let place = |column: &String| dimensions.iter().position(|known| known == column).unwrap_or_default();
    let crossed: Vec<Vec<usize>> = tables.iter().map(|columns| columns.iter().map(place).collect()).collect();
    let table = now.tabulate(&categories, &crossed)?;
    let mut earlier = Vec::new();
    for (rows, published) in &before {
        let table = rows.tabulate(&categories, &crossed)?;
        let hidden = published.withheld(&table);
        earlier.push((table, Suppression { primary: vec![false; hidden.len()], withheld: hidden }));
    }
    let beside: Vec<(&Tabulation, &Suppression)> =
        earlier.iter().map(|(table, hidden)| (table, hidden)).collect();
    let safe = protect(&table, &rule, &[], &beside)?;
    ensure!(
        safe.audit.holds(&table, &safe.suppression),
        "the audit's own proof does not add up; nothing is published"
    );
    let release = Release::new(&table, &safe.suppression);
    let small: Vec<String> = before
        .iter()
        .flat_map(|(_, published)| compare_releases(&published.release, &release, &rule))
        .map(|small| small.to_string())
        .collect();
    if !small.is_empty() {
        out.result(
            &format!(
                "Nothing was written: beside an earlier release this one would give a small group away.\n{}",
                small.join("\n")
            ),
            &serde_json::json!({ "published": false, "why": small }),
        );
        return Ok(End::Findings);
    }
    let withheld = safe.suppression.withheld.iter().filter(|withheld| **withheld).count();
    fs::create_dir_all(&args.out).with_context(|| args.out.display().to_string())?;
    let published = Published {
        dimensions,
        categories,
        unit: "children".to_owned(),
        protected_unit: "case or family".to_owned(),
        rule,
        release,
        audit: serde_json::to_value(&safe.audit.bounds)?,
    };
    let path = args.out.join("release.json");
    fs::write(&path, serde_json::to_string_pretty(&published)?)
        .with_context(|| path.display().to_string())?;
    published.write(&args.out.join("tables.csv"))?;
    let cells = published.release.cells.len();
    let words = format!(
        "{cells} cells, {withheld} of them withheld; every withheld cell can lie at least {} apart, as the proof in \
         release.json shows.\nPublish {}; keep {} to yourself.",
        rule.least_width,
        args.out.display(),
        args.children.display()
    );
    let object = serde_json::json!({
        "published": true, "cells": cells, "withheld": withheld, "folder": args.out, "rule": rule,
    });
    out.result(&words, &object);
    Ok(End::Done)
}

/// The children of a file, without names for what they are counted by.
struct Rows {
    cases: Vec<u64>,
    /// By dimension, the category of each child.
    columns: Vec<Vec<String>>,
}

impl Rows {
    fn read(file: &Path, dimensions: &[String]) -> anyhow::Result<Self> {
        let table = Table::read(file)?;
        let mut numbers: BTreeMap<String, u64> = BTreeMap::new();
        let number = |case: String| {
            let next = numbers.len() as u64;
            *numbers.entry(case).or_insert(next)
        };
        let cases = table.column("case")?;
        if let Some(row) = cases.iter().position(String::is_empty) {
            anyhow::bail!(
                "{}:{}: the child has no case or family, which is what is protected",
                table.file,
                row + 2
            );
        }
        let columns = dimensions.iter().map(|name| table.column(name)).collect::<anyhow::Result<Vec<_>>>()?;
        for (name, column) in dimensions.iter().zip(&columns) {
            if let Some(row) = column.iter().position(String::is_empty) {
                anyhow::bail!(
                    "{}:{}: “{name}” is empty; write “not known” if it is not",
                    table.file,
                    row + 2
                );
            }
        }
        Ok(Self { cases: cases.into_iter().map(number).collect(), columns })
    }

    fn tabulate(&self, categories: &[Vec<String>], tables: &[Vec<usize>]) -> anyhow::Result<Tabulation> {
        let children: Vec<Child> = (0..)
            .zip(&self.cases)
            .map(|(row, case)| Child {
                categories: self
                    .columns
                    .iter()
                    .zip(categories)
                    .map(|(column, names)| {
                        let value = column.get::<usize>(row);
                        value.and_then(|value| names.binary_search(value).ok()).unwrap_or(usize::MAX)
                    })
                    .collect(),
                case: *case,
            })
            .collect();
        Ok(Tabulation::new(categories.to_vec(), &children, tables)?)
    }
}

/// A release as it is written: everything in it may be published.
#[derive(serde::Serialize, serde::Deserialize)]
struct Published {
    dimensions: Vec<String>,
    categories: Vec<Vec<String>>,
    unit: String,
    protected_unit: String,
    rule: Rule,
    #[serde(flatten)]
    release: Release,
    audit: serde_json::Value,
}

impl Published {
    /// Which cells of a table this release did not show.
    fn withheld(&self, table: &Tabulation) -> Vec<bool> {
        let shown = |labels: &[String]| {
            self.release.cells.iter().any(|cell| cell.labels == labels && cell.children.is_some())
        };
        table.cells().iter().map(|cell| !shown(&table.labels(cell))).collect()
    }

    fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut table = csv::Writer::from_path(path).with_context(|| path.display().to_string())?;
        let head = self.dimensions.iter().map(String::as_str).chain(["children"]);
        table.write_record(head)?;
        for cell in &self.release.cells {
            let children = cell.children.map_or_else(|| WITHHELD.to_owned(), |children| children.to_string());
            table.write_record(cell.labels.iter().map(|label| defused(label)).chain([children]))?;
        }
        Ok(table.flush()?)
    }
}

/// A text that no spreadsheet takes for a formula.
fn defused(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}
