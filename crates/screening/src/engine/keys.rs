//! The state of every key of one role: running figures over its windows, and its ring of events.
//!
//! A state is a fixed number of words. When an event comes, [`Keys::advance`] lets what has grown too
//! old leave each window (each window has a cursor into the ring), and [`Keys::add`] counts the event in.
//! Counterparts are told apart without a set: an entry is marked once a later one of the same
//! counterpart has come, and only unmarked entries leave the count of counterparts when they leave.

#![expect(
    clippy::indexing_slicing,
    reason = "places come from the plan the states were made for; a wrong one must stop the run rather than give a wrong figure"
)]

use super::{
    countries,
    plan::{Role, SUPERSEDED, Tally},
    ring::{self, Entry, Rings},
};

/// When anything last happened to the key.
pub(crate) const TOUCHED: usize = 0;
/// The first payment ever; [`NEVER`] before it.
pub(crate) const FIRST: usize = 1;
/// The latest payment; [`NEVER`] before it.
pub(crate) const PAID: usize = 2;
/// Block and class of the ring: 32 and 8 bits; [`NO_RING`] for none.
const RING: usize = 3;
/// The number of the oldest entry, and its index in the block: 32 bits each.
const HEAD: usize = 4;
/// How many entries there are.
const COUNT: usize = 5;
const NO_RING: u64 = u64::MAX;
/// A time that never was.
pub(crate) const NEVER: i64 = i64::MIN;

/// States lie in pages of so many.
const PAGE: usize = 2048;

/// The states and rings of one role.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    words: usize,
    pages: Vec<Box<[u64]>>,
    len: u32,
    pub(crate) rings: Rings,
    /// For every key, the countries its counterparts were in.
    countries: Rings,
}

/// What an arrival needs to know besides its entry.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) now: i64,
    pub(crate) amount: i64,
    pub(crate) bits: u32,
    /// By group, the number plus one of the counterpart's latest entry in this ring.
    pub(crate) places: &'a [u32],
    /// The counterpart's country plus one; nothing if not known.
    pub(crate) country: u16,
}

/// What changed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Change {
    /// Bits of the entry that came.
    pub(crate) came: u32,
    /// Bits of the entries that left, by window.
    pub(crate) left: [u32; MOST_WINDOWS],
}

/// Windows whose departures are told apart.
pub(crate) const MOST_WINDOWS: usize = 16;

impl Keys {
    pub(crate) fn new(role: &Role) -> Self {
        Self { words: role.words, pages: Vec::new(), len: 0, rings: Rings::new(), countries: Rings::new() }
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
        self.rings.clear();
        self.countries.clear();
    }

    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    /// A new key.
    pub(crate) fn push(&mut self) -> u32 {
        let (page, at) = (self.len as usize / PAGE, self.len as usize % PAGE * self.words);
        if page == self.pages.len() {
            self.pages.push(vec![0; PAGE * self.words].into_boxed_slice());
        }
        let state = &mut self.pages[page][at..at + self.words];
        state.fill(0);
        state[TOUCHED] = NEVER as u64;
        state[FIRST] = NEVER as u64;
        state[PAID] = NEVER as u64;
        state[RING] = NO_RING;
        self.len += 1;
        self.len - 1
    }

    #[inline]
    pub(crate) fn state(&self, key: u32) -> &[u64] {
        let (page, at) = (key as usize / PAGE, key as usize % PAGE * self.words);
        &self.pages[page][at..at + self.words]
    }

    #[inline]
    pub(crate) fn state_mut(&mut self, key: u32) -> &mut [u64] {
        let (page, at) = (key as usize / PAGE, key as usize % PAGE * self.words);
        &mut self.pages[page][at..at + self.words]
    }

    /// Reads the ends of the state, so that it is near when needed.
    #[inline]
    pub(crate) fn touch(&self, key: u32) -> u64 {
        let state = self.state(key);
        state[0] ^ state[self.words - 1]
    }

