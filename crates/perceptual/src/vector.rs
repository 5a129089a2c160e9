//! The one text of [`crate::shrink`] compiled for the processor at hand.
//!
//! On x86-64 with AVX2 and FMA the same functions are compiled a second time for vectors of eight
//! values. Nothing is contracted: Rust keeps every rounding where the text has it. Two steps have a
//! text of their own there, because it pays: transposing a tile, and dividing.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the wider vectors")]

use crate::{
    pixels::Pixels,
    profile::Profile,
    shrink::{Scratch, TILE, shrink},
    transform::Small,
};

/// What sums are divided by.
#[derive(Clone, Copy)]
pub(crate) struct Divisor {
    value: f32,
    reciprocal: f32,
}

impl Divisor {
    #[inline(always)]
    pub(crate) fn of(count: usize) -> Self {
        let value = count as f32;
        Self { value, reciprocal: 1.0 / value }
    }
}

/// The steps that a processor may take in its own way, all to the same bits.
pub(crate) trait Arithmetic: Copy {
    /// One sum divided and rounded once.
    fn quotient(self, sum: f32, by: Divisor) -> f32;

    /// Rows to columns.
    fn transposed(self, tile: [[f32; TILE]; TILE]) -> [[f32; TILE]; TILE];

    /// Sums divided, each rounded once.
    #[inline(always)]
    fn mean<const N: usize>(self, sums: &[f32; N], by: Divisor) -> [f32; N] {
        let mut means = [0.0; N];
        for (mean, sum) in means.iter_mut().zip(sums) {
            *mean = self.quotient(*sum, by);
        }
        means
    }

    /// Sums side by side, to which a row comes and from which a row goes, and their means.
    #[inline(always)]
    fn move_down(
        self,
        sums: &mut [f32],
        enters: Option<&[f32]>,
        leaves: Option<&[f32]>,
        means: &mut [f32],
        by: Divisor,
    ) {
        let cells = sums.iter_mut().zip(means);
        match (enters, leaves) {
            (Some(enters), Some(leaves)) => {
                for (((sum, mean), enters), leaves) in cells.zip(enters).zip(leaves) {
                    *sum += enters;
                    *sum -= leaves;
                    *mean = self.quotient(*sum, by);
                }
            }
            (Some(enters), None) => {
                for ((sum, mean), enters) in cells.zip(enters) {
                    *sum += enters;
                    *mean = self.quotient(*sum, by);
                }
            }
            (None, leaves) => {
                for ((sum, mean), leaves) in cells.zip(leaves.into_iter().flatten()) {
                    *sum -= leaves;
                    *mean = self.quotient(*sum, by);
                }
            }
        }
    }
}

/// As the text says it, for every processor.
#[derive(Clone, Copy)]
pub(crate) struct Portable;

impl Arithmetic for Portable {
    #[inline(always)]
    fn quotient(self, sum: f32, by: Divisor) -> f32 {
        sum / by.value
    }

    #[inline(always)]
    fn transposed(self, tile: [[f32; TILE]; TILE]) -> [[f32; TILE]; TILE] {
        let mut turned = [[0.0; TILE]; TILE];
        for (i, row) in tile.iter().enumerate() {
            for (column, value) in turned.iter_mut().zip(row) {
                if let Some(cell) = column.get_mut(i) {
                    *cell = *value;
                }
            }
        }
        turned
    }
}

/// The picture brought to 64x64, in the fastest way this processor has.
pub(crate) fn shrunk(pixels: Pixels<'_>, profile: Profile, scratch: &mut Scratch) -> Small {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = avx2::Avx2::detected() {
        return avx2.shrunk(pixels, profile, scratch);
    }
    portable(pixels, profile, scratch)
}

/// The picture brought to 64x64 in the way that every processor has.
pub(crate) fn portable(pixels: Pixels<'_>, profile: Profile, scratch: &mut Scratch) -> Small {
    shrink(Portable, pixels, profile, scratch)
}

#[cfg(target_arch = "x86_64")]
#[expect(
    unsafe_code,
    reason = "functions compiled for a processor that has AVX2 and FMA are called only there"
)]
mod avx2 {
    use std::arch::x86_64::{
        __m256, _mm256_permute2f128_ps, _mm256_shuffle_ps, _mm256_unpackhi_ps, _mm256_unpacklo_ps,
    };

    use super::{Arithmetic, Divisor, Pixels, Profile, Scratch, Small, TILE, shrink};

    /// Proof that this processor has AVX2 and FMA: nothing but [`Avx2::detected`] makes one.
    #[derive(Clone, Copy)]
    pub(super) struct Avx2(());

    impl Avx2 {
        pub(super) fn detected() -> Option<Self> {
            (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
        }

        pub(super) fn shrunk(self, pixels: Pixels<'_>, profile: Profile, scratch: &mut Scratch) -> Small {
            // SAFETY: `self` is the proof that the processor has AVX2 and FMA.
            unsafe { compiled(self, pixels, profile, scratch) }
        }
    }

    #[target_feature(enable = "avx2,fma")]
    fn compiled(avx2: Avx2, pixels: Pixels<'_>, profile: Profile, scratch: &mut Scratch) -> Small {
        shrink(avx2, pixels, profile, scratch)
    }

