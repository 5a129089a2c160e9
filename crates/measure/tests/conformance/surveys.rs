//! Survival, probability samples, recruited samples and scale-up against what R printed.

use std::collections::BTreeMap;

use measure::survey::design::{Place, design_effect, mean, ratio, total};
use measure::survey::recruitment::{Recruited, share};
use measure::survey::scale_up::Reports;
use measure::survival::{Followed, at, cumulative_incidence, kaplan_meier, log_rank, median};

use crate::{assert_close, close, folder, json, number, rows};

type Row = BTreeMap<String, String>;

#[test]
fn competing_risks_are_the_printed_ones_and_not_the_naive_share() {
    if folder().is_none() {
        return;
    }
    let printed = json("survival/survival.json");
    let followed: Vec<Followed> = rows("survival/mgus2_competing_input.csv")
        .iter()
        .map(|row| Followed {
            time: number(row, "etime"),
            event: (number(row, "event") as usize).checked_sub(1),
        })
        .collect();
    let steps = cumulative_incidence(&followed, 2).unwrap();
    for (index, time) in printed["times"].as_array().unwrap().iter().enumerate() {
        let step = at(&steps, time.as_f64().unwrap()).unwrap();
        let what = format!("month {time}");
        let (state, error) = (&printed["pstate"][index], &printed["std_err"][index]);
        let found = [step.waiting, step.incidence[0], step.incidence[1]];
        let errors = [step.waiting_error, step.incidence_error[0], step.incidence_error[1]];
        for part in 0..3 {
            assert_close(found[part], state[part].as_f64().unwrap(), 1e-6, &what);
            assert_close(errors[part], error[part].as_f64().unwrap(), 1e-6, &what);
        }
        let naive = printed["naive_1_minus_KM_treating_competing_as_censored"][index].as_f64().unwrap();
        assert!(found[1] < naive);
        // What comes of taking competing endings for people who merely left.
        let censored: Vec<Followed> = followed
            .iter()
            .map(|one| Followed { event: one.event.filter(|event| *event == 0), ..*one })
            .collect();
        let curve = kaplan_meier(&censored, 0.95).unwrap();
        let left = curve.iter().take_while(|point| point.time <= time.as_f64().unwrap()).last();
        assert_close(1.0 - left.map_or(1.0, |point| point.share), naive, 1e-6, &what);
    }
}

#[test]
fn kaplan_meier_medians_and_log_rank_are_the_printed_ones() {
    if folder().is_none() {
        return;
    }
    let printed = &json("survival/survival.json")["aml_KM"];
    let rows = rows("survival/aml_input.csv");
    let group = |name: &str| -> Vec<Followed> {
        rows.iter()
            .filter(|row| row["x"] == name)
            .map(|row| Followed { time: number(row, "time"), event: (row["status"] == "1").then_some(0) })
            .collect()
    };
    let mut index = 0;
    for name in ["Maintained", "Nonmaintained"] {
        let curve = kaplan_meier(&group(name), 0.95).unwrap();
        assert_eq!(median(&curve), printed["median"][format!("x={name}")].as_f64());
        for point in curve {
            let value = |key: &str| printed[key][index].as_f64();
            assert_close(point.at_risk as f64, value("n_risk").unwrap(), 0.0, name);
            assert!((point.share - value("surv").unwrap()).abs() < 1e-9);
            if let Some((lower, upper)) = point.limits {
                assert_close(point.error, value("std_err").unwrap(), 1e-6, name);
                assert_close(lower, value("lower").unwrap(), 1e-6, name);
                assert_close(upper, value("upper").unwrap(), 1e-6, name);
            }
            index += 1;
        }
    }
    let found = log_rank(&group("Maintained"), &group("Nonmaintained")).unwrap();
    assert_close(found, printed["logrank_chisq"].as_f64().unwrap(), 1e-6, "log-rank");
}

