//! Alerts, typologies and banks, from outside through the router.

use axum::http::StatusCode;
use model::Span;
use test_support::{START, TestEngine, TestEntropy, TestHouse};

use crate::browser::Browser;

/// A ledger of synthetic payments among which some show the pattern of a typology.
fn ledger() -> Vec<u8> {
    let mut csv = Vec::new();
    let plan = screening::sample::Plan { rows: 20_000, start: START - Span::days(200), days: 90 };
    let ledger = screening::sample::Ledger::generate(&plan, &TestEntropy::new(3));
    screening::sample::write_csv(&ledger, &mut csv).unwrap();
    csv
}

/// Brings the ledger in and screens it, as a worker does.
async fn screened(house: &TestHouse, browser: &mut Browser) {
    let answer = browser.upload(&browser.token(), "ledger.csv", &ledger()).await;
    let import = answer.to().split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let (op, rules) = (house.system(), app_intake::Rules::shipped().unwrap());
    app_intake::process(&op, house, &rules, import, |_| {}).await.unwrap();
    let typologies = app_screening::in_force(&app_screening::load(&[]).files);
    let screened = app_screening::screen_import(&op, house, &typologies, import).await.unwrap();
    assert!(screened.raised > 0, "{screened:?}");
}

#[tokio::test]
async fn an_alert_is_read_opened_dismissed_and_escalated() {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    let mut browser = Browser::signed_in(&house, &["payment_analyst"]).await;
    assert!(browser.see("/alerts").await.has("No alerts."));
    screened(&house, &mut browser).await;
    let list = browser.see("/alerts").await;
    assert!(list.has("A-2026-0000") && list.has("Twenty small payments"));
    let alert = list.between("data-href=\"", "\"").to_owned();
    let id = alert.rsplit('/').next().unwrap();

    let page = browser.see(&alert).await;
    assert!(page.has("What speaks for it") && page.has("Escalate to a report"));
    let fields = [("purpose", "decide"), ("back", alert.as_str())];
    let party = browser.fill(&format!("/reveal/alert/{id}/party"), &fields).await;
    let account = party.between("account</span> ", "</p>").to_owned();
    assert!(!account.is_empty() && !page.has(&account) && !list.has(&account), "{account}");

    let review = format!("{alert}/review");
    let refused = browser.fill(&review, &[("outcome", "dismiss"), ("reason", "other"), ("note", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("needs a note") && refused.has("value=\"other\" selected"));
    let fields = [("outcome", "dismiss"), ("reason", "trade"), ("note", "synthetic shop")];
    let dismissed = browser.follow(&review, &fields).await;
    assert!(dismissed.has("Dismissed, with your reason.") && dismissed.has("synthetic shop"));
    assert!(browser.see("/alerts?state=dismissed").await.has(&alert));
    assert!(browser.follow(&review, &[("outcome", "reopen")]).await.has("Open again."));
    let escalated = browser.follow(&review, &[("outcome", "escalate"), ("note", "seen")]).await;
    assert!(escalated.has("It became") && escalated.has("R-2026-00001"));
    let twice = browser.fill(&review, &[("outcome", "escalate"), ("note", "")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    let mut analyst = Browser::signed_in(&house, &["hotline_analyst"]).await;
    assert!(analyst.see("/queue").await.has("our own screening"));
    let page = analyst.see(&alert).await;
    assert!(page.has("Your role does not open this."), "a hotline does not open the party");
    let answer = analyst.fill(&format!("/reveal/alert/{id}/party"), &[("purpose", "decide")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn typologies_are_shown_with_their_source_and_run_again() {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    let mut browser = Browser::signed_in(&house, &["payment_analyst"]).await;
    let list = browser.see("/typologies").await;
    assert!(list.has("baseline-inward-20") && list.has("baseline</span>"));
    let page = browser.see("/typologies/baseline-inward-20").await;
    assert!(page.has("Held against its source") && page.has("at_least = 20"));
    assert_eq!(browser.get("/typologies/none-such").await.status, StatusCode::NOT_FOUND);
    assert!(browser.follow("/typologies/rescreen", &[]).await.has("will be screened again"));
    let mut other = Browser::signed_in(&house, &["prosecutor"]).await;
    assert_eq!(other.get("/typologies").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_list_of_hashes_comes_in_as_a_file() {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    assert!(browser.see("/banks").await.has("No banks."));
    let list = format!("hash\n{}\n{}\n", "0f".repeat(32), "a1".repeat(32));
    let answer = browser.upload(&browser.token(), "synthetic-hashes.txt", list.as_bytes()).await;
    let import = answer.to().split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let (op, rules) = (house.system(), app_intake::Rules::shipped().unwrap());
    let outcome = app_intake::process(&op, &house, &rules, import, |_| {}).await.unwrap();
    assert_eq!(outcome.counts.accepted, 2, "{outcome:?}");
    let page = browser.see("/banks").await;
    assert!(page.has("Synthetic Platform") && page.has("import no. 1"));
}
