//! Made-up pictures for tests: patterns that bring out one thing each.

use crate::pixels::Layout;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sample {
    /// Every sample for itself.
    Noise,
    /// Waves in several directions: many gradients, no edges.
    Smooth,
    /// Squares, which make equal sums.
    Blocks,
    /// One colour.
    Flat,
    /// Black but for a corner: beyond it, only the rounding of running sums is left.
    Corner,
}

impl Sample {
    pub(crate) const ALL: [Self; 5] = [Self::Noise, Self::Smooth, Self::Blocks, Self::Flat, Self::Corner];

    pub(crate) fn bytes(self, width: u32, height: u32, layout: Layout, seed: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        for row in 0..height {
            for column in 0..width {
                for channel in 0..layout.bytes_per_pixel() as u32 {
                    bytes.push(self.at(row, column, channel, seed));
                }
            }
        }
        bytes
    }

    fn at(self, row: u32, column: u32, channel: u32, seed: u64) -> u8 {
        match self {
            Self::Noise => mixed(seed, row, column, channel),
            Self::Blocks => mixed(seed, row / 24, column / 24, channel),
            Self::Flat => mixed(seed, 0, 0, channel),
            Self::Corner if row < 20 && column < 20 => mixed(seed, row, column, channel),
            Self::Corner => 0,
            Self::Smooth => {
                let wave = |number: u32| {
                    let part = |of: u32| f64::from(mixed(seed, number, of, channel)) / 255.0 - 0.5;
                    (f64::from(row) * part(0) * 0.25 + f64::from(column) * part(1) * 0.25 + part(2) * 6.0)
                        .sin()
                };
                (127.0 + (0..6).map(wave).sum::<f64>() * 40.0).clamp(0.0, 255.0) as u8
            }
        }
    }
}

/// A value that looks like chance, from where it stands (the finaliser of `SplitMix64`).
fn mixed(seed: u64, row: u32, column: u32, channel: u32) -> u8 {
    let mut value = seed ^ (u64::from(row) << 40 | u64::from(column) << 8 | u64::from(channel));
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (value ^ (value >> 31)) as u8
}
