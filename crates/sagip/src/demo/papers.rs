//! The documents of the worked example: two platforms' reports, a foreign agency's, what is said
//! about a file, a list of known hashes, and the remittances. None is enough alone.
//!
//! A composite that restages no real child's story. Every name, number and address is visibly
//! made up: telephone numbers and Internet addresses are from ranges reserved for examples.

use formats::cybertip::{
    AssociatedAccount, AssociatedAccountType, CaptureEvent, ChatImIncident, CountryCode, Date, DateTime,
    Document, Email, EstimatedLocation, FileAnnotations, FileDetails, FileHash, FileMarks, IncidentSummary,
    IncidentType, IndustryClassification, IntendedRecipient, InternetDetails, IpCaptureEvent, LawEnforcement,
    Person, PersonOrUserReported, Phone, Report, ReportAnnotations, Reporter, Token, Victim,
};
use model::{Instant, Span};

/// The account that the remittances go to, and the firm that holds it.
pub(super) const ACCOUNT: &str = "SYN-WALLET-0777";
pub(super) const FIRM: &str = "Synthetic Remit";
/// The telephone number both platforms know.
pub(super) const PHONE: &str = "+447700900777";
/// The buyer that a foreign agency knows already.
const BUYER: &str = "buyer.one@mail.example.com";
/// A known hash; the MD5 of nothing that exists.
pub(super) const KNOWN: &str = "5a6769700000000000000000deadbeef";

fn reporter(desk: &str) -> Reporter {
    Reporter::new(Person {
        first_name: Some("Synthetic".to_owned()),
        last_name: Some("Desk".to_owned()),
        email: vec![Email::new(format!("trust@{desk}.example.com"))],
        ..Person::default()
    })
}

fn ip(address: &str, at: Instant) -> IpCaptureEvent {
    IpCaptureEvent {
        event_name: Some(CaptureEvent::Login),
        date_time: Some(DateTime::from(at)),
        ..IpCaptureEvent::new(address.to_owned())
    }
}

fn named(first: &str, last: &str) -> Person {
    Person { first_name: Some(first.to_owned()), last_name: Some(last.to_owned()), ..Person::default() }
}

fn child(first: &str, age: i32) -> Victim {
    Victim {
        estimated_location: Some(EstimatedLocation {
            city: Some("Synthetic City".to_owned()),
            country_code: Some(CountryCode::PH),
            ..EstimatedLocation::default()
        }),
        ..Victim::new(Person { age: Some(age), ..named(first, "Halimbawa") })
    }
}

/// A platform's report: a stream, two sisters, and a telephone number.
pub(super) fn chat(now: Instant) -> Document {
    let at = now - Span::hours(5);
    let mut summary = IncidentSummary::new(IncidentType::Trafficking, DateTime::from(at));
    summary.platform = Some("Synthetic Chat".to_owned());
    summary.escalate_to_high_priority =
        Some("Synthetic: the account holder announced another stream for tonight.".to_owned());
    let aunt = PersonOrUserReported {
        person: Some(Person {
            phone: vec![Phone::new(PHONE.to_owned())],
            age: Some(43),
            ..named("Tita", "Halimbawa")
        }),
        esp_service: Some("Synthetic Chat".to_owned()),
        screen_name: Some("tita_synthetic".to_owned()),
        ip_capture_event: vec![ip("203.0.113.77", at)],
        estimated_location: Some(EstimatedLocation {
            city: Some("Synthetic City".to_owned()),
            country_code: Some(CountryCode::PH),
            ..EstimatedLocation::default()
        }),
        associated_account: vec![AssociatedAccount {
            esp_service: Some(FIRM.to_owned()),
            esp_identifier: Some(ACCOUNT.to_owned()),
            ..AssociatedAccount::new(AssociatedAccountType::Billing)
        }],
        ..PersonOrUserReported::default()
    };
    let buyer = IntendedRecipient {
        person: Some(Person {
            email: vec![Email::new(BUYER.to_owned())],
            age: Some(57),
            ..Person::default()
        }),
        esp_service: Some("Synthetic Chat".to_owned()),
        screen_name: Some("synthetic_buyer_one".to_owned()),
        ip_capture_event: vec![ip("198.51.100.21", at)],
        ..IntendedRecipient::default()
    };
    Document::Report(Report {
        internet_details: vec![InternetDetails::Chat(ChatImIncident {
            chat_client: Some("Synthetic Chat".to_owned()),
            additional_info: Some("Synthetic: what was written is held by the platform.".to_owned()),
            ..ChatImIncident::default()
        })],
        person_or_user_reported: vec![aunt],
        intended_recipient: vec![buyer],
        victim: vec![child("Synthetic-A", 9), child("Synthetic-B", 12)],
        additional_info: Some(
            "Synthetic report of the worked example. A live stream was paid for and directed from abroad."
                .to_owned(),
        ),
        ..Report::new(summary, reporter("chat"))
    })
}

