//! The queue, reports, imports and search.

use app_intake::Rules;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use model::Span;
use test_support::{PASSWORD, TestEngine, TestHouse, engines};
use web::page::routes;

use crate::{
    EMAIL, NAME, TOLD,
    browser::{Browser, form},
    house, journal, report, tip,
};

#[tokio::test]
async fn a_report_goes_from_the_file_to_a_decision_and_back() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
        assert!(browser.see("/queue").await.has("Bring in reports"), "a new house says how to begin");
        let report = report(&house, &mut browser).await;
        let queue = browser.see("/queue").await;
        assert!(
            queue.has("R-2026-00001") && queue.has("Showing 1–1 of 1 reports") && queue.has("a platform")
        );
        assert!(browser.see("/queue?state=closed").await.has("No report fits this filter"));
        assert_eq!(browser.get("/queue?level=99").await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let page = browser.see(&report).await;
        for sealed in [TOLD, NAME, EMAIL] {
            assert!(!page.has(sealed) && !queue.has(sealed), "{engine:?}: {sealed} shows");
        }
        assert!(page.has("the person reported") && page.has("Triage") && page.has("id=\"decide-no_action\""));

        let decide = format!("{report}/decisions");
        assert!(browser.follow(&decide, &[("decision", "triage")]).await.has("triaged"));
        let asked = browser.see(&format!("{report}?decide=no_action")).await;
        let form = asked.between("id=\"decide-no_action\"", "</summary>");
        assert!(form.contains(" open>") && form.contains("<kbd>x</kbd>"), "{form}");
        let note = "Synthetic note about it";
        let other = [("decision", "no_action"), ("reason", "other"), ("text", "")];
        let refused = browser.fill(&decide, &other).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.has("Say in the note what it is."));
        let refused = browser.fill(&decide, &[("decision", "merge_into"), ("line", "R-2026-99999")]).await;
        assert!(refused.has("no report of this number") && refused.has("value=\"R-2026-99999\""));

        house.clock.advance(Span::minutes(1));
        let other = [("decision", "no_action"), ("reason", "other"), ("text", note)];
        let decided = browser.follow(&decide, &other).await;
        assert!(decided.has("Decided.") && decided.has(note) && decided.has("no action"));
        let undo = decided.between("<form method=\"post\" action=\"", "undo\"");
        let undo = format!("{}undo", undo.rsplit("action=\"").next().unwrap());
        let undone = browser.follow(&undo, &[]).await;
        assert!(undone.has("Taken back.") && undone.has("Undone just now"), "{}", undone.text);
        let twice = browser.fill(&undo, &[]).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert!(twice.has("role=\"alert\""));

        house.clock.advance(Span::minutes(1));
        let refer = [("decision", "refer"), ("line", "Synthetic Desk"), ("text", "the child is there")];
        let referred = browser.follow(&decide, &refer).await;
        assert!(referred.has("Record that it was sent"));
        let sent =
            format!("{report}/decisions/{}/sent", referred.between(&format!("{report}/decisions/"), "/"));
        assert!(browser.follow(&sent, &[("how", "by hand")]).await.has("Left the house"));
        assert!(journal(&house, "triage").await >= 5);
    }
}

