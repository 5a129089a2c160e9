//! A sample whose respondents recruited each other, each standing for fewer the more people they
//! know (RDS-II, Volz and Heckathorn 2008).
//!
//! At most for adult survivors: neither children nor traffickers can recruit each other into a study.

use serde::Serialize;

/// A respondent: how many of the group they know, and whether they have the trait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recruited {
    /// How many of the group they know.
    pub degree: f64,
    /// Whether they have the trait.
    pub has: bool,
}

/// The share with the trait.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// Weighted by one over the degree.
    pub weighted: f64,
    /// Unweighted, to show what the weights do.
    pub unweighted: f64,
    /// The harmonic mean of the degrees.
    pub mean_degree: f64,
}

/// Why there is no share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("respondent {0}: expected a degree above 0; whoever was recruited knows somebody")]
pub struct NotADegree(pub usize);

/// The share of the group that has the trait; `None` for an empty sample.
pub fn share(sample: &[Recruited]) -> Result<Option<Share>, NotADegree> {
    let sound = |one: &Recruited| one.degree.is_finite() && one.degree > 0.0;
    if let Some(wrong) = sample.iter().position(|one| !sound(one)) {
        return Err(NotADegree(wrong));
    }
    if sample.is_empty() {
        return Ok(None);
    }
    let all: f64 = sample.iter().map(|one| 1.0 / one.degree).sum();
    let having = || sample.iter().filter(|one| one.has);
    Ok(Some(Share {
        weighted: having().map(|one| 1.0 / one.degree).sum::<f64>() / all,
        unweighted: having().count() as f64 / sample.len() as f64,
        mean_degree: sample.len() as f64 / all,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_equal_degrees_weights_change_nothing_and_nought_is_refused() {
        let sample: Vec<Recruited> = (0..10).map(|index| Recruited { degree: 4.0, has: index < 3 }).collect();
        let found = share(&sample).unwrap().unwrap();
        assert!((found.weighted - found.unweighted).abs() < 1e-12 && (found.mean_degree - 4.0).abs() < 1e-12);
        assert_eq!(share(&[Recruited { degree: 0.0, has: true }]), Err(NotADegree(0)));
        assert_eq!(share(&[]), Ok(None));
    }
}
