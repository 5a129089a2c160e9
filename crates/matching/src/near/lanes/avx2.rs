//! AVX2: sixteen or eight sketches at a time, their bits counted by looking up halves of bytes.
//! Whole hashes are left to the scalar population count, which these processors do every cycle.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_cmpgt_epi16, _mm256_cmpgt_epi32, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_movemask_epi8, _mm256_packs_epi16,
    _mm256_permute4x64_epi64, _mm256_set1_epi8, _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setr_epi8,
    _mm256_shuffle_epi8, _mm256_srli_epi16, _mm256_xor_si256,
};

use super::{
    super::{Hash256, layout::LINE},
    Probe, Survivor, filled, keep_places, portable, visit, visit_lines,
};

/// The set bits of each byte.
#[inline]
#[target_feature(enable = "avx2")]
fn count_bytes(lanes: __m256i) -> __m256i {
    let table = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
    );
    let low = _mm256_set1_epi8(0x0f);
    let lower = _mm256_shuffle_epi8(table, _mm256_and_si256(lanes, low));
    let upper = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16::<4>(lanes), low));
    _mm256_add_epi8(lower, upper)
}

/// Which of sixteen sketches of one band differ in more bits than `most`: all ones if so.
#[inline]
#[target_feature(enable = "avx2")]
fn far_of_sixteen(sketches: &[u16; 16], wanted: __m256i, most: __m256i) -> __m256i {
    // SAFETY: sixteen sketches are 32 bytes.
    let lanes = unsafe { _mm256_loadu_si256(sketches.as_ptr().cast()) };
    let bits = _mm256_maddubs_epi16(count_bytes(_mm256_xor_si256(lanes, wanted)), _mm256_set1_epi8(1));
    _mm256_cmpgt_epi16(bits, most)
}

/// Which of eight sketches of two bands differ in more bits than `most`: all ones if so.
#[inline]
#[target_feature(enable = "avx2")]
fn far_of_eight(sketches: &[u32; 8], wanted: __m256i, most: __m256i) -> __m256i {
    // SAFETY: eight sketches are 32 bytes.
    let lanes = unsafe { _mm256_loadu_si256(sketches.as_ptr().cast()) };
    let halves = _mm256_maddubs_epi16(count_bytes(_mm256_xor_si256(lanes, wanted)), _mm256_set1_epi8(1));
    _mm256_cmpgt_epi32(_mm256_madd_epi16(halves, _mm256_set1_epi16(1)), most)
}

/// Where the second of two vectors of `lanes` sketches begins: behind the first, but no further than
/// the bucket goes, so that no memory is waited for that nobody wants.
#[inline]
fn second(at: u32, end: u32, lanes: u32) -> u32 {
    at.max((at + lanes).min(end.saturating_sub(lanes)))
}

/// Keeps what is near of two vectors of sketches, `bytes` of the mask to each. Hardly ever is any, so
/// both are asked at once first.
#[inline]
#[target_feature(enable = "avx2")]
fn keep(far: [(u32, __m256i); 2], bytes: u32, probe: &Probe, kept: &mut Vec<Survivor>) {
    let [(at, a), (_, b)] = far;
    if _mm256_movemask_epi8(_mm256_and_si256(a, b)) == -1 {
        return;
    }
    let mut from = at;
    for (first, far) in far {
        let mut near = !(_mm256_movemask_epi8(far) as u32);
        while near != 0 {
            let lane = near.trailing_zeros() / bytes;
            let place = first + lane;
            if (from..probe.end).contains(&place) {
                kept.push(Survivor { query: probe.query, place });
            }
            near &= !(((1 << bytes) - 1) << (lane * bytes));
        }
        // The second vector may begin within the first.
        from = at + 32 / bytes;
    }
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn sift_one(sketches: &[u16], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit(probes, sketches, |probe| {
        let wanted = _mm256_set1_epi16(probe.wanted as i16);
        let most = _mm256_set1_epi16(probe.most.into());
        let mut at = probe.start;
        while at < probe.end {
            let next = second(at, probe.end, 16);
            let (Some(one), Some(two)) = (lanes_from(sketches, at), lanes_from(sketches, next)) else {
                break;
            };
            let far = [(at, one), (next, two)].map(|(at, lanes)| (at, far_of_sixteen(lanes, wanted, most)));
            keep(far, 2, probe, kept);
            at += 32;
        }
    });
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn sift_two(sketches: &[u32], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit(probes, sketches, |probe| {
        let wanted = _mm256_set1_epi32(probe.wanted as i32);
        let most = _mm256_set1_epi32(probe.most.into());
        let mut at = probe.start;
        while at < probe.end {
            let next = second(at, probe.end, 8);
            let (Some(one), Some(two)) = (lanes_from(sketches, at), lanes_from(sketches, next)) else {
                break;
            };
            let far = [(at, one), (next, two)].map(|(at, lanes)| (at, far_of_eight(lanes, wanted, most)));
            keep(far, 4, probe, kept);
            at += 16;
        }
    });
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn sift_lines(lines: &[[u16; LINE]], probes: &[Probe], kept: &mut Vec<Survivor>) {
    visit_lines(lines, probes, kept, |probe, line, kept| {
        let wanted = _mm256_set1_epi16(probe.wanted as i16);
        let most = _mm256_set1_epi16(probe.most.into());
        if let ([first, second], _) = line.as_chunks() {
            let far = [first, second].map(|lanes| far_of_sixteen(lanes, wanted, most));
            // Saturating to bytes keeps all ones and all noughts, but mixes the quarters.
            let bytes = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(far[0], far[1]));
            let near = !(_mm256_movemask_epi8(bytes) as u32) & filled(line);
            keep_places(near, probe, kept);
        }
    });
}

#[inline]
fn lanes_from<T, const N: usize>(sketches: &[T], at: u32) -> Option<&[T; N]> {
    sketches.get(at as usize..)?.first_chunk()
}

#[target_feature(enable = "avx2,popcnt")]
pub(super) fn scan(rows: &[Hash256], hash: Hash256, radius: u32, keep: &mut impl FnMut(u32, u32)) {
    portable::scan(rows, hash, radius, keep);
}
