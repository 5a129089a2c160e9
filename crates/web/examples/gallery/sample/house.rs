//! Keeping house.

use model::Span;
use web::page::{
    Choice, Desk, Shell,
    house::{
        Attention, ContactFields, GuestRow, GuestsPage, JobRow, JobsPage, JournalEntryRow, JournalPage,
        KeyRow, KeysPage, OrganisationPage, OverviewPage, Room, TokenRow, TokensPage, UserRow, UsersPage,
        Verified,
    },
    record::Tone,
    routes,
};

use super::{Pages, ago, ahead, choices, digest, id, journal, put, shell};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "house", &overview());
    put(pages, "house-users", &users(None));
    put(pages, "house-users-made", &users(Some(("Synthetic Analyst Three", "synthetic-plain-words-27"))));
    put(pages, "house-users-read", &UsersPage { may_change: false, ..users(None) });
    put(pages, "house-guests", &guests(guest_rows()));
    put(pages, "house-guests-empty", &guests(Vec::new()));
    put(pages, "house-guests-read", &GuestsPage { may_invite: false, ..guests(guest_rows()) });
    put(pages, "house-organisation", &organisation(true));
    put(pages, "house-organisation-read", &organisation(false));
    put(pages, "house-keys", &keys());
    put(pages, "house-journal", &journal_page(None));
    put(pages, "house-journal-verified", &journal_page(Some(true)));
    put(pages, "house-journal-broken", &journal_page(Some(false)));
    put(pages, "house-jobs", &jobs(job_rows()));
    put(pages, "house-jobs-empty", &jobs(Vec::new()));
    put(pages, "house-tokens", &tokens());
    put(pages, "house-tokens-read", &TokensPage { may_change: false, made: None, ..tokens() });
}

fn house(title: &str) -> Shell {
    Shell {
        role: "Keeper".to_owned(),
        person: "Synthetic Keeper".to_owned(),
        ..shell(title, Some(Desk::House))
    }
}

fn overview() -> OverviewPage {
    let line = |subject: &str, says: &str, tone, word: &str, href: &str| Attention {
        subject: subject.to_owned(),
        says: says.to_owned(),
        tone,
        word: word.to_owned(),
        href: href.to_owned(),
    };
    OverviewPage {
        shell: house("Keeping house"),
        rooms: Room::ALL.to_vec(),
        lines: vec![
            line(
                "Jobs",
                "1 job was tried too often and waits for you.",
                Tone::Failed,
                "needs you",
                routes::HOUSE_JOBS,
            ),
            line(
                "Second step",
                "Everyone may do without it. That is for showing and trying only.",
                Tone::Open,
                "look at this",
                routes::HOUSE_ORGANISATION,
            ),
            line("People", "4 people with an account.", Tone::Done, "in order", routes::HOUSE_USERS),
            line("Guests", "No guest sees a case.", Tone::Done, "in order", routes::HOUSE_GUESTS),
        ],
    }
}

fn roles(chosen: &[&str]) -> Vec<Choice> {
    choices(&["Analyst", "Investigator", "Social worker", "Reviewer", "Keeper"])
        .into_iter()
        .map(|choice| if chosen.contains(&choice.words.as_str()) { choice.chosen() } else { choice })
        .collect()
}

fn users(made: Option<(&str, &str)>) -> UsersPage {
    let user = |n, name: &str, username: &str, chosen: &[&str], code, last: Option<Span>| UserRow {
        id: id(n),
        name: name.to_owned(),
        username: username.to_owned(),
        roles: roles(chosen),
        code,
        last: last.map(ago),
        disabled: false,
        locked_until: None,
        me: false,
    };
    let analyst = ["Analyst", "Reviewer"];
    UsersPage {
        shell: house("People"),
        rooms: Room::ALL.to_vec(),
        rows: vec![
            UserRow {
                me: true,
                ..user(1, "Synthetic Keeper", "synthetic.keeper", &["Keeper"], true, Some(Span::minutes(6)))
            },
            user(2, "Synthetic Analyst One", "synthetic.one", &analyst, true, Some(Span::hours(5))),
            UserRow {
                locked_until: Some(ahead(Span::minutes(12))),
                ..user(3, "Synthetic Analyst Two", "synthetic.two", &["Analyst"], false, Some(Span::days(2)))
            },
            UserRow {
                disabled: true,
                ..user(4, "Synthetic Officer Cruz", "synthetic.cruz", &["Investigator"], true, None)
            },
        ],
        may_change: true,
        roles: roles(&[]),
        made: made.map(|(name, password)| (name.to_owned(), password.to_owned())),
    }
}

fn guests(rows: Vec<GuestRow>) -> GuestsPage {
    GuestsPage {
        shell: house("Guests"),
        rooms: Room::ALL.to_vec(),
        made: (!rows.is_empty())
            .then(|| ("synthetic.north".to_owned(), "synthetic-plain-words-28".to_owned())),
        rows,
        may_invite: true,
        cases: vec![Choice::new("case", "C-2026-00031: three children, one household")],
        longest: "30 days".to_owned(),
    }
}

