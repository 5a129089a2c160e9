//! A made-up year of remittances under a law.
//!
//! Populations pay by their habits, one stream of chance a sender; offenders are drawn as they stand in
//! a year picked at random from a long time, so that those who pay over years are seen more often than
//! those who pay once. They are over-sampled: each stands for fewer than one offender, which its label's
//! weight says, and so do the facilitators and relatives drawn with them.

mod habit;
mod offending;
#[cfg(test)]
mod tests;

use model::{Country, Currency, Instant};
use screening::engine::{Activity, Channel, Kind, Marks};

use crate::{
    Label, Labels, Law, Ledger, Part, Sex,
    chance::Chance,
    law::{Corridors, Habit},
    world::days,
};

/// How large a world is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Senders, offenders not among them.
    pub senders: u32,
    /// Offenders drawn; each stands for `rate × senders / offenders` of them.
    pub offenders: u32,
}

/// A made-up year.
#[derive(Clone, Debug)]
pub struct World {
    /// The law it was made under.
    pub law: String,
    /// The seed.
    pub seed: u64,
    /// Its payments.
    pub ledger: Ledger,
    /// What is true of its parties.
    pub labels: Labels,
}

/// Makes a world: the same law, size and seed give the same world.
pub fn simulate(law: &Law, size: Size, seed: u64) -> World {
    let mut maker = Maker {
        law,
        seed,
        labels: Labels::default(),
        countries: Vec::new(),
        events: Vec::new(),
        marks: Named::new(),
        end: law.start + days(law.days),
    };
    maker.labels.populations = law
        .habits
        .iter()
        .map(|habit| habit.id.clone())
        .chain([OFFENDERS, RECEIVERS].map(str::to_owned))
        .collect();
    for (place, habit) in (0_u16..).zip(&law.habits) {
        let senders = (habit.get("share") * f64::from(size.senders)).round() as u32;
        maker.population(place, habit, senders);
    }
    maker.offending(size);
    let Maker { labels, mut events, .. } = maker;
    events.sort_unstable_by_key(|e| (e.at, e.sender, e.receiver, e.amount, e.marks.0, e.channel));
    for (event, sequence) in events.iter_mut().zip(1..) {
        event.sequence = sequence;
    }
    let ledger = Ledger { events, accounts: Vec::new(), synthetic: true };
    World { law: law.id.clone(), seed, ledger, labels }
}

const OFFENDERS: &str = "offender";
const RECEIVERS: &str = "receiver";

struct Maker<'l> {
    law: &'l Law,
    seed: u64,
    labels: Labels,
    /// Country by party.
    countries: Vec<Option<Country>>,
    events: Vec<Activity>,
    marks: Named,
    end: Instant,
}

/// The marks a remitter's ledger has.
#[derive(Clone, Copy)]
struct Named {
    business: Marks,
    surname: Marks,
    relative: Marks,
    couple: Marks,
    cover: Marks,
}

impl Named {
    fn new() -> Self {
        let named = |name| Marks::named(name).unwrap_or_default();
        Self {
            business: named("receiver_business"),
            surname: named("same_surname"),
            relative: named("declared_relative"),
            couple: named("couple_declared"),
            cover: named("cover_term"),
        }
    }
}

/// Somebody who pays, on their own clock.
struct Payer {
    party: u32,
    country: Option<Country>,
    ahead: f64,
    night: f64,
    cover: f64,
    round: f64,
    channel: Channel,
}

