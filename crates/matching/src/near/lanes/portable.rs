//! The loops in plain Rust: what every other kind must agree with.

use super::{
    super::{Hash256, layout::LINE},
    Probe, Survivor, filled, keep_places, visit, visit_lines,
};

/// A sketch of one or two bands.
pub(super) trait Sketch: Copy {
    fn wide(self) -> u32;
}

impl Sketch for u16 {
    #[inline]
    fn wide(self) -> u32 {
        self.into()
    }
}

impl Sketch for u32 {
    #[inline]
    fn wide(self) -> u32 {
        self
    }
}

pub(super) fn sift<S: Sketch>(sketches: &[S], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit(probes, sketches, |probe| {
        let bucket = sketches.get(probe.start as usize..probe.end as usize).unwrap_or(&[]);
        for (place, sketch) in (probe.start..).zip(bucket) {
            if (sketch.wide() ^ probe.wanted).count_ones() <= u32::from(probe.most) {
                kept.push(Survivor { query: probe.query, place });
            }
        }
    });
}

pub(super) fn sift_lines(lines: &[[u16; LINE]], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit_lines(lines, probes, kept, |probe, line, kept| {
        let mut near = 0;
        for (place, sketch) in line.iter().enumerate() {
            let bits = (sketch.wide() ^ probe.wanted).count_ones();
            near |= u32::from(bits <= u32::from(probe.most)) << place;
        }
        keep_places(near & filled(line), probe, kept);
    });
}

/// Half of each hash first: random hashes differ there in about sixty-four bits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined so that the caller's instructions apply")]
pub(super) fn scan(rows: &[Hash256], hash: Hash256, radius: u32, keep: &mut impl FnMut(u32, u32)) {
    let [a, b, ..] = hash.words();
    for (place, row) in (0..).zip(rows) {
        let [c, d, ..] = row.words();
        if (a ^ c).count_ones() + (b ^ d).count_ones() <= radius {
            let distance = row.distance(hash);
            if distance <= radius {
                keep(place, distance);
            }
        }
    }
}
