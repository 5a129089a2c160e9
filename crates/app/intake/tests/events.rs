//! Events over HTTP: whole requests, once each, into the import of the source's day.

use app_intake::{Arriving, Rules, Sender, Taken, events, process, receive};
use app_kernel::{Denied, Error, Op};
use model::Span;
use test_support::{TestHouse, engines};

fn sender() -> Sender {
    Sender { source: "Synthetic Remitter".to_owned(), lawful_basis: "synthetic".to_owned() }
}

fn line(n: usize) -> String {
    format!(
        "{{\"reference\":\"SYN-{n}\",\"at\":\"2025-12-01T00:00:{:02}Z\",\"amount\":\"10.00\",\"currency\":\"PHP\",\
         \"sender_account\":\"SYN-A-{}\",\"receiver_account\":\"SYN-B\"}}\n",
        n % 60,
        n % 3,
    )
}

fn lines(range: std::ops::Range<usize>) -> String {
    range.map(line).collect()
}

async fn send(house: &TestHouse, op: &Op, text: &str) -> Taken {
    events(op, house, &sender(), text.as_bytes().to_vec()).await.unwrap()
}

async fn extent(house: &TestHouse, op: &Op) -> i64 {
    let mut tx = house.look(op).await.unwrap();
    let permit = tx.allow(op, access::Action::ReadTypologies).unwrap();
    store::ledger::extent(tx.store(&permit), permit.owner()).await.unwrap().0
}

#[tokio::test]
async fn a_request_that_is_sent_again_adds_nothing() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let first = send(&house, &op, &lines(0..50)).await;
        assert_eq!((first.accepted, first.known, first.rejected), (50, 0, 0), "{engine:?}");
        assert_eq!(first.sequences, Some((1, 50)));
        let again = send(&house, &op, &lines(0..50)).await;
        assert_eq!((again.accepted, again.known, again.sequences), (0, 50, None));
        let overlap = send(&house, &op, &lines(40..60)).await;
        assert_eq!((overlap.accepted, overlap.known, overlap.sequences), (10, 10, Some((51, 60))));
        // All of one day are one import.
        assert_eq!((first.import, first.number), (overlap.import, overlap.number));
        let mut tx = house.begin(&op).await.unwrap();
        let view = app_intake::import(&op, &mut tx, first.import).await.unwrap();
        assert_eq!((view.row.counts.read, view.row.counts.accepted, view.row.counts.known), (120, 60, 60));
        assert_eq!(view.row.state, "done");
        tx.commit().await.unwrap();
        assert_eq!(extent(&house, &op).await, 60);

        house.clock.advance(Span::days(1));
        let next_day = send(&house, &op, &lines(60..61)).await;
        assert_ne!(next_day.import, first.import);
    }
}

#[tokio::test]
async fn what_came_over_http_is_known_in_a_file_and_the_other_way_round() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        send(&house, &op, &lines(0..30)).await;
        let about = Arriving {
            name: "ledger.ndjson".to_owned(),
            source: sender().source,
            lawful_basis: sender().lawful_basis,
            mapping: None,
        };
        let mut receiver = receive(&op, &house, &about).await.unwrap();
        receiver.push(lines(20..40).as_bytes()).await.unwrap();
        let received = receiver.finish().await.unwrap();
        let rules = Rules::shipped().unwrap();
        let outcome = process(&op, &house, &rules, received.import, |_| {}).await.unwrap();
        assert_eq!(outcome.kind.as_deref(), Some("payments"), "{engine:?} {outcome:?}");
        assert_eq!((outcome.counts.accepted, outcome.counts.known), (10, 10));
        let taken = send(&house, &op, &lines(30..45)).await;
        assert_eq!((taken.accepted, taken.known), (5, 10));
    }
}

#[tokio::test]
async fn a_bad_line_is_named_and_kept_and_the_rest_goes_in() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let text = format!("{}{{\"at\":\"x\"}}\n{}", line(1), line(2).replace("SYN-2", ""));
        for _ in 0..2 {
            let taken = send(&house, &op, &text).await;
            assert_eq!((taken.accepted + taken.known, taken.rejected), (1, 2), "{engine:?}");
            let named: Vec<_> = taken.refused.iter().map(|r| (r.line, r.field.as_str())).collect();
            assert_eq!(named, [(2, "at"), (3, "reference")]);
            let mut tx = house.begin(&op).await.unwrap();
            let kept = app_intake::rejected(&op, &mut tx, taken.import, 0, 10).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(kept.len() as u64 % 2, 0);
            assert!(kept.iter().any(|line| line.record == "{\"at\":\"x\"}"));
        }
    }
}

#[tokio::test]
async fn only_who_takes_files_in_may_and_only_with_a_source_and_a_basis() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let auditor = house.op(&["auditor"]).await;
        let refused = events(&auditor, &house, &sender(), lines(0..1).into_bytes()).await;
        assert!(matches!(refused, Err(Error::Denied(Denied::Forbidden(_)))), "{engine:?}");
        let op = house.op(&["payment_analyst"]).await;
        let nobody = Sender { source: " ".to_owned(), ..sender() };
        for (who, text) in [(nobody, lines(0..1)), (sender(), " \n\n".to_owned())] {
            let refused = events(&op, &house, &who, text.into_bytes()).await;
            assert!(matches!(refused, Err(Error::Problem(_))), "{refused:?}");
        }
        assert_eq!(extent(&house, &op).await, 0);
    }
}
