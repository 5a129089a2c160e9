//! From a CyberTipline document to a report. Where a report has no place for something, the typed
//! document keeps it; nothing is made up that the document does not say.
//!
//! Schema: `formats::cybertip`. A time without a zone is no moment and stays in the document.

mod people;

use formats::cybertip::{
    Address, EstimatedLocation, FileDetails, FileMarks, FileRelevance as Relevance, IncidentType,
    InternetDetails, MetadataType,
};
use model::{IdentifierKind, Instant};
use reports::{
    Attestation, Attestor, Channel, Classification, Confidence, ExternalReference, FileAnnotation, FileHash,
    FileRelevance, Incident, IncidentKind, Location, RawIdentifier, Report, ReportFlag, ReportedFile, Source,
};

use people::{internet_address, phone};

/// The taxonomy of `industryClassification`.
const TAXONOMY: &str = "industry";

/// The report a document tells of.
pub(crate) fn report(document: &formats::cybertip::Report, source: Source, received_at: Instant) -> Report {
    let summary = &document.incident_summary;
    let flags: Vec<ReportFlag> = summary
        .report_annotations
        .map(|marks| {
            let all = [
                (marks.sextortion, ReportFlag::Sextortion),
                (marks.csam_solicitation, ReportFlag::Solicitation),
                (marks.minor_to_minor_interaction, ReportFlag::MinorToMinor),
                (marks.sadistic_online_exploitation, ReportFlag::SadisticExploitation),
                (marks.spam, ReportFlag::Spam),
            ];
            all.into_iter().filter(|(made, _)| *made).map(|(_, flag)| flag).collect()
        })
        .unwrap_or_default();
    let mut report = Report::new(source, Channel::CyberTipline, received_at);
    report.flags.extend(flags);
    report.incident = Some(Incident {
        kind: incident_kind(summary.incident_type, report.flags.contains(&ReportFlag::Sextortion)),
        at: summary.incident_date_time.instant(),
        ongoing: None,
        description: told(summary.incident_date_time_description.as_ref()),
    });
    report.escalated = told(summary.escalate_to_high_priority.as_ref());
    report.platform = told(summary.platform.as_ref());
    let mut sections = Vec::new();
    for details in &document.internet_details {
        place(&mut report, &mut sections, details);
    }
    sections.extend(section("Notes of the reporter", &[("", document.additional_info.as_ref())]));
    report.narrative = sections.join("\n\n");
    people::add(&mut report, document);
    if let Some(police) = &document.law_enforcement
        && let Some(number) = told(police.case_number.as_ref())
    {
        report.references.push(ExternalReference { issuer: police.agency_name.trim().to_owned(), number });
    }
    report
}

/// What a document says about one file.
pub(crate) fn file(details: &FileDetails) -> ReportedFile {
    let stated = |viewed| Attestation { viewed, by: Attestor::ReportingParty, at: None };
    let mut file = ReportedFile {
        name: told(details.original_file_name.as_ref()).or_else(|| told(details.file_name.as_ref())),
        hashes: Vec::new(),
        viewed: details.file_viewed_by_esp.map(stated),
        exif_viewed: details.exif_viewed_by_esp.map(stated),
        publicly_available: details.publicly_available,
        relevance: details.file_relevance.map(|relevance| match relevance {
            Relevance::Reported => FileRelevance::Reported,
            Relevance::Supplemental => FileRelevance::Supplemental,
        }),
        classification: details
            .industry_classification
            .map(|class| Classification { taxonomy: TAXONOMY.to_owned(), code: class.as_str().to_owned() }),
        annotations: details.marks.as_ref().map(annotations).unwrap_or_default().into_iter().collect(),
    };
    let mut add = |hash: FileHash| {
        if !hash.hex.is_empty() && !file.hashes.contains(&hash) {
            file.hashes.push(hash);
        }
    };
    for given in &details.original_file_hash {
        add(hash(&given.hash_type, &given.value));
    }
    let listed = details.details.iter().filter(|metadata| metadata.kind == Some(MetadataType::Hash));
    for pair in listed.flat_map(|metadata| &metadata.name_value_pair) {
        if pair.name.parse::<matching::Algorithm>().is_ok() {
            add(hash(&pair.name, &pair.value));
        }
    }
    file
}

