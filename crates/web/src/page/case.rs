//! Cases: the list, and one case with its timeline, people, notes, tasks and filings.

use askama::Template;
use model::{Id, kinds};

use super::{
    clock::ClockChip,
    icon::Icon,
    list::{Choice, Filter, Paging},
    record::{JournalLine, Standing},
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
    /// Its state's word.
    pub state: String,
    /// The tracks that run, in words.
    pub tracks: Vec<String>,
    /// Who leads.
    pub lead: String,
    /// The clock that runs out next.
    pub clock: Option<ClockChip>,
    /// Open tasks.
    pub tasks: u64,
    /// The last change.
    pub changed: Moment,
}

/// The list of cases.
#[derive(Clone, Debug, Template)]
#[template(path = "cases.html")]
pub struct CasesPage {
    /// The shell.
    pub shell: Shell,
    /// State, track, lead.
    pub filter: Filter,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One track of a case, with where it stands.
#[derive(Clone, Debug)]
pub struct Track {
    /// Its name: `Investigation`.
    pub name: String,
    /// Its state's word.
    pub state: String,
    /// Its next step.
    pub next: String,
}

/// One event of the timeline.
#[derive(Clone, Debug)]
pub struct TimelineEvent {
    /// The hour and minute in the reader's zone; the whole on hover.
    pub when: Moment,
    /// Its kind in words.
    pub kind: String,
    /// What happened, in one line.
    pub says: String,
    /// Who did it, or which side it was.
    pub actor: String,
    /// Where to read more.
    pub href: Option<String>,
}

/// One day of the timeline.
#[derive(Clone, Debug)]
pub struct TimelineDay {
    /// The day in words: `Saturday, 21 November 2026`.
    pub day: String,
    /// Its events, the newest first.
    pub events: Vec<TimelineEvent>,
}

/// A note.
#[derive(Clone, Debug)]
pub struct NoteRow {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub written: Moment,
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
    /// Whose it is.
    pub who: String,
    /// By when.
    pub clock: Option<ClockChip>,
    /// Who did it and when.
    pub done: Option<(String, Moment)>,
}

/// A filing of the case.
#[derive(Clone, Debug)]
pub struct FilingRow {
    /// The filing.
    pub id: Id<kinds::Filing>,
    /// Its number.
    pub number: String,
    /// To whom: `NCMEC CyberTipline`.
    pub channel: String,
    /// Its state.
    pub standing: Standing,
}

/// Starting a filing: which report goes to whom.
#[derive(Clone, Debug)]
pub struct NewFiling {
    /// Reports of the case that can be filed.
    pub reports: Vec<Choice>,
    /// Channels the house has; the first gives the button its words.
    pub channels: Vec<Choice>,
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
    /// How urgent.
    pub risk: RiskBand,
    /// Its state.
    pub standing: Standing,
    /// Who leads.
    pub lead: String,
    /// Partner agencies.
    pub partners: Vec<String>,
    /// Its tracks.
    pub tracks: Vec<Track>,
    /// Its clocks, the next to run out first.
    pub clocks: Vec<ClockChip>,
    /// The kinds of event, to narrow the timeline by.
    pub kinds: Vec<Choice>,
    /// The timeline.
    pub timeline: Vec<TimelineDay>,
    /// Where the timeline goes on.
    pub earlier: Option<String>,
    /// People by role.
    pub people: Vec<PersonRow>,
    /// Identifiers.
    pub identifiers: Vec<IdentifierRow>,
    /// Linked reports.
    pub reports: Vec<LinkRow>,
    /// Notes, the newest first.
    pub notes: Vec<NoteRow>,
    /// What was typed as a note, to keep it after an error.
    pub note_draft: String,
    /// Tasks, the open ones first.
    pub tasks: Vec<TaskRow>,
    /// Who can be given a task.
    pub colleagues: Vec<Choice>,
    /// Filings, the newest first.
    pub filings: Vec<FilingRow>,
    /// Starting one; `None` where the house has no channel or the person may not.
    pub new_filing: Option<NewFiling>,
    /// What the journal says of this case, the newest first.
    pub journal: Vec<JournalLine>,
}
