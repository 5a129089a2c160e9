//! The files of a report: hashes, classification and marks in words. Names can be abuse material
//! and stay sealed.

use app_kernel::{Error, Permit, Tx};
use reports::{Attestation, Attestor, Classification, FileHash, FileRelevance, Report, ReportedFile};

use crate::{
    Rules,
    banks::{self, BankKind, Question},
};

/// A file a report speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileView {
    /// Its number in the report, from one.
    pub number: usize,
    /// Whether it has a name; it is sealed.
    pub named: bool,
    /// Its hashes.
    pub hashes: Vec<FileHashView>,
    /// How somebody classified it: taxonomy, code and meaning in words.
    pub classification: Option<String>,
    /// Whether a person viewed it, and who says so; `None` is unknown.
    pub viewed: Option<String>,
    /// Whether a person viewed its EXIF data, and who says so; `None` is unknown.
    pub exif_viewed: Option<String>,
    /// Whether anybody could see it where it was; `None` is unknown.
    pub publicly_available: Option<bool>,
    /// Why it is here, if told.
    pub relevance: Option<&'static str>,
    /// What it was marked with, in words.
    pub annotations: Vec<&'static str>,
    /// The banks that know it.
    pub banks: Vec<String>,
}

/// A hash of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHashView {
    /// The algorithm's name.
    pub algorithm: String,
    /// The value in hexadecimal.
    pub hex: String,
}

pub(super) async fn files(
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    report: &Report,
) -> Result<Vec<FileView>, Error> {
    let mut views = Vec::with_capacity(report.files.len());
    for (index, file) in report.files.iter().enumerate() {
        views.push(FileView {
            number: index + 1,
            named: file.name.is_some(),
            hashes: file.hashes.iter().map(hash).collect(),
            classification: file.classification.as_ref().map(|given| meaning(rules, given)),
            viewed: file.viewed.as_ref().map(attested),
            exif_viewed: file.exif_viewed.as_ref().map(attested),
            publicly_available: file.publicly_available,
            relevance: file.relevance.map(FileRelevance::label),
            annotations: file.annotations.iter().map(|mark| mark.label()).collect(),
            banks: known_to(tx, permit, rules, file).await?,
        });
    }
    Ok(views)
}

fn hash(hash: &FileHash) -> FileHashView {
    let algorithm = hash
        .algorithm
        .parse::<matching::Algorithm>()
        .map_or_else(|_| hash.algorithm.clone(), |known| known.label().to_owned());
    FileHashView { algorithm, hex: hash.hex.clone() }
}

fn meaning(rules: &Rules, given: &Classification) -> String {
    let taxonomy = rules.taxonomies.iter().find(|taxonomy| taxonomy.id == given.taxonomy);
    let name = taxonomy.map_or(given.taxonomy.as_str(), |taxonomy| taxonomy.name.as_str());
    match rules.taxonomies.meaning(given) {
        Ok(code) => format!("{} ({name}): {}", given.code, code.meaning),
        Err(_) => format!("{} ({name}): not a code that is known here", given.code),
    }
}

fn attested(given: &Attestation) -> String {
    let viewed = if given.viewed { "viewed by a person" } else { "not viewed by a person" };
    match &given.by {
        Attestor::Tool(name) => format!("{viewed}, says {name}"),
        Attestor::Person(_) => format!("{viewed}, says a person of this house"),
        Attestor::ReportingParty => format!("{viewed}, says whoever reported"),
    }
}

/// The banks that know the file, by name; those held back say so.
async fn known_to(
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    file: &ReportedFile,
) -> Result<Vec<String>, Error> {
    if !tx.house().profile.has("hashes") {
        return Ok(Vec::new());
    }
    let questions: Vec<_> = file
        .hashes
        .iter()
        .filter_map(|hash| {
            let algorithm = hash.algorithm.parse::<matching::Algorithm>().ok()?;
            let parsed = matching::FileHash::parse(algorithm, &hash.hex).ok()?;
            Some(Question { algorithm: algorithm.as_str().to_owned(), digest: parsed.bytes().to_vec() })
        })
        .collect();
    let index = rules.banks.current(tx, permit).await?;
    let mut known = Vec::new();
    for hit in banks::find(tx, permit, &index, &questions, None).await?.into_iter().flatten() {
        let words = match &hit.held_back {
            None if hit.kind == BankKind::Intimate => {
                format!("{} (intimate images of adults)", hit.bank_name)
            }
            None => hit.bank_name,
            Some(held) => {
                format!("{} (does not count: “{}” says it must not match)", hit.bank_name, held.bank_name)
            }
        };
        if !known.contains(&words) {
            known.push(words);
        }
    }
    known.sort();
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classification_is_said_with_its_taxonomy() {
        let rules = Rules::shipped().unwrap();
        let given = |code: &str| Classification { taxonomy: "industry".to_owned(), code: code.to_owned() };
        let words = meaning(&rules, &given("A1"));
        assert!(words.starts_with("A1 (") && !words.contains("not a code"), "{words}");
        assert!(meaning(&rules, &given("Z9")).contains("not a code that is known here"));
    }

    #[test]
    fn an_attestation_says_who_said_it() {
        let by = |by| attested(&Attestation { viewed: false, by, at: None });
        assert_eq!(by(Attestor::ReportingParty), "not viewed by a person, says whoever reported");
        assert!(!by(Attestor::Person("Synthetic Name".to_owned())).contains("Synthetic"));
    }
}
