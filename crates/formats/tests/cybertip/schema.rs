//! The types against the service's own schema, with `xmllint` as the judge.

use std::collections::BTreeSet;

use crate::support::{Seeded, now, samples, schema, valid_by_schema};
use formats::cybertip::{Document, FileDetails, Report, parse, validate, validate_submission, write};
use quick_xml::{Reader, XmlVersion, events::Event};

#[test]
fn samples_are_valid_by_the_schema_and_by_the_rules() {
    let documents = samples(1, 300);
    for (name, document) in &documents {
        assert_eq!(validate(document, now()), [], "{name}");
    }
    let Some(schema) = schema() else { return };
    let texts: Vec<_> = documents.iter().map(|(_, document)| write(document)).collect();
    let valid = valid_by_schema(&schema, &texts);
    for (at, text) in texts.iter().enumerate() {
        assert!(valid.contains(&at), "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn a_batched_sample_and_its_file_keep_their_rules_together() {
    let documents: Vec<_> = samples(1, 300).into_iter().map(|(_, document)| document).collect();
    let batches: Vec<(&Report, Vec<FileDetails>)> = documents
        .windows(2)
        .filter_map(|pair| match pair {
            [Document::Report(report), Document::FileDetails(file)] if report.batched_report.is_some() => {
                Some((report, vec![file.clone()]))
            }
            _ => None,
        })
        .collect();
    assert!(batches.len() > 3);
    for (report, files) in batches {
        assert_eq!(validate_submission(report, &files, now()), []);
        assert!(!validate_submission(report, &[], now()).is_empty());
    }
}

/// What a document may be made of: names of elements, of attributes, and enumerated words with the
/// type they belong to.
#[derive(Default)]
struct Vocabulary {
    elements: BTreeSet<String>,
    attributes: BTreeSet<String>,
    words: BTreeSet<(String, String)>,
    /// Names of elements and attributes with the name of their type.
    typed: BTreeSet<(String, String)>,
}

fn vocabulary(schema: &str) -> Vocabulary {
    let mut found = Vocabulary::default();
    let mut simple_type = String::new();
    let mut reader = Reader::from_str(schema);
    loop {
        let event = reader.read_event().unwrap();
        let (Event::Start(tag) | Event::Empty(tag)) = &event else {
            if matches!(event, Event::Eof) {
                return found;
            }
            continue;
        };
        let value = |name: &str| {
            let attribute = tag.try_get_attribute(name).unwrap()?;
            Some(attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned())
        };
        match (tag.local_name().into_inner(), value("name")) {
            ("element", Some(name)) => {
                found.typed.extend(value("type").map(|of| (name.clone(), of)));
                found.elements.insert(name);
            }
            ("attribute", Some(name)) => {
                found.typed.extend(value("type").map(|of| (format!("@{name}"), of)));
                found.attributes.insert(name);
            }
            ("simpleType", Some(name)) => simple_type = name,
            ("enumeration", _) => {
                found.words.insert((simple_type.clone(), value("value").unwrap()));
            }
            _ => {}
        }
    }
}

#[test]
fn samples_use_every_element_attribute_and_word_of_the_schema() {
    let Some(schema) = schema() else { return };
    let wanted = vocabulary(&std::fs::read_to_string(schema).unwrap());
    assert!(wanted.elements.len() > 100 && wanted.attributes.len() > 10 && wanted.words.len() > 300);
    for (seed, count) in [(1, 200), (2, 60), (3, 60), (4, 60)] {
        let mut elements = BTreeSet::new();
        let mut attributes = BTreeSet::new();
        let mut words = BTreeSet::new();
        for (_, document) in samples(seed, count) {
            let text = String::from_utf8(write(&document)).unwrap();
            let mut reader = Reader::from_str(&text);
            let mut open = Vec::new();
            let mut content = String::new();
            loop {
                let event = reader.read_event().unwrap();
                if let Event::Start(tag) | Event::Empty(tag) = &event {
                    content.clear();
                    elements.insert(tag.local_name().into_inner().to_owned());
                    for attribute in tag.attributes() {
                        let attribute = attribute.unwrap();
                        let name = attribute.key.0.to_owned();
                        words.insert((
                            format!("@{name}"),
                            attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned(),
                        ));
                        attributes.insert(name);
                    }
                }
                match event {
                    Event::Start(tag) => open.push(tag.local_name().into_inner().to_owned()),
                    Event::Text(text) => content.push_str(&text),
                    Event::End(_) => {
                        words.insert((open.pop().unwrap(), std::mem::take(&mut content)));
                    }
                    Event::Eof => break,
                    _ => {}
                }
            }
        }
        let missing: Vec<_> = wanted.elements.difference(&elements).collect();
        assert_eq!(missing, Vec::<&String>::new(), "elements, seed {seed}");
        let missing: Vec<_> = wanted.attributes.difference(&attributes).collect();
        assert_eq!(missing, Vec::<&String>::new(), "attributes, seed {seed}");
        for (of, word) in &wanted.words {
            let used = wanted
                .typed
                .iter()
                .any(|(name, its)| its == of && words.contains(&(name.clone(), word.clone())));
            assert!(used, "{of} {word:?}, seed {seed}");
        }
    }
}

/// Texts to put where another stood. None has space around a number or a time: XML Schema passes
/// over it there, libxml2 does not.
const ODD: [&str; 34] = [
    "",
    " ",
    "true",
    "false",
    "1",
    " true ",
    "yes",
    "-1",
    "+7",
    "007",
    "2147483648",
    "9223372036854775808",
    "1.5",
    "INF",
    "NaN",
    "1e400",
    "2026-02-30",
    "2014-05-31",
    "2014-05-31Z",
    "2026-01-01T00:00:00",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:00+14:01",
    "2026-01-01T00:00:60Z",
    "-0001-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "PH",
    "ph",
    " PH",
    "Reported",
    "Home",
    "Child Sex Tourism ",
    "+0639",
    "12a",
    "x &amp; &#x41; y",
];

const NAMES: [&str; 14] = [
    "age",
    "email",
    "phone",
    "address",
    "victim",
    "additionalInfo",
    "viral",
    "reporter",
    "fileId",
    "screenName",
    "ipCaptureEvent",
    "url",
    "nonsense",
    "x:report",
];

const BYTES: [&str; 11] = ["<", ">", "&", "\"", "'", "/", "=", "]]>", "<!-- -->", "<!-- -- -->", "<?p ?>"];

fn below(chance: &Seeded, end: usize) -> usize {
    usize::try_from(chance.next()).unwrap() % end.max(1)
}

/// Changes one thing; most lines of what is written hold one element.
fn mutate(text: &str, chance: &Seeded) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = 1 + below(chance, lines.len() - 1);
    let line = lines[at].clone();
    match below(chance, 12) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, line),
        2 if at + 1 < lines.len() => lines.swap(at, at + 1),
        3 | 4 => {
            if let (Some(from), Some(to)) = (line.find('>'), line.rfind("</"))
                && from < to
            {
                lines[at] = format!("{}{}{}", &line[..=from], ODD[below(chance, ODD.len())], &line[to..]);
            }
        }
        5 | 6 => {
            let quoted: Vec<_> = line.match_indices('"').map(|(at, _)| at).collect();
            if let Some([from, to]) = quoted.chunks_exact(2).nth(below(chance, quoted.len() / 2)) {
                lines[at] = format!("{}{}{}", &line[..=*from], ODD[below(chance, ODD.len())], &line[*to..]);
            }
        }
        7 => {
            let name: String = line
                .trim_start_matches([' ', '<', '/'])
                .chars()
                .take_while(|c| c.is_alphanumeric())
                .collect();
            let new = NAMES[below(chance, NAMES.len())];
            lines[at] = line
                .replace(&format!("<{name}"), &format!("<{new}"))
                .replace(&format!("</{name}"), &format!("</{new}"));
        }
        8 => {
            let new = [
                " type=\"Home\"",
                " verified=\"1\"",
                " xml:lang=\"en\"",
                " xmlns=\"urn:x\"",
                "type=\"\"",
                " a=b",
            ];
            if let Some(from) = line.find('>') {
                let end = from - usize::from(line[..from].ends_with('/'));
                lines[at] = format!("{}{}{}", &line[..end], new[below(chance, new.len())], &line[end..]);
            }
        }
        9 => {
            let new = NAMES[below(chance, NAMES.len())];
            lines.insert(at, format!("<{new}>{}</{new}>", ODD[below(chance, ODD.len())]));
        }
        10 => {
            let from = (0..=line.len())
                .filter(|at| line.is_char_boundary(*at))
                .nth(below(chance, line.chars().count()));
            let from = from.unwrap();
            lines[at] = format!("{}{}{}", &line[..from], BYTES[below(chance, BYTES.len())], &line[from..]);
        }
        _ => {
            let mut chars: Vec<_> = line.chars().collect();
            chars.remove(below(chance, chars.len()));
            lines[at] = chars.into_iter().collect();
        }
    }
    lines.join("\n")
}

