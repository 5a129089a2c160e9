//! One event as compactly as the engine needs it: a payment, a call, a message, a purchase, a
//! session or an operator's classifier speaking.
//!
//! Parties are small numbers ([`Parties`](super::Parties) gives them out); content is never here,
//! only [`Marks`] that a source set where the content lawfully is.

use model::{Country, Currency, Instant, Money};
use serde::Deserialize;

use crate::Event;

/// What kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Money from one party to another.
    Payment,
    /// A call or a live stream between two parties.
    Call,
    /// A message; metadata and extracted marks only.
    Message,
    /// Something bought from a business: software, travel, gift cards.
    Purchase,
    /// Money taken out in cash by the one who was paid; both parties are the account.
    Withdrawal,
    /// What an operator's own classifier says of a session (marks `live_risk`, `grooming_risk`).
    Risk,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::Payment, Self::Call, Self::Message, Self::Purchase, Self::Withdrawal, Self::Risk];

    /// The kind's bit in a set of kinds.
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// How money travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Not known.
    Unknown,
    /// A money service business.
    Remitter,
    /// A bank.
    Bank,
    /// An e-wallet.
    Wallet,
    /// A card.
    Card,
    /// A virtual asset.
    Crypto,
    /// A gift or prepaid card.
    Gift,
}

impl Channel {
    /// Every channel, in the order of their numbers.
    pub const ALL: [Self; 7] =
        [Self::Unknown, Self::Remitter, Self::Bank, Self::Wallet, Self::Card, Self::Crypto, Self::Gift];

    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What a source says of an event, as a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(pub u64);

/// Every mark with its name in data files, in the order of their bits.
const NAMES: [&str; 31] = [
    "sender_business",
    "receiver_business",
    "receiver_kind_unknown",
    "same_surname",
    "same_address",
    "declared_relative",
    "couple_declared",
    "sender_minor",
    "receiver_minor",
    "guardian_of_minor",
    "shared_payee_contact",
    "cover_term",
    "social_handle",
    "contact_in_text",
    "keyword_pack",
    "anonymiser",
    "device_shared",
    "place_mismatch",
    "cash_funded",
    "third_country",
    "anonymiser_software",
    "capture_software",
    "eraser_software",
    "adult_live_service",
    "file_hosting",
    "prepaid_or_crypto_load",
    "travel_to_corridor",
    "adverse_media",
    "live_risk",
    "grooming_risk",
    "payday",
];

impl Marks {
    /// The mark of that name.
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().position(|known| *known == name).map(|bit| Self(1 << bit))
    }

    /// The names a mark can have, in the order of their bits.
    pub const fn names() -> &'static [&'static str] {
        &NAMES
    }

    /// Both together.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `others` are set.
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

/// One event; a line of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Activity {
    /// The order of acceptance; unique in a log. Orders events of the same instant.
    pub sequence: u64,
    /// When it happened, or began.
    pub at: Instant,
    /// What was paid in minor units; nothing for what is not money.
    pub amount: i64,
    /// What the source says of it.
    pub marks: Marks,
    /// Who paid, called or wrote.
    pub sender: u32,
    /// Who was paid, called or written to.
    pub receiver: u32,
    /// How many seconds a call lasted.
    pub lasting: u32,
    /// The currency of the amount.
    pub currency: Currency,
    /// Where the sender is; `None` if not known.
    pub sender_country: Option<Country>,
    /// Where the receiver is; `None` if not known.
    pub receiver_country: Option<Country>,
    /// What kind of event.
    pub kind: Kind,
    /// How the money travelled.
    pub channel: Channel,
}

impl Activity {
    /// The payment of a ledger, with the numbers of its parties.
    pub fn payment(event: &Event, sender: u32, receiver: u32) -> Self {
        let kind = match event.receiver_is_individual {
            Some(true) => Marks(0),
            Some(false) => Marks::named("receiver_business").unwrap_or_default(),
            None => Marks::named("receiver_kind_unknown").unwrap_or_default(),
        };
        Self {
            sequence: event.sequence,
            at: event.at,
            amount: event.amount.minor,
            marks: kind,
            sender,
            receiver,
            lasting: 0,
            currency: event.amount.currency,
            sender_country: event.sender_country,
            receiver_country: event.receiver_country,
            kind: Kind::Payment,
            channel: Channel::Unknown,
        }
    }

    /// The amount with its currency.
    pub const fn money(&self) -> Money {
        Money { minor: self.amount, currency: self.currency }
    }

    /// Where it stands in event order.
    pub const fn order(&self) -> (Instant, u64) {
        (self.at, self.sequence)
    }
}

/// A country as a number under [`COUNTRIES`].
pub(crate) fn country_number(country: Country) -> usize {
    match country.as_str().as_bytes() {
        [first, second] => {
            let second = match second {
                b'0'..=b'9' => 26 + (second - b'0'),
                _ => second.wrapping_sub(b'A') % 26,
            };
            usize::from(first.wrapping_sub(b'A') % 26) * 36 + usize::from(second)
        }
        _ => 0,
    }
}

/// How many numbers countries can have.
pub(crate) const COUNTRIES: usize = 26 * 36;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_country_has_a_number_of_its_own() {
        let mut seen = BTreeSet::new();
        for first in b'A'..=b'Z' {
            for second in (b'A'..=b'Z').chain(b'0'..=b'9') {
                let code = String::from_utf8(vec![first, second]).unwrap();
                let number = country_number(code.parse().unwrap());
                assert!(number < COUNTRIES && seen.insert(number), "{code}");
            }
        }
    }

    #[test]
    fn marks_are_found_by_name_and_only_so() {
        for (bit, name) in Marks::names().iter().enumerate() {
            assert_eq!(Marks::named(name), Some(Marks(1 << bit)));
        }
        assert_eq!(Marks::named("surname"), None);
        assert_eq!(size_of::<Activity>(), 64);
    }
}