    impl Arithmetic for Avx2 {
        /// The correctly rounded quotient without a division (Markstein, "Computation of elementary
        /// functions on the IBM RISC System/6000 processor", 1990): the reciprocal is rounded
        /// correctly, the remainder of the first guess is exact, and one more step rounds as division
        /// does. It was held against division for all mantissas and all divisors up to 512, which a
        /// side of 65535 needs; the tests take every 997th.
        #[inline(always)]
        fn quotient(self, sum: f32, by: Divisor) -> f32 {
            let guess = sum * by.reciprocal;
            let remainder = (-by.value).mul_add(guess, sum);
            remainder.mul_add(by.reciprocal, guess)
        }

        #[inline(always)]
        fn transposed(self, tile: [[f32; TILE]; TILE]) -> [[f32; TILE]; TILE] {
            // SAFETY: `self` is the proof that the processor has AVX2.
            unsafe { transposed(tile) }
        }
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn transposed(tile: [[f32; TILE]; TILE]) -> [[f32; TILE]; TILE] {
        // SAFETY: both types are eight values of 32 bits, and every pattern of bits is one of each.
        let rows: [__m256; TILE] = unsafe { std::mem::transmute(tile) };
        // First pairs of rows are interleaved, then pairs of pairs, then their halves are exchanged.
        let pair = |one: __m256, two: __m256| (_mm256_unpacklo_ps(one, two), _mm256_unpackhi_ps(one, two));
        let four = |one: __m256, two: __m256| {
            (_mm256_shuffle_ps::<0x44>(one, two), _mm256_shuffle_ps::<0xEE>(one, two))
        };
        let [top @ .., _, _, _, _] = rows;
        let [_, _, _, _, low @ ..] = rows;
        let fours = |[first, second, third, fourth]: [__m256; 4]| {
            let ((left, right), (next_left, next_right)) = (pair(first, second), pair(third, fourth));
            (four(left, next_left), four(right, next_right))
        };
        let ((top_0, top_1), (top_2, top_3)) = fours(top);
        let ((low_0, low_1), (low_2, low_3)) = fours(low);
        let left = |top: __m256, low: __m256| _mm256_permute2f128_ps::<0x20>(top, low);
        let right = |top: __m256, low: __m256| _mm256_permute2f128_ps::<0x31>(top, low);
        let columns = [
            left(top_0, low_0),
            left(top_1, low_1),
            left(top_2, low_2),
            left(top_3, low_3),
            right(top_0, low_0),
            right(top_1, low_1),
            right(top_2, low_2),
            right(top_3, low_3),
        ];
        // SAFETY: as above, the other way.
        unsafe { std::mem::transmute(columns) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pixels::Layout, sample::Sample};

    fn bits(small: &Small) -> Vec<u32> {
        small.as_flattened().iter().map(|value| value.to_bits()).collect()
    }

    #[test]
    fn every_processor_gives_the_same_bits() {
        let mut scratch = Scratch::default();
        for (width, height) in [(5, 5), (31, 200), (64, 64), (129, 127), (640, 481), (1311, 900), (3999, 21)]
        {
            for pattern in Sample::ALL {
                for (layout, profile) in [
                    (Layout::Rgb8, Profile::FullResolution),
                    (Layout::Rgb8, Profile::Reference512),
                    (Layout::Grey8, Profile::FullResolution),
                ] {
                    let bytes = pattern.bytes(width, height, layout, 3);
                    let pixels = Pixels::new(width, height, layout, &bytes).unwrap();
                    let fast = shrunk(pixels, profile, &mut scratch);
                    let plain = portable(pixels, profile, &mut scratch);
                    assert!(bits(&fast) == bits(&plain), "{width}x{height} {pattern:?} {layout:?} {profile}");
                }
            }
        }
    }

    #[test]
    fn transposing_exchanges_rows_and_columns() {
        let tile: [[f32; TILE]; TILE] =
            std::array::from_fn(|row| std::array::from_fn(|column| (row * TILE + column) as f32));
        let turned: [[f32; TILE]; TILE] =
            std::array::from_fn(|row| std::array::from_fn(|column| (column * TILE + row) as f32));
        assert_eq!(Portable.transposed(tile), turned);
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = avx2::Avx2::detected() {
            assert_eq!(avx2.transposed(tile), turned);
        }
    }

    /// Every number of values a window can have on a side of 65535, and the thousand of luma. What
    /// decides is the mantissa of the sum, so one power of two stands for all.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn a_quotient_without_a_division_is_rounded_as_division_rounds() {
        let Some(avx2) = avx2::Avx2::detected() else { return };
        for count in (1..=512).chain([1000]) {
            let by = Divisor::of(count);
            for mantissa in (count as u32 % 997..1 << 23).step_by(997) {
                let sum = f32::from_bits(0x4300_0000 | mantissa);
                let (found, expected) = (avx2.quotient(sum, by), Portable.quotient(sum, by));
                assert!(found.to_bits() == expected.to_bits(), "{sum} / {count}");
            }
            assert_eq!(avx2.quotient(0.0, by).to_bits(), 0);
        }
    }
}
