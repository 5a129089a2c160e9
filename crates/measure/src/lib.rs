//! Estimators, outcome statistics, disclosure control: numbers with honest intervals.
//!
//! - [`mse`]: multiple systems estimation, how many no list has seen, by every estimator at once and
//!   with the spread between them.
//! - [`disclosure`]: which cells of a table may be published, proved by an audit.
//! - [`survival`]: time to an event among competing events.
//! - [`survey`]: prevalence, network scale-up, recruited samples, change and power.
//! - [`statistic`]: the record that a published number is, and when two may be compared.
//! - [`definitions`]: what each figure counts, in words, as data.
//! - [`outcomes`]: figures counted from cases: who was safeguarded, tried, restored, and how long it took.
//! - [`built_in`]: the reports that come with the program.
//! - [`sheet`]: a table with its caption, as CSV, workbook and PDF.
//! - [`chart`]: the same drawn, each with its table.
//!
//! Nothing here reads a clock or makes randomness: callers give readers and seeds, and no result
//! depends on the number of threads.

pub mod built_in;
pub mod calendar;
pub mod chart;
pub mod definitions;
pub mod disclosure;
mod markup;
pub mod mse;
mod numeric;
pub mod outcomes;
pub mod sheet;
pub mod statistic;
pub mod survey;
pub mod survival;
