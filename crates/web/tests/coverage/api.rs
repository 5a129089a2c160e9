//! What is asked of each operation of the API.

use crate::Row;

/// Every operation of the API, with what is asked of it.
pub(crate) const API: &[Row] = &[];
