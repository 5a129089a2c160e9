//! Running typologies: one alert an episode, the same however the payments came.

use crate::ledger::{Pay, baseline, daily, day, import, import_in, pay};
use access::Action;
use app_kernel::{Error, Op};
use app_screening::{
    AlertState, AlertView, DismissReason, Screened, ask_rescreen, desk, dismiss, read, rescreen_all,
    screen_import,
};
use model::{Entropy, Id, Span, kinds};
use test_support::{TestEntropy, TestHouse, engines};

fn system(house: &TestHouse) -> Op {
    house.system().system("screening", "screening")
}

async fn screen(house: &TestHouse, payments: &[Pay]) -> Screened {
    let import = import(house, payments).await;
    screen_import(&system(house), house, &baseline(), import).await.unwrap()
}

async fn ids(house: &TestHouse, op: &Op, state: Option<AlertState>) -> Vec<Id<kinds::Alert>> {
    let mut tx = house.look(op).await.unwrap();
    let page = desk(op, &mut tx, state, None, 200).await.unwrap();
    assert_eq!(page.total, page.rows.len() as i64);
    page.rows.into_iter().map(|row| row.id).collect()
}

async fn open(house: &TestHouse, op: &Op, alert: Id<kinds::Alert>) -> AlertView {
    let mut tx = house.begin(op).await.unwrap();
    let view = read(op, &mut tx, alert).await.unwrap();
    tx.commit().await.unwrap();
    view
}

/// What an alert says, without which number it has.
type Said = (String, i64, i64, i64, Vec<String>);

async fn said(house: &TestHouse, op: &Op, state: Option<AlertState>) -> Vec<Said> {
    let mut said = Vec::new();
    for id in ids(house, op, state).await {
        let view = open(house, op, id).await;
        let evidence = view.evidence.unwrap();
        said.push((
            evidence.title,
            view.score,
            view.first_at.micros(),
            view.last_at.micros(),
            evidence.lines,
        ));
    }
    said.sort();
    said
}

#[tokio::test]
async fn a_planted_receiver_raises_one_alert_with_its_reasons() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let mut payments = daily(0, 25, "SYNTHETIC-PLANTED");
        payments.extend(daily(0, 19, "SYNTHETIC-QUIET"));
        let import = import(&house, &payments).await;
        let run = screen_import(&system(&house), &house, &baseline(), import).await.unwrap();
        assert_eq!(run, Screened { events: 44, findings: 1, raised: 1, extended: 0 });

        let [alert] = ids(&house, &op, Some(AlertState::New)).await[..] else { panic!("one alert") };
        let view = open(&house, &op, alert).await;
        assert_eq!((view.number, view.year, view.kind.as_str()), (1, 2026, "typology"));
        assert_eq!(view.typology.as_deref(), Some("baseline-inward-20"));
        let evidence = view.evidence.unwrap();
        assert_eq!(evidence.title, "Twenty small payments from abroad within thirty days");
        assert_eq!(
            evidence.lines[0],
            "25 payments of at most PHP 5,000.00 reached this account between 2025-01-01 and 2025-01-25, \
             PHP 25,000.00 in all, from 3 senders in 1 country."
        );
        assert!(evidence.hint.unwrap().contains("A person decides"));
        assert_eq!((view.first_at, view.last_at), (day(0), day(24)));
        assert_eq!(view.party.unwrap().country.as_deref(), Some("PH"));

        let again = screen_import(&system(&house), &house, &baseline(), import).await.unwrap();
        assert_eq!(again, Screened { raised: 0, extended: 0, ..run });
        let whole = rescreen_all(&system(&house), &house, &baseline()).await.unwrap();
        assert_eq!(whole, again);
        assert_eq!(ids(&house, &op, None).await, [alert]);

        let runs: Vec<_> = house
            .entries(house.organisation)
            .await
            .into_iter()
            .filter(|entry| entry.actor == "system:screening")
            .collect();
        assert_eq!(runs.len(), 4, "one for the alert, one for each run");
        assert!(runs.iter().any(|e| e.record == Some(alert.uuid()) && e.detail.contains("\"raised\":true")));
        assert_eq!(runs.iter().filter(|e| e.record == Some(import.uuid())).count(), 2);
    }
}

