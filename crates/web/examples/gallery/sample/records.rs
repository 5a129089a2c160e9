//! Records: a report, a filing, an alert, and opening what is sealed.

use model::{Span, kinds};
use reports::DecisionKind;
use web::page::{
    Desk, SealedField,
    alert::{AlertPage, Doing, Review},
    filing::NextStep,
    record::{Fact, Tone},
    report::Other,
    reveal::{RevealPage, RevealedPage, RevealedValue},
    routes,
};

use super::{
    Pages, ago, below, choices,
    filing::{filing, readable, rejected},
    id, journal, put, refused,
    report::{bare, decided, decisions, report, shared},
    sealed, standing,
};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "report", &report(Some(decisions(None, None))));
    let problem = "The reason is missing. The journal needs one for every report that is not acted on.";
    put(
        pages,
        "report-decision-refused",
        &report(Some(decisions(Some(DecisionKind::NoAction), Some(problem)))),
    );
    put(pages, "report-merge", &report(Some(decisions(Some(DecisionKind::MergeInto), None))));
    put(pages, "report-decided", &decided());
    put(pages, "report-bare", &bare());
    put(pages, "report-outline", &shared());
    for (name, next) in [
        ("filing-drafted", NextStep::Review),
        ("filing-reviewed", NextStep::Ready),
        ("filing-ready", NextStep::Send),
        ("filing-sent", NextStep::Acknowledge),
        ("filing-acknowledged", NextStep::Nothing("Acknowledged. Nothing more is due here.".to_owned())),
    ] {
        put(pages, name, &filing(next));
    }
    put(pages, "filing-rejected", &rejected());
    put(pages, "filing-read", &readable());
    put(pages, "alert", &alert());
    put(pages, "alert-reviewed", &reviewed());
    put(pages, "alert-dismissed", &dismissed());
    put(pages, "alert-outline", &outline());
    reveals(pages);
}

fn alert() -> AlertPage {
    let other = |label: &str, number: &str, href: String| Other {
        label: label.to_owned(),
        number: number.to_owned(),
        href: Some(href),
    };
    AlertPage {
        shell: below("A-2026-00212", Desk::Alerts),
        id: id(212),
        number: "A-2026-00212".to_owned(),
        title: "Many payers, one receiver".to_owned(),
        standing: standing("new", Tone::Open, Span::minutes(35), "the house", "Somebody reviews it"),
        outline: false,
        facts: vec![
            Fact::new("Rank", "high. Look at it first."),
            Fact::new("Rests on", "2026-09-02 to 2026-11-20"),
            Fact::new("Raised by", "many-payers-one-receiver, version 4"),
        ],
        notes: Vec::new(),
        reasons: vec![
            "Five payers who share nothing else pay the same receiver.".to_owned(),
            "33 of 41 payments came between 22:00 and 04:00 where the receiver lives.".to_owned(),
        ],
        hint: Some("Families are supported in the same way; look at the hours and the amounts.".to_owned()),
        party: vec![Fact::new("Kind", "individual"), Fact::new("Country", "PH")],
        sealed: Some(sealed("alert-party", "who the party is")),
        reports: vec![other(
            "The same account is named in",
            "R-2026-00142",
            routes::report(id::<kinds::Report>(142)),
        )],
        reports_hidden: 1,
        others: vec![other(
            "payments-after-calls, low, dismissed",
            "A-2026-00198",
            routes::alert(id::<kinds::Alert>(198)),
        )],
        doing: Doing::Review(Review {
            problem: None,
            note: String::new(),
            escalate: true,
            reasons: choices(&["Family support", "Trade", "Wages", "Data error", "Other"]),
        }),
        journal: journal(),
    }
}

fn reviewed() -> AlertPage {
    AlertPage {
        standing: standing("escalated", Tone::Done, Span::minutes(2), "a person", "Go on with the report"),
        doing: Doing::Nothing,
        notes: vec!["More of it was found after it was last decided on.".to_owned()],
        ..alert()
    }
}

fn dismissed() -> AlertPage {
    AlertPage {
        standing: standing("dismissed", Tone::Neutral, Span::minutes(2), "a person", "Nothing is to be done"),
        doing: Doing::Reopen,
        sealed: Some(refused("alert-party", "who the party is", "Your role does not open this.")),
        ..alert()
    }
}

fn outline() -> AlertPage {
    AlertPage {
        outline: true,
        title: "An alert".to_owned(),
        reasons: Vec::new(),
        party: Vec::new(),
        doing: Doing::Nothing,
        journal: Vec::new(),
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
        lines: vec![Fact::new("name", "Synthetic Child Alpha")],
        purpose: "Locate the child".to_owned(),
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
