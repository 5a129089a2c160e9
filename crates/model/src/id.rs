//! Ids typed by kind.
//!
//! An id is a UUIDv7 (RFC 9562) made from the context's clock and generator, so that ids sort by
//! the time they were made and a test can repeat them. The kind is part of the type: a report's
//! id cannot be passed where a case's is wanted.

use std::{fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::{Clock, Entropy};

/// A kind of record that has ids.
pub trait Kind: 'static {
    /// The kind's word, as the journal and the API write it.
    const NAME: &'static str;
}

/// The kinds of record, in one place.
pub mod kinds {
    macro_rules! kinds {
        ($($(#[$doc:meta])* $kind:ident = $name:literal),+ $(,)?) => {$(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub enum $kind {}

            impl crate::Kind for $kind {
                const NAME: &'static str = $name;
            }
        )+};
    }

    kinds! {
        /// An organisation: the owner of every row.
        Organisation = "organisation",
        /// A person who signs in, or the system acting under a name.
        User = "user",
        /// One sign-in.
        Session = "session",
        /// One request through the door, as the journal knows it.
        Request = "request",
        /// An entry of the journal.
        JournalEntry = "journal_entry",
        /// One file taken in.
        Import = "import",
        /// A report.
        Report = "report",
        /// A party to payments, as its source knows it.
        Party = "party",
        /// A sealed segment of bulk events.
        Segment = "segment",
        /// A bank of known hashes.
        Bank = "bank",
        /// What a person made of a content of a bank.
        Opinion = "opinion",
        /// An exchange that a bank is fed by.
        Exchange = "exchange",
        /// An alert.
        Alert = "alert",
        /// A case.
        Case = "case",
        /// A person in a case.
        Person = "person",
        /// A note in a case.
        Note = "note",
        /// A task in a case.
        Task = "task",
        /// A report on its way out of the house.
        Filing = "filing",
        /// A share of a record with another organisation.
        Share = "share",
        /// A decision in triage, which can be undone.
        Decision = "decision",
        /// A job for a worker.
        Job = "job",
        /// A token a program signs in with.
        ApiToken = "api_token",
    }
}

/// The id of a record of kind `K`.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// A new id from the context's clock and generator.
    pub fn new(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        let mut random = [0_u8; 10];
        entropy.fill(&mut random);
        let millis = u64::try_from(clock.now().micros().div_euclid(1000)).unwrap_or(0);
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The id a stored or received UUID stands for.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// The UUID itself.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The sixteen bytes.
    pub const fn bytes(self) -> [u8; 16] {
        *self.uuid.as_bytes()
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.hyphenated().fmt(f)
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", K::NAME, self.uuid)
    }
}

/// The text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not the id of a {kind}; expected a UUID such as 0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6")]
pub struct NotAnId {
    /// What was given.
    pub text: String,
    /// The kind that was wanted.
    pub kind: &'static str,
}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text)
            .map(Self::from_uuid)
            .map_err(|_| NotAnId { text: text.chars().take(60).collect(), kind: K::NAME })
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instant;

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Instant {
            Instant::from_micros(1_700_000_000_123_456)
        }
    }

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn an_id_is_a_version_seven_uuid_of_its_instant() {
        let id = Id::<kinds::Report>::new(&Fixed, &Fixed);
        assert_eq!(id.uuid().get_version_num(), 7);
        assert_eq!(id, Id::new(&Fixed, &Fixed));
        assert_eq!(id.to_string().parse::<Id<kinds::Report>>().unwrap(), id);
        assert!(id.to_string().starts_with("018bcfe5-687b-7"));
        assert!(format!("{id:?}").starts_with("report:"));
    }
}
