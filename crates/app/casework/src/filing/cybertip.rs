//! A CyberTipline report from what the reports of a case say.
//!
//! Where a report came as a CyberTipline document, its typed values are taken over; where it did
//! not, they are made from its content. Sensitive text – narratives, chat logs, file names, notes –
//! stays in the house: what is left out is listed with the draft, and whoever drafts can write a
//! statement for the receiver. Nothing is claimed that nobody attested.

use app_kernel::Error;
use formats::cybertip::{
    DateTime, Email, FileDetails, IncidentSummary, IncidentType, InternetDetails, Person, Phone, Report,
    ReportAnnotations, Reporter, WebPageIncident,
};
use model::{Id, IdentifierKind, Instant, kinds};
use reports::{IncidentKind, ReportFlag};
use serde::{Deserialize, Serialize};

use super::{accounts, files, sources::Source};

/// What whoever drafts can choose; without a choice it is what the reports say.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CybertipChoices {
    /// The reports of the case that are filed; all without any.
    pub reports: Vec<Id<kinds::Report>>,
    /// What kind of incident is reported.
    pub incident: Option<IncidentKind>,
    /// When it happened.
    pub incident_at: Option<Instant>,
    /// What the receiver is told in words, written for them.
    pub statement: Option<String>,
}

/// Who files.
#[derive(Clone)]
pub(crate) struct Filer {
    /// The organisation.
    pub(crate) organisation: String,
    /// The address the receiver answers to.
    pub(crate) email: String,
    /// The person's name.
    pub(crate) name: Option<String>,
    /// A phone number.
    pub(crate) phone: Option<String>,
}

/// A report with its files, and what was left out of them.
pub(crate) struct Built {
    pub(crate) report: Report,
    pub(crate) files: Vec<FileDetails>,
    pub(crate) left_out: Vec<String>,
}

/// Builds the report.
pub(crate) fn build(sources: &[Source], filer: &Filer, choices: &CybertipChoices) -> Result<Built, Error> {
    let mut left_out: Vec<String> = sources.iter().flat_map(|source| source.left_out.clone()).collect();
    let (files, about_files) = files::of(sources, &mut left_out);
    let mut report = Report::new(summary(sources, choices)?, reporter(filer));
    for source in sources {
        if let Some(typed) = &source.typed {
            extend(&mut report.internet_details, &typed.internet_details);
            extend(&mut report.person_or_user_reported, &typed.person_or_user_reported);
            extend(&mut report.intended_recipient, &typed.intended_recipient);
            extend(&mut report.victim, &typed.victim);
            report.law_enforcement = report.law_enforcement.or_else(|| typed.law_enforcement.clone());
        } else {
            extend(&mut report.internet_details, &pages(&source.content));
            extend(&mut report.person_or_user_reported, &accounts::reported(&source.content));
            extend(&mut report.intended_recipient, &accounts::recipients(&source.content));
            extend(&mut report.victim, &accounts::victims(&source.content));
        }
    }
    report.additional_info = Some(notes(sources, choices, &about_files));
    Ok(Built { report, files, left_out })
}

/// Adds what is not there yet.
fn extend<T: Clone + PartialEq>(all: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
}

fn reporter(filer: &Filer) -> Reporter {
    let (first_name, last_name) = filer.name.as_deref().map_or((None, None), accounts::names);
    let person = Person {
        first_name,
        last_name,
        email: vec![Email::new(filer.email.clone())],
        phone: filer.phone.iter().cloned().map(Phone::new).collect(),
        ..Person::default()
    };
    Reporter { company_template: Some(filer.organisation.clone()), ..Reporter::new(person) }
}

/// What is reported: by choice, else as the most urgent report that says it has it.
fn summary(sources: &[Source], choices: &CybertipChoices) -> Result<IncidentSummary, Error> {
    let typed = sources.iter().find_map(|source| source.typed.as_ref()).map(|typed| &typed.incident_summary);
    let told = sources.iter().find_map(|source| source.content.incident.as_ref());
    let kind = choices
        .incident
        .and_then(incident_type)
        .or_else(|| typed.map(|summary| summary.incident_type))
        .or_else(|| told.and_then(|incident| incident_type(incident.kind)))
        .or_else(|| sources.iter().find_map(|source| by_mark(&source.content)))
        .ok_or_else(|| {
            Error::invalid(
                "incident",
                "incident_kind_missing",
                "No report of the case says what kind of incident it is.",
                "Choose the kind of incident to be reported.",
            )
        })?;
    let at = choices
        .incident_at
        .map(DateTime::from)
        .or_else(|| typed.map(|summary| summary.incident_date_time.clone()))
        .or_else(|| told.and_then(|incident| incident.at).map(DateTime::from));
    let described = typed.and_then(|summary| summary.incident_date_time_description.clone());
    let (at, description) = match (at, sources.first()) {
        (Some(at), _) => (at, described.filter(|_| choices.incident_at.is_none())),
        (None, Some(source)) => {
            let words = "The time of the incident is not known; this is when the report of it was received.";
            (source.content.received_at.into(), Some(words.to_owned()))
        }
        (None, None) => return Err(no_reports()),
    };
    let marked = |flag| sources.iter().any(|source| source.content.flags.contains(&flag));
    let marks = ReportAnnotations {
        sextortion: marked(ReportFlag::Sextortion),
        csam_solicitation: marked(ReportFlag::Solicitation),
        minor_to_minor_interaction: marked(ReportFlag::MinorToMinor),
        spam: marked(ReportFlag::Spam),
        sadistic_online_exploitation: marked(ReportFlag::SadisticExploitation),
    };
    Ok(IncidentSummary {
        platform: sources.iter().find_map(|source| source.content.platform.clone()),
        escalate_to_high_priority: sources.iter().find_map(|source| source.content.escalated.clone()),
        report_annotations: (marks != ReportAnnotations::default()).then_some(marks),
        incident_date_time_description: description,
        ..IncidentSummary::new(kind, at)
    })
}

