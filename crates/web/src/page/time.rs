//! Moments in words: how long ago, how long left, and on hover exactly when and in which zone.
//!
//! The server writes the words, so that a page reads the same without the script; the script only
//! keeps them moving.

use askama::Template;
use model::{Instant, Span};

/// The present and the reader's zone, by which a page words its moments.
#[derive(Clone, Debug)]
pub struct Times {
    /// The present instant.
    pub now: Instant,
    /// The reader's zone in the IANA database, such as `Asia/Manila`.
    pub zone: String,
}

impl Times {
    /// A moment in words: `12 min ago`, or `in 3 h 20 min` where it is still to come.
    pub fn moment(&self, at: Instant) -> Moment {
        Moment { words: relative(self.now, at), iso: at.to_string(), exact: self.exact(at), ticking: true }
    }

    /// A moment whose words are the day and minute themselves, for lists read by date.
    pub fn dated(&self, at: Instant) -> Moment {
        Moment { words: minute(&at.in_zone(&self.zone)), ..self.moment(at) }.still()
    }

    /// Day, minute, offset and zone: `2026-11-21 22:15 +08:00, Asia/Manila`.
    pub fn exact(&self, at: Instant) -> String {
        format!("{}, {}", at.in_zone(&self.zone), self.zone)
    }
}

/// A moment on a page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "part/moment.html")]
pub struct Moment {
    /// The words shown.
    pub words: String,
    /// The same for programs, in UTC.
    pub iso: String,
    /// Exactly when and in which zone; shown on hover and on paper.
    pub exact: String,
    /// Whether the script keeps the words moving.
    pub ticking: bool,
}

impl Moment {
    fn still(self) -> Self {
        Self { ticking: false, ..self }
    }
}

/// A span in at most two units, rounded down: `45 s`, `12 min`, `3 h 20 min`, `2 days 4 h`, `41 days`.
/// The sign is not said.
pub fn span_words(span: Span) -> String {
    let seconds = span.0.saturating_abs() / 1_000_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) if minutes % 60 == 0 => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {} min", minutes % 60),
        (1, _, _) if hours % 24 == 0 => "1 day".to_owned(),
        (1, _, _) => format!("1 day {} h", hours % 24),
        (2..=6, _, _) if hours % 24 != 0 => format!("{days} days {} h", hours % 24),
        _ => format!("{days} days"),
    }
}

/// How long ago, or how long until: `just now`, `12 min ago`, `in 3 h 20 min`.
pub fn relative(now: Instant, at: Instant) -> String {
    let span = now.since(at);
    match span {
        span if span.0.saturating_abs() < Span::minutes(1).0 => "just now".to_owned(),
        span if span.0 > 0 => format!("{} ago", span_words(span)),
        span => format!("in {}", span_words(span)),
    }
}

/// `2026-11-21 22:15` of `2026-11-21 22:15 +08:00`.
fn minute(text: &str) -> String {
    text.chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn spans_say_two_units_at_most() {
        for (span, words) in [
            (Span::seconds(45), "45 s"),
            (Span::minutes(12), "12 min"),
            (Span::minutes(200), "3 h 20 min"),
            (Span::hours(3), "3 h"),
            (Span::hours(24), "1 day"),
            (Span::hours(25), "1 day 1 h"),
            (Span::hours(52), "2 days 4 h"),
            (Span::days(41), "41 days"),
            (Span::minutes(-200), "3 h 20 min"),
        ] {
            assert_eq!(span_words(span), words);
        }
    }

    #[test]
    fn a_moment_says_how_long_ago_and_exactly_when_in_the_readers_zone() {
        let times = Times { now: at("2026-11-21T14:15:00Z"), zone: "Asia/Manila".to_owned() };
        let moment = times.moment(at("2026-11-21T10:03:00Z"));
        assert_eq!(moment.words, "4 h 12 min ago");
        assert_eq!(moment.exact, "2026-11-21 18:03 +08:00, Asia/Manila");
        assert_eq!(moment.iso, "2026-11-21T10:03:00Z");
        assert_eq!(times.moment(at("2026-11-21T14:15:30Z")).words, "just now");
        assert_eq!(times.moment(at("2026-11-23T18:15:00Z")).words, "in 2 days 4 h");
        assert_eq!(times.dated(at("2026-11-21T10:03:00Z")).words, "2026-11-21 18:03");
    }
}
