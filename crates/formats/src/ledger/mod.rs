//! Ledgers as delimited text: one payment a row.
//!
//! The documented columns are read as they are; other people's columns through a [`Mapping`].
//! `docs/LEDGER.md` describes both. A row that cannot be read is a [`Reject`] and reading goes on.

mod amount;
mod columns;
mod mapping;
mod time;

use std::{io::Read, ops::ControlFlow};

use model::Money;

use self::columns::{PartyColumns, RECEIVER, SENDER};
pub use self::{
    columns::Column,
    mapping::{Mapping, MappingError},
};
use crate::{
    payment::{BrokenRule, Notes, PartyRef, Payment, PaymentRef},
    record::{Record, Reject},
    table::{Place, Table, TableError, same_name},
    time_text,
};

/// Why a file could not be opened as a ledger.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// It is not a table at all.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Columns are missing that a ledger needs.
    #[error(
        "the ledger lacks {}; its first line names {}. Rename its columns as docs/LEDGER.md says or write a mapping",
        missing.join("; "), found.join(", ")
    )]
    Missing {
        /// What is missing, in words.
        missing: Vec<String>,
        /// The columns there are.
        found: Vec<String>,
    },
    /// The mapping names columns that the file does not have.
    #[error(
        "the mapping names columns that are not in the file: {}; its first line names {}",
        absent.join(", "), found.join(", ")
    )]
    Absent {
        /// The columns the mapping names.
        absent: Vec<String>,
        /// The columns there are.
        found: Vec<String>,
    },
}

/// A ledger being read. Iterate over it for [`Payment`]s of their own, or go through it with
/// [`LedgerReader::for_each`], which makes nothing for a row.
#[derive(Debug)]
pub struct LedgerReader<R> {
    table: Table<R>,
    layout: Layout,
    ignored: Vec<String>,
}

impl<R: Read> LedgerReader<R> {
    /// Opens a ledger with the documented columns.
    pub fn open(source: R) -> Result<Self, LedgerError> {
        Self::open_mapped(source, &Mapping::default())
    }

    /// Opens a ledger with other columns.
    pub fn open_mapped(source: R, mapping: &Mapping) -> Result<Self, LedgerError> {
        let table = Table::open(source)?;
        let mut layout = Layout {
            sources: std::array::from_fn(|_| Source::Absent),
            time: mapping.time.clone(),
            amount: mapping.amount,
        };
        let mut absent = Vec::new();
        match &mapping.columns {
            Some(columns) => {
                for (column, name) in columns {
                    match table.column(name) {
                        Some(place) => layout.set(*column, Source::Column(place)),
                        None => absent.push(name.clone()),
                    }
                }
            }
            None => {
                for column in Column::ALL {
                    if let Some(place) = table.column(column.as_str()) {
                        layout.set(column, Source::Column(place));
                    }
                }
            }
        }
        for (column, value) in &mapping.constants {
            layout.set(*column, Source::Constant(value.clone()));
        }
        let found = || table.heading().to_vec();
        if !absent.is_empty() {
            return Err(LedgerError::Absent { absent, found: found() });
        }
        let missing = columns::missing(|column| !matches!(layout.source(column), Source::Absent));
        if !missing.is_empty() {
            return Err(LedgerError::Missing { missing, found: found() });
        }
        let used =
            |place| layout.sources.iter().any(|source| matches!(source, Source::Column(p) if *p == place));
        let ignored = (table.heading().iter().enumerate())
            .filter(|(place, _)| !used(*place))
            .map(|(_, name)| name.clone())
            .collect();
        Ok(Self { table, layout, ignored })
    }

    /// The columns of the file that are not read, to be shown: one of them may be misspelt.
    pub fn ignored_columns(&self) -> &[String] {
        &self.ignored
    }

    /// Goes through the rows that are left, until the visitor breaks off.
    pub fn for_each(
        &mut self,
        mut visit: impl FnMut(Result<Record<PaymentRef<'_>>, Reject>) -> ControlFlow<()>,
    ) {
        while let Some(row) = self.next_row() {
            if visit(row).is_break() {
                break;
            }
        }
    }

    fn next_row(&mut self) -> Option<Result<Record<PaymentRef<'_>>, Reject>> {
        let place = match self.table.advance()? {
            Ok(place) => place,
            Err(reject) => return Some(Err(reject)),
        };
        Some(match self.layout.payment(&self.table) {
            Ok(value) => Ok(Record { ordinal: place.ordinal, line: place.line, value }),
            Err(problem) => Err(self.reject(place, problem)),
        })
    }

    fn reject(&self, place: Place, problem: Problem) -> Reject {
        let column = match self.layout.source(problem.column) {
            Source::Column(column) => Some(*column),
            _ => None,
        };
        self.table.reject(place, column, problem.column.as_str(), problem.reason)
    }
}

impl<R: Read> IntoIterator for LedgerReader<R> {
    type Item = Result<Record<Payment>, Reject>;
    type IntoIter = Payments<R>;

