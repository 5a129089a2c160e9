//! How many differing bits each band of a hash is searched for.
//!
//! A hash is cut into sixteen bands in a ring. Give each band `i` a budget `c_i` such that the
//! budgets add up to `radius + 1`. When two hashes differ in `d <= radius` bits, `d_i` of them in
//! band `i`, the sum of all `d_i - c_i` is below zero, so by the cycle lemma there is a band from
//! which every running sum around the ring stays below zero: from there, the first band differs in
//! fewer than `c_i` bits, the first two in fewer than `c_i + c_(i+1)`, and so on. It is therefore
//! enough to look, in every band, at the entries whose band differs in fewer than `c_i` bits, and of
//! those to keep the ones whose next band or two stay within the sum.
//!
//! Source: Qin and Xiao, "Pigeonring: a principle for faster thresholded similarity search" (VLDB
//! 2018). Their bound for equal shares, `floor(l * radius / 16)` after `l` bands, is never lower
//! than the best whole-number budgets allow; whole numbers also let a band be left out (budget
//! nought) when too many entries share its value.

/// How many bands a hash has.
pub(crate) const BANDS: usize = 16;

/// Above this radius a band would be searched for three differing bits, which costs more than
/// looking at every entry.
pub(crate) const WIDEST: u32 = 47;

/// A budget for each band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budgets([u8; BANDS]);

impl Budgets {
    /// Budgets for a radius, as even as can be, leaving out the bands whose bit is set in `skip`.
    /// None when a band would need more than three.
    pub(crate) fn even(radius: u32, skip: u16) -> Option<Self> {
        let bands = skip.count_zeros();
        let total = radius.checked_add(1)?;
        if bands == 0 || total > 3 * bands {
            return None;
        }
        let (share, mut extra) = (total / bands, total % bands);
        let mut budgets = [0; BANDS];
        for (band, budget) in budgets.iter_mut().enumerate() {
            if skip >> band & 1 == 0 {
                *budget = (share + u32::from(extra > 0)) as u8;
                extra = extra.saturating_sub(1);
            }
        }
        Some(Self(budgets))
    }

    /// The budget of a band of the ring.
    #[inline]
    pub(crate) fn of(&self, band: usize) -> u8 {
        self.0.get(band % BANDS).copied().unwrap_or(0)
    }

    /// In how many bits this band and the `after` bands behind it may differ together.
    #[inline]
    pub(crate) fn most(&self, band: usize, after: usize) -> u8 {
        (band..=band + after).map(|band| self.of(band)).sum::<u8>().saturating_sub(1)
    }

    /// What to flip in a band's value to reach every value within its budget, with the number of
    /// bits flipped.
    #[inline]
    pub(crate) fn flips(&self, band: usize) -> &'static [(u16, u8)] {
        flips(self.of(band))
    }
}

/// Every pattern with fewer than `budget` bits, the fewest first.
#[inline]
pub(crate) fn flips(budget: u8) -> &'static [(u16, u8)] {
    let many = match budget {
        0 => 0,
        1 => 1,
        2 => 17,
        _ => 137,
    };
    FLIPS.get(..many).unwrap_or(&FLIPS)
}

static FLIPS: [(u16, u8); 137] = patterns();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which refuses an index out of bounds"
)]
const fn patterns() -> [(u16, u8); 137] {
    let mut all = [(0, 0); 137];
    let (mut one, mut pair) = (0, 17);
    while one < 16 {
        all[one + 1] = (1 << one, 1);
        let mut other = one + 1;
        while other < 16 {
            all[pair] = (1 << one | 1 << other, 2);
            pair += 1;
            other += 1;
        }
        one += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_patterns_are_all_those_of_at_most_two_bits() {
        for budget in 0..=3_u8 {
            let expected: BTreeSet<(u16, u8)> = (0..=u16::MAX)
                .map(|pattern| (pattern, pattern.count_ones() as u8))
                .filter(|(_, bits)| *bits < budget)
                .collect();
            assert_eq!(flips(budget).iter().copied().collect::<BTreeSet<_>>(), expected);
            assert_eq!(flips(budget).len(), expected.len());
        }
    }

    #[test]
    fn at_31_the_bounds_are_those_of_the_paper() {
        let budgets = Budgets::even(31, 0).unwrap();
        assert_eq!([0, 1, 2].map(|after| budgets.most(14, after)), [1, 3, 5]);
        assert_eq!(Budgets::even(WIDEST, 0).map(|budgets| budgets.most(0, 0)), Some(2));
        assert_eq!(Budgets::even(WIDEST + 1, 0), None);
        assert_eq!(Budgets::even(0, u16::MAX), None);
    }

    proptest! {
        /// The law the search stands on: whatever the differences are, some band that is searched
        /// sees its running sums within the bounds.
        #[test]
        fn some_band_keeps_every_bound(
            bits in proptest::collection::vec(0_usize..BANDS, 0..=47),
            spare in 0_u32..20,
            skip in any::<u16>(),
        ) {
            let mut differing = [0_u8; BANDS];
            for band in &bits {
                differing[*band] += 1;
            }
            let radius = bits.len() as u32 + spare;
            if let Some(budgets) = Budgets::even(radius, skip) {
                let kept = (0..BANDS).any(|start| {
                    budgets.of(start) > 0
                        && (0..BANDS).all(|after| {
                            let sum: u32 =
                                (start..=start + after).map(|band| u32::from(differing[band % BANDS])).sum();
                            sum <= u32::from(budgets.most(start, after))
                        })
                });
                prop_assert!(kept, "{differing:?} {budgets:?}");
            }
        }
    }
}
