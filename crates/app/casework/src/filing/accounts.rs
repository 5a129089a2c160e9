//! People and accounts of a CyberTipline report, from a report that did not come as one.

use formats::cybertip::{
    Address, AssociatedAccount, AssociatedAccountType, CountryCode, Date, DeviceId, Email, EstimatedLocation,
    IntendedRecipient, IpCaptureEvent, Person, PersonOrUserReported, Phone, Platform, Victim,
};
use model::{IdentifierKind, PartialDate};
use reports::{AccountUse, Location, PersonRole, RawIdentifier, Report, ReportedPerson};

/// Those reported, with the accounts that pay for theirs.
pub(crate) fn reported(report: &Report) -> Vec<PersonOrUserReported> {
    let mut all: Vec<_> = report.people_as(PersonRole::Reported).map(reported_one).collect();
    let accounts: Vec<_> = report.people_as(PersonRole::Associated).map(associated).collect();
    match all.first_mut() {
        Some(first) => first.associated_account.extend(accounts),
        None if accounts.is_empty() => {}
        None => {
            all.push(PersonOrUserReported {
                associated_account: accounts,
                ..PersonOrUserReported::default()
            });
        }
    }
    all
}

/// Those it was meant for.
pub(crate) fn recipients(report: &Report) -> Vec<IntendedRecipient> {
    report.people_as(PersonRole::Recipient).map(recipient).collect()
}

/// The children, and others who were harmed.
pub(crate) fn victims(report: &Report) -> Vec<Victim> {
    report.people_as(PersonRole::Victim).map(victim).collect()
}

/// A whole name as the schema has it: everything before the last blank is the given name. A
/// family name written first stands before a comma.
pub(crate) fn names(whole: &str) -> (Option<String>, Option<String>) {
    let some = |part: &str| Some(part.trim().to_owned()).filter(|part| !part.is_empty());
    let whole = whole.trim();
    match (whole.split_once(','), whole.rsplit_once(' ')) {
        (Some((family, given)), _) | (None, Some((given, family))) => (some(given), some(family)),
        (None, None) => (some(whole), None),
    }
}

fn reported_one(from: &ReportedPerson) -> PersonOrUserReported {
    PersonOrUserReported {
        person: person(from),
        esp_service: from.services.first().cloned(),
        screen_name: screen_name(from),
        display_name: further_names(from),
        profile_url: raw(from, IdentifierKind::Url),
        ip_capture_event: addresses(from),
        device_id: devices(from),
        prior_ct_reports: earlier(from),
        estimated_location: from.locations.iter().find_map(estimated),
        associated_account: paying(from),
        ..PersonOrUserReported::default()
    }
}

fn recipient(from: &ReportedPerson) -> IntendedRecipient {
    IntendedRecipient {
        person: person(from),
        esp_service: from.services.first().cloned(),
        screen_name: screen_name(from),
        display_name: further_names(from),
        profile_url: raw(from, IdentifierKind::Url),
        ip_capture_event: addresses(from),
        device_id: devices(from),
        prior_ct_reports: earlier(from),
        estimated_location: from.locations.iter().find_map(estimated),
        ..IntendedRecipient::default()
    }
}

fn victim(from: &ReportedPerson) -> Victim {
    Victim {
        esp_service: from.services.first().cloned(),
        screen_name: screen_name(from),
        display_name: further_names(from),
        profile_url: raw(from, IdentifierKind::Url),
        ip_capture_event: addresses(from),
        device_id: devices(from),
        prior_ct_reports: earlier(from),
        estimated_location: from.locations.iter().find_map(estimated),
        associated_account: paying(from),
        ..Victim::new(person(from).unwrap_or_default())
    }
}

