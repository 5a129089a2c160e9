//! Identifiers: what ties one report to another.
//!
//! The type says only what an identifier is; reading one out of raw text and bringing it to its
//! normal form is `linking`'s business.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What kind of thing an identifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// An e-mail address.
    Email,
    /// A phone number in E.164 form.
    Phone,
    /// A name on a service, `name@service`.
    Handle,
    /// An account a payment firm or bank holds, `institution:number` or an IBAN.
    Account,
    /// A wallet of a cryptocurrency or an e-money issuer.
    Wallet,
    /// An Internet address; means something only with the time it was seen.
    Ip,
    /// A device.
    Device,
    /// A person by name and date of birth.
    Person,
    /// A page or a profile.
    Url,
}

impl IdentifierKind {
    /// Every kind, in the order a page lists them.
    pub const ALL: [Self; 9] = [
        Self::Email,
        Self::Phone,
        Self::Handle,
        Self::Account,
        Self::Wallet,
        Self::Ip,
        Self::Device,
        Self::Person,
        Self::Url,
    ];

    /// The word used in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Handle => "handle",
            Self::Account => "account",
            Self::Wallet => "wallet",
            Self::Ip => "ip",
            Self::Device => "device",
            Self::Person => "person",
            Self::Url => "url",
        }
    }

    /// The words a page uses.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
            Self::Handle => "account name",
            Self::Account => "payment account",
            Self::Wallet => "wallet",
            Self::Ip => "Internet address",
            Self::Device => "device",
            Self::Person => "name and date of birth",
            Self::Url => "page",
        }
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is no kind of identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a kind of identifier")]
pub struct UnknownIdentifierKind(pub String);

impl FromStr for IdentifierKind {
    type Err = UnknownIdentifierKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|k| k.as_str() == word)
            .ok_or_else(|| UnknownIdentifierKind(word.to_owned()))
    }
}

/// An identifier in its normal form. Two are the same thing when kind and value are equal.
///
/// `Debug` leaves the value out: identifiers are personal data and end up in logs that way.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// What it names.
    pub kind: IdentifierKind,
    /// The normal form of `linking`.
    pub value: String,
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identifier({}, …)", self.kind)
    }
}
