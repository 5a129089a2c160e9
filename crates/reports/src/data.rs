//! Data files: law, rubric and taxonomy as TOML, checked when they are loaded.
//!
//! A fault names the file, the line and what was expected. Every row says where it comes from (`source`) and
//! whether somebody read it there (`verified`); a row that nobody verified cannot be switched on.

use std::ops::Range;

use serde::de::DeserializeOwned;

/// The version of the schema these loaders read.
const SCHEMA: u32 = 1;

/// The text of a data file with its name. Opening files is the caller's business.
#[derive(Clone, Copy, Debug)]
pub struct DataFile<'a> {
    /// The name as a person knows it, such as `data/clocks/intake.toml`.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}

/// What is wrong with a data file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {reason}")]
pub struct DataFault {
    /// The file's name.
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// What is wrong and what was expected.
    pub reason: String,
}

impl DataFile<'_> {
    /// Reads the whole file into its wire form.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, DataFault> {
        toml::from_str(self.text).map_err(|error| {
            self.fault(&error.span().unwrap_or(0..0), error.message().trim().replace('\n', "; "))
        })
    }

    /// A fault at a place in the text.
    pub(crate) fn fault(&self, at: &Range<usize>, reason: impl Into<String>) -> DataFault {
        let before = self.text.get(..at.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        DataFault { file: self.name.to_owned(), line, reason: reason.into() }
    }

    /// Checks the schema's number.
    pub(crate) fn check_schema(&self, schema: &toml::Spanned<u32>) -> Result<(), DataFault> {
        if *schema.get_ref() == SCHEMA {
            return Ok(());
        }
        let given = schema.get_ref();
        Err(self.fault(&schema.span(), format!("schema is {given}; this version reads schema {SCHEMA}")))
    }

    /// Checks that a row's texts are not blank.
    pub(crate) fn check_texts(&self, at: &Range<usize>, texts: &[(&str, &str)]) -> Result<(), DataFault> {
        match texts.iter().find(|(_, text)| text.trim().is_empty()) {
            Some((field, _)) => Err(self.fault(at, format!("`{field}` is empty; every row needs one"))),
            None => Ok(()),
        }
    }

    /// Checks that what is switched on was verified.
    pub(crate) fn check_switch(&self, at: &Range<usize>, on: bool, verified: bool) -> Result<(), DataFault> {
        if on && !verified {
            return Err(self.fault(
                at,
                "`on` is true but `verified` is false; have it confirmed first, or switch it off",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_file_and_the_line() {
        let file = DataFile { name: "synthetic.toml", text: "a = 1\nb = \n" };
        let fault = file.parse::<toml::Table>().unwrap_err();
        assert_eq!((fault.file.as_str(), fault.line), ("synthetic.toml", 2));
        assert!(fault.to_string().starts_with("synthetic.toml, line 2: "), "{fault}");
    }

    #[test]
    fn a_place_beyond_the_text_is_the_first_line() {
        let file = DataFile { name: "synthetic.toml", text: "a = 1\n" };
        assert_eq!(file.fault(&(99..99), "wrong").line, 1);
    }
}
