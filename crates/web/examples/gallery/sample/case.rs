//! A case, full and new.

use model::{Span, kinds};
use web::page::{
    Choice, ClockChip, Desk, Level, Moment,
    case::{CasePage, FilingRow, NewFiling, NoteRow, TaskRow, TimelineDay, TimelineEvent, Track},
    record::Tone,
    routes,
};

use super::{
    ago, below, choices, id, journal, now,
    report::{identifiers, people, report},
    risk, sensitive, standing, times,
    work::colleagues,
};

fn event(age: Span, kind: &str, says: &str, actor: &str, href: Option<String>) -> TimelineEvent {
    let when: Moment = times().dated(now() - age);
    TimelineEvent { when, kind: kind.to_owned(), says: says.to_owned(), actor: actor.to_owned(), href }
}

pub(super) fn case() -> CasePage {
    let times = times();
    let due = |what: &str, hours, soon| {
        ClockChip::running(
            &times,
            what,
            now() + Span::hours(hours),
            Span::hours(soon),
            "Set by Synthetic Officer Reyes",
            Vec::new(),
        )
    };
    let task = |n, what: &str, who: &str, clock, done| TaskRow {
        id: id(n),
        what: what.to_owned(),
        who: who.to_owned(),
        clock,
        done,
    };
    let track = |name: &str, state: &str, next: &str| Track {
        name: name.to_owned(),
        state: state.to_owned(),
        next: next.to_owned(),
    };
    CasePage {
        shell: below("C-2026-0031", Desk::Cases),
        id: id(31),
        number: "C-2026-0031".to_owned(),
        title: "Three children, one household, three payers abroad".to_owned(),
        risk: risk(Level::Now, "level 1 of 7, ICAC scale"),
        standing: standing(
            "operation planned",
            Tone::Open,
            Span::hours(2),
            "Synthetic Officer Reyes",
            "Confirm the social worker for tonight",
        ),
        lead: "Synthetic Officer Reyes".to_owned(),
        partners: vec!["Synthetic Agency Abroad".to_owned(), "Synthetic Social Welfare Office".to_owned()],
        tracks: vec![
            track("Investigation", "warrant applied for", "Hearing of the application at 07:00"),
            track("Prosecution", "not begun", "Inquest prosecutor named"),
            track("Aftercare", "prepared", "Kin assessed for the three children"),
        ],
        clocks: vec![
            ClockChip::running(
                &times,
                "Preservation ends",
                now() + Span::hours(31),
                Span::days(3),
                "Preservation order, six months, RA 11930 s. 9",
                vec!["Served 2026-05-23".to_owned(), "plus six months".to_owned()],
            ),
            ClockChip::running(
                &times,
                "Filing with NCMEC",
                now() + Span::days(9),
                Span::days(2),
                "Agreement with the platform, 14 days",
                Vec::new(),
            ),
        ],
        kinds: vec![
            Choice::new("report", "Reports").chosen(),
            Choice::new("payment", "Payments").chosen(),
            Choice::new("call", "Calls").chosen(),
            Choice::new("decision", "Decisions").chosen(),
            Choice::new("note", "Notes and tasks"),
        ],
        timeline: vec![
            TimelineDay {
                day: "Sunday, 22 November 2026".to_owned(),
                events: vec![
                    event(
                        Span::minutes(18),
                        "decision",
                        "Operation planned for tonight",
                        "Synthetic Officer Reyes",
                        None,
                    ),
                    event(
                        Span::hours(3),
                        "report",
                        "R-000142 linked: the same phone number",
                        "system:linking",
                        Some(routes::report(id::<kinds::Report>(142))),
                    ),
                ],
            },
            TimelineDay {
                day: "Friday, 20 November 2026".to_owned(),
                events: vec![
                    event(
                        Span::hours(29),
                        "call",
                        "Video call, 24 minutes, Payer 1 to the accused",
                        "both sides",
                        None,
                    ),
                    event(
                        Span::hours(30),
                        "payment",
                        "PHP 2,500.00 from Payer 1 to the accused",
                        "Synthetic Remit",
                        None,
                    ),
                    event(
                        Span::hours(31),
                        "call",
                        "Video call, 3 minutes, Payer 1 to the accused",
                        "both sides",
                        None,
                    ),
                ],
            },
        ],
        earlier: Some("/cases/0192f0c1-2b3c-7d4e-8f90-00000000001f?before=88000".to_owned()),
        people: people(),
        identifiers: identifiers(),
        reports: report(None).links,
        notes: vec![
            NoteRow {
                author: "Synthetic Officer Cruz".to_owned(),
                written: ago(Span::minutes(50)),
                paragraphs: vec![
                    "The grandmother lives two streets away and has looked after the children before."
                        .to_owned(),
                    "She has not been spoken to. The social worker goes first.".to_owned(),
                ],
                sensitive: None,
            },
            NoteRow {
                author: "Synthetic Analyst Two".to_owned(),
                written: ago(Span::hours(5)),
                paragraphs: Vec::new(),
                sensitive: Some(sensitive(
                    "note-2",
                    "Note that quotes the chat",
                    "Explains which messages name a time.",
                )),
            },
        ],
        note_draft: String::new(),
        tasks: vec![
            task(
                1,
                "Confirm the social worker for tonight",
                "Synthetic Officer Reyes",
                Some(due("Task", 3, 6)),
                None,
            ),
            task(
                2,
                "Ask for an extension of the preservation",
                "Synthetic Officer Cruz",
                Some(due("Task", -2, 6)),
                None,
            ),
            task(3, "Body camera and its custodian", "Synthetic Officer Reyes", None, None),
            task(
                4,
                "Name an inquest prosecutor",
                "Synthetic Analyst Two",
                None,
                Some(("Synthetic Analyst Two".to_owned(), ago(Span::hours(4)))),
            ),
        ],
        colleagues: colleagues(),
        filings: vec![
            FilingRow {
                id: id(7),
                number: "F-000007".to_owned(),
                channel: "NCMEC CyberTipline".to_owned(),
                standing: standing(
                    "reviewed",
                    Tone::Open,
                    Span::hours(1),
                    "Synthetic Analyst Two",
                    "Somebody fixes the document",
                ),
            },
            FilingRow {
                id: id(6),
                number: "F-000006".to_owned(),
                channel: "AMLC, goAML".to_owned(),
                standing: standing("acknowledged", Tone::Done, Span::days(4), "Synthetic Officer Cruz", ""),
            },
        ],
        new_filing: Some(NewFiling {
            reports: vec![Choice::new("R-000142", "R-000142: a livestream is arranged for tonight")],
            channels: choices(&["NCMEC CyberTipline", "AMLC goAML"]),
        }),
        journal: journal(),
    }
}

pub(super) fn new_case() -> CasePage {
    CasePage {
        risk: risk(Level::Unknown, ""),
        partners: Vec::new(),
        clocks: Vec::new(),
        timeline: Vec::new(),
        earlier: None,
        people: Vec::new(),
        identifiers: Vec::new(),
        reports: Vec::new(),
        notes: Vec::new(),
        tasks: Vec::new(),
        filings: Vec::new(),
        new_filing: None,
        journal: Vec::new(),
        title: "Synthetic long title that goes on and on, because somebody wrote a whole sentence about a household, two streets, three payers and what is still to be found out".to_owned(),
        ..case()
    }
}
