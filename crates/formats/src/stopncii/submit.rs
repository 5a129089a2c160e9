//! Giving hashes and feedback. What is answered is not documented.

use std::collections::BTreeSet;

use model::Instant;
use serde::Serialize;

use super::{FeedbackValue, HashKey};
use crate::request::{Method, Request};

/// A hash to be given, or one that feedback is given on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// What it is.
    pub key: HashKey,
    /// What one thinks of it: `Blocked` for a hash one gives.
    pub feedback: FeedbackValue,
    /// In words of one's own.
    pub tags: BTreeSet<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Hashes<'s> {
    count: usize,
    hash_records: Vec<HashRecord<'s>>,
}

#[derive(Serialize)]
struct HashRecord<'s> {
    #[serde(rename = "lastModtimestamp")]
    last_modified: i64,
    #[serde(rename = "signalType")]
    signal_type: &'s str,
    #[serde(rename = "hashValue")]
    hash_value: &'s str,
    #[serde(rename = "CSPFeedbacks")]
    feedbacks: [Opinion<'s>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Feedbacks<'s> {
    count: usize,
    hash_feedbacks: Vec<HashFeedback<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HashFeedback<'s> {
    #[serde(flatten)]
    opinion: Opinion<'s>,
    hash_value: &'s str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Opinion<'s> {
    tags: &'s BTreeSet<String>,
    feedback_value: &'s str,
}

impl<'s> From<&'s Submission> for Opinion<'s> {
    fn from(submission: &'s Submission) -> Self {
        Self { tags: &submission.tags, feedback_value: submission.feedback.as_str() }
    }
}

/// Gives hashes (`SubmitHashes`).
pub fn submit_hashes_request(submissions: &[Submission], now: Instant) -> Request {
    let records = submissions.iter().map(|submission| HashRecord {
        last_modified: now.micros().div_euclid(1_000_000),
        signal_type: submission.key.signal.as_str(),
        hash_value: &submission.key.value,
        feedbacks: [submission.into()],
    });
    request("/SubmitHashes", &Hashes { count: submissions.len(), hash_records: records.collect() })
}

/// Gives feedback on hashes (`SubmitFeedback`), which names them by their values alone.
pub fn submit_feedback_request(submissions: &[Submission]) -> Request {
    let feedbacks = submissions
        .iter()
        .map(|submission| HashFeedback { opinion: submission.into(), hash_value: &submission.key.value });
    request("/SubmitFeedback", &Feedbacks { count: submissions.len(), hash_feedbacks: feedbacks.collect() })
}

fn request(path: &str, body: &impl Serialize) -> Request {
    // Texts, numbers and lists of them: writing such a value cannot fail.
    let body = serde_json::to_vec(body).unwrap_or_default();
    Request { method: Method::Post, path: path.to_owned(), content_type: Some("application/json"), body }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stopncii::SignalType;

    #[test]
    fn hashes_and_feedback_are_written_as_the_service_takes_them() {
        let submission = Submission {
            key: HashKey { signal: SignalType::ImagePdq, value: "synthetic".to_owned() },
            feedback: FeedbackValue::Blocked,
            tags: ["Tag-One".to_owned()].into(),
        };
        let now = Instant::parse("2026-03-01T00:00:00.5Z").unwrap();
        let hashes = submit_hashes_request(std::slice::from_ref(&submission), now);
        assert_eq!(
            (hashes.method, hashes.path.as_str(), hashes.content_type),
            (Method::Post, "/SubmitHashes", Some("application/json"))
        );
        let body: Value = serde_json::from_slice(&hashes.body).unwrap();
        let feedback = json!({"tags": ["Tag-One"], "feedbackValue": "Blocked"});
        let record = json!({"lastModtimestamp": 1_772_323_200, "signalType": "ImagePDQ", "hashValue": "synthetic", "CSPFeedbacks": [feedback]});
        assert_eq!(body, json!({"count": 1, "hashRecords": [record]}));
        let feedback = submit_feedback_request(&[submission]);
        assert_eq!(feedback.path, "/SubmitFeedback");
        let body: Value = serde_json::from_slice(&feedback.body).unwrap();
        let one = json!({"tags": ["Tag-One"], "feedbackValue": "Blocked", "hashValue": "synthetic"});
        assert_eq!(body, json!({"count": 1, "hashFeedbacks": [one]}));
    }
}
