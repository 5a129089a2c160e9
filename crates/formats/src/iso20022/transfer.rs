//! The fields of a credit transfer, collected while it streams by, and the payment they make.

use model::{Country, Currency, Instant, Money};

use super::Message;
use crate::{
    payment::{BrokenRule, Notes, Party, PartyKind, Payment},
    record::beginning,
    time_text::{self, Zone},
};

/// The longest text kept of one field, in bytes; the longest in the message definitions (an
/// e-mail address) has 2048 characters.
pub(super) const LONGEST_TEXT: usize = 8192;
/// The most texts kept of one block.
const MOST_TEXTS: usize = 256;
/// The literal that stands for a mandatory reference nobody gave.
const NOT_PROVIDED: &str = "NOTPROVIDED";

/// The elements that are kept, by their path inside group header, payment information or transfer.
const KEPT: &[&str] = &[
    "MsgId",
    "CreDtTm",
    "NbOfTxs",
    "PmtInfId",
    "IntrBkSttlmDt",
    "AccptncDtTm",
    "ReqdExctnDt",
    "ReqdExctnDt/Dt",
    "ReqdExctnDt/DtTm",
    "PmtId/InstrId",
    "PmtId/EndToEndId",
    "PmtId/TxId",
    "PmtId/UETR",
    "IntrBkSttlmAmt",
    "InstdAmt",
    "Amt/InstdAmt",
    "Amt/EqvtAmt/Amt",
    "PmtTpInf/LclInstrm/Cd",
    "PmtTpInf/LclInstrm/Prtry",
    "RmtInf/Ustrd",
    "RmtInf/Strd/AddtlRmtInf",
    "Purp/Cd",
    "Purp/Prtry",
];

/// The elements that are kept of a party (`Dbtr`, `Cdtr`), its account and its agent.
const KEPT_OF_PARTY: &[&str] = &[
    "/Nm",
    "/PstlAdr/Dept",
    "/PstlAdr/SubDept",
    "/PstlAdr/StrtNm",
    "/PstlAdr/BldgNb",
    "/PstlAdr/PstCd",
    "/PstlAdr/TwnNm",
    "/PstlAdr/CtrySubDvsn",
    "/PstlAdr/Ctry",
    "/PstlAdr/AdrLine",
    "/CtryOfRes",
    "/CtctDtls/PhneNb",
    "/CtctDtls/MobNb",
    "/CtctDtls/EmailAdr",
    "/Id/OrgId",
    "/Id/PrvtId",
    "/Id/PrvtId/DtAndPlcOfBirth/BirthDt",
    "Acct/Id/IBAN",
    "Acct/Id/Othr/Id",
    "Acct/Prxy/Id",
    "Agt/FinInstnId/BICFI",
    "Agt/FinInstnId/BIC",
    "Agt/FinInstnId/ClrSysMmbId/MmbId",
    "Agt/FinInstnId/Nm",
    "Agt/FinInstnId/Othr/Id",
];

/// The elements that may be there more than once.
const REPEATED: &[&str] = &["RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "/PstlAdr/AdrLine"];

fn is_kept(path: &str) -> bool {
    KEPT.contains(&path)
        || (path.strip_prefix("Dbtr").or_else(|| path.strip_prefix("Cdtr")))
            .is_some_and(|rest| KEPT_OF_PARTY.contains(&rest))
}

/// The fields of one block of a message.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Path, text, currency.
    texts: Vec<(String, String, Option<String>)>,
    /// The currency of the element that is open.
    currency: Option<String>,
    /// More than can be kept: the element, and what there is too much of.
    overfull: Option<(String, String)>,
}

impl Fields {
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// An element begins.
    pub(super) fn begin(&mut self, path: &str, attributes: &[(String, String)]) {
        let currency = attributes.iter().find(|(name, _)| name == "Ccy").map(|(_, value)| value);
        self.currency = currency.filter(|_| is_kept(path)).cloned();
    }

    /// An element ends; `text` is the text after its last child.
    pub(super) fn end(&mut self, path: &str, text: &str) {
        let currency = self.currency.take();
        if !is_kept(path) || (text.is_empty() && !path.ends_with("/OrgId") && !path.ends_with("/PrvtId")) {
            return;
        }
        if text.len() > LONGEST_TEXT {
            self.overfull = Some((path.to_owned(), format!("the text is longer than {LONGEST_TEXT} bytes")));
        } else if self.texts.len() >= MOST_TEXTS {
            let reason = format!("there are more than {MOST_TEXTS} elements with text");
            self.overfull = Some((path.to_owned(), reason));
        } else {
            self.texts.push((path.to_owned(), text.to_owned(), currency));
        }
    }

