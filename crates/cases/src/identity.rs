//! Who a person is: the content that is sealed under a key of its own, and the name a child goes by instead.

use std::fmt;

use model::{CivilDate, Country, PartialDate};
use reports::{AgeRange, Minority, RawIdentifier, Sex};
use serde::{Deserialize, Serialize};

/// A person's identity. Sealed; for a child under a key of its own, so that destroying the key makes it unreadable.
/// `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonIdentity {
    /// Legal names, whole.
    pub names: Vec<String>,
    /// What else the person is called.
    pub aliases: Vec<String>,
    /// Date of birth, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth: Option<PartialDate>,
    /// Sex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Nationality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nationality: Option<Country>,
    /// Identifiers as given.
    pub identifiers: Vec<RawIdentifier>,
    /// Whatever else belongs to the identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl PersonIdentity {
    /// The age on a day: age at the time.
    pub fn age_on(&self, day: CivilDate) -> Option<AgeRange> {
        self.birth.and_then(|birth| AgeRange::of_birth(birth, day))
    }

    /// Whether the person was a child on a day.
    pub fn minority_on(&self, day: CivilDate) -> Minority {
        Minority::of(self.age_on(day))
    }
}

impl fmt::Debug for PersonIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonIdentity(…)")
    }
}

/// The next name for a child in a case: “Child 1”, “Child 2”, … `used` are the pseudonyms the case ever gave, also
/// those of people since merged or removed, so that a name is never given twice.
pub fn next_pseudonym<'a>(used: impl IntoIterator<Item = &'a str>) -> String {
    let number = |pseudonym: &str| {
        let (word, number) = pseudonym.trim().rsplit_once(' ')?;
        word.eq_ignore_ascii_case("child").then(|| number.parse::<u32>().ok()).flatten()
    };
    let highest = used.into_iter().filter_map(number).max().unwrap_or(0);
    format!("Child {}", u64::from(highest) + 1)
}

#[cfg(test)]
mod tests {
    use model::IdentifierKind;
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn an_identity_is_kept_whole_and_debug_shows_nothing() {
        let identity = PersonIdentity {
            names: vec!["Synthetic Child".to_owned()],
            aliases: vec!["Synthetic Nickname".to_owned()],
            birth: Some("2014-05".parse().unwrap()),
            sex: Some(Sex::Male),
            nationality: Some(Country::PH),
            identifiers: vec![RawIdentifier {
                kind: IdentifierKind::Handle,
                raw: "synthetic@example".to_owned(),
                observed_at: None,
            }],
            note: Some("Synthetic note".to_owned()),
        };
        let json = serde_json::to_string(&identity).unwrap();
        assert_eq!(serde_json::from_str::<PersonIdentity>(&json).unwrap(), identity);
        assert_eq!(format!("{identity:?}"), "PersonIdentity(…)");
        assert_eq!(serde_json::from_str::<PersonIdentity>("{}").unwrap(), PersonIdentity::default());
    }

    #[test]
    fn age_counts_at_the_time() {
        let identity = PersonIdentity { birth: Some("2008-06-15".parse().unwrap()), ..Default::default() };
        assert_eq!(identity.minority_on("2026-06-14".parse().unwrap()), Minority::Child);
        assert_eq!(identity.minority_on("2026-06-15".parse().unwrap()), Minority::Adult);
        assert_eq!(PersonIdentity::default().minority_on("2026-06-15".parse().unwrap()), Minority::Unknown);
    }

    #[test]
    fn children_are_numbered_and_no_number_is_given_twice() {
        assert_eq!(next_pseudonym([]), "Child 1");
        assert_eq!(next_pseudonym(["Child 1", "the aunt", "child 7", "Child x"]), "Child 8");
    }

    proptest! {
        #[test]
        fn a_pseudonym_is_always_new(used in vec((any::<u32>(), any::<bool>()), 0..20)) {
            let used: Vec<String> =
                used.into_iter().map(|(n, child)| if child { format!("Child {n}") } else { n.to_string() }).collect();
            prop_assert!(!used.contains(&next_pseudonym(used.iter().map(String::as_str))));
        }
    }
}
