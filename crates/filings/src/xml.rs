//! XML: a small tree for what is checked, and a writer for what is filed.
//!
//! The reader takes what a financial intelligence unit's schema or a finished report holds: UTF-8, namespaces, no document
//! type, no entities but the five of XML, bounded depth. The writer accepts any text: what XML 1.0 cannot hold becomes
//! U+FFFD, so that a loss can be seen and no text breaks a file.

use quick_xml::{NsReader, events::Event, name::ResolveResult};

/// The deepest nesting that is read; the schemas of this field need about twenty.
const DEEPEST: usize = 96;

/// An element with what is in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Self>,
    /// The text directly inside, joined.
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// An attribute; a namespace declaration is none.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = |attribute: &&Attribute| attribute.namespace.is_empty() && attribute.name == name;
        self.attributes.iter().find(found).map(|attribute| attribute.value.as_str())
    }

    /// This element and all below it, in the order of the document.
    pub(crate) fn visit<'a>(&'a self, seen: &mut dyn FnMut(&'a Self)) {
        seen(self);
        for child in &self.children {
            child.visit(seen);
        }
    }
}

/// A document, with the prefixes its root declares.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) root: Element,
    /// Prefix (empty for the default) and namespace.
    pub(crate) prefixes: Vec<(String, String)>,
}

/// Reads a document; the error says what is wrong and near which line.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, String> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| "the file is not UTF-8; save it as UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut prefixes = Vec::new();
    loop {
        let line = lines.at(reader.buffer_position());
        let (resolved, event) =
            reader.read_resolved_event().map_err(|error| format!("line {line}: not well formed: {error}"))?;
        let mut push = |more: &str| match open.last_mut() {
            Some(element) => {
                element.text.push_str(more);
                Ok(())
            }
            None if more.trim().is_empty() => Ok(()),
            None => Err(format!("line {line}: there is text outside the document’s element")),
        };
        match event {
            Event::Start(start) => {
                if root.is_some() {
                    return Err(format!("line {line}: there is a second document element"));
                }
                if open.len() >= DEEPEST {
                    return Err(format!("line {line}: elements are nested more than {DEEPEST} deep"));
                }
                let local = start.local_name();
                let name: &str = local.as_ref();
                let mut element = Element {
                    namespace: namespace(resolved, line)?,
                    name: name.to_owned(),
                    line,
                    ..Element::default()
                };
                for attribute in start.attributes() {
                    let attribute =
                        attribute.map_err(|error| format!("line {line}: not well formed: {error}"))?;
                    let value = quick_xml::escape::unescape(&attribute.value)
                        .map_err(|error| format!("line {line}: not well formed: {error}"))?
                        .into_owned();
                    let key: &str = attribute.key.as_ref();
                    if key == "xmlns" || key.starts_with("xmlns:") {
                        if open.is_empty() {
                            let prefix = key.strip_prefix("xmlns:").unwrap_or_default();
                            prefixes.push((prefix.to_owned(), value));
                        }
                        continue;
                    }
                    let (resolved, local) = reader.resolver().resolve_attribute(attribute.key);
                    let name: &str = local.as_ref();
                    element.attributes.push(Attribute {
                        namespace: namespace(resolved, line)?,
                        name: name.to_owned(),
                        value,
                    });
                }
                open.push(element);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(format!("line {line}: an element ends that did not begin"));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Text(text) => push(&text.xml10_content())?,
            Event::CData(text) => push(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let wrong = || format!("line {line}: “&{};” is not read", cut(name));
                match reference.resolve_char_ref().map_err(|_| wrong())? {
                    Some(character) => push(character.encode_utf8(&mut [0; 4]))?,
                    None => push(quick_xml::escape::resolve_xml_entity(name).ok_or_else(wrong)?)?,
                }
            }
            Event::DocType(_) => {
                return Err(format!("line {line}: a document type (<!DOCTYPE>) is not read; take it out"));
            }
            Event::Eof if !open.is_empty() => {
                return Err("the file ends in the middle of an element".to_owned());
            }
            Event::Eof => break,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
        }
    }
    Ok(Document { root: root.ok_or("the file is not XML")?, prefixes })
}

