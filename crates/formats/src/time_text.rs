//! Times as ledgers and payment messages write them.
//!
//! The shapes nearly every file uses (RFC 3339, `YYYY-MM-DD HH:MM:SS`, `YYYY-MM-DD`) are read by
//! hand, because a ledger has millions of them; anything else goes to the model's own parser.

use jiff::{civil, tz};
use model::{CivilDate, Instant, NotATime, Span};

use crate::payment::Notes;

/// What a time without a zone is read in.
#[derive(Clone, Debug)]
pub(crate) enum Zone {
    /// Nobody said: UTC, and the payment is flagged.
    Unstated,
    /// The mapping names it.
    Stated(tz::TimeZone),
}

impl Zone {
    /// The instant at which clocks in this zone show `local`. Where the clocks are turned, the
    /// earlier instant of an hour that comes twice, and after the gap for one that never comes
    /// (the way of RFC 5545).
    fn instant(&self, local: Local) -> Option<Instant> {
        match self {
            Self::Unstated => Some(Instant::from_micros(local.micros())),
            Self::Stated(zone) => {
                let nanos = i32::try_from(local.subsecond).ok()?.checked_mul(1000)?;
                let local = civil::DateTime::new(
                    local.year,
                    local.month,
                    local.day,
                    local.hour,
                    local.minute,
                    local.second,
                    nanos,
                )
                .ok()?;
                let instant = zone.to_ambiguous_timestamp(local).compatible().ok()?;
                Some(Instant::from_micros(instant.as_microsecond()))
            }
        }
    }

    /// The instant for a civil time another parser has read.
    pub(crate) fn instant_of(&self, local: civil::DateTime) -> Option<Instant> {
        self.instant(Local {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
            second: local.second(),
            subsecond: i64::from(local.subsec_nanosecond()) / 1000,
        })
    }

    const fn is_unstated(&self) -> bool {
        matches!(self, Self::Unstated)
    }
}

/// Reads a time, marking in `notes` what had to be assumed.
pub(crate) fn read(text: &str, zone: &Zone, notes: &mut Notes) -> Result<Instant, NotATime> {
    let text = text.trim();
    match common(text.as_bytes()) {
        Some((local, Ending::Offset(seconds))) => {
            Ok(Instant::from_micros(local.micros()) - Span::seconds(seconds))
        }
        Some((local, ending)) => {
            let instant = zone.instant(local).ok_or_else(|| wanted(text))?;
            notes.zone_assumed |= zone.is_unstated();
            notes.day_only |= matches!(ending, Ending::Day);
            Ok(instant)
        }
        None => Instant::parse(text).map_err(|_| wanted(text)),
    }
}

/// Reads `YYYY-MM-DD`.
pub(crate) fn read_date(text: &str) -> Result<CivilDate, NotATime> {
    match common(text.as_bytes()) {
        Some((local, Ending::Day)) => {
            CivilDate::new(local.year, local.month, local.day).ok_or_else(|| wanted(text))
        }
        _ => text.parse(),
    }
}

fn wanted(text: &str) -> NotATime {
    NotATime {
        text: text.chars().take(60).collect(),
        wanted: "a time, such as 2026-03-01T22:15:00+08:00, 2026-03-01 22:15:00 or 2026-03-01",
    }
}

/// What clocks show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Local {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    /// Microseconds.
    subsecond: i64,
}

/// How a time ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// With an offset from UTC, in seconds.
    Offset(i64),
    /// Without one.
    Nothing,
    /// After the date.
    Day,
}

