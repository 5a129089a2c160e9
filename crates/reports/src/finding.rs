//! Finding the facts of triage in a report.
//!
//! Deterministic: the same report, links and matches give the same facts. A sentence never holds a name, an address, an
//! identifier or an exact age.

use model::{IdentifierKind, Span};

use crate::{
    AccountUse, Confidence, Fact, Facts, FileAnnotation, IncidentKind, Measure, Minority, PersonRole, Report,
    ReportFlag, ReportedPerson, Source,
};

/// What linking found around a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkSummary {
    /// Other reports linked to this one.
    pub linked_reports: u32,
    /// Earlier reports about the same people.
    pub prior_reports: u32,
    /// Other organisations with a hit on an identifier or a file.
    pub other_organisations: u32,
    /// Payment alerts linked to this report.
    pub payment_alerts: u32,
}

/// What matching and classification found in a report's files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatchSummary {
    /// Files that were checked against the hash lists.
    pub checked_files: u32,
    /// Of them, files on a list.
    pub known_files: u32,
    /// Files somebody classified as abuse material: `Taxonomies::abuse_files`.
    pub abuse_files: u32,
}

impl Facts {
    /// The facts of a report.
    pub fn of(report: &Report, links: &LinkSummary, matches: &MatchSummary) -> Self {
        let mut facts = Self::default();
        danger(&mut facts, report);
        incident(&mut facts, report);
        files(&mut facts, report, matches);
        people(&mut facts, report);
        surroundings(&mut facts, report, links);
        facts
    }
}

fn danger(facts: &mut Facts, report: &Report) {
    if report.escalated.is_some() {
        let sentence = match report.source {
            Source::Platform => "The platform escalated this report.",
            _ => "The reporter asks for this report to be read first.",
        };
        facts.hold(Fact::EscalatedByReporter, sentence);
        facts.hold(Fact::ChildAtRiskNow, sentence);
    }
    let streamed_file =
        report.files.iter().any(|file| file.annotations.contains(&FileAnnotation::LiveStreaming));
    if streamed_file {
        facts.hold(Fact::LiveStreaming, "A live stream is marked on a file.");
    }
    if report.flags.contains(&ReportFlag::LiveStreaming) {
        facts.hold(Fact::LiveStreaming, "The report is marked as about a live stream.");
    }
    let Some(incident) = &report.incident else { return };
    if incident.kind == IncidentKind::LivestreamedAbuse {
        facts.hold(Fact::LiveStreaming, "The report is about live-streamed abuse.");
    }
    if incident.ongoing == Some(true) {
        if facts.has(Fact::LiveStreaming) {
            facts.hold(Fact::ChildAtRiskNow, "The reporter says a live stream is under way.");
        } else if harms_a_child_directly(incident.kind) {
            facts.hold(Fact::ChildAtRiskNow, "The reporter says it is happening now.");
        }
    }
}

/// Kinds in which somebody does something to a child, as against material being passed on.
const fn harms_a_child_directly(kind: IncidentKind) -> bool {
    matches!(
        kind,
        IncidentKind::LivestreamedAbuse
            | IncidentKind::ContactAbuse
            | IncidentKind::SexTrafficking
            | IncidentKind::ExploitationInTravel
            | IncidentKind::Enticement
            | IncidentKind::SexualExtortion
    )
}

fn incident(facts: &mut Facts, report: &Report) {
    let flags = [
        (ReportFlag::Sextortion, Fact::Sextortion, "The report is marked as sexual extortion."),
        (ReportFlag::Solicitation, Fact::Solicitation, "The report is marked as solicitation of CSAM."),
        (ReportFlag::MinorToMinor, Fact::MinorToMinor, "The report is marked as between minors."),
        (ReportFlag::SadisticExploitation, Fact::Sadistic, "The report is marked as sadistic exploitation."),
        (ReportFlag::Spam, Fact::Spam, "The report is marked as spam."),
    ];
    for (flag, fact, sentence) in flags {
        if report.flags.contains(&flag) {
            facts.hold(fact, sentence);
        }
    }
    let Some(incident) = &report.incident else { return };
    match incident.kind {
        IncidentKind::ContactAbuse => {
            facts.hold(Fact::ContactAbuse, "The report is about abuse of a child in person.");
        }
        IncidentKind::SexTrafficking => {
            facts.hold(Fact::SexTrafficking, "The report is about trafficking of a child.");
        }
        IncidentKind::ExploitationInTravel => {
            facts.hold(Fact::ExploitationInTravel, "The report is about exploitation in travel.");
        }
        IncidentKind::Enticement => {
            facts.hold(Fact::Enticement, "The report is about enticement of a child online.");
        }
        IncidentKind::SexualExtortion => {
            facts.hold(Fact::Sextortion, "The report is about sexual extortion.");
        }
        IncidentKind::LivestreamedAbuse
        | IncidentKind::Csam
        | IncidentKind::ObsceneMaterialToChild
        | IncidentKind::MisleadingDomainName
        | IncidentKind::MisleadingWords
        | IncidentKind::Other => {}
    }
    if let Some(at) = incident.at
        && (harms_a_child_directly(incident.kind)
            || facts.has(Fact::LiveStreaming)
            || facts.has(Fact::Sextortion))
    {
        let days = report.received_at.since(at).0.max(0) / Span::days(1).0;
        facts.measure(Measure::HarmDays, u32::try_from(days).unwrap_or(u32::MAX));
    }
}

