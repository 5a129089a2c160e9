//! Events over HTTP, and the alerts that open pages are told of.

use std::sync::Arc;

use app_intake::Rules;
use app_screening::live::{Desk, Live, News, Word};
use axum::{
    body::{Body, BodyDataStream},
    http::{Request, StatusCode, header},
};
use futures_util::StreamExt;
use test_support::{TestEngine, TestHouse};
use tower::ServiceExt;
use web::{Web, WebParts};

use crate::support::{Api, Reply};

const PATH: &str = "/events?source=Synthetic%20Remitter&lawful_basis=synthetic";
const LINES: &str = "application/x-ndjson";

fn line(n: usize) -> String {
    format!(
        "{{\"reference\":\"SYN-{n}\",\"at\":\"2025-12-{:02}T00:00:00Z\",\"amount\":\"10.00\",\"currency\":\"PHP\",\
         \"sender_account\":\"SYN-A-{}\",\"sender_country\":\"AU\",\"receiver_account\":\"SYN-B\",\
         \"receiver_kind\":\"individual\",\"receiver_country\":\"PH\"}}\n",
        1 + n % 25,
        n % 4,
    )
}

async fn send(api: &Api, token: &str, body: impl Into<Vec<u8>>) -> Reply {
    api.with(token).send("POST", PATH, LINES, body.into()).await
}

/// A house behind its router that takes so many requests with events at once.
async fn taking(requests: usize) -> (Api, Arc<Live>) {
    let house = TestHouse::new(&TestEngine::Sqlite).await;
    let web = Web::new(WebParts {
        house: house.shared(),
        rules: Arc::new(Rules::shipped().unwrap()),
        typologies: Arc::new(app_screening::load(&[]).files),
        secure_cookies: false,
    })
    .taking_at_once(requests);
    let live = web.live();
    (Api { house, router: web::router(web) }, live)
}

