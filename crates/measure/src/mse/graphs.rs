//! Averaging over decomposable graphs: every way in which lists may depend on each other without a
//! cycle, weighed by how well it explains the table (Madigan and York 1997).
//!
//! Cell probabilities have a hyper-Dirichlet prior of `1 / 2^lists` a cell, the population N the
//! prior 1 / N up to a bound. Under the complete graph the data say nothing about the unseen, so with
//! it the answer leans on the bound; it is left out unless asked for.

#![expect(clippy::indexing_slicing, reason = "sets of lists are below the table's size")]

use rayon::prelude::*;
use serde::Serialize;
use statrs::function::gamma::ln_gamma;

use crate::mse::table::CaptureTable;
use crate::mse::terms::{members, pairs, term_name};

/// The most lists whose graphs are all visited; there are 822 on five.
const MOST_LISTS: usize = 5;
/// Numbers of unseen people are visited one by one up to here.
const ONE_BY_ONE: f64 = 2_000.0;
/// Beyond, each is this much above the one before.
const GROWTH: f64 = 1.0025;
/// A logarithm of a weight this far under the greatest adds nothing to a sum.
const NEGLIGIBLE: f64 = -45.0;
/// The bound on the unseen, for each one seen, unless another is given.
const FARTHEST: f64 = 200.0;

/// What the average is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Averaging {
    /// The most unseen people supposed; two hundred for each one seen when not given.
    pub most_unseen: Option<f64>,
    /// Whether the complete graph is among those averaged over.
    pub complete: bool,
}

/// The posterior of the population.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Averaged {
    /// The mean.
    pub mean: f64,
    /// The median.
    pub median: f64,
    /// The lower limit of the central interval.
    pub lower: f64,
    /// Its upper limit.
    pub upper: f64,
    /// The pairs of lists joined in graphs that together weigh at least a half.
    pub joined: Vec<String>,
}

/// Averages over every decomposable graph on the lists. `None` above five lists.
pub fn average(table: &CaptureTable, coverage: f64, averaging: Averaging) -> Option<Averaged> {
    let lists = table.lists().len();
    if lists > MOST_LISTS {
        return None;
    }
    let farthest = averaging.most_unseen.unwrap_or(table.observed() as f64 * FARTHEST);
    let unseen = grid(farthest);
    let sets = set_likelihoods(table, &unseen);
    let graphs = decomposable(lists, averaging.complete);
    let seen = table.observed() as f64;
    let base: Vec<f64> = unseen
        .iter()
        .enumerate()
        .map(|(index, &missing)| {
            let population = seen + missing;
            ln_gamma(population + 1.0) - ln_gamma(missing + 1.0) - population.ln()
                + width(&unseen, index).ln()
        })
        .collect();
    let logs: Vec<Vec<f64>> = graphs
        .par_iter()
        .map(|graph| {
            let mut log = base.clone();
            for &(clique, separator) in &graph.factors {
                for ((log, joined), apart) in log.iter_mut().zip(&sets[clique]).zip(&sets[separator]) {
                    *log += joined - apart;
                }
            }
            log
        })
        .collect();
    let greatest = logs.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut posterior = vec![0.0; unseen.len()];
    let mut pair_weight = vec![0.0; 1 << lists];
    let mut total = 0.0;
    for (graph, log) in graphs.iter().zip(&logs) {
        let mut graph_weight = 0.0;
        for (sum, value) in posterior.iter_mut().zip(log) {
            if value - greatest < NEGLIGIBLE {
                continue;
            }
            let weight = (value - greatest).exp();
            *sum += weight;
            graph_weight += weight;
        }
        total += graph_weight;
        for &pair in &graph.edges {
            pair_weight[pair] += graph_weight;
        }
    }
    let mean = unseen.iter().zip(&posterior).map(|(missing, weight)| missing * weight).sum::<f64>() / total;
    let tail = (1.0 - coverage) / 2.0;
    let at = |level: f64| seen + level_of(&unseen, &posterior, level * total);
    let joined = pairs(lists)
        .into_iter()
        .filter(|&pair| pair_weight[pair] >= total / 2.0)
        .map(|pair| term_name(pair, table.lists()))
        .collect();
    Some(Averaged { mean: seen + mean, median: at(0.5), lower: at(tail), upper: at(1.0 - tail), joined })
}

struct Graph {
    edges: Vec<usize>,
    /// Cliques over separators, along a perfect elimination.
    factors: Vec<(usize, usize)>,
}

