//! The document: whole, of a right structure, and true to the router.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use test_support::engines;

use crate::support::Api;

async fn document(api: &Api) -> Value {
    let reply = api.as_nobody().get("/api/openapi.json").await;
    assert_eq!(reply.headers["content-type"], "application/json");
    reply.of(200)
}

fn each(document: &Value, mut check: impl FnMut(&str, &str, &Map<String, Value>)) {
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            check(path, method, operation.as_object().unwrap());
        }
    }
}

/// Every address and method of the API, as agreed. A route that is added is added here.
const ROUTES: &[&str] = &[
    "get /alerts",
    "get /alerts/{id}",
    "get /banks",
    "get /cases",
    "get /cases/{id}",
    "get /filings",
    "get /filings/{id}",
    "get /filings/{id}/document",
    "get /guests",
    "get /imports",
    "get /imports/{id}",
    "get /imports/{id}/rejects",
    "get /jobs",
    "get /journal",
    "get /queue",
    "get /reports/{id}",
    "get /tokens",
    "get /typologies",
    "get /users",
    "patch /cases/{id}",
    "post /alerts/{id}/reveal",
    "post /alerts/{id}/review",
    "post /cases/{id}/filings",
    "post /cases/{id}/guests",
    "post /cases/{id}/notes",
    "post /cases/{id}/people",
    "post /cases/{id}/tasks",
    "post /cases/{id}/tracks",
    "post /decisions/{id}/sent",
    "post /events",
    "post /filings/{id}/steps",
    "post /guests/{id}/end",
    "post /identifiers/reveal",
    "post /imports",
    "post /jobs/{id}/revived",
    "post /journal/verify",
    "post /people/{id}/reveal",
    "post /people/{id}/role",
    "post /reports/{id}/decisions",
    "post /reports/{id}/decisions/{decision}/undo",
    "post /reports/{id}/reveal",
    "post /search",
    "post /tasks/{id}/done",
    "post /tasks/{id}/reopened",
    "post /tokens",
    "post /tokens/{id}/revoked",
    "post /typologies/rescreen",
    "post /users",
    "post /users/{id}/changes",
    "post /users/{id}/password",
];

#[tokio::test]
async fn it_lists_every_route_and_each_answers() {
    let api = Api::new(&engines()[0]).await;
    let document = document(&api).await;
    let mut listed = Vec::new();
    each(&document, |path, method, _| {
        listed.push(format!("{method} {}", path.strip_prefix("/api/v1").expect("the prefix")));
    });
    listed.sort();
    assert_eq!(listed, ROUTES);
    for route in ROUTES {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path.replace("{id}", &api.house.id::<()>().to_string()).replace("{decision}", "x");
        let reply = api.as_nobody().send(&method.to_uppercase(), &path, "application/json", Vec::new()).await;
        assert_eq!(reply.problem(401), "not_signed_in", "{route} is there, and for nobody");
    }
}

#[tokio::test]
async fn its_structure_is_that_of_openapi() {
    let document = document(&Api::new(&engines()[0]).await).await;
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let (mut ids, mut operations) = (BTreeSet::new(), 0);
    each(&document, |path, method, operation| {
        let at = format!("{method} {path}");
        operations += 1;
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{at}");
        assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{at}");
        let tag = &operation["tags"][0];
        let tags = document["tags"].as_array().unwrap();
        assert!(tags.iter().any(|known| &known["name"] == tag), "{at}: {tag}");
        let parameters = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let named: BTreeSet<_> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
            .collect();
        let wanted: BTreeSet<_> =
            path.split('/').filter(|part| part.starts_with('{')).map(str::to_owned).collect();
        assert_eq!(named, wanted, "{at}");
        for parameter in &parameters {
            assert!(
                parameter["schema"].is_object() && parameter["description"].is_string(),
                "{at}: {parameter}"
            );
            assert!(parameter["in"] != "path" || parameter["required"] == true, "{at}");
        }
        assert!(method != "get" || !operation.contains_key("requestBody"), "{at}");
        assert!(!operation["security"].as_array().unwrap().is_empty(), "{at}");
    });
    assert_eq!(operations, ROUTES.len());
    every_reference_leads_somewhere(&document, &document);
}

