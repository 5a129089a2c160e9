//! Money: minor units with their currency.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An ISO 4217 code, upper case. The shape is checked, not the list: a ledger may carry a code
/// this version has not heard of, and then two decimals are assumed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Philippine peso.
    pub const PHP: Self = Self(*b"PHP");

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// The three bytes, for compact storage.
    pub const fn bytes(self) -> [u8; 3] {
        self.0
    }

    /// How many decimals the minor unit has (ISO 4217, table A.1).
    pub const fn decimals(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|x| x.is_ascii_alphabetic()) => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => Err(MoneyError::Currency(text.chars().take(40).collect())),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is not an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three letters.
    #[error("“{0}” is not a currency; expected three letters of ISO 4217, such as PHP")]
    Currency(String),
    /// Not a decimal number.
    #[error("“{0}” is not an amount; expected digits with a point for decimals, such as 1250.00")]
    Amount(String),
    /// More decimals than the currency has, and they are not zero.
    #[error("“{amount}” has more decimals than {currency} has ({decimals})")]
    TooPrecise {
        /// What was given.
        amount: String,
        /// The currency.
        currency: Currency,
        /// The decimals it has.
        decimals: u32,
    },
    /// The amount does not fit into 64 bits of minor units.
    #[error("“{0}” is larger than an amount can be")]
    TooLarge(String),
}

/// An amount in minor units (centavos, cents) of its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative for a reversal.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Reads a plain decimal such as `1250`, `1250.5` or `-3.00`. Decimals beyond the currency's
    /// own must be zero: nothing is rounded silently.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = amount.trim();
        let wrong = || MoneyError::Amount(text.chars().take(40).collect());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(wrong());
        }
        let decimals = currency.decimals();
        let mut minor: i64 = 0;
        let mut push = |byte: u8| -> Result<(), MoneyError> {
            if !byte.is_ascii_digit() {
                return Err(wrong());
            }
            minor = minor
                .checked_mul(10)
                .and_then(|m| m.checked_add(i64::from(byte - b'0')))
                .ok_or_else(|| MoneyError::TooLarge(text.chars().take(40).collect()))?;
            Ok(())
        };
        whole.bytes().try_for_each(&mut push)?;
        let mut seen = 0;
        for byte in fraction.bytes() {
            if seen < decimals {
                push(byte)?;
                seen += 1;
            } else if !byte.is_ascii_digit() {
                return Err(wrong());
            } else if byte != b'0' {
                return Err(MoneyError::TooPrecise {
                    amount: text.chars().take(40).collect(),
                    currency,
                    decimals,
                });
            }
        }
        for _ in seen..decimals {
            push(b'0')?;
        }
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }

    /// Converts at `numerator / denominator` (both positive), in 128 bits, rounding half to even.
    /// `None` when the result does not fit or the rate is not positive.
    pub fn convert(self, to: Currency, numerator: u64, denominator: u64) -> Option<Self> {
        if numerator == 0 || denominator == 0 {
            return None;
        }
        let scale = |currency: Currency| 10_i128.pow(currency.decimals());
        let top = i128::from(self.minor).checked_mul(i128::from(numerator))?.checked_mul(scale(to))?;
        let bottom = i128::from(denominator).checked_mul(scale(self.currency))?;
        let (quotient, remainder) = (top.div_euclid(bottom), top.rem_euclid(bottom));
        let twice = remainder * 2;
        let up = twice > bottom || (twice == bottom && quotient.rem_euclid(2) == 1);
        Some(Self { minor: i64::try_from(quotient + i128::from(up)).ok()?, currency: to })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.pow(self.currency.decimals());
        let (whole, part) = (self.minor.unsigned_abs() / scale, self.minor.unsigned_abs() % scale);
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = whole.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        match self.currency.decimals() {
            0 => write!(f, "{} {sign}{grouped}", self.currency),
            n => write!(f, "{} {sign}{grouped}.{part:0width$}", self.currency, width = n as usize),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn amounts_keep_the_decimals_of_their_currency() {
        assert_eq!(Money::parse("1250.5", Currency::PHP).unwrap().minor, 125_050);
        assert_eq!(Money::parse("-3", Currency::PHP).unwrap().minor, -300);
        assert_eq!(Money::parse("100", currency("JPY")).unwrap().minor, 100);
        assert_eq!(Money::parse("7866240.23000", Currency::PHP).unwrap().minor, 786_624_023);
        assert!(matches!(Money::parse("1.005", Currency::PHP), Err(MoneyError::TooPrecise { .. })));
        for wrong in ["", ".", "1,250", "12a", "--1", "1.2.3", "1e3"] {
            assert!(Money::parse(wrong, Currency::PHP).is_err(), "{wrong}");
        }
        assert!(matches!(Money::parse("99999999999999999999", Currency::PHP), Err(MoneyError::TooLarge(_))));
    }

    #[test]
    fn shown_with_its_currency_and_grouped() {
        assert_eq!(Money { minor: 123_456_789, currency: Currency::PHP }.to_string(), "PHP 1,234,567.89");
        assert_eq!(Money { minor: -5, currency: Currency::PHP }.to_string(), "PHP -0.05");
        assert_eq!(Money { minor: 1000, currency: currency("JPY") }.to_string(), "JPY 1,000");
    }

    #[test]
    fn conversion_rounds_half_to_even() {
        let one = |minor| Money { minor, currency: Currency::PHP };
        assert_eq!(one(1).convert(Currency::PHP, 1, 2).unwrap().minor, 0);
        assert_eq!(one(3).convert(Currency::PHP, 1, 2).unwrap().minor, 2);
        assert_eq!(one(5).convert(Currency::PHP, 1, 2).unwrap().minor, 2);
        assert_eq!(one(-5).convert(Currency::PHP, 1, 2).unwrap().minor, -2);
        assert_eq!(one(100).convert(currency("JPY"), 5, 2).unwrap().minor, 2);
        assert_eq!(one(i64::MAX).convert(Currency::PHP, 2, 1), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(minor in -1_000_000_000_000_i64..1_000_000_000_000) {
            for code in ["PHP", "JPY", "KWD"] {
                let money = Money { minor, currency: currency(code) };
                let text = money.to_string();
                let (_, amount) = text.split_once(' ').unwrap();
                prop_assert_eq!(Money::parse(&amount.replace(',', ""), money.currency).unwrap(), money);
            }
        }
    }
}
