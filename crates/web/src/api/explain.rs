//! The document as a page to read: no script, and nothing that is not in the document.

use askama::Template;
use axum::http::Method;
use utoipa::openapi::{OpenApi, RefOr, content::Content, path::Operation, schema::Schema};

use super::document;

#[derive(Template)]
#[template(path = "api.html")]
struct Explained {
    version: String,
    about: String,
    parts: Vec<Part>,
}

/// What the API is about, part by part.
struct Part {
    name: String,
    anchor: String,
    says: String,
    operations: Vec<Explanation>,
}

/// One operation.
struct Explanation {
    method: Method,
    path: String,
    summary: String,
    says: String,
    takes: Vec<Taken>,
    answers: Vec<Answered>,
}

/// A parameter, or the body.
struct Taken {
    name: String,
    place: String,
    needed: bool,
    says: String,
}

/// A status, and what comes with it.
struct Answered {
    status: String,
    says: String,
}

/// The page.
pub(crate) fn page(openapi: &OpenApi) -> String {
    let parts = openapi.tags.iter().flatten().map(|tag| Part {
        name: tag.name.clone(),
        anchor: tag.name.replace(' ', "-"),
        says: tag.description.clone().unwrap_or_default(),
        operations: document::operations(openapi)
            .filter(|(_, _, operation)| operation.tags.iter().flatten().any(|name| *name == tag.name))
            .map(|(path, method, operation)| explanation(path, method, operation))
            .collect(),
    });
    let page = Explained {
        version: openapi.info.version.clone(),
        about: openapi.info.description.clone().unwrap_or_default(),
        parts: parts.filter(|part| !part.operations.is_empty()).collect(),
    };
    page.render().unwrap_or_default()
}

fn explanation(path: &str, method: Method, operation: &Operation) -> Explanation {
    let parameters = operation.parameters.iter().flatten().filter_map(document::parameter);
    let mut takes: Vec<Taken> = parameters
        .map(|parameter| Taken {
            name: parameter.name.clone(),
            place: word(&parameter.parameter_in),
            needed: parameter.required == utoipa::openapi::Required::True,
            says: parameter.description.clone().unwrap_or_default(),
        })
        .collect();
    if let Some(RefOr::T(body)) = &operation.request_body {
        let first = body.content.iter().next();
        takes.push(Taken {
            name: first.and_then(|(_, content)| named(content)).unwrap_or_default(),
            place: format!("body, {}", first.map_or("", |(media, _)| media)),
            needed: true,
            says: body.description.clone().unwrap_or_default(),
        });
    }
    let answers = operation.responses.responses.iter().filter_map(|(status, response)| {
        let RefOr::T(response) = response else { return None };
        let shape = response.content.values().next().and_then(named);
        let says = match shape {
            Some(shape) => format!("{} ({shape})", response.description),
            None => response.description.clone(),
        };
        Some(Answered { status: status.clone(), says })
    });
    Explanation {
        method,
        path: path.to_owned(),
        summary: operation.summary.clone().unwrap_or_default(),
        says: operation.description.clone().unwrap_or_default(),
        answers: answers.collect(),
        takes,
    }
}

/// The word of a place, as the document has it.
fn word(place: &impl serde::Serialize) -> String {
    serde_json::to_value(place).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The name of the schema of a body.
fn named(content: &RefOr<Content>) -> Option<String> {
    let RefOr::T(content) = content else { return None };
    match content.schema.as_ref()? {
        RefOr::Ref(named) => named.ref_location.rsplit('/').next().map(str::to_owned),
        RefOr::T(Schema::Object(_)) => Some("bytes".to_owned()),
        RefOr::T(_) => None,
    }
}
