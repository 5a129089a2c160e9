//! Keeping house.

use model::Span;
use web::page::{
    Choice, Desk, JournalLine, Paging, Shell,
    house::{
        Attention, GuestRow, GuestsPage, JobRow, JobsPage, JournalEntryRow, JournalPage, KeyRow, KeysPage,
        OrganisationPage, OverviewPage, TokenRow, TokensPage, UserRow, UsersPage, Verified,
    },
    record::Tone,
    routes,
};

use super::{Pages, ago, ahead, choices, digest, filter, id, journal, put, shell};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "house", &overview());
    put(pages, "house-users", &users(None, None));
    put(
        pages,
        "house-users-made",
        &users(
            Some(("Synthetic Analyst Three", "synthetic-plain-words-27")),
            Some("The username synthetic.one is taken. Choose another."),
        ),
    );
    put(pages, "house-guests", &guests(guest_rows()));
    put(pages, "house-guests-empty", &guests(Vec::new()));
    put(pages, "house-organisation", &organisation());
    put(pages, "house-keys", &keys());
    put(pages, "house-journal", &journal_page(true));
    put(pages, "house-journal-broken", &journal_page(false));
    put(pages, "house-jobs", &jobs(job_rows()));
    put(pages, "house-jobs-empty", &jobs(Vec::new()));
    put(pages, "house-tokens", &tokens());
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
        href: (!href.is_empty()).then(|| href.to_owned()),
    };
    OverviewPage {
        shell: house("Keeping house"),
        lines: vec![
            line(
                "Jobs",
                "One job was tried ten times and waits for you: sending F-000006.",
                Tone::Failed,
                "needs you",
                routes::HOUSE_JOBS,
            ),
            line(
                "People",
                "Two people have no second step.",
                Tone::Open,
                "look at this",
                routes::HOUSE_USERS,
            ),
            line(
                "Journal",
                "The chain held when it was verified 3 hours ago.",
                Tone::Done,
                "in order",
                routes::HOUSE_JOURNAL,
            ),
            line("Backups", "The last one is 5 hours old and was read back.", Tone::Done, "in order", ""),
            line(
                "Keys",
                "The next key to be turned is due in 41 days.",
                Tone::Done,
                "in order",
                routes::HOUSE_KEYS,
            ),
        ],
    }
}

fn roles(chosen: &[&str]) -> Vec<Choice> {
    choices(&["Analyst", "Investigator", "Social worker", "Reviewer", "Keeper"])
        .into_iter()
        .map(|choice| if chosen.contains(&choice.words.as_str()) { choice.chosen() } else { choice })
        .collect()
}

fn users(made: Option<(&str, &str)>, problem: Option<&str>) -> UsersPage {
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
    UsersPage {
        shell: house("People"),
        rows: vec![
            UserRow {
                me: true,
                ..user(1, "Synthetic Keeper", "synthetic.keeper", &["Keeper"], true, Some(Span::minutes(6)))
            },
            user(
                2,
                "Synthetic Analyst One",
                "synthetic.one",
                &["Analyst", "Reviewer"],
                true,
                Some(Span::hours(5)),
            ),
            UserRow {
                locked_until: Some(ahead(Span::minutes(12))),
                ..user(3, "Synthetic Analyst Two", "synthetic.two", &["Analyst"], false, Some(Span::days(2)))
            },
            UserRow {
                disabled: true,
                ..user(4, "Synthetic Officer Cruz", "synthetic.cruz", &["Investigator"], true, None)
            },
        ],
        roles: roles(&[]),
        made: made.map(|(name, password)| (name.to_owned(), password.to_owned())),
        problem: problem.map(str::to_owned),
    }
}

fn guests(rows: Vec<GuestRow>) -> GuestsPage {
    GuestsPage {
        shell: house("Guests"),
        rows,
        cases: vec![Choice::new("C-2026-0031", "C-2026-0031: three children, one household")],
        longest: "30 days".to_owned(),
        problem: None,
    }
}

fn guest_rows() -> Vec<GuestRow> {
    let row = |n, name: &str, until, ended| GuestRow {
        id: id(n),
        name: name.to_owned(),
        organisation: "Synthetic Agency Abroad".to_owned(),
        case: (id(31), "C-2026-0031".to_owned()),
        until,
        ended,
        invited: "by Synthetic Officer Reyes, to identify Payer 1".to_owned(),
    };
    vec![
        row(20, "Synthetic Detective North", ahead(Span::days(5)), false),
        row(19, "Synthetic Detective South", ago(Span::days(9)), true),
    ]
}

fn organisation() -> OrganisationPage {
    OrganisationPage {
        shell: house("Organisation"),
        name: "Synthetic Regional Desk".to_owned(),
        zone: "Asia/Manila".to_owned(),
        country: "PH".to_owned(),
        contact: "desk@synthetic.example".to_owned(),
        profile: "national".to_owned(),
        purpose: "Receiving and acting on reports of the sexual exploitation of children".to_owned(),
        problem: None,
    }
}