#[test]
fn probability_samples_have_the_printed_shares_totals_and_intervals() {
    if folder().is_none() {
        return;
    }
    let printed = json("survival/survey.json");
    let number_of = |text: &str| text.bytes().fold(0_u64, |sum, byte| sum * 256 + u64::from(byte));
    let clustered = |row: &Row| Place {
        stratum: 0,
        cluster: number(row, "dnum") as u64,
        weight: number(row, "pw"),
        clusters_in_population: Some(number(row, "fpc")),
    };
    let stratified = |row: &Row| Place {
        stratum: number_of(&row["stype"]),
        cluster: number(row, "cds") as u64,
        weight: number(row, "pw"),
        clusters_in_population: Some(number(row, "fpc")),
    };
    for name in ["apiclus1", "apistrat"] {
        let rows = rows(&format!("survival/{name}_input.csv"));
        let place = |row| if name == "apiclus1" { clustered(row) } else { stratified(row) };
        let places: Vec<Place> = rows.iter().map(place).collect();
        let column = |name: &str| -> Vec<f64> { rows.iter().map(|row| number(row, name)).collect() };
        let printed = &printed[name];
        let expected = |key: &str| printed[key].as_f64().unwrap();
        // Which of the three yes-or-no questions was printed is told by its mean.
        let (found, answers) = ["sch.wide", "awards", "comp.imp"]
            .into_iter()
            .map(|question| {
                let answers: Vec<f64> =
                    rows.iter().map(|row| if row[question] == "Yes" { 1.0 } else { 0.0 }).collect();
                (mean(&places, &answers).unwrap(), answers)
            })
            .find(|(found, _)| close(found.value, expected("mean"), 1e-6))
            .unwrap();
        assert_close(found.error, expected("se"), 1e-6, name);
        assert_close(found.degrees_of_freedom, expected("df"), 0.0, name);
        let (lower, upper) = found.logit_interval(0.95).unwrap();
        assert_close(lower, printed["ci_logit"][0].as_f64().unwrap(), 1e-6, name);
        assert_close(upper, printed["ci_logit"][1].as_f64().unwrap(), 1e-6, name);
        let (lower, upper) = found.interval(0.95);
        assert_close(lower, printed["ci_mean"][0].as_f64().unwrap(), 1e-6, name);
        assert_close(upper, printed["ci_mean"][1].as_f64().unwrap(), 1e-6, name);
        let effect = design_effect(&places, &answers).unwrap().unwrap();
        assert_close(effect, expected("deff"), 1e-6, name);
        let found = total(&places, &answers).unwrap();
        assert_close(found.value, expected("total"), 1e-6, name);
        assert_close(found.error, expected("total_se"), 1e-6, name);
        let found = ratio(&places, &column("api00"), &column("api99")).unwrap();
        assert_close(found.value, expected("ratio"), 1e-6, name);
        assert_close(found.error, expected("ratio_se"), 1e-6, name);
    }
}

#[test]
fn recruited_samples_have_the_printed_shares() {
    if folder().is_none() {
        return;
    }
    let printed = json("rds/rds.json");
    for (name, degree, outcome, has) in [
        ("fauxmadrona", "degree", "disease", "1"),
        ("fauxsycamore", "degree", "disease", "1"),
        ("faux", "network.size", "X", "red"),
    ] {
        let sample: Vec<Recruited> = rows(&format!("rds/{name}.csv"))
            .iter()
            .map(|row| Recruited { degree: number(row, degree), has: row[outcome] == has })
            .collect();
        let found = share(&sample).unwrap().unwrap();
        assert_close(found.weighted, printed[name]["RDS_II"][1].as_f64().unwrap(), 1e-9, name);
        assert_close(found.unweighted, printed[name]["naive"][1].as_f64().unwrap(), 1e-9, name);
        assert_close(found.mean_degree, printed[name]["harmonic_mean_degree"].as_f64().unwrap(), 1e-9, name);
    }
}

/// The survey with one hidden group; the weights those of the design or all one.
fn scale_up(hidden: &str, weighted: bool) -> Reports {
    let printed = json("nsum/networkreporting_rwanda.json");
    let groups = rows("nsum/rwanda_example_knownpop_input.csv");
    let respondents = rows("nsum/rwanda_example_survey_input.csv");
    // One answer in 52,932 is missing.
    let answer = |row: &Row, group: &Row| row[&group["known.popn"]].parse().ok();
    let known = |row: &Row| groups.iter().map(|group| answer(row, group)).collect();
    Reports {
        population: printed["N"].as_f64().unwrap(),
        known_sizes: groups.iter().map(|group| number(group, "size")).collect(),
        known: respondents.iter().map(known).collect(),
        hidden: respondents.iter().map(|row| number(row, hidden)).collect(),
        weights: respondents
            .iter()
            .map(|row| if weighted { number(row, "indweight") } else { 1.0 })
            .collect(),
    }
    .top_coded(printed["topcode"].as_f64().unwrap())
}

