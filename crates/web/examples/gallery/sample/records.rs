//! A report, a case, a filing in each state, an alert, and opening what is sealed.

use model::{Span, kinds};
use web::page::{
    Choice, ClockChip, Desk, Level, Moment, Notice, SealedField,
    alert::{AlertPage, Review},
    case::{CasePage, FilingRow, NewFiling, NoteRow, TaskRow, TimelineDay, TimelineEvent, Track},
    filing::{Check, FilingPage, Finding, NextStep, SentPart},
    record::{Fact, Step, Tone},
    report::{
        DecisionKind, Decisions, FileRow, IdentifierRow, LinkRow, MatchRow, PersonRow, Provenance, ReportPage,
    },
    reveal::{RevealPage, RevealedPage, RevealedValue},
    routes,
    shell::{NoticeKind, Undo},
};

use super::{
    Pages, ago, below, choices, csrf, digest, id, journal, notice, now, put, reason, refused, risk, sealed,
    sensitive, standing, times, triage_clock, work::colleagues,
};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "report", &report(Some(decisions(None, None))));
    let problem = "The reason is missing. The journal needs one for every report that is not acted on.";
    put(
        pages,
        "report-decision-refused",
        &report(Some(decisions(Some(DecisionKind::NoAction), Some(problem)))),
    );
    put(pages, "report-merge", &report(Some(decisions(Some(DecisionKind::Merge), None))));
    put(pages, "report-decided", &decided());
    put(pages, "report-bare", &bare());
    put(pages, "case", &case());
    put(pages, "case-new", &new_case());
    for (name, next) in [
        ("filing-drafted", NextStep::Review),
        ("filing-reviewed", NextStep::Ready),
        ("filing-ready", NextStep::Send("File report with NCMEC".to_owned())),
        ("filing-sent", NextStep::Acknowledge),
        ("filing-acknowledged", NextStep::Nothing("Acknowledged. Nothing more is due here.".to_owned())),
    ] {
        put(pages, name, &filing(next));
    }
    put(pages, "filing-rejected", &rejected());
    put(pages, "alert", &alert());
    put(pages, "alert-reviewed", &reviewed());
    reveals(pages);
}

fn decisions(open: Option<DecisionKind>, problem: Option<&str>) -> Decisions {
    Decisions {
        allowed: DecisionKind::ALL.to_vec(),
        open,
        problem: problem.map(str::to_owned),
        reason: String::new(),
        case_title: "Three children, one household".to_owned(),
        leads: colleagues(),
        merge_into: vec![
            Choice::new("R-000139", "R-000139: a neighbour heard two children, same street").chosen(),
            Choice::new("R-000107", "R-000107: receiver of small payments, same phone number"),
        ],
        agencies: choices(&["Synthetic Agency North", "Synthetic Police Desk", "Synthetic Agency Abroad"]),
        bases: choices(&["Child at risk, vital interest", "Legal obligation", "Treaty request"]),
        no_action_reasons: choices(&[
            "Not a child protection matter",
            "Already known and acted on",
            "No information to act on",
        ]),
    }
}

fn people() -> Vec<PersonRow> {
    let person = |role: &str, called: &str, facts: &[(&str, &str)], sealed: Vec<SealedField>| PersonRow {
        role: role.to_owned(),
        called: called.to_owned(),
        facts: facts.iter().map(|(label, value)| Fact::new(label, *value)).collect(),
        sealed,
    };
    vec![
        person(
            "child",
            "Child A",
            &[
                ("Age at the time", "about 9"),
                ("Relationship", "niece of the accused"),
                ("Sibling group", "with Child B"),
            ],
            vec![
                sealed("child-a-name", "legal name of child"),
                sealed("child-a-address", "address of child"),
            ],
        ),
        person(
            "child",
            "Child B",
            &[("Age at the time", "about 6"), ("Sibling group", "with Child A")],
            vec![refused("child-b-name", "legal name of child", "The case's social worker can open it.")],
        ),
        person(
            "accused",
            "Party 7f3a",
            &[("Relationship to the child", "aunt, caregiver"), ("Receives money", "14 times since August")],
            vec![sealed("party-name", "name of the accused")],
        ),
        person(
            "person who paid",
            "Payer 1",
            &[
                ("Country", "abroad, from the billing address"),
                ("Known elsewhere", "another agency holds a match"),
            ],
            vec![sealed("payer-name", "name of the person who paid")],
        ),
    ]
}

