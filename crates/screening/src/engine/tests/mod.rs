//! What the engine promises, held against a plain oracle.

mod oracle;

use std::sync::Arc;

use model::{Country, Currency, Instant, Money, Span};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{backfill::in_parts, *};

fn usd() -> Currency {
    "USD".parse().unwrap()
}

fn land(code: &str) -> Country {
    code.parse().unwrap()
}

fn settings() -> Settings {
    let row = |day: &str, rate: &str| Rates::row(Currency::PHP, day.parse().unwrap(), rate).unwrap();
    let mut zones = Zones::none();
    assert!(zones.set(Country::PH, "Asia/Manila") && zones.set(land("GB"), "Europe/London"));
    Settings {
        rates: Rates::new(
            usd(),
            Span::days(400),
            vec![row("2026-01-05", "0.0175"), row("2026-01-15", "0.0171")],
        ),
        zones,
        rounds: vec![(Currency::PHP, 50_000)],
    }
}

fn feature(name: &str, of: Of, hours: i64, what: What, filter: &Filter) -> Feature {
    Feature { name: name.to_owned(), of, window: Span::hours(hours), what, filter: filter.clone() }
}

/// Every figure there is, over several windows and filters.
fn everything() -> Vec<Feature> {
    let money = |minor, currency| Some(Money { minor, currency });
    let any = Filter::default();
    let small = Filter { least: money(1_000, usd()), most: money(5_000, usd()), ..Filter::default() };
    let inward = Filter {
        to: vec![Country::PH],
        from_not: vec![Country::PH],
        without: Marks::named("receiver_business").unwrap(),
        ..Filter::default()
    };
    let pesos = Filter { currency: Some(Currency::PHP), crossing: true, ..Filter::default() };
    let round = Filter { round: true, ..Filter::default() };
    let night = |clock| Filter { hours: Some(Hours { clock, from: 22, to: 6 }), ..Filter::default() };
    let calls = Filter { kinds: vec![Kind::Call, Kind::Message], ..Filter::default() };
    let burst = |minutes, payments| Filter {
        burst: Some(Burst { within: Span::minutes(minutes), payments }),
        ..Filter::default()
    };
    let near =
        Filter { near: Some(Near { kind: Kind::Call, within: Span::minutes(90) }), ..Filter::default() };
    let terms = Filter {
        any: Marks::named("cover_term").unwrap().with(Marks::named("social_handle").unwrap()),
        channels: vec![Channel::Remitter, Channel::Wallet],
        ..Filter::default()
    };
    let mut features = Vec::new();
    for (name, of) in [("sender", Of::Sender), ("receiver", Of::Receiver), ("pair", Of::Pair)] {
        let mut add = |what: What, hours: i64, filter: &Filter| {
            features.push(feature(&format!("{name}_{}", features.len()), of, hours, what, filter));
        };
        for hours in [1, 30, 24 * 7] {
            add(What::Count, hours, &any);
            add(What::Sum, hours, &any);
            add(What::Sum, hours, &small);
            add(What::Median, hours, &any);
        }
        for filter in
            [&small, &inward, &pesos, &calls, &near, &terms, &burst(60, 2), &burst(60, 3), &burst(300, 2)]
        {
            add(What::Count, 50, filter);
        }
        for part in
            [&round, &night(Clock::Of(Side::Sender)), &night(Clock::Zone("America/New_York".to_owned()))]
        {
            add(What::Share(Box::new(part.clone())), 50, &any);
        }
        add(What::Share(Box::new(near.clone())), 50, &inward);
        for what in [What::GapMean, What::GapMedian, What::GapSlope, What::AmountSlope] {
            add(what.clone(), 24 * 7, &any);
            add(what, 60, &small);
        }
        add(What::Age, 1, &any);
        add(What::GapLast, 1, &any);
        if of != Of::Pair {
            for hours in [20, 24 * 7] {
                add(What::DistinctParties, hours, &any);
                add(What::DistinctParties, hours, &small);
                add(What::DistinctCountries, hours, &any);
                add(What::DistinctCountries, hours, &inward);
            }
        }
    }
    features
}

fn plan() -> Arc<Plan> {
    Arc::new(Plan::new(everything(), settings()).unwrap())
}