#[tokio::test]
async fn a_batch_goes_in_once_and_says_which_lines_it_refused() {
    let api = Api::new(&TestEngine::Sqlite).await;
    let token = api.token(&["payment_analyst"]).await;
    let body = format!("{}{{\"at\":1}}\n{}", line(1), line(2));
    let taken = send(&api, &token, body.clone()).await.of(200);
    assert_eq!((taken["accepted"].as_u64(), taken["rejected"].as_u64()), (Some(2), Some(1)), "{taken}");
    assert_eq!((taken["first"].as_i64(), taken["last"].as_i64()), (Some(1), Some(2)));
    assert_eq!(
        (taken["refused"][0]["line"].as_u64(), taken["refused"][0]["field"].as_str()),
        (Some(2), Some("at"))
    );
    let again = send(&api, &token, body).await.of(200);
    assert_eq!((again["accepted"].as_u64(), again["known"].as_u64()), (Some(0), Some(2)), "{again}");
    assert_eq!(again["import"], taken["import"]);
    assert!(again["first"].is_null());
    let import =
        api.with(&token).get(&format!("/imports/{}", taken["import"].as_str().unwrap())).await.of(200);
    assert_eq!(
        (import["kind"].as_str(), import["accepted"].as_u64()),
        (Some("payments"), Some(2)),
        "{import}"
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_reason() {
    let api = Api::new(&TestEngine::Sqlite).await;
    let token = api.token(&["payment_analyst"]).await;
    let large = vec![b' '; 8 * 1024 * 1024 + 1];
    assert_eq!(send(&api, &token, large).await.problem(413), "too_large");
    assert_eq!(send(&api, &token, "\n").await.problem(409), "events_missing");
    let as_json = api.with(&token).send("POST", PATH, "application/json", line(1).into_bytes()).await;
    assert_eq!(as_json.problem(415), "media_type");
    let nobody = api.with(&token).send("POST", "/events?source=x", LINES, line(1).into_bytes()).await;
    assert_eq!(nobody.problem(400), "query_unfit");
    let investigator = api.token(&["investigator"]).await;
    assert_eq!(send(&api, &investigator, line(1)).await.problem(403), "forbidden");
}

#[tokio::test]
async fn more_requests_than_are_taken_at_once_are_told_to_wait() {
    let (api, _) = taking(0).await;
    let token = api.token(&["payment_analyst"]).await;
    let busy = send(&api, &token, line(1)).await;
    assert_eq!(busy.problem(503), "busy");
    assert_eq!(busy.headers[header::RETRY_AFTER], "1");
}

/// Listens as the browser of a session does.
async fn listen(api: &Api, session: &str) -> Result<BodyDataStream, StatusCode> {
    let request = Request::get("/alerts/stream")
        .header(header::COOKIE, format!("sagip={session}"))
        .header(header::ACCEPT, "text/event-stream")
        .body(Body::empty())
        .unwrap();
    let answer = api.router.clone().oneshot(request).await.unwrap();
    if answer.status() != StatusCode::OK {
        return Err(answer.status());
    }
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    Ok(answer.into_body().into_data_stream())
}

async fn heard(stream: &mut BodyDataStream) -> Option<String> {
    let bytes = stream.next().await?.unwrap();
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn an_open_page_is_told_of_its_own_alerts_and_of_nothing_personal() {
    let (api, live) = taking(8).await;
    let token = api.token(&["payment_analyst"]).await;
    let (session, _) = api.session(&["payment_analyst"]).await;
    let mut stream = listen(&api, &session).await.unwrap();
    assert_eq!(heard(&mut stream).await.unwrap(), ": listening\n\n");

    let lines: String = (0..25).map(line).collect();
    assert_eq!(send(&api, &token, lines).await.of(200)["accepted"], 25);
    // The arrival was told, and whoever follows the ledger raises the alert.
    live.arrival().await;
    let typologies = app_screening::in_force(&app_screening::load(&[]).files);
    let mut desk = Desk::new(api.house.organisation, &typologies);
    let op = api.house.system().system("screening", "screening");
    let news = desk.follow(&op, &api.house, false).await.unwrap().news;
    assert!(!news.is_empty());
    live.tell(Word::Alert(News { organisation: api.house.foreign, ..news[0] }));
    live.tell(Word::Alert(news[0]));
    let told = heard(&mut stream).await.unwrap();
    let data: serde_json::Value =
        serde_json::from_str(told.lines().find_map(|line| line.strip_prefix("data: ")).unwrap()).unwrap();
    assert!(told.contains("event: alert"), "{told}");
    assert_eq!(
        (data["id"].as_str(), data["raised"].as_bool()),
        (Some(news[0].alert.to_string().as_str()), Some(true))
    );
    assert_eq!(
        data.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["band", "id", "number", "raised", "score"]
    );
    let page = api.with(&token).get(&format!("/alerts/{}", news[0].alert)).await.of(200);
    assert_eq!(
        (&page["number"], &page["band"], &page["score"]),
        (&data["number"], &data["band"], &data["score"])
    );
}

#[tokio::test]
async fn the_stream_ends_with_the_session_and_with_the_house() {
    let (api, live) = taking(8).await;
    let (session, _) = api.session(&["payment_analyst"]).await;
    let (other, _) = api.session(&["payment_analyst"]).await;
    let mut first = listen(&api, &session).await.unwrap();
    let mut second = listen(&api, &other).await.unwrap();
    heard(&mut first).await.unwrap();
    heard(&mut second).await.unwrap();
    live.tell(Word::StillHere);
    assert_eq!(heard(&mut first).await.unwrap(), ": still here\n\n");
    assert_eq!(heard(&mut second).await.unwrap(), ": still here\n\n");
    app_admin::session::sign_out(&api.house, api.house.id(), &session).await.unwrap();
    live.tell(Word::StillHere);
    assert_eq!(heard(&mut first).await, None);
    assert_eq!(heard(&mut second).await.unwrap(), ": still here\n\n");
    live.close();
    assert_eq!(heard(&mut second).await, None);
    assert_eq!(listen(&api, &other).await.err(), Some(StatusCode::SERVICE_UNAVAILABLE));
    let (not_theirs, _) = api.session(&["prosecutor"]).await;
    assert_eq!(listen(&api, &not_theirs).await.err(), Some(StatusCode::FORBIDDEN));
}
