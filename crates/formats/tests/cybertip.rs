//! Reading, writing and checking CyberTipline documents.

mod cybertip_support;

use cybertip_support::{Seeded, now, samples, schema, valid_by_schema};
use formats::cybertip::{
    CountryCode, Document, IncidentType, InternetDetails, Problem, StateCode, parse, sample, validate, write,
};
use proptest::prelude::*;

/// By hand, with every kind of spelling; the order is the schema's.
const WRITTEN_BY_HAND: &str = include_str!("cybertip_support/by_hand.xml");

fn report(inside: &str) -> String {
    format!(
        "<report>\n<incidentSummary>\n<incidentType>Child Sex Trafficking</incidentType>\n\
         <incidentDateTime>2026-01-01T00:00:00Z</incidentDateTime>\n</incidentSummary>\n\
         <reporter>\n<reportingPerson><email>synthetic@example.com</email></reportingPerson>\n</reporter>\n\
         {inside}</report>"
    )
}

fn file(inside: &str) -> String {
    format!("<fileDetails><reportId>1</reportId><fileId>ab</fileId>{inside}</fileDetails>")
}

fn problems(text: &str) -> Vec<Problem> {
    match parse(text.as_bytes()) {
        Ok(document) => validate(&document, now()),
        Err(problems) => problems,
    }
}

/// The one problem of a text: its place, its line, and words of its reason.
fn the_problem(text: &str) -> (String, u32, String) {
    let problems = problems(text);
    let [one] = problems.as_slice() else { panic!("expected one problem: {problems:#?}\n{text}") };
    (one.path.clone(), one.line, one.reason.clone())
}

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
                content.push_str(&part.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
            }
            Event::GeneralRef(name) => content.push_str(&format!("&{};", &*name)),
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
fn measured_agreements_and_refusals() {
    const HASH: &str = "<originalFileHash hashType=\"MD5\">00</originalFileHash>";
    const IP: &str = "<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress></ipCaptureEvent>";
    const CLASS: &str = "<industryClassification>A1</industryClassification>";
    const VIRAL: &str = "<fileAnnotations><viral/></fileAnnotations>";
    let event = |inside: &str| {
        file(&format!("<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress>{inside}</ipCaptureEvent>"))
    };
    let (time, name) = ("<dateTime>2026-01-01T00:00:00Z</dateTime>", "<eventName>Upload</eventName>");
    let cases = [
        (file(&format!("{HASH}{IP}")), true),
        (file(&format!("{IP}{CLASS}")), false),
        (file(&format!("{IP}{HASH}")), false),
        (file(&format!("{IP}{IP}")), false),
        (file(&format!("<potentialMeme>true</potentialMeme>{VIRAL}")), false),
        (file(VIRAL), true),
        (file("<fileAnnotations><viral>true</viral><infant/></fileAnnotations>"), true),
        (file("<fileAnnotations><viral>1</viral></fileAnnotations>"), false),
        (file("<fileAnnotations><viral> true </viral></fileAnnotations>"), false),
        (file("<fileAnnotations><viral>false</viral></fileAnnotations>"), false),
        (file("<fileAnnotations><viral/><viral/></fileAnnotations>"), false),
        (file("<fileAnnotations><viral> </viral></fileAnnotations>"), false),
        (file("<fileAnnotations><infant/><animeDrawingVirtualHentai/></fileAnnotations>"), true),
        (event(&format!("{name}{time}")), true),
        (event(&format!("{time}{name}")), false),
        (report(""), true),
        // The schema requires the type of an associated account; the documentation does not.
        (report("<personOrUserReported><associatedAccount/></personOrUserReported>"), false),
        (report("<personOrUserReported><associatedAccount type=\"Billing\"/></personOrUserReported>"), true),
        // The documentation has at most one user reported; the schema has any number.
        (report("<personOrUserReported/><personOrUserReported/>"), true),
        // The schema has a file name and a mark of its own that the documentation leaves out.
        (file("<fileName>a.bin</fileName><potentialMeme>false</potentialMeme>"), true),
        (
            "<reportResponse><responseCode>0</responseCode><responseDescription/></reportResponse>"
                .to_owned(),
            true,
        ),
        (
            "<reportDoneResponse><responseCode>0</responseCode><reportId>4564654</reportId><files>\
             <fileId>b0754af766b426f2928a02c651ed4b99</fileId></files></reportDoneResponse>"
                .to_owned(),
            true,
        ),
    ];
    for (text, valid) in &cases {
        assert_eq!(problems(text).is_empty(), *valid, "{text}\n{:#?}", problems(text));
    }
    if let Some(schema) = schema() {
        let texts: Vec<_> = cases.iter().map(|(text, _)| text.clone().into_bytes()).collect();
        let judged = valid_by_schema(&schema, &texts);
        for (at, (text, valid)) in cases.iter().enumerate() {
            assert_eq!(judged.contains(&at), *valid, "{text}");
        }
    }
}

