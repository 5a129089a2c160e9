//! An import as the API shows it.

use std::borrow::Cow;

use app_intake as intake;
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::SchemaType},
};

use super::{
    report_view::ImportRef,
    values::{ImportId, Moment},
};

/// Where an import is on its way.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct ImportState(String);

impl PartialSchema for ImportState {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .description(Some("Where an import is on its way."))
            .enum_values(Some([
                "receiving",
                "received",
                "processing",
                "done",
                "failed",
                "known",
                "abandoned",
            ]))
            .into()
    }
}

impl ToSchema for ImportState {
    fn name() -> Cow<'static, str> {
        "ImportState".into()
    }
}

/// A file that has arrived.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportTaken)]
pub(crate) struct Taken {
    /// The import.
    id: ImportId,
    /// Its number.
    number: i64,
    /// `received`, or `known` if the very same file was here before.
    state: ImportState,
    /// SHA-256 of the file.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Its bytes.
    size: i64,
    /// The import that brought the very same file before; then nothing is left to do.
    same_as: Option<ImportRef>,
}

impl From<intake::Received> for Taken {
    fn from(received: intake::Received) -> Self {
        let state = if received.same_as.is_some() { "known" } else { "received" };
        Self {
            id: received.import.into(),
            number: received.number,
            state: ImportState(state.to_owned()),
            sha256: received.digest.to_string(),
            size: received.size,
            same_as: received.same_as.map(ImportRef::from),
        }
    }
}

/// A file that was taken in.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportRow {
    /// Its id.
    id: ImportId,
    /// Its number.
    number: i64,
    /// Who it came from, in the words of who brought it.
    source: String,
    /// What it turned out to be, in words.
    kind: &'static str,
    /// Where it is on its way.
    state: ImportState,
    /// What happens next, in words.
    next_step: &'static str,
    /// Records looked at.
    read: u64,
    /// Records that went in.
    accepted: u64,
    /// Records that were in already.
    known: u64,
    /// Records refused.
    rejected: u64,
    /// Bytes of the original.
    size: i64,
    /// When it came.
    created_at: Moment,
    /// When something last happened to it.
    changed_at: Moment,
}

/// A file that was taken in, open.
#[derive(Serialize, ToSchema)]
pub(crate) struct Import {
    /// What the list says of it.
    #[serde(flatten)]
    row: ImportRow,
    /// Its name; null for whoever does not take files in.
    name: Option<String>,
    /// On what lawful basis it is held.
    lawful_basis: String,
    /// SHA-256 of the original, once it is whole.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    sha256: Option<String>,
    /// Who brought it.
    brought_by: String,
    /// What went wrong with the file as a whole.
    problem: Option<String>,
    /// The import that brought the very same file before.
    same_as: Option<ImportRef>,
    /// Whether you may see the records that were refused.
    may_see_rejects: bool,
}

/// A record that was refused.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reject {
    /// Its number in the file, from one.
    ordinal: i64,
    /// The line it begins on.
    line: i64,
    /// Column or path, as the file names it.
    path: String,
    /// The field, in words of the house.
    field: String,
    /// What was expected and what was found.
    reason: String,
    /// The record, cut at a bound.
    record: String,
}

impl From<intake::ImportRow> for ImportRow {
    fn from(row: intake::ImportRow) -> Self {
        Self {
            id: row.id.into(),
            number: row.number,
            source: row.source,
            kind: row.kind,
            state: ImportState(row.state),
            next_step: row.next_step,
            read: row.counts.read,
            accepted: row.counts.accepted,
            known: row.counts.known,
            rejected: row.counts.rejected,
            size: row.size,
            created_at: row.created_at.into(),
            changed_at: row.changed_at.into(),
        }
    }
}

impl From<intake::ImportView> for Import {
    fn from(view: intake::ImportView) -> Self {
        Self {
            row: view.row.into(),
            name: view.name,
            lawful_basis: view.lawful_basis,
            sha256: view.digest.map(|digest| digest.to_string()),
            brought_by: view.brought_by,
            problem: view.problem,
            same_as: view.same_as.map(ImportRef::from),
            may_see_rejects: view.may_see_rejects,
        }
    }
}

impl From<intake::RejectLine> for Reject {
    fn from(line: intake::RejectLine) -> Self {
        let intake::RejectLine { ordinal, line, path, field, reason, record } = line;
        Self { ordinal, line, path, field, reason, record }
    }
}
