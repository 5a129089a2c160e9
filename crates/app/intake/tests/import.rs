//! Files coming in: sealed, taken in once, refused with a reason, taken up again.

use app_intake::{Arriving, Outcome, Received, Rules, process, receive};
use app_kernel::{Error, Op};
use model::{Id, Span, kinds};
use test_support::{TestHouse, engines};

fn arriving(name: &str) -> Arriving {
    Arriving {
        name: name.to_owned(),
        source: "Synthetic Remitter".to_owned(),
        lawful_basis: "synthetic".to_owned(),
        mapping: None,
    }
}

async fn take(house: &TestHouse, op: &Op, arriving: &Arriving, bytes: &[u8]) -> Received {
    let mut receiver = receive(op, house, arriving).await.unwrap();
    // In uneven pieces, as a network brings them.
    for piece in bytes.chunks(100_003) {
        receiver.push(piece).await.unwrap();
    }
    receiver.finish().await.unwrap()
}

async fn import(house: &TestHouse, op: &Op, arriving: &Arriving, bytes: &[u8]) -> Outcome {
    let received = take(house, op, arriving, bytes).await;
    assert_eq!(received.same_as, None);
    process(op, house, &Rules::shipped().unwrap(), received.import, |_| {}).await.unwrap()
}

fn ledger(rows: usize) -> Vec<u8> {
    let mut csv = Vec::new();
    let plan = screening::sample::Plan { rows, start: test_support::START - Span::days(200), days: 90 };
    let ledger = screening::sample::Ledger::generate(&plan, &test_support::TestEntropy::new(3));
    screening::sample::write_csv(&ledger, &mut csv).unwrap();
    csv
}

async fn extent(house: &TestHouse, op: &Op) -> i64 {
    let mut tx = house.look(op).await.unwrap();
    let permit = tx.allow(op, access::Action::ReadTypologies).unwrap();
    store::ledger::extent(tx.store(&permit), permit.owner()).await.unwrap().0
}

#[tokio::test]
async fn a_ledger_goes_in_once_and_its_overlap_too() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let csv = ledger(20_000);
        let outcome = import(&house, &op, &arriving("ledger.csv"), &csv).await;
        assert_eq!((outcome.counts.accepted, outcome.counts.rejected), (20_000, 0), "{engine:?}");
        assert_eq!(outcome.kind.as_deref(), Some("payments"));
        assert_eq!(extent(&house, &op).await, 20_000);

        // The very same file adds nothing and says which import it was.
        let again = take(&house, &op, &arriving("again.csv"), &csv).await;
        assert_eq!(again.same_as, Some((outcome.import, outcome.number)));

        // Another file with the same payments in it: they are known by their references.
        let mut longer = csv.clone();
        longer.extend_from_slice(
            b"SYN-NEW,2025-12-01T00:00:00Z,10.00,PHP,SYN-A,Synthetic Bank,Synthetic A,individual,AU,SYN-B,Synthetic Bank,Synthetic B,individual,PH,gift,wallet\n",
        );
        let outcome = import(&house, &op, &arriving("longer.csv"), &longer).await;
        assert_eq!((outcome.counts.accepted, outcome.counts.known), (1, 20_000));
        assert_eq!(extent(&house, &op).await, 20_001);
    }
}

#[tokio::test]
async fn identical_payments_without_a_reference_are_both_kept() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let row = "2025-12-01T00:00:00Z,10.00,PHP,SYN-A,SYN-B\n";
        let csv = format!("at,amount,currency,sender_account,receiver_account\n{row}{row}");
        let outcome = import(&house, &op, &arriving("twins.csv"), csv.as_bytes()).await;
        assert_eq!(outcome.counts.accepted, 2, "{engine:?} {outcome:?}");
    }
}

