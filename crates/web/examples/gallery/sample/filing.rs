//! A filing in each of its states.

use model::Span;
use web::page::{
    ClockChip, Desk,
    filing::{Check, FilingPage, Finding, NextStep, SentPart},
    record::{Fact, Step, Tone},
};

use super::{ago, below, digest, id, journal, now, sealed, standing, times};

pub(super) fn filing(next: NextStep) -> FilingPage {
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

pub(super) fn rejected() -> FilingPage {
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
