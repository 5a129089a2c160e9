//! Exact noise for differential privacy, drawn with whole numbers only.
//!
//! Noise made from floating-point numbers can be recognised by its last bits. These samplers use
//! random whole numbers and fractions and nothing else (Canonne, Kamath and Steinke 2020).

use model::Entropy;

/// A positive fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fraction {
    /// Above the line.
    pub numerator: u32,
    /// Below the line.
    pub denominator: u32,
}

/// Why noise was not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the scale of noise must be a fraction above 0, found {0}/{1}")]
pub struct NotAScale(pub u32, pub u32);

impl Fraction {
    fn checked(self) -> Result<(u128, u128), NotAScale> {
        if self.numerator == 0 || self.denominator == 0 {
            return Err(NotAScale(self.numerator, self.denominator));
        }
        Ok((u128::from(self.numerator), u128::from(self.denominator)))
    }

    /// The value.
    pub fn value(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }
}

/// Discrete Laplace noise: a whole number z with probability proportional to exp(-|z| / scale).
pub fn discrete_laplace(scale: Fraction, entropy: &dyn Entropy) -> Result<i64, NotAScale> {
    let (above, below) = scale.checked()?;
    Ok(laplace(above, below, entropy))
}

/// Discrete Gaussian noise: a whole number z with probability proportional to
/// exp(-z² / (2 deviation²)).
pub fn discrete_gaussian(deviation: Fraction, entropy: &dyn Entropy) -> Result<i64, NotAScale> {
    let (above, below) = deviation.checked()?;
    let whole = above / below + 1;
    loop {
        let candidate = laplace(whole, 1, entropy);
        // Kept with probability exp(-(|z| - s²/t)² / (2 s²)), here as one fraction.
        let size = u128::from(candidate.unsigned_abs());
        let (left, right) = (size * whole * below * below, above * above);
        let distance = left.abs_diff(right);
        let numerator = distance * distance;
        let denominator = 2 * above * above * below * below * whole * whole;
        if happens_exponentially(numerator, denominator, entropy) {
            return Ok(candidate);
        }
    }
}

fn laplace(above: u128, below: u128, entropy: &dyn Entropy) -> i64 {
    loop {
        let offset = uniform(above, entropy);
        if !happens_exponentially(offset, above, entropy) {
            continue;
        }
        let mut rounds = 0;
        while happens_exponentially(1, 1, entropy) {
            rounds += 1;
        }
        let size = (offset + above * rounds) / below;
        let negative = uniform(2, entropy) == 1;
        if negative && size == 0 {
            continue;
        }
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        return if negative { -size } else { size };
    }
}

/// True with probability exp(-numerator / denominator).
fn happens_exponentially(numerator: u128, denominator: u128, entropy: &dyn Entropy) -> bool {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    (0..whole).all(|_| happens_up_to_one(1, 1, entropy)) && happens_up_to_one(rest, denominator, entropy)
}

/// True with probability exp(-numerator / denominator) for a fraction of at most one: the number of
/// rounds k that succeed with probability fraction / k is even.
fn happens_up_to_one(numerator: u128, denominator: u128, entropy: &dyn Entropy) -> bool {
    let mut round = 1;
    loop {
        if uniform(denominator * round, entropy) >= numerator {
            return round % 2 == 1;
        }
        round += 1;
    }
}

/// A uniform whole number below `range`, by refusing what does not fit.
fn uniform(range: u128, entropy: &dyn Entropy) -> u128 {
    let bits = u128::BITS - (range - 1).leading_zeros();
    let mask = if bits == 0 { 0 } else { u128::MAX >> (u128::BITS - bits) };
    loop {
        let mut bytes = [0_u8; 16];
        entropy.fill(&mut bytes);
        let drawn = u128::from_le_bytes(bytes) & mask;
        if drawn < range {
            return drawn;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::{Rng, SeedableRng};
    use std::sync::Mutex;

    struct Seeded(Mutex<rand_chacha::ChaCha20Rng>);

    impl Entropy for Seeded {
        fn fill(&self, bytes: &mut [u8]) {
            self.0.lock().unwrap().fill_bytes(bytes);
        }
    }

    fn seeded(seed: u64) -> Seeded {
        Seeded(Mutex::new(rand_chacha::ChaCha20Rng::seed_from_u64(seed)))
    }

    /// The greatest distance between what was drawn and a law given up to a constant.
    fn distance(draw: impl Fn() -> i64, weight: impl Fn(i64) -> f64) -> f64 {
        let count = 20_000;
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..count {
            *seen.entry(draw()).or_insert(0_u32) += 1;
        }
        let total: f64 = (-60..=60).map(&weight).sum();
        (-60..=60)
            .map(|value| {
                let share = f64::from(seen.get(&value).copied().unwrap_or(0)) / f64::from(count);
                (share - weight(value) / total).abs()
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn laplace_noise_follows_its_law_and_not_another_scale() {
        let entropy = seeded(1);
        let scale = Fraction { numerator: 5, denominator: 2 };
        let draw = || discrete_laplace(scale, &entropy).unwrap();
        assert!(distance(draw, |value| (-(value.abs() as f64) / 2.5).exp()) < 0.012);
        assert!(distance(draw, |value| (-(value.abs() as f64) / 1.5).exp()) > 0.05);
    }

    #[test]
    fn gaussian_noise_follows_its_law_and_not_another_deviation() {
        let entropy = seeded(2);
        let deviation = Fraction { numerator: 7, denominator: 2 };
        let draw = || discrete_gaussian(deviation, &entropy).unwrap();
        let law = |deviation: f64| {
            move |value: i64| (-(value * value) as f64 / (2.0 * deviation * deviation)).exp()
        };
        assert!(distance(draw, law(3.5)) < 0.012);
        assert!(distance(draw, law(2.5)) > 0.03);
    }

    #[test]
    fn a_scale_of_nought_is_refused() {
        assert!(discrete_laplace(Fraction { numerator: 0, denominator: 1 }, &seeded(3)).is_err());
        assert!(discrete_gaussian(Fraction { numerator: 1, denominator: 0 }, &seeded(3)).is_err());
    }
}
