//! Lists, reach and figures on ledgers small enough to be counted by hand.

use model::Country;
use proptest::prelude::*;
use screening::{
    Typology,
    engine::{Channel, Kind, Marks},
};

use super::*;
use crate::{Combination, Label, Law, Part, Ranking, Size, World, simulate};

/// One payment so many days after the beginning of 2026.
fn pay(day: i64, sender: u32, receiver: u32, pesos: i64) -> Activity {
    Activity {
        sequence: 0,
        at: Instant::parse("2026-01-01T04:00:00Z").unwrap() + Span::days(day),
        amount: pesos * 100,
        marks: Marks(0),
        sender,
        receiver,
        lasting: 0,
        currency: Currency::PHP,
        sender_country: "AU".parse().ok(),
        receiver_country: Some(Country::PH),
        kind: Kind::Payment,
        channel: Channel::Remitter,
    }
}

fn ledger(mut events: Vec<Activity>) -> Ledger {
    events.sort_by_key(|event| event.at);
    for (event, sequence) in events.iter_mut().zip(1..) {
        event.sequence = sequence;
    }
    Ledger { events, accounts: Vec::new(), synthetic: true }
}

fn labels(parts: &[(u32, Part)], parties: usize) -> Labels {
    let mut labels = Labels {
        parties: vec![Label { population: Some(0), ..Label::default() }; parties],
        populations: vec!["family".into()],
    };
    for (party, part) in parts {
        labels.parties[*party as usize].part = *part;
    }
    labels
}

/// Any sender (or receiver) with two payments of at most PHP 5,000 within thirty days.
fn two(subject: &str) -> Detector {
    let text = format!(
        "id = \"synthetic-two\"\nversion = 3\ntitle = \"Synthetic\"\nstatus = \"active\"\nsubject = \"{subject}\"\n\
         route = \"review\"\nseverity = \"low\"\nsentence = \"{{count}} payments.\"\nsource = \"Synthetic\"\n\
         verified = \"2026-11-22\"\nzone = \"UTC\"\ncurrency = \"PHP\"\n[evidence]\nwindow = \"30d\"\nat_least = 2\n\
         filter = {{ most = \"PHP 5000.00\" }}\n"
    );
    Detector::of("two", vec![Typology::parse("synthetic-two.toml", &text).unwrap()])
}

fn run(ledger: &Ledger, labels: &Labels, detector: Detector, per_thousand: f64) -> Measured {
    let budget = Budget { per_thousand, ..Budget::default() };
    backtest(ledger, labels, &[detector], budget, Settings::shipped).unwrap().detectors.remove(0)
}

/// Sender 1 pays facilitator 2 on days 3, 10 and 40; sender 3 pays 4 thrice in February; sender 5 pays 2 once.
fn example() -> (Ledger, Labels) {
    let events = vec![
        pay(3, 1, 2, 1_000),
        pay(10, 1, 2, 1_000),
        pay(40, 1, 2, 1_000),
        pay(41, 3, 4, 900),
        pay(43, 3, 4, 900),
        pay(45, 3, 4, 900),
        pay(5, 5, 2, 800),
    ];
    (ledger(events), labels(&[(1, Part::Offender), (2, Part::Facilitator), (5, Part::Offender)], 6))
}

#[test]
fn a_list_is_of_what_is_known_at_the_end_of_its_month() {
    let (ledger, labels) = example();
    let measured = run(&ledger, &labels, two("sender"), 1_000.0);
    // January lists sender 1, February sender 3: of two alerts one is right, of two offenders one is found.
    assert_eq!(measured.alerts, 2);
    assert!((measured.precision_at_budget - 0.5).abs() < 1e-9 && (measured.recall - 0.5).abs() < 1e-9);
    let (days, payments) = (measured.days_to_detection.unwrap(), measured.payments_to_detection.unwrap());
    assert!((days.median - (28.0 - 4.0 / 24.0)).abs() < 1e-6, "from 4 January, 4 h, to 1 February: {days:?}");
    assert!((payments.median - 2.0).abs() < 1e-9, "the third came in February");
    assert_eq!((measured.families.all, measured.families.reached, measured.families.named), (1.0, 1.0, 1.0));
}

