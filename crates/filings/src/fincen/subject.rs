//! The subjects of the form, with where they are reached and their accounts.

use super::Page;
use crate::{
    report::{Account, AccountState},
    subject::{Age, Document, DocumentKind, Party, Person, Sex, Subject},
    xml::Writer,
};

/// The account that the activity affected.
const ACTIVITY_AFFECTED: &str = "7";
/// The institution in which an account is held.
const HELD_AT: &str = "5";

impl<'a> Page<'a> {
    /// A subject of the form. Only a suspect is one.
    pub(super) fn suspect(&mut self, subject: &'a Subject) {
        let whose = format!("subject {}", subject.key);
        let accounts = self.accounts(subject);
        self.begin("Party");
        self.xml.text("ActivityPartyTypeCode", "33");
        match &subject.party {
            Party::Person(person) => self.person(person, subject, &accounts, &whose),
            Party::Organisation(organisation) => {
                self.no_account(&accounts);
                self.xml.text("PartyAsEntityOrganizationIndicator", "Y");
                self.begin("PartyName");
                self.xml.text("PartyNameTypeCode", "L");
                self.short("RawEntityIndividualLastName", &organisation.name, 150, &whose, "the name");
                self.xml.end();
                self.reached(subject, &whose);
                self.begin("PartyIdentification");
                self.xml.text("TINUnknownIndicator", "Y");
                self.xml.end();
                self.electronic(subject, &whose);
            }
        }
        self.held(&accounts, &whose);
        self.xml.end();
    }

