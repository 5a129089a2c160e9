//! `/h/hash` and uploads (HMA `blueprints/hashing.py`, `tests/test_hashing.py`).

use std::sync::Arc;

use serde_json::json;

use crate::support::{Bench, Canned, bmp, hash_of, picture};

/// `d41d8cd98f00b204e9800998ecf8427e` is threatexchange's own example (`VideoMD5Signal.get_examples`).
const MD5_OF_NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";

#[tokio::test]
async fn a_photo_is_answered_with_its_pdq_and_a_video_with_its_digests() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let photo = picture();
    let reply = program.form("/h/hash", &[("photo", Some("a.bmp"), &photo)]).await;
    assert_eq!(reply.of(200), json!({ "pdq": hash_of(&photo) }));
    let reply = program.form("/h/hash", &[("video", Some("a.mp4"), b"")]).await;
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(reply.of(200), json!({ "video_md5": MD5_OF_NOTHING, "video_sha256": sha256 }));
    let reply = program.form("/h/hash?types=video_md5", &[("video", Some("a.mp4"), b"")]).await;
    assert_eq!(reply.of(200), json!({ "video_md5": MD5_OF_NOTHING }));
}

#[tokio::test]
async fn a_photo_that_says_too_little_has_an_empty_hash_which_matches_nothing_and_is_banked_nowhere() {
    // threatexchange PdqSignal.hash_from_bytes: "" below quality 50; validate_signal_str refuses it.
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let flat = bmp(128, |_, _| 127);
    let file = [("photo", Some("flat.bmp"), flat.as_slice())];
    assert_eq!(program.form("/h/hash", &file).await.of(200), json!({ "pdq": "" }));
    assert_eq!(program.form("/m/lookup", &file).await.message(400), "invalid signal: invalid PDQ hash");
    program.post("/c/banks", json!({ "name": "SYNTHETIC" })).await.of(201);
    let refused = program.form("/c/bank/SYNTHETIC/content", &file).await.message(400);
    assert_eq!(refused, "Invalid pdq signal: invalid PDQ hash");
}

#[tokio::test]
async fn what_is_not_one_file_of_a_known_type_is_refused_as_hma_does() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let photo = picture();
    let a = ("photo", Some("a.bmp"), photo.as_slice());
    let missing = "Missing multipart/form-data file upload";
    assert_eq!(program.ask("POST", "/h/hash", None, Vec::new()).await.message(400), missing);
    assert_eq!(program.form("/h/hash", &[("photo", None, b"no file")]).await.message(400), missing);
    assert_eq!(program.form("/h/hash", &[a, a]).await.message(400), "Only one file allowed per request");
    let text = program.form("/h/hash", &[("text", Some("a.txt"), b"synthetic")]).await;
    assert_eq!(text.message(400), "no such content_type: 'text'");
    let types = program.form("/h/hash?types=video_md5", &[a]).await;
    assert_eq!(types.message(400), "signal type 'video_md5' doesn't exist or is disabled");
    assert_eq!(program.form("/h/hash?types=,", &[a]).await.message(400), "empty signal type selection");
}

#[tokio::test]
async fn hostile_bodies_get_an_answer_in_words() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    // A picture of 65535 by 65535 pixels that is not there.
    let mut huge = picture();
    huge[18..22].copy_from_slice(&65_535_u32.to_le_bytes());
    huge[22..26].copy_from_slice(&65_535_u32.to_le_bytes());
    let cut = &picture()[..100];
    for file in [huge.as_slice(), cut, b"<svg/>", b"\xff\xd8\xff\xe0", b""] {
        let refused = program.form("/h/hash", &[("photo", Some("a"), file)]).await.message(400);
        assert!(refused.starts_with("the photo could not be hashed: "), "{refused}");
    }
    let form = Some("multipart/form-data; boundary=synthetic");
    let unended =
        b"--synthetic\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nx".to_vec();
    assert!(program.ask("POST", "/h/hash", form, unended).await.message(400).contains("form"));
    let no_boundary = Some("multipart/form-data");
    program.ask("POST", "/h/hash", no_boundary, b"x".to_vec()).await.message(400);
    let words = vec![b'x'; 70 * 1024];
    let photo = picture();
    let fields = [("note", None, words.as_slice()), ("photo", Some("a"), photo.as_slice())];
    assert_eq!(program.form("/h/hash", &fields).await.message(413), "Content too large");
}

