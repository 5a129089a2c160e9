//! Imports, hash lists, typologies.

use model::Span;
use web::page::{
    Desk, Paging, Standing,
    hash_list::{HashListRow, HashListsPage},
    import::{ImportPage, ImportRow, ImportsPage, Progress, Reject, Upload},
    record::{Fact, Tone},
    typology::{Indicator, TypologiesPage, TypologyPage, TypologyRow},
};

use super::{Pages, ago, below, choices, digest, id, journal, put, shell, standing};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "imports", &imports(import_rows(), None));
    put(
        pages,
        "imports-empty",
        &imports(
            Vec::new(),
            Some(
                "The file holds images. Hash them where they lawfully are, with sagip scan, and bring in the hashes.",
            ),
        ),
    );
    let done = standing(
        "done with rejects",
        Tone::Open,
        Span::hours(1),
        "system:intake",
        "Somebody corrects the rejected rows",
    );
    put(pages, "import", &import(done, None, rejects()));
    let running =
        standing("running", Tone::Neutral, Span::minutes(3), "Synthetic Analyst One", "It goes on by itself");
    put(pages, "import-running", &import(running, Some(progress()), Vec::new()));
    put(pages, "hash-lists", &hash_lists(hash_list_rows()));
    put(pages, "hash-lists-empty", &hash_lists(Vec::new()));
    put(
        pages,
        "typologies",
        &TypologiesPage { shell: shell("Typologies", Some(Desk::Typologies)), rows: typology_rows() },
    );
    put(
        pages,
        "typologies-empty",
        &TypologiesPage { shell: shell("Typologies", Some(Desk::Typologies)), rows: Vec::new() },
    );
    put(pages, "typology", &typology());
}

fn progress() -> Progress {
    Progress {
        done: 12_400,
        total: Some(50_000),
        words: "12,400 of 50,000 rows, about 2 min left".to_owned(),
    }
}

fn imports(rows: Vec<ImportRow>, problem: Option<&str>) -> ImportsPage {
    ImportsPage {
        shell: shell("Imports", Some(Desk::Imports)),
        upload: Some(Upload {
            problem: problem.map(str::to_owned),
            kinds: choices(&["Reports, CyberTipline XML", "Payments, table", "Known hashes"]),
            source: String::new(),
            bases: choices(&["Legal obligation", "Court order", "Consent of the source"]),
            largest: "2 GB".to_owned(),
        }),
        paging: Paging::whole(rows.len(), "imports"),
        rows,
    }
}

fn import_rows() -> Vec<ImportRow> {
    let row = |n, file: &str, kind: &str, state: &str, counts: (u64, u64, u64), age| ImportRow {
        id: id(n),
        file: file.to_owned(),
        kind: kind.to_owned(),
        source: "Synthetic Remit".to_owned(),
        state: state.to_owned(),
        failed: false,
        progress: None,
        accepted: counts.0,
        known: counts.1,
        rejected: counts.2,
        started: ago(age),
        by: "Synthetic Analyst One".to_owned(),
    };
    vec![
        ImportRow {
            progress: Some(progress()),
            ..row(
                8,
                "synthetic-payments-november.csv",
                "payments, table",
                "running",
                (12_380, 0, 20),
                Span::minutes(3),
            )
        },
        row(
            7,
            "synthetic-cybertips-2026-11-20.xml",
            "reports, CyberTipline XML",
            "done with rejects",
            (212, 4, 3),
            Span::hours(20),
        ),
        row(
            6,
            "synthetic-payments-october.csv",
            "payments, table",
            "done",
            (48_112, 1_204, 0),
            Span::days(12),
        ),
        ImportRow {
            failed: true,
            ..row(
                5,
                "synthetic-export-with-a-very-long-name-that-somebody-typed-in-one-go.xlsx",
                "payments, table",
                "failed: no column of amounts",
                (0, 0, 0),
                Span::days(13),
            )
        },
    ]
}

fn rejects() -> Vec<Reject> {
    let reject = |place: &str, field: &str, found: &str, expected: &str| Reject {
        place: place.to_owned(),
        field: field.to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
    };
    vec![
        reject("line 214", "amount", "1.500,00", "digits with a point, such as 1500.00"),
        reject("line 980", "sent_at", "20/11/26", "a time with its zone, such as 2026-11-20T21:40:00+08:00"),
        reject("line 4,113", "receiver_id", "(empty)", "the receiver as the source knows it"),
    ]
}

