//! Withholding until the audit is content.
//!
//! Suppression makes sure that no small cell can be computed; it may still be known to within one or
//! two. So the audit's exposed cells are guarded further, one more cell withheld at a time, until
//! every small cell can lie as far off as the rule asks, by this release and together with earlier ones.

#![expect(clippy::indexing_slicing, reason = "cells are numbered by the tabulation")]

use serde::Serialize;

use crate::disclosure::audit::{Audit, AuditError, audit, audit_between};
use crate::disclosure::suppress::{Rule, RuleError, Suppression, complete, suppress};
use crate::disclosure::table::Tabulation;

/// A table ready to publish, with the proof that ships with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Protected {
    /// What is withheld.
    pub suppression: Suppression,
    /// The bounds of every withheld cell with their witnesses.
    pub audit: Audit,
}

/// Why a table cannot be made safe.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProtectError {
    /// The rule is not accepted.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// The audit could not be made.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Nothing more can be withheld.
    #[error(
        "cell {labels:?} stays known to within less than {width} whatever is withheld now: what was published before gives it away; do not publish this table"
    )]
    Exposed {
        /// The cell.
        labels: Vec<String>,
        /// The width the rule asks for.
        width: u64,
    },
}

/// Withholds until nothing is exposed. Cells in `already` were published of these same children;
/// `earlier` releases are of the same cells with fewer children.
pub fn protect(
    table: &Tabulation,
    rule: &Rule,
    already: &[usize],
    earlier: &[(&Tabulation, &Suppression)],
) -> Result<Protected, ProtectError> {
    let mut suppression = suppress(table, rule, already)?;
    let mut guarded = suppression.primary.clone();
    loop {
        let audit = audit(table, &suppression, rule)?;
        let mut exposed = audit.exposed.clone();
        for &release in earlier {
            exposed.extend(audit_between(release, (table, &suppression), rule)?.exposed);
        }
        let Some(&cell) = exposed.first() else { return Ok(Protected { suppression, audit }) };
        let next = next_to_withhold(table, &suppression, already, cell).ok_or_else(|| {
            ProtectError::Exposed { labels: table.labels(&table.cells()[cell]), width: rule.least_width }
        })?;
        guarded[next] = true;
        suppression.withheld = complete(table, rule, &guarded, already);
    }
}

/// The smallest published cell that shares children with an exposed one, else any that may go.
fn next_to_withhold(
    table: &Tabulation,
    suppression: &Suppression,
    already: &[usize],
    exposed: usize,
) -> Option<usize> {
    let shares = |cell: usize| {
        let members = &table.cells()[exposed].members;
        table.cells()[cell].members.iter().any(|member| members.contains(member))
    };
    (0..table.cells().len())
        .filter(|&cell| !suppression.withheld[cell] && !already.contains(&cell))
        .min_by_key(|&cell| (!shares(cell), table.cells()[cell].children == 0, table.cells()[cell].children))
}
