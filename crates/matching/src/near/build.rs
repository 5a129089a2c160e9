//! Making a base out of hashes and tags in order.

use std::{
    io::{self, Seek, SeekFrom, Write},
    ops::Range,
};

use super::{
    Hash256,
    budget::BANDS,
    layout::{Header, LINE, MOST_ROWS, Sketch, VALUES},
    memory::{bytes, column_mut, own},
};

/// Distinct hashes in order, each with its tags in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    hashes: Vec<Hash256>,
    starts: Vec<u32>,
    tags: Vec<u64>,
}

impl Rows {
    /// Groups pairs that are in order; repeated ones count once. None when they are too many for one
    /// base.
    pub(crate) fn of(pairs: impl Iterator<Item = (Hash256, u64)>) -> Option<Self> {
        let mut rows = Self::default();
        let mut last = None;
        for (hash, tag) in pairs {
            if last == Some((hash, tag)) {
                continue;
            }
            if last.is_none_or(|(before, _)| before != hash) {
                rows.hashes.push(hash);
                rows.starts.push(u32::try_from(rows.tags.len()).ok()?);
            }
            rows.tags.push(tag);
            last = Some((hash, tag));
        }
        rows.starts.push(u32::try_from(rows.tags.len()).ok()?);
        (rows.hashes.len() <= MOST_ROWS).then_some(rows)
    }

    /// How many distinct hashes there are.
    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The sketch that serves them best.
    pub(crate) fn fitting(&self) -> Sketch {
        match self.len() {
            0..2_000 => Sketch::None,
            2_000..250_000 => Sketch::Two,
            250_000..2_000_000 if self.fit_lines() => Sketch::Line,
            _ => Sketch::One,
        }
    }

    /// Whether hardly any bucket has more entries than a line has room for.
    fn fit_lines(&self) -> bool {
        let mut counts = vec![0_usize; VALUES];
        let mut over = 0;
        for band in 0..BANDS {
            counts.fill(0);
            for hash in &self.hashes {
                if let Some(count) = counts.get_mut(usize::from(hash.band(band))) {
                    *count += 1;
                }
            }
            over += counts.iter().map(|count| count.saturating_sub(LINE - 1)).sum::<usize>();
        }
        over < self.len() / 100
    }

    /// A header for them, still without checksums.
    pub(crate) fn header(&self, generation: u64, sketch: Sketch) -> Header {
        Header::new(generation, self.hashes.len(), self.tags.len(), sketch)
    }

    /// Writes the base, the header last.
    pub(crate) fn write(&self, mut header: Header, to: &mut (impl Write + Seek)) -> io::Result<Header> {
        let columns = header.columns();
        let pieces: Vec<Range<usize>> = columns.pieces().collect();
        let mut put = |piece: usize, column: &[u8]| -> io::Result<()> {
            if let (Some(place), Some(check)) = (pieces.get(piece), header.checks.get_mut(piece)) {
                *check = put(to, place, column)?;
            }
            Ok(())
        };
        put(0, bytes(&self.hashes))?;
        put(1, bytes(&self.starts))?;
        put(2, bytes(&self.tags))?;
        if header.sketch != Sketch::None {
            let mut buckets = Buckets::new(columns.stride, header.sketch)?;
            for (band, longest) in header.longest.iter_mut().enumerate() {
                *longest = buckets.fill(&self.hashes, band, columns.stride);
                put(3 + band, bytes(&buckets.offsets))?;
                put(3 + BANDS + band, &buckets.sketches)?;
                put(3 + 2 * BANDS + band, &buckets.ids)?;
            }
        }
        to.seek(SeekFrom::Start(0))?;
        to.write_all(&header.to_bytes())?;
        Ok(header)
    }
}

/// Writes a piece, as much of the column as fits and zeros behind it; returns its checksum.
fn put(to: &mut (impl Write + Seek), place: &Range<usize>, column: &[u8]) -> io::Result<u32> {
    let column = column.get(..place.len()).unwrap_or(column);
    let padding = vec![0; place.len() - column.len()];
    to.seek(SeekFrom::Start(place.start as u64))?;
    to.write_all(column)?;
    to.write_all(&padding)?;
    let mut check = crc32fast::Hasher::new();
    check.update(column);
    check.update(&padding);
    Ok(check.finalize())
}

