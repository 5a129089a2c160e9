//! Records: a report, a case, a filing, an alert, and opening what is sealed.

use model::{Span, kinds};
use web::page::{
    Desk, SealedField,
    alert::{AlertPage, Review},
    filing::NextStep,
    record::{Fact, Tone},
    report::DecisionKind,
    reveal::{RevealPage, RevealedPage, RevealedValue},
    routes,
};

use super::{
    Pages, ago, below,
    case::{case, new_case},
    choices,
    filing::{filing, rejected},
    id, journal, put, reason, refused,
    report::{bare, decided, decisions, report},
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
