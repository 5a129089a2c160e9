//! Which facts a report has, and which it has not.

use super::*;
use crate::{Channel, Incident, Location, RawIdentifier, ReportedFile, report::tests::received};

fn report() -> Report {
    Report::new(Source::Platform, Channel::CyberTipline, received())
}

fn about(kind: IncidentKind, days_ago: i64) -> Report {
    let at = Some(received() - Span::days(days_ago));
    Report { incident: Some(Incident { kind, at, ongoing: None, description: None }), ..report() }
}

fn facts(report: &Report) -> Facts {
    Facts::of(report, &LinkSummary::default(), &MatchSummary::default())
}

fn file(marks: &[FileAnnotation]) -> ReportedFile {
    ReportedFile { annotations: marks.iter().copied().collect(), ..Default::default() }
}

fn aged(role: PersonRole, age: u16) -> ReportedPerson {
    ReportedPerson { age: Some(age), ..ReportedPerson::new(role) }
}

fn city() -> Location {
    Location {
        country: None,
        region: None,
        city: Some("Synthetic City".to_owned()),
        address: None,
        confidence: Confidence::Medium,
    }
}

#[test]
fn a_report_that_says_nothing_has_no_facts() {
    assert_eq!(facts(&report()), Facts::default());
}

#[test]
fn an_escalation_and_a_stream_under_way_mean_a_child_is_at_risk_now() {
    let mut escalated = report();
    escalated.escalated = Some("Synthetic reason".to_owned());
    let found = facts(&escalated);
    assert!(found.has(Fact::ChildAtRiskNow));
    assert!(found.held().all(|(_, evidence)| evidence == "The platform escalated this report."));

    let mut streamed = about(IncidentKind::Csam, 0);
    streamed.files.push(file(&[FileAnnotation::LiveStreaming]));
    assert!(!facts(&streamed).has(Fact::ChildAtRiskNow));
    streamed.incident.as_mut().unwrap().ongoing = Some(true);
    assert!(facts(&streamed).has(Fact::ChildAtRiskNow));
    streamed.files.clear();
    assert!(
        !facts(&streamed).has(Fact::ChildAtRiskNow),
        "material that is passed on endangers nobody at once"
    );
}

#[test]
fn days_are_counted_from_direct_harm_only() {
    assert_eq!(facts(&about(IncidentKind::ContactAbuse, 5)).value(Measure::HarmDays), Some(5));
    assert_eq!(facts(&about(IncidentKind::ContactAbuse, -1)).value(Measure::HarmDays), Some(0));
    assert_eq!(facts(&about(IncidentKind::Csam, 5)).value(Measure::HarmDays), None);
    let mut streamed = about(IncidentKind::Csam, 5);
    streamed.flags.insert(ReportFlag::LiveStreaming);
    assert_eq!(facts(&streamed).value(Measure::HarmDays), Some(5));
}

#[test]
fn a_person_is_known_by_who_and_where_together() {
    let mut report = report();
    let mut person = ReportedPerson::new(PersonRole::Reported);
    person.screen_names.push("synthetic_account".to_owned());
    report.people.push(person);
    assert!(!facts(&report).has(Fact::ReportedPersonKnown));
    report.locations.push(Location { confidence: Confidence::Low, ..city() });
    assert!(!facts(&report).has(Fact::ReportedPersonKnown));
    report.people[0].locations.push(city());
    assert!(facts(&report).has(Fact::ReportedPersonKnown));
}

#[test]
fn the_youngest_child_counts_and_an_adult_does_not() {
    let mut report = report();
    report.people = vec![
        aged(PersonRole::Victim, 30),
        aged(PersonRole::Victim, 15),
        aged(PersonRole::Victim, 9),
        aged(PersonRole::Reported, 4),
    ];
    assert_eq!(facts(&report).value(Measure::VictimAge), Some(9));
    report.people.truncate(1);
    assert_eq!(facts(&report).value(Measure::VictimAge), None);
}

