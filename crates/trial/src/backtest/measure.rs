//! Figures of one detector's lists.

use std::collections::{BTreeMap, HashMap};

use model::{Instant, Span};
use screening::engine::Kind;

use super::{
    Budget, Months,
    curve::{Ranked, average_precision, wilson},
    lists::{Alert, Side, alerts},
    results::{Counted, Group, Measured, Named, Point, Quartiles, Reach},
};
use crate::{Detector, Label, Labels, Ledger, Part, chance::Chance};

/// Budgets of the curve.
const BUDGETS: [f64; 9] = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
/// Times offenders are drawn again for the limits of recall.
const DRAWS: usize = 2_000;
/// How offenders are grouped by their offending payments: up to and with.
const PAYMENTS: [(u32, &str); 5] =
    [(1, "1 payment"), (4, "2 to 4"), (10, "5 to 10"), (20, "11 to 20"), (u32::MAX, "more than 20")];

/// What labels say, once for all detectors.
pub(super) struct Facts {
    /// Parties that paid, by weight.
    pub(super) senders: f64,
    offenders: Vec<Offender>,
    /// By party: whether it paid, and from where at first.
    paid: Vec<bool>,
    facilitators: u64,
    families: f64,
    /// Everybody that paid or was paid, on each side, by weight.
    sides: [f64; 2],
}

/// An offender with their offending payments in time order, and to whom.
struct Offender {
    party: u32,
    weight: f64,
    payments: Vec<(Instant, u32)>,
    /// Whom they paid most: offenders of one facilitator are found together.
    cluster: u32,
}

impl Facts {
    pub(super) fn new(ledger: &Ledger, labels: &Labels) -> Self {
        let parties = ledger.parties();
        let named = labels.parties.iter().any(|label| label.part == Part::Facilitator);
        let (mut paid, mut received) = (vec![false; parties], vec![false; parties]);
        let mut courses: BTreeMap<u32, Vec<(Instant, u32)>> = BTreeMap::new();
        for event in ledger.events.iter().filter(|event| event.kind == Kind::Payment) {
            for (there, party) in [(&mut paid, event.sender), (&mut received, event.receiver)] {
                if let Some(there) = there.get_mut(party as usize) {
                    *there = true;
                }
            }
            if labels.of(event.sender).part == Part::Offender
                && (!named || labels.of(event.receiver).part == Part::Facilitator)
            {
                courses.entry(event.sender).or_default().push((event.at, event.receiver));
            }
        }
        let weight = |party: u32| f64::from(labels.of(party).weight);
        let offenders = courses.into_iter().map(|(party, payments)| {
            let mut to: Vec<u32> = payments.iter().map(|(_, to)| *to).collect();
            to.sort_unstable();
            let most = to.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
            let cluster = most.and_then(|same| same.first()).copied().unwrap_or_default();
            Offender { party, weight: weight(party), payments, cluster }
        });
        let all = |there: &[bool]| {
            (0..).zip(there).filter(|(_, there)| **there).map(|(p, _)| weight(p)).sum::<f64>()
        };
        let facilitators =
            (0..).zip(&received).filter(|(p, r)| **r && labels.of(*p).part == Part::Facilitator);
        let families = (0..).zip(&paid).filter(|(p, paid)| **paid && is_family(labels, labels.of(*p)));
        Self {
            offenders: offenders.collect(),
            facilitators: facilitators.count() as u64,
            families: families.map(|(party, _)| weight(party)).sum(),
            senders: all(&paid),
            sides: [all(&paid), all(&received)],
            paid,
        }
    }

    pub(super) fn counted(&self, ledger: &Ledger, lists: &[Months]) -> Counted {
        Counted {
            events: ledger.events.len() as u64,
            months: lists.first().map_or(0, Vec::len),
            senders: self.senders,
            offenders: self.offenders.len() as u64,
            offenders_weighted: self.offenders.iter().map(|o| o.weight).sum(),
            offenders_with_one_payment: self.offenders.iter().filter(|o| o.payments.len() == 1).count()
                as u64,
            facilitators: self.facilitators,
            families: self.families,
        }
    }
}

fn is_family(labels: &Labels, label: Label) -> bool {
    label.part == Part::Ordinary && labels.is_family(label)
}

