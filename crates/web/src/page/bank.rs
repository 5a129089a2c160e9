//! Banks of known hashes.

use askama::Template;
use model::{Id, kinds};

use super::{Choice, icon::Icon, record::Fact, record::Tone, routes, shell::Shell, time::Moment};

/// One bank.
#[derive(Clone, Debug)]
pub struct BankRow {
    /// The bank.
    pub id: Id<kinds::Bank>,
    /// Its name.
    pub name: String,
    /// What a match with it means.
    pub kind: &'static str,
    /// How near a match must be, and the share of look-ups it answers where not all.
    pub reach: String,
    /// How many contents it has.
    pub entries: i64,
    /// How many of them are put aside.
    pub aside: i64,
    /// The import that last brought something: its number, address and when.
    pub updated: Option<(i64, String, Moment)>,
}

/// The form of a bank's settings.
#[derive(Clone, Debug)]
pub struct BankForm {
    /// Where it is sent.
    pub action: String,
    /// The bank's name.
    pub name: String,
    /// What a match means.
    pub kinds: Vec<Choice>,
    /// Under which taxonomy contents are that name none.
    pub taxonomies: Vec<Choice>,
    /// In how many bits a PDQ hash may differ.
    pub distance: String,
    /// The share of look-ups it answers, in percent.
    pub share: String,
    /// How many matches a day put a new content aside.
    pub flood_limit: String,
    /// What its button says.
    pub button: &'static str,
}

/// The banks.
#[derive(Clone, Debug, Template)]
#[template(path = "banks.html")]
pub struct BanksPage {
    /// The shell.
    pub shell: Shell,
    /// The banks.
    pub rows: Vec<BankRow>,
    /// Whether the person may bring a file of hashes in.
    pub may_import: bool,
    /// Making one.
    pub form: BankForm,
}

/// A content in its bank's list.
#[derive(Clone, Debug)]
pub struct ContentRow {
    /// Its number.
    pub number: i64,
    /// Its address.
    pub href: String,
    /// Its hashes: the algorithm's name and the hash.
    pub hashes: Vec<(String, String)>,
    /// How it is classified.
    pub class: Option<String>,
    /// Where it stands, and how loudly to say so.
    pub state: (Tone, String),
    /// How often it matched.
    pub hits: i64,
    /// When it came.
    pub came: Moment,
}

/// One bank.
#[derive(Clone, Debug, Template)]
#[template(path = "bank.html")]
pub struct BankPage {
    /// The shell.
    pub shell: Shell,
    /// The bank.
    pub id: Id<kinds::Bank>,
    /// Its name.
    pub name: String,
    /// What there is to know of it.
    pub facts: Vec<Fact>,
    /// How many of its contents are put aside.
    pub aside: i64,
    /// Whether only those are shown.
    pub only_aside: bool,
    /// Its contents, the newest first.
    pub rows: Vec<ContentRow>,
    /// Where the list goes on.
    pub next: Option<String>,
    /// Its settings.
    pub form: BankForm,
}

/// One content.
#[derive(Clone, Debug, Template)]
#[template(path = "bank_content.html")]
pub struct BankContentPage {
    /// The shell.
    pub shell: Shell,
    /// The bank.
    pub id: Id<kinds::Bank>,
    /// Its number.
    pub number: i64,
    /// The bank's name.
    pub bank: String,
    /// Where it stands, and how loudly to say so.
    pub state: (Tone, String),
    /// What there is to know of it.
    pub facts: Vec<Fact>,
    /// What people said of it: who, what, why, when.
    pub opinions: Vec<(String, &'static str, String, Moment)>,
    /// Whether it is put aside.
    pub aside: bool,
    /// Whether it is off for a time.
    pub off: bool,
}
