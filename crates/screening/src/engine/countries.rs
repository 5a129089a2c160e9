//! The countries a key's counterparts were in, each with its latest entry.
//!
//! They lie side by side in a block of their own, two to an entry's sixteen bytes, so that going
//! through them is going through a line or two of memory.

#![expect(
    clippy::indexing_slicing,
    reason = "blocks are as large as the word that names them says; a wrong one must stop the run rather than give a wrong figure"
)]

use super::ring::{self, Rings};

/// Where a key's countries are: block, class and how many, in 32, 8 and 16 bits.
#[derive(Clone, Copy)]
struct Place {
    block: u32,
    class: u8,
    len: u16,
}

impl Place {
    const fn of(word: u64) -> Self {
        Self { block: word as u32, class: (word >> 32) as u8, len: (word >> 40) as u16 }
    }

    const fn word(self) -> u64 {
        self.block as u64 | (self.class as u64) << 32 | (self.len as u64) << 40
    }
}

/// The number, plus one, of the latest entry of a country and group, which is now `entry`; nothing if
/// there was none.
pub(crate) fn replace(rings: &mut Rings, word: &mut u64, (country, group): (u16, u16), entry: u32) -> u32 {
    let name = u64::from(country) | u64::from(group) << 16;
    let mut place = Place::of(*word);
    if place.len == 0 {
        place = Place { block: rings.take(0), class: 0, len: 0 };
    }
    let nodes = rings.block_mut(place.class, place.block).as_flattened_mut();
    if let Some(node) = nodes[..usize::from(place.len)].iter_mut().find(|node| **node & 0xffff_ffff == name) {
        let before = (*node >> 32) as u32;
        *node = name | u64::from(entry) << 32;
        return before;
    }
    if usize::from(place.len) == 2 * ring::capacity(place.class) {
        let entries = ring::capacity(place.class);
        place.block = rings.moved((place.class, place.block), 0, entries, place.class + 1);
        place.class += 1;
    }
    rings.block_mut(place.class, place.block).as_flattened_mut()[usize::from(place.len)] =
        name | u64::from(entry) << 32;
    place.len += 1;
    *word = place.word();
    0
}

/// Reads the first of a key's countries, so that they are near when needed.
#[inline]
pub(crate) fn touch(rings: &Rings, word: u64) -> u64 {
    let place = Place::of(word);
    if place.len == 0 { 0 } else { rings.block(place.class, place.block)[0][0] }
}

/// All of a key's countries, in the order in which they came.
pub(crate) fn all(rings: &Rings, word: u64) -> &[u64] {
    let place = Place::of(word);
    if place.len == 0 {
        return &[];
    }
    &rings.block(place.class, place.block).as_flattened()[..usize::from(place.len)]
}

/// Puts countries back that [`all`] gave.
pub(crate) fn restore(rings: &mut Rings, word: &mut u64, nodes: &[u64]) {
    *word = 0;
    for node in nodes {
        replace(rings, word, (*node as u16, (*node >> 16) as u16), (*node >> 32) as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_and_group_has_its_own_latest_entry() {
        let (mut rings, mut word) = (Rings::new(), 0);
        for round in 0..3_u32 {
            for country in 1..40_u16 {
                for group in 0..2 {
                    let before =
                        replace(&mut rings, &mut word, (country, group), 100 * round + u32::from(country));
                    let expected = if round == 0 { 0 } else { 100 * (round - 1) + u32::from(country) };
                    assert_eq!(before, expected);
                }
            }
        }
        let kept = all(&rings, word).to_vec();
        assert_eq!(kept.len(), 78);
        let mut again = 0;
        restore(&mut rings, &mut again, &kept);
        assert_eq!(all(&rings, again), kept);
    }
}
