//! Keeping house: people, guests, the organisation, keys, the journal, jobs and tokens.

use askama::Template;
use model::{Id, kinds};

use super::{
    icon::Icon,
    list::{Choice, Filter, Paging},
    record::{JournalLine, Tone},
    routes,
    shell::Shell,
    time::Moment,
};

/// A room of the desk “Keeping house”.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// What wants attention.
    Overview,
    /// People who sign in.
    Users,
    /// Guests.
    Guests,
    /// The organisation.
    Organisation,
    /// Keys.
    Keys,
    /// The journal.
    Journal,
    /// Jobs.
    Jobs,
    /// Tokens.
    Tokens,
}

impl Room {
    /// All, in order.
    pub const ALL: [Self; 8] = [
        Self::Overview,
        Self::Users,
        Self::Guests,
        Self::Organisation,
        Self::Keys,
        Self::Journal,
        Self::Jobs,
        Self::Tokens,
    ];

    /// Its name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Users => "People",
            Self::Guests => "Guests",
            Self::Organisation => "Organisation",
            Self::Keys => "Keys",
            Self::Journal => "Journal",
            Self::Jobs => "Jobs",
            Self::Tokens => "API tokens",
        }
    }

    /// Its address.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Overview => routes::HOUSE,
            Self::Users => routes::HOUSE_USERS,
            Self::Guests => routes::HOUSE_GUESTS,
            Self::Organisation => routes::HOUSE_ORGANISATION,
            Self::Keys => routes::HOUSE_KEYS,
            Self::Journal => routes::HOUSE_JOURNAL,
            Self::Jobs => routes::HOUSE_JOBS,
            Self::Tokens => routes::HOUSE_TOKENS,
        }
    }
}

/// One thing the overview tells of.
#[derive(Clone, Debug)]
pub struct Attention {
    /// What it is about: `Journal`, `Backups`.
    pub subject: String,
    /// How it stands, in a sentence.
    pub says: String,
    /// What it means.
    pub tone: Tone,
    /// The word beside the colour: `in order`, `needs you`.
    pub word: String,
    /// Where to see to it.
    pub href: Option<String>,
}

/// What wants attention.
#[derive(Clone, Debug, Template)]
#[template(path = "house_overview.html")]
pub struct OverviewPage {
    /// The shell.
    pub shell: Shell,
    /// The lines, what needs somebody first.
    pub lines: Vec<Attention>,
}

/// A person who signs in.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// The person.
    pub id: Id<kinds::User>,
    /// The name.
    pub name: String,
    /// The name they sign in with.
    pub username: String,
    /// Every role there is, with those they have chosen.
    pub roles: Vec<Choice>,
    /// Whether a second step is enrolled.
    pub code: bool,
    /// When they last signed in.
    pub last: Option<Moment>,
    /// Whether they are disabled.
    pub disabled: bool,
    /// Until when signing in is shut after too many tries.
    pub locked_until: Option<Moment>,
    /// Whether it is the person at the screen, who cannot shut themselves out.
    pub me: bool,
}

/// People who sign in.
#[derive(Clone, Debug, Template)]
#[template(path = "house_users.html")]
pub struct UsersPage {
    /// The shell.
    pub shell: Shell,
    /// The rows.
    pub rows: Vec<UserRow>,
    /// The roles a new person can be given.
    pub roles: Vec<Choice>,
    /// A password just made, to hand over once: name and password.
    pub made: Option<(String, String)>,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
}

/// A guest: a person of another organisation, for one case and a time.
#[derive(Clone, Debug)]
pub struct GuestRow {
    /// The person.
    pub id: Id<kinds::User>,
    /// The name.
    pub name: String,
    /// Where they work.
    pub organisation: String,
    /// The case, by its number and address.
    pub case: (Id<kinds::Case>, String),
    /// Until when.
    pub until: Moment,
    /// Whether that is over.
    pub ended: bool,
    /// Who invited them, and why.
    pub invited: String,
}

