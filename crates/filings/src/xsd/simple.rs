//! Simple types: the values of texts and attributes (XML Schema part 2).

use std::cmp::Ordering;

use super::pattern::Pattern;
use crate::xml::cut;

/// A type that comes with XML Schema; those that the schemas of this field build on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    String,
    Boolean,
    Decimal,
    /// A whole number within bounds.
    Whole(Option<i128>, Option<i128>),
    DateTime,
    Date,
}

/// A simple type: restrictions upon restrictions of a built-in type, the innermost first.
#[derive(Clone, Debug)]
pub(crate) struct Simple {
    pub(crate) base: BuiltIn,
    pub(crate) steps: Vec<Facets>,
}

/// One restriction.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facets {
    pub(crate) enumeration: Vec<String>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) least_length: Option<usize>,
    pub(crate) most_length: Option<usize>,
    /// Bounds: the ordering the value must not have towards the bound, and the bound.
    pub(crate) bounds: Vec<(Bound, String)>,
    pub(crate) fraction_digits: Option<usize>,
    pub(crate) total_digits: Option<usize>,
}

/// A kind of bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
}

impl BuiltIn {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "boolean" => Self::Boolean,
            "decimal" => Self::Decimal,
            "integer" => Self::Whole(None, None),
            "positiveInteger" => Self::Whole(Some(1), None),
            "nonNegativeInteger" => Self::Whole(Some(0), None),
            "negativeInteger" => Self::Whole(None, Some(-1)),
            "nonPositiveInteger" => Self::Whole(None, Some(0)),
            "long" => Self::Whole(Some(i64::MIN as i128), Some(i64::MAX as i128)),
            "int" => Self::Whole(Some(i32::MIN as i128), Some(i32::MAX as i128)),
            "short" => Self::Whole(Some(i16::MIN as i128), Some(i16::MAX as i128)),
            "byte" => Self::Whole(Some(i8::MIN as i128), Some(i8::MAX as i128)),
            "unsignedLong" => Self::Whole(Some(0), Some(u64::MAX as i128)),
            "unsignedInt" => Self::Whole(Some(0), Some(u32::MAX as i128)),
            "unsignedShort" => Self::Whole(Some(0), Some(u16::MAX as i128)),
            "unsignedByte" => Self::Whole(Some(0), Some(u8::MAX as i128)),
            "dateTime" => Self::DateTime,
            "date" => Self::Date,
            _ => return None,
        })
    }

    const fn example(self) -> &'static str {
        match self {
            Self::String => "a text",
            Self::Boolean => "true or false",
            Self::Decimal => "a number such as 1250.00",
            Self::Whole(..) => "a whole number that the type holds",
            Self::DateTime => "a time such as 2026-03-01T22:15:00",
            Self::Date => "a date such as 2026-03-01",
        }
    }
}

