//! The queue: reports ranked by how near a child is to harm.

use askama::Template;
use model::{Id, kinds};

use super::{
    clock::ClockChip,
    icon::Icon,
    list::{Filter, Paging},
    risk::RiskBand,
    routes,
    shell::Shell,
    time::Moment,
};

/// One row of the queue, its facts in the order the page keeps everywhere.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// The report.
    pub id: Id<kinds::Report>,
    /// Its number: `R-000142`.
    pub number: String,
    /// Its state's word.
    pub state: String,
    /// How urgent.
    pub risk: RiskBand,
    /// Why it stands here, in one sentence.
    pub why: String,
    /// When it was received.
    pub received: Moment,
    /// The clock that runs out next.
    pub clock: Option<ClockChip>,
    /// Where the child is thought to be; empty where nothing says.
    pub place: String,
    /// How sure that is, in words.
    pub place_confidence: String,
    /// Who sent it.
    pub source: String,
    /// By which channel.
    pub channel: String,
    /// How many other reports it is linked to.
    pub links: u64,
    /// How many known files and alerts it matches.
    pub matches: u64,
}

/// One of the three steps of a new house.
#[derive(Clone, Debug)]
pub struct FirstStep {
    /// What to do.
    pub title: String,
    /// How, in a sentence.
    pub says: String,
    /// The link's words and address; `None` where it is somebody else's step.
    pub link: Option<(String, String)>,
}

/// The queue.
#[derive(Clone, Debug, Template)]
#[template(path = "queue.html")]
pub struct QueuePage {
    /// The shell.
    pub shell: Shell,
    /// How many are at risk now, under no filter.
    pub at_risk_now: u64,
    /// State, level, source.
    pub filter: Filter,
    /// The rows.
    pub rows: Vec<QueueRow>,
    /// Where the list stands.
    pub paging: Paging,
    /// The steps of a new house; empty once a report has come.
    pub first_run: Vec<FirstStep>,
}