/// Measures one detector.
pub(super) fn measure(
    detector: &Detector,
    months: &Months,
    ledger: &Ledger,
    labels: &Labels,
    facts: &Facts,
    budget: Budget,
) -> Measured {
    let a_month = |per_thousand: f64| facts.senders / 1_000.0 * per_thousand;
    let alerts_at = |per_thousand| alerts(months, labels, budget, a_month(per_thousand));
    let made = alerts_at(budget.per_thousand);
    let weight = |party: u32| f64::from(labels.of(party).weight);
    let (total, right) = right_of(&made, labels);
    let first = first_alerts(&made);
    let found: Vec<Option<Instant>> =
        facts.offenders.iter().map(|o| first_reached(o, &first, budget.look_back)).collect();
    let (recall, recall_lower95, recall_upper95) = recall(facts, &found);
    let offenders: f64 = facts.offenders.iter().map(|o| o.weight).sum();
    let named = |side: Side| first.contains_key(&side);
    let listed_since = |o: &&Offender| {
        let began = o.payments.first().map(|(at, _)| *at);
        first
            .get(&pays(o.party))
            .is_some_and(|lists| lists.iter().any(|at| began.is_some_and(|began| began < *at)))
    };
    let offenders_named: f64 = facts.offenders.iter().filter(listed_since).map(|o| o.weight).sum();
    let share_named = |part: Part| {
        let of = (0_u32..).zip(&labels.parties).filter(|(_, label)| label.part == part);
        let (mut all, mut hit) = (0.0, 0.0);
        for (party, label) in of {
            all += f64::from(label.weight);
            let either = named(pays(party)) || named(Side { party, receives: true });
            hit += if either { f64::from(label.weight) } else { 0.0 };
        }
        (all > 0.0).then(|| hit / all)
    };
    let delays = |what: &dyn Fn(&Offender, Instant) -> Option<f64>| {
        let of = facts.offenders.iter().zip(&found);
        Quartiles::of(of.filter_map(|(o, at)| Some((what(o, (*at)?)?, o.weight))).collect())
    };
    let reached = reached(ledger, &first, budget.look_back);
    let curve = BUDGETS.map(|per_thousand| {
        let made = alerts_at(per_thousand);
        let ((total, right), first) = (right_of(&made, labels), first_alerts(&made));
        let hit = facts.offenders.iter().filter(|o| first_reached(o, &first, budget.look_back).is_some());
        let hit: f64 = hit.map(|o| o.weight).sum();
        Point { per_thousand, alerts: total, precision: share(right, total), recall: share(hit, offenders) }
    });
    let mut families = Reach::default();
    for (party, paid) in (0_u32..).zip(&facts.paid) {
        if *paid && is_family(labels, labels.of(party)) {
            families.all += weight(party);
            families.reached += if is(&reached, party) { weight(party) } else { 0.0 };
            families.named += if named(pays(party)) { weight(party) } else { 0.0 };
        }
    }
    let id = |typology: &screening::Typology| Named { id: typology.id.clone(), version: typology.version };
    Measured {
        name: detector.name.clone(),
        baseline: detector.baseline,
        typologies: detector.typologies.iter().map(id).collect(),
        alerts: made.len() as u64,
        alerts_weighted: total,
        alerts_about_receivers: made
            .iter()
            .filter(|a| a.side.receives)
            .map(|a| weight(a.side.party))
            .sum::<f64>()
            + 0.0,
        precision_at_budget: share(right, total),
        recall,
        recall_lower95,
        recall_upper95,
        recall_named: share(offenders_named, offenders),
        recall_facilitators: share_named(Part::Facilitator).unwrap_or_default(),
        victims_named: share_named(Part::Victim),
        average_precision: whole_ranking(months, labels, facts),
        days_to_detection: delays(&|o, at| {
            Some(at.since(o.payments.first()?.0).0 as f64 / Span::days(1).0 as f64)
        }),
        payments_to_detection: delays(&|o, at| {
            Some(o.payments.iter().filter(|(when, _)| *when < at).count() as f64)
        }),
        families,
        curve: curve.to_vec(),
        recall_by_payments: by_payments(facts, &found),
        flag_rates: flag_rates(ledger, labels, facts, &reached),
    }
}

const fn pays(party: u32) -> Side {
    Side { party, receives: false }
}

fn share(part: f64, whole: f64) -> f64 {
    // An empty sum is −0.
    if whole > 0.0 { part / whole + 0.0 } else { 0.0 }
}