#[tokio::test]
async fn a_bad_row_is_refused_with_its_reason_and_the_rest_goes_in() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let csv = "reference,at,amount,currency,sender_account,receiver_account\n\
                   SYN-1,2025-12-01T00:00:00Z,10.00,PHP,SYN-A,SYN-B\n\
                   SYN-2,2025-12-01T00:00:00Z,ten,PHP,SYN-A,SYN-B\n\
                   SYN-3,yesterday,10.00,PHP,SYN-A,SYN-B\n\
                   SYN-4,2025-12-01T00:00:00Z,11.00,PHP,SYN-A,SYN-B\n";
        let outcome = import(&house, &op, &arriving("mixed.csv"), csv.as_bytes()).await;
        assert_eq!((outcome.counts.accepted, outcome.counts.rejected), (2, 2), "{engine:?}");
        let mut tx = house.begin(&op).await.unwrap();
        let rejects = app_intake::rejects_csv(&op, &mut tx, outcome.import).await.unwrap();
        tx.commit().await.unwrap();
        assert!(rejects.contains("amount") && rejects.contains("ten"), "{rejects}");
        assert!(rejects.lines().any(|line| line.starts_with("2,3,")), "{rejects}");
    }
}

#[tokio::test]
async fn a_process_that_was_cut_short_is_taken_up_and_adds_nothing_twice() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let received = take(&house, &op, &arriving("ledger.csv"), &ledger(40_000)).await;
        let rules = Rules::shipped().unwrap();
        // The process is dropped after its first batch, as a killed one is.
        {
            let stopped = tokio::sync::Notify::new();
            let running = process(&op, &house, &rules, received.import, |_| stopped.notify_one());
            tokio::select! {
                biased;
                () = stopped.notified() => {}
                ended = running => panic!("{engine:?}: it ended: {ended:?}"),
            }
        }
        let there = extent(&house, &op).await;
        assert!(there > 0 && there < 40_000, "{engine:?}: {there}");
        assert_eq!(app_intake::unfinished(&op, &house).await.unwrap(), [received.import]);
        house.clock.advance(Span::seconds(10));
        let outcome = process(&op, &house, &rules, received.import, |_| {}).await.unwrap();
        assert_eq!(outcome.counts.accepted, 40_000, "{engine:?}");
        assert_eq!(outcome.counts.known, 0, "{engine:?}");
        assert_eq!(extent(&house, &op).await, 40_000);
        assert!(app_intake::unfinished(&op, &house).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_came_in_is_not_on_the_disk_in_the_clear() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let csv = "reference,at,amount,currency,sender_account,sender_name,receiver_account,receiver_name,purpose\n\
                   SYN-SECRET-REF,2025-12-01T00:00:00Z,10.00,PHP,SYN-SECRET-1,Synthetic Hidden Sender,SYN-SECRET-2,Synthetic Hidden Receiver,synthetic hidden purpose\n\
                   SYN-SECRET-BAD,never,10.00,PHP,SYN-SECRET-3,Synthetic Hidden Third,SYN-SECRET-2,Synthetic Hidden Receiver,x\n";
        import(&house, &op, &arriving("SECRET-file-name.csv"), csv.as_bytes()).await;
        for word in ["SYN-SECRET", "Hidden Sender", "Hidden Receiver", "hidden purpose", "SECRET-file-name"] {
            assert!(!house.holds(word).await, "{engine:?}: “{word}” is in the database in the clear");
        }
    }
}

#[tokio::test]
async fn a_file_needs_leave_a_source_and_a_basis() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let auditor = house.op(&["auditor"]).await;
        assert!(matches!(receive(&auditor, &house, &arriving("x")).await, Err(Error::Denied(_))));
        let op = house.op(&["hotline_analyst"]).await;
        for arriving in [
            Arriving { source: " ".to_owned(), ..arriving("x") },
            Arriving { lawful_basis: String::new(), ..arriving("x") },
        ] {
            assert!(matches!(receive(&op, &house, &arriving).await, Err(Error::Problem(_))));
        }
    }
}

#[tokio::test]
async fn a_file_of_no_known_kind_fails_and_says_what_is_wanted() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        for (bytes, words) in [
            (&b"\xff\xd8\xff\xe0 synthetic"[..], "never media"),
            (b"", "empty"),
            (b"a,b,c,d,e\n1,2,3,4,5\n", "mapping"),
        ] {
            let outcome = import(&house, &op, &arriving("strange"), bytes).await;
            let problem = outcome.problem.unwrap();
            assert!(problem.contains(words), "{problem}");
        }
    }
}