#[test]
fn whatever_the_schema_refuses_is_refused_and_what_it_takes_is_read() {
    let Some(schema) = schema() else { return };
    let originals: Vec<_> =
        samples(7, 60).iter().map(|(_, document)| String::from_utf8(write(document)).unwrap()).collect();
    let chance = Seeded::new(11);
    let mut mutants = Vec::new();
    while mutants.len() < 600 {
        let original = &originals[below(&chance, originals.len())];
        let mutant = mutate(original, &chance);
        if mutant.trim_end() != original.trim_end() {
            mutants.push(mutant.into_bytes());
        }
    }
    let valid = valid_by_schema(&schema, &mutants);
    let (mut refused, mut rewritten) = (0, Vec::new());
    for (at, mutant) in mutants.iter().enumerate() {
        let shown = String::from_utf8_lossy(mutant);
        let read = parse(mutant);
        if valid.contains(&at) {
            let document = read.unwrap_or_else(|problems| panic!("{problems:#?}\n{shown}"));
            let again = write(&document);
            assert_eq!(parse(&again).as_ref(), Ok(&document), "{shown}");
            rewritten.push(again);
        } else {
            refused += 1;
            let problems = read.map_or_else(|problems| problems, |document| validate(&document, now()));
            assert!(!problems.is_empty(), "{shown}");
        }
    }
    assert!(refused > 150 && rewritten.len() > 50, "{refused} refused, {} valid", rewritten.len());
    let still = valid_by_schema(&schema, &rewritten);
    for (at, text) in rewritten.iter().enumerate() {
        assert!(still.contains(&at), "{}", String::from_utf8_lossy(text));
    }
}
