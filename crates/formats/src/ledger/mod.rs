//! Ledgers: one payment a row of delimited text ([`LedgerReader`]), or a line of JSON ([`LineReader`]).
//!
//! The documented columns are read as they are; other people's columns through a [`Mapping`].
//! `docs/LEDGER.md` describes both. A row that cannot be read is a [`Reject`] and reading goes on.

mod amount;
mod columns;
mod fields;
mod lines;
mod mapping;
mod time;

use std::{io::Read, ops::ControlFlow};

use self::fields::{Fields, Problem, Values};
pub(crate) use self::lines::begins_lines;
pub use self::{
    columns::Column,
    lines::{LONGEST_LINE, LineReader, Lines},
    mapping::{Mapping, MappingError},
};
use crate::{
    payment::{Payment, PaymentRef},
    record::{Record, Reject},
    table::{Place, Table, TableError, same_name},
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
            values: Values { time: mapping.time.clone(), amount: mapping.amount },
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
        let row = RowOf { layout: &self.layout, table: &self.table };
        Some(match self.layout.values.payment(&row) {
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
    values: Values,
}

#[derive(Clone, Debug)]
enum Source {
    Absent,
    Column(usize),
    Constant(String),
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
}

/// The row a table has come to, through a layout.
struct RowOf<'r, R> {
    layout: &'r Layout,
    table: &'r Table<R>,
}

impl<'r, R: Read> Fields<'r> for RowOf<'r, R> {
    fn text(&self, column: Column) -> Option<&'r str> {
        match self.layout.source(column) {
            Source::Absent => None,
            Source::Column(place) => self.table.text(*place),
            Source::Constant(value) => Some(value),
        }
    }
}

#[cfg(test)]
mod tests;