/// A log in order of acceptance: sequence numbers count, times are within `hours`, many the same.
fn log(hours: i64) -> impl Strategy<Value = Vec<Activity>> {
    let kinds = select(vec![Kind::Payment, Kind::Payment, Kind::Payment, Kind::Call, Kind::Message]);
    let lands = || option::weighted(0.9, select(vec!["PH", "PH", "GB", "US"]));
    let event = (
        (
            0..hours * 4,
            0_u32..4,
            0_u32..4,
            select(vec![0_i64, 999, 1_000, 2_500, 5_000, 50_000, 100_000, -300]),
        ),
        (lands(), lands(), select(vec!["PHP", "USD", "USD", "EUR"]), kinds),
        (0_u64..1 << 13, 0_u32..7_200, select(vec![Channel::Remitter, Channel::Wallet, Channel::Bank])),
    );
    vec(event, 1..160).prop_map(|rows| {
        let start = Instant::parse("2026-01-03T00:00:00Z").unwrap();
        let rows = rows.into_iter().zip(1_u64..);
        rows.map(|((place, world, rest), sequence)| Activity {
            sequence,
            at: start + Span::minutes(15 * place.0),
            amount: if world.3 == Kind::Payment { place.3 } else { 0 },
            marks: Marks(rest.0),
            sender: place.1,
            receiver: if place.1 == place.2 { 7 } else { place.2 },
            lasting: if world.3 == Kind::Call { rest.1 } else { 0 },
            currency: world.2.parse().unwrap(),
            sender_country: world.0.map(land),
            receiver_country: world.1.map(land),
            kind: world.3,
            channel: rest.2,
        })
        .collect()
    })
}

fn in_order(mut log: Vec<Activity>) -> Vec<Activity> {
    log.sort_by_key(Activity::order);
    log
}

/// All rows of a run in one go.
fn rows(plan: &Arc<Plan>, events: &[Activity]) -> Vec<Vec<Cell>> {
    let mut engine = Engine::new(Arc::clone(plan));
    events.iter().map(|event| engine.apply(event).cells().to_vec()).collect()
}

/// An hour-long bound, and a buffer that holds everything.
fn bound() -> Reorder {
    Reorder::new(Span::hours(2), 10_000)
}