    fn all<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(kept, ..)| kept == path).map(|(_, text, _)| text.as_str())
    }

    fn has(&self, path: &str) -> bool {
        self.all(path).next().is_some()
    }

    /// The text of an element.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.texts.iter().find(|(kept, ..)| kept == path).map(|(_, text, _)| text.as_str())
    }

    /// The text of the first of several elements that is there.
    fn first(&self, paths: &[&str]) -> Option<&str> {
        paths.iter().find_map(|path| self.text(path))
    }

    /// The first element that is there twice and must not be, or a sign of too many.
    fn problem(&self) -> Option<Problem> {
        if let Some((path, reason)) = &self.overfull {
            return Some(Problem { path: path.clone(), field: "", reason: reason.clone() });
        }
        let twice = self.texts.iter().enumerate().find(|(place, (path, ..))| {
            !REPEATED.iter().any(|repeated| path.ends_with(repeated))
                && self.texts.iter().take(*place).any(|(earlier, ..)| earlier == path)
        })?;
        let (path, ..) = twice.1;
        let reason = "the element is there twice; it cannot be known which is meant".to_owned();
        Some(Problem { path: path.clone(), field: "", reason })
    }
}

/// What is wrong with a transfer.
#[derive(Debug)]
pub(super) struct Problem {
    /// The element, by its path in the transfer.
    pub(super) path: String,
    /// The field of the payment.
    pub(super) field: &'static str,
    /// What was found and what was expected.
    pub(super) reason: String,
}

fn problem(path: &str, field: &'static str, reason: &dyn std::fmt::Display) -> Problem {
    Problem { path: path.to_owned(), field, reason: reason.to_string() }
}

/// The payment that the fields make. `instruction` is the payment information of a pain.001.
pub(super) fn payment(
    message: Message,
    group: &Fields,
    instruction: &Fields,
    transfer: &Fields,
) -> Result<Payment, Problem> {
    if let Some(problem) = [group, instruction, transfer].into_iter().find_map(Fields::problem) {
        return Err(problem);
    }
    let mut notes = Notes::default();
    let (amount, payout) = amounts(message, transfer)?;
    let debtor = match message {
        Message::Pacs008 => transfer,
        Message::Pain001 => instruction,
    };
    let purpose = ["RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf"]
        .into_iter()
        .map(|path| transfer.all(path).collect::<Vec<_>>().join(" "))
        .find(|text| !text.is_empty())
        .or_else(|| transfer.first(&["Purp/Cd", "Purp/Prtry"]).map(str::to_owned));
    let channel = [transfer, instruction, group]
        .into_iter()
        .find_map(|fields| fields.first(&["PmtTpInf/LclInstrm/Cd", "PmtTpInf/LclInstrm/Prtry"]));
    let payment = Payment {
        reference: reference(group, instruction, transfer),
        at: time(message, group, instruction, transfer, &mut notes)?,
        amount,
        payout,
        sender: party(debtor, "Dbtr")?,
        receiver: party(transfer, "Cdtr")?,
        purpose,
        channel: channel.map(str::to_owned),
        notes,
    };
    match payment.borrowed().broken_rule() {
        None => Ok(payment),
        Some(rule) => Err(match rule {
            BrokenRule::Amount | BrokenRule::Payout => problem("", "amount", &rule.reason()),
            BrokenRule::Sender => problem("Dbtr", "sender", &rule.reason()),
            BrokenRule::Receiver => problem("Cdtr", "receiver", &rule.reason()),
        }),
    }
}

/// What was sent and, in another currency, what was paid out.
fn amounts(message: Message, transfer: &Fields) -> Result<(Money, Option<Money>), Problem> {
    let (instructed, settled) = match message {
        Message::Pacs008 => (money(transfer, "InstdAmt")?, money(transfer, "IntrBkSttlmAmt")?),
        Message::Pain001 => (money(transfer, "Amt/InstdAmt")?, money(transfer, "Amt/EqvtAmt/Amt")?),
    };
    match (instructed, settled) {
        (Some(instructed), Some(settled)) => {
            Ok((instructed, (settled.currency != instructed.currency).then_some(settled)))
        }
        (Some(amount), None) | (None, Some(amount)) => Ok((amount, None)),
        (None, None) => {
            let (path, reason) = match message {
                Message::Pacs008 => ("IntrBkSttlmAmt", "there is neither IntrBkSttlmAmt nor InstdAmt"),
                Message::Pain001 => ("Amt", "there is neither Amt/InstdAmt nor Amt/EqvtAmt/Amt"),
            };
            Err(problem(path, "amount", &reason))
        }
    }
}

fn money(transfer: &Fields, path: &str) -> Result<Option<Money>, Problem> {
    let Some((_, text, currency)) = transfer.texts.iter().find(|(kept, ..)| kept == path) else {
        return Ok(None);
    };
    let currency: Currency = currency
        .as_deref()
        .ok_or_else(|| problem(path, "currency", &"the amount has no Ccy"))?
        .parse()
        .map_err(|error| problem(path, "currency", &error))?;
    Money::parse(text, currency).map(Some).map_err(|error| problem(path, "amount", &error))
}

