//! What a report says, whatever format it came in.
//!
//! This is the content that is sealed as JSON; the immutable original is kept beside it. Fields are added, never
//! renamed, so that what was sealed years ago is still read. `Debug` shows shape only: counts and words of fixed
//! vocabularies, no text, no names, no places.

use std::{collections::BTreeSet, fmt};

use model::{CivilDate, Country, Instant};
use serde::{Deserialize, Serialize};

use crate::{RawIdentifier, ReportedFile, ReportedPerson};

words! {
    /// Who a report comes from.
    pub enum Source: "a source of reports" {
        /// Somebody in a community, church or family.
        Public = "public", "a member of the public";
        /// An electronic service provider.
        Platform = "platform", "a platform";
        /// Police or prosecutors, at home or abroad.
        LawEnforcement = "law_enforcement", "law enforcement";
        /// A bank, remitter or e-wallet.
        PaymentFirm = "payment_firm", "a payment firm";
        /// The financial intelligence unit.
        FinancialIntelligence = "financial_intelligence", "the financial intelligence unit";
        /// Another hotline.
        Hotline = "hotline", "a hotline";
        /// A helpline such as 1343.
        Helpline = "helpline", "a helpline";
        /// A school.
        School = "school", "a school";
        /// A barangay or its council for the protection of children.
        Barangay = "barangay", "a barangay";
        /// A physician, nurse or hospital.
        Health = "health", "a health worker";
        /// A lodging, internet café, mall, carrier or lessor.
        Establishment = "establishment", "an establishment";
        /// This installation's own screening or matching.
        OwnScreening = "own_screening", "our own screening";
    }
}

words! {
    /// The way a report came.
    pub enum Channel: "a channel" {
        /// The CyberTipline-compatible intake, or a file of that format.
        CyberTipline = "cybertipline", "CyberTipline";
        /// The programming interface.
        Api = "api", "API";
        /// The public form.
        WebForm = "web_form", "public form";
        /// A call.
        Phone = "phone", "phone call";
        /// A text message.
        Sms = "sms", "text message";
        /// A letter or an e-mail.
        Mail = "mail", "letter or e-mail";
        /// Somebody came.
        InPerson = "in_person", "in person";
        /// A file somebody imported.
        File = "file", "imported file";
        /// A signed package from another installation.
        Package = "package", "signed package";
        /// An alert that was escalated.
        Alert = "alert", "escalated alert";
    }
}

words! {
    /// What a report is about.
    pub enum IncidentKind: "a kind of incident" {
        /// Abuse is streamed live.
        LivestreamedAbuse = "livestreamed_abuse", "live-streamed abuse";
        /// A child is abused by somebody who is with them.
        ContactAbuse = "contact_abuse", "abuse of a child in person";
        /// A child is sold or offered.
        SexTrafficking = "sex_trafficking", "trafficking of a child";
        /// Somebody travels to abuse.
        ExploitationInTravel = "exploitation_in_travel", "exploitation in travel";
        /// A child is groomed or enticed online.
        Enticement = "enticement", "enticement of a child online";
        /// A child is extorted with images.
        SexualExtortion = "sexual_extortion", "sexual extortion";
        /// Material is held, made or passed on.
        Csam = "csam", "CSAM held, made or passed on";
        /// Obscene material is sent to a child.
        ObsceneMaterialToChild = "obscene_material_to_child", "obscene material sent to a child";
        /// A misleading domain name.
        MisleadingDomainName = "misleading_domain_name", "misleading domain name";
        /// Misleading words or images.
        MisleadingWords = "misleading_words", "misleading words or images";
        /// Something else, said in the narrative.
        Other = "other", "other";
    }
}

words! {
    /// What the reporter marked the whole report with. A mark that is absent was not made.
    pub enum ReportFlag: "a mark on a report" {
        /// A live stream is involved.
        LiveStreaming = "live_streaming", "live stream";
        /// Extortion with images.
        Sextortion = "sextortion", "sexual extortion";
        /// Material of a child is asked for.
        Solicitation = "solicitation", "solicitation of CSAM";
        /// Those involved all seem to be children.
        MinorToMinor = "minor_to_minor", "between minors";
        /// Sadistic exploitation online.
        SadisticExploitation = "sadistic_exploitation", "sadistic exploitation";
        /// Sent in bulk without regard to content.
        Spam = "spam", "spam";
    }
}

