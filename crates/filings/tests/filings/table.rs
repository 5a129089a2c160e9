//! Tables: columns by the profile, never a formula, and a draft until the unit's own template is loaded.

use filings::{BUILT_IN, Official, Profile, Standing, Str, render};

use super::support::{currency, draft, profile, report};

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn every_table_has_a_row_for_each_payment_and_is_a_draft() {
    for (id, local) in [("amlc", "PHP"), ("austrac", "AUD"), ("uk-nca", "GBP"), ("fintrac", "CAD")] {
        let rendered = render(&report(local), &profile(id), None).unwrap();
        let rows = rows(&rendered.bytes);
        assert_eq!(rows.len(), 4, "{id}");
        assert!(rows.iter().all(|row| row.len() == rows[0].len()));
        let Standing::Draft { reasons } = rendered.standing else { panic!("{id} is filable") };
        assert!(reasons[0].contains("is off") && reasons[1].contains("template"), "{reasons:?}");
        assert!(rendered.file_name.ends_with(".DRAFT-not-filable.csv"), "{}", rendered.file_name);
    }
}

#[test]
fn a_verified_profile_with_the_units_template_is_filable_and_with_another_it_is_not() {
    let (file, text) = BUILT_IN[2];
    let on = text.replacen("verified = false\non = false", "verified = true\non = true", 1);
    let profile = Profile::load(file, &on).unwrap();
    let draft = render(&report("PHP"), &profile, None).unwrap();
    let official = Official::load(&profile, &draft.bytes).unwrap();
    let filable = render(&report("PHP"), &profile, Some(&official)).unwrap();
    assert_eq!(filable.standing, Standing::Filable { official: official.digest() });
    assert_eq!(filable.file_name, "amlc-SYN-STR-0001.csv");
    let other = Official::load(&profile, b"Some,Other,Columns\r\n").unwrap();
    let Standing::Draft { reasons } = render(&report("PHP"), &profile, Some(&other)).unwrap().standing else {
        panic!("filable with other columns")
    };
    assert!(reasons[0].contains("Some, Other, Columns"), "{reasons:?}");
    assert!(Official::load(&profile, b"").is_err());
}

#[test]
fn no_cell_is_a_formula() {
    let mut hostile = draft("PHP");
    hostile.reason = "=HYPERLINK(\"http://example.com\")".to_owned();
    hostile.reference = "@SUM(1)".to_owned();
    hostile.payments[0].purpose = Some("\t+1\r\n=2".to_owned());
    hostile.payments[1].purpose = Some("-1+1".to_owned());
    let rendered = render(&Str::new(hostile).unwrap(), &profile("amlc"), None).unwrap();
    for cell in rows(&rendered.bytes).concat() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert!(rendered.file_name.starts_with("amlc-_SUM_1_"), "{}", rendered.file_name);
}

#[test]
fn what_is_mandatory_and_missing_is_named_with_its_column() {
    let mut bare = draft("PHP");
    bare.payments[0].local = None;
    bare.payments[2].receiver.subject = None;
    bare.indicators.clear();
    let gaps = render(&Str::new(bare).unwrap(), &profile("amlc"), None).unwrap_err();
    let told = gaps.to_string();
    for wanted in [
        "payment SYN-1: amount in the unit’s currency",
        "payment SYN-3: name of the receiver",
        "“Indicators”",
    ] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let mut other = draft("PHP");
    other.currency_local = currency("EUR");
    assert!(render(&Str::new(other).unwrap(), &profile("amlc"), None).is_err());
}
