//! A browser for tests: it keeps cookies, finds the token of a page's forms, and goes where it is
//! sent. It speaks to the router itself; nothing listens.

use std::{collections::BTreeMap, sync::Arc};

use app_intake::Rules;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, Response, StatusCode, header},
};
use test_support::{PASSWORD, TestHouse};
use tower::ServiceExt;
use web::{Web, WebParts, page::routes};

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Where it sends the browser.
    pub(crate) fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    /// The token of its forms.
    pub(crate) fn csrf(&self) -> &str {
        self.between("name=\"csrf\" value=\"", "\"")
    }

    /// The first text between two others.
    pub(crate) fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.text.split_once(before).map(|(_, rest)| rest);
        let rest = rest.unwrap_or_else(|| panic!("no {before} in {} {}", self.status, self.text));
        rest.split_once(after).unwrap_or_else(|| panic!("no {after} after {before} in {rest}")).0
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }
}

/// A browser with its cookies.
pub(crate) struct Browser {
    app: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    csrf: String,
}

impl Browser {
    /// A browser nobody has signed in with.
    pub(crate) fn new(house: &TestHouse) -> Self {
        let web = Web::new(WebParts {
            house: house.shared(),
            rules: Arc::new(Rules::shipped().unwrap()),
            typologies: Arc::new(app_screening::load(&[]).files),
            secure_cookies: false,
        });
        Self { app: web::router(web), cookies: BTreeMap::new(), csrf: String::new() }
    }

    /// A browser of somebody with these roles, signed in; nobody of the house needs a second step.
    pub(crate) async fn signed_in(house: &TestHouse, roles: &[&str]) -> Self {
        house.put_setting("second_step_optional", "yes").await;
        let user = house.add_user(house.organisation, roles).await;
        let mut browser = Self::new(house);
        let answer = browser.sign_in(&user.name, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser.see(routes::ACCOUNT_PASSWORD).await;
        browser
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.see(routes::HOME).await;
        self.fill(routes::SIGN_IN, &[("username", name), ("password", password)]).await
    }

    /// Sends a request as it is, with the cookies.
    pub(crate) async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let line = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let line = line.collect::<Vec<_>>().join("; ");
        if !line.is_empty() {
            request.headers_mut().insert(header::COOKIE, line.parse().unwrap());
        }
        let answer = read(self.app.clone().oneshot(request).await.unwrap()).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Opens a page that is there, and keeps the token of its forms.
    pub(crate) async fn see(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {} {}", answer.to(), answer.text);
        if answer.has("name=\"csrf\"") {
            answer.csrf().clone_into(&mut self.csrf);
        }
        answer
    }

    /// Sends a form of the page that is open.
    pub(crate) async fn fill(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.csrf.clone();
        self.post(path, &token, fields).await
    }

    /// Sends a form with any token.
    pub(crate) async fn post(&mut self, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form(path, token, fields)).await
    }

    /// Sends a form and opens the page it leads to.
    pub(crate) async fn follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.fill(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
        let to = answer.to().split('#').next().unwrap_or_default().to_owned();
        self.see(&to).await
    }

    /// Sends a file by the form of imports: the fields in the order of the page.
    pub(crate) async fn upload(&mut self, token: &str, name: &str, bytes: &[u8]) -> Answer {
        const EDGE: &str = "synthetic-edge";
        let mut body = Vec::new();
        for (field, value) in [("csrf", token), ("source", "Synthetic Platform"), ("basis", "synthetic law")]
        {
            let part =
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let request = Request::post(routes::IMPORTS)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// The token of the forms of the page that is open.
    pub(crate) fn token(&self) -> String {
        self.csrf.clone()
    }
}

/// A request that sends a form.
pub(crate) fn form(path: &str, token: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let pairs = [("csrf", token)].into_iter().chain(fields.iter().copied());
    let body = pairs.map(|(name, value)| format!("{name}={}", routes::encode(value)));
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.collect::<Vec<_>>().join("&")))
        .unwrap()
}

async fn read(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, text }
}
