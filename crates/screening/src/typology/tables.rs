//! Filters and features as they are written in a file.

use std::ops::Range;

use model::{Country, Currency, Money, Span};
use serde::Deserialize;
use toml::Spanned;

use crate::engine::{
    Burst, Channel, Clock, Filter, Hours, Kind, LONGEST, Marks, Near, Of, SHORTEST, Side, What,
};

/// A filter as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FilterTable {
    kinds: Vec<Kind>,
    least: Option<Spanned<String>>,
    most: Option<Spanned<String>>,
    currency: Option<Spanned<String>>,
    from: Vec<Spanned<String>>,
    from_not: Vec<Spanned<String>>,
    to: Vec<Spanned<String>>,
    to_not: Vec<Spanned<String>>,
    crossing: bool,
    with: Vec<Spanned<String>>,
    any: Vec<Spanned<String>>,
    without: Vec<Spanned<String>>,
    channels: Vec<Channel>,
    round: bool,
    hours: Option<HoursTable>,
    burst: Option<BurstTable>,
    near: Option<NearTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursTable {
    clock: Spanned<String>,
    from: Spanned<u8>,
    to: Spanned<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BurstTable {
    within: Spanned<String>,
    payments: Spanned<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NearTable {
    kind: Kind,
    within: Spanned<String>,
}

/// A feature as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeatureTable {
    pub(super) name: Spanned<String>,
    pub(super) of: Spanned<Whose>,
    window: Option<Spanned<String>>,
    what: Spanned<Figure>,
    #[serde(default)]
    filter: FilterTable,
    part: Option<FilterTable>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Whose {
    Sender,
    Receiver,
    Pair,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Figure {
    Count,
    Sum,
    Parties,
    Countries,
    Median,
    GapMean,
    GapMedian,
    AmountSlope,
    GapSlope,
    Share,
    Age,
    GapLast,
}

/// What is wrong, and where.
pub(super) type Wrong = (Range<usize>, String);

impl FeatureTable {
    pub(super) fn read(&self) -> Result<crate::engine::Feature, Wrong> {
        let span = self.what.span();
        let figure = *self.what.get_ref();
        let part = match (&self.part, figure) {
            (Some(part), Figure::Share) => Some(part.read()?),
            (None, Figure::Share) => {
                return Err((span, "a share says of which part: `part = { … }`".to_owned()));
            }
            (Some(_), _) => return Err((span, "only a share has a `part`".to_owned())),
            (None, _) => None,
        };
        let window = match (&self.window, figure) {
            (Some(window), Figure::Age | Figure::GapLast) => {
                return Err((window.span(), "`age` and `gap_last` have no window".to_owned()));
            }
            (None, Figure::Age | Figure::GapLast) => SHORTEST,
            (None, _) => {
                return Err((span, "a feature says its window, such as `window = \"30d\"`".to_owned()));
            }
            (Some(text), _) => window(text)?,
        };
        Ok(crate::engine::Feature {
            name: self.name.get_ref().clone(),
            of: match self.of.get_ref() {
                Whose::Sender => Of::Sender,
                Whose::Receiver => Of::Receiver,
                Whose::Pair => Of::Pair,
            },
            window,
            what: match figure {
                Figure::Count => What::Count,
                Figure::Sum => What::Sum,
                Figure::Parties => What::DistinctParties,
                Figure::Countries => What::DistinctCountries,
                Figure::Median => What::Median,
                Figure::GapMean => What::GapMean,
                Figure::GapMedian => What::GapMedian,
                Figure::AmountSlope => What::AmountSlope,
                Figure::GapSlope => What::GapSlope,
                Figure::Share => What::Share(Box::new(part.unwrap_or_default())),
                Figure::Age => What::Age,
                Figure::GapLast => What::GapLast,
            },
            filter: self.filter.read()?,
        })
    }
}

/// A window of `1h` to `366d`.
pub(super) fn window(text: &Spanned<String>) -> Result<Span, Wrong> {
    let span = span(text)?;
    if (SHORTEST..=LONGEST).contains(&span) {
        return Ok(span);
    }
    Err((text.span(), "a window has 1 hour to 366 days".to_owned()))
}

/// A stretch of time such as `90m`, `12h` or `30d`.
pub(super) fn span(text: &Spanned<String>) -> Result<Span, Wrong> {
    let wrong =
        || (text.span(), format!("“{}” is not a stretch of time; write 90m, 12h or 30d", text.get_ref()));
    let (number, unit) =
        text.get_ref().split_at_checked(text.get_ref().len().saturating_sub(1)).ok_or_else(wrong)?;
    let number: i64 = number.parse().ok().filter(|n| (1..=100_000).contains(n)).ok_or_else(wrong)?;
    match unit {
        "m" => Ok(Span::minutes(number)),
        "h" => Ok(Span::hours(number)),
        "d" => Ok(Span::days(number)),
        _ => Err(wrong()),
    }
}

impl FilterTable {
    pub(super) fn read(&self) -> Result<Filter, Wrong> {
        let hours = self.hours.as_ref().map(HoursTable::read).transpose()?;
        let burst = match &self.burst {
            Some(table) if *table.payments.get_ref() < 2 => {
                return Err((table.payments.span(), "a burst has 2 payments or more".to_owned()));
            }
            Some(table) => Some(Burst { within: span(&table.within)?, payments: *table.payments.get_ref() }),
            None => None,
        };
        let near = match &self.near {
            Some(table) => Some(Near { kind: table.kind, within: span(&table.within)? }),
            None => None,
        };
        Ok(Filter {
            kinds: self.kinds.clone(),
            least: self.least.as_ref().map(money).transpose()?,
            most: self.most.as_ref().map(money).transpose()?,
            currency: self.currency.as_ref().map(currency).transpose()?,
            from: countries(&self.from)?,
            from_not: countries(&self.from_not)?,
            to: countries(&self.to)?,
            to_not: countries(&self.to_not)?,
            crossing: self.crossing,
            with: marks(&self.with)?,
            any: marks(&self.any)?,
            without: marks(&self.without)?,
            channels: self.channels.clone(),
            round: self.round,
            hours,
            burst,
            near,
        })
    }
}

impl HoursTable {
    fn read(&self) -> Result<Hours, Wrong> {
        let (from, to) = (*self.from.get_ref(), *self.to.get_ref());
        if from > 23 || to > 24 || from == to {
            return Err((self.from.span(), "hours run from 0–23 to another hour, 0–24".to_owned()));
        }
        let clock = match self.clock.get_ref().as_str() {
            "sender" => Clock::Of(Side::Sender),
            "receiver" => Clock::Of(Side::Receiver),
            zone if model::Instant::from_micros(0).day_in(zone).is_some() => Clock::Zone(zone.to_owned()),
            zone => {
                let reason = format!(
                    "“{zone}” is not a clock; write sender, receiver or a zone of the IANA database such as Asia/Manila"
                );
                return Err((self.clock.span(), reason));
            }
        };
        Ok(Hours { clock, from, to })
    }
}

/// An amount such as `AUD 500.00`.
pub(super) fn money(text: &Spanned<String>) -> Result<Money, Wrong> {
    let wrong = |reason: String| (text.span(), reason);
    let (code, amount) = text.get_ref().split_once(' ').ok_or_else(|| {
        wrong(format!("“{}” is not an amount; write the currency first: AUD 500.00", text.get_ref()))
    })?;
    let currency: Currency = code.parse().map_err(|e: model::MoneyError| wrong(e.to_string()))?;
    let money = Money::parse(amount, currency).map_err(|error| wrong(error.to_string()))?;
    if money.minor > 0 { Ok(money) } else { Err(wrong("an amount must be more than nothing".to_owned())) }
}

pub(super) fn currency(text: &Spanned<String>) -> Result<Currency, Wrong> {
    text.get_ref().parse().map_err(|error: model::MoneyError| (text.span(), error.to_string()))
}

fn countries(codes: &[Spanned<String>]) -> Result<Vec<Country>, Wrong> {
    codes.iter().map(country).collect()
}

pub(super) fn country(code: &Spanned<String>) -> Result<Country, Wrong> {
    code.get_ref().parse().map_err(|error: model::NotACountry| (code.span(), error.to_string()))
}

pub(super) fn marks(names: &[Spanned<String>]) -> Result<Marks, Wrong> {
    names.iter().try_fold(Marks::default(), |marks, name| {
        let mark = Marks::named(name.get_ref()).ok_or_else(|| {
            let reason =
                format!("“{}” is not a mark; there are {}", name.get_ref(), Marks::names().join(", "));
            (name.span(), reason)
        })?;
        Ok(marks.with(mark))
    })
}
