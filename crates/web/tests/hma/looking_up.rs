//! `/m` (HMA `blueprints/matching.py`, `tests/test_match_api.py`).

use serde_json::json;

use crate::support::{Bench, hash_of, picture};

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Nine bits from zeros.
const NINE: &str = "ff80000000000000000000000000000000000000000000000000000000000000";
/// Forty bits from zeros.
const FAR: &str = "ffffffffff000000000000000000000000000000000000000000000000000000";
const MD5: &str = "cab08b36195edb1a1231d2d09fa450e0";

fn pdq(path: &str, signal: &str, more: &str) -> String {
    format!("/m/{path}?signal_type=pdq&signal={signal}{more}")
}

#[tokio::test]
async fn a_signal_is_looked_up_by_bank_and_raw_with_and_without_distance() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let content = program.bank_with("SAMPLE", ZEROS).await;

    let found = program.get(&pdq("lookup", NINE, "")).await.of(200);
    assert_eq!(found, json!({ "SAMPLE": [{ "bank_content_id": content, "distance": "9" }] }));
    assert_eq!(program.get(&pdq("lookup", FAR, "")).await.of(200), json!({}));
    assert_eq!(program.get(&pdq("raw_lookup", NINE, "")).await.of(200), json!({ "matches": [content] }));
    // What Python's requests makes of True.
    let raw = program.get(&pdq("raw_lookup", NINE, "&include_distance=True")).await.of(200);
    assert_eq!(raw, json!({ "matches": [{ "bank_content_id": content, "distance": "9" }] }));
    assert_eq!(program.get(&pdq("raw_lookup", FAR, "")).await.of(200), json!({ "matches": [] }));
}

#[tokio::test]
async fn an_md5_is_looked_up_as_the_video_signal_and_has_no_distance() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    program.post("/c/banks", json!({ "name": "VIDEOS" })).await.of(201);
    let added =
        program.post("/c/bank/VIDEOS/signal", json!({ "video_md5": MD5.to_uppercase() })).await.of(200);
    assert_eq!(added, json!({ "id": 1, "signals": { "video_md5": MD5 } }));
    let path = format!("/m/lookup?signal_type=video_md5&signal={MD5}");
    // threatexchange signal_type/index.py: NO_DISTANCE_STR.
    let found = json!({ "VIDEOS": [{ "bank_content_id": 1, "distance": "-" }] });
    assert_eq!(program.get(&path).await.of(200), found);
}

#[tokio::test]
async fn an_answer_is_narrowed_to_banks() {
    // test_raw_lookup_with_bank_filter, test_lookup_with_bank_filter.
    let bench = Bench::new().await;
    let program = bench.curator().await;
    for name in ["BANK_A", "BANK_B", "BANK_C"] {
        program.bank_with(name, ZEROS).await;
    }
    for (banks, named) in [
        ("", vec!["BANK_A", "BANK_B", "BANK_C"]),
        ("&banks=BANK_A", vec!["BANK_A"]),
        ("&banks=BANK_A,BANK_C", vec!["BANK_A", "BANK_C"]),
        ("&banks=NON_EXISTENT_BANK", vec![]),
    ] {
        let raw = program.get(&pdq("raw_lookup", ZEROS, banks)).await.of(200);
        assert_eq!(raw["matches"].as_array().unwrap().len(), named.len(), "{banks}");
        let found = program.get(&pdq("lookup", ZEROS, banks)).await.of(200);
        let keys: Vec<_> = found.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, named, "{banks}");
    }
}

#[tokio::test]
async fn a_file_is_looked_up_by_type_of_signal() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let photo = picture();
    let content = program.bank_with("SAMPLE", &hash_of(&photo)).await;
    let file = [("photo", Some("a.bmp"), photo.as_slice())];
    let found = json!({ "pdq": { "SAMPLE": [{ "bank_content_id": content, "distance": "0" }] } });
    assert_eq!(program.form("/m/lookup", &file).await.of(200), found);
    assert_eq!(program.form("/m/lookup?banks=OTHER", &file).await.of(200), json!({ "pdq": {} }));
    let video = program.form("/m/lookup?types=video_md5", &[("video", Some("a"), b"x")]).await;
    assert_eq!(video.of(200), json!({ "video_md5": {} }));
}

#[tokio::test]
async fn what_is_off_matches_nothing_but_is_there_for_who_asks_raw() {
    // matching.py: “enable/disable status is NOT checked” by raw_lookup; bypass_coinflip.
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let content = program.bank_with("SAMPLE", ZEROS).await;
    program.put("/c/bank/SAMPLE", json!({ "enabled": false })).await.of(200);
    assert_eq!(program.get(&pdq("lookup", ZEROS, "")).await.of(200), json!({}));
    assert_eq!(program.get(&pdq("lookup", ZEROS, "&seed=1")).await.of(200), json!({}));
    let found = json!({ "SAMPLE": [{ "bank_content_id": content, "distance": "0" }] });
    assert_eq!(program.get(&pdq("lookup", ZEROS, "&bypass_coinflip=true")).await.of(200), found);
    program.put("/c/bank/SAMPLE/content/1", json!({ "disable_until_ts": 0 })).await.of(200);
    assert_eq!(program.get(&pdq("lookup", ZEROS, "&bypass_coinflip=true")).await.of(200), json!({}));
    assert_eq!(program.get(&pdq("raw_lookup", ZEROS, "")).await.of(200), json!({ "matches": [content] }));
}

