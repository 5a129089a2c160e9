//! What the shipped typologies find in made-up cases, and what they leave alone.

use model::{Country, Currency, Instant, Span};

use crate::{
    Decision, Step, Typology, Watch,
    engine::{Activity, Channel, Kind, Marks, Settings},
    shipped,
};

fn catalogue(place: &str) -> Vec<Typology> {
    let place: Option<Country> = place.parse().ok();
    shipped().map(|(file, text)| Typology::parse_for(file, text, place).unwrap()).to_vec()
}

/// The typologies that open over the events, which are put in order first.
fn found(place: &str, mut events: Vec<Activity>) -> Vec<(String, u32)> {
    events.sort_by_key(|event| event.at);
    for (sequence, event) in (1..).zip(&mut events) {
        event.sequence = sequence;
    }
    let typologies = catalogue(place);
    let mut watch = Watch::new(&typologies, Settings::shipped).unwrap();
    let mut decisions: Vec<Decision> = Vec::new();
    watch.push(&events, &mut decisions);
    let mut found: Vec<(String, u32)> = decisions
        .iter()
        .filter(|decision| decision.step == Step::Opened)
        .map(|decision| (typologies[decision.typology as usize].id.clone(), decision.subject))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn marks(names: &[&str]) -> Marks {
    names.iter().fold(Marks::default(), |marks, name| marks.with(Marks::named(name).unwrap()))
}

/// A payment from Australia to the Philippines, so many hours after the beginning of 2026 in Sydney.
fn pay(hours: i64, sender: u32, receiver: u32, dollars: i64) -> Activity {
    Activity {
        sequence: 0,
        at: Instant::parse("2026-01-01T00:00:00+11:00").unwrap() + Span::hours(hours),
        amount: dollars * 100,
        marks: Marks(0),
        sender,
        receiver,
        lasting: 0,
        currency: "AUD".parse().unwrap(),
        sender_country: "AU".parse().ok(),
        receiver_country: Some(Country::PH),
        kind: Kind::Payment,
        channel: Channel::Remitter,
    }
}

fn ids(found: &[(String, u32)]) -> Vec<&str> {
    found.iter().map(|(id, _)| id.as_str()).collect()
}

#[test]
fn small_payments_to_strangers_by_night_are_found_at_the_sender() {
    // Three receivers, A$40 each, every six days shortly after midnight.
    let events = (0..12).map(|n| pay(144 * n + 1, 1, 2 + (n % 3) as u32, 40)).collect();
    assert_eq!(ids(&found("AU", events)), ["osec-pair", "osec-sender"]);
}

#[test]
fn a_family_with_birthdays_and_school_fees_is_left_alone() {
    let kin = marks(&["same_surname", "cover_term"]);
    let mut events: Vec<Activity> = (0..12)
        .map(|month| Activity { marks: marks(&["same_surname"]), ..pay(730 * month + 12, 1, 2, 450) })
        .collect();
    events.extend((0..5).map(|n| Activity { marks: kin, ..pay(730 * n + 24 * 9 + 12, 1, 3, 60) }));
    assert_eq!(
        ids(&found("AU", events)),
        ["baseline-acams-p95"],
        "the words alone are enough for the baseline"
    );
}

#[test]
fn a_couple_that_calls_every_day_is_left_alone() {
    let mut events: Vec<Activity> = (0..30).map(|n| pay(24 * 16 * n + 20, 1, 2, 250)).collect();
    events.extend((0..400).map(|day| Activity {
        kind: Kind::Call,
        amount: 0,
        lasting: 1_800,
        ..pay(24 * day + 18, 2, 1, 0)
    }));
    assert_eq!(found("AU", events), []);
}

#[test]
fn several_strangers_from_several_countries_are_found_at_the_receiver() {
    let lands = ["US", "GB", "AU", "CA"];
    let events = (0..12_usize).map(|n| Activity {
        sender_country: lands[n % 4].parse().ok(),
        currency: Currency::PHP,
        amount: 250_000,
        ..pay(100 * n as i64, 10 + (n % 4) as u32, 2, 0)
    });
    assert_eq!(found("PH", events.collect()), [("osec-receiver".to_owned(), 2)]);
    // Four children abroad who support their mother: the same, but kin.
    let events = (0..24_usize).map(|n| Activity {
        sender_country: lands[n % 4].parse().ok(),
        currency: Currency::PHP,
        amount: 800_000,
        marks: marks(&["same_surname"]),
        ..pay(100 * n as i64, 10 + (n % 4) as u32, 2, 0)
    });
    assert_eq!(ids(&found("PH", events.collect())), [""; 0]);
}

#[test]
fn payments_that_grow_and_quicken_are_found() {
    let (mut hours, mut events) = (1, Vec::new());
    for n in 0..9 {
        events.push(pay(hours, 1, 2, 30 + 2 * n));
        hours += 24 * (12 - n);
    }
    assert_eq!(ids(&found("AU", events)), ["osec-pair", "osec-sender"]);
}

#[test]
fn twenty_small_payments_from_abroad_are_found_by_the_baseline() {
    let events = (0..20).map(|n| Activity {
        sender_country: "SA".parse().ok(),
        currency: Currency::PHP,
        amount: 20_000,
        ..pay(30 * n, 1, 2, 0)
    });
    assert_eq!(found("PH", events.collect()), [("baseline-inward-20".to_owned(), 2)]);
}

#[test]
fn very_many_tiny_payments_are_found() {
    let events = (0..120_i64).map(|n| Activity {
        amount: 100 + n % 50,
        currency: "EUR".parse().unwrap(),
        receiver_country: "AU".parse().ok(),
        marks: marks(&["cash_funded"]),
        ..pay(5 * n, 1, 2 + (n % 40) as u32, 0)
    });
    assert_eq!(found("DE", events.collect()), [("micro-fan-out".to_owned(), 1)]);
}

#[test]
fn an_extorted_teenager_is_routed_to_safeguarding() {
    let young = |hours| Activity { marks: marks(&["sender_minor"]), ..pay(hours, 1, 2, 120) };
    let found = found("AU", [1, 3, 5, 30].map(young).to_vec());
    assert_eq!(found, [("sextortion-victim".to_owned(), 1)]);
    let typologies = catalogue("AU");
    let typology = typologies.iter().find(|typology| typology.id == "sextortion-victim").unwrap();
    assert_eq!(typology.route, crate::Route::Safeguarding);
}

#[test]
fn a_marked_session_counts_only_together_with_payments() {
    let marked = Activity { kind: Kind::Risk, amount: 0, marks: marks(&["live_risk"]), ..pay(10, 1, 2, 0) };
    let elsewhere = Activity { currency: "EUR".parse().unwrap(), ..pay(200, 1, 2, 90) };
    assert_eq!(found("AU", vec![marked, elsewhere]), []);
    let soon = Activity { at: marked.at + Span::minutes(40), ..elsewhere };
    assert_eq!(found("AU", vec![marked, soon]), [("live-risk".to_owned(), 1)]);
}

#[test]
fn no_condition_rests_on_who_somebody_is() {
    for typology in catalogue("AU") {
        for word in ["age", "sex", "male", "nationality", "surname"] {
            let names = typology.indicators.iter().map(|i| i.condition.as_str());
            assert!(!names.flat_map(|c| c.split(|c: char| !c.is_alphanumeric())).any(|part| part == word));
        }
        assert!(typology.indicators.iter().all(|i| !i.source.is_empty()));
    }
}