#[test]
fn scale_up_gives_the_printed_sizes_degrees_and_hold_outs() {
    if folder().is_none() {
        return;
    }
    let printed = json("nsum/networkreporting_rwanda.json");
    for (hidden, expected) in printed["estimates"].as_object().unwrap() {
        let estimate = |kind: &str, key: &str| expected[kind][key].as_f64().unwrap();
        let plain = scale_up(hidden, false);
        assert_close(plain.ratio().unwrap(), estimate("unweighted", "estimate"), 1e-9, hidden);
        assert_close(plain.killworth_error().unwrap(), estimate("unweighted", "killworth.se"), 1e-6, hidden);
        let weighted = scale_up(hidden, true);
        assert_close(weighted.ratio().unwrap(), estimate("weighted", "estimate"), 1e-9, hidden);
        let adjusted = weighted.grid(&[0.75], &[0.6]).unwrap()[0].estimate;
        assert_close(adjusted, estimate("gnsum_weighted_deg0.75_tx0.6", "estimate"), 1e-9, hidden);
    }
    let plain = scale_up("idu", false);
    let degrees = plain.degrees().unwrap();
    for (found, row) in degrees.iter().zip(rows("nsum/rwanda_degrees_and_hidden.csv")) {
        assert!((found - number(&row, "d_hat")).abs() < 1e-6);
    }
    let held = plain.hold_out().unwrap();
    let expected = printed["internal_consistency"]["results"].as_array().unwrap();
    assert_eq!(held.len(), 22);
    for (found, expected) in held.iter().zip(expected) {
        let what = expected["name"].as_str().unwrap();
        assert_close(found.size, expected["known.size"].as_f64().unwrap(), 0.0, what);
        assert_close(found.estimate, expected["nsum.holdout.est"].as_f64().unwrap(), 1e-9, what);
    }
}

#[test]
fn rescaled_weights_give_the_printed_replicates_and_an_interval_like_theirs() {
    if folder().is_none() {
        return;
    }
    let factors = rows("nsum/rwanda_boot_weightscale_first20.csv");
    let estimates = rows("nsum/rwanda_boot_estimates_500.csv");
    let reports = scale_up("sex.workers", true);
    for (replicate, expected) in estimates.iter().take(20).enumerate() {
        let column = format!("rep{}", replicate + 1);
        let factors: Vec<f64> = factors.iter().map(|row| number(row, &column)).collect();
        let found = reports.rescaled(&factors).unwrap();
        assert_close(found, number(expected, "sex.workers"), 1e-9, &column);
    }
    let survey = rows("nsum/rwanda_example_survey_input.csv");
    let numbered = |column: &str| -> Vec<u64> {
        let mut names: Vec<&String> = survey.iter().map(|row| &row[column]).collect();
        names.sort();
        names.dedup();
        survey.iter().map(|row| names.binary_search(&&row[column]).unwrap() as u64).collect()
    };
    let found = reports.bootstrap(&numbered("region"), &numbered("cluster"), 500, 1).unwrap();
    let spread = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
    };
    let printed: Vec<f64> = estimates.iter().map(|row| number(row, "sex.workers")).collect();
    assert_close(spread(&found), spread(&printed), 0.15, "standard error of the bootstrap");
}

#[test]
fn other_scale_up_packages_print_the_same_sizes() {
    if folder().is_none() {
        return;
    }
    let printed = json("nsum/networkscaleup_example.json");
    let column = |key: &str| -> Vec<usize> {
        printed[key].as_array().unwrap().iter().map(|value| value.as_u64().unwrap() as usize - 1).collect()
    };
    let respondents = rows("nsum/networkscaleup_example_ard.csv");
    let answer = |row: &Row, group: usize| number(row, &format!("V{}", group + 1));
    for (index, unknown) in column("unknown_ind").into_iter().enumerate() {
        let reports = Reports {
            population: printed["N"].as_f64().unwrap(),
            known_sizes: column("known_ind")
                .into_iter()
                .map(|group| printed["subpop_sizes"][group].as_f64().unwrap())
                .collect(),
            known: respondents
                .iter()
                .map(|row| column("known_ind").into_iter().map(|group| Some(answer(row, group))).collect())
                .collect(),
            hidden: respondents.iter().map(|row| answer(row, unknown)).collect(),
            weights: vec![1.0; respondents.len()],
        };
        assert_close(reports.ratio().unwrap(), printed["MLE"][index].as_f64().unwrap(), 1e-9, "ratio");
        assert_close(
            reports.mean_of_ratios().unwrap(),
            printed["PIMLE"][index].as_f64().unwrap(),
            1e-9,
            "mean of ratios",
        );
    }
    let printed = json("nsum/NSUM_McCarty.json");
    let respondents = rows("nsum/NSUM_McCarty_sim200_seed1234.csv");
    let known = printed["known"].as_object().unwrap();
    let reports = Reports {
        population: printed["N"].as_f64().unwrap(),
        known_sizes: known.values().map(|size| size.as_f64().unwrap()).collect(),
        known: respondents
            .iter()
            .map(|row| known.keys().map(|name| Some(number(row, name))).collect())
            .collect(),
        hidden: respondents.iter().map(|row| number(row, "unknown")).collect(),
        weights: vec![1.0; respondents.len()],
    };
    assert_close(reports.ratio().unwrap(), printed["killworth"].as_f64().unwrap(), 1e-9, "McCarty");
}
