//! What intake decides by: the rubric, the clocks and the taxonomies, read from data, and the index of
//! the banks.

use std::{path::Path, sync::Arc};

use reports::{Clocks, DataFault, Rubric, Taxonomies};

use crate::banks::{BankIndex, Retention};

/// Rules read from data files, and what of the banks is kept at hand.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Levels of urgency.
    pub rubric: Rubric,
    /// Clocks that run from a report's receipt.
    pub clocks: Clocks,
    /// Taxonomies of classifications.
    pub taxonomies: Taxonomies,
    /// The banks' perceptual hashes, found by distance.
    pub banks: Arc<BankIndex>,
    /// How far back a new content is held against what was seen.
    pub retention: Retention,
}

impl Rules {
    /// The rules Sagip comes with.
    pub fn shipped() -> Result<Self, DataFault> {
        Ok(Self {
            rubric: Rubric::load(&reports::ICAC_RUBRIC)?,
            clocks: Clocks::load(&reports::INTAKE_CLOCKS)?,
            taxonomies: Taxonomies::load(&[reports::INDUSTRY_TAXONOMY, reports::IWF_TAXONOMY])?,
            banks: Arc::new(BankIndex::in_memory()),
            retention: Retention::default(),
        })
    }

    /// The same, with the banks' index kept in a folder and what was seen held for so long.
    #[must_use]
    pub fn with_banks(self, folder: &Path, retention: Retention) -> Self {
        Self { banks: Arc::new(BankIndex::kept_in(folder)), retention, ..self }
    }
}
