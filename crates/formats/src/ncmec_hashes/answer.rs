//! Reading what the service answers.

use std::{collections::VecDeque, io::BufRead};

use serde::{Deserialize, Serialize};

use super::{
    entry::{self, Entry, Member, Reason, Status},
    tree::{self, Element},
};
use crate::{
    record::{Record, Reject, beginning},
    xml::{Node, Xml},
};

/// The path of a further page, as an answer gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NextPage(String);

impl NextPage {
    const LONGEST: usize = 2048;

    /// Reads a path; it stays within the environment, whatever the answer says.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let printed = text.len() <= Self::LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic());
        (printed && text.starts_with("/v2/entries?")).then(|| Self(text.to_owned()))
    }

    /// The path, to be put behind the environment's address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for NextPage {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or_else(|| {
            let found = beginning(&text, 200);
            format!("expected a path that begins with /v2/entries?, found “{found}”")
        })
    }
}

impl From<NextPage> for String {
    fn from(page: NextPage) -> Self {
        page.0
    }
}

/// The entries of a page, one by one. A field that cannot be read is a reject of its own, and the
/// entry follows without it under the same ordinal if it has a key and a time.
#[derive(Debug)]
pub struct EntriesReader<R> {
    xml: Xml<R>,
    level: Level,
    group: String,
    ordinal: u64,
    waiting: VecDeque<Result<Record<Entry>, Reject>>,
    next: Option<NextPage>,
}

/// Where reading has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Before,
    Result,
    Group,
    After,
    Whole,
    Broken,
}

impl<R: BufRead> EntriesReader<R> {
    /// Reads an answer to a request for entries.
    pub fn new(source: R) -> Self {
        Self {
            xml: Xml::new(source),
            level: Level::Before,
            group: String::new(),
            ordinal: 0,
            waiting: VecDeque::new(),
            next: None,
        }
    }

    /// Whether the whole answer has been read. Only then does a missing further page mean that
    /// there is none.
    pub fn is_whole(&self) -> bool {
        self.level == Level::Whole
    }

    /// The further page.
    pub const fn next_page(&self) -> Option<&NextPage> {
        self.next.as_ref()
    }

    fn advance(&mut self) -> Result<(), String> {
        while self.waiting.is_empty() && !matches!(self.level, Level::Whole | Level::Broken) {
            match (self.level, self.xml.next()?) {
                (Level::Before, Node::Start { name, .. }) if name == "queryResult" => {
                    self.level = Level::Result;
                }
                (Level::Before, Node::Start { name, .. }) => {
                    let name = beginning(&name, 60);
                    return Err(format!(
                        "expected an answer with queryResult, found {name}; is the address right?"
                    ));
                }
                (Level::Result, Node::Start { name, .. }) if matches!(name.as_str(), "images" | "videos") => {
                    self.group = name;
                    self.level = Level::Group;
                }
                (Level::Result, Node::Start { name, attributes }) if name == "paging" => {
                    let paging = tree::read(&mut self.xml, name, attributes)?;
                    if let Some(text) = paging.child_text("next") {
                        let next = NextPage::try_from(text.to_owned());
                        self.next = Some(next.map_err(|reason| format!("paging/next: {reason}"))?);
                    }
                }
                (Level::Result, Node::Start { .. }) => tree::skip(&mut self.xml)?,
                (Level::Result, Node::End) => self.level = Level::After,
                (Level::Group, Node::Start { name, attributes }) => self.read_entry(name, attributes)?,
                (Level::Group, Node::End) => self.level = Level::Result,
                (Level::After, Node::Start { .. }) => {
                    return Err("expected the end of the answer, found another element behind it".to_owned());
                }
                (Level::After, Node::Eof) => self.level = Level::Whole,
                (_, Node::Eof) => return Err("the answer ends too early".to_owned()),
                _ => {}
            }
        }
        Ok(())
    }

