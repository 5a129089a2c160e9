//! ISO 20022 credit transfers: `pacs.008.001` and `pain.001.001`.
//!
//! Each credit transfer (`CdtTrfTxInf`) becomes a [`Payment`]. Elements are matched on their local
//! names, so that all versions in [`Message::versions`] are read by one reader, in whatever
//! envelope they come and however many messages a file holds. Source: the message definitions at
//! iso20022.org. What is taken from where:
//!
//! | payment | pacs.008 | pain.001 |
//! |---|---|---|
//! | `reference` | `UETR`, else `TxId`, else `MsgId/EndToEndId` | `UETR`, else `MsgId/PmtInfId/EndToEndId` |
//! | `at` | `AccptncDtTm`, else `CreDtTm` of the group, else `IntrBkSttlmDt` of the transfer or group | `ReqdExctnDt` of the payment information, else `CreDtTm` |
//! | `amount` | `InstdAmt`, else `IntrBkSttlmAmt` | `InstdAmt`, else `EqvtAmt/Amt` |
//! | `payout` | `IntrBkSttlmAmt` where `InstdAmt` is in another currency | – |
//! | `sender`, `receiver` | `Dbtr`, `Cdtr` with their accounts and agents | `Dbtr` of the payment information, `Cdtr` |
//! | `purpose` | `RmtInf/Ustrd`, else `RmtInf/Strd/AddtlRmtInf`, else `Purp` | the same |
//! | `channel` | `PmtTpInf/LclInstrm` of the transfer, else of the group | of the transfer, else of the payment information, else of the group |
//!
//! An `EndToEndId` of `NOTPROVIDED` is none; then `InstrId` stands in its place. Times without a
//! zone are read as UTC and dates as the start of their day, both marked in
//! [`Payment::notes`](crate::payment::Payment::notes). A party with `OrgId` is a business, one
//! with `PrvtId` (which holds `DtAndPlcOfBirth`) a person. A country is the one of the postal
//! address, else that of residence.

pub(crate) mod message;
pub mod sample;
mod transfer;

use std::io::BufRead;

pub use self::message::Message;
use self::transfer::Fields;
use crate::{
    payment::Payment,
    record::{Record, Reject},
    xml::{Node, Xml},
};

/// The credit transfers of a file, one by one.
#[derive(Debug)]
pub struct Iso20022Reader<R> {
    xml: Xml<R>,
    /// The local names of the open elements, each after a `/`.
    path: String,
    /// Messages named by namespaces of open elements: the element's depth and the name.
    namespaces: Vec<(usize, String)>,
    depth: usize,
    open: Option<OpenMessage>,
    /// The name of a message that is not read, to be told when there is no other.
    other: Option<String>,
    read_any: bool,
    text: String,
    ordinal: u64,
    ended: bool,
}

/// The message being read.
#[derive(Debug)]
struct OpenMessage {
    message: Message,
    line: u64,
    depth: usize,
    transfers: u64,
    group: Fields,
    instruction: Fields,
    transfer: Fields,
    /// The innermost of group header, payment information and transfer that is open.
    block: Option<Block>,
}

/// A block of a message that fields belong to.
#[derive(Clone, Copy, Debug)]
struct Block {
    kind: BlockKind,
    /// Its depth.
    depth: usize,
    /// The length of the path down to it.
    path: usize,
    line: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BlockKind {
    Group,
    Instruction,
    Transfer,
}

impl OpenMessage {
    fn fields(&mut self, kind: BlockKind) -> &mut Fields {
        match kind {
            BlockKind::Group => &mut self.group,
            BlockKind::Instruction => &mut self.instruction,
            BlockKind::Transfer => &mut self.transfer,
        }
    }

    /// The block an element opens here, if it opens one.
    fn block_of(&self, name: &str, depth: usize) -> Option<BlockKind> {
        let inside = self.block.map(|block| (block.kind, depth - block.depth));
        match (name, inside, self.message) {
            ("GrpHdr", None, _) if depth == self.depth + 1 => Some(BlockKind::Group),
            ("PmtInf", None, Message::Pain001) if depth == self.depth + 1 => Some(BlockKind::Instruction),
            ("CdtTrfTxInf", None, Message::Pacs008) if depth == self.depth + 1 => Some(BlockKind::Transfer),
            ("CdtTrfTxInf", Some((BlockKind::Instruction, 1)), Message::Pain001) => Some(BlockKind::Transfer),
            _ => None,
        }
    }
}

impl<R: BufRead> Iso20022Reader<R> {
    /// Reads from `source`. Nothing is read until the first payment is asked for.
    pub fn new(source: R) -> Self {
        Self {
            xml: Xml::new(source),
            path: String::new(),
            namespaces: Vec::new(),
            depth: 0,
            open: None,
            other: None,
            read_any: false,
            text: String::new(),
            ordinal: 0,
            ended: false,
        }
    }

    /// Reads as far as the next payment or reject.
    fn step(&mut self) -> Result<Option<Result<Record<Payment>, Reject>>, String> {
        loop {
            match self.xml.next()? {
                Node::Start { name, attributes } => self.start(&name, attributes)?,
                Node::Text(text) => {
                    if self.text.len() <= transfer::LONGEST_TEXT {
                        self.text.push_str(&text);
                    }
                }
                Node::End => {
                    if let Some(record) = self.end() {
                        return Ok(Some(record));
                    }
                }
                Node::Eof if self.read_any => return Ok(None),
                Node::Eof => {
                    let found = match &self.other {
                        Some(name) => format!("this is {name}"),
                        None => "there is no ISO 20022 message with its namespace here".to_owned(),
                    };
                    return Err(format!("{found}; {}", message::those_read()));
                }
            }
        }
    }

