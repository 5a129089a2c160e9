//! The two inner loops of the search, once for each kind of processor.
//!
//! `sift` reads the entries of buckets and keeps those whose sketch is near enough; `scan` compares
//! whole hashes. Each kind must give the same answers as the portable one, in the same order; the
//! tests below hold every kind this machine has against it.
#![expect(unsafe_code, reason = "vector instructions, chosen after asking the processor, and prefetch")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use std::fmt;

use super::{Hash256, layout::LINE};

/// How many buckets ahead memory is asked for.
const AHEAD: usize = 10;

/// How many cache lines of a bucket are asked for at most; the processor itself sees the rest coming.
const MOST_LINES: usize = 8;

/// How many rows are compared with every hash before going on: what the first cache holds.
const TILE: usize = 512;

/// A bucket to be read for a query. Where buckets lie on lines, a place is thirty-two times the line's
/// number and the sketch's place on it, and nothing is known of the bucket's end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    /// The first and the last place but one of the bucket.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The sketch that would be equal.
    pub(crate) wanted: u32,
    /// Which query asks.
    pub(crate) query: u32,
    /// In how many bits a sketch may differ.
    pub(crate) most: u8,
}

/// A place whose sketch was near enough for the query. The first place of a line stands for the entries
/// that the line has no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Survivor {
    pub(crate) query: u32,
    pub(crate) place: u32,
}

/// A row within the query's radius.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Near {
    pub(crate) query: u32,
    pub(crate) row: u32,
    pub(crate) distance: u32,
}

/// The sketches of all buckets: the bits that come after a bucket's own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sketches<'a> {
    /// The next band.
    One(&'a [u16]),
    /// The next two bands.
    Two(&'a [u32]),
    /// The next band, each bucket on a line of its own: how many there are, then the first of them.
    Line(&'a [[u16; LINE]]),
}

/// Which instructions the search uses. Only kinds this processor has can be had.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Lanes(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "aarch64")]
    Neon,
    Portable,
}

const KINDS: &[Kind] = &[
    #[cfg(target_arch = "x86_64")]
    Kind::Avx512,
    #[cfg(target_arch = "x86_64")]
    Kind::Avx2,
    #[cfg(target_arch = "aarch64")]
    Kind::Neon,
    Kind::Portable,
];

impl Kind {
    fn here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512bitalg")
                    && is_x86_feature_detected!("avx512vpopcntdq")
                    && is_x86_feature_detected!("popcnt")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt"),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Self::Portable => true,
        }
    }
}

impl Lanes {
    /// What works everywhere.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// Every kind this processor has, the fastest first.
    pub fn available() -> impl Iterator<Item = Self> {
        KINDS.iter().filter(|kind| kind.here()).map(|kind| Self(*kind))
    }

    /// The fastest kind this processor has.
    pub fn best() -> Self {
        Self::available().next().unwrap_or(Self::PORTABLE)
    }

