//! What to compute: features as declared, and the windows, counters and scans they come down to.

use model::Span;

use super::{
    Filter, Settings,
    activity::Kind,
    filter::{MOST_BURSTS, Test},
};

/// Whose payments a feature is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    /// Those a party sent.
    Sender,
    /// Those a party was sent.
    Receiver,
    /// Those one party sent to one other.
    Pair,
}

/// What is computed over the events of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// How many.
    Count,
    /// Their amounts together, in minor units of the reference currency.
    Sum,
    /// How many different counterparts.
    DistinctParties,
    /// In how many different known countries the counterparts were.
    DistinctCountries,
    /// The median amount in minor units; the mean of the two in the middle.
    Median,
    /// The mean pause between one and the next, in days.
    GapMean,
    /// The median pause between one and the next, in days, over the last of them.
    GapMedian,
    /// The least-squares slope of amount by payment, in minor units, over the last of them.
    AmountSlope,
    /// The least-squares slope of pause by payment, in days, over the last of them.
    GapSlope,
    /// The share, 0 to 1, that passes another filter too.
    Share(Box<Filter>),
    /// The days since the key's first payment; it has no window.
    Age,
    /// The days between this payment and the key's one before; it has no window.
    GapLast,
}

/// So many of the latest events are looked at for slopes and median pauses.
pub const LATEST: usize = 32;

/// One feature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name in conditions and sentences.
    pub name: String,
    /// Whose payments.
    pub of: Of,
    /// The stretch of time before and up to an event: `(t − window, t]`.
    pub window: Span,
    /// What is computed.
    pub what: What,
    /// Of which events.
    pub filter: Filter,
}

impl Feature {
    /// Whether its values are whole numbers; they are real numbers otherwise.
    pub const fn whole(&self) -> bool {
        matches!(self.what, What::Count | What::Sum | What::DistinctParties | What::DistinctCountries)
    }
}

/// Why features cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("feature “{feature}”: {reason}")]
pub struct BadFeature {
    /// The feature.
    pub feature: String,
    /// What is wrong and what was expected.
    pub reason: String,
}

/// The shortest window.
pub const SHORTEST: Span = Span::hours(1);
/// The longest window.
pub const LONGEST: Span = Span::days(366);

/// Features made ready.
#[derive(Clone, Debug)]
pub struct Plan {
    features: Vec<Feature>,
    pub(crate) settings: Settings,
    pub(crate) roles: [Role; 3],
    /// Kinds that `near` asks about.
    pub(crate) near: u8,
    /// Words of a pair's state that hold, by kind, when the last such event ended.
    pub(crate) near_words: [usize; Kind::ALL.len()],
    /// The half-words of a pair's state that hold where its latest payment stands in the sender's
    /// ring, by group, and in the receiver's.
    pub(crate) places: [Vec<usize>; 2],
    pairs: bool,
}

/// What is kept for every key of one role.
#[derive(Clone, Debug, Default)]
pub(crate) struct Role {
    pub(crate) tests: Vec<Test>,
    filters: Vec<Filter>,
    /// Longest first: what has left the first has left the key.
    pub(crate) windows: Vec<Window>,
    pub(crate) bursts: Vec<(i64, usize)>,
    /// The bits of filters by which counterparts, then countries, are told apart.
    pub(crate) groups: Vec<u32>,
    pub(crate) country_groups: Vec<u32>,
    /// The word that says where the countries of a key's counterparts are.
    pub(crate) countries: usize,
    /// Events with none of these bits are not kept.
    pub(crate) relevant: u32,
    pub(crate) outputs: Vec<Output>,
    /// Words of a key's state.
    pub(crate) words: usize,
    /// The first of its half-words.
    pub(crate) base: usize,
    halves: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) span: i64,
    /// The half-word of the position of the oldest event still within.
    pub(crate) cursor: usize,
    pub(crate) counters: Vec<Counter>,
}

