//! The risk band.

use askama::Template;

use super::icon::Icon;

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
