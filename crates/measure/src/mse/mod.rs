//! Multiple systems estimation: how many people no list has seen, from how the lists overlap.
//!
//! Log-linear Poisson models with empty overlaps (Chan, Silverman and Vincent 2021; Silverman, Chan
//! and Vincent 2024), existence proved by linear programming (Fienberg and Rinaldo 2012), averaging
//! over decomposable graphs (Madigan and York 1997). Start at [`estimate_all`].

mod estimate;
mod existence;
mod fit;
mod graphs;
mod headline;
mod modes;
mod profile;
mod resample;
mod select;
mod table;
mod terms;

pub use estimate::{
    Bootstrap, Estimate, Estimates, IntervalKind, Method, Options, Proof, estimate, estimate_all,
};
pub use existence::{Certificate, Design, Existence};
pub use fit::{Counts, Fit, Status, existence, fit, proves};
pub use graphs::{Averaged, Averaging, average};
pub use headline::Headline;
pub use profile::{Profile, profile};
pub(crate) use resample::below;
pub use resample::{Correction, Interval, Resampled, resample, resample_among};
pub use select::{Chosen, Ranked, Selection, best_of, catalogue, choose, rank};
pub use table::{CaptureTable, MOST_LISTS, TableError};
pub use terms::{Model, pairs, term_name};