#[tokio::test]
async fn nothing_personal_is_on_the_disk_unsealed() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        screen(&house, &daily(0, 25, "SYNTHETIC-PLANTED")).await;
        let [alert] = ids(&house, &op, None).await[..] else { panic!("one alert") };
        let mut tx = house.begin(&op).await.unwrap();
        dismiss(&op, &mut tx, alert, DismissReason::Other, Some("Synthetic note of the analyst"))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for text in ["SYNTHETIC-PLANTED", "Synthetic Holder", "25 payments", "Synthetic note"] {
            assert!(!house.holds(text).await, "“{text}” is on the disk");
        }
        assert!(house.holds("baseline-inward-20").await, "what is clear is found, so the search works");
    }
}

#[tokio::test]
async fn late_payments_extend_the_alert_that_is_there() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        assert_eq!(screen(&house, &daily(10, 22, "SYNTHETIC-PLANTED")).await.raised, 1);
        let [alert] = ids(&house, &op, None).await[..] else { panic!("one alert") };

        let earlier = screen(&house, &daily(4, 6, "SYNTHETIC-PLANTED")).await;
        assert_eq!((earlier.raised, earlier.extended), (0, 1));
        let later = screen(&house, &daily(32, 2, "SYNTHETIC-PLANTED")).await;
        assert_eq!((later.raised, later.extended), (0, 1));

        assert_eq!(ids(&house, &op, None).await, [alert]);
        let view = open(&house, &op, alert).await;
        assert_eq!((view.first_at, view.last_at), (day(4), day(33)));
        assert!(view.evidence.unwrap().lines[0].starts_with("30 payments"));
        assert_eq!(view.journal.iter().filter(|line| line.detail.contains("extended")).count(), 2);
    }
}

#[tokio::test]
async fn a_business_never_raises_one_and_an_unknown_kind_is_said() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let mut payments = daily(0, 40, "SYNTHETIC-SHOP");
        for payment in &mut payments {
            payment.individual = Some(false);
        }
        assert_eq!(screen(&house, &payments).await.findings, 0);
        for payment in &mut payments {
            payment.individual = None;
        }
        assert_eq!(screen(&house, &payments).await.raised, 1);
        let [alert] = ids(&house, &op, None).await[..] else { panic!("one alert") };
        let lines = open(&house, &op, alert).await.evidence.unwrap().lines;
        assert!(lines.iter().any(|line| line.contains("not known whether the receiver is a person")));
    }
}

/// Parties of every sort: one paid now and then, one in two episodes, one without a break for
/// most of a year, one just under the threshold.
fn mixed() -> Vec<Pay> {
    let mut payments = daily(3, 21, "SYNTHETIC-A");
    payments.extend(daily(0, 24, "SYNTHETIC-TWICE"));
    payments.extend(daily(120, 30, "SYNTHETIC-TWICE"));
    payments.extend(daily(0, 260, "SYNTHETIC-LONG"));
    payments.extend((0..150).map(|n| pay(2 * n, "SYNTHETIC-PAYER-9", "SYNTHETIC-UNDER")));
    payments.sort_by_key(|payment| payment.at);
    payments
}

#[tokio::test]
async fn imports_in_pieces_say_what_one_import_says() {
    for engine in engines() {
        let whole = TestHouse::new(&engine).await;
        let op = whole.op(&["payment_analyst"]).await;
        let payments = mixed();
        let run = screen(&whole, &payments).await;
        assert_eq!((run.findings, run.raised), (4, 4));
        let expected = said(&whole, &op, None).await;

        // In order, in pieces: the very same alerts.
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        for piece in payments.chunks(payments.len() / 9) {
            screen(&house, piece).await;
        }
        assert_eq!(said(&house, &op, None).await, expected);

        // Out of order, and one piece dealt over the whole year: what is open says the same.
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        for (start, step) in [(3, 4), (0, 4), (2, 4), (1, 4)] {
            let piece: Vec<Pay> = payments.iter().skip(start).step_by(step).cloned().collect();
            screen(&house, &piece).await;
        }
        assert_eq!(said(&house, &op, Some(AlertState::New)).await, expected);
    }
}

