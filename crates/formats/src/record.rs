//! What every reader yields: a record with its place in the file, or a reject that says what was
//! wrong and carries a bounded copy of the text, so that a person can mend it and send it again.

use std::fmt;

/// The longest copy of a record that a reject carries, in bytes.
pub const RAW_LIMIT: usize = 4096;

/// One record that was read, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<T> {
    /// The record's place in the file, counted from 1; headings are not counted.
    pub ordinal: u64,
    /// The line it begins on, counted from 1.
    pub line: u64,
    /// What was read.
    pub value: T,
}

impl<T> Record<T> {
    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Record<U> {
        Record { ordinal: self.ordinal, line: self.line, value: change(self.value) }
    }
}

/// One record that could not be read. Reading goes on with the next unless it is `fatal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The record's place in the file, counted from 1; 0 when the reject concerns the file or a
    /// whole message.
    pub ordinal: u64,
    /// The line it begins on, counted from 1.
    pub line: u64,
    /// The column as the file names it, or the path of the XML element; may be empty.
    pub path: String,
    /// The field in this crate's words; empty when the whole record is meant.
    pub field: String,
    /// What was expected and what was found.
    pub reason: String,
    /// The record's text, cut at [`RAW_LIMIT`] bytes.
    pub raw: String,
    /// The file cannot be read any further: the iterator ends after this.
    pub fatal: bool,
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if self.ordinal > 0 {
            write!(f, ", record {}", self.ordinal)?;
        }
        let place = if self.path.is_empty() { &self.field } else { &self.path };
        if !place.is_empty() {
            write!(f, ", {place}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// The beginning of `text`, at most `limit` bytes and never half a character.
pub(crate) fn beginning(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reject_names_line_record_and_column() {
        let mut reject = Reject {
            ordinal: 3,
            line: 4,
            path: "Betrag".to_owned(),
            field: "amount".to_owned(),
            reason: "“x” is not an amount".to_owned(),
            raw: String::new(),
            fatal: false,
        };
        assert_eq!(reject.to_string(), "line 4, record 3, Betrag: “x” is not an amount");
        reject.ordinal = 0;
        reject.path.clear();
        assert_eq!(reject.to_string(), "line 4, amount: “x” is not an amount");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(beginning("piña", 3), "pi");
        assert_eq!(beginning("piña", 4), "piñ");
        assert_eq!(beginning("piña", 99), "piña");
    }
}
