//! Days counted, and the periods that reports speak of.

use model::CivilDate;
use serde::{Deserialize, Serialize};

use crate::statistic::Period;

impl Period {
    /// The calendar year, if the calendar has it.
    pub fn year(year: i16) -> Option<Self> {
        Some(Self { first: CivilDate::new(year, 1, 1)?, last: CivilDate::new(year, 12, 31)? })
    }

    /// Whether a day lies in it.
    pub fn contains(&self, day: CivilDate) -> bool {
        self.first <= day && day <= self.last
    }

    /// The years it touches, each cut to the period.
    pub fn years(&self) -> Vec<Self> {
        (self.first.year()..=self.last.year())
            .filter_map(Self::year)
            .map(|year| Self { first: year.first.max(self.first), last: year.last.min(self.last) })
            .collect()
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", self.first, self.last)
    }
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quarter {
    /// The year.
    pub year: i16,
    /// 1 to 4.
    pub number: i8,
}

impl Quarter {
    /// The quarter in which a day lies.
    pub fn of(day: CivilDate) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1 }
    }

    /// Its first and last day; none for a number that is not 1 to 4.
    pub fn period(self) -> Option<Period> {
        let (month, last) = match self.number {
            1 => (3, 31),
            2 => (6, 30),
            3 => (9, 30),
            4 => (12, 31),
            _ => return None,
        };
        Some(Period {
            first: CivilDate::new(self.year, month - 2, 1)?,
            last: CivilDate::new(self.year, month, last)?,
        })
    }

    /// The 15th of the month after it, when its report is due (IRR of RA 11930, sections 91 and 102).
    pub fn due(self) -> Option<CivilDate> {
        match self.number {
            4 => CivilDate::new(self.year + 1, 1, 15),
            number @ 1..=3 => CivilDate::new(self.year, number * 3 + 1, 15),
            _ => None,
        }
    }
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "quarter {} of {}", self.number, self.year)
    }
}

/// Days since 1970-01-01 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date
/// algorithms", days from civil).
pub(crate) fn day_number(day: CivilDate) -> i64 {
    let month = i64::from(day.month());
    let year = i64::from(day.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(day.day()) - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Days from one day to another.
pub(crate) fn days_between(from: CivilDate, to: CivilDate) -> i64 {
    day_number(to) - day_number(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_across_leap_days_and_centuries() {
        assert_eq!(day_number(day("1970-01-01")), 0);
        assert_eq!(days_between(day("2024-02-28"), day("2024-03-01")), 2);
        assert_eq!(days_between(day("2023-02-28"), day("2023-03-01")), 1);
        assert_eq!(days_between(day("1900-01-01"), day("2000-01-01")), 36_524);
        assert_eq!(days_between(day("2026-11-22"), day("2026-11-01")), -21);
    }

    #[test]
    fn a_quarter_has_its_days_and_the_day_its_report_is_due() {
        let last = Quarter::of(day("2025-12-31"));
        assert_eq!(last.to_string(), "quarter 4 of 2025");
        assert_eq!(last.period().unwrap().to_string(), "2025-10-01 to 2025-12-31");
        assert_eq!(last.due().unwrap(), day("2026-01-15"));
        let second = Quarter::of(day("2026-04-01"));
        assert_eq!(second.period().unwrap().last, day("2026-06-30"));
        assert_eq!(second.due().unwrap(), day("2026-07-15"));
        assert!(Quarter { year: 2026, number: 5 }.period().is_none());
    }

    #[test]
    fn the_years_of_a_period_are_cut_to_it() {
        let years = Period { first: day("2024-07-01"), last: day("2026-02-01") }.years();
        let words: Vec<String> = years.iter().map(Period::to_string).collect();
        assert_eq!(
            words,
            ["2024-07-01 to 2024-12-31", "2025-01-01 to 2025-12-31", "2026-01-01 to 2026-02-01"]
        );
    }
}
