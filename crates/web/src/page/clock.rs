//! The clock chip: what is due, by when, under which rule; it opens into the sum that made the date.

use askama::Template;
use model::{Instant, Span};

use super::{
    icon::Icon,
    time::{Times, span_words},
};

/// Where a clock stands. Always shown as a word beside its colour and shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// Running, with time to spare.
    Running,
    /// Running, and due soon.
    DueSoon,
    /// Past its time and not met.
    Breached,
    /// Met in time.
    Met,
    /// Met after its time.
    MetLate,
}

impl ClockState {
    /// The class that gives the chip its colour.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::DueSoon => "soon",
            Self::Breached | Self::MetLate => "breached",
            Self::Met => "met",
        }
    }

    /// The shape beside the words.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Running => Icon::Clock,
            Self::DueSoon => Icon::ClockHalf,
            Self::Breached | Self::MetLate => Icon::Breach,
            Self::Met => Icon::Done,
        }
    }
}

/// A clock on a page.
#[derive(Clone, Debug, Template)]
#[template(path = "part/clock.html")]
pub struct ClockChip {
    /// What is due, in a few words: `First decision`.
    pub what: String,
    /// Where it stands.
    pub state: ClockState,
    /// How it stands, in words: `due in 3 h 20 min`.
    pub words: String,
    /// When it is due, for programs.
    pub iso: String,
    /// When it is due, exactly and with its zone.
    pub exact: String,
    /// The rule and its source.
    pub rule: String,
    /// The sum that made the date, one step a line.
    pub sum: Vec<String>,
}

impl ClockChip {
    /// A clock that runs or has run out. It is due soon when no more than `soon` is left.
    pub fn running(
        times: &Times,
        what: &str,
        due: Instant,
        soon: Span,
        rule: &str,
        sum: Vec<String>,
    ) -> Self {
        let left = due.since(times.now);
        let (state, words) = match left {
            left if left.0 < 0 => (ClockState::Breached, format!("breached {} ago", span_words(left))),
            left if left <= soon => (ClockState::DueSoon, format!("due in {}", span_words(left))),
            left => (ClockState::Running, format!("due in {}", span_words(left))),
        };
        Self {
            what: what.to_owned(),
            state,
            words,
            iso: due.to_string(),
            exact: times.exact(due),
            rule: rule.to_owned(),
            sum,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chip(hours_left: i64) -> ClockChip {
        let times = Times { now: Instant::from_micros(0), zone: "UTC".to_owned() };
        let due = times.now + Span::hours(hours_left);
        ClockChip::running(&times, "First decision", due, Span::hours(6), "a rule", Vec::new())
    }

    #[test]
    fn a_clock_says_its_state_in_words() {
        assert_eq!((chip(20).state, chip(20).words.as_str()), (ClockState::Running, "due in 20 h"));
        assert_eq!((chip(6).state, chip(6).words.as_str()), (ClockState::DueSoon, "due in 6 h"));
        assert_eq!((chip(-2).state, chip(-2).words.as_str()), (ClockState::Breached, "breached 2 h ago"));
    }
}
