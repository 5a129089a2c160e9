//! A case as the API shows it. A partner organisation sees the outline only.

use app_casework as casework;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    case_parts::{Note, Task, TimelineEntry, TrackStanding},
    filing_view::FilingRow,
    shared::{JournalLine, UserRef, all},
    values::{CaseId, Moment, PersonId, ReportId},
    words::{Action, IdentifierKind, PersonRole, Phase, ReportState, Source},
};

/// A row of the list of cases.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseRow {
    /// The case.
    id: CaseId,
    /// Its number, such as `C-2026-00003`.
    number: String,
    /// Its title, which names nobody.
    title: String,
    /// The most urgent level of its reports.
    level: i64,
    /// The phase it is in.
    phase: Phase,
    /// Who leads it.
    lead: Option<UserRef>,
    /// How many reports it has.
    reports: usize,
    /// How many tasks are open.
    open_tasks: usize,
    /// When the next of them is due.
    next_due: Option<Moment>,
    /// When it was opened.
    opened_at: Moment,
    /// When something last happened in it.
    changed_at: Moment,
}

/// A case, open.
#[derive(Serialize, ToSchema)]
pub(crate) struct Case {
    /// The case.
    id: CaseId,
    /// Its number, such as `C-2026-00003`.
    number: String,
    /// Its title; null for a partner.
    title: Option<String>,
    /// Its summary; null for a partner.
    summary: Option<String>,
    /// The most urgent level of its reports.
    level: i64,
    /// Who leads it.
    lead: Option<UserRef>,
    /// Its tracks.
    tracks: Vec<TrackStanding>,
    /// The phase they add up to.
    phase: Phase,
    /// Who opened it; null for a partner.
    opened_by: Option<UserRef>,
    /// When it was opened.
    opened_at: Moment,
    /// When something last happened in it.
    changed_at: Moment,
    /// When the decision that opened it was undone.
    withdrawn_at: Option<Moment>,
    /// What happened, oldest first.
    timeline: Vec<TimelineEntry>,
    /// People by role, children first, by pseudonym.
    people: Vec<Person>,
    /// Identifiers, without their values.
    identifiers: Vec<Identifier>,
    /// Its reports, oldest first.
    reports: Vec<CaseReport>,
    /// Links of its reports, to each other and beyond.
    linked: Vec<LinkedReport>,
    /// Notes, oldest first.
    notes: Vec<Note>,
    /// Tasks, the open ones first.
    tasks: Vec<Task>,
    /// Filings, oldest change first.
    filings: Vec<FilingRow>,
    /// What the journal says, newest first.
    journal: Vec<JournalLine>,
    /// What you may do here, perhaps after confirming who you are.
    may: Vec<Action>,
}

/// A person of a case, by pseudonym.
#[derive(Serialize, ToSchema)]
#[schema(as = CasePerson)]
pub(crate) struct Person {
    /// The person.
    id: PersonId,
    /// What they are called.
    called: String,
    /// Their role.
    role: PersonRole,
    /// The role in words.
    says: &'static str,
    /// Whether the identity is sealed under a key of its own, as a child's is.
    child: bool,
    /// Whether it can still be opened.
    readable: bool,
    /// Since when they have the role.
    since: Moment,
    /// Until when.
    until: Option<Moment>,
}

/// An identifier of a case, its value sealed.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseIdentifier)]
pub(crate) struct Identifier {
    /// What it names.
    kind: IdentifierKind,
    /// In what parts the reports name it.
    roles: Vec<String>,
    /// Whether it is the child's.
    of_child: bool,
    /// How many reports of the case name it.
    reports: usize,
    /// How many reports of the organisation name it in all.
    reports_in_all: i64,
    /// When it was first seen in use.
    first_seen_at: Option<Moment>,
    /// When it was last seen in use.
    last_seen_at: Option<Moment>,
    /// Where it is opened from; null if you may not.
    sealed: Option<NamedIn>,
}

