//! Who asks: tokens, sessions, roles, other sites.

use serde_json::json;
use test_support::{PASSWORD, engines};

use crate::support::Api;

#[tokio::test]
async fn nobody_is_let_in_without_a_token_that_is_good() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        for path in ["/queue", "/alerts", "/cases", "/filings", "/imports", "/journal", "/users"] {
            let reply = api.as_nobody().get(path).await;
            assert_eq!(reply.problem(401), "not_signed_in", "{path}");
            assert_eq!(reply.headers["www-authenticate"], "Bearer");
        }
        for wrong in ["Bearer", "Bearer nonsense", "Basic c3ludGhldGljOnN5bnRoZXRpYw==", ""] {
            let reply = api.as_nobody().header("authorization", wrong).get("/queue").await;
            assert_eq!(reply.problem(401), "not_signed_in", "{wrong}");
        }
        let token = api.token(&["supervisor"]).await;
        api.with(&token).get("/queue").await.of(200);
    }
}

#[tokio::test]
async fn a_token_that_was_taken_back_is_good_no_more() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let listed = api.with(&token).get("/tokens").await.of(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let id = listed["items"][0]["id"].as_str().unwrap().parse().unwrap();
        let op = api.house.op(&["administrator"]).await;
        let mut tx = api.house.begin(&op).await.unwrap();
        app_admin::tokens::revoke(&op, &mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(api.with(&token).get("/tokens").await.problem(401), "not_signed_in");
    }
}

#[tokio::test]
async fn a_session_may_read_and_changes_only_with_its_own_token() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let (session, csrf) = api.session(&["supervisor"]).await;
        let person = api.as_nobody().header("cookie", &format!("theme=dark; sagip={session}"));
        person.get("/queue").await.of(200);
        let text = json!({ "text": "R-2026-00001" });
        assert_eq!(person.post("/search", text.clone()).await.problem(401), "csrf_token_missing");
        let wrong = person.header("x-csrf-token", "not-the-token").post("/search", text.clone()).await;
        assert_eq!(wrong.problem(401), "csrf_token_missing");
        person.header("x-csrf-token", &csrf).post("/search", text.clone()).await.of(200);
        let elsewhere = person.header("x-csrf-token", &csrf).header("sec-fetch-site", "cross-site");
        assert_eq!(elsewhere.post("/search", text).await.problem(403), "other_site");
    }
}

#[tokio::test]
async fn a_role_that_does_not_grant_it_is_told_so_and_a_stranger_learns_nothing() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let analyst = api.token(&["hotline_analyst"]).await;
        let report = api.report(&analyst).await;
        let auditor = api.token(&["auditor"]).await;
        assert_eq!(api.with(&auditor).get("/queue").await.problem(403), "forbidden");
        let stranger = api.house.foreign_op(&["hotline_analyst"]).await.actor.user;
        let op = api.house.op_of(api.house.foreign, &["administrator"]).await;
        let mut tx = api.house.begin(&op).await.unwrap();
        let (_, token) = app_admin::tokens::create(&op, &mut tx, stranger, "synthetic", 1).await.unwrap();
        tx.commit().await.unwrap();
        let theirs = api.with(&token).get(&format!("/reports/{report}")).await;
        let none = api.with(&token).get(&format!("/reports/{}", api.house.id::<()>())).await;
        assert_eq!(
            (theirs.problem(404), none.problem(404)),
            ("not_found".to_owned(), "not_found".to_owned())
        );
        assert_eq!(api.with(&token).get("/queue").await.of(200)["total"], 0);
    }
}

#[tokio::test]
async fn what_asks_for_a_confirmation_is_for_people_and_not_for_programs() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["administrator"]).await;
        let new = json!({ "name": "synthetic.new", "label": "Synthetic New", "roles": ["auditor"] });
        let refused = api.with(&token).post("/users", new.clone()).await;
        assert_eq!(refused.problem(403), "forbidden");
        assert!(refused.json()["detail"].as_str().unwrap().contains("a token cannot"));

        let (session, csrf) = api.session(&["administrator"]).await;
        let person =
            api.as_nobody().header("cookie", &format!("sagip={session}")).header("x-csrf-token", &csrf);
        assert_eq!(person.post("/users", new.clone()).await.problem(403), "confirmation_needed");
        let request = api.house.id();
        app_admin::session::confirm_strong(&api.house, request, &session, PASSWORD, None).await.unwrap();
        let made = person.post("/users", new).await.of(201);
        assert!(!made["password"].as_str().unwrap().is_empty());
    }
}
