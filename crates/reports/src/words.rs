//! Fixed vocabularies: an enum whose members each have one word for data and one label for a page.
//!
//! Written once as a table, so that the word in the database, in the API, in a data file and in an error message
//! cannot drift apart.

/// The word is not in the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” is not {what}; expected one of: {expected}")]
pub struct UnknownWord {
    /// What was given, cut to forty characters.
    pub word: String,
    /// What was wanted, with its article: “a source of reports”.
    pub what: &'static str,
    /// The words there are.
    pub expected: String,
}

/// Defines an enum from a table of members, each with its word and its label; gives it `ALL`, `as_str`, `label`,
/// `Display`, `FromStr` and serde by word. The crate that uses it must depend on `serde`.
#[macro_export]
macro_rules! words {
    (
        $(#[$doc:meta])*
        pub enum $name:ident: $what:literal {
            $($(#[$member_doc:meta])* $member:ident = $word:literal, $label:literal;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$member_doc])* $member),+ }

        impl $name {
            /// Every one, in the order a page lists them.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// The word used in data files, the database and the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }

            /// The words a page uses.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$member => $label),+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|member| member.as_str() == word).ok_or_else(|| {
                    $crate::UnknownWord {
                        word: word.chars().take(40).collect(),
                        what: $what,
                        expected: [$($word),+].join(", "),
                    }
                })
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <::std::string::String as ::serde::Deserialize>::deserialize(deserializer)?
                    .parse()
                    .map_err(::serde::de::Error::custom)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::Confidence;

    #[test]
    fn words_are_read_and_written_and_others_are_refused_with_the_choice() {
        assert_eq!("low".parse::<Confidence>().unwrap(), Confidence::Low);
        assert_eq!(serde_json::to_string(&Confidence::High).unwrap(), "\"high\"");
        assert_eq!(serde_json::from_str::<Confidence>("\"high\"").unwrap(), Confidence::High);
        assert_eq!(Confidence::ALL.len(), 3);
        assert_eq!(Confidence::Medium.label(), "medium");
        assert_eq!(
            "certain".parse::<Confidence>().unwrap_err().to_string(),
            "“certain” is not a confidence; expected one of: low, medium, high"
        );
    }
}
