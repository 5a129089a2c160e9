//! The document: OpenAPI 3.1, made from the handlers. What holds of every operation – who may ask,
//! what can go wrong, the request's id – is written into each here, so that no handler forgets it.

use axum::http::Method;
use utoipa::{
    PartialSchema,
    openapi::{
        Components, ContentBuilder, Header, HeaderBuilder, Info, ObjectBuilder, OpenApi, OpenApiBuilder,
        Paths, Ref, RefOr, Required, ResponseBuilder, SecurityRequirement, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{AdditionalProperties, Schema, SchemaType},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
        tag::TagBuilder,
    },
};
use utoipa_axum::router::OpenApiRouter;

use super::{
    once,
    problem::{MEDIA_TYPE, ProblemDetails, REQUEST_ID},
    values::RequestId,
};
use crate::Web;

/// Where the API is.
pub(crate) const PREFIX: &str = "/api/v1";

/// What the API is about, part by part.
const TAGS: [(&str, &str); 7] = [
    ("imports", "Files that are sent in, and what became of them."),
    ("reports", "The queue, one report, decisions in triage."),
    ("alerts", "What typologies and banks found, and its review."),
    ("cases", "Cases, their people, notes and tasks."),
    ("filings", "Reports on their way out."),
    ("matching", "Banks of known hashes, typologies, and looking something up."),
    ("keeping house", "Accounts, guests, tokens, the journal, jobs."),
];

/// What can go wrong, by status.
const PROBLEMS: [(&str, &str, &str); 8] = [
    ("400", "Unfit", "The request is not as described here."),
    ("401", "Unknown", "It is not known who asks."),
    ("403", "Forbidden", "Whoever asks may not, or has to confirm who they are first."),
    ("404", "NotFound", "There is no such record, or it is not yours to see."),
    ("409", "Conflict", "As described, and not possible as things stand."),
    ("413", "TooLarge", "The body is larger than is taken at once."),
    ("415", "MediaType", "The body is not of a media type that is taken."),
    ("500", "Fault", "The house has a fault; tell whoever keeps it the request's id."),
];

/// The document before there is anything in it.
pub(crate) fn frame() -> OpenApi {
    let mut info = Info::new("Sagip", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "The HTTP API of a Sagip installation. Every answer that is an error is a problem (RFC 9457) with what to \
         do next; every answer carries the request's id. An installation has only the rooms of its lawful purpose: \
         what is not described here is not here."
            .to_owned(),
    );
    let tags = TAGS.map(|(name, says)| TagBuilder::new().name(name).description(Some(says)).build());
    OpenApiBuilder::new()
        .info(info)
        .tags(Some(tags))
        .paths(Paths::new())
        .components(Some(components()))
        .build()
}

fn components() -> Components {
    let mut components = Components::new();
    components.schemas.insert("Problem".to_owned(), ProblemDetails::schema());
    components.schemas.insert("RecordId".to_owned(), RequestId::schema());
    for (_, name, says) in PROBLEMS {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new().description(says).content(MEDIA_TYPE, content);
        let response = response.header(REQUEST_ID, request_header()).build();
        components.responses.insert(name.to_owned(), response.into());
    }
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token for a program, from whoever keeps the house."));
    let session = ApiKeyValue::with_description("sagip", "The session of a person's browser.");
    let csrf =
        ApiKeyValue::with_description("X-CSRF-Token", "The session's own token, sent with every change.");
    components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    components.add_security_scheme("session_token", SecurityScheme::ApiKey(ApiKey::Header(csrf)));
    components
}

/// Every operation with its path and method.
pub(crate) fn operations(openapi: &OpenApi) -> impl Iterator<Item = (&str, Method, &Operation)> {
    openapi.paths.paths.iter().flat_map(|(path, item)| {
        [(Method::GET, &item.get), (Method::POST, &item.post), (Method::PATCH, &item.patch)]
            .into_iter()
            .filter_map(|(method, operation)| Some((path.as_str(), method, operation.as_ref()?)))
    })
}

/// A parameter that is written where it is used.
pub(crate) const fn parameter(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}

/// Changes that can be sent twice and are done once: their operations take a key.
pub(crate) fn keyed(mut router: OpenApiRouter<Web>) -> OpenApiRouter<Web> {
    for item in router.get_openapi_mut().paths.paths.values_mut() {
        for operation in [&mut item.post, &mut item.patch].into_iter().flatten() {
            operation.parameters.get_or_insert_default().push(key_parameter().into());
        }
    }
    router
}

fn key_parameter() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .min_length(Some(1))
        .max_length(Some(once::MOST))
        .pattern(Some("^[!-~]+$"))
        .examples(["2f1c9a52-synthetic"]);
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Makes the change once however often it is sent; kept for a day."))
        .schema(Some(schema))
        .build()
}

/// Writes into every operation what holds of all of them.
pub(crate) fn complete(openapi: &mut OpenApi) {
    openapi.components.iter_mut().flat_map(|components| components.schemas.values_mut()).for_each(shut);
    for (path, item) in &mut openapi.paths.paths {
        let named = path.contains('{');
        for (changes, operation) in [(false, &mut item.get), (true, &mut item.post), (true, &mut item.patch)]
        {
            let Some(operation) = operation else { continue };
            let body = operation.request_body.is_some();
            let json = body && !path.ends_with("/imports");
            let possible = |status: &str| match status {
                "404" => named || changes,
                "413" => body || changes,
                "415" => json,
                _ => true,
            };
            for (status, name, _) in PROBLEMS.iter().filter(|(status, ..)| possible(status)) {
                let response = RefOr::Ref(Ref::from_response_name(*name));
                operation.responses.responses.entry((*status).to_owned()).or_insert(response);
            }
            operation.security = Some(security(changes));
        }
    }
    let operations =
        openapi.paths.paths.values_mut().flat_map(|item| [&mut item.get, &mut item.post, &mut item.patch]);
    for response in operations.flatten().flat_map(|operation| operation.responses.responses.values_mut()) {
        if let RefOr::T(response) = response {
            response.headers.insert(REQUEST_ID.to_owned(), request_header().into());
        }
    }
}

/// A body that is one of several shapes takes the fields of its shape and no others: serde refuses
/// them, and utoipa says so of plain bodies only.
fn shut(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::OneOf(shapes)) = schema else { return };
    for shape in &mut shapes.items {
        if let RefOr::T(Schema::Object(shape)) = shape {
            shape.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

/// The header every answer carries.
fn request_header() -> Header {
    let schema = Ref::from_schema_name("RecordId");
    let says = "The request, as the log and the journal know it.";
    HeaderBuilder::new().schema(Some(schema)).description(Some(says)).build()
}

/// By a token, or by a person's session; a change in a session carries the session's token.
fn security(changes: bool) -> Vec<SecurityRequirement> {
    let none = Vec::<String>::new;
    let session = SecurityRequirement::new("session", none());
    let session = if changes { session.add("session_token", none()) } else { session };
    vec![SecurityRequirement::new("token", none()), session]
}
