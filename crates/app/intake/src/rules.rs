//! What intake decides by: the rubric, the clocks and the taxonomies, read from data.

use reports::{Clocks, DataFault, Rubric, Taxonomies};

/// Rules read from data files.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Levels of urgency.
    pub rubric: Rubric,
    /// Clocks that run from a report's receipt.
    pub clocks: Clocks,
    /// Taxonomies of classifications.
    pub taxonomies: Taxonomies,
}

impl Rules {
    /// The rules Sagip comes with.
    pub fn shipped() -> Result<Self, DataFault> {
        Ok(Self {
            rubric: Rubric::load(&reports::ICAC_RUBRIC)?,
            clocks: Clocks::load(&reports::INTAKE_CLOCKS)?,
            taxonomies: Taxonomies::load(&[reports::INDUSTRY_TAXONOMY, reports::IWF_TAXONOMY])?,
        })
    }
}
