//! The pages of signing in, the queue, reports, alerts and imports, from outside through the router:
//! who gets in, what a form must carry, and what a person sees.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]

mod alerts;
mod banks;
mod browser;
mod door;
mod reports;

use app_intake::Rules;
use axum::http::StatusCode;
use browser::Browser;
use model::{Id, kinds};
use test_support::{TestEngine, TestHouse};
use web::page::routes;

/// What is sealed of the synthetic report, and must not show before it is opened.
const TOLD: &str = "Synthetic words of the reporter";
const NAME: &str = "Synthetic Given";
const EMAIL: &str = "synthetic.reported@example.com";

fn tip() -> String {
    format!(
        "<report>\n<incidentSummary>\n<incidentType>Child Sex Trafficking</incidentType>\n\
         <incidentDateTime>2026-02-28T00:00:00Z</incidentDateTime>\n</incidentSummary>\n\
         <reporter>\n<reportingPerson><email>reporter@example.com</email></reportingPerson>\n</reporter>\n\
         <personOrUserReported><personOrUserReportedPerson><firstName>{NAME}</firstName>\
         <email>{EMAIL}</email></personOrUserReportedPerson></personOrUserReported>\n\
         <additionalInfo>{TOLD}</additionalInfo>\n</report>"
    )
}

async fn house() -> TestHouse {
    TestHouse::new(&TestEngine::Sqlite).await
}

/// Does what a worker does with a file that came in.
async fn process(house: &TestHouse, import: Id<kinds::Import>) {
    let op = house.system();
    let outcome = app_intake::process(&op, house, &Rules::shipped().unwrap(), import, |_| {}).await.unwrap();
    assert_eq!((outcome.counts.accepted, outcome.problem), (1, None));
}

/// Brings the synthetic report in through the page, and gives its address.
async fn report(house: &TestHouse, browser: &mut Browser) -> String {
    let answer = browser.upload(&browser.token(), "synthetic.xml", tip().as_bytes()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let import = answer.to().split(['/', '?']).nth(2).unwrap().parse().unwrap();
    process(house, import).await;
    let queue = browser.see(routes::QUEUE).await;
    queue.between("data-href=\"", "\"").to_owned()
}

async fn journal(house: &TestHouse, action: &str) -> usize {
    house.entries(house.organisation).await.iter().filter(|entry| entry.action == action).count()
}