#[test]
fn an_extorted_person_counts_as_a_child_unless_known_to_be_adult() {
    let mut report = about(IncidentKind::SexualExtortion, 1);
    assert!(facts(&report).has(Fact::ExtortedChild));
    report.people.push(aged(PersonRole::Victim, 40));
    assert!(!facts(&report).has(Fact::ExtortedChild));
    report.people.push(ReportedPerson::new(PersonRole::Victim));
    assert!(facts(&report).has(Fact::ExtortedChild));
}

#[test]
fn a_reported_person_under_eighteen_is_noticed() {
    let mut report = report();
    report.people.push(aged(PersonRole::Reported, 18));
    assert!(!facts(&report).has(Fact::ReportedPersonMayBeChild));
    report.people.push(aged(PersonRole::Reported, 17));
    assert!(facts(&report).has(Fact::ReportedPersonMayBeChild));
}

#[test]
fn new_material_needs_every_file_checked() {
    let mut report = report();
    report.files = vec![file(&[]), file(&[])];
    let found = |matches| Facts::of(&report, &LinkSummary::default(), &matches);
    let checked = MatchSummary { checked_files: 2, known_files: 0, abuse_files: 1 };
    assert!(found(checked).has(Fact::NewMaterial));
    assert!(!found(MatchSummary { checked_files: 1, ..checked }).has(Fact::NewMaterial));
    assert!(!found(MatchSummary { known_files: 1, ..checked }).has(Fact::NewMaterial));
    assert!(!found(MatchSummary { abuse_files: 0, ..checked }).has(Fact::ClassifiedMaterial));
}

#[test]
fn only_means_every_file_and_at_least_one() {
    let mut report = report();
    assert!(!facts(&report).has(Fact::PotentialMemeOnly));
    report.files.push(file(&[FileAnnotation::PotentialMeme]));
    assert!(facts(&report).has(Fact::PotentialMemeOnly));
    report.files.push(file(&[FileAnnotation::GenerativeAi]));
    let found = facts(&report);
    assert!(!found.has(Fact::PotentialMemeOnly) && !found.has(Fact::GenerativeAiOnly));
}

#[test]
fn money_is_seen_in_alerts_billing_accounts_and_wallets() {
    let links = LinkSummary { payment_alerts: 1, ..Default::default() };
    assert!(Facts::of(&report(), &links, &MatchSummary::default()).has(Fact::Commercial));
    let mut billed = report();
    billed.people.push(ReportedPerson {
        account_use: Some(AccountUse::Billing),
        ..ReportedPerson::new(PersonRole::Associated)
    });
    assert!(facts(&billed).has(Fact::Commercial));
    let mut named = report();
    named.identifiers.push(RawIdentifier {
        kind: IdentifierKind::Wallet,
        raw: "synthetic-wallet".to_owned(),
        observed_at: None,
    });
    assert!(facts(&named).has(Fact::Commercial));
}

#[test]
fn evidence_holds_no_personal_data() {
    let mut report = about(IncidentKind::SexualExtortion, 1);
    report.narrative = "Synthetic secret".to_owned();
    report.escalated = Some("Synthetic secret".to_owned());
    for role in PersonRole::ALL {
        let mut person = aged(*role, 14);
        person.names.push("Synthetic secret".to_owned());
        person.locations.push(Location { city: Some("Synthetic secret".to_owned()), ..city() });
        report.people.push(person);
    }
    let found = facts(&report);
    let mut sentences: Vec<String> = found.held().map(|(_, evidence)| evidence.to_owned()).collect();
    sentences.extend(found.evidence(crate::Condition::Measure(Measure::VictimAge, 18)));
    assert!(sentences.len() > 6, "{sentences:?}");
    for sentence in sentences {
        assert!(!sentence.contains("secret") && !sentence.contains("14"), "{sentence}");
        assert!(sentence.ends_with('.') && !sentence.contains("suspect"), "{sentence}");
    }
}