fn keys() -> KeysPage {
    let row =
        |key: &str, seals: &str, state: &str, tone, since, turn_by: Option<Span>, count: &str, may_rotate| {
            KeyRow {
                id: key.to_owned(),
                seals: seals.to_owned(),
                state: state.to_owned(),
                tone,
                since: ago(since),
                turn_by: turn_by.map(ahead),
                count: count.to_owned(),
                may_rotate,
            }
        };
    KeysPage {
        shell: house("Keys"),
        rows: vec![
            row(
                "root-2026-02",
                "the keys below it",
                "in use",
                Tone::Done,
                Span::days(291),
                Some(Span::days(74)),
                "1 organisation key",
                true,
            ),
            row(
                "org-2026-05",
                "records of the organisation",
                "in use",
                Tone::Done,
                Span::days(201),
                Some(Span::days(41)),
                "1,204 records",
                true,
            ),
            row(
                "journal-2026",
                "the head of the journal",
                "in use",
                Tone::Done,
                Span::days(324),
                None,
                "88,215 entries",
                false,
            ),
            row(
                "org-2025-05",
                "records made before May 2026",
                "being replaced",
                Tone::Open,
                Span::days(566),
                None,
                "312 records left",
                false,
            ),
        ],
    }
}

fn journal_page(holds: bool) -> JournalPage {
    let findings = if holds {
        vec![
            "Every entry fits the one before it, and the head bears this house's signature.".to_owned(),
            "The head written outside the database 20 minutes ago is part of the chain.".to_owned(),
        ]
    } else {
        vec!["Entry 88,101 does not fit entry 88,100: one of the two was changed after it was written.".to_owned(), "Entries up to 88,100 are sound. Keep this machine as it is and compare it with the last backup before anything else.".to_owned()]
    };
    let rows = journal()
        .into_iter()
        .zip(1_u64..)
        .map(|(line, n): (JournalLine, u64)| JournalEntryRow {
            sequence: (n > 1).then_some(88_216 - n),
            record: Some(("R-000142".to_owned(), routes::report("0192f0c1-2b3c-7d4e-8f90-00000000008e"))),
            line,
        })
        .collect();
    JournalPage {
        shell: house("Journal"),
        verified: Some(Verified {
            when: ago(Span::hours(3)),
            holds,
            entries: 88_215,
            head: digest(6).to_string(),
            findings,
        }),
        filter: filter(
            routes::HOUSE_JOURNAL,
            &[
                ("who", "Who", &["Anybody", "Synthetic Analyst One", "The system"]),
                ("record", "Record", &["Any", "Reports", "Cases", "Keys"]),
            ],
        ),
        rows,
        paging: Paging {
            first: 1,
            last: 4,
            total: 88_215,
            next: Some("/house/journal?after=88007".to_owned()),
            ..Paging::whole(0, "entries")
        },
    }
}

fn jobs(rows: Vec<JobRow>) -> JobsPage {
    JobsPage { shell: house("Jobs"), waiting: 14, running: 2, rows }
}

fn job_rows() -> Vec<JobRow> {
    vec![
        JobRow {
            id: id(70),
            what: "Send F-000006 to AMLC".to_owned(),
            state: "waits for a person".to_owned(),
            dead: true,
            tries: 10,
            when: ago(Span::hours(2)),
            error: Some("The receiver's server refused the certificate.".to_owned()),
            safe: "The document is fixed and unsent. Nothing is lost.".to_owned(),
        },
        JobRow {
            id: id(71),
            what: "Bring Synthetic Exchange up to date".to_owned(),
            state: "tried again later".to_owned(),
            dead: false,
            tries: 3,
            when: ahead(Span::minutes(9)),
            error: Some("The exchange answered 503.".to_owned()),
            safe: "The list as of 91 days ago stays in use.".to_owned(),
        },
    ]
}

fn tokens() -> TokensPage {
    let row = |n, name: &str, scope: &str, last: Option<Span>, until, ended| TokenRow {
        id: id(n),
        name: name.to_owned(),
        scope: scope.to_owned(),
        by: "Synthetic Keeper".to_owned(),
        last: last.map(ago),
        until,
        ended,
    };
    TokensPage {
        shell: house("API tokens"),
        rows: vec![
            row(
                80,
                "Synthetic Platform A, intake",
                "send reports",
                Some(Span::minutes(2)),
                ahead(Span::days(120)),
                false,
            ),
            row(81, "Warehouse export", "read figures", None, ago(Span::days(3)), true),
        ],
        scopes: choices(&["Send reports", "Look up hashes", "Read figures"]),
        made: Some("sagip_synthetic_token_shown_once_0123456789abcdef".to_owned()),
        problem: None,
    }
}
