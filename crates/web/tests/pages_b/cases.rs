//! A case: what is added to it is shown, what is sealed is not, and who sees it at all.

use axum::http::StatusCode;
use model::{Compartment, Id, kinds};
use test_support::PASSWORD;

use crate::{NAME, browser::Browser, case, confirm, house, journal};

#[tokio::test]
async fn a_case_shows_what_was_added_to_it_and_keeps_names_sealed() {
    let house = house().await;
    let case = case(&house).await;
    let mut browser = Browser::signed_in(&house, &["investigator"]).await;
    let list = browser.see("/cases").await;
    assert!(
        list.has("C-2026-00001") && list.has("Synthetic household") && list.has("Showing 1–1 of 1 cases")
    );
    let page = browser.see(&case).await;
    assert!(page.has("R-2026-00001") && page.has("C-2026-00001 was opened.") && page.has("e-mail address"));
    assert!(page.has("Write down what is to be done next.") && !page.has(NAME), "{}", page.text);

    let note = [("kind", "contact"), ("text", "The grandmother was met.\nShe is kind.")];
    let page = browser.follow(&format!("{case}/notes"), &note).await;
    assert!(page.has("The note is written.") && page.has("<p>The grandmother was met.</p>"));
    assert!(page.has("wrote a note (contact)."), "the timeline tells of it");

    let what = "Confirm the social worker";
    let task = [("what", what), ("due", "2026-03-04"), ("who", "")];
    let page = browser.follow(&format!("{case}/tasks"), &task).await;
    assert!(page.has(what) && page.has("nobody's yet") && page.has("due in 2 days"), "{}", page.text);
    assert!(browser.see("/cases").await.has("due in 2 days"));
    let page = browser.see(&case).await;
    let mark = format!("{case}/tasks/{}/state", page.between(&format!("{case}/tasks/"), "/state"));
    let page = browser.follow(&mark, &[("state", "done")]).await;
    assert!(page.has("Done.") && page.has("did a task: Confirm the social worker"));
    let twice = browser.fill(&mark, &[("state", "done")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.has("The task is done already."));
    assert!(browser.follow(&mark, &[("state", "open")]).await.has("The task is open again."));

    let track = [("track", "investigation"), ("state", "under_way"), ("why", "")];
    let page = browser.follow(&format!("{case}/tracks"), &track).await;
    assert!(page.has("The track was moved.") && page.has("The investigation became “under way”."));
    let end = [("track", "investigation"), ("state", "concluded"), ("why", "")];
    let refused = browser.fill(&format!("{case}/tracks"), &end).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Choose the reason.") && refused.has("role=\"alert\""));

    let edit = [("title", "Synthetic street"), ("summary", "Two sisters.\n\nOne payer."), ("lead", "")];
    let page = browser.follow(&format!("{case}/edit"), &edit).await;
    assert!(page.has("<h1>Synthetic street</h1>") && page.has("<p class=\"prose\">One payer.</p>"));
    assert!(page.has("<dd>nobody</dd>"));

    let only = browser.see(&format!("{case}?kind=track")).await;
    let days = only.between("id=\"timeline\"", "id=\"notes\"");
    assert!(days.contains("was opened.") && !days.contains("wrote a note"));
}

#[tokio::test]
async fn people_are_known_by_pseudonym_and_a_child_is_never_put_on_the_accuseds_side_by_mistake() {
    let house = house().await;
    let case = case(&house).await;
    let people = format!("{case}/people");
    let mut browser = Browser::signed_in(&house, &["investigator"]).await;
    browser.see(&case).await;
    let child = [("role", "child_victim"), ("names", "Synthetic Child Beta"), ("birth", "2017-05")];
    let page = browser.follow(&people, &child).await;
    assert!(page.has("Child 1") && page.has("who the child is") && !page.has("Synthetic Child Beta"));
    assert!(!house.holds("Synthetic Child Beta").await, "the name is nowhere in the clear");

    let young = [("role", "facilitator"), ("names", "Synthetic Cousin"), ("age", "16")];
    let refused = browser.fill(&people, &young).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("which safeguards stand"));
    let word = [young.as_slice(), &[("acknowledgement", "Sixteen; the social worker is with him.")]].concat();
    let page = browser.follow(&people, &word).await;
    assert!(page.has("young person, safeguarding first"), "{}", page.text);
    let wrong = browser.fill(&people, &[("role", "witness"), ("birth", "soon")]).await;
    assert!(wrong.has("not a date of birth"));

    let id = page.between("/reveal/person/", "/identity").to_owned();
    let role = format!("{people}/{id}/role");
    let page = browser.follow(&role, &[("role", "witness"), ("age", "30")]).await;
    assert!(page.has("The role was changed."));

    // Opening a child's identity asks who it is once more, then what for.
    let reveal = child_of(&browser.see(&case).await.text);
    let fields = [("purpose", "safeguard"), ("back", case.as_str())];
    let asked = browser.fill(&reveal, &fields).await;
    assert!(asked.to().starts_with("/confirm?back="), "{} {}", asked.status, asked.text);
    confirm(&mut browser, &case).await;
    let opened = browser.fill(&reveal, &fields).await;
    assert!(opened.has("Synthetic Child Beta") && opened.has("data-seconds=\"60\""), "{}", opened.text);
    assert_eq!(journal(&house, "reveal_child").await, 1);
    let page = browser.see(&case).await;
    assert!(!page.has("Synthetic Child Beta") && page.has("Find or protect the child"));

    // An analyst of the hotline works the case and does not open who the child is.
    let mut analyst = Browser::signed_in(&house, &["hotline_analyst"]).await;
    assert!(analyst.see(&case).await.has("Your role does not open this."));
    assert_eq!(analyst.fill(&reveal, &fields).await.status, StatusCode::FORBIDDEN);
}

