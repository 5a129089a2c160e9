//! JSON as the readers of this crate take it in when a file is too large to hold: UTF-8, one token
//! after another (RFC 8259, strictly), bounded depth, names, numbers and texts. What is passed over
//! is never kept, however long it is.

use std::{io::Read, str};

/// The deepest nesting; a VICS file has six.
const DEEPEST: usize = 64;
/// The longest text that is kept unless another is asked for, in bytes.
const LONGEST_TEXT: usize = 4096;
/// The longest number, in characters.
const LONGEST_NUMBER: usize = 64;
/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// The next thing in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    BeginObject,
    EndObject,
    BeginArray,
    EndArray,
    /// A name in an object; its value comes next. Empty when it is longer than a text may be.
    Name(String),
    Text(String),
    /// A text that is too long and not kept.
    LongText,
    Number(String),
    Boolean(bool),
    Null,
    /// The document ends.
    End,
}

impl Token {
    /// What it is, in words.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::BeginObject | Self::EndObject => "an object",
            Self::BeginArray | Self::EndArray => "a list",
            Self::Name(_) => "a name",
            Self::Text(_) => "a text",
            Self::LongText => "a text that is too long",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Null => "null",
            Self::End => "the end",
        }
    }
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Object,
    Array,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    FirstItem,
    FirstName,
    Rest,
}

/// A document being read.
#[derive(Debug)]
pub(crate) struct Json<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    offset: u64,
    line: u64,
    open: Vec<Open>,
    expect: Expect,
    keep: bool,
    longest: usize,
    begun: bool,
}

