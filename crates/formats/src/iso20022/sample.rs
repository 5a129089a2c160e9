//! Writes payments as ISO 20022 messages, for tests, the simulator and the worked example.
//!
//! What is written is valid against the message's schema; it is no payment instruction. A field
//! that the schema has no room for is cut to its length. `pain.001` has no place for the payout.

use std::fmt::Write as _;

use model::{Instant, Money};
use quick_xml::escape::escape;

use crate::payment::{Party, PartyKind, Payment};

/// The message that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `pacs.008.001.08`.
    Pacs008V08,
    /// `pacs.008.001.10`.
    Pacs008V10,
    /// `pain.001.001.09`.
    Pain001V09,
}

/// What stands above the transfers.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The message's own id, at most 35 characters.
    pub message_id: &'a str,
    /// When the message was made.
    pub created: Instant,
}

/// Writes `payments` as one message. At least one payment is needed for the message to be valid.
pub fn written(form: Form, heading: Heading<'_>, payments: &[Payment]) -> String {
    let mut writer = Writer { text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") };
    let (name, root) = match form {
        Form::Pacs008V08 => ("pacs.008.001.08", "FIToFICstmrCdtTrf"),
        Form::Pacs008V10 => ("pacs.008.001.10", "FIToFICstmrCdtTrf"),
        Form::Pain001V09 => ("pain.001.001.09", "CstmrCdtTrfInitn"),
    };
    for part in ["<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:", name, "\">"] {
        writer.text.push_str(part);
    }
    writer.within(root, |writer| {
        writer.within("GrpHdr", |writer| {
            writer.field("MsgId", heading.message_id, 35);
            writer.field("CreDtTm", &heading.created.to_string(), 40);
            writer.field("NbOfTxs", &payments.len().to_string(), 15);
            match form {
                Form::Pain001V09 => writer.within("InitgPty", |_| {}),
                _ => writer.within("SttlmInf", |writer| writer.field("SttlmMtd", "CLRG", 4)),
            }
        });
        for (place, payment) in payments.iter().enumerate() {
            match form {
                Form::Pain001V09 => writer.instruction(place + 1, payment),
                _ => writer.transfer(payment),
            }
        }
    });
    writer.text.push_str("</Document>\n");
    writer.text
}

struct Writer {
    text: String,
}

impl Writer {
    fn within(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.tag("<", name);
        write(self);
        self.tag("</", name);
    }

    fn tag(&mut self, opening: &str, name: &str) {
        for part in [opening, name, ">"] {
            self.text.push_str(part);
        }
    }

    /// An element with text, cut to `longest` characters and freed of what XML cannot hold.
    fn field(&mut self, name: &str, text: &str, longest: usize) {
        let kept: String = text
            .chars()
            .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
            .take(longest)
            .collect();
        self.within(name, |writer| writer.text.push_str(&escape(kept.trim())));
    }

    fn optional(&mut self, name: &str, text: Option<&str>, longest: usize) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.field(name, text, longest);
        }
    }

    fn amount(&mut self, name: &str, money: Money) {
        let scale = 10_u64.pow(money.currency.decimals());
        let (whole, part) = (money.minor.unsigned_abs() / scale, money.minor.unsigned_abs() % scale);
        let digits = match money.currency.decimals() as usize {
            0 => whole.to_string(),
            decimals => format!("{whole}.{part:0decimals$}"),
        };
        // Writing to a text does not fail.
        let _ = write!(self.text, "<{name} Ccy=\"{}\">{digits}</{name}>", money.currency);
    }

    /// A transfer of a pacs.008.
    fn transfer(&mut self, payment: &Payment) {
        self.within("CdtTrfTxInf", |writer| {
            writer.payment_id(payment, true);
            writer.local_instrument(payment);
            writer.amount("IntrBkSttlmAmt", payment.payout.unwrap_or(payment.amount));
            writer.field("AccptncDtTm", &payment.at.to_string(), 40);
            if payment.payout.is_some() {
                writer.amount("InstdAmt", payment.amount);
            }
            writer.field("ChrgBr", "SHAR", 4);
            writer.party("Dbtr", &payment.sender);
            writer.account("DbtrAcct", &payment.sender);
            writer.agent("DbtrAgt", &payment.sender);
            writer.agent("CdtrAgt", &payment.receiver);
            writer.party("Cdtr", &payment.receiver);
            writer.account("CdtrAcct", &payment.receiver);
            writer.remittance(payment);
        });
    }

    /// A payment information of a pain.001 with one transfer.
    fn instruction(&mut self, place: usize, payment: &Payment) {
        self.within("PmtInf", |writer| {
            writer.field("PmtInfId", &place.to_string(), 35);
            writer.field("PmtMtd", "TRF", 3);
            writer.within("ReqdExctnDt", |writer| writer.field("DtTm", &payment.at.to_string(), 40));
            writer.party("Dbtr", &payment.sender);
            if payment.sender.account.is_some() {
                writer.account("DbtrAcct", &payment.sender);
            } else {
                let unknown = Party { account: Some("NOTPROVIDED".to_owned()), ..Party::default() };
                writer.account("DbtrAcct", &unknown);
            }
            writer.agent("DbtrAgt", &payment.sender);
            writer.within("CdtTrfTxInf", |writer| {
                writer.payment_id(payment, false);
                writer.local_instrument(payment);
                writer.within("Amt", |writer| writer.amount("InstdAmt", payment.amount));
                if payment.receiver.institution.is_some() {
                    writer.agent("CdtrAgt", &payment.receiver);
                }
                writer.party("Cdtr", &payment.receiver);
                writer.account("CdtrAcct", &payment.receiver);
                writer.remittance(payment);
            });
        });
    }

    fn payment_id(&mut self, payment: &Payment, with_transaction: bool) {
        let reference = payment.reference.as_deref();
        let is_uetr = reference.is_some_and(is_uuid_version_4);
        self.within("PmtId", |writer| {
            match reference {
                Some(reference) if !is_uetr && !with_transaction => writer.field("EndToEndId", reference, 35),
                _ => writer.field("EndToEndId", "NOTPROVIDED", 35),
            }
            if is_uetr {
                writer.optional("UETR", reference, 36);
            } else if with_transaction {
                writer.optional("TxId", reference, 35);
            }
        });
    }

    fn local_instrument(&mut self, payment: &Payment) {
        if let Some(channel) = &payment.channel {
            self.within("PmtTpInf", |writer| {
                writer.within("LclInstrm", |writer| writer.field("Prtry", channel, 35));
            });
        }
    }

    fn remittance(&mut self, payment: &Payment) {
        if let Some(purpose) = &payment.purpose {
            self.within("RmtInf", |writer| writer.field("Ustrd", purpose, 140));
        }
    }

    fn party(&mut self, name: &str, party: &Party) {
        self.within(name, |writer| {
            writer.optional("Nm", party.name.as_deref(), 140);
            let country = party.country.map(|country| country.to_string());
            let country = country.as_deref().filter(|code| code.bytes().all(|b| b.is_ascii_uppercase()));
            if party.city.is_some() || country.is_some() || party.address.is_some() {
                writer.within("PstlAdr", |writer| {
                    writer.optional("TwnNm", party.city.as_deref(), 35);
                    writer.optional("Ctry", country, 2);
                    writer.optional("AdrLine", party.address.as_deref(), 70);
                });
            }
            match (party.kind, party.birth_date) {
                (Some(PartyKind::Business), _) => writer.within("Id", |writer| {
                    writer.within("OrgId", |_| {});
                }),
                (Some(PartyKind::Individual), birth_date) => writer.within("Id", |writer| {
                    writer.within("PrvtId", |writer| {
                        if let Some(date) = birth_date {
                            writer.within("DtAndPlcOfBirth", |writer| {
                                writer.field("BirthDt", &date.to_string(), 10);
                                writer.field("CityOfBirth", "NOTPROVIDED", 35);
                                writer.field("CtryOfBirth", "ZZ", 2);
                            });
                        }
                    });
                }),
                (None, _) => {}
            }
            let phone = party.phone.as_deref().and_then(iso_phone);
            if phone.is_some() || party.email.is_some() {
                writer.within("CtctDtls", |writer| {
                    writer.optional("PhneNb", phone.as_deref(), 35);
                    writer.optional("EmailAdr", party.email.as_deref(), 2048);
                });
            }
        });
    }

    fn account(&mut self, name: &str, party: &Party) {
        let Some(account) = &party.account else { return };
        self.within(name, |writer| {
            writer.within("Id", |writer| {
                if is_iban(account) {
                    writer.field("IBAN", account, 34);
                } else {
                    writer.within("Othr", |writer| writer.field("Id", account, 34));
                }
            });
        });
    }

    fn agent(&mut self, name: &str, party: &Party) {
        self.within(name, |writer| {
            writer.within("FinInstnId", |writer| match party.institution.as_deref() {
                Some(code) if is_bic(code) => writer.field("BICFI", code, 11),
                institution => writer.optional("Nm", institution, 140),
            });
        });
    }
}