#[tokio::test]
async fn two_alerts_that_late_payments_join_become_one() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let all = daily(0, 90, "SYNTHETIC-PLANTED");
        let (ends, gap): (Vec<Pay>, Vec<Pay>) =
            all.into_iter().partition(|payment| payment.at < day(24) || payment.at > day(60));
        assert_eq!(screen(&house, &ends).await.raised, 2);
        let late = screen(&house, &gap).await;
        assert_eq!((late.raised, late.extended), (0, 1));
        let [kept] = ids(&house, &op, Some(AlertState::New)).await[..] else { panic!("one is open") };
        let [joined] = ids(&house, &op, Some(AlertState::Dismissed)).await[..] else { panic!("one is not") };
        assert!(open(&house, &op, kept).await.evidence.unwrap().lines[0].starts_with("90 payments"));
        let joined = open(&house, &op, joined).await.outcome.unwrap();
        assert_eq!(joined.code, "joined");
        assert!(joined.note.unwrap().contains("of 2026"));
        let again = rescreen_all(&system(&house), &house, &baseline()).await.unwrap();
        assert_eq!((again.raised, again.extended), (0, 0));
    }
}

#[tokio::test]
async fn a_dismissed_episode_is_not_raised_again_and_says_that_it_went_on() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        screen(&house, &daily(0, 22, "SYNTHETIC-PLANTED")).await;
        let [alert] = ids(&house, &op, None).await[..] else { panic!("one alert") };
        let mut tx = house.begin(&op).await.unwrap();
        dismiss(&op, &mut tx, alert, DismissReason::FamilySupport, None).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!open(&house, &op, alert).await.went_on);

        house.clock.advance(Span::days(1));
        let on = screen(&house, &daily(22, 5, "SYNTHETIC-PLANTED")).await;
        assert_eq!((on.raised, on.extended), (0, 1));
        let view = open(&house, &op, alert).await;
        assert_eq!((view.state, view.went_on), (AlertState::Dismissed, true));
        assert!(ids(&house, &op, Some(AlertState::New)).await.is_empty());

        let other = screen(&house, &daily(100, 22, "SYNTHETIC-PLANTED")).await;
        assert_eq!(other.raised, 1, "another episode is another alert");
        let [new] = ids(&house, &op, Some(AlertState::New)).await[..] else { panic!("one is open") };
        let others = open(&house, &op, new).await.others;
        assert_eq!(
            others.iter().map(|other| (other.id, other.state)).collect::<Vec<_>>(),
            [(alert, AlertState::Dismissed)]
        );
    }
}

#[tokio::test]
async fn a_new_version_extends_what_it_finds_again() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["supervisor"]).await;
        let mut payments = daily(0, 22, "SYNTHETIC-PLANTED");
        payments.extend(daily(0, 15, "SYNTHETIC-QUIET"));
        screen(&house, &payments).await;
        let mut changed = baseline();
        changed[0].version = 2;
        changed[0].evidence.at_least = 15;
        let run = rescreen_all(&system(&house), &house, &changed).await.unwrap();
        assert_eq!((run.findings, run.raised, run.extended), (2, 1, 1));
        for alert in ids(&house, &op, None).await {
            let view = open(&house, &op, alert).await;
            assert_eq!(view.version, "2");
            assert!(view.evidence.unwrap().lines[1].contains("(version 2) asks for 15"));
        }
        changed[0].status = screening::Status::Off;
        let run = rescreen_all(&system(&house), &house, &changed).await.unwrap();
        assert_eq!(run.findings, 0);
        assert_eq!(ids(&house, &op, None).await.len(), 2, "alerts stay when their typology is switched off");
    }
}

#[tokio::test]
async fn another_organisation_has_no_part_in_it() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let import = import_in(&house, &daily(0, 25, "SYNTHETIC-PLANTED"), 7).await;
        let foreign = house.foreign_op(&["supervisor"]).await;
        let run = screen_import(&foreign, &house, &baseline(), import).await;
        assert!(matches!(run, Err(Error::Denied(_))));
        let run = rescreen_all(&foreign.system("screening", "screening"), &house, &baseline()).await.unwrap();
        assert_eq!(run, Screened::default());
    }
}

#[tokio::test]
async fn whoever_reads_typologies_can_ask_for_another_run() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let mut tx = house.begin(&op).await.unwrap();
        ask_rescreen(&op, &mut tx).await.unwrap();
        let permit = tx.allow(&op, Action::ReadTypologies).unwrap();
        let jobs = store::jobs::open(tx.store(&permit), house.organisation).await.unwrap();
        assert_eq!(jobs.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(), ["rescreen"]);
        tx.commit().await.unwrap();
        let op = house.op(&["investigator"]).await;
        let mut tx = house.begin(&op).await.unwrap();
        assert!(matches!(ask_rescreen(&op, &mut tx).await, Err(Error::Denied(_))));
    }
}

