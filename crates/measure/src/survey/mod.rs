//! Surveys: how common something is, how large a hidden group, and whether either has changed.
//!
//! [`design`] for probability samples, [`scale_up`] for questions about people one knows,
//! [`recruitment`] for samples that respondents recruit, [`change`] for two surveys, for areas with and
//! without a programme, and for how large a sample has to be.

pub mod change;
pub mod design;
pub mod recruitment;
pub mod scale_up;