fn identifiers() -> Vec<IdentifierRow> {
    let row = |kind: &str, value: &str, whose: &str, seen: Option<Span>, elsewhere| IdentifierRow {
        kind: kind.to_owned(),
        value: Some(value.to_owned()),
        sealed: None,
        whose: whose.to_owned(),
        seen: seen.map(ago),
        elsewhere,
        href: format!("{}?q={}", routes::SEARCH, routes::encode(value)),
    };
    vec![
        row("phone number", "+63 900 555 0142", "accused", Some(Span::hours(31)), 4),
        row(
            "account name",
            "synthetic.payer.one@platform-a.example",
            "person who paid",
            Some(Span::hours(22)),
            1,
        ),
        row(
            "Internet address",
            "2001:db8:0:42::8f3:1",
            "person who paid, at login",
            Some(Span::hours(22)),
            0,
        ),
        IdentifierRow {
            value: None,
            sealed: Some(sealed("account-number", "payment account")),
            ..row("payment account", "", "accused", None, 12)
        },
    ]
}

fn report(decisions: Option<Decisions>) -> ReportPage {
    let here = id::<kinds::Report>(142);
    ReportPage {
        shell: below("R-000142", Desk::Queue),
        id: here,
        number: "R-000142".to_owned(),
        summary: "A livestream is arranged for tonight; the payer has paid the same receiver 14 times."
            .to_owned(),
        risk: risk(Level::Now, "level 1 of 7, ICAC scale"),
        standing: standing(
            "triaged",
            Tone::Open,
            Span::hours(3),
            "Synthetic Analyst Two",
            "Decide: a child may be at risk tonight",
        ),
        clocks: vec![
            triage_clock(Span::hours(20)),
            ClockChip::running(
                &times(),
                "Tell the police",
                now() + Span::hours(44),
                Span::hours(12),
                "RA 11930 s. 11: 48 hours from receipt",
                vec!["Received 2026-11-21 23:15 +08:00".to_owned(), "plus 48 h".to_owned()],
            ),
            ClockChip::met(
                &times(),
                "Receipt to the source",
                now() - Span::hours(19),
                now() - Span::hours(20),
                "Procedure of the house, version 3",
                Vec::new(),
            ),
        ],
        holder: Some("Synthetic Analyst One".to_owned()),
        mine: true,
        undo: None,
        reasons: vec![
            reason(
                "A time for a livestream is named, and it is tonight.",
                "decides the level",
                "Triage rubric 2, line 1: child at immediate risk (ICAC scale)",
                &[("The chat names 22:30, Asia/Manila, in message 188 of 214", Some(Span::hours(22)), None)],
            ),
            reason(
                "One payer has paid one receiver 14 times in small, regular amounts.",
                "strong",
                "Typology many-small-one-receiver, version 4; AMLC study 2020",
                &[
                    (
                        "14 payments of PHP 1,500 to 3,000 between August and November",
                        None,
                        Some("/search?q=R-000107"),
                    ),
                    ("11 of them within 20 minutes after a call", Some(Span::days(2)), None),
                ],
            ),
            reason(
                "The receiver lives with children.",
                "strong",
                "Report R-000139",
                &[("A neighbour says so", Some(Span::hours(26)), Some("/search?q=R-000139"))],
            ),
            reason("The report is 20 hours old.", "+4", "Age against the 24-hour clock", &[]),
        ],
        place: "Synthetic City, Cebu".to_owned(),
        place_confidence: "likely: phone and payout agree".to_owned(),
        incident: "2026-11-20 21:40 +08:00, as the source gave it".to_owned(),
        texts: vec![
            sensitive(
                "chat",
                "Chat log, 214 messages",
                "Two adults arrange a time, a price and who will be present. Both speak of children by nickname. No place is named.",
            ),
            sensitive(
                "narrative",
                "Narrative of the platform",
                "A moderator describes why the account was reported.",
            ),
        ],
        people: people(),
        identifiers: identifiers(),
        files: vec![
            FileRow {
                called: "File 1".to_owned(),
                name: Some(sealed("file-1-name", "file name")),
                hashes: vec![
                    Fact::exact("SHA-256", digest(1).to_string()),
                    Fact::exact("MD5", "0123456789abcdef0123456789abcdef"),
                ],
                classification: Some("B2".to_owned()),
                taxonomy: "Industry classification A1–B2, as the platform gave it".to_owned(),
                viewed: "unknown: the source sent no attestation".to_owned(),
                facts: vec![
                    Fact::new("Publicly available", "no"),
                    Fact::new("Uploaded", "2026-11-20 21:44 +08:00"),
                ],
            },
            FileRow {
                called: "File 2".to_owned(),
                name: None,
                hashes: vec![Fact::exact("SHA-256", digest(2).to_string())],
                classification: None,
                taxonomy: String::new(),
                viewed: "yes, attested by a moderator of Synthetic Platform A".to_owned(),
                facts: Vec::new(),
            },
        ],
        links: vec![
            LinkRow {
                number: "R-000139".to_owned(),
                href: Some(routes::report(id::<kinds::Report>(139))),
                says: "A neighbour heard two children and saw strangers' money arrive every Friday."
                    .to_owned(),
                state: "received".to_owned(),
                reasons: vec![reason(
                    "The same phone number is given for the caregiver.",
                    "strong",
                    "Exact identifier, normal form E.164",
                    &[("+63 900 555 0142 in both", None, None)],
                )],
            },
            LinkRow {
                number: "Another agency".to_owned(),
                href: None,
                says: "Someone else holds the account name of Payer 1. What they hold stays with them."
                    .to_owned(),
                state: "not yet contacted".to_owned(),
                reasons: Vec::new(),
            },
        ],
        matches: vec![MatchRow {
            file: "File 1".to_owned(),
            list: "Synthetic List One, kept by Synthetic Hotline".to_owned(),
            how: "exact, SHA-256".to_owned(),
            classification: "Category B, IWF".to_owned(),
            list_as_of: ago(Span::days(2)),
        }],
        provenance: Provenance {
            original: digest(9),
            bytes: 48_213,
            source: "Synthetic Platform A".to_owned(),
            channel: "CyberTipline, /ispws".to_owned(),
            basis: "Legal obligation of the platform, 18 USC 2258A".to_owned(),
            reference: "CT-SYNTHETIC-0042".to_owned(),
            received: ago(Span::hours(20)),
            import: Some((id(5), "synthetic-cybertips-2026-11-20.xml".to_owned())),
        },
        decisions,
        journal: journal(),
    }
}

