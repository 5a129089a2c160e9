//! Who of a report becomes a person of its case, and in what role.
//!
//! The child who was harmed, and whoever is or may be under eighteen, are routed to safeguarding;
//! only somebody known to be an adult is put on the accused's side, and even then it is what the
//! report says, not what is true. Whoever reported stays in the report: their identity is of
//! another compartment.

use cases::{PersonIdentity, PersonRole, Relationship};
use reports::{Minority, PersonRole as Part, Report, ReportedPerson};

/// Somebody who is to become a person of a case.
pub(crate) struct Candidate {
    /// The role.
    pub(crate) role: PersonRole,
    /// What is known about the age, at the time.
    pub(crate) minority: Minority,
    /// What they are to the child, if the report says so in a word of the vocabulary.
    pub(crate) relationship: Option<Relationship>,
    /// Who they are.
    pub(crate) identity: PersonIdentity,
}

/// The people of a report that none of the `known` reports of the case names already.
pub(crate) fn candidates(report: &Report, known: &[Report]) -> Vec<Candidate> {
    let mut met: Vec<&ReportedPerson> = known.iter().flat_map(|report| &report.people).collect();
    let mut found = Vec::new();
    for person in &report.people {
        if met.iter().any(|other| same(person, other)) {
            continue;
        }
        if let Some(candidate) = candidate(person, report) {
            met.push(person);
            found.push(candidate);
        }
    }
    found
}

fn candidate(person: &ReportedPerson, report: &Report) -> Option<Candidate> {
    let minority = Minority::of(report.day_of_ages().and_then(|day| person.age_on(day)));
    let relationship = relationship(person);
    let role = match (person.role, minority) {
        (Part::Reporter | Part::Associated, _) => return None,
        (Part::Victim | Part::Recipient, Minority::Adult) => PersonRole::Witness,
        (Part::Victim, _) => PersonRole::ChildVictim,
        (Part::Reported | Part::Recipient, Minority::Child | Minority::Possibly | Minority::Unknown) => {
            PersonRole::AtRiskChild
        }
        (Part::Reported, Minority::Adult) if is_near(person, relationship) => PersonRole::Facilitator,
        (Part::Reported, Minority::Adult) => PersonRole::RemoteOffender,
    };
    Some(Candidate { role, minority, relationship, identity: identity(person) })
}

/// Somebody whom the report ties to the child, other than from afar.
fn is_near(person: &ReportedPerson, relationship: Option<Relationship>) -> bool {
    match relationship {
        Some(Relationship::OnlineOnly | Relationship::Stranger | Relationship::Unknown) => false,
        Some(_) => true,
        None => person.relationship.as_deref().is_some_and(|text| !text.trim().is_empty()),
    }
}

fn relationship(person: &ReportedPerson) -> Option<Relationship> {
    let text = person.relationship.as_deref()?.trim().to_lowercase();
    let known = match text.as_str() {
        "mother" | "father" | "parent" => Relationship::Parent,
        "stepmother" | "stepfather" | "step-parent" => Relationship::StepParent,
        "grandmother" | "grandfather" | "grandparent" => Relationship::Grandparent,
        "sister" | "brother" | "sibling" => Relationship::Sibling,
        "aunt" | "uncle" => Relationship::AuntOrUncle,
        "neighbor" => Relationship::Neighbour,
        other => return other.replace([' ', '-'], "_").parse().ok(),
    };
    Some(known)
}

fn identity(person: &ReportedPerson) -> PersonIdentity {
    let told = |text: &Option<String>, words: &str| text.as_ref().map(|text| format!("{words}: {text}."));
    let notes = [
        person.age.map(|age| format!("Age as reported: {age}.")),
        told(&person.relationship, "Relationship to the child as reported"),
        told(&person.note, "As reported"),
    ];
    let note: Vec<String> = notes.into_iter().flatten().collect();
    PersonIdentity {
        names: person.names.clone(),
        aliases: person.screen_names.clone(),
        birth: person.birth_date,
        sex: person.sex,
        nationality: person.nationality,
        identifiers: person.identifiers.clone(),
        note: (!note.is_empty()).then(|| note.join(" ")),
    }
}