fn files(facts: &mut Facts, report: &Report, matches: &MatchSummary) {
    use FileAnnotation as Mark;
    let Ok(count @ 1..) = u32::try_from(report.files.len()) else { return };
    facts.measure(Measure::Files, count);
    let marks = [
        (Mark::HomeMade, Fact::HomeMade, "A file appears to be made in a home."),
        (
            Mark::PossibleSelfProduction,
            Fact::PossibleSelfProduction,
            "A file may have been made by the child alone.",
        ),
        (Mark::PhysicalHarm, Fact::Violence, "Physical harm is marked on a file."),
        (Mark::ViolenceGore, Fact::Violence, "Violence is marked on a file."),
        (Mark::Bestiality, Fact::Sadistic, "Abuse with an animal is marked on a file."),
        (Mark::Infant, Fact::Infant, "An infant is marked on a file."),
    ];
    for (mark, fact, sentence) in marks {
        if report.files.iter().any(|file| file.annotations.contains(&mark)) {
            facts.hold(fact, sentence);
        }
    }
    let all_marked = |marks: &[Mark]| {
        report.files.iter().all(|file| marks.iter().any(|mark| file.annotations.contains(mark)))
    };
    if all_marked(&[Mark::GenerativeAi, Mark::AnimeDrawing]) {
        facts.hold(Fact::GenerativeAiOnly, "Every file is marked as generated or drawn.");
    }
    if all_marked(&[Mark::PotentialMeme]) {
        facts.hold(Fact::PotentialMemeOnly, "Every file is marked as a possible meme.");
    }
    if matches.known_files > 0 {
        facts.hold(Fact::KnownMaterial, "A file is on a list of known hashes.");
    }
    if matches.abuse_files > 0 {
        facts.hold(Fact::ClassifiedMaterial, "A file is classified as abuse material.");
        if matches.checked_files >= count && matches.abuse_files > matches.known_files {
            facts.hold(
                Fact::NewMaterial,
                "A file classified as abuse material is on no list: the child may not be known.",
            );
        }
    }
}

fn people(facts: &mut Facts, report: &Report) {
    let minority =
        |person: &ReportedPerson| Minority::of(report.day_of_ages().and_then(|day| person.age_on(day)));
    let mut known_adult_victims = 0;
    let mut victims = 0;
    for victim in report.people_as(PersonRole::Victim) {
        victims += 1;
        if victim.is_named() {
            facts.hold(Fact::VictimNamed, "The report names the person harmed.");
        }
        match minority(victim) {
            Minority::Child => {
                if let Some(age) = report.day_of_ages().and_then(|day| victim.age_on(day)) {
                    facts.measure(Measure::VictimAge, u32::from(age.oldest));
                }
            }
            Minority::Adult => known_adult_victims += 1,
            Minority::Possibly | Minority::Unknown => {}
        }
    }
    if facts.has(Fact::Sextortion) && (victims == 0 || known_adult_victims < victims) {
        facts.hold(Fact::ExtortedChild, "The person extorted is, or may be, a child.");
    }
    let whole_place =
        report.locations.iter().any(|place| place.is_place() && place.confidence > Confidence::Low);
    for person in report.people_as(PersonRole::Reported) {
        if person.is_identified() && (whole_place || person.locations.iter().any(crate::Location::is_place)) {
            facts.hold(Fact::ReportedPersonKnown, "The person reported has a name or account, and a place.");
        }
        if matches!(minority(person), Minority::Child | Minority::Possibly) {
            facts.hold(Fact::ReportedPersonMayBeChild, "The person reported is, or may be, a child.");
        }
    }
    let mut places = report.locations.iter().chain(report.people.iter().flat_map(|person| &person.locations));
    if places.any(crate::Location::is_place) {
        facts.hold(Fact::LocationKnown, "A place is known.");
    }
}

fn surroundings(facts: &mut Facts, report: &Report, links: &LinkSummary) {
    if links.payment_alerts > 0 {
        facts.hold(Fact::Commercial, "A payment alert is linked to this report.");
    }
    if report.people.iter().any(|person| person.account_use == Some(AccountUse::Billing)) {
        facts.hold(Fact::Commercial, "A billing account is tied to the account reported.");
    }
    let identifiers = report.people.iter().flat_map(|person| &person.identifiers).chain(&report.identifiers);
    if identifiers.map(|identifier| identifier.kind).any(is_payment) {
        facts.hold(Fact::Commercial, "The report names a payment account or wallet.");
    }
    let told = report.people.iter().map(|person| person.prior_reports.len()).sum::<usize>();
    let prior = links.prior_reports.max(u32::try_from(told).unwrap_or(u32::MAX));
    for (measure, value) in [
        (Measure::LinkedReports, links.linked_reports),
        (Measure::PriorReports, prior),
        (Measure::OtherOrganisations, links.other_organisations),
    ] {
        if value > 0 {
            facts.measure(measure, value);
        }
    }
}

const fn is_payment(kind: IdentifierKind) -> bool {
    matches!(kind, IdentifierKind::Account | IdentifierKind::Wallet)
}

#[cfg(test)]
mod tests;
