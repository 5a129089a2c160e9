//! Chance, drawn from a generator that is given, and turns, which leave no value out.

use std::{any::type_name, collections::BTreeMap};

use model::{Entropy, Instant, Span};

use crate::cybertip::DateTime;

/// What the making of one document after another draws from.
pub(super) struct Dice<'e> {
    entropy: &'e dyn Entropy,
    /// The present instant.
    pub(super) now: Instant,
    /// Every optional part is present, so that no part of the schema stays unused.
    pub(super) complete: bool,
    turns: BTreeMap<&'static str, usize>,
}

impl<'e> Dice<'e> {
    pub(super) fn new(entropy: &'e dyn Entropy, now: Instant) -> Self {
        Self { entropy, now, complete: false, turns: BTreeMap::new() }
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let mut bytes = [0_u8; 8];
        self.entropy.fill(&mut bytes);
        let drawn = u64::from_le_bytes(bytes) % u64::try_from(end.max(1)).unwrap_or(1);
        usize::try_from(drawn).unwrap_or(0)
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these.
    pub(super) fn pick(&mut self, from: &[&str]) -> String {
        let at = self.below(from.len());
        from.get(at).map_or_else(String::new, |text| (*text).to_owned())
    }

    /// The next of these, each in its turn.
    pub(super) fn next<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let turn = self.turns.entry(type_name::<T>()).or_default();
        let value = all.get(*turn % all.len().max(1)).copied();
        *turn += 1;
        value
    }

    /// The next of these, with nothing in between one round and the next.
    pub(super) fn next_or_none<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let with_none: Vec<_> = all.iter().copied().map(Some).chain([None]).collect();
        self.next(&with_none).flatten()
    }

    /// Present in a complete document, else one time in three.
    pub(super) fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let present = self.percent(33) || self.complete;
        present.then(|| make(self))
    }

    /// As many as the draw says, at least one in a complete document.
    pub(super) fn several<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.below(most + 1).max(usize::from(self.complete));
        (0..count).map(|_| make(self)).collect()
    }

    /// Hexadecimal digits.
    pub(super) fn hex(&mut self, digits: usize) -> String {
        (0..digits).filter_map(|_| char::from_digit(u32::try_from(self.below(16)).unwrap_or(0), 16)).collect()
    }

    /// A time in the days before now, in whole seconds; some in UTC, most with the offset of Manila.
    pub(super) fn past(&mut self, days: usize) -> DateTime {
        const MANILA: Span = Span::hours(8);
        let seconds = self.below(days * 86_400) + 3600;
        let instant = self.now - Span::seconds(i64::try_from(seconds).unwrap_or(3600));
        let instant = Instant::from_micros(instant.micros().div_euclid(1_000_000) * 1_000_000);
        let local = (instant + MANILA).to_string();
        match local.strip_suffix('Z') {
            Some(local) if self.percent(70) => {
                DateTime::parse(&format!("{local}+08:00")).unwrap_or_else(|| instant.into())
            }
            _ => instant.into(),
        }
    }
}
