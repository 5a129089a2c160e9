//! `sagip outcomes`: what came of cases, counted from their facts, as reports to read, print and publish.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use clap::Subcommand;
use measure::{
    built_in::{
        minimum::quarterly_report,
        profile::{Profile, breakdown},
        public::{Publication, public_report},
        sentences::sentences_table,
        summary::results_by_year,
        tables,
    },
    calendar::Quarter,
    chart::{Regions, funnel, incidence},
    definitions::Definitions,
    disclosure::{Release, Rule},
    outcomes::{Basis, CaseFacts, Facts, FigureError, Passage, cohorts, count, reached, times},
    sheet::{Block, Caption, Paper, write_workbook},
    statistic::Period,
    survival::SurvivalError,
};
use model::CivilDate;

use crate::{End, out::Out};

#[derive(clap::Args)]
pub(crate) struct Common {
    /// The facts of cases as JSON, an array; ids are opaque, nobody is named
    #[arg(value_name = "FACTS")]
    facts: PathBuf,
    /// The day on which what had happened is told
    #[arg(long, value_name = "DAY")]
    as_of: CivilDate,
    /// Of whom the figures speak, such as “cases of the Synthetic Desk”
    #[arg(long, value_name = "WORDS")]
    population: String,
    /// Who publishes it
    #[arg(long, value_name = "NAME")]
    publisher: String,
    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum What {
    /// Everything, for those who may see it: page, PDF and workbook
    Summary {
        #[command(flatten)]
        common: Common,
        /// The first day
        #[arg(long, value_name = "DAY")]
        from: CivilDate,
        /// The last day
        #[arg(long, value_name = "DAY")]
        to: CivilDate,
    },
    /// One page that may be published, small numbers withheld
    Public {
        #[command(flatten)]
        common: Common,
        /// The first day
        #[arg(long, value_name = "DAY")]
        from: CivilDate,
        /// The last day
        #[arg(long, value_name = "DAY")]
        to: CivilDate,
        /// The release.json of a page published before
        #[arg(long, value_name = "FILE")]
        earlier: Vec<PathBuf>,
    },
    /// The quarterly report with the minimum data set of RA 11930's rules, section 103
    Quarterly {
        #[command(flatten)]
        common: Common,
        /// The year
        #[arg(long, value_name = "YEAR")]
        year: i16,
        /// The quarter, 1 to 4
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i8).range(1..=4))]
        quarter: i8,
        /// Incidents that wait to be looked at
        #[arg(long, value_name = "N")]
        waiting: u64,
    },
}

/// Times that are drawn.
const PASSAGES: [Passage; 6] = [
    Passage::TipToAction,
    Passage::ActionToRescue,
    Passage::RescueToCharge,
    Passage::ChargeToVerdict,
    Passage::VerdictToRestored,
    Passage::RescueToRestored,
];

pub(crate) fn run(what: What, out: Out) -> anyhow::Result<End> {
    let definitions = Definitions::built_in()?;
    match what {
        What::Summary { common, from, to } => {
            let facts = common.read()?;
            let basis = Basis { facts: &facts, definitions: &definitions, population: &common.population };
            let paper = summary(&basis, &common.publisher, period(from, to)?)?;
            common.write(&paper, "outcomes", out)
        }
        What::Public { common, from, to, earlier } => {
            let facts = common.read()?;
            let basis = Basis { facts: &facts, definitions: &definitions, population: &common.population };
            let earlier = earlier
                .iter()
                .map(|path| {
                    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
                    serde_json::from_str::<Release>(&text).with_context(|| path.display().to_string())
                })
                .collect::<anyhow::Result<Vec<_>>>()?;
            let regions = Regions::built_in()?;
            let publication = Publication {
                title: "What was done",
                publisher: &common.publisher,
                period: period(from, to)?,
                regions: &regions,
                rule: Rule::default(),
                earlier: &earlier,
            };
            let report = public_report(&basis, &publication)?;
            fs::create_dir_all(&common.out).with_context(|| common.out.display().to_string())?;
            write(&common.out, "release.json", serde_json::to_string_pretty(&report.release)?.as_bytes())?;
            common.write(&report.paper, "public", out)
        }
        What::Quarterly { common, year, quarter, waiting } => {
            let facts = common.read()?;
            let basis = Basis { facts: &facts, definitions: &definitions, population: &common.population };
            let report = quarterly_report(&basis, Quarter { year, number: quarter }, waiting)?;
            common.write(&report.paper(&definitions, &common.publisher, common.as_of)?, "quarterly", out)
        }
    }
}

