//! What is written is read back, and what a document says is kept.

use crate::support::{Seeded, file, now, report, samples, schema, valid_by_schema};
use formats::cybertip::{
    CountryCode, Document, IncidentType, InternetDetails, StateCode, parse, sample, validate, write,
};
use proptest::prelude::*;

/// By hand, with every kind of spelling; the order is the schema's.
const WRITTEN_BY_HAND: &str = include_str!("by_hand.xml");

#[test]
fn what_is_written_is_read_back() {
    for (name, document) in samples(5, 400) {
        let text = write(&document);
        assert_eq!(parse(&text).as_ref(), Ok(&document), "{name}");
        assert_eq!(write(&parse(&text).unwrap()), text, "{name}");
    }
}

#[test]
fn a_document_by_hand_keeps_what_it_says() {
    let documents: Vec<_> = WRITTEN_BY_HAND.split("<!-- next -->").collect();
    assert_eq!(documents.len(), 5);
    for text in documents {
        let document = parse(text.trim().as_bytes()).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let again = write(&document);
        assert_eq!(parse(&again).as_ref(), Ok(&document));
        // Every text and attribute of the document is in what is written, in the same order.
        assert_eq!(said(&String::from_utf8(again.clone()).unwrap()), said(text));
        assert_eq!(validate(&document, now()), []);
        if let Some(schema) = schema() {
            let texts = [text.trim().as_bytes().to_vec(), again];
            assert_eq!(valid_by_schema(&schema, &texts).len(), 2, "{text}");
        }
    }
}

/// Tags, attributes and texts in their order; values whose spelling is not kept in their plain one.
fn said(text: &str) -> Vec<String> {
    use quick_xml::{Reader, events::Event};
    let mut reader = Reader::from_str(text.trim());
    let (mut said, mut content) = (Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                content.clear();
                said.push(format!("<{}", tag.name().0));
                for attribute in tag.attributes().map(Result::unwrap) {
                    if !attribute.key.0.starts_with("xmlns") && !attribute.key.0.starts_with("xsi:") {
                        said.push(format!("{}={}", attribute.key.0, attribute.value));
                    }
                }
            }
            Event::Text(part) => content.push_str(&part),
            Event::CData(part) => {
                content.push_str(&part.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
            }
            Event::GeneralRef(name) => content.extend(["&", &*name, ";"]),
            Event::End(_) => {
                let content = std::mem::take(&mut content);
                if !content.trim().is_empty() {
                    said.push(content);
                }
            }
            Event::Eof => return said,
            _ => {}
        }
    }
}

#[test]
fn samples_survive_json() {
    for (name, document) in samples(6, 200) {
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document, "{name}");
    }
    let wrong = r#"{"report_response":{"response_code":0,"response_description":"","reportid":1}}"#;
    assert!(serde_json::from_str::<Document>(wrong).is_err());
}

#[test]
fn samples_are_the_same_for_the_same_seed_and_share_people() {
    assert_eq!(samples(3, 50), samples(3, 80)[..50]);
    assert_ne!(samples(3, 50), samples(4, 50));
    let screen_names: Vec<_> = samples(3, 300)
        .into_iter()
        .filter_map(|(_, document)| match document {
            Document::Report(report) => report.person_or_user_reported.first()?.screen_name.clone(),
            _ => None,
        })
        .collect();
    let distinct: std::collections::BTreeSet<_> = screen_names.iter().collect();
    assert!(distinct.len() * 4 < screen_names.len() * 3, "{} of {}", distinct.len(), screen_names.len());
    assert_eq!(sample::documents(&Seeded::new(1), 0, now()).count(), 0);
}

#[test]
fn text_keeps_its_white_space_and_its_odd_characters() {
    let odd = "\n  a\tb \r c & < > \" ' ]]> ñ 日本 \u{1f600}\r\n";
    let mut document = parse(report("").as_bytes()).unwrap();
    let Document::Report(report) = &mut document else { panic!("a report") };
    report.additional_info = Some(odd.to_owned());
    report.reporter.reporting_person.email[0].value = odd.to_owned();
    assert_eq!(parse(&write(&document)).as_ref(), Ok(&document));

    let Document::Report(report) = &mut document else { panic!("a report") };
    report.additional_info = Some("a\u{1}b".to_owned());
    assert!(
        validate(&document, now())
            .iter()
            .any(|p| p.path == "report/additionalInfo" && p.reason.contains("U+0001"))
    );
    assert!(parse(&write(&document)).is_ok());

    let text = file("<originalFileHash hashType=\"a&#9;b&#10;c&quot;d\ne\">x</originalFileHash>");
    let Document::FileDetails(details) = parse(text.as_bytes()).unwrap() else { panic!("file details") };
    assert_eq!(details.original_file_hash[0].hash_type, "a\tb\nc\"d e");
    let document = Document::FileDetails(details);
    assert_eq!(parse(&write(&document)).as_ref(), Ok(&document));
}

