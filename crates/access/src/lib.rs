//! Who may do what to which record.
//!
//! One pure question, [`decide`], answered from data: roles grant actions, an action belongs to a
//! compartment, a record belongs to an organisation, and shares are the only way across. Denied
//! by default; a record that must not be known to exist is [`Decision::Hidden`], which the web
//! turns into 404. The whole matrix is a golden file (`tests/matrix.golden.txt`).

mod action;
mod decide;
mod policy;
mod profile;

pub use action::{Action, Scope};
pub use decide::{Actor, ActorKind, Decision, Mask, RecordFacts, Share, decide};
pub use policy::{Desk, Policy, PolicyError, Role};
pub use profile::{Profile, Profiles};