/// The number NCMEC knows a report by.
pub(crate) fn reference(number: i64) -> ExternalReference {
    ExternalReference { issuer: "NCMEC CyberTipline".to_owned(), number: number.to_string() }
}

/// Extortion is told as enticement with a mark; the mark is the nearer word.
const fn incident_kind(given: IncidentType, sextortion: bool) -> IncidentKind {
    match given {
        IncidentType::AbuseMaterial => IncidentKind::Csam,
        IncidentType::Trafficking => IncidentKind::SexTrafficking,
        IncidentType::Tourism => IncidentKind::ExploitationInTravel,
        IncidentType::Molestation => IncidentKind::ContactAbuse,
        IncidentType::MisleadingDomainName => IncidentKind::MisleadingDomainName,
        IncidentType::MisleadingWordsOrImages => IncidentKind::MisleadingWords,
        IncidentType::OnlineEnticement if sextortion => IncidentKind::SexualExtortion,
        IncidentType::OnlineEnticement => IncidentKind::Enticement,
        IncidentType::UnsolicitedMaterialSent => IncidentKind::ObsceneMaterialToChild,
    }
}

/// Where it happened: text for the narrative, what names something as identifiers.
fn place(report: &mut Report, sections: &mut Vec<String>, details: &InternetDetails) {
    let add = |report: &mut Report, kind, raw: &str| {
        report.identifiers.push(RawIdentifier { kind, raw: raw.trim().to_owned(), observed_at: None });
    };
    let (heading, lines) = match details {
        InternetDetails::WebPage(page) => {
            page.url.iter().for_each(|url| add(report, IdentifierKind::Url, url));
            ("Web page", vec![("", page.additional_info.as_ref())])
        }
        InternetDetails::Email(mail) => {
            mail.email_address.iter().for_each(|email| add(report, IdentifierKind::Email, &email.value));
            ("E-mail", vec![("", mail.content.as_ref()), ("Notes", mail.additional_info.as_ref())])
        }
        InternetDetails::Newsgroup(group) => {
            group.email_address.iter().for_each(|email| add(report, IdentifierKind::Email, &email.value));
            let lines = vec![
                ("Name", group.name.as_ref()),
                ("", group.content.as_ref()),
                ("Notes", group.additional_info.as_ref()),
            ];
            ("Newsgroup", lines)
        }
        InternetDetails::Chat(chat) => {
            named_on(report, chat.chat_client.as_ref());
            let lines = vec![
                ("Program", chat.chat_client.as_ref()),
                ("Room", chat.chat_room_name.as_ref()),
                ("", chat.content.as_ref()),
                ("Notes", chat.additional_info.as_ref()),
            ];
            ("Chat", lines)
        }
        InternetDetails::OnlineGaming(game) => {
            named_on(report, game.game_name.as_ref());
            let lines = vec![
                ("Game", game.game_name.as_ref()),
                ("Console", game.console.as_ref()),
                ("", game.content.as_ref()),
                ("Notes", game.additional_info.as_ref()),
            ];
            ("Online game", lines)
        }
        InternetDetails::CellPhone(cell) => {
            report.identifiers.extend(cell.phone_number.as_ref().map(phone));
            if let (Some(north), Some(east)) = (&cell.latitude, &cell.longitude) {
                let address = format!("latitude {north}, longitude {east}");
                report.locations.push(location(Confidence::Medium, None, None, None, Some(address)));
            }
            ("Mobile phone", vec![("", cell.additional_info.as_ref())])
        }
        InternetDetails::NonInternet(site) => {
            report.locations.extend(site.incident_address.iter().filter_map(address));
            let lines = vec![("Place", site.location_name.as_ref()), ("", site.additional_info.as_ref())];
            ("Not on the Internet", lines)
        }
        InternetDetails::PeerToPeer(peers) => {
            named_on(report, peers.client.as_ref());
            report.identifiers.extend(peers.ip_capture_event.iter().map(internet_address));
            let lines = vec![
                ("Program", peers.client.as_ref()),
                ("File names", peers.file_names.as_ref()),
                ("Notes", peers.additional_info.as_ref()),
            ];
            ("Peer-to-peer network", lines)
        }
    };
    sections.extend(section(heading, &lines));
}

