//! Filling the page of a report.

use access::{Action, Desk as Room};
use app_intake::{
    CaseRef, DecisionLine, FileView, IdentifierView, LinkView, MatchView, PersonView, ReportContent,
    ReportView, read,
};
use app_kernel::Error;
use model::{Id, kinds};
use reports::{DecisionKind, NoActionReason, Route};

use super::report_decisions::Tried;
use crate::{
    Web,
    page::{
        Choice, Desk, SensitiveText, Standing, Times,
        list::grouped,
        record::{Fact, Tone},
        report::{
            DecisionRow, Decisions, FileRow, IdentifierRow, LinkRow, MatchRow, Other, PersonRow, Provenance,
            ReportPage,
        },
        routes,
    },
    parts,
    session::Signed,
    view::{below, times},
};

/// Cases offered to add a report to.
const CASES: i64 = 50;

/// Opens a report and fills its page.
pub(super) async fn page(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Report>,
    tried: Tried,
) -> Result<ReportPage, Error> {
    let op = signed.op("triage");
    let mut tx = web.house.begin(&op).await?;
    let view = read(&op, &mut tx, &web.rules, id).await?;
    tx.commit().await?;
    let possible = view.content.as_ref().map_or(&[] as &[_], |content| content.possible);
    let decisions = if possible.is_empty() { None } else { Some(forms(web, signed, &view, tried).await?) };
    Ok(filled(web, signed, view, decisions))
}

/// The forms of the decisions that are possible.
async fn forms(web: &Web, signed: &Signed, view: &ReportView, tried: Tried) -> Result<Decisions, Error> {
    let Some(content) = &view.content else { return Ok(Decisions::default()) };
    let has_cases = web.house.profile.has("cases");
    let allowed: Vec<DecisionKind> = content
        .possible
        .iter()
        .copied()
        .filter(|kind| has_cases || *kind != DecisionKind::OpenCase)
        .collect();
    let mut cases = Vec::new();
    if allowed.contains(&DecisionKind::OpenCase) && signed.may(web, Action::ListCases) {
        let op = signed.op("triage");
        let mut tx = web.house.look(&op).await?;
        let listed = app_casework::list(&op, &mut tx, None, CASES).await?;
        cases = listed
            .rows
            .iter()
            .map(|row| choice(&row.id.to_string(), &format!("{}: {}", row.number, row.title), &tried))
            .collect();
    }
    let linked = content
        .links
        .iter()
        .map(|link| {
            Choice::new(
                &link.report.number,
                &format!("{} link, {}", link.strength, link.report.state.label()),
            )
        })
        .collect();
    let reasons = NoActionReason::ALL.iter().map(|r| choice(r.as_str(), r.label(), &tried)).collect();
    Ok(Decisions {
        open: tried.kind.filter(|kind| allowed.contains(kind)),
        allowed,
        problem: tried.problem,
        line: tried.line,
        text: tried.text,
        cases,
        linked,
        no_action_reasons: reasons,
    })
}

fn choice(value: &str, words: &str, tried: &Tried) -> Choice {
    let choice = Choice::new(value, words);
    if tried.choice == value { choice.chosen() } else { choice }
}

fn filled(web: &Web, signed: &Signed, view: ReportView, decisions: Option<Decisions>) -> ReportPage {
    let times = times(web);
    let ReportView { id, number, level, level_name, level_sentence, content, .. } = view;
    let first = content.as_ref().and_then(|content| content.reasons.first().cloned());
    let latest = content.as_ref().and_then(|c| c.decisions.iter().find(|line| line.undone.is_none()));
    let standing = Standing {
        word: view.state.label().to_owned(),
        tone: if view.state.is_acted_on() { Tone::Neutral } else { Tone::Open },
        since: times.moment(latest.map_or(view.received_at, |line| line.at)),
        actor: latest.map_or_else(|| "the house".to_owned(), |line| line.by.clone()),
        next: view.next_step.to_owned(),
    };
    let mut page = ReportPage {
        shell: below(web, signed, &number, Desk::Queue),
        id,
        number,
        summary: first.unwrap_or_else(|| level_sentence.clone()),
        risk: parts::risk(&web.rules, level, &level_name),
        standing,
        clocks: view.clocks.iter().map(|clock| parts::clock(&times, clock)).collect(),
        outline: content.is_none(),
        safeguarding: None,
        scale: format!("{}, level {level}: {level_sentence}", web.rules.rubric.name()),
        reasons: Vec::new(),
        about: Vec::new(),
        texts: Vec::new(),
        people: Vec::new(),
        identifiers: Vec::new(),
        files: Vec::new(),
        links: Vec::new(),
        links_hidden: 0,
        matches: Vec::new(),
        others: Vec::new(),
        provenance: None,
        decisions,
        taken: Vec::new(),
        journal: Vec::new(),
    };
    if let Some(content) = content {
        fill(&mut page, web, signed, &times, *content);
        if let Some(provenance) = &mut page.provenance {
            provenance.received = times.moment(view.received_at);
        }
    }
    page
}

