//! Where the events of keys are kept: one ring a key, each in a block of a fitting size.
//!
//! An entry is sixteen bytes: 48 bits of time in microseconds, 48 of amount in minor units, 32 of
//! marks. The time is kept modulo 2⁴⁸ (8.9 years): a key is cleared before entries could be that far
//! apart. Blocks have 2, 3, 4, 6, 8, 12 … entries, so that a ring that grows by one is at least two
//! thirds full; freed blocks are used again. Blocks of a size lie in pages, and memory grows by a page:
//! no block ever moves but when its own ring outgrows it.

#![expect(
    clippy::indexing_slicing,
    reason = "blocks are handed out here and indices come from states this module's users keep; a wrong one must stop the run rather than give a wrong figure"
)]

/// Time and amount of an event, with its bits.
pub(crate) type Entry = [u64; 2];

const LOW: u64 = (1 << 48) - 1;
/// The largest amount, either way, an entry can hold.
pub(crate) const LARGEST: i64 = (1 << 47) - 1;

/// Packs an entry.
#[inline]
pub(crate) const fn entry(at: i64, amount: i64, bits: u32) -> Entry {
    let bits = bits as u64;
    [(at as u64 & LOW) | (bits & 0xffff) << 48, (amount as u64 & LOW) | (bits >> 16) << 48]
}

#[inline]
pub(crate) const fn bits(entry: Entry) -> u32 {
    (entry[0] >> 48) as u32 | ((entry[1] >> 48) as u32) << 16
}

#[inline]
pub(crate) const fn amount(entry: Entry) -> i64 {
    ((entry[1] << 16) as i64) >> 16
}

/// How many microseconds before `now` it was.
#[inline]
pub(crate) const fn before(entry: Entry, now: i64) -> i64 {
    ((now as u64).wrapping_sub(entry[0]) & LOW) as i64
}

#[inline]
pub(crate) const fn set_bit(entry: &mut Entry, bit: u32) {
    if bit < 16 {
        entry[0] |= 1 << (48 + bit);
    } else {
        entry[1] |= 1 << (32 + bit);
    }
}

/// Entries of a block of a class.
pub(crate) const fn capacity(class: u8) -> usize {
    (2 + (class as usize & 1)) << (class / 2)
}

/// Blocks of a page, as a power of two: together they have some 16,384 entries, or one block does.
const fn page_shift(class: u8) -> u32 {
    13_u32.saturating_sub(class as u32 / 2)
}

/// More than a key can ever have.
const CLASSES: usize = 60;
const NONE: u32 = u32::MAX;

/// Blocks of every class.
#[derive(Clone, Debug)]
pub(crate) struct Rings {
    slabs: Vec<Slab>,
    retained: u64,
}

#[derive(Clone, Debug)]
struct Slab {
    pages: Vec<Box<[Entry]>>,
    free: u32,
    used: u32,
}

impl Rings {
    pub(crate) fn new() -> Self {
        let slab = Slab { pages: Vec::new(), free: NONE, used: 0 };
        Self { slabs: vec![slab; CLASSES], retained: 0 }
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        for slab in &mut self.slabs {
            (slab.free, slab.used) = (NONE, 0);
        }
        self.retained = 0;
    }

    /// A block; what is in it is left over.
    pub(crate) fn take(&mut self, class: u8) -> u32 {
        let slab = &mut self.slabs[usize::from(class)];
        if slab.free != NONE {
            let block = slab.free;
            slab.free = slab.block(class, block)[0][0] as u32;
            return block;
        }
        let shift = page_shift(class);
        if slab.used as usize == slab.pages.len() << shift {
            slab.pages.push(vec![[0; 2]; capacity(class) << shift].into_boxed_slice());
        }
        slab.used += 1;
        slab.used - 1
    }

    /// Gives a block back.
    pub(crate) fn give(&mut self, class: u8, block: u32) {
        let slab = &mut self.slabs[usize::from(class)];
        let free = slab.free;
        slab.block_mut(class, block)[0][0] = u64::from(free);
        slab.free = block;
    }