#[test]
fn an_alert_about_a_receiver_reaches_those_who_paid_it_before() {
    let (ledger, labels) = example();
    let measured = run(&ledger, &labels, two("receiver"), 1_000.0);
    // January lists 2, whom 1 and 5 paid; February lists 4, whom 3 paid.
    assert_eq!((measured.alerts, measured.alerts_about_receivers), (2, 2.0));
    assert!((measured.recall - 1.0).abs() < 1e-9 && measured.recall_named.abs() < 1e-9);
    assert!((measured.recall_facilitators - 1.0).abs() < 1e-9);
    assert_eq!((measured.families.reached, measured.families.named), (1.0, 0.0));
    assert!((measured.payments_to_detection.unwrap().lower - 1.0).abs() < 1e-9, "sender 5 paid once");
}

#[test]
fn a_budget_of_nothing_finds_nothing_and_weights_are_counted() {
    let (ledger, mut labels) = example();
    assert_eq!(run(&ledger, &labels, two("sender"), 0.0).alerts, 0);
    // Three senders: a budget of 334 a thousand is one alert a month; a party of weight ¼ leaves room for others.
    labels.parties[1].weight = 0.25;
    labels.parties[5].weight = 0.25;
    let measured = run(&ledger, &labels, two("sender"), 1_000.0);
    assert!((measured.alerts_weighted - 1.25).abs() < 1e-9, "{}", measured.alerts_weighted);
    assert!((measured.precision_at_budget - 0.2).abs() < 1e-9);
    assert!((measured.recall - 0.5).abs() < 1e-9);
}

#[test]
fn a_party_is_not_listed_again_within_the_quiet_time() {
    let events = (0..30).map(|n| pay(n * 6, 1, 2, 1_000)).collect();
    let (ledger, labels) = (ledger(events), labels(&[(1, Part::Offender)], 3));
    let listed = |quiet| {
        let budget = Budget { per_thousand: 1_000.0, quiet, ..Budget::default() };
        backtest(&ledger, &labels, &[two("sender")], budget, Settings::shipped).unwrap().detectors[0].alerts
    };
    assert_eq!((listed(Span::days(0)), listed(Span::days(50)), listed(Span::days(400))), (6, 3, 1));
}

#[test]
fn a_receiver_that_shows_nothing_is_listed_for_the_senders_it_shares() {
    let mut events = example().0.events;
    events.push(pay(6, 5, 2, 800));
    let (ledger, labels) = (ledger(events), example().1);
    let weighed = |hub| {
        let ranking = Ranking::Weight(Combination { hub, ..Combination::CHOSEN });
        run(&ledger, &labels, Detector { ranking, ..two("sender") }, 1_000.0)
    };
    // Of receivers the detector says nothing; 1 and 5 are flagged in January and both pay 2.
    assert!((weighed(12.0).alerts_about_receivers - 1.0).abs() < 1e-9);
    assert!((weighed(12.0).recall_facilitators - 1.0).abs() < 1e-9);
    assert!(run(&ledger, &labels, two("sender"), 1_000.0).alerts_about_receivers.abs() < 1e-9);
}

#[test]
fn victims_are_counted_as_one_too_many_when_an_alert_names_them() {
    let (ledger, mut labels) = example();
    assert_eq!(run(&ledger, &labels, two("sender"), 1_000.0).victims_named, None);
    labels.parties[3].part = Part::Victim;
    let measured = run(&ledger, &labels, two("sender"), 1_000.0);
    assert_eq!(measured.victims_named, Some(1.0));
    assert!((measured.precision_at_budget - 0.5).abs() < 1e-9);
}

#[test]
fn without_facilitators_labelled_all_payments_of_offenders_count() {
    let (ledger, mut labels) = example();
    labels.parties[2].part = Part::Ordinary;
    assert!((run(&ledger, &labels, two("sender"), 1_000.0).recall - 0.5).abs() < 1e-9);
}

