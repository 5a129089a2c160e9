//! The people of a CyberTipline report, and the accounts that belong to them.

use formats::cybertip::{
    Address, AssociatedAccount, AssociatedAccountType, ContactPerson, Date, DateTime, DeviceId, Email,
    EstimatedLocation, IntendedRecipient, IpCaptureEvent, Person, PersonOrUserReported, Phone, Victim,
};
use model::{IdentifierKind, PartialDate};
use reports::{AccountUse, PersonRole, RawIdentifier, Report, ReportedPerson};

use super::{address, estimated, line, told};

/// Adds everybody the document speaks of.
pub(super) fn add(report: &mut Report, document: &formats::cybertip::Report) {
    for reported in &document.person_or_user_reported {
        report.people.push(user(PersonRole::Reported, &reported.user()));
        for account in &reported.associated_account {
            report.people.push(associated(account, "Account of the person reported"));
        }
    }
    for recipient in &document.intended_recipient {
        report.people.push(user(PersonRole::Recipient, &recipient.user()));
    }
    for victim in &document.victim {
        report.people.push(user(PersonRole::Victim, &victim.user()));
        for account in &victim.associated_account {
            report.people.push(associated(account, "Account of the child"));
        }
    }
    report.people.push(person(PersonRole::Reporter, &document.reporter.reporting_person));
    report.people.extend(document.reporter.contact_person.as_ref().map(contact));
}

/// What the schema says alike of a reported user, a recipient and a child.
struct User<'a> {
    person: Option<&'a Person>,
    identifier: Option<&'a String>,
    service: Option<&'a String>,
    screen_name: Option<&'a String>,
    profiles: &'a [String],
    addresses: &'a [IpCaptureEvent],
    devices: &'a [DeviceId],
    location: Option<&'a EstimatedLocation>,
    prior: &'a [i64],
    notes: Vec<Option<String>>,
}

/// A type of the schema that is a user of a service.
trait AsUser {
    fn user(&self) -> User<'_>;
}

macro_rules! as_user {
    ($($Type:ident: $this:ident, $person:expr, $notes:expr;)*) => {$(
        impl AsUser for $Type {
            fn user(&self) -> User<'_> {
                let $this = self;
                let mut notes = vec![
                    line("Shown as", Some(&$this.display_name.join(", "))),
                    line("Profile", $this.profile_bio.as_ref()),
                    ($this.compromised_account == Some(true)).then(|| "The account was taken over.".to_owned()),
                ];
                notes.extend($notes);
                User {
                    person: $person,
                    identifier: $this.esp_identifier.as_ref(),
                    service: $this.esp_service.as_ref(),
                    screen_name: $this.screen_name.as_ref(),
                    profiles: &$this.profile_url,
                    addresses: &$this.ip_capture_event,
                    devices: &$this.device_id,
                    location: $this.estimated_location.as_ref(),
                    prior: &$this.prior_ct_reports,
                    notes,
                }
            }
        }
    )*};
}

as_user! {
    PersonOrUserReported: this, this.person.as_ref(), [
        line("Vehicle", this.vehicle_description.as_ref()),
        line("Group", this.group_identifier.as_ref()),
        (this.third_party_user_reported == Some(true)).then(|| "A user of another company.".to_owned()),
        told(this.additional_info.as_ref()),
    ];
    IntendedRecipient: this, this.person.as_ref(), [
        line("Group", this.group_identifier.as_ref()),
        told(Some(&this.additional_info.join("\n"))),
    ];
    Victim: this, Some(&this.person), [
        line("School", this.school_name.as_ref()),
        told(this.additional_info.as_ref()),
    ];
}

fn user(role: PersonRole, user: &User<'_>) -> ReportedPerson {
    let mut reported = user.person.map_or_else(|| ReportedPerson::new(role), |given| person(role, given));
    let service = told(user.service);
    reported.services.extend(service.clone());
    reported.screen_names.extend(told(user.screen_name));
    reported.identifiers.extend(told(user.identifier).map(|id| handle(id, service.as_deref())));
    reported.identifiers.extend(user.profiles.iter().map(|url| raw(IdentifierKind::Url, url)));
    reported.identifiers.extend(user.addresses.iter().map(internet_address));
    reported.identifiers.extend(user.devices.iter().map(device));
    reported.locations.extend(user.location.and_then(estimated));
    reported.prior_reports.extend(user.prior.iter().map(ToString::to_string));
    reported.note = note(&user.notes);
    reported
}

fn person(role: PersonRole, given: &Person) -> ReportedPerson {
    let mut reported = ReportedPerson::new(role);
    reported.names.extend(name([given.first_name.as_ref(), None], given.last_name.as_ref()));
    reported.age = given.age.and_then(|age| u16::try_from(age).ok());
    reported.birth_date = given.date_of_birth.as_ref().and_then(Date::day).map(PartialDate::Day);
    reach(&mut reported, &given.phone, &given.email, &given.address);
    reported
}

fn contact(given: &ContactPerson) -> ReportedPerson {
    let mut reported = ReportedPerson::new(PersonRole::Reporter);
    reported.names.extend(name([given.first_name.as_ref(), None], given.last_name.as_ref()));
    reach(&mut reported, &given.phone, &given.email, &given.address);
    reported.note = Some("Contact person of the reporter.".to_owned());
    reported
}

