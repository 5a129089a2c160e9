//! How long to wait before the next try.

use model::{Entropy, Span};

/// The wait after so many tries that went wrong: the first, doubled with every try up to the
/// longest, and of that between half and all by chance.
pub(crate) fn wait(first: Span, longest: Span, tried: u32, entropy: &dyn Entropy) -> Span {
    let doubled = first.0.saturating_mul(1_i64 << tried.saturating_sub(1).min(40));
    let whole = doubled.clamp(0, longest.0.max(0));
    let mut chance = [0_u8; 2];
    entropy.fill(&mut chance);
    let half = whole / 2;
    let more = i128::from(whole - half) * i128::from(u16::from_le_bytes(chance)) / i128::from(u16::MAX);
    Span(half + i64::try_from(more).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Always(u8);

    impl Entropy for Always {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let (first, longest) = (Span::seconds(1), Span::seconds(10));
        let waits =
            |chance| [1, 2, 3, 4, 5, 99].map(|tried| wait(first, longest, tried, &Always(chance)).0 / 1000);
        assert_eq!(waits(255), [1000, 2000, 4000, 8000, 10_000, 10_000]);
        assert_eq!(waits(0), [500, 1000, 2000, 4000, 5000, 5000]);
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_the_longest(first in 0_i64.., longest in 0_i64.., tried: u32, chance: u8) {
            let wait = wait(Span(first), Span(longest), tried, &Always(chance));
            prop_assert!(wait.0 >= 0 && wait.0 <= longest);
        }
    }
}
