//! What the index holds at one moment. A reader keeps the state it began with; a writer makes the
//! next one, which shares with it whatever did not change.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use super::{
    Change, Hash256, Match, Oriented,
    base::Base,
    build::Rows,
    dead::Dead,
    delta::{Delta, Place},
    lanes::Lanes,
    search,
};

/// A base, what was removed from it, and what was added since.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) base: Arc<Base>,
    dead: Dead,
    delta: Delta,
}

/// Where the pairs that are in no base stand; the writer's alone.
pub(crate) type Places = HashMap<(Hash256, u64), Place>;

impl State {
    pub(crate) fn new(base: Base) -> Self {
        Self { base: Arc::new(base), dead: Dead::default(), delta: Delta::default() }
    }

    /// How many pairs there are.
    pub(crate) fn len(&self) -> usize {
        self.base.tags() - self.dead.len() + self.delta.len()
    }

    /// How many changes a new base would take in.
    pub(crate) fn pending(&self) -> usize {
        self.dead.len() + self.delta.len()
    }

    /// Makes a change; says whether it changed anything.
    pub(crate) fn apply(&mut self, change: &Change, places: &mut Places) -> bool {
        match *change {
            Change::Add(hash, tag) => match self.base.view().find(&hash, tag) {
                Some(place) => self.dead.set(place, false),
                None if places.contains_key(&(hash, tag)) => false,
                None => {
                    places.insert((hash, tag), self.delta.push(hash, tag));
                    true
                }
            },
            Change::Remove(hash, tag) => match self.base.view().find(&hash, tag) {
                Some(place) => self.dead.set(place, true),
                None => {
                    let Some(place) = places.remove(&(hash, tag)) else { return false };
                    if let Some(moved) = self.delta.remove(place) {
                        places.insert(moved, place);
                    }
                    true
                }
            },
        }
    }

    /// Whether the pair is there.
    pub(crate) fn contains(&self, hash: &Hash256, tag: u64) -> bool {
        match self.base.view().find(hash, tag) {
            Some(place) => !self.dead.has(place),
            None => self.delta.pairs().any(|pair| pair == (*hash, tag)),
        }
    }

    /// Every pair together with more, as rows of a new base. None when they are too many.
    pub(crate) fn rows_with(&self, mut more: Vec<(Hash256, u64)>) -> Option<Rows> {
        more.extend(self.delta.pairs());
        more.sort_unstable();
        let live = self.base.view().pairs().filter(|(place, _)| !self.dead.has(*place)).map(|(_, pair)| pair);
        Rows::of(Merged { one: live.peekable(), other: more.into_iter().peekable() })
    }

    /// What lies within each query's radius, each answer in order.
    pub(crate) fn search(&self, lanes: Lanes, queries: &[(Hash256, u32)]) -> Vec<Vec<Match>> {
        let mut answers = vec![Vec::new(); queries.len()];
        self.each(lanes, queries, |query, found| {
            if let Some(answer) = answers.get_mut(query as usize) {
                answer.push(found);
            }
        });
        for answer in &mut answers {
            answer.sort_unstable();
        }
        answers
    }

    /// What lies within the radius of any of eight hashes, each pair once, by the nearest of them.
    pub(crate) fn search_any(&self, lanes: Lanes, hashes: &[Hash256; 8], radius: u32) -> Vec<Oriented> {
        let mut all = Vec::new();
        self.each(lanes, &hashes.map(|hash| (hash, radius)), |query, found| {
            all.push(Oriented { found, orientation: query as u8 });
        });
        let pair = |one: &Oriented| (one.found.hash, one.found.tag);
        all.sort_unstable_by_key(|one| (pair(one), one.found.distance, one.orientation));
        all.dedup_by_key(|one| pair(one));
        all.sort_unstable();
        all
    }

    fn each(&self, lanes: Lanes, queries: &[(Hash256, u32)], mut each: impl FnMut(u32, Match)) {
        let view = self.base.view();
        for near in search::search(&self.base, lanes, queries) {
            let row = near.row as usize;
            let places = view.places(row);
            let (Some(hash), Some(tags)) = (view.rows.get(row), view.tags.get(places.clone())) else {
                continue;
            };
            for (place, tag) in (places.start as u32..).zip(tags) {
                if !self.dead.has(place) {
                    each(near.query, Match { distance: near.distance, tag: *tag, hash: *hash });
                }
            }
        }
        self.delta.search(lanes, queries, |query, hash, tag, distance| {
            each(query, Match { distance, tag, hash });
        });
    }
}

/// Two sequences in order, as one in order.
struct Merged<A: Iterator, B: Iterator> {
    one: std::iter::Peekable<A>,
    other: std::iter::Peekable<B>,
}

impl<T: Ord, A: Iterator<Item = T>, B: Iterator<Item = T>> Iterator for Merged<A, B> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match (self.one.peek(), self.other.peek()) {
            (Some(one), Some(other)) if one.cmp(other) == Ordering::Greater => self.other.next(),
            (Some(_), _) => self.one.next(),
            (None, _) => self.other.next(),
        }
    }
}
