//! Ledgers and labels as CSV files (RFC 4180), written and read again.
//!
//! A ledger has the columns the import documents ([`screening::sample::COLUMNS`]) and `marks`, what its
//! source says of a payment, by name and with semicolons between. Of a ledger from elsewhere `at`,
//! `amount`, `currency`, `sender_account` and `receiver_account` are needed and the rest is optional.
//! Labels have `account` and `part` (`offender`, `facilitator`, `victim`, `ordinary`) and may have
//! `weight`, `population`, `sex`, `age` and `nationality`; an account without a row is ordinary.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use self::{
    read::{BadFile, read_labels, read_ledger},
    write::{write_labels, write_ledger},
};

/// Words that serve as covers; families write them too. AUSTRAC, <https://austrac.gov.au/node/1087>; FATF (March
/// 2025), as summarised at financialcrime.lu; ACAMS Today, vol. 20 no. 3, p. 95.
const COVER_TERMS: [&str; 12] = [
    "accommodation",
    "uniform",
    "medical",
    "school fees",
    "education",
    "family support",
    "gift",
    "treat",
    "birthday",
    "invoice",
    "expenses",
    "fees",
];

/// The column of marks.
const MARKS: &str = "marks";