/// The address that opens the identity of the first child of a page.
fn child_of(text: &str) -> String {
    let after = text.split("Child 1</strong>").nth(1).unwrap();
    let address = after.split("action=\"/reveal/").nth(1).unwrap();
    format!("/reveal/{}", address.split('"').next().unwrap())
}

#[tokio::test]
async fn a_note_that_quotes_abuse_stays_shut_until_somebody_says_what_for() {
    let house = house().await;
    let case = case(&house).await;
    let mut browser = Browser::signed_in(&house, &["investigator"]).await;
    browser.see(&case).await;
    let words = "Synthetic words that nobody should read by chance";
    let note = [("kind", "general"), ("text", words), ("sensitive", "yes")];
    let page = browser.follow(&format!("{case}/notes"), &note).await;
    assert!(page.has("Sensitive text, shut") && !page.has(words));
    let reveal = format!("/reveal/note/{}", page.between("action=\"/reveal/note/", "\""));
    assert_eq!(browser.fill(&reveal, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("purpose", "investigate"), ("back", case.as_str())];
    assert!(browser.fill(&reveal, &fields).await.has(words));
    assert!(browser.see(&case).await.has("Work the case"), "the journal says what for");

    let long = "Synthetic note that is kept";
    let refused = browser.fill(&format!("{case}/notes"), &[("kind", "none"), ("text", long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has(long), "what was written is not lost");
}

#[tokio::test]
async fn a_prosecutor_reads_and_notes_and_changes_nothing() {
    let house = house().await;
    let case = case(&house).await;
    let mut browser = Browser::signed_in(&house, &["prosecutor"]).await;
    let page = browser.see(&case).await;
    for form in ["/edit", "/tasks", "/tracks", "/people", "/filings"] {
        assert!(!page.has(&format!("action=\"{case}{form}\"")), "{form} is offered");
        let answer = browser.fill(&format!("{case}{form}"), &[("report", "")]).await;
        assert!(
            matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY),
            "{form} {}",
            answer.status
        );
    }
    assert!(!page.has("href=\"/reports/"), "reports are not theirs to open");
    let note = [("kind", "decision"), ("text", "The charge stands.")];
    assert!(browser.follow(&format!("{case}/notes"), &note).await.has("The charge stands."));
}

#[tokio::test]
async fn who_keeps_house_sees_no_case_and_strangers_find_nothing() {
    let house = house().await;
    let case = case(&house).await;
    let mut administrator = Browser::signed_in(&house, &["administrator"]).await;
    let desks = administrator.see("/desks").await;
    assert!(!desks.has("href=\"/cases\"") && desks.has("href=\"/house\""));
    assert_eq!(administrator.get("/cases").await.status, StatusCode::FORBIDDEN);
    assert_eq!(administrator.get(&case).await.status, StatusCode::FORBIDDEN);

    for (organisation, shared) in [(house.partner, false), (house.foreign, false), (house.partner, true)] {
        let id: Id<kinds::Case> = case.rsplit('/').next().unwrap().parse().unwrap();
        if shared {
            house.share(house.organisation, house.partner, "case", id, Compartment::Investigation).await;
        }
        let user = house.add_user(organisation, &["investigator"]).await;
        let mut other = Browser::new(&house);
        other.sign_in(&user.name, PASSWORD).await;
        other.see("/account/password").await;
        assert!(other.see("/cases").await.has("No cases yet"), "a list holds one's own");
        if !shared {
            assert_eq!(other.get(&case).await.status, StatusCode::NOT_FOUND);
            let note = [("kind", "general"), ("text", "from outside")];
            assert_eq!(other.fill(&format!("{case}/notes"), &note).await.status, StatusCode::NOT_FOUND);
            continue;
        }
        let page = other.see(&case).await;
        assert!(page.has("shared with your organisation as an outline") && page.has("C-2026-00001"));
        for hidden in ["Synthetic household", "id=\"notes\"", "id=\"tasks\"", "/reveal/", "Add a person"] {
            assert!(!page.has(hidden), "{hidden} shows to a partner");
        }
        let note = [("kind", "general"), ("text", "from outside")];
        assert_eq!(other.fill(&format!("{case}/notes"), &note).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_house_without_cases_has_no_such_pages() {
    let house = test_support::TestHouse::with_profile(&test_support::TestEngine::Sqlite, "remitter").await;
    let mut browser = Browser::signed_in(&house, &["supervisor"]).await;
    for path in ["/cases", "/outbox", "/house/guests", "/banks"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = browser.see("/house").await;
    assert!(!page.has("href=\"/house/guests\"") && !page.has("href=\"/outbox\""));
}