#[tokio::test]
async fn an_installation_takes_only_what_it_is_for() {
    for engine in engines() {
        let house = TestHouse::with_profile(&engine, "police").await;
        let op = house.op(&["hotline_analyst"]).await;
        let outcome = import(&house, &op, &arriving("ledger.csv"), &ledger(100)).await;
        assert_eq!(outcome.counts.accepted, 0);
        assert!(outcome.problem.unwrap().contains("takes no payments"));
    }
}

#[tokio::test]
async fn a_list_of_hashes_raises_an_alert_on_what_was_here_before() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let rules = Rules::shipped().unwrap();
        let details = b"<fileDetails><reportId>900000001</reportId><fileId>0123456789abcdef0123456789abcdef</fileId>\
            <originalFileHash hashType=\"MD5\">00112233445566778899aabbccddeeff</originalFileHash></fileDetails>";
        let outcome = import(&house, &op, &arriving("file.xml"), details).await;
        assert_eq!(outcome.counts.accepted, 1, "{outcome:?}");
        let list =
            b"algorithm,hash,classification,taxonomy\nmd5,00112233445566778899AABBCCDDEEFF,A1,industry\n";
        let outcome = import(&house, &op, &arriving("list.csv"), list).await;
        assert_eq!((outcome.kind.as_deref(), outcome.counts.accepted), (Some("hashes"), 1));
        let system = house.system();
        let swept = app_intake::match_what_was_seen(&system, &house, &rules, None).await.unwrap();
        assert_eq!(swept.reports, 1);
        assert_eq!(alerts(&house, &op).await, 1, "{engine:?}");
        // Once more changes nothing.
        let swept = app_intake::match_what_was_seen(&system, &house, &rules, None).await.unwrap();
        assert_eq!(swept, app_intake::Swept::default());
        assert_eq!(alerts(&house, &op).await, 1);
    }
}

async fn alerts(house: &TestHouse, op: &Op) -> i64 {
    let mut tx = house.look(op).await.unwrap();
    let permit = tx.allow(op, access::Action::ListAlerts).unwrap();
    store::alerts::count(tx.store(&permit), permit.owner(), Some("new")).await.unwrap()
}

#[tokio::test]
async fn reports_that_name_the_same_thing_are_linked_with_the_reason() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["hotline_analyst"]).await;
        let tip = |name: &str, service: &str| {
            format!(
                "<report><incidentSummary><incidentType>Child Sex Trafficking</incidentType>\
                 <incidentDateTime>2026-02-20T10:00:00Z</incidentDateTime></incidentSummary>\
                 <reporter><reportingPerson><email>desk@{service}.example.com</email></reportingPerson></reporter>\
                 <personOrUserReported><personOrUserReportedPerson><phone>+639170000001</phone></personOrUserReportedPerson>\
                 <screenName>{name}</screenName></personOrUserReported></report>"
            )
        };
        import(&house, &op, &arriving("one.xml"), tip("synthetic_one", "alpha").as_bytes()).await;
        import(&house, &op, &arriving("two.xml"), tip("synthetic_two", "beta").as_bytes()).await;
        let mut tx = house.look(&op).await.unwrap();
        let permit = tx.allow(&op, access::Action::ListReports).unwrap();
        let filter = store::reports::QueueFilter::default();
        let queue =
            store::reports::queue(tx.store(&permit), permit.owner(), &filter, None, 10).await.unwrap();
        assert_eq!(queue.len(), 2, "{engine:?}");
        for report in &queue {
            assert_eq!(report.links, 1);
            assert!(!report.reasons.is_empty());
            let links = store::reports::links(tx.store(&permit), report.id).await.unwrap();
            assert!(links[0].1.reasons[0].contains("phone number"), "{:?}", links[0].1.reasons);
            assert!(!links[0].1.reasons.join(" ").contains("0917"), "a reason names no value");
        }
        let ids: Vec<Id<kinds::Report>> = queue.iter().map(|r| r.id).collect();
        assert_ne!(ids[0], ids[1]);
    }
}
