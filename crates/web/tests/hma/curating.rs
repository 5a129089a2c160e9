//! `/c` (HMA `blueprints/curation.py`, `tests/test_api.py`, `tests/test_api_banks.py`).

use app_intake::{BankKind, ExchangeAccess, ExchangeKind, add_exchange, bank_named};
use serde_json::json;

use crate::support::{Bench, picture};

const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

#[tokio::test]
async fn a_bank_is_made_changed_and_removed() {
    // test_banks_create, test_banks_update, test_banks_delete.
    let bench = Bench::new().await;
    let program = bench.curator().await;
    assert_eq!(program.get("/c/banks").await.of(200), json!([]));
    for name in ["01_TEST_BANK", "my_test_bank"] {
        program.post("/c/banks", json!({ "name": name })).await.message(400);
    }
    let made = program.post("/c/banks", json!({ "name": "MY_TEST_BANK" })).await.of(201);
    assert_eq!(made, json!({ "matching_enabled_ratio": 1.0, "name": "MY_TEST_BANK" }));
    assert_eq!(program.get("/c/banks").await.of(200), json!([made]));
    assert_eq!(program.get("/c/bank/MY_TEST_BANK").await.of(200), made);
    let again = program.post("/c/banks", json!({ "name": "MY_TEST_BANK" })).await;
    assert_eq!(again.message(403), "Bank already exists");

    program.put("/c/bank/MY_TEST_BANK", json!({ "name": "1_invalid_name" })).await.message(400);
    let renamed =
        program.put("/c/bank/MY_TEST_BANK", json!({ "name": "MY_TEST_BANK_RENAMED" })).await.of(200);
    assert_eq!(renamed["name"], "MY_TEST_BANK_RENAMED");
    let off = program.put("/c/bank/MY_TEST_BANK_RENAMED", json!({ "enabled": false })).await.of(200);
    assert_eq!(off["matching_enabled_ratio"], json!(0.0));
    program.put("/c/bank/MY_TEST_BANK_RENAMED", json!({ "enabled_ratio": 0.5 })).await.of(200);
    let all = json!([{ "name": "MY_TEST_BANK_RENAMED", "matching_enabled_ratio": 0.5 }]);
    assert_eq!(program.get("/c/banks").await.of(200), all);
    program.post("/c/banks", json!({ "name": "OTHER", "enabled_ratio": 0.25 })).await.of(201);
    let taken = program.put("/c/bank/OTHER", json!({ "name": "MY_TEST_BANK_RENAMED" })).await;
    assert_eq!(taken.message(403), "Bank name already exists");
    program.put("/c/bank/OTHER", json!({ "enabled_ratio": 1.5 })).await.message(400);

    for _ in 0..2 {
        assert_eq!(program.delete("/c/bank/OTHER").await.of(200), json!({ "message": "Done" }));
    }
    assert_eq!(program.get("/c/bank/OTHER").await.message(404), "bank 'OTHER' not found");
    let unfit = program.post("/c/banks", json!({})).await.of(422);
    assert_eq!(unfit, json!([{ "type": "missing", "loc": ["name"], "msg": "Field required" }]));
}

#[tokio::test]
async fn a_bank_that_people_named_is_found_by_its_name() {
    let bench = Bench::new().await;
    let op = bench.house.op(&["hotline_analyst"]).await;
    let mut tx = bench.house.begin(&op).await.unwrap();
    let rules = app_intake::Rules::shipped().unwrap();
    let settings = app_intake::BankSettings::named("Synthetic liste №1/ä");
    app_intake::make_bank(&op, &mut tx, &rules, settings).await.unwrap();
    tx.commit().await.unwrap();
    let program = bench.curator().await;
    let path = "/c/bank/Synthetic%20liste%20%E2%84%961%2F%C3%A4";
    assert_eq!(program.get(path).await.of(200)["name"], "Synthetic liste №1/ä");
    let kept = program.put(path, json!({ "name": "Synthetic liste №1/ä", "enabled": true })).await.of(200);
    assert_eq!(kept["matching_enabled_ratio"], json!(1.0));
    program.post(&format!("{path}/signal"), json!({ "pdq": ZEROS })).await.of(200);
}

