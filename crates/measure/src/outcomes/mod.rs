//! Outcomes counted from cases, never typed: who was safeguarded, arrested, tried, restored, and how
//! long each step took.

pub mod chain;
pub mod count;
pub mod facts;
pub mod times;

pub use chain::{Cohort, Step, cohorts, reached};
pub use count::{Basis, Dimension, Figure, FigureError, Outcome, by_period, count, count_by, cumulative};
pub use facts::{
    About, AccusedFacts, CaseFacts, ChildFacts, Facts, FactsError, Finding, OperationFacts, Sentence, Sex,
    Side, Term, Verdict,
};
pub use times::{Curves, Passage, Times, times};
