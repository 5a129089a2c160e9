//! Searching a base for one hash, a few, or thousands at once.
//!
//! A few are searched band by band in one list of buckets, so that memory asked for ahead keeps
//! coming; thousands share each band, whose buckets are then visited in order, each once. Either way
//! the work is the same three steps: which buckets, which of their entries have a sketch that is
//! near enough, which of those rows are within the radius.

use super::{
    Hash256,
    base::{Base, View},
    budget::{BANDS, Budgets},
    lanes::{Lanes, Near, Probe, Sketches, Survivor, prefetch},
    layout::{LINE, VALUES},
};

/// From how many queries on the buckets are visited in order.
const MANY: usize = 128;
/// How many queries at most share a pass, which bounds the memory of one.
const PASS: usize = 16_384;
/// How many bits of a value say where on a cache line its offset lies.
const NEIGHBOURS: usize = 4;
/// How many queries share a list of buckets when they are few.
const FEW: usize = 8;
/// How many buckets of a band are listed before they are read: what the second cache holds.
const LIST: usize = 4096;
/// How many rows ahead memory is asked for.
const AHEAD: usize = 12;

/// A query by its number, and how to search for it.
type Planned = (u32, Budgets);

/// The rows within each query's radius, in the order of the queries, then of the rows.
pub(crate) fn search(base: &Base, lanes: Lanes, queries: &[(Hash256, u32)]) -> Vec<Near> {
    let view = base.view();
    let (mut planned, mut scanned) = (Vec::with_capacity(queries.len()), Vec::new());
    for (query, (hash, radius)) in (0..).zip(queries) {
        match view.plan(*hash, *radius) {
            Some(budgets) => planned.push((query, budgets)),
            None => scanned.push(query),
        }
    }
    let mut pass = Pass { view, lanes, queries, probes: Vec::new(), kept: Vec::new(), found: Vec::new() };
    if let Some(sketches) = view.sketches {
        for group in planned.chunks(PASS) {
            if group.len() < MANY {
                group.chunks(FEW).for_each(|few| pass.few(few, sketches));
            } else {
                pass.many(group, sketches);
            }
        }
    }
    if !scanned.is_empty() {
        lanes.scan(view.rows, queries, &scanned, &mut pass.found);
    }
    // A row may have been met in several bands.
    pass.found.sort_unstable();
    pass.found.dedup();
    pass.found
}

struct Pass<'a> {
    view: View<'a>,
    lanes: Lanes,
    queries: &'a [(Hash256, u32)],
    probes: Vec<Probe>,
    kept: Vec<Survivor>,
    found: Vec<Near>,
}

