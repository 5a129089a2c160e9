//! How offenders pay, and who is paid: after the studies the law cites.

use super::{Maker, OFFENDERS, RECEIVERS, Size, habit::pick};
use crate::{
    Part,
    chance::Chance,
    law::{Law, Offending},
};

const STREAM: u64 = 1 << 40;
/// Offenders begin at any time in so many days before the year.
const BEFORE: f64 = 1_500.0;
/// An offender whose facilitator has stopped looks so often for another.
const LOOKS: u32 = 12;

/// One who is paid for abuse, and from when to when.
struct Facilitator {
    party: u32,
    from: f64,
    until: f64,
}

/// The payments of one offender from the first to the last, in days and pesos, before they are put in a year.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    pub(super) payments: Vec<(f64, f64)>,
    pub(super) prolific: bool,
}

impl Course {
    /// Draws how often, how fast and how much an offender pays over their whole time.
    pub(super) fn draw(figures: &Offending, chance: &mut Chance) -> Self {
        let get = |name: &str| figures.get(name);
        let count = count(figures, chance);
        let prolific = f64::from(count) > get("prolific_from");
        let gap = if prolific {
            let gap = chance.log_normal(get("prolific_gap_days"), get("prolific_gap_spread"));
            if gap < get("prolific_gap_most") {
                gap
            } else {
                get("prolific_gap_most") * chance.between(0.5, 1.0)
            }
        } else {
            chance.log_normal(get("gap_days"), get("gap_spread"))
        };
        let median = if prolific { get("prolific_amount") } else { get("amount") };
        let usual = chance.log_normal(median, get("amount_spread") * if prolific { 0.6 } else { 1.0 });
        let (mut at, mut faster, mut more) = (0.0, 1.0_f64, 1.0_f64);
        let mut payments = Vec::new();
        for _ in 0..count {
            let large = if chance.happens(get("large")) { get("large_times") } else { 1.0 };
            payments.push((at, chance.log_normal(usual * more, get("amount_wander")) * large));
            at += chance.log_normal(gap * faster, get("gap_wander")).max(0.1);
            // Growth and quickening level off: nobody pays every hour, or a thousand times the first sum.
            faster = (faster * (1.0 - get("quickening"))).max(0.5);
            more = (more * (1.0 + get("growth"))).min(3.0);
        }
        Self { payments, prolific }
    }
}

/// How often an offender pays: P(N ≥ k) = (1 − single)·(k − 1)^−tail up to the most.
pub(super) fn count(figures: &Offending, chance: &mut Chance) -> u32 {
    let get = |name: &str| figures.get(name);
    if chance.happens(get("single")) {
        return 1;
    }
    let beyond = (1.0 - chance.unit()).powf(-1.0 / get("tail"));
    (1.0 + beyond.floor()).min(get("most_payments")) as u32
}

