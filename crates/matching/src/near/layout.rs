//! Where everything stands in a base: a header, then six columns.
//!
//! | column | of | holds |
//! |---|---|---|
//! | rows | distinct hashes, in order | 32 bytes each |
//! | starts | rows and one | where the tags of each row begin |
//! | tags | (hash, tag) pairs | the tags, in order within a row |
//! | offsets | band × (65 536 and one) | where the bucket of each value begins |
//! | sketches | band × stride, or × value × 32 | of each entry of a bucket, the next band or two |
//! | ids | band × stride | of each entry of a bucket, its row |
//!
//! The last three are absent from a base too small to be worth them. Numbers are little-endian,
//! every column begins on a cache line, and every piece has a checksum in the header.

use std::ops::Range;

use super::budget::BANDS;

/// The first eight bytes of a base.
const MAGIC: [u8; 8] = *b"near\r\n\x1a\0";
const VERSION: u32 = 1;
/// How many bytes the header takes.
pub(crate) const HEADER: usize = 512;
/// Offsets a band has.
pub(crate) const VALUES: usize = 65_536 + 1;
/// How many sketches of one band a cache line has room for.
pub(crate) const LINE: usize = 32;
const PIECES: usize = 3 + 3 * BANDS;
/// The most rows a base can have, so that a place in any band fits in 32 bits.
pub(crate) const MOST_ROWS: usize = (1 << 28) - 128;

/// How much of what comes after a bucket's own band is kept beside each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sketch {
    /// No buckets at all: the rows are few enough to look at each.
    None,
    /// The next band: less memory to read, more entries to look at whole.
    One,
    /// The next two bands.
    Two,
    /// The next band, and of each bucket up to 31 of them on a cache line of its own behind their
    /// number: one line to read, and no offset to read before it.
    Line,
}

impl Sketch {
    /// How many bytes the sketches of a band take.
    const fn band_bytes(self, stride: usize) -> usize {
        match self {
            Self::None => 0,
            Self::One => 2 * stride,
            Self::Two => 4 * stride,
            Self::Line => LINE * 2 * (VALUES - 1),
        }
    }

    const fn number(self) -> u32 {
        match self {
            Self::None => 0,
            Self::One => 1,
            Self::Two => 2,
            Self::Line => 3,
        }
    }
}

/// The beginnings and ends of the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) rows: Range<usize>,
    pub(crate) starts: Range<usize>,
    pub(crate) tags: Range<usize>,
    pub(crate) offsets: Range<usize>,
    pub(crate) sketches: Range<usize>,
    pub(crate) ids: Range<usize>,
    /// Entries from the beginning of one band to that of the next; more than there are rows, so that
    /// vector loads may run past the end of a bucket.
    pub(crate) stride: usize,
    /// How long the whole base is.
    pub(crate) length: usize,
}

impl Columns {
    pub(crate) fn of(rows: usize, tags: usize, sketch: Sketch) -> Self {
        let (stride, values) = match sketch {
            Sketch::None => (0, 0),
            Sketch::One | Sketch::Two | Sketch::Line => ((rows + 64).next_multiple_of(64), VALUES),
        };
        let mut end = HEADER;
        let mut next = |length: usize| {
            let start = end;
            end = (start + length).next_multiple_of(64);
            start..start + length
        };
        Self {
            rows: next(rows * 32),
            starts: next((rows + 1) * 4),
            tags: next(tags * 8),
            offsets: next(BANDS * values * 4),
            sketches: next(BANDS * sketch.band_bytes(stride)),
            ids: next(BANDS * stride * 4),
            stride,
            length: end,
        }
    }

    /// Everything behind the header, cut into the pieces that have a checksum each.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let whole = [&self.rows, &self.starts, &self.tags]
            .map(|column| column.start..column.end.next_multiple_of(64));
        let parts = [&self.offsets, &self.sketches, &self.ids].into_iter().flat_map(|column| {
            let part = column.len() / BANDS;
            (0..BANDS).map(move |band| column.start + band * part..column.start + (band + 1) * part)
        });
        whole.into_iter().chain(parts)
    }
}

/// What a base says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) generation: u64,
    pub(crate) rows: usize,
    pub(crate) tags: usize,
    pub(crate) sketch: Sketch,
    /// The length of the longest bucket of each band.
    pub(crate) longest: [u32; BANDS],
    /// The checksum of each piece.
    pub(crate) checks: [u32; PIECES],
}

