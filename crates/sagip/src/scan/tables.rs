//! What is made of a record when the scan is done: a table of the files, a media set of those that
//! match, and how many they are by list and classification.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    io::{BufRead, BufReader, BufWriter},
    path::Path,
};

use anyhow::Context;
use formats::{
    hashlist::{Algorithm, Hash},
    vics::{Category, Contents, DataModel, FileNames, Media, MediaSetWriter, Version},
};
use serde::Serialize;

use super::line::{At, Line};
use crate::known::{Match, said};

/// Files that match under one classification of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    pub(super) list: String,
    pub(super) classification: Option<String>,
    pub(super) taxonomy: Option<String>,
    pub(super) files: u64,
}

impl Row {
    /// The row's heading in words; a classification never without whose it is.
    pub(super) fn words(&self) -> String {
        said(&self.list, self.classification.as_deref(), self.taxonomy.as_deref())
    }
}

/// How many files match, by list and classification.
pub(super) fn summary(record: &Path) -> anyhow::Result<Vec<Row>> {
    let mut rows: BTreeMap<(String, Option<String>, Option<String>), u64> = BTreeMap::new();
    each(record, |line| {
        if let Line::File(file) = line {
            let mut said: Vec<_> =
                file.matches.into_iter().map(|m| (m.list, m.classification, m.taxonomy)).collect();
            said.sort();
            said.dedup();
            for key in said {
                *rows.entry(key).or_default() += 1;
            }
        }
        Ok(())
    })?;
    let row = |((list, classification, taxonomy), files)| Row { list, classification, taxonomy, files };
    Ok(rows.into_iter().map(row).collect())
}

/// Writes a record's files as a table, a row for each match and one for each file without.
pub(super) fn write_csv(record: &Path, csv: &Path) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_path(csv).with_context(|| csv.display().to_string())?;
    table.write_record([
        "root",
        "path",
        "path_bytes",
        "archive_sha256",
        "size",
        "md5",
        "sha1",
        "sha256",
        "pdq",
        "quality",
        "same_as",
        "not_read",
        "list",
        "by",
        "matched_hash",
        "distance",
        "milliseconds",
        "percent",
        "classification",
        "taxonomy",
    ])?;
    each(record, |line| {
        match line {
            Line::File(file) => {
                let (root, size) = (file.at.root.to_string(), file.size.to_string());
                let quality = file.quality.map(|quality| quality.to_string()).unwrap_or_default();
                let hashes = file.hashes.as_ref();
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                let start = [
                    root,
                    plain(&file.at.path),
                    text(&file.at.path_bytes),
                    archive(&file.at),
                    size,
                    hashes.map(|h| h.md5.clone()).unwrap_or_default(),
                    hashes.map(|h| h.sha1.clone()).unwrap_or_default(),
                    hashes.map(|h| h.sha256.clone()).unwrap_or_default(),
                    text(&file.pdq),
                    quality,
                    file.same_as.as_deref().map(plain).unwrap_or_default(),
                    file.picture_problem
                        .as_ref()
                        .or(file.video_problem.as_ref())
                        .map(|p| plain(p))
                        .unwrap_or_default(),
                ];
                if file.matches.is_empty() {
                    table.write_record(start.iter().map(String::as_str).chain([""; 8]))?;
                }
                for found in &file.matches {
                    let end = [
                        plain(&found.list),
                        found.by.clone(),
                        found.hash.clone(),
                        found.distance.to_string(),
                        found.milliseconds.map(|at| at.to_string()).unwrap_or_default(),
                        found.percent.map(|percent| percent.to_string()).unwrap_or_default(),
                        found.classification.as_deref().map(plain).unwrap_or_default(),
                        found.taxonomy.as_deref().map(plain).unwrap_or_default(),
                    ];
                    table.write_record(start.iter().chain(&end))?;
                }
            }
            Line::NotRead { at, reason } => {
                let (root, bytes, archive) =
                    (at.root.to_string(), at.path_bytes.clone().unwrap_or_default(), archive(&at));
                let mut row = [""; 20];
                let (path, reason) = (plain(&at.path), plain(&reason));
                for (cell, text) in row.iter_mut().zip([root.as_str(), &path, &bytes, &archive]) {
                    *cell = text;
                }
                if let Some(cell) = row.get_mut(11) {
                    *cell = &reason;
                }
                table.write_record(row)?;
            }
            Line::Scan(_) | Line::Reached { .. } | Line::Done { .. } => {}
        }
        Ok(())
    })?;
    table.flush()?;
    Ok(())
}

/// Writes the files of a record that match as a VICS media set, each content once. A category is
/// written only where a list gave it under that very numbering and no other list gave another.
pub(super) fn write_vics(record: &Path, vics: &Path, numbering: Option<&str>) -> anyhow::Result<()> {
    let model = DataModel {
        version: Version::V2_0,
        numbering: numbering.map(str::to_owned),
        contents: Contents::Media,
    };
    let file = File::create(vics).with_context(|| vics.display().to_string())?;
    let mut set = MediaSetWriter::begin(BufWriter::new(file), &model, FileNames::LeftOut)?;
    let mut written = HashSet::new();
    each(record, |line| {
        let Line::File(file) = line else { return Ok(()) };
        let Some(hashes) = file.hashes.as_ref().filter(|_| !file.matches.is_empty()) else { return Ok(()) };
        let Ok(Hash::Md5(md5)) = Hash::parse(&hashes.md5, Algorithm::Md5) else { return Ok(()) };
        if !written.insert(md5) {
            return Ok(());
        }
        let sha1 = match Hash::parse(&hashes.sha1, Algorithm::Sha1) {
            Ok(Hash::Sha1(sha1)) => Some(sha1),
            _ => None,
        };
        let others = [(Some(&hashes.sha256), Algorithm::Sha256), (file.pdq.as_ref(), Algorithm::Pdq)];
        set.add(&Media {
            category: category(&file.matches, &model),
            md5: Some(md5),
            sha1,
            other_hashes: others
                .into_iter()
                .filter_map(|(text, algorithm)| Hash::parse(text?, algorithm).ok())
                .collect(),
            size: Some(file.size),
            ..Media::default()
        })?;
        Ok(())
    })?;
    set.finish()?;
    Ok(())
}

/// The category all lists that categorise under the model agree on.
fn category(matches: &[Match], model: &DataModel) -> Option<Category> {
    let taxonomy = model.taxonomy();
    let mut codes = matches
        .iter()
        .filter(|found| model.numbering.is_some() && found.taxonomy.as_ref() == Some(&taxonomy))
        .filter_map(|found| found.classification.as_deref());
    let first = codes.next()?;
    let number = first.parse().ok()?;
    codes.all(|code| code == first).then(|| Category::new(number, model.clone()))
}

/// The archive something is in, by its hash.
fn archive(at: &At) -> String {
    at.archive.as_ref().map(|archive| archive.hashes.sha256.clone()).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// Tells of each line of a record.
pub(super) fn each(record: &Path, mut take: impl FnMut(Line) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let file = File::open(record).with_context(|| record.display().to_string())?;
    for text in BufReader::with_capacity(256 * 1024, file).lines() {
        take(serde_json::from_str(&text?)?)?;
    }
    Ok(())
}
