use formats::cybertip::{
    self, AssociatedAccount, AssociatedAccountType, ChatImIncident, CountryCode, DateTime, DeviceId,
    Document, FileAnnotations, IncidentSummary, IpCaptureEvent, Person, PersonOrUserReported, Phone,
    ReportAnnotations, Reporter, Token, Victim,
};
use reports::{AccountUse, Fact, Facts, LinkSummary, MatchSummary, PersonRole};

use super::*;

fn at() -> Instant {
    Instant::parse("2026-11-21T08:00:00Z").unwrap()
}

fn document(kind: IncidentType, when: &str) -> cybertip::Report {
    cybertip::Report::new(
        IncidentSummary::new(kind, DateTime::parse(when).unwrap()),
        Reporter::new(Person::default()),
    )
}

fn details() -> FileDetails {
    FileDetails::new(900_000_001, Token::new("synthetic-file"))
}

#[test]
fn a_mark_of_extortion_is_nearer_than_enticement_and_a_time_without_zone_is_none() {
    let mut tip = document(IncidentType::OnlineEnticement, "2026-11-20T22:15:00+08:00");
    let plain = report(&tip, Source::Platform, at()).incident.unwrap();
    assert_eq!(plain.kind, IncidentKind::Enticement);
    assert_eq!(plain.at, Some(Instant::parse("2026-11-20T14:15:00Z").unwrap()));

    tip.incident_summary.report_annotations =
        Some(ReportAnnotations { sextortion: true, minor_to_minor_interaction: true, ..Default::default() });
    tip.incident_summary.incident_date_time = DateTime::parse("2026-11-20T22:15:00").unwrap();
    let marked = report(&tip, Source::Platform, at());
    assert!(marked.flags.iter().eq([&ReportFlag::Sextortion, &ReportFlag::MinorToMinor]));
    let incident = marked.incident.unwrap();
    assert_eq!((incident.kind, incident.at), (IncidentKind::SexualExtortion, None));
}

