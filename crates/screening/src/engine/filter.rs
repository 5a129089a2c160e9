//! Which events a feature speaks of.
//!
//! All parts of a filter must hold. An event on which a fact is not known fails a part that asks for
//! it (`from`, `to`, `crossing`, `night`, a limit in a currency for which no rate holds) and passes a
//! part that only rules it out (`from_not`, `to_not`, `without`). Payments and purchases of nothing,
//! and reversals (below zero), pass no filter.

use model::{Country, Currency, Instant, Money, Span};

use super::{
    Rates, Zones,
    activity::{Activity, COUNTRIES, Channel, Kind, Marks, country_number},
};

/// What the world around a ledger is: rates, clocks, and which amounts are round.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Exchange rates; sums are in their reference currency.
    pub rates: Rates,
    /// Local time by country.
    pub zones: Zones,
    /// By currency, the amount in minor units whose multiples are round; 10.00 for others.
    pub rounds: Vec<(Currency, i64)>,
}

impl Settings {
    /// Nothing is known but amounts in this currency.
    pub fn plain(reference: Currency) -> Self {
        Self { rates: Rates::only(reference), zones: Zones::none(), rounds: Vec::new() }
    }

    fn is_round(&self, money: Money) -> bool {
        let known = self.rounds.iter().find(|(currency, _)| *currency == money.currency);
        let unit = known.map_or(10_i64.pow(1 + money.currency.decimals()), |(_, unit)| *unit);
        unit > 0 && money.minor % unit == 0
    }
}

/// Which of the two parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who paid.
    Sender,
    /// Who was paid.
    Receiver,
}

/// On whose clock hours are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clock {
    /// That of a party's country.
    Of(Side),
    /// That of a zone of the IANA database.
    Zone(String),
}

/// Local hours, `from` up to and without `to`; over midnight where `from` is the larger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// On whose clock.
    pub clock: Clock,
    /// The first hour, 0 to 23.
    pub from: u8,
    /// The hour it ends at, 0 to 24.
    pub to: u8,
}

/// A run of payments of the same key, each at most `within` after the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// The longest pause in the run.
    pub within: Span,
    /// The payment with which the run has this many passes, and no other: counting it counts runs.
    pub payments: u32,
}

/// Another kind of event between the same two parties, in either direction, not long before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The other kind.
    pub kind: Kind,
    /// At most so long between its end and this event's beginning.
    pub within: Span,
}

/// Which events; see the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of these kinds; none named means payments.
    pub kinds: Vec<Kind>,
    /// At least this much, compared in its currency.
    pub least: Option<Money>,
    /// At most this much, compared in its currency.
    pub most: Option<Money>,
    /// In this currency only.
    pub currency: Option<Currency>,
    /// From one of these countries.
    pub from: Vec<Country>,
    /// Not from one of these.
    pub from_not: Vec<Country>,
    /// To one of these countries.
    pub to: Vec<Country>,
    /// Not to one of these.
    pub to_not: Vec<Country>,
    /// From one country to another, both known.
    pub crossing: bool,
    /// With all of these marks.
    pub with: Marks,
    /// With any of these marks.
    pub any: Marks,
    /// Without any of these marks.
    pub without: Marks,
    /// Through one of these channels; none named means any.
    pub channels: Vec<Channel>,
    /// Whether the amount is a multiple of a round unit of its own currency.
    pub round: bool,
    /// Within these local hours.
    pub hours: Option<Hours>,
    /// The payment that makes a run of so many.
    pub burst: Option<Burst>,
    /// Soon after another kind of event between the two.
    pub near: Option<Near>,
}

/// What a filter asks that the event itself does not say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'a> {
    pub(crate) settings: &'a Settings,
    /// The length of the run this event is in, by burst of the role.
    pub(crate) runs: [u32; MOST_BURSTS],
    /// Microseconds since the last event of each kind between the two; `i64::MAX` for none.
    pub(crate) since: [i64; Kind::ALL.len()],
}

/// How many different pauses the bursts of one role can have.
pub(crate) const MOST_BURSTS: usize = 4;

type CountrySet = Option<Box<[u64; COUNTRIES.div_ceil(64)]>>;

/// A filter made ready.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    kinds: u8,
    channels: u8,
    crossing: bool,
    round: bool,
    with: u64,
    any: u64,
    without: u64,
    least: Option<Money>,
    most: Option<Money>,
    currency: Option<Currency>,
    from: CountrySet,
    from_not: CountrySet,
    to: CountrySet,
    to_not: CountrySet,
    hours: Option<(ReadyClock, u8, u8)>,
    burst: Option<(usize, u32)>,
    near: Option<Near>,
}

#[derive(Clone, Copy, Debug)]
enum ReadyClock {
    Of(Side),
    Number(u16),
}

