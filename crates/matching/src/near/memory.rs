//! Memory the index lies in: a file mapped, or pages of our own, read as columns of numbers.
//!
//! Random reads over gigabytes cost mostly what the translation of addresses costs; huge pages
//! halve it. They are asked for, not required: where there are none everything works as before.
#![expect(unsafe_code, reason = "a memory map, and reading mapped bytes as numbers")]

use std::{fs::File, io, ops::Deref};

use memmap2::{Mmap, MmapMut};

use super::Hash256;

const _: () = assert!(cfg!(target_endian = "little"), "the index's files are little-endian");

/// Bytes that do not change while the index is open.
#[derive(Debug)]
pub(crate) enum Region {
    /// A file's, read as they are needed.
    Mapped(Mmap),
    /// Our own, on huge pages where the system has them.
    Own(MmapMut),
}

impl Region {
    /// Maps a whole file.
    pub(crate) fn map(file: &File) -> io::Result<Self> {
        // SAFETY: the file belongs to a folder this process has locked; it was renamed into place
        // when complete and is never written again. (Whoever truncates it by other means ends the
        // process with a bus error: `warm` copies it out of reach.)
        unsafe { Mmap::map(file) }.map(Self::Mapped)
    }

    /// Whether the bytes are in memory of our own.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }
}

impl Deref for Region {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Own(map) => map,
        }
    }
}

/// Zeroed memory of our own, on huge pages where the system has them.
pub(crate) fn own(length: usize) -> io::Result<MmapMut> {
    let map = MmapMut::map_anon(length.max(1))?;
    #[cfg(target_os = "linux")]
    // Refused by a kernel without huge pages, which loses speed and nothing else.
    let _ = map.advise(memmap2::Advice::HugePage);
    Ok(map)
}

/// Numbers that any bytes are a value of, and that have no padding.
///
/// # Safety
/// Every pattern of bits must be a value, and no byte may be uninitialised.
pub(crate) unsafe trait Plain: Copy {}
// SAFETY: integers, and a transparent array of integers.
unsafe impl Plain for u16 {}
// SAFETY: as above.
unsafe impl Plain for u32 {}
// SAFETY: as above.
unsafe impl Plain for u64 {}
// SAFETY: `repr(transparent)` over `[u64; 4]`.
unsafe impl Plain for Hash256 {}

/// A column of numbers in a region; empty if the bytes do not lie on their boundary.
#[inline]
pub(crate) fn column<T: Plain>(bytes: &[u8]) -> &[T] {
    // SAFETY: every pattern of bits is a value of a `Plain` type.
    let (before, column, _) = unsafe { bytes.align_to::<T>() };
    if before.is_empty() { column } else { &[] }
}

/// A column to be written.
pub(crate) fn column_mut<T: Plain>(bytes: &mut [u8]) -> &mut [T] {
    // SAFETY: every pattern of bits is a value of a `Plain` type, and every byte of it is a byte.
    let (before, column, _) = unsafe { bytes.align_to_mut::<T>() };
    if before.is_empty() { column } else { &mut [] }
}

/// The bytes of a column.
pub(crate) fn bytes<T: Plain>(column: &[T]) -> &[u8] {
    // SAFETY: a `Plain` type has no padding, and bytes lie on every boundary.
    unsafe { column.align_to::<u8>() }.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_as_they_were_written() {
        let mut memory = own(64).unwrap();
        column_mut::<u32>(&mut memory)[3] = 0x0102_0304;
        let region = Region::Own(memory);
        assert_eq!(region[12..16], [4, 3, 2, 1]);
        assert_eq!(column::<u32>(&region).len(), 16);
        assert_eq!(column::<u64>(&region[8..])[0], 0x0102_0304_0000_0000);
        assert_eq!(bytes(column::<u32>(&region)), &region[..]);
        assert!(column::<u64>(&region[4..]).is_empty(), "not on its boundary");
    }
}
