//! The risk band, and reasons that open into the evidence behind them.

use askama::Template;

use super::{icon::Icon, time::Moment};

/// How near a child is to harm, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A child is at risk now.
    Now,
    /// High.
    High,
    /// Medium.
    Medium,
    /// Low.
    Low,
    /// Nothing known yet says either way.
    Unknown,
}

impl Level {
    /// All, the most urgent first.
    pub const ALL: [Self; 5] = [Self::Now, Self::High, Self::Medium, Self::Low, Self::Unknown];

    /// The word in an address or a form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Unknown => "unknown",
        }
    }

    /// The words on a page.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Now => "Child at risk now",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
            Self::Unknown => "Not yet known",
        }
    }

    /// The shape beside the words.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Now => Icon::AtRisk,
            Self::High => Icon::High,
            Self::Medium => Icon::Medium,
            Self::Low => Icon::Low,
            Self::Unknown => Icon::Unknown,
        }
    }
}

/// A level with its shape and, where a scale of law or practice was used, its place on that scale.
#[derive(Clone, Debug, Template)]
#[template(path = "part/risk.html")]
pub struct RiskBand {
    /// The level.
    pub level: Level,
    /// The place on the scale in force: `level 1 of 7, ICAC scale`.
    pub scale: Option<String>,
}

/// One reason for a score, a rank or a link. Opens into its evidence.
#[derive(Clone, Debug, Template)]
#[template(path = "part/reason.html")]
pub struct Reason {
    /// The indicator in one sentence.
    pub says: String,
    /// How much it counts, in words or points: `strong`, `+12`.
    pub weight: String,
    /// Where the indicator comes from: a typology, a rubric, a rule and its version.
    pub source: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// A piece of evidence behind a reason.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What was seen, in words.
    pub says: String,
    /// When it was seen, where that is known.
    pub when: Option<Moment>,
    /// Where to read it.
    pub href: Option<String>,
}
