//! One payment between two parties, as every ledger and payment message is read.
//!
//! [`PaymentRef`] borrows its texts from the row it was read from, so that a ledger of millions
//! of rows is read without an allocation for each; [`Payment`] owns them.

use std::{fmt, str::FromStr};

use model::{CivilDate, Country, Instant, Money};
use serde::{Deserialize, Serialize};

/// A person or a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A natural person.
    Individual,
    /// A company or any other organisation.
    Business,
}

impl PartyKind {
    /// The word used in ledgers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Individual => "individual",
            Self::Business => "business",
        }
    }
}

impl fmt::Display for PartyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is no kind of party.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a kind of party; expected individual or business")]
pub struct NotAPartyKind(pub String);

impl FromStr for PartyKind {
    type Err = NotAPartyKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Individual, Self::Business]
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(word))
            .ok_or_else(|| NotAPartyKind(word.chars().take(40).collect()))
    }
}

/// What the reader had to assume because the source did not say. An indicator that leans on the
/// hour of the day must look here first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Notes {
    /// The source gave a local time without a zone; it was read as UTC.
    pub zone_assumed: bool,
    /// The source gave only the day; the time is the start of it.
    pub day_only: bool,
    /// The amount had more decimals than its currency and was rounded, as the mapping asks.
    pub amount_rounded: bool,
}

impl Notes {
    /// The notes in words.
    pub fn sentences(self) -> impl Iterator<Item = &'static str> {
        [
            (self.zone_assumed, "the source gives no time zone; the time was read as UTC"),
            (self.day_only, "the source gives only the day; the hour is not known"),
            (self.amount_rounded, "the amount was rounded to the decimals of its currency"),
        ]
        .into_iter()
        .filter_map(|(holds, sentence)| holds.then_some(sentence))
    }
}

/// A party to a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The account, card, wallet or customer number the source knows the party by.
    pub account: Option<String>,
    /// The institution that holds the account: a BIC, a name or the source's own code.
    pub institution: Option<String>,
    /// The name as the source has it.
    pub name: Option<String>,
    /// Person or business.
    pub kind: Option<PartyKind>,
    /// The country the party is in.
    pub country: Option<Country>,
    /// A phone number as the source has it.
    pub phone: Option<String>,
    /// An e-mail address as the source has it.
    pub email: Option<String>,
    /// The date of birth of a person.
    pub birth_date: Option<CivilDate>,
    /// The postal address without the city.
    pub address: Option<String>,
    /// The city.
    pub city: Option<String>,
}

/// A payment from a sender to a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The source's own reference; two records with the same one are the same payment.
    pub reference: Option<String>,
    /// When it was sent.
    pub at: Instant,
    /// What the sender sent. Above zero.
    pub amount: Money,
    /// What the receiver was paid, where that is another amount or currency.
    pub payout: Option<Money>,
    /// Who sent it.
    pub sender: Party,
    /// Who received it.
    pub receiver: Party,
    /// What it was said to be for.
    pub purpose: Option<String>,
    /// How it was sent: app, agent, card, a scheme's name.
    pub channel: Option<String>,
    /// What the reader had to assume.
    #[serde(default)]
    pub notes: Notes,
}

/// A [`Party`] whose texts are borrowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartyRef<'a> {
    /// See [`Party::account`].
    pub account: Option<&'a str>,
    /// See [`Party::institution`].
    pub institution: Option<&'a str>,
    /// See [`Party::name`].
    pub name: Option<&'a str>,
    /// See [`Party::kind`].
    pub kind: Option<PartyKind>,
    /// See [`Party::country`].
    pub country: Option<Country>,
    /// See [`Party::phone`].
    pub phone: Option<&'a str>,
    /// See [`Party::email`].
    pub email: Option<&'a str>,
    /// See [`Party::birth_date`].
    pub birth_date: Option<CivilDate>,
    /// See [`Party::address`].
    pub address: Option<&'a str>,
    /// See [`Party::city`].
    pub city: Option<&'a str>,
}

/// A [`Payment`] whose texts are borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentRef<'a> {
    /// See [`Payment::reference`].
    pub reference: Option<&'a str>,
    /// See [`Payment::at`].
    pub at: Instant,
    /// See [`Payment::amount`].
    pub amount: Money,
    /// See [`Payment::payout`].
    pub payout: Option<Money>,
    /// See [`Payment::sender`].
    pub sender: PartyRef<'a>,
    /// See [`Payment::receiver`].
    pub receiver: PartyRef<'a>,
    /// See [`Payment::purpose`].
    pub purpose: Option<&'a str>,
    /// See [`Payment::channel`].
    pub channel: Option<&'a str>,
    /// See [`Payment::notes`].
    pub notes: Notes,
}

impl Party {
    /// The same party, borrowed.
    pub fn borrowed(&self) -> PartyRef<'_> {
        PartyRef {
            account: self.account.as_deref(),
            institution: self.institution.as_deref(),
            name: self.name.as_deref(),
            kind: self.kind,
            country: self.country,
            phone: self.phone.as_deref(),
            email: self.email.as_deref(),
            birth_date: self.birth_date,
            address: self.address.as_deref(),
            city: self.city.as_deref(),
        }
    }
}

impl PartyRef<'_> {
    /// The same party with texts of its own.
    pub fn to_party(&self) -> Party {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Party {
            account: own(self.account),
            institution: own(self.institution),
            name: own(self.name),
            kind: self.kind,
            country: self.country,
            phone: own(self.phone),
            email: own(self.email),
            birth_date: self.birth_date,
            address: own(self.address),
            city: own(self.city),
        }
    }
}

