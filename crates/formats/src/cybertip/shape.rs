//! The shape of an element: which attributes, which children, in which order, how often.

use super::{
    problem::{Findings, shown, step},
    xml::{Node, is_space},
};

/// How many of an element's children an element of the schema wants.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    One,
    Optional,
    Many,
    AtLeastOne,
}

/// One place in a sequence: any of these names, so often.
pub(super) struct Place {
    pub(super) names: &'static [&'static str],
    pub(super) count: Count,
}

/// What an element may hold between its tags.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Text only.
    Text,
    /// The places, in their order (`xs:sequence`).
    Sequence,
    /// The places, in any order (`xs:all`).
    All,
}

/// What an element may hold.
pub(super) struct Shape {
    /// Names of attributes, and whether each is required.
    pub(super) attributes: &'static [(&'static str, bool)],
    pub(super) content: Content,
    pub(super) places: &'static [Place],
}

impl Shape {
    /// An element that holds a plain value.
    pub(super) const VALUE: Self = Self { attributes: &[], content: Content::Text, places: &[] };

    /// Notes everything in which `node` departs from this shape.
    pub(super) fn check(&self, node: &Node, findings: &mut Findings) {
        self.check_attributes(node, findings);
        if self.content != Content::Text
            && let Some(text) = Some(node.text.trim_matches(is_space)).filter(|text| !text.is_empty())
        {
            findings.note(node.line, format!("the text {}; expected only elements here", shown(text)));
        }
        let mut reached = 0;
        let mut counts = vec![0_usize; self.places.len()];
        for child in &node.children {
            if findings.is_full() {
                return;
            }
            let Some(at) = self.places.iter().position(|place| place.names.contains(&child.name.as_str()))
            else {
                let expected = self.expected_from(reached);
                findings.at(child.name.clone(), |f| {
                    f.note(child.line, format!("unknown element; expected {expected}"));
                });
                continue;
            };
            if at < reached {
                let (later, expected) = (self.names_of(reached), self.expected_from(reached));
                findings.at(child.name.clone(), |f| {
                    f.note(child.line, format!("must stand before {later}; expected {expected} here"));
                });
            }
            if self.content == Content::Sequence {
                reached = reached.max(at);
            }
            let single =
                self.places.get(at).is_some_and(|place| matches!(place.count, Count::One | Count::Optional));
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
                if single && *count == 2 {
                    findings.at(step(&child.name, Some(1)), |f| {
                        f.note(child.line, format!("expected at most one {}", self.names_of(at)));
                    });
                }
            }
        }
        for (place, count) in self.places.iter().zip(counts) {
            if count == 0 && matches!(place.count, Count::One | Count::AtLeastOne) {
                findings.note(node.line, format!("expected {}, found none", join(place.names)));
            }
        }
    }

    fn check_attributes(&self, node: &Node, findings: &mut Findings) {
        for (name, _) in &node.attributes {
            if !self.attributes.iter().any(|(known, _)| known == name) {
                let known: Vec<_> = self.attributes.iter().map(|(name, _)| *name).collect();
                let expected = if known.is_empty() { "none".to_owned() } else { join(&known) };
                findings.at(format!("@{name}"), |f| {
                    f.note(node.line, format!("unknown attribute; expected {expected}"));
                });
            }
        }
        for (name, _) in self.attributes.iter().filter(|(_, required)| *required) {
            if !node.attributes.iter().any(|(known, _)| known == name) {
                findings.note(node.line, format!("expected the attribute {name}, found none"));
            }
        }
    }

    fn names_of(&self, at: usize) -> String {
        self.places.get(at).map_or_else(String::new, |place| join(place.names))
    }

    /// What may stand at this place or later, in words.
    fn expected_from(&self, reached: usize) -> String {
        let names: Vec<_> = self.places.iter().skip(reached).flat_map(|place| place.names).copied().collect();
        if self.content == Content::Text {
            "only text".to_owned()
        } else if names.is_empty() {
            "no element".to_owned()
        } else {
            join(&names)
        }
    }
}

fn join(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// An element with a text field holds text, any other a sequence.
pub(super) const fn content(text_fields: &[&str]) -> Content {
    if text_fields.is_empty() { Content::Sequence } else { Content::Text }
}
