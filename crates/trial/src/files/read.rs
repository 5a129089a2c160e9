//! Reading, row by row.

use std::{collections::HashMap, io::Read};

use csv::StringRecord;
use model::{Country, Currency, Instant, Money};
use screening::engine::{Activity, Channel, Kind, Marks};

use super::{COVER_TERMS, MARKS};
use crate::{Label, Labels, Ledger, Part, Sex};

/// Why a ledger or labels were refused.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// It is no CSV file.
    #[error("this is not a CSV file with a line of column names first: {0}")]
    Csv(#[from] csv::Error),
    /// A column is missing.
    #[error("there is no column `{column}`; it has to have {needed}")]
    NoColumn {
        /// The column.
        column: &'static str,
        /// All that are needed.
        needed: &'static str,
    },
    /// A value cannot be read.
    #[error("line {line}: `{column}` is “{value}”; {wanted}")]
    Value {
        /// The line, counted from one.
        line: u64,
        /// The column.
        column: &'static str,
        /// The value.
        value: String,
        /// What was expected.
        wanted: &'static str,
    },
    /// There are more accounts than can be numbered.
    #[error("there are more than four thousand million accounts; split the ledger")]
    TooMany,
}

/// The columns of a file by name.
struct Columns {
    names: HashMap<String, usize>,
    needed: &'static str,
}

impl Columns {
    fn of(header: &StringRecord, needed: &'static str) -> Result<Self, BadFile> {
        let name =
            |(place, name): (usize, &str)| (name.trim_start_matches('\u{feff}').trim().to_lowercase(), place);
        let columns = Self { names: header.iter().enumerate().map(name).collect(), needed };
        match needed.split(", ").find(|column| !columns.names.contains_key(*column)) {
            Some(column) => Err(BadFile::NoColumn { column, needed: columns.needed }),
            None => Ok(columns),
        }
    }

    fn has(&self, column: &str) -> bool {
        self.names.contains_key(column)
    }

