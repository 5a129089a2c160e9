//! XML as the readers of this crate take it in: UTF-8, a stream of elements by their local names,
//! no document type, no entities but the five of XML, bounded depth, names and texts.

use std::io::{self, BufRead, Read};

use quick_xml::{Reader, errors::Error as QuickError, events::Event};

use crate::record::{RAW_LIMIT, beginning};

/// The deepest nesting; payment messages need about fifteen.
const DEEPEST: usize = 64;
/// The longest name of an element, in bytes.
const LONGEST_NAME: usize = 256;
/// The most attributes of an element; envelopes declare a few namespaces.
const MOST_ATTRIBUTES: usize = 64;
/// The longest single tag, comment or run of text, in bytes.
const LONGEST_PIECE: usize = 1024 * 1024;

/// The next thing in a document.
#[derive(Debug)]
pub(crate) enum Node {
    /// An element begins; its attributes are names without prefix, except for `xmlns` and
    /// `xmlns:…`, and values.
    Start { name: String, attributes: Vec<(String, String)> },
    /// Text, to be joined with the text before it.
    Text(String),
    /// The element that began last ends.
    End,
    /// The document ends.
    Eof,
}

/// A document being read.
#[derive(Debug)]
pub(crate) struct Xml<R> {
    reader: Reader<Watched<R>>,
    buffer: Vec<u8>,
    depth: usize,
    rooted: bool,
}

impl<R: BufRead> Xml<R> {
    pub(crate) fn new(source: R) -> Self {
        let mut reader = Reader::from_reader(Watched { source, left: 0, line: 1, copy: None });
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0, rooted: false }
    }

    /// The line reading has come to.
    pub(crate) fn line(&self) -> u64 {
        self.reader.get_ref().line
    }

    /// Begins a copy of the document's text with `tag`, which has been read already.
    pub(crate) fn begin_copy(&mut self, tag: &str) {
        self.reader.get_mut().copy = Some(tag.as_bytes().to_vec());
    }

    /// The copy so far, which ends here.
    pub(crate) fn take_copy(&mut self) -> String {
        let copy = self.reader.get_mut().copy.take().unwrap_or_default();
        // Half a character at the end may have been cut off.
        let text = String::from_utf8_lossy(&copy);
        // Bytes that are no text take three each once they are replaced.
        beginning(text.trim_end_matches('\u{fffd}'), RAW_LIMIT).to_owned()
    }

    /// The next node, or why the document cannot be read any further.
    pub(crate) fn next(&mut self) -> Result<Node, String> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().left = LONGEST_PIECE;
            let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| explained(&error))?;
            match event {
                Event::Start(start) => {
                    let name = start.local_name();
                    let name: &str = name.as_ref();
                    if name.len() > LONGEST_NAME {
                        return Err(format!("an element’s name is longer than {LONGEST_NAME} bytes"));
                    }
                    if self.depth >= DEEPEST {
                        return Err(format!("elements are nested more than {DEEPEST} deep"));
                    }
                    self.depth += 1;
                    self.rooted = true;
                    let mut attributes = Vec::new();
                    for attribute in start.attributes() {
                        let attribute = attribute.map_err(|error| not_well_formed(&error))?;
                        if attributes.len() >= MOST_ATTRIBUTES {
                            return Err(format!("an element has more than {MOST_ATTRIBUTES} attributes"));
                        }
                        let value = quick_xml::escape::unescape(&attribute.value)
                            .map_err(|error| not_well_formed(&error))?;
                        let key: &str = attribute.key.as_ref();
                        let key = match key.split_once(':') {
                            Some((prefix, local)) if prefix != "xmlns" => local,
                            _ => key,
                        };
                        attributes.push((key.to_owned(), value.into_owned()));
                    }
                    return Ok(Node::Start { name: name.to_owned(), attributes });
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::End);
                }
                Event::Text(text) => {
                    let text = text.xml10_content();
                    if self.depth > 0 {
                        return Ok(Node::Text(text.into_owned()));
                    }
                    if !text.trim().is_empty() {
                        return Err("there is text outside the document’s element".to_owned());
                    }
                }
                Event::CData(text) if self.depth > 0 => {
                    return Ok(Node::Text(text.xml10_content().into_owned()));
                }
                Event::CData(_) => return Err("there is text outside the document’s element".to_owned()),
                Event::GeneralRef(reference) => {
                    let name: &str = &reference;
                    let character = reference.resolve_char_ref().map_err(|error| not_well_formed(&error))?;
                    let text = match (character, quick_xml::escape::resolve_xml_entity(name)) {
                        (Some(character), _) => character.to_string(),
                        (None, Some(text)) => text.to_owned(),
                        (None, None) => {
                            let name: String = name.chars().take(40).collect();
                            return Err(format!(
                                "the entity “&{name};” is not read; only the five of XML are"
                            ));
                        }
                    };
                    return Ok(Node::Text(text));
                }
                Event::DocType(_) => {
                    return Err("a document type (<!DOCTYPE>) is not read; take it out".to_owned());
                }
                Event::Decl(declaration) => {
                    if let Some(encoding) = declaration.encoding() {
                        let encoding = encoding.map_err(|error| not_well_formed(&error))?;
                        let read = ["utf-8", "utf8", "us-ascii"];
                        if !read.iter().any(|name| encoding.eq_ignore_ascii_case(name)) {
                            let encoding: String = encoding.chars().take(40).collect();
                            return Err(format!("the file is in {encoding}; save it as UTF-8"));
                        }
                    }
                }
                Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
                Event::Eof if self.depth > 0 => {
                    return Err("the file ends in the middle of an element; it is not complete".to_owned());
                }
                Event::Eof if !self.rooted => return Err("the file is not XML".to_owned()),
                Event::Eof => return Ok(Node::Eof),
            }
        }
    }
}

