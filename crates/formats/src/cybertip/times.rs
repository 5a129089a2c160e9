//! Times and dates, with the text the document gave them: a document's own words are evidence.

use model::{CivilDate, Instant, OffsetInstant, Span};
use serde::{Deserialize, Serialize};

use super::{values::kept_text, wire::Checks, xml::is_space};

/// An `xs:dateTime`, as the document wrote it. The schema lets the zone be left out, the service
/// does not; without one there is no [`instant`](Self::instant).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateTime(String);

impl DateTime {
    /// Reads an `xs:dateTime`, such as `2026-03-01T22:15:00+08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        let (date, time) = text.split_once('T')?;
        let time = time.split_at_checked(split_zone(time)?)?.0;
        (is_date(date) && is_time(time)).then(|| Self(text.to_owned()))
    }

    /// Whether the text says its zone.
    pub fn has_zone(&self) -> bool {
        self.0.split_once('T').is_some_and(|(_, time)| split_zone(time).is_some_and(|at| at < time.len()))
    }

    /// The moment, if the text says its zone and the year is within the calendar of this house
    /// (four digits).
    pub fn instant(&self) -> Option<Instant> {
        let (date, time) = self.0.split_once('T')?;
        let (time, zone) = time.split_at_checked(split_zone(time)?)?;
        let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let fraction: String = fraction.chars().take(9).collect();
        match seconds {
            // The last instant of a day is the first of the next (XML Schema Part 2, §3.2.7.1).
            "24:00:00" => Some(Instant::parse(&format!("{date}T00:00:00{zone}")).ok()? + Span::days(1)),
            _ => Instant::parse(&format!("{date}T{seconds}.{fraction}{zone}")).ok(),
        }
    }

    /// The moment with its text, if the text says its zone.
    pub fn offset_instant(&self) -> Option<OffsetInstant> {
        OffsetInstant::parse(&self.0).ok()
    }

    fn check_meaning(&self, checks: &mut Checks) {
        if !self.has_zone() {
            let example = "2026-03-01T22:15:00+08:00";
            checks.note(format!("expected a time with its zone, such as {example}, found “{self}”"));
        } else if self.instant().is_none() {
            checks.note(format!("expected a time of the years 1 to 9999, found “{self}”"));
        }
    }
}

kept_text!(DateTime, "a date with time and zone, such as 2026-03-01T22:15:00+08:00", DateTime::check_meaning);

impl From<Instant> for DateTime {
    fn from(instant: Instant) -> Self {
        // Beyond the years 0001 to 9999 the text would not be an xs:dateTime.
        const FIRST: i64 = -62_135_596_800_000_000;
        const LAST: i64 = 253_402_207_200_000_000;
        Self(Instant::from_micros(instant.micros().clamp(FIRST, LAST)).to_string())
    }
}

impl From<OffsetInstant> for DateTime {
    fn from(time: OffsetInstant) -> Self {
        Self::parse(time.as_str()).unwrap_or_else(|| time.instant().into())
    }
}

/// An `xs:date`, as the document wrote it; it may carry a zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(String);

impl Date {
    /// Reads an `xs:date`, such as `2014-05-31` or `2014-05-31+08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        is_date(text.split_at_checked(split_zone(text)?)?.0).then(|| Self(text.to_owned()))
    }

    /// The day, if its year has four digits.
    pub fn day(&self) -> Option<CivilDate> {
        self.0.get(..10).filter(|_| self.0.as_bytes().get(4) == Some(&b'-'))?.parse().ok()
    }

    fn check_meaning(&self, checks: &mut Checks) {
        if self.day().is_none() {
            checks.note(format!("expected a date of the years 1 to 9999, found “{self}”"));
        }
    }
}

kept_text!(Date, "a date, such as 2014-05-31", Date::check_meaning);

impl From<CivilDate> for Date {
    fn from(day: CivilDate) -> Self {
        Self(format!("{:04}-{:02}-{:02}", day.year().max(1), day.month(), day.day()))
    }
}

/// Where the zone of a time or date begins; the length when there is none, `None` when it is wrong.
fn split_zone(text: &str) -> Option<usize> {
    if text.ends_with('Z') {
        return Some(text.len() - 1);
    }
    let Some(at) = text.len().checked_sub(6) else { return Some(text.len()) };
    match text.get(at..).map(str::as_bytes) {
        Some([b'+' | b'-', h1, h2, b':', m1, m2]) => {
            let minutes = two(*h1, *h2)? * 60 + two(*m1, *m2)?;
            (two(*m1, *m2)? < 60 && minutes <= 14 * 60).then_some(at)
        }
        _ => Some(text.len()),
    }
}

