//! Every model of the printed catalogues: status, estimate and criterion.

use measure::mse::{Counts, Design, Method, Model, Options, Status, estimate, existence, fit, proves};

use crate::{assert_close, folder, names, number, rows, table};

fn counts(path: &str) -> (Counts, usize) {
    let table = table(path);
    (Counts::of(&table), table.lists().len())
}

#[test]
fn every_linear_program_has_the_expected_answer_and_a_proof() {
    let Some(folder) = folder() else { return };
    let text = std::fs::read_to_string(folder.join("mse/existence_lps.txt")).unwrap();
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let (mut checked, mut proved) = (0, 0);
    while let Some(header) = lines.next() {
        let fields: Vec<&str> = header[header.find(']').unwrap() + 1..].split_whitespace().collect();
        let (expected, cells, columns) =
            (fields[0], fields[1].parse::<usize>().unwrap(), fields[2].parse::<usize>().unwrap());
        let statistics: Vec<i64> =
            lines.next().unwrap().split_whitespace().map(|field| field.parse().unwrap()).collect();
        assert_eq!(statistics.len(), columns, "{header}");
        let matrix = (0..cells).map(|_| lines.next().unwrap().bytes().map(|byte| byte - b'0').collect());
        let design = Design::new(matrix.collect()).unwrap();
        let found = design.existence(&statistics).unwrap();
        assert_eq!(found.exists, expected == "0", "{header}");
        if let Some(certificate) = found.certificate {
            assert!(design.proves(&statistics, &certificate), "{header}");
            proved += 1;
        }
        checked += 1;
    }
    println!("{checked} linear programs, {proved} with a proof");
    assert_eq!(checked, 1508);
    assert_eq!(proved, checked);
}

#[test]
fn every_model_of_the_designed_tables_has_the_printed_status_and_estimate() {
    if folder().is_none() {
        return;
    }
    let mut checked = 0;
    for name in names("mse/existence", "_input.csv") {
        let (counts, lists) = counts(&format!("mse/existence/{name}_input.csv"));
        for row in rows(&format!("mse/existence/{name}_all_models.csv")) {
            let what = format!("{name} {}", row["model"]);
            let model = Model::parse(&row["model"], lists).unwrap();
            let found = fit(&counts, &model);
            assert_eq!(found.status.code().to_string(), row["status"], "{what}");
            let (_, _, existence) = existence(&counts, &model).unwrap();
            let missing = matches!(found.status, Status::NoMaximum | Status::NoMaximumNotIdentifiable);
            assert_eq!(existence.exists, !missing, "{what}");
            assert!(proves(&counts, &model, &existence.certificate.unwrap()), "{what}");
            if found.status == Status::Ok {
                assert_close(found.population, number(&row, "abundance"), 1e-6, &what);
                assert_close(found.bic, number(&row, "BIC"), 1e-6, &what);
                assert_close(found.aic, number(&row, "AIC"), 1e-6, &what);
            }
            checked += 1;
        }
    }
    println!("{checked} models of designed tables");
    assert!(checked > 200);
}

#[test]
fn every_model_of_the_catalogues_has_the_printed_estimate_and_criterion() {
    if folder().is_none() {
        return;
    }
    let mut checked = 0;
    for order in ["2", "3"] {
        for name in names("mse/mse_1.2.0", &format!("_bic_maxorder{order}.csv")) {
            let (counts, lists) = counts(&format!("mse/input/{name}.csv"));
            for row in rows(&format!("mse/mse_1.2.0/{name}_bic_maxorder{order}.csv")) {
                let what = format!("{name} {}", row["model"]);
                let found = fit(&counts, &Model::parse(&row["model"], lists).unwrap());
                assert_eq!(found.status, Status::Ok, "{what}");
                assert_close(found.population, number(&row, "abundance"), 1e-6, &what);
                assert_close(found.bic, number(&row, "BIC"), 1e-9, &what);
                checked += 1;
            }
        }
    }
    println!("{checked} models of catalogues");
    assert!(checked > 20_000);
}

#[test]
fn every_status_of_the_catalogues_is_the_printed_one() {
    if folder().is_none() {
        return;
    }
    let mut checked = 0;
    for order in ["2", "3"] {
        for name in names("mse/mse_1.2.0", &format!("_status_maxorder{order}.csv")) {
            let (counts, lists) = counts(&format!("mse/input/{name}.csv"));
            for row in rows(&format!("mse/mse_1.2.0/{name}_status_maxorder{order}.csv")) {
                let found = fit(&counts, &Model::parse(&row["model"], lists).unwrap());
                assert_eq!(found.status.code().to_string(), row["status"], "{name} {}", row["model"]);
                checked += 1;
            }
        }
    }
    println!("{checked} statuses");
    assert!(checked > 4_000);
}

#[test]
fn the_best_model_is_the_printed_one_and_only_the_printed_ones_are_admissible() {
    if folder().is_none() {
        return;
    }
    for name in names("mse/mse_1.2.0", ".json") {
        let printed = crate::json(&format!("mse/mse_1.2.0/{name}.json"));
        let table = table(&format!("mse/input/{name}.csv"));
        for (key, order, method) in
            [("bic_maxorder2", 2, Method::BicPairs), ("bic_maxorder3", 3, Method::Bic)]
        {
            let Some(best) = printed.get(key).filter(|best| best["popest"].is_number()) else { continue };
            let found = estimate(&table, &[method], &Options { order, ..Options::default() });
            let what = format!("{name} {key}");
            assert_eq!(found.estimates[0].model.as_deref(), best["best"].as_str(), "{what}");
            assert_close(found.estimates[0].point.unwrap(), best["popest"].as_f64().unwrap(), 1e-6, &what);
            assert_close(found.estimates[0].bic.unwrap(), best["BIC"].as_f64().unwrap(), 1e-9, &what);
            let counts = Counts::of(&table);
            let models = Model::every(table.lists().len(), order);
            assert_eq!(models.len() as u64, best["n_models_catalogue"].as_u64().unwrap(), "{what}");
            let admissible = models.iter().filter(|model| fit(&counts, model).status == Status::Ok).count();
            assert_eq!(admissible as u64, best["n_models_fitted"].as_u64().unwrap(), "{what}");
        }
    }
}

#[test]
fn a_second_peer_prints_the_same_models() {
    if folder().is_none() {
        return;
    }
    let mut checked = 0;
    for name in names("mse/rcapture", "_closedpMS.csv") {
        let (counts, lists) = counts(&format!("mse/input/{name}.csv"));
        for row in rows(&format!("mse/rcapture/{name}_closedpMS.csv")) {
            let found = fit(&counts, &Model::parse(&row["model"], lists).unwrap());
            // That peer prints divergent fits as numbers; its own flag names most of them.
            if found.status == Status::Ok && row["infoFit"] == "0" {
                let what = format!("{name} {}", row["model"]);
                assert_close(found.population, number(&row, "abundance"), 1e-6, &what);
                checked += 1;
            }
        }
    }
    println!("{checked} models of a second peer");
    assert!(checked > 100);
}
