//! Installation profiles: one installation, one lawful purpose.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Desk, PolicyError};

/// What an installation is for, and so which rooms it has at all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its word.
    pub name: String,
    /// What a page calls it.
    pub label: String,
    /// The lawful purpose, in a sentence.
    pub purpose: String,
    /// The rooms whose tables are made and whose routes answer.
    pub rooms: Vec<String>,
    /// Where the choice comes from.
    pub source: String,
    /// Whether a lawyer confirmed it.
    pub verified: bool,
}

impl Profile {
    /// Whether the installation has this room.
    pub fn has(&self, room: &str) -> bool {
        self.rooms.iter().any(|r| r == room)
    }

    /// Whether a desk has anything behind it here.
    pub fn has_desk(&self, desk: Desk) -> bool {
        match desk {
            Desk::Queue => self.has("reports"),
            Desk::Alerts => self.has("alerts"),
            Desk::Imports | Desk::KeepingHouse => true,
            Desk::Cases => self.has("cases"),
            Desk::Outbox => self.has("filings"),
            Desk::Banks => self.has("hashes"),
            Desk::Typologies => self.has("payments"),
        }
    }
}

/// All profiles.
#[derive(Clone, Debug)]
pub struct Profiles(BTreeMap<String, Profile>);

/// Every room an installation can have beside the core.
const ROOMS: [&str; 6] = ["payments", "hashes", "reports", "alerts", "cases", "filings"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profile: Vec<Profile>,
}

impl Profiles {
    /// The profiles Sagip comes with.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::parse("data/profiles/profiles.toml", include_str!("../../../data/profiles/profiles.toml"))
    }

    /// Reads profiles from a file's text; `file` is only for messages.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let wrong = |reason: String| PolicyError { file: file.to_owned(), reason };
        let parsed: File = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        for profile in &parsed.profile {
            if let Some(room) = profile.rooms.iter().find(|room| !ROOMS.contains(&room.as_str())) {
                return Err(wrong(format!(
                    "profile “{}”: “{room}” is not a room; expected one of {}",
                    profile.name,
                    ROOMS.join(", ")
                )));
            }
        }
        Ok(Self(parsed.profile.into_iter().map(|p| (p.name.clone(), p)).collect()))
    }

    /// The profile of that name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.0.get(name)
    }

    /// All names, sorted.
    pub fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remitter_has_no_cases_and_police_no_ledger() {
        let profiles = Profiles::shipped().unwrap();
        assert!(!profiles.get("remitter").unwrap().has("cases"));
        assert!(!profiles.get("police").unwrap().has("payments"));
        assert!(!profiles.get("remitter").unwrap().has_desk(Desk::Cases));
        assert_eq!(profiles.get("national").unwrap().rooms.len(), 6);
        assert_eq!(
            profiles.names(),
            ["aftercare", "hotline", "national", "platform", "police", "prosecution", "remitter"]
        );
    }

    #[test]
    fn an_unknown_room_is_refused() {
        let text =
            "[[profile]]\nname='x'\nlabel='x'\npurpose='x'\nrooms=['attic']\nsource='s'\nverified=false\n";
        assert!(Profiles::parse("f", text).unwrap_err().reason.contains("attic"));
    }
}