    fn read_entry(&mut self, name: String, attributes: Vec<(String, String)>) -> Result<(), String> {
        self.ordinal += 1;
        let line = self.xml.line();
        self.xml.begin_copy(&format!("<{name}>"));
        let element = tree::read(&mut self.xml, name, attributes);
        let raw = self.xml.take_copy();
        let element = element?;
        let mut problems = Vec::new();
        let read = entry::read(&element, &mut problems);
        for (field, reason) in problems {
            let path = ["queryResult", &self.group, &element.name, field].join("/");
            let path = path.trim_end_matches('/').to_owned();
            let (ordinal, field, raw) = (self.ordinal, field.to_owned(), raw.clone());
            self.waiting.push_back(Err(Reject { ordinal, line, path, field, reason, raw, fatal: false }));
        }
        let ordinal = self.ordinal;
        self.waiting.extend(read.map(|value| Ok(Record { ordinal, line, value })));
        Ok(())
    }
}

impl<R: BufRead> Iterator for EntriesReader<R> {
    type Item = Result<Record<Entry>, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.waiting.is_empty()
            && let Err(reason) = self.advance()
        {
            self.level = Level::Broken;
            self.waiting.push_back(Err(fatal(self.xml.line(), "queryResult", reason)));
        }
        self.waiting.pop_front()
    }
}

/// Reads the answer about oneself.
pub fn read_status(answer: &[u8]) -> Result<Status, Reject> {
    let root = read_root(answer, "status")?;
    let text = |name| root.child_text(name).unwrap_or_default().to_owned();
    let member = root.child("member").and_then(entry::member).ok_or_else(|| {
        fatal(1, "status/member", "expected a member with its number as the attribute id".to_owned())
    })?;
    Ok(Status { ip_address: text("ipAddress"), username: text("username"), member })
}

/// Reads the list of members. Its root has no documented name; each member in it is taken.
pub fn read_members(answer: &[u8]) -> Result<Vec<Member>, Reject> {
    let root = read_any_root(answer)?;
    let members: Vec<_> = root.children.iter().filter_map(entry::member).collect();
    if members.len() < root.children.len() || root.children.is_empty() {
        let reason = "expected a list of members, each with its number as the attribute id".to_owned();
        return Err(fatal(1, &root.name, reason));
    }
    Ok(members)
}

/// Reads the reasons that can be given against fingerprints of a type. The public client looks for
/// the list inside the root, its example has it as the root; either is read.
pub fn read_reasons(answer: &[u8]) -> Result<Vec<Reason>, Reject> {
    const LIST: &str = "availableFeedbackReasons";
    let root = read_any_root(answer)?;
    let list = if root.name == LIST { Some(&root) } else { root.child(LIST) };
    let list = list.ok_or_else(|| {
        let found = beginning(&root.name, 60);
        fatal(1, &root.name, format!("expected an answer with {LIST}, found {found}"))
    })?;
    Ok(list.children.iter().filter(|child| child.name == "reason").map(entry::reason).collect())
}

fn read_root(answer: &[u8], name: &str) -> Result<Element, Reject> {
    let root = read_any_root(answer)?;
    if root.name == name {
        return Ok(root);
    }
    let found = beginning(&root.name, 60);
    Err(fatal(1, &root.name, format!("expected an answer with {name}, found {found}; is the address right?")))
}

fn read_any_root(answer: &[u8]) -> Result<Element, Reject> {
    let mut xml = Xml::new(answer);
    let mut read = || match xml.next()? {
        Node::Start { name, attributes } => {
            let root = tree::read(&mut xml, name, attributes)?;
            // What follows the root is read too, so that it is well formed.
            xml.next().map(|_| root)
        }
        _ => Err("expected an element".to_owned()),
    };
    read().map_err(|reason| fatal(xml.line(), "", reason))
}

fn fatal(line: u64, path: &str, reason: String) -> Reject {
    let (path, field, raw) = (path.to_owned(), String::new(), String::new());
    Reject { ordinal: 0, line, path, field, reason, raw, fatal: true }
}

#[cfg(test)]
mod tests;
