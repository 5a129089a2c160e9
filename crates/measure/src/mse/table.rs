//! The capture table: how many people were seen by exactly which lists.

use std::io::{BufRead, BufReader, Read};

use serde::{Deserialize, Serialize};

/// The most lists a table may have; above it the cells outnumber what any study has filled.
pub const MOST_LISTS: usize = 10;

/// How many were seen by exactly which lists. A capture history is a bit set: list number `i`,
/// counted from nought, is the bit `1 << i`. History nought, seen by no list, is what is estimated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureTable {
    lists: Vec<String>,
    counts: Vec<u64>,
}

/// Why a capture table was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The text could not be read.
    #[error("the capture table could not be read: {0}")]
    Read(#[from] std::io::Error),
    /// There is no header, or it has the wrong number of columns.
    #[error(
        "line 1: expected a header naming 2 to {MOST_LISTS} lists and, last, the count; found {found} columns"
    )]
    Header {
        /// The columns that were found.
        found: usize,
    },
    /// A row has the wrong number of fields.
    #[error("line {line}: expected {expected} fields as in the header, found {found}")]
    Fields {
        /// The line, counted from one.
        line: usize,
        /// The columns of the header.
        expected: usize,
        /// The fields that were found.
        found: usize,
    },
    /// A field is not what its column holds.
    #[error("line {line}, column {column:?}: expected {expected}, found {found:?}")]
    Field {
        /// The line, counted from one.
        line: usize,
        /// The column's name.
        column: String,
        /// What the column holds.
        expected: &'static str,
        /// The field.
        found: String,
    },
    /// A row for people seen by no list, which nobody can have counted.
    #[error(
        "line {line}: the history with a 0 in every list is what is estimated; remove the row or its count"
    )]
    Unseen {
        /// The line, counted from one.
        line: usize,
    },
    /// Nobody was counted.
    #[error("the capture table counts nobody: at least one count must be above 0")]
    Empty,
}

impl CaptureTable {
    /// A table from list names and (history, count) pairs; pairs of one history are added.
    pub fn new(lists: Vec<String>, histories: &[(usize, u64)]) -> Result<Self, TableError> {
        if !(2..=MOST_LISTS).contains(&lists.len()) {
            return Err(TableError::Header { found: lists.len() + 1 });
        }
        let mut counts = vec![0_u64; 1 << lists.len()];
        for (number, &(history, count)) in histories.iter().enumerate() {
            match counts.get_mut(history) {
                Some(cell) if history != 0 => *cell += count,
                _ if count == 0 => {}
                _ => return Err(TableError::Unseen { line: number + 1 }),
            }
        }
        if counts.iter().all(|&count| count == 0) {
            return Err(TableError::Empty);
        }
        Ok(Self { lists, counts })
    }

    /// Reads comma-separated text: a header, then 0 or 1 for each list and the count last. Rows of
    /// one history are added, histories not mentioned count nobody.
    pub fn read(source: impl Read) -> Result<Self, TableError> {
        let mut header: Vec<String> = Vec::new();
        let mut histories = Vec::new();
        for (number, line) in BufReader::new(source).lines().enumerate() {
            let (line, text) = (number + 1, line?);
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() {
                continue;
            }
            let fields: Vec<&str> = text.split(',').map(|field| field.trim().trim_matches('"')).collect();
            if header.is_empty() {
                if !(3..=MOST_LISTS + 1).contains(&fields.len()) {
                    return Err(TableError::Header { found: fields.len() });
                }
                header = fields.into_iter().map(str::to_owned).collect();
                continue;
            }
            histories.push(row(line, &header, &fields)?);
        }
        if header.pop().is_none() {
            return Err(TableError::Header { found: 0 });
        }
        Self::new(header, &histories)
    }

    /// The names of the lists, in order.
    pub fn lists(&self) -> &[String] {
        &self.lists
    }

    /// The count of each history; the first, of history nought, is nought.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// How many people were seen by any list.
    pub fn observed(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The counts as numbers to fit to.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        self.counts.iter().map(|&count| count as f64).collect()
    }
}

fn row(line: usize, header: &[String], fields: &[&str]) -> Result<(usize, u64), TableError> {
    if fields.len() != header.len() {
        return Err(TableError::Fields { line, expected: header.len(), found: fields.len() });
    }
    let mut history = 0;
    let last = header.len() - 1;
    for (index, (column, field)) in header.iter().zip(fields).enumerate() {
        let wrong = |expected| TableError::Field {
            line,
            column: column.clone(),
            expected,
            found: (*field).to_owned(),
        };
        if index == last {
            let count = field.parse().map_err(|_| wrong("a whole count of people, 0 or more"))?;
            return if history == 0 && count > 0 {
                Err(TableError::Unseen { line })
            } else {
                Ok((history, count))
            };
        }
        history |= match *field {
            "1" => 1 << index,
            "0" => 0,
            _ => return Err(wrong("1 when the list saw them, 0 when it did not")),
        };
    }
    Ok((history, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CaptureTable, TableError> {
        CaptureTable::read(text.as_bytes())
    }

    #[test]
    fn a_table_is_read_with_quotes_blank_lines_and_repeated_histories() {
        let table = read("\"police\",\"ngo\",\"count\"\n1,0,4\n\n0,1,5\n1,1,2\n1,1,1\n0,0,0\n").unwrap();
        assert_eq!(table.lists(), ["police", "ngo"]);
        assert_eq!(table.counts(), [0, 4, 5, 3]);
        assert_eq!(table.observed(), 12);
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_column() {
        let message = |text| read(text).unwrap_err().to_string();
        assert!(message("").contains("header"));
        assert!(message("a,n\n1,2\n").contains("found 2 columns"));
        assert!(message("a,b,n\n1,0\n").contains("line 2: expected 3 fields"));
        assert!(message("a,b,n\n1,2,3\n").contains("column \"b\""));
        assert!(message("a,b,n\n1,1,-3\n").contains("found \"-3\""));
        assert!(message("a,b,n\n0,0,3\n").contains("what is estimated"));
        assert!(message("a,b,n\n1,0,0\n").contains("counts nobody"));
    }
}
