//! `Idempotency-Key`: a change that is sent twice is done once.

use serde_json::json;
use test_support::engines;

use crate::support::{Api, tip};

const KEY: &str = "idempotency-key";

#[tokio::test]
async fn the_same_change_again_gets_the_same_answer_and_is_done_once() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let report = api.report(&token).await;
        let ask = api.with(&token).header(KEY, "synthetic-1");
        let path = format!("/reports/{report}/decisions");
        let first = ask.post(&path, json!({ "decision": "open_case", "title": "Synthetic case" })).await;
        let decided = first.of(201);
        let again = ask.post(&path, json!({ "decision": "open_case", "title": "Synthetic case" })).await;
        assert_eq!(again.of(201), decided, "{engine:?}");
        assert_eq!(again.headers["location"], first.headers["location"]);
        assert_eq!(api.with(&token).get("/cases").await.of(200)["total"], 1);
        let without = api.with(&token).post(&path, json!({ "decision": "open_case" })).await;
        assert_eq!(without.problem(409), "decision_not_possible");

        let other = ask.post(&path, json!({ "decision": "close" })).await;
        assert_eq!(other.problem(409), "idempotency_key_used");
        // The key is the program's own: another's is another key.
        let second = api.token(&["supervisor"]).await;
        api.with(&second)
            .header(KEY, "synthetic-1")
            .post(&path, json!({ "decision": "close" }))
            .await
            .of(201);
        assert!(!api.house.holds("Synthetic case").await, "{engine:?}: an answer is kept sealed");
    }
}

#[tokio::test]
async fn what_was_refused_frees_its_key() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let report = api.report(&token).await;
        let ask = api.with(&token).header(KEY, "synthetic-1");
        let path = format!("/reports/{report}/decisions");
        assert_eq!(
            ask.post(&path, json!({ "decision": "close" })).await.problem(409),
            "decision_not_possible"
        );
        ask.post(&path, json!({ "decision": "open_case" })).await.of(201);
        for wrong in ["", "two words", "ñ", &"x".repeat(201)] {
            let reply = api.with(&token).header(KEY, wrong).post(&path, json!({ "decision": "close" })).await;
            assert_eq!(reply.problem(400), "idempotency_key_unfit", "{wrong}");
        }
    }
}

#[tokio::test]
async fn a_key_is_claimed_only_for_what_there_is_to_do() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let ask = api.with(&token).header(KEY, "synthetic-1");
        let path = format!("/tasks/{}/done", api.house.id::<()>());
        for method in ["PUT", "DELETE", "PATCH", "GET"] {
            let reply = ask.send(method, &path, "application/json", Vec::new()).await;
            assert_eq!(reply.problem(405), "method_not_allowed", "{method}");
        }
        assert_eq!(ask.act(&path).await.problem(404), "not_found");
    }
}

#[tokio::test]
async fn a_file_sent_again_under_its_key_is_the_same_import() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let path = "/imports?source=Synthetic&lawful_basis=synthetic";
        let ask = api.with(&token).header(KEY, "synthetic-file");
        let send = |bytes: String| ask.send("POST", path, "application/xml", bytes.into_bytes());
        let first = send(tip("synthetic_one")).await.of(202);
        assert_eq!(send(tip("synthetic_one")).await.of(202), first, "{engine:?}");
        assert_eq!(send(tip("synthetic_two")).await.problem(409), "idempotency_key_used");
        let imports = api.with(&token).get("/imports").await.of(200);
        assert_eq!(imports["total"], 1, "{engine:?}: nothing was taken in twice");
        // Without a key it is a new import that names the first.
        let known =
            api.with(&token).send("POST", path, "application/xml", tip("synthetic_one").into_bytes()).await;
        let known = known.of(202);
        assert_eq!((known["state"].as_str(), &known["same_as"]["id"]), (Some("known"), &first["id"]));
    }
}
