//! Filling the page of a case.

use access::Action;
use app_admin::users;
use app_casework::{
    CaseReport, CaseView, FilingRow, IdentifierView, LinkedReport, NoteView, PersonView, TaskView, TrackView,
    UserRef, read,
};
use app_kernel::Error;
use cases::{TimelineEntry, TimelineKind, by_day};
use model::{Id, kinds};

use super::{
    case_forms::{end_reasons, incidents, lines, note_kinds, relationships, roles, sexes, state_word},
    cases::task_clock,
    words::{did, part, tone},
};
use crate::{
    Web,
    page::{
        Choice, Desk, SensitiveText, Standing, Times,
        case::{
            CaseForms, CasePage, CasePerson, CaseReportRow, FilingLine, NewFiling, NoteRow, TaskRow,
            TimelineDay, TimelineEvent, Track,
        },
        record::{JournalLine, Tone},
        report::{IdentifierRow, LinkRow, PersonRow},
        routes,
    },
    parts,
    session::Signed,
    view::{below, times},
};

/// What a page keeps of what was asked or written.
#[derive(Default)]
pub(super) struct Kept {
    /// The kinds of event that are shown; all without any.
    pub(super) kinds: Vec<String>,
    /// A note that was refused.
    pub(super) note: String,
    /// A statement to the receiver that was refused.
    pub(super) statement: String,
}

/// What fills a page.
struct Page<'a> {
    web: &'a Web,
    signed: &'a Signed,
    times: Times,
    id: Id<kinds::Case>,
    may: &'a [Action],
}

/// Opens a case and fills its page.
pub(super) async fn page(
    web: &Web,
    signed: &Signed,
    id: Id<kinds::Case>,
    kept: &Kept,
) -> Result<CasePage, Error> {
    let op = signed.op("casework");
    let mut tx = web.house.begin(&op).await?;
    let view = read(&op, &mut tx, id).await?;
    tx.commit().await?;
    let colleagues =
        if view.may.contains(&Action::EditCase) { colleagues(web, signed, &view).await? } else { Vec::new() };
    let fill = Page { web, signed, times: times(web), id, may: &view.may.clone() };
    Ok(fill.page(view, colleagues, kept))
}

/// Who can be given a task: everyone with an account for who may see that, else whoever worked on
/// the case and whoever asks.
async fn colleagues(web: &Web, signed: &Signed, view: &CaseView) -> Result<Vec<Choice>, Error> {
    let of = |user: &UserRef| (user.id.to_string(), user.name.clone());
    let mut known = vec![(signed.who.user.id.to_string(), signed.who.user.label.clone())];
    known.extend(view.lead.iter().map(of));
    if signed.may(web, Action::ReadUsers) {
        let op = signed.op("casework");
        let mut tx = web.house.look(&op).await?;
        let all = users::list(&op, &mut tx).await?;
        known.extend(
            all.into_iter().filter(|user| user.disabled_at.is_none()).map(|u| (u.id.to_string(), u.label)),
        );
    } else {
        known.extend(view.opened_by.iter().map(of));
        known.extend(view.tasks.iter().flat_map(|t| t.assignee.iter().chain([&t.created_by])).map(of));
        known.extend(view.notes.iter().map(|note| of(&note.author)));
    }
    known.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    known.dedup();
    Ok(known.iter().map(|(id, name)| Choice::new(id, name)).collect())
}

