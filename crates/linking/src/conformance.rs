//! Keys held against person records whose duplicates are known.
//!
//! FEBRL data sets 1 and 3 (made-up Australian persons with typing errors planted) and Splink's
//! `fake_1000` (made-up British persons, 251 clusters). The figures are printed, not tuned to: the
//! assertions say what the keys promise.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use crate::{Name, blocking_keys, email, person};
use model::PartialDate;

/// The folder with the data, or `None` after saying that the test is skipped.
fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("SAGIP_CONFORMANCE")
        .map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance")),
            PathBuf::from,
        )
        .join("linking");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "no conformance data at {}", folder.display());
    println!("SKIPPED (no conformance data): {}", folder.display());
    None
}

struct Record {
    /// Whose record it is, by the data set's own account.
    truth: String,
    given: String,
    family: String,
    birth: Option<PartialDate>,
    email: String,
}

fn read(file: &str) -> Option<Vec<Record>> {
    let text = std::fs::read(data()?.join(file)).unwrap();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let records = rows.iter().map(|row| {
        let cell = |name: &str| {
            let column = header.iter().position(|column| column == name);
            column.and_then(|column| row.get(column)).unwrap_or_default().to_owned()
        };
        let birth = match cell("date_of_birth").as_str() {
            "" => cell("dob"),
            joined => format!("{}-{}-{}", &joined[..4], &joined[4..6], &joined[6..]),
        };
        let truth = match cell("cluster").as_str() {
            "" => cell("rec_id").split('-').nth(1).unwrap().to_owned(),
            cluster => cluster.to_owned(),
        };
        let given = cell("given_name") + &cell("first_name");
        Record { truth, given, family: cell("surname"), birth: birth.parse().ok(), email: cell("email") }
    });
    Some(records.collect())
}

/// The pairs of records that share a key.
fn pairs(keys: impl Iterator<Item = (String, usize)>) -> BTreeSet<(usize, usize)> {
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (key, record) in keys {
        by_key.entry(key).or_default().push(record);
    }
    by_key
        .into_values()
        .flat_map(|records| {
            let records: BTreeSet<usize> = records.into_iter().collect();
            records
                .iter()
                .flat_map(|a| records.iter().filter(move |b| a < b).map(move |b| (*a, *b)))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[test]
fn the_exact_person_key_joins_nobody_wrongly_and_blocking_finds_more() {
    for file in ["febrl1.csv", "febrl3.csv", "fake_1000.csv"] {
        let Some(records) = read(file) else { return };
        let name = |record: &'_ Record| (record.family.clone(), record.given.clone());
        let truth = pairs(records.iter().enumerate().map(|(n, record)| (record.truth.clone(), n)));
        let exact = pairs(records.iter().enumerate().filter_map(|(n, record)| {
            let (family, given) = name(record);
            let Some(PartialDate::Day(birth)) = record.birth else { return None };
            Some((person(&Name { family: &family, given: &given }, birth).ok()?.identifier.value, n))
        }));
        let blocked = pairs(records.iter().enumerate().flat_map(|(n, record)| {
            let (family, given) = name(record);
            let keys = blocking_keys(&Name { family: &family, given: &given }, record.birth);
            keys.into_iter().map(move |key| (format!("{} {}", key.kind, key.value), n))
        }));
        let found = |pairs: &BTreeSet<(usize, usize)>| pairs.intersection(&truth).count();
        println!(
            "{file}: {} true pairs; exact key {} ({:.1} %), {} wrong; blocking {} ({:.1} %) among {} candidates",
            truth.len(),
            found(&exact),
            100.0 * share(found(&exact), truth.len()),
            exact.len() - found(&exact),
            found(&blocked),
            100.0 * share(found(&blocked), truth.len()),
            blocked.len(),
        );
        assert_eq!(found(&exact), exact.len(), "{file}: the exact key joined different persons");
        assert!(exact.is_subset(&blocked), "{file}: what the exact key joins must meet in a block");
        assert!(found(&blocked) > found(&exact), "{file}");
        assert!(blocked.len() < records.len() * 20, "{file}: blocks too large to open");
    }
}

#[test]
fn equal_addresses_are_of_one_person() {
    let Some(records) = read("fake_1000.csv") else { return };
    let given: Vec<_> = records.iter().enumerate().filter(|(_, record)| !record.email.is_empty()).collect();
    let read: Vec<_> =
        given.iter().filter_map(|(n, record)| Some((email(&record.email).ok()?.value, *n))).collect();
    println!("{} of {} addresses were read, the rest are damaged", read.len(), given.len());
    assert!(share(read.len(), given.len()) > 0.9);
    let joined = pairs(read.into_iter());
    assert!(!joined.is_empty());
    for (a, b) in joined {
        assert_eq!(records[a].truth, records[b].truth, "{} and {}", records[a].email, records[b].email);
    }
}
