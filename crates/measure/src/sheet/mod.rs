//! A table that always says what it counts, of when, and from where; as CSV, as a workbook, as PDF.

mod archive;
mod caption;
mod hypertext;
pub mod paper;
mod pdf;
mod table;
mod type_face;
pub mod workbook;

#[cfg(test)]
pub(crate) use caption::sample;
pub use caption::{Caption, NotACaption};
pub use paper::{Block, Paper};
pub use table::{Cell, Table};
pub(crate) use type_face::wrapped;
pub use workbook::{WorkbookError, write_workbook};
