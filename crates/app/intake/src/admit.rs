//! Admitting a report: sealed, its identifiers as blind tokens, matched, linked, ranked, all in
//! one transaction with its journal entry.

use access::Action;
use app_kernel::{Error, House, Op, Permit, Sealer, Tx};
use formats::cybertip::{Document, FileDetails};
use linking::Defaults;
use model::{CivilDate, Country, Id, Identifier, IdentifierKind, Instant, PartialDate, kinds};
use reports::{
    ClockTrigger, Confidence, Facts, LinkSummary, PersonRole, Report, ReportState, ReportedFile,
    ReportedPerson, rank,
};
use store::{identifiers::Named, reports::FileHash};

use crate::{Rules, link, matches};

/// A report on its way in.
pub(crate) struct Arrival {
    /// What it says.
    pub(crate) content: Report,
    /// The outside documents it was read from, typed.
    pub(crate) documents: Vec<Document>,
    /// Blind token of what makes it the same report again.
    pub(crate) external: [u8; 16],
    /// The import that brought it.
    pub(crate) import: Option<Id<kinds::Import>>,
}

/// A report that is in.
pub(crate) struct Admitted {
    pub(crate) id: Id<kinds::Report>,
    pub(crate) number: i64,
    pub(crate) year: i64,
    /// It was in already.
    pub(crate) known: bool,
}

/// Admits a report under a permit of the house (to import, or to escalate an alert).
pub(crate) async fn admit(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    arrival: Arrival,
) -> Result<Admitted, Error> {
    let Arrival { content, documents, external, import } = arrival;
    let owner = permit.owner();
    if let Some(row) = store::reports::by_external(tx.store(permit), owner, external).await? {
        return Ok(Admitted { id: row.id, number: row.number, year: row.year, known: true });
    }
    let house = tx.house();
    let id = house.id::<kinds::Report>();
    let sealer = tx.new_sealer(permit, "report", id.uuid()).await?;
    let received_at = content.received_at;
    let year = received_at.day_in(&house.zone).map_or(1970, |day| i64::from(day.year()));
    let number = store::organisations::next(tx.store(permit), owner, &format!("reports-{year}")).await?;
    let due_at = rules
        .clocks
        .in_force(ClockTrigger::ReportReceived, content.source)
        .first()
        .map_or(received_at, |rule| rule.due(received_at));
    let mut row = store::reports::Report {
        id,
        organisation: owner,
        number,
        year,
        source: content.source.as_str().to_owned(),
        channel: content.channel.as_str().to_owned(),
        state: ReportState::Received.as_str().to_owned(),
        received_at,
        due_at,
        level: 0,
        score: 0,
        reasons: Vec::new(),
        place: place(&content),
        sealed: sealer.seal("content", &content, tx)?,
        document: None,
        import,
        external,
        links: 0,
        matches: 0,
        assignee: None,
        case: None,
        merged_into: None,
        decided_at: None,
    };
    if !documents.is_empty() {
        row.document = Some(sealer.seal("document", &documents, tx)?);
    }
    if !store::reports::insert(tx.store(permit), &row).await? {
        return Err(Error::conflict(
            "report_arrived_twice",
            "The same report arrived twice at the same moment.",
            "Nothing is lost; try again.",
        ));
    }
    put_identifiers(tx, permit, &row, &sealer, &content).await?;
    put_hashes(tx, permit, &row, &content, 0).await?;
    let found = relate(op, tx, permit, rules, &mut row, &content).await?;
    let about = tx.about(permit, &row);
    let detail = serde_json::json!({
        "admitted": true, "level": row.level, "links": row.links, "matches": row.matches,
        "linked_anew": found,
    });
    tx.journal(op, &about, detail).await?;
    Ok(Admitted { id, number, year, known: false })
}

/// Adds a file to a report; `true` if the report has it already.
pub(crate) async fn add_file(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    mut row: store::reports::Report,
    file: ReportedFile,
    details: FileDetails,
) -> Result<bool, Error> {
    let sealer = tx.sealer(permit, "report", row.id.uuid()).await?;
    let mut content: Report = sealer.open("content", &row.sealed)?;
    let mut documents: Vec<Document> =
        row.document.as_ref().map(|sealed| sealer.open("document", sealed)).transpose()?.unwrap_or_default();
    let document = Document::FileDetails(details);
    if documents.contains(&document) {
        return Ok(true);
    }
    content.files.push(file);
    documents.push(document);
    row.sealed = sealer.seal("content", &content, tx)?;
    row.document = Some(sealer.seal("document", &documents, tx)?);
    put_hashes(tx, permit, &row, &content, content.files.len() - 1).await?;
    relate(op, tx, permit, rules, &mut row, &content).await?;
    let about = tx.about(permit, &row);
    let detail = serde_json::json!({ "files": content.files.len(), "level": row.level });
    tx.journal(op, &about, detail).await?;
    Ok(false)
}