    fn get<'r>(&self, row: &'r StringRecord, column: &str) -> &'r str {
        self.names.get(column).and_then(|place| row.get(*place)).unwrap_or_default().trim()
    }

    fn read<T>(
        &self,
        row: &StringRecord,
        column: &'static str,
        wanted: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, BadFile> {
        let value = self.get(row, column);
        parse(value).ok_or_else(|| BadFile::Value {
            line: row.position().map_or(0, csv::Position::line),
            column,
            value: value.chars().take(60).collect(),
            wanted,
        })
    }

    /// A value that may be missing or empty.
    fn may<T>(
        &self,
        row: &StringRecord,
        column: &'static str,
        wanted: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, BadFile> {
        if self.get(row, column).is_empty() {
            Ok(None)
        } else {
            self.read(row, column, wanted, parse).map(Some)
        }
    }
}

const COUNTRY: &str = "it has to be two letters of ISO 3166-1, such as PH";

/// Reads a ledger; rows in any order. Without a column of marks, what is known is whether a party is a business
/// and whether the purpose holds a word that serves as a cover.
pub fn read_ledger(input: impl Read) -> Result<Ledger, BadFile> {
    let mut file = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let columns = Columns::of(file.headers()?, "at, amount, currency, sender_account, receiver_account")?;
    let marked = columns.has(MARKS);
    let (mut parties, mut accounts) = (HashMap::<String, u32>::new(), Vec::new());
    let mut number = |account: &str| -> Result<u32, BadFile> {
        if let Some(party) = parties.get(account) {
            return Ok(*party);
        }
        let party = u32::try_from(accounts.len()).map_err(|_| BadFile::TooMany)?;
        parties.insert(account.to_owned(), party);
        accounts.push(account.to_owned());
        Ok(party)
    };
    let mut events = Vec::new();
    let mut row = StringRecord::new();
    while file.read_record(&mut row)? {
        let currency: Currency =
            columns.read(&row, "currency", "it has to be three letters of ISO 4217, such as PHP", |v| {
                v.parse().ok()
            })?;
        let amount = columns.read(&row, "amount", "it has to be an amount such as 1500.00", |value| {
            Money::parse(value, currency).ok()
        })?;
        let at = columns.read(&row, "at", "it has to be a time such as 2026-01-31T09:30:00Z", |value| {
            Instant::parse(value).ok()
        })?;
        let account = |column| {
            columns.read(&row, column, "it has to name an account", |value| {
                (!value.is_empty()).then(|| value.to_owned())
            })
        };
        let country = |column| columns.may(&row, column, COUNTRY, |value| value.parse::<Country>().ok());
        let marks = if marked {
            columns.read(&row, MARKS, "it has to be names of marks with semicolons between", marks)?
        } else {
            guessed(&columns, &row)
        };
        let sender = number(&account("sender_account")?)?;
        let receiver = number(&account("receiver_account")?)?;
        events.push(Activity {
            sequence: 0,
            at,
            amount: amount.minor,
            marks,
            sender,
            receiver,
            lasting: 0,
            currency,
            sender_country: country("sender_country")?,
            receiver_country: country("receiver_country")?,
            kind: Kind::Payment,
            channel: channel(columns.get(&row, "channel")),
        });
    }
    // Of payments at the same instant the one that stands first comes first.
    events.sort_by_key(|event| event.at);
    for (event, sequence) in events.iter_mut().zip(1..) {
        event.sequence = sequence;
    }
    let synthetic = !accounts.is_empty() && accounts.iter().all(|account| account.starts_with("SYN-"));
    Ok(Ledger { events, accounts, synthetic })
}

fn marks(value: &str) -> Option<Marks> {
    let names = value.split(';').map(str::trim).filter(|name| !name.is_empty());
    names.map(Marks::named).try_fold(Marks::default(), |all, mark| Some(all.with(mark?)))
}

/// The marks that follow from the columns every ledger has.
fn guessed(columns: &Columns, row: &StringRecord) -> Marks {
    let purpose = format!(" {} ", columns.get(row, "purpose").to_lowercase());
    let cover = COVER_TERMS.iter().any(|term| {
        let around = |c: char| !c.is_alphanumeric();
        purpose.match_indices(term).any(|(at, found)| {
            purpose.get(..at).is_some_and(|before| before.ends_with(around))
                && purpose.get(at + found.len()..).is_some_and(|after| after.starts_with(around))
        })
    });
    let is = |column, kind: &str| columns.get(row, column).eq_ignore_ascii_case(kind);
    let unknown = columns.get(row, "receiver_kind").is_empty();
    let facts = [
        ("sender_business", is("sender_kind", "business")),
        ("receiver_business", is("receiver_kind", "business")),
        ("receiver_kind_unknown", unknown),
        ("cover_term", cover),
    ];
    let set = facts.iter().filter(|(_, holds)| *holds).filter_map(|(name, _)| Marks::named(name));
    set.fold(Marks::default(), Marks::with)
}

fn channel(name: &str) -> Channel {
    match name.to_lowercase().as_str() {
        "remittance" | "remitter" => Channel::Remitter,
        "bank" => Channel::Bank,
        "wallet" => Channel::Wallet,
        "card" => Channel::Card,
        "crypto" => Channel::Crypto,
        "gift" => Channel::Gift,
        _ => Channel::Unknown,
    }
}

/// Reads the labels of a ledger's parties; says too how many rows name accounts the ledger does not have.
pub fn read_labels(input: impl Read, ledger: &Ledger) -> Result<(Labels, u64), BadFile> {
    let mut file = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let columns = Columns::of(file.headers()?, "account, part")?;
    let parties: HashMap<&str, usize> =
        ledger.accounts.iter().enumerate().map(|(place, account)| (account.as_str(), place)).collect();
    let mut labels =
        Labels { parties: vec![Label::default(); ledger.accounts.len()], populations: Vec::new() };
    let mut places: HashMap<String, u16> = HashMap::new();
    let (mut row, mut elsewhere) = (StringRecord::new(), 0);
    while file.read_record(&mut row)? {
        let part =
            columns.read(&row, "part", "it has to be offender, facilitator, victim or ordinary", part)?;
        let weight = columns.may(&row, "weight", "it has to be a number above 0", |value| {
            value.parse::<f32>().ok().filter(|weight| weight.is_finite() && *weight > 0.0)
        })?;
        let sex = columns.may(&row, "sex", "it has to be female or male, or empty", |value| match value {
            "female" => Some(Sex::Female),
            "male" => Some(Sex::Male),
            _ => None,
        })?;
        let age = columns.may(&row, "age", "it has to be an age in years", |value| value.parse().ok())?;
        let nationality = columns.may(&row, "nationality", COUNTRY, |value| value.parse().ok())?;
        let population =
            columns.may(&row, "population", "there are more than 65,000 populations", |name| match places
                .get(name)
            {
                Some(place) => Some(*place),
                None => u16::try_from(places.len()).ok(),
            })?;
        if let Some(place) = population {
            let name = columns.get(&row, "population");
            if !places.contains_key(name) {
                places.insert(name.to_owned(), place);
                labels.populations.push(name.to_owned());
            }
        }
        let slot = parties.get(columns.get(&row, "account")).and_then(|place| labels.parties.get_mut(*place));
        match slot {
            Some(slot) => {
                *slot = Label {
                    part,
                    weight: weight.unwrap_or(1.0),
                    population,
                    sex: sex.unwrap_or_default(),
                    age: age.unwrap_or_default(),
                    nationality,
                };
            }
            None => elsewhere += 1,
        }
    }
    Ok((labels, elsewhere))
}

fn part(value: &str) -> Option<Part> {
    Some(match value {
        "offender" => Part::Offender,
        "facilitator" => Part::Facilitator,
        "victim" => Part::Victim,
        "ordinary" | "" => Part::Ordinary,
        _ => return None,
    })
}
