//! The data files that come with the program. An operator's own take their place without a release.

use crate::DataFile;

/// Triage by the prioritisation scale of the ICAC task forces.
pub const ICAC_RUBRIC: DataFile<'static> =
    DataFile { name: "data/triage/icac.toml", text: include_str!("../../../data/triage/icac.toml") };

/// The clocks that run on a report.
pub const INTAKE_CLOCKS: DataFile<'static> =
    DataFile { name: "data/clocks/intake.toml", text: include_str!("../../../data/clocks/intake.toml") };

/// The platforms' taxonomy A1, A2, B1, B2.
pub const INDUSTRY_TAXONOMY: DataFile<'static> = DataFile {
    name: "data/taxonomies/industry.toml",
    text: include_str!("../../../data/taxonomies/industry.toml"),
};

/// The taxonomy of the Internet Watch Foundation: A, B, C.
pub const IWF_TAXONOMY: DataFile<'static> =
    DataFile { name: "data/taxonomies/iwf.toml", text: include_str!("../../../data/taxonomies/iwf.toml") };