    /// Reads what the state points to: the next entry to leave each window, the place of the next to
    /// come, and the countries.
    #[inline]
    pub(crate) fn touch_entries(&self, role: &Role, key: u32) -> u64 {
        let state = self.state(key);
        let mut near = 0;
        if role.countries != 0 {
            near = countries::touch(&self.countries, state[role.countries]);
        }
        if state[RING] == NO_RING {
            return near;
        }
        let (class, block) = ring_of(state);
        let entries = self.rings.block(class, block);
        let (head, first) = (low(state[HEAD]), (state[HEAD] >> 32) as usize);
        for window in &role.windows {
            let at = half(state, role.base + window.cursor).wrapping_sub(head);
            near ^= entries.get(index(first, at, entries.len())).map_or(0, |entry| entry[0]);
        }
        near ^ entries.get(index(first, low(state[COUNT]), entries.len())).map_or(0, |entry| entry[0])
    }

    /// Lets what is too old at `now` leave. `Change::left` gathers the bits of what left.
    pub(crate) fn advance(&mut self, role: &Role, key: u32, now: i64, change: &mut Change) {
        let (page, at) = (key as usize / PAGE, key as usize % PAGE * self.words);
        let state = &mut self.pages[page][at..at + self.words];
        let touched = state[TOUCHED] as i64;
        state[TOUCHED] = now as u64;
        let len = low(state[COUNT]);
        let Some(longest) = role.windows.first() else { return };
        if len == 0 {
            return;
        }
        let (class, block) = ring_of(state);
        if now.saturating_sub(touched) >= longest.span {
            // All of it is too old, and perhaps too old to tell: every figure is nothing.
            for (window, left) in role.windows.iter().zip(&mut change.left) {
                *left = u32::MAX;
                for counter in &window.counters {
                    match counter.tally {
                        Tally::Sum => state[counter.place] = 0,
                        _ => set_half(state, role.base + counter.place, 0),
                    }
                }
            }
            change.left = [u32::MAX; MOST_WINDOWS];
            let next = low(state[HEAD]).wrapping_add(len);
            for window in &role.windows {
                set_half(state, role.base + window.cursor, next);
            }
            state[HEAD] = u64::from(next);
            state[COUNT] &= !u64::from(u32::MAX);
            state[RING] = NO_RING;
            self.rings.give(class, block);
            self.rings.count(0, u64::from(len));
            return;
        }
        let entries = self.rings.block(class, block);
        let head = low(state[HEAD]);
        let first = (state[HEAD] >> 32) as usize;
        for (place, window) in role.windows.iter().enumerate() {
            let cursor = half(state, role.base + window.cursor);
            let mut at = cursor.wrapping_sub(head);
            let mut left = 0;
            while at < len {
                let entry = entries[index(first, at, entries.len())];
                if ring::before(entry, now) < window.span {
                    break;
                }
                left |= leave(state, role, &window.counters, entry);
                at += 1;
            }
            if left != 0 {
                set_half(state, role.base + window.cursor, head.wrapping_add(at));
                change.left[place.min(MOST_WINDOWS - 1)] |= left;
            }
        }
        let gone = half(state, role.base + longest.cursor).wrapping_sub(head);
        if gone > 0 {
            let first = index(first, gone, entries.len());
            state[HEAD] = u64::from(head.wrapping_add(gone)) | (first as u64) << 32;
            state[COUNT] -= u64::from(gone);
            self.rings.count(0, u64::from(gone));
        }
    }

