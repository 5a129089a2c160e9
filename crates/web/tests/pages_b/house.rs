//! Keeping house: accounts, guests, the organisation, keys, the journal, jobs and tokens.

use axum::http::StatusCode;
use test_support::PASSWORD;

use crate::{browser::Browser, case, case_from, confirm, house, tip};

#[tokio::test]
async fn an_administrator_adds_people_and_changes_their_accounts() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["administrator"]).await;
    let page = browser.see("/house").await;
    assert!(page.has("Everyone may do without it.") && page.has("No e-mail address is set"));
    let page = browser.see("/house/users").await;
    assert!(page.has("Add a person") && page.has("Nobody changes their own account here."));
    let new = [("username", "synthetic.one"), ("name", "Synthetic One"), ("roles", "auditor")];
    let asked = browser.fill("/house/users", &new).await;
    assert_eq!(asked.to(), "/confirm?back=%2Fhouse%2Fusers");
    confirm(&mut browser, "/house/users").await;
    let made = browser.fill("/house/users", &new).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let password = made.between("translate=\"no\">", "<").to_owned();
    assert!(made.has("Hand this password to synthetic.one") && password.len() > 11, "{password}");
    assert!(!browser.see("/house/users").await.has(&password), "it is shown once");
    let twice = browser.fill("/house/users", &new).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(twice.has("Choose another name."));

    let page = browser.see("/house/users").await;
    let row = page.between("Synthetic One</strong>", "</tr>");
    let user = row.split("/house/users/").nth(1).unwrap().split('/').next().unwrap();
    let user = format!("/house/users/{user}");
    let roles = [("roles", "auditor"), ("roles", "prosecutor")];
    assert!(browser.follow(&format!("{user}/roles"), &roles).await.has("Prosecutor</span>"));
    let none = browser.fill(&format!("{user}/roles"), &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reset = browser.fill(&format!("{user}/reset"), &[("what", "password")]).await;
    assert!(reset.has("Hand this password to synthetic.one"));
    assert!(
        browser.follow(&format!("{user}/reset"), &[("what", "code")]).await.has("second step was removed")
    );
    let off = browser.follow(&format!("{user}/state"), &[("state", "disabled")]).await;
    assert!(off.has("The account is off") && off.has("disabled</span>"));
    assert!(browser.follow(&format!("{user}/state"), &[("state", "active")]).await.has("on again"));
    assert!(
        browser.follow(&format!("{user}/state"), &[("state", "unlocked")]).await.has("try to sign in again")
    );

    let mut auditor = Browser::signed_in(&house, &["auditor"]).await;
    let page = auditor.see("/house/users").await;
    assert!(page.has("Synthetic One") && !page.has("Add a person") && !page.has("/roles\""));
    let answer = auditor.fill(&format!("{user}/state"), &[("state", "disabled")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_guest_sees_their_case_and_nothing_else() {
    let house = house().await;
    let case = case(&house).await;
    let mut supervisor = Browser::signed_in(&house, &["supervisor"]).await;
    confirm(&mut supervisor, "/house/guests").await;
    let id = case.rsplit('/').next().unwrap();
    let invite = |until| {
        [("username", "synthetic.guest"), ("name", "Synthetic Expert"), ("case", id), ("until", until)]
    };
    let far = supervisor.fill("/house/guests", &invite("2027-03-02")).await;
    assert_eq!(far.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = supervisor.fill("/house/guests", &invite("2026-03-20")).await;
    let password = made.between("translate=\"no\">", "<").to_owned();
    assert!(made.has("Synthetic Expert") && made.has("C-2026-00001"));

    let mut guest = Browser::new(&house);
    guest.sign_in("synthetic.guest", &password).await;
    assert_eq!(guest.get("/").await.to(), "/account/password");
    guest.see("/account/password").await;
    let new = "synthetic marble otter lantern";
    let fields = [("current", password.as_str()), ("new", new), ("again", new)];
    guest.follow("/account/password", &fields).await;
    assert_eq!(guest.get("/").await.to(), case, "their case is where they begin");
    let page = guest.see(&case).await;
    assert!(page.has("Synthetic household") && !page.has("Add a task") && !page.has("href=\"/cases\""));
    let note = [("kind", "general"), ("text", "The synthetic opinion of an expert.")];
    assert!(guest.follow(&format!("{case}/notes"), &note).await.has("The synthetic opinion of an expert."));
    for path in ["/cases", "/queue", "/outbox", "/house/users", "/house/journal", "/search?q=R-2026-00001"] {
        let answer = guest.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let other = case_from(&house, &tip().replace("synthetic.reported", "synthetic.other")).await;
    assert_ne!(other, case);
    assert_eq!(guest.get(&other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(guest.fill(&format!("{case}/tasks"), &[("what", "x")]).await.status, StatusCode::FORBIDDEN);

    let page = supervisor.see("/house/guests").await;
    let end = format!("/house/guests/{}/end", page.between("action=\"/house/guests/", "/end\""));
    assert!(supervisor.follow(&end, &[]).await.has("ended</span>"));
    assert_eq!(guest.get(&case).await.to(), "/", "their session ended with it");
}

#[tokio::test]
async fn an_auditor_reads_and_verifies_the_journal() {
    let house = house().await;
    let case = case(&house).await;
    house.sequence().await.unwrap();
    let mut auditor = Browser::signed_in(&house, &["auditor"]).await;
    let page = auditor.see("/house/journal").await;
    assert!(page.has("decided on a report") && page.has("signed in"), "{}", page.text);
    assert!(!page.has(&format!("href=\"{case}\"")), "an auditor opens no case");
    let verified = auditor.fill("/house/journal/verify", &[]).await;
    assert_eq!(verified.status, StatusCode::OK);
    assert!(verified.has("holds</span>") && verified.has("Every entry is as it was written"));
    assert!(auditor.see("/house/journal").await.has("verified the journal"));
    for path in ["/house/keys", "/house/jobs"] {
        assert_eq!(auditor.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!auditor.see("/house").await.has(&format!("href=\"{path}\"")));
    }
}

#[tokio::test]
async fn a_long_journal_is_read_on_by_key() {
    let house = house().await;
    for _ in 0..110 {
        house.put_setting("synthetic", "yes").await;
    }
    // What an entry belongs to is the organisation that acted.
    let mut auditor = Browser::signed_in(&house, &["auditor"]).await;
    for _ in 0..101 {
        auditor.fill("/house/journal/verify", &[]).await;
    }
    let page = auditor.see("/house/journal").await;
    assert_eq!(page.text.matches("data-label=\"What\"").count(), 100);
    assert!(!page.has("Newest entries"));
    let earlier = page.between("rel=\"next\" href=\"", "\"").to_owned();
    let page = auditor.see(&earlier).await;
    assert!(page.has("Newest entries") && !page.has("Earlier entries") && page.has("signed in"));
}

#[tokio::test]
async fn the_organisation_says_how_it_is_reached_and_may_ask_for_a_second_step() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["administrator"]).await;
    confirm(&mut browser, "/house/organisation").await;
    let page = browser.see("/house/organisation").await;
    assert!(page.has("Synthetic Main") && page.has("National centre") && page.has("Ask for a second step"));
    let contact = [("email", "desk@example.com"), ("contact", "Synthetic Desk"), ("phone", "")];
    let page = browser.follow("/house/organisation", &contact).await;
    assert!(page.has("value=\"desk@example.com\"") && page.has("value=\"Synthetic Desk\""));
    let wrong = browser.fill("/house/organisation", &[("email", "nowhere")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = [("name", "Synthetic Fourth"), ("email", "fourth@example.com")];
    assert!(browser.follow("/house/organisation/others", &other).await.has("with keys of its own"));
    let page = browser.follow("/house/organisation/second-step", &[("optional", "no")]).await;
    assert!(page.has("Let everyone do without it"));
    let user = house.add_user(house.organisation, &["investigator"]).await;
    let mut investigator = Browser::new(&house);
    investigator.sign_in(&user.name, PASSWORD).await;
    assert_eq!(investigator.get("/queue").await.to(), "/account/code");
}

#[tokio::test]
async fn keys_are_shown_after_a_confirmation_and_turned_elsewhere() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["administrator"]).await;
    assert_eq!(browser.get("/house/keys").await.to(), "/confirm?back=%2Fhouse%2Fkeys");
    confirm(&mut browser, "/house/keys").await;
    let page = browser.see("/house/keys").await;
    assert!(page.has(&house.root_fingerprint()) && page.has("Synthetic Partner"));
    assert!(page.has("with the server stopped") && !page.has("Turn this key"));
}

#[tokio::test]
async fn jobs_are_listed_and_only_a_dead_one_is_tried_again() {
    let house = house().await;
    let mut analyst = Browser::signed_in(&house, &["hotline_analyst"]).await;
    analyst.upload(&analyst.token(), "synthetic.xml", tip().as_bytes()).await;
    let mut browser = Browser::signed_in(&house, &["administrator"]).await;
    let page = browser.see("/house/jobs").await;
    assert!(page.has("Read a file that was brought in") && !page.has("Try again"));
    let mut last = None;
    for _ in 0..40 {
        let Some(job) = house.claim_job().await.unwrap() else {
            house.clock.advance(model::Span::hours(12));
            continue;
        };
        house.end_job(&job, Some("the synthetic disk is full")).await.unwrap();
        last = Some(job.id);
    }
    let page = Browser::signed_in(&house, &["administrator"]).await.see("/house/jobs").await;
    assert!(page.has("waits for a person") && page.has("the synthetic disk is full"), "{}", page.text);
    let mut browser = Browser::signed_in(&house, &["administrator"]).await;
    let job = format!("/house/jobs/{}", last.unwrap());
    assert!(browser.follow(&job, &[]).await.has("The job will be tried again."));
    let again = browser.fill(&job, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.has("not waiting for a person"));
}

#[tokio::test]
async fn a_token_is_shown_once_and_taken_back() {
    let house = house().await;
    let user = house.add_user(house.organisation, &["hotline_analyst"]).await;
    let mut browser = Browser::signed_in(&house, &["administrator"]).await;
    confirm(&mut browser, "/house/tokens").await;
    let id = user.id.to_string();
    let new = [("user", id.as_str()), ("name", "Synthetic program"), ("days", "30")];
    let made = browser.fill("/house/tokens", &new).await;
    let token = made.between("translate=\"no\">", "<").to_owned();
    assert!(app_admin::tokens::authenticate_token(&house, &token).await.is_ok());
    let page = browser.see("/house/tokens").await;
    assert!(page.has("Synthetic program") && page.has(&user.name) && !page.has(&token));
    let never = browser.fill("/house/tokens", &[("user", &id), ("name", "x"), ("days", "many")]).await;
    assert_eq!(never.status, StatusCode::UNPROCESSABLE_ENTITY);
    let revoke = format!("/house/tokens/{}/revoke", page.between("action=\"/house/tokens/", "/revoke"));
    assert!(browser.follow(&revoke, &[]).await.has("The token is taken back."));
    assert!(app_admin::tokens::authenticate_token(&house, &token).await.is_err());
}

#[tokio::test]
async fn nobody_confirms_with_a_wrong_password() {
    let house = house().await;
    let mut browser = Browser::signed_in(&house, &["administrator"]).await;
    browser.see("/confirm?back=%2Fhouse%2Fkeys").await;
    let fields = [("password", "synthetic wrong password"), ("back", "/house/keys")];
    let refused = browser.fill("/confirm", &fields).await;
    assert_ne!(refused.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/house/keys").await.to(), "/confirm?back=%2Fhouse%2Fkeys");
    assert_ne!(PASSWORD, fields[0].1);
}
