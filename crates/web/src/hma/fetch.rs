//! What is at an address, fetched and hashed; only where whoever keeps the house allows it.

use std::{fmt, io::Read};

use axum::http::StatusCode;

use super::{
    Matching,
    answer::{Answer, Refused},
    media::{Hashes, Receiving, aside, too_large},
    signals::{Medium, selected},
};

/// Bytes read at a time.
const STEP: usize = 64 * 1024;

/// Fetches what is at an address of the outside world, and at none of the house's own network. Blocks.
pub trait Fetcher: Send + Sync {
    /// Opens what is at an address.
    fn open(&self, url: &str) -> Result<Fetched, NotFetched>;
}

/// An answer that is still to be read; reading ends in time.
pub struct Fetched {
    /// Its media type, as the answer says.
    pub content_type: String,
    /// How long it is, if the answer says.
    pub length: Option<u64>,
    /// What it holds.
    pub body: Box<dyn Read + Send>,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched").field("length", &self.length).finish_non_exhaustive()
    }
}

/// Why nothing was fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFetched {
    /// It is no address that may be asked.
    #[error("Invalid or unsafe URL provided: {0}")]
    Unsafe(String),
    /// Nothing good was answered.
    #[error("Failed to fetch URL: {0}")]
    Failed(String),
}

impl From<NotFetched> for Refused {
    fn from(problem: NotFetched) -> Self {
        Self::bad(problem.to_string())
    }
}

/// The hashes of what is at an address. `hint` names its type where the answer may not.
pub(super) async fn hashed(
    matching: &Matching,
    url: &str,
    hint: Option<&str>,
    types: Option<&str>,
) -> Answer<Hashes> {
    let Some(fetcher) = matching.fetcher.clone() else {
        return Err(Refused::new(
            StatusCode::FORBIDDEN,
            "This house fetches no addresses. Send the file itself, or let whoever keeps the house set \
             matching_urls = true (SAGIP_MATCHING_URLS).",
        ));
    };
    let turn = matching.receiving.clone().acquire_owned().await.map_err(|e| Refused::fault(e.to_string()))?;
    let (url, hint, types) = (url.to_owned(), hint.map(str::to_owned), types.map(str::to_owned));
    let receiving = aside(move || {
        let received = received(&*fetcher, &url, hint.as_deref(), types.as_deref());
        drop(turn);
        received
    })
    .await?;
    receiving.hash_aside(&matching.decoding).await
}

fn received(fetcher: &dyn Fetcher, url: &str, hint: Option<&str>, types: Option<&str>) -> Answer<Receiving> {
    let mut fetched = fetcher.open(url)?;
    let medium = Medium::of_answer(hint, &fetched.content_type)?;
    let mut receiving = Receiving::new(medium, selected(medium, types)?);
    if fetched.length.is_some_and(|length| length > receiving.most()) {
        return Err(too_large());
    }
    let mut block = vec![0_u8; STEP];
    loop {
        let read = match fetched.body.read(&mut block) {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            read => read.map_err(|e| NotFetched::Failed(e.to_string()))?,
        };
        if read == 0 {
            return Ok(receiving);
        }
        receiving.push(block.get(..read).unwrap_or_default())?;
    }
}
