//! The rules no report gets around.

use filings::{Age, Confirmation, Document, DocumentKind, Draft, Party, Person, Str, StrFault, SubjectRole};
use proptest::prelude::*;

use super::support::{at, draft, subject, user};

fn with(age: Age, role: SubjectRole, confirmed_by: Option<u8>) -> Result<Str, Vec<StrFault>> {
    let mut draft = draft("PHP");
    let mut one = subject("one", role, Party::Person(Person::of_age(age)));
    one.confirmation = confirmed_by.map(|by| Confirmation { by: user(by), at: at("2026-11-20T09:00:00Z") });
    draft.subjects.push(one);
    Str::new(draft)
}

#[test]
fn age_counts_on_the_day_of_the_earliest_payment() {
    // The earliest payment is of 2026-11-01: eighteen on that day is an adult, a day later is not.
    let born = |text: &str| Age::Born(text.parse().unwrap());
    assert!(with(born("2008-11-01"), SubjectRole::Suspect, None).is_ok());
    assert!(with(born("2008-11-02"), SubjectRole::Suspect, None).is_err());
    assert!(with(born("2008"), SubjectRole::Suspect, None).is_err());
    assert!(with(born("2030-01-01"), SubjectRole::Suspect, None).is_err());
}

#[test]
fn whoever_may_be_a_child_needs_a_second_person() {
    for age in [Age::Minor, Age::Unknown] {
        for role in [SubjectRole::Victim, SubjectRole::Other] {
            assert!(matches!(with(age, role, None).unwrap_err()[..], [StrFault::NotConfirmed { .. }]));
            assert!(matches!(with(age, role, Some(1)).unwrap_err()[..], [StrFault::NotConfirmed { .. }]));
            assert!(with(age, role, Some(2)).is_ok());
        }
        assert!(matches!(
            with(age, SubjectRole::Suspect, Some(2)).unwrap_err()[..],
            [StrFault::MayBeChild { .. }]
        ));
    }
    assert!(with(Age::Adult, SubjectRole::Suspect, None).is_ok());
}

#[test]
fn one_person_under_two_keys_is_found_by_their_document() {
    let mut draft = draft("PHP");
    let document = |number: &str| Document {
        kind: DocumentKind::NationalId,
        number: number.to_owned(),
        issued: None,
        expires: None,
        country: None,
    };
    for (key, age, role, number) in [
        ("young", Age::Minor, SubjectRole::Victim, "SYN 12-ab"),
        ("old", Age::Adult, SubjectRole::Suspect, "syn12AB"),
    ] {
        let person = Person { documents: vec![document(number)], ..Person::of_age(age) };
        let mut one = subject(key, role, Party::Person(person));
        one.confirmation = Some(Confirmation { by: user(2), at: at("2026-11-20T09:00:00Z") });
        draft.subjects.push(one);
    }
    let faults = Str::new(draft).unwrap_err();
    assert_eq!(faults, [StrFault::SamePerson { suspect: "old".to_owned(), other: "young".to_owned() }]);
}

#[test]
fn a_file_is_no_way_around_the_rules() {
    let good = serde_json::to_string(&draft("PHP")).unwrap();
    assert_eq!(serde_json::from_str::<Str>(&good).unwrap().into_draft(), draft("PHP"));
    let bad =
        good.replacen("\"key\":\"child\",\"role\":\"victim\"", "\"key\":\"child\",\"role\":\"suspect\"", 1);
    assert_ne!(good, bad);
    assert!(serde_json::from_str::<Str>(&bad).unwrap_err().to_string().contains("cannot be a suspect"));
}

#[test]
fn what_does_not_hold_together_is_told_at_once() {
    let mut wrong = draft("PHP");
    wrong.reference = " ".to_owned();
    wrong.suspicion_formed = at("2026-12-01T00:00:00Z");
    wrong.payments[0].receiver.subject = Some("nobody".to_owned());
    wrong.subjects.push(wrong.subjects[0].clone());
    let told: Vec<String> = Str::new(wrong).unwrap_err().iter().map(ToString::to_string).collect();
    for wanted in
        ["the reference is empty", "dated after the report", "names the subject nobody", "have the key buyer"]
    {
        assert!(told.iter().any(|fault| fault.contains(wanted)), "{wanted}: {told:?}");
    }
}

fn any_age() -> impl Strategy<Value = Age> {
    prop_oneof![
        Just(Age::Adult),
        Just(Age::Minor),
        Just(Age::Unknown),
        (1990_i16..2020, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| {
            Age::Born(format!("{year}-{month:02}-{day:02}").parse().unwrap())
        }),
        (1990_i16..2020).prop_map(|year| Age::Born(year.to_string().parse().unwrap())),
    ]
}

proptest! {
    /// Whatever the ages, roles, confirmations and times: in a report that exists no suspect may have been a child, and
    /// nobody who may have been one stands in it on the author's word alone.
    #[test]
    fn a_child_is_never_a_suspect(
        people in proptest::collection::vec((any_age(), 0_usize..3, proptest::option::of(1_u8..4)), 1..4),
        days in -4_000_i64..0,
    ) {
        let mut draft: Draft = draft("PHP");
        draft.payments[1].at = draft.suspicion_formed + model::Span::days(days);
        draft.subjects.truncate(4);
        for (number, (age, role, by)) in people.into_iter().enumerate() {
            let mut one = subject(&format!("p{number}"), SubjectRole::ALL[role], Party::Person(Person::of_age(age)));
            one.confirmation = by.map(|by| Confirmation { by: user(by), at: draft.suspicion_formed });
            draft.subjects.push(one);
        }
        let first = draft.payments.iter().map(|payment| payment.at).min().unwrap();
        if let Ok(report) = Str::new(draft) {
            // The day as far west as days are counted.
            let on = (first - model::Span::hours(12)).day_in("UTC").unwrap();
            for subject in &report.content().subjects {
                let Party::Person(person) = &subject.party else { continue };
                if person.age.minority(on).may_be_child() {
                    prop_assert_ne!(subject.role, SubjectRole::Suspect);
                    prop_assert_ne!(subject.confirmation.unwrap().by, report.content().author);
                }
            }
        }
    }
}