    fn into_iter(self) -> Payments<R> {
        Payments(self)
    }
}

/// The payments of a ledger, one by one.
#[derive(Debug)]
pub struct Payments<R>(LedgerReader<R>);

impl<R: Read> Iterator for Payments<R> {
    type Item = Result<Record<Payment>, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next_row()?.map(|record| record.map(|payment| payment.to_payment())))
    }
}

/// Whether a heading has the documented columns a ledger needs.
pub(crate) fn is_ledger_heading(heading: &[String]) -> bool {
    columns::missing(|column| heading.iter().any(|name| same_name(name, column.as_str()))).is_empty()
}

/// Where each column of a ledger comes from in a file.
#[derive(Debug)]
struct Layout {
    sources: [Source; Column::ALL.len()],
    time: time::TimeFormat,
    amount: amount::AmountFormat,
}

#[derive(Clone, Debug)]
enum Source {
    Absent,
    Column(usize),
    Constant(String),
}

/// What is wrong with a row.
struct Problem {
    column: Column,
    reason: String,
}

impl Problem {
    fn new(column: Column, error: &impl std::fmt::Display) -> Self {
        Self { column, reason: error.to_string() }
    }
}

impl Layout {
    fn set(&mut self, column: Column, source: Source) {
        if let Some(slot) = self.sources.get_mut(column as usize) {
            *slot = source;
        }
    }

    fn source(&self, column: Column) -> &Source {
        self.sources.get(column as usize).unwrap_or(&Source::Absent)
    }

    fn text<'r, R: Read>(&'r self, row: &'r Table<R>, column: Column) -> Option<&'r str> {
        match self.source(column) {
            Source::Absent => None,
            Source::Column(place) => row.text(*place),
            Source::Constant(value) => Some(value),
        }
    }

    fn required<'r, R: Read>(&'r self, row: &'r Table<R>, column: Column) -> Result<&'r str, Problem> {
        self.text(row, column)
            .ok_or_else(|| Problem { column, reason: format!("{column} is empty; every payment needs it") })
    }

    /// Reads a column that may be empty.
    fn optional<R: Read, T, E: std::fmt::Display>(
        &self,
        row: &Table<R>,
        column: Column,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Problem> {
        self.text(row, column).map(read).transpose().map_err(|error| Problem::new(column, &error))
    }

    fn payment<'r, R: Read>(&'r self, row: &'r Table<R>) -> Result<PaymentRef<'r>, Problem> {
        let mut notes = Notes::default();
        let at = (self.time)
            .read(self.required(row, Column::At)?, &mut notes)
            .map_err(|error| Problem::new(Column::At, &error))?;
        let payment = PaymentRef {
            reference: self.text(row, Column::Reference),
            at,
            amount: {
                let text = self.required(row, Column::Amount)?;
                self.money(row, text, (Column::Amount, Column::Currency), &mut notes)?
            },
            payout: match self.text(row, Column::PayoutAmount) {
                Some(text) => {
                    Some(self.money(row, text, (Column::PayoutAmount, Column::PayoutCurrency), &mut notes)?)
                }
                None => None,
            },
            sender: self.party(row, &SENDER)?,
            receiver: self.party(row, &RECEIVER)?,
            purpose: self.text(row, Column::Purpose),
            channel: self.text(row, Column::Channel),
            notes,
        };
        match payment.broken_rule() {
            None => Ok(payment),
            Some(rule) => {
                let column = match rule {
                    BrokenRule::Amount => Column::Amount,
                    BrokenRule::Payout => Column::PayoutAmount,
                    BrokenRule::Sender => Column::SenderAccount,
                    BrokenRule::Receiver => Column::ReceiverAccount,
                };
                Err(Problem { column, reason: rule.reason().to_owned() })
            }
        }
    }

    fn money<R: Read>(
        &self,
        row: &Table<R>,
        text: &str,
        (amount, currency): (Column, Column),
        notes: &mut Notes,
    ) -> Result<Money, Problem> {
        let code = self.required(row, currency)?;
        let code = code.parse().map_err(|error| Problem::new(currency, &error))?;
        let read = self.amount.read(text, code).map_err(|error| Problem::new(amount, &error))?;
        notes.amount_rounded |= read.rounded;
        Ok(read.money)
    }

    fn party<'r, R: Read>(
        &'r self,
        row: &'r Table<R>,
        columns: &PartyColumns,
    ) -> Result<PartyRef<'r>, Problem> {
        Ok(PartyRef {
            account: self.text(row, columns.account),
            institution: self.text(row, columns.institution),
            name: self.text(row, columns.name),
            kind: self.optional(row, columns.kind, str::parse)?,
            country: self.optional(row, columns.country, str::parse)?,
            phone: self.text(row, columns.phone),
            email: self.text(row, columns.email),
            birth_date: self.optional(row, columns.birth_date, time_text::read_date)?,
            address: self.text(row, columns.address),
            city: self.text(row, columns.city),
        })
    }
}

#[cfg(test)]
mod tests;