fn namespace(resolved: ResolveResult<'_>, line: usize) -> Result<String, String> {
    match resolved {
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Bound(namespace) => {
            let name: &str = namespace.as_ref();
            Ok(name.to_owned())
        }
        ResolveResult::Unknown(_) => Err(format!("line {line}: a prefix is used that is not declared")),
    }
}

/// A text cut to what a message needs.
pub(crate) fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// Counts lines up to a place that only moves on.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> usize {
        let to = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..to).unwrap_or_default();
        self.line += passed.split(|byte| *byte == b'\n').skip(1).count();
        self.at = to.max(self.at);
        self.line
    }
}

/// A document being written, two spaces a level.
#[derive(Debug)]
pub(crate) struct Writer {
    text: String,
    prefix: &'static str,
    open: Vec<String>,
}

impl Writer {
    /// Begins a document whose elements bear `prefix` (empty, or such as `fc2:`).
    pub(crate) fn new(prefix: &'static str) -> Self {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        Self { text, prefix, open: Vec::new() }
    }

    /// Begins an element with attributes.
    pub(crate) fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.text.push_str(&format!("<{}{name}", self.prefix));
        for (key, value) in attributes {
            self.text.push_str(&format!(" {key}=\"{}\"", escaped(value)));
        }
        self.text.push_str(">\n");
        self.open.push(name.to_owned());
    }

    /// Ends the element that began last.
    pub(crate) fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.text.push_str(&format!("</{}{name}>\n", self.prefix));
        }
    }

    /// An element with children, written by `inside`.
    pub(crate) fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.begin(name, &[]);
        inside(self);
        self.end();
    }

    /// An element with a text.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.indent();
        self.text.push_str(&format!("<{0}{name}>{1}</{0}{name}>\n", self.prefix, escaped(text)));
    }

    /// An element with a text, if there is one.
    pub(crate) fn maybe(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.text(name, text);
        }
    }

    /// The finished document.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    fn indent(&mut self) {
        self.text.push_str(&"  ".repeat(self.open.len()));
    }
}

/// True for what XML 1.0 can hold (production 2, `Char`).
pub(crate) const fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A text as it stands in XML. A carriage return is written as a reference, or a reader would drop it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\r' => safe.push_str("&#13;"),
            other if is_xml(other) => safe.push(other),
            _ => safe.push('\u{fffd}'),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_namespaces_and_lines() {
        let text = "<?xml version='1.0'?>\n<p:a xmlns:p='u' k='&lt;'>\n<p:b>1 &amp; <![CDATA[<2>]]>&#241;</p:b><c/></p:a>";
        let document = read(text.as_bytes()).unwrap();
        assert_eq!(document.prefixes, [("p".to_owned(), "u".to_owned())]);
        let root = document.root;
        assert_eq!((root.namespace.as_str(), root.name.as_str(), root.attribute("k")), ("u", "a", Some("<")));
        assert_eq!((root.children[0].text.as_str(), root.children[0].line), ("1 & <2>ñ", 3));
        assert_eq!(root.children[1].namespace, "");
    }

    #[test]
    fn what_is_dangerous_or_broken_is_refused() {
        let deep = "<a>".repeat(DEEPEST + 1);
        for text in
            ["", "text", "<a>", "<a/><b/>", "<a></b>", "<a>&x;</a>", "<!DOCTYPE a><a/>", "<p:a/>", &deep]
        {
            assert!(read(text.as_bytes()).is_err(), "{}", cut(text));
        }
        assert!(read(b"<a>\xff</a>").unwrap_err().contains("UTF-8"));
    }

    proptest! {
        /// Whatever the text, the file is well formed and gives the text back, save for what XML cannot hold.
        #[test]
        fn any_text_is_carried(text in "(?s).{0,40}", hostile in "[\\]>&<\"'\u{0}-\u{1f}\u{fffe}🙂]{0,20}") {
            for text in [text, hostile] {
                let mut writer = Writer::new("");
                writer.within("a", |w| w.text("b", &text));
                let document = read(&writer.finish()).unwrap();
                let expected: String = text.chars().map(|c| if is_xml(c) { c } else { '\u{fffd}' }).collect();
                prop_assert_eq!(&document.root.children[0].text, &expected);
            }
        }

        #[test]
        fn no_bytes_make_it_fail(text in "[<>/a&;!\\[\\]=' :-]{0,60}") {
            let _ = read(text.as_bytes());
        }
    }
}
