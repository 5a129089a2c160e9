//! Exchange rates by date: what makes amounts of different currencies comparable.
//!
//! A rate holds from its day (00:00 UTC) until the currency's next row, and at most for
//! [`Rates::holds`]; before the first row and after that there is none, and an amount without a rate
//! is counted but never summed: nothing is invented.

use model::{CivilDate, Currency, Instant, Money, Span};

/// What one unit of a currency is worth in the reference currency from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The currency.
    pub currency: Currency,
    /// From when it holds.
    pub from: Instant,
    /// Units of the reference currency …
    pub numerator: u64,
    /// … for so many units of the currency.
    pub denominator: u64,
}

/// A table of rates towards one reference currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    reference: Currency,
    holds: Span,
    rows: Vec<Rate>,
}

impl Rates {
    /// Only amounts in the reference currency itself have a worth.
    pub const fn only(reference: Currency) -> Self {
        Self { reference, holds: Span::days(400), rows: Vec::new() }
    }

    /// A table; rows in any order.
    pub fn new(reference: Currency, holds: Span, mut rows: Vec<Rate>) -> Self {
        rows.sort_by_key(|row| (row.currency, row.from));
        Self { reference, holds, rows }
    }

    /// A row out of a date and a decimal such as `0.0173`.
    pub fn row(currency: Currency, day: CivilDate, rate: &str) -> Option<Rate> {
        let (whole, fraction) = rate.split_once('.').unwrap_or((rate, ""));
        if fraction.len() > 9 || !(whole.bytes().chain(fraction.bytes())).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let numerator: u64 = format!("{whole}{fraction}").parse().ok()?;
        let denominator = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let from = day.start_in("UTC")?;
        (numerator > 0).then_some(Rate { currency, from, numerator, denominator })
    }

    /// The currency sums are in.
    pub const fn reference(&self) -> Currency {
        self.reference
    }

    /// An amount in the reference currency, half to even; `None` where no rate holds.
    pub fn worth(&self, money: Money, at: Instant) -> Option<i64> {
        if money.currency == self.reference {
            return Some(money.minor);
        }
        let rate = self.at(money.currency, at)?;
        money.convert(self.reference, rate.numerator, rate.denominator).map(|money| money.minor)
    }

    /// An amount in another currency than its own, through the reference.
    pub fn convert(&self, money: Money, to: Currency, at: Instant) -> Option<i64> {
        if money.currency == to {
            return Some(money.minor);
        }
        let worth = Money { minor: self.worth(money, at)?, currency: self.reference };
        if to == self.reference {
            return Some(worth.minor);
        }
        let rate = self.at(to, at)?;
        worth.convert(to, rate.denominator, rate.numerator).map(|money| money.minor)
    }

    fn at(&self, currency: Currency, at: Instant) -> Option<&Rate> {
        let after = self.rows.partition_point(|row| (row.currency, row.from) <= (currency, at));
        let row = self.rows.get(after.checked_sub(1)?)?;
        (row.currency == currency && at.since(row.from) < self.holds).then_some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_holds_from_its_day_to_the_next_and_not_for_ever() {
        let usd: Currency = "USD".parse().unwrap();
        let row = |day: &str, rate: &str| Rates::row(Currency::PHP, day.parse().unwrap(), rate).unwrap();
        let rates =
            Rates::new(usd, Span::days(40), vec![row("2026-02-01", "0.0180"), row("2026-01-01", "0.02")]);
        let worth = |at: &str| {
            rates.worth(Money { minor: 100_000, currency: Currency::PHP }, Instant::parse(at).unwrap())
        };
        assert_eq!(worth("2025-12-31T23:59:59Z"), None);
        assert_eq!(worth("2026-01-01T00:00:00Z"), Some(2_000));
        assert_eq!(worth("2026-02-01T00:00:00Z"), Some(1_800));
        assert_eq!(worth("2026-03-13T00:00:00Z"), None);
        let at = Instant::parse("2026-02-02T00:00:00Z").unwrap();
        assert_eq!(rates.convert(Money { minor: 1_800, currency: usd }, Currency::PHP, at), Some(100_000));
        assert_eq!(Rates::row(usd, "2026-01-01".parse().unwrap(), "1,5"), None);
        assert_eq!(Rates::row(usd, "2026-01-01".parse().unwrap(), "0"), None);
    }
}