/// A value that can be compared.
#[derive(Debug)]
enum Value<'a> {
    Text(&'a str),
    Boolean(bool),
    Number(Number<'a>),
    Time(Time),
}

impl Simple {
    pub(crate) const fn of(base: BuiltIn) -> Self {
        Self { base, steps: Vec::new() }
    }

    /// Whether the text is a value of the type; the error says what was expected.
    pub(crate) fn check(&self, text: &str) -> Result<(), String> {
        let collapsed;
        let text = if self.base == BuiltIn::String {
            text
        } else {
            collapsed = text
                .split([' ', '\t', '\n', '\r'])
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            &collapsed
        };
        let value = value(self.base, text)
            .ok_or_else(|| format!("“{}” is not {}", cut(text), self.base.example()))?;
        self.steps.iter().try_for_each(|facets| facets.check(self.base, text, &value))
    }
}

impl Facets {
    /// Whether every facet means something for the base; what would be passed over is refused instead.
    pub(crate) fn fit(&self, base: BuiltIn) -> Result<(), String> {
        let text = base == BuiltIn::String;
        let number = matches!(base, BuiltIn::Decimal | BuiltIn::Whole(..));
        let lengths = self.least_length.is_some() || self.most_length.is_some();
        let digits = self.fraction_digits.is_some() || self.total_digits.is_some();
        let values = self.bounds.iter().map(|(_, bound)| bound).chain(&self.enumeration);
        if lengths && !text
            || digits && !number
            || !self.bounds.is_empty() && (text || base == BuiltIn::Boolean)
        {
            return Err(format!("a restriction that is not read on {}", base.example()));
        }
        match values.into_iter().find(|given| value(base, given).is_none()) {
            Some(given) => Err(format!("“{}” is not {}", cut(given), base.example())),
            None => Ok(()),
        }
    }

    fn check(&self, base: BuiltIn, text: &str, given: &Value<'_>) -> Result<(), String> {
        let shown = || cut(text);
        if !self.enumeration.is_empty() {
            let same = |wanted: &String| {
                value(base, wanted).is_some_and(|wanted| compare(given, &wanted) == Some(Ordering::Equal))
            };
            if !self.enumeration.iter().any(same) {
                let mut codes = self.enumeration.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
                if self.enumeration.len() > 12 {
                    codes.push_str(&format!(" … ({} in all)", self.enumeration.len()));
                }
                return Err(format!("“{}” is not one of the unit’s codes; expected: {codes}", shown()));
            }
        }
        if !self.patterns.is_empty() && !self.patterns.iter().any(|pattern| pattern.matches(text)) {
            return Err(format!(
                "“{}” has characters or a shape that the schema’s pattern does not allow",
                shown()
            ));
        }
        if base == BuiltIn::String {
            let length = text.chars().count();
            if self.least_length.is_some_and(|least| length < least) {
                return Err(format!("“{}” is too short ({length})", shown()));
            }
            if let Some(most) = self.most_length.filter(|most| length > *most) {
                return Err(format!("the text has {length} characters; at most {most} are allowed"));
            }
        }
        for (bound, limit) in &self.bounds {
            let order = value(base, limit).and_then(|limit| compare(given, &limit));
            let kept = match bound {
                Bound::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                Bound::MoreThan => order == Some(Ordering::Greater),
                Bound::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                Bound::LessThan => order == Some(Ordering::Less),
            };
            if !kept {
                return Err(format!("“{}” is outside the bound {limit}", shown()));
            }
        }
        if let Value::Number(number) = given {
            if self.fraction_digits.is_some_and(|most| number.fraction.len() > most) {
                return Err(format!("“{}” has too many decimals", shown()));
            }
            if self.total_digits.is_some_and(|most| number.whole.len() + number.fraction.len() > most) {
                return Err(format!("“{}” has too many digits", shown()));
            }
        }
        Ok(())
    }
}

fn value(base: BuiltIn, text: &str) -> Option<Value<'_>> {
    match base {
        BuiltIn::String => Some(Value::Text(text)),
        BuiltIn::Boolean => match text {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        BuiltIn::Decimal => Number::read(text).map(Value::Number),
        BuiltIn::Whole(least, most) => {
            let number = Number::read(text).filter(|_| !text.contains('.'))?;
            let within = match number.as_i128() {
                Some(n) => least.is_none_or(|least| n >= least) && most.is_none_or(|most| n <= most),
                // Larger than any bound of a type: only its sign matters.
                None if number.negative => least.is_none(),
                None => most.is_none(),
            };
            within.then_some(Value::Number(number))
        }
        BuiltIn::DateTime => Time::read(text, true).map(Value::Time),
        BuiltIn::Date => Time::read(text, false).map(Value::Time),
    }
}

fn compare(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => Some(a.compare(b)),
        (Value::Time(a), Value::Time(b)) => a.compare(b),
        _ => None,
    }
}

