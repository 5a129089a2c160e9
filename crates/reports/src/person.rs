//! The people a report speaks of, as it names them.

use std::fmt;

use model::{CivilDate, Country, IdentifierKind, Instant, PartialDate};
use serde::{Deserialize, Serialize};

use crate::{AgeRange, Location};

words! {
    /// The part a report gives to a person. It says what the report says, not what is true.
    pub enum PersonRole: "a part in a report" {
        /// The person or account the report is about.
        Reported = "reported", "the person reported";
        /// The child, or another person, who was harmed.
        Victim = "victim", "the child";
        /// Somebody who was meant to receive it.
        Recipient = "recipient", "the recipient";
        /// Who reported.
        Reporter = "reporter", "the reporter";
        /// Somebody whose account or device is tied to one of the others.
        Associated = "associated", "a person associated";
    }
}

words! {
    /// Sex as a document gave it.
    pub enum Sex: "a sex" {
        /// Female.
        Female = "female", "female";
        /// Male.
        Male = "male", "male";
        /// Neither, or both.
        Other = "other", "other";
    }
}

words! {
    /// What an associated account is to the account reported (CyberTipline `associatedAccount`).
    pub enum AccountUse: "a use of an associated account" {
        /// Pays for the account reported: where payments and reports meet.
        Billing = "billing", "billing account";
        /// Linked by the platform.
        Linked = "linked", "linked account";
        /// A business account.
        Business = "business", "business account";
        /// A creator's account.
        Creator = "creator", "creator account";
        /// The account of a parent or guardian.
        Guardian = "guardian", "parent's or guardian's account";
        /// Anything else.
        Other = "other", "other account";
    }
}

/// An identifier exactly as the report gave it. `linking` brings it to its normal form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawIdentifier {
    /// What it names.
    pub kind: IdentifierKind,
    /// The text as given.
    pub raw: String,
    /// When it was seen in use. An Internet address means nothing without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<Instant>,
}

impl fmt::Debug for RawIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawIdentifier({}, …)", self.kind)
    }
}

/// A person in a report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedPerson {
    /// The part the report gives them.
    pub role: PersonRole,
    /// Names as given, whole.
    #[serde(default)]
    pub names: Vec<String>,
    /// Age in years, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u16>,
    /// Date of birth, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<PartialDate>,
    /// Sex as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Nationality as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationality: Option<Country>,
    /// Relationship to the child, in the report's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
    /// Names on services.
    #[serde(default)]
    pub screen_names: Vec<String>,
    /// Services the person uses, as named.
    #[serde(default)]
    pub services: Vec<String>,
    /// E-mail addresses, phones, Internet addresses, accounts, devices, pages.
    #[serde(default)]
    pub identifiers: Vec<RawIdentifier>,
    /// Where the person is or was.
    #[serde(default)]
    pub locations: Vec<Location>,
    /// For an associated person: what the account is to the one reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_use: Option<AccountUse>,
    /// References of earlier reports about this person.
    #[serde(default)]
    pub prior_reports: Vec<String>,
    /// Whatever else was said about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl ReportedPerson {
    /// A person of whom only the part is known.
    pub const fn new(role: PersonRole) -> Self {
        Self {
            role,
            names: Vec::new(),
            age: None,
            birth_date: None,
            sex: None,
            nationality: None,
            relationship: None,
            screen_names: Vec::new(),
            services: Vec::new(),
            identifiers: Vec::new(),
            locations: Vec::new(),
            account_use: None,
            prior_reports: Vec::new(),
            note: None,
        }
    }

    /// The age on `day`. Where both age and birth are given and differ, the range holds both.
    pub fn age_on(&self, day: CivilDate) -> Option<AgeRange> {
        let born = self.birth_date.and_then(|birth| AgeRange::of_birth(birth, day));
        let told = self.age.map(AgeRange::exactly);
        match (born, told) {
            (Some(born), Some(told)) => Some(born.or(told)),
            (born, told) => born.or(told),
        }
    }

    /// True if any name is more than blanks.
    pub fn is_named(&self) -> bool {
        self.names.iter().any(|name| !name.trim().is_empty())
    }

    /// True if a name, an account name or an identifier tells who it is.
    pub fn is_identified(&self) -> bool {
        self.is_named() || !self.screen_names.is_empty() || !self.identifiers.is_empty()
    }
}

impl fmt::Debug for ReportedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportedPerson")
            .field("role", &self.role)
            .field("names", &self.names.len())
            .field("identifiers", &self.identifiers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_told_age_and_a_birth_date_that_differ_are_both_kept_open() {
        let day: CivilDate = "2026-06-01".parse().unwrap();
        let mut person = ReportedPerson::new(PersonRole::Victim);
        assert_eq!(person.age_on(day), None);
        person.age = Some(19);
        assert_eq!(person.age_on(day), Some(AgeRange::exactly(19)));
        person.birth_date = Some("2010-01-01".parse().unwrap());
        assert_eq!(person.age_on(day), Some(AgeRange { youngest: 16, oldest: 19 }));
    }

    #[test]
    fn a_blank_name_names_nobody() {
        let mut person = ReportedPerson::new(PersonRole::Reported);
        person.names.push("  ".to_owned());
        assert!(!person.is_named() && !person.is_identified());
        person.screen_names.push("synthetic_account".to_owned());
        assert!(!person.is_named() && person.is_identified());
    }
}