#[tokio::test]
async fn a_content_is_added_seen_switched_off_and_taken_out() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let id = program.bank_with("TEST_BANK", ZEROS).await;
    let path = format!("/c/bank/TEST_BANK/content/{id}");
    let bank = json!({ "name": "TEST_BANK", "matching_enabled_ratio": 1.0 });
    let plain = json!({ "id": id, "disable_until_ts": 1, "original_media_uri": null, "bank": bank });
    assert_eq!(program.get(&path).await.of(200), plain);
    let with = program.get(&format!("{path}?include_signals=true")).await.of(200);
    assert_eq!(with["signals"], json!({ "pdq": ZEROS }));

    // test_bank_update_content, test_bank_update_content_400.
    let in_a_year = bench.house.now().micros() / 1_000_000 + 365 * 86_400;
    let off = program.put(&path, json!({ "disable_until_ts": in_a_year, "note": "synthetic" })).await.of(200);
    let whole = json!({
        "id": id, "disable_until_ts": in_a_year, "original_media_uri": null, "bank": bank, "collab_metadata": {},
        "note": "synthetic", "user_metadata": null,
    });
    assert_eq!(off, whole);
    let seen = program.get(&path).await.of(200);
    assert_eq!((&seen["disable_until_ts"], &seen["note"]), (&json!(in_a_year), &json!("synthetic")));
    let far = program.put(&path, json!({ "disable_until_ts": 9_999_999_999_i64 })).await;
    assert_eq!(far.message(400), "disable_until_ts must be less than 5 years in the future");
    for (value, shown) in [(json!(0), 0), (json!(1), 1)] {
        let put = program.put(&path, json!({ "disable_until_ts": value })).await.of(200);
        assert_eq!(put["disable_until_ts"], shown);
    }

    // test_bank_get_content_404, test_banks_delete_content.
    assert_eq!(program.get("/c/bank/TEST_BANK/content/7").await.message(404), "content '7' not found");
    program.get("/c/bank/TEST_BANK/content/seven").await.message(404);
    program.get("/c/bank/NO_BANK/content/1").await.message(404);
    assert_eq!(program.delete(&path).await.of(200), json!({ "deleted": 1 }));
    assert_eq!(program.delete(&path).await.of(200), json!({ "deleted": 0 }));
    let raw = program.get(&format!("/m/raw_lookup?signal_type=pdq&signal={ZEROS}")).await.of(200);
    assert_eq!(raw, json!({ "matches": [] }));
}

