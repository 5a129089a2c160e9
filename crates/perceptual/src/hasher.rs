//! Hashing pictures: which steps, in which case.

use crate::{
    hash::Hashed,
    pixels::{Layout, Pixels},
    profile::Profile,
    shrink::{self, Scratch},
    transform::{self, SIDE, Small},
    vector,
};

/// The side below which the reference hashes nothing.
const SHORTEST: usize = 5;

/// The side over which [`Profile::Reference512`] brings a picture to this side.
const REFERENCE_SIDE: usize = 512;

/// Hashes pictures one after another in the same working memory, so that only the largest so far
/// asks for more. It needs about 200 bytes for each column of a picture, 256 for each row, and one
/// for every 32 pixels.
#[derive(Debug, Default)]
pub struct Hasher {
    scratch: Scratch,
    scaled: Vec<u8>,
}

impl Hasher {
    /// One that has no memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The hash of a picture. One with a side under 5 has the hash zero with quality 0.
    pub fn hash(&mut self, pixels: Pixels<'_>, profile: Profile) -> Hashed {
        self.small(pixels, profile, Way::Single).map(|small| transform::hash(&small)).unwrap_or_default()
    }

    /// The hashes of a picture in its eight orientations, in the order of
    /// [`Orientation::ALL`](crate::Orientation::ALL), from one transform.
    ///
    /// The first equals [`Hasher::hash`], but for a picture of exactly 64x64: the reference
    /// smooths it here and not there.
    pub fn dihedral(&mut self, pixels: Pixels<'_>, profile: Profile) -> [Hashed; 8] {
        self.small(pixels, profile, Way::Dihedral)
            .map(|small| transform::dihedral(&small))
            .unwrap_or_default()
    }

    fn small(&mut self, pixels: Pixels<'_>, profile: Profile, way: Way) -> Option<Small> {
        let (width, height) = (pixels.width(), pixels.height());
        if width < SHORTEST || height < SHORTEST {
            return None;
        }
        let pixels = match profile {
            Profile::Reference512 if width > REFERENCE_SIDE || height > REFERENCE_SIDE => {
                nearest(pixels, &mut self.scaled)
            }
            _ => pixels,
        };
        if way == Way::Single && pixels.width() == SIDE && pixels.height() == SIDE {
            return Some(shrink::luma(pixels, profile));
        }
        Some(vector::shrunk(pixels, profile, &mut self.scratch))
    }
}

/// What is wanted of a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Single,
    Dihedral,
}

/// The hash of one picture; for many, keep a [`Hasher`].
pub fn hash(pixels: Pixels<'_>, profile: Profile) -> Hashed {
    Hasher::new().hash(pixels, profile)
}

/// The hashes of one picture in its eight orientations; for many, keep a [`Hasher`].
pub fn dihedral(pixels: Pixels<'_>, profile: Profile) -> [Hashed; 8] {
    Hasher::new().dihedral(pixels, profile)
}