/// Matches, links and ranks a report anew: a hash list has learnt, an alert was raised.
pub async fn recount(op: &Op, house: &House, rules: &Rules, report: Id<kinds::Report>) -> Result<(), Error> {
    let op = op.system("linking", "recount");
    let mut tx = house.begin(&op).await?;
    let (mut row, permit) = tx.open::<store::reports::Report>(&op, Action::ReadReport, report.uuid()).await?;
    let sealer = tx.sealer(&permit, "report", report.uuid()).await?;
    let content: Report = sealer.open("content", &row.sealed)?;
    let linked = relate(&op, &mut tx, &permit, rules, &mut row, &content).await?;
    let detail = serde_json::json!({ "level": row.level, "matches": row.matches, "linked_anew": linked });
    tx.journal(&op, &permit, detail).await?;
    tx.commit().await
}

/// Looks for matches and links, ranks, and writes the row. Says how many links are new.
async fn relate(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    row: &mut store::reports::Report,
    content: &Report,
) -> Result<usize, Error> {
    let matched = matches::match_files(op, tx, permit, rules, row, content).await?;
    let alerts = payment_alerts(tx, permit, row).await?;
    let found = link::find(op, tx, permit, row).await?;
    let links = LinkSummary {
        linked_reports: found.total,
        prior_reports: prior_reports(content),
        other_organisations: 0,
        payment_alerts: alerts,
    };
    row.links = i64::from(found.total);
    row.matches = i64::from(matched.known_files) + i64::from(alerts);
    apply_rank(rules, row, content, &links, &matched);
    store::reports::update(tx.store(permit), row).await?;
    for other in &found.changed {
        rank_again(op, tx, permit, rules, *other).await?;
    }
    Ok(found.changed.len())
}

/// Ranks a report whose links have changed.
async fn rank_again(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    rules: &Rules,
    report: Id<kinds::Report>,
) -> Result<(), Error> {
    let Some(mut row) = store::reports::find(tx.store(permit), report).await? else { return Ok(()) };
    let sealer = tx.sealer(permit, "report", report.uuid()).await?;
    let content: Report = sealer.open("content", &row.sealed)?;
    let matched = matches::match_files(op, tx, permit, rules, &row, &content).await?;
    let alerts = payment_alerts(tx, permit, &row).await?;
    let total = store::reports::links(tx.store(permit), report).await?.len();
    let links = LinkSummary {
        linked_reports: u32::try_from(total).unwrap_or(u32::MAX),
        prior_reports: prior_reports(&content),
        other_organisations: 0,
        payment_alerts: alerts,
    };
    row.links = i64::try_from(total).unwrap_or(i64::MAX);
    row.matches = i64::from(matched.known_files) + i64::from(alerts);
    apply_rank(rules, &mut row, &content, &links, &matched);
    store::reports::update(tx.store(permit), &row).await?;
    Ok(())
}

fn apply_rank(
    rules: &Rules,
    row: &mut store::reports::Report,
    content: &Report,
    links: &LinkSummary,
    matches: &reports::MatchSummary,
) {
    let rank = rank(&rules.rubric, &Facts::of(content, links, matches));
    row.level = i64::from(rank.level);
    row.score = i64::from(rank.score);
    row.reasons = rank.reasons.into_iter().chain(rank.further).collect();
}

fn prior_reports(content: &Report) -> u32 {
    let numbers: std::collections::BTreeSet<&String> =
        content.people.iter().flat_map(|person| &person.prior_reports).collect();
    u32::try_from(numbers.len()).unwrap_or(u32::MAX)
}

/// Alerts about parties whose account this report names.
async fn payment_alerts(
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &store::reports::Report,
) -> Result<u32, Error> {
    let house = tx.house();
    if !house.profile.has("payments") || !house.profile.has("alerts") {
        return Ok(0);
    }
    let mut alerts = std::collections::BTreeSet::new();
    for named in store::identifiers::of_record(tx.store(permit), row.id.uuid()).await? {
        if named.kind != IdentifierKind::Account.as_str() {
            continue;
        }
        let party = store::ledger::party_by_token(tx.store(permit), permit.owner(), named.token).await?;
        if let Some(party) = party {
            let found = store::alerts::of_party(tx.store(permit), party.id, None).await?;
            alerts.extend(found.into_iter().filter(|a| a.state != "dismissed").map(|a| a.id));
        }
    }
    Ok(u32::try_from(alerts.len()).unwrap_or(u32::MAX))
}

async fn put_hashes(
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &store::reports::Report,
    content: &Report,
    from: usize,
) -> Result<(), Error> {
    let mut hashes = Vec::new();
    for (number, file) in content.files.iter().enumerate().skip(from) {
        for hash in &file.hashes {
            let parsed = hash
                .algorithm
                .parse::<matching::Algorithm>()
                .ok()
                .and_then(|algorithm| matching::FileHash::parse(algorithm, &hash.hex).ok());
            if let Some(parsed) = parsed {
                hashes.push(FileHash {
                    file: i64::try_from(number + 1).unwrap_or(i64::MAX),
                    algorithm: parsed.algorithm().as_str().to_owned(),
                    digest: parsed.bytes().to_vec(),
                });
            }
        }
    }
    store::reports::put_hashes(tx.store(permit), row.id, row.organisation, &hashes).await?;
    Ok(())
}

