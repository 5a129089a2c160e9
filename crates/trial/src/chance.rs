//! Chance for made-up worlds: a small generator, and the laws figures are drawn from.
//!
//! Each party draws from a stream of its own ([`Chance::of`]), so that a change to one population
//! leaves the others as they were.

use std::f64::consts::TAU;

/// SplitMix64 (Steele, Lea and Flood, 2014): enough for made-up data, and nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

/// Mixes the bits of a number.
pub(crate) const fn mixed(number: u64) -> u64 {
    let mut mixed = number;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of one party of one population.
    pub(crate) const fn of(seed: u64, population: u64, party: u64) -> Self {
        let stream = mixed(seed.wrapping_add(STEP)).wrapping_add(mixed(population.wrapping_mul(STEP)));
        Self(mixed(stream.wrapping_add(party.wrapping_mul(STEP))))
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// From 0 up to and without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn happens(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    pub(crate) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// A number under `bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }

    /// A count with this mean (Knuth); for means of a few dozen at most.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut count) = ((-mean.min(60.0)).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// A place among shares, in proportion to them.
    pub(crate) fn among(&mut self, shares: &[f64]) -> usize {
        let mut left = self.unit() * shares.iter().sum::<f64>();
        for (place, share) in shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return place;
            }
        }
        shares.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // First outputs for seed 0, as published with the reference implementation.
        let mut chance = Chance::new(0);
        assert_eq!([chance.next(), chance.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn draws_have_the_moments_of_their_laws() {
        let mut chance = Chance::of(1, 2, 3);
        let n = 40_000;
        let mean = |draws: &[f64]| draws.iter().sum::<f64>() / draws.len() as f64;
        let normal: Vec<f64> = (0..n).map(|_| chance.normal()).collect();
        assert!(mean(&normal).abs() < 0.03);
        assert!((mean(&normal.iter().map(|x| x * x).collect::<Vec<_>>()) - 1.0).abs() < 0.04);
        let counts: Vec<f64> = (0..n).map(|_| f64::from(chance.poisson(3.5))).collect();
        assert!((mean(&counts) - 3.5).abs() < 0.05);
        let mut amounts: Vec<f64> = (0..n).map(|_| chance.log_normal(1_900.0, 0.6)).collect();
        amounts.sort_by(f64::total_cmp);
        assert!((amounts[n / 2] / 1_900.0 - 1.0).abs() < 0.03);
        let places: Vec<f64> = (0..n).map(|_| chance.among(&[1.0, 0.0, 3.0]) as f64).collect();
        assert!((mean(&places) - 1.5).abs() < 0.02 && !places.contains(&1.0));
        assert_eq!(chance.below(0), 0);
    }
}
