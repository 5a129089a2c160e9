//! Networks: what hangs together by links.

use std::collections::BTreeMap;

use crate::{Link, Strength};

/// A link between two nodes. Which is `a` does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge<N> {
    /// One end.
    pub a: N,
    /// The other.
    pub b: N,
    /// Why.
    pub link: Link,
}

/// Nodes that hang together, and every link among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network<N> {
    /// The nodes, in order.
    pub members: Vec<N>,
    /// The links among them, in order, the smaller end as `a`. Weaker ones than were asked for are kept
    /// here too: they join nothing, but they are reasons.
    pub edges: Vec<Edge<N>>,
}

/// The networks that links of at least a strength make, by their smallest member. The order in which
/// edges come does not matter.
pub fn networks<N: Copy + Ord>(
    edges: impl IntoIterator<Item = Edge<N>>,
    at_least: Strength,
) -> Vec<Network<N>> {
    let mut edges: Vec<Edge<N>> = edges
        .into_iter()
        .map(|edge| if edge.a <= edge.b { edge } else { Edge { a: edge.b, b: edge.a, link: edge.link } })
        .filter(|edge| edge.a != edge.b)
        .collect();
    edges.sort_by(|one, two| {
        let key = |edge: &Edge<N>| (edge.a, edge.b, std::cmp::Reverse(edge.link.strength));
        key(one).cmp(&key(two)).then_with(|| one.link.reasons.cmp(&two.link.reasons))
    });
    edges.dedup();
    let mut union = Union::default();
    for edge in edges.iter().filter(|edge| edge.link.strength >= at_least) {
        union.join(edge.a, edge.b);
    }
    let mut found: BTreeMap<N, Network<N>> = BTreeMap::new();
    let nodes: Vec<N> = union.parents.keys().copied().collect();
    for node in nodes {
        let root = union.root(node);
        found
            .entry(root)
            .or_insert_with(|| Network { members: Vec::new(), edges: Vec::new() })
            .members
            .push(node);
    }
    for edge in edges {
        let (a, b) = (union.root(edge.a), union.root(edge.b));
        if let Some(network) = found.get_mut(&a).filter(|_| a == b) {
            network.edges.push(edge);
        }
    }
    found.into_values().collect()
}

/// Union-find whose roots are the smallest members.
struct Union<N> {
    parents: BTreeMap<N, N>,
}

impl<N> Default for Union<N> {
    fn default() -> Self {
        Self { parents: BTreeMap::new() }
    }
}

impl<N: Copy + Ord> Union<N> {
    fn root(&mut self, node: N) -> N {
        let mut root = node;
        while let Some(parent) = self.parents.get(&root).copied().filter(|parent| *parent != root) {
            root = parent;
        }
        let mut step = node;
        while step != root {
            step = self.parents.insert(step, root).unwrap_or(root);
        }
        root
    }

    fn join(&mut self, a: N, b: N) {
        self.parents.entry(a).or_insert(a);
        self.parents.entry(b).or_insert(b);
        let (a, b) = (self.root(a), self.root(b));
        self.parents.insert(a.max(b), a.min(b));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn edge(a: u16, b: u16, strength: Strength) -> Edge<u16> {
        Edge { a, b, link: Link { strength, reasons: Vec::new() } }
    }

    #[test]
    fn a_chain_is_one_network_and_a_weak_link_joins_nothing() {
        let edges = [
            edge(5, 4, Strength::Strong),
            edge(1, 2, Strength::Strong),
            edge(2, 3, Strength::Moderate),
            edge(1, 3, Strength::Weak),
            edge(3, 4, Strength::Weak),
            edge(9, 9, Strength::Strong),
        ];
        let found = networks(edges, Strength::Moderate);
        assert_eq!(found.iter().map(|n| n.members.clone()).collect::<Vec<_>>(), [vec![1, 2, 3], vec![4, 5]]);
        let ends: Vec<_> = found[0].edges.iter().map(|edge| (edge.a, edge.b)).collect();
        assert_eq!(ends, [(1, 2), (1, 3), (2, 3)]);
    }

    fn edges() -> impl Strategy<Value = Vec<Edge<u16>>> {
        let strength = select(vec![Strength::Weak, Strength::Moderate, Strength::Strong]);
        vec((0_u16..25, 0_u16..25, strength).prop_map(|(a, b, strength)| edge(a, b, strength)), 0..40)
    }

    proptest! {
        #[test]
        fn the_order_of_edges_does_not_matter(edges in edges(), shuffled in edges().prop_shuffle()) {
            let mut reversed = edges.clone();
            reversed.reverse();
            prop_assert_eq!(networks(edges, Strength::Moderate), networks(reversed, Strength::Moderate));
            let mut turned: Vec<_> = shuffled.iter().map(|e| edge(e.b, e.a, e.link.strength)).collect();
            turned.rotate_left(shuffled.len() / 2);
            prop_assert_eq!(networks(shuffled, Strength::Moderate), networks(turned, Strength::Moderate));
        }

        #[test]
        fn members_are_what_can_be_reached(edges in edges()) {
            let mut near: BTreeMap<u16, BTreeSet<u16>> = BTreeMap::new();
            for edge in edges.iter().filter(|e| e.link.strength >= Strength::Moderate && e.a != e.b) {
                near.entry(edge.a).or_default().insert(edge.b);
                near.entry(edge.b).or_default().insert(edge.a);
            }
            let mut expected = BTreeSet::new();
            for start in near.keys() {
                let (mut reached, mut open) = (BTreeSet::from([*start]), vec![*start]);
                while let Some(node) = open.pop() {
                    open.extend(near[&node].iter().filter(|next| reached.insert(**next)));
                }
                expected.insert(reached.into_iter().collect::<Vec<_>>());
            }
            let found: BTreeSet<Vec<u16>> = networks(edges, Strength::Moderate).into_iter().map(|n| n.members).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
