//! Accounts on a service: the reported user's, the recipient's, the child's, and what belongs to them.

use super::{
    Address, AssociatedAccountType, CaptureEvent, Email, EstimatedLocation, Person, Phone,
    rules::{self, between, longest},
    table::element,
    times::{Date, DateTime},
};

element! {
    /// An Internet address and when it was used.
    IpCaptureEvent {
        one ip_address: String = "ipAddress", "The address.";
        opt event_name: CaptureEvent = "eventName", "During what it was seen.";
        opt date_time: DateTime = "dateTime", "When it was seen.";
        opt possible_proxy: bool = "possibleProxy", "Whether it may be a proxy.";
        opt port: i32 = "port", "The port." [between(1, 65535)];
    }
}

element! {
    /// A device and when it was used.
    DeviceId {
        one id_type: String = "idType", "What kind of id, such as IMEI." [longest(255)];
        one id_value: String = "idValue", "The id." [longest(2083)];
        opt event_name: CaptureEvent = "eventName", "During what it was seen.";
        opt date_time: DateTime = "dateTime", "When it was seen.";
    }
}

element! {
    /// Whether an account was disabled for a time.
    AccountTemporarilyDisabled {
        text value: bool, "Whether it was.";
        attr disabled_date: DateTime = "disabledDate", "When it was disabled.";
        attr user_notified: bool = "userNotified", "Whether the user was told.";
        attr user_notified_date: DateTime = "userNotifiedDate", "When the user was told.";
        attr reenabled_date: DateTime = "reenabledDate", "When it was enabled again.";
    }
}

element! {
    /// Whether an account was disabled for good.
    AccountPermanentlyDisabled {
        text value: bool, "Whether it was.";
        attr disabled_date: DateTime = "disabledDate", "When it was disabled.";
        attr user_notified: bool = "userNotified", "Whether the user was told.";
        attr user_notified_date: DateTime = "userNotifiedDate", "When the user was told.";
    }
}

element! {
    /// The platform of an associated account.
    Platform {
        text value: String, "Its name.";
        attr third_party_user: bool = "thirdPartyUser", "Whether it is another company's.";
    }
}

element! {
    /// An account that belongs to a reported user or a victim. With `type="Billing"` it is the
    /// official slot for a payment account.
    AssociatedAccount {
        must kind: AssociatedAccountType = "type", "How the account belongs to the person.";
        opt platform: Platform = "platform", "The platform.";
        opt first_name: String = "firstName", "Given name." [longest(100)];
        opt middle_name: String = "middleName", "Middle name." [longest(100)];
        opt last_name: String = "lastName", "Family name." [longest(100)];
        opt approximate_age: i32 = "approximateAge", "Age in years, unless the date of birth is known." [between(0, 150)];
        opt date_of_birth: Date = "dateOfBirth", "Date of birth.";
        many phone: Phone = "phone", "Phone numbers.";
        many email: Email = "email", "E-mail addresses.";
        opt all_emails_reported: bool = "allEmailsReported", "Whether there are no more of them.";
        many address: Address = "address", "Postal addresses.";
        opt esp_service: String = "espService", "The reporter's product that was used." [longest(100)];
        opt esp_identifier: String = "espIdentifier", "The account's id at the reporter." [longest(255)];
        many profile_url: String = "profileUrl", "Addresses of profiles.";
        opt screen_name: String = "screenName", "Name on the service." [longest(256)];
        many display_name: String = "displayName", "Names shown.";
        opt profile_bio: String = "profileBio", "What the profile says.";
        opt group_identifier: String = "groupIdentifier", "Group the account takes part in." [longest(255)];
        opt compromised_account: bool = "compromisedAccount", "Whether the account was taken over.";
        opt account_temporarily_disabled: AccountTemporarilyDisabled = "accountTemporarilyDisabled",
            "Whether it was disabled for a time.";
        opt account_permanently_disabled: AccountPermanentlyDisabled = "accountPermanentlyDisabled",
            "Whether it was disabled for good.";
        many ip_capture_event: IpCaptureEvent = "ipCaptureEvent", "Internet addresses used.";
        many device_id: DeviceId = "deviceId", "Devices used.";
        many prior_ct_report: i64 = "priorCTReport", "Earlier reports on this account.";
        opt additional_info: String = "additionalInfo", "Notes.";
    } rules::associated_account
}

