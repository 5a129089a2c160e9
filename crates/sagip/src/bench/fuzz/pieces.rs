//! Readers held against two laws: where a source is cut into reads changes nothing, and however long a
//! source is, its length is not held in memory.

use std::{
    fmt::Debug,
    io::{self, BufReader, Read},
};

use matching::near::sample::Sequence;

use crate::bench::machine;

/// How long a source is made to see what its reader keeps of it, in bytes.
const LONG: u64 = 24 * 1024 * 1024;
/// What a reader may keep of it, in bytes.
const KEPT: u64 = 12 * 1024 * 1024;

/// A number that an input decides, so that the input alone finds a failure again.
pub(super) fn of(bytes: &[u8]) -> u64 {
    u64::from(crc32fast::hash(bytes)) << 8 | bytes.len() as u64 & 0xff
}

/// Reads an input whole, then in pieces, and for some inputs as part of a very long source. Gives what
/// was read.
pub(super) fn read_well<T: PartialEq + Debug>(
    bytes: &[u8],
    read: impl Fn(Box<dyn Read + '_>, &mut dyn FnMut(T)),
) -> Result<Vec<T>, String> {
    let mut whole = Vec::new();
    read(Box::new(bytes), &mut |one| whole.push(one));
    let (mut place, mut other) = (0, None);
    read(Box::new(Pieces { rest: bytes, chance: Sequence::new(of(bytes)) }), &mut |one| {
        if other.is_none() && whole.get(place) != Some(&one) {
            other = Some(format!(
                "read in pieces, what comes at place {place} is {one:?} and not {:?}",
                whole.get(place)
            ));
        }
        place += 1;
    });
    if let Some(other) = other {
        return Err(other);
    }
    if place != whole.len() {
        return Err(format!("read in pieces it gives {place} things, whole {}", whole.len()));
    }
    if of(bytes) % 1031 == 1 {
        let before = machine::peak_bytes().unwrap_or_default();
        read(Box::new(BufReader::new(Long::of(bytes))), &mut drop);
        let kept = machine::peak_bytes().unwrap_or_default().saturating_sub(before);
        if kept > KEPT {
            return Err(format!("of a source of {LONG} bytes the reader kept {kept}"));
        }
    }
    Ok(whole)
}

/// Gives its bytes a few at a time, however many are asked for.
struct Pieces<'a> {
    rest: &'a [u8],
    chance: Sequence,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = if self.chance.below(4) == 0 { 1 } else { 1 + self.chance.below(600) };
        let length = most.min(buffer.len()).min(self.rest.len());
        let (now, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        for (to, from) in buffer.iter_mut().zip(now) {
            *to = *from;
        }
        self.rest = rest;
        Ok(length)
    }
}

/// An input whose middle comes again and again, made as it is read.
struct Long<'a> {
    now: &'a [u8],
    again: &'a [u8],
    end: &'a [u8],
    left: u64,
}

impl<'a> Long<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let chance = &mut Sequence::new(of(bytes));
        // Where lines or elements begin, so that what repeats is often valid.
        let starts: Vec<usize> = (0..bytes.len())
            .filter(|at| matches!(bytes.get(*at), Some(b'\n' | b'<' | b'{' | b'"')))
            .collect();
        let mut at = || starts.get(chance.below(starts.len())).copied().unwrap_or_default();
        let (one, other) = (at(), at());
        let (from, to) = (one.min(other), one.max(other).max(one.min(other) + 1).min(bytes.len()));
        let part = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or_default();
        Self { now: part(0..to), again: part(from..to), end: part(to..bytes.len()), left: LONG }
    }
}

impl Read for Long<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.now.is_empty() {
            let more = self.left > 0 && !self.again.is_empty();
            self.now = if more { self.again } else { std::mem::take(&mut self.end) };
            self.left = self.left.saturating_sub(self.now.len() as u64);
        }
        let length = self.now.len().min(buffer.len());
        let (now, rest) = self.now.split_at_checked(length).unwrap_or_default();
        for (to, from) in buffer.iter_mut().zip(now) {
            *to = *from;
        }
        self.now = rest;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_same_bytes_and_a_long_source_is_long() {
        let bytes: Vec<u8> = b"head\n<a>1</a>\n<b>2</b>\nend".repeat(30);
        let mut read = Vec::new();
        Pieces { rest: &bytes, chance: Sequence::new(3) }.read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        let length = io::copy(&mut Long::of(&bytes), &mut io::sink()).unwrap();
        assert!((LONG..LONG + 10_000).contains(&length), "{length}");
        assert_eq!(io::copy(&mut Long::of(b""), &mut io::sink()).unwrap(), 0);
    }

    #[test]
    fn a_reader_that_depends_on_where_reads_end_is_found() {
        let read = |mut source: Box<dyn Read + '_>, give: &mut dyn FnMut(usize)| {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = source.read(&mut buffer) {
                give(length);
            }
        };
        assert!(read_well(&[b'x'; 3000], read).unwrap_err().contains("in pieces"));
    }
}
