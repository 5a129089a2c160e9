//! What the tests of the CyberTipline format share.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
};

use formats::cybertip::{Document, sample};
use model::{Entropy, Instant};

/// SplitMix64: the same seed, the same bytes.
pub(super) struct Seeded(AtomicU64);

impl Seeded {
    pub(super) const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub(super) fn next(&self) -> u64 {
        let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

pub(super) fn now() -> Instant {
    Instant::parse("2026-11-21T00:00:00Z").unwrap()
}

pub(super) fn samples(seed: u64, count: usize) -> Vec<(String, Document)> {
    sample::documents(&Seeded::new(seed), count, now()).collect()
}

/// The service's schema, where the conformance data is at hand.
pub(super) fn schema() -> Option<PathBuf> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance"),
        PathBuf::from,
    );
    let schema = folder.join("cybertipline/cyber_tipline.xsd");
    if schema.exists() {
        return Some(schema);
    }
    assert!(std::env::var_os("CI").is_none(), "no conformance data: {}", schema.display());
    println!("SKIPPED (no conformance data): {}", schema.display());
    None
}

/// Which of the texts, by their place, `xmllint` finds valid.
pub(super) fn valid_by_schema(schema: &Path, texts: &[Vec<u8>]) -> BTreeSet<usize> {
    let folder = tempfile::tempdir().unwrap();
    let mut valid = BTreeSet::new();
    for (block, texts) in texts.chunks(200).enumerate() {
        let mut lint = Command::new("xmllint");
        lint.args(["--noout", "--nonet", "--schema"]).arg(schema).current_dir(folder.path());
        for (at, text) in texts.iter().enumerate() {
            let name = format!("{}.xml", block * 200 + at);
            std::fs::write(folder.path().join(&name), text).unwrap();
            lint.arg(name);
        }
        let output = lint.output().expect("xmllint is needed on PATH (package libxml2-utils)");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("failed to compile"), "{said}");
        valid.extend(
            said.lines()
                .filter_map(|line| line.strip_suffix(".xml validates"))
                .filter_map(|number| number.parse::<usize>().ok()),
        );
    }
    valid
}

/// A report with what is required, and `inside` at its end.
pub(super) fn report(inside: &str) -> String {
    format!(
        "<report>\n<incidentSummary>\n<incidentType>Child Sex Trafficking</incidentType>\n\
         <incidentDateTime>2026-01-01T00:00:00Z</incidentDateTime>\n</incidentSummary>\n\
         <reporter>\n<reportingPerson><email>synthetic@example.com</email></reportingPerson>\n</reporter>\n\
         {inside}</report>"
    )
}

/// Details of a file with what is required, and `inside` at its end.
pub(super) fn file(inside: &str) -> String {
    format!("<fileDetails><reportId>1</reportId><fileId>ab</fileId>{inside}</fileDetails>")
}
