//! One report: why it is ranked so, who and what is in it, and the five decisions.

use askama::Template;
use model::{Digest, Id, kinds};

use super::{
    clock::ClockChip,
    list::Choice,
    record::{Fact, JournalLine, Standing},
    risk::{Reason, RiskBand},
    routes,
    sealed::{SealedField, SensitiveText},
    shell::{Notice, Shell},
    time::Moment,
};

/// A person named or described in a report or case.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The role at the time: `child`, `person who paid`, `accused`, `reporter`.
    pub role: String,
    /// A pseudonym or a description that identifies nobody.
    pub called: String,
    /// What is known and clear: age at the time, relationship to the child.
    pub facts: Vec<Fact>,
    /// What is known and sealed.
    pub sealed: Vec<SealedField>,
}

/// An identifier, and how often the house has seen it.
#[derive(Clone, Debug)]
pub struct IdentifierRow {
    /// The kind in words.
    pub kind: String,
    /// The value, or `None` where it is sealed.
    pub value: Option<String>,
    /// The sealed value, where it is.
    pub sealed: Option<SealedField>,
    /// Whose it is said to be: `person who paid`.
    pub whose: String,
    /// When and in which event it was seen; an Internet address means nothing without it.
    pub seen: Option<Moment>,
    /// In how many other records it occurs.
    pub elsewhere: u64,
    /// Where those are listed.
    pub href: String,
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
    /// The classification as given, `B2`; `None` where none was.
    pub classification: Option<String>,
    /// The taxonomy that classification belongs to, with its version.
    pub taxonomy: String,
    /// Whether a person viewed it, from an attestation: `yes, attested by …`, `no`, `unknown`.
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
    /// What it is, in one sentence.
    pub says: String,
    /// Its state's word.
    pub state: String,
    /// Why they belong together.
    pub reasons: Vec<Reason>,
}

/// A known hash that matched.
#[derive(Clone, Debug)]
pub struct MatchRow {
    /// Which file: `File 1`.
    pub file: String,
    /// The list and its source.
    pub list: String,
    /// How it matched: `exact, SHA-256` or `near, PDQ distance 12 of 31`.
    pub how: String,
    /// The list's classification with its taxonomy.
    pub classification: String,
    /// When the list was last brought up to date.
    pub list_as_of: Moment,
}

/// Where the report came from.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// The digest of the original, byte for byte.
    pub original: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// Who sent it.
    pub source: String,
    /// By which channel.
    pub channel: String,
    /// The lawful basis.
    pub basis: String,
    /// The sender's own number.
    pub reference: String,
    /// When it was received.
    pub received: Moment,
    /// The import it came with.
    pub import: Option<(Id<kinds::Import>, String)>,
}

/// A decision's word, in addresses and forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionKind {
    /// Opens a case.
    OpenCase,
    /// Merges it into another report.
    Merge,
    /// Refers it to another agency.
    Refer,
    /// Sends it back for information.
    Return,
    /// Takes no action, with a reason.
    NoAction,
}

impl DecisionKind {
    /// All, in the order of their keys `o m r b x`.
    pub const ALL: [Self; 5] = [Self::OpenCase, Self::Merge, Self::Refer, Self::Return, Self::NoAction];

    /// The word the form sends.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenCase => "open_case",
            Self::Merge => "merge",
            Self::Refer => "refer",
            Self::Return => "return",
            Self::NoAction => "no_action",
        }
    }

    /// The key on the queue and on the report's page.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OpenCase => "o",
            Self::Merge => "m",
            Self::Refer => "r",
            Self::Return => "b",
            Self::NoAction => "x",
        }
    }

    /// The words of the choice.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OpenCase => "Open a case",
            Self::Merge => "Merge into another report",
            Self::Refer => "Refer to another agency",
            Self::Return => "Send back for information",
            Self::NoAction => "Take no action",
        }
    }
}

/// What the forms of the five decisions offer. A form is left out where the person may not decide so.
#[derive(Clone, Debug)]
pub struct Decisions {
    /// Which may be taken.
    pub allowed: Vec<DecisionKind>,
    /// Which form stands open, from the query or after an error.
    pub open: Option<DecisionKind>,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
    /// What was typed as the reason, to keep it after an error.
    pub reason: String,
    /// A title proposed for the case.
    pub case_title: String,
    /// Who may lead it.
    pub leads: Vec<Choice>,
    /// Reports it may be merged into: number and one sentence.
    pub merge_into: Vec<Choice>,
    /// Agencies it may be referred to.
    pub agencies: Vec<Choice>,
    /// The lawful bases of a referral.
    pub bases: Vec<Choice>,
    /// Reasons for taking no action.
    pub no_action_reasons: Vec<Choice>,
}

impl Decisions {
    /// The forms that may be used, each with whether it stands open.
    pub fn forms(&self) -> impl Iterator<Item = (DecisionKind, bool)> {
        self.allowed.iter().map(|&kind| (kind, self.open == Some(kind)))
    }
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
    /// What it tells, in one grey sentence.
    pub summary: String,
    /// How urgent.
    pub risk: RiskBand,
    /// Its state.
    pub standing: Standing,
    /// Its clocks, the next to run out first.
    pub clocks: Vec<ClockChip>,
    /// Who has it.
    pub holder: Option<String>,
    /// Whether the holder is the person at the screen.
    pub mine: bool,
    /// The decision that can still be taken back.
    pub undo: Option<Notice>,
    /// Why it is ranked so.
    pub reasons: Vec<Reason>,
    /// Where the child is thought to be.
    pub place: String,
    /// How sure that is.
    pub place_confidence: String,
    /// When the incident was, as the source has it.
    pub incident: String,
    /// Narratives and logs.
    pub texts: Vec<SensitiveText>,
    /// People by role.
    pub people: Vec<PersonRow>,
    /// Identifiers.
    pub identifiers: Vec<IdentifierRow>,
    /// Files.
    pub files: Vec<FileRow>,
    /// Linked records.
    pub links: Vec<LinkRow>,
    /// Matches with known hashes.
    pub matches: Vec<MatchRow>,
    /// Where it came from.
    pub provenance: Provenance,
    /// The five decisions; `None` once decided.
    pub decisions: Option<Decisions>,
    /// What the journal says of this record, the newest first.
    pub journal: Vec<JournalLine>,
}
