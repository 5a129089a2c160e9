//! The way of a signal through the API: a file, a report, a case, a filing.

use model::Span;
use serde_json::{Value, json};
use test_support::engines;

use crate::support::{Api, tip};

#[tokio::test]
async fn a_report_goes_from_file_to_filing() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let ask = api.with(&token);
        let taken = api.take_in(&token, "Synthetic", tip("synthetic_one").as_bytes()).await;
        assert_eq!(taken["state"], "received");
        let import = ask.get(&format!("/imports/{}", taken["id"].as_str().unwrap())).await.of(200);
        assert_eq!(
            (import["state"].as_str(), import["accepted"].as_i64()),
            (Some("done"), Some(1)),
            "{import}"
        );
        assert_eq!(import["name"], "unnamed");

        let queue = ask.get("/queue?state=open&limit=10").await.of(200);
        assert_eq!((queue["total"].as_i64(), &queue["next"]), (Some(1), &Value::Null));
        let report = queue["items"][0]["id"].as_str().unwrap();
        let opened = ask.get(&format!("/reports/{report}")).await.of(200);
        assert_eq!(opened["content"]["provenance"]["sha256"], taken["sha256"]);
        let text = opened.to_string();
        assert!(
            !text.contains("synthetic_one") && !text.contains("Synthetic Child"),
            "nothing personal: {text}"
        );
        let path = format!("/reports/{report}/reveal");
        let told = ask.post(&path, json!({ "what": "narrative", "reason": "Ranking it." })).await.of(200);
        assert!(told.to_string().contains("Synthetic words of a platform"), "{told}");
        assert_eq!(
            ask.post(&path, json!({ "what": "person", "person": 99, "reason": "x" })).await.status,
            404
        );

        let path = format!("/reports/{report}/decisions");
        ask.post(&path, json!({ "decision": "triage" })).await.of(201);
        api.house.clock.advance(Span::seconds(1));
        let decided = ask.post(&path, json!({ "decision": "open_case", "title": "Synthetic case" })).await;
        assert_eq!(decided.headers["location"], format!("/api/v1/reports/{report}"));
        let decided = decided.of(201);
        let undo = format!("{path}/{}/undo", decided["decision"].as_str().unwrap());
        assert_eq!(ask.act(&undo).await.of(200)["state"], "triaged");
        let case =
            ask.post(&path, json!({ "decision": "open_case", "title": "Synthetic case" })).await.of(201);
        let case = case["case"].as_str().unwrap().to_owned();

        work(&api, &token, &case).await;
        file(&api, &token, &case).await;
    }
}

async fn work(api: &Api, token: &str, case: &str) {
    let ask = api.with(token);
    let note = json!({ "text": "Synthetic note.", "kind": "contact" });
    ask.post(&format!("/cases/{case}/notes"), note).await.of(201);
    let task = json!({ "title": "Synthetic task", "due": "2026-12-01T09:00:00+08:00" });
    let task = ask.post(&format!("/cases/{case}/tasks"), task).await.of(201);
    let path = format!("/tasks/{}", task["id"].as_str().unwrap());
    ask.act(&format!("{path}/done")).await.of(204);
    assert_eq!(ask.act(&format!("{path}/done")).await.problem(409), "task_done");
    ask.act(&format!("{path}/reopened")).await.of(204);
    let change = json!({ "title": "Synthetic case of March", "lead": null }).to_string();
    let path = format!("/cases/{case}");
    ask.send("PATCH", &path, "application/json", change.into_bytes()).await.of(204);
    let track = json!({ "track": "investigation", "state": "under_way" });
    ask.post(&format!("/cases/{case}/tracks"), track.clone()).await.of(204);
    assert_eq!(ask.post(&format!("/cases/{case}/tracks"), track).await.problem(409), "not_a_step");

    let people = format!("/cases/{case}/people");
    let accused = json!({ "role": { "role": "facilitator" }, "names": ["Synthetic Adult"] });
    let refused = ask.post(&people, accused).await;
    assert_eq!(refused.problem(409), "needs_safeguarding");
    assert_eq!(refused.json()["field"], "acknowledgement");
    let witness =
        json!({ "role": { "role": "witness" }, "names": ["Synthetic Neighbour"], "birth": "1980-05" });
    let added = ask.post(&people, witness).await.of(201);
    let person = format!("/people/{}/reveal", added["id"].as_str().unwrap());
    let revealed = ask.post(&person, json!({ "reason": "Synthetic reason" })).await.of(200);
    assert_eq!(
        (&revealed["names"][0], &revealed["birth"]),
        (&json!("Synthetic Neighbour"), &json!("1980-05"))
    );

    let opened = ask.get(&path).await.of(200);
    assert_eq!((&opened["title"], &opened["lead"]), (&json!("Synthetic case of March"), &Value::Null));
    assert_eq!(opened["notes"][0]["text"], "Synthetic note.");
    assert!(!opened.to_string().contains("Synthetic Neighbour"));
    let child = opened["people"].as_array().unwrap().iter().find(|person| person["child"] == true).unwrap();
    let path = format!("/people/{}/reveal", child["id"].as_str().unwrap());
    assert_eq!(ask.post(&path, json!({ "reason": "Synthetic" })).await.problem(403), "forbidden");
}

