//! A document on its way out, part by part: what the receiver will read, in lines a person can.
//!
//! The document is the one the house wrote itself, so its elements are known; what is shown is every
//! value in it, in its order, and nothing else.

use crate::page::{filing::SentPart, record::Fact};

/// The parts of a report: what its elements are called on a page, and whether they are about a
/// person.
const PARTS: [(&str, &str, bool); 9] = [
    ("incidentSummary", "Incident", false),
    ("internetDetails", "Where on the Internet", false),
    ("lawEnforcement", "Law enforcement", false),
    ("reporter", "Who reports", false),
    ("personOrUserReported", "Person reported", true),
    ("intendedRecipient", "Person it was meant for", true),
    ("victim", "The child", true),
    ("additionalInfo", "What the receiver is told", true),
    ("fileDetails", "File", true),
];

/// A tag of the document.
enum Tag<'d> {
    Opens { name: &'d str, attributes: &'d str, empty: bool },
    Closes,
}

/// The document's parts.
pub(super) fn parts_of(document: &str) -> Vec<SentPart> {
    let mut parts: Vec<SentPart> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = document;
    while let Some((text, tag, after)) = step(rest) {
        rest = after;
        if let (Some(part), false) = (parts.last_mut(), text.trim().is_empty()) {
            part.facts.push(Fact::exact(&label(&open), decoded(text.trim())));
        }
        match tag {
            Tag::Opens { name, attributes, empty } => {
                if open.len() == 1 {
                    parts.push(part(name));
                }
                open.push(name);
                if let (Some(part), false) = (parts.last_mut(), attributes.is_empty()) {
                    part.facts.push(Fact::exact(&label(&open), decoded(attributes)));
                } else if let (Some(part), true) = (parts.last_mut(), empty) {
                    part.facts.push(Fact::new(&label(&open), "yes"));
                }
                if empty {
                    open.pop();
                }
            }
            Tag::Closes => {
                open.pop();
            }
        }
    }
    parts
}

/// The text before the next tag, the tag, and what follows. Declarations are passed over.
fn step(text: &str) -> Option<(&str, Tag<'_>, &str)> {
    let (before, rest) = text.split_once('<')?;
    let (inner, after) = rest.split_once('>')?;
    if inner.starts_with(['?', '!']) {
        return step(after);
    }
    if inner.starts_with('/') {
        return Some((before, Tag::Closes, after));
    }
    let empty = inner.ends_with('/');
    let inner = inner.trim_end_matches('/').trim();
    let (name, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    Some((before, Tag::Opens { name, attributes: attributes.trim(), empty }, after))
}

fn part(name: &str) -> SentPart {
    let known = PARTS.iter().find(|(element, ..)| *element == name);
    let (title, personal) =
        known.map_or_else(|| (spaced(name), true), |(_, title, personal)| ((*title).to_owned(), *personal));
    SentPart { title, facts: Vec::new(), personal }
}

/// What a field is called: its element, with the one around it where that is not the person or the
/// part itself.
fn label(open: &[&str]) -> String {
    match open {
        [_, _, .., around, name] if !around.ends_with("Person") => {
            format!("{}, {}", spaced(around), lower(name))
        }
        [.., name] => spaced(name),
        [] => String::new(),
    }
}

/// `incidentDateTime` as `Incident date time`.
fn spaced(name: &str) -> String {
    let words = lower(name);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn lower(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// Undoes what XML asks to be written otherwise.
fn decoded(text: &str) -> String {
    ["&lt;<", "&gt;>", "&quot;\"", "&apos;'", "&#10;\n", "&#13;\r", "&#9;\t", "&amp;&"]
        .iter()
        .filter_map(|pair| pair.split_once(';'))
        .fold(text.to_owned(), |text, (entity, letter)| text.replace(&format!("{entity};"), letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<report>\n  <incidentSummary>\n    \
        <incidentType>Child Sex Trafficking</incidentType>\n    <sextortion/>\n  </incidentSummary>\n  \
        <personOrUserReported>\n    <personOrUserReportedPerson>\n      <phone type=\"Mobile\">+63 900 555 0142</phone>\n    \
        </personOrUserReportedPerson>\n    <ipCaptureEvent>\n      <ipAddress>192.0.2.7</ipAddress>\n    \
        </ipCaptureEvent>\n  </personOrUserReported>\n  <additionalInfo>R &amp; D &lt;synthetic&gt;</additionalInfo>\n</report>\n";

    fn facts(part: &SentPart) -> Vec<(&str, &str)> {
        part.facts.iter().map(|fact| (fact.label.as_str(), fact.value.as_str())).collect()
    }

    #[test]
    fn every_value_is_shown_under_its_part() {
        let parts = parts_of(REPORT);
        let titles: Vec<_> = parts.iter().map(|part| (part.title.as_str(), part.personal)).collect();
        assert_eq!(
            titles,
            [("Incident", false), ("Person reported", true), ("What the receiver is told", true)]
        );
        assert_eq!(facts(&parts[0]), [("Incident type", "Child Sex Trafficking"), ("Sextortion", "yes")]);
        assert_eq!(
            facts(&parts[1]),
            [
                ("Phone", "type=\"Mobile\""),
                ("Phone", "+63 900 555 0142"),
                ("Ip capture event, ip address", "192.0.2.7"),
            ]
        );
        assert_eq!(facts(&parts[2]), [("Additional info", "R & D <synthetic>")]);
    }

    #[test]
    fn what_is_no_document_has_no_parts_and_one_cut_short_has_those_before() {
        assert!(parts_of("").is_empty() && parts_of("no document").is_empty());
        assert_eq!(parts_of("<report><reporter><email>desk@example.test</email").len(), 1);
    }
}
