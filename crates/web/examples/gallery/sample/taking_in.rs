//! Imports, banks, typologies.

use model::{Span, kinds};
use web::page::{
    Choice, Desk, Paging, Standing,
    bank::{BankContentPage, BankForm, BankPage, BankRow, BanksPage, ContentRow},
    import::{ImportPage, ImportRow, ImportsPage, Reject, Rejects, Upload},
    record::{Fact, Tone},
    routes,
    typology::{TypologiesPage, TypologyPage, TypologyRow},
};

use super::{Pages, ago, below, digest, id, put, shell, standing};

pub(super) fn add(pages: &mut Pages) {
    put(pages, "imports", &imports(import_rows(), None));
    put(
        pages,
        "imports-refused",
        &imports(Vec::new(), Some("The file has no source. Name who it comes from.")),
    );
    let done = standing(
        "done",
        Tone::Open,
        Span::hours(1),
        "the house",
        "Mend the refused records and send them again as a new file.",
    );
    put(pages, "import", &import(done, None, rejects()));
    let running = standing("processing", Tone::Neutral, Span::minutes(3), "the house", "It is being read.");
    put(pages, "import-running", &import(running, Some("12,400 records read"), Vec::new()));
    let failed = standing("failed", Tone::Failed, Span::minutes(3), "the house", "Mend the file.");
    let failed = ImportPage {
        problem: Some("The file is neither a CyberTipline document nor a table.".to_owned()),
        same_as: Some((id(3), 3)),
        digest: None,
        rejects: None,
        ..import(failed, None, rejects())
    };
    put(pages, "import-failed", &failed);
    put(pages, "banks", &banks(bank_rows()));
    put(pages, "banks-empty", &banks(Vec::new()));
    put(pages, "bank", &bank(content_rows(), false));
    put(pages, "bank-aside", &bank(content_rows().split_off(2), true));
    put(pages, "bank-empty", &bank(Vec::new(), false));
    put(pages, "bank-content", &content(false));
    put(pages, "bank-content-aside", &content(true));
    for (name, rows) in [("typologies", vec![typology_row(true)]), ("typologies-empty", Vec::new())] {
        let shell = shell("Typologies", Some(Desk::Typologies));
        put(pages, name, &TypologiesPage { shell, rows });
    }
    put(pages, "typology", &typology(true));
    put(pages, "typology-off", &typology(false));
}

fn imports(rows: Vec<ImportRow>, problem: Option<&str>) -> ImportsPage {
    ImportsPage {
        shell: shell("Imports", Some(Desk::Imports)),
        upload: Some(Upload {
            problem: problem.map(str::to_owned),
            source: "Synthetic Remit".to_owned(),
            basis: "Legal obligation".to_owned(),
            largest: "2 GB".to_owned(),
        }),
        paging: Paging::whole(rows.len(), "imports"),
        rows,
    }
}

fn import_rows() -> Vec<ImportRow> {
    let row = |n: u32, kind: &str, state: &str, counts: (u64, u64, u64), age| ImportRow {
        id: id(n),
        number: n.into(),
        kind: kind.to_owned(),
        source: "Synthetic Remit".to_owned(),
        state: state.to_owned(),
        failed: false,
        running: false,
        read: counts.0 + counts.1 + counts.2,
        accepted: counts.0,
        known: counts.1,
        rejected: counts.2,
        started: ago(age),
    };
    vec![
        ImportRow { running: true, ..row(8, "payments", "processing", (12_380, 0, 20), Span::minutes(3)) },
        row(7, "CyberTipline document", "done", (212, 4, 3), Span::hours(20)),
        row(6, "payments", "done", (48_112, 1_204, 0), Span::days(12)),
        ImportRow { failed: true, ..row(5, "not known yet", "failed", (0, 0, 0), Span::days(13)) },
    ]
}

fn rejects() -> Vec<Reject> {
    let reject = |place: &str, field: &str, reason: &str, record: &str| Reject {
        place: place.to_owned(),
        field: field.to_owned(),
        reason: reason.to_owned(),
        record: record.to_owned(),
    };
    vec![
        reject("line 214", "amount", "“1.500,00” is no amount; expected one such as 1500.00", "214,1.500,00"),
        reject("line 980", "sent_at", "“20/11/26” has no zone", "980,20/11/26"),
    ]
}

fn import(standing: Standing, progress: Option<&str>, rejects: Vec<Reject>) -> ImportPage {
    ImportPage {
        shell: below("Import 7", Desk::Imports),
        id: id(7),
        called: "synthetic-cybertips-2026-11-20.xml".to_owned(),
        standing,
        progress: progress.map(str::to_owned),
        problem: None,
        facts: vec![
            Fact::new("What it holds", "CyberTipline document"),
            Fact::new("Source", "Synthetic Platform A"),
            Fact::new("Lawful basis", "Legal obligation"),
            Fact::new("Size", "4.2 MB"),
        ],
        digest: Some(digest(4)),
        same_as: None,
        accepted: 212,
        known: 4,
        rejected: rejects.len() as u64,
        rejects: Some(Rejects { paging: Paging::whole(rejects.len(), "rejected records"), rows: rejects }),
    }
}

