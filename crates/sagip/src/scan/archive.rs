//! What is in an archive: zip, tar and gzip, and archives in archives. Nothing is written to the disk,
//! and nothing is believed: depth, entries, expanded bytes and what a directory or a name may take are
//! bounded, so that an archive made to be large when it is opened ends in a line that says so.

use std::{
    cell::Cell,
    ffi::OsStr,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::read::{Reader, Reading};

/// How much of an archive is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Archives within archives, the outermost being 1.
    pub(crate) depth: usize,
    /// Entries, in all depths together.
    pub(crate) entries: u64,
    /// Bytes they expand to, in all depths together.
    pub(crate) bytes: u64,
    /// How many times the archive's own size that may be.
    pub(crate) ratio: u64,
    /// Bytes that are expanded whatever the ratio.
    pub(crate) at_least: u64,
    /// The largest archive within an archive, in bytes: it is held in memory.
    pub(crate) nested: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 4, entries: 100_000, bytes: 64 << 30, ratio: 200, at_least: 64 << 20, nested: 64 << 20 }
    }
}

/// Bytes of a zip's directory; each entry has at least 46.
const LARGEST_DIRECTORY: u64 = 32 << 20;
/// Bytes a tar may take between the contents of two entries: headers and long names.
const LARGEST_HEADERS: u64 = 1 << 20;
/// Bytes of an entry's name.
const LONGEST_NAME: usize = 4096;
/// Bytes of a tar's header.
const HEADER: usize = 512;

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Tar,
    Gzip,
}

impl Kind {
    /// The kind of archive of which these bytes are the beginning.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            _ => is_tar(head).then_some(Self::Tar),
        }
    }
}

/// Whether a tar's header begins here, by its checksum.
fn is_tar(head: &[u8]) -> bool {
    let Some(bytes) = head.get(..HEADER) else { return false };
    let sum: u64 = bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
        .sum();
    let said = tar::Header::from_byte_slice(bytes).cksum();
    said.is_ok_and(|said| u64::from(said) == sum) && bytes.first() != Some(&0)
}

/// Something in an archive: its name, after a `!` for each archive it is in, and what reading it gave.
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) reading: Result<Reading, String>,
}

/// Reads an archive of so many bytes, called `file`, and tells of everything in it.
pub(crate) fn look_into<'a>(
    source: &'a mut (dyn Source + 'a),
    kind: Kind,
    (file, size): (&OsStr, u64),
    limits: &'a Limits,
    reader: &'a mut Reader,
    give: &'a mut dyn FnMut(Entry),
) {
    let most = limits.bytes.min(limits.at_least.max(size.saturating_mul(limits.ratio)));
    let mut look = Look { limits, reader, give, entries: limits.entries, bytes: most, most, ended: false };
    look.walk(source, kind, &[], file.as_encoded_bytes(), 1);
}

/// What an archive is read from.
pub(crate) trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

struct Look<'a> {
    limits: &'a Limits,
    reader: &'a mut Reader,
    give: &'a mut dyn FnMut(Entry),
    /// How many entries are left.
    entries: u64,
    /// How many bytes are left of `most`.
    bytes: u64,
    most: u64,
    ended: bool,
}

