//! Ledgers as lines of JSON (NDJSON): one payment an object, its fields named as the ledger's columns.
//!
//! Every value is a text: an amount written as a number of JSON would be a binary fraction to most
//! programs that write it. A field that is null or empty is not there; one that is no column is
//! refused by name, since it may be misspelt. Lines without anything on them are passed over.

use std::{
    borrow::Cow,
    fmt,
    io::{BufRead, Read},
    ops::ControlFlow,
    str,
};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use super::{
    Column,
    fields::{Fields, Values},
};
use crate::{
    payment::{Payment, PaymentRef},
    record::{RAW_LIMIT, Record, Reject, beginning},
};

/// The longest line that is read, in bytes; a longer one is refused.
pub const LONGEST_LINE: usize = 64 * 1024;

/// Whether a file begins with a line that has a ledger's fields.
pub(crate) fn begins_lines(start: &[u8]) -> bool {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let has = |name: &[u8]| line.windows(name.len()).any(|part| part == name);
    has(b"\"at\"") && has(b"\"amount\"") && has(b"\"sender_") && has(b"\"receiver_")
}

/// Lines of JSON being read. Iterate over it for [`Payment`]s of their own, or go through it with
/// [`LineReader::for_each`], which makes nothing for a line unless its texts have escapes.
#[derive(Debug)]
pub struct LineReader<R> {
    source: R,
    values: Values,
    line: Vec<u8>,
    number: u64,
    ordinal: u64,
    needs_reference: bool,
    ended: bool,
}

impl<R: BufRead> LineReader<R> {
    /// Reads from the beginning of a file or a body.
    pub fn new(source: R) -> Self {
        Self {
            source,
            values: Values::default(),
            line: Vec::new(),
            number: 0,
            ordinal: 0,
            needs_reference: false,
            ended: false,
        }
    }

    /// Refuses payments without a reference: for lines that may be sent again, where nothing else tells
    /// one sent twice from two that are alike.
    #[must_use]
    pub fn needing_references(self) -> Self {
        Self { needs_reference: true, ..self }
    }

    /// Goes through the lines that are left, until the visitor breaks off.
    pub fn for_each(
        &mut self,
        mut visit: impl FnMut(Result<Record<PaymentRef<'_>>, Reject>) -> ControlFlow<()>,
    ) {
        while let Some(row) = self.next_with(&mut visit) {
            if row.is_break() {
                break;
            }
        }
    }

    fn next_with<T>(&mut self, visit: impl FnOnce(Result<Record<PaymentRef<'_>>, Reject>) -> T) -> Option<T> {
        let whole = loop {
            match self.advance() {
                Ok(None) => return None,
                Ok(Some(whole)) if !whole || !self.line.trim_ascii().is_empty() => break whole,
                Ok(Some(_)) => {}
                Err(error) => {
                    self.ended = true;
                    let reason = format!("the file cannot be read any further: {error}");
                    return Some(visit(Err(self.reject(String::new(), reason, true))));
                }
            }
        };
        self.ordinal += 1;
        if !whole {
            let reason = format!("the line is longer than {LONGEST_LINE} bytes");
            return Some(visit(Err(self.reject(String::new(), reason, false))));
        }
        let start = if self.number == 1 { self.line.strip_prefix(b"\xef\xbb\xbf") } else { None };
        let text = start.unwrap_or(&self.line);
        Some(match Texts::read(text) {
            Err((path, reason)) => visit(Err(self.reject(path, reason, false))),
            Ok(texts) => match self.values.payment(&&texts) {
                Ok(value) if self.needs_reference && value.reference.is_none() => {
                    let reason = "reference is empty; without one a payment that is sent again is not known"
                        .to_owned();
                    visit(Err(self.reject("reference".to_owned(), reason, false)))
                }
                Ok(value) => visit(Ok(Record { ordinal: self.ordinal, line: self.number, value })),
                Err(problem) => {
                    visit(Err(self.reject(problem.column.as_str().to_owned(), problem.reason, false)))
                }
            },
        })
    }

    /// Takes the next line in, without its end; `false` where it is longer than a line may be, and
    /// only its beginning is kept.
    fn advance(&mut self) -> std::io::Result<Option<bool>> {
        self.line.clear();
        if self.ended {
            return Ok(None);
        }
        self.number += 1;
        let most = LONGEST_LINE as u64 + 1;
        let read = (&mut self.source).take(most).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            self.ended = true;
            return Ok(None);
        }
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
            return Ok(Some(true));
        }
        if self.line.len() <= LONGEST_LINE {
            return Ok(Some(true));
        }
        self.line.truncate(RAW_LIMIT);
        loop {
            let part = self.source.fill_buf()?;
            if part.is_empty() {
                return Ok(Some(false));
            }
            let end = part.iter().position(|byte| *byte == b'\n');
            let passed = end.map_or(part.len(), |end| end + 1);
            self.source.consume(passed);
            if end.is_some() {
                return Ok(Some(false));
            }
        }
    }

