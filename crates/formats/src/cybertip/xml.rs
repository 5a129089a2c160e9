//! A strict, bounded reader from XML 1.0 text to a tree of elements.
//!
//! Documents come from strangers: a DOCTYPE and every entity but the five predefined ones are
//! refused, size, depth and number of elements are bounded, and the stack is a vector, so no input
//! makes this code recurse. What XML 1.0 calls malformed and the tokenizer lets pass (attributes
//! without a space between them, `]]>` in text, characters XML does not allow) is refused here.

use std::borrow::Cow;

use quick_xml::{Reader, events::Event};

use super::problem::{Problem, shown};

/// The largest document read, in bytes.
pub const MOST_BYTES: usize = 32 * 1024 * 1024;
/// The deepest nesting read; the schema itself needs five.
const MOST_DEPTH: usize = 32;
/// The most elements read from one document.
const MOST_ELEMENTS: usize = 500_000;
/// The most attributes read from one element; the schema itself needs five.
const MOST_ATTRIBUTES: usize = 32;

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const RESERVED_NAMESPACES: [&str; 2] =
    ["http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"];

/// One element.
pub(super) struct Node {
    pub(super) name: String,
    /// The line its start tag begins on.
    pub(super) line: u32,
    /// Attributes that mean something: declarations of namespaces and hints where a schema may be
    /// found are left out.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Self>,
    /// All text directly inside, references resolved and line ends normalised.
    pub(super) text: String,
}

/// Reads a document to its root element.
pub(super) fn read(bytes: &[u8]) -> Result<Node, Problem> {
    let fail = |line, reason: String| Problem { path: String::new(), line, reason };
    if bytes.len() > MOST_BYTES {
        let reason = format!("the document has {} bytes; expected at most {MOST_BYTES}", bytes.len());
        return Err(fail(1, reason));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        fail(line_after(before), "not UTF-8; expected an XML document in UTF-8".to_owned())
    })?;
    let text = normalise_line_ends(text.strip_prefix('\u{feff}').unwrap_or(text));
    if let Some((at, wrong)) = text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        let line = line_after(text.as_bytes().get(..at).unwrap_or_default());
        return Err(fail(line, format!("the character U+{:04X} is not allowed in XML", u32::from(wrong))));
    }
    Build::new(&text).run().map_err(|(line, reason)| fail(line, reason))
}

/// Whether XML 1.0 allows the character.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// What XML and XML Schema call white space.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

type Malformed = (u32, String);

struct Build<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    open: Vec<Node>,
    root: Option<Node>,
    elements: usize,
    /// Prefixes that stand for the schema-instance namespace, with the depth of their declaration.
    hint_prefixes: Vec<(usize, String)>,
    /// How far lines have been counted.
    counted: usize,
    line: u32,
}

impl<'t> Build<'t> {
    fn new(text: &'t str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().enable_all_checks(true);
        Self {
            text,
            reader,
            open: Vec::new(),
            root: None,
            elements: 0,
            hint_prefixes: Vec::new(),
            counted: 0,
            line: 1,
        }
    }

    fn run(mut self) -> Result<Node, Malformed> {
        let mut first = true;
        loop {
            let start = self.reader.buffer_position() as usize;
            let event = self.reader.read_event();
            self.count_lines_to(start);
            let step = match event {
                Ok(Event::Eof) => return self.finish(),
                Ok(event) => self.take(event, first),
                Err(error) => {
                    self.count_lines_to(self.reader.error_position() as usize);
                    Err(format!("malformed XML: {error}"))
                }
            };
            step.map_err(|reason| (self.line, reason))?;
            first = false;
        }
    }

    fn finish(self) -> Result<Node, Malformed> {
        match (self.open.last(), self.root) {
            (Some(open), _) => Err((open.line, format!("malformed XML: <{}> is never closed", open.name))),
            (None, Some(root)) => Ok(root),
            (None, None) => Err((self.line, "malformed XML: expected an element, found none".to_owned())),
        }
    }

