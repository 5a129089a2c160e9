//! Numbers people can say on the phone: `R-2026-00042`.

use std::{fmt, str::FromStr};

use reports::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a number counts.
    pub enum Prefix: "a prefix" {
        /// Reports.
        Report = "R", "report";
        /// Cases.
        Case = "C", "case";
        /// Alerts.
        Alert = "A", "alert";
        /// Filings.
        Filing = "F", "filing";
    }
}

/// A number within its year and organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number {
    /// What it counts.
    pub prefix: Prefix,
    /// The year, of four digits.
    pub year: u16,
    /// The count, from one.
    pub n: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}-{:05}", self.prefix, self.year, self.n)
    }
}

/// The text is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a number of a report, case, alert or filing; expected one such as R-2026-00042")]
pub struct NotANumber(pub String);

impl FromStr for Number {
    type Err = NotANumber;

    /// Reads a number as a person types it: small letters, blanks around it and missing zeros are fine.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotANumber(text.chars().take(40).collect());
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = text.trim().splitn(3, '-');
        let (Some(prefix), Some(year), Some(n)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        if year.len() != 4 || !digits(year) || !digits(n) {
            return Err(wrong());
        }
        let prefix = prefix.to_ascii_uppercase().parse().map_err(|_| wrong())?;
        match (year.parse(), n.parse()) {
            (Ok(year), Ok(n @ 1..)) => Ok(Self { prefix, year, n }),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Number {
    type Error = NotANumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample};

    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let number = Number { prefix: Prefix::Report, year: 2026, n: 42 };
        assert_eq!(number.to_string(), "R-2026-00042");
        for typed in ["R-2026-00042", " r-2026-42 ", "R-2026-0042"] {
            assert_eq!(typed.parse(), Ok(number));
        }
        for wrong in [
            "",
            "R",
            "R-2026",
            "X-2026-1",
            "R-26-1",
            "R-2026-0",
            "R-2026--1",
            "R-2026-1-2",
            "R-+026-1",
            "R-2026-9999999999",
        ] {
            assert!(wrong.parse::<Number>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_they_are_read(prefix in sample::select(Prefix::ALL), year in 0_u16..10_000, n in 1_u32..) {
            let number = Number { prefix, year, n };
            prop_assert_eq!(number.to_string().parse::<Number>().unwrap(), number);
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number);
        }
    }
}
