//! Bringing a picture to 64x64 as the reference does, bit for bit, but faster.
//!
//! The recipe: luma; then twice a running mean along the rows and one along the columns; then every
//! 64th part of the rows and columns is taken. The mean is a running sum to which a value is added
//! and from which another is subtracted at each step, and its rounding is part of the hash: no sum
//! may be formed in another order. What is free is the order between lines. So
//!
//! - sixteen rows go side by side, a row to a lane, and the sum runs along them all at once;
//! - down the columns the lanes are the columns, which lie side by side as they are;
//! - the four passes follow each other through bands of sixteen rows that stay in the cache, and of
//!   each pass only as many rows are kept as the next one's window needs;
//! - in the second round the mean is divided out only where the 64 rows and columns are taken.
//!
//! There is one text of all this. [`crate::vector`] has it compiled once for every processor and
//! once for those with wider vectors, which give the same bits.

#![expect(
    clippy::indexing_slicing,
    reason = "ranges follow from the sides of the picture, and iterators over windows would hide the recipe"
)]
#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for the wider vectors")]

use std::ops::Range;

use crate::{
    pixels::{Layout, Pixels},
    profile::Profile,
    transform::{SIDE, Small},
    vector::{Arithmetic, Divisor, Portable},
};

/// Rows that go side by side.
pub(crate) const BAND: usize = 16;

/// Columns that are transposed at a time.
pub(crate) const TILE: usize = 8;

/// The same place of each row of a band.
type Across = [f32; BAND];

/// How far a running mean reaches on a line of `length` values.
#[derive(Clone, Copy)]
struct Window {
    length: usize,
    /// Values under the window where it is whole.
    width: usize,
    /// Values ahead of the place whose mean is formed.
    ahead: usize,
}

impl Window {
    fn of(length: usize) -> Self {
        let width = length.div_ceil(2 * SIDE);
        Self { length, width, ahead: width / 2 }
    }

    /// How many values are under the window at a place: fewer at both ends.
    #[inline(always)]
    fn divisor(&self, place: usize) -> Divisor {
        let end = place + self.ahead + 1;
        Divisor::of(end.min(self.length) - end.saturating_sub(self.width))
    }

    /// The places at which the window moves by one and stays whole.
    fn whole(&self) -> Range<usize> {
        self.width - self.ahead..self.length - self.ahead
    }

    /// The sums before the first place: of what the window already reaches.
    #[inline(always)]
    fn start<const N: usize>(&self, line: &[[f32; N]]) -> [f32; N] {
        let mut sums = [0.0; N];
        for ahead in &line[..self.ahead] {
            add(&mut sums, ahead);
        }
        sums
    }

    /// Moves the sums over `places`, so that they are those of the last of them.
    #[inline(always)]
    fn run<const N: usize>(&self, sums: &mut [f32; N], line: &[[f32; N]], places: Range<usize>) {
        let whole = self.whole();
        let growing = places.start..places.end.min(whole.start);
        for place in growing {
            add(sums, &line[place + self.ahead]);
        }
        let from = places.start.max(whole.start);
        let to = places.end.min(whole.end);
        if from < to {
            let entering = &line[from + self.ahead..to + self.ahead];
            let leaving = &line[from + self.ahead - self.width..to + self.ahead - self.width];
            for (entering, leaving) in entering.iter().zip(leaving) {
                add(sums, entering);
                subtract(sums, leaving);
            }
        }
        for place in places.start.max(whole.end)..places.end {
            subtract(sums, &line[place + self.ahead - self.width]);
        }
    }
}

#[inline(always)]
fn add<const N: usize>(sums: &mut [f32; N], values: &[f32; N]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

#[inline(always)]
fn subtract<const N: usize>(sums: &mut [f32; N], values: &[f32; N]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum -= value;
    }
}

/// What the work needs between the picture and the 64x64 values; kept from picture to picture.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// A band with its rows as lanes: first luma, later the mean of the first round.
    band: Vec<Across>,
    /// Means along the rows, as many rows as the window down the columns needs; a ring.
    along: Vec<f32>,
    /// Running sums down the columns.
    sums: Vec<f32>,
    /// Means down the columns, the rows of a band.
    down: Vec<f32>,
    /// Means along the rows in the second round, at the 64 columns that are taken.
    taken: Vec<[f32; SIDE]>,
}

