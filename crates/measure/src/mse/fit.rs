//! Fitting one log-linear model to a capture table by extended maximum likelihood.
//!
//! A term whose overlap is empty has its parameter at minus infinity: it is taken out with every cell
//! it covers, and the rest is fitted by iteratively reweighted least squares (Chan, Silverman and
//! Vincent 2021). The information matrix needs no design: its entry for two terms is the sum of the
//! fitted cells that hold both, read from one sum over supersets.

#![expect(clippy::indexing_slicing, reason = "cells and terms are subsets below the table's size")]

use serde::Serialize;
use statrs::function::gamma::ln_gamma;

use crate::mse::existence::{Certificate, Design, Existence};
use crate::mse::table::CaptureTable;
use crate::mse::terms::Model;
use crate::numeric::{Cholesky, sum_over_subsets, sum_over_supersets};

/// A change in the linear predictor this small is the last step.
const CONVERGED: f64 = 1e-8;
/// The loosest change that is taken for convergence when a maximum is known to exist.
const ACCEPTABLE: f64 = 1e-4;
/// A fit that has not settled after this many steps is asked whether it exists at all.
const STEPS: usize = 60;
/// A pivot this small beside its diagonal entry is treated as nought.
const SINGULAR: f64 = 1e-12;

/// Whether a fit can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A maximum exists and is the only one.
    Ok,
    /// The likelihood has no maximum: the estimate is without bound.
    NoMaximum,
    /// Several parameter values fit equally well.
    NotIdentifiable,
    /// Neither: no maximum, and not identifiable.
    NoMaximumNotIdentifiable,
    /// So many lists have more models than are searched; other methods still answer.
    TooManyLists,
}

impl Status {
    /// The number the field's R packages print: 0 ok, 1 no maximum, 2 not identifiable, 3 both;
    /// 4, which they do not have, for too many lists.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::NoMaximum => 1,
            Self::NotIdentifiable => 2,
            Self::NoMaximumNotIdentifiable => 3,
            Self::TooManyLists => 4,
        }
    }

    fn of(exists: bool, identifiable: bool) -> Self {
        match (exists, identifiable) {
            (true, true) => Self::Ok,
            (false, true) => Self::NoMaximum,
            (true, false) => Self::NotIdentifiable,
            (false, false) => Self::NoMaximumNotIdentifiable,
        }
    }
}

/// The counts of a table with the sums every fit needs. The counts need not be whole; history
/// nought may carry a supposed number of unseen people, as profile likelihood does.
#[derive(Debug, Clone)]
pub struct Counts {
    pub(crate) cells: Vec<f64>,
    pub(crate) margins: Vec<f64>,
    pub(crate) total: f64,
    log_factorials: f64,
}

impl Counts {
    /// Counts by capture history; their number must be a power of two.
    pub fn new(cells: Vec<f64>) -> Self {
        let mut margins = cells.clone();
        sum_over_supersets(&mut margins);
        let log_factorials =
            cells.iter().skip(1).filter(|&&count| count > 1.0).map(|count| ln_gamma(count + 1.0)).sum();
        let total = cells.iter().skip(1).sum();
        Self { cells, margins, total, log_factorials }
    }

    /// How many people were seen.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The counts of a table.
    pub fn of(table: &CaptureTable) -> Self {
        Self::new(table.numbers())
    }
}

/// What came of fitting one model.
#[derive(Debug, Clone)]
pub struct Fit {
    /// Whether the numbers below can be used; when it is not `Ok` they are not numbers.
    pub status: Status,
    /// Those seen and the estimate of those unseen.
    pub population: f64,
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
    /// Akaike's criterion, parameters at minus infinity counted.
    pub aic: f64,
    /// Schwarz's criterion with the number of people seen, parameters at minus infinity counted.
    pub bic: f64,
    /// The finite parameters, the constant last.
    pub coefficients: Vec<(usize, f64)>,
    /// The terms whose parameter is minus infinity.
    pub minus_infinite: Vec<usize>,
    /// For each term, the sum of the fitted cells that hold it.
    pub(crate) fitted_margins: Vec<f64>,
    pub(crate) predictor: Vec<f64>,
    total: f64,
    factor: Option<Cholesky>,
}

impl Fit {
    /// The variance of the logarithm of the unseen.
    pub fn unseen_log_variance(&self) -> f64 {
        self.variance(0)
    }

    /// The variance of the parameter of a term; infinite where it has none.
    pub fn variance(&self, term: usize) -> f64 {
        let position = self.coefficients.iter().position(|&(kept, _)| kept == term);
        match (position, &self.factor) {
            (Some(index), Some(factor)) => factor.inverse_diagonal(index),
            _ => f64::INFINITY,
        }
    }

    /// The population with the logarithm of the unseen moved by `deviates` standard errors.
    pub fn wald(&self, deviates: f64) -> f64 {
        let unseen = self.population - self.total;
        self.total + (unseen.ln() + deviates * self.unseen_log_variance().sqrt()).exp()
    }

