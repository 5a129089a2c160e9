//! Amounts as ledgers write them.

use model::{Currency, Money, MoneyError};

/// How a file writes its amounts. The default is `1250.50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AmountFormat {
    /// What stands before the decimals.
    pub(crate) decimal: char,
    /// What stands between groups of digits.
    pub(crate) thousands: Option<char>,
    /// The amounts are in minor units (centavos, cents) already.
    pub(crate) minor_units: bool,
    /// Decimals beyond the currency's own are rounded half to even; otherwise they are refused.
    pub(crate) round: bool,
}

impl Default for AmountFormat {
    fn default() -> Self {
        Self { decimal: '.', thousands: None, minor_units: false, round: false }
    }
}

/// An amount, and whether it was rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) money: Money,
    pub(crate) rounded: bool,
}

impl AmountFormat {
    /// Reads an amount in this way of writing.
    pub(crate) fn read(self, text: &str, currency: Currency) -> Result<Amount, MoneyError> {
        let text = text.trim();
        if self == Self::default() {
            let money = match plain(text.as_bytes(), currency.decimals()) {
                Some(minor) => Money { minor, currency },
                None => Money::parse(text, currency)?,
            };
            return Ok(Amount { money, rounded: false });
        }
        let wrong = || MoneyError::Amount(text.chars().take(40).collect());
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once(self.decimal).unwrap_or((digits, ""));
        let whole = match self.thousands {
            Some(separator) => ungrouped(whole, separator).ok_or_else(wrong)?,
            None => whole.to_owned(),
        };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(&whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
            return Err(wrong());
        }
        let decimals = if self.minor_units { 0 } else { currency.decimals() };
        let (kept, beyond) = fraction.split_at_checked(decimals as usize).unwrap_or((fraction, ""));
        let precise = beyond.bytes().all(|byte| byte == b'0');
        if !precise && !self.round {
            let amount = text.chars().take(40).collect();
            return Err(MoneyError::TooPrecise { amount, currency, decimals });
        }
        let large = || MoneyError::TooLarge(text.chars().take(40).collect());
        let mut minor: i64 = format!("{sign}0{whole}{kept:0<width$}", width = decimals as usize)
            .parse()
            .map_err(|_| large())?;
        if !precise && rounds_away(beyond, minor) {
            minor = minor.checked_add(if sign == "-" { -1 } else { 1 }).ok_or_else(large)?;
        }
        Ok(Amount { money: Money { minor, currency }, rounded: !precise })
    }
}

/// Whether a rest of these decimals takes `minor` away from zero, half to even.
fn rounds_away(beyond: &str, minor: i64) -> bool {
    let mut digits = beyond.bytes();
    match digits.next() {
        Some(b'6'..=b'9') => true,
        Some(b'5') => digits.any(|byte| byte != b'0') || minor % 2 != 0,
        _ => false,
    }
}

/// The digits without their separators, if these stand where they may: the last group has three
/// digits, those before it two (as in India) or three.
fn ungrouped(whole: &str, separator: char) -> Option<String> {
    if !whole.contains(separator) {
        return Some(whole.to_owned());
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return None };
    let placed = (1..=3).contains(&first.len())
        && middle.iter().all(|group| (2..=3).contains(&group.len()))
        && last.len() == 3;
    placed.then(|| groups.concat())
}