fn associated(account: &AssociatedAccount, whose: &str) -> ReportedPerson {
    let mut reported = ReportedPerson::new(PersonRole::Associated);
    let account_use = match account.kind {
        AssociatedAccountType::Billing => AccountUse::Billing,
        AssociatedAccountType::Linked => AccountUse::Linked,
        AssociatedAccountType::Business => AccountUse::Business,
        AssociatedAccountType::Creator => AccountUse::Creator,
        AssociatedAccountType::ParentGuardian => AccountUse::Guardian,
        AssociatedAccountType::Other => AccountUse::Other,
    };
    reported.account_use = Some(account_use);
    let given = [account.first_name.as_ref(), account.middle_name.as_ref()];
    reported.names.extend(name(given, account.last_name.as_ref()));
    reported.age = account.approximate_age.and_then(|age| u16::try_from(age).ok());
    reported.birth_date = account.date_of_birth.as_ref().and_then(Date::day).map(PartialDate::Day);
    let platform = account.platform.as_ref().and_then(|platform| told(Some(&platform.value)));
    let service = platform.or_else(|| told(account.esp_service.as_ref()));
    reported.services.extend(service.clone());
    reported.screen_names.extend(told(account.screen_name.as_ref()));
    reported.identifiers.extend(told(account.esp_identifier.as_ref()).map(|id| match account_use {
        AccountUse::Billing => payment_account(&id, service.as_deref()),
        _ => handle(id, service.as_deref()),
    }));
    reach(&mut reported, &account.phone, &account.email, &account.address);
    reported.identifiers.extend(account.profile_url.iter().map(|url| raw(IdentifierKind::Url, url)));
    reported.identifiers.extend(account.ip_capture_event.iter().map(internet_address));
    reported.identifiers.extend(account.device_id.iter().map(device));
    reported.prior_reports.extend(account.prior_ct_report.iter().map(ToString::to_string));
    reported.note = note(&[
        Some(format!("{whose}.")),
        line("Shown as", Some(&account.display_name.join(", "))),
        line("Profile", account.profile_bio.as_ref()),
        (account.compromised_account == Some(true)).then(|| "The account was taken over.".to_owned()),
        line("Group", account.group_identifier.as_ref()),
        told(account.additional_info.as_ref()),
    ]);
    reported
}

fn reach(reported: &mut ReportedPerson, phones: &[Phone], emails: &[Email], addresses: &[Address]) {
    reported.identifiers.extend(emails.iter().map(|email| raw(IdentifierKind::Email, &email.value)));
    reported.identifiers.extend(phones.iter().map(phone));
    reported.locations.extend(addresses.iter().filter_map(address));
}

/// `Family, Given`, so that a family name of several words stays whole.
fn name(given: [Option<&String>; 2], family: Option<&String>) -> Option<String> {
    let given: Vec<String> = given.into_iter().filter_map(told).collect();
    let given = (!given.is_empty()).then(|| given.join(" "));
    match (told(family), given) {
        (Some(family), Some(given)) => Some(format!("{family}, {given}")),
        (family, given) => family.or(given),
    }
}

fn raw(kind: IdentifierKind, text: &str) -> RawIdentifier {
    RawIdentifier { kind, raw: text.trim().to_owned(), observed_at: None }
}

/// A number with its country's calling code, where that was given apart.
pub(super) fn phone(given: &Phone) -> RawIdentifier {
    let number = given.value.trim();
    match told(given.country_calling_code.as_ref()) {
        Some(code) if !number.starts_with('+') => {
            raw(IdentifierKind::Phone, &format!("+{} {number}", code.trim_start_matches('+')))
        }
        _ => raw(IdentifierKind::Phone, number),
    }
}

pub(super) fn internet_address(given: &IpCaptureEvent) -> RawIdentifier {
    RawIdentifier {
        observed_at: given.date_time.as_ref().and_then(DateTime::instant),
        ..raw(IdentifierKind::Ip, &given.ip_address)
    }
}

fn device(given: &DeviceId) -> RawIdentifier {
    RawIdentifier {
        observed_at: given.date_time.as_ref().and_then(DateTime::instant),
        ..raw(IdentifierKind::Device, &format!("{}:{}", given.id_type.trim(), given.id_value.trim()))
    }
}

/// The id a service knows a user by; without the service it stands as given and links nothing.
fn handle(id: String, service: Option<&str>) -> RawIdentifier {
    let text = service.map_or_else(|| id.clone(), |service| format!("{id}@{service}"));
    raw(IdentifierKind::Handle, &text)
}

/// Where reports and payments meet. The first colon parts the holder from the number.
fn payment_account(id: &str, service: Option<&str>) -> RawIdentifier {
    let text = service.map_or_else(|| id.to_owned(), |service| format!("{}:{id}", service.replace(':', " ")));
    raw(IdentifierKind::Account, &text)
}

fn note(lines: &[Option<String>]) -> Option<String> {
    let told: Vec<&str> = lines.iter().flatten().map(String::as_str).collect();
    (!told.is_empty()).then(|| told.join("\n"))
}
