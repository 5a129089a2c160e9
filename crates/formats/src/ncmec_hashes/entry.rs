//! What an answer tells: entries with their fingerprints, and what members think of them.

use model::Instant;
use serde::{Deserialize, Serialize};

use super::tree::Element;
use crate::{
    cybertip::IndustryClassification,
    hashlist::{Algorithm, Hash},
    record::beginning,
};

/// The taxonomy of an entry's classification where it is one of A1, A2, B1, B2.
pub const TAXONOMY: &str = "industry";

/// Who shares hashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
}

/// Who the service takes one for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The address one comes from.
    pub ip_address: String,
    /// The user name.
    pub username: String,
    /// The member one is.
    pub member: Member,
}

/// What tells entries apart: an entry's id is its member's own (`ncmec_api.py` keys entries
/// `{member_id}-{id}`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryKey {
    /// The member's number.
    pub member: u64,
    /// The entry's id.
    pub id: String,
}

/// What an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Medium {
    /// An image.
    Image,
    /// A video.
    Video,
}

/// An entry as it stood at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What tells it apart.
    pub key: EntryKey,
    /// The member's name.
    pub member_name: String,
    /// What it is of.
    pub medium: Medium,
    /// When it was last changed.
    pub at: Instant,
    /// What it has become.
    pub change: Change,
}

impl Entry {
    /// Whether this is to take the place of what is kept of the same entry: unless that is newer.
    /// Answers come in no order, and some come twice.
    pub fn replaces(&self, kept: &Self) -> bool {
        self.at >= kept.at
    }
}

/// What an entry has become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It stands.
    Present(Details),
    /// It is deleted: its fingerprints are no longer to be matched.
    Deleted,
}

/// What is said of an entry that stands.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Details {
    /// How it is classified.
    pub classification: Option<Classification>,
    /// Its fingerprints.
    pub fingerprints: Vec<Fingerprint>,
    /// What members think of them.
    pub feedback: Vec<Feedback>,
}

/// How an entry is classified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Classification {
    /// By the industry classification; its taxonomy is [`TAXONOMY`].
    Industry(IndustryClassification),
    /// In another word, whose taxonomy the answer does not name.
    Other(String),
}

macro_rules! fingerprint_types {
    ($($Name:ident = $word:literal, $words:literal;)*) => {
        /// How a fingerprint was made. Source: `FingerprintType` of `hash_api.py`, as of October 2024.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FingerprintType {
            $(#[doc = $words] $Name,)*
        }

        impl FingerprintType {
            /// Every type.
            pub const ALL: &'static [Self] = &[$(Self::$Name),*];

            /// The word for it in an address.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Name => $word,)* }
            }
        }
    };
}

fingerprint_types! {
    Md5 = "MD5", "MD5.";
    Sha1 = "SHA1", "SHA-1.";
    Pdna = "PDNA", "PhotoDNA.";
    Pdq = "PDQ", "PDQ.";
    Netclean = "NETCLEAN", "NetClean.";
    Videntifier = "VIDENTIFIER", "Videntifier.";
    TmkPdqf = "TMK_PDQF", "TMK+PDQF, of a video.";
    SsvhPdna = "SSVH_PDNA", "Scene-sensitive video hash over PhotoDNA.";
    SsvhSaferHash = "SSVH_SAFER_HASH", "Scene-sensitive video hash over SaferHash.";
}

impl FingerprintType {
    /// Reads the word in any case, with hyphens or underscores: `TMK_PDQF`, `tmk-pdqf`, `Md5`.
    pub fn of(word: &str) -> Option<Self> {
        let plain = |word: &str| word.replace(['-', '_'], "").to_ascii_lowercase();
        let word = plain(word);
        Self::ALL.iter().copied().find(|kind| plain(kind.as_str()) == word)
    }

    const fn algorithm(self) -> Option<Algorithm> {
        match self {
            Self::Md5 => Some(Algorithm::Md5),
            Self::Sha1 => Some(Algorithm::Sha1),
            Self::Pdq => Some(Algorithm::Pdq),
            _ => None,
        }
    }
}

/// A fingerprint of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fingerprint {
    /// One that can be looked up here.
    Hash(Hash),
    /// One that needs software of others; its text as it came.
    Text(FingerprintType, String),
    /// A large one, to be had at this path behind the environment's address.
    ByAddress(FingerprintType, String),
    /// One of a name that is not documented, with its text.
    Unknown(String, String),
}

/// Why a member thinks a fingerprint wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// Its id, to be given when one says the same.
    pub guid: String,
    /// In words.
    pub name: String,
    /// What fingerprints it can be said of; `None` where the answer names none or one not known.
    pub fingerprint: Option<FingerprintType>,
}

/// What a member thinks of a fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// It is right.
    Affirmative,
    /// It is wrong.
    Negative(Reason),
}

/// What members think of a fingerprint of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Which fingerprint.
    pub fingerprint: FingerprintType,
    /// What they think.
    pub opinion: Opinion,
    /// Who.
    pub members: Vec<Member>,
    /// When this was last changed.
    pub at: Option<Instant>,
}

