//! What every handler is given.

use std::{ops::Deref, sync::Arc};

use app_intake::Rules;
use app_kernel::House;
use app_screening::{TypologyFile, live::Live};
use tokio::sync::Semaphore;

use crate::hma::{Fetcher, Matching};

/// What the pages and the API are made with.
pub struct WebParts {
    /// The house.
    pub house: Arc<House>,
    /// Rubric, clocks and taxonomies.
    pub rules: Arc<Rules>,
    /// The typologies there are, with the files they were read from.
    pub typologies: Arc<Vec<TypologyFile>>,
    /// Whether cookies are only sent over TLS: so unless the server is on loopback.
    pub secure_cookies: bool,
}

/// Requests with events that are taken at once.
const EVENT_TURNS: usize = 8;
/// Pages that listen for alerts at once.
const STREAM_TURNS: usize = 200;

/// The state of the router; cheap to clone.
#[derive(Clone)]
pub struct Web {
    parts: Arc<WebParts>,
    /// What programs that look pictures and hashes up share.
    pub(crate) matching: Arc<Matching>,
    /// Where events, alerts and open pages meet.
    pub(crate) live: Arc<Live>,
    pub(crate) event_turns: Arc<Semaphore>,
    pub(crate) stream_turns: Arc<Semaphore>,
}

impl Web {
    /// The state made of its parts. Addresses are not fetched.
    pub fn new(parts: WebParts) -> Self {
        Self {
            parts: Arc::new(parts),
            matching: Arc::new(Matching::new(None)),
            live: Arc::default(),
            event_turns: Arc::new(Semaphore::new(EVENT_TURNS)),
            stream_turns: Arc::new(Semaphore::new(STREAM_TURNS)),
        }
    }

    /// Where events, alerts and open pages meet: for whoever follows the ledger.
    pub fn live(&self) -> Arc<Live> {
        self.live.clone()
    }

    /// The same, taking so many requests with events at once.
    #[must_use]
    pub fn taking_at_once(self, requests: usize) -> Self {
        Self { event_turns: Arc::new(Semaphore::new(requests)), ..self }
    }

    /// The same, fetching what programs name the address of.
    #[must_use]
    pub fn with_fetcher(self, fetcher: Arc<dyn Fetcher>) -> Self {
        Self { matching: Arc::new(Matching::new(Some(fetcher))), ..self }
    }
}

impl Deref for Web {
    type Target = WebParts;

    fn deref(&self) -> &WebParts {
        &self.parts
    }
}