impl Header {
    /// A header without checksums yet.
    pub(crate) fn new(generation: u64, rows: usize, tags: usize, sketch: Sketch) -> Self {
        Self { generation, rows, tags, sketch, longest: [0; BANDS], checks: [0; PIECES] }
    }

    pub(crate) fn columns(&self) -> Columns {
        Columns::of(self.rows, self.tags, self.sketch)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.sketch.number().to_le_bytes());
        for number in [self.generation, self.rows as u64, self.tags as u64] {
            bytes.extend(number.to_le_bytes());
        }
        for number in self.longest.iter().chain(&self.checks) {
            bytes.extend(number.to_le_bytes());
        }
        bytes.resize(HEADER - 4, 0);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// Reads the header of a file and holds the file's length against it. The error says what is
    /// wrong.
    pub(crate) fn read(file: &[u8]) -> Result<Self, String> {
        let short = || format!("it is {} bytes long, shorter than a header", file.len());
        let header = file.get(..HEADER).ok_or_else(short)?;
        let mut fields = Fields(header);
        if fields.take::<8>() != MAGIC {
            return Err("it does not begin as an index base does".to_owned());
        }
        let version = fields.number();
        if version != VERSION {
            return Err(format!("it has version {version}, and this program reads version {VERSION}"));
        }
        let (body, check) = header.split_last_chunk::<4>().ok_or_else(short)?;
        if crc32fast::hash(body) != u32::from_le_bytes(*check) {
            return Err("the checksum of its header is wrong".to_owned());
        }
        let sketch = match fields.number() {
            0 => Sketch::None,
            1 => Sketch::One,
            2 => Sketch::Two,
            3 => Sketch::Line,
            other => return Err(format!("it has sketches of kind {other}; expected 0 to 3")),
        };
        let [generation, rows, tags] = [(); 3].map(|()| u64::from_le_bytes(fields.take()));
        let (rows, tags) = (rows as usize, tags as usize);
        if rows > MOST_ROWS || tags > u32::MAX as usize {
            return Err(format!("it claims {rows} hashes and {tags} tags, more than a base can have"));
        }
        let mut found = Self::new(generation, rows, tags, sketch);
        found.longest = found.longest.map(|_| fields.number());
        found.checks = found.checks.map(|_| fields.number());
        let expected = found.columns().length;
        if file.len() != expected {
            return Err(format!("it is {} bytes long; its header asks for {expected}", file.len()));
        }
        Ok(found)
    }
}

/// The fields of a header or a record, read one after another; zeros past the end.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl Fields<'_> {
    pub(crate) fn take<const N: usize>(&mut self) -> [u8; N] {
        let Some((field, rest)) = self.0.split_first_chunk::<N>() else { return [0; N] };
        self.0 = rest;
        *field
    }

    pub(crate) fn number(&mut self) -> u32 {
        u32::from_le_bytes(self.take())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_pieces_are_the_whole_and_headers_are_read_back(
            rows in 0_usize..5000,
            tags in 0_usize..9000,
            which in 0_usize..3,
        ) {
            let sketch = [Sketch::None, Sketch::One, Sketch::Two][which];
            let mut header = Header::new(7, rows, tags, sketch);
            header.longest[3] = 9;
            header.checks[50] = 11;
            let columns = header.columns();
            let mut end = HEADER;
            for piece in columns.pieces() {
                prop_assert_eq!(piece.start, end);
                end = piece.end;
            }
            prop_assert_eq!(end, columns.length);
            let mut file = header.to_bytes();
            file.resize(columns.length, 0);
            prop_assert_eq!(Header::read(&file), Ok(header));
        }

        #[test]
        fn a_header_with_a_wrong_byte_is_refused(at in 0..HEADER, flip in 1_u8..) {
            let header = Header::new(7, 10, 10, Sketch::None);
            let mut file = header.to_bytes();
            file.resize(header.columns().length, 0);
            file[at] ^= flip;
            prop_assert!(Header::read(&file).is_err());
        }
    }

    #[test]
    fn a_file_of_the_wrong_length_is_refused() {
        let header = Header::new(7, 10, 10, Sketch::None);
        let mut file = header.to_bytes();
        assert!(Header::read(&file[..100]).unwrap_err().contains("shorter than a header"));
        assert!(
            Header::read(&file).unwrap_err().contains("its header asks for 1024"),
            "{:?}",
            Header::read(&file)
        );
        file.resize(2000, 0);
        assert!(Header::read(&file).is_err());
    }
}
