//! One suspicious transaction report, whichever unit it goes to.
//!
//! A [`Draft`] is what people write; a [`Str`] is a draft that keeps the rules. The one rule that nothing gets around:
//! whoever was, or may have been, under eighteen at the time is never a suspect, and is named only as a victim or under no
//! label, after a second person said so. Age is counted on the day of the earliest event in the report, as that day stands
//! where it begins last, so that nobody is made older than they were.

use std::collections::BTreeSet;

use model::{CivilDate, Country, Currency, Id, Instant, Money, kinds};
use reports::words;
use serde::{Deserialize, Serialize};

use crate::subject::{Address, Device, Party, Person, Phone, Subject, SubjectRole};

words! {
    /// The way money went.
    pub enum PaymentChannel: "a channel of payment" {
        /// From bank to bank.
        BankTransfer = "bank_transfer", "bank transfer";
        /// Through a money transfer operator.
        Remittance = "remittance", "remittance";
        /// From one electronic wallet.
        Wallet = "wallet", "electronic wallet";
        /// With a card.
        Card = "card", "card";
        /// In cash.
        Cash = "cash", "cash";
        /// In virtual assets.
        Crypto = "crypto", "virtual asset";
        /// Any other way.
        Other = "other", "other";
    }
}

words! {
    /// A kind of account.
    pub enum AccountKind: "a kind of account" {
        /// A current account.
        Current = "current", "current account";
        /// A savings account.
        Savings = "savings", "savings account";
        /// An electronic wallet.
        Wallet = "wallet", "electronic wallet";
        /// A card account.
        Card = "card", "card account";
        /// A wallet of virtual assets.
        Crypto = "crypto", "virtual asset wallet";
        /// Any other.
        Other = "other", "other account";
    }
}

words! {
    /// How an account stands.
    pub enum AccountState: "a state of an account" {
        /// In use.
        Active = "active", "active";
        /// Blocked.
        Blocked = "blocked", "blocked";
        /// Closed.
        Closed = "closed", "closed";
    }
}

/// Who reports: from the installation's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// The name.
    pub name: String,
    /// The number the unit gave the reporting entity.
    pub number: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The address.
    pub address: Option<Address>,
    /// The telephone of the office.
    pub phone: Option<Phone>,
    /// The compliance officer who answers for the report.
    pub officer: Officer,
    /// What only FinCEN asks.
    pub fincen: Option<FincenReporter>,
}

/// The person who answers for a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// The given name.
    pub given: String,
    /// The family name.
    pub family: String,
    /// The post.
    pub post: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The telephone.
    pub phone: Option<Phone>,
}

/// What only FinCEN asks of who reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FincenReporter {
    /// The employer identification number.
    pub ein: String,
    /// The transmitter control code.
    pub transmitter_control_code: String,
    /// The code of the primary federal regulator.
    pub regulator: String,
    /// The code of the type of institution: 4 is a money services business.
    pub institution_type: String,
}

/// A report being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The reporting entity's own reference.
    pub reference: String,
    /// Who writes it.
    pub author: Id<kinds::User>,
    /// Who reports.
    pub reporter: Reporter,
    /// When the suspicion was formed: an event of its own, with which the deadline begins.
    pub suspicion_formed: Instant,
    /// When the report was written.
    pub written: Instant,
    /// The currency the unit counts in.
    pub currency_local: Currency,
    /// What is suspected and why, in words.
    pub reason: String,
    /// What the reporting entity did.
    pub action: Option<String>,
    /// The typologies that were found, by our ids; `code:…` is a unit's own code, for goAML.
    pub indicators: Vec<String>,
    /// Whom it is about.
    pub subjects: Vec<Subject>,
    /// The payments.
    pub payments: Vec<Payment>,
    /// The unit's number of the rejected report that this one replaces.
    pub replaces: Option<String>,
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The reference in the ledger.
    pub reference: String,
    /// When it was made.
    pub at: Instant,
    /// The amount in the currency it was made in.
    pub amount: Money,
    /// The same in the unit's currency, where that is another.
    pub local: Option<Money>,
    /// The way it went.
    pub channel: PaymentChannel,
    /// What the payer gave as its purpose.
    pub purpose: Option<String>,
    /// The place or branch at which it was made.
    pub place: Option<String>,
    /// The device it was ordered from.
    pub device: Option<Device>,
    /// Who sent it.
    pub sender: Side,
    /// Who received it.
    pub receiver: Side,
}

