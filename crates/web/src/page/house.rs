//! Keeping house: people, guests, the organisation, keys, the journal, jobs and tokens.

use askama::Template;
use model::{Id, kinds};

use super::{
    icon::Icon,
    list::Choice,
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
            Self::Tokens => "Tokens",
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
    pub href: String,
}

/// What wants attention.
#[derive(Clone, Debug, Template)]
#[template(path = "house_overview.html")]
pub struct OverviewPage {
    /// The shell.
    pub shell: Shell,
    /// The rooms the person has.
    pub rooms: Vec<Room>,
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
    /// When they were last seen.
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
    /// The rooms the person has.
    pub rooms: Vec<Room>,
    /// The rows.
    pub rows: Vec<UserRow>,
    /// Whether the person at the screen may change accounts.
    pub may_change: bool,
    /// The roles a new person can be given.
    pub roles: Vec<Choice>,
    /// A password just made, to hand over once: name and password.
    pub made: Option<(String, String)>,
}

/// A guest: a person from outside, for one case and a time.
#[derive(Clone, Debug)]
pub struct GuestRow {
    /// The person.
    pub id: Id<kinds::User>,
    /// The name.
    pub name: String,
    /// The name they sign in with.
    pub username: String,
    /// The case: its address where the person at the screen may open it, and what it is called.
    pub case: (Option<String>, String),
    /// Until when.
    pub until: Moment,
    /// Whether that is over.
    pub ended: bool,
    /// When they were last seen.
    pub last: Option<Moment>,
}

/// Guests.
#[derive(Clone, Debug, Template)]
#[template(path = "house_guests.html")]
pub struct GuestsPage {
    /// The shell.
    pub shell: Shell,
    /// The rooms the person has.
    pub rooms: Vec<Room>,
    /// The rows.
    pub rows: Vec<GuestRow>,
    /// Whether the person at the screen may let guests in.
    pub may_invite: bool,
    /// Cases a guest can be invited to.
    pub cases: Vec<Choice>,
    /// The longest time, in words: `30 days`.
    pub longest: String,
    /// A password just made, to hand over once: name and password.
    pub made: Option<(String, String)>,
}

/// How an organisation is reached.
#[derive(Clone, Debug, Default)]
pub struct ContactFields {
    /// An e-mail address.
    pub email: String,
    /// The person or desk.
    pub name: String,
    /// A telephone number.
    pub phone: String,
}

/// The organisation.
#[derive(Clone, Debug, Template)]
#[template(path = "house_organisation.html")]
pub struct OrganisationPage {
    /// The shell.
    pub shell: Shell,
    /// The rooms the person has.
    pub rooms: Vec<Room>,
    /// Its name.
    pub name: String,
    /// The zone the house shows times in.
    pub zone: String,
    /// Whether its agreement lets its reports link with other organisations' reports.
    pub links_across: bool,
    /// How it is reached.
    pub contact: ContactFields,
    /// Its profile, which decides the rooms it has.
    pub profile: String,
    /// The lawful purpose of the installation.
    pub purpose: String,
    /// Whether the person at the screen may change it.
    pub may_change: bool,
    /// Whether a second step may be left out, where the person may change that and add
    /// organisations: only in the organisation the installation was founded with.
    pub installation: Option<bool>,
}

/// An organisation's keys.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The organisation whose records they seal.
    pub seals: String,
    /// Their state's word.
    pub state: String,
    /// What that means.
    pub tone: Tone,
    /// When they were made or last turned.
    pub since: Moment,
}

/// Keys.
#[derive(Clone, Debug, Template)]
#[template(path = "house_keys.html")]
pub struct KeysPage {
    /// The shell.
    pub shell: Shell,
    /// The rooms the person has.
    pub rooms: Vec<Room>,
    /// Fingerprint of the root key in force.
    pub root: String,
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
    /// What was found, in sentences; where it broke, and what that means.
    pub findings: Vec<String>,
}

/// One entry of the journal.
#[derive(Clone, Debug)]
pub struct JournalEntryRow {
    /// The line; its `why` is the purpose, a word of the house.
    pub line: JournalLine,
    /// The kind of record, and its address where the person at the screen may open it.
    pub record: Option<(String, Option<String>)>,
    /// Whether a reason was written; it is sealed with the record.
    pub reason: bool,
}

/// The journal.
#[derive(Clone, Debug, Template)]
#[template(path = "house_journal.html")]
pub struct JournalPage {
    /// The shell.
    pub shell: Shell,
    /// The rooms the person has.
    pub rooms: Vec<Room>,
    /// What verifying it just now found.
    pub verified: Option<Verified>,
    /// The entries, the newest first.
    pub rows: Vec<JournalEntryRow>,
    /// Whether these are the newest there are.
    pub newest: bool,
    /// The address of the entries before these.
    pub earlier: Option<String>,
}

/// A job.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// The job.
    pub id: Id<kinds::Job>,
    /// What it does, in words.
    pub what: String,
    /// Its state's words.
    pub state: String,
    /// Whether it is a dead letter: tried too often, waiting for a person.
    pub dead: bool,
    /// How often it was tried.
    pub tries: u64,
    /// When it is tried next; for a dead letter when it was to be.
    pub when: Moment,
    /// What went wrong, in words without private data.
    pub error: Option<String>,
}

/// Jobs.
#[derive(Clone, Debug, Template)]
#[template(path = "house_jobs.html")]
pub struct JobsPage {
    /// The shell.
    pub shell: Shell,
    /// The rooms the person has.
    pub rooms: Vec<Room>,
    /// How many wait.
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
    /// What it is for.
    pub name: String,
    /// Whose account it acts for.
    pub user: String,
    /// When it was made.
    pub made: Moment,
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
    /// The rooms the person has.
    pub rooms: Vec<Room>,
    /// The rows.
    pub rows: Vec<TokenRow>,
    /// Whether the person at the screen may make and revoke tokens.
    pub may_change: bool,
    /// The accounts a program can act for.
    pub users: Vec<Choice>,
    /// The longest time in days.
    pub longest: i64,
    /// A token just made, shown once.
    pub made: Option<String>,
}
