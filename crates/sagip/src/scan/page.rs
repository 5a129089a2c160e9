//! The page of a scan: what was found, by list and category, what was not read and what was left out.
//!
//! One file that needs no other: no script, no address, no picture, and a policy in it that forbids
//! them. File names may be abuse material in words: they are there only when somebody opens them, and
//! what could turn a name into something else (markup, characters that turn the direction of writing)
//! is written so that it is seen.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Context;
use model::Instant;

use super::{
    line::{At, Counts, File, Line, Scan},
    tables::{Row, each, summary},
};
use crate::known::LEAST_QUALITY;

/// Names shown of each kind; the record has all.
const MOST_NAMES: usize = 1000;

const STYLE: &str = include_str!("page.css");

/// How long the last stretch of the scan took, what was counted before it, and when it ended.
pub(super) struct Pace {
    pub(super) before: Counts,
    pub(super) seconds: f64,
    pub(super) ended: Instant,
}

/// What the page is made of.
#[derive(Default)]
struct Gathered {
    scan: Option<Scan>,
    counts: Counts,
    matched: Vec<File>,
    not_read: Vec<(At, String)>,
    reasons: BTreeMap<String, u64>,
    second_names: u64,
    low_quality: u64,
    broken_pictures: u64,
    broken_videos: u64,
}

impl Gathered {
    fn take(&mut self, line: Line) {
        match line {
            Line::Scan(scan) => self.scan = Some(scan),
            Line::File(file) => {
                self.second_names += u64::from(file.same_as.is_some());
                self.low_quality += u64::from(file.quality.is_some_and(|quality| quality < LEAST_QUALITY));
                self.broken_pictures += u64::from(file.picture_problem.is_some());
                self.broken_videos += u64::from(file.video_problem.is_some());
                if !file.matches.is_empty() && self.matched.len() < MOST_NAMES {
                    self.matched.push(*file);
                }
            }
            Line::NotRead { at, reason } => {
                // Of reasons that name a place only the kind counts.
                let kind = if reason.starts_with("after ") {
                    "it broke off while it was read".to_owned()
                } else {
                    reason.clone()
                };
                if self.reasons.len() < MOST_NAMES || self.reasons.contains_key(&kind) {
                    *self.reasons.entry(kind).or_default() += 1;
                }
                if self.not_read.len() < MOST_NAMES {
                    self.not_read.push((at, reason));
                }
            }
            Line::Done { counts } => self.counts = counts,
            Line::Reached { .. } => {}
        }
    }
}

/// Writes the page of a record that is done.
pub(super) fn write(record: &Path, page: &Path, pace: &Pace) -> anyhow::Result<()> {
    let mut gathered = Gathered::default();
    each(record, |line| {
        gathered.take(line);
        Ok(())
    })?;
    let text = made(&gathered, &summary(record)?, record, pace);
    std::fs::write(page, text).with_context(|| page.display().to_string())
}

fn made(gathered: &Gathered, rows: &[Row], record: &Path, pace: &Pace) -> String {
    let mut html = Html::default();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n");
    html.raw("<title>What a scan found</title>\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n<main>\n<h1>What a scan found</h1>\n");
    heading(&mut html, gathered, record, pace);
    figures(&mut html, gathered.counts);
    matches(&mut html, gathered, rows);
    not_read(&mut html, gathered);
    left_out(&mut html, gathered);
    lists(&mut html, gathered);
    html.raw("</main>\n</html>\n");
    html.0
}

fn heading(html: &mut Html, gathered: &Gathered, record: &Path, pace: &Pace) {
    let counts = gathered.counts;
    let seconds = pace.seconds.max(0.001);
    let files = counts.files.saturating_sub(pace.before.files);
    let bytes = counts.bytes.saturating_sub(pace.before.bytes);
    html.raw("<p class=\"quiet\">Ended ").text(&pace.ended.to_string()).raw(". ");
    html.text(&format!(
        "{:.0} files and {:.1} MB a second over {seconds:.1} s",
        files as f64 / seconds,
        bytes as f64 / 1e6 / seconds
    ));
    html.raw(if pace.before == Counts::default() { ".</p>\n" } else { ", since it last went on.</p>\n" });
    html.raw("<p>Every line behind these figures is in the record <span class=\"mono\">");
    html.text(&record.to_string_lossy()).raw("</span>. A match is a reason for a person to look, under the law that governs it, and never a finding by itself.</p>\n");
}

fn figures(html: &mut Html, counts: Counts) {
    html.raw("<ul class=\"figures\">\n");
    for (count, what) in [
        (counts.matched, "match"),
        (counts.not_read, "not read"),
        (counts.files, "files"),
        (counts.entries, "entries of archives"),
        (counts.pictures, "pictures hashed"),
        (counts.videos, "videos looked through"),
        (counts.bytes, "bytes"),
    ] {
        html.raw("<li><b>").text(&grouped(count)).raw("</b> ").raw(what).raw("</li>\n");
    }
    html.raw("</ul>\n");
}