impl Local {
    /// Microseconds since 1970 if the clocks show UTC.
    fn micros(self) -> i64 {
        let days = days_since_1970(i64::from(self.year), i64::from(self.month), i64::from(self.day));
        let seconds =
            ((days * 24 + i64::from(self.hour)) * 60 + i64::from(self.minute)) * 60 + i64::from(self.second);
        seconds * 1_000_000 + self.subsecond
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, by counting years from March, so
/// that the leap day is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

const fn days_in(year: i16, month: i8) -> i8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The common shapes; `None` for any other, also for those that are wrong.
fn common(text: &[u8]) -> Option<(Local, Ending)> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = text else { return None };
    let year = i16::from(two(*y1, *y2)?) * 100 + i16::from(two(*y3, *y4)?);
    let (month, day) = (two(*m1, *m2)?, two(*d1, *d2)?);
    // The last year is left to the model, whose range ends within it.
    let real =
        (1..=9998).contains(&year) && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !real {
        return None;
    }
    let midnight = Local { year, month, day, hour: 0, minute: 0, second: 0, subsecond: 0 };
    if rest.is_empty() {
        return Some((midnight, Ending::Day));
    }
    let [b'T' | b' ', h1, h2, b':', n1, n2, rest @ ..] = rest else { return None };
    let (hour, minute) = (two(*h1, *h2)?, two(*n1, *n2)?);
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, rest),
        rest => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (subsecond, rest) = match rest {
        [b'.', rest @ ..] => micros(rest)?,
        rest => (0, rest),
    };
    let local = Local { hour, minute, second, subsecond, ..midnight };
    let ending = match rest {
        [] => Ending::Nothing,
        [b'Z'] => Ending::Offset(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', n1, n2] => {
            let (hours, minutes) = (two(*h1, *h2)?, two(*n1, *n2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = (i64::from(hours) * 60 + i64::from(minutes)) * 60;
            Ending::Offset(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    Some((local, ending))
}

fn two(tens: u8, ones: u8) -> Option<i8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
    i8::try_from(digit(tens)? * 10 + digit(ones)?).ok()
}

/// One to six digits as a fraction of a second, and what follows them.
fn micros(text: &[u8]) -> Option<(i64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=6).contains(&count) {
        return None;
    }
    let (digits, rest) = text.split_at_checked(count)?;
    let value = digits.iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    let missing = u32::try_from(6 - count).ok()?;
    Some((value * 10_i64.pow(missing), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utc(text: &str) -> Option<(Instant, Notes)> {
        let mut notes = Notes::default();
        read(text, &Zone::Unstated, &mut notes).ok().map(|at| (at, notes))
    }

    #[test]
    fn a_missing_zone_or_hour_is_noted() {
        let zoned = utc("2026-03-01T22:15:00+08:00").unwrap();
        assert_eq!(zoned, (Instant::parse("2026-03-01T14:15:00Z").unwrap(), Notes::default()));
        let (at, notes) = utc("2026-03-01 22:15:00.25").unwrap();
        assert_eq!(at, Instant::parse("2026-03-01T22:15:00.25Z").unwrap());
        assert!(notes.zone_assumed && !notes.day_only);
        let (at, notes) = utc("2026-03-01").unwrap();
        assert_eq!(at, Instant::parse("2026-03-01T00:00:00Z").unwrap());
        assert!(notes.zone_assumed && notes.day_only);
    }

    #[test]
    fn a_stated_zone_is_used_and_not_noted() {
        let manila = Zone::Stated(tz::TimeZone::get("Asia/Manila").unwrap());
        let mut notes = Notes::default();
        let at = read("2026-03-01 22:15:00", &manila, &mut notes).unwrap();
        assert_eq!(at, Instant::parse("2026-03-01T14:15:00Z").unwrap());
        assert_eq!(notes, Notes::default());
        let at = read("2026-03-01T22:15:00Z", &manila, &mut notes).unwrap();
        assert_eq!(at, Instant::parse("2026-03-01T22:15:00Z").unwrap(), "an offset in the text wins");
    }

    #[test]
    fn hours_that_come_twice_or_never_have_one_reading() {
        let berlin = Zone::Stated(tz::TimeZone::get("Europe/Berlin").unwrap());
        let at = |text| read(text, &berlin, &mut Notes::default()).unwrap();
        assert_eq!(at("2025-10-26 02:30:00"), Instant::parse("2025-10-26T00:30:00Z").unwrap());
        assert_eq!(at("2025-03-30 02:30:00"), Instant::parse("2025-03-30T01:30:00Z").unwrap());
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for wrong in [
            "",
            "yesterday",
            "2026-02-30",
            "2026-02-29 10:00:00",
            "2026-13-01T00:00:00Z",
            "2026-03-01T24:00:00",
            "2026-03-01T10:00:00+24:60",
            "2026-03-01T10:00:00[Asia/Manila]",
            "01/03/2026",
            "2026-03-01 ",
            "٢٠٢٦-٠٣-٠١",
        ] {
            assert_eq!(utc(wrong).is_some(), wrong == "2026-03-01 ", "{wrong}");
        }
    }

    #[test]
    fn dates_of_birth_are_days() {
        assert_eq!(read_date("2012-02-29").unwrap(), CivilDate::new(2012, 2, 29).unwrap());
        assert!(read_date("2013-02-29").is_err());
        assert!(read_date("2013").is_err());
    }

    proptest! {
        #[test]
        fn the_fast_way_and_the_models_agree(
            (year, month, day) in (1_i32..=9998, 0_u8..=13, 0_u8..=32),
            (hour, minute, second) in (0_u8..=24, 0_u8..=60, 0_u8..=60),
            fraction in "(\\.[0-9]{1,7})?",
            offset in "Z|[+-][01][0-9]:[0-5][0-9]|[+-]2[0-5]:[0-5][0-9]",
            between in "T| ",
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}{fraction}{offset}");
            prop_assert_eq!(utc(&text).map(|(at, _)| at), Instant::parse(&text).ok(), "{}", text);
        }

        #[test]
        fn without_a_zone_it_is_the_civil_time_in_utc(
            (year, month, day) in (1_i16..=9998, 1_i8..=12, 1_i8..=31),
            (hour, minute, second) in (0_i8..=23, 0_i8..=59, 0_i8..=59),
        ) {
            let text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
            let slow = civil::DateTime::new(year, month, day, hour, minute, second, 0)
                .ok()
                .map(|local| tz::TimeZone::UTC.to_timestamp(local).unwrap().as_microsecond());
            prop_assert_eq!(utc(&text).map(|(at, _)| at.micros()), slow);
        }

        #[test]
        fn no_text_makes_it_fail(text in "\\PC{0,40}", bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = utc(&text);
            let _ = common(&bytes);
        }
    }
}
