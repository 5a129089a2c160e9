//! Disclosure control: which cells of a table may be published without exposing a child.
//!
//! Siblings are rescued together, so the unit that is protected is the case or family, not the child.
//! A table goes through [`Tabulation::new`] and [`protect`], which withholds and audits; the audit's
//! witnesses are published with it. [`compare_releases`] holds it against what was published before. [`round_to_base`] makes
//! numbers for prose and [`noise`] the exact noise of differential privacy, entered in a [`Ledger`].

mod audit;
mod ledger;
pub mod noise;
mod protect;
mod release;
mod rounding;
mod suppress;
mod table;

pub use audit::{Audit, AuditError, Bounds, audit, audit_between};
pub use ledger::{Ledger, LedgerError, Mechanism, Spent};
pub use protect::{ProtectError, Protected, protect};
pub use release::{Release, ReleasedCell, SmallDifference, compare_releases};
pub use rounding::{Rounded, round_to_base};
pub use suppress::{Rule, RuleError, Suppression, suppress};
pub use table::{Cell, Child, Tabulation, TabulationError};
