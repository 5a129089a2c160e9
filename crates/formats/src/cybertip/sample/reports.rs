//! Synthetic reports.

use super::{
    accounts::{recipient, reported, service, victim},
    cast::{Character, Part},
    dice::Dice,
};
use crate::cybertip::{
    Address, AddressType, BatchedReport, BatchedReportReason, CellPhoneIncident, ChatImIncident,
    ContactPerson, CountryCode, Degrees, Email, EmailIncident, IncidentSummary, IncidentType,
    InternetDetails, LawEnforcement, NewsgroupIncident, NonInternetIncident, OnlineGamingIncident,
    PeerToPeerIncident, Person, PersonOrUserReported, Report, ReportAnnotations, Reporter,
    ServedLegalProcessInternational, StateCode, WebPageIncident,
};

const NARRATIVES: [&str; 5] = [
    "Synthetic report. A live stream was arranged in advance; see the accounts named below.",
    "Synthetic report. Payments & messages between the accounts named below point to one household.",
    "Synthetic report. Gawa-gawang ulat para sa pagsubok.\nPangalawang linya.",
    "Synthetic report. Himo-himo nga report alang sa pagsulay.",
    "Synthetic report.\tFields <as given> by the user; nothing was added.",
];

/// A report of one incident.
pub(super) fn report(number: usize, dice: &mut Dice<'_>) -> Report {
    // Two in three are on a network known from other reports; the more reports, the more networks.
    let known = dice.percent(65);
    let network = if known { dice.below(3 + number / 10) } else { 10_000 + number };
    let facilitator = Character { part: Part::Facilitator, number: network };
    let buyer = Character { part: Part::Buyer, number: network * 2 + dice.below(2) };
    let children = (0..=network % 3).map(|nth| Character { part: Part::Child, number: network * 3 + nth });
    let (user, other) = if dice.percent(60) { (buyer, facilitator) } else { (facilitator, buyer) };

    let user_reported = reported(user, dice);
    let mails = user_reported.person.as_ref().map(|person| person.email.clone()).unwrap_or_default();
    let mut details = vec![where_it_happened(number, user, mails, dice)];
    if dice.percent(20) {
        details.push(web_page(user, dice));
    }
    let with_children = dice.percent(70) || dice.complete;
    Report {
        internet_details: details,
        law_enforcement: dice.maybe(law_enforcement),
        person_or_user_reported: vec![user_reported],
        intended_recipient: dice.several(1, |dice| recipient(other, dice)),
        victim: children.filter(|_| with_children).map(|child| victim(child, dice)).collect(),
        additional_info: Some(dice.pick(&NARRATIVES)),
        ..Report::new(summary(number, dice), reporter(number, dice))
    }
}

/// A batch: many users who passed on one file, of each nothing but the id.
pub(super) fn batch(number: usize, dice: &mut Dice<'_>) -> Report {
    let users = 2 + dice.below(20);
    let user = |nth| PersonOrUserReported {
        esp_identifier: Some(format!("SYN-BATCH-{number:06}-{nth:03}")),
        ..PersonOrUserReported::default()
    };
    let summary = IncidentSummary::new(IncidentType::AbuseMaterial, dice.past(200));
    Report {
        batched_report: Some(BatchedReport::new(BatchedReportReason::ViralPotentialMeme)),
        person_or_user_reported: (0..users).map(user).collect(),
        ..Report::new(summary, reporter(number, dice))
    }
}

fn summary(number: usize, dice: &mut Dice<'_>) -> IncidentSummary {
    const USUAL: [IncidentType; 3] =
        [IncidentType::AbuseMaterial, IncidentType::Trafficking, IncidentType::OnlineEnticement];
    let usual = USUAL.get(dice.below(3)).copied().filter(|_| number >= 10 && dice.percent(90));
    let kind = usual.or_else(|| dice.next(IncidentType::ALL)).unwrap_or(IncidentType::AbuseMaterial);
    let every = dice.complete && number < 8;
    let mut mark = |chance| every || dice.percent(chance);
    let marks = ReportAnnotations {
        sextortion: mark(15),
        csam_solicitation: mark(20),
        minor_to_minor_interaction: mark(4),
        spam: mark(2),
        sadistic_online_exploitation: mark(3),
    };
    let at_risk = "Synthetic report: the reporter believes that a child is at risk now.";
    IncidentSummary {
        platform: dice.maybe(service),
        escalate_to_high_priority: (every || dice.percent(12)).then(|| at_risk.to_owned()),
        report_annotations: (marks != ReportAnnotations::default()).then_some(marks),
        incident_date_time_description: dice.maybe(|_| "Synthetic: time of the upload.".to_owned()),
        ..IncidentSummary::new(kind, dice.past(200))
    }
}

