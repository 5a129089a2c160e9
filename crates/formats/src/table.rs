//! Delimited text files as the readers need them: the delimiter is found, the heading read, rows
//! checked for their number of fields and for UTF-8, and no row may grow without bound.

use std::io::{self, Cursor, Read};

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use crate::record::{RAW_LIMIT, Reject, beginning};

/// How much of a file is looked at to find its delimiter.
const HEAD: u64 = 64 * 1024;
/// The longest row. An opening quote that is never closed would otherwise read the whole file
/// into one row.
const LONGEST_ROW: usize = 1024 * 1024;
/// The most columns a heading may have.
const MOST_COLUMNS: usize = 1000;
/// The delimiters that are recognised; the first is taken when a heading has none.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a file could not be opened as a table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Read(#[from] io::Error),
    /// There is no heading.
    #[error("the file is empty; its first line must name the columns")]
    Empty,
    /// The heading is not text in UTF-8.
    #[error("the first line is not text in UTF-8; save the file as CSV UTF-8")]
    NotUtf8,
    /// Too many columns.
    #[error("the first line has {0} columns; at most {MOST_COLUMNS} are read")]
    TooManyColumns(usize),
    /// Two columns of one name.
    #[error("the column “{0}” stands twice in the first line; rename one of the two")]
    Twice(String),
}

/// A table: its heading, and its rows one by one.
#[derive(Debug)]
pub(crate) struct Table<R> {
    csv: csv::Reader<Bounded<io::Chain<Cursor<Vec<u8>>, R>>>,
    heading: Vec<String>,
    delimiter: char,
    /// The row in hand. `None` only while it is being filled.
    row: Option<StringRecord>,
    ordinal: u64,
    ended: bool,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) ordinal: u64,
    pub(crate) line: u64,
}

impl<R: Read> Table<R> {
    pub(crate) fn open(mut source: R) -> Result<Self, TableError> {
        let mut head = Vec::new();
        source.by_ref().take(HEAD).read_to_end(&mut head)?;
        if head.starts_with(BYTE_ORDER_MARK) {
            head.drain(..BYTE_ORDER_MARK.len());
        }
        let delimiter = delimiter_of(&head);
        let source = Bounded { source: Cursor::new(head).chain(source), left: LONGEST_ROW };
        let mut csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(128 * 1024)
            .from_reader(source);
        let mut row = StringRecord::new();
        match csv.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => return Err(TableError::Empty),
            Err(error) => {
                return Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => TableError::Read(error),
                    _ => TableError::NotUtf8,
                });
            }
        }
        let heading = heading(&row)?;
        Ok(Self { csv, heading, delimiter: char::from(delimiter), row: Some(row), ordinal: 0, ended: false })
    }

    /// The names of the columns as the file has them.
    pub(crate) fn heading(&self) -> &[String] {
        &self.heading
    }

    /// The place of a column by name, in any case.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.heading.iter().position(|column| same_name(column, name))
    }

    /// Goes to the next row; `None` at the end.
    pub(crate) fn advance(&mut self) -> Option<Result<Place, Reject>> {
        if self.ended {
            return None;
        }
        self.csv.get_mut().left = LONGEST_ROW;
        let mut bytes = self.row.take().map(StringRecord::into_byte_record).unwrap_or_default();
        match self.csv.read_byte_record(&mut bytes) {
            Ok(true) => {}
            Ok(false) => {
                self.ended = true;
                return None;
            }
            Err(error) => {
                self.ended = true;
                let line = self.csv.position().line();
                let raw = joined(&bytes, self.delimiter);
                let reason = format!("the file cannot be read any further: {error}");
                let ordinal = self.ordinal + 1;
                return Some(Err(Reject {
                    ordinal,
                    line,
                    path: String::new(),
                    field: String::new(),
                    reason,
                    raw,
                    fatal: true,
                }));
            }
        }
        self.ordinal += 1;
        let place = Place { ordinal: self.ordinal, line: bytes.position().map_or(0, csv::Position::line) };
        let fields = bytes.len();
        match StringRecord::from_byte_record(bytes) {
            Ok(row) => self.row = Some(row),
            Err(error) => {
                let bytes = error.into_byte_record();
                let column = bytes.iter().position(|field| std::str::from_utf8(field).is_err());
                let path = column.and_then(|column| self.heading.get(column)).cloned();
                let raw = joined(&bytes, self.delimiter);
                self.row = None;
                let reason = "the text is not UTF-8; save the file as CSV UTF-8".to_owned();
                return Some(Err(reject(place, path.unwrap_or_default(), String::new(), reason, raw)));
            }
        }
        if fields != self.heading.len() {
            let reason = format!(
                "the row has {fields} fields and the first line {}; look for a stray delimiter or quote",
                self.heading.len()
            );
            return Some(Err(self.reject(place, None, "", reason)));
        }
        Some(Ok(place))
    }

    /// The text of a column in the row in hand, trimmed; `None` when empty.
    pub(crate) fn text(&self, column: usize) -> Option<&str> {
        self.row.as_ref()?.get(column).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A reject for the row in hand.
    pub(crate) fn reject(&self, place: Place, column: Option<usize>, field: &str, reason: String) -> Reject {
        let path = column.and_then(|column| self.heading.get(column)).cloned().unwrap_or_default();
        let raw = self.row.as_ref().map(|row| joined(row.as_byte_record(), self.delimiter));
        reject(place, path, field.to_owned(), reason, raw.unwrap_or_default())
    }
}