fn matches(html: &mut Html, gathered: &Gathered, rows: &[Row]) {
    html.raw("<h2>Matches by list and category</h2>\n");
    if rows.is_empty() {
        html.raw("<p>Nothing that was read is on the lists.</p>\n");
        return;
    }
    html.raw("<table><thead><tr><th>List<th>Category, in the list’s own terms<th>Taxonomy<th class=\"number\">Files</tr></thead><tbody>\n");
    for row in rows {
        html.raw("<tr>").cell("List", &row.list);
        html.cell("Category", row.classification.as_deref().unwrap_or("none given"));
        html.cell("Taxonomy", row.taxonomy.as_deref().unwrap_or("none named"));
        html.raw("<td class=\"number\" data-is=\"Files\">").text(&grouped(row.files)).raw("</tr>\n");
    }
    html.raw("</tbody></table>\n<p class=\"quiet\">A file that is under several categories counts in each. The same letter means different things in different taxonomies.</p>\n");
    names(html, "which match", gathered.counts.matched, gathered.matched.len());
    html.raw("<table><thead><tr><th>File<th>SHA-256<th>Matches by</tr></thead><tbody>\n");
    for file in &gathered.matched {
        html.raw("<tr>").place(&file.at);
        let sha256 = file.hashes.as_ref().map(|hashes| hashes.sha256.as_str()).unwrap_or_default();
        html.raw("<td class=\"mono\" data-is=\"SHA-256\">").text(sha256);
        html.raw("<td data-is=\"Matches by\">");
        for found in &file.matches {
            html.text(&found.by);
            if found.by == "pdq" {
                html.text(&format!(", {} bits apart", found.distance));
            }
            if let Some(milliseconds) = found.milliseconds {
                html.text(&format!(", at {}.{:03} s", milliseconds / 1000, milliseconds % 1000));
            }
            if let Some(percent) = found.percent {
                html.text(&format!(", {percent} % in common"));
            }
            html.raw(": ").text(&found.words()).raw("<br>");
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table>\n</details>\n");
}

fn not_read(html: &mut Html, gathered: &Gathered) {
    html.raw("<h2>Not read</h2>\n");
    if gathered.not_read.is_empty() {
        html.raw("<p>Everything that was found was read.</p>\n");
        return;
    }
    html.raw("<table><thead><tr><th>Reason<th class=\"number\">How many</tr></thead><tbody>\n");
    let mut reasons: Vec<_> = gathered.reasons.iter().collect();
    reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(**count), reason.as_str()));
    for (reason, count) in reasons {
        html.raw("<tr>").cell("Reason", reason);
        html.raw("<td class=\"number\" data-is=\"How many\">").text(&grouped(*count)).raw("</tr>\n");
    }
    html.raw("</tbody></table>\n");
    names(html, "which were not read", gathered.counts.not_read, gathered.not_read.len());
    html.raw("<table><thead><tr><th>File<th>Reason</tr></thead><tbody>\n");
    for (at, reason) in &gathered.not_read {
        html.raw("<tr>").place(at).cell("Reason", reason).raw("</tr>\n");
    }
    html.raw("</tbody></table>\n</details>\n");
}

fn left_out(html: &mut Html, gathered: &Gathered) {
    html.raw("<h2>Left out, and why</h2>\n<ul>\n");
    let mut said = |words: &str| {
        html.raw("<li>").text(words).raw("</li>\n");
    };
    if let Some(scan) = &gathered.scan {
        if !scan.archives {
            said("Archives were hashed as files; what is in them was not looked at (--archives).");
        }
        if !scan.videos {
            said("Videos were hashed as files; their frames were not looked for (--videos).");
        }
        if !scan.any_orientation {
            said("Pictures were looked for as they are, not turned or mirrored (--any-orientation).");
        }
        if scan.matches_only {
            said(
                "The record has lines only of what matches or was not read (--matches-only): what follows here counts no others.",
            );
        }
    }
    let counted = [
        (gathered.second_names, "second names of files that were read under another"),
        (
            gathered.low_quality,
            "pictures with too little in them to be looked for (quality below 50); their bytes were",
        ),
        (
            gathered.broken_pictures,
            "files that begin as a picture and could not be decoded; their bytes were looked for",
        ),
        (
            gathered.broken_videos,
            "videos that could not be decoded, or not to their end; their bytes were looked for",
        ),
    ];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        said(&format!("{} {what}.", grouped(count)));
    }
    html.raw("</ul>\n");
}

