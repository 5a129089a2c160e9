//! A case, full, new and shared.

use model::{Span, kinds};
use web::page::{
    Choice, ClockChip, Desk, Level, Moment,
    case::{
        CaseForms, CasePage, CasePerson, CaseReportRow, CaseRow, CasesPage, FilingLine, NewFiling, NoteRow,
        TaskRow, TimelineDay, TimelineEvent, Track,
    },
    filing::{OutboxPage, OutboxRow},
    list::Paging,
    record::Tone,
    routes,
};

use super::{
    Pages, ago, below, choices, id, journal, now, put,
    report::{identifiers, people, report},
    risk, sensitive, shell, standing, times,
};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "cases", &cases(case_rows()));
    put(pages, "cases-empty", &cases(Vec::new()));
    put(pages, "case", &case());
    put(pages, "case-new", &new_case());
    put(pages, "case-outline", &outline());
    put(pages, "outbox", &outbox(outbox_rows()));
    put(pages, "outbox-empty", &outbox(Vec::new()));
}

fn cases(rows: Vec<CaseRow>) -> CasesPage {
    CasesPage { shell: shell("Cases", Some(Desk::Cases)), paging: Paging::whole(rows.len(), "cases"), rows }
}

fn due(hours: i64) -> ClockChip {
    let (at, soon) = (now() + Span::hours(hours), Span::hours(24));
    ClockChip::running(&times(), "Task", at, soon, "Set with the task", Vec::new())
}

fn case_rows() -> Vec<CaseRow> {
    let row = |n: u32, level, title: &str, phase: &str, tracks: &[&str], tasks, changed| CaseRow {
        id: id(n),
        number: format!("C-2026-{n:05}"),
        title: title.to_owned(),
        risk: risk(level, ""),
        phase: phase.to_owned(),
        tracks: tracks.iter().map(|t| (*t).to_owned()).collect(),
        lead: Some("Synthetic Officer Reyes".to_owned()),
        clock: None,
        tasks,
        reports: tasks + 1,
        changed: ago(changed),
    };
    let operation = ["investigation operation planned", "aftercare intake"];
    vec![
        CaseRow {
            clock: Some(due(3)),
            ..row(
                31,
                Level::Now,
                "Three children, one household, three payers abroad",
                "investigation",
                &operation,
                5,
                Span::minutes(18),
            )
        },
        CaseRow {
            lead: None,
            ..row(27, Level::High, "Receiver of payments from two countries", "new", &[], 2, Span::hours(7))
        },
        CaseRow {
            clock: Some(due(-5)),
            ..row(
                12,
                Level::Medium,
                "Account that offered recordings",
                "prosecution",
                &["prosecution on trial"],
                1,
                Span::days(3),
            )
        },
        row(
            4,
            Level::Low,
            "Siblings in kin care, monitoring",
            "aftercare",
            &["aftercare monitoring"],
            0,
            Span::days(24),
        ),
    ]
}

fn outbox(rows: Vec<OutboxRow>) -> OutboxPage {
    OutboxPage {
        shell: shell("Outbox", Some(Desk::Outbox)),
        paging: Paging::whole(rows.len(), "filings"),
        rows,
    }
}

fn outbox_rows() -> Vec<OutboxRow> {
    let row = |n: u32, state: &str, tone, since, next: &str, reference: Option<&str>| OutboxRow {
        id: id(n),
        number: format!("F-2026-{n:05}"),
        kind: "CyberTipline report".to_owned(),
        case: id(31),
        state: state.to_owned(),
        tone,
        since: ago(since),
        next: next.to_owned(),
        reference: reference.map(str::to_owned),
    };
    vec![
        row(7, "drafted", Tone::Open, Span::minutes(20), "A second person reviews it.", None),
        row(6, "rejected", Tone::Failed, Span::hours(4), "Read the reason, change the draft.", None),
        row(5, "acknowledged", Tone::Done, Span::days(4), "Nothing is due.", Some("900000001")),
    ]
}

fn event(age: Span, kind: &str, says: &str, href: Option<String>) -> TimelineEvent {
    let when: Moment = times().dated(now() - age);
    TimelineEvent { when, kind: kind.to_owned(), says: says.to_owned(), href }
}