/// Whether two reports speak of the same person. Two who are named and share no name are two, even
/// where they share a phone: sisters do.
fn same(one: &ReportedPerson, other: &ReportedPerson) -> bool {
    let part = |person: &ReportedPerson| matches!(person.role, Part::Reporter | Part::Associated);
    if part(one) || part(other) || (one.role == Part::Victim) != (other.role == Part::Victim) {
        return false;
    }
    let plain = |text: &String| text.trim().to_lowercase();
    let share = |a: &[String], b: &[String]| {
        a.iter().map(plain).any(|text| !text.is_empty() && b.iter().any(|other| plain(other) == text))
    };
    if let (Some(a), Some(b)) = (one.birth_date, other.birth_date)
        && a != b
    {
        return false;
    }
    if one.is_named() && other.is_named() {
        return share(&one.names, &other.names);
    }
    let personal = |person: &ReportedPerson| -> Vec<String> {
        use model::IdentifierKind::{Account, Device, Email, Handle, Phone, Wallet};
        person
            .identifiers
            .iter()
            .filter(|raw| matches!(raw.kind, Account | Device | Email | Handle | Phone | Wallet))
            .map(|raw| raw.raw.clone())
            .collect()
    };
    share(&one.screen_names, &other.screen_names) || share(&personal(one), &personal(other))
}

#[cfg(test)]
mod tests {
    use model::Instant;
    use reports::{Channel, Source};

    use super::*;

    fn report(people: Vec<ReportedPerson>) -> Report {
        let at = Instant::parse("2026-03-01T00:00:00Z").unwrap();
        Report { people, ..Report::new(Source::Platform, Channel::CyberTipline, at) }
    }

    fn person(part: Part, name: &str, age: Option<u16>) -> ReportedPerson {
        let names = if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
        ReportedPerson { names, age, ..ReportedPerson::new(part) }
    }

    #[test]
    fn only_a_known_adult_is_put_on_the_accuseds_side() {
        for (part, age, expected) in [
            (Part::Victim, None, Some(PersonRole::ChildVictim)),
            (Part::Victim, Some(9), Some(PersonRole::ChildVictim)),
            (Part::Victim, Some(30), Some(PersonRole::Witness)),
            (Part::Reported, None, Some(PersonRole::AtRiskChild)),
            (Part::Reported, Some(16), Some(PersonRole::AtRiskChild)),
            (Part::Reported, Some(41), Some(PersonRole::RemoteOffender)),
            (Part::Recipient, Some(41), Some(PersonRole::Witness)),
            (Part::Recipient, Some(15), Some(PersonRole::AtRiskChild)),
            (Part::Reporter, Some(41), None),
            (Part::Associated, Some(41), None),
        ] {
            let found = candidates(&report(vec![person(part, "", age)]), &[]);
            assert_eq!(found.first().map(|c| c.role), expected, "{part} {age:?}");
        }
    }

    #[test]
    fn who_is_near_the_child_is_told_apart_from_who_is_afar() {
        for (relationship, expected) in [
            ("Aunt", PersonRole::Facilitator),
            ("lives with the children", PersonRole::Facilitator),
            ("online only", PersonRole::RemoteOffender),
        ] {
            let mut adult = person(Part::Reported, "Synthetic Adult", Some(40));
            adult.relationship = Some(relationship.to_owned());
            assert_eq!(candidates(&report(vec![adult]), &[])[0].role, expected, "{relationship}");
        }
    }

    #[test]
    fn two_sisters_with_one_phone_are_two_and_one_child_in_two_reports_is_one() {
        let phone = reports::RawIdentifier {
            kind: model::IdentifierKind::Phone,
            raw: "+63 2 5550 100".to_owned(),
            observed_at: None,
        };
        let child =
            |name| ReportedPerson { identifiers: vec![phone.clone()], ..person(Part::Victim, name, Some(9)) };
        let first = report(vec![child("Synthetic Elder"), child("Synthetic Younger")]);
        assert_eq!(candidates(&first, &[]).len(), 2);
        let again = report(vec![child(" synthetic elder "), child("")]);
        assert_eq!(candidates(&again, &[first]).len(), 0);
    }
}