impl Maker<'_> {
    fn party(&mut self, label: Label, country: Option<Country>) -> u32 {
        self.labels.parties.push(label);
        self.countries.push(country);
        (self.countries.len() - 1) as u32
    }

    /// Somebody in the Philippines who is paid.
    fn receiver(&mut self, chance: &mut Chance, part: Part, weight: f32, population: u16) -> u32 {
        let sex = if chance.happens(0.7) { Sex::Female } else { Sex::Male };
        let age = chance.between(19.0, 70.0) as u8;
        let label =
            Label { part, weight, population: Some(population), sex, age, nationality: Some(Country::PH) };
        self.party(label, Some(Country::PH))
    }

    fn payer(&self, party: u32, habits: &dyn Fn(&str) -> f64, chance: &mut Chance) -> Payer {
        let country = self.countries.get(party as usize).copied().flatten();
        let offending = |name| self.law.offending.get(name);
        let channels = ["channel_remitter", "channel_bank", "channel_wallet"].map(offending);
        let channel = [Channel::Remitter, Channel::Bank, Channel::Wallet];
        Payer {
            party,
            country,
            ahead: country.and_then(|country| self.law.clocks.get(&country)).copied().unwrap_or_default(),
            night: (habits("night") * (habits("night_spread") * chance.normal()).exp()).min(0.95),
            cover: habits("cover_term"),
            round: habits("round"),
            channel: channel.get(chance.among(&channels)).copied().unwrap_or(Channel::Unknown),
        }
    }

    /// When on the payer's clock a payment of a day is made, in days since the beginning (UTC).
    fn hour(payer: &Payer, day: f64, chance: &mut Chance) -> f64 {
        let hour = if chance.happens(payer.night) {
            (22.5 + 7.0 * chance.unit()) % 24.0
        } else {
            7.0 + 14.5 * chance.unit()
        };
        day.floor() + (hour - payer.ahead) / 24.0
    }

    /// A payment, if it falls into the year.
    fn pay(&mut self, payer: &Payer, to: u32, ties: Marks, (when, pesos): (f64, f64), chance: &mut Chance) {
        let at = self.law.start + days(when);
        let at = Instant::from_micros(at.micros().div_euclid(1_000_000) * 1_000_000);
        let pesos = pesos.clamp(50.0, 500_000.0);
        let amount = if chance.happens(payer.round) {
            let unit = if pesos < 1_000.0 {
                50.0
            } else if pesos < 5_000.0 {
                100.0
            } else {
                500.0
            };
            ((pesos / unit).round() * unit * 100.0) as i64
        } else {
            // Round where it was paid in, not where it is paid out.
            (pesos * 100.0) as i64
        };
        let cover = if chance.happens(payer.cover) { self.marks.cover } else { Marks::default() };
        if at < self.law.start || at >= self.end {
            return;
        }
        self.events.push(Activity {
            sequence: 0,
            at,
            amount,
            marks: ties.with(cover),
            sender: payer.party,
            receiver: to,
            lasting: 0,
            currency: Currency::PHP,
            sender_country: payer.country,
            receiver_country: self.countries.get(to as usize).copied().flatten(),
            kind: Kind::Payment,
            channel: payer.channel,
        });
    }

    /// Somebody's country, sex, age and nationality.
    fn sender(
        &mut self,
        figures: &dyn Fn(&str) -> f64,
        corridors: &Corridors,
        (part, weight, population): (Part, f32, u16),
        chance: &mut Chance,
    ) -> u32 {
        let country = corridors.countries.get(chance.among(&corridors.shares)).copied();
        let sex = if chance.happens(figures("male")) { Sex::Male } else { Sex::Female };
        let least = figures("age_least").max(18.0);
        let most = if figures("age_most") > 0.0 { figures("age_most") } else { 85.0 };
        let age = (figures("age") + figures("age_spread") * chance.normal()).clamp(least, most) as u8;
        let nationality = if chance.happens(figures("filipino")) { Some(Country::PH) } else { country };
        self.party(Label { part, weight, population: Some(population), sex, age, nationality }, country)
    }

    fn corridors(&self, kind: &str) -> Corridors {
        self.law.corridors.get(kind).cloned().unwrap_or_default()
    }

    fn habit(&self, id: &str) -> Option<(u16, Habit)> {
        (0..)
            .zip(&self.law.habits)
            .find(|(_, habit)| habit.id == id)
            .map(|(place, habit)| (place, habit.clone()))
    }
}
