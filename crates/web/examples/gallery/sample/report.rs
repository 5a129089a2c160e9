//! A report: undecided, refused, decided, bare.

use model::{Span, kinds};
use web::page::{
    Choice, ClockChip, Desk, Level, Notice, SealedField,
    record::{Fact, Tone},
    report::{
        DecisionKind, Decisions, FileRow, IdentifierRow, LinkRow, MatchRow, PersonRow, Provenance, ReportPage,
    },
    routes,
    shell::{NoticeKind, Undo},
};

use super::{
    ago, below, choices, csrf, digest, id, journal, notice, now, reason, refused, risk, sealed, sensitive,
    standing, times, triage_clock, work::colleagues,
};

pub(super) fn decisions(open: Option<DecisionKind>, problem: Option<&str>) -> Decisions {
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

pub(super) fn people() -> Vec<PersonRow> {
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

pub(super) fn identifiers() -> Vec<IdentifierRow> {
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

pub(super) fn report(decisions: Option<Decisions>) -> ReportPage {
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

pub(super) fn decided() -> ReportPage {
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

pub(super) fn bare() -> ReportPage {
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