fn is(set: &[bool], party: u32) -> bool {
    set.get(party as usize).is_some_and(|there| *there)
}

/// Alerts, and those of them that are right, by weight.
fn right_of(made: &[Alert], labels: &Labels) -> (f64, f64) {
    let (mut total, mut right) = (0.0, 0.0);
    for alert in made {
        let label = labels.of(alert.side.party);
        total += f64::from(label.weight);
        if matches!(label.part, Part::Offender | Part::Facilitator) {
            right += f64::from(label.weight);
        }
    }
    (total, right)
}

/// When each party was listed, earliest first.
fn first_alerts(made: &[Alert]) -> HashMap<Side, Vec<Instant>> {
    let mut all: HashMap<Side, Vec<Instant>> = HashMap::new();
    for alert in made {
        all.entry(alert.side).or_default().push(alert.at);
    }
    all
}

/// When an offender was first reached after a payment that offends.
fn first_reached(
    offender: &Offender,
    alerts: &HashMap<Side, Vec<Instant>>,
    look_back: Span,
) -> Option<Instant> {
    let began = offender.payments.first()?.0;
    let own = alerts.get(&pays(offender.party)).into_iter().flatten().copied().filter(|at| *at > began);
    let through = offender.payments.iter().filter_map(|(when, to)| {
        let listed = alerts.get(&Side { party: *to, receives: true })?;
        listed.iter().copied().find(|at| at > when && at.since(*when) <= look_back)
    });
    own.chain(through).min()
}

/// By party, whether it was reached: listed, or paid somebody listed in the time looked back on.
fn reached(ledger: &Ledger, alerts: &HashMap<Side, Vec<Instant>>, look_back: Span) -> Vec<bool> {
    let mut reached = vec![false; ledger.parties()];
    let mut listed = vec![false; ledger.parties()];
    for side in alerts.keys() {
        let into = if side.receives { &mut listed } else { &mut reached };
        if let Some(there) = into.get_mut(side.party as usize) {
            *there = true;
        }
    }
    for event in ledger.events.iter().filter(|event| is(&listed, event.receiver)) {
        let lists = alerts.get(&Side { party: event.receiver, receives: true });
        let seen = |at: &Instant| *at > event.at && at.since(event.at) <= look_back;
        if lists.is_some_and(|lists| lists.iter().any(seen))
            && let Some(there) = reached.get_mut(event.sender as usize)
        {
            *there = true;
        }
    }
    reached
}

/// Recall with its limits: offenders of one facilitator are drawn together (bootstrap, 2.5 % at either end),
/// and the limits are never nearer than those of as many independent offenders (Wilson).
fn recall(facts: &Facts, found: &[Option<Instant>]) -> (f64, f64, f64) {
    let mut clusters: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
    for (offender, at) in facts.offenders.iter().zip(found) {
        let (all, hit) = clusters.entry(offender.cluster).or_default();
        *all += offender.weight;
        *hit += if at.is_some() { offender.weight } else { 0.0 };
    }
    let clusters: Vec<(f64, f64)> = clusters.into_values().collect();
    let sum = |of: &mut dyn Iterator<Item = (f64, f64)>| {
        let (all, hit) = of.fold((0.0, 0.0), |(all, hit), (more, hits)| (all + more, hit + hits));
        share(hit, all)
    };
    let recall = sum(&mut clusters.iter().copied());
    let mut chance = Chance::new(clusters.len() as u64);
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let mut draw = (0..clusters.len())
                .filter_map(|_| clusters.get(chance.below(clusters.len() as u64) as usize).copied());
            sum(&mut draw)
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| draws.get((share * DRAWS as f64) as usize).copied().unwrap_or(recall);
    let (low, high) = wilson(recall, facts.offenders.len() as f64);
    (recall, at(0.025).min(low), at(0.975).max(high))
}

