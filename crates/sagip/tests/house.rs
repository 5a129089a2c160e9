//! The rules of the house, as tests: what may use what, under which licences, how the sources read,
//! what the data says of itself, and which documents stay true.
//!
//! Each rule collects everything that breaks it and fails once, with one line for each.

#[cfg(test)]
#[path = "house/data.rs"]
mod data;
#[cfg(test)]
#[path = "house/documents.rs"]
mod documents;
#[cfg(test)]
#[path = "house/layers.rs"]
mod layers;
#[cfg(test)]
#[path = "house/licences.rs"]
mod licences;
#[cfg(test)]
#[path = "house/rust_text.rs"]
mod rust_text;
#[cfg(test)]
#[path = "house/schema.rs"]
mod schema;
#[cfg(test)]
#[path = "house/sources.rs"]
mod sources;
#[cfg(test)]
#[path = "house/workspace.rs"]
mod workspace;