/// Guests.
#[derive(Clone, Debug, Template)]
#[template(path = "house_guests.html")]
pub struct GuestsPage {
    /// The shell.
    pub shell: Shell,
    /// The rows.
    pub rows: Vec<GuestRow>,
    /// Cases a guest can be invited to.
    pub cases: Vec<Choice>,
    /// The longest time, in words: `30 days`.
    pub longest: String,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
}

/// The organisation.
#[derive(Clone, Debug, Template)]
#[template(path = "house_organisation.html")]
pub struct OrganisationPage {
    /// The shell.
    pub shell: Shell,
    /// Its name.
    pub name: String,
    /// Its zone.
    pub zone: String,
    /// Its country.
    pub country: String,
    /// Where others reach it.
    pub contact: String,
    /// Its profile, which decides the rooms it has.
    pub profile: String,
    /// The lawful purpose of the installation.
    pub purpose: String,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
}

/// A key of the hierarchy.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Its id.
    pub id: String,
    /// What it seals.
    pub seals: String,
    /// Its state's word.
    pub state: String,
    /// What that means.
    pub tone: Tone,
    /// Since when it is in use.
    pub since: Moment,
    /// When it is to be turned.
    pub turn_by: Option<Moment>,
    /// How many things it seals, in words.
    pub count: String,
    /// Whether the person may turn it.
    pub may_rotate: bool,
}

/// Keys.
#[derive(Clone, Debug, Template)]
#[template(path = "house_keys.html")]
pub struct KeysPage {
    /// The shell.
    pub shell: Shell,
    /// The rows.
    pub rows: Vec<KeyRow>,
}

/// What verifying the journal found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// When.
    pub when: Moment,
    /// Whether the chain holds.
    pub holds: bool,
    /// How many entries were read.
    pub entries: u64,
    /// The signed head.
    pub head: String,
    /// What was found, in sentences; where it broke, and what that means.
    pub findings: Vec<String>,
}

/// The journal.
#[derive(Clone, Debug, Template)]
#[template(path = "house_journal.html")]
pub struct JournalPage {
    /// The shell.
    pub shell: Shell,
    /// The last verification.
    pub verified: Option<Verified>,
    /// Who and which kind of record.
    pub filter: Filter,
    /// The entries, the newest first.
    pub rows: Vec<JournalEntryRow>,
    /// Where the list stands.
    pub paging: Paging,
}

/// One entry of the journal.
#[derive(Clone, Debug)]
pub struct JournalEntryRow {
    /// The line.
    pub line: JournalLine,
    /// The record, by its number, and its address.
    pub record: Option<(String, String)>,
}

/// A job.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// The job.
    pub id: Id<kinds::Job>,
    /// What it does, in words.
    pub what: String,
    /// Its state's word.
    pub state: String,
    /// Whether it is a dead letter: tried too often, waiting for a person.
    pub dead: bool,
    /// How often it was tried.
    pub tries: u32,
    /// When it was tried last, or will be next.
    pub when: Moment,
    /// What went wrong, in words without private data.
    pub error: Option<String>,
    /// What is safe in spite of it.
    pub safe: String,
}

/// Jobs.
#[derive(Clone, Debug, Template)]
#[template(path = "house_jobs.html")]
pub struct JobsPage {
    /// The shell.
    pub shell: Shell,
    /// How many wait, run and are dead.
    pub waiting: u64,
    /// Running now.
    pub running: u64,
    /// The rows, dead letters first.
    pub rows: Vec<JobRow>,
}

/// A token a program signs in with.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// The token.
    pub id: Id<kinds::ApiToken>,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scope: String,
    /// Who made it.
    pub by: String,
    /// When it was last used.
    pub last: Option<Moment>,
    /// Until when.
    pub until: Moment,
    /// Whether it was revoked or is over.
    pub ended: bool,
}

/// Tokens.
#[derive(Clone, Debug, Template)]
#[template(path = "house_tokens.html")]
pub struct TokensPage {
    /// The shell.
    pub shell: Shell,
    /// The rows.
    pub rows: Vec<TokenRow>,
    /// What a token can be made for.
    pub scopes: Vec<Choice>,
    /// A token just made, shown once.
    pub made: Option<String>,
    /// Why the last try was not accepted.
    pub problem: Option<String>,
}
