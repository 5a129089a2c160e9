//! AVX-512 with population counts of its own (BITALG, VPOPCNTDQ): thirty-two or sixteen sketches,
//! or four whole hashes, at a time.

use std::arch::x86_64::{
    _mm512_add_epi64, _mm512_cmple_epu16_mask, _mm512_cmple_epu32_mask, _mm512_cmple_epu64_mask,
    _mm512_loadu_si512, _mm512_maskz_loadu_epi16, _mm512_maskz_loadu_epi32, _mm512_popcnt_epi16,
    _mm512_popcnt_epi32, _mm512_popcnt_epi64, _mm512_set1_epi16, _mm512_set1_epi32, _mm512_set1_epi64,
    _mm512_setr_epi64, _mm512_shuffle_i64x2, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64, _mm512_xor_si512,
};

use super::{
    super::{Hash256, layout::LINE},
    Probe, Survivor, filled, keep_places, portable, visit, visit_lines,
};

#[target_feature(enable = "avx512f,avx512bw,avx512bitalg,popcnt")]
pub(super) fn sift_one(sketches: &[u16], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit(probes, sketches, |probe| {
        let wanted = _mm512_set1_epi16(probe.wanted as i16);
        let most = _mm512_set1_epi16(probe.most.into());
        let bucket = sketches.get(probe.start as usize..probe.end as usize).unwrap_or(&[]);
        for (lanes, at) in bucket.chunks(32).zip((probe.start..).step_by(32)) {
            let filled = u32::MAX >> (32 - lanes.len() as u32);
            // SAFETY: only the lanes that are filled are read.
            let sketch = unsafe { _mm512_maskz_loadu_epi16(filled, lanes.as_ptr().cast()) };
            let bits = _mm512_popcnt_epi16(_mm512_xor_si512(sketch, wanted));
            let mut near = _mm512_cmple_epu16_mask(bits, most) & filled;
            while near != 0 {
                kept.push(Survivor { query: probe.query, place: at + near.trailing_zeros() });
                near &= near - 1;
            }
        }
    });
}

#[target_feature(enable = "avx512f,avx512bw,avx512bitalg,popcnt")]
pub(super) fn sift_lines(lines: &[[u16; LINE]], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit_lines(lines, probes, kept, |probe, line, kept| {
        // SAFETY: a line is 64 bytes.
        let sketches = unsafe { _mm512_loadu_si512(line.as_ptr().cast()) };
        let bits = _mm512_popcnt_epi16(_mm512_xor_si512(sketches, _mm512_set1_epi16(probe.wanted as i16)));
        let near = _mm512_cmple_epu16_mask(bits, _mm512_set1_epi16(probe.most.into()));
        keep_places(near & filled(line), probe, kept);
    });
}

#[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
pub(super) fn sift_two(sketches: &[u32], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit(probes, sketches, |probe| {
        let wanted = _mm512_set1_epi32(probe.wanted as i32);
        let most = _mm512_set1_epi32(probe.most.into());
        let bucket = sketches.get(probe.start as usize..probe.end as usize).unwrap_or(&[]);
        for (lanes, at) in bucket.chunks(16).zip((probe.start..).step_by(16)) {
            let filled = u16::MAX >> (16 - lanes.len() as u32);
            // SAFETY: only the lanes that are filled are read.
            let sketch = unsafe { _mm512_maskz_loadu_epi32(filled, lanes.as_ptr().cast()) };
            let bits = _mm512_popcnt_epi32(_mm512_xor_si512(sketch, wanted));
            let mut near = _mm512_cmple_epu32_mask(bits, most) & filled;
            while near != 0 {
                kept.push(Survivor { query: probe.query, place: at + near.trailing_zeros() });
                near &= near - 1;
            }
        }
    });
}

#[target_feature(enable = "avx512f,avx512vpopcntdq,popcnt")]
pub(super) fn scan(rows: &[Hash256], hash: Hash256, radius: u32, keep: &mut impl FnMut(u32, u32)) {
    let [a, b, c, d] = hash.words().map(|word| word as i64);
    let wanted = _mm512_setr_epi64(a, b, c, d, a, b, c, d);
    let most = _mm512_set1_epi64(radius.into());
    let (fours, rest) = rows.as_chunks::<4>();
    for (four, at) in fours.iter().zip((0_u32..).step_by(4)) {
        // SAFETY: four rows are 128 bytes; the second two begin at byte 64.
        let (first, second) = unsafe {
            let start = four.as_ptr();
            (_mm512_loadu_si512(start.cast()), _mm512_loadu_si512(start.add(2).cast()))
        };
        let first = _mm512_popcnt_epi64(_mm512_xor_si512(first, wanted));
        let second = _mm512_popcnt_epi64(_mm512_xor_si512(second, wanted));
        // In pairs of lanes: half of rows 0 and 2, their other half, half of rows 1 and 3, their other.
        let halves =
            _mm512_add_epi64(_mm512_unpacklo_epi64(first, second), _mm512_unpackhi_epi64(first, second));
        let whole = _mm512_add_epi64(halves, _mm512_shuffle_i64x2::<0b10_11_00_01>(halves, halves));
        let near = _mm512_cmple_epu64_mask(whole, most);
        if near != 0 {
            for (row, lane) in (at..).zip([0, 4, 1, 5]) {
                if near >> lane & 1 == 1
                    && let Some(found) = rows.get(row as usize)
                {
                    keep(row, found.distance(hash));
                }
            }
        }
    }
    let before = (rows.len() - rest.len()) as u32;
    portable::scan(rest, hash, radius, &mut |row, distance| keep(before + row, distance));
}