impl Payment {
    /// The same payment, borrowed.
    pub fn borrowed(&self) -> PaymentRef<'_> {
        PaymentRef {
            reference: self.reference.as_deref(),
            at: self.at,
            amount: self.amount,
            payout: self.payout,
            sender: self.sender.borrowed(),
            receiver: self.receiver.borrowed(),
            purpose: self.purpose.as_deref(),
            channel: self.channel.as_deref(),
            notes: self.notes,
        }
    }
}

impl PaymentRef<'_> {
    /// The same payment with texts of its own.
    pub fn to_payment(&self) -> Payment {
        let own = |text: Option<&str>| text.map(str::to_owned);
        Payment {
            reference: own(self.reference),
            at: self.at,
            amount: self.amount,
            payout: self.payout,
            sender: self.sender.to_party(),
            receiver: self.receiver.to_party(),
            purpose: own(self.purpose),
            channel: own(self.channel),
            notes: self.notes,
        }
    }

    /// The first rule of a payment that this one breaks.
    pub(crate) fn broken_rule(&self) -> Option<BrokenRule> {
        let known = |party: &PartyRef<'_>| party.account.is_some() || party.name.is_some();
        if self.amount.minor <= 0 {
            Some(BrokenRule::Amount)
        } else if self.payout.is_some_and(|payout| payout.minor <= 0) {
            Some(BrokenRule::Payout)
        } else if !known(&self.sender) {
            Some(BrokenRule::Sender)
        } else if !known(&self.receiver) {
            Some(BrokenRule::Receiver)
        } else {
            None
        }
    }
}

/// A rule every payment keeps, whatever format it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrokenRule {
    Amount,
    Payout,
    Sender,
    Receiver,
}

impl BrokenRule {
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Amount => "the amount is not above zero; leave reversals and refunds out",
            Self::Payout => "the amount paid out is not above zero",
            Self::Sender => "the sender has neither an account nor a name; one of them is needed",
            Self::Receiver => "the receiver has neither an account nor a name; one of them is needed",
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use model::Currency;
    use proptest::{option, prelude::*};

    use super::*;

    fn text() -> impl Strategy<Value = Option<String>> {
        option::of("[A-Za-z0-9ñé@.,;'\"&<>-]([A-Za-z0-9ñé ]{0,14}[A-Za-z0-9])?")
    }

    fn party() -> impl Strategy<Value = Party> {
        (
            ("[A-Z0-9]{1,20}", text(), text(), text(), text(), text(), text()),
            option::of(prop_oneof![Just(PartyKind::Individual), Just(PartyKind::Business)]),
            option::of("[A-Z]{2}".prop_map(|code| code.parse().unwrap())),
            option::of((1900_i16..2026, 1_i8..=12, 1_i8..=28)),
        )
            .prop_map(
                |((account, institution, name, phone, email, address, city), kind, country, born)| Party {
                    account: Some(account),
                    institution,
                    name,
                    kind,
                    country,
                    phone,
                    email,
                    birth_date: born.and_then(|(y, m, d)| CivilDate::new(y, m, d)),
                    address,
                    city,
                },
            )
    }

    /// Any payment a ledger can hold.
    pub(crate) fn payment() -> impl Strategy<Value = Payment> {
        let money = || {
            (1..1_000_000_000_000_i64, "PHP|JPY|KWD|USD|CLF")
                .prop_map(|(minor, code)| Money { minor, currency: code.parse::<Currency>().unwrap() })
        };
        (
            (text(), text(), text()),
            -2_000_000_000_000_000_i64..7_000_000_000_000_000,
            money(),
            option::of(money()),
            (party(), party()),
        )
            .prop_map(|((reference, purpose, channel), at, amount, payout, (sender, receiver))| {
                Payment {
                    reference,
                    at: Instant::from_micros(at),
                    amount,
                    payout,
                    sender,
                    receiver,
                    purpose,
                    channel,
                    notes: Notes::default(),
                }
            })
    }

    proptest! {
        #[test]
        fn borrowing_and_owning_lose_nothing(payment in payment()) {
            prop_assert_eq!(payment.borrowed().to_payment(), payment);
        }

        #[test]
        fn a_payment_needs_an_amount_and_two_parties(payment in payment()) {
            prop_assert_eq!(payment.borrowed().broken_rule(), None);
            let mut nothing = payment.clone();
            nothing.amount.minor = 0;
            prop_assert_eq!(nothing.borrowed().broken_rule(), Some(BrokenRule::Amount));
            let mut nobody = payment.clone();
            nobody.receiver = Party { institution: Some("Synthetic Bank".to_owned()), ..Party::default() };
            prop_assert_eq!(nobody.borrowed().broken_rule(), Some(BrokenRule::Receiver));
            nobody.receiver.name = Some("Synthetic Receiver".to_owned());
            prop_assert_eq!(nobody.borrowed().broken_rule(), None);
        }
    }

    #[test]
    fn notes_are_words() {
        assert_eq!(Notes::default().sentences().count(), 0);
        let notes = Notes { day_only: true, ..Notes::default() };
        assert_eq!(
            notes.sentences().collect::<Vec<_>>(),
            ["the source gives only the day; the hour is not known"]
        );
    }
}