fn case() -> CasePage {
    let task = |n, what: &str, who: Option<&str>, clock, done| TaskRow {
        id: id(n),
        what: what.to_owned(),
        who: who.map(str::to_owned),
        clock,
        done,
    };
    let track = |word, name: &str, state: &str, next: &[&str], reasons: &[&str]| Track {
        word,
        name: name.to_owned(),
        state: state.to_owned(),
        next: choices(next),
        reasons: choices(reasons),
    };
    let officer = "Synthetic Officer Reyes";
    CasePage {
        shell: below("C-2026-00031", Desk::Cases),
        id: id(31),
        number: "C-2026-00031".to_owned(),
        title: "Three children, one household, three payers abroad".to_owned(),
        outline: false,
        summary: vec![
            "Two sisters and a cousin live with the accused. Three persons pay from abroad.".to_owned(),
        ],
        risk: risk(Level::Now, "level 1: A child at risk now"),
        standing: standing(
            "investigation",
            Tone::Open,
            Span::hours(2),
            officer,
            "Confirm the social worker for tonight",
        ),
        lead: Some(officer.to_owned()),
        opened: ago(Span::days(3)),
        tracks: vec![
            track(
                "investigation",
                "Investigation",
                "under way",
                &["operation planned", "no lead at present", "concluded"],
                &["no offence found", "taken over by another agency"],
            ),
            track("prosecution", "Prosecution", "not started", &["submitted to the prosecutor"], &[]),
            track("aftercare", "Aftercare", "intake", &["assessment"], &[]),
        ],
        kinds: vec![
            Choice::new("report", "report").chosen(),
            Choice::new("filing", "filing").chosen(),
            Choice::new("note", "note"),
        ],
        timeline: vec![
            TimelineDay {
                day: "2026-11-22".to_owned(),
                events: vec![
                    event(
                        Span::minutes(18),
                        "task",
                        "Synthetic Officer Reyes set a task: Confirm the social worker",
                        None,
                    ),
                    event(
                        Span::hours(3),
                        "report",
                        "R-2026-00142: “open a case”, decided by Synthetic Officer Reyes.",
                        Some(routes::report(id::<kinds::Report>(142))),
                    ),
                ],
            },
            TimelineDay {
                day: "2026-11-20".to_owned(),
                events: vec![event(
                    Span::hours(31),
                    "note",
                    "Synthetic Officer Cruz wrote a note (contact).",
                    Some("#note-1".to_owned()),
                )],
            },
        ],
        people: people().into_iter().zip(1..).map(|(row, n)| CasePerson { id: id(n), row }).collect(),
        identifiers: identifiers(),
        reports: vec![CaseReportRow {
            number: "R-2026-00142".to_owned(),
            href: Some(routes::report(id::<kinds::Report>(142))),
            risk: risk(Level::Now, "level 1: A child at risk now"),
            state: "case opened".to_owned(),
            source: "a platform".to_owned(),
            received: ago(Span::hours(20)),
            reasons: vec!["A livestream is involved.".to_owned()],
        }],
        links: report(None).links,
        notes: vec![
            NoteRow {
                key: "note-1".to_owned(),
                kind: "contact".to_owned(),
                author: "Synthetic Officer Cruz".to_owned(),
                written: ago(Span::minutes(50)),
                corrects: None,
                paragraphs: vec![
                    "The grandmother lives two streets away and has looked after the children before."
                        .to_owned(),
                    "She has not been spoken to. The social worker goes first.".to_owned(),
                ],
                sensitive: None,
            },
            NoteRow {
                key: "note-2".to_owned(),
                kind: "note".to_owned(),
                author: "Synthetic Analyst Two".to_owned(),
                written: ago(Span::hours(5)),
                corrects: Some("note-1".to_owned()),
                paragraphs: Vec::new(),
                sensitive: Some(sensitive(
                    "note-text",
                    "A note that quotes words of abuse, 214 characters",
                    "It stays shut until somebody opens it with a purpose.",
                )),
            },
        ],
        note_kinds: choices(&["note", "contact", "case conference"]),
        note_draft: String::new(),
        tasks: vec![
            task(1, "Confirm the social worker for tonight", Some(officer), Some(due(3)), None),
            task(
                2,
                "Ask for the records of the payments",
                Some("Synthetic Officer Cruz"),
                Some(due(-2)),
                None,
            ),
            task(3, "Body camera and its custodian", None, None, None),
            task(
                4,
                "Name an inquest prosecutor",
                Some("Synthetic Analyst Two"),
                None,
                Some(("Synthetic Analyst Two".to_owned(), ago(Span::hours(4)))),
            ),
        ],
        filings: Some(vec![FilingLine {
            href: Some(routes::filing(id::<kinds::Filing>(7))),
            number: "F-2026-00007".to_owned(),
            kind: "CyberTipline report".to_owned(),
            state: "reviewed".to_owned(),
            tone: Tone::Open,
            since: ago(Span::hours(1)),
            next: "Check that it is complete and mark it ready to send.".to_owned(),
        }]),
        forms: Some(CaseForms {
            colleagues: choices(&[officer, "Synthetic Officer Cruz", "Synthetic Analyst Two"]),
            leads: choices(&[officer, "Synthetic Officer Cruz"]),
            summary: "Two sisters and a cousin live with the accused.".to_owned(),
            roles: choices(&["the child", "a child at risk", "facilitator", "caregiver", "witness"]),
            relationships: choices(&["parent", "aunt or uncle", "known only online"]),
            sexes: choices(&["female", "male"]),
        }),
        new_filing: Some(NewFiling {
            reports: vec![Choice::new("R-142", "R-2026-00142 from a platform").chosen()],
            incidents: choices(&["live-streamed abuse", "sexual extortion"]),
            statement: String::new(),
        }),
        journal: journal(),
    }
}

fn new_case() -> CasePage {
    CasePage {
        risk: risk(Level::Unknown, ""),
        lead: None,
        summary: Vec::new(),
        kinds: Vec::new(),
        timeline: Vec::new(),
        people: Vec::new(),
        identifiers: Vec::new(),
        reports: Vec::new(),
        links: Vec::new(),
        notes: Vec::new(),
        tasks: Vec::new(),
        filings: Some(Vec::new()),
        new_filing: None,
        journal: Vec::new(),
        title: "Synthetic long title that goes on and on, because somebody wrote a whole sentence about a household, two streets, three payers and what is still to be found out".to_owned(),
        ..case()
    }
}

/// What a partner sees.
fn outline() -> CasePage {
    let shut = case();
    CasePage {
        title: "Case C-2026-00031".to_owned(),
        outline: true,
        standing: standing("investigation", Tone::Neutral, Span::days(3), "its organisation", ""),
        people: shut
            .people
            .into_iter()
            .map(|mut person| {
                person.row.sealed.clear();
                person
            })
            .collect(),
        tracks: shut
            .tracks
            .into_iter()
            .map(|t| Track { next: Vec::new(), reasons: Vec::new(), ..t })
            .collect(),
        note_kinds: Vec::new(),
        notes: Vec::new(),
        tasks: Vec::new(),
        links: Vec::new(),
        forms: None,
        timeline: Vec::new(),
        ..new_case()
    }
}
