//! What a made-up world is, held against its law.

use super::{
    offending::{Course, count},
    *,
};
use crate::{write_labels, write_ledger};

fn law(id: &str) -> Law {
    Law::shipped(id).unwrap()
}

fn small(seed: u64) -> World {
    simulate(&law("development"), Size { senders: 3_000, offenders: 60 }, seed)
}

fn courses(law: &Law, n: u64) -> Vec<Course> {
    (0..n).map(|number| Course::draw(&law.offending, &mut Chance::of(11, 1, number))).collect()
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let bytes = |seed| {
        let (world, mut bytes) = (small(seed), Vec::new());
        write_ledger(&world.ledger, &mut bytes).unwrap();
        write_labels(&world.ledger, &world.labels, &mut bytes).unwrap();
        bytes
    };
    let first = bytes(7);
    assert!(first == bytes(7));
    assert!(first != bytes(8));
}

#[test]
fn a_population_is_as_it_was_when_another_changes() {
    let mut other = law("development");
    other.offending = law("held-out-amounts").offending;
    let size = Size { senders: 600, offenders: 0 };
    let (one, two) = (simulate(&law("development"), size, 3), simulate(&other, size, 3));
    assert_eq!(one.ledger.events, two.ledger.events);
}

#[test]
fn offenders_pay_as_often_as_those_of_the_australian_study() {
    // AIC T&I 589: 256 people, 2,714 payments; more than half paid more than once; 3 % of them made half.
    let law = law("development");
    let mut counts: Vec<u32> =
        (0..60_000).map(|number| count(&law.offending, &mut Chance::of(5, 2, number))).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let sum = |counts: &[u32]| counts.iter().map(|n| f64::from(*n)).sum::<f64>();
    let mean = sum(&counts) / counts.len() as f64;
    assert!((mean / (2_714.0 / 256.0) - 1.0).abs() < 0.1, "{mean}");
    let top = sum(&counts[..counts.len() * 3 / 100]) / sum(&counts);
    assert!((top - 0.5).abs() < 0.06, "{top}");
    let more = counts.iter().filter(|n| **n > 1).count() as f64 / counts.len() as f64;
    assert!(more > 0.5 && more < 0.56, "{more}");
    let bottom = sum(&counts[counts.len() * 3 / 4..]) / sum(&counts);
    assert!((bottom - 0.03).abs() < 0.01, "{bottom}");
}

#[test]
fn those_who_pay_much_pay_little_at_a_time_and_soon_again() {
    // AIC T&I 634: more than 20 payments, typically under A$55 at intervals of less than 20 days.
    let prolific: Vec<Course> =
        courses(&law("development"), 20_000).into_iter().filter(|c| c.prolific).collect();
    assert!(prolific.iter().all(|course| course.payments.len() > 20));
    let gaps = prolific
        .iter()
        .map(|course| middle(course.payments.windows(2).map(|pair| pair[1].0 - pair[0].0).collect()));
    let short = gaps.filter(|gap| *gap < 20.0).count() as f64 / prolific.len() as f64;
    assert!(short > 0.97, "{short}");
    let first = middle(prolific.iter().map(|course| course.payments[0].1).collect());
    assert!((first / 1_850.0 - 1.0).abs() < 0.08, "{first}");
    // Amounts rise with the number of payments (T&I 589).
    let (early, late): (Vec<f64>, Vec<f64>) =
        prolific.iter().map(|course| (course.payments[0].1, course.payments[20].1)).unzip();
    assert!(middle(late) > middle(early) * 1.1);
}

#[test]
fn the_other_amounts_are_those_of_the_philippine_reports() {
    // AMLC: 45.2 % of PHP 1,000 to 3,000, 44 % of PHP 3,000 to 10,000; 81 % of both before.
    let amounts: Vec<f64> =
        courses(&law("held-out-amounts"), 30_000).iter().map(|c| c.payments[0].1).collect();
    let between = |from: f64, to: f64| {
        amounts.iter().filter(|pesos| (from..to).contains(pesos)).count() as f64 / amounts.len() as f64
    };
    assert!((between(1_000.0, 3_000.0) - 0.452).abs() < 0.08, "{}", between(1_000.0, 3_000.0));
    assert!((between(3_000.0, 10_000.0) - 0.44).abs() < 0.08, "{}", between(3_000.0, 10_000.0));
    assert!(between(1_000.0, 10_000.0) >= 0.81);
}

