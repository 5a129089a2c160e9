//! The shipped bootstrap tables estimated again, and the intervals made from them.

use measure::mse::{
    CaptureTable, Correction, Counts, Model, Resampled, Selection, Status, best_of, choose, resample_among,
};
use rayon::prelude::*;

use crate::{assert_close, close, folder, json, names, number, rows, table};

/// A row's counts: each column named by a capture history such as "0110" holds its count.
fn histories(row: &std::collections::BTreeMap<String, String>, lists: usize) -> Vec<f64> {
    let mut counts = vec![0.0; 1 << lists];
    for (name, value) in row {
        if name.len() == lists && name.bytes().all(|byte| byte == b'0' || byte == b'1') {
            let history: usize =
                name.bytes().enumerate().map(|(list, byte)| usize::from(byte - b'0') << list).sum();
            counts[history] = value.parse().unwrap();
        }
    }
    counts
}

fn jackknife(table: &CaptureTable, selection: &Selection) -> Vec<(f64, f64)> {
    measure::mse::resample(table, selection, 1, 1).unwrap().jackknife
}

fn replicates(name: &str) -> (Vec<f64>, Vec<(f64, f64)>) {
    let lists = table(&format!("mse/input/{name}.csv")).lists().len();
    let rows = rows(&format!("mse/sparsemse/{name}_p0.02_boot.csv"));
    let pairs: Vec<(f64, f64)> = rows
        .par_iter()
        .map(|row| {
            let counts = Counts::new(histories(row, lists));
            let found = choose(&counts, lists, &Selection::Stepwise { threshold: 0.02 }).unwrap().fit;
            (if found.status == Status::Ok { found.population } else { f64::INFINITY }, number(row, "popest"))
        })
        .collect();
    (pairs.iter().map(|(_, expected)| *expected).collect(), pairs)
}

#[test]
fn every_stepwise_table_is_estimated_as_printed_but_those_without_a_maximum() {
    if folder().is_none() {
        return;
    }
    let (mut checked, mut without) = (0, 0);
    for name in names("mse/sparsemse", "_p0.02_boot.csv") {
        for (found, expected) in replicates(&name).1 {
            checked += 1;
            if found.is_infinite() {
                // The peer does not ask whether its starting model has a maximum and prints what its
                // iteration reached.
                assert!(expected > 1e12, "{name}: {expected}");
                without += 1;
                continue;
            }
            assert!(close(found, expected, 1e-6), "{name}: found {found}, expected {expected}");
        }
    }
    println!("{checked} tables, {without} without a maximum");
    assert!(checked >= 9_000);
    assert_eq!(without, 1);
}

#[test]
fn stepwise_intervals_follow_from_the_printed_replicates() {
    if folder().is_none() {
        return;
    }
    for name in names("mse/sparsemse", "_p0.02_boot.csv") {
        let printed = json(&format!("mse/sparsemse/{name}_p0.02.json"));
        let table = table(&format!("mse/input/{name}.csv"));
        let (replicates, _) = replicates(&name);
        let resampled = Resampled {
            without_estimate: 0,
            jackknife: jackknife(&table, &Selection::Stepwise { threshold: 0.02 }),
            replicates,
        };
        let point = printed["popest"].as_f64().unwrap();
        let correction = resampled.correction(point);
        assert_close(correction.acceleration, printed["ahat"].as_f64().unwrap(), 1e-6, &name);
        let levels: [f64; 4] = [0.95, 0.9, 0.8, 0.68];
        let names = [("0.025", "0.975"), ("0.05", "0.95"), ("0.1", "0.9"), ("0.16", "0.84")];
        let expected: Vec<(f64, f64, f64)> = levels
            .into_iter()
            .zip(names)
            .map(|(coverage, (lower, upper))| {
                let limit = |level: &str| printed["BCa"][level].as_f64().unwrap();
                (coverage, limit(lower), limit(upper))
            })
            .collect();
        assert!(limits_follow(&resampled, point, &expected), "{name}: {expected:?}");
        let bias = printed["z0"].as_f64().unwrap();
        assert!(biases(&resampled, point).any(|found| close(found, bias, 1e-6)), "{name}: {bias}");
    }
}

/// Every bias that counts some of the replicates that equal the estimate as under it: whether one
/// of those is depends on the last bit in the program that printed it.
fn biases(resampled: &Resampled, point: f64) -> impl Iterator<Item = f64> {
    use statrs::distribution::{ContinuousCDF, Normal};
    let under = resampled.replicates.iter().filter(|&&value| value < point * (1.0 - 1e-9)).count();
    let tied = resampled.replicates.iter().filter(|&&value| close(value, point, 1e-9)).count();
    let count = resampled.replicates.len() as f64;
    (under..=under + tied).map(move |under| Normal::standard().inverse_cdf(under as f64 / count))
}

fn limits_follow(resampled: &Resampled, point: f64, expected: &[(f64, f64, f64)]) -> bool {
    let acceleration = resampled.correction(point).acceleration;
    biases(resampled, point).any(|bias| {
        expected.iter().all(|&(coverage, lower, upper)| {
            let found = resampled.corrected_interval(Correction { bias, acceleration }, coverage);
            close(found.lower, lower, 1e-6) && close(found.upper, upper, 1e-6)
        })
    })
}

#[test]
fn schwarz_tables_and_intervals_are_the_printed_ones() {
    if folder().is_none() {
        return;
    }
    let mut checked = 0;
    for name in names("mse/mse_1.2.0_bicboot", "_bootreps.csv") {
        let printed = json(&format!("mse/mse_1.2.0_bicboot/{name}.json"));
        let table = table(&format!("mse/input/{name}.csv"));
        let lists = table.lists().len();
        let contenders = rows(&format!("mse/mse_1.2.0_bicboot/{name}_BCa_by_ntop.csv"));
        let models: Vec<Model> =
            contenders.iter().map(|row| Model::parse(&row["model"], lists).unwrap()).collect();
        let mut replicates = Vec::new();
        for row in rows(&format!("mse/mse_1.2.0_bicboot/{name}_bootreps.csv")) {
            let counts = Counts::new(histories(&row, lists));
            let found = best_of(&counts, models.iter()).unwrap().fit.population;
            assert_close(found, number(&row, "selected_popest"), 1e-6, &name);
            let existing =
                models.iter().filter(|model| measure::mse::fit(&counts, model).status == Status::Ok).count();
            assert_close(existing as f64, number(&row, "n_models_existing"), 0.0, &name);
            replicates.push(found);
            checked += 1;
        }
        let jackknife = resample_among(&table, &models, 1, 1).jackknife;
        let resampled = Resampled { replicates, without_estimate: 0, jackknife };
        let point = printed["popest"].as_f64().unwrap();
        assert_close(
            resampled.correction(point).acceleration,
            printed["ahat_final"].as_f64().unwrap(),
            1e-5,
            &name,
        );
        let limit = |level: &str| printed["BCa_final"][level].as_f64().unwrap();
        let expected = [(0.95, limit("0.025"), limit("0.975")), (0.8, limit("0.1"), limit("0.9"))];
        assert!(limits_follow(&resampled, point, &expected), "{name}: {expected:?}");
    }
    println!("{checked} tables chosen by Schwarz's criterion");
    assert_eq!(checked, 3_000);
}