fn decided() -> ReportPage {
    let undo = Notice {
        undo: Some(Undo {
            action: routes::report_undo(id::<kinds::Report>(142), id::<kinds::Decision>(4)),
            button: "Undo the referral".to_owned(),
            csrf: csrf(),
        }),
        ..notice(
            NoticeKind::Note,
            "You referred this report to Synthetic Police Desk 4 min ago.",
            "It leaves the house in 26 min.",
        )
    };
    ReportPage {
        standing: standing(
            "referred",
            Tone::Neutral,
            Span::minutes(4),
            "you",
            "Synthetic Police Desk acknowledges; due in 24 h",
        ),
        undo: Some(undo),
        ..report(None)
    }
}

fn bare() -> ReportPage {
    ReportPage {
        number: "R-000090".to_owned(),
        summary: "Not read yet: the source sent no words, only an account's number.".to_owned(),
        risk: risk(Level::Unknown, ""),
        standing: standing("received", Tone::Open, Span::minutes(12), "system:intake", "Somebody takes it"),
        clocks: vec![triage_clock(Span::minutes(12))],
        holder: None,
        mine: false,
        reasons: Vec::new(),
        place: String::new(),
        place_confidence: String::new(),
        incident: "not said".to_owned(),
        texts: Vec::new(),
        people: Vec::new(),
        identifiers: Vec::new(),
        files: Vec::new(),
        links: Vec::new(),
        matches: Vec::new(),
        decisions: Some(Decisions { merge_into: Vec::new(), ..decisions(Some(DecisionKind::Merge), None) }),
        journal: Vec::new(),
        ..report(None)
    }
}