fn every_reference_leads_somewhere(document: &Value, within: &Value) {
    match within {
        Value::Object(fields) => {
            if let Some(Value::String(to)) = fields.get("$ref") {
                let found = document.pointer(to.strip_prefix('#').expect("a reference within"));
                assert!(found.is_some(), "{to}");
            }
            for value in fields.values() {
                every_reference_leads_somewhere(document, value);
            }
        }
        Value::Array(items) => {
            for value in items {
                every_reference_leads_somewhere(document, value);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_operation_says_what_can_go_wrong() {
    let document = document(&Api::new(&engines()[0]).await).await;
    each(&document, |path, method, operation| {
        let at = format!("{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        let mut wanted = vec!["400", "401", "403", "409", "500"];
        if path.contains('{') {
            wanted.push("404");
        }
        if operation.contains_key("requestBody") {
            wanted.push("413");
        }
        for status in wanted {
            let named = responses.get(status).and_then(|response| response["$ref"].as_str());
            let named = named.unwrap_or_else(|| panic!("{at}: {status}"));
            let response = document.pointer(named.strip_prefix('#').unwrap()).unwrap();
            let schema = &response["content"]["application/problem+json"]["schema"];
            assert_eq!(schema["$ref"], "#/components/schemas/Problem", "{at}: {status}");
        }
        assert!(responses.keys().any(|status| status.starts_with('2')), "{at}");
    });
}

#[tokio::test]
async fn bodies_take_no_field_that_is_not_described() {
    let document = document(&Api::new(&engines()[0]).await).await;
    each(&document, |path, method, operation| {
        let Some(body) = operation.get("requestBody") else { return };
        let Some(schema) = body.pointer("/content/application~1json/schema") else { return };
        let at = format!("{method} {path}");
        let named = schema["$ref"].as_str().unwrap_or_else(|| panic!("{at}: {schema}"));
        let schema = document.pointer(named.strip_prefix('#').unwrap()).unwrap();
        let shapes = schema["oneOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
        for shape in shapes {
            assert_eq!(shape["additionalProperties"], false, "{at}: {shape}");
        }
    });
}

#[tokio::test]
async fn its_links_lead_to_operations_and_their_parameters() {
    let document = document(&Api::new(&engines()[0]).await).await;
    let (mut takes, mut links) = (BTreeMap::new(), Vec::new());
    each(&document, |_, _, operation| {
        let parameters = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        let names: Vec<_> = parameters.iter().map(|parameter| parameter["name"].clone()).collect();
        takes.insert(operation["operationId"].to_string(), names);
        let responses = operation["responses"].as_object().unwrap().values();
        links.extend(responses.filter_map(|response| response["links"].as_object().cloned()).flatten());
    });
    assert!(links.len() > 30, "{}", links.len());
    for (name, link) in links {
        let names = takes.get(&link["operationId"].to_string()).unwrap_or_else(|| panic!("{name}"));
        for parameter in link["parameters"].as_object().unwrap().keys() {
            assert!(names.iter().any(|known| known == parameter), "{name}: {parameter}");
        }
    }
}

#[tokio::test]
async fn it_can_be_read_as_a_page_without_a_script_of_its_own() {
    let api = Api::new(&engines()[0]).await;
    let reply = api.as_nobody().get("/api").await;
    assert_eq!(reply.status, 200);
    assert!(reply.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    let html = String::from_utf8(reply.body).unwrap();
    for route in ROUTES {
        let (method, path) = route.split_once(' ').unwrap();
        assert!(html.contains(&format!("{} /api/v1{path}", method.to_uppercase())), "{route}");
    }
    assert!(!html.contains(" style=") && !html.contains("<style"));
}
