//! Estimates from surveys: `sagip estimate nsum` and `sagip estimate rds`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use measure::survey::{
    recruitment::{Recruited, share},
    scale_up::{Reports, percentile_interval},
};

use crate::{End, out::Out};

#[derive(clap::Args)]
pub(crate) struct ScaleUp {
    /// A table with one row a respondent; a column for each known group, named as in --known
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The known groups: a table with the columns name and size
    #[arg(long, value_name = "FILE")]
    known: PathBuf,
    /// The column that says how many of the hidden group a respondent knows
    #[arg(long, value_name = "COLUMN")]
    hidden: String,
    /// The size of the whole population
    #[arg(long, value_name = "N")]
    population: f64,
    /// The column that says for how many people a respondent stands; each for one without it
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// The column of strata; one stratum without it
    #[arg(long, value_name = "COLUMN")]
    stratum: Option<String>,
    /// The column of clusters (primary sampling units); each respondent one without it
    #[arg(long, value_name = "COLUMN")]
    cluster: Option<String>,
    /// Counts of a known group above this are lowered to it
    #[arg(long, value_name = "N")]
    most: Option<f64>,
    /// Bootstrap replicates, by stratum and cluster
    #[arg(long, value_name = "N", default_value_t = 1000)]
    bootstrap: u32,
    /// The seed of the replicates; the result does not depend on the number of threads
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The coverage of the interval
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    coverage: f64,
}

#[derive(clap::Args)]
pub(crate) struct Recruitment {
    /// A table with one row a respondent
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The column that says how many of the group a respondent knows
    #[arg(long, value_name = "COLUMN")]
    degree: String,
    /// The column of the trait
    #[arg(long = "trait", value_name = "COLUMN")]
    column: String,
    /// The value of the trait that is counted
    #[arg(long, value_name = "VALUE", default_value = "1")]
    value: String,
}

/// Degree ratios and transmissions of the grid: from a quarter to twice as many, and half to all told.
const RATIOS: [f64; 5] = [0.25, 0.5, 1.0, 1.5, 2.0];
const TRANSMISSIONS: [f64; 3] = [0.5, 0.75, 1.0];

pub(crate) fn scale_up(args: &ScaleUp, out: Out) -> anyhow::Result<End> {
    ensure!(args.coverage > 0.0 && args.coverage < 1.0, "--coverage is between 0 and 1");
    ensure!(args.population > 0.0, "--population is above 0");
    let known = Table::read(&args.known)?;
    let names = known.column("name")?;
    let sizes = known.numbers("size")?;
    let table = Table::read(&args.file)?;
    let rows = table.rows.len();
    ensure!(rows > 0, "{}: there is no respondent", table.file);
    let columns = names.iter().map(|name| table.optional(name)).collect::<anyhow::Result<Vec<_>>>()?;
    let reports = Reports {
        population: args.population,
        known_sizes: sizes,
        known: (0..rows)
            .map(|row| columns.iter().map(|column| column.get(row).copied().flatten()).collect())
            .collect(),
        hidden: table.numbers(&args.hidden)?,
        weights: match &args.weight {
            Some(column) => table.numbers(column)?,
            None => vec![1.0; rows],
        },
    };
    let reports = match args.most {
        Some(most) => reports.top_coded(most),
        None => reports,
    };
    let point = reports.ratio()?;
    let (strata, clusters) = design(args, &table, rows)?;
    let replicates = reports.bootstrap(&strata, &clusters, args.bootstrap, args.seed)?;
    let interval = (!replicates.is_empty()).then(|| percentile_interval(&replicates, args.coverage));
    let held = reports.hold_out()?;
    let grid = reports.grid(&RATIOS, &TRANSMISSIONS)?;
    let (least, greatest) =
        grid.iter().fold((f64::MAX, 0.0_f64), |(a, b), one| (a.min(one.estimate), b.max(one.estimate)));
    let mut words =
        format!("{point:.0} by the ratio, {:.0} by the mean of ratios", reports.mean_of_ratios()?);
    if let Some((lower, upper)) = interval {
        words.push_str(&format!(
            "; {:.0} % of {} replicates between {lower:.0} and {upper:.0}",
            100.0 * args.coverage,
            args.bootstrap
        ));
    }
    words.push_str(&format!(
        ".\nIf members know fewer or more people than others do, or not all ties are told: {least:.0} to \
         {greatest:.0}. The interval knows nothing of that.\nKnown groups estimated as if they were hidden:"
    ));
    for (name, one) in names.iter().zip(&held) {
        words.push_str(&format!("\n  {name}: {:.0}, truly {:.0}", one.estimate, one.size));
    }
    let object = serde_json::json!({
        "respondents": rows, "ratio": point, "mean_of_ratios": reports.mean_of_ratios()?,
        "lower": interval.map(|(lower, _)| lower), "upper": interval.map(|(_, upper)| upper),
        "coverage": args.coverage, "replicates": args.bootstrap, "seed": args.seed,
        "killworth_error": reports.killworth_error()?, "hold_out": held, "sensitivity": grid,
    });
    out.result(&words, &object);
    Ok(End::Done)
}