impl<R: Read> Json<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            at: 0,
            offset: 0,
            line: 1,
            open: Vec::new(),
            expect: Expect::Value,
            keep: true,
            longest: LONGEST_TEXT,
            begun: false,
        }
    }

    /// Keeps texts up to another length.
    pub(crate) fn keeping(self, longest: usize) -> Self {
        Self { longest, ..self }
    }

    /// The line reading has come to, from 1.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes have been read.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// The next token, or why the document cannot be read any further.
    pub(crate) fn next(&mut self) -> Result<Token, String> {
        if !self.begun {
            self.begun = true;
            self.skip_mark()?;
        }
        let byte = self.skip_space()?;
        match (self.expect, self.open.last(), byte) {
            (Expect::FirstItem, _, Some(b']')) | (Expect::Rest, Some(Open::Array), Some(b']')) => {
                Ok(self.close(Token::EndArray))
            }
            (Expect::FirstName, _, Some(b'}')) | (Expect::Rest, Some(Open::Object), Some(b'}')) => {
                Ok(self.close(Token::EndObject))
            }
            (Expect::Rest, None, None) => Ok(Token::End),
            (Expect::Rest, None, Some(_)) => Err(self.wrong("nothing after the end of the document", byte)),
            (Expect::Rest, Some(Open::Array), Some(b',')) => {
                self.take();
                let byte = self.skip_space()?;
                self.value(byte)
            }
            (Expect::Rest, Some(Open::Object), Some(b',')) => {
                self.take();
                let byte = self.skip_space()?;
                self.name(byte)
            }
            (Expect::Rest, Some(Open::Array), _) => Err(self.wrong("a comma or “]”", byte)),
            (Expect::Rest, Some(Open::Object), _) => Err(self.wrong("a comma or “}”", byte)),
            (Expect::FirstName, ..) => self.name(byte),
            (Expect::Value | Expect::FirstItem, ..) => self.value(byte),
        }
    }

    /// Passes over the value that comes next.
    pub(crate) fn skip(&mut self) -> Result<(), String> {
        let depth = self.open.len();
        self.skip_to(depth)
    }

    /// Passes over what is left of the object or list that `token` has begun; does nothing for any
    /// other token.
    pub(crate) fn skip_rest(&mut self, token: &Token) -> Result<(), String> {
        match token {
            Token::BeginObject | Token::BeginArray => {
                let depth = self.open.len().saturating_sub(1);
                self.skip_to(depth)
            }
            _ => Ok(()),
        }
    }

    fn skip_to(&mut self, depth: usize) -> Result<(), String> {
        self.keep = false;
        let skipped = loop {
            match self.next() {
                Ok(_) if self.open.len() <= depth => break Ok(()),
                Ok(_) => {}
                Err(error) => break Err(error),
            }
        };
        self.keep = true;
        skipped
    }

    fn close(&mut self, token: Token) -> Token {
        self.take();
        self.open.pop();
        self.expect = Expect::Rest;
        token
    }

    fn begin(&mut self, open: Open, expect: Expect, token: Token) -> Result<Token, String> {
        if self.open.len() >= DEEPEST {
            return Err(self.failed(&format!("objects and lists are nested more than {DEEPEST} deep")));
        }
        self.take();
        self.open.push(open);
        self.expect = expect;
        Ok(token)
    }

    fn name(&mut self, byte: Option<u8>) -> Result<Token, String> {
        if byte != Some(b'"') {
            return Err(self.wrong("a name in quotes", byte));
        }
        let (name, _) = self.text()?;
        let byte = self.skip_space()?;
        if byte != Some(b':') {
            return Err(self.wrong("a colon after a name", byte));
        }
        self.take();
        self.expect = Expect::Value;
        Ok(Token::Name(name))
    }

    fn value(&mut self, byte: Option<u8>) -> Result<Token, String> {
        let token = match byte {
            Some(b'{') => return self.begin(Open::Object, Expect::FirstName, Token::BeginObject),
            Some(b'[') => return self.begin(Open::Array, Expect::FirstItem, Token::BeginArray),
            Some(b'"') => match self.text()? {
                (text, false) => Token::Text(text),
                (_, true) => Token::LongText,
            },
            Some(b't') => self.word("true", Token::Boolean(true))?,
            Some(b'f') => self.word("false", Token::Boolean(false))?,
            Some(b'n') => self.word("null", Token::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.wrong("a value", byte)),
        };
        self.expect = Expect::Rest;
        Ok(token)
    }

    fn word(&mut self, word: &'static str, token: Token) -> Result<Token, String> {
        for wanted in word.bytes() {
            let byte = self.peek()?;
            if byte != Some(wanted) {
                return Err(self.wrong(word, byte));
            }
            self.take();
        }
        Ok(token)
    }

    fn number(&mut self) -> Result<Token, String> {
        let mut text = String::new();
        while let Some(byte @ (b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) = self.peek()? {
            if text.len() >= LONGEST_NUMBER {
                return Err(self.failed(&format!("a number is longer than {LONGEST_NUMBER} characters")));
            }
            text.push(char::from(byte));
            self.take();
        }
        if is_number(&text) {
            Ok(Token::Number(text))
        } else {
            Err(self.failed(&format!("“{text}” is not a number")))
        }
    }

    /// The text that begins here, and whether it was too long to keep.
    fn text(&mut self) -> Result<(String, bool), String> {
        self.take();
        let mut kept = Vec::new();
        let mut long = false;
        let longest = self.longest;
        let mut put = |bytes: &[u8], keep: bool| {
            long |= kept.len() + bytes.len() > longest;
            if keep && !long {
                kept.extend_from_slice(bytes);
            }
        };
        loop {
            match self.peek()? {
                None => return Err(self.wrong("the end of a text", None)),
                Some(b'"') => break,
                Some(b'\\') => {
                    self.take();
                    let c = self.escape()?;
                    put(c.encode_utf8(&mut [0; 4]).as_bytes(), self.keep);
                }
                Some(byte) if byte < b' ' => {
                    return Err(self.wrong("a text without control characters", Some(byte)));
                }
                Some(_) => {
                    let rest = self.buffer.get(self.at..).unwrap_or_default();
                    let plain = |byte: &u8| !matches!(byte, b'"' | b'\\') && *byte >= b' ';
                    let count = rest.iter().take_while(|byte| plain(byte)).count();
                    put(rest.get(..count).unwrap_or_default(), self.keep);
                    self.at += count;
                    self.offset += count as u64;
                }
            }
        }
        self.take();
        if long {
            return Ok((String::new(), true));
        }
        match String::from_utf8(kept) {
            Ok(text) => Ok((text, false)),
            Err(_) => Err(self.failed("a text is not UTF-8; save the file as UTF-8")),
        }
    }

    /// The character an escape stands for. Half a pair of surrogates, which stands for none,
    /// becomes U+FFFD, or the character escaped right behind it.
    fn escape(&mut self) -> Result<char, String> {
        let byte = self.peek()?;
        self.take();
        Ok(match byte {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.unit()?;
                if !(0xd800..0xdc00).contains(&high) || self.peek_two()? != Some([b'\\', b'u']) {
                    return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                self.take();
                self.take();
                let low = self.unit()?;
                match low.checked_sub(0xdc00).filter(|low| *low < 0x400) {
                    Some(low) => char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low),
                    None => char::from_u32(low),
                }
                .unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            byte => return Err(self.wrong("an escape such as \\n", byte)),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, String> {
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.peek()?;
            let Some(digit) = byte.and_then(|byte| char::from(byte).to_digit(16)) else {
                return Err(self.wrong("four hexadecimal digits after \\u", byte));
            };
            unit = unit * 16 + digit;
            self.take();
        }
        Ok(unit)
    }

    fn skip_mark(&mut self) -> Result<(), String> {
        match self.peek()? {
            Some(0xef) => {
                for wanted in [0xef, 0xbb, 0xbf] {
                    let byte = self.peek()?;
                    if byte != Some(wanted) {
                        return Err(self.failed("the file is not UTF-8; save it as UTF-8"));
                    }
                    self.take();
                }
                Ok(())
            }
            Some(0xfe | 0xff) => Err(self.failed("the file is UTF-16; save it as UTF-8")),
            _ => Ok(()),
        }
    }

    fn skip_space(&mut self) -> Result<Option<u8>, String> {
        loop {
            match self.peek()? {
                Some(b'\n') => self.line += 1,
                Some(b' ' | b'\t' | b'\r') => {}
                byte => return Ok(byte),
            }
            self.take();
        }
    }

    fn take(&mut self) {
        self.at += 1;
        self.offset += 1;
    }

    fn peek(&mut self) -> Result<Option<u8>, String> {
        if self.at >= self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            self.fill()?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn peek_two(&mut self) -> Result<Option<[u8; 2]>, String> {
        if self.buffer.len() < self.at + 2 {
            self.buffer.drain(..self.at.min(self.buffer.len()));
            self.at = 0;
            while self.buffer.len() < 2 && self.fill()? {}
        }
        let two = self.buffer.get(self.at..self.at + 2);
        Ok(two.and_then(|two| two.try_into().ok()))
    }

    /// Reads on behind what is in the buffer; whether there was anything.
    fn fill(&mut self) -> Result<bool, String> {
        let before = self.buffer.len();
        let read = (&mut self.source).take(CHUNK as u64).read_to_end(&mut self.buffer);
        match read {
            Ok(_) => Ok(self.buffer.len() > before),
            Err(error) => Err(self.failed(&format!("the file cannot be read any further: {error}"))),
        }
    }

    fn failed(&self, reason: &str) -> String {
        format!("byte {}: {reason}", self.offset)
    }

    fn wrong(&self, expected: &str, found: Option<u8>) -> String {
        match found {
            None => self.failed(&format!(
                "the file ends where {expected} was expected; it is not complete: get it again"
            )),
            Some(byte @ b' '..=b'~') => {
                self.failed(&format!("expected {expected}, found “{}”", char::from(byte)))
            }
            Some(byte) => self.failed(&format!("expected {expected}, found the byte 0x{byte:02x}")),
        }
    }
}

/// Whether the text is a number of JSON (RFC 8259 §6).
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((text, exponent)) => (text, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (text, "0"),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && digits(fraction) && digits(exponent)
}

#[cfg(test)]
mod tests;
