//! Legal clocks that run on a report, as data: trigger, limit, citation.
//!
//! Where two laws disagree both clocks run and both are shown. A limit of days counts days of 24 hours from the trigger:
//! that is never later than a count by the calendar, which ends with the last day, so a date shown here is on the safe
//! side of any lawful way to count.

use std::{fmt, str::FromStr};

use model::{Instant, Span};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::{DataFault, DataFile, Source};

words! {
    /// What sets a clock running.
    pub enum ClockTrigger: "a trigger of a clock" {
        /// The report reached this installation.
        ReportReceived = "report_received", "the report was received";
        /// Whoever has the duty learnt of the matter.
        MatterKnown = "matter_known", "the matter became known";
    }
}

/// How long there is. Written `at once`, `24 hours` or `10 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Without any delay: due when triggered.
    AtOnce,
    /// So many hours.
    Hours(u32),
    /// So many days of 24 hours.
    Days(u32),
}

impl Limit {
    /// As a span.
    pub const fn span(self) -> Span {
        match self {
            Self::AtOnce => Span::seconds(0),
            Self::Hours(n) => Span::hours(n as i64),
            Self::Days(n) => Span::days(n as i64),
        }
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("“{text}” is not a limit; expected `at once`, `24 hours` or `10 days`");
        if text == "at once" {
            return Ok(Self::AtOnce);
        }
        let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
        match (number.parse::<u32>(), unit) {
            (Ok(n @ 1..=100_000), "hours" | "hour") => Ok(Self::Hours(n)),
            (Ok(n @ 1..=100_000), "days" | "day") => Ok(Self::Days(n)),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit) = match self {
            Self::AtOnce => return f.write_str("at once"),
            Self::Hours(n) => (n, "hour"),
            Self::Days(n) => (n, "day"),
        };
        write!(f, "{n} {unit}{}", if *n == 1 { "" } else { "s" })
    }
}

/// A rule of law that sets a deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockRule {
    /// Its id, under which running clocks are kept.
    pub id: String,
    /// What the chip says.
    pub name: String,
    /// What is to be done, in a sentence.
    pub duty: String,
    /// Whose duty it is.
    pub owner: String,
    /// What sets it running.
    pub trigger: ClockTrigger,
    /// How long there is.
    pub limit: Limit,
    /// From how long before the end it counts as due soon.
    pub due_soon: Limit,
    /// The sources whose reports it runs on; empty for all.
    pub sources: Vec<Source>,
    /// The law.
    pub citation: String,
    /// Where it was read.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
    /// Whether it runs.
    pub on: bool,
}

impl ClockRule {
    /// When it is due.
    pub fn due(&self, trigger: Instant) -> Instant {
        trigger + self.limit.span()
    }

    /// Sets it running.
    pub fn start(&self, trigger: Instant) -> RunningClock {
        RunningClock {
            rule: self.id.clone(),
            trigger,
            due: self.due(trigger),
            soon_from: self.due(trigger) - self.due_soon.span(),
            met_at: None,
        }
    }

    /// The sum that made the date, for the chip: trigger + limit = due, and the law.
    pub fn explain(&self, trigger: Instant, zone: &str) -> String {
        let (from, due) = (trigger.in_zone(zone), self.due(trigger).in_zone(zone));
        format!("From {from} ({}) + {} = {due}. {}.", self.trigger.label(), self.limit, self.citation)
    }
}

/// A clock that runs, or ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningClock {
    /// The rule's id.
    pub rule: String,
    /// When it began.
    pub trigger: Instant,
    /// When it is due.
    pub due: Instant,
    /// From when it counts as due soon.
    pub soon_from: Instant,
    /// When the duty was done.
    pub met_at: Option<Instant>,
}

impl RunningClock {
    /// Notes that the duty was done; the first time counts.
    #[must_use]
    pub fn met(self, at: Instant) -> Self {
        Self { met_at: self.met_at.or(Some(at)), ..self }
    }