/// The buckets of one band at a time.
struct Buckets {
    sketch: Sketch,
    offsets: Vec<u32>,
    next: Vec<u32>,
    sketches: memmap2::MmapMut,
    ids: memmap2::MmapMut,
}

impl Buckets {
    fn new(stride: usize, sketch: Sketch) -> io::Result<Self> {
        Ok(Self {
            sketch,
            offsets: vec![0; VALUES],
            next: vec![0; VALUES],
            sketches: own(if sketch == Sketch::Line { LINE * 2 * VALUES } else { stride * 4 })?,
            ids: own(stride * 4)?,
        })
    }

    /// Sorts the rows into the buckets of a band; returns the length of the longest.
    fn fill(&mut self, hashes: &[Hash256], band: usize, stride: usize) -> u32 {
        self.next.fill(0);
        for hash in hashes {
            if let Some(count) = self.next.get_mut(usize::from(hash.band(band))) {
                *count += 1;
            }
        }
        let longest = self.next.iter().copied().max().unwrap_or(0);
        let first = (band * stride) as u32;
        let mut place = first;
        for (count, offset) in self.next.iter_mut().zip(&mut self.offsets) {
            *offset = place;
            place += *count;
            *count = *offset - first;
        }
        match self.sketch {
            Sketch::None => {}
            Sketch::Line => {
                let sketches = column_mut::<u16>(&mut self.sketches);
                sketches.fill(0);
                let ids = column_mut::<u32>(&mut self.ids);
                for (row, hash) in (0..).zip(hashes) {
                    let value = usize::from(hash.band(band));
                    let (Some(next), Some((count, line))) = (
                        self.next.get_mut(value),
                        sketches.get_mut(value * LINE..(value + 1) * LINE).and_then(<[u16]>::split_first_mut),
                    ) else {
                        continue;
                    };
                    if let Some(sketch) = line.get_mut(usize::from(*count)) {
                        *sketch = hash.band(band + 1);
                    }
                    *count = count.saturating_add(1);
                    if let Some(id) = ids.get_mut(*next as usize) {
                        *id = row;
                    }
                    *next += 1;
                }
            }
            Sketch::One => {
                let sketches = column_mut::<u16>(&mut self.sketches);
                scatter(hashes, band, &mut self.next, sketches, column_mut(&mut self.ids), |hash| {
                    hash.band(band + 1)
                });
            }
            Sketch::Two => {
                let sketches = column_mut::<u32>(&mut self.sketches);
                scatter(hashes, band, &mut self.next, sketches, column_mut(&mut self.ids), |hash| {
                    hash.two_after(band)
                });
            }
        }
        longest
    }
}

fn scatter<S>(
    hashes: &[Hash256],
    band: usize,
    next: &mut [u32],
    sketches: &mut [S],
    ids: &mut [u32],
    sketch: impl Fn(&Hash256) -> S,
) {
    for (row, hash) in (0..).zip(hashes) {
        let Some(next) = next.get_mut(usize::from(hash.band(band))) else { continue };
        let place = *next as usize;
        *next += 1;
        if let (Some(at), Some(id)) = (sketches.get_mut(place), ids.get_mut(place)) {
            *at = sketch(hash);
            *id = row;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample::clustered, *};

    #[test]
    fn lines_are_for_hashes_that_are_spread() {
        let mut hashes = clustered(4000, 1);
        hashes.sort_unstable();
        let rows = |hashes: Vec<Hash256>| Rows::of(hashes.into_iter().zip(0..)).unwrap();
        assert!(rows(hashes.clone()).fit_lines());
        assert_eq!(rows(hashes.clone()).fitting(), Sketch::Two, "for so few, tables of lines are too large");
        assert_eq!(rows(hashes[..1000].to_vec()).fitting(), Sketch::None);
        let crowded = hashes.into_iter().map(|hash| {
            let [a, b, c, d] = hash.words();
            Hash256::from_words([a, b, c, d & !0xffff])
        });
        assert!(!rows(crowded.collect()).fit_lines());
    }
}
