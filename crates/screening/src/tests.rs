//! What screening promises, held against a plain oracle and a made-up ledger.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Event, EvidenceKind, Finding, Outcome, PartyRef, Progress, Screen, Severity, Typology, decode_segment,
    encode_segment,
    sample::{COLUMNS, Ledger, PLANTED_PAYMENTS, Plan, write_csv},
    screen, shipped,
};
use model::{Country, Currency, Entropy, Instant, Money, Span};
use proptest::{collection::vec, option, prelude::*, sample::select};

struct Seed(u8);

impl Entropy for Seed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn baseline() -> Typology {
    let (file, text) = shipped()[0];
    Typology::parse(file, text).unwrap()
}

/// The baseline with a low threshold and a short window, so that random events reach it.
fn small(threshold: u32, days: u16) -> Typology {
    let mut typology = baseline();
    typology.evidence.at_least = threshold;
    typology.evidence.window = Span::days(i64::from(days));
    typology
}

fn code(text: &str) -> Country {
    text.parse().unwrap()
}

fn payment(sequence: u64, hours: i64, pesos: i64, sender: u8) -> Event {
    Event {
        sequence,
        at: Instant::parse("2026-02-01T00:00:00Z").unwrap() + Span::hours(hours),
        amount: Money { minor: pesos * 100, currency: Currency::PHP },
        sender: PartyRef([sender; 16]),
        receiver: PartyRef([200; 16]),
        receiver_is_individual: Some(true),
        sender_country: Some(code(["US", "AU", "GB"][usize::from(sender) % 3])),
        receiver_country: Some(Country::PH),
    }
}

fn run(typology: &Typology, events: &[Event]) -> Vec<Finding> {
    screen(typology, events).findings
}

// The last payment is at 18:00 UTC on the 24th, which is the 25th in Manila.
#[test]
fn twenty_payments_in_thirty_days_are_a_finding_and_nineteen_are_not() {
    let events: Vec<Event> =
        (0..20_u8).map(|n| payment(u64::from(n), i64::from(n) * 30, 1_000 + i64::from(n), n % 9)).collect();
    assert_eq!(run(&baseline(), &events[1..]), []);
    let findings = run(&baseline(), &events);
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.count, finding.peak_count, finding.distinct_others), (20, 20, 9));
    assert_eq!((finding.opened_at, finding.opened_sequence), (events[19].at, 19));
    assert_eq!((finding.first_at, finding.last_at), (events[0].at, events[19].at));
    assert_eq!(finding.sum.to_string(), "PHP 20,190.00");
    assert_eq!(finding.payments, (0..20).collect::<Vec<u64>>());
    let text: Vec<&str> = finding.evidence.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        text,
        [
            "20 payments of at most PHP 5,000.00 reached this account between 2026-02-01 and 2026-02-25, PHP 20,190.00 in all, from 9 senders in 3 countries.",
            "The 20th payment within 30 days came on 2026-02-25; “Twenty small payments from abroad within thirty days” (version 1) asks for 20.",
            "This is a single public threshold kept as a yardstick; ordinary support for a family or a small trade can reach it. A person decides.",
        ]
    );
    assert!(finding.hint().contains("A person decides"), "{}", finding.hint());
    assert_eq!(finding.severity, Severity::Low);
}

#[test]
fn a_payment_exactly_one_window_old_has_left_it() {
    let typology = small(2, 1);
    assert_eq!(run(&typology, &[payment(1, 0, 100, 1), payment(2, 24, 100, 1)]), []);
    let mut close = [payment(1, 0, 100, 1), payment(2, 24, 100, 1)];
    close[1].at = close[1].at - Span(1);
    assert_eq!(run(&typology, &close).len(), 1);
}

#[test]
fn an_episode_ends_when_the_count_falls_and_a_new_one_is_a_new_finding() {
    let typology = small(3, 1);
    let hours = [0, 1, 2, 3, 100, 101, 102];
    let events: Vec<Event> = (1..).zip(hours).map(|(n, hour)| payment(n, hour, 100, 1)).collect();
    let findings = run(&typology, &events);
    assert_eq!(findings.iter().map(|f| (f.opened_sequence, f.count)).collect::<Vec<_>>(), [(3, 4), (7, 3)]);
    let (quiet, opened, continued) = (Progress::Quiet, Progress::Opened, Progress::Continued);
    let mut live = Screen::new(&typology);
    let steps: Vec<Progress> = events.iter().map(|event| live.push(event).unwrap()).collect();
    assert_eq!(steps, [quiet, quiet, opened, continued, quiet, quiet, opened]);
    assert_eq!(live.finish().findings, findings);
}

