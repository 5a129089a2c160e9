//! Whether bootstrap estimates fall into two heaps.
//!
//! When tables as likely as the one seen lead the same rule to two answers far apart, an interval
//! around one of them says little. The estimates are split, on a logarithmic scale, where the two
//! parts differ most from each other (Otsu 1979); there are two heaps when both are sizeable and
//! hardly any estimate lies in the middle between their medians.

/// Each heap holds at least this share of the estimates.
const SIZEABLE: f64 = 0.1;
/// The middle third between the medians holds at most this share of the smaller heap. One heap of a
/// normal or even shape would have a third there.
const EMPTY: f64 = 0.15;

/// The medians of two heaps, if there are two. Infinite estimates are left out.
pub(crate) fn two_heaps(ascending: &[f64]) -> Option<(f64, f64)> {
    let logs: Vec<f64> =
        ascending.iter().filter(|value| value.is_finite() && **value > 0.0).map(|value| value.ln()).collect();
    let split = best_split(&logs)?;
    let (low, high) = logs.split_at_checked(split)?;
    let (below, above) = (*low.get(low.len() / 2)?, *high.get(high.len() / 2)?);
    let smaller = low.len().min(high.len()) as f64;
    let (third, middle) = ((above - below) / 3.0, f64::midpoint(below, above));
    let between = logs.iter().filter(|value| (**value - middle).abs() <= third / 2.0).count() as f64;
    let two = smaller >= SIZEABLE * logs.len() as f64 && between <= EMPTY * smaller && third > 0.0;
    two.then(|| (below.exp(), above.exp()))
}

/// How many of the ascending values go below, so that the two means differ most for their sizes.
fn best_split(ascending: &[f64]) -> Option<usize> {
    let count = ascending.len() as f64;
    let total: f64 = ascending.iter().sum();
    let mut sum = 0.0;
    let mut best = None;
    for (index, value) in ascending.iter().enumerate() {
        sum += value;
        let below = index as f64 + 1.0;
        if below < count {
            let apart = sum / below - (total - sum) / (count - below);
            let spread = below * (count - below) * apart * apart;
            if best.is_none_or(|(most, _)| spread > most) {
                best = Some((spread, index + 1));
            }
        }
    }
    best.map(|(_, split)| split)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::normal_quantile;

    /// Values spread as a normal law around a median, on the logarithmic scale.
    fn heap(median: f64, count: u32) -> Vec<f64> {
        (0..count)
            .map(|index| median * (0.1 * normal_quantile((f64::from(index) + 0.5) / f64::from(count))).exp())
            .collect()
    }

    #[test]
    fn two_heaps_are_told_from_one() {
        assert_eq!(two_heaps(&heap(10_000.0, 500)), None);
        let even: Vec<f64> = (0..500).map(|index| (f64::from(index) / 500.0).exp()).collect();
        assert_eq!(two_heaps(&even), None);
        let mut both = heap(10_000.0, 300);
        both.extend(heap(25_000.0, 200));
        both.push(f64::INFINITY);
        let (low, high) = two_heaps(&both).unwrap();
        assert!((low / 10_000.0 - 1.0).abs() < 0.01 && (high / 25_000.0 - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_few_far_off_are_no_heap_and_equal_or_no_estimates_are_none() {
        let mut few = heap(10_000.0, 500);
        few.extend(heap(90_000.0, 20));
        assert_eq!(two_heaps(&few), None);
        assert_eq!(two_heaps(&[5.0; 50]), None);
        assert_eq!(two_heaps(&[]), None);
    }
}
