//! What has been spent of a privacy budget, so that releases do not wear it away unseen.
//!
//! Losses of releases about the same cases add up. Laplace noise of scale b on counts to which a case
//! gives at most c children loses c / b (pure); Gaussian noise of deviation s loses c² / (2 s²)
//! (zero-concentrated, Bun and Steinke 2016). The two are counted apart and joined as the second,
//! into which a pure loss e turns as e² / 2.

use serde::{Deserialize, Serialize};

use crate::disclosure::noise::Fraction;

/// How noise was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanism {
    /// Discrete Laplace noise of this scale.
    Laplace(Fraction),
    /// Discrete Gaussian noise of this deviation.
    Gaussian(Fraction),
}

/// One release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    /// What was released.
    pub release: String,
    /// How its noise was made.
    pub mechanism: Mechanism,
    /// The most children one case gives to the whole release, held to by leaving out any beyond.
    pub most_children_of_a_case: u32,
}

/// The account of a population.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    budget: f64,
    spent: Vec<Spent>,
}

/// Why a release may not be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LedgerError {
    /// The budget is not one.
    #[error("a privacy budget must be a number above 0, found {0}")]
    Budget(f64),
    /// The scale is not one, or a case may give nothing.
    #[error("a release needs noise of a scale above 0 and at least one child a case")]
    Release,
    /// It would spend more than there is.
    #[error(
        "{release} would bring the loss to {would:.4} of a budget of {budget:.4}; use more noise, or wait for a new population"
    )]
    Exhausted {
        /// What was to be released.
        release: String,
        /// The loss with it.
        would: f64,
        /// The budget.
        budget: f64,
    },
}

impl Spent {
    /// The zero-concentrated loss.
    pub fn loss(&self) -> f64 {
        let children = f64::from(self.most_children_of_a_case);
        match self.mechanism {
            Mechanism::Laplace(scale) => (children / scale.value()).powi(2) / 2.0,
            Mechanism::Gaussian(deviation) => (children / deviation.value()).powi(2) / 2.0,
        }
    }
}

impl Ledger {
    /// An account with a budget of zero-concentrated loss.
    pub fn new(budget: f64) -> Result<Self, LedgerError> {
        if budget.is_finite() && budget > 0.0 {
            Ok(Self { budget, spent: Vec::new() })
        } else {
            Err(LedgerError::Budget(budget))
        }
    }

    /// Enters a release, or refuses it and enters nothing.
    pub fn spend(&mut self, spent: Spent) -> Result<(), LedgerError> {
        let loss = spent.loss();
        if !(loss.is_finite() && loss > 0.0) {
            return Err(LedgerError::Release);
        }
        let would = self.loss() + loss;
        if would > self.budget * (1.0 + 1e-12) {
            return Err(LedgerError::Exhausted { release: spent.release, would, budget: self.budget });
        }
        self.spent.push(spent);
        Ok(())
    }

    /// The loss so far.
    pub fn loss(&self) -> f64 {
        self.spent.iter().map(Spent::loss).sum()
    }

    /// What is left.
    pub fn left(&self) -> f64 {
        (self.budget - self.loss()).max(0.0)
    }

    /// The releases.
    pub fn releases(&self) -> &[Spent] {
        &self.spent
    }

    /// The loss as the pair that is usually quoted: an epsilon for a small `delta`.
    pub fn epsilon(&self, delta: f64) -> f64 {
        let loss = self.loss();
        loss + 2.0 * (loss * (1.0 / delta).ln()).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaussian(deviation: u32) -> Spent {
        Spent {
            release: "quarterly table".to_owned(),
            mechanism: Mechanism::Gaussian(Fraction { numerator: deviation, denominator: 1 }),
            most_children_of_a_case: 4,
        }
    }

    #[test]
    fn losses_add_up_and_the_budget_is_never_overdrawn() {
        let mut ledger = Ledger::new(0.3).unwrap();
        ledger.spend(gaussian(8)).unwrap();
        ledger.spend(gaussian(8)).unwrap();
        assert!((ledger.loss() - 0.25).abs() < 1e-12);
        let refused = ledger.spend(gaussian(8)).unwrap_err();
        assert!(refused.to_string().contains("quarterly table"));
        assert_eq!(ledger.releases().len(), 2);
        assert!((ledger.left() - 0.05).abs() < 1e-12);
        assert!(ledger.epsilon(1e-6) > ledger.loss());
    }

    #[test]
    fn a_release_without_noise_and_a_budget_without_measure_are_refused() {
        assert!(Ledger::new(f64::NAN).is_err() && Ledger::new(0.0).is_err());
        let mut ledger = Ledger::new(1.0).unwrap();
        let silent =
            Spent { mechanism: Mechanism::Laplace(Fraction { numerator: 0, denominator: 1 }), ..gaussian(1) };
        assert_eq!(ledger.spend(silent), Err(LedgerError::Release));
    }
}
