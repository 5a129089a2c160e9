//! Which of the recipe's correct outputs a hash is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How a picture is brought to the PDQ transform. Hashes of two profiles differ by some bits for the
/// same picture, so the profile is kept with every stored hash and only equal profiles are compared
/// at a tight distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Profile {
    /// The C++ command line: a picture with a side over 512 is first brought to 512x512 by nearest
    /// neighbour, its proportions ignored, and luma is computed in single precision.
    #[serde(rename = "reference-512")]
    Reference512,
    /// What `pdqhash` for Python, python-threatexchange and Hasher-Matcher-Actioner compute, and so
    /// most hash lists hold: the picture as it is, luma computed in double precision and rounded.
    #[default]
    #[serde(rename = "full-resolution")]
    FullResolution,
}

impl Profile {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Reference512, Self::FullResolution];

    /// The name under which it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reference512 => "reference-512",
            Self::FullResolution => "full-resolution",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A name that is no profile's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{0}” is no PDQ profile: write “reference-512” or “full-resolution”")]
pub struct UnknownProfile(String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.name() == text)
            .ok_or_else(|| UnknownProfile(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_written_and_read_by_one_name() {
        for profile in Profile::ALL {
            assert_eq!(profile.to_string().parse(), Ok(profile));
            let json = serde_json::to_string(&profile).unwrap();
            assert_eq!(json, format!("\"{profile}\""));
            assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile);
        }
        assert_eq!(
            "full".parse::<Profile>().unwrap_err().to_string(),
            "“full” is no PDQ profile: write “reference-512” or “full-resolution”"
        );
    }

    #[test]
    fn unless_told_otherwise_hashes_are_those_of_the_common_lists() {
        assert_eq!(Profile::default(), Profile::FullResolution);
    }
}
