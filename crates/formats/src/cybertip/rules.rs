//! Rules of the service that the schema's types do not hold.
//!
//! From NCMEC's technical documentation of the CyberTipline reporting API (2025-06-11) and the
//! patterns of its schema.

use std::collections::BTreeSet;

use model::Instant;

use super::{
    AssociatedAccount, Degrees, FileDetails, FileMarks, FileRelevance, InternetDetails, Person, Problem,
    Report,
    problem::shown,
    times::DateTime,
    wire::{Checks, Element},
};

/// A text of at most so many characters.
pub(super) fn longest(most: usize) -> impl Fn(&str, &mut Checks) {
    move |text, checks| {
        let length = text.chars().count();
        if length > most {
            checks.note(format!("expected at most {most} characters, found {length}"));
        }
    }
}

/// A text that says something, of at most so many characters.
pub(super) fn not_blank(most: usize) -> impl Fn(&str, &mut Checks) {
    move |text, checks| {
        if text.trim().is_empty() {
            checks.note("expected a reason in words; leave the element out where there is none");
        }
        longest(most)(text, checks);
    }
}

/// An absolute URL of at most so many characters.
pub(super) fn url(most: usize) -> impl Fn(&str, &mut Checks) {
    move |text, checks| {
        longest(most)(text, checks);
        let absolute = text.trim().split_once("://").is_some_and(|(scheme, rest)| {
            let mut letters = scheme.chars();
            letters.next().is_some_and(|c| c.is_ascii_alphabetic())
                && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
                && !rest.is_empty()
                && !rest.starts_with(['/', '?', '#'])
                && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
        });
        if !absolute {
            checks.note(format!("expected a URL such as https://example.com/page, found {}", shown(text)));
        }
    }
}

/// A number within bounds.
pub(super) fn between(least: i32, most: i32) -> impl Fn(&i32, &mut Checks) {
    move |number, checks| {
        if !(least..=most).contains(number) {
            checks.note(format!("expected a number from {least} to {most}, found {number}"));
        }
    }
}

/// `\+[0-9]{1,3}`
pub(super) fn calling_code(text: &str, checks: &mut Checks) {
    let digits = text.strip_prefix('+').unwrap_or_default();
    if !(1..=3).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        checks.note(format!("expected + and one to three digits, such as +63, found {}", shown(text)));
    }
}

/// `[0-9]+`, at most ten.
pub(super) fn extension(text: &str, checks: &mut Checks) {
    if !(1..=10).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        checks.note(format!("expected one to ten digits, found {}", shown(text)));
    }
}

/// Degrees north, from -90 to 90.
pub(super) fn latitude(degrees: &Degrees, checks: &mut Checks) {
    within(degrees, 90.0, checks);
}

/// Degrees east, from -180 to 180.
pub(super) fn longitude(degrees: &Degrees, checks: &mut Checks) {
    within(degrees, 180.0, checks);
}

fn within(degrees: &Degrees, most: f64, checks: &mut Checks) {
    if !(-most..=most).contains(&degrees.value()) {
        checks.note(format!("expected degrees from -{most} to {most}, found {degrees}"));
    }
}

/// Not later than now.
pub(super) fn in_the_past(time: &DateTime, checks: &mut Checks) {
    if time.instant().is_some_and(|instant| instant > checks.now) {
        checks.note(format!("expected a time in the past, found {time} (it is {})", checks.now));
    }
}

/// Whoever reports must be reachable.
pub(super) fn reporting_person(person: &Person, checks: &mut Checks) {
    if person.email.iter().all(|email| email.value.trim().is_empty()) {
        checks.note("expected an email: the service wants the reporter's address");
    }
}

/// An age or a date of birth, not both.
pub(super) fn associated_account(account: &AssociatedAccount, checks: &mut Checks) {
    if account.approximate_age.is_some() && account.date_of_birth.is_some() {
        checks.note("expected approximateAge or dateOfBirth, found both");
    }
}

/// What belongs to a report as a whole.
pub(super) fn report(report: &Report, checks: &mut Checks) {
    addresses_stand_with_people(report, checks);
    if report.batched_report.is_some() {
        batched(report, checks);
    }
}

