//! The HTTP API and the server-rendered pages; no rules of their own.

pub mod assets;
pub mod page;