#[tokio::test]
async fn a_worker_may_carry_a_run_from_thread_to_thread() {
    fn movable<T: Send>(run: T) -> T {
        run
    }
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let (op, typologies) = (system(&house), baseline());
        let run = movable(rescreen_all(&op, &house, &typologies)).await.unwrap();
        assert_eq!(run, Screened::default());
        let missing = movable(screen_import(&op, &house, &typologies, house.id())).await;
        assert!(matches!(missing, Err(Error::Denied(_))));
    }
}

#[tokio::test]
async fn one_late_payment_in_a_long_episode_keeps_both_its_ends() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        screen(&house, &daily(0, 200, "SYNTHETIC-LONG")).await;
        let [alert] = ids(&house, &op, None).await[..] else { panic!("one alert") };
        for (late, count) in [(5, 201), (100, 202), (198, 203)] {
            let run = screen(&house, &[pay(late, "SYNTHETIC-LATE", "SYNTHETIC-LONG")]).await;
            assert_eq!((run.raised, run.extended), (0, 1));
            let view = open(&house, &op, alert).await;
            assert_eq!((view.first_at, view.last_at), (day(0), day(199)));
            assert!(view.evidence.unwrap().lines[0].starts_with(&format!("{count} payments")));
        }
    }
}

#[tokio::test]
async fn episodes_that_share_payments_are_two_alerts_and_stay_so() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        // Twenty within thirty days on day 19; nineteen on day 38; on day 39 twenty again, of
        // which ten were there the first time.
        let mut payments = daily(0, 20, "SYNTHETIC-PLANTED");
        for (on, count) in [(38, 8), (39, 5)] {
            payments.extend((0..count).map(|_| pay(on, "SYNTHETIC-PAYER-1", "SYNTHETIC-PLANTED")));
        }
        let run = screen(&house, &payments).await;
        let found = said(&house, &op, Some(AlertState::New)).await;
        assert!(run.raised == 2 && run.findings == 2 && found.len() == 2, "{run:?}");
        let (first, second) = (&found[0], &found[1]);
        assert!(first.2.max(second.2) < first.3.min(second.3), "their times overlap");
        let again = rescreen_all(&system(&house), &house, &baseline()).await.unwrap();
        assert_eq!(again, Screened { raised: 0, extended: 0, ..run });

        let mut changed = baseline();
        changed[0].version = 2;
        let run = rescreen_all(&system(&house), &house, &changed).await.unwrap();
        assert_eq!((run.raised, run.extended), (0, 2), "each takes up the alert it was");
        let again = rescreen_all(&system(&house), &house, &changed).await.unwrap();
        assert_eq!((again.raised, again.extended), (0, 0));
        assert_eq!(ids(&house, &op, Some(AlertState::New)).await.len(), 2);
    }
}

/// Payments of three parties that hover about a threshold of five in five days, in any order.
fn hovering(seed: u64) -> Vec<Pay> {
    let chance = TestEntropy::new(seed);
    (0..150)
        .map(|_| {
            let [party, high, low, sender] = chance.array::<4>();
            let on = i64::from(u16::from_be_bytes([high, low])) % 60;
            pay(on, &format!("SYNTHETIC-PAYER-{}", sender % 4), &format!("SYNTHETIC-{}", party % 3))
        })
        .collect()
}

#[tokio::test]
async fn whatever_order_and_pieces_payments_come_in_the_open_alerts_are_the_findings() {
    let mut typologies = baseline();
    typologies[0].evidence.window = Span::days(5);
    typologies[0].evidence.at_least = 5;
    for engine in engines() {
        for seed in 0..4 {
            let payments = hovering(seed);
            let whole = TestHouse::new(&engine).await;
            let op = whole.op(&["payment_analyst"]).await;
            let all = import(&whole, &payments).await;
            let run = screen_import(&system(&whole), &whole, &typologies, all).await.unwrap();
            assert!(run.findings > 6 && run.raised == run.findings, "{run:?}");
            let expected = said(&whole, &op, None).await;

            let house = TestHouse::new(&engine).await;
            let op = house.op(&["payment_analyst"]).await;
            for piece in payments.chunks(150 / (3 + usize::try_from(seed).unwrap())) {
                let piece = import(&house, piece).await;
                screen_import(&system(&house), &house, &typologies, piece).await.unwrap();
            }
            assert_eq!(said(&house, &op, Some(AlertState::New)).await, expected, "seed {seed}");
            let again = rescreen_all(&system(&house), &house, &typologies).await.unwrap();
            assert_eq!((again.raised, again.extended), (0, 0), "seed {seed}");
        }
    }
}