fn push(live: &mut Live, batch: &[Activity], out: &mut Vec<(u64, Vec<Cell>)>, late: &mut Vec<u64>) {
    live.push(
        batch,
        |event, row| out.push((event.sequence, row.cells().to_vec())),
        |event| late.push(event.sequence),
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    #[test]
    fn every_figure_is_what_counting_anew_gives(log in log(300)) {
        let (plan, events) = (plan(), in_order(log));
        for (place, row) in rows(&plan, &events).iter().enumerate() {
            let anew = oracle::row(plan.features(), plan.settings(), &events, place);
            for ((feature, cell), expected) in plan.features().iter().zip(row).zip(&anew) {
                prop_assert_eq!(cell, expected, "event {}: {:?}", place, feature);
            }
        }
    }

    #[test]
    fn a_figure_that_did_not_change_says_so(log in log(300)) {
        let (plan, events) = (plan(), in_order(log));
        let mut engine = Engine::new(Arc::clone(&plan));
        let mut last = std::collections::HashMap::new();
        for event in &events {
            let row = engine.apply(event);
            for (at, feature) in plan.features().iter().enumerate() {
                let key = match feature.of {
                    Of::Sender => (event.sender, 0),
                    Of::Receiver => (0, event.receiver),
                    Of::Pair => (event.sender, event.receiver),
                };
                let before = last.insert((at, key), row.cells()[at]);
                let windowless = matches!(feature.what, What::Age | What::GapLast);
                if let Some(before) = before.filter(|_| !row.changed(at) && !windowless) {
                    prop_assert_eq!(before, row.cells()[at], "{:?}", feature);
                }
            }
        }
    }

    #[test]
    fn backfill_gives_the_same_bits(log in log(300), part in select(vec![1_usize, 20, 50, 1_000])) {
        let (plan, events) = (plan(), in_order(log));
        let table = in_parts(&plan, &events, part);
        for (place, row) in rows(&plan, &events).iter().enumerate() {
            prop_assert_eq!(table.row(place), row.as_slice());
        }
        let mut handed = vec![vec![Cell::NONE; table.features()]; events.len()];
        backfill_each(&plan, &events, |place, side, row| {
            for (at, feature) in plan.features().iter().enumerate() {
                if feature.of == side || (side, feature.of) == (Of::Sender, Of::Pair) {
                    handed[place][at] = row.cells()[at];
                }
            }
        });
        prop_assert_eq!(handed, rows(&plan, &events));
    }

    #[test]
    fn batches_and_order_of_arrival_change_nothing(
        log in log(200), delays in vec(0_i64..115, 160), sizes in vec(1_usize..40, 1..20),
    ) {
        let (plan, events) = (plan(), in_order(log));
        let expected: Vec<_> =
            events.iter().zip(rows(&plan, &events)).map(|(event, row)| (event.sequence, row)).collect();
        // Each event arrives up to two hours after it happened.
        let mut arrivals: Vec<(Instant, Activity)> =
            events.iter().zip(&delays).map(|(event, delay)| (event.at + Span::minutes(*delay), *event)).collect();
        arrivals.sort_by_key(|(arrival, event)| (*arrival, event.sequence));
        let arrivals: Vec<Activity> = arrivals.into_iter().map(|(_, event)| event).collect();
        let mut live = Live::new(Arc::clone(&plan), bound());
        let (mut out, mut late, mut rest) = (Vec::new(), Vec::new(), arrivals.as_slice());
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, after) = rest.split_at((*size).min(rest.len()));
            push(&mut live, batch, &mut out, &mut late);
            rest = after;
        }
        live.finish(|event, row| out.push((event.sequence, row.cells().to_vec())));
        prop_assert_eq!(late, Vec::<u64>::new());
        prop_assert_eq!(out, expected);
    }

    #[test]
    fn a_restart_in_the_middle_changes_nothing(log in log(100), cut in 0_usize..160, most in 5_usize..50) {
        let plan = plan();
        let buffer = || Reorder::new(Span::hours(2), most);
        let (mut out, mut late) = (Vec::new(), Vec::new());
        let mut whole = Live::new(Arc::clone(&plan), buffer());
        push(&mut whole, &log, &mut out, &mut late);
        let (before, after) = log.split_at(cut.min(log.len()));
        let (mut parts, mut parts_late) = (Vec::new(), Vec::new());
        let mut live = Live::new(Arc::clone(&plan), buffer());
        push(&mut live, before, &mut parts, &mut parts_late);
        let mut bytes = Vec::new();
        live.snapshot(&mut bytes).unwrap();
        let mut again = Live::restore(Arc::clone(&plan), buffer(), &mut bytes.as_slice()).unwrap();
        let mut twice = Vec::new();
        again.snapshot(&mut twice).unwrap();
        prop_assert!(bytes == twice, "written, read and written again");
        push(&mut again, after, &mut parts, &mut parts_late);
        prop_assert_eq!((parts, parts_late, again.late()), (out, late, whole.late()));
        let (mut one, mut other) = (Vec::new(), Vec::new());
        whole.snapshot(&mut one).unwrap();
        again.snapshot(&mut other).unwrap();
        prop_assert!(one == other, "the state at the end");
    }

    #[test]
    fn what_is_late_is_so_by_the_log_alone(log in log(60), sizes in vec(1_usize..30, 1..9), most in 3_usize..60) {
        let buffer = || Reorder::new(Span::hours(2), most);
        let (ordered, late) = buffer().sort(log.iter().copied());
        prop_assert!(ordered.is_sorted_by_key(Activity::order));
        prop_assert_eq!(ordered.len() + late.len(), log.len());
        let plan = plan();
        let mut live = Live::new(Arc::clone(&plan), buffer());
        let (mut out, mut said, mut rest) = (Vec::new(), Vec::new(), log.as_slice());
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, after) = rest.split_at((*size).min(rest.len()));
            push(&mut live, batch, &mut out, &mut said);
            rest = after;
        }
        live.finish(|event, row| out.push((event.sequence, row.cells().to_vec())));
        prop_assert_eq!(said, late.iter().map(|event| event.sequence).collect::<Vec<_>>());
        let replayed: Vec<_> =
            ordered.iter().zip(rows(&plan, &ordered)).map(|(event, row)| (event.sequence, row)).collect();
        prop_assert_eq!(out, replayed);
    }

    #[test]
    fn bytes_that_are_no_state_are_refused(log in log(30), at in 0_usize..4_000, flip in 1_u8..=255) {
        let plan = plan();
        let mut engine = Engine::new(Arc::clone(&plan));
        engine.apply_all(&in_order(log), |_, _| {});
        let mut bytes = Vec::new();
        engine.snapshot(&mut bytes).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        prop_assert!(Engine::restore(Arc::clone(&plan), &mut bytes.as_slice()).is_err());
        prop_assert!(Engine::restore(plan, &mut &bytes[..at]).is_err());
    }
}

