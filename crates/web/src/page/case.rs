//! Cases: the list, and one case with its timeline, people, notes, tasks and filings.

use askama::Template;
use model::{Id, kinds};

use super::{
    clock::ClockChip,
    icon::Icon,
    list::{Choice, Paging},
    record::{JournalLine, Standing, Tone},
    report::{IdentifierRow, LinkRow, PersonRow},
    risk::RiskBand,
    routes,
    sealed::SensitiveText,
    shell::Shell,
    time::Moment,
};

/// One row of the list of cases.
#[derive(Clone, Debug)]
pub struct CaseRow {
    /// The case.
    pub id: Id<kinds::Case>,
    /// Its number.
    pub number: String,
    /// Its title, which names nobody.
    pub title: String,
    /// How urgent.
    pub risk: RiskBand,
    /// The phase its tracks add up to.
    pub phase: String,
    /// The tracks that run, with their states, in words.
    pub tracks: Vec<String>,
    /// Who leads; `None` while nobody does.
    pub lead: Option<String>,
    /// The task that is due next.
    pub clock: Option<ClockChip>,
    /// Open tasks.
    pub tasks: u64,
    /// Reports.
    pub reports: u64,
    /// The last change.
    pub changed: Moment,
}

/// The list of cases.
#[derive(Clone, Debug, Template)]
#[template(path = "cases.html")]
pub struct CasesPage {
    /// The shell.
    pub shell: Shell,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One track of a case, with where it stands and where it can go.
#[derive(Clone, Debug)]
pub struct Track {
    /// Its word.
    pub word: &'static str,
    /// Its name: `Investigation`.
    pub name: String,
    /// Its state's words.
    pub state: String,
    /// The states that can come next; empty where the person may not move it.
    pub next: Vec<Choice>,
    /// The reasons for an end, where a next state asks for one.
    pub reasons: Vec<Choice>,
}

/// One event of the timeline.
#[derive(Clone, Debug)]
pub struct TimelineEvent {
    /// The day and minute in the reader's zone.
    pub when: Moment,
    /// Its kind in words.
    pub kind: String,
    /// What happened, in one line.
    pub says: String,
    /// Where to read more.
    pub href: Option<String>,
}

/// One day of the timeline.
#[derive(Clone, Debug)]
pub struct TimelineDay {
    /// The day: `2026-11-21`.
    pub day: String,
    /// Its events, the newest first.
    pub events: Vec<TimelineEvent>,
}

/// Somebody of the case, by pseudonym.
#[derive(Clone, Debug)]
pub struct CasePerson {
    /// The person.
    pub id: Id<kinds::Person>,
    /// What a page shows of them.
    pub row: PersonRow,
}

/// A report of the case.
#[derive(Clone, Debug)]
pub struct CaseReportRow {
    /// Its number.
    pub number: String,
    /// Its address; `None` where the person may not open it.
    pub href: Option<String>,
    /// How urgent.
    pub risk: RiskBand,
    /// Its state's words.
    pub state: String,
    /// Who sent it.
    pub source: String,
    /// When it was received.
    pub received: Moment,
    /// Why it ranks so, in sentences.
    pub reasons: Vec<String>,
}

/// A note.
#[derive(Clone, Debug)]
pub struct NoteRow {
    /// Where it is on the page.
    pub key: String,
    /// What it is about: `contact`.
    pub kind: String,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub written: Moment,
    /// The note it corrects: where that is on the page.
    pub corrects: Option<String>,
    /// Its paragraphs, where it is not sensitive.
    pub paragraphs: Vec<String>,
    /// The same, shut, where it is.
    pub sensitive: Option<SensitiveText>,
}

/// A task.
#[derive(Clone, Debug)]
pub struct TaskRow {
    /// The task.
    pub id: Id<kinds::Task>,
    /// What is to be done.
    pub what: String,
    /// Whose it is; `None` while it is nobody's.
    pub who: Option<String>,
    /// By when.
    pub clock: Option<ClockChip>,
    /// Who did it and when.
    pub done: Option<(String, Moment)>,
}

/// A filing of the case.
#[derive(Clone, Debug)]
pub struct FilingLine {
    /// Its address; `None` where the person may not open it.
    pub href: Option<String>,
    /// Its number.
    pub number: String,
    /// What is filed: `CyberTipline report`.
    pub kind: String,
    /// Its state's words.
    pub state: String,
    /// What the state means for the reader.
    pub tone: Tone,
    /// Since when.
    pub since: Moment,
    /// What comes next.
    pub next: String,
}

/// What the forms of a case offer, and what was typed into one that was refused. `None` in a page
/// where the person may not use the form.
#[derive(Clone, Debug)]
pub struct CaseForms {
    /// Who can be given a task or the lead.
    pub colleagues: Vec<Choice>,
    /// The same with who leads chosen.
    pub leads: Vec<Choice>,
    /// The summary as it stands.
    pub summary: String,
    /// The parts somebody can have in a case.
    pub roles: Vec<Choice>,
    /// What somebody can be to the child.
    pub relationships: Vec<Choice>,
    /// Sexes, as papers have them.
    pub sexes: Vec<Choice>,
}

/// Starting a filing with NCMEC: which reports, and what they do not say themselves.
#[derive(Clone, Debug)]
pub struct NewFiling {
    /// The case's reports.
    pub reports: Vec<Choice>,
    /// Kinds of incident.
    pub incidents: Vec<Choice>,
    /// What was written for the receiver, to keep it after an error.
    pub statement: String,
}

/// One case.
#[derive(Clone, Debug, Template)]
#[template(path = "case.html")]
pub struct CasePage {
    /// The shell.
    pub shell: Shell,
    /// The case.
    pub id: Id<kinds::Case>,
    /// Its number.
    pub number: String,
    /// Its title, which names nobody.
    pub title: String,
    /// Whether only its outline is shared with the reader's organisation.
    pub outline: bool,
    /// Its summary, paragraph by paragraph.
    pub summary: Vec<String>,
    /// How urgent.
    pub risk: RiskBand,
    /// Its state.
    pub standing: Standing,
    /// Who leads; `None` while nobody does.
    pub lead: Option<String>,
    /// When it was opened.
    pub opened: Moment,
    /// Its tracks.
    pub tracks: Vec<Track>,
    /// The kinds of event there are, to narrow the timeline by.
    pub kinds: Vec<Choice>,
    /// The timeline.
    pub timeline: Vec<TimelineDay>,
    /// People by role.
    pub people: Vec<CasePerson>,
    /// Identifiers.
    pub identifiers: Vec<IdentifierRow>,
    /// Its reports.
    pub reports: Vec<CaseReportRow>,
    /// Links of its reports, to each other and beyond.
    pub links: Vec<LinkRow>,
    /// Notes, the newest first.
    pub notes: Vec<NoteRow>,
    /// What a note can be about; empty where the person may not write one.
    pub note_kinds: Vec<Choice>,
    /// What was typed as a note, to keep it after an error.
    pub note_draft: String,
    /// Tasks, the open ones first.
    pub tasks: Vec<TaskRow>,
    /// Filings, the newest first; `None` where the house files nothing.
    pub filings: Option<Vec<FilingLine>>,
    /// The forms that change the case; `None` for who may not.
    pub forms: Option<CaseForms>,
    /// Starting a filing; `None` where the person may not, or there is no report to file.
    pub new_filing: Option<NewFiling>,
    /// What the journal says of this case, the newest first.
    pub journal: Vec<JournalLine>,
}
