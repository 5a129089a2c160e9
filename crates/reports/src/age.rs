//! How old somebody was, as far as it is known, and whether that makes them a child.
//!
//! Age is always age *at the time*: a person who was sixteen when it happened was a child then.

use model::{CivilDate, PartialDate};

/// The first age at which a person is no child (RA 11930 §3; Convention on the Rights of the Child, article 1).
const ADULT: u16 = 18;

/// Whole years between which somebody's age lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AgeRange {
    /// At least so many years.
    pub youngest: u16,
    /// At most so many years.
    pub oldest: u16,
}

impl AgeRange {
    /// An age known to the year.
    pub const fn exactly(age: u16) -> Self {
        Self { youngest: age, oldest: age }
    }

    /// The age on `day` of a person born at `birth`; `None` when the birth lies after that day.
    pub fn of_birth(birth: PartialDate, day: CivilDate) -> Option<Self> {
        let (first, last) = bounds(birth)?;
        let oldest = first.years_until(day)?;
        Some(Self { youngest: last.years_until(day).unwrap_or(0), oldest })
    }

    /// The range that holds both.
    pub fn or(self, other: Self) -> Self {
        Self { youngest: self.youngest.min(other.youngest), oldest: self.oldest.max(other.oldest) }
    }
}

/// Whether somebody is a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Minority {
    /// Known to be under eighteen.
    Child,
    /// What is known leaves both open.
    Possibly,
    /// Known to be eighteen or over.
    Adult,
    /// Nothing is known about the age.
    Unknown,
}

impl Minority {
    /// What an age says.
    pub fn of(age: Option<AgeRange>) -> Self {
        match age {
            None => Self::Unknown,
            Some(age) if age.oldest < ADULT => Self::Child,
            Some(age) if age.youngest >= ADULT => Self::Adult,
            Some(_) => Self::Possibly,
        }
    }

    /// True unless the person is known to be an adult.
    pub const fn may_be_child(self) -> bool {
        !matches!(self, Self::Adult)
    }
}

/// An age as a band, so that a sentence tells nobody's exact age: “9 to 12”.
pub(crate) fn band(age: u16) -> &'static str {
    match age {
        0..=2 => "0 to 2",
        3..=5 => "3 to 5",
        6..=8 => "6 to 8",
        9..=12 => "9 to 12",
        13..=15 => "13 to 15",
        16..=17 => "16 to 17",
        _ => "18 or more",
    }
}

/// The first and the last day a partial date can mean.
fn bounds(date: PartialDate) -> Option<(CivilDate, CivilDate)> {
    match date {
        PartialDate::Day(day) => Some((day, day)),
        PartialDate::Month(year, month) => {
            let last = (28..=31).rev().find_map(|day| CivilDate::new(year, month, day))?;
            Some((CivilDate::new(year, month, 1)?, last))
        }
        PartialDate::Year(year) => Some((CivilDate::new(year, 1, 1)?, CivilDate::new(year, 12, 31)?)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn range(birth: &str, on: &str) -> Option<AgeRange> {
        AgeRange::of_birth(birth.parse().unwrap(), day(on))
    }

    #[test]
    fn a_birth_year_leaves_two_ages_open() {
        assert_eq!(range("2008", "2026-06-01"), Some(AgeRange { youngest: 17, oldest: 18 }));
        assert_eq!(range("2008-02", "2026-02-15"), Some(AgeRange { youngest: 17, oldest: 18 }));
        assert_eq!(range("2008-02-15", "2026-02-15"), Some(AgeRange::exactly(18)));
        assert_eq!(range("2026", "2026-06-01"), Some(AgeRange { youngest: 0, oldest: 0 }));
        assert_eq!(range("2027", "2026-06-01"), None);
    }

    #[test]
    fn who_may_be_a_child() {
        for (age, minority) in [
            (None, Minority::Unknown),
            (Some(AgeRange::exactly(17)), Minority::Child),
            (Some(AgeRange::exactly(18)), Minority::Adult),
            (Some(AgeRange { youngest: 17, oldest: 18 }), Minority::Possibly),
        ] {
            assert_eq!(Minority::of(age), minority);
            assert_eq!(minority.may_be_child(), minority != Minority::Adult);
        }
    }

    proptest! {
        #[test]
        fn knowing_less_widens_the_range(year in 1930_i16..2020, month in 1_i8..=12, date in 1_i8..=28) {
            let on = day("2026-11-21");
            let born = CivilDate::new(year, month, date).unwrap();
            let exact = AgeRange::of_birth(PartialDate::Day(born), on).unwrap();
            for partial in [PartialDate::Month(year, month), PartialDate::Year(year)] {
                let range = AgeRange::of_birth(partial, on).unwrap();
                prop_assert!(range.youngest <= exact.youngest && exact.oldest <= range.oldest);
                prop_assert!(range.oldest - range.youngest <= 1);
            }
        }
    }
}