fn import(standing: Standing, progress: Option<Progress>, rejects: Vec<Reject>) -> ImportPage {
    ImportPage {
        shell: below("Import", Desk::Imports),
        id: id(7),
        file: "synthetic-cybertips-2026-11-20.xml".to_owned(),
        standing,
        facts: vec![
            Fact::new("What it holds", "reports, CyberTipline XML"),
            Fact::new("Source", "Synthetic Platform A"),
            Fact::new("Lawful basis", "Legal obligation"),
            Fact::new("Mapping", "none"),
            Fact::new("Size", "4.2 MB"),
        ],
        digest: digest(4),
        accepted: 212,
        known: 4,
        rejected: rejects.len() as u64,
        paging: Paging::whole(rejects.len(), "rejected rows"),
        led_to: if progress.is_some() {
            Vec::new()
        } else {
            vec![
                ("212 reports in the queue".to_owned(), "/queue?source=import".to_owned()),
                ("3 alerts".to_owned(), "/alerts".to_owned()),
            ]
        },
        progress,
        rejects,
        journal: journal(),
    }
}

fn hash_lists(rows: Vec<HashListRow>) -> HashListsPage {
    HashListsPage {
        shell: shell("Hash lists", Some(Desk::HashLists)),
        rows,
        may_change: true,
        problem: None,
        taxonomies: choices(&["IWF categories", "Industry A1 to B2", "None"]),
        bases: choices(&["Agreement with the keeper", "Legal obligation"]),
    }
}

fn hash_list_rows() -> Vec<HashListRow> {
    let row = |n, name: &str, source: &str, counts: &[(&str, u64)], matches, on| HashListRow {
        id: id(n),
        name: name.to_owned(),
        source: source.to_owned(),
        taxonomy: "IWF categories, 2021".to_owned(),
        counts: counts.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect(),
        updated: ago(Span::days(2)),
        stale: None,
        matches,
        on,
    };
    vec![
        row(1, "Synthetic List One", "Synthetic Hotline", &[("SHA-256", 104_233), ("PDQ", 98_104)], 31, true),
        HashListRow {
            updated: ago(Span::days(91)),
            stale: Some("older than the 85 days its keeper allows".to_owned()),
            ..row(2, "Synthetic Exchange", "Synthetic Agency Abroad", &[("MD5", 1_204)], 0, true)
        },
        row(3, "Synthetic List Two", "brought in by hand", &[("SHA-1", 12)], 0, false),
    ]
}

fn typology_rows() -> Vec<TypologyRow> {
    let row = |id: &str, name: &str, says: &str, source: &str, alerts, escalated: &str, on| TypologyRow {
        id: id.to_owned(),
        name: name.to_owned(),
        says: says.to_owned(),
        source: source.to_owned(),
        version: "4".to_owned(),
        alerts,
        escalated: escalated.to_owned(),
        on,
    };
    vec![
        row(
            "many-payers-one-receiver",
            "Many payers, one receiver",
            "Unrelated payers abroad send small amounts to one receiver.",
            "AMLC study 2020",
            31,
            "12 of 29",
            true,
        ),
        row(
            "payments-after-calls",
            "Payments that follow calls",
            "Payments come within minutes after a video call with the same person.",
            "AUSTRAC guide 2019",
            12,
            "7 of 11",
            true,
        ),
        row(
            "sudden-small-regular",
            "Sudden, small and regular",
            "A receiver who had no income from abroad begins to get it weekly.",
            "Egmont bulletin 2020",
            0,
            "0 of 0",
            false,
        ),
    ]
}

fn typology() -> TypologyPage {
    let indicator = |says: &str, condition: &str, weight: &str| Indicator {
        says: says.to_owned(),
        condition: condition.to_owned(),
        weight: weight.to_owned(),
        source: "AMLC, Online sexual exploitation of children: a crime with a global impact, 2020".to_owned(),
    };
    TypologyPage {
        shell: below("Many payers, one receiver", Desk::Typologies),
        id: "many-payers-one-receiver".to_owned(),
        name: "Many payers, one receiver".to_owned(),
        text: vec!["Several people abroad who have nothing else in common send small amounts to one person, often at night where the receiver lives and soon after a call.".to_owned(), "Families are supported in the same way. The pattern alone says little; together with calls, hours and amounts it is worth a look.".to_owned()],
        facts: vec![Fact::new("Source", "AMLC study 2020, table 7"), Fact::new("Version", "4, verified 2026-10-02"), Fact::new("Threshold", "60 of 100")],
        indicators: vec![
            indicator("Payers who share nothing else pay the same receiver.", "receiver.unrelated_payers_90d >= 4", "+35"),
            indicator("Payments come at night where the receiver lives.", "receiver.share_night_90d >= 0.6", "+25"),
        ],
        cautions: vec!["To close an account or refuse a payment.".to_owned(), "Where surname or corridor is all there is.".to_owned()],
        on: true,
        switched: Some(("Synthetic Keeper".to_owned(), ago(Span::days(40)))),
        may_change: true,
    }
}
