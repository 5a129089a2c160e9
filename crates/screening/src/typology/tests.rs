//! What is read of a typology's file, and what is refused.

use super::*;
use crate::engine::{Channel, Kind, Marks};

fn baseline() -> &'static str {
    shipped()[0].1
}

/// A typology that uses all there is.
const WHOLE: &str = r#"
id = "whole-of-it"
version = 3
title = "Everything a file can say"
status = "active"
subject = "sender"
route = "review"
severity = "medium"
sentence = "{count} payments to {receivers}, {sum} in all."
source = "A synthetic source, p. 1"
verified = "2026-11-21"
zone = "Asia/Manila"
currency = "USD"
alert_at = 3.0
relief_at_most = 1.5
required = "small && (near || !steady)"

[parameters]
most = "USD 200.00"
few = 5
half = 0.5
lands = ["PH", "TH"]

[jurisdiction.AU]
most = "AUD 500.00"
few = 4

[evidence]
window = "90d"
at_least = 2
filter = { to = "$lands", most = "$most" }

[[feature]]
name = "small_30d"
of = "sender"
window = "30d"
what = "count"
filter = { to = "$lands", most = "$most", channels = ["remitter", "wallet"], without = ["receiver_business"] }

[[feature]]
name = "night"
of = "sender"
window = "90d"
what = "share"
part = { hours = { clock = "sender", from = 22, to = 6 } }

[[feature]]
name = "near_calls"
of = "pair"
window = "12h"
what = "count"
filter = { near = { kind = "call", within = "90m" }, burst = { within = "2h", payments = 2 } }

[[feature]]
name = "known_for"
of = "pair"
what = "age"

[[indicator]]
id = "small"
condition = "small_30d >= few"
weight = 2.0
sentence = "{small_30d} payments of at most {amount}; {few} are asked for."
source = "A synthetic source, p. 2"
verified = "2026-11-21"

[[indicator]]
id = "near"
condition = "near_calls > 0 && night > half"
weight = 1.5
sentence = "{near_calls} soon after a call."
source = "A synthetic source, p. 3"
verified = "2026-11-21"

[[indicator]]
id = "steady"
condition = "known_for > 730.0"
weight = -1.0
sentence = "The two have known each other for {known_for}."
source = "A synthetic source, p. 4"
verified = false
"#;

#[test]
fn what_is_shipped_is_read_and_is_named_as_its_file() {
    for (file, text) in shipped() {
        let typology = Typology::parse(file, text).unwrap_or_else(|refused| panic!("{refused}"));
        assert_eq!(format!("{}.toml", typology.id), file);
    }
    let typology = Typology::parse("baseline", baseline()).unwrap();
    assert_eq!(typology.status, Status::Baseline);
    assert_eq!(typology.evidence.at_least, 20);
    assert_eq!(typology.largest().unwrap().to_string(), "PHP 5,000.00");
    assert_eq!((typology.evidence.window, typology.reach()), (Span::days(30), Span::days(30)));
    assert!(local_time().of(Some(model::Country::PH)).is_some());
}

