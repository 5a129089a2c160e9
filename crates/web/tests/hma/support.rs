//! A house behind both of its doors for programs, and a program that asks.

use std::{io::Cursor, sync::Arc};

use app_admin::tokens;
use app_intake::Rules;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use model::{Id, kinds};
use serde_json::Value;
use test_support::{TestEngine, TestHouse};
use tower::ServiceExt;
use web::{Fetched, Fetcher, NotFetched, OpenDoor, Web, WebParts};

/// A program: with a token at the house's own door, or at the one that asks for none.
pub(crate) struct Program {
    pub(crate) router: Router,
    pub(crate) headers: Vec<(String, String)>,
}

/// A house with its state, from which routers are made.
pub(crate) struct Bench {
    pub(crate) house: TestHouse,
    pub(crate) web: Web,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// The body as JSON, which must come with this status.
    #[track_caller]
    pub(crate) fn of(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/json", "{}", self.text);
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// The message of a refusal with this status.
    #[track_caller]
    pub(crate) fn message(&self, status: u16) -> String {
        self.of(status)["message"].as_str().expect("a message").to_owned()
    }
}

/// Answers every address with the same bytes; an address with `inside` in it is refused.
pub(crate) struct Canned(pub(crate) &'static str, pub(crate) Vec<u8>);

impl Fetcher for Canned {
    fn open(&self, url: &str) -> Result<Fetched, NotFetched> {
        if url.contains("inside") {
            return Err(NotFetched::Unsafe("synthetic".to_owned()));
        }
        Ok(Fetched {
            content_type: self.0.to_owned(),
            length: None,
            body: Box::new(Cursor::new(self.1.clone())),
        })
    }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::of(TestHouse::new(&TestEngine::Sqlite).await)
    }

    pub(crate) fn of(house: TestHouse) -> Self {
        let web = Web::new(WebParts {
            house: house.shared(),
            rules: Arc::new(Rules::shipped().unwrap()),
            typologies: Arc::new(app_screening::load(&[]).files),
            secure_cookies: false,
        });
        Self { house, web }
    }

    /// A program that acts for somebody of an organisation with these roles.
    pub(crate) async fn token(&self, organisation: Id<kinds::Organisation>, roles: &[&str]) -> Program {
        let user = self.house.op_of(organisation, roles).await.actor.user;
        let op = self.house.op_of(organisation, &["administrator"]).await;
        let mut tx = self.house.begin(&op).await.unwrap();
        let (_, token) = tokens::create(&op, &mut tx, user, "synthetic program", 30).await.unwrap();
        tx.commit().await.unwrap();
        self.main(&[("authorization", &format!("Bearer {token}"))])
    }

    /// A program of the main organisation that may look up and curate.
    pub(crate) async fn curator(&self) -> Program {
        self.token(self.house.organisation, &["hotline_analyst"]).await
    }

    /// The house's own door, with these headers.
    pub(crate) fn main(&self, headers: &[(&str, &str)]) -> Program {
        Program { router: web::router(self.web.clone()), headers: owned(headers) }
    }

    /// The door that asks for no token, for somebody in a role.
    pub(crate) fn open_door(&self, role: &str) -> Program {
        let door = OpenDoor::new(self.house.id(), self.house.organisation, role);
        Program {
            router: web::matching_router(self.web.clone(), door),
            headers: owned(&[("host", "127.0.0.1:5000")]),
        }
    }
}

fn owned(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl Program {
    pub(crate) async fn ask(&self, method: &str, path: &str, media: Option<&str>, body: Vec<u8>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(media) = media {
            request = request.header(header::CONTENT_TYPE, media);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8(body).unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, None, Vec::new()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.ask("DELETE", path, None, Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.ask("POST", path, Some("application/json"), body.to_string().into_bytes()).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.ask("PUT", path, Some("application/json"), body.to_string().into_bytes()).await
    }

    /// Sends a form: fields with a file name are files.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, Option<&str>, &[u8])]) -> Reply {
        let mut body = Vec::new();
        for (name, file, bytes) in fields {
            let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
            body.extend_from_slice(b"--synthetic\r\nContent-Disposition: form-data; ");
            body.extend_from_slice(format!("name=\"{name}\"{file}\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--synthetic--\r\n");
        self.ask("POST", path, Some("multipart/form-data; boundary=synthetic"), body).await
    }

    /// Adds a PDQ hash to a bank, which is made first.
    pub(crate) async fn bank_with(&self, name: &str, pdq: &str) -> i64 {
        self.post("/c/banks", serde_json::json!({ "name": name })).await.of(201);
        let added = self.post(&format!("/c/bank/{name}/signal"), serde_json::json!({ "pdq": pdq })).await;
        added.of(200)["id"].as_i64().unwrap()
    }
}

/// A picture as a BMP file, made of a brightness for each place.
pub(crate) fn bmp(side: u32, brightness: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..side)
        .flat_map(|y| (0..side).map(move |x| (x, y)))
        .flat_map(|(x, y)| [brightness(x, y); 3])
        .collect();
    assert_eq!(side % 4, 0, "rows are not padded here");
    let length = 54 + u32::try_from(pixels.len()).unwrap();
    let mut file = b"BM".to_vec();
    for number in [length, 0, 54, 40, side, side] {
        file.extend(number.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    for number in [0, length - 54, 2835, 2835, 0, 0] {
        file.extend(number.to_le_bytes());
    }
    file.extend(pixels);
    file
}

/// A synthetic picture with enough in it to be hashed.
pub(crate) fn picture() -> Vec<u8> {
    bmp(256, |x, y| {
        let spot = |cx: i64, cy: i64, r: i64| {
            let (dx, dy) = (i64::from(x) - cx, i64::from(y) - cy);
            dx * dx + dy * dy < r * r
        };
        let mut light = u8::try_from((x / 2 + y / 4) % 256).unwrap();
        for (cx, cy, r) in [(60, 50, 30), (170, 90, 45), (90, 180, 40), (220, 210, 25), (30, 130, 18)] {
            if spot(cx, cy, r) {
                light = 255 - light;
            }
        }
        light
    })
}

/// The hash of the synthetic picture.
pub(crate) fn hash_of(file: &[u8]) -> String {
    let decoded = perceptual::decode::decode(file, perceptual::decode::Limits::default()).unwrap();
    let hashed = perceptual::hash(decoded.pixels(), perceptual::Profile::FullResolution);
    assert!(hashed.quality >= 50, "quality {}", hashed.quality);
    hashed.hash.to_string()
}
