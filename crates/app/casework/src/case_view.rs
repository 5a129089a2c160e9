//! One case, opened: everything its page shows. A partner organisation sees the outline only.

use access::{Action, Mask};
use app_kernel::{Error, Op, Permit, Tx};
use cases::{CaseTrack, Note, NoteKind, PersonRole, Phase, Standing, TaskState, TimelineEntry, TrackState};
use model::{Id, Instant, kinds};
use reports::{Minority, ReportState, Source};
use store::{cases::Case, reports::Report};

use crate::{
    case_work::{as_task, title, tracks_of},
    filing::{self, FilingRow},
    identifiers::{self, IdentifierView},
    opening::CaseText,
    people::role_of,
    shared::{JournalLine, Names, UserRef, case_number, journal_of, may, report_number, word},
    timeline::{self, Sources},
};

/// One track of a case.
#[derive(Clone, Debug)]
pub struct TrackView {
    /// The track.
    pub track: CaseTrack,
    /// Where it stands.
    pub state: TrackState,
    /// Where it can go.
    pub next: Vec<TrackState>,
}

/// A person of a case, by pseudonym.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// The person.
    pub id: Id<kinds::Person>,
    /// What a page calls them.
    pub called: String,
    /// Their role.
    pub role: PersonRole,
    /// The role in the words of a page.
    pub says: &'static str,
    /// Whether the identity is sealed under a key of its own, as a child's is.
    pub child: bool,
    /// Whether it can still be opened: the key of a child's identity may have been destroyed.
    pub readable: bool,
    /// Since when they have the role.
    pub since: Instant,
    /// Until when.
    pub until: Option<Instant>,
}

/// A report of the case.
#[derive(Clone, Debug)]
pub struct CaseReport {
    /// The report.
    pub id: Id<kinds::Report>,
    /// Its number.
    pub number: String,
    /// Where it stands.
    pub state: ReportState,
    /// Where it came from.
    pub source: Source,
    /// When it was received.
    pub received_at: Instant,
    /// Its level.
    pub level: i64,
    /// Why it ranks so; nothing personal.
    pub reasons: Vec<String>,
}

/// A report that is linked to one of the case.
#[derive(Clone, Debug)]
pub struct LinkedReport {
    /// The report of the case.
    pub from: Id<kinds::Report>,
    /// Its number.
    pub from_number: String,
    /// The other report; `None` where another organisation holds it.
    pub to: Option<Id<kinds::Report>>,
    /// Its number.
    pub to_number: Option<String>,
    /// Where it stands.
    pub state: Option<ReportState>,
    /// Whether it belongs to the case, too.
    pub in_case: bool,
    /// The strength's word.
    pub strength: String,
    /// Why they belong together, in sentences.
    pub reasons: Vec<String>,
}

/// A note.
#[derive(Clone)]
pub struct NoteView {
    /// The note.
    pub id: Id<kinds::Note>,
    /// What it is about.
    pub kind: NoteKind,
    /// Who wrote it.
    pub author: UserRef,
    /// When.
    pub at: Instant,
    /// True if the text describes abuse: shown shut.
    pub sensitive: bool,
    /// The text.
    pub text: String,
    /// The note it corrects.
    pub corrects: Option<Id<kinds::Note>>,
}

/// A task.
#[derive(Clone)]
pub struct TaskView {
    /// The task.
    pub id: Id<kinds::Task>,
    /// What is to be done.
    pub title: String,
    /// By when.
    pub due_at: Option<Instant>,
    /// By whom.
    pub assignee: Option<UserRef>,
    /// Who set it.
    pub created_by: UserRef,
    /// When.
    pub created_at: Instant,
    /// Where it stands.
    pub state: TaskState,
    /// Whether its time is over.
    pub overdue: bool,
    /// Who did it and when.
    pub done: Option<(UserRef, Instant)>,
}