fn lists(html: &mut Html, gathered: &Gathered) {
    let Some(scan) = &gathered.scan else { return };
    html.raw("<h2>What was scanned, and against what</h2>\n<p>");
    html.text(&format!("Pictures by PDQ, profile {}, within {} bits. ", scan.profile, scan.distance));
    html.raw(if scan.roots.len() == 1 { "Folder:" } else { "Folders:" });
    for root in &scan.roots {
        html.raw("<br><bdi class=\"mono\">").text(root).raw("</bdi>");
    }
    html.raw("</p>\n");
    if scan.lists.is_empty() {
        html.raw("<p>No list was given: nothing could match.</p>\n");
        return;
    }
    html.raw("<table><thead><tr><th>List<th>SHA-256<th class=\"number\">Hashes<th class=\"number\">Refused</tr></thead><tbody>\n");
    for list in &scan.lists {
        html.raw("<tr>").cell("List", &list.name);
        html.raw("<td class=\"mono\" data-is=\"SHA-256\">").text(&list.sha256);
        html.raw("<td class=\"number\" data-is=\"Hashes\">").text(&grouped(list.entries));
        html.raw("<td class=\"number\" data-is=\"Refused\">").text(&grouped(list.refused)).raw("</tr>\n");
    }
    html.raw("</tbody></table>\n");
}

/// Begins what is shown only when it is opened.
fn names(html: &mut Html, which: &str, all: u64, shown: usize) {
    html.raw("<details><summary>Names of the files ").raw(which);
    if all > shown as u64 {
        html.text(&format!(" (the first {} of {})", grouped(shown as u64), grouped(all)));
    }
    html.raw("; they may be disturbing to read</summary>\n");
}

/// A number in groups of three, parted by spaces that do not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A page being written. Whatever comes from outside goes through [`Html::text`].
#[derive(Default)]
struct Html(String);

impl Html {
    /// Markup of our own.
    fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text that is only text.
    fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Characters that are not seen or that turn the direction of others show as their number.
                letter if letter.is_control() || unseen(letter) => {
                    let _ = write!(self.0, "⟨U+{:04X}⟩", u32::from(letter));
                }
                letter => self.0.push(letter),
            }
        }
        self
    }

    fn cell(&mut self, heading: &str, text: &str) -> &mut Self {
        self.raw("<td data-is=\"").raw(heading).raw("\"><bdi>").text(text).raw("</bdi>")
    }

    fn place(&mut self, at: &At) -> &mut Self {
        self.raw("<td class=\"mono\" data-is=\"File\"><bdi>").text(&at.path).raw("</bdi>")
    }
}

fn unseen(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::known::Match;

    fn page(name: &str) -> String {
        let mut gathered = Gathered::default();
        let at = || At::new(0, Path::new(name));
        let found = Match {
            list: name.to_owned(),
            by: "pdq".to_owned(),
            hash: name.to_owned(),
            distance: 3,
            milliseconds: Some(1500),
            percent: None,
            classification: Some(name.to_owned()),
            taxonomy: Some(name.to_owned()),
        };
        gathered.take(Line::File(Box::new(File { matches: vec![found], ..File::at(at()) })));
        gathered.take(Line::NotRead { at: at(), reason: name.to_owned() });
        gathered.counts = Counts { files: 1_234_567, matched: 1, not_read: 1, ..Counts::default() };
        let row =
            Row { list: name.to_owned(), classification: Some(name.to_owned()), taxonomy: None, files: 1 };
        let pace = Pace { before: Counts::default(), seconds: 2.0, ended: Instant::from_micros(0) };
        made(&gathered, &[row], Path::new(name), &pace)
    }

    #[test]
    fn it_says_what_was_found_and_needs_nothing_from_outside() {
        let page = page("synthetic & <b>.jpg");
        assert!(page.contains("1\u{202f}234\u{202f}567</b> files"), "{page}");
        assert!(page.contains("synthetic &amp; &lt;b&gt;.jpg"), "{page}");
        assert!(page.contains("3 bits apart, at 1.500 s"), "{page}");
        assert!(page.contains("617284 files"), "the rate: {page}");
        for outside in ["<script", "<img", "<link", "src=", "url(", "http:", "https:", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    proptest! {
        #[test]
        fn no_name_becomes_markup(name in "[a<>\"'&/=\\PC\u{202e}\n\u{1b}]{0,30}") {
            let tags = |page: &str| page.matches('<').count();
            prop_assert_eq!(tags(&page(&name)), tags(&page("synthetic")), "{}", page(&name));
            let quotes = |page: &str| page.matches('"').count();
            prop_assert_eq!(quotes(&page(&name)), quotes(&page("synthetic")));
            let hidden = page(&name).contains(['\u{202e}', '\u{1b}']);
            prop_assert!(!hidden, "a character that is not seen");
        }
    }
}
