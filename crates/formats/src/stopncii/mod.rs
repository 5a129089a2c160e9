//! StopNCII's hash exchange: hashes of intimate images that their subjects, adults, ask platforms
//! to keep down.
//!
//! There is no public documentation; this follows the public client of facebook/ThreatExchange,
//! package `threatexchange` 1.2.17: `exchanges/clients/stopncii/api.py` (addresses, requests,
//! answers), its `tests/test_api.py` (examples of answers) and `exchanges/impl/stop_ncii_api.py`
//! (the order of asking). Where that client is wrong this does not follow it: it compares the hash
//! with `Withdrawn` and `Deleted` instead of the status, so that what its subject has withdrawn is
//! matched for ever; it keeps the time of every page as its checkpoint, though pages come in no
//! order; and `SubmitHashes` names the type `StopNCIISignalType.ImagePDQ` instead of `ImagePDQ`.
//!
//! **These are not hashes of child abuse material**, and a match is not evidence of a crime against
//! a child; a list made of them keeps its own name. A text or an address that is shared is
//! sensitive text.

mod answer;
mod fetch;
mod record;
mod submit;

#[cfg(test)]
mod server;

pub use answer::{Answer, read_answer};
pub use fetch::{Ask, Fetch, Pace, Standing, Taken};
pub use record::{CspFeedback, FeedbackValue, HashKey, HashRecord, SignalType, Status};
pub use submit::{Submission, submit_feedback_request, submit_hashes_request};

/// What every address begins with; a [`Request`](crate::Request)'s path follows.
pub const BASE_URL: &str = "https://api.stopncii.org/v1";
/// The header with the key of the function asked for: each of the three has its own.
pub const FUNCTION_KEY_HEADER: &str = "x-functions-key";
/// The header with the key of the subscription.
pub const SUBSCRIPTION_KEY_HEADER: &str = "Ocp-Apim-Subscription-Key";
