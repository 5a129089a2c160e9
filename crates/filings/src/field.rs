//! What a column of a table can hold, and how it is found in a report.

use reports::words;

use crate::{
    profile::Column,
    report::{Payment, Side, Str},
    subject::{Age, Party, Person, Subject, SubjectRole},
    text,
};

words! {
    /// What stands in a column.
    pub enum Field: "a field of a report" {
        /// The reporting entity's reference.
        Reference = "reference", "reference";
        /// The rejected report it replaces.
        Replaces = "replaces", "number of the report it replaces";
        /// The number of the reporting entity.
        ReporterNumber = "reporter_number", "number of the reporting entity";
        /// Its name.
        ReporterName = "reporter_name", "name of the reporting entity";
        /// The officer's name.
        OfficerName = "officer_name", "name of the compliance officer";
        /// The officer's e-mail address.
        OfficerEmail = "officer_email", "e-mail address of the compliance officer";
        /// When the suspicion was formed.
        SuspicionFormed = "suspicion_formed", "when the suspicion was formed";
        /// When the report was written.
        Written = "written", "when the report was written";
        /// The reason.
        Reason = "reason", "reason";
        /// What was done.
        Action = "action", "action taken";
        /// The typologies.
        Indicators = "indicators", "indicators";
        /// The reference of the payment.
        PaymentReference = "payment_reference", "reference of the payment";
        /// Its time.
        PaymentAt = "payment_at", "time of the payment";
        /// Its amount.
        Amount = "amount", "amount";
        /// The currency of that.
        Currency = "currency", "currency";
        /// The amount in the unit's currency.
        AmountLocal = "amount_local", "amount in the unit’s currency";
        /// The channel.
        Channel = "channel", "channel";
        /// The purpose the payer gave.
        Purpose = "purpose", "purpose";
        /// The place.
        Place = "place", "place of the payment";
        /// The network address it was ordered from.
        DeviceAddress = "device_address", "network address";
        /// The sender's name.
        SenderName = "sender_name", "name of the sender";
        /// The sender's role.
        SenderRole = "sender_role", "role of the sender";
        /// The sender's date of birth.
        SenderBorn = "sender_born", "date of birth of the sender";
        /// The sender's document.
        SenderDocument = "sender_document", "document of the sender";
        /// The sender's address.
        SenderAddress = "sender_address", "address of the sender";
        /// The sender's telephone.
        SenderPhone = "sender_phone", "telephone of the sender";
        /// The sender's account.
        SenderAccount = "sender_account", "account of the sender";
        /// The sender's institution.
        SenderInstitution = "sender_institution", "institution of the sender";
        /// The sender's country.
        SenderCountry = "sender_country", "country of the sender";
        /// The sender's names in social media.
        SenderHandles = "sender_handles", "social media of the sender";
        /// The receiver's name.
        ReceiverName = "receiver_name", "name of the receiver";
        /// The receiver's role.
        ReceiverRole = "receiver_role", "role of the receiver";
        /// The receiver's date of birth.
        ReceiverBorn = "receiver_born", "date of birth of the receiver";
        /// The receiver's document.
        ReceiverDocument = "receiver_document", "document of the receiver";
        /// The receiver's address.
        ReceiverAddress = "receiver_address", "address of the receiver";
        /// The receiver's telephone.
        ReceiverPhone = "receiver_phone", "telephone of the receiver";
        /// The receiver's account.
        ReceiverAccount = "receiver_account", "account of the receiver";
        /// The receiver's institution.
        ReceiverInstitution = "receiver_institution", "institution of the receiver";
        /// The receiver's country.
        ReceiverCountry = "receiver_country", "country of the receiver";
        /// The receiver's names in social media.
        ReceiverHandles = "receiver_handles", "social media of the receiver";
        /// Subjects that no payment names.
        OtherSubjects = "other_subjects", "subjects apart from the payments";
    }
}

impl Field {
    /// True for what belongs to a payment: a report without payments leaves it empty.
    pub(crate) const fn of_payment(self) -> bool {
        !matches!(
            self,
            Self::Reference
                | Self::Replaces
                | Self::ReporterNumber
                | Self::ReporterName
                | Self::OfficerName
                | Self::OfficerEmail
                | Self::SuspicionFormed
                | Self::Written
                | Self::Reason
                | Self::Action
                | Self::Indicators
                | Self::OtherSubjects
        )
    }
}

/// What stands in a column for a payment; empty if it is not known.
pub(crate) fn value(report: &Str, payment: Option<&Payment>, column: &Column, zone: &str) -> String {
    if let Some(text) = of_report(report, column, zone) {
        return text;
    }
    let Some(payment) = payment else { return String::new() };
    of_payment(report, payment, column, zone)
        .or_else(|| of_side(report, payment, column.field))
        .unwrap_or_default()
}

