//! The queue, cases, alerts and search: the lists one works from.

use model::{Span, kinds};
use web::page::{
    Desk, Filter, Level, Paging, Shell,
    alert::{AlertRow, AlertsPage},
    routes,
    search::{Found, SearchPage},
    shell::{NoticeKind, Undo},
    triage::{FirstStep, QueuePage, QueueRow},
};

use super::{Pages, ago, csrf, filter, id, notice, put, risk, shell, triage_clock};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "queue", &queue(rows(), false, Vec::new()));
    put(pages, "queue-filtered-empty", &queue(Vec::new(), true, Vec::new()));
    put(pages, "queue-empty", &queue(Vec::new(), false, Vec::new()));
    put(pages, "queue-first-run", &queue(Vec::new(), false, first_run()));
    put(pages, "alerts", &alerts(alert_rows()));
    put(pages, "alerts-empty", &alerts(Vec::new()));
    put(pages, "search", &search("+63 900 555 0142"));
    put(pages, "search-nothing", &SearchPage { found: Vec::new(), ..search("R-2026-99999") });
    put(pages, "search-start", &SearchPage { found: Vec::new(), ..search("") });
}

fn queue_filter() -> Filter {
    filter(
        routes::QUEUE,
        &[
            ("state", "State", &["To decide", "Decided", "Closed", "All"]),
            ("level", "Level", &["Every level", "1: A child at risk now", "8: No level met"]),
            ("source", "Source", &["Every source", "Platforms", "Payments", "Public", "Agencies"]),
        ],
    )
}

fn queue(rows: Vec<QueueRow>, narrowed: bool, first_run: Vec<FirstStep>) -> QueuePage {
    let full = !rows.is_empty();
    let mut filter = queue_filter();
    filter.narrowed = narrowed;
    let mut shell = shell("Queue", Some(Desk::Queue));
    if full {
        let mut done = notice(
            NoticeKind::Done,
            "R-000133 was referred to Synthetic Agency North.",
            "It leaves the house in 26 min.",
        );
        done.undo = Some(Undo {
            action: routes::report_undo(id::<kinds::Report>(133), id::<kinds::Decision>(1)),
            button: "Undo the referral".to_owned(),
            csrf: csrf(),
        });
        shell.notices.push(done);
    }
    let paging = Paging {
        first: 1,
        last: 50,
        total: 1204,
        next: Some("/queue?after=0192f0c1".to_owned()),
        ..Paging::whole(0, "reports")
    };
    QueuePage {
        shell,
        at_risk_now: if full { 2 } else { 0 },
        filter,
        paging: if full { paging } else { Paging::whole(0, "reports") },
        rows,
        first_run,
    }
}