#[test]
fn a_problem_names_place_line_and_what_was_expected() {
    let victims = report(
        "<victim><victimPerson/></victim>\n<victim><victimPerson>\n<age>ten</age>\n</victimPerson></victim>\n",
    );
    let (path, line, reason) = the_problem(&victims);
    assert_eq!((path.as_str(), line), ("report/victim[2]/victimPerson/age", 11));
    assert!(reason.contains("whole number") && reason.contains("“ten”"), "{reason}");

    let (path, _, reason) = the_problem(&report("<victim><victimPerson/><nonsense/></victim>"));
    assert_eq!(path, "report/victim[1]/nonsense");
    assert!(reason.contains("unknown element; expected victimPerson, espIdentifier"), "{reason}");

    let (path, _, reason) =
        the_problem(&report("<victim><espService>a</espService><victimPerson/></victim>"));
    assert_eq!(path, "report/victim[1]/victimPerson");
    assert!(reason.contains("must stand before espService"), "{reason}");

    let (path, _, reason) =
        the_problem(&report("<additionalInfo>a</additionalInfo><additionalInfo>b</additionalInfo>"));
    assert_eq!(path, "report/additionalInfo[2]");
    assert!(reason.contains("at most one additionalInfo"), "{reason}");

    let (path, _, reason) = the_problem(&report("").replace("Child Sex Trafficking", "Something"));
    assert_eq!(path, "report/incidentSummary/incidentType");
    assert!(
        reason.contains("“Child Sex Trafficking” or") && reason.contains("found “Something”"),
        "{reason}"
    );

    let (path, _, reason) = the_problem(&report("text"));
    assert_eq!(path, "report");
    assert!(reason.contains("expected only elements"), "{reason}");

    let (path, _, reason) = the_problem(&report("").replace("<email>", "<email type=\"Private\">"));
    assert_eq!(path, "report/reporter/reportingPerson/email[1]/@type");
    assert!(reason.contains("“Recovery”"), "{reason}");

    let (path, _, reason) = the_problem("<victim><victimPerson/></victim>");
    assert_eq!(path, "victim");
    assert!(reason.contains("reportDoneResponse"), "{reason}");

    // All are collected.
    let many =
        problems(&report("<victim/><victim a=\"1\"><victimPerson><age>x</age></victimPerson></victim><c/>"));
    let paths: Vec<_> = many.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        ["report/c", "report/victim[1]", "report/victim[2]/@a", "report/victim[2]/victimPerson/age"]
    );
    assert_eq!(many[0].to_string().split(',').next(), Some("line 9"));
    let in_a_value = Problem { path: "report".to_owned(), line: 0, reason: "a".to_owned() };
    assert_eq!(in_a_value.to_string(), "report: a");
}