element! {
    /// A person or user reported.
    PersonOrUserReported {
        opt person: Person = "personOrUserReportedPerson", "The person.";
        opt vehicle_description: String = "vehicleDescription", "Their vehicle." [longest(300)];
        opt esp_identifier: String = "espIdentifier", "The user's id at the reporter." [longest(255)];
        opt esp_service: String = "espService", "The reporter's product that was used." [longest(100)];
        opt compromised_account: bool = "compromisedAccount", "Whether the account was taken over.";
        opt screen_name: String = "screenName", "Name on the service." [longest(256)];
        many display_name: String = "displayName", "Names shown.";
        many profile_url: String = "profileUrl", "Addresses of profiles.";
        opt profile_bio: String = "profileBio", "What the profile says.";
        many ip_capture_event: IpCaptureEvent = "ipCaptureEvent", "Internet addresses used.";
        many device_id: DeviceId = "deviceId", "Devices used.";
        opt third_party_user_reported: bool = "thirdPartyUserReported",
            "Whether the user is another company's, of whom the reporter knows no more.";
        many prior_ct_reports: i64 = "priorCTReports", "Earlier reports on this user.";
        opt group_identifier: String = "groupIdentifier", "Group the user takes part in." [longest(255)];
        opt account_temporarily_disabled: AccountTemporarilyDisabled = "accountTemporarilyDisabled",
            "Whether the account was disabled for a time.";
        opt account_permanently_disabled: AccountPermanentlyDisabled = "accountPermanentlyDisabled",
            "Whether the account was disabled for good.";
        opt estimated_location: EstimatedLocation = "estimatedLocation", "Where the user is believed to be.";
        opt all_emails_reported: bool = "allEmailsReported", "Whether there are no more e-mail addresses.";
        many associated_account: AssociatedAccount = "associatedAccount", "Accounts that belong to the user.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// The person something was meant for.
    IntendedRecipient {
        opt person: Person = "intendedRecipientPerson", "The person.";
        opt esp_identifier: String = "espIdentifier", "The user's id at the reporter." [longest(255)];
        opt esp_service: String = "espService", "The reporter's product that was used." [longest(100)];
        opt compromised_account: bool = "compromisedAccount", "Whether the account was taken over.";
        opt screen_name: String = "screenName", "Name on the service." [longest(256)];
        many display_name: String = "displayName", "Names shown.";
        many profile_url: String = "profileUrl", "Addresses of profiles.";
        opt profile_bio: String = "profileBio", "What the profile says.";
        many ip_capture_event: IpCaptureEvent = "ipCaptureEvent", "Internet addresses used.";
        many device_id: DeviceId = "deviceId", "Devices used.";
        many prior_ct_reports: i64 = "priorCTReports", "Earlier reports on this user.";
        opt group_identifier: String = "groupIdentifier", "Group the user takes part in." [longest(255)];
        opt account_temporarily_disabled: AccountTemporarilyDisabled = "accountTemporarilyDisabled",
            "Whether the account was disabled for a time.";
        opt account_permanently_disabled: AccountPermanentlyDisabled = "accountPermanentlyDisabled",
            "Whether the account was disabled for good.";
        opt estimated_location: EstimatedLocation = "estimatedLocation", "Where the user is believed to be.";
        opt all_emails_reported: bool = "allEmailsReported", "Whether there are no more e-mail addresses.";
        many additional_info: String = "additionalInfo", "Notes.";
    }
}

element! {
    /// A child victim.
    Victim {
        one person: Person = "victimPerson", "The child.";
        opt esp_identifier: String = "espIdentifier", "The child's id at the reporter." [longest(255)];
        opt esp_service: String = "espService", "The reporter's product that was used." [longest(100)];
        opt compromised_account: bool = "compromisedAccount", "Whether the account was taken over.";
        opt screen_name: String = "screenName", "Name on the service." [longest(256)];
        many display_name: String = "displayName", "Names shown.";
        many profile_url: String = "profileUrl", "Addresses of profiles.";
        opt profile_bio: String = "profileBio", "What the profile says.";
        many ip_capture_event: IpCaptureEvent = "ipCaptureEvent", "Internet addresses used.";
        many device_id: DeviceId = "deviceId", "Devices used.";
        opt school_name: String = "schoolName", "The child's school.";
        many prior_ct_reports: i64 = "priorCTReports", "Earlier reports on this child.";
        opt account_temporarily_disabled: AccountTemporarilyDisabled = "accountTemporarilyDisabled",
            "Whether the account was disabled for a time.";
        opt account_permanently_disabled: AccountPermanentlyDisabled = "accountPermanentlyDisabled",
            "Whether the account was disabled for good.";
        opt estimated_location: EstimatedLocation = "estimatedLocation", "Where the child is believed to be.";
        opt all_emails_reported: bool = "allEmailsReported", "Whether there are no more e-mail addresses.";
        many associated_account: AssociatedAccount = "associatedAccount", "Accounts that belong to the child.";
        opt additional_info: String = "additionalInfo", "Notes.";
    }
}