    #[inline]
    pub(crate) fn block(&self, class: u8, block: u32) -> &[Entry] {
        self.slabs[usize::from(class)].block(class, block)
    }

    #[inline]
    pub(crate) fn block_mut(&mut self, class: u8, block: u32) -> &mut [Entry] {
        self.slabs[usize::from(class)].block_mut(class, block)
    }

    /// The same ring in another block: entries from `first` on, in order, at its beginning.
    pub(crate) fn moved(&mut self, (from, block): (u8, u32), first: usize, len: usize, to: u8) -> u32 {
        let target = self.take(to);
        // One block of each of two slabs, never of the same: a ring is moved to another class.
        let (old, new) = if from < to {
            let (left, right) = self.slabs.split_at_mut(usize::from(to));
            (&left[usize::from(from)], &mut right[0])
        } else {
            let (left, right) = self.slabs.split_at_mut(usize::from(from));
            (&right[0], &mut left[usize::from(to)])
        };
        let old = old.block(from, block);
        let new = new.block_mut(to, target);
        let head = len.min(old.len() - first);
        new[..head].copy_from_slice(&old[first..first + head]);
        new[head..len].copy_from_slice(&old[..len - head]);
        self.give(from, block);
        target
    }

    /// Counts events that came and left.
    #[inline]
    pub(crate) const fn count(&mut self, came: u64, left: u64) {
        self.retained = self.retained + came - left;
    }

    /// Events kept now.
    pub(crate) const fn retained(&self) -> u64 {
        self.retained
    }

    /// Bytes of all pages.
    pub(crate) fn bytes(&self) -> usize {
        self.slabs.iter().flat_map(|slab| &slab.pages).map(|page| size_of_val(&**page)).sum()
    }
}

impl Slab {
    #[inline]
    fn range(class: u8, block: u32) -> (usize, usize) {
        let shift = page_shift(class);
        let within = block & ((1 << shift) - 1);
        ((block >> shift) as usize, within as usize * capacity(class))
    }

    #[inline]
    fn block(&self, class: u8, block: u32) -> &[Entry] {
        let (page, at) = Self::range(class, block);
        &self.pages[page][at..at + capacity(class)]
    }

    #[inline]
    fn block_mut(&mut self, class: u8, block: u32) -> &mut [Entry] {
        let (page, at) = Self::range(class, block);
        &mut self.pages[page][at..at + capacity(class)]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_entry_keeps_what_was_put_in(
            at in -60_000_000_000_000_000_i64..200_000_000_000_000_000, minor in -LARGEST..LARGEST, marks: u32,
            age in 0_i64..63_244_800_000_000, bit in 0_u32..32,
        ) {
            let mut packed = entry(at, minor, marks);
            prop_assert_eq!((amount(packed), bits(packed), before(packed, at + age)), (minor, marks, age));
            set_bit(&mut packed, bit);
            prop_assert_eq!((amount(packed), bits(packed), before(packed, at)), (minor, marks | 1 << bit, 0));
        }
    }

    #[test]
    fn blocks_are_used_again_and_rings_keep_their_order_when_moved() {
        let mut rings = Rings::new();
        let block = rings.take(1);
        for (n, slot) in rings.block_mut(1, block).iter_mut().enumerate() {
            *slot = entry(n as i64, 0, 0);
        }
        let moved = rings.moved((1, block), 2, 3, 4);
        let order: Vec<i64> =
            rings.block(4, moved)[..3].iter().map(|e| before([0, 0], 0) + e[0] as i64).collect();
        assert_eq!(order, [2, 0, 1]);
        assert_eq!(rings.take(1), block);
        let sizes: Vec<usize> = (0..8).map(capacity).collect();
        assert_eq!(sizes, [2, 3, 4, 6, 8, 12, 16, 24]);
    }
}