    /// The accounts a subject paid from or was paid on, each once.
    fn accounts(&self, subject: &Subject) -> Vec<&'a Account> {
        let mut accounts: Vec<&Account> = Vec::new();
        for payment in &self.report.content().payments {
            for side in [&payment.sender, &payment.receiver] {
                let account = side.account.as_ref().filter(|_| side.subject.as_deref() == Some(&subject.key));
                let known = |account: &Account| {
                    accounts
                        .iter()
                        .any(|one| one.number == account.number && one.institution == account.institution)
                };
                if let Some(account) = account.filter(|account| !known(account)) {
                    accounts.push(account);
                }
            }
        }
        accounts
    }

    fn no_account(&mut self, accounts: &[&Account]) {
        if accounts.is_empty() {
            self.xml.text("NoKnownAccountInvolvedIndicator", "Y");
        }
    }

    /// Where the subject's accounts are held.
    fn held(&mut self, accounts: &[&Account], whose: &str) {
        if accounts.is_empty() {
            return;
        }
        if accounts.len() > 99 {
            self.gaps.add(
                whose,
                format!("{} accounts; the form takes 99", accounts.len()),
                "keep those that matter most",
            );
        }
        self.begin("PartyAccountAssociation");
        self.xml.text("PartyAccountAssociationTypeCode", ACTIVITY_AFFECTED);
        for account in accounts {
            self.begin("Party");
            self.xml.text("ActivityPartyTypeCode", "41");
            if account.institution.country.is_some_and(|country| country.as_str() != "US") {
                self.xml.text("NonUSFinancialInstitutionIndicator", "Y");
            }
            self.begin("PartyIdentification");
            self.xml.text("TINUnknownIndicator", "Y");
            self.xml.end();
            self.begin("Account");
            self.short("AccountNumberText", &account.number, 40, whose, "the account number");
            self.begin("PartyAccountAssociation");
            if account.state == Some(AccountState::Closed) {
                self.xml.text("AccountClosedIndicator", "Y");
            }
            self.xml.text("PartyAccountAssociationTypeCode", HELD_AT);
            self.xml.end();
            self.xml.end();
            self.xml.end();
        }
        self.xml.end();
    }

    fn person(&mut self, person: &Person, subject: &Subject, accounts: &[&Account], whose: &str) {
        let flag = |xml: &mut Writer, name: &str, on: bool| {
            if on {
                xml.text(name, "Y");
            }
        };
        let born = match person.age {
            Age::Born(date) => {
                // Month or day that are not known are written 00.
                let digits: String = date.to_string().chars().filter(char::is_ascii_digit).collect();
                Some(format!("{digits:0<8}"))
            }
            Age::Adult | Age::Minor | Age::Unknown => None,
        };
        let on_side = |sending: bool| {
            self.report.content().payments.iter().any(|payment| {
                let side = if sending { &payment.sender } else { &payment.receiver };
                side.subject.as_deref() == Some(&subject.key)
            })
        };
        let (sends, receives) = (on_side(true), on_side(false));
        flag(&mut self.xml, "BirthDateUnknownIndicator", born.is_none());
        flag(&mut self.xml, "BothPurchaserSenderPayeeReceiveIndicator", sends && receives);
        flag(&mut self.xml, "FemaleGenderIndicator", person.sex == Some(Sex::Female));
        self.xml.maybe("IndividualBirthDateText", born.as_deref());
        flag(&mut self.xml, "MaleGenderIndicator", person.sex == Some(Sex::Male));
        self.no_account(accounts);
        flag(&mut self.xml, "PayeeReceiverIndicator", receives && !sends);
        flag(&mut self.xml, "PurchaserSenderIndicator", sends && !receives);
        flag(&mut self.xml, "UnknownGenderIndicator", person.sex.is_none());
        self.begin("PartyName");
        flag(&mut self.xml, "EntityLastNameUnknownIndicator", person.family.is_none());
        flag(&mut self.xml, "FirstNameUnknownIndicator", person.given.is_none());
        self.xml.text("PartyNameTypeCode", "L");
        for (element, part, longest, what) in [
            ("RawEntityIndividualLastName", &person.family, 150, "the family name"),
            ("RawIndividualFirstName", &person.given, 35, "the given name"),
            ("RawIndividualMiddleName", &person.middle, 35, "the middle name"),
        ] {
            if let Some(part) = part {
                self.short(element, part, longest, whose, what);
            }
        }
        self.xml.end();
        if let Some(alias) = &person.alias {
            self.begin("PartyName");
            self.xml.text("PartyNameTypeCode", "AKA");
            self.short("RawPartyFullName", alias, 150, whose, "the other name");
            self.xml.end();
        }
        self.reached(subject, whose);
        if person.documents.is_empty() {
            self.begin("PartyIdentification");
            self.xml.text("IdentificationPresentUnknownIndicator", "Y");
            self.xml.end();
        }
        for document in &person.documents {
            self.document(document, whose);
        }
        if let Some(tax_number) = &person.tax_number {
            self.identified("1", &tax_number.replace('-', ""), None, whose);
        } else {
            self.begin("PartyIdentification");
            self.xml.text("TINUnknownIndicator", "Y");
            self.xml.end();
        }
        if let Some(occupation) = &person.occupation {
            self.begin("PartyOccupationBusiness");
            self.short("OccupationBusinessText", occupation, 50, whose, "the occupation");
            self.xml.end();
        }
        self.electronic(subject, whose);
    }

    /// Addresses and telephones.
    fn reached(&mut self, subject: &Subject, whose: &str) {
        for address in &subject.contacts.addresses {
            self.address(address, whose);
        }
        for phone in &subject.contacts.phones {
            self.phone(phone, whose);
        }
    }

    /// E-mail addresses, and where the subject appears in social media.
    fn electronic(&mut self, subject: &Subject, whose: &str) {
        let emails = subject.contacts.emails.iter().map(|email| (email.clone(), "E"));
        let handles = subject.contacts.handles.iter();
        let handles = handles.map(|handle| (format!("{}: {}", handle.platform, handle.name), "U"));
        for (address, code) in emails.chain(handles) {
            self.begin("ElectronicAddress");
            self.short("ElectronicAddressText", &address, 517, whose, "the electronic address");
            self.xml.text("ElectronicAddressTypeCode", code);
            self.xml.end();
        }
    }

    fn document(&mut self, document: &Document, whose: &str) {
        let code = match document.kind {
            DocumentKind::DrivingLicence => "5",
            DocumentKind::Passport => "6",
            DocumentKind::NationalId | DocumentKind::Other => "999",
        };
        self.identified(code, &document.number, Some(document), whose);
    }
}
