//! A house behind its router, and whoever asks it.

use std::sync::Arc;

use app_admin::{
    setup::Contact,
    sign_in::{SignIn, sign_in},
    tokens,
};
use app_intake::Rules;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::Value;
use test_support::{PASSWORD, TestEngine, TestHouse};
use tower::ServiceExt;
use web::{Web, WebParts};

/// A house behind its router.
pub(crate) struct Api {
    pub(crate) house: TestHouse,
    pub(crate) router: Router,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; null where there is none.
    pub(crate) fn json(&self) -> Value {
        if self.body.is_empty() { Value::Null } else { serde_json::from_slice(&self.body).expect("JSON") }
    }

    /// The body, which must come with this status.
    pub(crate) fn of(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// The code of the problem, which must come with this status and be whole.
    pub(crate) fn problem(&self, status: u16) -> String {
        let problem = self.of(status);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(problem["status"], status);
        for field in ["title", "detail", "next"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        assert_eq!(problem["request_id"], self.headers["x-request-id"].to_str().unwrap());
        problem["type"].as_str().unwrap().strip_prefix("urn:sagip:problem:").unwrap().to_owned()
    }
}

impl Api {
    /// A national house, which has every room.
    pub(crate) async fn new(engine: &TestEngine) -> Self {
        Self::of(TestHouse::new(engine).await)
    }

    /// A house behind its router.
    pub(crate) fn of(house: TestHouse) -> Self {
        let web = Web::new(WebParts {
            house: house.shared(),
            rules: Arc::new(Rules::shipped().unwrap()),
            typologies: Arc::new(app_screening::load(&[]).files),
            secure_cookies: false,
        });
        Self { house, router: web::router(web) }
    }

    /// The token of a program that acts for somebody with these roles.
    pub(crate) async fn token(&self, roles: &[&str]) -> String {
        let user = self.house.op(roles).await.actor.user;
        self.token_of(user).await
    }

    /// The token of a program that acts for a user of the main organisation.
    pub(crate) async fn token_of(&self, user: model::Id<model::kinds::User>) -> String {
        let op = self.house.op(&["administrator"]).await;
        let mut tx = self.house.begin(&op).await.unwrap();
        let (_, token) = tokens::create(&op, &mut tx, user, "synthetic program", 30).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    /// The session of somebody with these roles, and its token for changes.
    pub(crate) async fn session(&self, roles: &[&str]) -> (String, String) {
        let user = self.house.add_user(self.house.organisation, roles).await;
        let op = self.house.op(&["administrator"]).await;
        let mut tx = self.house.begin(&op).await.unwrap();
        app_admin::setup::set_second_step_optional(&op, &mut tx, true).await.unwrap();
        tx.commit().await.unwrap();
        let with = SignIn { name: user.name, password: PASSWORD.to_owned(), request: self.house.id() };
        let signed = sign_in(&self.house, with).await.unwrap();
        (signed.token, signed.csrf)
    }

    /// Says how the main organisation is reached, which a filing needs.
    pub(crate) async fn set_contact(&self) {
        let op = self.house.op(&["administrator"]).await;
        let mut tx = self.house.begin(&op).await.unwrap();
        let contact = Contact {
            email: "desk@sagip.example.com".to_owned(),
            name: "Synthetic Desk".to_owned(),
            phone: String::new(),
        };
        app_admin::setup::change_contact(&op, &mut tx, &contact).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Asks as a program with a token.
    pub(crate) fn with<'a>(&'a self, token: &'a str) -> Ask<'a> {
        Ask { api: self, headers: vec![("authorization".to_owned(), format!("Bearer {token}"))] }
    }

    /// Asks as nobody.
    pub(crate) const fn as_nobody(&self) -> Ask<'_> {
        Ask { api: self, headers: Vec::new() }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Takes a file in through the API and reads it as the worker does.
    pub(crate) async fn take_in(&self, token: &str, source: &str, bytes: &[u8]) -> Value {
        let path = format!("/imports?source={source}&lawful_basis=synthetic");
        let taken =
            self.with(token).send("POST", &path, "application/octet-stream", bytes.to_vec()).await.of(202);
        let id = taken["id"].as_str().unwrap().parse().unwrap();
        let rules = Rules::shipped().unwrap();
        app_intake::process(&self.house.system(), &self.house, &rules, id, |_| {}).await.unwrap();
        taken
    }

    /// Takes a platform's report in, ranks it and gives its id.
    pub(crate) async fn report(&self, token: &str) -> String {
        self.take_in(token, "Synthetic", tip("synthetic_one").as_bytes()).await;
        let queue = self.with(token).get("/queue").await.of(200);
        let id = queue["items"][0]["id"].as_str().expect("a report").to_owned();
        let triage = serde_json::json!({ "decision": "triage" });
        self.with(token).post(&format!("/reports/{id}/decisions"), triage).await.of(201);
        id
    }
}

/// Whoever asks.
#[derive(Clone)]
pub(crate) struct Ask<'a> {
    api: &'a Api,
    headers: Vec<(String, String)>,
}

impl Ask<'_> {
    /// With one more header.
    pub(crate) fn header(&self, name: &str, value: &str) -> Self {
        let mut ask = self.clone();
        ask.headers.push((name.to_owned(), value.to_owned()));
        ask
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, None, Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send("POST", path, "application/json", body.to_string().into_bytes()).await
    }

    /// A change without a body.
    pub(crate) async fn act(&self, path: &str) -> Reply {
        self.ask("POST", path, None, Vec::new()).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, media: &str, body: Vec<u8>) -> Reply {
        self.ask(method, path, Some(media), body).await
    }

    async fn ask(&self, method: &str, path: &str, media: Option<&str>, body: Vec<u8>) -> Reply {
        let path = if path.starts_with("/api") { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(media) = media {
            request = request.header(header::CONTENT_TYPE, media);
        }
        self.api.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// A platform's report about somebody under a screen name, and a child of nine.
pub(crate) fn tip(screen_name: &str) -> String {
    format!(
        "<report><incidentSummary><incidentType>Child Sex Trafficking</incidentType>\
         <incidentDateTime>2026-02-20T10:00:00Z</incidentDateTime></incidentSummary>\
         <reporter><reportingPerson><email>desk@platform.example.com</email></reportingPerson></reporter>\
         <personOrUserReported><personOrUserReportedPerson><phone>+639170000001</phone></personOrUserReportedPerson>\
         <screenName>{screen_name}</screenName></personOrUserReported>\
         <victim><victimPerson><firstName>Synthetic Child</firstName><age>9</age></victimPerson></victim>\
         <additionalInfo>Synthetic words of a platform.</additionalInfo></report>"
    )
}