    fn unusable(status: Status, reduced: Reduced, total: f64) -> Self {
        Self {
            status,
            population: f64::INFINITY,
            log_likelihood: f64::NAN,
            aic: f64::INFINITY,
            bic: f64::INFINITY,
            coefficients: Vec::new(),
            minus_infinite: reduced.minus_infinite,
            fitted_margins: Vec::new(),
            predictor: Vec::new(),
            total,
            factor: None,
        }
    }
}

/// Fits `model` to `counts`.
pub fn fit(counts: &Counts, model: &Model) -> Fit {
    let reduced = Reduced::new(counts, model);
    match reduced.iterate(counts) {
        Iterated::Converged(state) => finish(counts, model, reduced, state),
        Iterated::Unsettled(state) => {
            let design = reduced.design();
            let identifiable = design.rank() == reduced.terms.len();
            let statistics = reduced.statistics(counts);
            let diverges = state
                .as_ref()
                .is_some_and(|state| design.make_whole(&statistics, &opposite(&state.step)).is_some());
            // A solver that fails proves nothing, and what is not proved to exist is not published.
            let exists = !diverges && design.existence(&statistics).is_some_and(|found| found.exists);
            let status = Status::of(exists, identifiable);
            match state {
                Some(state) if status == Status::Ok && state.change < ACCEPTABLE => {
                    finish(counts, model, reduced, state)
                }
                // It exists but could not be reached: nothing may be published of it.
                _ if status == Status::Ok => Fit::unusable(Status::NoMaximum, reduced, counts.total),
                _ => Fit::unusable(status, reduced, counts.total),
            }
        }
    }
}

/// Whether a maximum exists for the model, with the cells and terms its certificate speaks of.
pub fn existence(counts: &Counts, model: &Model) -> Option<(Vec<usize>, Vec<usize>, Existence)> {
    let reduced = Reduced::new(counts, model);
    let (design, statistics) = (reduced.design(), reduced.statistics(counts));
    let settled = match reduced.iterate(counts) {
        Iterated::Converged(state) => {
            let point: Vec<f64> = reduced.cells.iter().map(|&cell| state.predictor[cell].exp()).collect();
            reduced
                .whole_margins(counts)
                .and_then(|margins| Some((margins.clone(), design.make_exact(&margins, &point)?)))
        }
        Iterated::Unsettled(_) => None,
    };
    let found = match settled {
        Some((_, certificate)) => Existence { exists: true, certificate: Some(certificate) },
        None => design.existence(&statistics)?,
    };
    Some((reduced.cells, reduced.terms, found))
}

/// Checks a certificate against a table and a model, from nothing but whole numbers.
pub fn proves(counts: &Counts, model: &Model, certificate: &Certificate) -> bool {
    let reduced = Reduced::new(counts, model);
    let design = reduced.design();
    let pattern = design.proves(&reduced.statistics(counts), certificate);
    pattern || reduced.whole_margins(counts).is_some_and(|margins| design.proves(&margins, certificate))
}

/// The problem that is left when the empty overlaps are out.
struct Reduced {
    /// The constant last, so that its variance is the last pivot.
    terms: Vec<usize>,
    cells: Vec<usize>,
    minus_infinite: Vec<usize>,
}

struct State {
    coefficients: Vec<f64>,
    predictor: Vec<f64>,
    log_likelihood: f64,
    step: Vec<f64>,
    change: f64,
    factor: Cholesky,
}

enum Iterated {
    Converged(State),
    Unsettled(Option<State>),
}

impl Reduced {
    fn new(counts: &Counts, model: &Model) -> Self {
        let (minus_infinite, mut terms): (Vec<usize>, Vec<usize>) =
            model.terms().iter().partition(|&&term| counts.margins[term] <= 0.0);
        terms.reverse();
        let first = usize::from(counts.cells[0] <= 0.0);
        let cells = (first..counts.cells.len())
            .filter(|cell| !minus_infinite.iter().any(|term| term & cell == *term))
            .collect();
        Self { terms, cells, minus_infinite }
    }

    fn design(&self) -> Design {
        Design::of(&self.cells, &self.terms)
    }

    /// The sufficient statistics of the table's pattern: one in each cell that anyone is in.
    /// Existence depends on nothing else.
    fn statistics(&self, counts: &Counts) -> Vec<i64> {
        let occupied = |term: &usize| {
            self.cells.iter().filter(|&cell| cell & term == *term && counts.cells[*cell] > 0.0).count() as i64
        };
        self.terms.iter().map(occupied).collect()
    }

    fn whole_margins(&self, counts: &Counts) -> Option<Vec<i64>> {
        self.terms
            .iter()
            .map(|&term| {
                let margin = counts.margins[term];
                (margin.fract() == 0.0 && margin < 1e15).then_some(margin as i64)
            })
            .collect()
    }