    fn reject(&self, path: String, reason: String, fatal: bool) -> Reject {
        let raw = String::from_utf8_lossy(self.line.get(..RAW_LIMIT).unwrap_or(&self.line));
        let raw = beginning(&raw, RAW_LIMIT).to_owned();
        let field = Column::named(&path).map_or_else(String::new, |column| column.as_str().to_owned());
        Reject { ordinal: self.ordinal, line: self.number, path, field, reason, raw, fatal }
    }
}

impl<R: BufRead> IntoIterator for LineReader<R> {
    type Item = Result<Record<Payment>, Reject>;
    type IntoIter = Lines<R>;

    fn into_iter(self) -> Lines<R> {
        Lines(self)
    }
}

/// The payments of lines, one by one.
#[derive(Debug)]
pub struct Lines<R>(LineReader<R>);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Record<Payment>, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_with(|row| row.map(|record| record.map(|payment| payment.to_payment())))
    }
}

/// The texts of a line, by column.
struct Texts<'l>([Option<Cow<'l, str>>; Column::ALL.len()]);

/// What is wrong with a line: the field as the line names it, and why.
type Wrong = (String, String);

impl<'l> Texts<'l> {
    fn read(line: &'l [u8]) -> Result<Self, Wrong> {
        let whole = |reason: String| (String::new(), reason);
        let text = str::from_utf8(line).map_err(|_| whole("the line is not UTF-8".to_owned()))?;
        let mut texts = Self([const { None }; Column::ALL.len()]);
        let mut wrong = None;
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Object { texts: &mut texts, wrong: &mut wrong }.deserialize(&mut json);
        match read.and_then(|()| json.end()) {
            Ok(()) => Ok(texts),
            Err(error) => Err(wrong.unwrap_or_else(|| {
                whole(format!(
                    "this is not one object of JSON with texts in it: {error}; put each payment on a line of its own"
                ))
            })),
        }
    }
}

impl<'r> Fields<'r> for &'r Texts<'_> {
    fn text(&self, column: Column) -> Option<&'r str> {
        let text = self.0.get(column as usize)?.as_deref()?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// Reads the object of a line.
struct Object<'a, 'l> {
    texts: &'a mut Texts<'l>,
    wrong: &'a mut Option<Wrong>,
}

impl<'l> DeserializeSeed<'l> for Object<'_, 'l> {
    type Value = ();

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'l> Visitor<'l> for Object<'_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the fields of a payment")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Text)? {
            let name = name.unwrap_or_default();
            let short = || beginning(&name, 60).to_owned();
            let slot = Column::named(&name).and_then(|column| self.texts.0.get_mut(column as usize));
            let Some(slot) = slot else {
                *self.wrong = Some((short(), "this is no field of a payment; see docs/LEDGER.md".to_owned()));
                return Err(A::Error::custom("unknown field"));
            };
            if slot.is_some() {
                *self.wrong = Some((short(), "the field is there twice".to_owned()));
                return Err(A::Error::custom("field twice"));
            }
            *slot = map.next_value_seed(Text).inspect_err(|error| {
                // What breaks off is wrong as a whole; what is read is not a text.
                let reason = error.to_string();
                if reason.contains("expected a text") {
                    *self.wrong =
                        Some((short(), format!("{reason}; write every value as a text, such as \"12.50\"")));
                }
            })?;
        }
        Ok(())
    }
}

/// A text or null; borrowed from the line where it has no escapes.
struct Text;

impl<'l> DeserializeSeed<'l> for Text {
    type Value = Option<Cow<'l, str>>;