    /// How it stands at `now`.
    pub fn state(&self, now: Instant) -> ClockState {
        match self.met_at {
            Some(at) if at > self.due => ClockState::MetLate { by: at.since(self.due) },
            Some(_) => ClockState::Met,
            None if now > self.due => ClockState::Breached { by: now.since(self.due) },
            None if now >= self.soon_from => ClockState::DueSoon { left: self.due.since(now) },
            None => ClockState::Running { left: self.due.since(now) },
        }
    }
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// There is time.
    Running {
        /// How much.
        left: Span,
    },
    /// There is little time.
    DueSoon {
        /// How much.
        left: Span,
    },
    /// The time is over and the duty is not done.
    Breached {
        /// For how long.
        by: Span,
    },
    /// Done in time.
    Met,
    /// Done, but late.
    MetLate {
        /// By how much.
        by: Span,
    },
}

/// The clocks of a data file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocks(Vec<ClockRule>);

impl Clocks {
    /// Loads the rules of a file.
    pub fn load(file: &DataFile<'_>) -> Result<Self, DataFault> {
        let wire: ClocksWire = file.parse()?;
        file.check_schema(&wire.schema)?;
        let mut rules: Vec<ClockRule> = Vec::new();
        for row in wire.clock {
            let at = row.span();
            let rule = row.into_inner().rule().map_err(|reason| file.fault(&at, reason))?;
            let texts = [
                ("id", rule.id.as_str()),
                ("name", &rule.name),
                ("duty", &rule.duty),
                ("owner", &rule.owner),
                ("citation", &rule.citation),
                ("source", &rule.source),
            ];
            file.check_texts(&at, &texts)?;
            file.check_switch(&at, rule.on, rule.verified)?;
            if rule.due_soon.span() > rule.limit.span() {
                return Err(file.fault(&at, "`due_soon` is longer than `limit`; it must fit into it"));
            }
            if rules.iter().any(|known| known.id == rule.id) {
                return Err(file.fault(&at, format!("clock “{}” is there twice", rule.id)));
            }
            rules.push(rule);
        }
        Ok(Self(rules))
    }

    /// Every rule, also those that are switched off.
    pub fn all(&self) -> &[ClockRule] {
        &self.0
    }

    /// The rule with that id.
    pub fn rule(&self, id: &str) -> Option<&ClockRule> {
        self.0.iter().find(|rule| rule.id == id)
    }