#[test]
fn flag_rates_are_of_those_without_a_part_and_add_up() {
    let world = simulate(&Law::shipped("development").unwrap(), Size { senders: 800, offenders: 20 }, 4);
    let measured = run(&world.ledger, &world.labels, two("sender"), 100.0);
    for by in ["corridor", "nationality", "sex", "age", "population"] {
        let groups: Vec<&Group> = measured.flag_rates.iter().filter(|group| group.by == by).collect();
        let (all, reached) = groups.iter().fold((0.0, 0.0), |(a, r), g| (a + g.parties, r + g.reached));
        assert!(
            (all - measured.flag_rates.iter().filter(|g| g.by == "sex").map(|g| g.parties).sum::<f64>())
                .abs()
                < 1e-6
        );
        assert!(reached > 0.0 && reached <= all);
        assert!(
            groups
                .iter()
                .all(|group| group.lower95 <= group.rate + 1e-12 && group.rate <= group.upper95 + 1e-12)
        );
    }
}

#[test]
fn what_is_without_surname_and_corridor_asks_for_neither() {
    let ours = Detector::shipped(Some(Country::PH)).unwrap();
    let blind = without(&ours);
    let surname = Marks::named("same_surname").unwrap().0;
    for typology in &blind.typologies {
        let filters =
            typology.features.iter().map(|feature| &feature.filter).chain([&typology.evidence.filter]);
        for filter in filters {
            assert!(filter.to.is_empty() && filter.from.is_empty() && filter.from_not.is_empty());
            assert_eq!((filter.any.0 | filter.with.0 | filter.without.0) & surname, 0);
        }
    }
    let on = |detector: &Detector, id: &str| {
        let all = detector.typologies.iter().flat_map(|typology| &typology.indicators);
        all.filter(|indicator| indicator.id == id).any(|indicator| indicator.verified)
    };
    assert!(on(&ours, "demand") && !on(&blind, "demand"), "countries are all that this one is about");
    assert!(on(&blind, "strangers"));
    let minor = Marks::named("sender_minor").unwrap();
    assert!(
        blind.typologies.iter().filter(|t| t.id == "osec-sender").all(|t| t
            .evidence
            .filter
            .without
            .has(minor))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_numbers_of_parties_change_who_ties_are_decided_for_and_nothing_else(seed in 0_u64..1_000) {
        let world = simulate(&Law::shipped("development").unwrap(), Size { senders: 150, offenders: 8 }, seed);
        // Enough budget for all: then names say nothing at all.
        let parties = world.labels.parties.len() as u32;
        let turned = |party: u32| parties - 1 - party;
        let events = world.ledger.events.iter().map(|e| Activity { sender: turned(e.sender), receiver: turned(e.receiver), ..*e });
        let other = Ledger { events: events.collect(), ..world.ledger.clone() };
        let mut renamed = world.labels.clone();
        renamed.parties.reverse();
        let ours = Detector::shipped(Some(Country::PH)).unwrap();
        let mut one = run(&world.ledger, &world.labels, ours.clone(), 10_000.0);
        let mut two = run(&other, &renamed, ours, 10_000.0);
        for measured in [&mut one, &mut two] {
            // Smaller budgets on the curve do have ties; limits draw clusters in the order of their numbers.
            measured.curve.clear();
            measured.recall_lower95 = (measured.recall_lower95 * 10.0).round();
            measured.recall_upper95 = (measured.recall_upper95 * 10.0).round();
        }
        prop_assert_eq!(one.alerts, two.alerts);
        prop_assert!((one.recall - two.recall).abs() < 1e-9);
        prop_assert!((one.precision_at_budget - two.precision_at_budget).abs() < 1e-9);
        prop_assert!((one.average_precision.unwrap() - two.average_precision.unwrap()).abs() < 1e-9);
        prop_assert!((one.families.reached - two.families.reached).abs() < 1e-6);
    }

    #[test]
    fn on_a_single_list_more_budget_never_finds_less(seed in 0_u64..1_000) {
        let World { mut ledger, labels, .. } =
            simulate(&Law::shipped("development").unwrap(), Size { senders: 300, offenders: 40 }, seed);
        let month = ledger.months()[1];
        ledger.events.retain(|event| event.at < month);
        let curve = run(&ledger, &labels, two("sender"), 1.0).curve;
        prop_assert!(curve.is_sorted_by(|a, b| a.recall <= b.recall && a.alerts <= b.alerts), "{:?}", curve);
    }
}