impl Payment {
    /// The amount in `currency`, if it is known.
    pub fn amount_in(&self, currency: Currency) -> Option<Money> {
        [Some(self.amount), self.local].into_iter().flatten().find(|money| money.currency == currency)
    }
}

/// One side of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The key of the subject.
    pub subject: Option<String>,
    /// The account.
    pub account: Option<Account>,
    /// The country.
    pub country: Option<Country>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its number.
    pub number: String,
    /// The name it runs under.
    pub name: Option<String>,
    /// Where it is held.
    pub institution: Institution,
    /// Its currency.
    pub currency: Option<Currency>,
    /// Its kind.
    pub kind: Option<AccountKind>,
    /// When it was opened.
    pub opened: Option<CivilDate>,
    /// How it stands.
    pub state: Option<AccountState>,
}

/// Where an account is held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Institution {
    /// The name.
    pub name: Option<String>,
    /// The code the unit knows it by.
    pub code: Option<String>,
    /// The BIC.
    pub swift: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The country.
    pub country: Option<Country>,
    /// Whether it is a bank, if that is known.
    pub is_bank: Option<bool>,
}

/// Why a draft is not a report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrFault {
    /// Somebody who may be a child, as a suspect.
    #[error(
        "subject {subject} was or may have been under 18 on {on} and cannot be a suspect; name them as victim or as other party, or enter the date of birth"
    )]
    MayBeChild {
        /// The subject's key.
        subject: String,
        /// The day their age is counted on.
        on: CivilDate,
    },
    /// Nobody but the author looked.
    #[error(
        "subject {subject} was or may have been under 18 on {on}: a second person, not the author, confirms the role first"
    )]
    NotConfirmed {
        /// The subject's key.
        subject: String,
        /// The day their age is counted on.
        on: CivilDate,
    },
    /// One person under two keys.
    #[error(
        "subjects {suspect} and {other} have the same document, and {other} was or may have been under 18; make them one subject"
    )]
    SamePerson {
        /// The suspect's key.
        suspect: String,
        /// The other key.
        other: String,
    },
    /// Two subjects with one key.
    #[error("two subjects have the key {0}; give each its own")]
    SameKey(String),
    /// A subject that is not there.
    #[error("{place} names the subject {key}, who is not among the subjects; add them or correct the key")]
    NoSuchSubject {
        /// The payment or organisation.
        place: String,
        /// The key.
        key: String,
    },
    /// A text that must be there.
    #[error("{0} is empty; write it")]
    Empty(&'static str),
    /// A date out of order.
    #[error("the suspicion is dated after the report was written; correct one of the two")]
    SuspicionLater,
}

/// A report that keeps the rules. There is no other way to one than [`Str::new`], from a file included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Draft", into = "Draft")]
pub struct Str(Draft);

impl Str {
    /// The report a draft makes, or everything that is wrong with it.
    pub fn new(draft: Draft) -> Result<Self, Vec<StrFault>> {
        let faults = faults(&draft);
        if faults.is_empty() { Ok(Self(draft)) } else { Err(faults) }
    }

    /// What it says.
    pub const fn content(&self) -> &Draft {
        &self.0
    }

    /// The draft again, to be changed and checked anew.
    pub fn into_draft(self) -> Draft {
        self.0
    }

    /// The subject with that key.
    pub fn subject(&self, key: &str) -> Option<&Subject> {
        self.0.subjects.iter().find(|subject| subject.key == key)
    }

    /// The subject on a side of a payment.
    pub fn on(&self, side: &Side) -> Option<&Subject> {
        self.subject(side.subject.as_deref()?)
    }