/// The minor units of a plain amount without a sign and not too large; `None` for anything else.
fn plain(text: &[u8], decimals: u32) -> Option<i64> {
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    let mut minor = 0_i64;
    let mut after_point: Option<u32> = None;
    for byte in text {
        match (byte, &mut after_point) {
            (b'0'..=b'9', count) => {
                minor = minor * 10 + i64::from(byte - b'0');
                if let Some(count) = count {
                    *count += 1;
                }
            }
            (b'.', None) => after_point = Some(0),
            _ => return None,
        }
    }
    let given = after_point.unwrap_or(0);
    // A point with nothing before it, after it or around it is left to the model.
    if text.starts_with(b".") || text.ends_with(b".") {
        return None;
    }
    minor.checked_mul(10_i64.pow(decimals.checked_sub(given)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(format: AmountFormat, text: &str, currency: &str) -> Result<(i64, bool), MoneyError> {
        format.read(text, currency.parse().unwrap()).map(|amount| (amount.money.minor, amount.rounded))
    }

    #[test]
    fn decimals_and_groups_as_the_mapping_says() {
        let german = AmountFormat { decimal: ',', thousands: Some('.'), ..AmountFormat::default() };
        assert_eq!(read(german, "1.250,5", "EUR").unwrap(), (125_050, false));
        assert_eq!(read(german, "-1250,50", "EUR").unwrap(), (-125_050, false));
        assert_eq!(read(german, "12.50.000", "INR").unwrap(), (125_000_000, false));
        for wrong in ["1.25", "1250.50", "1..250", ".250", "1.250.", "", ",", "1,2,3", "1 250", "٣"] {
            assert!(read(german, wrong, "EUR").is_err(), "{wrong}");
        }
    }

    #[test]
    fn minor_units_have_no_decimals() {
        let minor = AmountFormat { minor_units: true, ..AmountFormat::default() };
        assert_eq!(read(minor, "125050", "PHP").unwrap(), (125_050, false));
        assert_eq!(read(minor, "125050.0", "PHP").unwrap(), (125_050, false));
        assert!(matches!(read(minor, "12.5", "PHP"), Err(MoneyError::TooPrecise { decimals: 0, .. })));
    }

    #[test]
    fn nothing_is_rounded_unless_the_mapping_says_so() {
        assert!(matches!(read(AmountFormat::default(), "1.005", "PHP"), Err(MoneyError::TooPrecise { .. })));
        let round = AmountFormat { round: true, ..AmountFormat::default() };
        for (text, minor, rounded) in [
            ("1.005", 100, true),
            ("1.015", 102, true),
            ("1.0051", 101, true),
            ("-1.015", -102, true),
            ("-1.005", -100, true),
            ("1.0149999", 101, true),
            ("1.0100", 101, false),
            (".5", 50, false),
        ] {
            assert_eq!(read(round, text, "PHP").unwrap(), (minor, rounded), "{text}");
        }
        assert_eq!(read(round, "100.5", "JPY").unwrap(), (100, true));
        assert!(matches!(read(round, "9999999999999999999999", "JPY"), Err(MoneyError::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn the_fast_way_and_the_models_agree(text in "[0-9]{13,20}|[+-]?[0-9]{0,17}(\\.[0-9]{0,6})?|[0-9.,x-]{0,8}", code in "PHP|JPY|KWD|CLF") {
            let currency: Currency = code.parse().unwrap();
            let ours = AmountFormat::default().read(&text, currency).map(|amount| amount.money);
            prop_assert_eq!(ours, Money::parse(&text, currency));
        }

        #[test]
        fn the_general_way_agrees_where_nothing_is_special(text in "[+-]?[0-9]{0,17}(\\.[0-9]{0,6})?", code in "PHP|JPY|KWD|CLF") {
            // The same amount with a decimal comma takes the general way.
            let comma = AmountFormat { decimal: ',', ..AmountFormat::default() };
            let currency: Currency = code.parse().unwrap();
            let general = comma.read(&text.replace('.', ","), currency).ok().map(|amount| amount.money);
            prop_assert_eq!(general, Money::parse(&text, currency).ok());
        }

        #[test]
        fn rounding_is_the_models_rounding(minor in -1_000_000_000_i64..1_000_000_000, beyond in 0_i64..1000) {
            let round = AmountFormat { round: true, ..AmountFormat::default() };
            let sign = if minor < 0 { "-" } else { "" };
            let (whole, cents) = (minor.abs() / 100, minor.abs() % 100);
            let text = format!("{sign}{whole}.{cents:02}{beyond:03}");
            let thousandths = minor * 1000 + if minor < 0 { -beyond } else { beyond };
            let exact = Money { minor: thousandths, currency: Currency::PHP }.convert(Currency::PHP, 1, 1000);
            prop_assert_eq!(Some(round.read(&text, Currency::PHP).unwrap().money), exact);
        }
    }
}