    fn take(&mut self, event: Event<'t>, first: bool) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.start(tag.name().0, tag.attributes_raw()),
            Event::Empty(tag) => {
                self.start(tag.name().0, tag.attributes_raw())?;
                self.end();
                Ok(())
            }
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) if text.contains("]]>") => Err("malformed XML: “]]>” in text".to_owned()),
            Event::Text(text) => self.append(&text),
            Event::CData(text) if self.open.is_empty() => {
                Err(format!("malformed XML: {} outside the root element", shown(&text)))
            }
            Event::CData(text) => self.append(&text),
            Event::GeneralRef(name) => {
                let resolved = resolve(&name)?;
                match self.open.last_mut() {
                    Some(node) => node.text.push(resolved),
                    None => return Err("malformed XML: a reference outside the root element".to_owned()),
                }
                Ok(())
            }
            Event::PI(pi) if is_name(pi.target()) && !pi.target().eq_ignore_ascii_case("xml") => Ok(()),
            Event::PI(pi) => {
                Err(format!("malformed XML: {} is no processing instruction", shown(pi.target())))
            }
            Event::Decl(declaration) if first => declared_utf8(&declaration),
            Event::Decl(_) => Err("malformed XML: an XML declaration that is not at the start".to_owned()),
            Event::DocType(_) => Err("a DOCTYPE is refused; expected a document without one".to_owned()),
            Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, name: &str, attributes: &str) -> Result<(), String> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(format!("malformed XML: <{name}> after the root element"));
        }
        if !is_name(name) {
            return Err(format!("malformed XML: {} is not the name of an element", shown(name)));
        }
        if self.open.len() >= MOST_DEPTH {
            return Err(format!("elements nested deeper than {MOST_DEPTH}"));
        }
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(format!("more than {MOST_ELEMENTS} elements"));
        }
        let attributes = self.meaningful(parse_attributes(attributes)?)?;
        self.open.push(Node {
            name: name.to_owned(),
            line: self.line,
            attributes,
            children: Vec::new(),
            text: String::new(),
        });
        Ok(())
    }

    fn end(&mut self) {
        let depth = self.open.len();
        self.hint_prefixes.retain(|(declared, _)| *declared < depth);
        if let Some(done) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => self.root = Some(done),
            }
        }
    }

    fn append(&mut self, text: &str) -> Result<(), String> {
        match self.open.last_mut() {
            Some(node) => node.text.push_str(text),
            None if text.chars().all(is_space) => {}
            None => {
                return Err(format!("malformed XML: {} outside the root element", shown(text.trim())));
            }
        }
        Ok(())
    }

    /// Takes out the attributes that say nothing about the content, and refuses a namespace.
    fn meaningful(&mut self, attributes: Vec<(String, String)>) -> Result<Vec<(String, String)>, String> {
        let depth = self.open.len() + 1;
        let mut kept = Vec::with_capacity(attributes.len());
        let mut hints = Vec::new();
        for (name, value) in attributes {
            match name.split_once(':') {
                None if name == "xmlns" && value.is_empty() => {}
                None if name == "xmlns" => {
                    return Err(format!(
                        "the namespace {}; expected elements in no namespace",
                        shown(&value)
                    ));
                }
                Some(("xmlns", prefix)) => {
                    let reserved = RESERVED_NAMESPACES.contains(&value.as_str());
                    if value.is_empty() || reserved || prefix.contains(':') || prefix == "xmlns" {
                        return Err(format!("malformed XML: {} cannot be declared", shown(&name)));
                    }
                    if value == SCHEMA_INSTANCE {
                        self.hint_prefixes.push((depth, prefix.to_owned()));
                    }
                }
                Some((_, "schemaLocation" | "noNamespaceSchemaLocation")) => hints.push((name, value)),
                _ => kept.push((name, value)),
            }
        }
        // A hint may stand before the declaration of its prefix in the same tag.
        for (name, value) in hints {
            let prefix = name.split(':').next().unwrap_or_default();
            if !self.hint_prefixes.iter().any(|(_, known)| known == prefix) {
                kept.push((name, value));
            }
        }
        Ok(kept)
    }

    fn count_lines_to(&mut self, position: usize) {
        let lines = self.text.get(self.counted..position).unwrap_or_default().matches('\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.counted = self.counted.max(position);
    }
}

