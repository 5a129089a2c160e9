//! The words of an alert: its state and its band.

use std::{fmt, str::FromStr};

use screening::{Finding, Severity, Typology};

/// Where an alert is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertState {
    /// Nobody has decided on it.
    New,
    /// Somebody has been at it, and it is open.
    Reviewed,
    /// It became a report.
    Escalated,
    /// Somebody dismissed it, with a reason.
    Dismissed,
}

impl AlertState {
    /// Every state, in the order of an alert's way.
    pub const ALL: [Self; 4] = [Self::New, Self::Reviewed, Self::Escalated, Self::Dismissed];

    /// The state's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reviewed => "reviewed",
            Self::Escalated => "escalated",
            Self::Dismissed => "dismissed",
        }
    }

    /// Whether it waits for a decision.
    pub const fn open(self) -> bool {
        matches!(self, Self::New | Self::Reviewed)
    }

    /// What is to be done next, in words.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::New => "Read the evidence. Escalate it to a report, or dismiss it with a reason.",
            Self::Reviewed => "It is open again. Escalate it to a report, or dismiss it with a reason.",
            Self::Escalated => "It became a report. Go on there.",
            Self::Dismissed => "Nothing is to be done. Reopen it if there is something new.",
        }
    }
}

impl fmt::Display for AlertState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AlertState {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(())
    }
}

/// How an alert ranks among others: the band of its typology's author. A score is a place in the
/// band, 33 wide; only the order of the desk comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Look at it when there is time.
    Low,
    /// Look at it in turn.
    Medium,
    /// Look at it first; a known file is always here.
    High,
}

/// The width of a band.
const WIDTH: i64 = 33;

impl Band {
    /// The band of a score.
    pub const fn of(score: i64) -> Self {
        if score <= WIDTH {
            Self::Low
        } else if score <= 2 * WIDTH {
            Self::Medium
        } else {
            Self::High
        }
    }

    /// The band's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// What the band asks for, in words.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Low => "Look at it when there is time.",
            Self::Medium => "Look at it in turn.",
            Self::High => "Look at it first.",
        }
    }
}

/// The score of a finding: its typology's band, and within it how far the finding is above what the
/// typology asks for.
pub(crate) fn score(typology: &Typology, finding: &Finding) -> i64 {
    let band = match finding.severity {
        Severity::Low => 0,
        Severity::Medium => 1,
        Severity::High => 2,
    };
    band * WIDTH + 1 + finding.strength(typology).clamp(0, WIDTH - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_score_never_leaves_its_band(threshold in 2_u32..100, peak in 0_u32..1000, band in 0_usize..3) {
            let (file, text) = screening::shipped()[0];
            let mut typology = Typology::parse(file, text).unwrap();
            typology.evidence.at_least = threshold;
            typology.severity = [Severity::Low, Severity::Medium, Severity::High][band];
            let mut events = Vec::new();
            for n in 0..u64::from(threshold.max(peak)) {
                events.push(screening::Event {
                    sequence: n,
                    at: model::Instant::from_micros(i64::try_from(n).unwrap()),
                    amount: typology.largest().unwrap(),
                    sender: screening::PartyRef([1; 16]),
                    receiver: screening::PartyRef([2; 16]),
                    receiver_is_individual: Some(true),
                    sender_country: None,
                    receiver_country: Some(model::Country::PH),
                });
            }
            let found = screening::screen(&typology, &events).findings;
            let score = score(&typology, &found[0]);
            prop_assert_eq!(Band::of(score), [Band::Low, Band::Medium, Band::High][band]);
            prop_assert!(score < 100, "a known file comes before any pattern");
        }
    }

    #[test]
    fn words_are_read_back() {
        for state in AlertState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert!("closed".parse::<AlertState>().is_err());
    }
}