/// A decimal number of any size: sign, whole digits without leading zeros, decimals without trailing ones.
#[derive(Debug)]
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Number<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let right = !(whole.is_empty() && fraction.is_empty())
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let zero = whole.is_empty() && fraction.is_empty();
        right.then_some(Self { negative: negative && !zero, whole, fraction })
    }

    fn as_i128(&self) -> Option<i128> {
        let digits = if self.whole.is_empty() { "0" } else { self.whole };
        let number: i128 = digits.parse().ok()?;
        Some(if self.negative { -number } else { number })
    }

    fn compare(&self, other: &Number<'_>) -> Ordering {
        let sizes = (self.whole.len(), self.whole, self.fraction).cmp(&(
            other.whole.len(),
            other.whole,
            other.fraction,
        ));
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => sizes,
            (true, true) => sizes.reverse(),
        }
    }
}

/// A day and time, as microseconds on its own clock, with the offset to UTC where there is one.
#[derive(Debug)]
struct Time {
    local: i128,
    offset: Option<i128>,
}

const MINUTE: i128 = 60_000_000;

impl Time {
    fn read(text: &str, with_time: bool) -> Option<Self> {
        let (text, before_christ) = match text.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (year, rest) = text.split_once('-')?;
        let long = year.len() >= 4 && (year.len() == 4 || !year.starts_with('0'));
        if !long || !year.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let year: i128 = year.parse().ok().filter(|year| *year != 0 && *year < 10_000_000_000)?;
        let year = if before_christ { -year } else { year };
        let (month, rest) = two(rest)?;
        let (day, mut rest) = two(rest.strip_prefix('-')?)?;
        let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
        let days = match month {
            2 => 28 + i128::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days).contains(&day) {
            return None;
        }
        let mut time = 0;
        if with_time {
            let (hour, after) = two(rest.strip_prefix('T')?)?;
            let (minute, after) = two(after.strip_prefix(':')?)?;
            let (second, after) = two(after.strip_prefix(':')?)?;
            rest = after;
            let mut micros = 0;
            if let Some(after) = rest.strip_prefix('.') {
                let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                let (fraction, after) = after.split_at_checked(digits).filter(|_| digits > 0)?;
                micros = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
                rest = after;
            }
            let end_of_day = (hour, minute, second, micros) == (24, 0, 0, 0);
            if !((0..24).contains(&hour) && minute < 60 && second < 60 || end_of_day) {
                return None;
            }
            time = (hour * 60 + minute) * MINUTE + second * 1_000_000 + micros;
        }
        let offset = match rest {
            "" => None,
            "Z" => Some(0),
            _ => {
                let (sign, after) = rest.split_at_checked(1)?;
                let (hours, after) = two(after)?;
                let (minutes, after) = two(after.strip_prefix(':')?)?;
                let within = hours < 14 && minutes < 60 || (hours, minutes) == (14, 0);
                let sign = match sign {
                    "+" => 1,
                    "-" => -1,
                    _ => return None,
                };
                (after.is_empty() && within).then_some(())?;
                Some(sign * (hours * 60 + minutes) * MINUTE)
            }
        };
        // Days by the civil calendar: a year of 372 days in months of 31 keeps the order, which is all that is needed.
        Some(Self { local: ((year * 12 + month) * 31 + day) * 24 * 60 * MINUTE + time, offset })
    }

    /// The order, if it is certain: a time without zone may lie fourteen hours to either side.
    fn compare(&self, other: &Self) -> Option<Ordering> {
        let utc = |time: &Self| time.offset.map(|offset| time.local - offset);
        match (utc(self), utc(other)) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            (None, None) => Some(self.local.cmp(&other.local)),
            (a, b) => {
                let (a, b) = (a.unwrap_or(self.local), b.unwrap_or(other.local));
                ((a - b).abs() > 14 * 60 * MINUTE).then(|| a.cmp(&b))
            }
        }
    }
}

/// Two digits and what follows.
fn two(text: &str) -> Option<(i128, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    Some((number, rest))
}
