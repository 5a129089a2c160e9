//! What the views of intake have in common: numbers, names of users, rooms, words.

use std::collections::HashMap;

use access::Action;
use app_kernel::{Denied, Error, Internal, Permit, Record, Tx};
use cases::{Number, Prefix};
use model::{Id, Instant, kinds};
use reports::ReportState;

/// Rows of a list at most.
const MOST_ROWS: i64 = 200;

/// A text with what it is.
#[derive(Clone, PartialEq, Eq)]
pub struct TextLine {
    /// What it is, such as “name”.
    pub label: String,
    /// The text.
    pub text: String,
}

impl TextLine {
    pub(crate) fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: label.into(), text: text.into() }
    }
}

/// Another report, as a page points to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRef {
    /// Its id.
    pub id: Id<kinds::Report>,
    /// Its number, such as `R-2026-00042`.
    pub number: String,
    /// Where it stands.
    pub state: ReportState,
    /// Its level, 1 the most urgent.
    pub level: i64,
    /// When it was received.
    pub received_at: Instant,
}

impl ReportRef {
    pub(crate) fn of(row: &store::reports::Report) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            number: report_number(row),
            state: word("state of a report", &row.state)?,
            level: row.level,
            received_at: row.received_at,
        })
    }
}

/// The number of a record as people say it.
pub(crate) fn number(prefix: Prefix, year: i64, n: i64) -> String {
    let year = u16::try_from(year).unwrap_or_default();
    Number { prefix, year, n: u32::try_from(n).unwrap_or(u32::MAX) }.to_string()
}

pub(crate) fn report_number(row: &store::reports::Report) -> String {
    number(Prefix::Report, row.year, row.number)
}

pub(crate) fn alert_number(row: &store::alerts::Alert) -> String {
    number(Prefix::Alert, row.year, row.number)
}

pub(crate) fn case_number(row: &store::cases::Case) -> String {
    number(Prefix::Case, row.year, row.number)
}

/// How many rows a page has.
pub(crate) fn bounded(limit: i64) -> i64 {
    limit.clamp(1, MOST_ROWS)
}

/// Cuts a list that was asked for one row more than is shown; says whether it goes on.
pub(crate) fn cut<R>(rows: &mut Vec<R>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}

/// A word of a fixed vocabulary as the database has it.
pub(crate) fn word<T: std::str::FromStr<Err: std::fmt::Display>>(
    what: &'static str,
    text: &str,
) -> Result<T, Error> {
    text.parse().map_err(|e: T::Err| Internal::Unreadable { what, reason: e.to_string() }.into())
}

/// Refuses where the installation has no such room: its tables were never made.
pub(crate) fn needs_room(tx: &Tx<'_>, room: &str) -> Result<(), Error> {
    if tx.house().profile.has(room) { Ok(()) } else { Err(Denied::NotFound.into()) }
}

/// Whether the actor may do something to a record, perhaps after confirming who they are.
pub(crate) async fn may<R: Record>(
    tx: &mut Tx<'_>,
    op: &app_kernel::Op,
    action: Action,
    row: &R,
) -> Result<bool, Error> {
    match tx.permit(op, action, row).await {
        Ok(_) | Err(Error::Denied(Denied::NeedsStrong(_))) => Ok(true),
        Err(Error::Denied(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Names of users as others see them, each looked up once.
#[derive(Default)]
pub(crate) struct Names(HashMap<Id<kinds::User>, String>);

impl Names {
    pub(crate) async fn of(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        id: Id<kinds::User>,
    ) -> Result<String, Error> {
        if let Some(name) = self.0.get(&id) {
            return Ok(name.clone());
        }
        let user = store::users::find(tx.store(permit), id).await?;
        let name = user.map_or_else(|| "the system".to_owned(), |user| user.label);
        self.0.insert(id, name.clone());
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_has_one_row_more_goes_on() {
        let mut rows = vec![1, 2, 3];
        assert!(cut(&mut rows, 2));
        assert_eq!(rows, [1, 2]);
        assert!(!cut(&mut rows, 2));
    }
}
