//! The files a report speaks of: names, hashes and what was said about them, never bytes.

use std::{collections::BTreeSet, fmt};

use model::Instant;
use serde::{Deserialize, Serialize};

use crate::Classification;

words! {
    /// What somebody marked a file with. The first ten are NCMEC's; a mark that is absent was not made,
    /// which is not the same as its opposite.
    pub enum FileAnnotation: "a mark on a file" {
        /// Drawn, animated or rendered.
        AnimeDrawing = "anime_drawing", "drawing or animation";
        /// Shared as a joke or in outrage, it seems.
        PotentialMeme = "potential_meme", "possibly a meme";
        /// Spreading fast among many accounts.
        Viral = "viral", "viral";
        /// Made by the child alone, it seems; the child may have been extorted or directed.
        PossibleSelfProduction = "possible_self_production", "possibly made by the child";
        /// Bodily harm.
        PhysicalHarm = "physical_harm", "physical harm";
        /// Violence or gore.
        ViolenceGore = "violence_gore", "violence or gore";
        /// An animal is involved.
        Bestiality = "bestiality", "an animal is involved";
        /// Recorded from, or part of, a live stream.
        LiveStreaming = "live_streaming", "live stream";
        /// The child is an infant.
        Infant = "infant", "infant";
        /// Made or altered by a generative model.
        GenerativeAi = "generative_ai", "made by a generative model";
        /// Appears to be made in a home with children who live there (hotline's mark, not NCMEC's).
        HomeMade = "home_made", "appears home-made";
    }
}

words! {
    /// Why a file is in the report.
    pub enum FileRelevance: "a relevance of a file" {
        /// The report is about it.
        Reported = "reported", "reported";
        /// It adds to what the report is about.
        Supplemental = "supplemental", "supplemental";
    }
}

/// One hash of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileHash {
    /// The algorithm's word, such as `md5`, `sha1`, `sha256` or `pdq`.
    pub algorithm: String,
    /// The value in hexadecimal.
    pub hex: String,
}

/// Who or what says so.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Attestor {
    /// The tool in which a person viewed it, named with its version.
    Tool(String),
    /// A person, by name or number.
    Person(String),
    /// Whoever sent the report; the report itself says it.
    ReportingParty,
}

impl fmt::Debug for Attestor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tool(name) => write!(f, "Tool({name})"),
            Self::Person(_) => f.write_str("Person(…)"),
            Self::ReportingParty => f.write_str("ReportingParty"),
        }
    }
}

/// A statement that a person did or did not view something. Made by the one who knows, never by a constant;
/// where there is none, it is unknown, and what is unknown is left out of whatever is sent on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Whether a person viewed it.
    pub viewed: bool,
    /// Who says so.
    pub by: Attestor,
    /// When it was viewed or stated, if that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
}

/// A file in a report.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReportedFile {
    /// Its name as given. Names can be abuse material: sensitive text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its hashes as given or made.
    pub hashes: Vec<FileHash>,
    /// Whether a person viewed it; `None` is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub viewed: Option<Attestation>,
    /// Whether a person viewed its EXIF data; `None` is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exif_viewed: Option<Attestation>,
    /// Whether anybody could see it where it was; `None` is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publicly_available: Option<bool>,
    /// Why it is here, if told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relevance: Option<FileRelevance>,
    /// How somebody classified it, with the taxonomy used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// What it was marked with.
    pub annotations: BTreeSet<FileAnnotation>,
}

impl ReportedFile {
    /// What may be said about viewing: `Some` only where somebody attested it.
    pub fn viewed_by_a_person(&self) -> Option<bool> {
        self.viewed.as_ref().map(|attestation| attestation.viewed)
    }

    /// What may be said about viewing the EXIF data. The EXIF data of a file nobody is known to have viewed counts as
    /// unknown: an outside schema allows the one only with the other.
    pub fn exif_viewed_by_a_person(&self) -> Option<bool> {
        let exif = self.exif_viewed.as_ref()?.viewed;
        (!exif || self.viewed_by_a_person() == Some(true)).then_some(exif)
    }
}

impl fmt::Debug for ReportedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportedFile")
            .field("hashes", &self.hashes.len())
            .field("viewed", &self.viewed)
            .field("classification", &self.classification)
            .field("annotations", &self.annotations)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attested(viewed: bool) -> Attestation {
        Attestation { viewed, by: Attestor::Tool("Synthetic Viewer 1".to_owned()), at: None }
    }

    #[test]
    fn what_nobody_attested_is_unknown_and_left_out() {
        let file = ReportedFile::default();
        assert_eq!(file.viewed_by_a_person(), None);
        let json = serde_json::to_string(&file).unwrap();
        assert!(!json.contains("viewed") && !json.contains("publicly"), "{json}");
    }

    #[test]
    fn exif_is_viewed_only_where_the_file_is() {
        let mut file = ReportedFile { exif_viewed: Some(attested(true)), ..Default::default() };
        assert_eq!(file.exif_viewed_by_a_person(), None);
        file.viewed = Some(attested(false));
        assert_eq!(file.exif_viewed_by_a_person(), None);
        file.viewed = Some(attested(true));
        assert_eq!(file.exif_viewed_by_a_person(), Some(true));
        file.exif_viewed = Some(attested(false));
        assert_eq!(file.exif_viewed_by_a_person(), Some(false));
    }
}
