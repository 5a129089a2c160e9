//! Typologies over the events of a ledger as they come: which party shows a pattern, from which event
//! on, and no longer from which.
//!
//! The figures of all typologies come from as few engines as can hold them. A condition is evaluated
//! only where a figure it names can have changed; what held before is remembered, a word a subject. A
//! typology decides at each event its evidence filter passes, and nowhere else.

mod snapshot;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use model::{Currency, Instant};

use crate::{
    Subject, Typology,
    engine::{Activity, BadFeature, Engine, Feature, Memory, Of, Plan, Row, Settings, What, Words},
    typology::condition::Values,
};

pub use self::snapshot::BadWatch;

/// What a typology says at an event of its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The event's time.
    pub at: Instant,
    /// The event's number.
    pub sequence: u64,
    /// The place of the typology among those watched for.
    pub typology: u32,
    /// The party the pattern is about.
    pub subject: u32,
    /// The other party of the event.
    pub other: u32,
    /// What became of the pattern.
    pub step: Step,
    /// The weight of the indicators that hold, in thousandths.
    pub weight: i64,
    /// Which indicators hold, by place.
    pub holding: u32,
    /// How many events of the evidence are within its window.
    pub count: u32,
}

/// What became of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The party does not show it, and did not.
    Quiet,
    /// The party shows it with this event.
    Opened,
    /// The party showed it already.
    Continued,
    /// The party no longer shows it.
    Closed,
}

/// Typologies at work.
#[derive(Debug)]
pub struct Watch {
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    engine: Engine,
    members: Vec<Member>,
}

/// A typology within a group.
#[derive(Debug)]
struct Member {
    typology: Typology,
    place: u32,
    /// Where among the plan's features those of the typology are, and last the count of its evidence.
    columns: Vec<usize>,
    evidence: usize,
    /// For each indicator that is on: its bit, its weight, and what it looks at.
    indicators: Vec<Ready>,
    alert_at: i64,
    relief_at_most: i64,
    /// By subject: which indicators hold, and whether the pattern is shown.
    standing: Words,
}

#[derive(Debug)]
struct Ready {
    bit: u32,
    weight: i64,
    columns: Vec<usize>,
    /// What it looks at changes with time or with the pair, so it is looked at each time.
    always: bool,
}

const SEEN: u32 = 1 << 30;
const OPEN: u32 = 1 << 31;
const TRUTHS: u32 = SEEN - 1;

/// The features of a typology, and last the count of its evidence.
pub(crate) fn features_of(typology: &Typology) -> Vec<Feature> {
    let evidence = Feature {
        name: "evidence".to_owned(),
        of: match typology.subject {
            Subject::Sender => Of::Sender,
            Subject::Receiver => Of::Receiver,
            Subject::Pair => Of::Pair,
        },
        window: typology.evidence.window,
        what: What::Count,
        filter: typology.evidence.filter.clone(),
    };
    typology.features.iter().cloned().chain([evidence]).collect()
}

/// Thousandths of a weight.
pub(crate) fn thousandths(weight: f64) -> i64 {
    (weight * 1000.0).round() as i64
}

impl Watch {
    /// Watches for the typologies that run. `settings` are for a currency: sums and limits of a
    /// typology are in its own.
    pub fn new(typologies: &[Typology], settings: impl Fn(Currency) -> Settings) -> Result<Self, BadFeature> {
        let mut parts: Vec<(Currency, Vec<Feature>, Vec<Member>)> = Vec::new();
        for (place, typology) in (0_u32..).zip(typologies).filter(|(_, typology)| typology.runs()) {
            let currency = typology.currency;
            let wanted = features_of(typology);
            let mut taken = false;
            for (_, features, members) in parts.iter_mut().filter(|part| part.0 == currency) {
                let (merged, columns) = merge(features, &wanted);
                if Plan::new(merged.clone(), settings(currency)).is_ok() {
                    *features = merged;
                    members.push(Member::new(typology, place, columns));
                    taken = true;
                    break;
                }
            }
            if !taken {
                let (features, columns) = merge(&[], &wanted);
                parts.push((currency, features, vec![Member::new(typology, place, columns)]));
            }
        }
        let groups = parts.into_iter().map(|(currency, features, members)| {
            let plan = Arc::new(Plan::new(features, settings(currency))?);
            Ok(Group { engine: Engine::new(plan), members })
        });
        Ok(Self { groups: groups.collect::<Result<_, BadFeature>>()? })
    }

    /// Takes events in event order and says what typologies decide at them, ordered by event, then
    /// typology; what stays quiet is left out. However events are cut into batches, the decisions are
    /// the same.
    pub fn push(&mut self, events: &[Activity], out: &mut Vec<Decision>) {
        let from = out.len();
        self.each(events, |_, _, decision| {
            if decision.step != Step::Quiet {
                out.push(decision);
            }
        });
        if let Some(new) = out.get_mut(from..).filter(|_| self.groups.len() > 1) {
            new.sort_by_key(|decision| (decision.at, decision.sequence, decision.typology));
        }
    }

    /// Takes events in event order, and gives every decision with the row it rests on, group by group.
    pub(crate) fn each(&mut self, events: &[Activity], mut sink: impl FnMut(&Activity, &Row, Decision)) {
        for group in &mut self.groups {
            let Group { engine, members } = group;
            engine.apply_all(events, |event, row| {
                for member in members.iter_mut() {
                    if let Some(decision) = member.look(event, row) {
                        sink(event, row, decision);
                    }
                }
            });
        }
    }