    /// Counts an event in and keeps it. Gives back its number plus one.
    pub(crate) fn add(&mut self, role: &Role, key: u32, event: &Arrival<'_>) -> u32 {
        let (page, at) = (key as usize / PAGE, key as usize % PAGE * self.words);
        let state = &mut self.pages[page][at..at + self.words];
        let len = low(state[COUNT]);
        let head = low(state[HEAD]);
        let mut bits = event.bits;
        if state[RING] == NO_RING {
            state[RING] = u64::from(self.rings.take(0));
            state[HEAD] = u64::from(head);
        }
        let (mut class, mut block) = ring_of(state);
        let mut first = (state[HEAD] >> 32) as usize;
        if len as usize == ring::capacity(class) {
            block = self.rings.moved((class, block), first, len as usize, class + 1);
            class += 1;
            first = 0;
            state[RING] = u64::from(block) | u64::from(class) << 32;
            state[HEAD] = u64::from(head);
        } else if class > 3 && (len as usize) < ring::capacity(class - 3) {
            block = self.rings.moved((class, block), first, len as usize, class - 2);
            class -= 2;
            first = 0;
            state[RING] = u64::from(block) | u64::from(class) << 32;
            state[HEAD] = u64::from(head);
        }
        let entries = self.rings.block_mut(class, block);
        // How long ago the counterpart, then the country, was there before; never if it has left.
        let mut party_ages = [i64::MAX; GROUPS];
        let mut country_ages = [i64::MAX; GROUPS];
        for (group, (need, place)) in role.groups.iter().zip(event.places).enumerate() {
            if bits & need == *need {
                let bit = SUPERSEDED + group as u32;
                party_ages[group] = supersede(entries, (head, first, len), *place, event.now, bit);
            }
        }
        for (group, need) in role.country_groups.iter().enumerate() {
            if bits & need != *need {
                continue;
            }
            let bit = SUPERSEDED + (role.groups.len() + group) as u32;
            if event.country == 0 {
                bits |= 1 << bit;
                country_ages[group] = 0;
                continue;
            }
            let entry = head.wrapping_add(len).wrapping_add(1);
            let name = (event.country, group as u16);
            let place = countries::replace(&mut self.countries, &mut state[role.countries], name, entry);
            country_ages[group] = supersede(entries, (head, first, len), place, event.now, bit);
        }
        for window in &role.windows {
            for counter in &window.counters {
                if bits & counter.need != counter.need {
                    continue;
                }
                let new = match counter.tally {
                    Tally::Sum => {
                        state[counter.place] = state[counter.place].wrapping_add(event.amount as u64);
                        continue;
                    }
                    Tally::Count => true,
                    Tally::Parties(group) => party_ages[group] >= window.span,
                    Tally::Countries(group) => country_ages[group] >= window.span && event.country != 0,
                };
                let place = role.base + counter.place;
                set_half(state, place, half(state, place) + u32::from(new));
            }
        }
        let entries = self.rings.block_mut(class, block);
        entries[index(first, len, entries.len())] = ring::entry(event.now, event.amount, bits);
        state[COUNT] += 1;
        self.rings.count(1, 0);
        head.wrapping_add(len).wrapping_add(1)
    }

    /// The entries of a window from the oldest on, in two pieces.
    pub(crate) fn within(&self, role: &Role, key: u32, window: usize) -> (&[Entry], &[Entry]) {
        let state = self.state(key);
        let len = low(state[COUNT]);
        let (Some(window), true) = (role.windows.get(window), len > 0) else { return (&[], &[]) };
        let (class, block) = ring_of(state);
        let entries = self.rings.block(class, block);
        let skip = half(state, role.base + window.cursor).wrapping_sub(low(state[HEAD]));
        let first = index((state[HEAD] >> 32) as usize, skip, entries.len());
        let len = (len - skip) as usize;
        let head = len.min(entries.len() - first);
        (&entries[first..first + head], &entries[..len - head])
    }

    /// All entries kept of a key, oldest first.
    pub(crate) fn kept(&self, key: u32) -> Vec<Entry> {
        let state = self.state(key);
        let len = low(state[COUNT]);
        if len == 0 {
            return Vec::new();
        }
        let (class, block) = ring_of(state);
        let entries = self.rings.block(class, block);
        (0..len).map(|at| entries[index((state[HEAD] >> 32) as usize, at, entries.len())]).collect()
    }

    /// The countries of a key's counterparts.
    pub(crate) fn countries_of(&self, role: &Role, key: u32) -> &[u64] {
        if role.countries == 0 {
            &[]
        } else {
            countries::all(&self.countries, self.state(key)[role.countries])
        }
    }

    /// The state of a key as it is written down: without where its events and countries lie.
    pub(crate) fn portable(&self, role: &Role, key: u32) -> Vec<u64> {
        let mut words = self.state(key).to_vec();
        words[RING] = 0;
        words[HEAD] &= u64::from(u32::MAX);
        if role.countries != 0 {
            words[role.countries] = 0;
        }
        words
    }

