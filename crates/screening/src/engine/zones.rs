//! Local time of a country, for shares of payments made at night.
//!
//! A country is read on one clock, that of the zone its row names; where it spans several the row
//! says which was taken. Offsets come from the IANA database and are worked out once.

use jiff::{Timestamp, tz::TimeZone};
use model::{Country, Instant};

use super::activity::{COUNTRIES, country_number};

/// Clocks by country.
#[derive(Clone, Debug)]
pub struct Zones {
    clocks: Vec<Clock>,
    by_country: Vec<u16>,
}

/// The offsets of a zone, each with the microsecond it begins at.
#[derive(Clone, Debug)]
struct Clock {
    name: String,
    turns: Vec<(i64, i64)>,
}

/// No clock is known.
const NONE: u16 = u16::MAX;
const FIRST: &str = "1990-01-01T00:00:00Z";
const LAST: &str = "2060-01-01T00:00:00Z";

impl Zones {
    /// No country has a clock.
    pub fn none() -> Self {
        Self { clocks: Vec::new(), by_country: vec![NONE; COUNTRIES] }
    }

    /// Gives a country the clock of a zone; says whether there is such a zone.
    pub fn set(&mut self, country: Country, zone: &str) -> bool {
        let Some(clock) = self.clock(zone) else { return false };
        if let Some(place) = self.by_country.get_mut(country_number(country)) {
            *place = clock;
        }
        true
    }

    /// The number of a zone's clock.
    pub(crate) fn clock(&mut self, zone: &str) -> Option<u16> {
        if let Some(place) = self.clocks.iter().position(|clock| clock.name == zone) {
            return u16::try_from(place).ok();
        }
        let place = u16::try_from(self.clocks.len()).ok()?;
        self.clocks.push(Clock { name: zone.to_owned(), turns: turns(zone)? });
        Some(place)
    }

    /// The clock of a country.
    pub(crate) fn of(&self, country: Option<Country>) -> Option<u16> {
        self.by_country.get(country_number(country?)).copied().filter(|clock| *clock != NONE)
    }

    /// The hour of the day, 0 to 23, on a clock.
    pub(crate) fn hour(&self, clock: u16, at: Instant) -> Option<u8> {
        let turns = &self.clocks.get(usize::from(clock))?.turns;
        let after = turns.partition_point(|(from, _)| *from <= at.micros());
        let (_, offset) = turns.get(after.saturating_sub(1))?;
        let local = at.micros().saturating_add(*offset);
        u8::try_from(local.div_euclid(3_600_000_000).rem_euclid(24)).ok()
    }
}

fn turns(zone: &str) -> Option<Vec<(i64, i64)>> {
    let zone = TimeZone::get(zone).ok()?;
    let (first, last): (Timestamp, Timestamp) = (FIRST.parse().ok()?, LAST.parse().ok()?);
    let offset = |at| i64::from(zone.to_offset(at).seconds()) * 1_000_000;
    let mut turns = vec![(i64::MIN, offset(first))];
    for turn in zone.following(first).take_while(|turn| turn.timestamp() < last) {
        turns.push((turn.timestamp().as_microsecond(), i64::from(turn.offset().seconds()) * 1_000_000));
    }
    Some(turns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_those_of_the_zone_summer_and_winter() {
        let mut zones = Zones::none();
        assert!(zones.set(Country::PH, "Asia/Manila"));
        let london: Country = "GB".parse().unwrap();
        assert!(zones.set(london, "Europe/London"));
        assert!(!zones.set(london, "Europe/Nowhere"));
        let hour = |country, at: &str| {
            zones.of(Some(country)).and_then(|clock| zones.hour(clock, Instant::parse(at).unwrap()))
        };
        assert_eq!(hour(Country::PH, "2026-01-01T15:59:59Z"), Some(23));
        assert_eq!(hour(Country::PH, "2026-01-01T16:00:00Z"), Some(0));
        assert_eq!(hour(london, "2026-01-01T22:00:00Z"), Some(22));
        assert_eq!(hour(london, "2026-07-01T22:00:00Z"), Some(23));
        assert_eq!(hour("US".parse().unwrap(), "2026-07-01T22:00:00Z"), None);
    }
}
