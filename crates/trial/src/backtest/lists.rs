//! The list a desk is given at the end of each month: who is on it, and why first.
//!
//! Candidates are the parties that showed a pattern in the month. They are ranked, and the budget is
//! filled from the top; where two rank the same, a number made of nothing but the party's own number
//! decides. A party that was on a list is not put on another within the quiet time: a finding about it
//! is the same alert.

use std::collections::HashMap;

use model::Instant;
use screening::{Decision, Step, Subject, engine::Activity};

use super::Budget;
use crate::{Detector, Labels, Ranking, chance::mixed, detector::Combination};

/// A party on one side of payments: who pays, or who is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Side {
    pub(crate) party: u32,
    pub(crate) receives: bool,
}

/// What a party showed in a month, by typology of the detector, at its heaviest.
#[derive(Clone, Debug, Default)]
struct Shown {
    weights: Vec<(usize, f64)>,
    count: u32,
}

/// A party that could be put on a month's list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) side: Side,
    pub(crate) rank: f64,
}

/// An alert: a party on a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Alert {
    pub(crate) side: Side,
    /// When the list was drawn up.
    pub(crate) at: Instant,
}

/// Gathers what a detector's typologies decide in a month.
#[derive(Debug, Default)]
pub(crate) struct Month {
    shown: HashMap<Side, Shown>,
}

impl Month {
    /// Takes a decision of the detector's typology at a place.
    pub(crate) fn take(&mut self, detector: &Detector, place: usize, decision: &Decision) {
        let Some(typology) = detector.typologies.get(place) else { return };
        if !matches!(decision.step, Step::Opened | Step::Continued) {
            return;
        }
        let side = Side { party: decision.subject, receives: typology.subject == Subject::Receiver };
        let shown = self.shown.entry(side).or_default();
        let weight = decision.weight as f64 / 1000.0;
        match shown.weights.iter_mut().find(|(known, _)| *known == place) {
            Some((_, most)) => *most = most.max(weight),
            None => shown.weights.push((place, weight)),
        }
        shown.count = shown.count.max(decision.count);
    }

    /// The month's candidates, highest rank first. `events` are those a counterpart is looked for in.
    pub(crate) fn rank(&self, detector: &Detector, events: &[Activity]) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = match detector.ranking {
            Ranking::Count => {
                let rank =
                    |(side, shown): (&Side, &Shown)| Candidate { side: *side, rank: f64::from(shown.count) };
                self.shown.iter().map(rank).collect()
            }
            Ranking::Weight(combination) => self.weigh(&combination, events),
        };
        let tie = |side: Side| mixed(u64::from(side.party) << 1 | u64::from(side.receives));
        candidates.sort_by(|a, b| b.rank.total_cmp(&a.rank).then(tie(a.side).cmp(&tie(b.side))));
        candidates
    }

    fn weigh(&self, combination: &Combination, events: &[Activity]) -> Vec<Candidate> {
        let own = |side: Side| self.shown.get(&side).map_or(0.0, |shown| shown.weight(combination.further));
        let most = events.iter().map(|e| e.sender.max(e.receiver)).max().map_or(0, |most| most as usize + 1);
        let (mut pays, mut near) = (vec![false; most], vec![false; most]);
        for side in self.shown.keys() {
            set(if side.receives { &mut near } else { &mut pays }, side.party);
        }
        // Who paid whom, where one of the two is flagged; and of how many senders.
        for event in events.iter().filter(|event| is(&pays, event.sender)) {
            set(&mut near, event.receiver);
        }
        let links = events.iter().filter(|event| is(&near, event.receiver));
        let mut links: Vec<(u32, u32)> = links.map(|event| (event.receiver, event.sender)).collect();
        links.sort_unstable();
        links.dedup();
        let mut candidates = Vec::new();
        let mut through: HashMap<u32, f64> = HashMap::new();
        for senders in links.chunk_by(|a, b| a.0 == b.0) {
            let Some((receiver, _)) = senders.first() else { continue };
            let paying = |party: u32| own(Side { party, receives: false });
            let some: Vec<(u32, f64)> =
                senders.iter().filter(|(_, s)| is(&pays, *s)).map(|(_, s)| (*s, paying(*s))).collect();
            let (all, total) = (senders.len() as f64, some.iter().map(|(_, weight)| weight).sum::<f64>());
            // What others among its senders say of a receiver: how heavy they are, and how large a part.
            let shared = |others: usize, weight: f64| {
                let adds = combination.shared * weight * others as f64 / all.max(1.0);
                if all > combination.hub { 0.0 } else { adds.min(combination.at_most) }
            };
            let side = Side { party: *receiver, receives: true };
            let weight = own(side);
            if weight > 0.0 || some.len() > 1 {
                let rank = weight + shared(some.len(), total) + combination.receivers;
                candidates.push(Candidate { side, rank });
            }
            for (sender, own) in &some {
                let adds = combination.through * (weight + shared(some.len() - 1, total - own));
                let known = through.entry(*sender).or_default();
                *known = known.max(adds.min(combination.at_most));
            }
        }
        for side in self.shown.keys().filter(|side| !side.receives) {
            let adds = through.get(&side.party).copied().unwrap_or_default();
            candidates.push(Candidate { side: *side, rank: own(*side) + adds });
        }
        candidates
    }
}

fn is(set: &[bool], party: u32) -> bool {
    set.get(party as usize).is_some_and(|there| *there)
}

fn set(set: &mut [bool], party: u32) {
    if let Some(there) = set.get_mut(party as usize) {
        *there = true;
    }
}

impl Shown {
    fn weight(&self, further: f64) -> f64 {
        let heaviest = self.weights.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
        let all: f64 = self.weights.iter().map(|(_, weight)| *weight).sum();
        heaviest + further * (all - heaviest)
    }
}

/// Fills the budget of each month from the top of its candidates.
pub(crate) fn alerts(
    months: &[(Instant, Vec<Candidate>)],
    labels: &Labels,
    budget: Budget,
    a_month: f64,
) -> Vec<Alert> {
    let mut last: HashMap<Side, Instant> = HashMap::new();
    let mut alerts = Vec::new();
    for (at, candidates) in months {
        let mut used = 0.0;
        for candidate in candidates {
            if last.get(&candidate.side).is_some_and(|last| at.since(*last) < budget.quiet) {
                continue;
            }
            used += f64::from(labels.of(candidate.side.party).weight);
            if used > a_month + 1e-9 {
                break;
            }
            last.insert(candidate.side, *at);
            alerts.push(Alert { side: candidate.side, at: *at });
        }
    }
    alerts
}
