//! What is refused, where, and in which words.

use crate::support::{file, now, report, schema, valid_by_schema};
use formats::cybertip::{Problem, parse, validate};

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