#[test]
fn text_comes_in_pieces() {
    let pieces =
        report("<additionalInfo>a<!-- b -->&amp;<![CDATA[<c> ]]]]>&#x64;<?e f?>\r\ng</additionalInfo>");
    let Document::Report(report) = parse(pieces.as_bytes()).unwrap() else { panic!("a report") };
    assert_eq!(report.additional_info.as_deref(), Some("a&<c> ]]d\ng"));
}

#[test]
fn space_around_what_is_no_text_does_not_count() {
    let spaced = file(
        "<uploadedToEspTimestamp>\n 2026-01-01T00:00:00Z </uploadedToEspTimestamp>\
                       <fileViewedByEsp> 1 </fileViewedByEsp>",
    )
    .replace(">1</reportId>", "> +01\n</reportId>")
    .replace(">ab<", "> ab <");
    let plain = file(
        "<uploadedToEspTimestamp>2026-01-01T00:00:00Z</uploadedToEspTimestamp>\
                      <fileViewedByEsp>true</fileViewedByEsp>",
    );
    assert_eq!(parse(spaced.as_bytes()), parse(plain.as_bytes()));
    assert!(parse(plain.as_bytes()).is_ok());
    // Enumerated words are text: there it does.
    assert!(parse(report("").replace("Child Sex Trafficking", " Child Sex Trafficking").as_bytes()).is_err());
}

#[test]
fn codes_are_those_of_the_schema_with_the_empty_one() {
    assert_eq!(CountryCode::all().count(), 258);
    assert_eq!(StateCode::all().count(), 55);
    for code in ["A1", "A2", "O1", "AP", "EU", "AN", "FX", "SJ", "XK", "PH", ""] {
        assert!(CountryCode::new(code).is_some(), "{code}");
    }
    for code in ["ph", "XX", " PH", "PHL"] {
        assert!(CountryCode::new(code).is_none(), "{code}");
    }
    assert_eq!(CountryCode::PH.country(), Some(model::Country::PH));
    assert_eq!(CountryCode::default().country(), None);
    assert_eq!(IncidentType::ALL.len(), 8);
}

#[test]
fn every_kind_of_place_is_among_the_samples() {
    let mut kinds = std::collections::BTreeSet::new();
    for (_, document) in samples(1, 60) {
        if let Document::Report(report) = document {
            kinds.extend(report.internet_details.iter().map(|details| match details {
                InternetDetails::WebPage(_) => 0,
                InternetDetails::Email(_) => 1,
                InternetDetails::Newsgroup(_) => 2,
                InternetDetails::Chat(_) => 3,
                InternetDetails::OnlineGaming(_) => 4,
                InternetDetails::CellPhone(_) => 5,
                InternetDetails::NonInternet(_) => 6,
                InternetDetails::PeerToPeer(_) => 7,
            }));
        }
    }
    assert_eq!(kinds.len(), 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn no_tags_make_the_reader_panic(text in "(<|</|/>|>|report|victim|age| |a=\"|'|&|;|#|x|<!|--|\\[CDATA\\[|\\]\\]>|<\\?|\\?>|xml|é|\n){0,60}") {
        let _ = parse(text.as_bytes());
    }

    #[test]
    fn a_damaged_document_is_read_or_refused(
        seed in 0_u64..1000, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
    ) {
        let (_, document) = samples(seed, 3).pop().unwrap();
        let mut text = write(&document);
        let at = at.index(text.len());
        if cut { text.truncate(at); } else { text[at] = byte; }
        if let Ok(document) = parse(&text) {
            prop_assert_eq!(parse(&write(&document)), Ok(document.clone()));
            let _ = validate(&document, now());
        }
    }
}