/// Every graph without a chordless cycle, the complete one last if at all.
fn decomposable(lists: usize, with_complete: bool) -> Vec<Graph> {
    let pairs = pairs(lists);
    let complete = (1_usize << pairs.len()) - 1;
    (0..complete + usize::from(with_complete))
        .filter_map(|chosen| {
            let edges: Vec<usize> = pairs
                .iter()
                .enumerate()
                .filter(|(index, _)| chosen >> index & 1 == 1)
                .map(|(_, &pair)| pair)
                .collect();
            Some(Graph { factors: eliminate(lists, &edges)?, edges })
        })
        .collect()
}

/// Takes out vertices whose neighbours all know each other until none is left; `None` when one
/// cannot go on, which is when the graph has a chordless cycle.
fn eliminate(lists: usize, edges: &[usize]) -> Option<Vec<(usize, usize)>> {
    let mut left = (1_usize << lists) - 1;
    let neighbours = |vertex: usize, left: usize| {
        edges.iter().filter(|&&edge| edge >> vertex & 1 == 1).fold(0, |set, edge| set | edge)
            & left
            & !(1 << vertex)
    };
    let mut factors = Vec::with_capacity(lists);
    while left != 0 {
        let simplicial = members(left).find(|&vertex| {
            let around = neighbours(vertex, left);
            members(around).all(|one| around & !(1 << one) & !neighbours(one, left) == 0)
        })?;
        let separator = neighbours(simplicial, left);
        factors.push((separator | 1 << simplicial, separator));
        left &= !(1 << simplicial);
    }
    Some(factors)
}

/// For each set of lists, the log marginal likelihood of its table at each number of unseen.
fn set_likelihoods(table: &CaptureTable, unseen: &[f64]) -> Vec<Vec<f64>> {
    let size = table.counts().len();
    let seen = table.observed() as f64;
    (0..size)
        .map(|set| {
            let prior = (1_usize << set.count_ones()) as f64;
            let prior = 1.0 / prior;
            let mut margin = vec![0.0; size];
            for (history, &count) in table.counts().iter().enumerate() {
                margin[history & set] += count as f64;
            }
            let cells = (1..size).filter(|cell| cell & set == *cell);
            let fixed: f64 = cells.map(|cell| ln_gamma(margin[cell] + prior) - ln_gamma(prior)).sum();
            unseen
                .iter()
                .map(|missing| {
                    let nobody = ln_gamma(margin[0] + missing + prior) - ln_gamma(prior);
                    fixed + nobody - ln_gamma(seen + missing + 1.0)
                })
                .collect()
        })
        .collect()
}

fn grid(farthest: f64) -> Vec<f64> {
    let mut points = Vec::new();
    let mut missing: f64 = 1.0;
    while missing <= farthest {
        points.push(missing);
        missing = if missing < ONE_BY_ONE { missing + 1.0 } else { (missing * GROWTH).round() };
    }
    points
}

/// How many whole numbers a point of the grid stands for.
fn width(points: &[f64], index: usize) -> f64 {
    let before = index.checked_sub(1).map_or(0.0, |before| points[before]);
    let after = points.get(index + 1).copied().unwrap_or(points[index]);
    ((after - before) / 2.0).max(0.5)
}

fn level_of(points: &[f64], weights: &[f64], wanted: f64) -> f64 {
    let mut sum = 0.0;
    for (index, (&point, weight)) in points.iter().zip(weights).enumerate() {
        if sum + weight >= wanted {
            let share = (wanted - sum) / weight;
            let wide = width(points, index);
            return if wide <= 1.0 { point } else { point + (share - 0.5) * wide };
        }
        sum += weight;
    }
    points.last().copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_decomposable_graphs_as_are_known() {
        let counts: Vec<usize> = (2..=5).map(|lists| decomposable(lists, true).len()).collect();
        assert_eq!(counts, [2, 8, 61, 822]);
    }

    #[test]
    fn two_independent_lists_give_about_the_lincoln_estimate() {
        let table = CaptureTable::read("a,b,n\n1,0,300\n0,1,300\n1,1,300\n".as_bytes()).unwrap();
        let found = average(&table, 0.95, Averaging::default()).unwrap();
        assert!((found.median - 1200.0).abs() < 10.0, "{found:?}");
        assert!(found.lower < 1200.0 && found.upper > 1200.0 && found.joined.is_empty());
    }
}
