//! A desk that follows the ledger: the same alerts however payments come, and after a restart.

use std::collections::BTreeSet;

use app_kernel::Op;
use app_screening::{
    AlertState, desk,
    live::{Desk, Followed, SETTLE},
    read, rescreen_all, reveal_party,
};
use model::{Entropy, Span};
use screening::Typology;
use test_support::{TestEngine, TestEntropy, TestHouse, engines};

use crate::ledger::{Pay, baseline, daily, import_in, pay};

fn system(house: &TestHouse) -> Op {
    house.system().system("screening", "screening")
}

fn new_desk(house: &TestHouse, typologies: &[Typology]) -> Desk {
    Desk::new(house.organisation, typologies)
}

async fn follow(desk: &mut Desk, house: &TestHouse, whole: bool) -> Followed {
    desk.follow(&system(house), house, whole).await.unwrap()
}

/// What an alert says: typology, account of its party, score, first, last, evidence.
type Said = (Option<String>, Option<String>, i64, i64, i64, Vec<String>);

async fn said(house: &TestHouse, state: Option<AlertState>) -> Vec<Said> {
    let op = house.op(&["payment_analyst"]).await;
    let mut tx = house.begin(&op).await.unwrap();
    let rows = desk(&op, &mut tx, state, None, 200).await.unwrap().rows;
    let mut said = Vec::new();
    for row in rows {
        let view = read(&op, &mut tx, row.id).await.unwrap();
        let account = reveal_party(&op, &mut tx, row.id).await.unwrap().account;
        let evidence = view.evidence.unwrap();
        said.push((
            view.typology,
            account,
            view.score,
            view.first_at.micros(),
            view.last_at.micros(),
            evidence.lines,
        ));
    }
    tx.commit().await.unwrap();
    said.sort();
    said
}

fn close() -> Vec<Typology> {
    let mut typologies = baseline();
    typologies[0].evidence.window = Span::days(5);
    typologies[0].evidence.at_least = 5;
    typologies
}

/// Payments that mostly come in order of time, some of them late.
fn stream(seed: u64) -> Vec<Pay> {
    let chance = TestEntropy::new(seed);
    (0_i64..160)
        .map(|n| {
            let [party, late, back, sender] = chance.array::<4>();
            let on = n / 2 - if late < 25 { i64::from(back % 20) } else { 0 };
            pay(on.max(0), &format!("SYNTHETIC-PAYER-{}", sender % 9), &format!("SYNTHETIC-{}", party % 5))
        })
        .collect()
}

async fn at_once(engine: &TestEngine, payments: &[Pay], typologies: &[Typology]) -> Vec<Said> {
    let house = TestHouse::new(engine).await;
    import_in(&house, payments, 7).await;
    let run = rescreen_all(&system(&house), &house, typologies).await.unwrap();
    assert!(run.raised > 3, "{run:?}");
    said(&house, None).await
}

#[tokio::test]
async fn however_a_stream_is_cut_and_wherever_it_restarts_the_alerts_are_the_same() {
    let typologies = close();
    for engine in engines() {
        let mut late = 0;
        for seed in 0..6 {
            let payments = stream(seed);
            let expected = at_once(&engine, &payments, &typologies).await;
            let house = TestHouse::new(&engine).await;
            let mut desk = new_desk(&house, &typologies);
            let (chance, mut rest) = (TestEntropy::new(seed + 100), payments.as_slice());
            while !rest.is_empty() {
                let [size, then, wait] = chance.array::<3>();
                let (batch, later) = rest.split_at(rest.len().min(1 + usize::from(size % 24)));
                import_in(&house, batch, 7).await;
                rest = later;
                house.clock.advance(Span(i64::from(wait) * 10_000));
                match then % 8 {
                    // Killed between taking in and screening.
                    0 => desk = new_desk(&house, &typologies),
                    1 => {}
                    2 => late += follow(&mut desk, &house, true).await.late,
                    3 => {
                        late += follow(&mut desk, &house, false).await.late;
                        desk = new_desk(&house, &typologies);
                    }
                    _ => late += follow(&mut desk, &house, false).await.late,
                }
            }
            follow(&mut desk, &house, true).await;
            assert_eq!(
                said(&house, Some(AlertState::New)).await,
                expected,
                "{engine:?} seed {seed}, {late} late"
            );
            // Nothing is left to do, here or for a run over the whole ledger.
            let again = follow(&mut desk, &house, true).await;
            assert_eq!(again, Followed::default());
            let run = rescreen_all(&system(&house), &house, &typologies).await.unwrap();
            assert_eq!((run.raised, run.extended), (0, 0), "{engine:?} seed {seed}");
        }
        assert!(late > 0, "{engine:?}: no payment came late");
    }
}

