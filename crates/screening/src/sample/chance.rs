//! A small generator that draws millions of numbers from sixteen bytes of entropy.

use model::Entropy;

/// SplitMix64 (Steele, Lea and Flood, 2014): enough for made-up data, and nothing else.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        let mut seed = [0_u8; 8];
        entropy.fill(&mut seed);
        Self(u64::from_le_bytes(seed))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number under `bound`; 0 for a bound of 0. The bias of the multiplication is below 2⁻³⁰ for
    /// the bounds used here.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same(u8);

    impl Entropy for Same {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // First outputs for seed 0, as published with the reference implementation.
        let mut chance = Chance::new(&Same(0));
        assert_eq!([chance.next(), chance.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn draws_stay_under_their_bound_and_reach_every_value() {
        let mut chance = Chance::new(&Same(7));
        let mut seen = [false; 6];
        for _ in 0..200 {
            seen[chance.below(6) as usize] = true;
        }
        assert_eq!(seen, [true; 6]);
        assert_eq!(chance.below(0), 0);
    }
}
