//! A report: undecided, refused, decided, bare.

use model::{Span, kinds};
use reports::{DecisionKind, ReportState};
use web::page::{
    Choice, ClockChip, ClockState, Desk, Level, SealedField,
    record::{Fact, Tone},
    report::{
        DecisionRow, Decisions, FileRow, IdentifierRow, LinkRow, MatchRow, Other, PersonRow, Provenance,
        ReportPage,
    },
    routes,
};

use super::{
    ago, below, choices, digest, id, journal, now, refused, risk, sealed, sensitive, standing, times,
    triage_clock,
};

pub(super) fn decisions(open: Option<DecisionKind>, problem: Option<&str>) -> Decisions {
    Decisions {
        allowed: ReportState::Reopened.possible().to_vec(),
        open,
        problem: problem.map(str::to_owned),
        line: "R-2026-00139".to_owned(),
        text: "The neighbour speaks of the same street.".to_owned(),
        cases: vec![Choice::new("case", "C-2026-00031: Three children, one household")],
        linked: vec![Choice::new("R-2026-00139", "strong link, triaged")],
        no_action_reasons: choices(&["Not an offence against a child", "Already handled", "Other"]),
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
    let row = |key: &str, kind: &str, whose: &str, seen: Option<Span>, elsewhere| IdentifierRow {
        kind: kind.to_owned(),
        sealed: Some(sealed(key, kind)),
        whose: whose.to_owned(),
        seen: seen.map(ago),
        elsewhere,
    };
    vec![
        row("identifier-1", "phone number", "the person reported", Some(Span::hours(31)), 4),
        row("identifier-2", "account name", "the person who paid", Some(Span::hours(22)), 1),
        row("identifier-3", "Internet address", "the person who paid", Some(Span::hours(22)), 0),
        IdentifierRow { sealed: None, ..row("", "payment account", "the person reported", None, 12) },
    ]
}

fn taken(n: u32, words: &str, after: Option<&str>, open: bool) -> DecisionRow {
    DecisionRow {
        id: id(n),
        words: words.to_owned(),
        by: "Synthetic Analyst Two".to_owned(),
        when: ago(Span::minutes(n.into())),
        said: vec![Fact::new("to", "Synthetic Police Desk"), Fact::new("why", "The child is there")],
        after: after.map(str::to_owned),
        can_undo: open,
        can_send: open,
    }
}

pub(super) fn report(decisions: Option<Decisions>) -> ReportPage {
    let here = id::<kinds::Report>(142);
    ReportPage {
        shell: below("R-2026-00142", Desk::Queue),
        id: here,
        number: "R-2026-00142".to_owned(),
        summary: "A livestream is involved, and harm is expected within days.".to_owned(),
        risk: risk(Level::Now, "level 1: A child at risk now"),
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
            ClockChip {
                state: ClockState::MetLate,
                words: "breached: met 1 h late".to_owned(),
                ..triage_clock(Span::hours(25))
            },
        ],
        outline: false,
        safeguarding: Some("A child may be the one reported: protect first.".to_owned()),
        scale: "ICAC prioritisation scale, level 1: A child is at immediate risk.".to_owned(),
        reasons: vec![
            "A live stream is involved.".to_owned(),
            "One payer has paid one receiver 14 times in small, regular amounts.".to_owned(),
        ],
        about: vec![
            Fact::new("About", "live-streamed abuse"),
            Fact::new("When", "2026-11-20 21:40 +08:00, Asia/Manila"),
            Fact::new("Place", "PH, confidence high"),
        ],
        texts: vec![
            sensitive("narrative", "What was told, 1,214 letters", "It may describe abuse."),
            sensitive("places", "Where it happened, 2", "Places the report names."),
        ],
        people: people(),
        identifiers: identifiers(),
        files: vec![
            FileRow {
                called: "File 1".to_owned(),
                name: Some(sealed("file-1", "file name")),
                hashes: vec![
                    Fact::exact("SHA-256", digest(1).to_string()),
                    Fact::exact("MD5", "0123456789abcdef0123456789abcdef"),
                ],
                classification: Some("B2 (industry): as the platform gave it".to_owned()),
                viewed: "not known: nobody attests it".to_owned(),
                facts: vec![Fact::new("Known to", "Synthetic List One"), Fact::new("Public", "no")],
            },
            FileRow {
                called: "File 2".to_owned(),
                name: None,
                hashes: vec![Fact::exact("SHA-256", digest(2).to_string())],
                classification: None,
                viewed: "viewed by a person, says whoever reported".to_owned(),
                facts: Vec::new(),
            },
        ],
        links: vec![
            LinkRow {
                number: "R-2026-00139".to_owned(),
                href: Some(routes::report(id::<kinds::Report>(139))),
                says: "A strong link, seen 26 h ago; level 1.".to_owned(),
                state: "received".to_owned(),
                reasons: vec!["The same phone number is named for the person reported.".to_owned()],
            },
            LinkRow {
                number: "Another agency".to_owned(),
                href: None,
                says: "Someone else holds the account name. What they hold stays with them.".to_owned(),
                state: "not yet contacted".to_owned(),
                reasons: Vec::new(),
            },
        ],
        links_hidden: 1,
        matches: vec![
            MatchRow {
                number: "A-2026-00211".to_owned(),
                href: Some(routes::alert(id::<kinds::Alert>(211))),
                about: "a known file".to_owned(),
                says: Some("File 1 is on Synthetic List One".to_owned()),
                state: "new".to_owned(),
                raised: ago(Span::days(2)),
            },
            MatchRow {
                number: "A-2026-00212".to_owned(),
                href: None,
                about: "about an account it names".to_owned(),
                says: None,
                state: "new".to_owned(),
                raised: ago(Span::hours(2)),
            },
        ],
        others: vec![Other {
            label: "Case".to_owned(),
            number: "C-2026-00031".to_owned(),
            href: Some(routes::case(id::<kinds::Case>(31))),
        }],
        provenance: Some(Provenance {
            facts: vec![
                Fact::new("Brought from", "Synthetic Platform A"),
                Fact::exact("Number at NCMEC", "100042"),
                Fact::new("Lawful basis", "Legal obligation of the platform, 18 USC 2258A"),
                Fact::exact("Original, SHA-256", digest(9).to_string()),
            ],
            received: ago(Span::hours(20)),
            import: Some(("no. 7".to_owned(), Some(routes::import(id::<kinds::Import>(7))))),
        }),
        decisions,
        taken: vec![taken(9, "Triage", Some("Undone 4 min ago by Synthetic Analyst One."), false)],
        journal: journal(),
    }
}