/// The places that are taken of a line.
fn places(length: usize) -> [usize; SIDE] {
    std::array::from_fn(|at| ((at as f64 + 0.5) * length as f64 / SIDE as f64) as usize)
}

/// The picture brought to 64x64.
#[inline(always)]
pub(crate) fn shrink<A: Arithmetic>(
    arithmetic: A,
    pixels: Pixels<'_>,
    profile: Profile,
    scratch: &mut Scratch,
) -> Small {
    let (width, height) = (pixels.width(), pixels.height());
    let mut work = Work {
        arithmetic,
        stride: width.next_multiple_of(2 * TILE),
        across: Window::of(width),
        down: Window::of(height),
        columns: places(width),
        scratch,
    };
    work.prepare();
    for first in (0..height).step_by(BAND) {
        work.luma(pixels, profile, first);
        work.first_across(first, BAND.min(height - first));
        work.first_down(first..(first + BAND).min(height));
    }
    work.first_down(height..height + work.down.ahead);
    work.second_down(&places(height))
}

/// One picture's way through the passes.
struct Work<'a, A> {
    arithmetic: A,
    /// Values between the starts of two rows: whole tiles.
    stride: usize,
    across: Window,
    down: Window,
    columns: [usize; SIDE],
    scratch: &'a mut Scratch,
}

