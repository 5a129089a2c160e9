//! Suspicious transaction reports to financial intelligence units.
//!
//! One model of a report ([`Str`]) and a rendering for each unit, by a [`Profile`] that is data: goAML, FinCEN's Suspicious
//! Activity Report with the term OCSE, and tables for the units whose portals take tables. What is written is held against
//! the unit's own schema, which the operator loads ([`Official`]); without it, and wherever it does not fit, a file is a
//! draft and says so ([`Standing`]). A [`Filing`] goes draft → reviewed → filed → acknowledged or rejected while its
//! deadline runs from the suspicion ([`Deadline`]), and nobody learns of it who need not ([`Knows`]).
//!
//! Whoever may have been a child at the time is never a suspect: [`Str::new`] is the only way to a report, and refuses it.
//! The room is pure: bytes in, bytes out.

mod deadline;
mod field;
mod filing;
mod fincen;
mod gap;
mod goaml;
mod knows;
mod profile;
mod render;
mod report;
mod subject;
mod table;
mod text;
mod xml;
mod xsd;

pub use deadline::{Allowed, DEADLINES, Deadline, Deadlines};
pub use field::Field;
pub use filing::{Filing, FilingFault, FilingState, FilingStep, StepTaken};
pub use gap::{Gap, Gaps};
pub use knows::{Asker, Because, Knows, Leave, LeaveFault};
pub use profile::{BUILT_IN, Column, Fincen, Form, Goaml, Profile, ProfileFault, Table};
pub use render::{Official, OfficialFault, Rendered, Standing, Template, render};
pub use report::{
    Account, AccountKind, AccountState, Draft, FincenReporter, Institution, Officer, Payment, PaymentChannel,
    Reporter, Side, Str, StrFault,
};
pub use subject::{
    Address, Age, Confirmation, Contacts, Device, Document, DocumentKind, Handle, Organisation, Party,
    Person, Phone, PhoneKind, Sex, Subject, SubjectRole, Use,
};
pub use xsd::{Violation, Xsd, XsdFault};
