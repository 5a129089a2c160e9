//! Hierarchical log-linear models: which lists are allowed to depend on which.

use std::fmt;

use serde::{Serialize, Serializer};

/// A hierarchical model: a set of terms, each a set of lists, that holds every subset of its
/// terms and always the constant and every single list. Written by its generators, `[12,13,4]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Model {
    lists: usize,
    /// Ascending; the constant, the empty set, is first.
    terms: Vec<usize>,
}

impl Model {
    /// No list depends on another.
    pub fn independence(lists: usize) -> Self {
        let mut terms = vec![0];
        terms.extend((0..lists).map(|list| 1_usize << list));
        Self { lists, terms }
    }

    /// Every pair of lists depends on each other, no three do.
    pub fn all_pairs(lists: usize) -> Self {
        pairs(lists).into_iter().fold(Self::independence(lists), |model, pair| model.with(pair))
    }

    /// The smallest hierarchical model with this one's terms and `term` with its subsets.
    pub fn with(&self, term: usize) -> Self {
        let mut terms = self.terms.clone();
        let mut subset = term;
        while subset != 0 {
            if !terms.contains(&subset) {
                terms.push(subset);
            }
            subset = (subset - 1) & term;
        }
        terms.sort_unstable();
        Self { lists: self.lists, terms }
    }

    /// How many lists the model speaks of.
    pub fn lists(&self) -> usize {
        self.lists
    }

    /// The terms, ascending, the constant first.
    pub fn terms(&self) -> &[usize] {
        &self.terms
    }

    /// Whether `term` is in the model.
    pub fn contains(&self, term: usize) -> bool {
        self.terms.binary_search(&term).is_ok()
    }

    /// The size of the largest term.
    pub fn order(&self) -> u32 {
        self.terms.iter().map(|term| term.count_ones()).max().unwrap_or(0)
    }

    /// The terms beyond the constant and the single lists.
    pub fn interactions(&self) -> Vec<usize> {
        self.terms.iter().copied().filter(|term| term.count_ones() > 1).collect()
    }

    /// Every hierarchical model on `lists` lists whose terms have at most `order` lists.
    pub fn every(lists: usize, order: u32) -> Vec<Self> {
        let mut models = vec![Self::independence(lists)];
        for size in 2..=order.min(lists as u32) {
            let candidates: Vec<usize> =
                (0..1_usize << lists).filter(|term| term.count_ones() == size).collect();
            let mut grown = Vec::new();
            for model in models {
                extend_by_each_subset(model, &candidates, &mut grown);
            }
            models = grown;
        }
        models
    }

    /// Reads the generators as they are written, `[12,13,4]`, by list numbers from one to nine.
    pub fn parse(text: &str, lists: usize) -> Option<Self> {
        let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
        let mut model = Self::independence(lists);
        for generator in inner.split(',') {
            let mut term = 0;
            for letter in generator.trim().chars() {
                let number = letter.to_digit(10)? as usize;
                if !(1..=lists).contains(&number) {
                    return None;
                }
                term |= 1 << (number - 1);
            }
            model = model.with(term);
        }
        Some(model)
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let maximal = |term: &usize| !self.terms.iter().any(|other| other != term && other & term == *term);
        let mut generators: Vec<(std::cmp::Reverse<usize>, Vec<usize>)> = self
            .terms
            .iter()
            .filter(|term| maximal(term))
            .map(|&term| {
                let members: Vec<usize> = members(term).map(|list| list + 1).collect();
                (std::cmp::Reverse(members.len()), members)
            })
            .collect();
        generators.sort();
        // Above nine lists a number has two digits, so the lists of a generator are kept apart.
        let between = if self.lists > 9 { "." } else { "" };
        let written: Vec<String> = generators
            .into_iter()
            .map(|(_, members)| members.iter().map(ToString::to_string).collect::<Vec<_>>().join(between))
            .collect();
        write!(f, "[{}]", written.join(","))
    }
}

impl Serialize for Model {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The pairs of lists in the order 12, 13, … 1t, 23, …
pub fn pairs(lists: usize) -> Vec<usize> {
    (0..lists).flat_map(|first| (first + 1..lists).map(move |second| (1 << first) | (1 << second))).collect()
}

/// A term by the names of its lists, "police:school"; the constant is "(constant)".
pub fn term_name(term: usize, lists: &[String]) -> String {
    if term == 0 {
        return "(constant)".to_owned();
    }
    let names: Vec<&str> = members(term).filter_map(|list| lists.get(list)).map(String::as_str).collect();
    names.join(":")
}

/// The numbers, from nought, of the lists in a term.
pub(crate) fn members(term: usize) -> impl Iterator<Item = usize> {
    (0..usize::BITS as usize).filter(move |list| term >> list & 1 == 1)
}

/// Adds to `grown` the model with each set of those candidates whose subsets it already has.
fn extend_by_each_subset(model: Model, candidates: &[usize], grown: &mut Vec<Model>) {
    let possible: Vec<usize> = candidates
        .iter()
        .copied()
        .filter(|&candidate| members(candidate).all(|list| model.contains(candidate & !(1 << list))))
        .collect();
    for chosen in 0..1_usize << possible.len() {
        let mut terms = model.terms.clone();
        terms.extend(
            possible.iter().enumerate().filter(|(index, _)| chosen >> index & 1 == 1).map(|(_, &term)| term),
        );
        terms.sort_unstable();
        grown.push(Model { lists: model.lists, terms });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_written_by_its_generators_and_read_back() {
        let model = Model::independence(5).with(0b00111).with(0b10010).with(0b01100);
        assert_eq!(model.to_string(), "[123,25,34]");
        assert_eq!(Model::parse("[123,25,34]", 5), Some(model.clone()));
        assert_eq!(model.order(), 3);
        assert!(model.contains(0b00011) && !model.contains(0b11000));
        assert_eq!(Model::independence(3).to_string(), "[1,2,3]");
        assert_eq!(Model::all_pairs(3).to_string(), "[12,13,23]");
        assert!(Model::parse("[16]", 5).is_none() && Model::parse("12", 5).is_none());
    }

    #[test]
    fn the_catalogue_has_every_hierarchical_model_once() {
        let sizes = [(3, 2, 8), (4, 2, 64), (4, 3, 113), (5, 2, 1024), (5, 3, 6212)];
        for (lists, order, expected) in sizes {
            let models = Model::every(lists, order);
            let distinct: std::collections::HashSet<_> = models.iter().collect();
            assert_eq!((models.len(), distinct.len()), (expected, expected), "{lists} lists, order {order}");
        }
    }

    #[test]
    fn terms_are_named_by_their_lists() {
        let lists = ["police".to_owned(), "ngo".to_owned(), "school".to_owned()];
        assert_eq!(term_name(0b101, &lists), "police:school");
        assert_eq!(term_name(0, &lists), "(constant)");
        assert_eq!(pairs(3), [0b011, 0b101, 0b110]);
    }
}