    /// Newton's method. It has settled when the last step is small, and then a maximum exists: the
    /// cells moved by that step are positive and have exactly the observed statistics.
    fn iterate(&self, counts: &Counts) -> Iterated {
        let whole = counts.cells.len();
        let (mut mean, mut working) = (vec![0.0; whole], vec![0.0; whole]);
        for &cell in &self.cells {
            let start = counts.cells[cell] + 0.1;
            mean[cell] = start;
            working[cell] = start * (start.ln() - 1.0) + counts.cells[cell];
        }
        sum_over_supersets(&mut mean);
        sum_over_supersets(&mut working);
        let Some(factor) = self.factor(&mean) else { return Iterated::Unsettled(None) };
        let mut coefficients: Vec<f64> = self.terms.iter().map(|&term| working[term]).collect();
        factor.solve(&mut coefficients);
        let predictor = self.predict(&coefficients, whole);
        let log_likelihood = self.log_likelihood(counts, &predictor);
        let step = vec![0.0; coefficients.len()];
        let mut state =
            State { coefficients, predictor, log_likelihood, step, change: f64::INFINITY, factor };
        for _ in 0..STEPS {
            mean.fill(0.0);
            for &cell in &self.cells {
                mean[cell] = state.predictor[cell].exp();
            }
            sum_over_supersets(&mut mean);
            let Some(factor) = self.factor(&mean) else { return Iterated::Unsettled(Some(state)) };
            let mut step: Vec<f64> =
                self.terms.iter().map(|&term| counts.margins[term] - mean[term]).collect();
            factor.solve(&mut step);
            let moved = self.predict(&step, whole);
            let change = self.cells.iter().map(|&cell| moved[cell].abs()).fold(0.0, f64::max);
            let mut share = 1.0;
            let mut next = ahead(&state.predictor, &moved, share);
            let mut reached = self.log_likelihood(counts, &next);
            let least = state.log_likelihood - 1e-9 * (1.0 + state.log_likelihood.abs());
            while (reached < least || reached.is_nan()) && share > 1e-6 {
                share /= 2.0;
                next = ahead(&state.predictor, &moved, share);
                reached = self.log_likelihood(counts, &next);
            }
            for (coefficient, step) in state.coefficients.iter_mut().zip(&step) {
                *coefficient += share * step;
            }
            (state.predictor, state.log_likelihood) = (next, reached);
            (state.step, state.change, state.factor) = (step, change, factor);
            if change < CONVERGED {
                return Iterated::Converged(state);
            }
        }
        Iterated::Unsettled(Some(state))
    }

    fn factor(&self, mean: &[f64]) -> Option<Cholesky> {
        let size = self.terms.len();
        let mut matrix = vec![0.0; size * size];
        for (row, first) in self.terms.iter().enumerate() {
            for (column, second) in self.terms.iter().enumerate().take(row + 1) {
                matrix[row * size + column] = mean[first | second];
            }
        }
        Cholesky::new(size, matrix, SINGULAR)
    }

    fn predict(&self, coefficients: &[f64], whole: usize) -> Vec<f64> {
        let mut values = vec![0.0; whole];
        for (&term, &coefficient) in self.terms.iter().zip(coefficients) {
            values[term] = coefficient;
        }
        sum_over_subsets(&mut values);
        values
    }

    /// Without the constant that depends on the counts alone.
    fn log_likelihood(&self, counts: &Counts, predictor: &[f64]) -> f64 {
        self.cells.iter().map(|&cell| counts.cells[cell] * predictor[cell] - predictor[cell].exp()).sum()
    }
}

fn ahead(predictor: &[f64], moved: &[f64], share: f64) -> Vec<f64> {
    predictor.iter().zip(moved).map(|(value, step)| value + share * step).collect()
}

fn opposite(step: &[f64]) -> Vec<f64> {
    step.iter().map(|value| -value).collect()
}

fn finish(counts: &Counts, model: &Model, reduced: Reduced, state: State) -> Fit {
    let mut fitted_margins = vec![0.0; counts.cells.len()];
    for &cell in &reduced.cells {
        fitted_margins[cell] = state.predictor[cell].exp();
    }
    sum_over_supersets(&mut fitted_margins);
    let log_likelihood = state.log_likelihood - counts.log_factorials;
    let parameters = model.terms().len() as f64;
    let unseen = state.coefficients.last().copied().unwrap_or(f64::INFINITY).exp();
    Fit {
        status: Status::Ok,
        population: counts.total + unseen,
        log_likelihood,
        aic: 2.0 * parameters - 2.0 * log_likelihood,
        bic: parameters * counts.total.ln() - 2.0 * log_likelihood,
        coefficients: reduced.terms.into_iter().zip(state.coefficients).collect(),
        minus_infinite: reduced.minus_infinite,
        fitted_margins,
        predictor: state.predictor,
        total: counts.total,
        factor: Some(state.factor),
    }
}