#[tokio::test]
async fn a_picture_beyond_the_bound_is_refused_and_a_video_of_that_size_is_not() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let large = vec![0_u8; 64 * 1024 * 1024 + 1];
    let refused = program.form("/h/hash", &[("photo", Some("a"), &large)]).await;
    assert_eq!(refused.message(413), "Content too large");
    program.form("/h/hash", &[("video", Some("a"), &large)]).await.of(200);
    let json = format!("{{\"name\": \"{}\"}}", "A".repeat(600 * 1024));
    program.ask("POST", "/c/banks", Some("application/json"), json.into_bytes()).await.message(413);
}

#[tokio::test]
async fn addresses_are_fetched_only_where_that_is_switched_on() {
    let bench = Bench::new().await;
    let program = bench.curator().await;
    let at = "https://example.com/a";
    for path in [format!("/h/hash?url={at}"), format!("/m/lookup?url={at}")] {
        let refused = program.get(&path).await.message(403);
        assert!(refused.contains("matching_urls = true"), "{refused}");
    }
    // Pydantic's list of what is missing, as flask-openapi3 answers it.
    let missing = json!([{ "type": "missing", "loc": ["url"], "msg": "Field required" }]);
    assert_eq!(program.get("/h/hash").await.of(422), missing);
}

#[tokio::test]
async fn what_is_at_an_address_is_hashed_by_what_it_says_it_is() {
    let photo = picture();
    let hash = hash_of(&photo);
    let fetching = |content_type, bytes: &[u8]| Arc::new(Canned(content_type, bytes.to_vec()));
    let house = Bench::new().await;
    let bench = Bench { web: house.web.clone().with_fetcher(fetching("image/bmp", &photo)), ..house };
    let program = bench.curator().await;
    assert_eq!(program.get("/h/hash?url=https://example.com/a").await.of(200), json!({ "pdq": hash }));
    let as_video = program.get("/h/hash?url=https://example.com/a&content_type=video&types=video_md5").await;
    assert_eq!(as_video.of(200)["video_md5"].as_str().unwrap().len(), 32);
    let inside = program.get("/h/hash?url=http://inside.example.com/").await.message(400);
    assert!(inside.starts_with("Invalid or unsafe URL provided"), "{inside}");

    let bench = Bench { web: bench.web.clone().with_fetcher(fetching("text/html", b"synthetic")), ..bench };
    let program = bench.curator().await;
    let refused = program.get("/h/hash?url=https://example.com/a").await.message(400);
    assert!(refused.starts_with("unsupported url ContentType: 'text/html', if you know"), "{refused}");

    let large = vec![0_u8; 64 * 1024 * 1024 + 1];
    let bench = Bench { web: bench.web.clone().with_fetcher(fetching("image/png", &large)), ..bench };
    let refused = bench.curator().await.get("/h/hash?url=https://example.com/a").await;
    assert_eq!(refused.message(413), "Content too large");
}

#[tokio::test]
async fn the_picture_of_hmas_own_tests_has_the_hash_of_hmas_own_tests() {
    // tests/test_api_banks.py, test_banks_add_content; the picture is pdq/data/bridge-mods/aaa-orig.jpg,
    // which is bridge-1-original.jpg.
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance");
    let folder = std::env::var("SAGIP_CONFORMANCE").unwrap_or_else(|_| default.to_owned());
    let path = std::path::Path::new(&folder).join("pdq/images/bridge-1-original.jpg");
    let Ok(photo) = std::fs::read(&path) else {
        assert!(std::env::var_os("CI").is_none(), "no conformance data at {}", path.display());
        println!("SKIPPED (no conformance data): {}", path.display());
        return;
    };
    let bench = Bench::new().await;
    let program = bench.curator().await;
    program.post("/c/banks", json!({ "name": "NEW_BANK" })).await.of(201);
    let added = program.form("/c/bank/NEW_BANK/content", &[("photo", Some("aaa-orig.jpg"), &photo)]).await;
    let hash = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
    assert_eq!(added.of(200), json!({ "id": 1, "signals": { "pdq": hash } }));
}