#[test]
fn a_long_episode_says_the_most_that_fell_within_one_window() {
    let typology = small(2, 1);
    let events: Vec<Event> =
        (1..).zip([0, 20, 30, 31, 50]).map(|(n, hour)| payment(n, hour, 100, 1)).collect();
    let findings = run(&typology, &events);
    assert_eq!((findings[0].count, findings[0].peak_count), (5, 3));
    let peak: Vec<_> = findings[0].evidence.iter().filter(|line| line.kind == EvidenceKind::Peak).collect();
    assert_eq!(peak[0].text, "At most 3 of them fell within 1 day, first on 2026-02-02.");
}

type Spoil = fn(&mut Event);

#[test]
fn only_payments_the_rule_speaks_of_are_counted() {
    let typology = small(2, 30);
    let fine = [payment(1, 0, 5_000, 1), payment(2, 1, 5_000, 2)];
    assert_eq!(run(&typology, &fine).len(), 1);
    let spoil: [(&str, Spoil); 7] = [
        ("one centavo more", |e| e.amount.minor += 1),
        ("nothing", |e| e.amount.minor = 0),
        ("a reversal", |e| e.amount.minor = -100),
        ("a business", |e| e.receiver_is_individual = Some(false)),
        ("from within the country", |e| e.sender_country = Some(Country::PH)),
        ("to another country", |e| e.receiver_country = "TH".parse().ok()),
        ("another currency", |e| e.amount.currency = "USD".parse().unwrap()),
    ];
    for (what, change) in spoil {
        let mut events = fine;
        change(&mut events[1]);
        assert_eq!(run(&typology, &events), [], "{what}");
    }
    let mut off = typology;
    off.status = crate::Status::Off;
    assert_eq!(run(&off, &fine), []);
}

#[test]
fn what_is_not_known_is_said() {
    let mut typology = small(2, 30);
    let mut events =
        [payment(1, 0, 100, 1), payment(2, 1, 100, 2), payment(3, 2, 100, 3), payment(4, 3, 1, 3)];
    events[0].sender_country = None;
    events[1].receiver_is_individual = None;
    events[2].receiver_country = None;
    events[3].amount.currency = "USD".parse().unwrap();
    let Outcome { findings, coverage } = screen(&typology, &events);
    let unknown: Vec<&str> = findings[0]
        .evidence
        .iter()
        .filter(|line| line.kind == EvidenceKind::Unknown)
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(
        unknown,
        [
            "For 1 of the 2 payments the country of the sender is not known; they are counted as if from abroad.",
            "For 1 of the 2 payments it is not known whether the receiver is a person or a business.",
        ]
    );
    assert_eq!((coverage.events, coverage.counted), (4, 2));
    assert_eq!((coverage.unknown_destination, coverage.other_currency), (1, 1));
    assert_eq!((coverage.unknown_origin, coverage.unknown_kind), (1, 1));
    typology.evidence.filter.crossing = true;
    assert_eq!(run(&typology, &events), []);
}

#[test]
fn a_live_run_refuses_events_out_of_order() {
    let typology = baseline();
    let mut live = Screen::new(&typology);
    live.push(&payment(2, 1, 100, 1)).unwrap();
    assert!(live.push(&payment(3, 0, 100, 1)).is_err());
    assert!(live.push(&payment(2, 1, 100, 1)).is_err());
    let error = live.push(&payment(1, 1, 100, 1)).unwrap_err();
    assert!(error.to_string().contains("ordered by time, then sequence"), "{error}");
}

#[test]
fn in_the_made_up_ledger_the_planted_receiver_alone_is_found() {
    let plan = Plan { rows: 20_000, start: Instant::parse("2026-01-01T00:00:00Z").unwrap(), days: 90 };
    let ledger = Ledger::generate(&plan, &Seed(3));
    assert_eq!(ledger.rows.len(), 20_000);
    let events: Vec<Event> = ledger.events().collect();
    let findings = run(&baseline(), &events);
    let [finding] = findings.as_slice() else { panic!("{} findings", findings.len()) };
    assert_eq!(finding.subject, Ledger::party_ref(ledger.planted));
    assert_eq!(
        (finding.count as usize, finding.distinct_others, finding.countries.len()),
        (PLANTED_PAYMENTS, 9, 3)
    );
    assert_eq!(Ledger::generate(&plan, &Seed(3)).events().collect::<Vec<_>>(), events);
    assert_ne!(Ledger::generate(&plan, &Seed(4)).events().collect::<Vec<_>>(), events);
}

