//! How a value becomes XML and comes back, and how it is checked: the three traits behind the
//! tables, and the state each of the three walks carries.

use std::borrow::Cow;

use model::Instant;

use super::{
    problem::{Findings, shown, step},
    shape::{Content, Count, Place, Shape},
    xml::{Node, is_allowed},
};

/// A value that is one element: its attributes and what stands between its tags.
pub(super) trait Element: Sized {
    /// Reads the element; `None` when it cannot be, with the reasons among the findings.
    fn read(node: &Node, findings: &mut Findings) -> Option<Self>;
    /// Writes the element under this name.
    fn write(&self, name: &str, out: &mut Writing);
    /// Checks what the types leave open.
    fn check(&self, checks: &mut Checks);
}

/// A value that is plain text: an element without attributes and children, or an attribute.
pub(super) trait Simple: Sized {
    /// What a text must be, in words.
    fn expected() -> String;
    /// Reads the text as it stands between the tags.
    fn from_text(text: &str) -> Option<Self>;
    /// The text to write.
    fn to_text(&self) -> Cow<'_, str>;
    /// Checks what the type leaves open.
    fn check_value(&self, _checks: &mut Checks) {}
}

impl<T: Simple> Element for T {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        Shape::VALUE.check(node, findings);
        read_text(&node.text, node.line, findings)
    }

    fn write(&self, name: &str, out: &mut Writing) {
        out.start(name);
        out.text(&self.to_text());
        out.end(name);
    }

    fn check(&self, checks: &mut Checks) {
        self.check_value(checks);
    }
}

/// A value that is one of several elements, told apart by their names.
pub(super) trait Choice: Sized {
    /// The names.
    const NAMES: &'static [&'static str];
    /// Reads the element, whose name is one of the names.
    fn read(node: &Node, findings: &mut Findings) -> Option<Self>;
    /// Writes the element.
    fn write(&self, out: &mut Writing);
    /// Checks what the types leave open.
    fn check(&self, checks: &mut Checks);
}

/// An element that holds exactly one of several.
pub(super) fn read_only_choice<C: Choice + 'static>(node: &Node, findings: &mut Findings) -> Option<C> {
    let places = const { &[Place { names: C::NAMES, count: Count::One }] };
    Shape { attributes: &[], content: Content::Sequence, places }.check(node, findings);
    read_choice(node, findings)
}

/// Reads a text, noting what was expected when it is something else.
pub(super) fn read_text<T: Simple>(text: &str, line: u32, findings: &mut Findings) -> Option<T> {
    let value = T::from_text(text);
    if value.is_none() {
        findings.note(line, format!("expected {}, found {}", T::expected(), shown(text)));
    }
    value
}

/// Reads an attribute.
pub(super) fn read_attribute<T: Simple>(node: &Node, name: &str, findings: &mut Findings) -> Option<T> {
    let (_, text) = node.attributes.iter().find(|(known, _)| known == name)?;
    findings.at(format!("@{name}"), |findings| read_text(text, node.line, findings))
}

/// Reads the first child of this name.
pub(super) fn read_child<T: Element>(node: &Node, name: &str, findings: &mut Findings) -> Option<T> {
    let child = node.children.iter().find(|child| child.name == name)?;
    findings.at(name.to_owned(), |findings| T::read(child, findings))
}

/// Reads every child of this name.
pub(super) fn read_children<T: Element>(node: &Node, name: &str, findings: &mut Findings) -> Vec<T> {
    let children = node.children.iter().filter(|child| child.name == name).enumerate();
    children
        .filter_map(|(i, child)| findings.at(step(name, Some(i)), |findings| T::read(child, findings)))
        .collect()
}

/// Reads the first child that is one of a choice.
pub(super) fn read_choice<C: Choice>(node: &Node, findings: &mut Findings) -> Option<C> {
    let child = node.children.iter().find(|child| C::NAMES.contains(&child.name.as_str()))?;
    findings.at(child.name.clone(), |findings| C::read(child, findings))
}

/// A document being written: two spaces of indentation, nothing added to text.
pub(super) struct Writing {
    pub(super) text: String,
    depth: usize,
    /// The start tag is still without its `>`.
    in_tag: bool,
    /// The element being written holds text.
    holds_text: bool,
}

impl Writing {
    pub(super) fn new() -> Self {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned();
        Self { text, depth: 0, in_tag: false, holds_text: false }
    }

    pub(super) fn start(&mut self, name: &str) {
        self.close_tag();
        self.new_line();
        self.text.push('<');
        self.text.push_str(name);
        self.in_tag = true;
        self.depth += 1;
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        self.escape(value, true);
        self.text.push('"');
    }

    pub(super) fn text(&mut self, value: &str) {
        self.close_tag();
        self.escape(value, false);
        self.holds_text = true;
    }

    pub(super) fn end(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        if std::mem::take(&mut self.in_tag) {
            self.text.push_str("/>");
            return;
        }
        if !std::mem::take(&mut self.holds_text) {
            self.new_line();
        }
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    fn close_tag(&mut self) {
        if std::mem::take(&mut self.in_tag) {
            self.text.push('>');
        }
    }

    fn new_line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn escape(&mut self, value: &str, attribute: bool) {
        for c in value.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' if attribute => self.text.push_str("&quot;"),
                '\r' => self.text.push_str("&#13;"),
                '\n' if attribute => self.text.push_str("&#10;"),
                '\t' if attribute => self.text.push_str("&#9;"),
                // The check of a text names such a character; what is written must stay XML.
                c if !is_allowed(c) => self.text.push(char::REPLACEMENT_CHARACTER),
                c => self.text.push(c),
            }
        }
    }
}

/// A document being checked.
pub(super) struct Checks {
    findings: Findings,
    /// The present instant.
    pub(super) now: Instant,
}

impl Checks {
    pub(super) fn new(now: Instant) -> Self {
        Self { findings: Findings::default(), now }
    }

    /// Notes a problem at the present place.
    pub(super) fn note(&mut self, reason: impl Into<String>) {
        self.findings.note(0, reason);
    }

    /// Does `work` one step further down.
    pub(super) fn at<R>(&mut self, name: &str, index: Option<usize>, work: impl FnOnce(&mut Self) -> R) -> R {
        self.findings.enter(step(name, index));
        let done = work(self);
        self.findings.leave();
        done
    }

    pub(super) fn into_problems(self) -> Vec<super::Problem> {
        self.findings.problems
    }
}
