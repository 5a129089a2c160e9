//! The journal: read, and verified.

use access::Action;
use app_admin::journal::{EntryView, list, verify};
use app_kernel::{Error, JournalReport};
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};

use super::house_overview::rooms;
use crate::{
    Web,
    fault::{Fault, rendered},
    form::{Asked, SignedForm},
    page::{
        Desk, Times,
        house::{JournalEntryRow, JournalPage, Verified},
        list::grouped,
        routes,
    },
    parts,
    session::Signed,
    view::{PageResult, page_key, read_key, shell, times},
};

/// Entries on one page.
const ROWS: i64 = 100;

pub(super) fn routes() -> Router<Web> {
    Router::new().route(routes::HOUSE_JOURNAL, get(show)).route(routes::HOUSE_JOURNAL_VERIFY, post(check))
}

async fn show(State(web): State<Web>, signed: Signed, Asked(asked): Asked) -> PageResult {
    let page = page(&web, &signed, asked.get("after"), None).await;
    page.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

/// Verifying takes a look at every entry; what it finds stands on the page that answers.
async fn check(State(web): State<Web>, form: SignedForm) -> PageResult {
    let signed = form.signed.at(routes::HOUSE_JOURNAL.to_owned());
    let found = async {
        let report = verify(&web.house, &signed.op("housekeeping")).await?;
        page(&web, &signed, "", Some(report)).await
    };
    found.await.map(|page| rendered(&page)).map_err(|e| Fault::of(e, &signed))
}

async fn page(
    web: &Web,
    signed: &Signed,
    after: &str,
    report: Option<JournalReport>,
) -> Result<JournalPage, Error> {
    let op = signed.op("housekeeping");
    let mut tx = web.house.look(&op).await?;
    let before = read_key(after);
    let mut entries = list(&op, &mut tx, before, ROWS + 1).await?;
    let shown = usize::try_from(ROWS).unwrap_or_default();
    let more = entries.len() > shown;
    entries.truncate(shown);
    let last = entries.last().filter(|_| more).map(|entry| page_key((entry.at, entry.id)));
    let times = times(web);
    Ok(JournalPage {
        shell: shell(web, signed, "Journal", Some(Desk::House)),
        rooms: rooms(web, signed),
        verified: report.map(|report| verified(&times, &report)),
        newest: before.is_none(),
        earlier: last.map(|key| format!("{}?after={}", routes::HOUSE_JOURNAL, routes::encode(&key))),
        rows: entries.into_iter().map(|entry| row(web, signed, &times, entry)).collect(),
    })
}

fn row(web: &Web, signed: &Signed, times: &Times, entry: EntryView) -> JournalEntryRow {
    let purpose = entry.purpose.replace('_', " ");
    let record = entry.record.map(|id| {
        let (may, href) = match entry.record_kind.as_str() {
            "report" => (Action::ReadReport, routes::report(id)),
            "case" => (Action::ReadCase, routes::case(id)),
            "filing" => (Action::ReadFiling, routes::filing(id)),
            "alert" => (Action::ReadAlert, routes::alert(id)),
            "import" => (Action::ReadImports, routes::import(id)),
            "user" => (Action::ReadUsers, routes::HOUSE_USERS.to_owned()),
            _ => return (entry.record_kind.clone(), None),
        };
        (entry.record_kind.clone(), signed.may(web, may).then_some(href))
    });
    JournalEntryRow {
        line: parts::journal_line(
            times,
            entry.at,
            parts::actor(&entry.actor),
            entry.words.to_owned(),
            Some(purpose),
        ),
        record,
        reason: entry.has_reason,
    }
}

fn verified(times: &Times, report: &JournalReport) -> Verified {
    let mut findings = Vec::new();
    match &report.fault {
        None => {
            findings.push(format!(
                "Every entry is as it was written and in its place, under {} signed heads.",
                grouped(report.heads)
            ));
            findings.push("The heads written outside the database are part of the chain.".to_owned());
        }
        Some(fault) => {
            findings.push(format!("The first thing that is wrong: {fault}."));
            findings.push(
                "Keep this machine as it is, and compare it with the last backup before anything else."
                    .to_owned(),
            );
        }
    }
    if report.waiting > 0 {
        findings.push(format!("{} entries wait for their place in the chain.", grouped(report.waiting)));
    }
    Verified {
        when: times.moment(times.now),
        holds: report.fault.is_none(),
        entries: report.entries,
        findings,
    }
}