fn guest_rows() -> Vec<GuestRow> {
    let row = |n, name: &str, username: &str, case, until, ended| GuestRow {
        id: id(n),
        name: name.to_owned(),
        username: username.to_owned(),
        case,
        until,
        ended,
        last: ended.then(|| ago(Span::days(10))),
    };
    let case = (Some(routes::case(id::<model::kinds::Case>(31))), "C-2026-00031".to_owned());
    vec![
        row(20, "Synthetic Detective North", "synthetic.north", case, ahead(Span::days(5)), false),
        row(
            19,
            "Synthetic Detective South",
            "synthetic.south",
            (None, "one case".to_owned()),
            ago(Span::days(9)),
            true,
        ),
    ]
}

fn organisation(may_change: bool) -> OrganisationPage {
    OrganisationPage {
        shell: house("Organisation"),
        rooms: Room::ALL.to_vec(),
        name: "Synthetic Regional Desk".to_owned(),
        zone: "Asia/Manila".to_owned(),
        links_across: !may_change,
        contact: ContactFields {
            email: "desk@synthetic.example".to_owned(),
            name: "Synthetic Desk".to_owned(),
            phone: String::new(),
        },
        profile: "National centre".to_owned(),
        purpose: "Receiving and acting on reports of the sexual exploitation of children".to_owned(),
        may_change,
        installation: may_change.then_some(false),
    }
}

fn keys() -> KeysPage {
    let row = |seals: &str, state: &str, tone, since| KeyRow {
        seals: seals.to_owned(),
        state: state.to_owned(),
        tone,
        since: ago(since),
    };
    KeysPage {
        shell: house("Keys"),
        rooms: Room::ALL.to_vec(),
        root: digest(5).to_string(),
        rows: vec![
            row(
                "Synthetic Regional Desk",
                "in use, under the root key in force",
                Tone::Done,
                Span::days(201),
            ),
            row(
                "Synthetic Partner",
                "under another root key: turn the keys again",
                Tone::Failed,
                Span::days(566),
            ),
        ],
    }
}

fn journal_page(holds: Option<bool>) -> JournalPage {
    let findings = |holds| {
        if holds {
            vec![
                "Every entry is as it was written and in its place, under 412 signed heads.".to_owned(),
                "The heads written outside the database are part of the chain.".to_owned(),
            ]
        } else {
            vec![
                "The first thing that is wrong: entry 88,101 was changed after it was written.".to_owned(),
                "Keep this machine as it is, and compare it with the last backup before anything else."
                    .to_owned(),
            ]
        }
    };
    let record = |n: usize| match n {
        0 => None,
        1 => Some(("case".to_owned(), None)),
        _ => Some(("report".to_owned(), Some(routes::report(id::<model::kinds::Report>(142))))),
    };
    let rows = journal().into_iter().enumerate();
    let rows = rows.map(|(n, line)| JournalEntryRow { record: record(n), reason: n == 2, line }).collect();
    JournalPage {
        shell: house("Journal"),
        rooms: Room::ALL.to_vec(),
        verified: holds.map(|holds| Verified {
            when: ago(Span::minutes(0)),
            holds,
            entries: 88_215,
            findings: findings(holds),
        }),
        rows,
        newest: holds.is_some(),
        earlier: Some("/house/journal?after=88007".to_owned()),
    }
}

fn jobs(rows: Vec<JobRow>) -> JobsPage {
    JobsPage { shell: house("Jobs"), rooms: Room::ALL.to_vec(), waiting: 14, running: 2, rows }
}

fn job_rows() -> Vec<JobRow> {
    vec![
        JobRow {
            id: id(70),
            what: "Read a file that was brought in".to_owned(),
            state: "waits for a person".to_owned(),
            dead: true,
            tries: 10,
            when: ago(Span::hours(2)),
            error: Some("The disk is full.".to_owned()),
        },
        JobRow {
            id: id(71),
            what: "Screen new payments".to_owned(),
            state: "tried again later".to_owned(),
            dead: false,
            tries: 3,
            when: ahead(Span::minutes(9)),
            error: None,
        },
    ]
}

fn tokens() -> TokensPage {
    let row = |n, name: &str, until, ended| TokenRow {
        id: id(n),
        name: name.to_owned(),
        user: "synthetic.one".to_owned(),
        made: ago(Span::days(30)),
        until,
        ended,
    };
    TokensPage {
        shell: house("Tokens"),
        rooms: Room::ALL.to_vec(),
        rows: vec![
            row(80, "Synthetic Platform A, intake", ahead(Span::days(120)), false),
            row(81, "Warehouse export", ago(Span::days(3)), true),
        ],
        may_change: true,
        users: choices(&["Synthetic Analyst One", "Synthetic Analyst Two"]),
        longest: 365,
        made: Some("sagip_synthetic_token_shown_once_0123456789abcdef".to_owned()),
    }
}
