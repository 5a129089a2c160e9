//! Instants, offsets, dates that are only half known, and spans.

use std::{fmt, ops, str::FromStr};

use jiff::{Timestamp, civil, tz};
use serde::{Deserialize, Serialize};

/// Where the time comes from. Only the binary makes a real one.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// A moment, in microseconds since 1970-01-01T00:00:00Z. Kept in the database as INTEGER
/// (SQLite) or TIMESTAMPTZ (PostgreSQL), so that the order of the numbers is the order of time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(i64);

/// A length of time, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span(pub i64);

impl Span {
    /// So many seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000_000)
    }
    /// So many minutes.
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n * 60)
    }
    /// So many hours.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }
    /// So many days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }
}

impl Instant {
    /// The instant that many microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds after the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The span from `earlier` to this instant; negative if this one is the earlier.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Reads RFC 3339 with a zone, such as `2026-03-01T22:15:00+08:00`.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let timestamp: Timestamp = text.trim().parse().map_err(|_| NotATime::instant(text))?;
        Ok(Self(timestamp.as_microsecond()))
    }

    /// The calendar day in a zone of the IANA database. `None` for an unknown zone.
    pub fn day_in(self, zone: &str) -> Option<CivilDate> {
        let zone = tz::TimeZone::get(zone).ok()?;
        Some(CivilDate(self.timestamp().to_zoned(zone).date()))
    }

    /// Day and minute in a zone of the IANA database, with its offset: `2026-03-01 22:15 +08:00`.
    /// UTC for an unknown zone.
    pub fn in_zone(self, zone: &str) -> String {
        let zone = tz::TimeZone::get(zone).unwrap_or(tz::TimeZone::UTC);
        self.timestamp().to_zoned(zone).strftime("%Y-%m-%d %H:%M %:z").to_string()
    }

    /// The month `2026-03` in UTC, under which bulk events are kept and removed.
    pub fn month(self) -> String {
        self.timestamp().to_zoned(tz::TimeZone::UTC).strftime("%Y-%m").to_string()
    }

    fn timestamp(self) -> Timestamp {
        let clamped = self.0.clamp(Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
        Timestamp::from_microsecond(clamped).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl ops::Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl ops::Sub<Span> for Instant {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The text is not a time of the wanted shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not {wanted}")]
pub struct NotATime {
    /// What was given.
    pub text: String,
    /// What was wanted, with an example.
    pub wanted: &'static str,
}

impl NotATime {
    fn instant(text: &str) -> Self {
        Self {
            text: text.chars().take(60).collect(),
            wanted: "a time with its zone, such as 2026-03-01T22:15:00+08:00",
        }
    }
}

/// An instant together with the exact text a document gave, so that what was read can be written
/// back as it stood (`Z` and `+00:00` are the same instant and different documents).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffsetInstant {
    instant: Instant,
    text: String,
}

impl OffsetInstant {
    /// Reads RFC 3339 or XML Schema `dateTime` with a zone.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        Ok(Self { instant: Instant::parse(text)?, text: text.to_owned() })
    }

    /// The moment.
    pub const fn instant(&self) -> Instant {
        self.instant
    }

    /// The text as the document had it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Instant> for OffsetInstant {
    fn from(instant: Instant) -> Self {
        Self { instant, text: instant.to_string() }
    }
}

/// A day of the Gregorian calendar, without a zone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CivilDate(civil::Date);

impl CivilDate {
    /// The day, if there is one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// Midnight at the start of this day in a zone of the IANA database.
    pub fn start_in(self, zone: &str) -> Option<Instant> {
        let zone = tz::TimeZone::get(zone).ok()?;
        Some(Instant(self.0.to_zoned(zone).ok()?.timestamp().as_microsecond()))
    }

    /// Whole years from this date (of birth) to `at`; `None` if `at` is earlier.
    pub fn years_until(self, at: Self) -> Option<u16> {
        let mut years = at.year() - self.year();
        if (at.month(), at.day()) < (self.month(), self.day()) {
            years -= 1;
        }
        u16::try_from(years).ok()
    }
}

impl FromStr for CivilDate {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self).map_err(|_| NotATime {
            text: text.chars().take(60).collect(),
            wanted: "a date, such as 2014-05-31",
        })
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for CivilDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CivilDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A date as far as it is known: “2014”, “May 2014”, or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartialDate {
    /// Only the year.
    Year(i16),
    /// Year and month.
    Month(i16, i8),
    /// The day.
    Day(CivilDate),
}

impl FromStr for PartialDate {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let wrong = || NotATime {
            text: text.chars().take(60).collect(),
            wanted: "a date as far as it is known, such as 2014, 2014-05 or 2014-05-31",
        };
        let number = |part: &str, width| {
            (part.len() == width && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse::<i16>().ok())
                .flatten()
                .ok_or_else(wrong)
        };
        match text.split('-').collect::<Vec<_>>().as_slice() {
            [year] => Ok(Self::Year(number(year, 4)?)),
            [year, month] => match i8::try_from(number(month, 2)?) {
                Ok(month @ 1..=12) => Ok(Self::Month(number(year, 4)?, month)),
                _ => Err(wrong()),
            },
            _ => text.parse().map(Self::Day).map_err(|_| wrong()),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_instant_is_read_with_its_zone_and_refused_without() {
        let manila = Instant::parse("2026-03-01T22:15:00+08:00").unwrap();
        assert_eq!(manila, Instant::parse("2026-03-01T14:15:00Z").unwrap());
        assert_eq!(manila.in_zone("Asia/Manila"), "2026-03-01 22:15 +08:00");
        assert_eq!(manila.day_in("Pacific/Auckland").unwrap().to_string(), "2026-03-02");
        assert_eq!(manila.month(), "2026-03");
        assert!(Instant::parse("2026-03-01T22:15:00").is_err());
    }

    #[test]
    fn a_document_keeps_its_own_text() {
        for text in ["2012-10-15T08:00:00-07:00", "2012-10-15T15:00:00Z", "2012-10-15T15:00:00.120+00:00"] {
            assert_eq!(OffsetInstant::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn partial_dates_keep_what_is_known() {
        for text in ["2014", "2014-05", "2014-05-31"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        for wrong in ["", "14", "2014-13", "2014-02-30", "May 2014", "2014-5"] {
            assert!(wrong.parse::<PartialDate>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn age_counts_whole_years() {
        let born = CivilDate::new(2012, 2, 29).unwrap();
        assert_eq!(born.years_until(CivilDate::new(2026, 2, 28).unwrap()), Some(13));
        assert_eq!(born.years_until(CivilDate::new(2026, 3, 1).unwrap()), Some(14));
        assert_eq!(born.years_until(CivilDate::new(2011, 3, 1).unwrap()), None);
    }

    proptest! {
        #[test]
        fn text_and_back(micros in -60_000_000_000_000_000_i64..200_000_000_000_000_000) {
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(Instant::parse(&instant.to_string()).unwrap(), instant);
        }
    }
}