/// Average precision of the ranking by each party's best month; who was never a candidate comes last.
fn whole_ranking(months: &Months, labels: &Labels, facts: &Facts) -> Option<f64> {
    let mut best: HashMap<Side, f64> = HashMap::new();
    for candidate in months.iter().flat_map(|(_, candidates)| candidates) {
        let rank = best.entry(candidate.side).or_insert(candidate.rank);
        *rank = rank.max(candidate.rank);
    }
    let wanted = |side: Side| {
        labels.of(side.party).part == if side.receives { Part::Facilitator } else { Part::Offender }
    };
    let weight = |party: u32| f64::from(labels.of(party).weight);
    let mut ranked: Vec<Ranked> = best
        .iter()
        .map(|(side, rank)| Ranked { rank: *rank, positive: wanted(*side), weight: weight(side.party) })
        .collect();
    let last = f64::NEG_INFINITY;
    let missed: f64 =
        facts.offenders.iter().filter(|o| !best.contains_key(&pays(o.party))).map(|o| o.weight).sum();
    let facilitators = (0_u32..).zip(&labels.parties).filter(|(_, label)| label.part == Part::Facilitator);
    let missed_too: f64 = facilitators
        .filter(|(party, _)| !best.contains_key(&Side { party: *party, receives: true }))
        .map(|(_, label)| f64::from(label.weight))
        .sum();
    ranked.push(Ranked { rank: last, positive: true, weight: missed + missed_too });
    let seen: f64 = ranked.iter().map(|r| r.weight).sum();
    let rest = (facts.sides.iter().sum::<f64>() - seen).max(0.0);
    ranked.push(Ranked { rank: last, positive: false, weight: rest });
    average_precision(&ranked)
}

fn by_payments(facts: &Facts, found: &[Option<Instant>]) -> Vec<Group> {
    let place = |o: &Offender| PAYMENTS.iter().position(|(most, _)| o.payments.len() as u32 <= *most);
    let mut groups: Vec<(f64, f64, f64)> = vec![(0.0, 0.0, 0.0); PAYMENTS.len()];
    for (offender, at) in facts.offenders.iter().zip(found) {
        if let Some((all, hit, n)) = place(offender).and_then(|place| groups.get_mut(place)) {
            *all += offender.weight;
            *hit += if at.is_some() { offender.weight } else { 0.0 };
            *n += 1.0;
        }
    }
    let of = |((_, name), (all, hit, n)): (&(u32, &str), (f64, f64, f64))| {
        group("payments", (*name).to_owned(), (all, hit, n))
    };
    PAYMENTS.iter().zip(groups).map(of).collect()
}

fn group(by: &'static str, name: String, (parties, reached, n): (f64, f64, f64)) -> Group {
    let rate = share(reached, parties);
    let (lower95, upper95) = wilson(rate, n);
    Group { by, group: name, parties, reached, rate, lower95, upper95 }
}

/// How many of those who paid and have no part in it were reached, by what they are.
fn flag_rates(ledger: &Ledger, labels: &Labels, facts: &Facts, reached: &[bool]) -> Vec<Group> {
    let mut corridors: Vec<Option<(Option<model::Country>, Option<model::Country>)>> =
        vec![None; facts.paid.len()];
    for event in &ledger.events {
        if let Some(corridor) = corridors.get_mut(event.sender as usize) {
            corridor.get_or_insert((event.sender_country, event.receiver_country));
        }
    }
    let country =
        |country: Option<model::Country>| country.map_or_else(|| "not known".to_owned(), |c| c.to_string());
    let mut groups: BTreeMap<(&'static str, String), (f64, f64, f64)> = BTreeMap::new();
    for (party, (paid, corridor)) in (0_u32..).zip(facts.paid.iter().zip(&corridors)) {
        let label = labels.of(party);
        if !paid || label.part != Part::Ordinary {
            continue;
        }
        let (from, to) = corridor.unwrap_or_default();
        let sex = match label.sex {
            crate::Sex::Female => "female",
            crate::Sex::Male => "male",
            crate::Sex::Unknown => "not known",
        };
        let age = match label.age {
            0 => "not known",
            1..=29 => "under 30",
            30..=44 => "30 to 44",
            45..=59 => "45 to 59",
            _ => "60 and over",
        };
        for (by, name) in [
            ("corridor", format!("{} to {}", country(from), country(to))),
            ("nationality", country(label.nationality)),
            ("sex", sex.to_owned()),
            ("age", age.to_owned()),
            ("population", labels.population(party).unwrap_or("not known").to_owned()),
        ] {
            let (all, hit, n) = groups.entry((by, name)).or_default();
            let weight = f64::from(label.weight);
            *all += weight;
            *hit += if is(reached, party) { weight } else { 0.0 };
            *n += 1.0;
        }
    }
    groups.into_iter().map(|((by, name), counts)| group(by, name, counts)).collect()
}