/// Each kind of place in its turn.
fn where_it_happened(
    number: usize,
    user: Character,
    mails: Vec<Email>,
    dice: &mut Dice<'_>,
) -> InternetDetails {
    let content = Some("Synthetic content, left out.".to_owned());
    let additional_info = Some("Synthetic note on the incident.".to_owned());
    match number % 8 {
        0 => web_page(user, dice),
        1 => InternetDetails::Email(EmailIncident { email_address: mails, content, additional_info }),
        2 => InternetDetails::Newsgroup(NewsgroupIncident {
            name: Some("synthetic.test.group".to_owned()),
            email_address: mails,
            content,
            additional_info,
        }),
        3 => InternetDetails::Chat(ChatImIncident {
            chat_client: Some("Synthetic Chat".to_owned()),
            chat_room_name: Some("synthetic-room".to_owned()),
            content,
            additional_info,
        }),
        4 => InternetDetails::OnlineGaming(OnlineGamingIncident {
            game_name: Some("Synthetic Game".to_owned()),
            console: Some("Synthetic Console".to_owned()),
            content,
            additional_info,
        }),
        5 => InternetDetails::CellPhone(CellPhoneIncident {
            phone_number: Some(user.phone(dice)),
            latitude: Degrees::parse(&format!("10.3{:02}", dice.below(100))),
            longitude: Degrees::parse(&format!("123.8{:02}", dice.below(100))),
            additional_info,
        }),
        6 => InternetDetails::NonInternet(NonInternetIncident {
            location_name: Some("Synthetic guest house".to_owned()),
            incident_address: if number < 16 { journey(number / 8) } else { vec![user.address(dice)] },
            additional_info,
        }),
        _ => InternetDetails::PeerToPeer(PeerToPeerIncident {
            client: Some("Synthetic Share".to_owned()),
            ip_capture_event: vec![user.ip(dice)],
            file_names: Some("synthetic-a.bin, synthetic-b.bin".to_owned()),
            additional_info,
        }),
    }
}

fn web_page(user: Character, dice: &mut Dice<'_>) -> InternetDetails {
    InternetDetails::WebPage(WebPageIncident {
        third_party_hosted_content: Some(dice.percent(20)),
        url: vec![user.profile_url(), "https://video.example.com/v/synthetic?id=1&t=2".to_owned()],
        additional_info: Some("Synthetic note on the page.".to_owned()),
    })
}

/// A record of travel: every other country and state the schema knows, so that two such reports
/// name them all.
fn journey(half: usize) -> Vec<Address> {
    let mut states = StateCode::all().skip(half).step_by(2);
    let stop = |country: CountryCode| Address {
        kind: Some(AddressType::Home),
        city: Some("Synthetic stop".to_owned()),
        state: states.next(),
        country: Some(country),
        ..Address::default()
    };
    CountryCode::all().skip(half).step_by(2).map(stop).collect()
}

fn law_enforcement(dice: &mut Dice<'_>) -> LawEnforcement {
    let officer = Character { part: Part::Reporter, number: 500 + dice.below(9) };
    let flea_country = CountryCode::PH;
    LawEnforcement {
        case_number: dice.maybe(|dice| format!("SYN-{:05}", dice.below(100_000))),
        officer_contact: dice.maybe(|dice| contact(officer, dice)),
        reported_to_le: dice.maybe(|dice| dice.percent(70)),
        served_legal_process_domestic: dice.maybe(|dice| dice.percent(20)),
        served_legal_process_international: dice.maybe(|dice| ServedLegalProcessInternational {
            flea_country: Some(flea_country),
            ..ServedLegalProcessInternational::new(dice.percent(30))
        }),
        ..LawEnforcement::new("Synthetic Police Women and Children Desk".to_owned())
    }
}

fn reporter(number: usize, dice: &mut Dice<'_>) -> Reporter {
    let analyst = Character { part: Part::Reporter, number: number % 7 };
    let (first_name, last_name) = analyst.names();
    let reporting = Person {
        first_name: Some(first_name),
        last_name: Some(last_name),
        email: vec![analyst.email(dice)],
        ..Person::default()
    };
    Reporter {
        contact_person: dice.maybe(|dice| contact(Character { number: 400, ..analyst }, dice)),
        company_template: dice.maybe(|_| "Synthetic Company Inc. Made up for testing.".to_owned()),
        terms_of_service: dice.maybe(|_| "Synthetic terms, section 1.".to_owned()),
        legal_url: dice.maybe(|_| "https://www.example.com/legal".to_owned()),
        ..Reporter::new(reporting)
    }
}

fn contact(who: Character, dice: &mut Dice<'_>) -> ContactPerson {
    let (first, last) = who.names();
    ContactPerson {
        first_name: Some(first),
        last_name: Some(last),
        phone: vec![who.phone(dice)],
        email: vec![who.email(dice)],
        address: vec![who.address(dice)],
    }
}
