//! Accounts of the synthetic people.

use super::{
    cast::{Character, Part},
    dice::Dice,
};
use crate::cybertip::{
    AccountPermanentlyDisabled, AccountTemporarilyDisabled, AssociatedAccount, AssociatedAccountType,
    IntendedRecipient, PersonOrUserReported, Platform, Victim,
};

const SERVICES: [&str; 4] = ["Synthetic Live", "Synthetic Chat", "Synthetic Video", "Synthetic Games"];

/// The name of a service.
pub(super) fn service(dice: &mut Dice<'_>) -> String {
    dice.pick(&SERVICES)
}

/// A reported user.
pub(super) fn reported(who: Character, dice: &mut Dice<'_>) -> PersonOrUserReported {
    PersonOrUserReported {
        person: Some(who.person(dice)),
        vehicle_description: dice.maybe(|_| "Synthetic vehicle, grey, plate TEST 000".to_owned()),
        esp_identifier: Some(who.account_id()),
        esp_service: Some(service(dice)),
        compromised_account: dice.maybe(|dice| dice.percent(10)),
        screen_name: Some(who.screen_name()),
        display_name: dice.several(2, |_| who.display_name()),
        profile_url: dice.several(1, |_| who.profile_url()),
        profile_bio: dice.maybe(|_| "Synthetic profile.\nGawa-gawa para sa pagsubok.".to_owned()),
        ip_capture_event: dice.several(3, |dice| who.ip(dice)),
        device_id: dice.several(1, |dice| who.device(dice)),
        third_party_user_reported: dice.maybe(|dice| dice.percent(10)),
        prior_ct_reports: dice.several(1, earlier_report),
        group_identifier: dice.maybe(|_| "synthetic-group".to_owned()),
        account_temporarily_disabled: dice.maybe(disabled_for_a_time),
        account_permanently_disabled: dice.maybe(disabled_for_good),
        estimated_location: dice.maybe(|dice| who.location(dice)),
        all_emails_reported: dice.maybe(|dice| dice.percent(50)),
        associated_account: dice.several(2, |dice| associated(who, dice)),
        additional_info: dice.maybe(|_| "Synthetic note on the user reported.".to_owned()),
    }
}

/// Somebody a message was meant for.
pub(super) fn recipient(who: Character, dice: &mut Dice<'_>) -> IntendedRecipient {
    IntendedRecipient {
        person: dice.maybe(|dice| who.person(dice)),
        esp_identifier: Some(who.account_id()),
        esp_service: Some(service(dice)),
        compromised_account: dice.maybe(|dice| dice.percent(10)),
        screen_name: Some(who.screen_name()),
        display_name: dice.several(1, |_| who.display_name()),
        profile_url: dice.several(1, |_| who.profile_url()),
        profile_bio: dice.maybe(|_| "Synthetic profile.".to_owned()),
        ip_capture_event: dice.several(2, |dice| who.ip(dice)),
        device_id: dice.several(1, |dice| who.device(dice)),
        prior_ct_reports: dice.several(1, earlier_report),
        group_identifier: dice.maybe(|_| "synthetic-group".to_owned()),
        account_temporarily_disabled: dice.maybe(disabled_for_a_time),
        account_permanently_disabled: dice.maybe(disabled_for_good),
        estimated_location: dice.maybe(|dice| who.location(dice)),
        all_emails_reported: dice.maybe(|dice| dice.percent(50)),
        additional_info: dice.several(2, |_| "Synthetic note on the recipient.".to_owned()),
    }
}

