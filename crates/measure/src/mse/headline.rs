//! Whether the estimators agree well enough for one number.
//!
//! One table can give estimates that differ two- or threefold by nothing but the rule that chose the
//! model, each with a narrow interval. So no number is offered as *the* answer unless each
//! estimator's number lies within every other's interval; otherwise the result says which do not.

use serde::Serialize;

use crate::mse::estimate::{Estimate, Method};
use crate::numeric::quantile;

/// A share of bootstrap tables without an estimate above which a number is not for a headline.
const TOO_MANY_WITHOUT: f64 = 0.025;

/// A number all contenders agree on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Headline {
    /// The middle of the contenders' numbers.
    pub point: f64,
    /// The lowest of their lower limits.
    pub lower: f64,
    /// The highest of their upper limits.
    pub upper: f64,
}

/// A headline when every contender's number lies within every other's interval.
pub(crate) fn agree(estimates: &[Estimate]) -> (Option<Headline>, String) {
    let contenders: Vec<(&Estimate, f64)> = estimates
        .iter()
        .filter(|estimate| estimate.method != Method::Independence.name())
        .filter_map(|estimate| Some((estimate, estimate.point?)))
        .collect();
    if contenders.len() < 2 {
        return (None, "fewer than two estimators gave a number, so nothing tells how far it depends on the method; ask for all methods".to_owned());
    }
    for (estimate, _) in &contenders {
        if let Some(bootstrap) = &estimate.bootstrap
            && bootstrap.without_estimate as f64 > TOO_MANY_WITHOUT * bootstrap.replicates as f64
        {
            return (
                None,
                format!(
                    "{} of {} bootstrap tables of {} have no estimate: the lists overlap too little for a number",
                    bootstrap.without_estimate, bootstrap.replicates, estimate.method
                ),
            );
        }
    }
    for (one, _) in &contenders {
        for (other, point) in &contenders {
            let (low, high) = (one.lower.unwrap_or(0.0), one.upper.unwrap_or(f64::INFINITY));
            if *point < low || *point > high {
                return (None, disagreement(one, other, *point, &contenders));
            }
        }
    }
    let split = contenders.iter().find_map(|(estimate, _)| {
        let (low, high) = estimate.bootstrap.as_ref()?.two_heaps?;
        Some((estimate.method, low, high))
    });
    if let Some((method, low, high)) = split {
        return (
            None,
            format!(
                "on tables as likely as this one {method} gives either about {low:.0} or about {high:.0}, \
                 depending on the model it happens to choose"
            ),
        );
    }
    let mut points: Vec<f64> = contenders.iter().map(|(_, point)| *point).collect();
    points.sort_by(f64::total_cmp);
    let upper =
        contenders.iter().map(|(estimate, _)| estimate.upper.unwrap_or(f64::INFINITY)).fold(0.0, f64::max);
    if upper.is_infinite() {
        return (
            None,
            "no upper limit can be given: some bootstrap tables or profiles are without bound".to_owned(),
        );
    }
    let lower = contenders.iter().filter_map(|(estimate, _)| estimate.lower).fold(f64::INFINITY, f64::min);
    let headline = Headline { point: quantile(&points, 0.5), lower, upper };
    let mut why = format!(
        "all {} estimators lie within each other's intervals; the number is their middle, the interval covers all of theirs",
        contenders.len()
    );
    let silent: Vec<&str> = estimates
        .iter()
        .filter(|estimate| estimate.point.is_none())
        .map(|estimate| estimate.method)
        .collect();
    if !silent.is_empty() {
        why.push_str("; without a number, so not among them: ");
        why.push_str(&silent.join(", "));
    }
    (Some(headline), why)
}

fn disagreement(one: &Estimate, other: &Estimate, point: f64, contenders: &[(&Estimate, f64)]) -> String {
    let least = contenders.iter().map(|(_, point)| *point).fold(f64::INFINITY, f64::min);
    let most = contenders.iter().map(|(_, point)| *point).fold(0.0, f64::max);
    let upper = one.upper.map_or_else(|| "no limit".to_owned(), |upper| format!("{upper:.0}"));
    format!(
        "the estimators disagree beyond their intervals: {} gives {point:.0}, outside the {:.0} to {upper} of {}; \
         together they range from {least:.0} to {most:.0}, and the data do not say which rule is right",
        other.method,
        one.lower.unwrap_or(0.0),
        one.method
    )
}