#[tokio::test]
async fn one_seed_has_one_answer() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    program.bank_with("SAMPLE", ZEROS).await;
    program.put("/c/bank/SAMPLE", json!({ "enabled_ratio": 0.5 })).await.of(200);
    let mut answers = Vec::new();
    for seed in 0..32 {
        let path = pdq("lookup", ZEROS, &format!("&seed={seed}"));
        let found = program.get(&path).await.of(200);
        assert_eq!(program.get(&path).await.of(200), found);
        answers.push(found.as_object().unwrap().is_empty());
    }
    assert!(answers.contains(&true) && answers.contains(&false), "{answers:?}");
}

#[tokio::test]
async fn a_look_up_that_is_not_understood_is_refused_as_hma_does() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let either = "Either url or both signal and signal_type are required";
    assert_eq!(program.get("/m/lookup").await.message(400), either);
    assert_eq!(program.get("/m/lookup?signal_type=pdq").await.message(400), either);
    let unknown = program.get("/m/lookup?signal_type=photodna&signal=x").await.message(400);
    assert_eq!(unknown, "No such SignalType 'photodna'");
    let wrong = program.get(&pdq("lookup", &ZEROS[1..], "")).await.message(400);
    assert_eq!(wrong, "invalid signal: invalid PDQ hash");
    let missing = json!([
        { "type": "missing", "loc": ["signal"], "msg": "Field required" },
        { "type": "missing", "loc": ["signal_type"], "msg": "Field required" },
    ]);
    assert_eq!(program.get("/m/raw_lookup").await.of(422), missing);
    assert!(program.get("/m/nothing").await.status.is_client_error());
    assert!(program.ask("DELETE", "/m/lookup", None, Vec::new()).await.message(405).contains("not allowed"));
}

#[tokio::test]
async fn two_signals_are_compared() {
    // matching.py, compare(): a tuple of whether they match and the distance.
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let compared = program.post("/m/compare", json!({ "pdq": [ZEROS, NINE], "video_md5": [MD5, MD5] })).await;
    assert_eq!(compared.of(200), json!({ "pdq": [true, { "distance": 9 }], "video_md5": [true, {}] }));
    let far = program.post("/m/compare", json!({ "pdq": [ZEROS, FAR] })).await;
    assert_eq!(far.of(200), json!({ "pdq": [false, { "distance": 40 }] }));
    for (body, message) in [
        (json!([]), "Request input was not a dict"),
        (json!({ "pdq": ZEROS }), "Comparison hashes for pdq was not a list"),
        (json!({ "pdq": [ZEROS] }), "Comparison hash list length must be exactly 2"),
        (json!({ "photodna": ["x", "y"] }), "No such SignalType 'photodna'"),
        (json!({ "pdq": ["x", ZEROS] }), "Invalid pdq hash: invalid PDQ hash"),
        (json!({ "pdq": [1, ZEROS] }), "Invalid pdq hash: expected a string"),
    ] {
        assert_eq!(program.post("/m/compare", body).await.message(400), message);
    }
    program.ask("POST", "/m/compare", None, b"{}".to_vec()).await.message(415);
    program.ask("POST", "/m/compare", Some("application/json"), b"{".to_vec()).await.message(400);
}

#[tokio::test]
async fn the_index_holds_what_the_banks_hold() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let nothing = json!({ "present": false, "built_to": -1, "size": 0 });
    let empty = json!({ "pdq": nothing, "video_md5": nothing, "video_sha256": nothing });
    assert_eq!(program.get("/m/index/status").await.of(200), empty);
    program.bank_with("SAMPLE", ZEROS).await;
    let now = bench.house.now().micros() / 1_000_000;
    let status = program.get("/m/index/status?signal_type=pdq").await.of(200);
    assert_eq!(status, json!({ "pdq": { "present": true, "built_to": now, "size": 1 } }));
    let index = program.get("/c/signal_type/index?signal_type=pdq").await.of(200);
    let pdq = json!({
        "db_size": 1, "index_size": 1, "index_out_of_date": false, "newest_db_item": now, "index_built_to": now,
    });
    assert_eq!(index, json!({ "pdq": pdq }));
    let unknown = program.get("/m/index/status?signal_type=x").await.message(400);
    assert_eq!(unknown, "No such signal type 'x'");
}

#[tokio::test]
async fn look_ups_are_counted() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    program.bank_with("SAMPLE", ZEROS).await;
    program.get(&pdq("lookup", ZEROS, "")).await.of(200);
    program.get(&pdq("lookup", FAR, "")).await.of(200);
    let metrics = program.get("/metrics").await;
    assert!(metrics.text.contains("\nsagip_look_ups_total 2\n"), "{}", metrics.text);
    assert!(metrics.text.contains("\nsagip_look_ups_matched_total 1\n"), "{}", metrics.text);
    let foreign = bench.token(bench.house.foreign, &["hotline_analyst"]).await;
    let metrics = foreign.get("/metrics").await;
    assert!(metrics.text.contains("\nsagip_look_ups_total 0\n"), "{}", metrics.text);
}
