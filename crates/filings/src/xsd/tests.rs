//! What the two units' schemas do not happen to show.

use super::Xsd;

fn violations(inside: &str, document: &str) -> Vec<String> {
    let schema = format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:element name=\"a\">{inside}</xs:element></xs:schema>"
    );
    Xsd::load(schema.as_bytes()).unwrap().check(document.as_bytes()).iter().map(ToString::to_string).collect()
}

fn valid(inside: &str, document: &str) -> bool {
    violations(inside, document).is_empty()
}

#[test]
fn counts_are_kept() {
    let model = "<xs:complexType><xs:sequence minOccurs=\"2\" maxOccurs=\"3\"><xs:choice><xs:element name=\"b\" type=\"xs:int\"/>\
                 <xs:element name=\"c\" type=\"xs:int\" minOccurs=\"0\"/></xs:choice></xs:sequence></xs:complexType>";
    for (children, right) in
        [("", true), ("b", true), ("bb", true), ("bcb", true), ("bbbb", false), ("cccc", false)]
    {
        let inside: Vec<String> = children.chars().map(|name| format!("<{name}>1</{name}>")).collect();
        assert_eq!(valid(model, &format!("<a>{}</a>", inside.concat())), right, "{children}");
    }
}

#[test]
fn a_departure_is_told_with_its_place_and_what_was_expected() {
    let model = "<xs:complexType><xs:sequence><xs:element name=\"b\" type=\"xs:int\"/><xs:element name=\"c\" type=\"xs:int\"/>\
                 </xs:sequence></xs:complexType>";
    let told = violations(model, "<a>\n<b>x</b>\n<d/>\n</a>");
    assert_eq!(
        told,
        [
            "line 3, a: <d> does not belong here; expected <c>",
            "line 2, a/b: “x” is not a whole number that the type holds"
        ]
    );
    assert_eq!(violations(model, "<a><b>1</b></a>"), ["line 1, a: it ends too early; expected <c>"]);
    assert_eq!(violations(model, "<b/>").len(), 1);
    assert_eq!(violations(model, "<a").len(), 1);
}

#[test]
fn numbers_and_times_are_compared_by_value() {
    let simple = |facets: &str, base: &str| {
        format!("<xs:simpleType><xs:restriction base=\"xs:{base}\">{facets}</xs:restriction></xs:simpleType>")
    };
    let between = simple("<xs:minInclusive value=\"-1.5\"/><xs:maxExclusive value=\"10\"/>", "decimal");
    for (text, right) in
        [("-1.5", true), ("-1.51", false), ("9.999", true), ("10.0", false), ("+003", true), ("-0", true)]
    {
        assert_eq!(valid(&between, &format!("<a>{text}</a>")), right, "{text}");
    }
    let digits = simple("<xs:totalDigits value=\"3\"/><xs:fractionDigits value=\"1\"/>", "decimal");
    for (text, right) in [("12.3", true), ("012.30", true), ("123.4", false), ("1.23", false)] {
        assert_eq!(valid(&digits, &format!("<a>{text}</a>")), right, "{text}");
    }
    let after = simple("<xs:minExclusive value=\"2026-01-01T00:00:00Z\"/>", "dateTime");
    for (text, right) in [
        ("2026-01-01T00:00:00.001Z", true),
        ("2026-01-01T01:00:00+01:00", false),
        ("2026-01-01T01:00:00-01:00", true),
        // Without a zone it might lie before.
        ("2026-01-01T13:00:00", false),
        ("2026-01-02T15:00:00", true),
    ] {
        assert_eq!(valid(&after, &format!("<a>{text}</a>")), right, "{text}");
    }
    assert!(valid(&simple("<xs:enumeration value=\"1\"/>", "int"), "<a>01</a>"));
    let huge = "9".repeat(60);
    for (base, text, right) in [
        ("positiveInteger", "0", false),
        ("positiveInteger", huge.as_str(), true),
        ("negativeInteger", huge.as_str(), false),
        ("unsignedByte", "255", true),
        ("unsignedByte", "256", false),
        ("short", "-32769", false),
        ("long", huge.as_str(), false),
        ("integer", "1.0", false),
    ] {
        assert_eq!(valid(&simple("", base), &format!("<a>{text}</a>")), right, "{base} {text}");
    }
}

#[test]
fn a_deep_document_is_refused_and_a_wide_one_is_read() {
    let model = "<xs:complexType><xs:sequence maxOccurs=\"unbounded\"><xs:element name=\"b\" type=\"xs:int\"/></xs:sequence></xs:complexType>";
    assert!(valid(model, &format!("<a>{}</a>", "<b>1</b>".repeat(3_000))));
    assert!(!valid(model, &"<a>".repeat(5_000)));
}