fn rows() -> Vec<QueueRow> {
    let row =
        |n: u32, level, scale: &str, age, why: &str, place: (&str, &str), source: (&str, &str)| QueueRow {
            id: id(n),
            number: format!("R-{n:06}"),
            state: "received".to_owned(),
            risk: risk(level, scale),
            why: why.to_owned(),
            received: ago(age),
            clock: Some(triage_clock(age)),
            place: place.0.to_owned(),
            place_confidence: place.1.to_owned(),
            source: source.0.to_owned(),
            channel: source.1.to_owned(),
            links: 0,
            matches: 0,
        };
    let cebu = ("Synthetic City, Cebu", "likely: phone and payout agree");
    let platform = ("Synthetic Platform A", "CyberTipline");
    vec![
        QueueRow {
            links: 4,
            matches: 2,
            state: "triaged".to_owned(),
            ..row(
                142,
                Level::Now,
                "level 1 of 7",
                Span::hours(20),
                "A livestream is arranged for tonight; the payer has paid the same receiver 14 times.",
                cebu,
                platform,
            )
        },
        QueueRow {
            links: 1,
            ..row(
                139,
                Level::Now,
                "level 1 of 7",
                Span::hours(26),
                "A neighbour heard two children and saw strangers' money arrive every Friday.",
                ("Synthetic Barangay 3, Iligan", "stated by the caller"),
                ("A neighbour", "public form, Cebuano"),
            )
        },
        QueueRow {
            links: 12,
            ..row(
                107,
                Level::High,
                "level 2 of 7",
                Span::hours(9),
                "The receiver of small payments from three countries cares for children under ten.",
                ("Region X", "possible: payout branch only"),
                ("Synthetic Remit", "suspicious transaction report"),
            )
        },
        QueueRow {
            state: "returned for information".to_owned(),
            clock: None,
            ..row(
                98,
                Level::High,
                "level 3 of 7",
                Span::hours(13),
                "An account offers to direct abuse in three chats; no child is located yet.",
                ("", ""),
                platform,
            )
        },
        QueueRow {
            links: 2,
            ..row(
                95,
                Level::Medium,
                "level 4 of 7",
                Span::hours(2),
                "Two files match a known list; the upload came from an address seen once.",
                ("Metro Manila", "weak: one Internet address"),
                ("Synthetic Platform B", "CyberTipline"),
            )
        },
        row(
            91,
            Level::Low,
            "level 6 of 7",
            Span::minutes(41),
            "A profile reuses the words of an earlier report that led nowhere.",
            ("Outside the country", "likely: billing address"),
            platform,
        ),
        row(
            90,
            Level::Unknown,
            "",
            Span::minutes(12),
            "Not read yet: the source sent no words, only an account's number.",
            ("", ""),
            ("Synthetic Wallet", "API"),
        ),
    ]
}

fn first_run() -> Vec<FirstStep> {
    let step = |title: &str, says: &str, action: &str, href: &str, mine: bool| FirstStep {
        title: title.to_owned(),
        says: says.to_owned(),
        link: mine.then(|| (action.to_owned(), href.to_owned())),
    };
    vec![
        step("Add a colleague", "Filings need a second reader.", "Add a person", routes::HOUSE_USERS, false),
        step("Bring in reports", "CyberTipline documents.", "Bring in a file", routes::IMPORTS, true),
        step("Bring in known hashes", "Every file is compared.", "Bring in a list", routes::IMPORTS, true),
    ]
}

fn alerts(rows: Vec<AlertRow>) -> AlertsPage {
    AlertsPage {
        shell: shell("Alerts", Some(Desk::Alerts)),
        filter: filter(routes::ALERTS, &[("state", "State", &["New", "Escalated", "Dismissed", "All"])]),
        paging: Paging::whole(rows.len(), "alerts"),
        rows,
    }
}

fn alert_rows() -> Vec<AlertRow> {
    let row = |n: u32, band: &str, raised_by: &str, why: &str, place: &str, age| AlertRow {
        id: id(n),
        number: format!("A-2026-{n:05}"),
        raised_by: raised_by.to_owned(),
        why: why.to_owned(),
        band: band.to_owned(),
        place: place.to_owned(),
        span: "2026-09-02 to 2026-11-20".to_owned(),
        raised: ago(age),
        state: "new".to_owned(),
    };
    vec![
        row(
            212,
            "high",
            "Many payers, one receiver",
            "Five unrelated payers abroad sent 41 small amounts at night to one receiver.",
            "PH",
            Span::minutes(35),
        ),
        row(211, "high", "Synthetic List One", "A file's SHA-256 is on the list.", "", Span::hours(2)),
    ]
}

fn search(query: &str) -> SearchPage {
    let found = vec![
        Found {
            kind: "report".to_owned(),
            number: "R-2026-00142".to_owned(),
            href: Some(routes::report(id::<kinds::Report>(142))),
            why: vec!["It names the phone number as that of the person reported.".to_owned()],
            state: "triaged".to_owned(),
            since: ago(Span::minutes(4)),
        },
        Found {
            kind: "party to payments".to_owned(),
            number: "A party".to_owned(),
            href: None,
            why: vec!["The ledger knows the account.".to_owned()],
            state: String::new(),
            since: ago(Span::days(18)),
        },
    ];
    let shell = Shell { search: query.to_owned(), ..shell("Search", None) };
    SearchPage { shell, problem: None, found }
}