/// A child.
pub(super) fn victim(who: Character, dice: &mut Dice<'_>) -> Victim {
    Victim {
        esp_identifier: dice.maybe(|_| who.account_id()),
        esp_service: dice.maybe(service),
        compromised_account: dice.maybe(|dice| dice.percent(10)),
        screen_name: dice.maybe(|_| who.screen_name()),
        display_name: dice.several(1, |_| who.display_name()),
        profile_url: dice.several(1, |_| who.profile_url()),
        profile_bio: dice.maybe(|_| "Synthetic profile.".to_owned()),
        ip_capture_event: dice.several(1, |dice| who.ip(dice)),
        device_id: dice.several(1, |dice| who.device(dice)),
        school_name: dice.maybe(|_| "Synthetic Elementary School".to_owned()),
        prior_ct_reports: dice.several(1, earlier_report),
        account_temporarily_disabled: dice.maybe(disabled_for_a_time),
        account_permanently_disabled: dice.maybe(disabled_for_good),
        estimated_location: dice.maybe(|dice| who.location(dice)),
        all_emails_reported: dice.maybe(|dice| dice.percent(50)),
        associated_account: dice.several(1, |dice| associated(who, dice)),
        additional_info: dice.maybe(|_| "Synthetic note on the child.".to_owned()),
        ..Victim::new(who.person(dice))
    }
}

/// An account that belongs to a person: in complete documents each kind in its turn, else the
/// wallet.
fn associated(who: Character, dice: &mut Dice<'_>) -> AssociatedAccount {
    let kind = dice.complete.then(|| dice.next(AssociatedAccountType::ALL)).flatten();
    let kind = kind.unwrap_or(AssociatedAccountType::Billing);
    let billing = kind == AssociatedAccountType::Billing;
    let (first, last) = who.names();
    let by_age = dice.percent(50) && !(dice.complete && who.part == Part::Child);
    AssociatedAccount {
        platform: Some(Platform {
            third_party_user: dice.maybe(|_| billing),
            ..Platform::new(if billing { "Synthetic Wallet".to_owned() } else { service(dice) })
        }),
        first_name: Some(first),
        middle_name: dice.maybe(|_| "Testmiddle".to_owned()),
        last_name: Some(last),
        approximate_age: if by_age { who.age(dice) } else { None },
        date_of_birth: if by_age { None } else { dice.maybe(|dice| who.birth(dice)).flatten() },
        phone: dice.several(1, |dice| who.phone(dice)),
        email: dice.several(1, |dice| who.email(dice)),
        all_emails_reported: dice.maybe(|dice| dice.percent(50)),
        address: dice.several(1, |dice| who.address(dice)),
        esp_service: dice.maybe(service),
        esp_identifier: Some(if billing { who.wallet_id() } else { who.account_id() }),
        profile_url: dice.several(1, |_| who.profile_url()),
        screen_name: dice.maybe(|_| who.screen_name()),
        display_name: dice.several(1, |_| who.display_name()),
        profile_bio: dice.maybe(|_| "Synthetic profile.".to_owned()),
        group_identifier: dice.maybe(|_| "synthetic-group".to_owned()),
        compromised_account: dice.maybe(|dice| dice.percent(10)),
        account_temporarily_disabled: dice.maybe(disabled_for_a_time),
        account_permanently_disabled: dice.maybe(disabled_for_good),
        ip_capture_event: dice.several(1, |dice| who.ip(dice)),
        device_id: dice.several(1, |dice| who.device(dice)),
        prior_ct_report: dice.several(1, earlier_report),
        additional_info: dice.maybe(|_| "Synthetic note on the account.".to_owned()),
        ..AssociatedAccount::new(kind)
    }
}

fn earlier_report(dice: &mut Dice<'_>) -> i64 {
    800_000_000 + i64::try_from(dice.below(100_000)).unwrap_or(0)
}

fn disabled_for_a_time(dice: &mut Dice<'_>) -> AccountTemporarilyDisabled {
    AccountTemporarilyDisabled {
        disabled_date: dice.maybe(|dice| dice.past(30)),
        user_notified: dice.maybe(|dice| dice.percent(50)),
        user_notified_date: dice.maybe(|dice| dice.past(30)),
        reenabled_date: dice.maybe(|dice| dice.past(10)),
        ..AccountTemporarilyDisabled::new(true)
    }
}

fn disabled_for_good(dice: &mut Dice<'_>) -> AccountPermanentlyDisabled {
    AccountPermanentlyDisabled {
        disabled_date: dice.maybe(|dice| dice.past(30)),
        user_notified: dice.maybe(|dice| dice.percent(50)),
        user_notified_date: dice.maybe(|dice| dice.past(30)),
        ..AccountPermanentlyDisabled::new(dice.percent(80))
    }
}
