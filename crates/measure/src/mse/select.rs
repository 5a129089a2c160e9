//! Choosing a model: by stepwise tests, by Akaike's criterion, or by Schwarz's over every model.

#![expect(clippy::indexing_slicing, reason = "terms are subsets below the table's size")]

use serde::{Deserialize, Serialize};
use statrs::distribution::{DiscreteCDF, Poisson};

use crate::mse::fit::{Counts, Fit, Status, fit};
use crate::mse::terms::{Model, pairs};
use crate::numeric::normal_cdf;

/// A model with its fit.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The model.
    pub model: Model,
    /// Its fit; when even the starting model cannot be used, its status says why.
    pub fit: Fit,
    /// The interactions in the order in which they were added.
    pub added: Vec<usize>,
}

/// How a model is chosen from the data, so that a bootstrap can choose again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Selection {
    /// No list depends on another.
    Independence,
    /// Pairs are added while the smallest of their p-values is under the threshold (Chan, Silverman
    /// and Vincent 2021).
    Stepwise {
        /// The p-value under which a pair is added.
        threshold: f64,
    },
    /// The pair that lowers Akaike's criterion most is added while its Wald p-value is at most the
    /// threshold (Bales, Hesketh and Silverman 2015).
    AkaikeStepwise {
        /// The p-value above which a pair is not kept.
        threshold: f64,
    },
    /// The least Schwarz criterion of every hierarchical model up to an order.
    Schwarz {
        /// The most lists in a term.
        order: u32,
    },
}

/// A model of the catalogue with what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Ranked {
    /// The model.
    pub model: Model,
    /// Whether its estimate can be used.
    pub status: Status,
    /// Its estimate of the population; infinite when it has none.
    pub population: f64,
    /// Schwarz's criterion; infinite when the model has no estimate.
    pub bic: f64,
}

/// Chooses and fits a model. `None` when the catalogue of models would be too large: more than five
/// lists at order three, more than six at order two.
pub fn choose(counts: &Counts, lists: usize, selection: &Selection) -> Option<Chosen> {
    match selection {
        Selection::Independence => Some(start(counts, lists)),
        Selection::Stepwise { threshold } => Some(stepwise(counts, lists, *threshold)),
        Selection::AkaikeStepwise { threshold } => Some(akaike_stepwise(counts, lists, *threshold)),
        Selection::Schwarz { order } => {
            let models = catalogue(lists, *order)?;
            best_of(counts, models.iter()).or_else(|| Some(start(counts, lists)))
        }
    }
}

/// Every hierarchical model up to an order, when there are few enough of them to fit.
pub fn catalogue(lists: usize, order: u32) -> Option<Vec<Model>> {
    let feasible = lists <= 5 || order <= 1 || (lists == 6 && order == 2);
    feasible.then(|| Model::every(lists, order))
}

/// Fits every model, the least Schwarz criterion first. Uses every processor it is given; the order
/// of the answer does not depend on how many.
pub fn rank(counts: &Counts, models: &[Model]) -> Vec<Ranked> {
    use rayon::prelude::*;
    let mut ranked: Vec<Ranked> = models
        .par_iter()
        .with_min_len(16)
        .map(|model| {
            let fit = fit(counts, model);
            Ranked { model: model.clone(), status: fit.status, population: fit.population, bic: fit.bic }
        })
        .collect();
    ranked.sort_by(|left, right| left.bic.total_cmp(&right.bic));
    ranked
}

/// The model of least Schwarz criterion, the first of equals; `None` when none has an estimate.
pub fn best_of<'a>(counts: &Counts, models: impl Iterator<Item = &'a Model>) -> Option<Chosen> {
    let mut best: Option<Chosen> = None;
    for model in models {
        let fit = fit(counts, model);
        if fit.status == Status::Ok && best.as_ref().is_none_or(|best| fit.bic < best.fit.bic) {
            best = Some(Chosen { added: model.interactions(), model: model.clone(), fit });
        }
    }
    best
}

fn start(counts: &Counts, lists: usize) -> Chosen {
    let model = Model::independence(lists);
    Chosen { fit: fit(counts, &model), model, added: Vec::new() }
}

fn stepwise(counts: &Counts, lists: usize, threshold: f64) -> Chosen {
    let mut chosen = start(counts, lists);
    if chosen.fit.status != Status::Ok {
        return chosen;
    }
    loop {
        let mut candidates: Vec<(f64, usize)> = pairs(lists)
            .into_iter()
            .filter(|&pair| !chosen.model.contains(pair))
            .map(|pair| (overlap_p_value(chosen.fit.fitted_margins[pair], counts.margins[pair]), pair))
            .filter(|&(p_value, _)| p_value < threshold)
            .collect();
        // Stable, so that equals stay in the order 12, 13, … 23, …
        candidates.sort_by(|left, right| left.0.total_cmp(&right.0));
        let usable = candidates.into_iter().find_map(|(_, pair)| {
            let model = chosen.model.with(pair);
            let fit = fit(counts, &model);
            (fit.status == Status::Ok).then_some((pair, model, fit))
        });
        let Some((pair, model, fit)) = usable else { return chosen };
        chosen.added.push(pair);
        (chosen.model, chosen.fit) = (model, fit);
    }
}

/// How surprising an overlap is under its fitted mean: the smaller tail of the Poisson law.
fn overlap_p_value(mean: f64, overlap: f64) -> f64 {
    let Ok(law) = Poisson::new(mean) else { return 1.0 };
    let overlap = overlap.round() as u64;
    let below = law.cdf(overlap);
    let above = overlap.checked_sub(1).map_or(1.0, |less| law.sf(less));
    below.min(above)
}

fn akaike_stepwise(counts: &Counts, lists: usize, threshold: f64) -> Chosen {
    let mut chosen = start(counts, lists);
    if chosen.fit.status != Status::Ok {
        return chosen;
    }
    loop {
        let mut best: Option<(usize, Model, Fit)> = None;
        for pair in pairs(lists).into_iter().filter(|&pair| !chosen.model.contains(pair)) {
            let model = chosen.model.with(pair);
            let fit = fit(counts, &model);
            let least = best.as_ref().map_or(chosen.fit.aic, |(_, _, fit)| fit.aic);
            if fit.status == Status::Ok && fit.aic < least {
                best = Some((pair, model, fit));
            }
        }
        let Some((pair, model, fit)) = best else { return chosen };
        if wald_p_value(&fit, pair, chosen.fit.log_likelihood) > threshold {
            return chosen;
        }
        chosen.added.push(pair);
        (chosen.model, chosen.fit) = (model, fit);
    }
}

/// Two-sided. A parameter at minus infinity has no standard error, so the likelihood ratio speaks
/// for it.
fn wald_p_value(fit: &Fit, term: usize, without: f64) -> f64 {
    let deviate = match fit.coefficients.iter().find(|(kept, _)| *kept == term) {
        Some((_, coefficient)) => coefficient.abs() / fit.variance(term).sqrt(),
        None => (2.0 * (fit.log_likelihood - without)).max(0.0).sqrt(),
    };
    2.0 * normal_cdf(-deviate)
}