impl Test {
    /// Makes a filter ready; `burst` is the place of its pause among the role's. `None` where a zone
    /// is not known.
    pub(crate) fn of(filter: &Filter, settings: &mut Settings, burst: usize) -> Option<Self> {
        let kinds = filter.kinds.iter().fold(0, |bits, kind| bits | kind.bit());
        let channels = filter.channels.iter().fold(0, |bits, channel| bits | channel.bit());
        let hours = match &filter.hours {
            None => None,
            Some(Hours { clock: Clock::Of(side), from, to }) => Some((ReadyClock::Of(*side), *from, *to)),
            Some(Hours { clock: Clock::Zone(zone), from, to }) => {
                Some((ReadyClock::Number(settings.zones.clock(zone)?), *from, *to))
            }
        };
        Some(Self {
            kinds: if kinds == 0 { Kind::Payment.bit() } else { kinds },
            channels,
            crossing: filter.crossing,
            round: filter.round,
            with: filter.with.0,
            any: filter.any.0,
            without: filter.without.0,
            least: filter.least,
            most: filter.most,
            currency: filter.currency,
            from: set(&filter.from),
            from_not: set(&filter.from_not),
            to: set(&filter.to),
            to_not: set(&filter.to_not),
            hours,
            burst: filter.burst.map(|wanted| (burst, wanted.payments)),
            near: filter.near,
        })
    }

    /// Whether the event passes.
    #[inline]
    pub(crate) fn passes(&self, event: &Activity, around: &Around<'_>) -> bool {
        self.kinds & event.kind.bit() != 0
            && (event.amount > 0 || !matches!(event.kind, Kind::Payment | Kind::Purchase | Kind::Withdrawal))
            && event.marks.0 & self.with == self.with
            && event.marks.0 & self.without == 0
            && (self.any == 0 || event.marks.0 & self.any != 0)
            && (self.channels == 0 || self.channels & event.channel.bit() != 0)
            && self.places(event)
            && self.money(event, around.settings)
            && self.burst.is_none_or(|(place, payments)| around.runs.get(place) == Some(&payments))
            && self.near.is_none_or(|near| {
                around.since.get(near.kind as usize).is_some_and(|since| *since <= near.within.0)
            })
            && self.hours.is_none_or(|hours| within(hours, event, &around.settings.zones))
    }

    #[inline]
    fn places(&self, event: &Activity) -> bool {
        let (from, to) = (event.sender_country, event.receiver_country);
        self.from.as_deref().is_none_or(|set| holds(set, from))
            && self.from_not.as_deref().is_none_or(|set| !holds(set, from))
            && self.to.as_deref().is_none_or(|set| holds(set, to))
            && self.to_not.as_deref().is_none_or(|set| !holds(set, to))
            && (!self.crossing || (from.is_some() && to.is_some() && from != to))
    }

    #[inline]
    fn money(&self, event: &Activity, settings: &Settings) -> bool {
        let worth = |limit: Money| settings.rates.convert(event.money(), limit.currency, event.at);
        self.currency.is_none_or(|currency| currency == event.currency)
            && self.most.is_none_or(|most| worth(most).is_some_and(|minor| minor <= most.minor))
            && self.least.is_none_or(|least| worth(least).is_some_and(|minor| minor >= least.minor))
            && (!self.round || settings.is_round(event.money()))
    }
}

/// A filter on its own, for what an event alone can tell: no runs, nothing near.
#[derive(Debug)]
pub(crate) struct Single {
    test: Test,
    settings: Settings,
}

impl Single {
    /// `None` where the filter names a zone that is not known.
    pub(crate) fn new(filter: &Filter, mut settings: Settings) -> Option<Self> {
        Some(Self { test: Test::of(filter, &mut settings, 0)?, settings })
    }

    /// Whether the event passes.
    pub(crate) fn passes(&self, event: &Activity) -> bool {
        let since = [i64::MAX; Kind::ALL.len()];
        self.test.passes(event, &Around { settings: &self.settings, runs: [0; MOST_BURSTS], since })
    }
}

fn within((clock, from, to): (ReadyClock, u8, u8), event: &Activity, zones: &Zones) -> bool {
    let clock = match clock {
        ReadyClock::Number(clock) => Some(clock),
        ReadyClock::Of(Side::Sender) => zones.of(event.sender_country),
        ReadyClock::Of(Side::Receiver) => zones.of(event.receiver_country),
    };
    let hour = |at: Instant| clock.and_then(|clock| zones.hour(clock, at));
    hour(event.at)
        .is_some_and(|hour| if from < to { from <= hour && hour < to } else { from <= hour || hour < to })
}

fn set(countries: &[Country]) -> CountrySet {
    if countries.is_empty() {
        return None;
    }
    let mut set = Box::new([0_u64; COUNTRIES.div_ceil(64)]);
    for country in countries {
        let number = country_number(*country);
        if let Some(word) = set.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }
    Some(set)
}

#[inline]
fn holds(set: &[u64], country: Option<Country>) -> bool {
    country
        .map(country_number)
        .is_some_and(|number| set.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1))
}
