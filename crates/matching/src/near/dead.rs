//! Which pairs of a base have been removed: a bit for each, in pages that states share.

use std::sync::Arc;

const WORDS: usize = 512;
const BITS: u32 = 64 * WORDS as u32;

/// The places of removed pairs among the tags of a base.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dead {
    pages: Vec<Option<Arc<[u64; WORDS]>>>,
    count: usize,
}

impl Dead {
    /// How many are marked.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Whether the pair at this place has been removed.
    pub(crate) fn has(&self, place: u32) -> bool {
        let page = self.pages.get((place / BITS) as usize).and_then(Option::as_ref);
        let word = page.and_then(|page| page.get((place % BITS / 64) as usize));
        word.is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// Marks a place as removed or not; says whether that changed anything.
    pub(crate) fn set(&mut self, place: u32, dead: bool) -> bool {
        if self.has(place) == dead {
            return false;
        }
        let page = (place / BITS) as usize;
        if self.pages.len() <= page {
            self.pages.resize(page + 1, None);
        }
        if let Some(page) = self.pages.get_mut(page) {
            let page = Arc::make_mut(page.get_or_insert_with(|| Arc::new([0; WORDS])));
            if let Some(word) = page.get_mut((place % BITS / 64) as usize) {
                *word ^= 1 << (place % 64);
            }
        }
        if dead {
            self.count += 1;
        } else {
            self.count -= 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set(changes in vec((0_u32..3 * BITS, any::<bool>()), 0..200)) {
            let (mut dead, mut oracle) = (Dead::default(), BTreeSet::new());
            for (place, add) in changes {
                let changed = if add { oracle.insert(place) } else { oracle.remove(&place) };
                let before = dead.clone();
                prop_assert_eq!(dead.set(place, add), changed);
                prop_assert_eq!(before.has(place), add != changed);
                prop_assert_eq!(dead.len(), oracle.len());
            }
            prop_assert!(oracle.iter().all(|place| dead.has(*place)));
        }
    }
}
