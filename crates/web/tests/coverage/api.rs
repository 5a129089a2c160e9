//! What is asked of each operation of the API, by the session of a browser. As with the pages, whoever
//! may is refused for what is sent, or changes nothing the second time.

use crate::{
    Row,
    Sent::{Json, Nothing},
};

const fn get(pattern: &'static str, path: &'static str) -> Row {
    Row { method: "GET", pattern, path, sent: Nothing }
}

const fn post(pattern: &'static str, path: &'static str, body: &'static str) -> Row {
    Row { method: "POST", pattern, path, sent: if body.is_empty() { Nothing } else { Json(body) } }
}

/// Every operation of the API, with what is asked of it.
pub(crate) const API: &[Row] = &[
    get("/api/v1/queue", "/api/v1/queue"),
    get("/api/v1/reports/{id}", "/api/v1/reports/$report"),
    post(
        "/api/v1/reports/{id}/decisions",
        "/api/v1/reports/$report/decisions",
        r#"{"decision":"no_action","reason":"other"}"#,
    ),
    post(
        "/api/v1/reports/{id}/decisions/{decision}/undo",
        "/api/v1/reports/$report/decisions/$decision/undo",
        "",
    ),
    post("/api/v1/decisions/{id}/sent", "/api/v1/decisions/$decision/sent", r#"{"how":"by hand"}"#),
    post(
        "/api/v1/reports/{id}/reveal",
        "/api/v1/reports/$report/reveal",
        r#"{"what":"narrative","reason":"check"}"#,
    ),
    post("/api/v1/events", "/api/v1/events?source=synthetic&lawful_basis=synthetic", "{}"),
    get("/api/v1/alerts", "/api/v1/alerts"),
    get("/api/v1/alerts/{id}", "/api/v1/alerts/$alert"),
    post(
        "/api/v1/alerts/{id}/review",
        "/api/v1/alerts/$alert/review",
        r#"{"review":"dismiss","reason":"other"}"#,
    ),
    post("/api/v1/alerts/{id}/reveal", "/api/v1/alerts/$alert/reveal", r#"{"reason":"check"}"#),
    get("/api/v1/cases", "/api/v1/cases"),
    get("/api/v1/cases/{id}", "/api/v1/cases/$case"),
    Row {
        method: "PATCH",
        pattern: "/api/v1/cases/{id}",
        path: "/api/v1/cases/$case",
        sent: Json(r#"{"summary":"synthetic"}"#),
    },
    post(
        "/api/v1/cases/{id}/tracks",
        "/api/v1/cases/$case/tracks",
        r#"{"track":"investigation","state":"concluded"}"#,
    ),
    post(
        "/api/v1/cases/{id}/notes",
        "/api/v1/cases/$case/notes",
        r#"{"text":"synthetic","corrects":"0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"}"#,
    ),
    post(
        "/api/v1/cases/{id}/tasks",
        "/api/v1/cases/$case/tasks",
        r#"{"title":"synthetic","assignee":"0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"}"#,
    ),
    post("/api/v1/tasks/{id}/done", "/api/v1/tasks/$task_done/done", ""),
    post("/api/v1/tasks/{id}/reopened", "/api/v1/tasks/$task/reopened", ""),
    post(
        "/api/v1/cases/{id}/people",
        "/api/v1/cases/$case/people",
        r#"{"role":{"role":"facilitator","age":16}}"#,
    ),
    post("/api/v1/people/{id}/role", "/api/v1/people/$person/role", r#"{"role":"facilitator","age":16}"#),
    post("/api/v1/people/{id}/reveal", "/api/v1/people/$person/reveal", r#"{"reason":"check"}"#),
    post(
        "/api/v1/identifiers/reveal",
        "/api/v1/identifiers/reveal",
        r#"{"report":"$case_report","identifier":$ordinal,"reason":"check"}"#,
    ),
    post(
        "/api/v1/cases/{id}/filings",
        "/api/v1/cases/$case/filings",
        r#"{"reports":["0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"]}"#,
    ),
    get("/api/v1/filings", "/api/v1/filings"),
    get("/api/v1/filings/{id}", "/api/v1/filings/$filing"),
    get("/api/v1/filings/{id}/document", "/api/v1/filings/$filing/document"),
    post("/api/v1/filings/{id}/steps", "/api/v1/filings/$filing/steps", r#"{"step":"review"}"#),
    post("/api/v1/filings/{id}/steps", "/api/v1/filings/$filing/steps", r#"{"step":"make_ready"}"#),
    post(
        "/api/v1/filings/{id}/steps",
        "/api/v1/filings/$filing/steps",
        r#"{"step":"send","to":"NCMEC","how":"by hand"}"#,
    ),
    post(
        "/api/v1/filings/{id}/steps",
        "/api/v1/filings/$filing/steps",
        r#"{"step":"withdraw","why":"synthetic"}"#,
    ),
    get("/api/v1/imports", "/api/v1/imports"),
    post("/api/v1/imports", "/api/v1/imports?source=Synthetic&lawful_basis=synthetic", ""),
    get("/api/v1/imports/{id}", "/api/v1/imports/$import"),
    get("/api/v1/imports/{id}/rejects", "/api/v1/imports/$import/rejects"),
    get("/api/v1/banks", "/api/v1/banks"),
    get("/api/v1/typologies", "/api/v1/typologies"),
    post("/api/v1/typologies/rescreen", "/api/v1/typologies/rescreen", ""),
    post("/api/v1/search", "/api/v1/search", r#"{"text":"R-2026-00001"}"#),
    get("/api/v1/users", "/api/v1/users"),
    post(
        "/api/v1/users",
        "/api/v1/users",
        r#"{"name":"synthetic.guest","label":"Synthetic","roles":["auditor"]}"#,
    ),
    post("/api/v1/users/{id}/changes", "/api/v1/users/$user/changes", r#"{"change":"enable"}"#),
    post("/api/v1/users/{id}/password", "/api/v1/users/$user/password", ""),
    get("/api/v1/guests", "/api/v1/guests"),
    post(
        "/api/v1/cases/{id}/guests",
        "/api/v1/cases/$case/guests",
        r#"{"name":"synthetic.two","label":"Synthetic","until":"2026-01-01T00:00:00Z"}"#,
    ),
    post("/api/v1/guests/{id}/end", "/api/v1/guests/$guest/end", ""),
    get("/api/v1/tokens", "/api/v1/tokens"),
    post("/api/v1/tokens", "/api/v1/tokens", r#"{"user":"$guest","label":"synthetic","days":1}"#),
    post("/api/v1/tokens/{id}/revoked", "/api/v1/tokens/$token/revoked", ""),
    get("/api/v1/journal", "/api/v1/journal"),
    post("/api/v1/journal/verify", "/api/v1/journal/verify", ""),
    get("/api/v1/jobs", "/api/v1/jobs"),
    post("/api/v1/jobs/{id}/revived", "/api/v1/jobs/$job/revived", ""),
];