/// A phone number in the schema's form, `+63-9170000000`; `None` for one without a country code.
fn iso_phone(phone: &str) -> Option<String> {
    let digits = phone.strip_prefix('+')?;
    if let Some((code, rest)) = digits.split_once('-') {
        let fits = (1..=3).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_digit())
            && (1..=30).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_digit() || b"()+-".contains(&byte));
        return fits.then(|| phone.to_owned());
    }
    if !(4..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The schema wants a hyphen after the country code; +1 and +7 are the codes of one digit.
    let (code, rest) = digits.split_at_checked(if digits.starts_with(['1', '7']) { 1 } else { 2 })?;
    Some(format!("+{code}-{rest}"))
}

fn is_iban(account: &str) -> bool {
    match account.as_bytes() {
        [a, b, c, d, rest @ ..] => {
            [a, b].iter().all(|byte| byte.is_ascii_uppercase())
                && [c, d].iter().all(|byte| byte.is_ascii_digit())
                && (1..=30).contains(&rest.len())
                && rest.iter().all(u8::is_ascii_alphanumeric)
        }
        _ => false,
    }
}

fn is_bic(code: &str) -> bool {
    let bytes = code.as_bytes();
    let upper = bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    matches!(bytes.len(), 8 | 11)
        && upper
        && bytes.get(4..6).is_some_and(|country| country.iter().all(u8::is_ascii_uppercase))
}

fn is_uuid_version_4(text: &str) -> bool {
    let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => b"89ab".contains(&byte),
            _ => digits(byte),
        })
}