#[test]
fn a_segment_names_each_party_once() {
    let events: Vec<Event> =
        (0..1_000_i64).map(|n| payment(n.cast_unsigned(), n, 2_500, (n % 9) as u8)).collect();
    let bytes = encode_segment(&events).len();
    assert!(bytes < 10 * 16 + 16 * events.len(), "{bytes} bytes for {} events", events.len());
    assert_eq!(decode_segment(&encode_segment(&events)), Ok(events));
}

#[test]
fn the_made_up_ledger_is_written_with_the_documented_columns() {
    let plan = Plan { rows: 300, start: Instant::parse("2026-01-01T00:00:00Z").unwrap(), days: 30 };
    let ledger = Ledger::generate(&plan, &Seed(1));
    let mut bytes = Vec::new();
    write_csv(&ledger, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next().unwrap(),
        "reference,at,amount,currency,sender_account,sender_institution,sender_name,sender_kind,sender_country,\
         receiver_account,receiver_institution,receiver_name,receiver_kind,receiver_country,purpose,channel"
    );
    assert!(!text.contains('"'));
    for (place, (line, row)) in lines.zip(&ledger.rows).enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{line}");
        assert_eq!(cells[0], Ledger::reference(place));
        assert_eq!(Instant::parse(cells[1]).unwrap(), row.at);
        assert_eq!(Money::parse(cells[2], cells[3].parse().unwrap()).unwrap(), row.amount);
        assert!(cells[4].starts_with("SYN-") && cells[6].starts_with("Synthetic"), "{line}");
    }
    assert_eq!(text.lines().count(), 301);
}

/// The same rule, written as plainly as can be: every payment counts its window anew.
fn oracle(typology: &Typology, events: &[Event]) -> Vec<(PartyRef, u64, Vec<u64>, i64, usize, u32)> {
    let counts = |event: &&Event| {
        event.amount.currency == Currency::PHP
            && event.amount.minor > 0
            && event.amount.minor <= typology.largest().unwrap().minor
            && event.receiver_is_individual != Some(false)
            && event.receiver_country == Some(Country::PH)
            && event.sender_country != Some(Country::PH)
    };
    let mut found = Vec::new();
    for subject in events.iter().map(|event| event.receiver).collect::<BTreeSet<_>>() {
        let mut own: Vec<&Event> =
            events.iter().filter(counts).filter(|event| event.receiver == subject).collect();
        own.sort_by_key(|event| (event.at, event.sequence));
        let within: Vec<usize> = (0..own.len())
            .map(|i| own[..=i].iter().filter(|e| e.at > own[i].at - typology.evidence.window).count())
            .collect();
        let reached = |i: usize| within[i] >= typology.evidence.at_least as usize;
        for open in (0..own.len()).filter(|&i| reached(i) && (i == 0 || !reached(i - 1))) {
            let last = (open..own.len()).take_while(|&i| reached(i)).last().unwrap();
            let episode = &own[open + 1 - within[open]..=last];
            found.push((
                subject,
                own[open].sequence,
                episode.iter().map(|e| e.sequence).collect(),
                episode.iter().map(|e| e.amount.minor).sum(),
                episode.iter().map(|e| e.sender).collect::<BTreeSet<_>>().len(),
                *within[open..=last].iter().max().unwrap() as u32,
            ));
        }
    }
    found.sort_by_key(|found| (events.iter().find(|e| e.sequence == found.1).unwrap().at, found.1));
    found
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (
        (0_i64..24 * 12, 0_u8..3, 0_u8..5, select(vec![1_i64, 499_999, 500_000, 500_001, 0])),
        (
            option::weighted(0.9, any::<bool>().prop_map(|x| !x)),
            option::weighted(0.9, select(vec!["US", "US", "AU", "PH"])),
            option::weighted(0.95, select(vec!["PH", "PH", "PH", "TH"])),
            select(vec!["PHP", "PHP", "PHP", "USD"]),
        ),
    );
    vec(event, 0..120).prop_map(|rows| {
        let rows = rows.into_iter().zip(1_u64..);
        rows.map(|(((hour, receiver, sender, minor), (individual, from, to, currency)), sequence)| Event {
            amount: Money { minor, currency: currency.parse().unwrap() },
            receiver: PartyRef([100 + receiver; 16]),
            // Mostly individuals, or little would be left to count.
            receiver_is_individual: individual.map(|yes| yes || sequence % 4 > 0),
            sender_country: from.map(code),
            receiver_country: to.map(code),
            ..payment(sequence, hour, 1, sender)
        })
        .collect()
    })
}

