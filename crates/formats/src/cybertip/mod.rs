//! CyberTipline reports: what NCMEC's service takes and answers, as typed values.
//!
//! The types follow the schema the service publishes (`GET /xsd`), element for element, attribute
//! for attribute; where the documentation and the schema disagree, the schema wins. No namespace.
//!
//! **Identity.** What [`parse`] reads, [`write()`] writes such that reading it again gives an equal
//! value, and what was valid by the schema stays valid. Text keeps its white space, times, dates
//! and degrees keep their spelling; booleans and whole numbers keep their value, not their
//! spelling (`1` becomes `true`). Comments, processing instructions and hints where a schema may
//! be found are not kept: the immutable original is the caller's to keep.
//!
//! **Two steps.** [`parse`] refuses what the types cannot hold: unknown elements, a wrong order,
//! too many, wrong words, malformed XML. [`validate`] names what the types can hold and the service
//! would still refuse: lengths, patterns, bounds, a missing zone, and the rules of the
//! documentation. A document that comes in can thus be taken with its faults named; one that goes
//! out is sent when both are silent.

mod accounts;
mod codes;
mod file;
mod incidents;
mod people;
mod places;
mod problem;
mod report;
mod response;
mod rules;
pub mod sample;
mod shape;
mod table;
mod times;
mod values;
mod wire;
mod xml;

use model::Instant;

pub use accounts::{
    AccountPermanentlyDisabled, AccountTemporarilyDisabled, AssociatedAccount, DeviceId, IntendedRecipient,
    IpCaptureEvent, PersonOrUserReported, Platform, Victim,
};
pub use codes::{
    AddressType, AssociatedAccountType, BatchedReportReason, CaptureEvent, EmailType, FileRelevance,
    IncidentType, IndustryClassification, MetadataType, PhoneType,
};
pub use file::{FileAnnotations, FileDetails, FileHash, FileMarks, FileMetadata, NameValuePair};
pub use incidents::{
    CellPhoneIncident, ChatImIncident, EmailIncident, IncidentSummary, InternetDetails, NewsgroupIncident,
    NonInternetIncident, OnlineGamingIncident, PeerToPeerIncident, ReportAnnotations, WebPageIncident,
};
pub use people::{ContactPerson, Email, Person, Phone};
pub use places::{Address, CountryCode, EstimatedLocation, StateCode};
pub use problem::Problem;
pub use report::{BatchedReport, LawEnforcement, Report, Reporter, ServedLegalProcessInternational};
pub use response::{ReceivedFiles, ReportDoneResponse, ReportResponse, ResponseCode};
pub use times::{Date, DateTime};
pub use values::{Degrees, Token};
pub use xml::MOST_BYTES;

use problem::Findings;
use wire::{Checks, Choice, Writing};

table::choice! {
    /// A document of the service, by its root element.
    #[expect(clippy::large_enum_variant, reason = "documents are handled one at a time")]
    Document {
        Report(Report) = "report", "What happened.";
        FileDetails(FileDetails) = "fileDetails", "What is said about one file.";
        ReportResponse(ReportResponse) = "reportResponse", "An answer.";
        ReportDoneResponse(ReportDoneResponse) = "reportDoneResponse", "The answer to the end of a report.";
    }
}

/// Reads a document. All problems found are named, up to two hundred; malformed XML gives one.
pub fn parse(bytes: &[u8]) -> Result<Document, Vec<Problem>> {
    let root = xml::read(bytes).map_err(|problem| vec![problem])?;
    let mut findings = Findings::default();
    if !Document::NAMES.contains(&root.name.as_str()) {
        findings.at(root.name.clone(), |findings| {
            findings
                .note(root.line, format!("unknown root element; expected {}", Document::NAMES.join(", ")));
        });
        return Err(findings.problems);
    }
    let document = findings.at(root.name.clone(), |findings| Document::read(&root, findings));
    match document {
        Some(document) if findings.problems.is_empty() => Ok(document),
        _ => Err(findings.problems),
    }
}

/// Writes a document: UTF-8 with a declaration, indented by two spaces, in no namespace. A
/// character XML does not allow, which [`validate`] names, becomes U+FFFD.
pub fn write(document: &Document) -> Vec<u8> {
    let mut out = Writing::new();
    document.write(&mut out);
    out.text.push('\n');
    out.text.into_bytes()
}

/// Names what the types can hold and the service would refuse. `now` is what the incident must
/// not lie after.
pub fn validate(document: &Document, now: Instant) -> Vec<Problem> {
    let mut checks = Checks::new(now);
    document.check(&mut checks);
    checks.into_problems()
}

/// Like [`validate`] for a report together with its files: besides each document's own rules those
/// that a batched report and its one file keep together.
pub fn validate_submission(report: &Report, files: &[FileDetails], now: Instant) -> Vec<Problem> {
    rules::submission(report, files, now)
}
