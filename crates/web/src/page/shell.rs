//! The shell around every page of a person who is signed in, and the few things it is made of.

use askama::Template;

use super::{icon::Icon, routes};

/// Light, dark, or what the person's machine prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// What the machine prefers.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The three, in the order the menu lists them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// Reads the cookie `theme`; anything unknown is `Auto`.
    pub fn from_cookie(value: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == value).unwrap_or(Self::Auto)
    }

    /// The cookie's value and the attribute `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The word on the button.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Auto => "As my device",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// The token every POST form carries in its hidden field `csrf`.
#[derive(Clone, Debug, Template)]
#[template(path = "part/csrf.html")]
pub struct Csrf(pub String);

/// A desk of the left rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desk {
    /// Reports, ranked.
    Queue,
    /// What screening and matching raised.
    Alerts,
    /// Cases.
    Cases,
    /// What is on its way out of the house.
    Outbox,
    /// Files taken in.
    Imports,
    /// Known hashes.
    Banks,
    /// What screening looks for.
    Typologies,
    /// Users, keys, journal, jobs.
    House,
}

impl Desk {
    /// All of them, in the rail's order.
    pub const ALL: [Self; 8] = [
        Self::Queue,
        Self::Alerts,
        Self::Cases,
        Self::Outbox,
        Self::Imports,
        Self::Banks,
        Self::Typologies,
        Self::House,
    ];

    /// Its name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Queue => "Queue",
            Self::Alerts => "Alerts",
            Self::Cases => "Cases",
            Self::Outbox => "Outbox",
            Self::Imports => "Imports",
            Self::Banks => "Banks",
            Self::Typologies => "Typologies",
            Self::House => "Keeping house",
        }
    }

    /// What is done there, for the page that lists the desks.
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Queue => "Reports waiting for a decision, the child most at risk first.",
            Self::Alerts => "What screening and matching raised, to escalate or dismiss.",
            Self::Cases => "Open work: timeline, people, notes, tasks, filings.",
            Self::Outbox => "Reports on their way out: drafted, reviewed, filed, answered.",
            Self::Imports => "Files brought in, what was accepted and what was not.",
            Self::Banks => "Known hashes: whose they are, how near a match must be, what is put aside.",
            Self::Typologies => "What screening looks for, where it comes from, what is on.",
            Self::House => "People, keys, journal, jobs.",
        }
    }

    /// Its address.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Queue => routes::QUEUE,
            Self::Alerts => routes::ALERTS,
            Self::Cases => routes::CASES,
            Self::Outbox => routes::OUTBOX,
            Self::Imports => routes::IMPORTS,
            Self::Banks => routes::BANKS,
            Self::Typologies => routes::TYPOLOGIES,
            Self::House => routes::HOUSE,
        }
    }

    /// Its shape.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Queue => Icon::Queue,
            Self::Alerts => Icon::Alerts,
            Self::Cases => Icon::Cases,
            Self::Outbox => Icon::Outbox,
            Self::Imports => Icon::Imports,
            Self::Banks => Icon::Banks,
            Self::Typologies => Icon::Typologies,
            Self::House => Icon::House,
        }
    }
}

/// What a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// It is done.
    Done,
    /// It was not done.
    Failed,
    /// Worth knowing.
    Note,
}

/// A way back, offered while there is one.
#[derive(Clone, Debug)]
pub struct Undo {
    /// Where the form posts.
    pub action: String,
    /// The button: `Undo the referral`.
    pub button: String,
    /// The form's token.
    pub csrf: Csrf,
}

/// A message above the page: what happened, what is safe, what to do.
#[derive(Clone, Debug, Template)]
#[template(path = "part/notice.html")]
pub struct Notice {
    /// What it tells.
    pub kind: NoticeKind,
    /// What happened, in one sentence.
    pub says: String,
    /// What to do, or what happens next.
    pub next: Option<String>,
    /// The way back.
    pub undo: Option<Undo>,
}

/// One step of the way to where the person is.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its words.
    pub words: String,
    /// Its address.
    pub href: String,
}

/// The shell: rail, top line, notices.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The page's title, before the name of the house.
    pub title: String,
    /// The organisation's name.
    pub organisation: String,
    /// The desks the role has.
    pub desks: Vec<Desk>,
    /// The desk the page belongs to.
    pub current: Option<Desk>,
    /// The way from the desk to this page, without the page itself.
    pub place: Vec<Crumb>,
    /// The person's name.
    pub person: String,
    /// The person's role in words.
    pub role: String,
    /// What is in the search box.
    pub search: String,
    /// Light or dark.
    pub theme: Theme,
    /// Where this page is, for forms that come back to it.
    pub here: String,
    /// The token of the session's forms.
    pub csrf: Csrf,
    /// Messages from what was just done.
    pub notices: Vec<Notice>,
}

impl Shell {
    /// The desks, each with whether the page belongs to it.
    pub fn links(&self) -> impl Iterator<Item = (Desk, bool)> {
        self.desks.iter().map(|&desk| (desk, self.current == Some(desk)))
    }
}

/// Every desk as a list.
#[derive(Clone, Debug, Template)]
#[template(path = "desks.html")]
pub struct DesksPage {
    /// The shell.
    pub shell: Shell,
}

/// The keys of every page.
#[derive(Clone, Debug, Template)]
#[template(path = "keyboard.html")]
pub struct KeyboardPage {
    /// The shell.
    pub shell: Shell,
}
