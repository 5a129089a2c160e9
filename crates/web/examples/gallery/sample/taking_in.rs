//! Imports, hash lists, typologies.

use model::{Span, kinds};
use web::page::{
    Desk, Paging, Standing,
    hash_list::{HashListRow, HashListsPage},
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
    put(pages, "hash-lists", &hash_lists(hash_list_rows()));
    put(pages, "hash-lists-empty", &hash_lists(Vec::new()));
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

fn hash_lists(rows: Vec<HashListRow>) -> HashListsPage {
    HashListsPage { shell: shell("Hash lists", Some(Desk::HashLists)), rows, may_import: true }
}

fn hash_list_rows() -> Vec<HashListRow> {
    let row = |name: &str, entries, updated| HashListRow {
        name: name.to_owned(),
        entries,
        made: ago(Span::days(91)),
        updated,
    };
    let import = routes::import(id::<kinds::Import>(4));
    vec![
        row("Synthetic List One", 104_233, Some((4, import, ago(Span::days(2))))),
        row("Synthetic Exchange", 12, None),
    ]
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
