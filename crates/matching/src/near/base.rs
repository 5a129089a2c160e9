//! A base: hashes that do not change, with the buckets to find them by.

use std::{fs::File, io, io::Cursor, ops::Range};

use super::{
    Hash256,
    budget::{BANDS, Budgets, WIDEST, flips},
    build::Rows,
    lanes::Sketches,
    layout::{Columns, Header, Sketch, VALUES},
    memory::{Region, column, own},
};

/// An immutable part of the index.
#[derive(Debug)]
pub(crate) struct Base {
    header: Header,
    columns: Columns,
    region: Region,
}

impl Base {
    /// A base in memory.
    pub(crate) fn in_memory(rows: &Rows, generation: u64, sketch: Sketch) -> io::Result<Self> {
        let header = rows.header(generation, sketch);
        let mut memory = own(header.columns().length)?;
        let header = rows.write(header, &mut Cursor::new(&mut *memory))?;
        Ok(Self { columns: header.columns(), header, region: Region::Own(memory) })
    }

    /// Maps a base that lies in a file. The error within says what is wrong with its content.
    pub(crate) fn map(file: &File) -> io::Result<Result<Self, String>> {
        if file.metadata()?.len() == 0 {
            return Ok(Err("it is empty".to_owned()));
        }
        let region = Region::map(file)?;
        Ok(Header::read(&region).map(|header| Self { columns: header.columns(), header, region }))
    }

    /// The same base in memory of its own, its checksums verified.
    pub(crate) fn warmed(&self) -> io::Result<Result<Self, String>> {
        let mut memory = own(self.region.len())?;
        memory.copy_from_slice(&self.region);
        let region = Region::Own(memory);
        let warm = Self { header: self.header.clone(), columns: self.columns.clone(), region };
        Ok(warm.verify().map(|()| warm))
    }

    /// Whether it is in memory of our own.
    pub(crate) fn is_warm(&self) -> bool {
        self.region.is_own()
    }

    /// Holds every byte against the checksums. The error says what is wrong.
    pub(crate) fn verify(&self) -> Result<(), String> {
        for (piece, check) in self.columns.pieces().zip(self.header.checks) {
            let place = format!("bytes {} to {}", piece.start, piece.end);
            if self.region.get(piece).map(crc32fast::hash) != Some(check) {
                return Err(format!("the checksum of {place} is wrong"));
            }
        }
        Ok(())
    }

    pub(crate) fn generation(&self) -> u64 {
        self.header.generation
    }

    /// How many distinct hashes it has.
    pub(crate) fn rows(&self) -> usize {
        self.header.rows
    }

    /// How many pairs it has.
    pub(crate) fn tags(&self) -> usize {
        self.header.tags
    }

    /// How long it is in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.region.len()
    }

    /// Its columns, to be read.
    pub(crate) fn view(&self) -> View<'_> {
        let part = |range: &Range<usize>| self.region.get(range.clone()).unwrap_or(&[]);
        let sketches = part(&self.columns.sketches);
        View {
            rows: column(part(&self.columns.rows)),
            starts: column(part(&self.columns.starts)),
            tags: column(part(&self.columns.tags)),
            offsets: column(part(&self.columns.offsets)),
            ids: column(part(&self.columns.ids)),
            sketches: match self.header.sketch {
                Sketch::None => None,
                Sketch::One => Some(Sketches::One(column(sketches))),
                Sketch::Two => Some(Sketches::Two(column(sketches))),
                Sketch::Line => Some(Sketches::Line(column(sketches).as_chunks().0)),
            },
            longest: &self.header.longest,
        }
    }
}

/// The columns of a base.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(crate) rows: &'a [Hash256],
    pub(crate) starts: &'a [u32],
    pub(crate) tags: &'a [u64],
    pub(crate) offsets: &'a [u32],
    pub(crate) ids: &'a [u32],
    /// None when the base has no buckets.
    pub(crate) sketches: Option<Sketches<'a>>,
    longest: &'a [u32; BANDS],
}

impl<'a> View<'a> {
    /// Where in the tags those of a row stand.
    pub(crate) fn places(&self, row: usize) -> Range<usize> {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// Where in the tags this pair stands.
    pub(crate) fn find(&self, hash: &Hash256, tag: u64) -> Option<u32> {
        let places = self.places(self.rows.binary_search(hash).ok()?);
        let within = self.tags.get(places.clone())?.binary_search(&tag).ok()?;
        Some((places.start + within) as u32)
    }

    /// Every pair in order, with its place in the tags.
    pub(crate) fn pairs(self) -> impl Iterator<Item = (u32, (Hash256, u64))> + 'a {
        self.rows.iter().enumerate().flat_map(move |(row, hash)| {
            let places = self.places(row);
            let tags = self.tags.get(places.clone()).unwrap_or(&[]);
            (places.start as u32..).zip(tags.iter().map(move |tag| (*hash, *tag)))
        })
    }