/// `-?YYYY…-MM-DD`, a day of the Gregorian calendar.
fn is_date(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else { return false };
    let digits = year.len() >= 4 && year.bytes().all(|b| b.is_ascii_digit());
    if !digits || (year.len() > 4 && year.starts_with('0')) || year == "0000" {
        return false;
    }
    // Ten thousand years are whole rounds of leap years, so the last four digits decide.
    let year: u32 = year.get(year.len() - 4..).and_then(|last| last.parse().ok()).unwrap_or(0);
    let number = |part: &str| match part.as_bytes() {
        [a, b] => two(*a, *b),
        _ => None,
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let longest = match number(month) {
        Some(2) => 28 + u32::from(leap),
        Some(4 | 6 | 9 | 11) => 30,
        Some(1..=12) => 31,
        _ => return false,
    };
    number(day).is_some_and(|day| day >= 1 && day <= longest)
}

/// `hh:mm:ss` with an optional fraction, or the end of a day.
fn is_time(text: &str) -> bool {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let [h1, h2, b':', m1, m2, b':', s1, s2] = seconds.as_bytes() else { return false };
    let (Some(hour), Some(minute), Some(second)) = (two(*h1, *h2), two(*m1, *m2), two(*s1, *s2)) else {
        return false;
    };
    let end_of_day = seconds == "24:00:00" && fraction.bytes().all(|b| b == b'0');
    let fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    fraction && (end_of_day || (hour < 24 && minute < 60 && second < 60))
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_keeps_its_text_and_has_an_instant_only_with_a_zone() {
        let manila = DateTime::parse(" 2026-03-01T22:15:00+08:00\n").unwrap();
        assert_eq!(manila.as_str(), "2026-03-01T22:15:00+08:00");
        assert_eq!(manila.instant(), Instant::parse("2026-03-01T14:15:00Z").ok());
        let local = DateTime::parse("2026-03-01T22:15:00").unwrap();
        assert!(!local.has_zone() && local.instant().is_none());
        let end = DateTime::parse("2026-02-28T24:00:00Z").unwrap();
        assert_eq!(end.instant(), Instant::parse("2026-03-01T00:00:00Z").ok());
        let fine = DateTime::parse("2026-02-28T10:00:00.1234567890123Z").unwrap();
        assert_eq!(fine.instant(), Instant::parse("2026-02-28T10:00:00.123456Z").ok());
        assert_eq!(DateTime::parse("12026-01-01T00:00:00Z").unwrap().instant(), None);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for wrong in [
            "",
            "2026-03-01",
            "2026-03-01 22:15:00Z",
            "2026-03-01T22:15Z",
            "2026-02-29T00:00:00Z",
            "2026-03-01T24:00:01Z",
            "2026-03-01T23:59:60Z",
            "2026-03-01T22:15:00.Z",
            "2026-03-01T22:15:00+15:00",
            "2026-03-01T22:15:00+14:01",
            "2026-03-01t22:15:00z",
            "0000-03-01T22:15:00Z",
            "02026-03-01T22:15:00Z",
            "2026-3-01T22:15:00Z",
        ] {
            assert!(DateTime::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_date_may_carry_a_zone() {
        for text in ["2014-05-31", "2014-05-31Z", "2014-05-31+08:00", "2014-05-31-03:30"] {
            let date = Date::parse(text).unwrap();
            assert_eq!((date.as_str(), date.day()), (text, CivilDate::new(2014, 5, 31)));
        }
        assert_eq!(Date::parse("12014-05-31").unwrap().day(), None);
        assert!(Date::parse("123456789012-02-29").is_some() && Date::parse("123456789010-02-28").is_some());
        assert!(Date::parse("123456789010-02-29").is_none());
        for wrong in ["2014-05", "2014-05-32", "31.05.2014", "2014-05-31T00:00:00"] {
            assert!(Date::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn any_instant_becomes_a_time_of_the_schema() {
        for micros in [i64::MIN, -62_135_596_800_000_001, 0, 1_700_000_000_123_456, i64::MAX] {
            let time = DateTime::from(Instant::from_micros(micros));
            assert_eq!(DateTime::parse(time.as_str()), Some(time.clone()));
        }
    }
}