/// Strata and clusters by number.
fn design(args: &ScaleUp, table: &Table, rows: usize) -> anyhow::Result<(Vec<u64>, Vec<u64>)> {
    let numbered = |values: Vec<String>| {
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        let number = |value| {
            let next = seen.len() as u64;
            *seen.entry(value).or_insert(next)
        };
        values.into_iter().map(number).collect::<Vec<u64>>()
    };
    let strata = match &args.stratum {
        Some(column) => numbered(table.column(column)?),
        None => vec![0; rows],
    };
    let clusters = match &args.cluster {
        Some(column) => numbered(table.column(column)?),
        None => (0..rows as u64).collect(),
    };
    Ok((strata, clusters))
}

pub(crate) fn recruitment(args: &Recruitment, out: Out) -> anyhow::Result<End> {
    let table = Table::read(&args.file)?;
    let (degrees, traits) = (table.numbers(&args.degree)?, table.column(&args.column)?);
    let sample: Vec<Recruited> = degrees
        .into_iter()
        .zip(traits)
        .map(|(degree, found)| Recruited { degree, has: found == args.value })
        .collect();
    let Some(found) = share(&sample)? else { bail!("{}: there is no respondent", table.file) };
    let words = format!(
        "{:.1} % of the group (RDS-II), {:.1} % of the {} respondents; a respondent knows {:.1} by the harmonic \
         mean.\nOnly for adults: neither children nor traffickers can recruit each other into a study.",
        100.0 * found.weighted,
        100.0 * found.unweighted,
        sample.len(),
        found.mean_degree
    );
    out.result(&words, &serde_json::json!({ "respondents": sample.len(), "share": found }));
    Ok(End::Done)
}

/// A table of texts with named columns.
pub(crate) struct Table {
    pub(crate) file: String,
    pub(crate) names: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table as CSV; every row has as many values as there are columns.
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let name = file.display().to_string();
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).with_context(|| name.clone())?;
        let names = reader.headers().with_context(|| name.clone())?.iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|row| row.map(|row| row.iter().map(str::to_owned).collect()))
            .collect::<Result<_, _>>()
            .with_context(|| name.clone())?;
        Ok(Self { file: name, names, rows })
    }

    /// The values of a column.
    pub(crate) fn column(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let place = self.names.iter().position(|known| known == name).with_context(|| {
            format!("{}: there is no column “{name}”; there are {}", self.file, self.names.join(", "))
        })?;
        Ok(self.rows.iter().map(|row| row.get(place).cloned().unwrap_or_default()).collect())
    }

    fn numbers(&self, name: &str) -> anyhow::Result<Vec<f64>> {
        let values = self.optional(name)?;
        let row = |(place, value): (usize, Option<f64>)| {
            value.with_context(|| format!("{}:{}: “{name}” is empty", self.file, place + 2))
        };
        values.into_iter().enumerate().map(row).collect()
    }

    /// Numbers of a column; an empty value or NA is none.
    fn optional(&self, name: &str) -> anyhow::Result<Vec<Option<f64>>> {
        let number = |(place, value): (usize, String)| {
            if value.is_empty() || value == "NA" {
                return Ok(None);
            }
            let number = value.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
            let wrong =
                || format!("{}:{}: “{value}” in “{name}” is no number of 0 or more", self.file, place + 2);
            number.map(Some).with_context(wrong)
        };
        self.column(name)?.into_iter().enumerate().map(number).collect()
    }
}
