//! A filing on its way: drafted, reviewed by a second person, handed over, answered.

use axum::http::{StatusCode, header};
use test_support::TestHouse;

use crate::{NAME, browser::Browser, case, case_from, confirm, house, journal};

/// A house that others can reach.
async fn reachable() -> TestHouse {
    let house = house().await;
    house.put_setting(&format!("contact_email:{}", house.organisation), "desk@example.com").await;
    house
}

/// Drafts a filing from a case; its address.
async fn drafted(browser: &mut Browser, case: &str) -> String {
    browser.see(case).await;
    let statement = [("statement", "One household, one payer abroad."), ("incident", "")];
    let answer = browser.fill(&format!("{case}/filings"), &statement).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    browser.see(answer.to()).await;
    answer.to().split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_filing_goes_from_the_draft_to_its_receipt_by_two_persons() {
    let house = reachable().await;
    let case = case(&house).await;
    let mut first = Browser::signed_in(&house, &["investigator"]).await;
    assert!(first.see("/outbox").await.has("Nothing is on its way out."));
    let filing = drafted(&mut first, &case).await;
    let steps = format!("{filing}/steps");

    let page = first.see(&filing).await;
    assert!(page.has("What will be sent") && page.has("One household, one payer abroad."));
    assert!(page.has(NAME) && page.has("<details class=\"reason\">"), "what is sent is shown, shut");
    assert!(page.has("sensitive text") && !page.has("Synthetic words of the reporter"));
    assert!(page.has("somebody else reviews it") && !page.has("I have read it"));
    let own = first.fill(&steps, &[("step", "review")]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    assert!(own.has("Whoever drafted it cannot review it.") && own.has("Ask a second person"));

    let mut second = Browser::signed_in(&house, &["hotline_analyst"]).await;
    assert!(second.see("/outbox").await.has("A second person reviews it."));
    let page = second.see(&filing).await;
    assert!(page.has("I have read it: mark as reviewed"));
    let early = second.fill(&steps, &[("step", "ready")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(second.follow(&steps, &[("step", "review")]).await.has("Reviewed."));
    let page = second.follow(&steps, &[("step", "ready")]).await;
    assert!(page.has("Ready to file.") && page.has("Nothing the receiver would refuse was found."));

    let send = [("step", "send"), ("to", "NCMEC CyberTipline"), ("how", "uploaded at the receiver's page")];
    let asked = second.fill(&steps, &send).await;
    assert!(asked.to().starts_with("/confirm?back=%2Ffilings%2F"), "{}", asked.text);
    confirm(&mut second, &filing).await;
    let page = second.follow(&steps, &send).await;
    assert!(
        page.has("Recorded as filed.") && page.has("What was sent") && page.has("uploaded at the receiver")
    );

    let answer = format!("{filing}/acknowledgement");
    let nothing = second.fill(&answer, &[("outcome", "acknowledged"), ("reference", "")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.has("The acknowledgement has no number."));
    let receipt = [("outcome", "acknowledged"), ("reference", "900000001")];
    let page = second.follow(&answer, &receipt).await;
    assert!(page.has("The receipt is kept with the filing.") && page.has("900000001"));
    assert!(second.see("/outbox").await.has("900000001"));
    let page = first.see(&case).await;
    assert!(page.has("acknowledged") && page.has("F-2026-00001: acknowledged"), "the case tells of it");
    assert_eq!(journal(&house, "send_filing").await, 2);
}

#[tokio::test]
async fn documents_are_taken_out_as_files_and_that_is_journalled() {
    let house = reachable().await;
    let case = case(&house).await;
    let mut browser = Browser::signed_in(&house, &["investigator"]).await;
    let filing = drafted(&mut browser, &case).await;
    let document = browser.get(&format!("{filing}/document")).await;
    assert_eq!(document.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"report.xml\"");
    assert!(document.has("<incidentType>Child Sex Trafficking</incidentType>"));
    assert!(browser.see(&filing).await.has("took out the document of the report"));
    for file in ["0", "1"] {
        let answer = browser.get(&format!("{filing}/files/{file}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "the report tells of no files");
    }
    let mut prosecutor = Browser::signed_in(&house, &["prosecutor"]).await;
    let page = prosecutor.see(&filing).await;
    assert!(page.has("The document names people.") && !page.has(NAME) && !page.has("/document"));
    assert_eq!(prosecutor.get(&format!("{filing}/document")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn that_a_person_viewed_a_file_is_said_only_where_somebody_attested_it() {
    for (said, sent) in [("", false), ("<fileViewedByEsp>true</fileViewedByEsp>", true)] {
        let house = reachable().await;
        let details = format!(
            "<fileDetails><reportId>900000001</reportId><fileId>synthetic-file</fileId>{said}</fileDetails>"
        );
        let case = case_from(&house, &details).await;
        let mut browser = Browser::signed_in(&house, &["investigator"]).await;
        browser.see(&case).await;
        let unsaid = browser.fill(&format!("{case}/filings"), &[]).await;
        assert!(unsaid.has("Choose the kind of incident to be reported."), "{}", unsaid.status);
        let answer = browser.fill(&format!("{case}/filings"), &[("incident", "csam")]).await;
        let filing = answer.to().split('?').next().unwrap().to_owned();
        let page = browser.see(&filing).await;
        assert_eq!(page.has("nobody attested whether a person viewed it"), !sent, "{said}");
        let file = browser.get(&format!("{filing}/files/1")).await;
        assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"file-1.xml\"");
        assert_eq!(file.has("<fileViewedByEsp>true</fileViewedByEsp>"), sent, "{}", file.text);
        assert_eq!(file.has("attested by whoever first reported it"), sent);
        assert_eq!(browser.get(&format!("{filing}/files/2")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_filing_that_was_refused_is_changed_and_reviewed_again() {
    let house = reachable().await;
    let case = case(&house).await;
    let mut first = Browser::signed_in(&house, &["investigator"]).await;
    let filing = drafted(&mut first, &case).await;
    let steps = format!("{filing}/steps");
    let mut second = Browser::signed_in(&house, &["investigator"]).await;
    confirm(&mut second, &filing).await;
    second.follow(&steps, &[("step", "review")]).await;
    second.follow(&steps, &[("step", "ready")]).await;
    second.follow(&steps, &[("step", "send"), ("to", "NCMEC"), ("how", "by hand")]).await;
    let refused = [("outcome", "rejected"), ("reason", "4100, validation failed")];
    let page = second.follow(&format!("{filing}/acknowledgement"), &refused).await;
    assert!(page.has("“4100, validation failed”") && page.has("class=\"failed\""), "{}", page.text);
    let page = second.follow(&steps, &[("step", "redraft"), ("statement", "Said more plainly.")]).await;
    assert!(page.has("Said more plainly.") && page.has("somebody else reviews it"));
    let page = second.follow(&steps, &[("step", "withdraw"), ("why", "Filed by a partner.")]).await;
    assert!(page.has("Withdrawn.") && page.has("“Filed by a partner.”"));
}

#[tokio::test]
async fn without_a_contact_nothing_is_drafted_and_the_page_says_who_can_help() {
    let house = house().await;
    let case = case(&house).await;
    let mut browser = Browser::signed_in(&house, &["investigator"]).await;
    browser.see(&case).await;
    let answer = browser.fill(&format!("{case}/filings"), &[("statement", "Kept words")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("Keeping house, Organisation") && answer.has("Kept words"));
    let strange = [("report", "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6")];
    assert!(browser.fill(&format!("{case}/filings"), &strange).await.has("does not belong to this case"));
}