impl Look<'_> {
    /// `within` stands before the names of the entries, `own` is the archive's own name.
    fn walk(&mut self, source: &mut dyn Source, kind: Kind, within: &[u8], own: &[u8], depth: usize) {
        let problem = match kind {
            Kind::Zip => self.zip(source, within, depth).err().map(|e| e.to_string()),
            Kind::Tar => self.tar(source, within, depth).err().map(|e| e.to_string()),
            Kind::Gzip => self.gzip(source, within, own, depth).err().map(|e| e.to_string()),
        };
        if let Some(problem) = problem.filter(|_| !self.ended) {
            self.tell(within.to_vec(), Err(format!("the archive cannot be read any further: {problem}")));
        }
    }

    fn zip(&mut self, source: &mut dyn Source, within: &[u8], depth: usize) -> zip::result::ZipResult<()> {
        let allowed = Cell::new(LARGEST_DIRECTORY);
        let mut zip = ZipArchive::new(Allowed { source, left: &allowed })?;
        allowed.set(u64::MAX);
        for number in 0..zip.len() {
            let name = zip.by_index_data(number).map_or_else(|_| Vec::new(), |data| data.name_raw().to_vec());
            match zip.by_index(number) {
                Ok(file) if file.is_dir() => {}
                Ok(file) if file.is_symlink() => self.refuse(within, &name, "link".to_owned()),
                Ok(mut file) => self.entry(within, &name, &mut file, depth),
                Err(problem) => self.refuse(within, &name, problem.to_string()),
            }
            if self.ended {
                break;
            }
        }
        Ok(())
    }

    fn tar(&mut self, source: &mut dyn Read, within: &[u8], depth: usize) -> io::Result<()> {
        let allowed = Cell::new(LARGEST_HEADERS);
        let mut tar = tar::Archive::new(Allowed { source, left: &allowed });
        for entry in tar.entries()? {
            let mut entry = entry?;
            let name = entry.path_bytes().into_owned();
            let kind = entry.header().entry_type();
            if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
                allowed.set(u64::MAX);
                self.entry(within, &name, &mut entry, depth);
                allowed.set(LARGEST_HEADERS);
            } else if kind.is_symlink() || kind.is_hard_link() {
                self.refuse(within, &name, "link".to_owned());
            } else if !kind.is_dir() && !kind.is_pax_global_extensions() {
                self.refuse(within, &name, "special".to_owned());
            }
            if self.ended {
                break;
            }
        }
        Ok(())
    }

    /// A gzip is a tar, or one file whose name is that of the gzip without its ending.
    fn gzip(&mut self, source: &mut dyn Source, within: &[u8], own: &[u8], depth: usize) -> io::Result<()> {
        // What is between a tar's entries is expanded too.
        let mut left = self.most;
        let mut over = false;
        let mut whole =
            BufReader::new(Spend { source: MultiGzDecoder::new(source), left: &mut left, over: &mut over });
        let mut head = Vec::new();
        whole.by_ref().take(HEADER as u64).read_to_end(&mut head)?;
        let tar = is_tar(&head);
        let mut all = Cursor::new(head).chain(whole);
        if tar {
            return self.tar(&mut all, within, depth);
        }
        let name = own.rsplit(|byte| matches!(byte, b'/' | b'\\' | b'!')).next().unwrap_or(own);
        let stem = [&b".gz"[..], b".GZ", b".tgz"].into_iter().find_map(|end| name.strip_suffix(end));
        let stem = stem.unwrap_or(name).to_vec();
        self.entry(within, &stem, &mut all, depth);
        Ok(())
    }

    fn entry(&mut self, within: &[u8], name: &[u8], source: &mut dyn Read, depth: usize) {
        let Some(name) = self.count(within, name) else { return };
        let nested = if depth < self.limits.depth { self.limits.nested } else { 0 };
        let mut over = false;
        let mut spend = Spend { source, left: &mut self.bytes, over: &mut over };
        let reading = self.reader.take(&mut spend, nested);
        if over {
            self.ended = true;
            let most = self.most;
            let reason = format!(
                "the archive expands to more than the {most} bytes that are looked at; what follows in it was left out"
            );
            return self.tell(name, Err(reason));
        }
        let mut reading = match reading {
            Ok(reading) => reading,
            Err(problem) => return self.tell(name, Err(problem)),
        };
        let (kind, kept) = (reading.archive, reading.kept.take());
        let size = reading.size;
        self.tell(name.clone(), Ok(reading));
        let Some(kind) = kind else { return };
        let inner = [name.as_slice(), b"!"].concat();
        match kept {
            Some(bytes) => self.walk(&mut Cursor::new(bytes), kind, &inner, &name, depth + 1),
            None if depth >= self.limits.depth => {
                let most = self.limits.depth;
                self.tell(
                    inner,
                    Err(format!("archives in archives are looked into {most} deep; this was left out")),
                );
            }
            None => {
                let most = self.limits.nested;
                let reason = format!(
                    "an archive in an archive may have {most} bytes, and this one of {size} was left out"
                );
                self.tell(inner, Err(reason));
            }
        }
    }

    /// Tells of an entry that is not read.
    fn refuse(&mut self, within: &[u8], name: &[u8], reason: String) {
        if let Some(name) = self.count(within, name) {
            self.tell(name, Err(reason));
        }
    }

    /// Counts an entry and gives its whole name, if it may be looked at.
    fn count(&mut self, within: &[u8], name: &[u8]) -> Option<Vec<u8>> {
        let shown = name.get(..LONGEST_NAME).unwrap_or(name);
        let whole = [within, shown].concat();
        match self.entries.checked_sub(1) {
            Some(left) => self.entries = left,
            None => {
                self.ended = true;
                let most = self.limits.entries;
                let reason = format!(
                    "the archive has more than the {most} entries that are looked at; the rest was left out"
                );
                self.tell(whole, Err(reason));
                return None;
            }
        }
        if shown.len() < name.len() {
            self.tell(whole, Err(format!("its name has more than {LONGEST_NAME} bytes")));
            return None;
        }
        Some(whole)
    }

    fn tell(&mut self, name: Vec<u8>, reading: Result<Reading, String>) {
        (self.give)(Entry { name, reading });
    }
}

/// Reads until what may be expanded is spent.
struct Spend<'a, R> {
    source: R,
    left: &'a mut u64,
    over: &'a mut bool,
}

impl<R: Read> Read for Spend<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => {
                *self.left = left;
                Ok(read)
            }
            None => {
                *self.over = true;
                Err(io::Error::other("the archive expands to more than is looked at"))
            }
        }
    }
}

/// Reads as much as is allowed now.
struct Allowed<'a, R: ?Sized> {
    source: &'a mut R,
    left: &'a Cell<u64>,
}

impl<R: Read + ?Sized> Read for Allowed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(left.ok_or_else(|| io::Error::other("its directory or a name in it is too large"))?);
        Ok(read)
    }
}

impl<R: Seek + ?Sized> Seek for Allowed<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}