async fn put_identifiers(
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &store::reports::Report,
    sealer: &Sealer,
    content: &Report,
) -> Result<(), Error> {
    let blinder = tx.secrets(permit).await?.blinder().clone();
    let mut rows = Vec::new();
    for (ordinal, (identifier, role, seen_at)) in identifiers(content).into_iter().enumerate() {
        rows.push(Named {
            organisation: row.organisation,
            kind: identifier.kind.as_str().to_owned(),
            token: blinder.token(identifier.kind.as_str(), identifier.value.as_bytes()),
            record_kind: "report".to_owned(),
            record: row.id.uuid(),
            ordinal: i64::try_from(ordinal + 1).unwrap_or(i64::MAX),
            role: link::role_word(role).to_owned(),
            seen_at,
            sealed: sealer.seal("identifier", &identifier, tx)?,
        });
    }
    store::identifiers::insert(tx.store(permit), &rows).await?;
    Ok(())
}

type Found = (Identifier, linking::Role, Option<Instant>);

/// Every identifier of a report in its normal form, each once for a role and a time. What has no
/// normal form stays in the report as it was written and links nothing.
fn identifiers(content: &Report) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut add = |identifier: Identifier, role, at| {
        if linking::links_alone(&identifier) && !found.contains(&(identifier.clone(), role, at)) {
            found.push((identifier, role, at));
        }
    };
    for person in &content.people {
        let role = link_role(person.role);
        let country = person.locations.iter().find_map(|l| l.country).unwrap_or(Country::PH);
        let service = person.services.first().map(String::as_str).or(content.platform.as_deref());
        let defaults = Defaults { country, service, institution: service };
        for raw in &person.identifiers {
            if let Ok(identifier) = linking::normalise(raw.kind, &raw.raw, &defaults) {
                add(identifier, role, raw.observed_at);
            }
        }
        for (i, name) in person.screen_names.iter().enumerate() {
            let on = person.services.get(i).map(String::as_str).or(service);
            if let Some(Ok(identifier)) = on.map(|on| linking::handle(name, on)) {
                add(identifier, role, None);
            }
        }
        if let Some(identifier) = named(person) {
            add(identifier, role, None);
        }
    }
    let place = content.locations.iter().find_map(|l| l.country).unwrap_or(Country::PH);
    let defaults = Defaults { country: place, service: content.platform.as_deref(), institution: None };
    for raw in &content.identifiers {
        if let Ok(identifier) = linking::normalise(raw.kind, &raw.raw, &defaults) {
            add(identifier, linking::Role::Incident, raw.observed_at);
        }
    }
    // A bare @name in running text is on no service that is known for certain.
    let told = Defaults { service: None, ..defaults };
    for text in
        std::iter::once(&content.narrative).chain(content.people.iter().filter_map(|p| p.note.as_ref()))
    {
        for hit in linking::extract(text, &told) {
            add(hit.identifier, linking::Role::Incident, None);
        }
    }
    found
}

/// A person as an identifier: a family name, given names and a whole date of birth.
fn named(person: &ReportedPerson) -> Option<Identifier> {
    let Some(PartialDate::Day(birth)) = person.birth_date else { return None };
    person.names.iter().find_map(|name| person_identifier(name, birth))
}

fn person_identifier(name: &str, birth: CivilDate) -> Option<Identifier> {
    let (given, family) = match name.split_once(',') {
        Some((family, given)) => (given.trim(), family.trim()),
        None => name.trim().rsplit_once(' ')?,
    };
    linking::person(&linking::Name { family, given }, birth).ok().map(|person| person.identifier)
}

pub(crate) const fn link_role(role: PersonRole) -> linking::Role {
    match role {
        PersonRole::Reported => linking::Role::Reported,
        PersonRole::Victim => linking::Role::Victim,
        PersonRole::Recipient => linking::Role::Recipient,
        PersonRole::Reporter => linking::Role::Reporter,
        PersonRole::Associated => linking::Role::Party,
    }
}

/// The country a report is about and how sure that is, such as `PH high`; empty if not known.
/// Where the child is counts first.
fn place(content: &Report) -> String {
    let of = |role| content.people.iter().filter(move |p| p.role == role).flat_map(|p| &p.locations);
    let best = of(PersonRole::Victim)
        .chain(&content.locations)
        .chain(of(PersonRole::Reported))
        .filter_map(|l| Some((l.country?, l.confidence)))
        .max_by_key(|(_, confidence)| match confidence {
            Confidence::Low => 0,
            Confidence::Medium => 1,
            Confidence::High => 2,
        });
    best.map_or_else(String::new, |(country, confidence)| format!("{country} {confidence}"))
}