    /// Subjects that no payment names.
    pub fn apart(&self) -> impl Iterator<Item = &Subject> {
        let sides = self.0.payments.iter().flat_map(|payment| [&payment.sender, &payment.receiver]);
        let named: BTreeSet<&str> = sides.filter_map(|side| side.subject.as_deref()).collect();
        self.0.subjects.iter().filter(move |subject| !named.contains(subject.key.as_str()))
    }
}

impl TryFrom<Draft> for Str {
    type Error = String;

    fn try_from(draft: Draft) -> Result<Self, String> {
        Self::new(draft)
            .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }
}

impl From<Str> for Draft {
    fn from(report: Str) -> Self {
        report.0
    }
}

impl Draft {
    /// The day on which ages are counted: that of the earliest event, where on earth the day begins last.
    pub fn day_of_ages(&self) -> Option<CivilDate> {
        let events = self.payments.iter().map(|payment| payment.at);
        events.chain([self.suspicion_formed]).min()?.day_in("Etc/GMT+12")
    }
}

fn faults(draft: &Draft) -> Vec<StrFault> {
    let mut faults = Vec::new();
    for (what, text) in [
        ("the reference", &draft.reference),
        ("the reason", &draft.reason),
        ("the reporter’s name", &draft.reporter.name),
    ] {
        if text.trim().is_empty() {
            faults.push(StrFault::Empty(what));
        }
    }
    if draft.suspicion_formed > draft.written {
        faults.push(StrFault::SuspicionLater);
    }
    let mut keys = BTreeSet::new();
    for subject in &draft.subjects {
        if !keys.insert(subject.key.as_str()) {
            faults.push(StrFault::SameKey(subject.key.clone()));
        }
    }
    let missing = |place: String, key: &str| {
        (!keys.contains(key)).then(|| StrFault::NoSuchSubject { place, key: key.to_owned() })
    };
    for payment in &draft.payments {
        let sides =
            [&payment.sender, &payment.receiver].into_iter().filter_map(|side| side.subject.as_deref());
        faults.extend(sides.filter_map(|key| missing(format!("payment {}", payment.reference), key)));
    }
    for subject in &draft.subjects {
        if let Party::Organisation(organisation) = &subject.party {
            let directors = organisation.directors.iter();
            faults.extend(directors.filter_map(|key| missing(format!("organisation {}", subject.key), key)));
        }
    }
    match draft.day_of_ages() {
        Some(on) => faults.extend(children(draft, on)),
        None => faults.push(StrFault::Empty("the day of the earliest event")),
    }
    faults
}

/// The rules for whoever may be a child.
fn children(draft: &Draft, on: CivilDate) -> Vec<StrFault> {
    let people = || {
        draft.subjects.iter().filter_map(|subject| match &subject.party {
            Party::Person(person) => Some((subject, person, person.age.minority(on).may_be_child())),
            Party::Organisation(_) => None,
        })
    };
    let mut faults = Vec::new();
    for (subject, person, may_be_child) in people() {
        let key = || subject.key.clone();
        if !may_be_child {
            continue;
        }
        if subject.role == SubjectRole::Suspect {
            faults.push(StrFault::MayBeChild { subject: key(), on });
        }
        if subject.confirmation.is_none_or(|confirmation| confirmation.by == draft.author) {
            faults.push(StrFault::NotConfirmed { subject: key(), on });
        }
        let twins = people().filter(|(twin, other, _)| {
            twin.role == SubjectRole::Suspect && twin.key != subject.key && share_a_document(person, other)
        });
        faults
            .extend(twins.map(|(twin, ..)| StrFault::SamePerson { suspect: twin.key.clone(), other: key() }));
    }
    faults
}

fn share_a_document(a: &Person, b: &Person) -> bool {
    let plain = |number: &str| -> String {
        number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    a.documents.iter().any(|one| {
        b.documents.iter().any(|two| {
            one.kind == two.kind && !plain(&one.number).is_empty() && plain(&one.number) == plain(&two.number)
        })
    })
}
