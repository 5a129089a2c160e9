//! Lists, a page at a time: an answer names where the next page begins, and the caller gives that
//! back. A row that comes or goes in between neither repeats nor hides another.

use model::{Id, Instant, Kind, kinds};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

/// Rows a page has without being asked.
const USUAL: u16 = 50;
/// Rows a page has at most.
const MOST: u16 = 200;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// What to give as `after` to read on; null on the last page.
    #[schema(required)]
    pub(crate) next: Option<String>,
    /// How many rows there are in all.
    #[schema(minimum = 0)]
    pub(crate) total: i64,
}

/// A stretch of a list that grows while it is read.
#[derive(Serialize, ToSchema)]
pub(crate) struct Stretch<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// What to give as `after` to read on; null at the end.
    #[schema(required)]
    pub(crate) next: Option<String>,
}

/// A whole list, where lists are short.
#[derive(Serialize, ToSchema)]
pub(crate) struct Whole<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
}

impl<T> Whole<T> {
    /// The rows as the API writes them.
    pub(crate) fn of<R>(rows: Vec<R>) -> Self
    where
        T: From<R>,
    {
        Self { items: rows.into_iter().map(T::from).collect() }
    }
}

impl<T> Page<T> {
    /// The rows as the API writes them.
    pub(crate) fn of<R>(rows: Vec<R>, next: Option<String>, total: i64) -> Self
    where
        T: From<R>,
    {
        Self { items: rows.into_iter().map(T::from).collect(), next, total }
    }
}

/// How many rows a page has.
#[derive(Clone, Copy)]
pub(crate) struct Limit(u16);

impl Limit {
    /// The number, as use cases take it.
    pub(crate) fn rows(limit: Option<Self>) -> i64 {
        limit.map_or(USUAL, |limit| limit.0).into()
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = u16::deserialize(deserializer)?;
        if !(1..=MOST).contains(&limit) {
            return Err(D::Error::custom(format!("a page has 1 to {MOST} rows")));
        }
        Ok(Self(limit))
    }
}

/// Which page of a list that is ordered by time.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByTime {
    /// The `next` of the page before.
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    pub(crate) after: Option<TimeCursor>,
    /// How many rows a page has; 50 without it.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub(crate) limit: Option<Limit>,
}

/// A place in a list that is ordered by time: microseconds and an id.
#[derive(Clone)]
pub(crate) struct TimeCursor(String);

impl<'de> Deserialize<'de> for TimeCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| D::Error::custom(NOT_A_PLACE))
    }
}

impl TimeCursor {
    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        let timed = (1..=17).contains(&at.len()) && at.bytes().all(|b| b.is_ascii_digit());
        let named = id.parse::<Id<kinds::Request>>().is_ok_and(|read| read.to_string() == id);
        (timed && named).then(|| Self(text.to_owned()))
    }

    /// The text, for use cases that read it themselves.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The place it names.
    pub(crate) fn place<K: Kind>(&self) -> Option<(Instant, Id<K>)> {
        let (at, id) = self.0.split_once('_')?;
        Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
    }

    /// The text of a place.
    pub(crate) fn text<K>(place: Option<(Instant, Id<K>)>) -> Option<String> {
        place.map(|(at, id)| format!("{}_{id}", at.micros()))
    }
}

/// A place in a list that is ordered by rank: so many numbers, then time and id.
#[derive(Clone)]
pub(crate) struct RankCursor<const RANKS: usize>(String);

impl<'de, const RANKS: usize> Deserialize<'de> for RankCursor<RANKS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut parts = text.splitn(RANKS + 1, '_');
        let number = |part: &str| {
            let digits = part.strip_prefix('-').unwrap_or(part);
            (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        };
        let ranked = parts.by_ref().take(RANKS).filter(|part| number(part)).count() == RANKS;
        let timed = parts.next().is_some_and(|rest| TimeCursor::read(rest).is_some());
        if ranked && timed { Ok(Self(text)) } else { Err(D::Error::custom(NOT_A_PLACE)) }
    }
}

impl<const RANKS: usize> RankCursor<RANKS> {
    /// The text, for use cases that read it themselves.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is said of a place that is none.
const NOT_A_PLACE: &str = "expected the “next” of the page before";

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Result<TimeCursor, serde_json::Error> {
        serde_json::from_value(text.into())
    }

    #[test]
    fn a_place_is_read_back_and_nothing_else_is() {
        let id = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";
        let place = (Instant::from_micros(1_772_413_200_000_000), id.parse::<Id<kinds::Case>>().unwrap());
        let text = TimeCursor::text(Some(place)).unwrap();
        assert_eq!(cursor(&text).unwrap().place(), Some(place));
        let upper = id.to_uppercase();
        for wrong in
            ["", "1", "1_", &format!("_{id}"), &format!("-1_{id}"), &format!("1_{upper}"), &format!("x_{id}")]
        {
            assert!(cursor(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_by_rank_has_its_numbers_first() {
        let cursor = |text: &str| serde_json::from_value::<RankCursor<2>>(text.into());
        let id = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6";
        assert_eq!(cursor(&format!("2_-7_17_{id}")).unwrap().as_str(), format!("2_-7_17_{id}"));
        for wrong in ["", "2", &format!("2_17_{id}"), &format!("2_7_1_17_{id}"), &format!("x_7_17_{id}")] {
            assert!(cursor(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_page_has_one_to_two_hundred_rows() {
        let limit = |n: u32| serde_json::from_value::<Limit>(n.into()).map(|l| Limit::rows(Some(l)));
        assert_eq!(Limit::rows(None), 50);
        assert_eq!((limit(1).unwrap(), limit(200).unwrap()), (1, 200));
        assert!(limit(0).is_err() && limit(201).is_err() && limit(70_000).is_err());
    }
}
