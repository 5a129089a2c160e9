//! Estimators, outcome statistics, disclosure control: numbers with honest intervals.
//!
//! - [`mse`]: multiple systems estimation, how many no list has seen, by every estimator at once and
//!   with the spread between them.
//! - [`disclosure`]: which cells of a table may be published, proved by an audit.
//! - [`survival`]: time to an event among competing events.
//! - [`survey`]: prevalence, network scale-up, recruited samples, change and power.
//! - [`statistic`]: the record that a published number is, and when two may be compared.
//!
//! Nothing here reads a clock or makes randomness: callers give readers and seeds, and no result
//! depends on the number of threads.

pub mod disclosure;
pub mod mse;
mod numeric;
pub mod statistic;
pub mod survey;
pub mod survival;