#[test]
fn the_rules_of_the_service_are_named_where_they_are_broken() {
    let summary =
        |inside: &str| report("").replace("<incidentDateTime>", &format!("{inside}<incidentDateTime>"));
    let user = |inside: &str| report(&format!("<personOrUserReported>{inside}</personOrUserReported>"));
    let details = |inside: &str| {
        report("").replace("<reporter>", &format!("<internetDetails>{inside}</internetDetails><reporter>"))
    };
    let long = |length: usize| "a".repeat(length);
    let mail = "<emailIncident><emailAddress>Synthetic.1@example.com</emailAddress></emailIncident>";
    let batched = |inside: &str| {
        user(inside).replace("<report>", "<report><batchedReport reason=\"VIRAL_POTENTIAL_MEME\"/>")
    };
    let cases = [
        (report("").replace("synthetic@example.com", " "), "report/reporter/reportingPerson", "email"),
        (
            report("").replace("2026-01-01T00:00:00Z", "2026-01-01T00:00:00"),
            "report/incidentSummary/incidentDateTime",
            "zone",
        ),
        (
            report("").replace("2026-01-01T00:00:00Z", "2026-11-21T08:00:01+08:00"),
            "report/incidentSummary/incidentDateTime",
            "past",
        ),
        (summary(&format!("<platform>{}</platform>", long(257))), "report/incidentSummary/platform", "256"),
        (
            summary("<escalateToHighPriority> </escalateToHighPriority>"),
            "report/incidentSummary/escalateToHighPriority",
            "reason",
        ),
        (
            summary(&format!("<escalateToHighPriority>{}</escalateToHighPriority>", long(3001))),
            "report/incidentSummary/escalateToHighPriority",
            "3000",
        ),
        (details(mail), "report/internetDetails[1]/emailIncident/emailAddress[1]", "also"),
        (
            details("<webPageIncident><url>not a url</url></webPageIncident>"),
            "report/internetDetails[1]/webPageIncident/url[1]",
            "URL",
        ),
        (
            details("<cellPhoneIncident><latitude>90.5</latitude></cellPhoneIncident>"),
            "report/internetDetails[1]/cellPhoneIncident/latitude",
            "-90 to 90",
        ),
        (
            user(&format!("<screenName>{}</screenName>", long(257))),
            "report/personOrUserReported[1]/screenName",
            "256",
        ),
        (
            user(&format!("<espIdentifier>{}</espIdentifier>", long(256))),
            "report/personOrUserReported[1]/espIdentifier",
            "255",
        ),
        (
            user("<personOrUserReportedPerson><age>151</age></personOrUserReportedPerson>"),
            "report/personOrUserReported[1]/personOrUserReportedPerson/age",
            "0 to 150",
        ),
        (
            user("<ipCaptureEvent><ipAddress>192.0.2.1</ipAddress><port>0</port></ipCaptureEvent>"),
            "report/personOrUserReported[1]/ipCaptureEvent[1]/port",
            "65535",
        ),
        (
            user(
                "<personOrUserReportedPerson><phone countryCallingCode=\"63\">1</phone></personOrUserReportedPerson>",
            ),
            "report/personOrUserReported[1]/personOrUserReportedPerson/phone[1]/@countryCallingCode",
            "+63",
        ),
        (
            user(
                "<personOrUserReportedPerson><phone extension=\"12345678901\">1</phone></personOrUserReportedPerson>",
            ),
            "report/personOrUserReported[1]/personOrUserReportedPerson/phone[1]/@extension",
            "ten digits",
        ),
        (
            user(
                "<associatedAccount type=\"Billing\"><approximateAge>30</approximateAge>\
                 <dateOfBirth>1996-01-01</dateOfBirth></associatedAccount>",
            ),
            "report/personOrUserReported[1]/associatedAccount[1]",
            "found both",
        ),
        (
            batched("<screenName>a</screenName>"),
            "report/personOrUserReported[1]",
            "espIdentifier and nothing else",
        ),
        (
            batched("<espIdentifier>a</espIdentifier>")
                .replace("</report>", "<additionalInfo>a</additionalInfo></report>"),
            "report",
            "no additionalInfo",
        ),
        (file("<exifViewedByEsp>true</exifViewedByEsp>"), "fileDetails", "fileViewedByEsp"),
        (
            file(
                "<fileRelevance>Supplemental Reported</fileRelevance><industryClassification>A1</industryClassification>",
            ),
            "fileDetails",
            "industryClassification",
        ),
        (
            file(
                "<fileRelevance>Supplemental Reported</fileRelevance><fileAnnotations><potentialMeme/></fileAnnotations>",
            ),
            "fileDetails",
            "potentialMeme",
        ),
        (
            file(&format!("<originalFileHash hashType=\"{}\">0</originalFileHash>", long(65))),
            "fileDetails/originalFileHash[1]/@hashType",
            "64",
        ),
        (
            file("<uploadedToEspTimestamp>12026-01-01T00:00:00Z</uploadedToEspTimestamp>"),
            "fileDetails/uploadedToEspTimestamp",
            "9999",
        ),
    ];
    for (text, path, words) in cases {
        let (at, line, reason) = the_problem(&text);
        assert_eq!((at.as_str(), line), (path, 0), "{text}");
        assert!(reason.contains(words), "{reason}");
    }
    let known = details(mail).replace(
        "</report>",
        "<intendedRecipient><intendedRecipientPerson><email>synthetic.1@EXAMPLE.com</email>\
         </intendedRecipientPerson></intendedRecipient></report>",
    );
    assert_eq!(problems(&known), []);
    assert_eq!(problems(&batched("<espIdentifier>a</espIdentifier>")), []);
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

    let file = file("<originalFileHash hashType=\"a&#9;b&#10;c&quot;d\ne\">x</originalFileHash>");
    let Document::FileDetails(details) = parse(file.as_bytes()).unwrap() else { panic!("file details") };
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
fn what_is_not_well_formed_is_one_problem_with_its_line() {
    let deep = "<report>".repeat(100_000);
    let wide = format!("<report {}/>", (0..50).map(|i| format!("a{i}=\"\"")).collect::<Vec<_>>().join(" "));
    let laughs = "<!DOCTYPE report [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>\n<report>&b;</report>";
    let cases: Vec<(&[u8], u32, &str)> = vec![
        (b"", 1, "found none"),
        (b"  \n ", 2, "found none"),
        (b"report", 1, "outside the root"),
        (b"<report>\n\n<a>", 3, "never closed"),
        (b"<report>\n</repo>", 2, "expected"),
        (b"<report/>\n<report/>", 2, "after the root"),
        (b"<report/>\nx", 1, "outside the root"),
        (b"<report>&nbsp;</report>", 1, "entity"),
        (b"<report a=\"&xxe;\"/>", 1, "entity"),
        (laughs.as_bytes(), 1, "DOCTYPE"),
        (b"<!DOCTYPE report SYSTEM \"file:///etc/passwd\"><report/>", 1, "DOCTYPE"),
        (b"<report>\n<x a=\"1\" a=\"2\"/></report>", 2, "twice"),
        (b"<report a=\"1\"b=\"2\"/>", 1, "a space before"),
        (b"<report a=1/>", 1, "name=\"value\""),
        (b"<report a='<'/>", 1, "name=\"value\""),
        (b"<report>]]></report>", 1, "]]>"),
        (b"<report>\n&#0;</report>", 2, "no character"),
        (b"<report>&#xFFFE;</report>", 1, "no character"),
        (b"<report>\n\x01</report>", 2, "U+0001"),
        (b"<report>\n\n\xff</report>", 3, "UTF-8"),
        (b"\xff\xfe<\0r\0/\0>\0", 1, "UTF-8"),
        (b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><report/>", 1, "expected UTF-8"),
        (b"<?xml version=\"1.1\"?><report/>", 1, "version=\"1.0\""),
        (b"\n<?xml version=\"1.0\"?><report/>", 2, "not at the start"),
        (b"<report><!-- -- --></report>", 1, "--"),
        (b"<report xmlns=\"urn:example\"/>", 1, "no namespace"),
        (deep.as_bytes(), 1, "deeper"),
        (wide.as_bytes(), 1, "attributes"),
        (b"<1/>", 1, "name of an element"),
        (b"<report", 1, "not closed"),
    ];
    for (text, line, words) in cases {
        let shown: String = String::from_utf8_lossy(text).chars().take(80).collect();
        let problems = parse(text).expect_err(&shown);
        assert_eq!(problems.len(), 1, "{shown} {problems:#?}");
        assert_eq!(problems[0].line, line, "{shown} {problems:?}");
        assert!(problems[0].reason.contains(words), "{shown} {problems:?}");
    }
}

#[test]
fn a_hostile_document_gives_a_bounded_list_of_problems() {
    let text = report(&"<x/>".repeat(10_000));
    assert_eq!(problems(&text).len(), 200);
    let large = format!("<report>{}</report>", " ".repeat(formats::cybertip::MOST_BYTES));
    assert!(the_problem(&large).2.contains("at most"));
    let many = format!("<report>{}</report>", "<a/>".repeat(600_000));
    assert!(the_problem(&many).2.contains("elements"));
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
fn hints_of_a_schema_are_passed_over() {
    let hinted = report("").replace(
        "<report>",
        "<report xsi:noNamespaceSchemaLocation=\"https://report.cybertip.org/ispws/xsd\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
    );
    assert_eq!(problems(&hinted), []);
    let unbound = report("").replace("<report>", "<report xsi:schemaLocation=\"a b\">");
    assert!(the_problem(&unbound).2.contains("unknown attribute"));
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