words! {
    /// How sure something is, in the words of whoever said it.
    pub enum Confidence: "a confidence" {
        /// A guess.
        Low = "low", "low";
        /// More likely than not.
        Medium = "medium", "medium";
        /// Confirmed, or close to it.
        High = "high", "high";
    }
}

/// A place.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// Province, state or region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// City or municipality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Anything nearer than the city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Location {
    /// True if it says more than the country: a place somebody could go to.
    pub fn is_place(&self) -> bool {
        [&self.region, &self.city, &self.address].into_iter().flatten().any(|part| !part.trim().is_empty())
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location(…, confidence {})", self.confidence)
    }
}

/// What happened, as told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What kind of thing.
    pub kind: IncidentKind,
    /// When, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// True if the reporter says that it is happening now, false if they say it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ongoing: Option<bool>,
    /// In the reporter's words: sensitive text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl fmt::Debug for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incident").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The number somebody else knows this report by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalReference {
    /// Who gave the number, such as `NCMEC`.
    pub issuer: String,
    /// The number.
    pub number: String,
}

/// A report.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Who it comes from.
    pub source: Source,
    /// The way it came.
    pub channel: Channel,
    /// When it reached this installation: the trigger of its clocks.
    pub received_at: Instant,
    /// What was told: sensitive text.
    #[serde(default)]
    pub narrative: String,
    /// The service it happened on, as named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// What happened, if that was told apart from the narrative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Incident>,
    /// The people it speaks of.
    #[serde(default)]
    pub people: Vec<ReportedPerson>,
    /// The files it speaks of.
    #[serde(default)]
    pub files: Vec<ReportedFile>,
    /// Identifiers tied to no person, such as the page.
    #[serde(default)]
    pub identifiers: Vec<RawIdentifier>,
    /// Where it happened, each with its confidence.
    #[serde(default)]
    pub locations: Vec<Location>,
    /// What it was marked with.
    #[serde(default)]
    pub flags: BTreeSet<ReportFlag>,
    /// Why the reporter asks for it to be read first, if they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<String>,
    /// What others call it.
    #[serde(default)]
    pub references: Vec<ExternalReference>,
}

impl Report {
    /// A report that says nothing yet.
    pub const fn new(source: Source, channel: Channel, received_at: Instant) -> Self {
        Self {
            source,
            channel,
            received_at,
            narrative: String::new(),
            platform: None,
            incident: None,
            people: Vec::new(),
            files: Vec::new(),
            identifiers: Vec::new(),
            locations: Vec::new(),
            flags: BTreeSet::new(),
            escalated: None,
            references: Vec::new(),
        }
    }

    /// The people with one part.
    pub fn people_as(&self, role: crate::PersonRole) -> impl Iterator<Item = &ReportedPerson> {
        self.people.iter().filter(move |person| person.role == role)
    }