/// The picture brought to 512x512: of each 512th part of its rows and columns the first.
fn nearest<'a>(pixels: Pixels<'_>, scaled: &'a mut Vec<u8>) -> Pixels<'a> {
    let layout = pixels.layout();
    let each = layout.bytes_per_pixel();
    scaled.clear();
    scaled.reserve(REFERENCE_SIDE * REFERENCE_SIDE * each);
    for row in 0..REFERENCE_SIDE {
        let Some(row) = pixels.rows().nth(row * pixels.height() / REFERENCE_SIDE) else { continue };
        let columns = (0..REFERENCE_SIDE).map(|column| column * pixels.width() / REFERENCE_SIDE);
        match layout {
            Layout::Grey8 => scaled.extend(columns.filter_map(|column| row.get(column))),
            Layout::Rgb8 => {
                let row = row.as_chunks::<3>().0;
                scaled.extend(columns.filter_map(|column| row.get(column)).flatten());
            }
        }
    }
    Pixels::of_parts(REFERENCE_SIDE, REFERENCE_SIDE, layout, scaled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Orientation, naive, sample::Sample};
    use proptest::prelude::*;

    /// Sides at which a window, a band or a tile begins or ends, and some that are none of these.
    const SIDES: [(u32, u32); 24] = [
        (5, 5),
        (5, 64),
        (7, 300),
        (15, 17),
        (16, 16),
        (33, 47),
        (63, 64),
        (64, 63),
        (64, 64),
        (65, 129),
        (127, 128),
        (128, 127),
        (129, 128),
        (255, 257),
        (300, 7),
        (384, 385),
        (512, 512),
        (513, 400),
        (400, 513),
        (640, 481),
        (1025, 769),
        (2049, 33),
        (9, 4000),
        (4000, 11),
    ];

    #[test]
    fn every_size_and_pattern_has_the_hash_of_the_recipe() {
        let mut hasher = Hasher::new();
        let mut compared = 0;
        for (at, (width, height)) in SIDES.into_iter().enumerate() {
            for pattern in Sample::ALL {
                for layout in [Layout::Rgb8, Layout::Grey8] {
                    let bytes = pattern.bytes(width, height, layout, at as u64);
                    let pixels = Pixels::new(width, height, layout, &bytes).unwrap();
                    for profile in Profile::ALL {
                        let what = format!("{width}x{height} {pattern:?} {layout:?} {profile}");
                        assert_eq!(hasher.hash(pixels, profile), naive::hash(pixels, profile), "{what}");
                        if profile == Profile::FullResolution {
                            let expected = naive::dihedral(pixels, profile);
                            assert_eq!(hasher.dihedral(pixels, profile), expected, "{what}");
                        }
                        compared += 1;
                    }
                }
            }
        }
        assert_eq!(compared, SIDES.len() * Sample::ALL.len() * 4);
    }

    #[test]
    fn a_side_under_five_has_no_hash() {
        for (width, height) in [(4, 400), (400, 4), (1, 1)] {
            let bytes = Sample::Noise.bytes(width, height, Layout::Grey8, 1);
            let pixels = Pixels::new(width, height, Layout::Grey8, &bytes).unwrap();
            for profile in Profile::ALL {
                assert_eq!(hash(pixels, profile), Hashed::default());
                assert_eq!(dihedral(pixels, profile), [Hashed::default(); 8]);
            }
        }
    }

    #[test]
    fn a_hasher_remembers_nothing_of_the_pictures_before() {
        let mut hasher = Hasher::new();
        let sides = [(700, 600), (31, 40), (600, 700), (64, 64), (31, 40)];
        for (seed, (width, height)) in sides.into_iter().enumerate() {
            let bytes = Sample::Noise.bytes(width, height, Layout::Rgb8, seed as u64);
            let pixels = Pixels::new(width, height, Layout::Rgb8, &bytes).unwrap();
            for profile in Profile::ALL {
                assert_eq!(hasher.hash(pixels, profile), hash(pixels, profile));
            }
        }
    }

    #[test]
    fn exactly_64x64_is_smoothed_for_its_orientations_only() {
        let bytes = Sample::Noise.bytes(64, 64, Layout::Rgb8, 1);
        let pixels = Pixels::new(64, 64, Layout::Rgb8, &bytes).unwrap();
        let small = shrink::luma(pixels, Profile::FullResolution);
        assert_eq!(hash(pixels, Profile::FullResolution), transform::hash(&small));
        let smoothed = vector::shrunk(pixels, Profile::FullResolution, &mut Scratch::default());
        assert_eq!(dihedral(pixels, Profile::FullResolution), transform::dihedral(&smoothed));
    }

    /// The pixels laid down in another way, by the definition of each.
    fn laid(bytes: &[u8], side: usize, orientation: Orientation) -> Vec<u8> {
        let last = side - 1;
        let from = |row: usize, column: usize| match orientation {
            Orientation::Original => (row, column),
            Orientation::Rotate90 => (column, last - row),
            Orientation::Rotate180 => (last - row, last - column),
            Orientation::Rotate270 => (last - column, row),
            Orientation::FlipX => (last - row, column),
            Orientation::FlipY => (row, last - column),
            Orientation::FlipPlus1 => (column, row),
            Orientation::FlipMinus1 => (last - column, last - row),
        };
        let pixels = (0..side * side).map(|at| from(at / side, at % side));
        pixels.map(|(row, column)| bytes[row * side + column]).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// At these sides the windows and the places taken are symmetric, so that only the running sums
        /// differ: they run the other way, and their rounding turns bits that are near the median.
        #[test]
        fn each_orientation_is_the_hash_of_the_picture_laid_down_so(large: bool, seed: u64) {
            let side = if large { 9 * 64 } else { 5 * 64 };
            let bytes = Sample::Smooth.bytes(side, side, Layout::Grey8, seed);
            let pixels = Pixels::new(side, side, Layout::Grey8, &bytes).unwrap();
            let computed = dihedral(pixels, Profile::FullResolution);
            prop_assume!(computed[0].quality >= 80);
            for (orientation, computed) in Orientation::ALL.into_iter().zip(computed) {
                let turned = laid(&bytes, side as usize, orientation);
                let turned = Pixels::new(side, side, Layout::Grey8, &turned).unwrap();
                let distance = hash(turned, Profile::FullResolution).hash.distance(&computed.hash);
                prop_assert!(distance <= 8, "{:?}: {} bits", orientation, distance);
            }
        }

        #[test]
        fn any_size_has_the_hash_of_the_recipe(width in 5_u32..700, height in 5_u32..700, seed: u64, rgb: bool) {
            let layout = if rgb { Layout::Rgb8 } else { Layout::Grey8 };
            let pattern = Sample::ALL[(seed % Sample::ALL.len() as u64) as usize];
            let bytes = pattern.bytes(width, height, layout, seed);
            let pixels = Pixels::new(width, height, layout, &bytes).unwrap();
            for profile in Profile::ALL {
                prop_assert_eq!(hash(pixels, profile), naive::hash(pixels, profile));
                prop_assert_eq!(dihedral(pixels, profile), naive::dihedral(pixels, profile));
            }
        }
    }
}