    /// The kind's name: `avx512`, `avx2`, `neon` or `portable`.
    pub const fn as_str(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => "neon",
            Kind::Portable => "portable",
        }
    }

    /// Adds to `kept` the places of the probes' buckets whose sketch is near enough.
    pub(crate) fn sift(self, sketches: Sketches<'_>, probes: &[Probe], kept: &mut Vec<Survivor>) {
        match (self.0, sketches) {
            // SAFETY: a `Lanes` of this kind is made only after the processor said it has it.
            #[cfg(target_arch = "x86_64")]
            (Kind::Avx512, Sketches::One(sketches)) => unsafe { avx512::sift_one(sketches, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            (Kind::Avx512, Sketches::Two(sketches)) => unsafe { avx512::sift_two(sketches, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            (Kind::Avx2, Sketches::One(sketches)) => unsafe { avx2::sift_one(sketches, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            (Kind::Avx2, Sketches::Two(sketches)) => unsafe { avx2::sift_two(sketches, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            (Kind::Neon, Sketches::One(sketches)) => unsafe { neon::sift_one(sketches, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            (Kind::Neon, Sketches::Two(sketches)) => unsafe { neon::sift_two(sketches, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            (Kind::Avx512, Sketches::Line(lines)) => unsafe { avx512::sift_lines(lines, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            (Kind::Avx2, Sketches::Line(lines)) => unsafe { avx2::sift_lines(lines, probes, kept) },
            // SAFETY: as above.
            #[cfg(target_arch = "aarch64")]
            (Kind::Neon, Sketches::Line(lines)) => unsafe { neon::sift_lines(lines, probes, kept) },
            (Kind::Portable, Sketches::Line(lines)) => portable::sift_lines(lines, probes, kept),
            (Kind::Portable, Sketches::One(sketches)) => portable::sift(sketches, probes, kept),
            (Kind::Portable, Sketches::Two(sketches)) => portable::sift(sketches, probes, kept),
        }
    }

    /// Adds to `found` the rows within the radius of those of the queries that `which` names.
    pub(crate) fn scan(
        self,
        rows: &[Hash256],
        queries: &[(Hash256, u32)],
        which: &[u32],
        found: &mut Vec<Near>,
    ) {
        for (tile, rows) in rows.chunks(TILE).enumerate() {
            let first = (tile * TILE) as u32;
            for query in which {
                let Some((hash, radius)) = queries.get(*query as usize).copied() else { continue };
                let mut keep = |row: u32, distance: u32| {
                    found.push(Near { query: *query, row: first + row, distance });
                };
                match self.0 {
                    // SAFETY: a `Lanes` of this kind is made only after the processor said it has it.
                    #[cfg(target_arch = "x86_64")]
                    Kind::Avx512 => unsafe { avx512::scan(rows, hash, radius, &mut keep) },
                    // SAFETY: as above.
                    #[cfg(target_arch = "x86_64")]
                    Kind::Avx2 => unsafe { avx2::scan(rows, hash, radius, &mut keep) },
                    // SAFETY: as above.
                    #[cfg(target_arch = "aarch64")]
                    Kind::Neon => unsafe { neon::scan(rows, hash, radius, &mut keep) },
                    Kind::Portable => portable::scan(rows, hash, radius, &mut keep),
                }
            }
        }
    }
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Asks for the memory of an element that will be read soon. Does nothing past the end.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a single instruction")]
pub(crate) fn prefetch<T>(column: &[T], at: usize) {
    let Some(element) = column.get(at) else { return };
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing the program can see and never faults.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(
            std::ptr::from_ref(element).cast(),
        );
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        std::arch::asm!(
            "prfm pldl1keep, [{0}]",
            in(reg) std::ptr::from_ref(element),
            options(nostack, preserves_flags, readonly)
        );
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = element;
}

/// Visits the probes in order, asking for the buckets that come next: where each begins and ends, and
/// in between for as many lines as the longest of the first few has, so that the processor can
/// foresee the loop.
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined so that the caller's vector instructions apply")]
fn visit<T>(probes: &[Probe], sketches: &[T], mut each: impl FnMut(&Probe)) {
    let line = 64 / size_of::<T>();
    let length = |probe: &Probe| probe.end.saturating_sub(probe.start) as usize;
    let longest = probes.iter().take(AHEAD).map(length).max().unwrap_or(0);
    let between = (longest / line).min(MOST_LINES);
    for (place, probe) in probes.iter().enumerate() {
        if let Some(next) = probes.get(place + AHEAD) {
            prefetch(sketches, next.start as usize);
            for ahead in 1..=between {
                prefetch(sketches, next.start as usize + ahead * line);
            }
            prefetch(sketches, next.end.saturating_sub(1) as usize);
        }
        each(probe);
    }
}

/// Visits the probes and their lines in order, asking for the lines that come next, and for those that
/// have more entries than room keeps their first place.
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined so that the caller's vector instructions apply")]
fn visit_lines(
    lines: &[[u16; LINE]],
    probes: &[Probe],
    kept: &mut Vec<Survivor>,
    mut each: impl FnMut(&Probe, &[u16; LINE], &mut Vec<Survivor>),
) {
    for (place, probe) in probes.iter().enumerate() {
        if let Some(next) = probes.get(place + 2 * AHEAD) {
            prefetch(lines, next.start as usize / LINE);
        }
        let Some(line) = lines.get(probe.start as usize / LINE) else { continue };
        let [count, ..] = line;
        if usize::from(*count) >= LINE {
            kept.push(Survivor { query: probe.query, place: probe.start });
        }
        each(probe, line, kept);
    }
}

/// The places of a line that hold a sketch, a bit for each.
#[inline]
fn filled(line: &[u16; LINE]) -> u32 {
    let [count, ..] = line;
    (1_u64 << (u32::from(*count) + 1).min(32)).wrapping_sub(2) as u32
}

/// Keeps the places of a line whose bit is set.
#[inline]
fn keep_places(mut near: u32, probe: &Probe, kept: &mut Vec<Survivor>) {
    while near != 0 {
        kept.push(Survivor { query: probe.query, place: probe.start + near.trailing_zeros() });
        near &= near - 1;
    }
}

#[cfg(test)]
mod tests;
