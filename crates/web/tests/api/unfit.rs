//! What does not fit its description is refused as a problem that says where.

use serde_json::json;
use test_support::{TestHouse, engines};

use crate::support::Api;

#[tokio::test]
async fn every_refusal_of_the_framework_is_a_problem() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let ask = api.with(&token);
        let some = api.house.id::<()>();
        for (path, status, code) in [
            ("/nowhere", 404, "no_such_address"),
            ("/cases/", 404, "no_such_address"),
            ("/cases/not-an-id", 400, "path_unfit"),
            ("/cases/%FF", 400, "path_unfit"),
            ("/queue?limit=0", 400, "query_unfit"),
            ("/queue?limit=201", 400, "query_unfit"),
            ("/queue?limit=many", 400, "query_unfit"),
            ("/queue?limit=1&limit=2", 400, "query_unfit"),
            ("/queue?level=0", 400, "query_unfit"),
            ("/queue?state=nonsense", 400, "query_unfit"),
            ("/queue?states=open", 400, "query_unfit"),
            ("/queue?after=1", 400, "query_unfit"),
            ("/banks?limit=1", 400, "query_unfit"),
            ("/cases?after=x_y", 400, "query_unfit"),
        ] {
            assert_eq!(ask.get(path).await.problem(status), code, "{path}");
        }
        let refused = ask.send("PUT", "/queue", "application/json", Vec::new()).await;
        assert_eq!(refused.problem(405), "method_not_allowed");
        assert!(refused.headers["allow"].to_str().unwrap().contains("GET"));

        let search = |media: &'static str, body: &'static str| {
            let ask = ask.clone();
            async move { ask.send("POST", "/search", media, body.as_bytes().to_vec()).await }
        };
        for (media, body, status, code) in [
            ("text/plain", "{}", 415, "media_type"),
            ("application/json", "{", 400, "not_json"),
            ("application/json", "", 400, "not_json"),
            ("application/json", "[]", 400, "body_unfit"),
            ("application/json", "{}", 400, "body_unfit"),
            ("application/json", "{\"text\": 7}", 400, "body_unfit"),
            ("application/json", "{\"text\": \"  \"}", 400, "body_unfit"),
            ("application/json", "{\"text\": \"a\\u0000b\"}", 400, "body_unfit"),
            ("application/json", "{\"text\": \"x\", \"more\": 1}", 400, "body_unfit"),
            ("application/json", "{\"text\": \"x\", \"text\": \"y\"}", 400, "body_unfit"),
        ] {
            assert_eq!(search(media, body).await.problem(status), code, "{body}");
        }
        let large = vec![b' '; 600 * 1024];
        let refused = ask.send("POST", "/search", "application/json", large).await;
        assert_eq!(refused.problem(413), "too_large");
        let note = json!({ "text": "Synthetic note.", "kind": "nonsense" });
        assert_eq!(ask.post(&format!("/cases/{some}/notes"), note).await.problem(400), "body_unfit");
    }
}

#[tokio::test]
async fn a_step_takes_its_own_fields_and_no_others() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let path = format!("/filings/{}/steps", api.house.id::<()>());
        for (body, status) in [
            (json!({ "step": "review" }), 404),
            (json!({ "step": "review", "why": "no such field" }), 400),
            (json!({ "step": "withdraw" }), 400),
            (json!({ "step": "withdraw", "why": "Synthetic reason" }), 404),
            (json!({ "step": "nonsense" }), 400),
            (json!({ "step": "send", "to": "x", "how": "y", "at": "yesterday" }), 400),
            (json!({}), 400),
        ] {
            let reply = api.with(&token).post(&path, body.clone()).await;
            assert_eq!(reply.status, status, "{body}");
        }
    }
}

#[tokio::test]
async fn a_whole_number_is_whole_however_it_is_written() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let path = format!("/reports/{}/reveal", api.house.id::<()>());
        for (person, status) in
            [("7", 404), ("7.0", 404), ("7.5", 400), ("-1", 400), ("65536", 400), ("\"7\"", 400)]
        {
            let body = format!("{{\"what\": \"person\", \"person\": {person}, \"reason\": \"Synthetic\"}}");
            let reply = api.with(&token).send("POST", &path, "application/json", body.into_bytes()).await;
            assert_eq!(reply.status, status, "{person}");
        }
    }
}

#[tokio::test]
async fn a_room_the_installation_lacks_is_not_there() {
    for engine in engines() {
        let api = Api::of(TestHouse::with_profile(&engine, "remitter").await);
        let token = api.token(&["supervisor"]).await;
        let ask = api.with(&token);
        ask.get("/alerts").await.of(200);
        for path in ["/cases", "/filings"] {
            assert_eq!(ask.get(path).await.problem(404), "no_such_address", "{path}");
        }
        let document = ask.get("/api/openapi.json").await.of(200);
        assert!(document["paths"]["/api/v1/cases"].is_null());
        assert!(document["paths"]["/api/v1/alerts"].is_object());
    }
}