#[tokio::test]
async fn what_opens_is_told_at_once_and_a_burst_is_written_once_in_a_while() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let mut desk = new_desk(&house, &baseline());
        let payments = daily(0, 60, "SYNTHETIC-PLANTED");
        import_in(&house, &payments[..19], 7).await;
        let quiet = follow(&mut desk, &house, false).await;
        assert!(quiet.built && quiet.news.is_empty(), "{quiet:?}");
        let mut written = 0;
        for payment in payments[19..50].chunks(1) {
            import_in(&house, payment, 7).await;
            let followed = follow(&mut desk, &house, false).await;
            written += followed.news.len();
            assert!(followed.unsettled || written == 0);
        }
        assert_eq!(written, 1, "{engine:?}: raised, and not yet extended");
        house.clock.advance(SETTLE);
        let settled = follow(&mut desk, &house, false).await;
        assert_eq!(settled.news.iter().map(|news| news.raised).collect::<Vec<_>>(), [false]);
        import_in(&house, &payments[50..], 7).await;
        assert_eq!(follow(&mut desk, &house, true).await.news.len(), 1);
        let all = said(&house, None).await;
        assert_eq!(all.len(), 1);
        assert!(all[0].5[0].starts_with("60 payments"), "{all:?}");
    }
}

#[tokio::test]
async fn a_late_payment_concerns_its_own_parties_alone() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let mut desk = new_desk(&house, &baseline());
        import_in(&house, &daily(10, 19, "SYNTHETIC-LATE"), 7).await;
        import_in(&house, &daily(10, 19, "SYNTHETIC-OTHER"), 7).await;
        assert!(follow(&mut desk, &house, true).await.built);
        import_in(&house, &[pay(5, "SYNTHETIC-STRANGER", "SYNTHETIC-LATE")], 7).await;
        let late = follow(&mut desk, &house, true).await;
        assert_eq!((late.events, late.late, late.built), (1, 1, false), "{engine:?}");
        assert_eq!(late.news.len(), 1);
        // A payment on time of a party set aside is no late one, and is counted.
        import_in(&house, &[pay(30, "SYNTHETIC-STRANGER", "SYNTHETIC-LATE")], 7).await;
        let later = follow(&mut desk, &house, true).await;
        assert_eq!((later.late, later.news.len()), (0, 1));
        import_in(&house, &[pay(30, "SYNTHETIC-SOMEBODY", "SYNTHETIC-OTHER")], 7).await;
        let other = follow(&mut desk, &house, true).await;
        assert_eq!((other.late, other.news.len()), (0, 1));
        let alerts: BTreeSet<_> = [&late, &later, &other].iter().map(|f| f.news[0].alert).collect();
        assert_eq!(alerts.len(), 2);
    }
}

#[tokio::test]
async fn a_desk_that_begins_again_hands_over_what_came_after_the_mark_alone() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        import_in(&house, &daily(0, 25, "SYNTHETIC-FIRST"), 7).await;
        assert_eq!(follow(&mut new_desk(&house, &baseline()), &house, true).await.news.len(), 1);
        let again = follow(&mut new_desk(&house, &baseline()), &house, true).await;
        assert_eq!((again.events, again.news.len()), (25, 0), "{engine:?}");
        import_in(&house, &daily(0, 25, "SYNTHETIC-SECOND"), 7).await;
        let after = follow(&mut new_desk(&house, &baseline()), &house, true).await;
        assert_eq!((after.events, after.news.len()), (50, 1));
        let marks = house.entries(house.organisation).await;
        assert_eq!(marks.iter().filter(|entry| entry.detail.contains("through")).count(), 2);
    }
}
