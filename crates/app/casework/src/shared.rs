//! What the use cases of this room have in common: numbers, names of users, words that must be
//! given, and pages of a list.

use std::collections::HashMap;

use app_kernel::{Denied, Error, Internal, Op, Permit, Record, Tx};
use model::{Id, Instant, kinds};

/// A page of a list.
#[derive(Clone)]
pub struct Page<R, K> {
    /// The rows.
    pub rows: Vec<R>,
    /// What to pass as `before` to read on; `None` at the end.
    pub next: Option<(Instant, Id<K>)>,
    /// How many there are in all.
    pub total: i64,
}

/// Someone with an account, by the name others see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRef {
    /// Their id.
    pub id: Id<kinds::User>,
    /// Their name.
    pub name: String,
}

/// One line of the journal about a record.
#[derive(Clone)]
pub struct JournalLine {
    /// When.
    pub at: Instant,
    /// Who, as `user:name`, `system:name` or `program:name`.
    pub actor: String,
    /// The action's word.
    pub action: String,
    /// What for, in a word of the house.
    pub purpose: String,
    /// What the actor wrote as their reason.
    pub reason: Option<String>,
    /// Counts and states, as JSON.
    pub detail: String,
}

/// Rows of a list at most.
const MOST_ROWS: i64 = 200;
/// Lines of the journal a page shows at most.
const JOURNAL_LINES: i64 = 100;

/// A list is asked for one row more than shown, so that it knows whether it goes on.
pub(crate) fn page<R, K>(
    mut rows: Vec<R>,
    limit: i64,
    total: i64,
    key: impl Fn(&R) -> (Instant, Id<K>),
) -> Page<R, K> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(key);
    Page { rows, next, total }
}

pub(crate) fn bounded(limit: i64) -> i64 {
    limit.clamp(1, MOST_ROWS)
}

/// The number of a record as people say it, such as `R-2026-00042`.
pub(crate) fn number(prefix: cases::Prefix, year: i64, n: i64) -> String {
    let year = u16::try_from(year).unwrap_or_default();
    cases::Number { prefix, year, n: u32::try_from(n).unwrap_or(u32::MAX) }.to_string()
}

pub(crate) fn report_number(row: &store::reports::Report) -> String {
    number(cases::Prefix::Report, row.year, row.number)
}

pub(crate) fn case_number(row: &store::cases::Case) -> String {
    number(cases::Prefix::Case, row.year, row.number)
}

/// The present year where the house is.
pub(crate) fn this_year(tx: &Tx<'_>) -> i64 {
    let house = tx.house();
    let now = house.now();
    now.day_in(&house.zone).or_else(|| now.day_in("UTC")).map_or(1970, |day| i64::from(day.year()))
}

/// A word of a fixed vocabulary as the database has it.
pub(crate) fn word<T: std::str::FromStr<Err: std::fmt::Display>>(
    what: &'static str,
    text: &str,
) -> Result<T, Error> {
    text.parse().map_err(|e: T::Err| Internal::Unreadable { what, reason: e.to_string() }.into())
}

/// The text, if it says anything.
pub(crate) fn given(
    text: &str,
    field: &'static str,
    code: &'static str,
    sentence: &str,
    next: &str,
) -> Result<String, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, code, sentence, next));
    }
    Ok(text.to_owned())
}

/// The same context with the reason a person wrote for opening a sealed field. The journal keeps it
/// sealed.
pub(crate) fn with_reason(op: &Op, reason: &str) -> Result<Op, Error> {
    let reason = given(
        reason,
        "reason",
        "reason_missing",
        "Opening a sealed field needs a reason.",
        "Say in a few words what it is needed for.",
    )?;
    Ok(Op { reason: Some(reason), ..op.clone() })
}

pub(crate) fn quicker() -> Error {
    Error::conflict(
        "changed_meanwhile",
        "Somebody changed this at the same moment.",
        "Nothing of yours is lost: look at it again and decide anew.",
    )
}

/// Whether the actor may do something to a record, perhaps after confirming who they are.
pub(crate) async fn may<R: Record>(
    tx: &mut Tx<'_>,
    op: &Op,
    action: access::Action,
    row: &R,
) -> Result<bool, Error> {
    match tx.permit(op, action, row).await {
        Ok(_) | Err(Error::Denied(Denied::NeedsStrong(_))) => Ok(true),
        Err(Error::Denied(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// The journal of a record, newest first.
pub(crate) async fn journal_of(
    tx: &mut Tx<'_>,
    permit: &Permit,
    record: uuid::Uuid,
) -> Result<Vec<JournalLine>, Error> {
    let entries = store::journal::of_record(tx.store(permit), record, JOURNAL_LINES).await?;
    let mut lines = Vec::new();
    for entry in entries {
        lines.push(JournalLine {
            at: entry.at,
            reason: tx.reason(permit, &entry).await?,
            actor: entry.actor,
            action: entry.action,
            purpose: entry.purpose,
            detail: entry.detail,
        });
    }
    Ok(lines)
}

/// Names of users, each looked up once.
#[derive(Default)]
pub(crate) struct Names(HashMap<Id<kinds::User>, String>);

impl Names {
    pub(crate) async fn of(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        id: Id<kinds::User>,
    ) -> Result<UserRef, Error> {
        if let Some(name) = self.0.get(&id) {
            return Ok(UserRef { id, name: name.clone() });
        }
        let user = store::users::find(tx.store(permit), id).await?;
        let name = user.map_or_else(|| "the system".to_owned(), |user| user.label);
        self.0.insert(id, name.clone());
        Ok(UserRef { id, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_only_where_there_is_more() {
        let id = Id::<kinds::Case>::from_uuid(uuid::Uuid::nil());
        let key = |n: &i64| (Instant::from_micros(*n), id);
        let cut = page(vec![3, 2, 1], 2, 3, key);
        assert_eq!((cut.rows, cut.next), (vec![3, 2], Some((Instant::from_micros(2), id))));
        assert_eq!(page(vec![3, 2], 2, 2, key).next, None);
    }
}
