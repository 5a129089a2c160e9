//! What a run could not judge, so that silence is never mistaken for absence.

use crate::{
    Typology,
    engine::{Activity, Filter, Settings, Single},
};

/// What a run looked at. What it could not judge is said rather than passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All events.
    pub events: u64,
    /// Those that counted as evidence.
    pub counted: u64,
    /// Otherwise fitting, but in a currency the typology does not speak of or no rate is known for;
    /// not judged.
    pub other_currency: u64,
    /// Otherwise fitting, but the receiver's country is not known; not judged.
    pub unknown_destination: u64,
    /// Counted, from a country that is not known.
    pub unknown_origin: u64,
    /// Counted, to a party that may be a business.
    pub unknown_kind: u64,
}

/// Tells why an event is not evidence of a typology.
#[derive(Debug)]
pub(crate) struct Judge {
    filter: Filter,
    /// The filter as far as it speaks of one event alone, and the same without money.
    alone: Option<Single>,
    whatever_money: Option<Single>,
}

impl Judge {
    pub(crate) fn new(typology: &Typology, settings: &Settings) -> Self {
        let filter = typology.evidence.filter.clone();
        let alone = Filter { burst: None, near: None, ..filter.clone() };
        let whatever_money = Filter { least: None, most: None, currency: None, ..alone.clone() };
        Self {
            filter,
            alone: Single::new(&alone, settings.clone()),
            whatever_money: Single::new(&whatever_money, settings.clone()),
        }
    }

    /// Whether the filter asks where a payment comes from.
    pub(crate) fn asks_origin(&self) -> bool {
        !self.filter.from.is_empty() || !self.filter.from_not.is_empty() || self.filter.crossing
    }

    /// Counts an event that did not pass, if that was for want of knowledge.
    pub(crate) fn not_counted(&self, event: &Activity, settings: &Settings, coverage: &mut Coverage) {
        let passes = |test: &Option<Single>, event: &Activity| test.as_ref().is_some_and(|t| t.passes(event));
        let limits = [self.filter.least, self.filter.most].into_iter().flatten();
        let worth = |limit: model::Money| settings.rates.convert(event.money(), limit.currency, event.at);
        let judged = self.filter.currency.is_none_or(|currency| currency == event.currency)
            && limits.clone().all(|limit| worth(limit).is_some());
        let test = if judged { &self.alone } else { &self.whatever_money };
        if event.receiver_country.is_none() {
            let supposed = Activity { receiver_country: self.filter.to.first().copied(), ..*event };
            coverage.unknown_destination += u64::from(passes(test, &supposed));
        } else if !judged {
            coverage.other_currency += u64::from(passes(test, event));
        }
    }
}