/// Every address of an e-mail incident must be told of a reported user, a recipient or a victim.
fn addresses_stand_with_people(report: &Report, checks: &mut Checks) {
    let reported = report.person_or_user_reported.iter().filter_map(|user| user.person.as_ref());
    let recipients = report.intended_recipient.iter().filter_map(|user| user.person.as_ref());
    let victims = report.victim.iter().map(|victim| &victim.person);
    let plain = |address: &str| address.trim().to_lowercase();
    let known: BTreeSet<_> = reported
        .chain(recipients)
        .chain(victims)
        .flat_map(|person| &person.email)
        .map(|email| plain(&email.value))
        .collect();
    for (at, details) in report.internet_details.iter().enumerate() {
        let InternetDetails::Email(incident) = details else { continue };
        for (nth, email) in incident.email_address.iter().enumerate() {
            if !known.contains(&plain(&email.value)) {
                checks.at("internetDetails", Some(at), |checks| {
                    checks.at("emailIncident", None, |checks| {
                        checks.at("emailAddress", Some(nth), |checks| {
                            checks.note(
                                "expected this address also as an email of a reported person, \
                                 an intended recipient or a victim",
                            );
                        });
                    });
                });
            }
        }
    }
}

/// A batch says of each user nothing but the id (appendix E).
fn batched(report: &Report, checks: &mut Checks) {
    let refused = [
        ("internetDetails", !report.internet_details.is_empty()),
        ("lawEnforcement", report.law_enforcement.is_some()),
        ("intendedRecipient", !report.intended_recipient.is_empty()),
        ("victim", !report.victim.is_empty()),
        ("additionalInfo", report.additional_info.is_some()),
    ];
    for (name, present) in refused {
        if present {
            checks.note(format!("expected no {name} in a batchedReport"));
        }
    }
    if report.incident_summary.escalate_to_high_priority.is_some() {
        checks.note("expected no escalateToHighPriority in a batchedReport");
    }
    for (at, user) in report.person_or_user_reported.iter().enumerate() {
        let only_id = super::PersonOrUserReported {
            esp_identifier: user.esp_identifier.clone(),
            ..super::PersonOrUserReported::default()
        };
        if user.esp_identifier.is_none() || *user != only_id {
            checks.at("personOrUserReported", Some(at), |checks| {
                checks.note("expected espIdentifier and nothing else in a batchedReport");
            });
        }
    }
}

/// What belongs to the details of a file as a whole.
pub(super) fn file_details(file: &FileDetails, checks: &mut Checks) {
    if file.exif_viewed_by_esp == Some(true) && file.file_viewed_by_esp != Some(true) {
        checks.note("exifViewedByEsp is true; expected fileViewedByEsp to be true, too");
    }
    if file.file_relevance == Some(FileRelevance::Supplemental) {
        let meme = match &file.marks {
            Some(FileMarks::PotentialMeme(meme)) => *meme,
            Some(FileMarks::Annotations(marks)) => marks.potential_meme,
            None => false,
        };
        if meme {
            checks.note("expected no potentialMeme in a file that is Supplemental Reported");
        }
        if file.industry_classification.is_some() {
            checks.note("expected no industryClassification in a file that is Supplemental Reported");
        }
    }
}

/// The rules a report and its files keep together: a batch has exactly one file, of which little
/// may be said (appendix E). The rules each document keeps alone are checked, too.
pub(super) fn submission(report: &Report, files: &[FileDetails], now: Instant) -> Vec<Problem> {
    let mut checks = Checks::new(now);
    checks.at("report", None, |checks| {
        report.check(checks);
        if report.batched_report.is_some() && files.len() != 1 {
            checks.note(format!("expected exactly one file in a batchedReport, found {}", files.len()));
        }
    });
    for (at, file) in files.iter().enumerate() {
        checks.at("fileDetails", Some(at), |checks| {
            file.check(checks);
            if report.batched_report.is_some() {
                file_of_batch(file, checks);
            }
        });
    }
    checks.into_problems()
}

fn file_of_batch(file: &FileDetails, checks: &mut Checks) {
    let viral = match &file.marks {
        Some(FileMarks::PotentialMeme(meme)) => *meme,
        Some(FileMarks::Annotations(marks)) => {
            let only = super::FileAnnotations {
                viral: marks.viral,
                potential_meme: marks.potential_meme,
                ..super::FileAnnotations::default()
            };
            (marks.viral || marks.potential_meme) && *marks == only
        }
        None => false,
    };
    if !viral {
        checks.note("expected the marks viral or potentialMeme and no other in a file of a batchedReport");
    }
    if file.file_relevance == Some(FileRelevance::Supplemental) {
        checks.note("expected the relevance Reported in a file of a batchedReport");
    }
    let refused = [
        ("originalFileName", file.original_file_name.is_some()),
        ("locationOfFile", file.location_of_file.is_some()),
        ("originalFileHash", !file.original_file_hash.is_empty()),
        ("ipCaptureEvent", file.ip_capture_event.is_some()),
        ("deviceId", !file.device_id.is_empty()),
        ("details", !file.details.is_empty()),
        ("additionalInfo", !file.additional_info.is_empty()),
    ];
    for (name, present) in refused {
        if present {
            checks.note(format!("expected no {name} in a file of a batchedReport"));
        }
    }
}
