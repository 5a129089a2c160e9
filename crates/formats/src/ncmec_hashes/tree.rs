//! One entry's XML as a small tree, read from the stream.

use std::io::BufRead;

use crate::xml::{Node, Xml};

/// The most elements of one entry: a fingerprint or a member's opinion each is a handful.
const MOST_ELEMENTS: usize = 20_000;
/// The most text of one entry, in bytes.
const MOST_TEXT: usize = 4 * 1024 * 1024;

/// An element with what is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Self>,
    text: String,
}

impl Element {
    /// Its text without the white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of a child, if there is one and it is not blank.
    pub(super) fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name).map(Self::text).filter(|text| !text.is_empty())
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }
}

/// Reads the rest of an element that has begun.
pub(super) fn read<R: BufRead>(
    xml: &mut Xml<R>,
    name: String,
    attributes: Vec<(String, String)>,
) -> Result<Element, String> {
    let mut open = vec![Element { name, attributes, ..Element::default() }];
    let (mut elements, mut bytes) = (1, 0);
    loop {
        match xml.next()? {
            Node::Start { name, attributes } => {
                elements += 1;
                if elements > MOST_ELEMENTS {
                    return Err(format!("an entry has more than {MOST_ELEMENTS} elements"));
                }
                open.push(Element { name, attributes, ..Element::default() });
            }
            Node::Text(text) => {
                bytes += text.len();
                if bytes > MOST_TEXT {
                    return Err(format!("an entry has more than {MOST_TEXT} bytes of text"));
                }
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Node::End => {
                let Some(element) = open.pop() else { return Err("the element has ended".to_owned()) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => return Ok(element),
                }
            }
            Node::Eof => return Err("the answer ends in the middle of an element".to_owned()),
        }
    }
}

/// Passes over the rest of an element that has begun.
pub(super) fn skip<R: BufRead>(xml: &mut Xml<R>) -> Result<(), String> {
    let mut depth = 1;
    while depth > 0 {
        match xml.next()? {
            Node::Start { .. } => depth += 1,
            Node::End => depth -= 1,
            Node::Text(_) => {}
            Node::Eof => return Err("the answer ends in the middle of an element".to_owned()),
        }
    }
    Ok(())
}
