//! Our reading of a schema against `xmllint`'s: the same verdict on every file, valid and spoilt.

use std::{collections::BTreeSet, path::Path};

use filings::{Str, Xsd, render};

use super::support::{FINCEN, GOAML, account, conformance, draft, profile, valid_by_xmllint};

/// What is spoilt in a file. Numbers with blanks around them are not: the standard drops the blanks, `xmllint` does so in
/// some types and not in others. The elements are written one a line, so lines are what is spoilt.
fn spoilt(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[String]| lines.join("\n");
    let owned: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let mut all = Vec::new();
    let mut with = |at: usize, put: &[String], drop: usize| {
        let mut changed = owned[..at].to_vec();
        changed.extend_from_slice(put);
        changed.extend_from_slice(&owned[(at + drop).min(owned.len())..]);
        all.push(joined(&changed));
    };
    let long = "x".repeat(9_000);
    for (at, line) in lines.iter().enumerate().skip(1) {
        let (inner, indent) = (line.trim(), line.len() - line.trim_start().len());
        let Some(end) = end_of_block(&lines, at) else { continue };
        let block = &owned[at..=end];
        // Without it, twice, after the next one, with a stranger before it.
        with(at, &[], block.len());
        with(at, &[block, block].concat(), block.len());
        if let Some(next) = lines.get(end + 1).and_then(|_| end_of_block(&lines, end + 1)) {
            with(at, &[&owned[end + 1..=next], block].concat(), next + 1 - at);
        }
        with(at, &[vec![format!("{:indent$}<stranger/>", "")], block.to_vec()].concat(), block.len());
        let (Some(open), Some(close)) = (inner.find('>'), inner.rfind("</")) else { continue };
        let put = |text: &str| format!("{}{text}{}", &inner[..=open], &inner[close..]);
        for text in [
            "",
            " ",
            "x",
            "Y",
            "N",
            "-",
            "0",
            "1",
            "-1",
            "true",
            "False",
            "1.5",
            "+1.50",
            "1e3",
            "99999999999999999999",
            "Ñandú",
            " x ",
            "x  y",
            "a\tb",
            "a\nb",
            "2026-02-29T00:00:00",
            "2024-02-29T00:00:00",
            "2026-01-01T24:00:00",
            "2026-01-01T00:00:60",
            "1752-12-31T23:59:59",
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.123+14:00",
            "2026-01-01",
            "20260101",
            "20261301",
            "PHP",
            "php",
            "300.1.1.1",
            "a@b.co",
            "0.12345678901234",
            "07",
            "33",
            "<b/>",
            "&#13;",
            "🙂",
        ] {
            with(at, &[put(text)], 1);
        }
        with(at, &[put(&long)], 1);
        with(at, &[inner.replacen('>', " stray=\"1\">", 1)], 1);
        with(at, &[inner.replacen("SeqNum=\"", "SeqNum=\"x", 1)], 1);
        with(at, &[inner.replacen("SeqNum=\"", "SeqNum=\"0", 1)], 1);
    }
    all
}

/// The last line of the element that begins at a line.
fn end_of_block(lines: &[&str], at: usize) -> Option<usize> {
    let line = lines[at].trim();
    if !line.starts_with('<') || line.starts_with("</") || line.starts_with("<?") {
        return None;
    }
    if line.contains("</") {
        return Some(at);
    }
    let indent = lines[at].len() - lines[at].trim_start().len();
    let close = |line: &&str| line.trim().starts_with("</") && line.len() - line.trim_start().len() == indent;
    lines.iter().enumerate().skip(at).find(|(_, line)| close(line)).map(|(end, _)| end)
}

/// Of so many spoilt files one is judged: all of them take minutes. Prime, so that every kind of damage has its turn.
const ONE_OF: usize = 17;

fn agree(schema: &Path, originals: &[Vec<u8>]) {
    let xsd = Xsd::load(&std::fs::read(schema).unwrap()).unwrap();
    let mut seen = BTreeSet::new();
    let mut files: Vec<Vec<u8>> = originals.to_vec();
    for original in originals {
        let text = String::from_utf8(original.clone()).unwrap();
        files.extend(spoilt(&text).into_iter().step_by(ONE_OF).map(String::into_bytes));
    }
    files.retain(|file| seen.insert(file.clone()));
    let valid = valid_by_xmllint(schema, &files);
    assert!(valid.len() > 20 && valid.len() < files.len() / 2, "{} of {}", valid.len(), files.len());
    let mut different = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let ours = xsd.check(file);
        if ours.is_empty() != valid.contains(&at) {
            different.push(format!("file {at}, xmllint {}, ours {:?}", valid.contains(&at), ours.first()));
        }
    }
    assert!(
        different.is_empty(),
        "{} of {} differ:\n{}",
        different.len(),
        files.len(),
        different[..different.len().min(40)].join("\n")
    );
}

#[test]
fn on_goaml() {
    let (Some(schema), Some(sample)) = (conformance(GOAML), conformance("goaml/sample-STR-5.0.2.xml")) else {
        return;
    };
    let mut rich = draft("AED");
    rich.reason = "synthetic".to_owned();
    rich.payments[0].sender.account = Some(account());
    let rendered = render(&Str::new(rich).unwrap(), &profile("goaml-5.0.2-ae"), None).unwrap();
    agree(&schema, &[std::fs::read(sample).unwrap(), rendered.bytes]);
}

#[test]
fn on_fincen() {
    let Some(schema) = conformance(FINCEN) else { return };
    let mut short = draft("USD");
    short.reason = "synthetic".to_owned();
    let rendered = render(&Str::new(short).unwrap(), &profile("fincen-sar-2.0"), None).unwrap();
    agree(&schema, &[rendered.bytes]);
}

#[test]
fn a_schema_that_says_more_than_is_read_is_refused() {
    let wrap = |inside: &str| {
        format!(
            "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:element name=\"a\">{inside}</xs:element></xs:schema>"
        )
    };
    for inside in [
        "<xs:complexType><xs:all/></xs:complexType>",
        "<xs:complexType><xs:sequence><xs:any/></xs:sequence></xs:complexType>",
        "<xs:complexType mixed=\"true\"><xs:sequence/></xs:complexType>",
        "<xs:simpleType><xs:union memberTypes=\"xs:int\"/></xs:simpleType>",
        "<xs:simpleType><xs:restriction base=\"xs:int\"><xs:maxLength value=\"3\"/></xs:restriction></xs:simpleType>",
        "<xs:simpleType><xs:restriction base=\"xs:int\"><xs:maxInclusive value=\"x\"/></xs:restriction></xs:simpleType>",
        "<xs:simpleType><xs:restriction base=\"xs:anyURI\"/></xs:simpleType>",
        "<xs:complexType><xs:sequence><xs:element name=\"b\" type=\"nowhere\"/></xs:sequence></xs:complexType>",
        "<xs:complexType><xs:sequence><xs:element name=\"b\" type=\"xs:int\" nillable=\"true\"/></xs:sequence></xs:complexType>",
    ] {
        assert!(Xsd::load(wrap(inside).as_bytes()).is_err(), "{inside}");
    }
    assert!(Xsd::load(b"<a/>").is_err());
    assert!(Xsd::load(wrap("<xs:complexType><xs:sequence/></xs:complexType>").as_bytes()).is_ok());
}
