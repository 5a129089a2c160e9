//! Rankings measured whole: average precision, and limits of a share.

/// A ranked thing: how high, whether it is one of those looked for, and for how many it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its rank; larger is higher.
    pub rank: f64,
    /// Whether it is one of those looked for.
    pub positive: bool,
    /// For how many it stands.
    pub weight: f64,
}

/// The precision at each step down a ranking, averaged over those looked for. What ranks the same is one
/// step, so that the order of a file says nothing; a ranking that says nothing has the share of those looked for.
pub fn average_precision(ranked: &[Ranked]) -> Option<f64> {
    let mut ranked = ranked.to_vec();
    ranked.sort_by(|a, b| b.rank.total_cmp(&a.rank));
    let wanted: f64 = ranked.iter().filter(|r| r.positive).map(|r| r.weight).sum();
    if wanted <= 0.0 {
        return None;
    }
    let (mut found, mut seen, mut average) = (0.0, 0.0, 0.0);
    for step in ranked.chunk_by(|a, b| a.rank.total_cmp(&b.rank).is_eq()) {
        let new: f64 = step.iter().filter(|r| r.positive).map(|r| r.weight).sum();
        found += new;
        seen += step.iter().map(|r| r.weight).sum::<f64>();
        average += found / seen * new / wanted;
    }
    Some(average)
}

/// The limits between which a share lies with 95 % confidence, by Wilson (1927), of `n` independent trials.
pub fn wilson(share: f64, n: f64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if n <= 0.0 {
        return (0.0, 1.0);
    }
    let (z2, share) = (Z * Z, share.clamp(0.0, 1.0));
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn ranked(rank: f64, positive: bool) -> Ranked {
        Ranked { rank, positive, weight: 1.0 }
    }

    #[test]
    fn wilson_gives_the_limits_of_the_textbook() {
        // Newcombe (1998), table I: 81 of 263 and 0 of 20.
        let (low, high) = wilson(81.0 / 263.0, 263.0);
        assert!((low - 0.2553).abs() < 1e-4 && (high - 0.3662).abs() < 1e-4, "{low} {high}");
        let (low, high) = wilson(0.0, 20.0);
        assert!(low < 1e-9 && (high - 0.1611).abs() < 1e-4, "{low} {high}");
    }

    #[test]
    fn nobody_to_find_has_no_average_precision() {
        assert_eq!(average_precision(&[ranked(1.0, false)]), None);
    }

    proptest! {
        #[test]
        fn a_perfect_ranking_has_one_and_a_useless_one_the_share(good in 1_usize..40, bad in 0_usize..200) {
            let all = |rank: fn(bool) -> f64| {
                let mut all = vec![ranked(rank(true), true); good];
                all.extend(vec![ranked(rank(false), false); bad]);
                average_precision(&all).unwrap()
            };
            prop_assert!((all(f64::from) - 1.0).abs() < 1e-12);
            prop_assert!((all(|_| 3.0) - good as f64 / (good + bad) as f64).abs() < 1e-12);
            prop_assert!(all(|positive| f64::from(u8::from(!positive))) <= all(|_| 3.0) + 1e-12);
        }

        #[test]
        fn the_order_of_the_rows_says_nothing(rows in vec((0_u8..5, any::<bool>()), 1..60)) {
            let all: Vec<Ranked> = rows.iter().map(|(rank, yes)| ranked(f64::from(*rank), *yes)).collect();
            let mut turned = all.clone();
            turned.reverse();
            prop_assert_eq!(average_precision(&all), average_precision(&turned));
        }

        #[test]
        fn limits_hold_the_share_and_narrow_with_more(share in 0.0..1.0_f64, n in 5.0..500.0_f64) {
            let (low, high) = wilson(share, n);
            let (nearer, farther) = wilson(share, n * 4.0);
            prop_assert!(low <= share + 1e-12 && share <= high + 1e-12);
            prop_assert!(farther - nearer < high - low);
        }
    }
}