fn not_well_formed(error: &dyn std::fmt::Display) -> String {
    format!("the XML is not well formed: {error}")
}

fn explained(error: &QuickError) -> String {
    match error {
        QuickError::Io(error) => format!("the file cannot be read any further: {error}"),
        QuickError::Encoding(_) => "the text is not UTF-8; save the file as UTF-8".to_owned(),
        error => not_well_formed(error),
    }
}

/// A source that counts lines, refuses to give more than so many bytes for one piece, and copies
/// the beginning of what passes when asked to.
#[derive(Debug)]
struct Watched<R> {
    source: R,
    left: usize,
    line: u64,
    copy: Option<Vec<u8>>,
}

impl<R: BufRead> BufRead for Watched<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let available = self.source.fill_buf()?;
        if self.left == 0 && !available.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a tag, comment or text is longer than 1 MiB",
            ));
        }
        let within = available.len().min(self.left);
        Ok(available.get(..within).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(available) = self.source.fill_buf() {
            let taken = available.get(..amount).unwrap_or(available);
            self.line += taken.split(|byte| *byte == b'\n').skip(1).count() as u64;
            if let Some(copy) = &mut self.copy {
                let room = RAW_LIMIT.saturating_sub(copy.len());
                copy.extend_from_slice(taken.get(..room).unwrap_or(taken));
            }
        }
        self.left = self.left.saturating_sub(amount);
        self.source.consume(amount);
    }
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(available) {
            *to = *from;
        }
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8]) -> Result<String, String> {
        let mut xml = Xml::new(text);
        let mut seen = String::new();
        loop {
            match xml.next()? {
                Node::Start { name, attributes } => {
                    let attributes: Vec<String> =
                        attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
                    seen = format!("{seen}<{name}{}>", attributes.concat());
                }
                Node::Text(text) => seen.push_str(&text),
                Node::End => seen.push_str("</>"),
                Node::Eof => return Ok(seen),
            }
        }
    }

    #[test]
    fn elements_attributes_and_texts() {
        let text = "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><p:a xmlns:p='u' x:k='&lt;'>1 &amp; <![CDATA[<2>]]>&#241;<b/></p:a>\n";
        assert_eq!(read(text.as_bytes()).unwrap(), "<a xmlns:p=u k=<>1 & <2>ñ<b></></>");
    }

    #[test]
    fn what_is_dangerous_or_broken_is_refused() {
        let deep = "<a>".repeat(65);
        let name = format!("<{}/>", "n".repeat(257));
        let attributes = (0..65).map(|i| format!(" a{i}=''")).collect::<Vec<_>>().concat();
        let attributes = format!("<a{attributes}/>");
        let long = format!("<a>{}</a>", "x".repeat(LONGEST_PIECE + 1));
        let comment = format!("<a><!--{}--></a>", "x".repeat(LONGEST_PIECE + 1));
        for (text, word) in [
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "DOCTYPE"),
            ("<a>&x;</a>", "entity"),
            ("<a b='&x;'/>", "not well formed"),
            ("<a><b></a></b>", "not well formed"),
            ("<a", "not well formed"),
            ("<a>", "ends in the middle"),
            ("<a/>text", "outside"),
            ("text", "outside"),
            ("", "not XML"),
            ("<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "ISO-8859-1"),
            (deep.as_str(), "deep"),
            (name.as_str(), "name"),
            (attributes.as_str(), "attributes"),
            (long.as_str(), "1 MiB"),
            (comment.as_str(), "1 MiB"),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(error.contains(word), "{}: {error}", text.get(..40.min(text.len())).unwrap_or(text));
        }
        assert!(read(b"<a>\xff</a>").unwrap_err().contains("UTF-8"));
        assert!(read(b"\xff\xfe<\0a\0/\0>\0").is_err());
    }

    #[test]
    fn the_copy_keeps_its_length_whatever_the_bytes() {
        let mut xml = Xml::new(&b"<a>"[..]);
        let _ = xml.next();
        xml.begin_copy(&format!("<{}>", "\u{fffd}x".repeat(RAW_LIMIT)));
        assert!(xml.take_copy().len() <= RAW_LIMIT);
        xml.reader.get_mut().copy = Some(b"\xffx".repeat(RAW_LIMIT / 2));
        assert!((RAW_LIMIT - 2..=RAW_LIMIT).contains(&xml.take_copy().len()));
    }

    #[test]
    fn the_copy_begins_and_ends_where_it_should() {
        let mut xml = Xml::new(&b"<a>\n<b k='1'>x &amp; y</b>\n<c/></a>"[..]);
        xml.next().unwrap();
        xml.next().unwrap();
        xml.next().unwrap();
        assert_eq!(xml.line(), 2);
        xml.begin_copy("<b>");
        while !matches!(xml.next().unwrap(), Node::End) {}
        assert_eq!(xml.take_copy(), "<b>x &amp; y</b>");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_fail(text in "[<>/a&;!\\[\\]=' -]{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(text.as_bytes());
            let _ = read(&bytes);
        }
    }
}