/// What only a whole view shows.
fn fill(page: &mut ReportPage, web: &Web, signed: &Signed, times: &Times, content: ReportContent) {
    let id = page.id;
    let may = content.may_reveal;
    let seal = |field: &str, words: &str| parts::sealed(signed, "report", id, field, words, may);
    page.safeguarding = (content.route == Route::Safeguarding).then(|| content.route.sentence().to_owned());
    page.about = about(times, &content);
    page.texts.extend(content.narrative.map(|told| SensitiveText {
        label: format!("What was told, {} letters", grouped(told.letters)),
        summary: "It may describe abuse. The reasons above say in grey words what is in it; they may be enough."
            .to_owned(),
        field: seal("narrative", "what was told"),
    }));
    if content.places > 0 {
        page.texts.push(SensitiveText {
            label: format!("Where it happened, {}", grouped(content.places)),
            summary: "Places and addresses the report names for what happened.".to_owned(),
            field: seal("places", "where it happened"),
        });
    }
    page.people = content.people.iter().map(|p| person(p, &seal)).collect();
    page.identifiers = content.identifiers.iter().map(|i| identifier(times, i, &seal)).collect();
    page.files = content.files.into_iter().map(|f| file(f, &seal)).collect();
    page.links = content.links.into_iter().map(|link| linked(times, link)).collect();
    page.links_hidden = content.links_hidden;
    page.matches = content.matches.into_iter().map(|found| matched(times, found)).collect();
    page.others = others(content.case, content.merged_into, content.merged);
    page.provenance = Some(provenance(web, signed, times, &content.provenance));
    page.taken = content.decisions.into_iter().map(|line| taken(times, line)).collect();
    page.reasons = content.reasons;
    page.journal = content
        .journal
        .into_iter()
        .map(|line| parts::journal_line(times, line.at, line.who, line.what, line.reason))
        .collect();
}

fn about(times: &Times, content: &ReportContent) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(incident) = content.incident {
        facts.push(Fact::new("About", incident.kind.label()));
        facts
            .push(Fact::new("When", incident.at.map_or_else(|| "not said".to_owned(), |at| times.exact(at))));
        let ongoing = match incident.ongoing {
            Some(true) => "said to be going on",
            Some(false) => "said to be over",
            None => "not known",
        };
        facts.push(Fact::new("Going on", ongoing));
    }
    facts.push(match content.place {
        Some(place) => {
            Fact::new("Place", format!("{}, confidence {}", place.country, place.confidence.label()))
        }
        None => Fact::new("Place", "not known"),
    });
    facts.extend(content.platform.iter().map(|name| Fact::new("On", name)));
    if !content.flags.is_empty() {
        let flags: Vec<&str> = content.flags.iter().map(|flag| flag.label()).collect();
        facts.push(Fact::new("Marked as", flags.join(", ")));
    }
    if content.escalated {
        facts.push(Fact::new("Urgency", "the reporter asks for it to be read first"));
    }
    facts
}

type Seal<'a> = dyn Fn(&str, &str) -> crate::page::SealedField + 'a;

fn person(person: &PersonView, seal: &Seal<'_>) -> PersonRow {
    let mut facts = vec![Fact::new("Age at the time", person.age)];
    facts.extend(person.account_use.map(|use_| Fact::new("Account", use_.label())));
    if person.prior_reports > 0 {
        facts.push(Fact::new("Earlier reports named", person.prior_reports.to_string()));
    }
    let fields: Vec<String> = person
        .sealed
        .iter()
        .map(|(field, n)| if *n == 1 { (*field).to_owned() } else { format!("{field} ({n})") })
        .collect();
    let words = format!("{} of {}", fields.join(", "), person.label);
    PersonRow {
        role: person.label.to_owned(),
        called: format!("Person {}", person.index + 1),
        facts,
        sealed: if fields.is_empty() {
            Vec::new()
        } else {
            vec![seal(&format!("person-{}", person.index), &words)]
        },
    }
}

fn identifier(times: &Times, row: &IdentifierView, seal: &Seal<'_>) -> IdentifierRow {
    IdentifierRow {
        kind: row.kind.label().to_owned(),
        sealed: Some(seal(&format!("identifier-{}", row.ordinal), row.kind.label())),
        whose: row.role.to_owned(),
        seen: row.seen_at.map(|at| times.moment(at)),
        elsewhere: (row.reports - 1).max(0).unsigned_abs(),
    }
}