#[tokio::test]
async fn a_file_is_added_with_what_the_program_says_of_it() {
    // test_banks_add_metadata; _validate_bank_add_metadata, _validate_bank_add_note.
    let bench = Bench::new().await;
    let program = bench.curator().await;
    program.post("/c/banks", json!({ "name": "NEW_BANK" })).await.of(201);
    let photo = picture();
    let file = ("photo", Some("a.bmp"), photo.as_slice());
    let path = "/c/bank/NEW_BANK/content";
    let refused = program.form(path, &[file, ("metadata", None, br#"{"invalid_metadata": 5}"#)]).await;
    assert!(refused.message(400).starts_with("Invalid metadata"), "{}", refused.text);
    let metadata = br#"{"content_id": "1197433091", "json": {"asdf": {}}}"#;
    let added = program.form(path, &[file, ("metadata", None, metadata), ("note", None, b"synthetic")]).await;
    let id = added.of(200)["id"].as_i64().unwrap();
    let seen = program.get(&format!("{path}/{id}")).await.of(200);
    assert_eq!(seen["note"], "synthetic");
    let whole =
        json!({ "content_id": "1197433091", "content_uri": null, "json": { "asdf": {} }, "collab": null });
    assert_eq!(seen["metadata"], whole);
    let without = program.get(&format!("{path}/{id}?include_metadata=false")).await.of(200);
    assert!(without.get("metadata").is_none());
    // The same file again is the same content.
    assert_eq!(program.form(path, &[file]).await.of(200)["id"], id);
    let neither = program.ask("POST", path, None, Vec::new()).await.message(400);
    assert_eq!(neither, "Neither `url` nor multipart file upload was received");
}

#[tokio::test]
async fn signals_that_are_none_are_refused() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    program.post("/c/banks", json!({ "name": "NEW_BANK" })).await.of(201);
    let path = "/c/bank/NEW_BANK/signal";
    for (body, message) in [
        (json!({}), "No signals given"),
        (json!({ "photodna": "x" }), "No such signal type photodna"),
        (json!({ "pdq": "x" }), "Invalid pdq signal: invalid PDQ hash"),
        (json!({ "pdq": 5 }), "Invalid pdq signal: expected a string"),
        (json!({ "pdq": ZEROS, "note": 5 }), "note should be a string"),
    ] {
        assert_eq!(program.post(path, body).await.message(400), message);
    }
    let no_bank = program.post("/c/bank/NO_BANK/signal", json!({ "pdq": ZEROS })).await;
    assert_eq!(no_bank.message(404), "bank 'NO_BANK' not found");
}

#[tokio::test]
async fn types_are_listed_and_always_on() {
    // curation.py, get_all_signal_types, get_all_content_types.
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let signals = json!([
        { "name": "pdq", "enabled_ratio": 1.0 },
        { "name": "video_md5", "enabled_ratio": 1.0 },
        { "name": "video_sha256", "enabled_ratio": 1.0 },
    ]);
    let contents = json!([{ "name": "photo", "enabled": true }, { "name": "video", "enabled": true }]);
    for (path, expected) in [
        ("/c/signal_type", &signals),
        ("/c/signal_types", &signals),
        ("/c/content_type", &contents),
        ("/c/content_types", &contents),
    ] {
        assert_eq!(&program.get(path).await.of(200), expected, "{path}");
    }
    program.put("/c/signal_type/pdq", json!({ "enabled_ratio": 0.5 })).await.message(501);
}

#[tokio::test]
async fn exchanges_are_seen_and_switched_and_not_entered() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    assert_eq!(program.get("/c/exchanges").await.of(200), json!([]));
    assert_eq!(program.get("/c/exchanges/apis").await.of(200), json!(["ncmec", "stopncii", "local_file"]));
    program.post("/c/exchanges", json!({ "bank": "X", "api": "ncmec" })).await.message(501);

    program.post("/c/banks", json!({ "name": "FED" })).await.of(201);
    let op = bench.house.op(&["hotline_analyst"]).await;
    let mut tx = bench.house.begin(&op).await.unwrap();
    let bank = bank_named(&op, &mut tx, "FED").await.unwrap().unwrap();
    let view = app_intake::bank(&op, &mut tx, bank).await.unwrap();
    assert_eq!(view.settings.kind, BankKind::Known);
    let access = ExchangeAccess { place: "/synthetic/folder".to_owned(), ..ExchangeAccess::default() };
    add_exchange(&op, &mut tx, "LISTS", ExchangeKind::Files, bank, &access).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(program.get("/c/exchanges").await.of(200), json!(["LISTS"]));
    let shown = program.get("/c/exchange/LISTS").await;
    assert_eq!(shown.of(200), json!({ "name": "LISTS", "api": "local_file", "enabled": true }));
    let never = json!({
        "checkpoint_ts": null, "running_fetch_start_ts": null, "last_fetch_complete_ts": null,
        "last_fetch_succeeded": null, "up_to_date": false, "fetched_items": 0,
    });
    assert_eq!(program.get("/c/exchange/LISTS/status").await.of(200), never);
    let off = program.put("/c/exchange/LISTS", json!({ "enabled": false })).await.of(200);
    assert_eq!(off["enabled"], false);
    assert_eq!(program.get("/c/exchange/LISTS").await.of(200)["enabled"], false);
    assert_eq!(program.delete("/c/exchange/LISTS").await.of(200), json!({ "message": "Exchange deleted" }));
    for path in ["/c/exchange/LISTS", "/c/exchange/LISTS/status"] {
        assert_eq!(program.get(path).await.message(404), "Exchange 'LISTS' not found");
    }
    assert_eq!(program.delete("/c/exchange/LISTS").await.message(404), "Exchange 'LISTS' not found");
}