#[test]
fn offenders_stand_for_the_rate_and_come_from_the_countries_of_the_reports() {
    let world = simulate(&law("development"), Size { senders: 50_000, offenders: 500 }, 1);
    let offenders: Vec<u32> =
        (0..).zip(&world.labels.parties).filter(|(_, l)| l.part == Part::Offender).map(|(p, _)| p).collect();
    assert_eq!(offenders.len(), 500);
    let weight: f64 = offenders.iter().map(|party| f64::from(world.labels.of(*party).weight)).sum();
    assert!((weight - 5.0).abs() < 0.01, "one in ten thousand of fifty thousand: {weight}");
    let ages: Vec<f64> = offenders.iter().map(|party| f64::from(world.labels.of(*party).age)).collect();
    assert!(ages.iter().all(|age| (27.0..=82.0).contains(age)) && (middle(ages) - 55.0).abs() < 3.0);
    let mut from: std::collections::BTreeMap<u32, &str> = std::collections::BTreeMap::new();
    for event in &world.ledger.events {
        if world.labels.of(event.sender).part == Part::Offender {
            from.insert(event.sender, event.sender_country.as_ref().unwrap().as_str());
        }
    }
    assert_eq!(from.len(), 500, "each pays in the year");
    let share = |country: &str| from.values().filter(|c| **c == country).count() as f64 / 500.0;
    assert!((share("US") - 0.5).abs() < 0.08 && (share("AU") - 0.074).abs() < 0.04);
}

#[test]
fn nothing_tells_offenders_apart_by_itself() {
    // Of each figure on which offenders differ, more ordinary senders than offenders are as extreme.
    let world = simulate(&law("development"), Size { senders: 30_000, offenders: 300 }, 2);
    let mut by: std::collections::BTreeMap<u32, Vec<&Activity>> = std::collections::BTreeMap::new();
    for event in &world.ledger.events {
        by.entry(event.sender).or_default().push(event);
    }
    let tied = world.ledger.events.iter().map(|e| e.marks).fold(Marks::default(), Marks::with);
    assert!(tied.has(Marks::named("declared_relative").unwrap()));
    let untied = |events: &[&Activity]| {
        let ties = ["same_surname", "declared_relative", "couple_declared"];
        ties.iter().all(|tie| events.iter().all(|event| !event.marks.has(Marks::named(tie).unwrap())))
    };
    let like = |test: &dyn Fn(&[&Activity]) -> bool| {
        let (mut offending, mut ordinary) = (0.0, 0.0);
        for (party, events) in &by {
            let label = world.labels.of(*party);
            if test(events) {
                let into = if label.part == Part::Offender { &mut offending } else { &mut ordinary };
                *into += f64::from(label.weight);
            }
        }
        (offending, ordinary)
    };
    let small = |events: &[&Activity]| events.len() >= 6 && events.iter().all(|event| event.amount < 400_000);
    let several = |events: &[&Activity]| {
        let mut to: Vec<u32> = events.iter().map(|event| event.receiver).collect();
        to.sort_unstable();
        to.dedup();
        to.len() >= 3 && untied(events)
    };
    for (offending, ordinary) in
        [like(&small), like(&several), like(&|events| events.len() >= 10 && untied(events))]
    {
        assert!(offending > 0.0 && ordinary > offending * 20.0, "{offending} {ordinary}");
    }
}

#[test]
fn payments_stay_within_the_year_and_are_in_order() {
    let world = small(9);
    let months = world.ledger.months();
    assert_eq!(months.len(), 13);
    assert!(world.ledger.events.is_sorted_by_key(Activity::order));
    assert!(world.ledger.events.iter().all(|e| e.at >= months[0] && e.at < months[12] && e.amount > 0));
    assert!(world.ledger.events.iter().all(|e| e.receiver_country == Some(Country::PH)));
}