    /// A key as it was written down. `false` where state and entries do not belong together.
    pub(crate) fn restore(&mut self, role: &Role, words: &[u64], entries: &[Entry], nodes: &[u64]) -> bool {
        let key = self.push();
        let len = entries.len();
        if words.len() != self.words || low(words[COUNT]) as usize != len {
            return false;
        }
        let head = low(words[HEAD]);
        let cursors_fit = role
            .windows
            .iter()
            .all(|window| half(words, role.base + window.cursor).wrapping_sub(head) as usize <= len);
        let mut class = 0;
        while ring::capacity(class) < len {
            class += 1;
        }
        let block = (len > 0).then(|| self.rings.take(class));
        if let Some(block) = block {
            self.rings.block_mut(class, block)[..len].copy_from_slice(entries);
            self.rings.count(len as u64, 0);
        }
        let (page, at) = (key as usize / PAGE, key as usize % PAGE * self.words);
        let state = &mut self.pages[page][at..at + self.words];
        state.copy_from_slice(words);
        if role.countries != 0 {
            countries::restore(&mut self.countries, &mut state[role.countries], nodes);
        }
        state[HEAD] = u64::from(head);
        state[RING] = block.map_or(NO_RING, |block| u64::from(block) | u64::from(class) << 32);
        cursors_fit
    }

    /// Bytes of states and of country chains, and bytes of rings.
    pub(crate) fn bytes(&self) -> (usize, usize) {
        let states: usize = self.pages.iter().map(|page| size_of_val(&**page)).sum();
        (states + self.countries.bytes(), self.rings.bytes())
    }
}

/// Groups a key can tell counterparts and countries apart by.
const GROUPS: usize = 8;

/// Takes an entry out of a window's figures. Gives back its bits, and never nothing.
#[inline]
fn leave(state: &mut [u64], role: &Role, counters: &[super::plan::Counter], entry: Entry) -> u32 {
    let bits = ring::bits(entry);
    for counter in counters {
        if bits & counter.need != counter.need {
            continue;
        }
        let group = match counter.tally {
            Tally::Sum => {
                state[counter.place] = state[counter.place].wrapping_sub(ring::amount(entry) as u64);
                continue;
            }
            Tally::Count => None,
            Tally::Parties(group) => Some(group),
            Tally::Countries(group) => Some(role.groups.len() + group),
        };
        if group.is_none_or(|group| bits >> (SUPERSEDED + group as u32) & 1 == 0) {
            let place = role.base + counter.place;
            set_half(state, place, half(state, place).wrapping_sub(1));
        }
    }
    bits | 1 << 31
}

/// Marks the entry with this number (plus one) as followed by another of its kind, and says how long
/// ago it was; `i64::MAX` if it has left or never was.
#[inline]
fn supersede(
    entries: &mut [Entry],
    (head, first, len): (u32, usize, u32),
    place: u32,
    now: i64,
    bit: u32,
) -> i64 {
    let at = place.wrapping_sub(1).wrapping_sub(head);
    if place == 0 || at >= len {
        return i64::MAX;
    }
    let index = index(first, at, entries.len());
    ring::set_bit(&mut entries[index], bit);
    ring::before(entries[index], now)
}

const fn ring_of(state: &[u64]) -> (u8, u32) {
    ((state[RING] >> 32) as u8, state[RING] as u32)
}

#[inline]
const fn low(word: u64) -> u32 {
    word as u32
}

/// Where the entry `at` places after the oldest lies in the block.
#[inline]
const fn index(first: usize, at: u32, capacity: usize) -> usize {
    let index = first + at as usize;
    if index >= capacity { index - capacity } else { index }
}

#[inline]
pub(crate) fn half(state: &[u64], half: usize) -> u32 {
    (state[half / 2] >> (half % 2 * 32)) as u32
}

#[inline]
pub(crate) fn set_half(state: &mut [u64], half: usize, value: u32) {
    let shift = half % 2 * 32;
    let word = &mut state[half / 2];
    *word = *word & !(u64::from(u32::MAX) << shift) | u64::from(value) << shift;
}
