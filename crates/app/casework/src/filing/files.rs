//! What is said about the files of a report: hashes, marks, and whether a person viewed them, if
//! somebody attested that. Never a name, never bytes.
//!
//! The receiver gives a report and its files their numbers only when it takes them. Until then the
//! report has the number 0 and each file its place in the filing; whoever uploads puts in what the
//! receiver returned.

use formats::cybertip::{
    self, Document, FileAnnotations, FileDetails, FileHash, FileMarks, FileRelevance, IndustryClassification,
    Token,
};
use reports::{Attestation, Attestor, FileAnnotation, ReportedFile};

use super::sources::Source;

/// A document that goes with a filing.
#[derive(Clone, PartialEq, Eq)]
pub struct FiledDocument {
    /// The name of its file, such as `file-1.xml`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The details of every file of these reports, and a line about each for whoever gets the report
/// without the files.
pub(crate) fn of(sources: &[Source], left_out: &mut Vec<String>) -> (Vec<FileDetails>, Vec<String>) {
    let mut all = Vec::new();
    let mut lines = Vec::new();
    for source in sources {
        for (nth, file) in source.content.files.iter().enumerate() {
            let place = all.len() + 1;
            let about = format!("{}: file {}", source.number, nth + 1);
            if file.name.is_some() {
                left_out.push(format!("{about}: its name is sensitive text and stays in the house."));
            }
            if file.viewed.is_none() {
                left_out.push(format!(
                    "{about}: nobody attested whether a person viewed it, so that is left out."
                ));
            }
            let typed = source
                .typed_files
                .get(nth)
                .filter(|_| source.typed_files.len() == source.content.files.len());
            all.push(details(file, typed, place));
            lines.push(line(file, place));
        }
    }
    (all, lines)
}

/// The documents, once the receiver's number for the report is known with that number.
pub(crate) fn documents(files: &[FileDetails], report: Option<i64>) -> Vec<FiledDocument> {
    let document = |(nth, file): (usize, &FileDetails)| {
        let file = FileDetails { report_id: report.unwrap_or(file.report_id), ..file.clone() };
        FiledDocument {
            name: format!("file-{}.xml", nth + 1),
            bytes: cybertip::write(&Document::FileDetails(file)),
        }
    };
    files.iter().enumerate().map(document).collect()
}

/// The details of a file: of those that came with it, what is neither a name nor a note; what may
/// be said about viewing only from an attestation.
fn details(file: &ReportedFile, typed: Option<&FileDetails>, place: usize) -> FileDetails {
    let hash = |hash: &reports::FileHash| FileHash::new(hash.hex.clone(), hash_type(&hash.algorithm));
    let relevance = file.relevance.map(|relevance| match relevance {
        reports::FileRelevance::Reported => FileRelevance::Reported,
        reports::FileRelevance::Supplemental => FileRelevance::Supplemental,
    });
    let made = FileDetails::new(0, Token::new(&format!("file-{place}")));
    let kept = typed.map_or_else(
        || made.clone(),
        |typed| FileDetails {
            uploaded_to_esp_timestamp: typed.uploaded_to_esp_timestamp.clone(),
            location_of_file: typed.location_of_file.clone(),
            ip_capture_event: typed.ip_capture_event.clone(),
            device_id: typed.device_id.clone(),
            ..made.clone()
        },
    );
    FileDetails {
        file_viewed_by_esp: file.viewed_by_a_person(),
        exif_viewed_by_esp: file.exif_viewed_by_a_person(),
        publicly_available: file.publicly_available,
        file_relevance: relevance,
        marks: marks(file),
        industry_classification: classification(file),
        original_file_hash: file.hashes.iter().map(hash).collect(),
        additional_info: file.viewed.iter().map(who_says).collect(),
        ..kept
    }
}

/// Whether a person viewed it is only as good as whoever says so.
fn who_says(viewed: &Attestation) -> String {
    let by = match &viewed.by {
        Attestor::Tool(name) => format!("the tool {name}, in which it was opened"),
        Attestor::Person(_) => "a person of the reporting organisation".to_owned(),
        Attestor::ReportingParty => "whoever first reported it".to_owned(),
    };
    format!("Whether a person viewed it is attested by {by}.")
}

fn marks(file: &ReportedFile) -> Option<FileMarks> {
    let has = |mark| file.annotations.contains(&mark);
    let marks = FileAnnotations {
        anime_drawing_virtual_hentai: has(FileAnnotation::AnimeDrawing),
        potential_meme: has(FileAnnotation::PotentialMeme),
        viral: has(FileAnnotation::Viral),
        possible_self_production: has(FileAnnotation::PossibleSelfProduction),
        physical_harm: has(FileAnnotation::PhysicalHarm),
        violence_gore: has(FileAnnotation::ViolenceGore),
        bestiality: has(FileAnnotation::Bestiality),
        live_streaming: has(FileAnnotation::LiveStreaming),
        infant: has(FileAnnotation::Infant),
        generative_ai: has(FileAnnotation::GenerativeAi),
    };
    (marks != FileAnnotations::default()).then_some(FileMarks::Annotations(marks))
}

/// The schema takes the industry's classification and no other.
fn classification(file: &ReportedFile) -> Option<IndustryClassification> {
    let found = file.classification.as_ref().filter(|found| found.taxonomy == "industry")?;
    IndustryClassification::ALL.iter().copied().find(|class| class.as_str() == found.code)
}

/// Spelled as the schema's documentation spells them.
fn hash_type(algorithm: &str) -> String {
    algorithm.to_uppercase()
}

fn line(file: &ReportedFile, place: usize) -> String {
    let mut parts: Vec<String> =
        file.hashes.iter().map(|hash| format!("{} {}", hash_type(&hash.algorithm), hash.hex)).collect();
    if let Some(found) = &file.classification {
        parts.push(format!("classified {} ({})", found.code, found.taxonomy));
    }
    if let Some(viewed) = file.viewed_by_a_person() {
        parts.push(if viewed { "viewed by a person" } else { "not viewed by a person" }.to_owned());
    }
    if parts.is_empty() {
        parts.push("nothing more is known of it".to_owned());
    }
    format!("File {place}: {}.", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use model::Instant;
    use reports::{Channel, Report};

    use super::*;

    fn source(files: Vec<ReportedFile>) -> Source {
        let at = Instant::from_micros(0);
        let content = Report { files, ..Report::new(reports::Source::Platform, Channel::Api, at) };
        Source::new("R-2026-00001".to_owned(), content, Vec::new())
    }

    fn attested(viewed: bool) -> Attestation {
        Attestation { viewed, by: Attestor::Tool("Synthetic Viewer 1".to_owned()), at: None }
    }

    #[test]
    fn what_nobody_attested_is_in_no_document() {
        let unknown = ReportedFile { name: Some("synthetic-name".to_owned()), ..Default::default() };
        let mut left_out = Vec::new();
        let (files, lines) = of(&[source(vec![unknown])], &mut left_out);
        let xml = String::from_utf8(documents(&files, None)[0].bytes.clone()).unwrap();
        assert!(!xml.contains("iewed") && !xml.contains("synthetic-name"), "{xml}");
        assert!(!lines[0].contains("viewed"), "{}", lines[0]);
        assert_eq!(left_out.len(), 2);
    }

    #[test]
    fn what_was_attested_stands_as_attested() {
        for viewed in [true, false] {
            let file = ReportedFile {
                viewed: Some(attested(viewed)),
                exif_viewed: Some(attested(viewed)),
                ..Default::default()
            };
            let (files, _) = of(&[source(vec![file])], &mut Vec::new());
            assert_eq!(files[0].file_viewed_by_esp, Some(viewed));
            assert_eq!(files[0].exif_viewed_by_esp, Some(viewed));
            let document = &documents(&files, Some(77))[0];
            let xml = String::from_utf8(document.bytes.clone()).unwrap();
            assert!(xml.contains(&format!("<fileViewedByEsp>{viewed}</fileViewedByEsp>")), "{xml}");
            assert!(xml.contains("<reportId>77</reportId>") && document.name == "file-1.xml");
            assert!(
                cybertip::validate(&Document::FileDetails(files[0].clone()), Instant::from_micros(0))
                    .is_empty()
            );
        }
    }
}
