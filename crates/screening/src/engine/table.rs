//! Tables that grow without a pause: numbers by key, and values by number.
//!
//! [`Table`] spreads its keys over many small open-addressed tables, each of which doubles by itself:
//! what one insertion can cost is a thousandth of the whole (a hundred million keys over 4,096 shards:
//! 25,000 keys moved, some hundred microseconds). [`Pages`] never moves what it holds.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is masked or divided to fit; a wrong one must stop the run rather than give a wrong figure"
)]

/// A key of a table.
pub(crate) trait Key: Copy + Eq + Default {
    /// Its bits, well mixed.
    fn mixed(self) -> u64;
}

impl Key for u64 {
    #[inline]
    fn mixed(self) -> u64 {
        let product = u128::from(self ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        (product as u64) ^ ((product >> 64) as u64)
    }
}

impl Key for u128 {
    #[inline]
    fn mixed(self) -> u64 {
        let product = u128::from(self as u64 ^ 0x9e37_79b9_7f4a_7c15)
            * u128::from((self >> 64) as u64 ^ 0xd6e8_feb8_6659_fd93);
        (product as u64) ^ ((product >> 64) as u64)
    }
}

/// Numbers by key.
#[derive(Clone, Debug)]
pub(crate) struct Table<K> {
    shards: Vec<Shard<K>>,
    shift: u32,
    len: u32,
}

#[derive(Clone, Debug)]
struct Shard<K> {
    /// Key and number plus one; nothing is free. A power of two long.
    slots: Vec<(K, u32)>,
    used: usize,
}

impl<K: Key> Table<K> {
    /// A table of 2^`bits` shards.
    pub(crate) fn new(bits: u32) -> Self {
        let shard = Shard { slots: Vec::new(), used: 0 };
        Self { shards: vec![shard; 1 << bits], shift: 64 - bits, len: 0 }
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        for shard in &mut self.shards {
            shard.slots.fill((K::default(), 0));
            shard.used = 0;
        }
        self.len = 0;
    }

    /// The number of a key.
    #[inline]
    pub(crate) fn find(&self, key: K) -> Option<u32> {
        let hash = key.mixed();
        let slots = &self.shards[(hash >> self.shift) as usize].slots;
        let mask = slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let (known, number) = slots[at];
            if number == 0 {
                return None;
            }
            if known == key {
                return Some(number - 1);
            }
            at = (at + 1) & mask;
        }
    }

    /// The number of a key, the next one if it is new; and whether it was.
    #[inline]
    pub(crate) fn number(&mut self, key: K) -> (u32, bool) {
        let hash = key.mixed();
        let shard = &mut self.shards[(hash >> self.shift) as usize];
        if (shard.used + 1) * 4 > shard.slots.len() * 3 {
            shard.grow();
        }
        let mask = shard.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (known, number) = shard.slots[at];
            if number == 0 {
                self.len += 1;
                shard.slots[at] = (key, self.len);
                shard.used += 1;
                return (self.len - 1, true);
            }
            if known == key {
                return (number - 1, false);
            }
            at = (at + 1) & mask;
        }
    }

    /// How many keys there are.
    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    /// The keys in the order of their numbers.
    pub(crate) fn keys(&self) -> Vec<K> {
        let mut keys = vec![K::default(); self.len as usize];
        for (key, number) in self.shards.iter().flat_map(|shard| &shard.slots) {
            if *number > 0 {
                keys[*number as usize - 1] = *key;
            }
        }
        keys
    }

    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| size_of_val(&*shard.slots)).sum()
    }
}

impl<K: Key> Shard<K> {
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![(K::default(), 0); (old.len() * 2).max(4)];
        let mask = self.slots.len() - 1;
        for (key, number) in old.into_iter().filter(|(_, number)| *number > 0) {
            let mut at = key.mixed() as usize & mask;
            while self.slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = (key, number);
        }
    }
}

/// Values by number.
#[derive(Clone, Debug)]
pub(crate) struct Pages<T> {
    pages: Vec<Box<[T]>>,
    len: u32,
}

/// A word for every number.
pub(crate) type Words = Pages<u32>;

const PAGE: usize = 4096;

impl<T: Copy + Default> Pages<T> {
    pub(crate) const fn new() -> Self {
        Self { pages: Vec::new(), len: 0 }
    }

    pub(crate) fn clear(&mut self) {
        self.pages.iter_mut().for_each(|page| page.fill(T::default()));
        self.len = 0;
    }

    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    pub(crate) fn push(&mut self, value: T) {
        *self.entry(self.len) = value;
    }

    /// The value of a number, made if it is not there.
    #[inline]
    pub(crate) fn entry(&mut self, at: u32) -> &mut T {
        let page = at as usize / PAGE;
        while page >= self.pages.len() {
            self.pages.push(vec![T::default(); PAGE].into_boxed_slice());
        }
        self.len = self.len.max(at + 1);
        &mut self.pages[page][at as usize % PAGE]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten().take(self.len as usize)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.pages.iter().map(|page| size_of_val(&**page)).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_given_in_order_of_first_use(keys in vec(0_u64..300, 0..600), bits in 1_u32..6) {
            let mut table = Table::new(bits);
            let mut plain: HashMap<u64, u32> = HashMap::new();
            for key in &keys {
                let next = plain.len() as u32;
                let new = !plain.contains_key(key);
                let number = *plain.entry(*key).or_insert(next);
                prop_assert_eq!(table.number(*key), (number, new));
            }
            for key in 0..300 {
                prop_assert_eq!(table.find(key), plain.get(&key).copied());
            }
            for (number, key) in table.keys().into_iter().enumerate() {
                prop_assert_eq!(plain[&key] as usize, number);
            }
        }
    }
}