/// The program or game is the service it happened on where the summary names none.
fn named_on(report: &mut Report, name: Option<&String>) {
    if report.platform.is_none() {
        report.platform = told(name);
    }
}

/// A heading with what is told under it; nothing if nothing is.
fn section(heading: &str, lines: &[(&str, Option<&String>)]) -> Option<String> {
    let told: Vec<String> = lines.iter().filter_map(|(label, text)| line(label, *text)).collect();
    (!told.is_empty()).then(|| format!("{heading}\n{}", told.join("\n")))
}

/// A text with its label; nothing if it is blank.
fn line(label: &str, text: Option<&String>) -> Option<String> {
    let text = told(text)?;
    Some(if label.is_empty() { text } else { format!("{label}: {text}") })
}

/// A text that says something, without space around it.
fn told(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Where the reporter believes somebody is. A country alone is a place too.
fn estimated(given: &EstimatedLocation) -> Option<Location> {
    let confidence = if given.verified == Some(true) { Confidence::High } else { Confidence::Medium };
    let country = given.country_code.and_then(|code| code.country());
    let place = location(confidence, country, told(given.region.as_ref()), told(given.city.as_ref()), None);
    (place.country.is_some() || place.is_place()).then_some(place)
}

/// A postal address.
fn address(given: &Address) -> Option<Location> {
    let country = given.country.and_then(|code| code.country());
    let state = given.state.map(|state| state.as_str().to_owned()).filter(|state| !state.is_empty());
    let street: Vec<String> =
        [told(given.address.as_ref()), told(given.zip_code.as_ref())].into_iter().flatten().collect();
    let place = location(
        Confidence::High,
        country,
        told(given.non_usa_state.as_ref()).or(state),
        told(given.city.as_ref()),
        (!street.is_empty()).then(|| street.join(", ")),
    );
    (place.country.is_some() || place.is_place()).then_some(place)
}

const fn location(
    confidence: Confidence,
    country: Option<model::Country>,
    region: Option<String>,
    city: Option<String>,
    address: Option<String>,
) -> Location {
    Location { country, region, city, address, confidence }
}

/// A hash under the word its algorithm has here, or under the word that was given.
fn hash(algorithm: &str, value: &str) -> FileHash {
    match algorithm.parse::<matching::Algorithm>() {
        Ok(known) => FileHash {
            algorithm: known.as_str().to_owned(),
            hex: matching::FileHash::parse(known, value)
                .map_or_else(|_| value.trim().to_owned(), |hash| hash.to_string()),
        },
        Err(_) => FileHash { algorithm: algorithm.trim().to_owned(), hex: value.trim().to_owned() },
    }
}

fn annotations(marks: &FileMarks) -> Vec<FileAnnotation> {
    let marks = match marks {
        FileMarks::PotentialMeme(true) => return vec![FileAnnotation::PotentialMeme],
        FileMarks::PotentialMeme(false) => return Vec::new(),
        FileMarks::Annotations(marks) => marks,
    };
    let all = [
        (marks.anime_drawing_virtual_hentai, FileAnnotation::AnimeDrawing),
        (marks.potential_meme, FileAnnotation::PotentialMeme),
        (marks.viral, FileAnnotation::Viral),
        (marks.possible_self_production, FileAnnotation::PossibleSelfProduction),
        (marks.physical_harm, FileAnnotation::PhysicalHarm),
        (marks.violence_gore, FileAnnotation::ViolenceGore),
        (marks.bestiality, FileAnnotation::Bestiality),
        (marks.live_streaming, FileAnnotation::LiveStreaming),
        (marks.infant, FileAnnotation::Infant),
        (marks.generative_ai, FileAnnotation::GenerativeAi),
    ];
    all.into_iter().filter(|(made, _)| *made).map(|(_, mark)| mark).collect()
}

#[cfg(test)]
mod tests;
