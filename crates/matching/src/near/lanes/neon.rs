//! NEON: eight or four sketches at a time, bits counted byte by byte and added in pairs.

use std::arch::aarch64::{
    uint8x16_t, vaddlvq_u8, vaddq_u8, vaddvq_u16, vaddvq_u32, vandq_u16, vandq_u32, vcleq_u16, vcleq_u32,
    vcntq_u8, vdupq_n_u16, vdupq_n_u32, veorq_u8, veorq_u16, veorq_u32, vld1q_u8, vld1q_u16, vld1q_u32,
    vpaddlq_u8, vpaddlq_u16, vreinterpretq_u8_u16, vreinterpretq_u8_u32,
};

use super::{
    super::{Hash256, layout::LINE},
    Probe, Survivor, filled, keep_places, visit, visit_lines,
};

#[target_feature(enable = "neon")]
pub(super) fn sift_one(sketches: &[u16], probes: &[Probe], kept: &mut Vec<Survivor>) {
    // SAFETY: the array is eight numbers long.
    let lane_bits = unsafe { vld1q_u16([1, 2, 4, 8, 16, 32, 64, 128].as_ptr()) };
    visit(probes, sketches, |probe| {
        let wanted = vdupq_n_u16(probe.wanted as u16);
        let most = vdupq_n_u16(probe.most.into());
        let mut at = probe.start;
        while at < probe.end {
            let Some(lanes) = sketches.get(at as usize..at as usize + 8) else { break };
            // SAFETY: `lanes` is eight numbers long.
            let sketch = unsafe { vld1q_u16(lanes.as_ptr()) };
            let bits = vpaddlq_u8(vcntq_u8(vreinterpretq_u8_u16(veorq_u16(sketch, wanted))));
            let near = u32::from(vaddvq_u16(vandq_u16(vcleq_u16(bits, most), lane_bits)));
            keep(near, 8, at, probe, kept);
            at += 8;
        }
    });
}

#[target_feature(enable = "neon")]
pub(super) fn sift_two(sketches: &[u32], probes: &[Probe], kept: &mut Vec<Survivor>) {
    // SAFETY: the array is four numbers long.
    let lane_bits = unsafe { vld1q_u32([1, 2, 4, 8].as_ptr()) };
    visit(probes, sketches, |probe| {
        let wanted = vdupq_n_u32(probe.wanted);
        let most = vdupq_n_u32(probe.most.into());
        let mut at = probe.start;
        while at < probe.end {
            let Some(lanes) = sketches.get(at as usize..at as usize + 4) else { break };
            // SAFETY: `lanes` is four numbers long.
            let sketch = unsafe { vld1q_u32(lanes.as_ptr()) };
            let bytes = vcntq_u8(vreinterpretq_u8_u32(veorq_u32(sketch, wanted)));
            let bits = vpaddlq_u16(vpaddlq_u8(bytes));
            let near = vaddvq_u32(vandq_u32(vcleq_u32(bits, most), lane_bits));
            keep(near, 4, at, probe, kept);
            at += 4;
        }
    });
}

#[target_feature(enable = "neon")]
pub(super) fn sift_lines(lines: &[[u16; LINE]], probes: &[Probe], kept: &mut Vec<Survivor>) {
    // SAFETY: the array is eight numbers long.
    let lane_bits = unsafe { vld1q_u16([1, 2, 4, 8, 16, 32, 64, 128].as_ptr()) };
    visit_lines(lines, probes, kept, |probe, line, kept| {
        let wanted = vdupq_n_u16(probe.wanted as u16);
        let most = vdupq_n_u16(probe.most.into());
        let mut near = 0;
        for (quarter, lanes) in line.as_chunks::<8>().0.iter().enumerate() {
            // SAFETY: `lanes` is eight numbers long.
            let sketch = unsafe { vld1q_u16(lanes.as_ptr()) };
            let bits = vpaddlq_u8(vcntq_u8(vreinterpretq_u8_u16(veorq_u16(sketch, wanted))));
            near |= u32::from(vaddvq_u16(vandq_u16(vcleq_u16(bits, most), lane_bits))) << (8 * quarter);
        }
        keep_places(near & filled(line), probe, kept);
    });
}

/// Keeps the lanes whose bit is set, but for those past the bucket's end.
#[inline]
fn keep(mut near: u32, lanes: u32, at: u32, probe: &Probe, kept: &mut Vec<Survivor>) {
    near &= (1 << (probe.end - at).min(lanes)) - 1;
    while near != 0 {
        kept.push(Survivor { query: probe.query, place: at + near.trailing_zeros() });
        near &= near - 1;
    }
}

#[target_feature(enable = "neon")]
pub(super) fn scan(rows: &[Hash256], hash: Hash256, radius: u32, keep: &mut impl FnMut(u32, u32)) {
    let wanted = halves(hash);
    for (place, row) in (0..).zip(rows) {
        let row = halves(*row);
        // A byte of the sum is at most sixteen.
        let bits = vaddq_u8(vcntq_u8(veorq_u8(row.0, wanted.0)), vcntq_u8(veorq_u8(row.1, wanted.1)));
        let distance = u32::from(vaddlvq_u8(bits));
        if distance <= radius {
            keep(place, distance);
        }
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn halves(hash: Hash256) -> (uint8x16_t, uint8x16_t) {
    let words = hash.words();
    // SAFETY: four words are 32 bytes; the second half begins at byte 16.
    unsafe {
        let start = words.as_ptr().cast::<u8>();
        (vld1q_u8(start), vld1q_u8(start.add(16)))
    }
}
