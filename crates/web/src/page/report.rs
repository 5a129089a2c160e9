//! One report: why it is ranked so, who and what is in it, and the decisions.

use askama::Template;
use model::{Id, kinds};
use reports::DecisionKind;

use super::{
    clock::ClockChip,
    list::Choice,
    record::{Fact, JournalLine, Standing},
    risk::RiskBand,
    routes,
    sealed::{SealedField, SensitiveText},
    shell::Shell,
    time::Moment,
};

/// A person named or described in a report or case.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The role at the time: `the child`, `the person reported`.
    pub role: String,
    /// A pseudonym or a description that identifies nobody.
    pub called: String,
    /// What is known and clear: age at the time, relationship to the child.
    pub facts: Vec<Fact>,
    /// What is known and sealed.
    pub sealed: Vec<SealedField>,
}

/// An identifier, sealed, and how often the house has seen it.
#[derive(Clone, Debug)]
pub struct IdentifierRow {
    /// The kind in words.
    pub kind: String,
    /// The value; `None` where the person may not even ask.
    pub sealed: Option<SealedField>,
    /// Whose it is said to be: `the person reported`.
    pub whose: String,
    /// When it was seen in use; an Internet address means nothing without it.
    pub seen: Option<Moment>,
    /// How many other reports name it.
    pub elsewhere: u64,
}

/// A file the report tells of. The house never holds or shows it.
#[derive(Clone, Debug)]
pub struct FileRow {
    /// A neutral name: `File 1`.
    pub called: String,
    /// Its name as given, sealed because names can be abuse material too.
    pub name: Option<SealedField>,
    /// Its hashes by kind.
    pub hashes: Vec<Fact>,
    /// The classification as given, with its taxonomy; `None` where none was.
    pub classification: Option<String>,
    /// Whether a person viewed it, and who attests it; `not known`.
    pub viewed: String,
    /// What else was said of it.
    pub facts: Vec<Fact>,
}

/// A record this one is linked to, and why.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// The record's number.
    pub number: String,
    /// Its address; `None` for a hit another agency holds.
    pub href: Option<String>,
    /// How much the link carries, in words.
    pub says: String,
    /// Its state's word.
    pub state: String,
    /// Why they belong together, in sentences.
    pub reasons: Vec<String>,
}

/// An alert about the report, or about an account it names.
#[derive(Clone, Debug)]
pub struct MatchRow {
    /// The alert's number.
    pub number: String,
    /// Its address; `None` where the person may not open it.
    pub href: Option<String>,
    /// What raised it: `known file`, `payments of an account it names`.
    pub about: String,
    /// What it says; `None` where that is not for the person.
    pub says: Option<String>,
    /// Its state's word.
    pub state: String,
    /// When it was raised.
    pub raised: Moment,
}

/// Where the report came from.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// Source, channel, sender's numbers, lawful basis, digest of the original.
    pub facts: Vec<Fact>,
    /// When it was received.
    pub received: Moment,
    /// The import it came with, and what it is called; the address is missing where the person
    /// may not see imports.
    pub import: Option<(String, Option<String>)>,
}

/// A decision that was taken.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// The decision.
    pub id: Id<kinds::Decision>,
    /// What was decided.
    pub words: String,
    /// By whom.
    pub by: String,
    /// When.
    pub when: Moment,
    /// What was said with it.
    pub said: Vec<Fact>,
    /// What became of it: `undone by …`, `left the house 2 h ago`.
    pub after: Option<String>,
    /// Whether it can be taken back now.
    pub can_undo: bool,
    /// Whether what it sends can be recorded as sent now.
    pub can_send: bool,
}

/// What the forms of the decisions offer, and what was typed into one that was refused.
#[derive(Clone, Debug, Default)]
pub struct Decisions {
    /// Which may be taken.
    pub allowed: Vec<DecisionKind>,
    /// Which form stands open, from the query or after an error.
    pub open: Option<DecisionKind>,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
    /// What was typed on one line: a title, a number, an agency.
    pub line: String,
    /// What was written.
    pub text: String,
    /// Cases the report can be added to.
    pub cases: Vec<Choice>,
    /// Numbers of reports it is linked with, to merge into.
    pub linked: Vec<Choice>,
    /// Reasons for taking no action.
    pub no_action_reasons: Vec<Choice>,
}

/// The form of one decision.
#[derive(Clone, Copy, Debug)]
pub struct DecisionForm<'d> {
    /// Which.
    pub kind: DecisionKind,
    /// Whether it stands open.
    pub open: bool,
    /// What was typed on its line, where it was refused.
    pub line: &'d str,
    /// What was written into it, where it was refused.
    pub text: &'d str,
}

impl Decisions {
    /// The forms that may be used.
    pub fn forms(&self) -> impl Iterator<Item = DecisionForm<'_>> {
        self.allowed.iter().map(|&kind| {
            let open = self.open == Some(kind);
            let typed = |text| if open { text } else { "" };
            DecisionForm { kind, open, line: typed(self.line.as_str()), text: typed(self.text.as_str()) }
        })
    }
}

/// Another record, by its number.
#[derive(Clone, Debug)]
pub struct Other {
    /// How it stands to this one: `Case`, `Merged into`.
    pub label: String,
    /// Its number.
    pub number: String,
    /// Its address; `None` where the person may not open it.
    pub href: Option<String>,
}

/// One report.
#[derive(Clone, Debug, Template)]
#[template(path = "report.html")]
pub struct ReportPage {
    /// The shell.
    pub shell: Shell,
    /// The report.
    pub id: Id<kinds::Report>,
    /// Its number.
    pub number: String,
    /// Why it is where it is, in one grey sentence.
    pub summary: String,
    /// How urgent.
    pub risk: RiskBand,
    /// Its state.
    pub standing: Standing,
    /// Its clocks, the next to run out first.
    pub clocks: Vec<ClockChip>,
    /// Whether only the outline is shown, as to a partner.
    pub outline: bool,
    /// Said first where a child may be the one reported.
    pub safeguarding: Option<String>,
    /// The scale it is ranked by, and what the level means.
    pub scale: String,
    /// Why it is ranked so, in sentences.
    pub reasons: Vec<String>,
    /// What it is about, when, where, how it was marked.
    pub about: Vec<Fact>,
    /// What was told, and where it happened.
    pub texts: Vec<SensitiveText>,
    /// People by role.
    pub people: Vec<PersonRow>,
    /// Identifiers.
    pub identifiers: Vec<IdentifierRow>,
    /// Files.
    pub files: Vec<FileRow>,
    /// Linked reports.
    pub links: Vec<LinkRow>,
    /// How many linked reports there are that the person may not open.
    pub links_hidden: usize,
    /// Alerts about it.
    pub matches: Vec<MatchRow>,
    /// Its case, the report it was merged into, those merged into it.
    pub others: Vec<Other>,
    /// Where it came from; `None` in an outline.
    pub provenance: Option<Provenance>,
    /// The decisions that can be taken; `None` where none can.
    pub decisions: Option<Decisions>,
    /// The decisions that were taken, the newest first.
    pub taken: Vec<DecisionRow>,
    /// What the journal says of this record, the newest first.
    pub journal: Vec<JournalLine>,
}