    /// The columns in which a typology's features are in the rows of its group.
    pub(crate) fn columns(&self, typology: u32) -> &[usize] {
        let mut members = self.groups.iter().flat_map(|group| &group.members);
        members.find(|member| member.place == typology).map_or(&[], |member| &member.columns)
    }

    /// The plans at work: more than one where the typologies do not fit into one.
    pub fn plans(&self) -> impl Iterator<Item = &Arc<Plan>> {
        self.groups.iter().map(|group| group.engine.plan())
    }

    /// How much memory the engines hold, and what typologies remember of subjects.
    pub fn memory(&self) -> Memory {
        let mut memory = Memory::default();
        for group in &self.groups {
            let engine = group.engine.memory();
            let standing: usize = group.members.iter().map(|member| member.standing.bytes()).sum();
            memory.keys += engine.keys;
            memory.key_bytes += engine.key_bytes + standing as u64;
            memory.entries += engine.entries;
            memory.ring_bytes += engine.ring_bytes;
        }
        memory
    }
}

/// Features with others added, and where those are; the same under two names is there once.
fn merge(features: &[Feature], wanted: &[Feature]) -> (Vec<Feature>, Vec<usize>) {
    let mut merged = features.to_vec();
    let columns = wanted.iter().map(|feature| {
        let same = |known: &Feature| {
            known.of == feature.of
                && known.window == feature.window
                && known.what == feature.what
                && known.filter == feature.filter
        };
        merged.iter().position(same).unwrap_or_else(|| {
            merged.push(feature.clone());
            merged.len() - 1
        })
    });
    let columns = columns.collect();
    (merged, columns)
}

impl Member {
    fn new(typology: &Typology, place: u32, columns: Vec<usize>) -> Self {
        let windowless = |feature: &Feature| matches!(feature.what, What::Age | What::GapLast);
        let ready = |(bit, indicator): (u32, &crate::Indicator)| {
            let looks_at = indicator.ready.cells();
            let features = || looks_at.iter().filter_map(|at| typology.features.get(*at));
            Ready {
                bit,
                weight: thousandths(indicator.weight),
                columns: looks_at.iter().filter_map(|at| columns.get(*at).copied()).collect(),
                always: features().any(windowless)
                    || (typology.subject != Subject::Pair
                        && features().any(|feature| feature.of == Of::Pair)),
            }
        };
        Self {
            indicators: (0..).zip(&typology.indicators).filter(|(_, i)| i.verified).map(ready).collect(),
            evidence: columns.last().copied().unwrap_or_default(),
            alert_at: thousandths(typology.alert_at),
            relief_at_most: thousandths(typology.relief_at_most),
            typology: typology.clone(),
            place,
            columns,
            standing: Words::new(),
        }
    }

    /// What the typology says of an event; nothing if it is not of its evidence.
    fn look(&mut self, event: &Activity, row: &Row) -> Option<Decision> {
        let (key, subject, other) = match self.typology.subject {
            Subject::Sender => (event.sender, event.sender, event.receiver),
            Subject::Receiver => (event.receiver, event.receiver, event.sender),
            Subject::Pair => (row.pair(), event.sender, event.receiver),
        };
        let standing = self.standing.entry(key);
        let mut truths = *standing & TRUTHS;
        let values = Values { cells: row.cells(), columns: &self.columns, truths: 0 };
        let changed = |columns: &[usize]| columns.iter().any(|at| row.changed(*at));
        for ready in &self.indicators {
            if ready.always || *standing & SEEN == 0 || changed(&ready.columns) {
                let holds =
                    self.typology.indicators.get(ready.bit as usize).is_some_and(|i| i.ready.holds(values));
                truths = truths & !(1 << ready.bit) | u32::from(holds) << ready.bit;
            }
        }
        let was_open = *standing & OPEN;
        *standing = truths | SEEN | was_open;
        if !row.came(self.evidence) {
            return None;
        }
        let (mut weight, mut relief) = (0, 0);
        for ready in self.indicators.iter().filter(|ready| truths >> ready.bit & 1 == 1) {
            if ready.weight > 0 { weight += ready.weight } else { relief -= ready.weight }
        }
        weight -= relief.min(self.relief_at_most);
        let count = row.cells().get(self.evidence).filter(|cell| cell.known()).map_or(0, |c| c.as_whole());
        let enough = count > 0 && count >= i64::from(self.typology.evidence.at_least);
        let required = self.typology.required.as_ref();
        let open = enough
            && weight >= self.alert_at
            && required.is_none_or(|required| required.ready.holds(Values { truths, ..values }));
        *standing = truths | SEEN | if open { OPEN } else { 0 };
        let step = match (was_open != 0, open) {
            (false, false) => Step::Quiet,
            (false, true) => Step::Opened,
            (true, true) => Step::Continued,
            (true, false) => Step::Closed,
        };
        Some(Decision {
            at: event.at,
            sequence: event.sequence,
            typology: self.place,
            subject,
            other,
            step,
            weight,
            holding: truths,
            count: u32::try_from(count).unwrap_or(u32::MAX),
        })
    }
}
