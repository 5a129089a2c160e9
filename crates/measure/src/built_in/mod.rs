//! The reports that come with the program. Each is made from facts by rules that it opens, and becomes
//! tables that can be downloaded.

pub mod accountability;
pub mod cybertips;
pub mod detection;
pub mod indicator;
pub mod minimum;
pub mod profile;
pub mod public;
mod recall;
pub mod sentences;
pub mod summary;
pub mod tables;

use crate::definitions::Undefined;
use crate::outcomes::FigureError;
use crate::sheet::NotACaption;
use crate::survival::SurvivalError;

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReportError {
    /// A figure of it cannot be made.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// A caption of it does not say enough.
    #[error(transparent)]
    Caption(#[from] NotACaption),
    /// A chart of it cannot be drawn.
    #[error(transparent)]
    Chart(#[from] crate::chart::ChartError),
    /// A table of it cannot be made safe.
    #[error("a table cannot be published: {0}")]
    Disclosure(String),
    /// What was given does not make a report.
    #[error("{0}")]
    Input(String),
}

impl From<Undefined> for ReportError {
    fn from(undefined: Undefined) -> Self {
        Self::Figure(undefined.into())
    }
}

impl From<SurvivalError> for ReportError {
    fn from(error: SurvivalError) -> Self {
        Self::Figure(error.into())
    }
}