    fn start(&mut self, name: &str, attributes: Vec<(String, String)>) -> Result<(), String> {
        self.depth += 1;
        self.path.push('/');
        self.path.push_str(name);
        self.text.clear();
        for (key, value) in &attributes {
            if (key == "xmlns" || key.starts_with("xmlns:"))
                && let Some(message) = message::name_of(value)
            {
                self.namespaces.push((self.depth, message.to_owned()));
                if !message.starts_with("head.") {
                    self.other.get_or_insert_with(|| message.chars().take(40).collect());
                }
            }
        }
        match &mut self.open {
            None => self.open = self.opened_message(name)?,
            Some(open) => {
                if let Some(kind) = open.block_of(name, self.depth) {
                    open.fields(kind).clear();
                    let line = self.xml.line();
                    open.block = Some(Block { kind, depth: self.depth, path: self.path.len(), line });
                    if kind == BlockKind::Transfer {
                        open.transfers += 1;
                        self.ordinal += 1;
                        self.xml.begin_copy("<CdtTrfTxInf>");
                    }
                } else if let Some(block) = open.block {
                    let path = self.path.get(block.path + 1..).unwrap_or_default();
                    open.fields(block.kind).begin(path, &attributes);
                }
            }
        }
        Ok(())
    }

    /// The message that an element of this name opens.
    fn opened_message(&self, name: &str) -> Result<Option<OpenMessage>, String> {
        let Some(message) = Message::ALL.into_iter().find(|message| message.element() == name) else {
            return Ok(None);
        };
        let named = self.namespaces.iter().rev().find_map(|(_, name)| message::parsed(name));
        match named {
            Some((named, version)) if named == message && message.versions().contains(&version) => {
                Ok(Some(OpenMessage {
                    message,
                    line: self.xml.line(),
                    depth: self.depth,
                    transfers: 0,
                    group: Fields::default(),
                    instruction: Fields::default(),
                    transfer: Fields::default(),
                    block: None,
                }))
            }
            Some((named, version)) => {
                Err(format!("this is {named}.{version:02} with <{name}>; {}", message::those_read()))
            }
            None => {
                let found = self.other.as_deref().unwrap_or("without a namespace that says its version");
                Err(format!("<{name}> is {found}; {}", message::those_read()))
            }
        }
    }

    fn end(&mut self) -> Option<Result<Record<Payment>, Reject>> {
        let record = self.closed();
        let parent = self.path.rfind('/').unwrap_or(0);
        self.path.truncate(parent);
        self.namespaces.retain(|(depth, _)| *depth < self.depth);
        self.depth = self.depth.saturating_sub(1);
        self.text.clear();
        record
    }

    /// What the end of the innermost element completes.
    fn closed(&mut self) -> Option<Result<Record<Payment>, Reject>> {
        let open = self.open.as_mut()?;
        if self.depth == open.depth {
            let open = self.open.take()?;
            self.read_any = true;
            return open.miscounted().map(Err);
        }
        let block = open.block?;
        if self.depth > block.depth {
            let path = self.path.get(block.path + 1..).unwrap_or_default();
            open.fields(block.kind).end(path, self.text.trim());
            return None;
        }
        let in_instruction = block.kind == BlockKind::Transfer && open.message == Message::Pain001;
        open.block = in_instruction.then(|| Block {
            kind: BlockKind::Instruction,
            depth: block.depth - 1,
            path: self.path.rfind('/').unwrap_or(0),
            line: block.line,
        });
        if block.kind != BlockKind::Transfer {
            return None;
        }
        let raw = self.xml.take_copy();
        let payment = transfer::payment(open.message, &open.group, &open.instruction, &open.transfer);
        Some(match payment {
            Ok(value) => Ok(Record { ordinal: self.ordinal, line: block.line, value }),
            Err(problem) => Err(Reject {
                ordinal: self.ordinal,
                line: block.line,
                path: format!("{}/{}", self.path.trim_start_matches('/'), problem.path),
                field: problem.field.to_owned(),
                reason: problem.reason,
                raw,
                fatal: false,
            }),
        })
    }
}

impl OpenMessage {
    /// A reject when the group header announces another number of transfers than there are: part
    /// of the message may be lost.
    fn miscounted(&self) -> Option<Reject> {
        let announced = self.group.text("NbOfTxs")?;
        if announced.parse() == Ok(self.transfers) {
            return None;
        }
        Some(Reject {
            ordinal: 0,
            line: self.line,
            path: format!("{}/GrpHdr/NbOfTxs", self.message.element()),
            field: String::new(),
            reason: format!(
                "the message announces “{announced}” transfers and holds {}; those that were there have been read",
                self.transfers
            ),
            raw: String::new(),
            fatal: false,
        })
    }
}

impl<R: BufRead> Iterator for Iso20022Reader<R> {
    type Item = Result<Record<Payment>, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.step() {
            Ok(Some(record)) => Some(record),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(reason) => {
                self.ended = true;
                let in_transfer = self
                    .open
                    .as_ref()
                    .and_then(|open| open.block)
                    .is_some_and(|block| block.kind == BlockKind::Transfer);
                Some(Err(Reject {
                    ordinal: if in_transfer { self.ordinal } else { 0 },
                    line: self.xml.line(),
                    path: self.path.trim_start_matches('/').to_owned(),
                    field: String::new(),
                    reason,
                    raw: self.xml.take_copy(),
                    fatal: true,
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests;