    fn deserialize<D: Deserializer<'l>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for Text {
    type Value = Option<Cow<'l, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'l str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        detect::{Detected, detect},
        payment::tests::payment,
    };

    fn read(text: &[u8]) -> Vec<Result<Record<Payment>, Reject>> {
        LineReader::new(text).into_iter().collect()
    }

    /// A payment as a line, with every field it has.
    fn line(payment: &Payment) -> String {
        let digits = |money: model::Money| money.to_string().get(4..).unwrap().replace(',', "");
        let mut object = serde_json::Map::new();
        let mut put = |name: String, value: Option<String>| {
            if let Some(value) = value {
                object.insert(name, value.into());
            }
        };
        put("reference".to_owned(), payment.reference.clone());
        put("at".to_owned(), Some(payment.at.to_string()));
        put("amount".to_owned(), Some(digits(payment.amount)));
        put("currency".to_owned(), Some(payment.amount.currency.to_string()));
        put("payout_amount".to_owned(), payment.payout.map(digits));
        put("payout_currency".to_owned(), payment.payout.map(|money| money.currency.to_string()));
        for (side, party) in [("sender", &payment.sender), ("receiver", &payment.receiver)] {
            put(format!("{side}_account"), party.account.clone());
            put(format!("{side}_institution"), party.institution.clone());
            put(format!("{side}_name"), party.name.clone());
            put(format!("{side}_kind"), party.kind.map(|kind| kind.to_string()));
            put(format!("{side}_country"), party.country.map(|country| country.to_string()));
            put(format!("{side}_phone"), party.phone.clone());
            put(format!("{side}_email"), party.email.clone());
            put(format!("{side}_birth_date"), party.birth_date.map(|date| date.to_string()));
            put(format!("{side}_address"), party.address.clone());
            put(format!("{side}_city"), party.city.clone());
        }
        put("purpose".to_owned(), payment.purpose.clone());
        put("channel".to_owned(), payment.channel.clone());
        serde_json::Value::Object(object).to_string()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            payments in proptest::collection::vec(payment(), 0..4), end in "\n|\r\n|\n \n",
        ) {
            let text: String = payments.iter().map(|payment| line(payment) + &end).collect();
            let read: Vec<Payment> = read(text.as_bytes()).into_iter().map(|row| row.unwrap().value).collect();
            prop_assert_eq!(read, payments);
        }

        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0_usize..200) {
            let mut hostile =
                b"{\"at\":\"2026-03-01\",\"amount\":\"5\",\"currency\":\"PHP\",\"sender_account\":\"a\",\"receiver_name\":\"b\"}\n"
                    .to_vec();
            hostile.truncate(cut);
            hostile.extend(bytes);
            let lines = hostile.split(|byte| *byte == b'\n').count();
            prop_assert!(read(&hostile).len() <= lines);
        }

        #[test]
        fn however_the_bytes_come_the_lines_are_the_same(
            payments in proptest::collection::vec(payment(), 1..4), size in 1_usize..50,
        ) {
            let text: String = payments.iter().map(|payment| line(payment) + "\n").collect();
            let cut = LineReader::new(std::io::BufReader::with_capacity(size, text.as_bytes()));
            prop_assert_eq!(cut.into_iter().collect::<Vec<_>>(), read(text.as_bytes()));
        }
    }

    const GOOD: &str = r#"{"reference":"1","at":"2026-03-01T00:00:00Z","amount":"5.00","currency":"PHP","sender_account":"A","receiver_name":"Synthetic \u00f1"}"#;

    #[test]
    fn a_bad_line_is_a_reject_and_the_rest_goes_on() {
        let long = format!("{{\"at\":\"{}\"}}", "x".repeat(LONGEST_LINE));
        let lines = [
            GOOD.to_owned(),
            GOOD.replace("\"amount\":\"5.00\"", "\"amount\":5.00"),
            GOOD.replace("amount", "amuont"),
            GOOD.replace("5.00", "0.00"),
            String::new(),
            long,
            "[1]".to_owned(),
            format!("{GOOD}{GOOD}"),
            GOOD.replace("\"reference\":\"1\"", "\"at\":\"2026-03-01\""),
            GOOD.replace("\"A\"", "null"),
            GOOD.replace("\"1\"", "\"2\""),
        ];
        let rows = read(lines.join("\n").as_bytes());
        let said: Vec<_> = rows
            .iter()
            .map(|row| row.as_ref().map_or_else(|r| (r.line, r.path.as_str()), |r| (r.line, "-")))
            .collect();
        assert_eq!(
            said,
            [
                (1, "-"),
                (2, "amount"),
                (3, "amuont"),
                (4, "amount"),
                (6, ""),
                (7, ""),
                (8, ""),
                (9, "at"),
                (10, "sender_account"),
                (11, "-"),
            ]
        );
        let reason = |at: usize| rows[at].as_ref().unwrap_err().reason.as_str();
        assert!(reason(1).contains("as a text"), "{}", reason(1));
        assert!(reason(2).contains("no field"), "{}", reason(2));
        assert!(reason(4).contains("longer"), "{}", reason(4));
        assert!(rows[4].as_ref().unwrap_err().raw.len() <= RAW_LIMIT);
        assert!(reason(5).contains("object"), "{}", reason(5));
        assert!(reason(7).contains("twice"), "{}", reason(7));
        assert_eq!(rows[0].as_ref().unwrap().value.receiver.name.as_deref(), Some("Synthetic ñ"));
        assert_eq!(rows[9].as_ref().unwrap().ordinal, 10);
        let without = GOOD.replace("\"reference\":\"1\",", "");
        assert!(read(without.as_bytes())[0].is_ok());
        let mut strict = LineReader::new(without.as_bytes()).needing_references().into_iter();
        assert_eq!(strict.next().unwrap().unwrap_err().path, "reference");
    }

    #[test]
    fn a_file_of_lines_is_told_by_its_first() {
        assert_eq!(detect(format!("\u{feff}{GOOD}\n{{").as_bytes()), Detected::LedgerLines);
        assert!(matches!(detect(b"{\"at\":1}\n"), Detected::NotSupported { .. }));
    }

    #[test]
    fn a_visitor_may_break_off_and_go_on() {
        let text = format!("{GOOD}\n").repeat(5);
        let mut lines = LineReader::new(text.as_bytes());
        let mut seen = Vec::new();
        lines.for_each(|row| {
            seen.push(row.unwrap().ordinal);
            if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        lines.for_each(|row| {
            seen.push(row.unwrap().ordinal);
            ControlFlow::Continue(())
        });
        assert_eq!(seen, [1, 2, 3, 4, 5]);
    }
}
