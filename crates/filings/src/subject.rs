//! Who a report is about: people and organisations, in roles that protect whoever may be a child.

use std::net::IpAddr;

use model::{CivilDate, Country, Id, Instant, PartialDate, kinds};
use reports::{AgeRange, Minority, words};
use serde::{Deserialize, Serialize};

words! {
    /// What somebody is in a report.
    pub enum SubjectRole: "a role of a subject" {
        /// Suspected. Only somebody known to have been an adult at the time.
        Suspect = "suspect", "suspect";
        /// A victim.
        Victim = "victim", "victim";
        /// The other side of a payment, under no label.
        Other = "other", "other party";
    }
}

words! {
    /// The sex in somebody's papers.
    pub enum Sex: "a sex" {
        /// Female.
        Female = "female", "female";
        /// Male.
        Male = "male", "male";
    }
}

words! {
    /// A kind of identity document.
    pub enum DocumentKind: "a kind of document" {
        /// A passport.
        Passport = "passport", "passport";
        /// A national identity card.
        NationalId = "national_id", "national identity card";
        /// A driving licence.
        DrivingLicence = "driving_licence", "driving licence";
        /// Any other.
        Other = "other", "other document";
    }
}

words! {
    /// What a telephone or an address is for.
    pub enum Use: "a use of a telephone or an address" {
        /// Private.
        Private = "private", "private";
        /// At work.
        Work = "work", "work";
    }
}

words! {
    /// A kind of telephone.
    pub enum PhoneKind: "a kind of telephone" {
        /// A mobile telephone.
        Mobile = "mobile", "mobile";
        /// A fixed line.
        Landline = "landline", "fixed line";
    }
}

/// How old somebody is, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "known", content = "born")]
pub enum Age {
    /// By the date of birth, which may be known in part.
    Born(PartialDate),
    /// Known to be an adult then as now; the date of birth is not known.
    Adult,
    /// Known to be under eighteen at the time.
    Minor,
    /// Not known.
    Unknown,
}

impl Age {
    /// Whether somebody of this age was a child on a day.
    pub fn minority(self, on: CivilDate) -> Minority {
        match self {
            // A birth after the day is an error in the date: then nothing is known.
            Self::Born(birth) => Minority::of(AgeRange::of_birth(birth, on)),
            Self::Adult => Minority::Adult,
            Self::Minor => Minority::Child,
            Self::Unknown => Minority::Unknown,
        }
    }

    /// The day of birth, if it is known to the day.
    pub const fn birthday(self) -> Option<CivilDate> {
        match self {
            Self::Born(PartialDate::Day(day)) => Some(day),
            _ => None,
        }
    }
}

/// A second person's word that somebody who may be a child belongs into a report, in a role that does not accuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Who; never the author.
    pub by: Id<kinds::User>,
    /// When.
    pub at: Instant,
}

/// Somebody a report names. It becomes part of a report only through [`crate::Str::new`], which holds the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// A short name within the report, by which payments refer to the subject.
    pub key: String,
    /// The role.
    pub role: SubjectRole,
    /// Who it is.
    pub party: Party,
    /// Whether the subject is a client of the reporting entity.
    pub is_client: bool,
    /// What connects the subject with the suspicion.
    pub note: Option<String>,
    /// How the subject is reached and where it appears.
    pub contacts: Contacts,
    /// Needed for whoever is not known to be an adult.
    pub confirmation: Option<Confirmation>,
}

/// A person or an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// A person.
    Person(Person),
    /// An organisation.
    Organisation(Organisation),
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The given name.
    pub given: Option<String>,
    /// The middle name.
    pub middle: Option<String>,
    /// The family name.
    pub family: Option<String>,
    /// The whole name as the person writes it, if in another script.
    pub as_written: Option<String>,
    /// Other names used.
    pub alias: Option<String>,
    /// The sex.
    pub sex: Option<Sex>,
    /// The age.
    pub age: Age,
    /// The place of birth.
    pub birth_place: Option<String>,
    /// The nationality.
    pub nationality: Option<Country>,
    /// The country of residence.
    pub residence: Option<Country>,
    /// The occupation.
    pub occupation: Option<String>,
    /// The number at the tax office.
    pub tax_number: Option<String>,
    /// Whether the tax office knows them.
    pub tax_registered: Option<bool>,
    /// Identity documents.
    pub documents: Vec<Document>,
}

impl Person {
    /// A person of whom only the age is known, or not even that.
    pub const fn of_age(age: Age) -> Self {
        Self {
            given: None,
            middle: None,
            family: None,
            as_written: None,
            alias: None,
            sex: None,
            age,
            birth_place: None,
            nationality: None,
            residence: None,
            occupation: None,
            tax_number: None,
            tax_registered: None,
            documents: Vec::new(),
        }
    }

    /// The name as far as it is known.
    pub fn name(&self) -> Option<String> {
        let parts = [&self.given, &self.middle, &self.family];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { self.as_written.clone() } else { Some(parts.join(" ")) }
    }
}

/// An identity document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The kind.
    pub kind: DocumentKind,
    /// The number.
    pub number: String,
    /// When it was issued.
    pub issued: Option<CivilDate>,
    /// When it ends.
    pub expires: Option<CivilDate>,
    /// Which country issued it.
    pub country: Option<Country>,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its legal name.
    pub name: String,
    /// The name it trades under.
    pub trading_name: Option<String>,
    /// Its number in the register.
    pub number: Option<String>,
    /// The unit's code for its legal form.
    pub legal_form: Option<String>,
    /// What it does.
    pub business: Option<String>,
    /// The state or province of its seat.
    pub state: Option<String>,
    /// The country of its seat.
    pub country: Option<Country>,
    /// Whether the tax office knows it.
    pub tax_registered: Option<bool>,
    /// When it was founded.
    pub founded: Option<CivilDate>,
    /// Keys of the subjects that direct it.
    pub directors: Vec<String>,
}

/// How somebody is reached, and where they appear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacts {
    /// Telephones.
    pub phones: Vec<Phone>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Accounts with social media and messengers.
    pub handles: Vec<Handle>,
    /// Devices and network addresses.
    pub devices: Vec<Device>,
}

/// A telephone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// The country's prefix, such as `63`.
    pub prefix: Option<String>,
    /// The number.
    pub number: String,
    /// What it is for.
    pub purpose: Use,
    /// Its kind.
    pub kind: PhoneKind,
}

/// An address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and house.
    pub line: String,
    /// Town or city.
    pub city: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// Country.
    pub country: Option<Country>,
    /// What it is for.
    pub purpose: Use,
}

/// An account with a platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle {
    /// The platform.
    pub platform: String,
    /// The name there.
    pub name: String,
}

/// A device, as a network address shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The network address.
    pub address: IpAddr,
    /// The device's own number, such as its IMEI.
    pub number: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// When it was first seen.
    pub first_seen: Option<Instant>,
    /// When it was last seen.
    pub last_seen: Option<Instant>,
    /// Whether the address is known to be a proxy.
    pub proxy: bool,
    /// The country of the address.
    pub country: Option<Country>,
}
