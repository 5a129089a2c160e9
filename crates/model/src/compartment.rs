//! The four compartments of a record. Crossing one is an explicit, masked, journalled share.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Which of the four compartments a record lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compartment {
    /// Who reported what, and every signal before it becomes a case.
    Intake,
    /// The investigation of a case.
    Investigation,
    /// Charges, hearings, orders.
    Prosecution,
    /// The survivor's own record.
    Aftercare,
}

impl Compartment {
    /// All four, in the order a case passes them.
    pub const ALL: [Self; 4] = [Self::Intake, Self::Investigation, Self::Prosecution, Self::Aftercare];

    /// The word used in the database, in data files and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Investigation => "investigation",
            Self::Prosecution => "prosecution",
            Self::Aftercare => "aftercare",
        }
    }
}

impl fmt::Display for Compartment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is none of the four compartments.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a compartment; expected intake, investigation, prosecution or aftercare")]
pub struct UnknownCompartment(pub String);

impl FromStr for Compartment {
    type Err = UnknownCompartment;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|c| c.as_str() == word).ok_or_else(|| UnknownCompartment(word.to_owned()))
    }
}
