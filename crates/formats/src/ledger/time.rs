//! Times as other people's ledgers write them.

use jiff::{
    Timestamp,
    fmt::strtime::{self, BrokenDownTime},
    tz,
};
use model::{Instant, NotATime};

use crate::{
    payment::Notes,
    time_text::{self, Zone},
};

/// How a file writes its times.
#[derive(Clone, Debug)]
pub(crate) struct TimeFormat {
    pub(crate) shape: Shape,
    pub(crate) zone: Zone,
}

/// The shape of a time.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// RFC 3339, `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD`.
    Standard,
    /// A number of units of so many microseconds after an epoch.
    Count {
        /// Microseconds in a unit.
        unit: i64,
        /// Where the count begins.
        epoch: Instant,
        /// The word of the unit.
        word: &'static str,
    },
    /// A pattern in the manner of `strptime`.
    Pattern(String),
}

impl Default for TimeFormat {
    fn default() -> Self {
        Self { shape: Shape::Standard, zone: Zone::Unstated }
    }
}

/// One day, in microseconds.
pub(crate) const DAY: i64 = 86_400_000_000;

impl TimeFormat {
    /// Reads a time, marking in `notes` what had to be assumed.
    pub(crate) fn read(&self, text: &str, notes: &mut Notes) -> Result<Instant, NotATime> {
        match &self.shape {
            Shape::Standard => time_text::read(text, &self.zone, notes),
            Shape::Count { unit, epoch, word } => {
                let counted = count(text.trim(), *unit).and_then(|micros| epoch.micros().checked_add(micros));
                let at = counted.ok_or_else(|| NotATime {
                    text: text.chars().take(60).collect(),
                    wanted: match *word {
                        "days" => "a number of days, such as 12",
                        "millis" => "a number of milliseconds, such as 1772374500000",
                        _ => "a number of seconds, such as 1772374500",
                    },
                })?;
                notes.day_only |= *unit == DAY && !text.contains('.');
                Ok(Instant::from_micros(at))
            }
            Shape::Pattern(pattern) => {
                by_pattern(pattern, text.trim(), &self.zone, notes).ok_or_else(|| NotATime {
                    text: text.chars().take(60).collect(),
                    wanted: "a time of the pattern in the mapping’s [time] format",
                })
            }
        }
    }
}

/// `text` units in microseconds; a fraction is kept down to the microsecond.
fn count(text: &str, unit: i64) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let number = |digits: &str| {
        let real = (1..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        real.then(|| digits.parse::<i128>().ok()).flatten()
    };
    let unit = i128::from(unit);
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let micros = number(whole)?.checked_mul(unit)? + number(fraction)?.checked_mul(unit)? / scale;
    i64::try_from(if negative { -micros } else { micros }).ok()
}

fn by_pattern(pattern: &str, text: &str, zone: &Zone, notes: &mut Notes) -> Option<Instant> {
    let parsed = BrokenDownTime::parse(pattern, text).ok()?;
    if let Ok(timestamp) = parsed.to_timestamp() {
        return Some(Instant::from_micros(timestamp.as_microsecond()));
    }
    let day_only = parsed.hour().is_none();
    let local = if day_only { parsed.to_date().ok()?.at(0, 0, 0, 0) } else { parsed.to_datetime().ok()? };
    let instant = zone.instant_of(local)?;
    notes.day_only |= day_only;
    notes.zone_assumed |= matches!(zone, Zone::Unstated);
    Some(instant)
}