fn reference(group: &Fields, instruction: &Fields, transfer: &Fields) -> Option<String> {
    let given = |path| transfer.text(path).filter(|text| *text != NOT_PROVIDED);
    if let Some(own) = given("PmtId/UETR").or_else(|| given("PmtId/TxId")) {
        return Some(own.to_owned());
    }
    // An end-to-end id is the debtor's own and need not be unique: it is told apart by its message.
    let last = given("PmtId/EndToEndId").or_else(|| given("PmtId/InstrId"))?;
    let before = [group.text("MsgId")?].into_iter().chain(instruction.text("PmtInfId"));
    Some(before.chain([last]).collect::<Vec<_>>().join("/"))
}

fn time(
    message: Message,
    group: &Fields,
    instruction: &Fields,
    transfer: &Fields,
    notes: &mut Notes,
) -> Result<Instant, Problem> {
    let candidates: &[(&Fields, &str)] = match message {
        Message::Pacs008 => &[
            (transfer, "AccptncDtTm"),
            (group, "CreDtTm"),
            (transfer, "IntrBkSttlmDt"),
            (group, "IntrBkSttlmDt"),
        ],
        Message::Pain001 => &[
            (instruction, "ReqdExctnDt/DtTm"),
            (instruction, "ReqdExctnDt/Dt"),
            (instruction, "ReqdExctnDt"),
            (group, "CreDtTm"),
        ],
    };
    let found = candidates.iter().find_map(|(fields, path)| Some((*path, fields.text(path)?)));
    let (path, text) =
        found.ok_or_else(|| problem("", "at", &"neither the transfer nor its message says when"))?;
    // XML Schema allows a zone after a date; it moves the start of the day by hours at most.
    let text = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _, b'Z' | b'+' | b'-', ..] => beginning(text, 10),
        _ => text,
    };
    time_text::read(text, &Zone::Unstated, notes).map_err(|error| problem(path, "at", &error))
}

/// The party `Dbtr` or `Cdtr` with its account and agent.
fn party(fields: &Fields, role: &str) -> Result<Party, Problem> {
    let path = |rest: &str| format!("{role}{rest}");
    let text = |rest: &str| fields.text(&path(rest)).filter(|text| *text != NOT_PROVIDED);
    let first = |rests: &[&str]| rests.iter().find_map(|rest| text(rest)).map(str::to_owned);
    let country = ["/PstlAdr/Ctry", "/CtryOfRes"].into_iter().find_map(|rest| Some((rest, text(rest)?)));
    let country = country
        .map(|(rest, code)| code.parse::<Country>().map_err(|error| problem(&path(rest), "country", &error)))
        .transpose()?;
    let birth_date = text("/Id/PrvtId/DtAndPlcOfBirth/BirthDt")
        .map(|date| {
            time_text::read_date(date)
                .map_err(|error| problem(&path("/Id/PrvtId/DtAndPlcOfBirth/BirthDt"), "birth_date", &error))
        })
        .transpose()?;
    let kind = if fields.has(&path("/Id/OrgId")) {
        Some(PartyKind::Business)
    } else if fields.has(&path("/Id/PrvtId")) {
        Some(PartyKind::Individual)
    } else {
        None
    };
    let lines = path("/PstlAdr/AdrLine");
    let street =
        ["/PstlAdr/StrtNm", "/PstlAdr/BldgNb"].into_iter().filter_map(text).collect::<Vec<_>>().join(" ");
    let address: Vec<&str> = [Some(street.as_str()).filter(|street| !street.is_empty())]
        .into_iter()
        .chain(["/PstlAdr/Dept", "/PstlAdr/SubDept", "/PstlAdr/PstCd", "/PstlAdr/CtrySubDvsn"].map(text))
        .flatten()
        .chain(fields.all(&lines))
        .collect();
    Ok(Party {
        account: first(&["Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Prxy/Id"]),
        institution: first(&[
            "Agt/FinInstnId/BICFI",
            "Agt/FinInstnId/BIC",
            "Agt/FinInstnId/ClrSysMmbId/MmbId",
            "Agt/FinInstnId/Nm",
            "Agt/FinInstnId/Othr/Id",
        ]),
        name: first(&["/Nm"]),
        kind,
        country,
        phone: first(&["/CtctDtls/MobNb", "/CtctDtls/PhneNb"]),
        email: first(&["/CtctDtls/EmailAdr"]),
        birth_date,
        address: (!address.is_empty()).then(|| address.join(", ")),
        city: first(&["/PstlAdr/TwnNm"]),
    })
}
