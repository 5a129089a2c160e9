//! Attacks on published tables: whoever reads a release, or two, tries every table there could be.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

use measure::disclosure::{
    Child, ProtectError, Release, Rule, Suppression, Tabulation, audit_between, compare_releases, protect,
};
use proptest::prelude::*;

/// Two regions by two ages, with all totals; each child a case of their own.
fn table(counts: [u64; 4]) -> Tabulation {
    let names = |prefix: &str| vec![format!("{prefix} 1"), format!("{prefix} 2")];
    let mut children = Vec::new();
    for (cell, &count) in counts.iter().enumerate() {
        for _ in 0..count {
            children.push(Child { categories: vec![cell / 2, cell % 2], case: children.len() as u64 });
        }
    }
    Tabulation::new(vec![names("region"), names("age")], &children, &[vec![0, 1]]).unwrap()
}

fn rule() -> Rule {
    Rule { least_children: 5, least_cases: 3, largest_share: 0.9, protect_zeros: true, least_width: 3 }
}

/// The least and greatest value of each cell over every table up to `most` a cell that agrees with
/// what is published.
fn tried(table: &Tabulation, suppression: &Suppression, most: u64) -> Vec<(u64, u64)> {
    let mut ranges = vec![(u64::MAX, 0); table.cells().len()];
    let side = most + 1;
    for number in 0..side.pow(4) {
        let inner = [number % side, number / side % side, number / side.pow(2) % side, number / side.pow(3)];
        let sums: Vec<u64> =
            table.cells().iter().map(|cell| cell.members.iter().map(|&member| inner[member]).sum()).collect();
        let agrees = table
            .cells()
            .iter()
            .zip(&sums)
            .zip(&suppression.withheld)
            .all(|((cell, &sum), &withheld)| withheld || sum == cell.children);
        if agrees {
            for (range, &sum) in ranges.iter_mut().zip(&sums) {
                *range = (range.0.min(sum), range.1.max(sum));
            }
        }
    }
    ranges
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_withheld_cell_is_known_closer_than_the_rule_allows(counts in prop::array::uniform4(0_u64..11)) {
        let table = table(counts);
        let found = protect(&table, &rule(), &[], &[]).unwrap();
        prop_assert!(found.audit.holds(&table, &found.suppression));
        let ranges = tried(&table, &found.suppression, 13);
        for (number, range) in ranges.iter().enumerate() {
            if found.suppression.primary[number] && range.1 >= range.0 {
                let bounds = found.audit.bounds.iter().find(|bounds| bounds.cell == number).unwrap();
                prop_assert!(bounds.greatest - bounds.least >= 3);
                // Every table tried lies within the audit's bounds.
                prop_assert!(bounds.least <= range.0 && range.1 <= bounds.greatest);
            }
        }
    }

    #[test]
    fn what_is_published_is_large_enough(counts in prop::array::uniform4(0_u64..30)) {
        let table = table(counts);
        let found = protect(&table, &rule(), &[], &[]).unwrap();
        for cell in Release::new(&table, &found.suppression).cells {
            prop_assert!(cell.children.is_none_or(|children| children >= 5));
        }
    }
}

#[test]
fn a_cell_given_away_by_an_earlier_release_makes_the_later_one_withhold_more() {
    let earlier = table([20, 20, 20, 20]);
    let before = protect(&earlier, &rule(), &[], &[]).unwrap().suppression;
    assert!(before.withheld.iter().all(|withheld| !withheld));
    // One more child came to one region and age; alone, the later table would show it in full.
    let later = table([21, 20, 20, 20]);
    let alone = protect(&later, &rule(), &[], &[]).unwrap().suppression;
    let (first, second) = (Release::new(&earlier, &before), Release::new(&later, &alone));
    let refused = compare_releases(&first, &second, &rule());
    assert_eq!(refused.len(), 4, "{refused:?}");
    assert!(refused.iter().all(|difference| difference.later == difference.earlier + 1));
}

#[test]
fn two_releases_together_are_audited_as_one() {
    // Earlier everything was large enough to show. Now a small group is withheld that the earlier
    // release bounds from below.
    let earlier = table([8, 20, 20, 20]);
    let nothing = Suppression { primary: vec![false; 9], withheld: vec![false; 9] };
    let later = table([9, 20, 20, 20]);
    let strict = Rule { least_children: 10, ..rule() };
    let alone = protect(&later, &strict, &[], &[]).unwrap();
    assert!(alone.audit.exposed.is_empty());
    let together = audit_between((&earlier, &nothing), (&later, &alone.suppression), &strict).unwrap();
    assert!(!together.exposed.is_empty());
    let found = protect(&later, &strict, &[], &[(&earlier, &nothing)]).unwrap();
    assert_ne!(found.suppression.withheld, alone.suppression.withheld);
    let again = audit_between((&earlier, &nothing), (&later, &found.suppression), &strict).unwrap();
    assert!(again.exposed.is_empty());
}

#[test]
fn a_cell_published_before_gives_its_neighbours_away_and_that_is_refused() {
    let table = table([3, 20, 20, 20]);
    let everything_else: Vec<usize> =
        (0..9).filter(|&cell| table.cells()[cell].key != [Some(0), Some(0)]).collect();
    let refused = protect(&table, &rule(), &everything_else, &[]).unwrap_err();
    assert!(matches!(refused, ProtectError::Exposed { .. }), "{refused}");
}
