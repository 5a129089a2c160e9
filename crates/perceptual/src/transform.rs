//! From the picture brought to 64x64 to its hashes: gradients, cosine transform, median, and the
//! seven other ways to lay the same picture down. Single precision, in the reference's order.

use std::sync::LazyLock;

use crate::hash::{Hash, Hashed};

/// The side to which every picture is brought.
pub(crate) const SIDE: usize = 64;

/// The side of the block of low frequencies the hash is made of.
const LOW: usize = 16;

/// A picture brought to 64x64, row by row.
pub(crate) type Small = [[f32; SIDE]; SIDE];

/// The low frequencies of a picture: `[i][j]`, `i` along the columns, `j` along the rows.
type Frequencies = [[f32; LOW]; LOW];

/// How a picture is laid down before it is hashed, named as the reference names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Orientation {
    /// As it is.
    Original,
    /// Turned by 90 degrees anticlockwise.
    Rotate90,
    /// Turned by 180 degrees.
    Rotate180,
    /// Turned by 270 degrees anticlockwise.
    Rotate270,
    /// Top and bottom exchanged.
    FlipX,
    /// Left and right exchanged.
    FlipY,
    /// Mirrored at the diagonal from the top left.
    FlipPlus1,
    /// Mirrored at the diagonal from the top right.
    FlipMinus1,
}

impl Orientation {
    /// All eight, in the order in which the reference prints them.
    pub const ALL: [Self; 8] = [
        Self::Original,
        Self::Rotate90,
        Self::Rotate180,
        Self::Rotate270,
        Self::FlipX,
        Self::FlipY,
        Self::FlipPlus1,
        Self::FlipMinus1,
    ];

    /// The name in print: `original`, `rotate90`, `flipx`, `flipplus1` and so on.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Rotate90 => "rotate90",
            Self::Rotate180 => "rotate180",
            Self::Rotate270 => "rotate270",
            Self::FlipX => "flipx",
            Self::FlipY => "flipy",
            Self::FlipPlus1 => "flipplus1",
            Self::FlipMinus1 => "flipminus1",
        }
    }

    /// The frequencies of the picture laid down so, from those of the picture as it is: turning and
    /// mirroring only exchange the axes and change signs.
    fn of(self, frequencies: &Frequencies) -> Frequencies {
        let transposed =
            matches!(self, Self::Rotate90 | Self::Rotate270 | Self::FlipPlus1 | Self::FlipMinus1);
        let mut laid = [[0.0; LOW]; LOW];
        for (i, row) in frequencies.iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                let odd = |number: usize| number % 2 == 1;
                let negated = match self {
                    Self::Original | Self::FlipPlus1 => false,
                    Self::Rotate90 | Self::FlipY => !odd(j),
                    Self::Rotate270 | Self::FlipX => !odd(i),
                    Self::Rotate180 | Self::FlipMinus1 => odd(i + j),
                };
                let (at, along) = if transposed { (j, i) } else { (i, j) };
                if let Some(cell) = laid.get_mut(at).and_then(|row| row.get_mut(along)) {
                    *cell = if negated { -value } else { *value };
                }
            }
        }
        laid
    }
}

/// `[i][j]`: the value at place `j` of the cosine of frequency `i + 1`.
static COSINES: LazyLock<[[f32; SIDE]; LOW]> = LazyLock::new(|| {
    let scale = f64::from((2.0_f64 / 64.0).sqrt() as f32);
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let angle = (std::f64::consts::PI / 2.0 / 64.0) * (i as f64 + 1.0) * (2.0 * j as f64 + 1.0);
            (scale * angle.cos()) as f32
        })
    })
});

/// The same, the axes exchanged.
static COSINES_BY_PLACE: LazyLock<[[f32; LOW]; SIDE]> = LazyLock::new(|| {
    let mut turned = [[0.0; LOW]; SIDE];
    for (i, row) in COSINES.iter().enumerate() {
        for (place, value) in turned.iter_mut().zip(row) {
            if let Some(cell) = place.get_mut(i) {
                *cell = *value;
            }
        }
    }
    turned
});

/// The hash of the picture as it lies.
pub(crate) fn hash(small: &Small) -> Hashed {
    Hashed { hash: bits(&frequencies(small)), quality: quality(small) }
}

/// The hashes of the picture in all its orientations, in their order.
pub(crate) fn dihedral(small: &Small) -> [Hashed; 8] {
    let (frequencies, quality) = (frequencies(small), quality(small));
    Orientation::ALL.map(|orientation| Hashed { hash: bits(&orientation.of(&frequencies)), quality })
}

/// How much there is in the picture to hash: the sum of its gradients in whole percent.
fn quality(small: &Small) -> u8 {
    let gradient = |one: f32, next: f32| (((one - next) * 100.0) / 255.0) as i32;
    let along: i32 = small
        .iter()
        .map(|row| {
            row.iter().zip(row.iter().skip(1)).map(|(one, next)| gradient(*one, *next).abs()).sum::<i32>()
        })
        .sum();
    let down: i32 = small
        .iter()
        .zip(small.iter().skip(1))
        .map(|(row, next)| row.iter().zip(next).map(|(one, next)| gradient(*one, *next).abs()).sum::<i32>())
        .sum();
    ((along + down) / 90).min(100) as u8
}

/// Each value is a sum over places in their order, the reference's; rows of values go side by side.
fn frequencies(small: &Small) -> Frequencies {
    let by_place = &*COSINES_BY_PLACE;
    let mut found = [[0.0; LOW]; LOW];
    for (cosines, out) in COSINES.iter().zip(&mut found) {
        let mut half = [0.0; SIDE];
        for (cosine, row) in cosines.iter().zip(small) {
            for (sum, value) in half.iter_mut().zip(row) {
                *sum += cosine * value;
            }
        }
        for (value, cosines) in half.iter().zip(by_place) {
            for (sum, cosine) in out.iter_mut().zip(cosines) {
                *sum += value * cosine;
            }
        }
    }
    found
}

/// A bit for each frequency: whether it is over the median, which is the lower of the two in the
/// middle, as Torben Mogensen's algorithm in the reference gives it.
fn bits(frequencies: &Frequencies) -> Hash {
    let mut sorted = [0.0_f32; LOW * LOW];
    sorted.copy_from_slice(frequencies.as_flattened());
    let (_, median, _) = sorted.select_nth_unstable_by(LOW * LOW / 2 - 1, f32::total_cmp);
    let median = *median;
    Hash::of_bits(frequencies.as_flattened().iter().map(|value| *value > median))
}
