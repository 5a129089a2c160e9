//! FinCEN: every batch is valid by the schema and marked OCSE; victims are no subjects.

use filings::{Account, AccountState, Gaps, Official, Standing, Str, SubjectRole, render};

use super::support::{FINCEN, account, conformance, draft, profile, report, valid_by_xmllint};

#[test]
fn a_batch_is_filable_and_valid() {
    let Some(schema) = conformance(FINCEN) else { return };
    let profile = profile("fincen-sar-2.0");
    let official = Official::load(&profile, &std::fs::read(&schema).unwrap()).unwrap();
    let mut amended = draft("USD");
    amended.replaces = Some("31000000000000".to_owned());
    let mut nobody = draft("USD");
    nobody.subjects.iter_mut().for_each(|subject| {
        if subject.role == SubjectRole::Suspect {
            subject.role = SubjectRole::Other;
        }
    });
    let mut closed = draft("USD");
    closed.payments[0].sender.account = Some(Account { state: Some(AccountState::Closed), ..account() });
    closed.payments[1].sender.account = Some(Account { number: "SYN-ACC-2".to_owned(), ..account() });
    let mut without = draft("USD");
    without.payments.clear();
    let mut files = Vec::new();
    for draft in [draft("USD"), amended, nobody, closed, without] {
        let rendered = render(&Str::new(draft).unwrap(), &profile, Some(&official)).unwrap();
        assert_eq!(rendered.standing, Standing::Filable { official: official.digest() });
        files.push(rendered.bytes);
    }
    assert_eq!(valid_by_xmllint(&schema, &files).len(), files.len());
}

#[test]
fn it_is_marked_as_exploitation_of_children_and_tells_of_suspects_alone() {
    let rendered = render(&report("USD"), &profile("fincen-sar-2.0"), None).unwrap();
    let text = String::from_utf8(rendered.bytes).unwrap();
    for wanted in [
        "<fc2:FilingInstitutionNotetoFinCEN>OCSE-FIN-2021-NTC3</",
        "<fc2:OtherSuspiciousActivityTypeText>OCSE</",
        "<fc2:SuspiciousActivitySubtypeID>9999</",
        "<fc2:SuspiciousActivityTypeID>9</",
        "<fc2:ActivityNarrativeText>OCSE-FIN-2021-NTC3 Many small payments",
        // Three payments of 33.01, the sum rounded up.
        "TotalAmount=\"100\"",
        "<fc2:TotalSuspiciousAmountText>100</",
        "PartyCount=\"2\"",
        "<fc2:IndividualBirthDateText>19850000</",
        "<fc2:AccountNumberText>SYN-ACC-1</",
        "<fc2:NonUSFinancialInstitutionIndicator>Y</",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert_eq!(text.matches("<fc2:ActivityPartyTypeCode>33<").count(), 2);
    assert_eq!(text.matches("<fc2:NoKnownAccountInvolvedIndicator>Y<").count(), 1, "the buyer has none");
    assert!(!text.contains("Child<"), "a victim is no subject");
    assert_eq!(text.matches("<fc2:ActivityNarrativeSequenceNumber>").count(), 4);
}

#[test]
fn another_currency_and_too_long_a_narrative_are_told() {
    let gaps =
        |draft| -> Gaps { render(&Str::new(draft).unwrap(), &profile("fincen-sar-2.0"), None).unwrap_err() };
    assert!(gaps(draft("PHP")).to_string().contains("it counts in PHP, the unit in USD"));
    let mut long = draft("USD");
    long.reason = "synthetic ".repeat(2_000);
    assert!(gaps(long).to_string().contains("shorten it to 17000"));
    let mut bare = draft("USD");
    bare.reporter.fincen = None;
    assert!(gaps(bare).to_string().contains("transmitter control code"));
}
