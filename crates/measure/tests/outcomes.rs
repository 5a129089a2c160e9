//! Laws of outcomes counted from cases.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use measure::definitions::Definitions;
use measure::outcomes::{
    AccusedFacts, Basis, CaseFacts, ChildFacts, Dimension, Facts, Finding, OperationFacts, Outcome, Passage,
    Verdict, count, count_by, cumulative, reached, times,
};
use measure::statistic::Period;
use model::CivilDate;
use proptest::prelude::*;

fn any_day() -> impl Strategy<Value = CivilDate> {
    (2021_i16..2026, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| CivilDate::new(year, month, day).unwrap())
}

fn maybe_day() -> impl Strategy<Value = Option<CivilDate>> {
    prop::option::of(any_day())
}

prop_compose! {
    fn any_child()(id in 0_u8..12, at_risk in any::<bool>(), days in prop::array::uniform4(maybe_day())) -> ChildFacts {
        let [safeguarded, restored, reopened, lost] = days;
        ChildFacts { child: format!("child-{id}"), at_risk, safeguarded, restored, reopened, lost, ..ChildFacts::default() }
    }
}

prop_compose! {
    fn any_accused()(
        id in 0_u8..12,
        days in prop::array::uniform3(maybe_day()),
        finding in prop::sample::select(vec![Finding::Convicted, Finding::Acquitted, Finding::Dismissed]),
    ) -> AccusedFacts {
        let [arrested, charged, verdict] = days;
        AccusedFacts {
            accused: format!("accused-{id}"),
            arrested,
            charged,
            verdict: verdict.map(|day| Verdict { day, finding }),
            ..AccusedFacts::default()
        }
    }
}

prop_compose! {
    fn any_case()(
        opened in any_day(),
        days in prop::array::uniform3(maybe_day()),
        place in prop::option::of(prop::sample::select(vec!["07", "13"])),
        children in prop::collection::vec(any_child(), 0..4),
        accused in prop::collection::vec(any_accused(), 0..3),
        operations in prop::collection::vec((0_u8..6, maybe_day()), 0..3),
    ) -> CaseFacts {
        let [tip, action, closed] = days;
        let mut case = CaseFacts::new("unnamed", opened);
        (case.tip, case.action, case.closed) = (tip, action, closed);
        case.place = place.map(str::to_owned);
        (case.children, case.accused) = (children, accused);
        case.operations = operations
            .into_iter()
            .map(|(id, executed)| OperationFacts { operation: format!("op-{id}"), executed, ..OperationFacts::default() })
            .collect();
        case
    }
}

fn any_cases() -> impl Strategy<Value = Vec<CaseFacts>> {
    prop::collection::vec(any_case(), 1..8).prop_map(|mut cases| {
        for (number, case) in cases.iter_mut().enumerate() {
            case.case = format!("case-{number}");
        }
        cases
    })
}

fn as_of() -> CivilDate {
    CivilDate::new(2025, 6, 30).unwrap()
}

fn whole() -> Period {
    Period { first: CivilDate::new(2021, 1, 1).unwrap(), last: CivilDate::new(2025, 12, 31).unwrap() }
}

/// Calls `tell` with what rests on the cases.
fn with<T>(cases: Vec<CaseFacts>, tell: impl FnOnce(&Basis<'_>) -> T) -> T {
    let facts = Facts::new(cases, as_of()).unwrap();
    let definitions = Definitions::built_in().unwrap();
    tell(&Basis { facts: &facts, definitions: &definitions, population: "synthetic cases" })
}

fn number(basis: &Basis<'_>, outcome: Outcome, period: Period) -> u64 {
    count(basis, outcome, period).unwrap().statistic.value as u64
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_cases_does_not_matter(cases in any_cases(), turn in 0_usize..8) {
        let mut turned = cases.clone();
        turned.rotate_left(turn % cases.len());
        let figures = |cases: Vec<CaseFacts>| with(cases, |basis| {
            Outcome::ALL.map(|outcome| count_by(basis, outcome, whole(), Dimension::Place).unwrap())
        });
        prop_assert_eq!(figures(cases), figures(turned));
    }

    #[test]
    fn another_case_never_lowers_a_count_from_the_beginning(cases in any_cases()) {
        let fewer = cases[1..].to_vec();
        for outcome in Outcome::ALL {
            // A case may show that somebody thought to be at risk had been harmed.
            if outcome == Outcome::AtRiskSafeguarded {
                continue;
            }
            let values = |cases: Vec<CaseFacts>| with(cases, |basis| {
                let found = cumulative(basis, outcome, whole()).unwrap();
                found.into_iter().map(|figure| figure.statistic.value as u64).collect::<Vec<_>>()
            });
            let (less, more) = (values(fewer.clone()), values(cases.clone()));
            prop_assert!(less.iter().zip(&more).all(|(less, more)| less <= more), "{outcome:?} {less:?} {more:?}");
            prop_assert!(more.is_sorted(), "{outcome:?} {more:?}");
        }
    }

    #[test]
    fn years_and_groups_add_up_to_the_whole(cases in any_cases()) {
        with(cases, |basis| {
            for outcome in Outcome::ALL {
                let all = number(basis, outcome, whole());
                let years: u64 = whole().years().into_iter().map(|year| number(basis, outcome, year)).sum();
                prop_assert_eq!(years, all, "{:?}", outcome);
                for dimension in [Dimension::Place, Dimension::Agency, Dimension::LeadSource] {
                    let groups = count_by(basis, outcome, whole(), dimension).unwrap();
                    let sum: u64 = groups.iter().map(|figure| figure.statistic.value as u64).sum();
                    prop_assert_eq!(sum, all, "{:?} by {:?}", outcome, dimension);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn nobody_is_safeguarded_both_as_a_victim_and_as_one_at_risk(cases in any_cases()) {
        let people: std::collections::BTreeSet<String> = cases
            .iter()
            .flat_map(|case| &case.children)
            .filter(|child| child.safeguarded.is_some_and(|day| day <= as_of()))
            .map(|child| child.child.clone())
            .collect();
        with(cases, |basis| {
            let counted = number(basis, Outcome::VictimsSafeguarded, whole())
                + number(basis, Outcome::AtRiskSafeguarded, whole());
            prop_assert!(counted <= people.len() as u64);
            Ok(())
        })?;
    }

    #[test]
    fn shares_that_compete_and_those_who_wait_make_one(cases in any_cases()) {
        with(cases, |basis| {
            for passage in Passage::ALL {
                let Ok(found) = times(basis, passage, whole()) else { continue };
                for step in &found.curves.steps {
                    let sum = step.waiting + step.incidence.iter().sum::<f64>();
                    prop_assert!((sum - 1.0).abs() < 1e-9, "{passage:?} {sum}");
                }
                for (ending, _) in found.curves.endings.iter().enumerate() {
                    let month = found.share_by(basis, 30, ending).unwrap().value;
                    prop_assert!(month <= found.share_by(basis, 900, ending).unwrap().value + 1e-12);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_step_of_the_chain_is_reached_by_more_cases_than_were_opened(cases in any_cases()) {
        with(cases, |basis| {
            let found = reached(basis, whole()).unwrap();
            let opened = found[0].statistic.value;
            prop_assert!(found.iter().all(|figure| figure.statistic.value <= opened));
            Ok(())
        })?;
    }
}