/// Where an identifier of a case is named.
#[derive(Serialize, ToSchema)]
pub(crate) struct NamedIn {
    /// The report.
    report: ReportId,
    /// Its number in the report.
    identifier: i64,
}

/// A report of a case.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseReport {
    /// The report.
    id: ReportId,
    /// Its number.
    number: String,
    /// Where it stands.
    state: ReportState,
    /// Who it came from.
    source: Source,
    /// When it was received.
    received_at: Moment,
    /// Its level.
    level: i64,
    /// Why it ranks so.
    reasons: Vec<String>,
}

/// A report that is linked to one of the case.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkedReport {
    /// The report of the case.
    from: ReportId,
    /// Its number.
    from_number: String,
    /// The other report; null where another organisation holds it.
    to: Option<ReportId>,
    /// Its number.
    to_number: Option<String>,
    /// Where it stands.
    state: Option<ReportState>,
    /// Whether it belongs to the case, too.
    in_case: bool,
    /// How much the link carries.
    strength: String,
    /// Why they belong together, in sentences.
    reasons: Vec<String>,
}

impl From<casework::CaseRow> for CaseRow {
    fn from(row: casework::CaseRow) -> Self {
        Self {
            id: row.id.into(),
            number: row.number,
            title: row.title,
            level: row.level,
            phase: row.phase.into(),
            lead: row.lead.map(UserRef::from),
            reports: row.reports,
            open_tasks: row.open_tasks,
            next_due: row.next_due.map(Moment::from),
            opened_at: row.opened_at.into(),
            changed_at: row.changed_at.into(),
        }
    }
}

impl From<casework::CaseView> for Case {
    fn from(view: casework::CaseView) -> Self {
        Self {
            id: view.id.into(),
            number: view.number,
            title: view.title,
            summary: view.summary,
            level: view.level,
            lead: view.lead.map(UserRef::from),
            tracks: all(view.tracks),
            phase: view.phase.into(),
            opened_by: view.opened_by.map(UserRef::from),
            opened_at: view.opened_at.into(),
            changed_at: view.changed_at.into(),
            withdrawn_at: view.withdrawn_at.map(Moment::from),
            timeline: all(view.timeline),
            people: all(view.people),
            identifiers: all(view.identifiers),
            reports: all(view.reports),
            linked: all(view.linked),
            notes: all(view.notes),
            tasks: all(view.tasks),
            filings: all(view.filings),
            journal: all(view.journal),
            may: all(view.may),
        }
    }
}

impl From<casework::PersonView> for Person {
    fn from(person: casework::PersonView) -> Self {
        Self {
            id: person.id.into(),
            called: person.called,
            role: person.role.into(),
            says: person.says,
            child: person.child,
            readable: person.readable,
            since: person.since.into(),
            until: person.until.map(Moment::from),
        }
    }
}

impl From<casework::IdentifierView> for Identifier {
    fn from(view: casework::IdentifierView) -> Self {
        let (first, last) = view.seen.unzip();
        Self {
            kind: view.kind.into(),
            roles: view.roles,
            of_child: view.of_child,
            reports: view.reports,
            reports_in_all: view.reports_in_all,
            first_seen_at: first.map(Moment::from),
            last_seen_at: last.map(Moment::from),
            sealed: view
                .sealed
                .map(|named| NamedIn { report: named.report.into(), identifier: named.ordinal }),
        }
    }
}

impl From<casework::CaseReport> for CaseReport {
    fn from(report: casework::CaseReport) -> Self {
        Self {
            id: report.id.into(),
            number: report.number,
            state: report.state.into(),
            source: report.source.into(),
            received_at: report.received_at.into(),
            level: report.level,
            reasons: report.reasons,
        }
    }
}

impl From<casework::LinkedReport> for LinkedReport {
    fn from(link: casework::LinkedReport) -> Self {
        Self {
            from: link.from.into(),
            from_number: link.from_number,
            to: link.to.map(ReportId::from),
            to_number: link.to_number,
            state: link.state.map(ReportState::from),
            in_case: link.in_case,
            strength: link.strength,
            reasons: link.reasons,
        }
    }
}