impl<A: Arithmetic> Work<'_, A> {
    /// Rows the ring holds: a band, and what leaves the window while it enters.
    #[inline(always)]
    fn ring(&self) -> usize {
        self.down.width + BAND
    }

    /// Space for every pass; what it held before does not matter, but for the sums.
    #[inline(always)]
    fn prepare(&mut self) {
        let (stride, ring, height) = (self.stride, self.ring(), self.down.length);
        let scratch = &mut *self.scratch;
        scratch.band.resize(stride, [0.0; BAND]);
        scratch.along.resize(ring * stride, 0.0);
        scratch.down.resize(BAND * stride, 0.0);
        scratch.taken.resize(height, [0.0; SIDE]);
        scratch.sums.clear();
        scratch.sums.resize(stride, 0.0);
    }

    /// The luma of the rows from `first` on, a row to a lane. Lanes without a row keep the last one.
    #[inline(always)]
    fn luma(&mut self, pixels: Pixels<'_>, profile: Profile, first: usize) {
        let each = pixels.layout().bytes_per_pixel();
        let row_bytes = pixels.width() * each;
        let last = pixels.height() - 1;
        let rows: [&[u8]; BAND] = std::array::from_fn(|lane| {
            let row = (first + lane).min(last);
            &pixels.bytes()[row * row_bytes..(row + 1) * row_bytes]
        });
        for (tile, out) in self.scratch.band.as_chunks_mut::<{ 2 * TILE }>().0.iter_mut().enumerate() {
            let mut lumas = [[0.0; 2 * TILE]; BAND];
            let from = tile * 2 * TILE * each;
            for (row, luma) in rows.iter().zip(&mut lumas) {
                let bytes = row.get(from..).unwrap_or_default();
                *luma = tile_luma(self.arithmetic, pixels.layout(), profile, bytes);
            }
            for (half, out) in out.as_chunks_mut::<TILE>().0.iter_mut().enumerate() {
                for lanes in 0..BAND / TILE {
                    let block: [[f32; TILE]; TILE] = std::array::from_fn(|lane| {
                        std::array::from_fn(|at| lumas[lanes * TILE + lane][half * TILE + at])
                    });
                    let block = self.arithmetic.transposed(block);
                    for (out, values) in out.iter_mut().zip(&block) {
                        out.as_chunks_mut::<TILE>().0[lanes] = *values;
                    }
                }
            }
        }
    }

    /// The first mean along the rows: from the band into the ring.
    #[inline(always)]
    fn first_across(&mut self, first: usize, rows: usize) {
        let (stride, ring, window) = (self.stride, self.ring(), self.across);
        let Scratch { band, along, .. } = &mut *self.scratch;
        let whole = window.whole();
        let by = Divisor::of(window.width);
        let mut sums = window.start(band);
        let mut start = 0;
        while start < window.length {
            let mut means = [[0.0; BAND]; TILE];
            if whole.start <= start && start + TILE <= whole.end {
                let entering = &band[start + window.ahead..][..TILE];
                let leaving = &band[start + window.ahead - window.width..][..TILE];
                for ((mean, entering), leaving) in means.iter_mut().zip(entering).zip(leaving) {
                    add(&mut sums, entering);
                    subtract(&mut sums, leaving);
                    *mean = self.arithmetic.mean(&sums, by);
                }
            } else {
                for (mean, place) in means.iter_mut().zip(start..window.length) {
                    window.run(&mut sums, band, place..place + 1);
                    *mean = self.arithmetic.mean(&sums, window.divisor(place));
                }
            }
            for lanes in 0..BAND / TILE {
                let block = means.map(|mean| mean.as_chunks::<TILE>().0[lanes]);
                for (lane, values) in self.arithmetic.transposed(block).iter().enumerate() {
                    let row = lanes * TILE + lane;
                    if row < rows {
                        let from = ((first + row) % ring) * stride + start;
                        along[from..from + TILE].copy_from_slice(values);
                    }
                }
            }
            start += TILE;
        }
    }

    /// The first mean down the columns, as the rows `entering` come under the window (those past
    /// the last let it shrink). Each whole band of means goes on to the second round.
    #[inline(always)]
    fn first_down(&mut self, entering: Range<usize>) {
        let (stride, ring, window) = (self.stride, self.ring(), self.down);
        for end in entering {
            let Scratch { along, sums, down, .. } = &mut *self.scratch;
            let row = |number: usize| &along[(number % ring) * stride..][..stride];
            let enters = (end < window.length).then(|| row(end));
            let leaves = (end >= window.width).then(|| row(end - window.width));
            let Some(place) = end.checked_sub(window.ahead) else {
                for (sum, enters) in sums.iter_mut().zip(enters.into_iter().flatten()) {
                    *sum += enters;
                }
                continue;
            };
            let by = window.divisor(place);
            let means = &mut down[(place % BAND) * stride..][..stride];
            self.arithmetic.move_down(sums, enters, leaves, means, by);
            if (place + 1) % BAND == 0 || place + 1 == window.length {
                self.second_across(place - place % BAND, place % BAND + 1);
            }
        }
    }

    /// The second mean along the rows, at the columns that are taken.
    #[inline(always)]
    fn second_across(&mut self, first: usize, rows: usize) {
        let (stride, window) = (self.stride, self.across);
        let Scratch { band, down, taken, .. } = &mut *self.scratch;
        for start in (0..stride).step_by(TILE) {
            for lanes in 0..BAND / TILE {
                let block: [[f32; TILE]; TILE] = std::array::from_fn(|lane| {
                    let from = (lanes * TILE + lane) * stride + start;
                    let mut values = [0.0; TILE];
                    values.copy_from_slice(&down[from..from + TILE]);
                    values
                });
                for (across, values) in
                    band[start..start + TILE].iter_mut().zip(&self.arithmetic.transposed(block))
                {
                    across.as_chunks_mut::<TILE>().0[lanes] = *values;
                }
            }
        }
        let mut sums = window.start(band);
        let mut next = 0;
        for (at, column) in self.columns.into_iter().enumerate() {
            window.run(&mut sums, band, next..column + 1);
            next = column + 1;
            let means = self.arithmetic.mean(&sums, window.divisor(column));
            for (row, mean) in taken[first..first + rows].iter_mut().zip(means) {
                row[at] = mean;
            }
        }
    }

    /// The second mean down the columns that were taken, at the rows that are taken.
    #[inline(always)]
    fn second_down(&self, rows: &[usize; SIDE]) -> Small {
        let taken = &self.scratch.taken;
        let mut sums = self.down.start(taken);
        let mut next = 0;
        rows.map(|row| {
            self.down.run(&mut sums, taken, next..row + 1);
            next = row + 1;
            self.arithmetic.mean(&sums, self.down.divisor(row))
        })
    }
}