fn bank_form(button: &'static str, name: &str) -> BankForm {
    BankForm {
        action: routes::BANKS.to_owned(),
        name: name.to_owned(),
        kinds: vec![
            Choice::new("known", "Known material of child abuse").chosen(),
            Choice::new("negative", "Must not match"),
        ],
        taxonomies: vec![Choice::new("industry", "Industry classification")],
        distance: "31".to_owned(),
        share: "100".to_owned(),
        flood_limit: "100".to_owned(),
        button,
    }
}

fn banks(rows: Vec<BankRow>) -> BanksPage {
    let form = bank_form("Make the bank", "");
    BanksPage { shell: shell("Banks", Some(Desk::Banks)), rows, may_import: true, form }
}

fn bank_rows() -> Vec<BankRow> {
    let row = |name: &str, entries, aside, updated| BankRow {
        id: id::<kinds::Bank>(1),
        name: name.to_owned(),
        kind: "Known material of child abuse",
        reach: "up to 31 bits away".to_owned(),
        entries,
        aside,
        updated,
    };
    let import = routes::import(id::<kinds::Import>(4));
    vec![
        row("Synthetic List One", 104_233, 3, Some((4, import, ago(Span::days(2))))),
        BankRow {
            kind: "Must not match",
            reach: "up to 12 bits away, in 25 % of look-ups".to_owned(),
            ..row("Synthetic logos", 12, 0, None)
        },
    ]
}

fn content_rows() -> Vec<ContentRow> {
    let row = |number: i64, tone, state: &str, hits| ContentRow {
        number,
        href: routes::bank_content(id::<kinds::Bank>(1), number),
        hashes: vec![("MD5".to_owned(), "0f".repeat(16)), ("PDQ".to_owned(), "a1".repeat(32))],
        class: (number % 2 == 0).then(|| "A1 (industry taxonomy)".to_owned()),
        state: (tone, state.to_owned()),
        hits,
        came: ago(Span::hours(number)),
    };
    vec![
        row(1204, Tone::Done, "Matching", 0),
        row(1203, Tone::Done, "Confirmed here", 41),
        row(1202, Tone::Open, "Put aside", 4_031),
        row(1201, Tone::Neutral, "Withdrawn by its source", 2),
    ]
}

fn bank(rows: Vec<ContentRow>, only_aside: bool) -> BankPage {
    BankPage {
        shell: below("Synthetic List One", Desk::Banks),
        id: id::<kinds::Bank>(1),
        name: "Synthetic List One".to_owned(),
        facts: vec![
            Fact::new("A match means", "Known material of child abuse"),
            Fact::new("Matches", "up to 31 bits away"),
            Fact::new("Entries", "104,233"),
        ],
        aside: 1,
        only_aside,
        next: (!rows.is_empty()).then(|| routes::bank(id::<kinds::Bank>(1))),
        rows,
        form: bank_form("Keep these settings", "Synthetic List One"),
    }
}

fn content(aside: bool) -> BankContentPage {
    let opinion =
        ("Synthetic Analyst".to_owned(), "Confirmed here", "Looked at.".to_owned(), ago(Span::hours(3)));
    BankContentPage {
        shell: below("Entry 1202", Desk::Banks),
        id: id::<kinds::Bank>(1),
        number: 1202,
        bank: "Synthetic List One".to_owned(),
        state: if aside {
            (Tone::Open, "Put aside".to_owned())
        } else {
            (Tone::Done, "Confirmed here".to_owned())
        },
        facts: vec![
            Fact::new("MD5", "0f".repeat(16)),
            Fact::new("PDQ", "a1".repeat(32)),
            Fact::new("Matched", "4,031"),
        ],
        opinions: if aside { Vec::new() } else { vec![opinion] },
        aside,
        off: false,
    }
}

fn typology_row(runs: bool) -> TypologyRow {
    TypologyRow {
        id: "many-payers-one-receiver".to_owned(),
        name: "Many payers, one receiver".to_owned(),
        says: "{count} payments of at most {amount} reached this account between {first} and {last}."
            .to_owned(),
        severity: "medium".to_owned(),
        version: "4".to_owned(),
        status: if runs { "active" } else { "off" }.to_owned(),
        runs,
    }
}

fn typology(runs: bool) -> TypologyPage {
    TypologyPage {
        shell: below("Many payers, one receiver", Desk::Typologies),
        row: typology_row(runs),
        facts: vec![Fact::new("Held against its source", "2026-10-02"), Fact::new("Window", "30 days")],
        source: "Synthetic study 2020, table 7".to_owned(),
        text: "id = \"many-payers-one-receiver\"\nversion = 4\n".to_owned(),
    }
}