fn figures(finding: &Finding) -> (PartyRef, u64, Vec<u64>, i64, usize, u32) {
    let Finding { subject, opened_sequence, payments, sum, distinct_others, peak_count, .. } =
        finding.clone();
    (subject, opened_sequence, payments, sum.minor, distinct_others, peak_count)
}

proptest! {
    #[test]
    fn the_sliding_window_finds_what_counting_anew_finds(events in events(), threshold in 2_u32..8, days in 1_u16..5) {
        let typology = small(threshold, days);
        let found: Vec<_> = run(&typology, &events).iter().map(figures).collect();
        prop_assert_eq!(found, oracle(&typology, &events));
    }

    #[test]
    fn order_of_arrival_and_batches_change_nothing(events in events().prop_shuffle(), threshold in 2_u32..6) {
        let typology = small(threshold, 3);
        let at_once = screen(&typology, &events);
        let mut ordered = events.clone();
        ordered.sort_by_key(|event| (event.at, event.sequence));
        prop_assert_eq!(&screen(&typology, &ordered), &at_once);
        let mut live = Screen::new(&typology);
        for batch in ordered.chunks(7) {
            for event in batch {
                live.push(event).unwrap();
            }
        }
        prop_assert_eq!(live.finish(), at_once);
    }

    #[test]
    fn what_is_asked_for_on_the_way_ends_as_what_is_found_at_once(
        events in events(), threshold in 2_u32..6, asked in vec(0_u8..4, 1..8),
    ) {
        let typology = small(threshold, 3);
        let mut ordered = events.clone();
        ordered.sort_by_key(|event| (event.at, event.sequence));
        let mut live = Screen::new(&typology);
        let mut told = BTreeMap::new();
        let mut keep = |findings: Vec<Finding>| {
            for finding in findings {
                told.insert((finding.opened_at, finding.opened_sequence), finding);
            }
        };
        for (event, asked) in ordered.iter().zip(asked.iter().cycle()) {
            let progress = live.push(event).unwrap();
            match asked {
                0 => keep(live.take_changed()),
                1 => {
                    let opened = live.take_opened();
                    prop_assert!(progress != Progress::Opened || !opened.is_empty());
                    keep(opened);
                }
                _ => {}
            }
        }
        keep(live.take_changed());
        prop_assert_eq!(live.take_changed(), []);
        prop_assert_eq!(told.into_values().collect::<Vec<_>>(), run(&typology, &events));
    }

    #[test]
    fn only_the_order_within_each_party_counts(events in events(), threshold in 2_u32..6) {
        let typology = small(threshold, 3);
        let mut by_party = events.clone();
        by_party.sort_by_key(|event| (event.receiver, event.at, event.sequence));
        // Senders of their own, so that nothing but the receiver holds events together.
        for (n, event) in (0_u8..).zip(&mut by_party) {
            event.sender = PartyRef([200_u8.wrapping_add(n); 16]);
        }
        by_party.truncate(50);
        let mut live = Screen::new(&typology);
        for event in &by_party {
            live.push(event).unwrap();
        }
        prop_assert_eq!(live.finish().findings, run(&typology, &by_party));
    }

    #[test]
    fn running_each_subject_alone_gives_the_same(events in events(), threshold in 2_u32..6) {
        let typology = small(threshold, 3);
        let mut apart: Vec<Finding> = Vec::new();
        for subject in events.iter().map(|event| event.receiver).collect::<BTreeSet<_>>() {
            apart.extend(screen(&typology, events.iter().filter(|event| event.receiver == subject)).findings);
        }
        apart.sort_by_key(|finding| (finding.opened_at, finding.opened_sequence));
        prop_assert_eq!(apart, run(&typology, &events));
    }

    #[test]
    fn figures_agree_with_one_another(events in events(), threshold in 2_u32..6) {
        for finding in run(&small(threshold, 3), &events) {
            prop_assert!(finding.first_at <= finding.opened_at && finding.opened_at <= finding.last_at);
            prop_assert!(threshold <= finding.peak_count && finding.peak_count <= finding.count);
            prop_assert!(finding.distinct_others <= finding.count as usize);
            prop_assert_eq!(finding.payments.len(), finding.count as usize);
        }
    }
}