#[test]
fn a_file_says_what_it_says_and_a_jurisdiction_has_its_own_parameters() {
    let plain = Typology::parse("x", WHOLE).unwrap();
    assert_eq!(plain.largest().unwrap().to_string(), "USD 200.00");
    assert_eq!(plain.evidence.filter.to.len(), 2);
    assert_eq!(plain.features[0].filter.channels, [Channel::Remitter, Channel::Wallet]);
    assert_eq!(plain.features[0].filter.without, Marks::named("receiver_business").unwrap());
    let near = plain.features[2].filter.near.unwrap();
    assert_eq!((near.kind, near.within), (Kind::Call, Span::minutes(90)));
    assert_eq!(plain.indicators.iter().map(|i| i.verified).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!((plain.alert_at, plain.relief_at_most), (3.0, 1.5));
    assert_eq!(plain.required(), Some("small && (near || !steady)"));
    assert_eq!(plain.reach(), Typology::ENDLESS, "an age looks at the first payment ever");
    assert_eq!(plain.numbers["few"], "5");

    let australia = Typology::parse_for("x", WHOLE, "AU".parse().ok()).unwrap();
    assert_eq!(australia.largest().unwrap().to_string(), "AUD 500.00");
    assert_eq!(australia.numbers["few"], "4");
    assert_eq!(Typology::parse_for("x", WHOLE, "NZ".parse().ok()).unwrap(), plain);
}

/// Each change of the file is refused at the line it was made on.
fn refused(text: &str, changes: &[(&str, &str, &str)]) {
    for (from, to, reason) in changes {
        let place = text.find(from).unwrap_or_else(|| panic!("{from} is not in the file"));
        let changed = text.replacen(from, to, 1);
        let refused = Typology::parse("data/typologies/x.toml", &changed)
            .err()
            .unwrap_or_else(|| panic!("{to} was read"));
        assert!(refused.reason.contains(reason), "{to}: {refused}");
        assert_eq!(
            refused.line,
            parameters::line(text, place + from.find(|c| c != '\n').unwrap()),
            "{to}: {refused}"
        );
        assert!(refused.to_string().starts_with("data/typologies/x.toml:"), "{refused}");
    }
}

#[test]
fn a_wrong_file_is_refused_with_its_line_and_the_reason() {
    refused(
        baseline(),
        &[
            ("window = \"30d\"", "window = \"0d\"", "is not a stretch of time"),
            ("window = \"30d\"", "window = \"400d\"", "1 hour to 366 days"),
            ("window = \"30d\"", "window = \"30m\"", "1 hour to 366 days"),
            ("window = \"30d\"", "window = 30", "invalid type"),
            ("zone = \"Asia/Manila\"", "zone = \"Asia/Nowhere\"", "not a zone"),
            ("at_least = 20", "at_least = 0", "1 to 1,000,000"),
            ("most = \"PHP 5000.00\"", "most = \"PHP 5,000\"", "is not an amount"),
            ("most = \"PHP 5000.00\"", "most = \"5000.00\"", "currency first"),
            ("most = \"PHP 5000.00\"", "most = \"PHP -1\"", "more than nothing"),
            ("currency = \"PHP\"", "currency = \"peso\"", "is not a currency"),
            ("to = [\"PH\"]", "to = [\"Philippines\"]", "is not a country code"),
            ("without = [\"receiver_business\"]", "without = [\"a_shop\"]", "“a_shop” is not a mark"),
            ("status = \"baseline\"", "status = \"on\"", "unknown variant"),
            ("verified = \"2026-11-21\"", "verified = \"yesterday\"", "is not a date"),
            ("id = \"baseline-inward-20\"", "id = \"Baseline\"", "lower-case letters"),
            ("version = 1", "version = 0", "count from 1"),
        ],
    );
    refused(
        WHOLE,
        &[
            (
                "condition = \"small_30d >= few\"",
                "condition = \"small_30d >= many\"",
                "nothing is named “many”",
            ),
            (
                "condition = \"small_30d >= few\"",
                "condition = \"small_30d >= half\"",
                "mixes a whole and a real",
            ),
            ("required = \"small &&", "required = \"large &&", "nothing is named “large”"),
            ("alert_at = 3.0", "alert_at = 30.0", "at most 3.5"),
            ("weight = 2.0", "weight = 0.0", "not nothing"),
            ("verified = false", "verified = true", "false or the day"),
            ("sentence = \"{small_30d}", "sentence = \"{large}", "nothing fills “{large}”"),
            ("name = \"night\"", "name = \"small_30d\"", "before it too"),
            ("name = \"night\"", "name = \"count\"", "no place of a sentence"),
            (
                "of = \"sender\"\nwindow = \"30d\"",
                "of = \"receiver\"\nwindow = \"30d\"",
                "its subject's own features",
            ),
            ("what = \"share\"", "what = \"count\"", "only a share has a `part`"),
            ("what = \"age\"", "window = \"30d\"\nwhat = \"age\"", "have no window"),
            ("filter = { to = \"$lands\"", "filter = { to = \"$places\"", "[parameters] has no “places”"),
            ("few = 4", "fewer = 4", "[parameters] has no “fewer”"),
            ("few = 4", "few = \"4\"", "“few” is integer in [parameters] and string here"),
            ("kind = \"call\"", "kind = \"letter\"", "unknown variant"),
            ("payments = 2", "payments = 1", "2 payments or more"),
            ("from = 22", "from = 24", "0–23"),
        ],
    );
}

#[test]
fn a_typology_without_its_source_is_refused() {
    let key = baseline().find("source = ").unwrap();
    let end = key + baseline()[key..].find("verified").unwrap();
    let without = [&baseline()[..key], &baseline()[end..]].concat();
    assert!(Typology::parse("x", &without).unwrap_err().reason.contains("missing field `source`"));
    let empty = [&baseline()[..key], "source = \" \"\n", &baseline()[end..]].concat();
    assert!(Typology::parse("x", &empty).unwrap_err().reason.contains("“source” is empty"));
}

#[test]
fn parameters_cannot_make_a_file_grow_without_end() {
    let long = "x".repeat(100_000);
    let text = format!("many = [{}]\n[parameters]\nlong = \"{long}\"\n", "\"$long\", ".repeat(1_000));
    assert!(Typology::parse("x", &text).unwrap_err().reason.contains("larger than"));
}

proptest::proptest! {
    #[test]
    fn whatever_is_cut_out_or_put_in_a_file_is_read_or_refused(
        at in 0_usize..3_000, len in 0_usize..40, new in "[a-z0-9\"$={}\\[\\]\\.\n]{0,12}",
    ) {
        let mut text: Vec<char> = WHOLE.chars().collect();
        let at = at % text.len();
        let end = (at + len).min(text.len());
        text.splice(at..end, new.chars());
        let text: String = text.into_iter().collect();
        if let Err(refused) = Typology::parse("x.toml", &text) {
            proptest::prop_assert!(refused.line >= 1 && !refused.reason.is_empty());
        }
    }
}