fn reject(place: Place, path: String, field: String, reason: String, raw: String) -> Reject {
    Reject { ordinal: place.ordinal, line: place.line, path, field, reason, raw, fatal: false }
}

/// Whether two names of columns are the same but for case and the space around them.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// Reads the first two rows of the beginning of a file, for a look at what it is.
pub(crate) fn first_rows(head: &[u8]) -> Option<(Vec<String>, Option<Vec<String>>)> {
    let mut table = Table::open(head).ok()?;
    let second = match table.advance() {
        Some(Ok(_)) => table.row.as_ref().map(|row| row.iter().map(str::to_owned).collect()),
        _ => None,
    };
    Some((table.heading, second))
}

fn heading(row: &StringRecord) -> Result<Vec<String>, TableError> {
    if row.len() > MOST_COLUMNS {
        return Err(TableError::TooManyColumns(row.len()));
    }
    let heading: Vec<String> = row.iter().map(|name| name.trim().to_owned()).collect();
    if heading.iter().all(String::is_empty) {
        return Err(TableError::Empty);
    }
    for (place, name) in heading.iter().enumerate() {
        if !name.is_empty() && heading.iter().take(place).any(|earlier| same_name(earlier, name)) {
            return Err(TableError::Twice(name.clone()));
        }
    }
    Ok(heading)
}

/// The delimiter that stands most often in the first line that is not empty, outside quotes.
fn delimiter_of(head: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in head.iter().skip_while(|byte| byte.is_ascii_whitespace()) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (count, delimiter) in counts.iter_mut().zip(DELIMITERS) {
                    *count += usize::from(byte == delimiter);
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().zip(DELIMITERS).find(|(count, _)| **count == most).map_or(b',', |(_, delimiter)| delimiter)
}

/// The row written out again, as far as [`RAW_LIMIT`] goes.
fn joined(row: &ByteRecord, delimiter: char) -> String {
    let mut text = String::new();
    for (place, field) in row.iter().enumerate() {
        if text.len() >= RAW_LIMIT {
            break;
        }
        if place > 0 {
            text.push(delimiter);
        }
        let field = String::from_utf8_lossy(field.get(..RAW_LIMIT).unwrap_or(field));
        if field.contains([delimiter, '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&field);
        }
    }
    beginning(&text, RAW_LIMIT).to_owned()
}

/// A source that refuses to give more than so many bytes for one row.
#[derive(Debug)]
struct Bounded<R> {
    source: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        if count > self.left {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a row is longer than 1 MiB; look for a quote that is not closed",
            ));
        }
        self.left -= count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<Result<Vec<String>, Reject>> {
        let mut table = Table::open(text).unwrap();
        let mut rows = Vec::new();
        while let Some(place) = table.advance() {
            rows.push(place.map(|_| table.row.as_ref().unwrap().iter().map(str::to_owned).collect()));
        }
        rows
    }

    #[test]
    fn the_delimiter_is_found_in_the_first_line() {
        for delimiter in [",", ";", "\t", "|"] {
            let text =
                format!("\u{feff}\r\na{delimiter}\"b,;|,;|\"{delimiter}c\r\n1{delimiter}2{delimiter}3\r\n");
            assert_eq!(
                rows(text.as_bytes()),
                [Ok(vec!["1".into(), "2".into(), "3".into()])],
                "{delimiter:?}"
            );
        }
        assert_eq!(rows(b"only\n7\n"), [Ok(vec!["7".to_owned()])]);
    }

    #[test]
    fn bad_rows_are_rejected_and_the_rest_goes_on() {
        let rows = rows(b"a,b\n1,2,3\n\"x, \"\"y\"\"\",\xff\n\n4,5\n");
        assert_eq!(rows.len(), 3);
        let ragged = rows[0].as_ref().unwrap_err();
        assert_eq!((ragged.ordinal, ragged.line, ragged.raw.as_str()), (1, 2, "1,2,3"));
        let not_utf8 = rows[1].as_ref().unwrap_err();
        assert_eq!((not_utf8.ordinal, not_utf8.line, not_utf8.path.as_str()), (2, 3, "b"));
        assert_eq!(not_utf8.raw, "\"x, \"\"y\"\"\",\u{fffd}");
        assert_eq!(rows[2], Ok(vec!["4".to_owned(), "5".to_owned()]));
        assert!(rows.iter().filter_map(|row| row.as_ref().err()).all(|reject| !reject.fatal));
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_the_reading() {
        let endless = io::repeat(b'x').take(1 << 34);
        let mut table = Table::open(Cursor::new("a,b\n1,2\n\"").chain(endless)).unwrap();
        assert!(table.advance().unwrap().is_ok());
        let reject = table.advance().unwrap().unwrap_err();
        assert!(reject.fatal && reject.reason.contains("1 MiB"), "{}", reject.reason);
        assert!(table.advance().is_none());
    }

    #[test]
    fn a_heading_is_needed() {
        assert!(matches!(Table::open(&b""[..]), Err(TableError::Empty)));
        assert!(matches!(Table::open(&b"\n\n"[..]), Err(TableError::Empty)));
        assert!(matches!(Table::open(&b"a,\xff\n"[..]), Err(TableError::NotUtf8)));
        assert!(matches!(Table::open(&b"Amount,amount\n"[..]), Err(TableError::Twice(_))));
        let wide = vec!["x"; 1001].join(",");
        assert!(matches!(Table::open(wide.as_bytes()), Err(TableError::TooManyColumns(1001))));
    }
}
