//! Figures that are read off the events of a window: medians, pauses and slopes.

use super::{
    plan::{LATEST, Scan},
    ring::{self, Entry},
};

/// Room to work in, kept so that nothing is allocated for an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    values: Vec<i64>,
}

const MICROS_PER_DAY: f64 = 86_400_000_000.0;

impl Scratch {
    /// The figure over the entries with all bits of `need`; `None` where there are too few.
    pub(crate) fn read(
        &mut self,
        scan: Scan,
        (old, new): (&[Entry], &[Entry]),
        need: u32,
        now: i64,
    ) -> Option<f64> {
        let mut fits = old.iter().chain(new).copied().filter(|entry| ring::bits(*entry) & need == need);
        self.values.clear();
        match scan {
            Scan::Median => {
                self.values.extend(fits.map(ring::amount));
                median(&mut self.values)
            }
            Scan::GapMean => {
                let first = ring::before(fits.next()?, now);
                let (mut more, mut last) = (0_i64, 0);
                for entry in fits {
                    (more, last) = (more + 1, ring::before(entry, now));
                }
                (more > 0).then(|| (first - last) as f64 / more as f64 / MICROS_PER_DAY)
            }
            Scan::GapMedian => {
                self.pauses(fits, now);
                median(&mut self.values).map(|micros| micros / MICROS_PER_DAY)
            }
            Scan::AmountSlope => {
                self.values.extend(fits.rev().take(LATEST).map(ring::amount));
                self.values.reverse();
                slope(&self.values)
            }
            Scan::GapSlope => {
                self.pauses(fits, now);
                slope(&self.values).map(|micros| micros / MICROS_PER_DAY)
            }
        }
    }

    /// The pauses between the latest entries, oldest first.
    fn pauses(&mut self, fits: impl DoubleEndedIterator<Item = Entry>, now: i64) {
        let mut later = None;
        for entry in fits.rev().take(LATEST + 1) {
            let ago = ring::before(entry, now);
            if let Some(later) = later {
                self.values.push(ago - later);
            }
            later = Some(ago);
        }
        self.values.reverse();
    }
}

/// The middle value, or the mean of the two in the middle.
pub(crate) fn median(values: &mut [i64]) -> Option<f64> {
    let half = values.len().checked_sub(1)? / 2;
    let even = values.len().is_multiple_of(2);
    let (_, middle, above) = values.select_nth_unstable(half);
    let middle = *middle;
    let upper = if even { above.iter().copied().min()? } else { middle };
    Some((i128::from(middle) + i128::from(upper)) as f64 / 2.0)
}

/// The least-squares slope by place; sums are integers, so it does not depend on how it was come by.
pub(crate) fn slope(values: &[i64]) -> Option<f64> {
    let n = values.len() as i128;
    if n < 3 {
        return None;
    }
    let (mut sum, mut cross) = (0_i128, 0_i128);
    for (place, value) in (0_i128..).zip(values) {
        sum += i128::from(*value);
        cross += place * i128::from(*value);
    }
    let places = n * (n - 1) / 2;
    let squares = n * (n - 1) * (2 * n - 1) / 6;
    Some((n * cross - places * sum) as f64 / (n * squares - places * places) as f64 + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_slope_are_what_they_are_by_hand() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [5]), Some(5.0));
        assert_eq!(median(&mut [9, 1, 4, 2]), Some(3.0));
        assert_eq!(median(&mut [9, 1, 4]), Some(4.0));
        assert_eq!(slope(&[1, 2]), None);
        assert_eq!(slope(&[10, 20, 30]), Some(10.0));
        assert_eq!(slope(&[30, 20, 10, 0]), Some(-10.0));
        assert_eq!(slope(&[7, 7, 7]), Some(0.0));
    }
}