/// No report to file.
pub(crate) fn no_reports() -> Error {
    Error::invalid(
        "reports",
        "no_reports",
        "The case has no report that could be filed.",
        "Add a report to the case first.",
    )
}

/// The schema has eight kinds. A live stream is the making and distribution of material; extortion
/// is counted with enticement, and marked.
fn incident_type(kind: IncidentKind) -> Option<IncidentType> {
    Some(match kind {
        IncidentKind::LivestreamedAbuse | IncidentKind::Csam => IncidentType::AbuseMaterial,
        IncidentKind::ContactAbuse => IncidentType::Molestation,
        IncidentKind::SexTrafficking => IncidentType::Trafficking,
        IncidentKind::ExploitationInTravel => IncidentType::Tourism,
        IncidentKind::Enticement | IncidentKind::SexualExtortion => IncidentType::OnlineEnticement,
        IncidentKind::ObsceneMaterialToChild => IncidentType::UnsolicitedMaterialSent,
        IncidentKind::MisleadingDomainName => IncidentType::MisleadingDomainName,
        IncidentKind::MisleadingWords => IncidentType::MisleadingWordsOrImages,
        IncidentKind::Other => return None,
    })
}

fn by_mark(content: &reports::Report) -> Option<IncidentType> {
    let has = |flag| content.flags.contains(&flag);
    if has(ReportFlag::LiveStreaming) {
        Some(IncidentType::AbuseMaterial)
    } else if has(ReportFlag::Sextortion) || has(ReportFlag::Solicitation) {
        Some(IncidentType::OnlineEnticement)
    } else {
        None
    }
}

/// Pages a report names by themselves.
fn pages(content: &reports::Report) -> Vec<InternetDetails> {
    let pages = content.identifiers.iter().filter(|raw| raw.kind == IdentifierKind::Url);
    let url: Vec<String> =
        pages.map(|raw| raw.raw.trim().to_owned()).filter(|url| url.contains("://")).collect();
    if url.is_empty() {
        return Vec::new();
    }
    vec![InternetDetails::WebPage(WebPageIncident { url, ..WebPageIncident::default() })]
}

/// What the receiver is told in words: the statement, where it comes from, what is known of files.
fn notes(sources: &[Source], choices: &CybertipChoices, about_files: &[String]) -> String {
    let mut lines = Vec::new();
    lines.extend(choices.statement.as_deref().map(|text| text.trim().to_owned()).filter(|t| !t.is_empty()));
    for source in sources {
        let known: Vec<_> = source
            .content
            .references
            .iter()
            .map(|reference| format!("{} {}", reference.issuer, reference.number))
            .collect();
        let known = if known.is_empty() { String::new() } else { format!(", known as {}", known.join(", ")) };
        lines.push(format!(
            "{}: received from {} at {}{known}.",
            source.number,
            source.content.source.label(),
            source.content.received_at,
        ));
    }
    lines.extend_from_slice(about_files);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use reports::{Channel, Incident};

    use super::*;

    fn source(content: reports::Report) -> Source {
        Source::new("R-2026-00001".to_owned(), content, Vec::new())
    }

    fn content() -> reports::Report {
        let at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
        reports::Report::new(reports::Source::Public, Channel::Phone, at)
    }

    #[test]
    fn every_kind_of_incident_has_its_type_but_other() {
        for kind in IncidentKind::ALL {
            assert_eq!(incident_type(*kind).is_none(), *kind == IncidentKind::Other, "{kind}");
        }
    }

    #[test]
    fn a_time_nobody_told_is_said_to_be_that_of_receipt() {
        let choices = CybertipChoices { incident: Some(IncidentKind::Csam), ..Default::default() };
        let summary = summary(&[source(content())], &choices).unwrap();
        assert_eq!(summary.incident_date_time.as_str(), "2026-03-01T00:00:00Z");
        assert!(summary.incident_date_time_description.unwrap().contains("not known"));
        let chosen = CybertipChoices { incident_at: Some(Instant::from_micros(0)), ..choices };
        let summary = super::summary(&[source(content())], &chosen).unwrap();
        assert_eq!(summary.incident_date_time.as_str(), "1970-01-01T00:00:00Z");
        assert_eq!(summary.incident_date_time_description, None);
    }

    #[test]
    fn without_a_kind_of_incident_there_is_no_draft_and_a_next_step() {
        let mut other = content();
        other.incident =
            Some(Incident { kind: IncidentKind::Other, at: None, ongoing: None, description: None });
        for content in [content(), other] {
            let error = summary(&[source(content)], &CybertipChoices::default()).unwrap_err();
            let Error::Problem(problem) = error else { panic!("{error}") };
            assert_eq!(problem.code, "incident_kind_missing");
        }
        let mut streamed = content();
        streamed.flags.insert(ReportFlag::LiveStreaming);
        let summary = summary(&[source(streamed)], &CybertipChoices::default()).unwrap();
        assert_eq!(summary.incident_type, IncidentType::AbuseMaterial);
    }
}