impl Page<'_> {
    fn page(&self, view: CaseView, colleagues: Vec<Choice>, kept: &Kept) -> CasePage {
        let outline = view.title.is_none();
        let can_edit = self.may.contains(&Action::EditCase) && view.withdrawn_at.is_none();
        let can_note = self.may.contains(&Action::AddNote) && view.withdrawn_at.is_none();
        let title = view.title.clone().unwrap_or_else(|| format!("Case {}", view.number));
        CasePage {
            shell: below(self.web, self.signed, &view.number, Desk::Cases),
            id: self.id,
            outline,
            summary: lines(view.summary.as_deref().unwrap_or_default()),
            risk: self.risk(view.level),
            standing: self.standing(&view),
            lead: view.lead.as_ref().map(|lead| lead.name.clone()),
            opened: self.times.dated(view.opened_at),
            tracks: view.tracks.iter().map(|track| track_row(track, can_edit)).collect(),
            kinds: kinds_of(&view.timeline, &kept.kinds),
            timeline: self.timeline(&view.timeline, &kept.kinds),
            people: view.people.iter().map(|person| self.person(person)).collect(),
            identifiers: view.identifiers.iter().map(|identifier| self.identifier(identifier)).collect(),
            reports: view.reports.iter().map(|report| self.report(report)).collect(),
            links: view.linked.iter().map(|link| self.link(link)).collect(),
            notes: view.notes.iter().rev().map(|note| self.note(note)).collect(),
            note_kinds: if can_note { note_kinds() } else { Vec::new() },
            note_draft: kept.note.clone(),
            tasks: view.tasks.iter().map(|task| self.task(task)).collect(),
            filings: self
                .web
                .house
                .profile
                .has("filings")
                .then(|| view.filings.iter().rev().map(|filing| self.filing(filing)).collect()),
            forms: can_edit.then(|| forms(&view, colleagues)),
            new_filing: self.new_filing(&view, kept),
            journal: view.journal.iter().map(|line| journal_line(&self.times, line)).collect(),
            number: view.number,
            title,
        }
    }

    fn risk(&self, level: i64) -> crate::page::RiskBand {
        parts::risk(&self.web.rules, level, parts::level_name(&self.web.rules, level))
    }

    /// The phase with its last change, who made it, and what comes next.
    fn standing(&self, view: &CaseView) -> Standing {
        let looked = [Action::ReadCase, Action::RevealPerson, Action::RevealChild].map(Action::as_str);
        let last = view.journal.iter().find(|line| !looked.contains(&line.action.as_str()));
        let opened_by = view.opened_by.as_ref().map_or("its organisation", |user| user.name.as_str());
        let (since, actor) = last.map_or_else(
            || (view.opened_at, opened_by.to_owned()),
            |line| (line.at, parts::actor(&line.actor)),
        );
        let open = view.tasks.iter().find(|task| task.done.is_none());
        let (word, tone, next) = match (view.withdrawn_at, open) {
            (Some(_), _) => (
                "withdrawn",
                Tone::Neutral,
                "The decision that opened it was undone. Open a case from the report again.".to_owned(),
            ),
            (None, Some(task)) => (view.phase.label(), Tone::Open, task.title.clone()),
            (None, None) if view.title.is_none() => (view.phase.label(), Tone::Neutral, String::new()),
            (None, None) => {
                (view.phase.label(), Tone::Open, "Write down what is to be done next.".to_owned())
            }
        };
        Standing { word: word.to_owned(), tone, since: self.times.moment(since), actor, next }
    }

    fn timeline(&self, entries: &[TimelineEntry], kinds: &[String]) -> Vec<TimelineDay> {
        let shown: Vec<TimelineEntry> = entries
            .iter()
            .filter(|entry| kinds.is_empty() || kinds.iter().any(|kind| kind == entry.kind.as_str()))
            .cloned()
            .collect();
        let days = by_day(&shown, &self.times.zone).or_else(|| by_day(&shown, "UTC")).unwrap_or_default();
        days.iter()
            .rev()
            .map(|day| TimelineDay {
                day: day.day.to_string(),
                events: day.entries.iter().rev().map(|entry| self.event(entry)).collect(),
            })
            .collect()
    }

    fn event(&self, entry: &TimelineEntry) -> TimelineEvent {
        let href = entry.record.as_deref().and_then(|record| {
            let (kind, id) = record.split_once(':')?;
            match kind {
                "report" if self.opens(Action::ReadReport) => Some(routes::report(id)),
                "alert" if self.opens(Action::ReadAlert) => Some(routes::alert(id)),
                "filing" if self.opens(Action::ReadFiling) => Some(routes::filing(id)),
                "note" => Some(format!("#note-{id}")),
                "person" => Some("#people".to_owned()),
                "task" => Some("#tasks".to_owned()),
                _ => None,
            }
        });
        TimelineEvent {
            when: self.times.dated(entry.at),
            kind: entry.kind.label().to_owned(),
            says: entry.sentence.clone(),
            href,
        }
    }

    /// Whether a link to a record of another kind leads anywhere. A guest sees one case only.
    fn opens(&self, action: Action) -> bool {
        self.signed.who.user.guest.is_none() && self.signed.may(self.web, action)
    }

    fn person(&self, person: &PersonView) -> CasePerson {
        let action = if person.child { Action::RevealChild } else { Action::RevealPerson };
        let words = if person.child { "who the child is" } else { "who this is" };
        let mut field =
            parts::sealed(self.signed, "person", person.id, "identity", words, self.may.contains(&action));
        if !person.readable {
            field.purposes.clear();
            "The key was destroyed; nobody can open it any more.".clone_into(&mut field.refused);
        }
        CasePerson {
            id: person.id,
            row: PersonRow {
                role: person.says.to_owned(),
                called: person.called.clone(),
                facts: Vec::new(),
                sealed: vec![field],
            },
        }
    }

    fn identifier(&self, identifier: &IdentifierView) -> IdentifierRow {
        let action = if identifier.of_child { Action::RevealChild } else { Action::RevealPerson };
        let elsewhere = identifier.reports_in_all.unsigned_abs().saturating_sub(identifier.reports as u64);
        IdentifierRow {
            kind: identifier.kind.label().to_owned(),
            sealed: identifier.sealed.as_ref().map(|named| {
                parts::sealed(
                    self.signed,
                    "case-report",
                    named.report,
                    &format!("identifier-{}", named.ordinal),
                    identifier.kind.label(),
                    self.may.contains(&action),
                )
            }),
            whose: identifier.roles.iter().map(|role| part(role)).collect::<Vec<_>>().join(", "),
            seen: identifier.seen.map(|(_, last)| self.times.moment(last)),
            elsewhere,
        }
    }

    fn report(&self, report: &CaseReport) -> CaseReportRow {
        CaseReportRow {
            number: report.number.clone(),
            href: self.opens(Action::ReadReport).then(|| routes::report(report.id)),
            risk: self.risk(report.level),
            state: report.state.label().to_owned(),
            source: report.source.label().to_owned(),
            received: self.times.moment(report.received_at),
            reasons: report.reasons.clone(),
        }
    }

    fn link(&self, link: &LinkedReport) -> LinkRow {
        let strength = &link.strength;
        let says = match (link.to, link.in_case) {
            (None, _) => format!("Another agency holds a report that matches {}.", link.from_number),
            (_, true) => format!("A {strength} link to {}, which is in this case, too.", link.from_number),
            (_, false) => format!("A {strength} link to {}. It is not in this case.", link.from_number),
        };
        LinkRow {
            number: link.to_number.clone().unwrap_or_else(|| "held elsewhere".to_owned()),
            href: link.to.filter(|_| self.opens(Action::ReadReport)).map(routes::report),
            says,
            state: link.state.map_or("not ours to see", |state| state.label()).to_owned(),
            reasons: link.reasons.clone(),
        }
    }

    fn note(&self, note: &NoteView) -> NoteRow {
        let shut = note.sensitive.then(|| SensitiveText {
            label: format!("A note that quotes words of abuse, {} characters", note.text.chars().count()),
            summary: "It stays shut until somebody opens it with a purpose.".to_owned(),
            field: parts::sealed(self.signed, "note", self.id, &note.id.to_string(), "the note", true),
        });
        NoteRow {
            key: format!("note-{}", note.id),
            kind: note.kind.label().to_owned(),
            author: note.author.name.clone(),
            written: self.times.moment(note.at),
            corrects: note.corrects.map(|corrected| format!("note-{corrected}")),
            paragraphs: if note.sensitive { Vec::new() } else { lines(&note.text) },
            sensitive: shut,
        }
    }

    fn task(&self, task: &TaskView) -> TaskRow {
        TaskRow {
            id: task.id,
            what: task.title.clone(),
            who: task.assignee.as_ref().map(|user| user.name.clone()),
            clock: task.due_at.map(|due| task_clock(&self.times, due)),
            done: task.done.as_ref().map(|(by, at)| (by.name.clone(), self.times.moment(*at))),
        }
    }

    fn filing(&self, filing: &FilingRow) -> FilingLine {
        FilingLine {
            href: self.opens(Action::ReadFiling).then(|| routes::filing(filing.id)),
            number: filing.number.clone(),
            kind: filing.kind.label().to_owned(),
            state: filing.state.label().to_owned(),
            tone: tone(filing.state),
            since: self.times.moment(filing.changed_at),
            next: filing.state.next_step().to_owned(),
        }
    }

    fn new_filing(&self, view: &CaseView, kept: &Kept) -> Option<NewFiling> {
        let files = self.web.house.profile.has("filings") && self.may.contains(&Action::DraftFiling);
        if !files || view.reports.is_empty() || view.withdrawn_at.is_some() {
            return None;
        }
        let choice = |report: &CaseReport| {
            let words = format!("{} from {}", report.number, report.source.label());
            Choice::new(&report.id.to_string(), &words).chosen()
        };
        Some(NewFiling {
            reports: view.reports.iter().map(choice).collect(),
            incidents: incidents(None),
            statement: kept.statement.clone(),
        })
    }
}