    /// The rules that run on a report from `source` when `trigger` happens, the shortest first.
    pub fn in_force(&self, trigger: ClockTrigger, source: Source) -> Vec<&ClockRule> {
        let applies = |rule: &&ClockRule| {
            rule.on && rule.trigger == trigger && (rule.sources.is_empty() || rule.sources.contains(&source))
        };
        let mut rules: Vec<_> = self.0.iter().filter(applies).collect();
        rules.sort_by(|a, b| (a.limit.span(), &a.id).cmp(&(b.limit.span(), &b.id)));
        rules
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClocksWire {
    schema: Spanned<u32>,
    clock: Vec<Spanned<ClockWire>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockWire {
    id: String,
    name: String,
    duty: String,
    owner: String,
    trigger: ClockTrigger,
    limit: String,
    due_soon: String,
    sources: Vec<Source>,
    citation: String,
    source: String,
    verified: bool,
    on: bool,
}

impl ClockWire {
    fn rule(self) -> Result<ClockRule, String> {
        Ok(ClockRule {
            limit: self.limit.parse()?,
            due_soon: self.due_soon.parse()?,
            id: self.id,
            name: self.name,
            duty: self.duty,
            owner: self.owner,
            trigger: self.trigger,
            sources: self.sources,
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
    use crate::INTAKE_CLOCKS;

    const DAY: &str = "ph.irr-11930.6.act-on-report";

    fn clocks() -> Clocks {
        Clocks::load(&INTAKE_CLOCKS).unwrap()
    }

    #[test]
    fn a_report_is_acted_on_within_twenty_four_hours() {
        let clocks = clocks();
        let rule = clocks.rule(DAY).unwrap();
        let received = Instant::parse("2026-11-20T23:30:00+08:00").unwrap();
        assert_eq!(rule.due(received), Instant::parse("2026-11-21T23:30:00+08:00").unwrap());
        assert!(rule.on && rule.verified);
        assert_eq!(
            rule.explain(received, "Asia/Manila"),
            "From 2026-11-20 23:30 +08:00 (the report was received) + 24 hours = 2026-11-21 23:30 +08:00. \
             IRR of RA 11930, section 6."
        );
    }

    #[test]
    fn what_nobody_verified_is_off() {
        let clocks = clocks();
        assert!(clocks.all().iter().all(|rule| rule.verified || !rule.on));
        assert!(clocks.all().iter().any(|rule| !rule.verified));
        let health = clocks.in_force(ClockTrigger::MatterKnown, Source::Health);
        assert!(health.is_empty(), "{health:?}");
    }

    #[test]
    fn laws_that_disagree_are_both_shown_the_shorter_first() {
        let clocks = clocks();
        let limits: Vec<_> = clocks
            .in_force(ClockTrigger::MatterKnown, Source::Establishment)
            .into_iter()
            .map(|rule| rule.limit)
            .collect();
        assert_eq!(limits, [Limit::Hours(24), Limit::Hours(48)]);
        let received: Vec<_> = clocks
            .in_force(ClockTrigger::ReportReceived, Source::Public)
            .into_iter()
            .map(|rule| rule.limit)
            .collect();
        assert_eq!(received, [Limit::Hours(24), Limit::Days(10)]);
        assert_eq!(clocks.in_force(ClockTrigger::ReportReceived, Source::Barangay).len(), 3);
    }

    #[test]
    fn a_clock_passes_its_states() {
        let clocks = clocks();
        let start = Instant::from_micros(0);
        let clock = clocks.rule(DAY).unwrap().start(start);
        let at = |hours| start + Span::hours(hours);
        assert_eq!(clock.state(at(1)), ClockState::Running { left: Span::hours(23) });
        assert_eq!(clock.state(at(18)), ClockState::DueSoon { left: Span::hours(6) });
        assert_eq!(clock.state(at(24)), ClockState::DueSoon { left: Span::hours(0) });
        assert_eq!(clock.state(at(25)), ClockState::Breached { by: Span::hours(1) });
        assert_eq!(clock.clone().met(at(24)).state(at(99)), ClockState::Met);
        let late = clock.met(at(26));
        assert_eq!(late.state(at(99)), ClockState::MetLate { by: Span::hours(2) });
        assert_eq!(late.clone().met(at(1)), late);
    }

    #[test]
    fn a_faulty_rule_is_refused_at_its_line() {
        let good = "schema = 1\n\n[[clock]]\nid = \"a\"\nname = \"n\"\nduty = \"d\"\nowner = \"o\"\n\
                    trigger = \"report_received\"\nlimit = \"24 hours\"\ndue_soon = \"6 hours\"\nsources = []\n\
                    citation = \"c\"\nsource = \"s\"\nverified = true\non = true\n";
        let load = |text: &str| Clocks::load(&DataFile { name: "synthetic.toml", text });
        assert!(load(good).is_ok());
        for (from, to, reason) in [
            ("24 hours", "24h", "is not a limit"),
            ("24 hours", "0 hours", "is not a limit"),
            ("6 hours", "2 days", "longer than"),
            ("verified = true", "verified = false", "confirmed first"),
            ("verified = true\n", "", "verified"),
            ("source = \"s\"", "source = \" \"", "`source` is empty"),
            ("report_received", "full_moon", "matter_known"),
            ("sources = []", "sources = [\"moon\"]", "barangay"),
        ] {
            let fault = load(&good.replace(from, to)).unwrap_err();
            assert!(fault.reason.contains(reason) && fault.line >= 3, "{fault}");
        }
    }

    proptest! {
        #[test]
        fn limits_are_written_as_they_are_read(n in 1_u32..100_000) {
            for limit in [Limit::AtOnce, Limit::Hours(n), Limit::Days(n)] {
                prop_assert_eq!(limit.to_string().parse::<Limit>().unwrap(), limit);
            }
        }

        /// As time goes on a clock that is not met only moves towards breach, and what is left is exact.
        #[test]
        fn an_unmet_clock_never_goes_back(now in 0_i64..4_000, later in 0_i64..4_000) {
            let clock = clocks().rule(DAY).unwrap().start(Instant::from_micros(0));
            let stage = |minutes| {
                let now = Instant::from_micros(0) + Span::minutes(minutes);
                match clock.state(now) {
                    ClockState::Running { left } => { assert_eq!(now + left, clock.due); 0 }
                    ClockState::DueSoon { left } => { assert_eq!(now + left, clock.due); 1 }
                    ClockState::Breached { by } => { assert_eq!(now - by, clock.due); 2 }
                    ClockState::Met | ClockState::MetLate { .. } => 3,
                }
            };
            prop_assert!(stage(now) <= stage(now + later));
            prop_assert!(stage(now) < 3);
        }
    }
}