fn plain(sequence: u64, seconds: i64, sender: u32, receiver: u32) -> Activity {
    Activity {
        sequence,
        at: Instant::parse("2026-01-03T00:00:00Z").unwrap() + Span::seconds(seconds),
        amount: 2_000,
        marks: Marks(0),
        sender,
        receiver,
        lasting: 0,
        currency: usd(),
        sender_country: Some(land("AU")),
        receiver_country: Some(Country::PH),
        kind: Kind::Payment,
        channel: Channel::Remitter,
    }
}

#[test]
fn years_of_silence_do_not_wrap_around() {
    let plan = plan();
    let day = 86_400;
    // Nine years is just over 2^48 microseconds.
    for years in [1, 8, 9, 10, 18, 27] {
        let events =
            [plain(1, 0, 1, 2), plain(2, years * 365 * day, 1, 2), plain(3, years * 365 * day + 60, 1, 2)];
        for (place, row) in rows(&plan, &events).iter().enumerate() {
            assert_eq!(row, &oracle::row(plan.features(), plan.settings(), &events, place), "{years} years");
        }
    }
}

#[test]
fn a_ring_that_grew_and_shrank_counts_right() {
    let plan = plan();
    let mut events = Vec::new();
    for n in 0..700_i64 {
        // Dense for a while, then sparse, then dense again.
        let gap = if (200..400).contains(&n) { 40_000 } else { 600 };
        let at = events.last().map_or(0, |last: &Activity| last.at.since(plain(0, 0, 0, 0).at).0 / 1_000_000)
            + gap;
        events.push(plain(n.unsigned_abs(), at, 1, 2 + (n % 11) as u32));
    }
    for (place, row) in rows(&plan, &events).iter().enumerate().skip(1).step_by(23) {
        assert_eq!(row, &oracle::row(plan.features(), plan.settings(), &events, place), "event {place}");
    }
}

#[test]
fn features_that_cannot_be_computed_are_refused() {
    let any = Filter::default();
    let refused = |feature| Plan::new(vec![feature], settings()).unwrap_err().to_string();
    let too_long = feature("x", Of::Sender, 24 * 367, What::Count, &any);
    assert!(refused(too_long).contains("“x”: a window has 1 hour to 366 days"));
    assert!(refused(feature("x", Of::Pair, 24, What::DistinctParties, &any)).contains("one counterpart"));
    let nowhere = Hours { clock: Clock::Zone("Asia/Nowhere".to_owned()), from: 22, to: 6 };
    let nowhere = Filter { hours: Some(nowhere), ..Filter::default() };
    assert!(refused(feature("x", Of::Pair, 24, What::Count, &nowhere)).contains("zone"));
    let many = (1..40).map(|n| {
        let most = Some(Money { minor: n, currency: usd() });
        feature("x", Of::Pair, 24, What::Count, &Filter { most, ..Filter::default() })
    });
    assert!(Plan::new(many.collect(), settings()).is_err());
}

#[test]
fn a_state_of_another_plan_is_refused() {
    let mut bytes = Vec::new();
    Engine::new(plan()).snapshot(&mut bytes).unwrap();
    let other = Arc::new(Plan::new(everything()[1..].to_vec(), settings()).unwrap());
    let refused = Engine::restore(other, &mut bytes.as_slice()).unwrap_err();
    assert!(matches!(refused, BadSnapshot::OtherPlan), "{refused}");
}

#[test]
fn an_event_is_late_once_the_watermark_has_passed_it_or_a_full_buffer_let_a_later_one_go() {
    let mut buffer = Reorder::new(Span::seconds(60), 3);
    assert_eq!(buffer.take(&plain(1, 100, 1, 2)), Taken::InTime);
    assert_eq!(buffer.take(&plain(2, 40, 1, 2)), Taken::InTime, "exactly at the watermark");
    assert_eq!(buffer.release(), None, "another of the same instant may still come");
    assert_eq!(buffer.take(&plain(3, 39, 1, 2)), Taken::Late);
    assert_eq!(buffer.take(&plain(4, 50, 1, 2)), Taken::InTime);
    assert_eq!(buffer.take(&plain(5, 60, 1, 2)), Taken::InTime);
    assert_eq!(buffer.release().map(|event| event.sequence), Some(2), "the buffer is full");
    assert_eq!(buffer.release(), None);
    assert_eq!(buffer.take(&plain(0, 40, 1, 2)), Taken::Late, "one after it in event order has gone");
    assert_eq!(buffer.take(&plain(6, 40, 1, 2)), Taken::InTime);
    assert_eq!(buffer.rest().iter().map(|event| event.sequence).collect::<Vec<_>>(), [6, 4, 5, 1]);
    assert_eq!(buffer.late(), 2);
}
