//! Mapping files: how another system's columns become a ledger's.
//!
//! A mapping is TOML with four tables, `[columns]`, `[constants]`, `[time]` and `[amount]`; see
//! `docs/LEDGER.md`. It is checked as a whole when it is loaded, and what is wrong is said with
//! its line.

use std::ops::Range;

use jiff::tz::TimeZone;
use model::{CivilDate, Country, Currency, Instant};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{
    amount::AmountFormat,
    columns::{self, Column},
    time::{self, DAY, Shape, TimeFormat},
};
use crate::{payment::PartyKind, time_text::Zone};

/// Where the columns of a ledger come from and how its times and amounts are written. The default
/// is a ledger with the documented columns.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// The file's name for each column; `None` when every column goes by its own name.
    pub(crate) columns: Option<Vec<(Column, String)>>,
    /// The value of a column for every row.
    pub(crate) constants: Vec<(Column, String)>,
    pub(crate) time: TimeFormat,
    pub(crate) amount: AmountFormat,
}

/// What is wrong with a mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct MappingError {
    /// The line of the mapping file, counted from 1.
    pub line: usize,
    /// What was found and what was expected.
    pub reason: String,
}

impl Mapping {
    /// Reads and checks a mapping file.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let source = Source { text };
        let document = DeTable::parse(text)
            .map_err(|error| source.error(error.span().unwrap_or_default(), error.message().to_owned()))?;
        let mut mapping = Self::default();
        let mut named = Vec::new();
        let mut constants_at = Vec::new();
        for (name, value) in document.get_ref() {
            let DeValue::Table(table) = value.get_ref() else {
                return Err(source.unknown(name, TABLES));
            };
            match name.get_ref().as_ref() {
                "columns" => named = source.column_names(table)?,
                "constants" => (mapping.constants, constants_at) = source.constants(table)?,
                "time" => mapping.time = source.time(table)?,
                "amount" => mapping.amount = source.amount(table)?,
                _ => return Err(source.unknown(name, TABLES)),
            }
        }
        for ((column, _), at) in mapping.constants.iter().zip(constants_at) {
            if named.iter().any(|(mapped, _)| mapped == column) {
                return Err(source.error(
                    at,
                    format!("{column} is a constant here and mapped in [columns]; keep one of the two"),
                ));
            }
        }
        let has = |column: Column| {
            named.iter().any(|(mapped, _)| *mapped == column)
                || mapping.constants.iter().any(|(constant, _)| *constant == column)
        };
        let missing = columns::missing(has);
        if !missing.is_empty() {
            return Err(source.error(
                0..0,
                format!("nothing says where these come from: {}; name their columns in [columns] or, where one value holds for every row, give it in [constants]", missing.join("; ")),
            ));
        }
        if has(Column::PayoutAmount) && !has(Column::PayoutCurrency) {
            return Err(source.error(0..0, "payout_amount needs payout_currency as well".to_owned()));
        }
        mapping.columns = Some(named);
        Ok(mapping)
    }
}

const TABLES: &[&str] = &["[columns]", "[constants]", "[time]", "[amount]"];

/// The text of a mapping file, which turns spans into lines.
struct Source<'a> {
    text: &'a str,
}

type Key<'a> = Spanned<DeString<'a>>;
type Value<'a> = Spanned<DeValue<'a>>;
/// Constants, and where in the file each stands.
type Constants = (Vec<(Column, String)>, Vec<Range<usize>>);

