//! A party to payments, as its source knows it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a ledger says of a party; sealed wherever it is kept. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartyProfile {
    /// The account's number or name.
    pub account: Option<String>,
    /// Who holds the account.
    pub institution: Option<String>,
    /// The party's name.
    pub name: Option<String>,
    /// `individual` or `business`.
    pub kind: Option<String>,
    /// Country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Date of birth.
    pub birth_date: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
}

impl fmt::Debug for PartyProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartyProfile(…)")
    }
}
