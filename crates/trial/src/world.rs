//! Parties, payments and labels: what is made up, read, and tried on.

use model::{Country, Instant, Span};
use screening::engine::Activity;
use serde::{Deserialize, Serialize};

/// A ledger with what is known of its parties; events are in event order and name parties by place.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The payments.
    pub events: Vec<Activity>,
    /// Account by party; empty for a made-up ledger, whose accounts are [`account`].
    pub accounts: Vec<String>,
    /// Whether it is made up by [`simulate`](crate::simulate()).
    pub synthetic: bool,
}

/// What is known of every party of a ledger.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// By party.
    pub parties: Vec<Label>,
    /// The names of populations.
    pub populations: Vec<String>,
}

/// What is known of a party. All but `part` and `weight` serves fairness reports and nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// What it has to do with the crime.
    pub part: Part,
    /// How many parties it stands for.
    pub weight: f32,
    /// Its population: a place in [`Labels::populations`]; none if not known.
    pub population: Option<u16>,
    /// Sex.
    pub sex: Sex,
    /// Age in years; 0 if not known.
    pub age: u8,
    /// Nationality.
    pub nationality: Option<Country>,
}

/// What a party has to do with the crime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Nothing.
    #[default]
    Ordinary,
    /// Pays for abuse.
    Offender,
    /// Is paid for abuse.
    Facilitator,
    /// Is harmed: never somebody to be found as an offender.
    Victim,
}

/// Sex, for fairness reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Not known.
    #[default]
    Unknown,
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Default for Label {
    fn default() -> Self {
        Self {
            part: Part::Ordinary,
            weight: 1.0,
            population: None,
            sex: Sex::Unknown,
            age: 0,
            nationality: None,
        }
    }
}

impl Labels {
    /// The label of a party; an ordinary one if nothing is known.
    pub fn of(&self, party: u32) -> Label {
        self.parties.get(party as usize).copied().unwrap_or_default()
    }

    /// The name of a party's population.
    pub fn population(&self, party: u32) -> Option<&str> {
        self.populations.get(usize::from(self.of(party).population?)).map(String::as_str)
    }

    /// By party, whether it is of a population of families: one whose name begins with `family`.
    pub(crate) fn is_family(&self, label: Label) -> bool {
        let name = label.population.and_then(|place| self.populations.get(usize::from(place)));
        name.is_some_and(|name| name.starts_with("family"))
    }
}

/// The account of a made-up party.
pub fn account(party: u32) -> String {
    format!("SYN-{:08}", u64::from(party) + 1)
}

impl Ledger {
    /// How many parties there are.
    pub fn parties(&self) -> usize {
        let most = self.events.iter().map(|event| event.sender.max(event.receiver)).max();
        most.map_or(0, |most| most as usize + 1).max(self.accounts.len())
    }

    /// The beginnings of the months (UTC) its events fall in, and the beginning of the one after.
    pub fn months(&self) -> Vec<Instant> {
        let day = |at: Instant| at.day_in("UTC");
        let ends =
            self.events.first().and_then(|e| day(e.at)).zip(self.events.last().and_then(|e| day(e.at)));
        let Some((first, last)) = ends else { return Vec::new() };
        let number = |year: i16, month: i8| i32::from(year) * 12 + i32::from(month) - 1;
        let months = number(first.year(), first.month())..=number(last.year(), last.month()) + 1;
        let start = |month: i32| {
            let (year, month) = (i16::try_from(month.div_euclid(12)).ok()?, month.rem_euclid(12) + 1);
            model::CivilDate::new(year, i8::try_from(month).ok()?, 1)?.start_in("UTC")
        };
        months.filter_map(start).collect()
    }
}

/// A span of so many days.
pub(crate) fn days(days: f64) -> Span {
    Span((days * 86_400e6) as i64)
}