impl Source<'_> {
    fn error(&self, at: Range<usize>, reason: String) -> MappingError {
        let before = self.text.get(..at.start).unwrap_or_default();
        MappingError { line: before.bytes().filter(|byte| *byte == b'\n').count() + 1, reason }
    }

    fn unknown(&self, key: &Key<'_>, expected: &[&str]) -> MappingError {
        let reason = format!("“{}” is not known here; expected {}", key.get_ref(), expected.join(", "));
        self.error(key.span(), reason)
    }

    fn text<'v>(&self, key: &Key<'_>, value: &'v Value<'_>) -> Result<&'v str, MappingError> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Ok(text.trim()),
            DeValue::String(_) => {
                Err(self.error(value.span(), format!("{} is empty; leave it out instead", key.get_ref())))
            }
            _ => Err(self.error(value.span(), format!("{} must be a text in quotes", key.get_ref()))),
        }
    }

    fn column(&self, key: &Key<'_>) -> Result<Column, MappingError> {
        Column::named(key.get_ref()).ok_or_else(|| {
            let names: Vec<_> = Column::ALL.iter().map(|column| column.as_str()).collect();
            self.unknown(key, &names)
        })
    }

    fn column_names(&self, table: &DeTable<'_>) -> Result<Vec<(Column, String)>, MappingError> {
        table.iter().map(|(key, value)| Ok((self.column(key)?, self.text(key, value)?.to_owned()))).collect()
    }

    fn constants(&self, table: &DeTable<'_>) -> Result<Constants, MappingError> {
        let (mut constants, mut places) = (Vec::new(), Vec::new());
        for (key, value) in table {
            let column = self.column(key)?;
            if !column.may_be_constant() {
                let reason = format!("{column} cannot be the same for every row; map it in [columns]");
                return Err(self.error(key.span(), reason));
            }
            let text = self.text(key, value)?;
            check_constant(column, text).map_err(|reason| self.error(value.span(), reason))?;
            constants.push((column, text.to_owned()));
            places.push(key.span());
        }
        Ok((constants, places))
    }

    fn time(&self, table: &DeTable<'_>) -> Result<TimeFormat, MappingError> {
        let mut format = TimeFormat::default();
        let mut pattern = None;
        let mut epoch = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "format" => pattern = Some((self.text(key, value)?, value.span())),
                "epoch" => {
                    let text = self.text(key, value)?;
                    let instant =
                        Instant::parse(text).map_err(|error| self.error(value.span(), error.to_string()))?;
                    epoch = Some((instant, key.span()));
                }
                "zone" => {
                    let name = self.text(key, value)?;
                    let zone = TimeZone::get(name).map_err(|_| {
                        let reason =
                            format!("“{name}” is not a time zone; expected a name such as Asia/Manila");
                        self.error(value.span(), reason)
                    })?;
                    format.zone = Zone::Stated(zone);
                }
                _ => return Err(self.unknown(key, &["format", "epoch", "zone"])),
            }
        }
        let since_1970 = Instant::from_micros(0);
        let (counted, at) = match pattern {
            Some(("days", at)) => (Some(("days", DAY)), at),
            Some(("seconds", at)) => (Some(("seconds", 1_000_000)), at),
            Some(("millis", at)) => (Some(("millis", 1_000)), at),
            Some((pattern, at)) => {
                time::check_pattern(pattern).map_err(|reason| self.error(at.clone(), reason))?;
                format.shape = Shape::Pattern(pattern.to_owned());
                (None, at)
            }
            None => (None, 0..0),
        };
        match (counted, epoch) {
            (Some(("days", _)), None) => {
                let reason =
                    "days are counted from an epoch; add epoch = \"2017-01-01T00:00:00Z\" with its day";
                return Err(self.error(at, reason.to_owned()));
            }
            (Some((word, unit)), epoch) => {
                let epoch = epoch.map_or(since_1970, |(instant, _)| instant);
                format.shape = Shape::Count { unit, epoch, word };
            }
            (None, Some((_, at))) => {
                let reason = "epoch goes with the formats days, seconds and millis only";
                return Err(self.error(at, reason.to_owned()));
            }
            (None, None) => {}
        }
        Ok(format)
    }

    fn amount(&self, table: &DeTable<'_>) -> Result<AmountFormat, MappingError> {
        let mut format = AmountFormat::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "decimal" => format.decimal = self.mark(key, value)?,
                "thousands" => format.thousands = Some(self.mark(key, value)?),
                "unit" => format.minor_units = self.choice(key, value, "major", "minor")?,
                "round" => format.round = self.choice(key, value, "no", "half-even")?,
                _ => return Err(self.unknown(key, &["decimal", "thousands", "unit", "round"])),
            }
        }
        if format.thousands == Some(format.decimal) {
            let at = table.iter().find(|(key, _)| key.get_ref() == "thousands");
            let reason = format!("thousands and decimal are both “{}”; they must differ", format.decimal);
            return Err(self.error(at.map(|(_, value)| value.span()).unwrap_or_default(), reason));
        }
        Ok(format)
    }

    /// One character that stands in an amount. A space may be meant, so nothing is trimmed.
    fn mark(&self, key: &Key<'_>, value: &Value<'_>) -> Result<char, MappingError> {
        if let DeValue::String(text) = value.get_ref() {
            let mut characters = text.chars();
            if let (Some(mark), None) = (characters.next(), characters.next())
                && !mark.is_alphanumeric()
                && mark != '-'
                && mark != '+'
            {
                return Ok(mark);
            }
        }
        Err(self.error(
            value.span(),
            format!("{} must be one character in quotes, such as \",\" or \".\"", key.get_ref()),
        ))
    }

    /// Whether the second of two words is given.
    fn choice(&self, key: &Key<'_>, value: &Value<'_>, no: &str, yes: &str) -> Result<bool, MappingError> {
        match self.text(key, value)? {
            word if word == yes => Ok(true),
            word if word == no => Ok(false),
            word => {
                let reason =
                    format!("“{word}” is not known for {}; expected \"{no}\" or \"{yes}\"", key.get_ref());
                Err(self.error(value.span(), reason))
            }
        }
    }
}