fn file(file: FileView, seal: &Seal<'_>) -> FileRow {
    let called = format!("File {}", file.number);
    let mut facts = Vec::new();
    if !file.banks.is_empty() {
        facts.push(Fact::new("Known to", file.banks.join(", ")));
    }
    facts.extend(file.exif_viewed.map(|viewed| Fact::new("EXIF data", viewed)));
    facts.extend(file.publicly_available.map(|is| Fact::new("Public", if is { "yes" } else { "no" })));
    facts.extend(file.relevance.map(|relevance| Fact::new("Relevance", relevance)));
    if !file.annotations.is_empty() {
        facts.push(Fact::new("Marked as", file.annotations.join(", ")));
    }
    FileRow {
        name: file.named.then(|| seal(&format!("file-{}", file.number), "file name")),
        called,
        hashes: file.hashes.into_iter().map(|hash| Fact::exact(&hash.algorithm, hash.hex)).collect(),
        classification: file.classification,
        viewed: file.viewed.unwrap_or_else(|| "not known: nobody attests it".to_owned()),
        facts,
    }
}

fn linked(times: &Times, link: LinkView) -> LinkRow {
    LinkRow {
        href: Some(routes::report(link.report.id)),
        says: format!(
            "A {} link, seen {}; level {}.",
            link.strength,
            times.moment(link.since).words,
            link.report.level
        ),
        number: link.report.number,
        state: link.report.state.label().to_owned(),
        reasons: link.reasons,
    }
}

fn matched(times: &Times, found: MatchView) -> MatchRow {
    let about = match (found.of_account, found.kind.as_str()) {
        (true, _) => "about an account it names",
        (false, "hash") => "a known file",
        (false, _) => "about this report",
    };
    MatchRow {
        href: found.may_open.then(|| routes::alert(found.alert)),
        number: found.number,
        about: about.to_owned(),
        says: found.evidence.map(|evidence| evidence.title),
        state: found.state,
        raised: times.moment(found.raised_at),
    }
}

fn others(
    case: Option<CaseRef>,
    merged_into: Option<app_intake::ReportRef>,
    merged: Vec<app_intake::ReportRef>,
) -> Vec<Other> {
    let report = |label: &str, other: app_intake::ReportRef| Other {
        label: label.to_owned(),
        href: Some(routes::report(other.id)),
        number: other.number,
    };
    let mut others: Vec<Other> = case
        .into_iter()
        .map(|case| Other {
            label: "Case".to_owned(),
            href: case.may_open.then(|| routes::case(case.id)),
            number: case.number,
        })
        .collect();
    others.extend(merged_into.map(|other| report("Merged into", other)));
    others.extend(merged.into_iter().map(|other| report("Holds", other)));
    others
}

fn provenance(web: &Web, signed: &Signed, times: &Times, from: &app_intake::Provenance) -> Provenance {
    let mut facts = Vec::new();
    facts.extend(from.brought_from.iter().map(|source| Fact::new("Brought from", source)));
    facts.extend(
        from.references
            .iter()
            .map(|reference| Fact::exact(&format!("Number at {}", reference.issuer), &reference.number)),
    );
    facts.extend(from.lawful_basis.iter().map(|basis| Fact::new("Lawful basis", basis)));
    facts.extend(from.digest.map(|digest| Fact::exact("Original, SHA-256", digest.to_string())));
    if from.has_document {
        facts.push(Fact::new("Outside document", "kept beside it, sealed"));
    }
    let may_see = web.house.profile.has_desk(Room::Imports) && signed.may(web, Action::ReadImports);
    Provenance {
        facts,
        received: times.moment(times.now),
        import: from
            .import
            .map(|(id, number)| (format!("no. {number}"), may_see.then(|| routes::import(id)))),
    }
}

fn taken(times: &Times, line: DecisionLine) -> DecisionRow {
    let after = match (&line.undone, line.left_house_at) {
        (Some(undone), _) => Some(format!("Undone {} by {}.", times.moment(undone.at).words, undone.by)),
        (None, Some(at)) => Some(format!("Left the house {}.", times.moment(at).words)),
        (None, None) => None,
    };
    let target = line.target.map(|target| format!(": {target}")).unwrap_or_default();
    DecisionRow {
        id: line.id,
        words: format!("{}{target}", line.kind.label()),
        by: line.by,
        when: times.moment(line.at),
        said: line.said.into_iter().map(|said| Fact::new(&said.label, said.text)).collect(),
        can_send: line.can_undo && line.kind.leaves_the_house(),
        after,
        can_undo: line.can_undo,
    }
}
