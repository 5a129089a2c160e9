//! The plain values of the schema but times: text, numbers, marks, degrees.
//!
//! What two spellings of one value mean the same for (`1` and `true`, `007` and `7`) is kept as the
//! value. Times, dates and degrees keep their text, since a document's own words are evidence.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    wire::{Checks, Simple},
    xml::{is_allowed, is_space},
};

impl Simple for String {
    fn expected() -> String {
        "text".to_owned()
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn to_text(&self) -> Cow<'_, str> {
        self.into()
    }

    fn check_value(&self, checks: &mut Checks) {
        if let Some(wrong) = self.chars().find(|c| !is_allowed(*c)) {
            checks.note(format!("the character U+{:04X} is not allowed in XML", u32::from(wrong)));
        }
    }
}

impl Simple for bool {
    fn expected() -> String {
        "true or false".to_owned()
    }

    fn from_text(text: &str) -> Option<Self> {
        match text.trim_matches(is_space) {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    fn to_text(&self) -> Cow<'_, str> {
        if *self { "true".into() } else { "false".into() }
    }
}

/// A mark that can only be `true`; an empty element means `true` by the schema's `fixed`. The
/// spelling `1` is the same value, yet validators in use (libxml2) compare the text and refuse it,
/// so it is refused here.
pub(super) struct Mark;

impl Simple for Mark {
    fn expected() -> String {
        "true or an empty element (what is not so is left out)".to_owned()
    }

    fn from_text(text: &str) -> Option<Self> {
        matches!(text, "" | "true").then_some(Self)
    }

    fn to_text(&self) -> Cow<'_, str> {
        "true".into()
    }
}

macro_rules! whole_number {
    ($($ty:ty)*) => {$(
        impl Simple for $ty {
            fn expected() -> String {
                format!("a whole number from {} to {}", Self::MIN, Self::MAX)
            }

            fn from_text(text: &str) -> Option<Self> {
                text.trim_matches(is_space).parse().ok()
            }

            fn to_text(&self) -> Cow<'_, str> {
                self.to_string().into()
            }
        }
    )*};
}

whole_number!(i32 i64);

/// What a value that keeps its text has in common with the others: reading, writing, JSON.
macro_rules! kept_text {
    ($Name:ident, $expected:literal $(, $check:expr)?) => {
        impl $Name {
            /// The text as the document has it, without space around it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $Name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text).ok_or_else(|| format!("“{text}” is not {}", $expected))
            }
        }

        impl From<$Name> for String {
            fn from(value: $Name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $crate::cybertip::wire::Simple for $Name {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn from_text(text: &str) -> Option<Self> {
                Self::parse(text)
            }

            fn to_text(&self) -> std::borrow::Cow<'_, str> {
                self.as_str().into()
            }

            $(fn check_value(&self, checks: &mut $crate::cybertip::wire::Checks) {
                ($check)(self, checks);
            })?
        }
    };
}

pub(super) use kept_text;

/// A token: text without line breaks, without space around it and with single spaces inside.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token(String);

impl Token {
    /// The token in a text.
    pub fn new(text: &str) -> Self {
        let words: Vec<_> = text.split(is_space).filter(|word| !word.is_empty()).collect();
        Self(words.join(" "))
    }

    #[expect(clippy::unnecessary_wraps, reason = "every text has a token; the other kept texts do not")]
    fn parse(text: &str) -> Option<Self> {
        Some(Self::new(text))
    }
}

kept_text!(Token, "a token", |token: &Token, checks: &mut Checks| token.0.check_value(checks));

/// An `xs:double` with degrees of latitude or longitude, as the document wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Degrees(String);

impl Degrees {
    /// Reads an `xs:double`, such as `10.3157` or `1.23899E2`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_space);
        let number = || {
            let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
            text.chars().all(plain) && text.parse::<f64>().is_ok()
        };
        (matches!(text, "INF" | "-INF" | "NaN") || number()).then(|| Self(text.to_owned()))
    }

    /// The number.
    pub fn value(&self) -> f64 {
        match self.0.as_str() {
            "INF" => f64::INFINITY,
            "-INF" => f64::NEG_INFINITY,
            number => number.parse().unwrap_or(f64::NAN),
        }
    }
}

kept_text!(Degrees, "a number of degrees, such as 10.3157");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_doubles() {
        assert!((Degrees::parse("1.23899E2").unwrap().value() - 123.899).abs() < 1e-9);
        assert!(Degrees::parse("NaN").unwrap().value().is_nan());
        for wrong in ["", "north", "inf", "1,5", "infinity", "+INF", "."] {
            assert!(Degrees::parse(wrong).is_none(), "{wrong}");
        }
    }
}
