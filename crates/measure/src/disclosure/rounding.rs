//! Counts rounded to a base, for prose, so that sums still add up.
//!
//! Only innermost cells that some small published cell is made of are rounded, each to the multiple
//! under or over it, so that every published cell is the sum of what it is made of. Which go up is
//! chosen one at a time, where the published cells miss their true counts most (after the partial
//! least squares rounding of Langsrud and Heldal 2018; ties go to the first cell).

#![expect(clippy::indexing_slicing, reason = "cells and innermost cells are numbered by the tabulation")]

use serde::Serialize;

use crate::disclosure::table::Tabulation;

/// Rounded counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rounded {
    /// The innermost cells.
    pub inner: Vec<u64>,
    /// The published cells, each the sum of its innermost ones.
    pub cells: Vec<u64>,
}

/// Rounds so that every published cell under the base is nought or the base. `None` for base nought.
pub fn round_to_base(table: &Tabulation, base: u64) -> Option<Rounded> {
    if base == 0 {
        return None;
    }
    let truth: Vec<u64> = table.cells().iter().map(|cell| cell.children).collect();
    let mut inner = table.inner().to_vec();
    loop {
        let cells = sums(table, &inner);
        let chosen: Vec<usize> = (0..inner.len())
            .filter(|&member| inner[member] > 0 && inner[member] < base)
            .filter(|member| {
                table
                    .cells()
                    .iter()
                    .zip(&cells)
                    .any(|(cell, &count)| count > 0 && count < base && cell.members.contains(member))
            })
            .collect();
        if chosen.is_empty() {
            return Some(Rounded { inner, cells });
        }
        round(table, &truth, base, &chosen, &mut inner);
    }
}

fn sums(table: &Tabulation, inner: &[u64]) -> Vec<u64> {
    table.cells().iter().map(|cell| cell.members.iter().map(|&member| inner[member]).sum()).collect()
}

/// Takes the chosen cells down to nought, then puts the base back into as many as keep the total.
fn round(table: &Tabulation, truth: &[u64], base: u64, chosen: &[usize], inner: &mut [u64]) {
    let total: u64 = table.inner().iter().sum();
    for &member in chosen {
        inner[member] = 0;
    }
    let kept: u64 = inner.iter().sum();
    let ups = (((total.saturating_sub(kept)) as f64 / base as f64).round() as usize).min(chosen.len());
    let mut missing: Vec<i64> = sums(table, inner)
        .iter()
        .zip(truth)
        .map(|(&now, &true_count)| true_count as i64 - now as i64)
        .collect();
    let mut left = chosen.to_vec();
    for _ in 0..ups {
        let gain = |member: usize| -> i64 {
            table
                .cells()
                .iter()
                .zip(&missing)
                .filter(|(cell, _)| cell.members.contains(&member))
                .map(|(_, missing)| *missing)
                .sum()
        };
        let Some(best) = left.iter().copied().rev().max_by_key(|&member| gain(member)) else { return };
        inner[best] = base;
        left.retain(|&member| member != best);
        for (cell, missing) in table.cells().iter().zip(&mut missing) {
            if cell.members.contains(&best) {
                *missing -= base as i64;
            }
        }
    }
}