/// A field that cannot be read, and why.
pub(super) type Problem = (&'static str, String);

/// Reads an entry. What cannot be read of it is noted; without key and time there is none.
pub(super) fn read(element: &Element, problems: &mut Vec<Problem>) -> Option<Entry> {
    let (medium, deleted) = match element.name.as_str() {
        "image" => (Medium::Image, false),
        "video" => (Medium::Video, false),
        "deletedImage" => (Medium::Image, true),
        "deletedVideo" => (Medium::Video, true),
        name => {
            let reason =
                format!("expected image, video, deletedImage or deletedVideo, found {}", beginning(name, 60));
            problems.push(("", reason));
            return None;
        }
    };
    let member = element.child("member").and_then(member);
    if member.is_none() {
        problems.push(("member", "expected a member with its number as the attribute id".to_owned()));
    }
    let id = element.child_text("id");
    if id.is_none() {
        problems.push(("id", "expected the entry’s id".to_owned()));
    }
    let at = time("timestamp", element.child_text("timestamp"), problems);
    if at.is_none() && element.child_text("timestamp").is_none() {
        problems.push(("timestamp", "expected the time of the last change, found none".to_owned()));
    }
    let (member, id, at) = (member?, id?.to_owned(), at?);
    let change = if deleted { Change::Deleted } else { Change::Present(details(element, problems)) };
    Some(Entry { key: EntryKey { member: member.id, id }, member_name: member.name, medium, at, change })
}

fn details(element: &Element, problems: &mut Vec<Problem>) -> Details {
    let classification = element.child_text("classification").map(|word| {
        let known = IndustryClassification::ALL.iter().copied().find(|known| known.as_str() == word);
        known.map_or_else(|| Classification::Other(word.to_owned()), Classification::Industry)
    });
    let of = |name| element.child(name).map(|list| list.children.as_slice()).unwrap_or_default();
    let mut details = Details { classification, ..Details::default() };
    for one in of("fingerprints") {
        match fingerprint(one) {
            Ok(fingerprint) => details.fingerprints.extend(fingerprint),
            Err(reason) => problems.push(("fingerprints", reason)),
        }
    }
    for one in of("feedback") {
        match feedback(one, problems) {
            Ok(feedback) => details.feedback.extend(feedback),
            Err(reason) => problems.push(("feedback", reason)),
        }
    }
    details
}

fn fingerprint(element: &Element) -> Result<Option<Fingerprint>, String> {
    let kind = FingerprintType::of(&element.name);
    let text = element.text();
    match (kind, element.attribute("href")) {
        (Some(kind), Some(path)) => Ok(Some(Fingerprint::ByAddress(kind, path.to_owned()))),
        (_, None) if text.is_empty() => Ok(None),
        (Some(kind), None) => match kind.algorithm() {
            Some(algorithm) => {
                let hash = Hash::parse(text, algorithm).map_err(|error| error.to_string())?;
                Ok(Some(Fingerprint::Hash(hash)))
            }
            None => Ok(Some(Fingerprint::Text(kind, text.to_owned()))),
        },
        (None, _) => Ok(Some(Fingerprint::Unknown(element.name.clone(), text.to_owned()))),
    }
}

/// Reads what members think of one fingerprint. A reason is followed by those who gave it; where
/// several follow one another, by those who gave them all. The public client says that the
/// documentation leaves this open (`get_from_entry_feedback` of `hash_api.py`).
fn feedback(element: &Element, problems: &mut Vec<Problem>) -> Result<Vec<Feedback>, String> {
    let word = element.attribute("type").unwrap_or_default();
    let fingerprint = FingerprintType::of(word).ok_or_else(|| {
        format!(
            "expected feedback on a known type of fingerprint, such as MD5, found “{}”",
            beginning(word, 60)
        )
    })?;
    let at = time("feedback", element.attribute("lastUpdateTimestamp"), problems);
    let of = |opinion| Feedback { fingerprint, opinion, members: Vec::new(), at };
    match element.name.as_str() {
        "affirmativeFeedback" => {
            let members = element.child("members").map(members).unwrap_or_default();
            Ok(vec![Feedback { members, ..of(Opinion::Affirmative) }])
        }
        "negativeFeedback" => {
            let mut all: Vec<Feedback> = Vec::new();
            let mut from = 0;
            for one in element.child("reasons").map(|list| list.children.as_slice()).unwrap_or_default() {
                match one.name.as_str() {
                    "reason" => {
                        let own = one.child("members").map(members).unwrap_or_default();
                        all.push(Feedback { members: own, ..of(Opinion::Negative(reason(one))) });
                    }
                    "members" => {
                        for feedback in all.iter_mut().skip(from) {
                            feedback.members.extend(members(one));
                        }
                        from = all.len();
                    }
                    name => return Err(format!("expected reason or members, found {}", beginning(name, 60))),
                }
            }
            Ok(all)
        }
        name => {
            Err(format!("expected affirmativeFeedback or negativeFeedback, found {}", beginning(name, 60)))
        }
    }
}

fn members(element: &Element) -> Vec<Member> {
    element.children.iter().filter_map(member).collect()
}

pub(super) fn member(element: &Element) -> Option<Member> {
    let id = element.attribute("id")?.parse().ok()?;
    (element.name == "member").then(|| Member { id, name: element.text().to_owned() })
}

pub(super) fn reason(element: &Element) -> Reason {
    let attribute = |name| element.attribute(name).unwrap_or_default();
    Reason {
        guid: attribute("guid").to_owned(),
        name: attribute("name").to_owned(),
        fingerprint: FingerprintType::of(attribute("type")),
    }
}

fn time(field: &'static str, text: Option<&str>, problems: &mut Vec<Problem>) -> Option<Instant> {
    match Instant::parse(text?) {
        Ok(at) => Some(at),
        Err(error) => {
            problems.push((field, error.to_string()));
            None
        }
    }
}
