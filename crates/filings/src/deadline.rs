//! How long there is to file, as data. The clock starts when the suspicion is formed.

use std::{collections::BTreeSet, str::FromStr};

use jiff::{ToSpan as _, civil};
use model::{CivilDate, Instant, Span};
use reports::{Limit, RunningClock};
use serde::Deserialize;

use crate::profile::ProfileFault;

/// The version of the schema this loader reads.
const SCHEMA: u32 = 1;

/// The deadlines that come with the program.
pub const DEADLINES: (&str, &str) =
    ("data/filings/deadlines.toml", include_str!("../../../data/filings/deadlines.toml"));

/// How long there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// At once, or so many hours or days of 24 hours.
    Span(Limit),
    /// So many working days after the day of the suspicion, to the end of the last one.
    WorkingDays(u32),
}

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let days = text.strip_suffix(" working days").or_else(|| text.strip_suffix(" working day"));
        match days.map(str::parse) {
            Some(Ok(days @ 1..=365)) => Ok(Self::WorkingDays(days)),
            Some(_) => Err(format!(
                "“{text}” is not a limit; expected 1 to 365 working days, such as `3 working days`"
            )),
            None => text.parse().map(Self::Span),
        }
    }
}

/// A rule that sets a deadline for a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Its id.
    pub id: String,
    /// The profile it is for.
    pub profile: String,
    /// What is to be done, in a sentence.
    pub duty: String,
    /// How long there is.
    pub allowed: Allowed,
    /// From how long before the end it counts as due soon.
    pub due_soon: Limit,
    /// The zone whose days are counted.
    pub zone: String,
    /// The law.
    pub citation: String,
    /// Where it was read.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
    /// Whether it runs.
    pub on: bool,
}

impl Deadline {
    /// When it is due. Saturdays, Sundays and the holidays given are no working days; a holiday nobody entered makes the
    /// date earlier, never later.
    pub fn due(&self, suspicion: Instant, holidays: &BTreeSet<CivilDate>) -> Instant {
        match self.allowed {
            Allowed::Span(limit) => suspicion + limit.span(),
            Allowed::WorkingDays(days) => end_of(suspicion, days, &self.zone, holidays).unwrap_or(suspicion),
        }
    }

    /// Sets it running.
    pub fn start(&self, suspicion: Instant, holidays: &BTreeSet<CivilDate>) -> RunningClock {
        let due = self.due(suspicion, holidays);
        let soon_from = (due - self.due_soon.span()).max(suspicion);
        RunningClock { rule: self.id.clone(), trigger: suspicion, due, soon_from, met_at: None }
    }
}

/// The last microsecond of the nth working day after the day of `from`.
fn end_of(from: Instant, days: u32, zone: &str, holidays: &BTreeSet<CivilDate>) -> Option<Instant> {
    let first = from.day_in(zone)?;
    let mut day = civil::Date::new(first.year(), first.month(), first.day()).ok()?;
    let mut left = days;
    while left > 0 {
        day = day.checked_add(1.day()).ok()?;
        let weekend = matches!(day.weekday(), civil::Weekday::Saturday | civil::Weekday::Sunday);
        let holiday = holidays.contains(&CivilDate::new(day.year(), day.month(), day.day())?);
        left -= u32::from(!weekend && !holiday);
    }
    let next = day.checked_add(1.day()).ok()?;
    Some(CivilDate::new(next.year(), next.month(), next.day())?.start_in(zone)? - Span(1))
}

/// The deadlines of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlines(Vec<Deadline>);

impl Deadlines {
    /// Loads the rules of a file.
    pub fn load(file: &str, text: &str) -> Result<Self, ProfileFault> {
        let fault = |reason: String| ProfileFault { file: file.to_owned(), reason };
        let wire: Wire =
            toml::from_str(text).map_err(|error| fault(error.to_string().trim().replace('\n', "; ")))?;
        if wire.schema != SCHEMA {
            return Err(fault(format!("schema is {}; this version reads schema {SCHEMA}", wire.schema)));
        }
        let mut rules: Vec<Deadline> = Vec::new();
        for row in wire.deadline {
            let id = row.id.clone();
            let rule = row.rule().map_err(|reason| fault(format!("deadline {id}: {reason}")))?;
            if rules.iter().any(|known| known.id == rule.id) {
                return Err(fault(format!("deadline {id} is there twice")));
            }
            rules.push(rule);
        }
        Ok(Self(rules))
    }

    /// Every rule, also those that are switched off.
    pub fn all(&self) -> &[Deadline] {
        &self.0
    }