fn associated(from: &ReportedPerson) -> AssociatedAccount {
    let kind = match from.account_use {
        Some(AccountUse::Billing) => AssociatedAccountType::Billing,
        Some(AccountUse::Linked) => AssociatedAccountType::Linked,
        Some(AccountUse::Business) => AssociatedAccountType::Business,
        Some(AccountUse::Creator) => AssociatedAccountType::Creator,
        Some(AccountUse::Guardian) => AssociatedAccountType::ParentGuardian,
        None if accounts(from).next().is_some() => AssociatedAccountType::Billing,
        Some(AccountUse::Other) | None => AssociatedAccountType::Other,
    };
    let (first_name, last_name) = from.names.first().map_or((None, None), |name| names(name));
    let held = accounts(from).next().map(held_at);
    let birth = birth(from);
    AssociatedAccount {
        platform: held
            .as_ref()
            .and_then(|(platform, _)| platform.clone())
            .or_else(|| from.services.first().cloned())
            .map(Platform::new),
        first_name,
        last_name,
        approximate_age: from.age.filter(|_| birth.is_none()).map(i32::from),
        date_of_birth: birth,
        phone: raw(from, IdentifierKind::Phone).into_iter().map(Phone::new).collect(),
        email: raw(from, IdentifierKind::Email).into_iter().map(Email::new).collect(),
        address: from.locations.iter().filter_map(address).collect(),
        esp_identifier: held.map(|(_, number)| number),
        profile_url: raw(from, IdentifierKind::Url),
        screen_name: screen_name(from),
        display_name: further_names(from),
        ip_capture_event: addresses(from),
        device_id: devices(from),
        prior_ct_report: earlier(from),
        ..AssociatedAccount::new(kind)
    }
}

/// Payment accounts and wallets of a person: the schema's slot for them is an associated account
/// of type Billing.
fn paying(from: &ReportedPerson) -> Vec<AssociatedAccount> {
    accounts(from)
        .map(|raw| {
            let (platform, number) = held_at(raw);
            AssociatedAccount {
                platform: platform.map(Platform::new),
                esp_identifier: Some(number),
                ..AssociatedAccount::new(AssociatedAccountType::Billing)
            }
        })
        .collect()
}

fn accounts(from: &ReportedPerson) -> impl Iterator<Item = &RawIdentifier> {
    from.identifiers.iter().filter(|raw| matches!(raw.kind, IdentifierKind::Account | IdentifierKind::Wallet))
}

/// `institution:number` in its two parts.
fn held_at(raw: &RawIdentifier) -> (Option<String>, String) {
    match raw.raw.trim().split_once(':') {
        Some((institution, number)) if !institution.is_empty() && !number.is_empty() => {
            (Some(institution.trim().to_owned()), number.trim().to_owned())
        }
        _ => (None, raw.raw.trim().to_owned()),
    }
}

fn person(from: &ReportedPerson) -> Option<Person> {
    let (first_name, last_name) = from.names.first().map_or((None, None), |name| names(name));
    let person = Person {
        first_name,
        last_name,
        phone: raw(from, IdentifierKind::Phone).into_iter().map(Phone::new).collect(),
        email: raw(from, IdentifierKind::Email).into_iter().map(Email::new).collect(),
        address: from.locations.iter().filter_map(address).collect(),
        age: from.age.map(i32::from),
        date_of_birth: birth(from),
    };
    (person != Person::default()).then_some(person)
}

/// The schema has whole dates only.
fn birth(from: &ReportedPerson) -> Option<Date> {
    match from.birth_date {
        Some(PartialDate::Day(day)) => Some(day.into()),
        _ => None,
    }
}

fn address(location: &Location) -> Option<Address> {
    location.address.as_ref()?;
    Some(Address {
        address: location.address.clone(),
        city: location.city.clone(),
        non_usa_state: location.region.clone(),
        country: country(location),
        ..Address::default()
    })
}

fn estimated(location: &Location) -> Option<EstimatedLocation> {
    let found = EstimatedLocation {
        city: location.city.clone(),
        region: location.region.clone(),
        country_code: country(location),
        ..EstimatedLocation::default()
    };
    (found != EstimatedLocation::default()).then_some(found)
}

