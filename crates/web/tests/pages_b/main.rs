//! The pages of cases, filings and keeping house, from outside through the router: what is shown
//! after it was done, who may do it, and who sees nothing.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must fail")]

#[path = "../pages_a/browser.rs"]
mod browser;
mod cases;
mod filings;
mod house;

use app_intake::Rules;
use axum::http::StatusCode;
use browser::Browser;
use model::Span;
use test_support::{PASSWORD, TestEngine, TestHouse};
use web::page::routes;

/// What is sealed of the synthetic report.
const NAME: &str = "Synthetic Given";

fn tip() -> String {
    format!(
        "<report>\n<incidentSummary>\n<incidentType>Child Sex Trafficking</incidentType>\n\
         <incidentDateTime>2026-02-28T00:00:00Z</incidentDateTime>\n</incidentSummary>\n\
         <reporter>\n<reportingPerson><email>reporter@example.com</email></reportingPerson>\n</reporter>\n\
         <personOrUserReported><personOrUserReportedPerson><firstName>{NAME}</firstName>\
         <email>synthetic.reported@example.com</email></personOrUserReportedPerson></personOrUserReported>\n\
         <additionalInfo>Synthetic words of the reporter</additionalInfo>\n</report>"
    )
}

async fn house() -> TestHouse {
    TestHouse::new(&TestEngine::Sqlite).await
}

/// A case opened from the synthetic report, through the pages; its address.
async fn case(house: &TestHouse) -> String {
    case_from(house, &tip()).await
}

/// A case opened from a document; its address.
async fn case_from(house: &TestHouse, document: &str) -> String {
    house.clock.advance(Span::minutes(1));
    let mut analyst = Browser::signed_in(house, &["hotline_analyst"]).await;
    let answer = analyst.upload(&analyst.token(), "synthetic.xml", document.as_bytes()).await;
    let import = answer.to().split(['/', '?']).nth(2).unwrap().parse().unwrap();
    app_intake::process(&house.system(), house, &Rules::shipped().unwrap(), import, |_| {}).await.unwrap();
    let queue = analyst.see(routes::QUEUE).await;
    let decisions = format!("{}/decisions", queue.between("data-href=\"", "\""));
    analyst.see(queue.between("data-href=\"", "\"")).await;
    analyst.follow(&decisions, &[("decision", "triage")]).await;
    let fields = [("decision", "open_case"), ("line", "Synthetic household")];
    analyst.follow(&decisions, &fields).await;
    analyst.see(routes::CASES).await.between("data-href=\"", "\"").to_owned()
}

/// Says once more who it is.
async fn confirm(browser: &mut Browser, back: &str) {
    browser.see(&format!("{}?back={}", routes::CONFIRM, routes::encode(back))).await;
    let answer = browser.fill(routes::CONFIRM, &[("password", PASSWORD), ("back", back)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    browser.see(answer.to()).await;
}

async fn journal(house: &TestHouse, action: &str) -> usize {
    house.entries(house.organisation).await.iter().filter(|entry| entry.action == action).count()
}
