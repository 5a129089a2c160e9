//! People as a report describes them, and how to reach them.

use super::{
    Address, EmailType, PhoneType,
    rules::{between, calling_code, extension, longest},
    table::element,
    times::{Date, DateTime},
};

element! {
    /// An e-mail address.
    Email {
        text value: String, "The address.";
        attr kind: EmailType = "type", "What the address is used for.";
        attr verified: bool = "verified", "Whether the user has proved to own it.";
        attr verification_date: DateTime = "verificationDate", "When that was.";
    }
}

element! {
    /// A phone number.
    Phone {
        text value: String, "The number.";
        attr kind: PhoneType = "type", "What the number is used for.";
        attr verified: bool = "verified", "Whether the user has proved to own it.";
        attr verification_date: DateTime = "verificationDate", "When that was.";
        attr country_calling_code: String = "countryCallingCode", "Such as `+63`." [calling_code];
        attr extension: String = "extension", "Digits." [extension];
    }
}

element! {
    /// A person: reported, recipient, victim or reporting.
    Person {
        opt first_name: String = "firstName", "Given name." [longest(100)];
        opt last_name: String = "lastName", "Family name." [longest(100)];
        many phone: Phone = "phone", "Phone numbers.";
        many email: Email = "email", "E-mail addresses.";
        many address: Address = "address", "Postal addresses.";
        opt age: i32 = "age", "Age in years." [between(0, 150)];
        opt date_of_birth: Date = "dateOfBirth", "Date of birth.";
    }
}

element! {
    /// A person to be asked about the report.
    ContactPerson {
        opt first_name: String = "firstName", "Given name." [longest(100)];
        opt last_name: String = "lastName", "Family name." [longest(100)];
        many phone: Phone = "phone", "Phone numbers.";
        many email: Email = "email", "E-mail addresses.";
        many address: Address = "address", "Postal addresses.";
    }
}