/// A constant is checked once, with the same readers the rows go through.
fn check_constant(column: Column, text: &str) -> Result<(), String> {
    let checked = match column {
        Column::Currency | Column::PayoutCurrency => {
            text.parse::<Currency>().map(drop).err().map(|e| e.to_string())
        }
        Column::SenderKind | Column::ReceiverKind => {
            text.parse::<PartyKind>().map(drop).err().map(|e| e.to_string())
        }
        Column::SenderCountry | Column::ReceiverCountry => {
            text.parse::<Country>().map(drop).err().map(|e| e.to_string())
        }
        Column::SenderBirthDate | Column::ReceiverBirthDate => {
            text.parse::<CivilDate>().map(drop).err().map(|e| e.to_string())
        }
        _ => None,
    };
    checked.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
[columns]
sender_account = "From"
receiver_account = "To"
amount = "Betrag"
at = "Datum"

[constants]
currency = "EUR"
sender_kind = "individual"

[time]
format = "%d.%m.%Y %H:%M"
zone = "Europe/Berlin"

[amount]
decimal = ","
thousands = "."
round = "half-even"
"#;

    #[test]
    fn a_whole_mapping_is_read() {
        let mapping = Mapping::parse(WHOLE).unwrap();
        assert_eq!(mapping.columns.unwrap().len(), 4);
        assert!(mapping.constants.contains(&(Column::Currency, "EUR".to_owned())));
        assert_eq!(
            mapping.amount,
            AmountFormat { decimal: ',', thousands: Some('.'), minor_units: false, round: true }
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (find, put, line, word) in [
            ("at = \"Datum\"", "at = Datum", 6, ""),
            ("at = \"Datum\"", "when = \"Datum\"", 6, "“when” is not known"),
            ("at = \"Datum\"", "at = 7", 6, "text in quotes"),
            ("at = \"Datum\"", "at = \"\"", 6, "empty"),
            ("at = \"Datum\"", "", 1, ": at;"),
            ("currency = \"EUR\"", "", 1, "currency"),
            ("currency = \"EUR\"", "currency = \"euro\"", 9, "currency"),
            ("currency = \"EUR\"", "currency = \"EUR\"\namount = \"5\"", 10, "every row"),
            ("sender_kind = \"individual\"", "sender_kind = \"human\"", 10, "individual or business"),
            ("sender_kind = \"individual\"", "sender_account = \"X\"", 10, "keep one"),
            ("zone = \"Europe/Berlin\"", "zone = \"Mars/Olympus\"", 14, "time zone"),
            (
                "zone = \"Europe/Berlin\"",
                "epoch = \"2017-01-01T00:00:00Z\"",
                14,
                "days, seconds and millis only",
            ),
            ("%d.%m.%Y %H:%M", "%H:%M", 13, "pattern"),
            ("%d.%m.%Y %H:%M", "days", 13, "epoch"),
            ("decimal = \",\"", "decimal = \"comma\"", 17, "one character"),
            ("decimal = \",\"", "decimal = \".\"", 18, "must differ"),
            ("half-even", "up", 19, "half-even"),
            ("[amount]", "[amounts]", 16, "[amount]"),
            ("[columns]", "columns = 7\n[x]", 2, "not known"),
        ] {
            let text = WHOLE.replace(find, put);
            assert_ne!(text, WHOLE);
            let error = Mapping::parse(&text).unwrap_err();
            assert_eq!(error.line, line, "{put}: {error}");
            assert!(error.reason.contains(word), "{put}: {error}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_fail(text in "\\PC{0,80}", line in 0_usize..18, put in "\\PC{0,20}") {
            let _ = Mapping::parse(&text);
            let mangled: Vec<&str> =
                WHOLE.lines().enumerate().map(|(i, old)| if i == line { put.as_str() } else { old }).collect();
            let _ = Mapping::parse(&mangled.join("\n"));
        }
    }
}