/// Whether a pattern can be read at all: a time written with it must be read back to the same day.
pub(crate) fn check_pattern(pattern: &str) -> Result<(), String> {
    let wrong = |what: &str| format!("“{pattern}” cannot be used as a pattern: {what}");
    if !pattern.contains('%') {
        return Err(format!(
            "“{pattern}” is not a way to write times; expected days, seconds, millis or a pattern such as %d/%m/%Y %H:%M"
        ));
    }
    let sample = Timestamp::from_second(1_772_374_507)
        .map_err(|error| wrong(&error.to_string()))?
        .to_zoned(tz::TimeZone::UTC);
    let written = strtime::format(pattern, &sample).map_err(|error| wrong(&error.to_string()))?;
    let read = by_pattern(pattern, &written, &Zone::Unstated, &mut Notes::default())
        .ok_or_else(|| wrong("it does not hold year, month and day, or it cannot be read back"))?;
    let twelve_hours = pattern.contains("%I") || pattern.contains("%l");
    if twelve_hours && !pattern.to_ascii_lowercase().contains("%p") {
        return Err(wrong("hours of a twelve-hour clock need %p for morning or afternoon"));
    }
    let day = |instant: Instant| instant.day_in("UTC");
    if day(read) == day(Instant::from_micros(sample.timestamp().as_microsecond())) {
        Ok(())
    } else {
        Err(wrong("year, month and day do not come back as they were written"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shape: Shape, zone: Zone, text: &str) -> Option<(String, Notes)> {
        let mut notes = Notes::default();
        let at = TimeFormat { shape, zone }.read(text, &mut notes).ok()?;
        Some((at.to_string(), notes))
    }

    fn days() -> Shape {
        Shape::Count { unit: DAY, epoch: Instant::parse("2017-01-01T00:00:00Z").unwrap(), word: "days" }
    }

    #[test]
    fn counts_from_an_epoch() {
        let (at, notes) = read(days(), Zone::Unstated, "31").unwrap();
        assert_eq!(at, "2017-02-01T00:00:00Z");
        assert!(notes.day_only && !notes.zone_assumed);
        let (at, notes) = read(days(), Zone::Unstated, "0.5").unwrap();
        assert_eq!(at, "2017-01-01T12:00:00Z");
        assert!(!notes.day_only);
        assert_eq!(read(days(), Zone::Unstated, "-1").unwrap().0, "2016-12-31T00:00:00Z");
        for wrong in ["", "-", "1e3", "1.", ".5", "one", "99999999999999999999", "999999999999999999"] {
            assert_eq!(read(days(), Zone::Unstated, wrong), None, "{wrong}");
        }
        let millis = Shape::Count { unit: 1000, epoch: Instant::from_micros(0), word: "millis" };
        assert_eq!(read(millis, Zone::Unstated, "1772374507123").unwrap().0, "2026-03-01T14:15:07.123Z");
    }

    #[test]
    fn patterns_take_the_zone_of_the_mapping_or_of_the_text() {
        let manila = || Zone::Stated(tz::TimeZone::get("Asia/Manila").unwrap());
        let pattern = |text: &str| Shape::Pattern(text.to_owned());
        let (at, notes) = read(pattern("%d/%m/%Y %H:%M"), manila(), "01/03/2026 22:15").unwrap();
        assert_eq!((at.as_str(), notes), ("2026-03-01T14:15:00Z", Notes::default()));
        let (at, notes) = read(pattern("%d/%m/%Y %H:%M"), Zone::Unstated, "01/03/2026 22:15").unwrap();
        assert!(at == "2026-03-01T22:15:00Z" && notes.zone_assumed);
        let (at, notes) = read(pattern("%m/%d/%Y"), manila(), "03/01/2026").unwrap();
        assert!(at == "2026-02-28T16:00:00Z" && notes.day_only);
        let (at, notes) = read(pattern("%Y%m%d%H%M%S%z"), Zone::Unstated, "20260301221500+0800").unwrap();
        assert_eq!((at.as_str(), notes), ("2026-03-01T14:15:00Z", Notes::default()));
        assert_eq!(read(pattern("%d/%m/%Y"), manila(), "31/02/2026"), None);
    }

    #[test]
    fn patterns_that_lose_the_day_are_refused_at_load() {
        for good in ["%d/%m/%Y %H:%M", "%Y-%m-%d", "%b %d, %Y %I:%M %p", "%Y%m%d%H%M%S%z", "%d.%m.%y", "%s"] {
            assert_eq!(check_pattern(good), Ok(()), "{good}");
        }
        for wrong in ["fortnights", "%H:%M", "%Y-%m", "%d/%m/%Y %I:%M", "%Q!", "%"] {
            assert!(check_pattern(wrong).is_err(), "{wrong}");
        }
    }
}