#[tokio::test]
async fn opening_a_sealed_field_asks_what_for_and_is_journalled() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    let report = report(&house, &mut browser).await;
    let id = report.rsplit('/').next().unwrap();
    let reveal = format!("/reveal/report/{id}/narrative");
    let back = [("back", report.as_str())];
    let asked = browser.see(&format!("{reveal}?back={}", routes::encode(&report))).await;
    assert!(asked.has("counts as exposure") && asked.has("name=\"purpose\"") && !asked.has(TOLD));
    let refused = browser.fill(&reveal, &back).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("purpose is missing") && !refused.has(TOLD));
    assert_eq!(journal(&house, "reveal_report").await, 0);

    let fields = [("purpose", "safeguard"), ("note", "synthetic reason"), ("back", report.as_str())];
    let opened = browser.fill(&reveal, &fields).await;
    assert!(opened.has(TOLD) && opened.has("data-seconds=\"60\"") && opened.has("synthetic reason"));
    assert!(opened.has(&format!("content=\"60;url={report}\"")));
    assert_eq!(journal(&house, "reveal_report").await, 1);
    assert!(browser.see(&report).await.has("Find or protect the child: synthetic reason"));

    let mut request = form(&format!("/reveal/report/{id}/person-0"), &browser.token(), &fields);
    request.headers_mut().insert("x-fragment", "1".parse().unwrap());
    let fragment = browser.send(request).await;
    assert!(fragment.has("class=\"revealed\"") && !fragment.has("<html"), "{}", fragment.text);
    for wrong in ["person-9", "file-1", "identifier-77"] {
        let answer = browser.fill(&format!("/reveal/report/{id}/{wrong}"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(browser.get(&format!("/reveal/report/{id}/everything")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_that_came_before_leads_to_its_import() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    report(&house, &mut browser).await;
    let again = browser.upload(&browser.token(), "again.xml", tip().as_bytes()).await;
    let page = browser.see(again.to()).await;
    assert!(page.has("brought in before") && page.has("synthetic.xml") && page.has("CyberTipline document"));
    let list = browser.see("/imports").await;
    assert!(list.has("No. 1") && list.has("No. 2") && list.has("Synthetic Platform"));

    // A bad document is kept with what is wrong with it.
    let bad = browser
        .upload(
            &browser.token(),
            "bad.xml",
            b"<report>\n<incidentSummary><nonsense/></incidentSummary>\n</report>",
        )
        .await;
    let import = bad.to().split(['/', '?']).nth(2).unwrap().parse().unwrap();
    let op = house.system();
    app_intake::process(&op, &house, &Rules::shipped().unwrap(), import, |_| {}).await.unwrap();
    let page = browser.see(&routes::import(import)).await;
    assert!(page.has("nonsense"), "{}", page.between("<main", "</main>"));
    assert!(page.has("rejects.csv"));
    let csv = browser.get(&routes::import_rejects(import)).await;
    assert!(
        csv.has("ordinal,line,path")
            && csv.headers[header::CONTENT_DISPOSITION] == "attachment; filename=\"rejects.csv\""
    );

    // The file's name is not for those who keep house.
    let mut keeper = Browser::signed_in(&house, &["auditor"]).await;
    let page = keeper.see(&routes::import(import)).await;
    assert!(!page.has("bad.xml") && !page.has("nonsense"));
}

#[tokio::test]
async fn an_upload_without_source_or_file_says_what_is_missing() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    let token = browser.token();
    let answer = browser.upload(&token, "", b"").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.has("There is no file.") && answer.has("value=\"Synthetic Platform\""));
    let plain =
        Request::post("/imports").header(header::CONTENT_TYPE, "text/plain").body(Body::from("x")).unwrap();
    assert_eq!(browser.send(plain).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_foreign_record_is_not_there() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    let report = report(&house, &mut browser).await;
    house.put_setting("second_step_optional", "yes").await;
    let foreign = house.add_user(house.foreign, &["supervisor"]).await;
    let mut stranger = Browser::new(&house);
    stranger.sign_in(&foreign.name, PASSWORD).await;
    let queue = stranger.see("/queue").await;
    assert!(!queue.has("R-2026"));
    let nothing = stranger.get("/reports/0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6").await;
    let theirs = stranger.get(&report).await;
    assert_eq!((nothing.status, theirs.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    let import = stranger.get("/imports/0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6").await;
    assert_eq!(import.status, StatusCode::NOT_FOUND);
    let decide = format!("{report}/decisions");
    assert_eq!(stranger.fill(&decide, &[("decision", "triage")]).await.status, StatusCode::NOT_FOUND);
    let reveal = format!("/reveal{}/narrative", report.replace("/reports/", "/report/"));
    let answer = stranger.fill(&reveal, &[("purpose", "decide")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/reports/not-an-id").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn search_finds_by_number_and_by_identifier() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["hotline_analyst"]).await;
    let report = report(&house, &mut browser).await;
    for text in ["r-2026-1", EMAIL] {
        let found = browser.see(&format!("/search?q={}", routes::encode(text))).await;
        assert!(found.has(&format!("href=\"{report}\"")), "{text}: {}", found.text);
    }
    assert!(browser.see("/search?q=nothing%40example.com").await.has("Nothing here holds it"));
    assert!(browser.see("/search").await.has("Type a number"));
}

#[tokio::test]
async fn an_installation_has_only_the_pages_of_its_purpose() {
    let house = TestHouse::with_profile(&TestEngine::Sqlite, "prosecution").await;
    let mut browser = Browser::signed_in(&house, &["supervisor"]).await;
    let id = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";
    let absent = ["/queue", "/alerts", "/banks", "/typologies"].map(str::to_owned);
    let records =
        [format!("/reports/{id}"), format!("/alerts/{id}"), format!("/reveal/report/{id}/narrative")];
    for path in absent.into_iter().chain(records) {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let desks = browser.see("/desks").await;
    assert!(!desks.has("href=\"/queue\"") && desks.has("href=\"/cases\""));
}
