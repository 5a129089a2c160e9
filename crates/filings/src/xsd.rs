//! An operator's own XML schema, and whether a file keeps to it.
//!
//! A unit refuses a file that its schema refuses, so a file is held against that very schema before anybody files it.
//! Read is what the schemas of this field are made of (XML Schema 1.0): sequences and choices with their counts,
//! extensions, simple types with enumerations, patterns, lengths and bounds, fixed values, attributes, uniqueness. A
//! schema with anything else is refused when it is loaded: nothing is passed unchecked.

mod content;
mod pattern;
mod schema;
mod simple;

use model::Digest;
use sha2::{Digest as _, Sha256};

pub(crate) use schema::Schema;

use crate::xml;

/// A schema that was loaded.
#[derive(Clone, Debug)]
pub struct Xsd {
    schema: Schema,
    digest: Digest,
}

/// Why a schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the schema cannot be used: {reason}. Load the XSD exactly as the unit publishes it")]
pub struct XsdFault {
    /// What is wrong, with the line.
    pub reason: String,
}

/// Where a document departs from its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The line of the document.
    pub line: usize,
    /// The elements on the way there, such as `report/transaction/amount_local`.
    pub place: String,
    /// What was found and what was expected.
    pub reason: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.place, self.reason)
    }
}

impl Xsd {
    /// Loads a schema from the bytes of one XSD file.
    pub fn load(bytes: &[u8]) -> Result<Self, XsdFault> {
        let schema = xml::read(bytes)
            .and_then(|document| Schema::read(&document))
            .map_err(|reason| XsdFault { reason })?;
        Ok(Self { schema, digest: Digest(Sha256::digest(bytes).into()) })
    }

    /// The SHA-256 digest of the file, by which one version is told from another.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Where a document departs from the schema; empty when it is valid.
    pub fn check(&self, document: &[u8]) -> Vec<Violation> {
        match xml::read(document) {
            Ok(document) => content::check(&self.schema, &document.root),
            Err(reason) => vec![Violation { line: 1, place: "the file".to_owned(), reason }],
        }
    }
}

#[cfg(test)]
mod tests;