fn of_report(report: &Str, column: &Column, zone: &str) -> Option<String> {
    let draft = report.content();
    let time = |at| text::moment(at, zone, column.format.as_deref().unwrap_or("%Y-%m-%d %H:%M:%S"));
    Some(match column.field {
        Field::Reference => draft.reference.clone(),
        Field::Replaces => draft.replaces.clone().unwrap_or_default(),
        Field::ReporterNumber => draft.reporter.number.clone().unwrap_or_default(),
        Field::ReporterName => draft.reporter.name.clone(),
        Field::OfficerName => format!("{} {}", draft.reporter.officer.given, draft.reporter.officer.family),
        Field::OfficerEmail => draft.reporter.officer.email.clone().unwrap_or_default(),
        Field::SuspicionFormed => time(draft.suspicion_formed),
        Field::Written => time(draft.written),
        Field::Reason => draft.reason.clone(),
        Field::Action => draft.action.clone().unwrap_or_default(),
        Field::Indicators => draft.indicators.join("; "),
        Field::OtherSubjects => {
            let told = |subject: &Subject| {
                let name = name(subject).unwrap_or_else(|| "name not known".to_owned());
                format!("{name} ({})", subject.role.label())
            };
            report.apart().map(told).collect::<Vec<_>>().join("; ")
        }
        _ => return None,
    })
}

fn of_payment(report: &Str, payment: &Payment, column: &Column, zone: &str) -> Option<String> {
    Some(match column.field {
        Field::PaymentReference => payment.reference.clone(),
        Field::PaymentAt => {
            text::moment(payment.at, zone, column.format.as_deref().unwrap_or("%Y-%m-%d %H:%M:%S"))
        }
        Field::Amount => text::amount(payment.amount),
        Field::Currency => payment.amount.currency.to_string(),
        Field::AmountLocal => {
            payment.amount_in(report.content().currency_local).map(text::amount).unwrap_or_default()
        }
        Field::Channel => payment.channel.label().to_owned(),
        Field::Purpose => payment.purpose.clone().unwrap_or_default(),
        Field::Place => payment.place.clone().unwrap_or_default(),
        Field::DeviceAddress => payment.device.as_ref().map(|d| d.address.to_string()).unwrap_or_default(),
        _ => return None,
    })
}

fn of_side(report: &Str, payment: &Payment, field: Field) -> Option<String> {
    let sending = matches!(
        field,
        Field::SenderName
            | Field::SenderRole
            | Field::SenderBorn
            | Field::SenderDocument
            | Field::SenderAddress
            | Field::SenderPhone
            | Field::SenderAccount
            | Field::SenderInstitution
            | Field::SenderCountry
            | Field::SenderHandles
    );
    let side = if sending { &payment.sender } else { &payment.receiver };
    let subject = report.on(side);
    match field {
        Field::SenderName | Field::ReceiverName => {
            subject.and_then(name).or_else(|| side.account.as_ref()?.name.clone())
        }
        Field::SenderRole | Field::ReceiverRole => {
            Some(subject.map_or(SubjectRole::Other, |subject| subject.role).label().to_owned())
        }
        Field::SenderBorn | Field::ReceiverBorn => match person(subject?)?.age {
            Age::Born(date) => Some(date.to_string()),
            Age::Adult | Age::Minor | Age::Unknown => None,
        },
        Field::SenderDocument | Field::ReceiverDocument => {
            let document = person(subject?)?.documents.first()?;
            Some(format!("{} {}", document.kind.label(), document.number))
        }
        Field::SenderAddress | Field::ReceiverAddress => {
            let address = subject?.contacts.addresses.first()?;
            let rest = [&address.city, &address.state, &address.postcode];
            let parts = [address.line.clone()].into_iter().chain(rest.into_iter().flatten().cloned());
            let country = address.country.map(|country| country.as_str().to_owned());
            Some(parts.chain(country).collect::<Vec<_>>().join(", "))
        }
        Field::SenderPhone | Field::ReceiverPhone => {
            let phone = subject?.contacts.phones.first()?;
            // Not `+63`: a cell that begins with a sign is a formula.
            Some(
                phone
                    .prefix
                    .as_ref()
                    .map_or(phone.number.clone(), |prefix| format!("00{prefix} {}", phone.number)),
            )
        }
        Field::SenderAccount | Field::ReceiverAccount => Some(side.account.as_ref()?.number.clone()),
        Field::SenderInstitution | Field::ReceiverInstitution => {
            let institution = &side.account.as_ref()?.institution;
            institution
                .name
                .clone()
                .or_else(|| institution.swift.clone())
                .or_else(|| institution.code.clone())
        }
        Field::SenderCountry | Field::ReceiverCountry => {
            country(report, side).map(|country| country.to_string())
        }
        Field::SenderHandles | Field::ReceiverHandles => {
            let handles = subject?.contacts.handles.iter();
            Some(
                handles
                    .map(|handle| format!("{}: {}", handle.platform, handle.name))
                    .collect::<Vec<_>>()
                    .join("; "),
            )
        }
        _ => None,
    }
}

/// The name of a subject.
pub(crate) fn name(subject: &Subject) -> Option<String> {
    match &subject.party {
        Party::Person(person) => person.name(),
        Party::Organisation(organisation) => Some(organisation.name.clone()),
    }
}

fn person(subject: &Subject) -> Option<&Person> {
    match &subject.party {
        Party::Person(person) => Some(person),
        Party::Organisation(_) => None,
    }
}

/// The country of a side: its own, its account's, its subject's.
pub(crate) fn country(report: &Str, side: &Side) -> Option<model::Country> {
    side.country.or_else(|| side.account.as_ref()?.institution.country).or_else(|| {
        match &report.on(side)?.party {
            Party::Person(person) => person.residence,
            Party::Organisation(organisation) => organisation.country,
        }
    })
}