    /// The rules that run on a filing of a profile.
    pub fn in_force(&self, profile: &str) -> Vec<&Deadline> {
        self.0.iter().filter(|rule| rule.on && rule.profile == profile).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    schema: u32,
    deadline: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    profile: String,
    duty: String,
    limit: String,
    due_soon: String,
    zone: String,
    citation: String,
    source: String,
    verified: bool,
    on: bool,
}

impl Row {
    fn rule(self) -> Result<Deadline, String> {
        let texts = [
            ("id", &self.id),
            ("profile", &self.profile),
            ("duty", &self.duty),
            ("citation", &self.citation),
            ("source", &self.source),
        ];
        if let Some((field, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!("`{field}` is empty; every row needs one"));
        }
        if self.on && !self.verified {
            return Err(
                "`on` is true but `verified` is false; have it confirmed first, or switch it off".to_owned()
            );
        }
        if Instant::from_micros(0).day_in(&self.zone).is_none() {
            return Err(format!("“{}” is not a zone of the IANA database, such as Asia/Manila", self.zone));
        }
        Ok(Deadline {
            allowed: self.limit.parse()?,
            due_soon: self.due_soon.parse()?,
            id: self.id,
            profile: self.profile,
            duty: self.duty,
            zone: self.zone,
            citation: self.citation,
            source: self.source,
            verified: self.verified,
            on: self.on,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::profile::{BUILT_IN, Profile};

    fn deadlines() -> Deadlines {
        Deadlines::load(DEADLINES.0, DEADLINES.1).unwrap()
    }

    fn rule(limit: &str, zone: &str) -> Deadline {
        let template = deadlines().all()[0].clone();
        Deadline { allowed: limit.parse().unwrap(), zone: zone.to_owned(), ..template }
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn every_deadline_names_a_profile_there_is() {
        let profiles: BTreeSet<String> =
            BUILT_IN.iter().map(|(file, text)| Profile::load(file, text).unwrap().id).collect();
        for deadline in deadlines().all() {
            assert!(profiles.contains(&deadline.profile), "{}", deadline.id);
            assert!(deadline.verified || !deadline.on);
        }
    }

    #[test]
    fn five_days_in_the_philippines_begin_with_the_suspicion() {
        let deadlines = deadlines();
        let rules = deadlines.in_force("amlc");
        let due = rules[0].due(at("2026-11-20T15:00:00+08:00"), &BTreeSet::new());
        assert_eq!((rules.len(), due), (1, at("2026-11-25T15:00:00+08:00")));
    }

    #[test]
    fn working_days_skip_weekends_and_holidays_and_end_with_the_day() {
        let rule = rule("3 working days", "Australia/Sydney");
        let friday = at("2026-11-20T23:30:00+11:00");
        assert_eq!(rule.due(friday, &BTreeSet::new()), at("2026-11-26T00:00:00+11:00") - Span(1));
        let holiday = BTreeSet::from([CivilDate::new(2026, 11, 24).unwrap()]);
        assert_eq!(rule.due(friday, &holiday), at("2026-11-27T00:00:00+11:00") - Span(1));
    }

    #[test]
    fn a_wrong_row_is_refused_with_its_id() {
        let good = DEADLINES.1;
        for (from, to, reason) in [
            ("limit = \"5 days\"", "limit = \"0 working days\"", "working days"),
            ("limit = \"5 days\"", "limit = \"soon\"", "not a limit"),
            ("verified = true", "verified = false", "confirmed first"),
            ("Asia/Manila", "Asia/Atlantis", "zone"),
        ] {
            let changed = good.replacen(from, to, 1);
            assert_ne!(changed, good);
            let fault = Deadlines::load("synthetic.toml", &changed).unwrap_err().to_string();
            assert!(fault.contains(reason) && fault.contains("deadline "), "{fault}");
        }
    }

    proptest! {
        /// A holiday never brings a deadline forward, and a later suspicion never has an earlier one.
        #[test]
        fn deadlines_keep_their_order(hours in 0_i64..2_000, later in 0_i64..200, days in 1_u32..8, off in 1_i8..28) {
            let rule = rule(&format!("{days} working days"), "Asia/Manila");
            let suspicion = at("2026-11-01T00:00:00Z") + Span::hours(hours);
            let plain = rule.due(suspicion, &BTreeSet::new());
            let holiday = BTreeSet::from([CivilDate::new(2026, 11, off).unwrap()]);
            prop_assert!(plain > suspicion && rule.due(suspicion, &holiday) >= plain);
            prop_assert!(rule.due(suspicion + Span::hours(later), &BTreeSet::new()) >= plain);
        }
    }
}
