//! A filing in each of its states.

use model::Span;
use web::page::{
    Desk,
    filing::{Check, FilingPage, NextStep, Redraft, SentPart},
    record::{Fact, Step, Tone},
    routes,
};

use super::{ago, below, choices, digest, id, journal, standing};

pub(super) fn filing(next: NextStep) -> FilingPage {
    let stands = match next {
        NextStep::Review => 0,
        NextStep::Ready => 1,
        NextStep::Send => 2,
        NextStep::Acknowledge => 3,
        NextStep::Nothing(_) => 4,
    };
    let words = ["drafted", "reviewed", "ready to send", "sent", "acknowledged"];
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
    let check = Check {
        field: "report/incidentSummary/incidentDateTime".to_owned(),
        says: "2026-11-20T21:40:00 has no zone; expected a time with one, such as 2026-11-20T21:40:00+08:00"
            .to_owned(),
    };
    let part = |title: &str, personal, facts| SentPart { title: title.to_owned(), facts, personal };
    let next_step = words.get(stands + 1).map_or("Nothing is due.", |_| "A colleague takes the next step.");
    FilingPage {
        shell: below("F-2026-00007", Desk::Outbox),
        id: id(7),
        number: "F-2026-00007".to_owned(),
        receiver: "NCMEC CyberTipline".to_owned(),
        case: (id(31), "C-2026-00031".to_owned()),
        reports: vec![
            ("R-2026-00142".to_owned(), Some(routes::report(id::<model::kinds::Report>(142)))),
            ("R-2026-00139".to_owned(), None),
        ],
        standing: standing(
            words.get(stands).copied().unwrap_or_default(),
            if stands == 4 { Tone::Done } else { Tone::Open },
            Span::hours(1),
            "Synthetic Analyst Two",
            next_step,
        ),
        steps,
        can_withdraw: stands < 3,
        redraft: (stands < 3).then(|| Redraft {
            reports: vec!["R-2026-00142".to_owned()],
            incidents: choices(&["live-streamed abuse", "sexual extortion"]),
            incident_at: Some("2026-11-20T13:40:00Z".to_owned()),
            statement: "Three reports of one household.".to_owned(),
        }),
        sent: stands >= 3,
        next,
        checks: if stands == 1 { vec![check] } else { Vec::new() },
        parts: Some(vec![
            part(
                "Incident",
                false,
                vec![
                    Fact::new("Incident type", "Online Enticement of Children for Sexual Acts"),
                    Fact::exact("Incident date time", "2026-11-20T21:40:00+08:00"),
                ],
            ),
            part(
                "Person reported",
                true,
                vec![
                    Fact::exact("Phone", "+63 900 555 0142"),
                    Fact::exact("Screen name", "synthetic.payer.one"),
                ],
            ),
        ]),
        left_out: vec![
            "R-2026-00142: the narrative is sensitive text and stays in the house.".to_owned(),
            "R-2026-00142: file 1: nobody attested whether a person viewed it, so that is left out."
                .to_owned(),
        ],
        files: 2,
        document: digest(3),
        reference: (stands == 4).then(|| "900000001".to_owned()),
        handover: if stands >= 3 {
            vec![Fact::new("To", "NCMEC CyberTipline"), Fact::new("How", "uploaded at the receiver's page")]
        } else {
            Vec::new()
        },
        answer: (stands == 4)
            .then(|| "<reportResponse><responseCode>0</responseCode></reportResponse>".to_owned()),
        journal: journal(),
    }
}

pub(super) fn rejected() -> FilingPage {
    let mut page =
        filing(NextStep::Nothing("Read the reason, change the draft and have it reviewed again.".to_owned()));
    page.standing = standing(
        "rejected",
        Tone::Failed,
        Span::minutes(20),
        "Synthetic Analyst Two",
        "“4100, validation failed” Change the draft.",
    );
    page.reference = None;
    page.answer = None;
    page.redraft = filing(NextStep::Review).redraft;
    if let Some(last) = page.steps.last_mut() {
        "rejected".clone_into(&mut last.word);
        last.failed = true;
    }
    page
}

/// For who may see the filing and not the document.
pub(super) fn readable() -> FilingPage {
    FilingPage {
        can_withdraw: false,
        redraft: None,
        parts: None,
        ..filing(NextStep::Nothing("A second person reviews it.".to_owned()))
    }
}
