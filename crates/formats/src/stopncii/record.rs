//! A hash with its status and what platforms think of it.

use std::collections::BTreeMap;

use model::Instant;
use serde_json::{Map, Value};

use crate::{
    hashlist::{Algorithm, Hash},
    record::beginning,
};

macro_rules! words {
    ($(#[$meta:meta])* $Name:ident { $($Word:ident = $word:literal, $doc:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $Name {
            $(#[doc = $doc] $Word,)*
            /// Another word, as it came: some that are sent are in no list.
            Other(String),
        }

        impl $Name {
            /// Every word that is known.
            pub const KNOWN: &'static [Self] = &[$(Self::$Word),*];

            /// The word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$Word => $word,)*
                    Self::Other(word) => word,
                }
            }

            /// The value of a word.
            pub fn of(word: &str) -> Self {
                match word {
                    $($word => Self::$Word,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

words! {
    /// What a value is. Source: `StopNCIISignalType` of `api.py`.
    SignalType {
        Unknown = "Unknown", "Not known.";
        ImagePdq = "ImagePDQ", "PDQ of an image.";
        VideoMd5 = "VideoMD5", "MD5 of a video.";
        VideoTmk = "VideoTMK", "TMK+PDQF of a video.";
        Text = "Text", "A text: sensitive.";
        Url = "URL", "An address: sensitive.";
    }
}

words! {
    /// How a case stands. Source: `StopNCIICaseStatus` of `api.py`.
    Status {
        Unknown = "Unknown", "Not known.";
        Received = "Received", "The first.";
        Active = "Active", "Active; the client says that what this means is unclear.";
        Withdrawn = "Withdrawn", "Withdrawn: to be deleted.";
        Deleted = "Deleted", "Deleted: to be deleted.";
    }
}

words! {
    /// What a platform says of a hash. Source: `StopNCIICSPFeedbackValue` of `api.py`.
    FeedbackValue {
        Unknown = "Unknown", "Not known.";
        Nothing = "None", "Tags only.";
        QualityUnknown = "QualityUnknown", "Of unknown quality; the client does not know its use.";
        PendingReview = "PendingReview", "There was a match.";
        Blocked = "Blocked", "A match was reviewed and is such an image.";
        NotBlocked = "NotBlocked", "A match was reviewed without a conclusion.";
        Withdrawn = "Withdrawn", "Withdrawn.";
        Deleted = "Deleted", "Deleted.";
    }
}

/// What tells records apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HashKey {
    /// What the value is.
    pub signal: SignalType,
    /// The value.
    pub value: String,
}

/// A hash as it stood at a moment, over all the cases it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashRecord {
    /// What tells it apart.
    pub key: HashKey,
    /// The hash, if it is one that can be looked up here.
    pub hash: Option<Hash>,
    /// When it was last changed.
    pub at: Instant,
    /// How it stands.
    pub status: Status,
    /// How each of its cases stands.
    pub cases: BTreeMap<String, Status>,
    /// What platforms think of it.
    pub feedback: Vec<CspFeedback>,
}

/// What a platform thinks of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CspFeedback {
    /// The platform.
    pub source: String,
    /// What it says.
    pub value: FeedbackValue,
    /// Its own words.
    pub tags: Vec<String>,
}

impl HashRecord {
    /// Whether it must no longer be matched.
    pub const fn is_withdrawn(&self) -> bool {
        matches!(self.status, Status::Withdrawn | Status::Deleted)
    }

    /// Whether this is to take the place of what is kept under the same key: unless that is newer.
    pub fn replaces(&self, kept: &Self) -> bool {
        self.at >= kept.at
    }
}

/// A field that cannot be read, and why.
pub(super) type Problem = (&'static str, String);

/// Reads a record. What cannot be read of it is noted; without value, type, status and time there
/// is none.
pub(super) fn read(value: &Value, problems: &mut Vec<Problem>) -> Option<HashRecord> {
    let Value::Object(object) = value else {
        problems.push(("", format!("expected the object of a hash, found {}", kind(value))));
        return None;
    };
    let at = match object.get("lastModtimestamp").and_then(Value::as_i64).and_then(instant) {
        Some(at) => Some(at),
        None => {
            let reason = "expected a time as whole seconds since 1970".to_owned();
            problems.push(("lastModtimestamp", reason));
            None
        }
    };
    let signal = text(object, "signalType", problems).map(SignalType::of);
    let status = text(object, "hashStatus", problems).map(Status::of);
    let value = text(object, "hashValue", problems);
    let algorithm = match signal {
        Some(SignalType::ImagePdq) => Some(Algorithm::Pdq),
        Some(SignalType::VideoMd5) => Some(Algorithm::Md5),
        _ => None,
    };
    let hash = match value.zip(algorithm).map(|(value, algorithm)| Hash::parse(value, algorithm)) {
        None => None,
        Some(Ok(hash)) => Some(hash),
        Some(Err(error)) => {
            problems.push(("hashValue", error.to_string()));
            return None;
        }
    };
    let (at, signal, status, value) = (at?, signal?, status?, value?.to_owned());
    let cases = cases(object.get("caseNumbers"), problems);
    let feedback = feedback(object.get("CSPFeedbacks"), problems);
    Some(HashRecord { key: HashKey { signal, value }, hash, at, status, cases, feedback })
}

fn text<'v>(
    object: &'v Map<String, Value>,
    name: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<&'v str> {
    match object.get(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim()),
        found => {
            problems.push((name, format!("expected a text, found {}", found.map_or("nothing", kind))));
            None
        }
    }
}

/// An object of cases and how they stand; an empty list where there are none (`test_api.py`).
fn cases(value: Option<&Value>, problems: &mut Vec<Problem>) -> BTreeMap<String, Status> {
    match value {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(Value::Array(list)) if list.is_empty() => BTreeMap::new(),
        Some(Value::Object(object)) => {
            let status = |value: &Value| Status::of(value.as_str().unwrap_or("Unknown"));
            object.iter().map(|(case, value)| (case.clone(), status(value))).collect()
        }
        Some(value) => {
            let reason = format!("expected an object of cases, found {}", kind(value));
            problems.push(("caseNumbers", reason));
            BTreeMap::new()
        }
    }
}

fn feedback(value: Option<&Value>, problems: &mut Vec<Problem>) -> Vec<CspFeedback> {
    let list = match value {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(list)) => list,
        Some(value) => {
            problems.push(("CSPFeedbacks", format!("expected a list, found {}", kind(value))));
            return Vec::new();
        }
    };
    let mut all = Vec::new();
    for one in list {
        let field = |name| one.get(name).and_then(Value::as_str);
        let Some(value) = field("feedbackValue") else {
            problems.push(("CSPFeedbacks", "expected feedback with a feedbackValue".to_owned()));
            continue;
        };
        let tags = one.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        all.push(CspFeedback {
            source: field("source").unwrap_or_default().to_owned(),
            value: FeedbackValue::of(value),
            tags: tags.iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect(),
        });
    }
    all
}

pub(super) fn instant(seconds: i64) -> Option<Instant> {
    seconds.checked_mul(1_000_000).map(Instant::from_micros)
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(text) if text.trim().is_empty() => "a blank text",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A text to be shown in a sentence.
pub(super) fn shown(value: &Value) -> String {
    beginning(&value.to_string(), 80).to_owned()
}