impl Pass<'_> {
    /// All bands of a few queries in one list.
    fn few(&mut self, few: &[Planned], sketches: Sketches<'_>) {
        if !matches!(sketches, Sketches::Line(_)) {
            self.ask_for_offsets(few);
        }
        self.probes.clear();
        for band in 0..BANDS {
            let buckets = self.view.buckets(band);
            for planned in few {
                let asked = self.asked(planned, band, sketches);
                match sketches {
                    Sketches::Line(_) => self.probes.extend(asked.map(|asked| asked.line(band))),
                    _ => self.probes.extend(asked.map(|asked| asked.probe(buckets))),
                }
            }
        }
        self.sift(sketches);
        self.compare();
    }

    /// Asks for the memory of all offsets that a few queries need: flipping the last bits of a value
    /// stays on its cache line.
    fn ask_for_offsets(&self, few: &[Planned]) {
        for band in 0..BANDS {
            let buckets = self.view.buckets(band);
            for (query, _) in few {
                let value = self.value(*query, band);
                prefetch(buckets, value);
                for bit in NEIGHBOURS..16 {
                    prefetch(buckets, value ^ (1 << bit));
                }
            }
        }
    }

    /// One band after another, its buckets in order, each read for all queries that ask for it.
    fn many(&mut self, group: &[Planned], sketches: Sketches<'_>) {
        let mut order: Vec<Asked> = Vec::new();
        let mut counts = vec![0_u32; VALUES >> NEIGHBOURS];
        for band in 0..BANDS {
            let buckets = self.view.buckets(band);
            self.in_order(group, band, sketches, &mut counts, &mut order);
            for list in order.chunks(LIST) {
                self.probes.clear();
                match sketches {
                    Sketches::Line(_) => self.probes.extend(list.iter().map(|asked| asked.line(band))),
                    _ => self.probes.extend(list.iter().map(|asked| asked.probe(buckets))),
                }
                self.sift(sketches);
            }
            self.compare();
        }
    }

    /// What the queries ask of a band, sorted by counting; buckets whose offsets lie on one cache
    /// line stay together, which is order enough.
    fn in_order(
        &self,
        group: &[Planned],
        band: usize,
        sketches: Sketches<'_>,
        counts: &mut [u32],
        order: &mut Vec<Asked>,
    ) {
        counts.fill(0);
        let mut total = 0;
        for (query, budgets) in group {
            let value = self.value(*query, band);
            for (flip, _) in budgets.flips(band) {
                if let Some(count) = counts.get_mut((value ^ usize::from(*flip)) >> NEIGHBOURS) {
                    *count += 1;
                    total += 1;
                }
            }
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            next += std::mem::replace(count, next);
        }
        order.resize(total, Asked::default());
        for planned in group {
            for asked in self.asked(planned, band, sketches) {
                if let Some(at) = counts.get_mut(usize::from(asked.value) >> NEIGHBOURS) {
                    if let Some(slot) = order.get_mut(*at as usize) {
                        *slot = asked;
                    }
                    *at += 1;
                }
            }
        }
    }

    fn value(&self, query: u32, band: usize) -> usize {
        self.queries.get(query as usize).map_or(0, |(hash, _)| hash.band(band)).into()
    }

    /// The buckets of a band that a query asks for.
    fn asked(
        &self,
        (query, budgets): &Planned,
        band: usize,
        sketches: Sketches<'_>,
    ) -> impl Iterator<Item = Asked> + use<> {
        let query = *query;
        let hash = self.queries.get(query as usize).map_or(Hash256::default(), |(hash, _)| *hash);
        let value = hash.band(band);
        let (wanted, most) = match sketches {
            Sketches::One(_) | Sketches::Line(_) => (hash.band(band + 1).into(), budgets.most(band, 1)),
            Sketches::Two(_) => (hash.two_after(band), budgets.most(band, 2)),
        };
        budgets.flips(band).iter().map(move |(flip, flipped)| Asked {
            value: value ^ flip,
            most: most.saturating_sub(*flipped),
            wanted,
            query,
        })
    }

    fn sift(&mut self, sketches: Sketches<'_>) {
        self.lanes.sift(sketches, &self.probes, &mut self.kept);
    }

    /// Turns places on lines into places among the ids.
    fn leave_lines(&mut self) {
        let mut over = Vec::new();
        for at in 0..self.kept.len() {
            let bucket = |survivor: &Survivor| {
                let line = survivor.place as usize / LINE;
                line / (VALUES - 1) * VALUES + line % (VALUES - 1)
            };
            if let Some(ahead) = self.kept.get(at + AHEAD) {
                prefetch(self.view.offsets, bucket(ahead));
            }
            let Some(survivor) = self.kept.get_mut(at) else { continue };
            let bucket = bucket(survivor);
            let Some([start, end]) = self.view.offsets.get(bucket..bucket + 2) else { continue };
            let room = LINE as u32 - 1;
            match survivor.place % LINE as u32 {
                // Those the line has no room for: the first of them here, the others at the end.
                0 => {
                    survivor.place = start + room;
                    let query = survivor.query;
                    over.extend((start + room + 1..*end).map(|place| Survivor { query, place }));
                }
                slot => survivor.place = start + slot - 1,
            }
        }
        self.kept.append(&mut over);
    }

    /// Compares the rows of the entries kept with their queries, whole.
    fn compare(&mut self) {
        if matches!(self.view.sketches, Some(Sketches::Line(_))) {
            self.leave_lines();
        }
        let (ids, rows) = (self.view.ids, self.view.rows);
        // Places become rows, whose memory is asked for, a good while before they are compared.
        for at in 0..self.kept.len() {
            if let Some(ahead) = self.kept.get(at + AHEAD) {
                prefetch(ids, ahead.place as usize);
            }
            if let Some(survivor) = self.kept.get_mut(at) {
                survivor.place = ids.get(survivor.place as usize).copied().unwrap_or(u32::MAX);
            }
        }
        for (at, survivor) in self.kept.iter().enumerate() {
            if let Some(ahead) = self.kept.get(at + AHEAD) {
                prefetch(rows, ahead.place as usize);
            }
            if let (Some(row), Some((hash, radius))) =
                (rows.get(survivor.place as usize), self.queries.get(survivor.query as usize))
            {
                let distance = row.distance(*hash);
                if distance <= *radius {
                    self.found.push(Near { query: survivor.query, row: survivor.place, distance });
                }
            }
        }
        self.kept.clear();
    }
}

/// A bucket that a query asks for.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// The band's value.
    value: u16,
    /// In how many bits the sketch may differ.
    most: u8,
    /// The sketch that would be equal.
    wanted: u32,
    query: u32,
}

impl Asked {
    /// Its bucket's line.
    #[inline]
    fn line(&self, band: usize) -> Probe {
        let start = ((band * (VALUES - 1) + usize::from(self.value)) * LINE) as u32;
        Probe { start, end: start, wanted: self.wanted, query: self.query, most: self.most }
    }

    #[inline]
    fn probe(&self, buckets: &[u32]) -> Probe {
        let at = |value: usize| buckets.get(value).copied().unwrap_or(0);
        let value = usize::from(self.value);
        Probe {
            start: at(value),
            end: at(value + 1),
            wanted: self.wanted,
            query: self.query,
            most: self.most,
        }
    }
}