    /// The day (UTC) at which ages count: that of the incident, or of receipt where it is not known.
    pub fn day_of_ages(&self) -> Option<CivilDate> {
        self.incident.as_ref().and_then(|incident| incident.at).unwrap_or(self.received_at).day_in("UTC")
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("source", &self.source)
            .field("channel", &self.channel)
            .field("received_at", &self.received_at)
            .field("incident", &self.incident)
            .field("people", &self.people)
            .field("files", &self.files)
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use model::IdentifierKind;

    use super::*;
    use crate::{
        Attestation, Attestor, Classification, FileAnnotation, FileHash, FileRelevance, PersonRole, Sex,
    };

    pub(crate) fn received() -> Instant {
        Instant::parse("2026-11-21T08:00:00+08:00").unwrap()
    }

    /// A report with every field filled, and the texts that must never show in `Debug`.
    fn full() -> (Report, Vec<&'static str>) {
        let mut report = Report::new(Source::Platform, Channel::CyberTipline, received());
        report.narrative = "Synthetic narrative secret".to_owned();
        report.platform = Some("Synthetic Chat".to_owned());
        report.incident = Some(Incident {
            kind: IncidentKind::LivestreamedAbuse,
            at: Some(received()),
            ongoing: Some(false),
            description: Some("Synthetic description secret".to_owned()),
        });
        let place = Location {
            country: Some(Country::PH),
            region: Some("Synthetic Region secret".to_owned()),
            city: Some("Synthetic City secret".to_owned()),
            address: Some("1 Synthetic Street secret".to_owned()),
            confidence: Confidence::High,
        };
        let mut child = ReportedPerson::new(PersonRole::Victim);
        child.names.push("Synthetic Child secret".to_owned());
        child.age = Some(11);
        child.birth_date = Some("2015-03".parse().unwrap());
        child.sex = Some(Sex::Female);
        child.nationality = Some(Country::PH);
        child.relationship = Some("Synthetic niece secret".to_owned());
        child.screen_names.push("synthetic_screen_secret".to_owned());
        child.services.push("Synthetic Service secret".to_owned());
        child.note = Some("Synthetic note secret".to_owned());
        child.locations.push(place.clone());
        child.identifiers.push(RawIdentifier {
            kind: IdentifierKind::Email,
            raw: "secret@example.com".to_owned(),
            observed_at: Some(received()),
        });
        report.people.push(child);
        report.files.push(ReportedFile {
            name: Some("synthetic-name-secret.jpg".to_owned()),
            hashes: vec![FileHash { algorithm: "md5".to_owned(), hex: "0f".repeat(16) }],
            viewed: Some(Attestation {
                viewed: true,
                by: Attestor::Person("Synthetic Analyst secret".to_owned()),
                at: Some(received()),
            }),
            exif_viewed: None,
            publicly_available: Some(false),
            relevance: Some(FileRelevance::Reported),
            classification: Some(Classification { taxonomy: "industry".to_owned(), code: "B1".to_owned() }),
            annotations: [FileAnnotation::LiveStreaming].into(),
        });
        report.identifiers.push(RawIdentifier {
            kind: IdentifierKind::Url,
            raw: "https://secret.example.com".to_owned(),
            observed_at: None,
        });
        report.locations.push(place);
        report.flags.insert(ReportFlag::LiveStreaming);
        report.escalated = Some("Synthetic escalation secret".to_owned());
        report.references.push(ExternalReference { issuer: "NCMEC".to_owned(), number: "100".to_owned() });
        (report, vec!["secret", "2015-03", "female", "Female", "PH", "11,", "0f0f"])
    }

    #[test]
    fn debug_shows_shape_and_no_personal_data() {
        let (report, secrets) = full();
        for shown in [format!("{report:?}"), format!("{report:#?}")] {
            for secret in &secrets {
                assert!(!shown.contains(secret), "{secret} in {shown}");
            }
            assert!(shown.contains("LivestreamedAbuse"));
        }
    }

    #[test]
    fn sealed_and_read_again_it_is_the_same() {
        let (report, _) = full();
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }

    #[test]
    fn a_report_sealed_with_few_fields_is_still_read() {
        let json = r#"{"source":"public","channel":"phone","received_at":"2026-11-21T00:00:00Z"}"#;
        assert_eq!(
            serde_json::from_str::<Report>(json).unwrap(),
            Report::new(Source::Public, Channel::Phone, received())
        );
    }

    #[test]
    fn ages_count_at_the_incident() {
        let (mut report, _) = full();
        report.incident.as_mut().unwrap().at = Some(Instant::parse("2020-01-02T00:00:00Z").unwrap());
        assert_eq!(report.day_of_ages().unwrap().to_string(), "2020-01-02");
        report.incident = None;
        assert_eq!(report.day_of_ages().unwrap().to_string(), "2026-11-21");
    }

    #[test]
    fn a_country_alone_is_no_place() {
        let mut location = Location {
            country: Some(Country::PH),
            region: None,
            city: Some(" ".to_owned()),
            address: None,
            confidence: Confidence::Low,
        };
        assert!(!location.is_place());
        location.city = Some("Synthetic City".to_owned());
        assert!(location.is_place());
    }
}