fn country(location: &Location) -> Option<CountryCode> {
    CountryCode::new(location.country?.as_str())
}

fn raw(from: &ReportedPerson, kind: IdentifierKind) -> Vec<String> {
    let of_kind = from.identifiers.iter().filter(|raw| raw.kind == kind);
    of_kind.map(|raw| raw.raw.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// Every name on a service: the first is the screen name, the rest are names shown.
fn all_names(from: &ReportedPerson) -> Vec<String> {
    let mut all: Vec<String> = from.screen_names.clone();
    all.extend(raw(from, IdentifierKind::Handle));
    all.dedup();
    all
}

fn screen_name(from: &ReportedPerson) -> Option<String> {
    all_names(from).into_iter().next()
}

fn further_names(from: &ReportedPerson) -> Vec<String> {
    all_names(from).into_iter().skip(1).collect()
}

fn addresses(from: &ReportedPerson) -> Vec<IpCaptureEvent> {
    let of_kind = from.identifiers.iter().filter(|raw| raw.kind == IdentifierKind::Ip);
    of_kind
        .map(|raw| IpCaptureEvent {
            date_time: raw.observed_at.map(Into::into),
            ..IpCaptureEvent::new(raw.raw.trim().to_owned())
        })
        .collect()
}

fn devices(from: &ReportedPerson) -> Vec<DeviceId> {
    let of_kind = from.identifiers.iter().filter(|raw| raw.kind == IdentifierKind::Device);
    of_kind
        .map(|raw| {
            let (kind, id) = held_at(raw);
            let kind = kind.unwrap_or_else(|| "Device".to_owned());
            DeviceId { date_time: raw.observed_at.map(Into::into), ..DeviceId::new(kind, id) }
        })
        .collect()
}

fn earlier(from: &ReportedPerson) -> Vec<i64> {
    from.prior_reports.iter().filter_map(|number| number.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use model::Instant;
    use reports::{Channel, Source};

    use super::*;

    fn identifier(kind: IdentifierKind, raw: &str) -> RawIdentifier {
        RawIdentifier { kind, raw: raw.to_owned(), observed_at: Some(Instant::from_micros(0)) }
    }

    #[test]
    fn names_come_apart_as_they_were_written() {
        let part = |text: &str| Some(text.to_owned());
        assert_eq!(names("Synthetic Maria Testname"), (part("Synthetic Maria"), part("Testname")));
        assert_eq!(names("Testname, Synthetic"), (part("Synthetic"), part("Testname")));
        assert_eq!(names("Synthetic"), (part("Synthetic"), None));
        assert_eq!(names(" "), (None, None));
    }

    #[test]
    fn a_payment_account_takes_the_slot_for_billing() {
        let mut payer = ReportedPerson::new(PersonRole::Reported);
        payer.identifiers.push(identifier(IdentifierKind::Account, "SYNTHPAY:0001"));
        payer.identifiers.push(identifier(IdentifierKind::Ip, "192.0.2.7"));
        let mut wallet = ReportedPerson::new(PersonRole::Associated);
        wallet.identifiers.push(identifier(IdentifierKind::Wallet, "synthetic-wallet-1"));
        let mut report = Report::new(Source::PaymentFirm, Channel::Alert, Instant::from_micros(0));
        report.people = vec![payer, wallet];
        let found = reported(&report);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].ip_capture_event[0].date_time.as_ref().unwrap().as_str(), "1970-01-01T00:00:00Z");
        let accounts = &found[0].associated_account;
        assert!(accounts.iter().all(|account| account.kind == AssociatedAccountType::Billing));
        let ids: Vec<_> = accounts.iter().map(|account| account.esp_identifier.as_deref().unwrap()).collect();
        assert_eq!(ids, ["0001", "synthetic-wallet-1"]);
        assert_eq!(accounts[0].platform.as_ref().unwrap().value, "SYNTHPAY");
        report.people.remove(0);
        assert_eq!(reported(&report)[0].associated_account.len(), 1, "an account alone is filed, too");
    }
}