pub(super) fn decided() -> ReportPage {
    ReportPage {
        standing: standing(
            "referred",
            Tone::Neutral,
            Span::minutes(4),
            "Synthetic Analyst Two",
            "The receiving agency answers",
        ),
        taken: vec![
            taken(4, "Refer to another agency", None, true),
            taken(19, "Ask for information", Some("Left the house 9 min ago."), false),
        ],
        ..report(Some(Decisions {
            allowed: ReportState::Referred.possible().to_vec(),
            ..decisions(None, None)
        }))
    }
}

pub(super) fn bare() -> ReportPage {
    ReportPage {
        number: "R-2026-00090".to_owned(),
        summary: "Nothing in the report meets a level yet; an analyst reads it.".to_owned(),
        risk: risk(Level::Unknown, ""),
        standing: standing(
            "received",
            Tone::Open,
            Span::minutes(12),
            "the house",
            "An analyst reads it and decides.",
        ),
        clocks: vec![triage_clock(Span::minutes(12))],
        safeguarding: None,
        reasons: Vec::new(),
        about: Vec::new(),
        texts: Vec::new(),
        people: Vec::new(),
        identifiers: Vec::new(),
        files: Vec::new(),
        links: Vec::new(),
        links_hidden: 0,
        matches: Vec::new(),
        others: Vec::new(),
        taken: Vec::new(),
        decisions: Some(Decisions {
            allowed: ReportState::Received.possible().to_vec(),
            ..Decisions::default()
        }),
        journal: Vec::new(),
        ..report(None)
    }
}

pub(super) fn shared() -> ReportPage {
    ReportPage { outline: true, provenance: None, decisions: None, ..bare() }
}