/// The document must not say it is in another encoding than UTF-8, nor in another XML than 1.0.
fn declared_utf8(declaration: &str) -> Result<(), String> {
    let said = parse_attributes(declaration.strip_prefix("xml").unwrap_or(declaration))?;
    let said: Vec<_> = said.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let encoding = match said.as_slice() {
        [("version", "1.0")] | [("version", "1.0"), ("standalone", "yes" | "no")] => "UTF-8",
        [("version", "1.0"), ("encoding", encoding)]
        | [("version", "1.0"), ("encoding", encoding), ("standalone", "yes" | "no")] => encoding,
        _ => return Err("expected the declaration <?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned()),
    };
    if encoding.eq_ignore_ascii_case("UTF-8") {
        Ok(())
    } else {
        Err(format!("the encoding {}; expected UTF-8", shown(encoding)))
    }
}

/// Reads the attributes of a tag, from behind its name.
fn parse_attributes(mut rest: &str) -> Result<Vec<(String, String)>, String> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches(is_space);
        if trimmed.is_empty() {
            return Ok(attributes);
        }
        if trimmed.len() == rest.len() {
            return Err(format!("malformed XML: expected a space before {}", shown(rest)));
        }
        let wrong = || format!("malformed XML: expected name=\"value\", found {}", shown(trimmed));
        let (name, value) = trimmed.split_once('=').ok_or_else(wrong)?;
        let (name, value) = (name.trim_end_matches(is_space), value.trim_start_matches(is_space));
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(wrong)?;
        let (value, after) = value.strip_prefix(quote).and_then(|v| v.split_once(quote)).ok_or_else(wrong)?;
        if !is_name(name) || value.contains('<') {
            return Err(wrong());
        }
        if attributes.iter().any(|(known, _)| known == name) {
            return Err(format!("malformed XML: the attribute {name} is given twice"));
        }
        if attributes.len() >= MOST_ATTRIBUTES {
            return Err(format!("more than {MOST_ATTRIBUTES} attributes in one tag"));
        }
        attributes.push((name.to_owned(), attribute_value(value)?));
        rest = after;
    }
}

/// Resolves references and makes white space spaces, as XML 1.0 §3.3.3 wants of attributes.
fn attribute_value(mut raw: &str) -> Result<String, String> {
    let mut value = String::with_capacity(raw.len());
    while let Some((before, after)) = raw.split_once('&') {
        let (name, rest) =
            after.split_once(';').ok_or("malformed XML: “&” that begins no reference".to_owned())?;
        value.extend(before.chars().map(|c| if is_space(c) { ' ' } else { c }));
        value.push(resolve(name)?);
        raw = rest;
    }
    value.extend(raw.chars().map(|c| if is_space(c) { ' ' } else { c }));
    Ok(value)
}

/// The character a reference stands for.
fn resolve(name: &str) -> Result<char, String> {
    let number = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten().and_then(char::from_u32)
    };
    let character = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix('#') {
            Some(digits) => {
                digits.strip_prefix('x').map_or_else(|| number(digits, 10), |hex| number(hex, 16))
            }
            None => {
                return Err(format!(
                    "the entity {} is refused; expected only amp, lt, gt, quot, apos and characters by number",
                    shown(name)
                ));
            }
        },
    };
    character
        .filter(|c| is_allowed(*c))
        .ok_or_else(|| format!("malformed XML: {} is no character of XML", shown(name)))
}

/// Whether this is a name. Names outside ASCII are lawful XML, but none of this schema's.
fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | ':'))
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-' | '.'))
}

fn normalise_line_ends(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The line on which what follows these bytes stands.
fn line_after(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.split(|b| *b == b'\n').count()).unwrap_or(u32::MAX)
}
