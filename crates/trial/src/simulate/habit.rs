//! How ordinary people pay: families on paydays, couples, customers, travellers, sponsors.

use screening::engine::Marks;

use super::{Maker, Payer, RECEIVERS};
use crate::{Part, chance::Chance, law::Habit};

/// Of payments to several receivers, how many go to the first.
const FIRST: f64 = 0.55;
/// Receivers of one sender, at most.
const MOST_RECEIVERS: u32 = 8;
/// A second payment of one sitting comes within so many hours.
const SITTING: (f64, f64) = (0.15, 1.8);

impl Maker<'_> {
    /// Makes a population's senders, whom they pay, and their payments.
    pub(super) fn population(&mut self, place: u16, habit: &Habit, senders: u32) {
        let get = |name: &str| habit.get(name);
        let stream = u64::from(place) + 1;
        let shared = get("senders_per_receiver");
        let links = f64::from(senders) * (1.0 + get("more_receivers"));
        let pool = if shared > 0.0 { (links / shared).ceil().max(1.0) as u32 } else { 0 };
        let mut chance = Chance::of(self.seed, stream, 0);
        let receivers =
            (self.labels.populations.iter().position(|name| name == RECEIVERS)).unwrap_or_default() as u16;
        let first = self.countries.len() as u32;
        // Whether somebody is a business is the receiver's; that of a pool's member is drawn once.
        let mut business = Vec::new();
        for _ in 0..pool {
            business.push(chance.happens(get("receiver_business")));
            self.receiver(&mut chance, Part::Ordinary, 1.0, receivers);
        }
        let (workers, visitors) = (self.corridors("workers"), self.corridors("visitors"));
        for number in 0..senders {
            let mut chance = Chance::of(self.seed, stream, u64::from(number) + 1);
            let corridors = if chance.happens(get("abroad_workers")) { &workers } else { &visitors };
            let sender = self.sender(&get, corridors, (Part::Ordinary, 1.0, place), &mut chance);
            let count = 1 + chance.poisson(get("more_receivers")).min(MOST_RECEIVERS - 1);
            let to = (0..count).map(|_| {
                if pool == 0 {
                    return (self.receiver(&mut chance, Part::Ordinary, 1.0, receivers), false);
                }
                let at = (f64::from(pool) * chance.unit().powf(get("popular"))) as u32;
                (first + at, business.get(at as usize).copied().unwrap_or_default())
            });
            let to: Vec<(u32, bool)> = to.collect();
            self.pays(sender, &to, habit, &mut chance);
        }
    }

    /// The year's payments of one sender to some receivers; each is said to be a business or not.
    pub(super) fn pays(&mut self, sender: u32, to: &[(u32, bool)], habit: &Habit, chance: &mut Chance) {
        let get = |name: &str| habit.get(name);
        let payer = self.payer(sender, &get, chance);
        let ties: Vec<(u32, Marks)> = to
            .iter()
            .map(|(receiver, business)| {
                (*receiver, if *business { self.marks.business } else { self.ties(&get, chance) })
            })
            .collect();
        let (from, until) = if chance.happens(get("whole_year")) {
            (0.0, self.law.days)
        } else {
            let life = chance.log_normal(get("life_days"), get("life_spread")).max(1.0);
            let from = chance.between(-life.min(self.law.days), self.law.days);
            (from, from + life)
        };
        let payday = chance.happens(get("payday"));
        let gap = chance.log_normal(get("gap_days"), get("gap_spread")).max(0.3);
        // A payday comes once or twice a month; a day or two later the money is sent.
        let gap = if payday { if gap < 21.0 { 15.2 } else { 30.4 } } else { gap };
        let usual = chance.log_normal(get("amount"), get("amount_spread"));
        let (wander, growth, session) = (get("amount_wander"), get("growth"), get("session"));
        let gap_wander = get("gap_wander");
        let mut amount = usual;
        let mut due = from + gap * chance.unit();
        while due < until.min(self.law.days) {
            let (receiver, marks) = pick(&ties, chance);
            let day = if payday { due + chance.between(-0.5, 2.0) } else { due };
            let when = Self::hour(&payer, day, chance);
            let pesos = chance.log_normal(amount, wander);
            self.pay(&payer, receiver, marks, (when, pesos), chance);
            if chance.happens(session) {
                self.again(&payer, (receiver, marks), (when, pesos), chance);
            }
            amount = (amount * (1.0 + growth)).min(usual * 6.0);
            due += if payday { gap } else { chance.log_normal(gap, gap_wander).max(0.05) };
        }
        let active = (until.min(self.law.days) - from.max(0.0)).max(0.0);
        for _ in 0..chance.poisson(get("extras_a_year") * active / 365.0) {
            let (receiver, marks) = pick(&ties, chance);
            let when = Self::hour(&payer, from.max(0.0) + active * chance.unit(), chance);
            let pesos = chance.log_normal(get("extra_amount"), get("extra_spread"));
            self.pay(&payer, receiver, marks, (when, pesos), chance);
        }
    }

    /// A second payment of the same sitting.
    pub(super) fn again(
        &mut self,
        payer: &Payer,
        (receiver, ties): (u32, Marks),
        (when, pesos): (f64, f64),
        chance: &mut Chance,
    ) {
        let (soon, late) = SITTING;
        let later = when + chance.between(soon, late) / 24.0;
        let pesos = pesos * chance.between(0.3, 1.0);
        self.pay(payer, receiver, ties, (later, pesos), chance);
    }

    /// What the ledger says ties two parties.
    pub(super) fn ties(&self, figures: &dyn Fn(&str) -> f64, chance: &mut Chance) -> Marks {
        let mut ties = Marks::default();
        for (name, mark) in [
            ("same_surname", self.marks.surname),
            ("declared_relative", self.marks.relative),
            ("couple_declared", self.marks.couple),
        ] {
            if chance.happens(figures(name)) {
                ties = ties.with(mark);
            }
        }
        ties
    }
}

/// One of those somebody pays, the first more often than the others.
pub(super) fn pick<T: Copy + Default>(ties: &[T], chance: &mut Chance) -> T {
    let place = match ties.len() {
        0 | 1 => 0,
        _ if chance.happens(FIRST) => 0,
        many => 1 + chance.below(many as u64 - 1) as usize,
    };
    ties.get(place).copied().unwrap_or_default()
}