/// A line of the journal about a record.
pub(super) fn journal_line(times: &Times, line: &app_casework::JournalLine) -> JournalLine {
    let did = did(&line.action, &line.detail);
    parts::journal_line(times, line.at, parts::actor(&line.actor), did, line.reason.clone())
}

/// The kinds of event there are, with those that are shown.
fn kinds_of(entries: &[TimelineEntry], shown: &[String]) -> Vec<Choice> {
    TimelineKind::ALL
        .iter()
        .filter(|kind| entries.iter().any(|entry| entry.kind == **kind))
        .map(|kind| {
            let choice = Choice::new(kind.as_str(), kind.label());
            let is_shown = shown.is_empty() || shown.iter().any(|word| word == kind.as_str());
            if is_shown { choice.chosen() } else { choice }
        })
        .collect()
}

fn track_row(track: &TrackView, can_edit: bool) -> Track {
    let label = track.track.label();
    let mut name = label.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let next = if can_edit { track.next.as_slice() } else { &[] };
    Track {
        word: track.track.as_str(),
        name,
        state: track.state.label().to_owned(),
        reasons: if next.iter().any(|state| state.needs_reason()) { end_reasons() } else { Vec::new() },
        next: next.iter().map(|state| Choice::new(state_word(*state), state.label())).collect(),
    }
}

fn forms(view: &CaseView, colleagues: Vec<Choice>) -> CaseForms {
    let lead = view.lead.as_ref().map(|lead| lead.id.to_string());
    let leads = colleagues.iter().cloned();
    let leads = leads.map(|c| if Some(&c.value) == lead.as_ref() { c.chosen() } else { c }).collect();
    CaseForms {
        leads,
        colleagues,
        summary: view.summary.clone().unwrap_or_default(),
        roles: roles(),
        relationships: relationships(),
        sexes: sexes(),
    }
}