async fn file(api: &Api, token: &str, case: &str) {
    let ask = api.with(token);
    let without = ask.post(&format!("/cases/{case}/filings"), json!({})).await;
    assert_eq!(without.problem(409), "contact_email_missing");
    api.set_contact().await;
    let drafted = ask.post(&format!("/cases/{case}/filings"), json!({})).await;
    assert_eq!(drafted.status, 201, "{}", String::from_utf8_lossy(&drafted.body));
    let filing = drafted.headers["location"].to_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(drafted.of(201)["state"], "drafted");
    let steps = format!("{filing}/steps");
    assert_eq!(ask.post(&steps, json!({ "step": "review" })).await.problem(409), "same_person");
    let second = api.token(&["supervisor"]).await;
    let reviewed = api.with(&second).post(&steps, json!({ "step": "review" })).await.of(200);
    assert_eq!(reviewed["state"], "reviewed");
    let sent = json!({ "step": "send", "to": "Synthetic receiver", "how": "by hand" });
    assert_eq!(ask.post(&steps, sent).await.problem(403), "forbidden");
    let document = ask.get(&format!("{filing}/document")).await;
    assert_eq!(
        (document.status.as_u16(), &document.headers["content-type"]),
        (200, &"application/xml".parse().unwrap())
    );
    assert!(document.body.starts_with(b"<?xml"));
    assert_eq!(ask.get("/filings").await.of(200)["total"], 1);
    let list = ask.get("/journal?limit=200").await.of(200);
    assert!(list["items"].as_array().unwrap().iter().any(|entry| entry["action"] == "draft_filing"));
    assert_eq!(ask.act("/journal/verify").await.of(200)["holds"], true);
}

#[tokio::test]
async fn a_list_is_read_to_its_end_without_repeats() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        for n in 0..5 {
            api.take_in(&token, "Synthetic", tip(&format!("synthetic_{n}")).as_bytes()).await;
        }
        for path in ["/queue", "/imports"] {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = api.with(&token).get(&format!("{path}?limit=2{after}")).await.of(200);
                assert_eq!(page["total"], 5, "{path}");
                let items = page["items"].as_array().unwrap();
                seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
                match page["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => break,
                }
            }
            let read = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!((read, seen.len()), (5, 5), "{engine:?} {path}");
        }
    }
}

#[tokio::test]
async fn an_alert_is_reviewed_and_what_was_refused_of_a_file_is_told() {
    for engine in engines() {
        let api = Api::new(&engine).await;
        let token = api.token(&["supervisor"]).await;
        let ask = api.with(&token);
        let details = "<fileDetails><reportId>900000001</reportId><fileId>0123456789abcdef0123456789abcdef</fileId>\
            <originalFileHash hashType=\"MD5\">00112233445566778899aabbccddeeff</originalFileHash></fileDetails>";
        api.take_in(&token, "Synthetic", details.as_bytes()).await;
        let list = "algorithm,hash,classification,taxonomy\nmd5,00112233445566778899AABBCCDDEEFF,A1,industry\nmd5,nonsense,A1,industry\n";
        let taken = api.take_in(&token, "Synthetic-list", list.as_bytes()).await;
        let import = taken["id"].as_str().unwrap();
        let rejects = ask.get(&format!("/imports/{import}/rejects")).await.of(200);
        assert_eq!((rejects["total"].as_i64(), rejects["items"][0]["line"].as_i64()), (Some(1), Some(3)));
        let rules = app_intake::Rules::shipped().unwrap();
        app_intake::match_what_was_seen(&api.house.system(), &api.house, &rules, None).await.unwrap();

        let lists = ask.get("/banks").await.of(200);
        assert_eq!(lists["items"][0]["entries"], 1);
        let alerts = ask.get("/alerts?state=new").await.of(200);
        let alert = format!("/alerts/{}", alerts["items"][0]["id"].as_str().unwrap());
        assert_eq!(ask.get(&alert).await.of(200)["kind"], "hash");
        let review = format!("{alert}/review");
        let other = ask.post(&review, json!({ "review": "dismiss", "reason": "other" })).await;
        assert_eq!(other.problem(409), "note_missing");
        let dismissed =
            ask.post(&review, json!({ "review": "dismiss", "reason": "wrong_data" })).await.of(200);
        assert_eq!(dismissed["state"], "dismissed");
        assert_eq!(ask.post(&review, json!({ "review": "reopen" })).await.of(200)["state"], "reviewed");
        let party = ask.post(&format!("{alert}/reveal"), json!({ "reason": "Synthetic" })).await;
        assert_eq!(party.problem(409), "no_party");

        let hits = ask.post("/search", json!({ "text": "00112233445566778899aabbccddeeff" })).await.of(200);
        let kinds: Vec<_> = hits["items"].as_array().unwrap().iter().map(|hit| hit["kind"].clone()).collect();
        assert_eq!(kinds, [json!("report"), json!("bank")]);
        let typologies = ask.get("/typologies").await.of(200);
        assert!(!typologies["items"].as_array().unwrap().is_empty());
        assert_eq!(ask.get("/jobs").await.of(200)["items"][0]["state"], "waiting");
    }
}