fn event(age: Span, kind: &str, says: &str, actor: &str, href: Option<String>) -> TimelineEvent {
    let when: Moment = times().dated(now() - age);
    TimelineEvent { when, kind: kind.to_owned(), says: says.to_owned(), actor: actor.to_owned(), href }
}

fn case() -> CasePage {
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

fn new_case() -> CasePage {
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

fn filing(next: NextStep) -> FilingPage {
    let stands = match next {
        NextStep::Review => 0,
        NextStep::Ready => 1,
        NextStep::Send(_) => 2,
        NextStep::Acknowledge => 3,
        NextStep::Nothing(_) => 4,
    };
    let words = ["drafted", "reviewed", "ready", "sent", "acknowledged"];
    let steps = words
        .iter()
        .enumerate()
        .map(|(n, word)| Step {
            word: (*word).to_owned(),
            taken: (n <= stands)
                .then(|| ("Synthetic Analyst Two".to_owned(), ago(Span::hours(5 - n as i64)))),
            current: n == stands,
            failed: false,
        })
        .collect();
    let check =
        |finding, field: &str, says: &str| Check { finding, field: field.to_owned(), says: says.to_owned() };
    let error = check(
        Finding::Error,
        "incidentSummary/incidentDateTime",
        "2026-11-20T21:40:00 has no zone; expected a time with one, such as 2026-11-20T21:40:00+08:00",
    );
    let mut checks = vec![
        check(
            Finding::Warning,
            "fileDetails[1]/fileViewedByEsp",
            "Nobody attested that a person viewed File 1. The field is left out; it is not guessed.",
        ),
        check(Finding::Passed, "reporter/reportingPerson/email", "present, as the server requires"),
        check(
            Finding::Passed,
            "the whole document",
            "fits the order of elements of the schema the operator loaded",
        ),
    ];
    if stands == 1 {
        checks.insert(0, error);
    }
    FilingPage {
        shell: below("F-000007", Desk::Cases),
        id: id(7),
        number: "F-000007".to_owned(),
        channel: "NCMEC CyberTipline".to_owned(),
        case: Some((id(31), "C-2026-0031".to_owned())),
        report: (id(142), "R-000142".to_owned()),
        standing: standing(
            words.get(stands).copied().unwrap_or_default(),
            if stands == 4 { Tone::Done } else { Tone::Open },
            Span::hours(1),
            "Synthetic Analyst Two",
            [
                "A second person reads it",
                "The checks are put right",
                "Somebody files it",
                "NCMEC answers; ask after 24 h",
                "",
            ]
            .get(stands)
            .copied()
            .unwrap_or_default(),
        ),
        clocks: vec![ClockChip::running(
            &times(),
            "Filing with NCMEC",
            now() + Span::days(9),
            Span::days(2),
            "Agreement with the platform, 14 days",
            Vec::new(),
        )],
        steps,
        can_withdraw: stands < 3,
        next,
        checks,
        parts: vec![
            SentPart {
                title: "Incident".to_owned(),
                facts: vec![
                    Fact::new("Kind", "Online Enticement of Children for Sexual Acts"),
                    Fact::new("When", "2026-11-20 21:40 +08:00"),
                    Fact::new("Marked", "sextortion no, livestreaming yes"),
                ],
                sealed: Vec::new(),
                left_out: Vec::new(),
            },
            SentPart {
                title: "Person reported".to_owned(),
                facts: vec![
                    Fact::exact("Phone", "+63 900 555 0142"),
                    Fact::exact("Account", "synthetic.payer.one"),
                ],
                sealed: vec![sealed("filing-name", "name of the accused")],
                left_out: vec!["Address of the child: the receiver has no need of it to act.".to_owned()],
            },
            SentPart {
                title: "File 1".to_owned(),
                facts: vec![
                    Fact::new("Classification", "B2, industry classification"),
                    Fact::exact("SHA-256", digest(1).to_string()),
                ],
                sealed: Vec::new(),
                left_out: vec!["Viewed by a person: unknown, so it is not said.".to_owned()],
            },
        ],
        document: (stands >= 2).then(|| digest(3)),
        reference: (stands == 4).then(|| "CT-SYNTHETIC-77".to_owned()),
        journal: journal(),
    }
}

fn rejected() -> FilingPage {
    let mut page = filing(NextStep::Nothing("Rejected: 4100, validation failed. Nothing was accepted. Correct the report, then draft a new filing from the case.".to_owned()));
    page.standing =
        standing("rejected", Tone::Failed, Span::minutes(20), "NCMEC", "Correct it and file again");
    page.reference = None;
    if let Some(last) = page.steps.last_mut() {
        "rejected".clone_into(&mut last.word);
        last.failed = true;
    }
    page
}

fn alert() -> AlertPage {
    AlertPage {
        shell: below("A-000212", Desk::Alerts),
        id: id(212),
        number: "A-000212".to_owned(),
        raised_by: "Many payers, one receiver".to_owned(),
        raised_by_href: Some(routes::typology("many-payers-one-receiver")),
        why: "Five unrelated payers abroad sent 41 small amounts at night to one receiver.".to_owned(),
        score: "82 of 100, threshold 60".to_owned(),
        standing: standing("new", Tone::Open, Span::minutes(35), "system:screening", "Somebody reviews it"),
        subject: vec![
            Fact::new("Called", "Party 7f3a"),
            Fact::new("Role", "receiver"),
            Fact::new("Since", "August 2026"),
            Fact::new("Source", "Synthetic Remit"),
        ],
        sealed: vec![sealed("alert-name", "name of the party"), sealed("alert-account", "payment account")],
        reasons: vec![
            reason(
                "Five payers who share nothing else pay the same receiver.",
                "+35",
                "Typology many-payers-one-receiver, version 4",
                &[("5 payers, 4 countries, no shared address or device", None, None)],
            ),
            reason(
                "33 of 41 payments came between 22:00 and 04:00 where the receiver lives.",
                "+25",
                "AUSTRAC, Financial crime guide, 2019",
                &[("The earliest 22:04, the latest 03:51, Asia/Manila", Some(Span::hours(2)), None)],
            ),
            reason(
                "Amounts lie between PHP 800 and 3,000.",
                "+22",
                "AMLC study 2020",
                &[("Median PHP 1,500.00", None, None)],
            ),
        ],
        against: vec![
            "Two of the payers share the receiver's surname; family support looks like this too.".to_owned(),
        ],
        review: Some(Review {
            problem: None,
            note: String::new(),
            reasons: choices(&["Family support", "Trade", "Wages", "Data error", "Other"]),
        }),
        report: None,
        journal: journal(),
    }
}

fn reviewed() -> AlertPage {
    AlertPage {
        standing: standing("escalated", Tone::Done, Span::minutes(2), "you", "The report waits in the queue"),
        review: None,
        against: Vec::new(),
        report: Some((id(142), "R-000142".to_owned())),
        ..alert()
    }
}

fn reveals(pages: &mut Pages) {
    let page = |field: SealedField, problem: Option<&str>, sensitive| RevealPage {
        shell: below("Open a sealed field", Desk::Queue),
        record: "R-000142".to_owned(),
        field,
        problem: problem.map(str::to_owned),
        sensitive,
    };
    put(pages, "reveal", &page(sealed("child-a-name", "legal name of child"), None, false));
    put(
        pages,
        "reveal-problem",
        &page(sealed("chat", "chat log"), Some("Choose a purpose. Nothing was opened."), true),
    );
    put(
        pages,
        "reveal-refused",
        &page(
            refused(
                "child-b-name",
                "legal name of child",
                "Your role does not open this. The case's social worker can.",
            ),
            None,
            false,
        ),
    );
    let value = RevealedValue {
        kind: "legal name of child".to_owned(),
        lines: vec!["Synthetic Child Alpha".to_owned()],
        purpose: "Locate the child".to_owned(),
        journal: 88_215,
        opened: ago(Span(0)),
        seconds: 60,
    };
    put(
        pages,
        "revealed",
        &RevealedPage {
            shell: below("Opened", Desk::Queue),
            record: "R-000142".to_owned(),
            value,
            back: routes::report(id::<kinds::Report>(142)),
        },
    );
}