/// A running figure of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counter {
    /// Counted are events with all of these bits.
    pub(crate) need: u32,
    pub(crate) tally: Tally,
    /// The word, or half-word, that holds it.
    pub(crate) place: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tally {
    Count,
    Sum,
    /// Counterparts told apart by this group.
    Parties(usize),
    /// Countries told apart by this group.
    Countries(usize),
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// The place of the feature among all.
    pub(crate) feature: usize,
    /// Changes when an event with all of these bits comes or leaves `window`.
    pub(crate) need: u32,
    pub(crate) window: usize,
    pub(crate) source: Source,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    Half(usize),
    Word(usize),
    Share { part: usize, whole: usize },
    Age,
    GapLast,
    Scan(Scan),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Scan {
    Median,
    GapMean,
    GapMedian,
    AmountSlope,
    GapSlope,
}

/// Words every key's state begins with.
pub(crate) const HEADER: usize = 6;
/// The event's worth is known.
pub(crate) const WORTH: u32 = 1 << 23;
/// Bits for filters.
const FILTERS: usize = 23;
/// The first bit that says a later event of the same counterpart, or country, has come.
pub(crate) const SUPERSEDED: u32 = 24;
const GROUPS: usize = 8;

impl Plan {
    /// Makes features ready, or says which cannot be computed.
    pub fn new(features: Vec<Feature>, mut settings: Settings) -> Result<Self, BadFeature> {
        let mut roles = [Role::default(), Role::default(), Role::default()];
        let mut near = 0;
        for (place, feature) in features.iter().enumerate() {
            let bad = |reason: String| BadFeature { feature: feature.name.clone(), reason };
            let windowless = matches!(feature.what, What::Age | What::GapLast);
            if !windowless && !(SHORTEST..=LONGEST).contains(&feature.window) {
                return Err(bad("a window has 1 hour to 366 days".to_owned()));
            }
            if feature.of == Of::Pair
                && matches!(feature.what, What::DistinctParties | What::DistinctCountries)
            {
                return Err(
                    bad("a pair has one counterpart; count those of a sender or receiver".to_owned()),
                );
            }
            let [sender, receiver, pair] = &mut roles;
            let role = match feature.of {
                Of::Sender => sender,
                Of::Receiver => receiver,
                Of::Pair => pair,
            };
            role.add(place, feature, &mut settings).map_err(bad)?;
            let parts = match &feature.what {
                What::Share(part) => [Some(&feature.filter), Some(&**part)],
                _ => [Some(&feature.filter), None],
            };
            near |= parts.into_iter().flatten().filter_map(|f| f.near).fold(0, |n, f| n | f.kind.bit());
        }
        roles.iter_mut().for_each(Role::settle);
        let [sender, receiver, pair] = &mut roles;
        let places = [&*sender, &*receiver]
            .map(|role| role.groups.iter().map(|_| pair.half()).collect::<Vec<usize>>());
        let mut near_words = [0; Kind::ALL.len()];
        for (kind, word) in Kind::ALL.into_iter().zip(&mut near_words) {
            if near & kind.bit() != 0 {
                *word = pair.word();
            }
        }
        for role in &mut roles {
            role.words += HEADER;
            role.base = 2 * role.words;
            role.words += role.halves.div_ceil(2);
        }
        let [.., pair] = &roles;
        let pairs = near != 0 || !pair.outputs.is_empty() || places.iter().any(|places| !places.is_empty());
        Ok(Self { features, settings, roles, near, near_words, places, pairs })
    }

    /// The features, in the order of the cells of a row.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The world they are computed in.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Bytes of state of one key, without its events.
    pub fn bytes_per_key(&self, of: Of) -> usize {
        8 * self.role(of).words
    }

    pub(crate) const fn role(&self, of: Of) -> &Role {
        let [sender, receiver, pair] = &self.roles;
        match of {
            Of::Sender => sender,
            Of::Receiver => receiver,
            Of::Pair => pair,
        }
    }

    /// Whether pairs have to be known at all.
    pub(crate) const fn knows_pairs(&self) -> bool {
        self.pairs
    }
}

impl Role {
    fn add(&mut self, place: usize, feature: &Feature, settings: &mut Settings) -> Result<(), String> {
        let need = self.bit(&feature.filter, settings)?;
        let mut whole = need;
        let windowless = matches!(feature.what, What::Age | What::GapLast);
        let window = if windowless { usize::MAX } else { self.window(feature.window) };
        let source = match &feature.what {
            What::Count => Source::Half(self.counter(window, need, Tally::Count)),
            What::Sum => Source::Word(self.counter(window, need, Tally::Sum)),
            What::DistinctParties => {
                let group = group(&mut self.groups, need)?;
                Source::Half(self.counter(window, need, Tally::Parties(group)))
            }
            What::DistinctCountries => {
                let group = group(&mut self.country_groups, need)?;
                Source::Half(self.counter(window, need, Tally::Countries(group)))
            }
            What::Share(part) => {
                let part = need | self.bit(part, settings)?;
                Source::Share {
                    part: self.counter(window, part, Tally::Count),
                    whole: self.counter(window, need, Tally::Count),
                }
            }
            What::Age => Source::Age,
            What::GapLast => Source::GapLast,
            What::GapMean => Source::Scan(Scan::GapMean),
            What::GapMedian => Source::Scan(Scan::GapMedian),
            What::GapSlope => Source::Scan(Scan::GapSlope),
            What::Median | What::AmountSlope => {
                whole |= WORTH;
                Source::Scan(if feature.what == What::Median { Scan::Median } else { Scan::AmountSlope })
            }
        };
        if self.groups.len() + self.country_groups.len() > GROUPS {
            return Err(format!(
                "at most {GROUPS} different filters can tell counterparts or countries apart"
            ));
        }
        if !windowless {
            self.relevant |= need;
        }
        self.outputs.push(Output { feature: place, need: whole, window, source });
        Ok(())
    }

    /// The bit of a filter.
    fn bit(&mut self, filter: &Filter, settings: &mut Settings) -> Result<u32, String> {
        if let Some(bit) = self.filters.iter().position(|known| known == filter) {
            return Ok(1 << bit);
        }
        if self.filters.len() == FILTERS {
            return Err(format!(
                "the features of senders, of receivers and of pairs have at most {FILTERS} different filters each"
            ));
        }
        let mut burst = 0;
        if let Some(wanted) = filter.burst {
            burst = match self.bursts.iter().position(|(within, _)| *within == wanted.within.0) {
                Some(place) => place,
                None => {
                    let half = self.half();
                    self.bursts.push((wanted.within.0, half));
                    self.bursts.len() - 1
                }
            };
            if burst >= MOST_BURSTS {
                return Err(format!("bursts have at most {MOST_BURSTS} different pauses"));
            }
        }
        let test = Test::of(filter, settings, burst)
            .ok_or_else(|| "its hours are on the clock of a zone the IANA database has not".to_owned())?;
        self.tests.push(test);
        self.filters.push(filter.clone());
        Ok(1 << (self.filters.len() - 1))
    }

    fn window(&mut self, span: Span) -> usize {
        if let Some(place) = self.windows.iter().position(|window| window.span == span.0) {
            return place;
        }
        let cursor = self.half();
        self.windows.push(Window { span: span.0, cursor, counters: Vec::new() });
        self.windows.len() - 1
    }

    fn counter(&mut self, window: usize, need: u32, tally: Tally) -> usize {
        let known = |counter: &&Counter| counter.need == need && counter.tally == tally;
        if let Some(counter) = self.windows.get(window).and_then(|w| w.counters.iter().find(known)) {
            return counter.place;
        }
        let place = if tally == Tally::Sum { self.word() } else { self.half() };
        if let Some(window) = self.windows.get_mut(window) {
            window.counters.push(Counter { need, tally, place });
        }
        place
    }

    /// A new half-word; halves follow the words once those are settled.
    const fn half(&mut self) -> usize {
        self.halves += 1;
        self.halves - 1
    }

    const fn word(&mut self) -> usize {
        self.words += 1;
        HEADER + self.words - 1
    }

    /// Orders the windows, longest first.
    fn settle(&mut self) {
        if !self.country_groups.is_empty() {
            self.countries = self.word();
        }
        let mut order: Vec<usize> = (0..self.windows.len()).collect();
        order.sort_by_key(|place| self.windows.get(*place).map(|window| std::cmp::Reverse(window.span)));
        self.windows.sort_by_key(|window| std::cmp::Reverse(window.span));
        for output in &mut self.outputs {
            if let Some(place) = order.iter().position(|old| *old == output.window) {
                output.window = place;
            }
        }
    }
}

fn group(groups: &mut Vec<u32>, need: u32) -> Result<usize, String> {
    Ok(groups.iter().position(|known| *known == need).unwrap_or_else(|| {
        groups.push(need);
        groups.len() - 1
    }))
}