impl Maker<'_> {
    /// Makes offenders, facilitators and the relatives facilitators have abroad, and their payments.
    pub(super) fn offending(&mut self, size: Size) {
        let law: &Law = self.law;
        let get = |name: &str| law.offending.get(name);
        if size.offenders == 0 {
            return;
        }
        let weight = (get("rate") * f64::from(size.senders) / f64::from(size.offenders)) as f32;
        let facilitators = self.facilitators(size, weight);
        let circle = (get("circle") as usize).max(1);
        let place =
            |name: &str| self.labels.populations.iter().position(|n| n == name).unwrap_or_default() as u16;
        let (population, corridors) = (place(OFFENDERS), self.corridors("offenders"));
        let friend = self.habit("friend");
        let (mut made, mut tried) = (0, 0);
        while made < size.offenders && tried < size.offenders.saturating_mul(200) {
            tried += 1;
            let mut chance = Chance::of(self.seed, STREAM, u64::from(tried));
            let course = Course::draw(&law.offending, &mut chance);
            let start = chance.between(-BEFORE, law.days);
            let this_year = |(at, _): &&(f64, f64)| (1.0..law.days - 1.0).contains(&(start + at));
            if course.payments.iter().find(this_year).is_none() {
                continue;
            }
            made += 1;
            // Drawing more offenders makes more circles, not larger ones.
            let circles = facilitators.len().div_ceil(circle).max(1);
            let start_of = chance.below(circles as u64) as usize * circle;
            let facilitators = facilitators.get(start_of..).unwrap_or_default();
            let facilitators = facilitators.get(..circle).unwrap_or(facilitators);
            let sender = self.sender(&get, &corridors, (Part::Offender, weight, population), &mut chance);
            let payer = self.payer(sender, &get, &mut chance);
            let more =
                if course.prolific { get("more_facilitators_prolific") } else { get("more_facilitators") };
            let count = (1 + chance.poisson(more)).min(get("most_facilitators") as u32);
            let mut known = Vec::new();
            for _ in 0..count {
                let Some(found) = look(facilitators, start, get("popular"), &mut chance) else { break };
                known.push((found, self.ties(&get, &mut chance)));
            }
            for (at, pesos) in &course.payments {
                let day = start + at;
                if day < 0.0 || known.is_empty() {
                    continue;
                }
                let (mut to, mut ties) = pick(&known, &mut chance);
                let gone = |to: usize| facilitators.get(to).is_none_or(|f| !(f.from..f.until).contains(&day));
                if gone(to)
                    && let Some(found) = look(facilitators, day, get("popular"), &mut chance)
                {
                    // Those who have stopped are replaced, for this and for later payments.
                    let fresh = self.ties(&get, &mut chance);
                    known.retain(|(known, _)| *known != to);
                    known.push((found, fresh));
                    (to, ties) = (found, fresh);
                }
                let Some(paid) = facilitators.get(to).map(|facilitator| facilitator.party) else { continue };
                let when = Self::hour(&payer, day, &mut chance);
                self.pay(&payer, paid, ties, (when, *pesos), &mut chance);
                if chance.happens(get("session")) {
                    self.again(&payer, (paid, ties), (when, *pesos), &mut chance);
                }
            }
            if let Some((_, habit)) = friend.as_ref().filter(|_| chance.happens(get("ordinary_life"))) {
                let receivers = place_of(&self.labels.populations);
                let other = self.receiver(&mut chance, Part::Ordinary, weight, receivers);
                self.pays(sender, &[(other, false)], habit, &mut chance);
            }
        }
    }

    fn facilitators(&mut self, size: Size, weight: f32) -> Vec<Facilitator> {
        let law: &Law = self.law;
        let get = |name: &str| law.offending.get(name);
        let family = self.habit("family");
        let workers = self.corridors("workers");
        let receivers = place_of(&self.labels.populations);
        let count = (f64::from(size.offenders) * get("facilitators_per_offender")).ceil() as u32;
        let made = (0..count).map(|number| {
            let mut chance = Chance::of(self.seed, STREAM + 1, u64::from(number));
            let life = chance.log_normal(get("facilitator_days"), get("facilitator_spread"));
            let from = chance.between(-life, law.days);
            let party = self.receiver(&mut chance, Part::Facilitator, weight, receivers);
            if let Some((place, habit)) =
                family.as_ref().filter(|_| chance.happens(get("facilitator_family")))
            {
                let own = |name: &str| habit.get(name);
                let relative = self.sender(&own, &workers, (Part::Ordinary, weight, *place), &mut chance);
                self.pays(relative, &[(party, false)], habit, &mut chance);
            }
            Facilitator { party, from, until: from + life }
        });
        made.collect()
    }
}

fn place_of(populations: &[String]) -> u16 {
    populations.iter().position(|name| name == RECEIVERS).unwrap_or_default() as u16
}

/// A facilitator who is active on a day, popular ones sooner.
fn look(facilitators: &[Facilitator], day: f64, popular: f64, chance: &mut Chance) -> Option<usize> {
    let mut last = None;
    for _ in 0..LOOKS {
        let place = (facilitators.len() as f64 * chance.unit().powf(popular)) as usize;
        last = facilitators.get(place).map(|_| place);
        // Before the year nobody is followed: those of the year stand in for those before them.
        if facilitators.get(place).is_some_and(|f| (f.from..f.until).contains(&day.max(0.0))) {
            break;
        }
    }
    last
}
