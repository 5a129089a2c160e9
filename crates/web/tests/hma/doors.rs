//! Who gets in where, and what they see.

use axum::http::StatusCode;
use serde_json::json;
use test_support::{TestEngine, TestHouse};

use crate::support::{Bench, Program};

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

async fn lookup(program: &Program) -> crate::support::Reply {
    program.get(&format!("/m/lookup?signal_type=pdq&signal={ZEROS}")).await
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_and_everybody_learns_that_the_house_is_up() {
    let bench = Bench::new().await;
    let nobody = bench.main(&[]);
    for (methods, pattern) in web::hma_routes() {
        let path = pattern.replace("{name}", "SAMPLE").replace("{content}", "1");
        for method in methods.split(' ') {
            let reply = nobody.ask(method, &path, None, Vec::new()).await;
            reply.message(401);
            assert_eq!(reply.headers["www-authenticate"], "Bearer", "{method} {path}");
        }
    }
    let wrong = bench.main(&[("authorization", "Bearer synthetic")]);
    lookup(&wrong).await.message(401);
    // HMA app.py.
    for (path, text) in [("/livez", "OK"), ("/readyz", "READY"), ("/status", "I-AM-ALIVE")] {
        for program in [&nobody, &bench.open_door("matching_program")] {
            let reply = program.get(path).await;
            assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, text));
        }
    }
}

#[tokio::test]
async fn a_program_that_looks_up_does_not_curate_and_an_auditor_does_neither() {
    let bench = Bench::new().await;
    let own = bench.house.organisation;
    let program = bench.token(own, &["matching_program"]).await;
    assert_eq!(lookup(&program).await.of(200), json!({}));
    program.get("/m/index/status").await.of(200);
    program.form("/h/hash", &[("video", Some("a"), b"x")]).await.of(200);
    program.get("/c/banks").await.message(403);
    program.post("/c/banks", json!({ "name": "X" })).await.message(403);
    program.get("/c/signal_type/index").await.message(403);
    let auditor = bench.token(own, &["auditor"]).await;
    lookup(&auditor).await.message(403);
    for path in ["/h/hash", "/m/lookup", "/c/bank/X/content"] {
        auditor.form(path, &[("video", Some("a"), b"x")]).await.message(403);
    }
    auditor.get("/m/index/status").await.message(403);
    auditor.get("/metrics").await.message(403);
}

#[tokio::test]
async fn another_organisation_sees_nothing_and_touches_nothing() {
    let bench = Bench::new().await;
    let id = bench.curator().await.bank_with("SAMPLE", ZEROS).await;
    let foreign = bench.token(bench.house.foreign, &["hotline_analyst"]).await;
    assert_eq!(lookup(&foreign).await.of(200), json!({}));
    let raw = foreign.get(&format!("/m/raw_lookup?signal_type=pdq&signal={ZEROS}")).await.of(200);
    assert_eq!(raw, json!({ "matches": [] }));
    assert_eq!(foreign.get("/c/banks").await.of(200), json!([]));
    let path = format!("/c/bank/SAMPLE/content/{id}");
    foreign.get("/c/bank/SAMPLE").await.message(404);
    foreign.get(&path).await.message(404);
    foreign.put("/c/bank/SAMPLE", json!({ "enabled": false })).await.message(404);
    foreign.put(&path, json!({ "disable_until_ts": 0 })).await.message(404);
    foreign.delete(&path).await.message(404);
    foreign.delete("/c/bank/SAMPLE").await.of(200);
    foreign.post("/c/bank/SAMPLE/signal", json!({ "pdq": ZEROS })).await.message(404);
    // A bank of the same name is another bank, and its contents have numbers of their own.
    foreign.post("/c/banks", json!({ "name": "SAMPLE" })).await.of(201);
    foreign.get(&path).await.message(404);
    assert_eq!(foreign.delete(&path).await.of(200), json!({ "deleted": 0 }));
    assert_eq!(lookup(&bench.curator().await).await.of(200)["SAMPLE"][0]["bank_content_id"], id);
}

#[tokio::test]
async fn the_open_door_lets_everybody_on_this_machine_do_what_its_role_may() {
    let bench = Bench::new().await;
    let id = bench.open_door("hotline_analyst").bank_with("SAMPLE", ZEROS).await;
    let program = bench.open_door("matching_program");
    assert_eq!(lookup(&program).await.of(200)["SAMPLE"][0]["bank_content_id"], id);
    program.get("/c/banks").await.message(403);
    bench.open_door("no_such_role").get("/m/index/status").await.message(403);
    let entries = bench.house.entries(bench.house.organisation).await;
    let looked_up = entries.iter().find(|entry| entry.action == "match_hashes").unwrap();
    assert_eq!(looked_up.actor, "program:matching listener");
    // Nothing else of the house is there.
    for path in ["/", "/queue", "/api", "/api/v1/banks", "/api/openapi.json", "/assets/app.css", "/sign-in"] {
        program.get(path).await.message(404);
    }
}

#[tokio::test]
async fn the_open_door_is_shut_to_pages_of_other_sites() {
    let bench = Bench::new().await;
    let with = |name: &str, value: &str| {
        let mut program = bench.open_door("hotline_analyst");
        program.headers.retain(|(header, _)| header != name);
        program.headers.push((name.to_owned(), value.to_owned()));
        program
    };
    for host in ["rebound.example.com", "rebound.example.com:5000", "192.0.2.1:5000", ""] {
        let program = with("host", host);
        assert_eq!(lookup(&program).await.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert_eq!(program.get("/livez").await.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    for (name, value) in
        [("origin", "https://other.example.com"), ("sec-fetch-site", "cross-site"), ("origin", "null")]
    {
        let program = with(name, value);
        lookup(&program).await.message(403);
        program.post("/c/banks", json!({ "name": "X" })).await.message(403);
    }
    let own = with("host", "localhost:5000");
    let reply = lookup(&own).await;
    reply.of(200);
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_house_without_the_room_has_no_such_addresses() {
    let bench = Bench::of(TestHouse::with_profile(&TestEngine::Sqlite, "remitter").await);
    assert!(!bench.house.profile.has("hashes"));
    let program = bench.token(bench.house.organisation, &["supervisor"]).await;
    assert_eq!(lookup(&program).await.status, StatusCode::NOT_FOUND);
    assert_eq!(program.get("/livez").await.status, StatusCode::OK);
}
