//! Children counted into linked tables.

use std::collections::{BTreeMap, BTreeSet};

/// One child: a category in each dimension, and the case or family they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The number of the category in each dimension.
    pub categories: Vec<usize>,
    /// The case or family; children of one case share it.
    pub case: u64,
}

/// A cell that may be published: a category or the total in each dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The category in each dimension; `None` is the total over it.
    pub key: Vec<Option<usize>>,
    /// The innermost cells it is the sum of.
    pub members: Vec<usize>,
    /// The children in it.
    pub children: u64,
    /// The children of each case in it, largest first.
    pub cases: Vec<u64>,
}

/// Every cell of several tables over the same children, each of them once however many tables show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tabulation {
    dimensions: Vec<Vec<String>>,
    inner: Vec<u64>,
    cells: Vec<Cell>,
}

/// Why children could not be tabulated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TabulationError {
    /// A child's categories do not fit the dimensions.
    #[error("child {child}: expected a category number in each of {dimensions} dimensions")]
    Category {
        /// The child, counted from nought.
        child: usize,
        /// How many dimensions there are.
        dimensions: usize,
    },
    /// A table names a dimension that does not exist.
    #[error("a table names dimension {dimension}, but there are {dimensions}, counted from 0")]
    Dimension {
        /// What was named.
        dimension: usize,
        /// How many there are.
        dimensions: usize,
    },
}

impl Tabulation {
    /// Counts children into `tables`, each a set of dimensions crossed with all their totals.
    pub fn new(
        dimensions: Vec<Vec<String>>,
        children: &[Child],
        tables: &[Vec<usize>],
    ) -> Result<Self, TabulationError> {
        let widths: Vec<usize> = dimensions.iter().map(Vec::len).collect();
        let mut inner: Vec<BTreeMap<u64, u64>> = vec![BTreeMap::new(); widths.iter().product()];
        for (number, child) in children.iter().enumerate() {
            let wrong = TabulationError::Category { child: number, dimensions: widths.len() };
            let position = position(&widths, &child.categories).ok_or_else(|| wrong.clone())?;
            *inner.get_mut(position).ok_or(wrong)?.entry(child.case).or_insert(0) += 1;
        }
        let mut keys = BTreeSet::new();
        for table in tables {
            if let Some(&dimension) = table.iter().find(|&&dimension| dimension >= widths.len()) {
                return Err(TabulationError::Dimension { dimension, dimensions: widths.len() });
            }
            let mut grown: Vec<Vec<Option<usize>>> = vec![Vec::new()];
            for (dimension, &width) in widths.iter().enumerate() {
                let shown = if table.contains(&dimension) { width } else { 0 };
                grown = grown
                    .into_iter()
                    .flat_map(|key| {
                        std::iter::once(None).chain((0..shown).map(Some)).map(move |category| {
                            let mut key = key.clone();
                            key.push(category);
                            key
                        })
                    })
                    .collect();
            }
            keys.extend(grown);
        }
        let cells = keys.into_iter().map(|key| cell(key, &widths, &inner)).collect();
        let inner = inner.iter().map(|cases| cases.values().sum()).collect();
        Ok(Self { dimensions, inner, cells })
    }

    /// The cells, each once.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The children of each innermost cell.
    pub fn inner(&self) -> &[u64] {
        &self.inner
    }

    /// The cell of a key.
    pub fn find(&self, key: &[Option<usize>]) -> Option<usize> {
        self.cells.iter().position(|cell| cell.key == key)
    }

    /// A cell's key in words; a total is "Total".
    pub fn labels(&self, cell: &Cell) -> Vec<String> {
        cell.key
            .iter()
            .zip(&self.dimensions)
            .map(|(category, names)| {
                category.and_then(|number| names.get(number)).map_or_else(|| "Total".to_owned(), Clone::clone)
            })
            .collect()
    }
}

fn position(widths: &[usize], categories: &[usize]) -> Option<usize> {
    if widths.len() != categories.len() {
        return None;
    }
    widths.iter().zip(categories).try_fold(0, |position, (&width, &category)| {
        (category < width).then_some(position * width + category)
    })
}

fn cell(key: Vec<Option<usize>>, widths: &[usize], inner: &[BTreeMap<u64, u64>]) -> Cell {
    let mut members = Vec::new();
    let mut cases: BTreeMap<u64, u64> = BTreeMap::new();
    for (number, contents) in inner.iter().enumerate() {
        let mut rest = number;
        let inside = key.iter().zip(widths).rev().all(|(category, &width)| {
            let own = rest % width;
            rest /= width;
            category.is_none_or(|category| category == own)
        });
        if inside {
            members.push(number);
            for (&case, &children) in contents {
                *cases.entry(case).or_insert(0) += children;
            }
        }
    }
    let mut cases: Vec<u64> = cases.into_values().collect();
    cases.sort_unstable_by(|left, right| right.cmp(left));
    Cell { key, members, children: cases.iter().sum(), cases }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_cell_of_two_tables_is_counted_once_and_knows_its_cases() {
        let dimensions = vec![names(&["north", "south"]), names(&["young", "old"])];
        let child = |region, age, case| Child { categories: vec![region, age], case };
        let children = [child(0, 0, 1), child(0, 1, 1), child(1, 1, 2)];
        let found = Tabulation::new(dimensions, &children, &[vec![0, 1], vec![0]]).unwrap();
        assert_eq!(found.cells().len(), 9);
        let north = &found.cells()[found.find(&[Some(0), None]).unwrap()];
        assert_eq!(
            (north.children, north.cases.as_slice(), north.members.as_slice()),
            (2, &[2][..], &[0, 1][..])
        );
        assert_eq!(found.labels(north), ["north", "Total"]);
        assert_eq!(found.inner(), [1, 1, 0, 1]);
    }

    #[test]
    fn a_category_or_dimension_that_does_not_exist_is_named() {
        let dimensions = vec![names(&["north", "south"])];
        let child = Child { categories: vec![2], case: 1 };
        let error = Tabulation::new(dimensions.clone(), &[child], &[vec![0]]).unwrap_err();
        assert!(error.to_string().contains("child 0"));
        let error = Tabulation::new(dimensions, &[], &[vec![1]]).unwrap_err();
        assert!(error.to_string().contains("dimension 1"));
    }
}
