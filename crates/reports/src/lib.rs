//! A report, its states, and triage by a rubric that is data.
//!
//! Every signal – a platform's report, a call, a letter, a screening alert somebody escalated – becomes a
//! [`Report`]. This room says what a report is whatever format it came in, which states it passes
//! ([`ReportState`]), how urgent it is and why ([`Facts`] → [`rank`]), and which legal clock runs
//! ([`ClockRule`]). It is pure: no file is opened, no time is read, nothing is stored here.
//!
//! Two rules of the house are kept by construction. A score explains itself: a [`Rank`] always has a reason in a
//! sentence, and who somebody is (age, sex, nationality, name) never moves a report on its own. And flags are
//! truthful: whether a person viewed a file is an [`Attestation`] or it is unknown.

#[macro_use]
mod words;

mod age;
mod built_in;
mod clock;
mod data;
mod decision;
mod facts;
mod file;
mod finding;
mod person;
mod rank;
mod report;
mod rubric;
mod state;
mod taxonomy;

pub use age::{AgeRange, Minority};
pub use built_in::{ICAC_RUBRIC, INDUSTRY_TAXONOMY, INTAKE_CLOCKS, IWF_TAXONOMY};
pub use clock::{ClockRule, ClockState, ClockTrigger, Clocks, Limit, RunningClock};
pub use data::{DataFault, DataFile};
pub use decision::{CannotUndo, Decision, DecisionTaken, Incomplete, NoActionReason};
pub use facts::{Condition, Fact, Facts, Measure, Nature, UnknownCondition};
pub use file::{Attestation, Attestor, FileAnnotation, FileHash, FileRelevance, ReportedFile};
pub use finding::{LinkSummary, MatchSummary};
pub use person::{AccountUse, PersonRole, RawIdentifier, ReportedPerson, Sex};
pub use rank::{QueuePlace, Rank, Route, rank};
pub use report::{
    Channel, Confidence, ExternalReference, Incident, IncidentKind, Location, Report, ReportFlag, Source,
};
pub use rubric::{Clause, DefaultLevel, Level, Rubric, Weight};
pub use state::{DecisionKind, NotAllowed, ReportState};
pub use taxonomy::{Classification, Code, DifferentTaxonomies, Taxonomies, Taxonomy, UnknownCode};
pub use words::UnknownWord;
