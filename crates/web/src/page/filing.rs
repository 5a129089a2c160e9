//! Filings: the outbox, and one filing with what will be sent, whether it is valid, and its way from
//! draft to receipt.

use askama::Template;
use model::{Digest, Id, kinds};

use super::{
    icon::Icon,
    list::{Choice, Paging},
    record::{Fact, JournalLine, Standing, Step, Tone},
    routes,
    shell::Shell,
    time::Moment,
};

/// One row of the outbox.
#[derive(Clone, Debug)]
pub struct OutboxRow {
    /// The filing.
    pub id: Id<kinds::Filing>,
    /// Its number.
    pub number: String,
    /// What is filed: `CyberTipline report`.
    pub kind: String,
    /// The case it is filed from.
    pub case: Id<kinds::Case>,
    /// Its state's words.
    pub state: String,
    /// What the state means for the reader.
    pub tone: Tone,
    /// Since when.
    pub since: Moment,
    /// What comes next, and whose step it is.
    pub next: String,
    /// The receiver's number for it.
    pub reference: Option<String>,
}

/// Everything on its way out of the house.
#[derive(Clone, Debug, Template)]
#[template(path = "outbox.html")]
pub struct OutboxPage {
    /// The shell.
    pub shell: Shell,
    /// The rows, the one that changed last first.
    pub rows: Vec<OutboxRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// What the receiver would refuse.
#[derive(Clone, Debug)]
pub struct Check {
    /// The field, as the format names it.
    pub field: String,
    /// What was found there and what was expected.
    pub says: String,
}

/// A part of what will be sent, as the receiver will read it.
#[derive(Clone, Debug)]
pub struct SentPart {
    /// Its name: `Incident`, `Person reported`.
    pub title: String,
    /// Its fields.
    pub facts: Vec<Fact>,
    /// Whether it is about a person, and so shut until somebody opens it.
    pub personal: bool,
}

/// The one step that comes next for the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Somebody other than the author reviews it.
    Review,
    /// It is declared ready.
    Ready,
    /// It is handed over, and that is recorded.
    Send,
    /// What came back is recorded.
    Acknowledge,
    /// Nothing is to be done by the reader here, and why.
    Nothing(String),
}

/// What somebody who changes the draft can choose.
#[derive(Clone, Debug)]
pub struct Redraft {
    /// The case's reports that were chosen; the form keeps them.
    pub reports: Vec<String>,
    /// Kinds of incident, with the one that was chosen.
    pub incidents: Vec<Choice>,
    /// When it happened, as it was chosen; the form keeps it.
    pub incident_at: Option<String>,
    /// What the receiver is told in words.
    pub statement: String,
}

/// One filing.
#[derive(Clone, Debug, Template)]
#[template(path = "filing.html")]
pub struct FilingPage {
    /// The shell.
    pub shell: Shell,
    /// The filing.
    pub id: Id<kinds::Filing>,
    /// Its number.
    pub number: String,
    /// To whom: `NCMEC CyberTipline`.
    pub receiver: String,
    /// The case it belongs to, with its number.
    pub case: (Id<kinds::Case>, String),
    /// The reports it is made from, each with its number and, where the reader may open it, its
    /// address.
    pub reports: Vec<(String, Option<String>)>,
    /// Its state.
    pub standing: Standing,
    /// Its way, passed and to come.
    pub steps: Vec<Step>,
    /// The step that comes next.
    pub next: NextStep,
    /// Whether the reader may still take it back.
    pub can_withdraw: bool,
    /// Changing the draft; `None` where that is not possible.
    pub redraft: Option<Redraft>,
    /// Whether what is shown has been sent.
    pub sent: bool,
    /// What the receiver would refuse.
    pub checks: Vec<Check>,
    /// What will be, or was, sent; `None` for who may see the filing and not the document, since it
    /// names people.
    pub parts: Option<Vec<SentPart>>,
    /// What stays in the house, in sentences.
    pub left_out: Vec<String>,
    /// How many files it says something about, each in a document of its own.
    pub files: usize,
    /// SHA-256 of the document.
    pub document: Digest,
    /// The receiver's own number, once known.
    pub reference: Option<String>,
    /// How it was handed over, once it was, and what came back.
    pub handover: Vec<Fact>,
    /// The receiver's answer, as it came.
    pub answer: Option<String>,
    /// What the journal says of this filing, the newest first.
    pub journal: Vec<JournalLine>,
}

impl FilingPage {
    /// The numbers of the files, from one.
    fn file_numbers(&self) -> std::ops::RangeInclusive<usize> {
        1..=self.files
    }
}