fn period(first: CivilDate, last: CivilDate) -> anyhow::Result<Period> {
    ensure!(first <= last, "--from {first} is after --to {last}");
    Ok(Period { first, last })
}

fn summary(basis: &Basis<'_>, publisher: &str, period: Period) -> anyhow::Result<Paper> {
    let caption = |id: &str| -> anyhow::Result<Caption> {
        Ok(Caption::of_cases(basis, basis.definitions.get(id)?, period)?)
    };
    let table = |table| Block::Table(Box::new(table));
    let chart = |chart| Block::Chart(Box::new(chart));
    let figures = measure::outcomes::Outcome::ALL
        .into_iter()
        .map(|outcome| count(basis, outcome, period))
        .collect::<Result<Vec<_>, _>>()?;
    let chain = reached(basis, period)?;
    let mut blocks = vec![
        Block::Heading("What was done".to_owned()),
        table(tables::figures(caption("cumulative-results")?.titled("What was done"), &figures)),
        table(results_by_year(basis, period)?),
        Block::Heading("How far cases came".to_owned()),
        chart(funnel(caption("chain")?, &chain)?),
        table(tables::cohorts(basis, period, &cohorts(basis, period)?)?),
        Block::Heading("Children, accused and customers".to_owned()),
    ];
    for profile in Profile::ALL {
        blocks.push(table(breakdown(basis, profile, period)?.table(basis)?));
    }
    blocks.push(table(sentences_table(basis, period)?));
    blocks.push(Block::Heading("How long it took".to_owned()));
    for passage in PASSAGES {
        match times(basis, passage, period) {
            Ok(times) => blocks.push(chart(incidence(caption(passage.id())?, &times.curves)?)),
            // Nobody set out on that way in the period.
            Err(FigureError::Survival(SurvivalError::Nobody)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Paper {
        title: "What came of the cases".to_owned(),
        publisher: publisher.to_owned(),
        as_of: basis.facts.as_of(),
        blocks,
    })
}

impl Common {
    fn read(&self) -> anyhow::Result<Facts> {
        let name = || self.facts.display().to_string();
        let text = fs::read_to_string(&self.facts).with_context(name)?;
        let cases: Vec<CaseFacts> = serde_json::from_str(&text).with_context(name)?;
        if cases.is_empty() {
            bail!("{}: there is no case in it", name());
        }
        Facts::new(cases, self.as_of).with_context(name)
    }

    fn write(&self, paper: &Paper, name: &str, out: Out) -> anyhow::Result<End> {
        fs::create_dir_all(&self.out).with_context(|| self.out.display().to_string())?;
        write(&self.out, &format!("{name}.html"), paper.html().as_bytes())?;
        write(&self.out, &format!("{name}.pdf"), &paper.pdf())?;
        let tables = paper.tables();
        let mut workbook = Vec::new();
        write_workbook(&mut workbook, &tables)?;
        write(&self.out, &format!("{name}.xlsx"), &workbook)?;
        let files = ["html", "pdf", "xlsx"].map(|ending| self.out.join(format!("{name}.{ending}")));
        out.result(
            &format!(
                "{} tables as a page, as PDF and as a workbook are in {}.",
                tables.len(),
                self.out.display()
            ),
            &serde_json::json!({ "files": files, "tables": tables.len() }),
        );
        Ok(End::Done)
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = folder.join(name);
    fs::write(&path, bytes).with_context(|| path.display().to_string())
}