/// A case.
#[derive(Clone)]
pub struct CaseView {
    /// The case.
    pub id: Id<kinds::Case>,
    /// Its number.
    pub number: String,
    /// Its title; `None` for a partner.
    pub title: Option<String>,
    /// Its summary; `None` for a partner.
    pub summary: Option<String>,
    /// The most urgent level of its reports.
    pub level: i64,
    /// Who leads it.
    pub lead: Option<UserRef>,
    /// Its tracks.
    pub tracks: Vec<TrackView>,
    /// The phase they add up to.
    pub phase: Phase,
    /// Who opened it; `None` for a partner.
    pub opened_by: Option<UserRef>,
    /// When it was opened.
    pub opened_at: Instant,
    /// When something last happened in it.
    pub changed_at: Instant,
    /// When the decision that opened it was undone.
    pub withdrawn_at: Option<Instant>,
    /// The timeline, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// People by role, children first.
    pub people: Vec<PersonView>,
    /// Identifiers, sealed.
    pub identifiers: Vec<IdentifierView>,
    /// Its reports, oldest first.
    pub reports: Vec<CaseReport>,
    /// Links of its reports, to each other and beyond.
    pub linked: Vec<LinkedReport>,
    /// Notes, oldest first.
    pub notes: Vec<NoteView>,
    /// Tasks, the open ones first.
    pub tasks: Vec<TaskView>,
    /// Filings, oldest change first.
    pub filings: Vec<FilingRow>,
    /// What the journal says, newest first.
    pub journal: Vec<JournalLine>,
    /// What the actor may do here, perhaps after confirming who they are.
    pub may: Vec<Action>,
}

/// Opens a case.
pub async fn read(op: &Op, tx: &mut Tx<'_>, case: Id<kinds::Case>) -> Result<CaseView, Error> {
    let (row, permit) = tx.open::<Case>(op, Action::ReadCase, case.uuid()).await?;
    let whole = permit.mask() == Mask::Whole;
    let mut names = Names::default();
    let reports = if tx.house().profile.has("reports") {
        store::reports::of_case(tx.store(&permit), case).await?
    } else {
        Vec::new()
    };
    let people = people(tx, &permit, case).await?;
    let mut view = outline(tx, &permit, &row, &reports, people).await?;
    if whole {
        fill(op, tx, &permit, &row, &reports, &mut names, &mut view).await?;
    }
    view.filings = filing::of_case(tx, &permit, case).await?;
    let sources = Sources {
        case: &row,
        reports: &reports,
        people: &view.people,
        notes: &view.notes,
        tasks: &view.tasks,
        filings: &view.filings,
        journal: &journal_of(tx, &permit, case.uuid()).await?,
        whole,
    };
    view.timeline = timeline::of_case(tx, &permit, &mut names, &sources).await?;
    let detail = serde_json::json!({
        "mask": permit.mask().as_str(), "reports": view.reports.len(), "people": view.people.len(),
    });
    tx.journal(op, &permit, detail).await?;
    Ok(view)
}

/// What everyone sees who may open the case at all: states, dates, numbers and counts.
async fn outline(
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &Case,
    reports: &[Report],
    people: Vec<PersonView>,
) -> Result<CaseView, Error> {
    let tracks = tracks_of(row)?;
    let track = |track: &CaseTrack| {
        let state = tracks.state(*track);
        TrackView { track: *track, state, next: state.next() }
    };
    let mut identifiers = identifiers::of_reports(tx, permit, reports).await?;
    for identifier in &mut identifiers {
        identifier.sealed = identifier.sealed.take().filter(|_| permit.mask() == Mask::Whole);
    }
    let mut own = Vec::new();
    for report in reports {
        own.push(CaseReport {
            id: report.id,
            number: report_number(report),
            state: word("state of a report", &report.state)?,
            source: word("source of a report", &report.source)?,
            received_at: report.received_at,
            level: report.level,
            reasons: Vec::new(),
        });
    }
    Ok(CaseView {
        id: row.id,
        number: case_number(row),
        title: None,
        summary: None,
        level: row.level,
        lead: None,
        tracks: CaseTrack::ALL.iter().map(track).collect(),
        phase: tracks.phase(),
        opened_by: None,
        opened_at: row.opened_at,
        changed_at: row.changed_at,
        withdrawn_at: row.withdrawn_at,
        timeline: Vec::new(),
        people,
        identifiers,
        reports: own,
        linked: Vec::new(),
        notes: Vec::new(),
        tasks: Vec::new(),
        filings: Vec::new(),
        journal: Vec::new(),
        may: Vec::new(),
    })
}