    /// The offsets of a band's buckets, and one more.
    #[inline]
    pub(crate) fn buckets(&self, band: usize) -> &'a [u32] {
        self.offsets.get(band * VALUES..(band + 1) * VALUES).unwrap_or(&[])
    }

    /// How to search for a hash, or None when looking at every row costs less: when the radius is
    /// wide, or when more than an eighth of the rows would have to be looked at. A band whose value
    /// too many rows share is left out if the others can make up for it.
    pub(crate) fn plan(&self, hash: Hash256, radius: u32) -> Option<Budgets> {
        self.sketches?;
        if radius > WIDEST {
            return None;
        }
        let few = self.rows.len() / 8;
        let budgets = Budgets::even(radius, 0)?;
        let bound: usize = (0..BANDS)
            .zip(self.longest)
            .map(|(band, longest)| budgets.flips(band).len() * *longest as usize)
            .sum();
        if bound <= few {
            return Some(budgets);
        }
        let mut total = 0;
        let mut crowded = 0_u16;
        for band in 0..BANDS {
            let entries = self.entries(hash, band, budgets.of(band));
            total += entries;
            if entries > self.rows.len() / 64 {
                crowded |= 1 << band;
            }
        }
        if crowded != 0
            && let Some(spread) = Budgets::even(radius, crowded)
        {
            let others: usize = (0..BANDS).map(|band| self.entries(hash, band, spread.of(band))).sum();
            if others < total {
                return (others <= few).then_some(spread);
            }
        }
        (total <= few).then_some(budgets)
    }

    /// How many entries a band holds within a budget.
    fn entries(&self, hash: Hash256, band: usize, budget: u8) -> usize {
        let (buckets, value) = (self.buckets(band), hash.band(band));
        flips(budget)
            .iter()
            .map(|(flip, _)| {
                let value = usize::from(value ^ flip);
                match (buckets.get(value), buckets.get(value + 1)) {
                    (Some(start), Some(end)) => end.saturating_sub(*start) as usize,
                    _ => 0,
                }
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{layout::HEADER, sample::Sequence},
        *,
    };

    fn hashes(count: u64, constant: bool) -> Vec<(Hash256, u64)> {
        let mut sequence = Sequence::new(1);
        let mut pairs: Vec<_> = (0..count)
            .map(|tag| {
                let [first, b, c, d] = sequence.hash().words();
                let first = if constant { first & !0xffff | 7 } else { first };
                (Hash256::from_words([first, b, c, d]), tag)
            })
            .collect();
        pairs.sort_unstable();
        pairs
    }

    #[test]
    fn a_band_all_rows_share_is_left_out_and_the_others_make_up_for_it() {
        let base = |constant| {
            let rows = Rows::of(hashes(4000, constant).into_iter()).unwrap();
            Base::in_memory(&rows, 0, Sketch::Two).unwrap()
        };
        let budgets = Budgets::even(31, 0);
        let (even, uneven) = (base(false), base(true));
        let hash = uneven.view().rows[0];
        assert_eq!(even.view().plan(hash, 31), budgets);
        assert_eq!(uneven.view().plan(hash, 31), Budgets::even(31, 1));
        assert_eq!(uneven.view().plan(hash, WIDEST), None, "no budget to spare: every row is looked at");
        let elsewhere = Hash256::from_words([!hash.words()[0], 0, 0, 0]);
        assert_eq!(uneven.view().plan(elsewhere, 31), budgets, "its bucket in that band is empty");
        assert_eq!(even.view().plan(hash, WIDEST + 1), None);
    }

    #[test]
    fn a_wrong_byte_anywhere_is_seen_when_verified() {
        let rows = Rows::of(hashes(100, false).into_iter()).unwrap();
        let base = Base::in_memory(&rows, 0, Sketch::None).unwrap();
        base.verify().unwrap();
        let good = base.region.to_vec();
        for at in HEADER..good.len() {
            let mut memory = own(good.len()).unwrap();
            memory.copy_from_slice(&good);
            memory[at] ^= 0x10;
            let bad = Base {
                header: base.header.clone(),
                columns: base.columns.clone(),
                region: Region::Own(memory),
            };
            assert!(bad.verify().is_err(), "byte {at}");
        }
    }

    #[test]
    fn pairs_are_found_in_place_and_listed_in_order() {
        let mut pairs = hashes(50, false);
        pairs.extend(hashes(50, false).into_iter().map(|(hash, tag)| (hash, tag + 1000)));
        pairs.extend(hashes(10, false));
        pairs.sort_unstable();
        let rows = Rows::of(pairs.iter().copied()).unwrap();
        assert_eq!(rows.len(), 50);
        pairs.dedup();
        let base = Base::in_memory(&rows, 0, Sketch::One).unwrap();
        let view = base.view();
        assert_eq!(view.pairs().map(|(_, pair)| pair).collect::<Vec<_>>(), pairs);
        for (place, (hash, tag)) in view.pairs() {
            assert_eq!(view.find(&hash, tag), Some(place));
            assert_eq!(view.find(&hash, tag + 500), None);
        }
    }
}