/// The first `N` bytes; beyond the end of the row zeros, which no window reaches.
#[inline(always)]
fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    if let Some(whole) = bytes.first_chunk() {
        return *whole;
    }
    let mut padded = [0; N];
    padded[..bytes.len()].copy_from_slice(bytes);
    padded
}

/// Luma in single precision, left to right.
#[inline(always)]
fn single(bytes: &[u8; 6 * TILE]) -> [f32; 2 * TILE] {
    let mut lumas = [0.0; 2 * TILE];
    for (luma, [red, green, blue]) in lumas.iter_mut().zip(bytes.as_chunks().0) {
        *luma = 0.299 * f32::from(*red) + 0.587 * f32::from(*green) + 0.114 * f32::from(*blue);
    }
    lumas
}

/// Luma as double precision gives it when rounded to single. That is the exact sum of thousandths,
/// divided by a thousand and rounded once: the thousandths are whole numbers under 2^24, and none
/// comes so near to the middle of two values that the rounding of doubles could tell.
#[inline(always)]
fn double<A: Arithmetic>(arithmetic: A, bytes: &[u8; 6 * TILE]) -> [f32; 2 * TILE] {
    let mut thousandths = [0.0; 2 * TILE];
    for (sum, [red, green, blue]) in thousandths.iter_mut().zip(bytes.as_chunks().0) {
        *sum = 299.0 * f32::from(*red) + 587.0 * f32::from(*green) + 114.0 * f32::from(*blue);
    }
    arithmetic.mean(&thousandths, Divisor::of(1000))
}

/// The luma of a picture that already is 64x64.
pub(crate) fn luma(pixels: Pixels<'_>, profile: Profile) -> Small {
    let mut small = [[0.0; SIDE]; SIDE];
    for (row, lumas) in pixels.rows().zip(&mut small) {
        for (tile, lumas) in lumas.as_chunks_mut::<{ 2 * TILE }>().0.iter_mut().enumerate() {
            let bytes = &row[tile * 2 * TILE * pixels.layout().bytes_per_pixel()..];
            *lumas = tile_luma(Portable, pixels.layout(), profile, bytes);
        }
    }
    small
}

/// The luma of the pixels that begin `bytes`.
#[inline(always)]
fn tile_luma<A: Arithmetic>(
    arithmetic: A,
    layout: Layout,
    profile: Profile,
    bytes: &[u8],
) -> [f32; 2 * TILE] {
    match (layout, profile) {
        (Layout::Grey8, _) => padded::<{ 2 * TILE }>(bytes).map(f32::from),
        (Layout::Rgb8, Profile::Reference512) => single(&padded(bytes)),
        (Layout::Rgb8, Profile::FullResolution) => double(arithmetic, &padded(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_thousandths_give_the_luma_of_doubles_for_every_colour() {
        for red in 0..=255_u8 {
            for green in 0..=255_u8 {
                for first in (0..=255_u8).step_by(2 * TILE) {
                    let mut bytes = [0; 6 * TILE];
                    for (blue, pixel) in (first..=255).zip(bytes.as_chunks_mut::<3>().0) {
                        *pixel = [red, green, blue];
                    }
                    for (blue, luma) in (first..=255).zip(double(Portable, &bytes)) {
                        let [red, green, blue] = [red, green, blue].map(f64::from);
                        let expected = (red * 0.299 + green * 0.587 + blue * 0.114) as f32;
                        assert!(luma.to_bits() == expected.to_bits(), "{red} {green} {blue}");
                    }
                }
            }
        }
    }

    #[test]
    fn places_are_the_middles_of_the_64_parts() {
        assert_eq!(places(64), std::array::from_fn(|at| at));
        assert_eq!(places(128), std::array::from_fn(|at| 2 * at + 1));
        assert_eq!(places(5)[..14], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(places(5)[63], 4);
    }
}