/// What only the owner organisation sees.
async fn fill(
    op: &Op,
    tx: &mut Tx<'_>,
    permit: &Permit,
    row: &Case,
    reports: &[Report],
    names: &mut Names,
    view: &mut CaseView,
) -> Result<(), Error> {
    let sealer = tx.sealer(permit, "case", row.id.uuid()).await?;
    let text: CaseText = sealer.open("summary", &row.sealed)?;
    view.title = Some(text.title);
    view.summary = Some(text.summary);
    view.opened_by = Some(names.of(tx, permit, row.opened_by).await?);
    if let Some(lead) = row.lead {
        view.lead = Some(names.of(tx, permit, lead).await?);
    }
    for (own, report) in view.reports.iter_mut().zip(reports) {
        own.reasons.clone_from(&report.reasons);
    }
    for person in view.people.iter_mut().filter(|person| person.child) {
        person.readable = tx.child_sealer(permit, person.id).await?.is_some();
    }
    for kept in store::cases::notes(tx.store(permit), row.id).await? {
        let note: Note = sealer.open("note", &kept.sealed)?;
        let author = names.of(tx, permit, kept.created_by).await?;
        let Note { kind, at, sensitive, text, corrects, .. } = note;
        view.notes.push(NoteView { id: kept.id, kind, author, at, sensitive, text, corrects });
    }
    let now = tx.house().now();
    for kept in store::cases::tasks(tx.store(permit), row.id).await? {
        let task = as_task(&kept, title(&sealer, &kept)?);
        let assignee = match kept.assignee {
            Some(user) => Some(names.of(tx, permit, user).await?),
            None => None,
        };
        let done = match kept.done_by.zip(kept.done_at) {
            Some((user, at)) => Some((names.of(tx, permit, user).await?, at)),
            None => None,
        };
        view.tasks.push(TaskView {
            id: kept.id,
            due_at: kept.due_at,
            assignee,
            created_by: names.of(tx, permit, kept.created_by).await?,
            created_at: kept.created_at,
            state: task.state,
            overdue: task.is_overdue(now),
            done,
            title: task.title,
        });
    }
    view.tasks.sort_by_key(|task| (task.done.is_some(), task.due_at.is_none(), task.due_at, task.created_at));
    view.linked = linked(tx, permit, reports).await?;
    view.journal = journal_of(tx, permit, row.id.uuid()).await?;
    for action in ACTIONS {
        if may(tx, op, action, row).await? {
            view.may.push(action);
        }
    }
    Ok(())
}

/// What a page of a case may offer.
const ACTIONS: [Action; 9] = [
    Action::EditCase,
    Action::AddNote,
    Action::RevealPerson,
    Action::RevealChild,
    Action::DraftFiling,
    Action::ReviewFiling,
    Action::SendFiling,
    Action::ShareRecord,
    Action::ManageGuests,
];

async fn people(tx: &mut Tx<'_>, permit: &Permit, case: Id<kinds::Case>) -> Result<Vec<PersonView>, Error> {
    let mut views = Vec::new();
    for row in store::cases::people(tx.store(permit), case).await? {
        let role = role_of(&row)?;
        let minority = if row.child { Minority::Possibly } else { Minority::Adult };
        views.push(PersonView {
            id: row.id,
            called: row.pseudonym,
            role,
            says: role.words(Standing::NotJudged, minority),
            child: row.child,
            readable: true,
            since: row.since,
            until: row.until,
        });
    }
    views.sort_by(|a, b| (a.role, a.since, &a.called).cmp(&(b.role, b.since, &b.called)));
    Ok(views)
}

/// The links of the case's reports. A report that another organisation holds shows as a hit only.
async fn linked(tx: &mut Tx<'_>, permit: &Permit, reports: &[Report]) -> Result<Vec<LinkedReport>, Error> {
    let mut views: Vec<LinkedReport> = Vec::new();
    for report in reports {
        for (other, link) in store::reports::links(tx.store(permit), report.id).await? {
            let in_case = reports.iter().any(|own| own.id == other);
            // Between two reports of the case the link is told once.
            if in_case && other < report.id {
                continue;
            }
            let row = store::reports::find(tx.store(permit), other).await?;
            let own = row.filter(|row| row.organisation == permit.owner());
            let state = own.as_ref().map(|row| word("state of a report", &row.state)).transpose()?;
            views.push(LinkedReport {
                from: report.id,
                from_number: report_number(report),
                to: own.as_ref().map(|row| row.id),
                to_number: own.as_ref().map(report_number),
                state,
                in_case,
                strength: link.strength,
                reasons: if own.is_some() { link.reasons } else { Vec::new() },
            });
        }
    }
    Ok(views)
}