#[test]
fn people_keep_their_parts_and_what_reaches_them() {
    let mut tip = document(IncidentType::AbuseMaterial, "2026-11-20T22:15:00+08:00");
    let mut adult = PersonOrUserReported {
        esp_identifier: Some("u-4711".to_owned()),
        esp_service: Some("Synthetic Chat".to_owned()),
        screen_name: Some("synthetic_handle".to_owned()),
        prior_ct_reports: vec![900_000_000],
        estimated_location: Some(EstimatedLocation {
            verified: Some(true),
            country_code: Some(CountryCode::PH),
            city: Some("Synthetic City".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let mut number = Phone::new("900 555 0123".to_owned());
    number.country_calling_code = Some("+63".to_owned());
    adult.person = Some(Person {
        first_name: Some("Synthetic".to_owned()),
        last_name: Some("De la Sample".to_owned()),
        phone: vec![number],
        ..Default::default()
    });
    let mut seen = IpCaptureEvent::new("203.0.113.9".to_owned());
    seen.date_time = DateTime::parse("2026-11-20T10:00:00Z");
    adult.ip_capture_event = vec![seen];
    adult.device_id = vec![DeviceId::new("IMEI".to_owned(), "490154203237518".to_owned())];
    let mut billing = AssociatedAccount::new(AssociatedAccountType::Billing);
    billing.esp_identifier = Some("0099 1234".to_owned());
    billing.esp_service = Some("Synthetic Wallet".to_owned());
    adult.associated_account = vec![billing];
    tip.person_or_user_reported = vec![adult];
    tip.victim = vec![Victim::new(Person { age: Some(9), ..Default::default() })];

    let report = report(&tip, Source::Platform, at());
    let roles: Vec<PersonRole> = report.people.iter().map(|person| person.role).collect();
    let expected = [PersonRole::Reported, PersonRole::Associated, PersonRole::Victim, PersonRole::Reporter];
    assert_eq!(roles, expected);

    let reported = &report.people[0];
    assert_eq!(reported.names, ["De la Sample, Synthetic"]);
    assert_eq!(reported.screen_names, ["synthetic_handle"]);
    assert_eq!(reported.prior_reports, ["900000000"]);
    assert_eq!(reported.locations[0].confidence, Confidence::High);
    let raw: Vec<(IdentifierKind, &str)> =
        reported.identifiers.iter().map(|id| (id.kind, id.raw.as_str())).collect();
    assert_eq!(
        raw,
        [
            (IdentifierKind::Phone, "+63 900 555 0123"),
            (IdentifierKind::Handle, "u-4711@Synthetic Chat"),
            (IdentifierKind::Ip, "203.0.113.9"),
            (IdentifierKind::Device, "IMEI:490154203237518"),
        ]
    );
    assert!(reported.identifiers[2].observed_at.is_some());

    let billing = &report.people[1];
    assert_eq!(billing.account_use, Some(AccountUse::Billing));
    assert_eq!(billing.identifiers[0].kind, IdentifierKind::Account);
    let account = linking::normalise(
        IdentifierKind::Account,
        &billing.identifiers[0].raw,
        &linking::Defaults::default(),
    );
    assert_eq!(account.unwrap().value, "synthetic wallet:00991234");
    assert_eq!(report.people[2].age, Some(9));
}

#[test]
fn what_was_written_is_told_under_neutral_headings() {
    let mut tip = document(IncidentType::AbuseMaterial, "2026-11-20T22:15:00+08:00");
    tip.internet_details = vec![InternetDetails::Chat(ChatImIncident {
        chat_client: Some("Synthetic Chat".to_owned()),
        content: Some("synthetic text of a chat".to_owned()),
        ..Default::default()
    })];
    tip.additional_info = Some(" synthetic note ".to_owned());
    let report = report(&tip, Source::Platform, at());
    assert_eq!(
        report.narrative,
        "Chat\nProgram: Synthetic Chat\nsynthetic text of a chat\n\nNotes of the reporter\nsynthetic note"
    );
    assert_eq!(report.platform.as_deref(), Some("Synthetic Chat"));
}

#[test]
fn nobody_viewed_a_file_unless_the_document_says_so() {
    let mut silent = details();
    assert_eq!(file(&silent).viewed, None);
    silent.file_viewed_by_esp = Some(false);
    let stated = file(&silent).viewed.unwrap();
    assert_eq!((stated.viewed, stated.by), (false, Attestor::ReportingParty));
}

#[test]
fn hashes_are_kept_once_under_the_words_of_this_house() {
    let mut given = details();
    let md5 = "D41D8CD98F00B204E9800998ECF8427E";
    given.original_file_hash = vec![
        cybertip::FileHash::new(md5.to_owned(), "MD5".to_owned()),
        cybertip::FileHash::new(md5.to_lowercase(), "md5".to_owned()),
        cybertip::FileHash::new("not a hash".to_owned(), "SHA-1".to_owned()),
        cybertip::FileHash::new("1,2,3".to_owned(), "PhotoDNA".to_owned()),
    ];
    let hashes: Vec<(String, String)> =
        file(&given).hashes.into_iter().map(|hash| (hash.algorithm, hash.hex)).collect();
    let expected =
        [("md5", md5.to_lowercase()), ("sha1", "not a hash".to_owned()), ("PhotoDNA", "1,2,3".to_owned())];
    assert_eq!(hashes, expected.map(|(word, hex)| (word.to_owned(), hex)));
}

#[test]
fn the_old_single_mark_and_the_new_set_are_read() {
    let mut given = details();
    given.marks = Some(FileMarks::PotentialMeme(true));
    assert!(file(&given).annotations.iter().eq([&FileAnnotation::PotentialMeme]));
    given.marks = Some(FileMarks::PotentialMeme(false));
    assert!(file(&given).annotations.is_empty());
    given.marks = Some(FileMarks::Annotations(FileAnnotations {
        live_streaming: true,
        infant: true,
        ..Default::default()
    }));
    assert!(file(&given).annotations.iter().eq([&FileAnnotation::LiveStreaming, &FileAnnotation::Infant]));
}

#[test]
fn a_live_stream_marked_on_a_file_is_a_fact_of_the_report() {
    let mut given = details();
    given.marks =
        Some(FileMarks::Annotations(FileAnnotations { live_streaming: true, ..Default::default() }));
    let tip = document(IncidentType::AbuseMaterial, "2026-11-20T22:15:00+08:00");
    let mut report = report(&tip, Source::Platform, at());
    report.files.push(file(&given));
    let facts = Facts::of(&report, &LinkSummary::default(), &MatchSummary::default());
    assert!(facts.evidence(reports::Condition::Fact(Fact::LiveStreaming)).is_some());
}

/// Every text of the samples that names somebody's account or address reaches the report.
#[test]
fn the_samples_lose_no_way_to_reach_somebody() {
    let entropy = Counting(std::sync::atomic::AtomicU64::new(1));
    let mut read = 0;
    for (_, document) in cybertip::sample::documents(&entropy, 120, at()) {
        let Document::Report(tip) = document else { continue };
        read += 1;
        let report = report(&tip, Source::Platform, at());
        let kept = serde_json::to_string(&report).unwrap();
        let people = tip.person_or_user_reported.len()
            + tip.person_or_user_reported.iter().map(|user| user.associated_account.len()).sum::<usize>()
            + tip.intended_recipient.len()
            + tip.victim.iter().map(|victim| 1 + victim.associated_account.len()).sum::<usize>()
            + 1
            + usize::from(tip.reporter.contact_person.is_some());
        assert_eq!(report.people.len(), people);
        for user in &tip.person_or_user_reported {
            let named = user.screen_name.iter().chain(&user.profile_url).chain(&user.esp_identifier);
            let addresses = user.ip_capture_event.iter().map(|seen| &seen.ip_address);
            for text in named.chain(addresses) {
                assert!(kept.contains(serde_json::to_string(text.trim()).unwrap().trim_matches('"')));
            }
        }
    }
    assert!(read > 20);
}

struct Counting(std::sync::atomic::AtomicU64);

impl model::Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let n = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            *byte = (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56).to_le_bytes()[0];
        }
    }
}
