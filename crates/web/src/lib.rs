//! The HTTP API and the server-rendered pages; no rules of their own.
//!
//! A handler finds out who asks (`session`), begins a transaction, calls one use case, commits,
//! and fills a view ([`page`]) or an answer (`api`) from what came back. Pages are in `desk`, one
//! file each.

pub mod assets;
pub mod page;

mod api;
mod desk;
mod fault;
mod form;
mod guard;
mod hma;
mod notice;
mod parts;
mod serve;
mod session;
mod state;
mod view;

pub use hma::{Fetched, Fetcher, NotFetched, OpenDoor, routes as hma_routes};
pub use serve::{matching_router, router, serve, serve_matching};
pub use state::{Web, WebParts};