/// Another platform's report: a buyer, a cousin, and the same telephone number.
pub(super) fn video(now: Instant) -> Document {
    let at = now - Span::hours(9);
    let mut summary = IncidentSummary::new(IncidentType::OnlineEnticement, DateTime::from(at));
    summary.platform = Some("Synthetic Video".to_owned());
    summary.report_annotations =
        Some(ReportAnnotations { csam_solicitation: true, ..ReportAnnotations::default() });
    let buyer = PersonOrUserReported {
        person: Some(Person {
            email: vec![Email::new("buyer.two@mail.example.com".to_owned())],
            age: Some(61),
            ..Person::default()
        }),
        esp_service: Some("Synthetic Video".to_owned()),
        screen_name: Some("synthetic_buyer_two".to_owned()),
        ip_capture_event: vec![ip("192.0.2.140", at)],
        ..PersonOrUserReported::default()
    };
    let aunt = IntendedRecipient {
        person: Some(Person {
            phone: vec![Phone::new("+44 7700 900777".to_owned())],
            age: Some(43),
            ..Person::default()
        }),
        esp_service: Some("Synthetic Video".to_owned()),
        screen_name: Some("halimbawa.tita".to_owned()),
        ..IntendedRecipient::default()
    };
    Document::Report(Report {
        person_or_user_reported: vec![buyer],
        intended_recipient: vec![aunt],
        victim: vec![child("Synthetic-C", 14)],
        additional_info: Some("Synthetic report of the worked example.".to_owned()),
        ..Report::new(summary, reporter("video"))
    })
}

/// A foreign agency knows one buyer already.
pub(super) fn abroad(now: Instant) -> Document {
    let at = now - Span::days(20);
    let summary = IncidentSummary::new(IncidentType::Tourism, DateTime::from(at));
    let buyer = PersonOrUserReported {
        person: Some(Person {
            email: vec![Email::new("Buyer.One@mail.example.com".to_owned())],
            date_of_birth: Date::parse("1969-04-02"),
            ..named("Synthetic", "Buyer-One")
        }),
        ..PersonOrUserReported::default()
    };
    Document::Report(Report {
        law_enforcement: Some(LawEnforcement {
            case_number: Some("SYN-4711".to_owned()),
            ..LawEnforcement::new("Synthetic Foreign Police".to_owned())
        }),
        person_or_user_reported: vec![buyer],
        additional_info: Some("Synthetic: known from an earlier matter abroad.".to_owned()),
        ..Report::new(summary, reporter("foreign"))
    })
}

/// What a platform says about a file whose hash is known.
pub(super) fn file() -> Document {
    let mut details = FileDetails::new(990_000_777, Token::new("00000000000000000000000000000777"));
    details.industry_classification = Some(IndustryClassification::A1);
    details.original_file_hash = vec![FileHash::new(KNOWN.to_owned(), "MD5".to_owned())];
    details.marks =
        Some(FileMarks::Annotations(FileAnnotations { live_streaming: true, ..FileAnnotations::default() }));
    Document::FileDetails(details)
}

/// A list of known hashes; none of them is the hash of anything.
pub(super) fn known_hashes() -> String {
    let mut csv = String::from("algorithm,hash,classification,taxonomy\n");
    csv.push_str(&format!("md5,{KNOWN},A1,industry\n"));
    for n in 0..40_u32 {
        csv.push_str(&format!("md5,{:032x},B2,industry\n", u128::from(n) * 0x0001_0001_0001_0001_0001_0001));
    }
    csv
}

/// Remittances from three buyers in three countries to one account, a little more than a day apart.
pub(super) fn remittances(now: Instant) -> String {
    let mut csv = String::from(
        "reference,at,amount,currency,sender_account,sender_institution,sender_name,sender_kind,sender_country,\
         receiver_account,receiver_institution,receiver_name,receiver_kind,receiver_country,purpose,channel\n",
    );
    let buyers = [("ONE", "AU"), ("TWO", "GB"), ("THREE", "US")];
    for (n, (buyer, country)) in buyers.iter().cycle().take(26).enumerate() {
        let at = now - Span::days(29) + Span::hours(26 * i64::try_from(n).unwrap_or(0));
        let pesos = 900 + 150 * (n % 20);
        csv.push_str(&format!(
            "SYN-DEMO-{n:03},{at},{pesos}.00,PHP,SYN-BUYER-{buyer},{FIRM},Synthetic Buyer {buyer},individual,{country},\
             {ACCOUNT},{FIRM},Tita Halimbawa,individual,PH,school fees,remittance\n",
        ));
    }
    csv
}
