//! Laws of multiple systems estimation: closed forms and what must not change the answer.

#![expect(clippy::indexing_slicing, reason = "helpers of tests are tests")]

use measure::mse::{
    CaptureTable, Counts, Method, Model, Options, Selection, Status, choose, estimate, estimate_all,
    existence, fit, proves,
};
use proptest::prelude::*;

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-6 * expected.abs()
}

fn population(cells: &[u64], model: &Model) -> f64 {
    let found = fit(&Counts::new(cells.iter().map(|&count| count as f64).collect()), model);
    assert_eq!(found.status, Status::Ok, "{cells:?} {model}");
    found.population
}

/// The cells with list `one` and list `other` exchanged.
fn exchanged(cells: &[u64], one: usize, other: usize) -> Vec<u64> {
    (0..cells.len())
        .map(|history| {
            let (first, second) = (history >> one & 1, history >> other & 1);
            let rest = history & !(1 << one) & !(1 << other);
            cells[rest | first << other | second << one]
        })
        .collect()
}

fn full(lists: u32) -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(1_u64..60, 1 << lists).prop_map(|mut cells| {
        cells[0] = 0;
        cells
    })
}

/// A table in which many overlaps are empty.
fn sparse() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![2 => Just(0_u64), 1 => 1_u64..20], 16).prop_map(|mut cells| {
        cells[0] = 0;
        for list in 0..4 {
            cells[1 << list] += 5;
        }
        cells
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_lists_give_the_product_of_their_sizes_over_their_overlap(cells in full(2)) {
        let (first, second) = ((cells[1] + cells[3]) as f64, (cells[2] + cells[3]) as f64);
        prop_assert!(close(population(&cells, &Model::independence(2)), first * second / cells[3] as f64));
    }

    #[test]
    fn three_lists_with_all_pairs_have_a_closed_form(cells in full(3)) {
        let count = |history: usize| cells[history] as f64;
        let seen: f64 = cells.iter().map(|&count| count as f64).sum();
        let unseen = count(1) * count(2) * count(4) * count(7) / (count(3) * count(5) * count(6));
        prop_assert!(close(population(&cells, &Model::all_pairs(3)), seen + unseen));
    }

    #[test]
    fn the_order_of_lists_does_not_matter(cells in full(4), one in 0_usize..4, other in 0_usize..4) {
        let model = Model::independence(4).with(1 << one | 1 << ((one + 1) % 4));
        let swap = |term: usize| {
            let (first, second) = (term >> one & 1, term >> other & 1);
            if one == other { term } else { term & !(1 << one) & !(1 << other) | first << other | second << one }
        };
        let renamed = model.interactions().into_iter().fold(Model::independence(4), |m, term| m.with(swap(term)));
        let moved = if one == other { cells.clone() } else { exchanged(&cells, one, other) };
        prop_assert!(close(population(&moved, &renamed), population(&cells, &model)));
    }

    #[test]
    fn ten_times_the_people_are_ten_times_the_population(cells in full(4)) {
        let model = Model::independence(4).with(0b0011).with(0b0110);
        let tenfold: Vec<u64> = cells.iter().map(|count| count * 10).collect();
        prop_assert!(close(population(&tenfold, &model), 10.0 * population(&cells, &model)));
    }

    #[test]
    fn two_lists_that_depend_only_on_each_other_count_as_one(cells in full(4)) {
        let joined: Vec<u64> = (0..8_usize)
            .map(|history| {
                let rest = history >> 1 << 2;
                if history & 1 == 0 { cells[rest] } else { (1..4).map(|either| cells[rest | either]).sum() }
            })
            .collect();
        let apart = Model::independence(4).with(0b0011).with(0b1100);
        let together = Model::independence(3).with(0b110);
        prop_assert!(close(population(&cells, &apart), population(&joined, &together)));
    }

    #[test]
    fn existence_is_always_proved_and_agrees_with_the_fit(cells in sparse(), chosen in 0_usize..113) {
        let model = &Model::every(4, 3)[chosen];
        let counts = Counts::new(cells.iter().map(|&count| count as f64).collect());
        let found = fit(&counts, model);
        let (_, _, existence) = existence(&counts, model).unwrap();
        let unbounded = matches!(found.status, Status::NoMaximum | Status::NoMaximumNotIdentifiable);
        prop_assert_eq!(existence.exists, !unbounded);
        prop_assert!(proves(&counts, model, &existence.certificate.unwrap()));
    }

    #[test]
    fn a_selection_never_ends_on_a_model_without_an_estimate_unless_it_began_there(cells in sparse()) {
        let counts = Counts::new(cells.iter().map(|&count| count as f64).collect());
        let start = choose(&counts, 4, &Selection::Independence).unwrap();
        for selection in [Selection::Stepwise { threshold: 0.02 }, Selection::AkaikeStepwise { threshold: 0.05 }] {
            let found = choose(&counts, 4, &selection).unwrap();
            prop_assert_eq!(found.fit.status == Status::Ok, start.fit.status == Status::Ok);
            prop_assert!(found.fit.status != Status::Ok || found.fit.population >= counts.total());
        }
    }
}

#[test]
fn estimators_that_agree_give_a_headline_and_one_alone_does_not() {
    let text = "a,b,c,n\n1,0,0,405\n0,1,0,405\n0,0,1,405\n1,1,0,135\n1,0,1,135\n0,1,1,135\n1,1,1,45\n";
    let table = CaptureTable::read(text.as_bytes()).unwrap();
    let found = estimate_all(&table, &Options { replicates: 100, ..Options::default() });
    let headline = found.headline.unwrap();
    assert!(headline.lower < 2880.0 && headline.upper > 2880.0, "{headline:?}");
    assert!((headline.point - 2880.0).abs() < 60.0, "{headline:?}");
    let alone = estimate(&table, &[Method::Stepwise], &Options::default());
    assert!(alone.headline.is_none() && alone.why.contains("fewer than two"));
}

#[test]
fn six_lists_are_searched_to_pairs_and_seven_are_said_to_be_too_many() {
    let table = |lists: usize| {
        let header: Vec<String> = (0..lists).map(|list| format!("list {list}")).collect();
        let histories: Vec<(usize, u64)> =
            (0..lists).flat_map(|one| [(1 << one, 40), (1 << one | 1 << ((one + 1) % lists), 9)]).collect();
        CaptureTable::new(header, &histories).unwrap()
    };
    let seven = estimate(&table(7), &[Method::Stepwise, Method::Bic], &Options::default());
    assert_eq!(seven.estimates[0].status, Status::Ok);
    assert_eq!(seven.estimates[1].status, Status::TooManyLists);
    assert!(seven.headline.is_none());
}

#[test]
fn the_result_has_the_shape_that_is_promised() {
    let table = CaptureTable::read("police,ngo,school,n\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n".as_bytes())
        .unwrap();
    let found = serde_json::to_value(estimate_all(&table, &Options::default())).unwrap();
    for key in ["estimates", "headline", "why"] {
        assert!(found.get(key).is_some(), "{key}");
    }
    for estimate in found["estimates"].as_array().unwrap() {
        for key in ["method", "point", "lower", "upper", "terms", "status"] {
            assert!(estimate.get(key).is_some(), "{key}");
        }
    }
    assert_eq!(found["estimates"][1]["method"], "stepwise");
    assert_eq!(found["estimates"][1]["status"], "ok");
}
