//! What every handler is given.

use std::{ops::Deref, sync::Arc};

use app_intake::Rules;
use app_kernel::House;
use app_screening::TypologyFile;

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

/// The state of the router; cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<WebParts>);

impl Web {
    /// The state made of its parts.
    pub fn new(parts: WebParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Web {
    type Target = WebParts;

    fn deref(&self) -> &WebParts {
        &self.0
    }
}
