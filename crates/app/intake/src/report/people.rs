//! The people of a report without who they are, and its identifiers without their values.

use std::collections::BTreeMap;

use app_kernel::{Error, Permit, Tx};
use model::{CivilDate, IdentifierKind, Instant};
use reports::{AccountUse, Location, Minority, PersonRole, RawIdentifier, Report, ReportedPerson, Route};
use store::identifiers::Named;

use crate::shared::{TextLine, word};

/// A person a report speaks of: which fields there are, not what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonView {
    /// Their place in the report, by which [`crate::reveal`] opens them.
    pub index: usize,
    /// The part the report gives them.
    pub role: PersonRole,
    /// What a page calls them.
    pub label: &'static str,
    /// Whether they are a child, in words.
    pub age: &'static str,
    /// For an associated person: what the account is to the one reported.
    pub account_use: Option<AccountUse>,
    /// The sealed fields there are, each with how many.
    pub sealed: Vec<(&'static str, usize)>,
    /// How many earlier reports it names about them.
    pub prior_reports: usize,
}

/// An identifier of a report, its value sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierView {
    /// Its number in the report, by which [`crate::reveal_identifier`] opens it.
    pub ordinal: i64,
    /// What it names.
    pub kind: IdentifierKind,
    /// Whose it is, as the report says.
    pub role: &'static str,
    /// Whether it is the child's.
    pub of_child: bool,
    /// When it was seen in use.
    pub seen_at: Option<Instant>,
    /// How many of the organisation's reports name it, with this one.
    pub reports: i64,
}

pub(super) fn people(report: &Report, route: Route) -> Vec<PersonView> {
    let day = report.day_of_ages();
    let view = |(index, person): (usize, &ReportedPerson)| PersonView {
        index,
        role: person.role,
        label: route.person(person.role),
        age: age(person, day),
        account_use: person.account_use,
        sealed: sealed(person),
        prior_reports: person.prior_reports.len(),
    };
    report.people.iter().enumerate().map(view).collect()
}

fn age(person: &ReportedPerson, day: Option<CivilDate>) -> &'static str {
    match Minority::of(day.and_then(|day| person.age_on(day))) {
        Minority::Child => "a child",
        Minority::Possibly => "perhaps a child",
        Minority::Adult => "an adult",
        Minority::Unknown => "age not known",
    }
}

fn sealed(person: &ReportedPerson) -> Vec<(&'static str, usize)> {
    let mut identifiers: BTreeMap<IdentifierKind, usize> = BTreeMap::new();
    for identifier in &person.identifiers {
        *identifiers.entry(identifier.kind).or_default() += 1;
    }
    let mut fields = vec![
        ("name", person.names.len()),
        ("age", usize::from(person.age.is_some())),
        ("date of birth", usize::from(person.birth_date.is_some())),
        ("sex", usize::from(person.sex.is_some())),
        ("nationality", usize::from(person.nationality.is_some())),
        ("relationship to the child", usize::from(person.relationship.is_some())),
        ("name on a service", person.screen_names.len()),
        ("service", person.services.len()),
    ];
    fields.extend(identifiers.into_iter().map(|(kind, n)| (kind.label(), n)));
    fields.push(("place", person.locations.len()));
    fields.push(("notes", usize::from(person.note.is_some())));
    fields.retain(|(_, n)| *n > 0);
    fields
}

/// What a report says of a person, line by line.
pub(super) fn lines(person: &ReportedPerson, zone: &str) -> Vec<TextLine> {
    let mut lines = Vec::new();
    let mut all = |label: &str, texts: &[String]| {
        lines.extend(texts.iter().map(|text| TextLine::new(label, text)));
    };
    all("name", &person.names);
    all("age", &person.age.map(|age| age.to_string()).into_iter().collect::<Vec<_>>());
    all("date of birth", &person.birth_date.map(|date| date.to_string()).into_iter().collect::<Vec<_>>());
    all("sex", &person.sex.map(|sex| sex.label().to_owned()).into_iter().collect::<Vec<_>>());
    all("nationality", &person.nationality.map(|c| c.to_string()).into_iter().collect::<Vec<_>>());
    all("relationship to the child", person.relationship.as_slice());
    all("name on a service", &person.screen_names);
    all("service", &person.services);
    lines.extend(person.identifiers.iter().map(|identifier| raw(identifier, zone)));
    lines.extend(person.locations.iter().map(place));
    lines.extend(person.prior_reports.iter().map(|number| TextLine::new("earlier report", number)));
    lines.extend(person.note.iter().map(|note| TextLine::new("notes", note)));
    lines
}

/// An identifier as the report wrote it.
pub(super) fn raw(identifier: &RawIdentifier, zone: &str) -> TextLine {
    let text = match identifier.observed_at {
        Some(at) => format!("{} (seen {})", identifier.raw, at.in_zone(zone)),
        None => identifier.raw.clone(),
    };
    TextLine::new(identifier.kind.label(), text)
}

/// A place with how sure it is.
pub(super) fn place(location: &Location) -> TextLine {
    let country = location.country.map(|country| country.to_string());
    let parts = [&location.address, &location.city, &location.region, &country];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    TextLine::new("place", format!("{} (confidence {})", parts.join(", "), location.confidence.label()))
}

pub(super) async fn identifiers(
    tx: &mut Tx<'_>,
    permit: &Permit,
    named: &[Named],
) -> Result<Vec<IdentifierView>, Error> {
    let mut views = Vec::with_capacity(named.len());
    for row in named {
        let reports =
            store::identifiers::frequency(tx.store(permit), row.organisation, row.token, "report").await?;
        views.push(IdentifierView {
            ordinal: row.ordinal,
            kind: word("kind of identifier", &row.kind)?,
            role: role(&row.role),
            of_child: row.role == "victim",
            seen_at: row.seen_at,
            reports,
        });
    }
    Ok(views)
}

/// Whose an identifier is, for the word that is kept with it.
pub(crate) fn role(word: &str) -> &'static str {
    match word {
        "reported" => PersonRole::Reported.label(),
        "victim" => PersonRole::Victim.label(),
        "recipient" => PersonRole::Recipient.label(),
        "reporter" => PersonRole::Reporter.label(),
        "party" => PersonRole::Associated.label(),
        _ => "the incident",
    }
}
