//! Made-up years of payments by published figures, and typologies tried on labelled ledgers.
//!
//! [`simulate()`] makes a year of remittances out of a [`Law`]: a data file in which each figure names
//! its source or says that it is assumed. [`backtest()`] runs [`Detector`]s (typologies and a way to
//! rank what they find) over a ledger with labels under a budget of alerts, and measures what a desk
//! that works through the lists would have found, when, and whom it would have bothered. The same is
//! done to anyone's ledger ([`read_ledger`], [`read_labels`]) and to AMLSim's ([`amlsim`]).
//!
//! Nothing here reads a clock, makes randomness or does I/O but through the `Read` and `Write` it is given.
//! A rank is never a probability, and what is measured on made-up data is true of made-up data.

pub mod amlsim;
mod backtest;
mod bench;
mod chance;
mod detector;
mod files;
mod law;
mod report;
mod simulate;
mod world;

pub use backtest::{
    Backtest, Budget, Counted, Group, Measured, Named, Point, Quartiles, Ranked, Reach, WHO_SOMEBODY_IS,
    average_precision, backtest, wilson, without,
};
pub use bench::Detection;
pub use detector::{Combination, Detector, Ranking};
pub use files::{BadFile, read_labels, read_ledger, write_labels, write_ledger};
pub use law::{BadLaw, Figure, Grounds, Law, Role, laws};
pub use report::{write_html, write_json};
pub use simulate::{Size, World, simulate};
pub use world::{Label, Labels, Ledger, Part, Sex, account};
