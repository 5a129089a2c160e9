use app_kernel::ProblemKind;
use test_support::{TestHouse, engines};

use crate::support::{is_denied, problem, take_in};

const MIXED: &str = "reference,at,amount,currency,sender_account,receiver_account\n\
                     SYN-1,2025-12-01T00:00:00Z,10.00,PHP,SYN-A,SYN-B\n\
                     =SYN-2,2025-12-01T00:00:00Z,ten,PHP,SYN-A,SYN-B\n\
                     SYN-3,yesterday,10.00,PHP,SYN-A,SYN-B\n";

#[tokio::test]
async fn imports_are_listed_newest_first_and_say_what_happens_next() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        for n in 0..3 {
            let csv = MIXED.replace("SYN-1", &format!("SYN-1{n}"));
            take_in(&house, &op, "Synthetic Remitter", "ledger.csv", csv.as_bytes()).await;
            house.clock.advance(model::Span::minutes(1));
        }
        take_in(&house, &op, "Synthetic Stranger", "photo.jpg", b"\xff\xd8\xff\xe0 synthetic").await;
        let mut tx = house.look(&op).await.unwrap();
        let first = app_intake::imports(&op, &mut tx, None, 3).await.unwrap();
        assert_eq!((first.total, first.rows.len()), (4, 3), "{engine:?}");
        assert_eq!((first.rows[0].number, first.rows[0].state.as_str()), (4, "failed"));
        assert!(first.rows[0].next_step.contains("send it again"));
        let row = &first.rows[1];
        assert_eq!((row.kind, row.counts.accepted, row.counts.rejected), ("payments", 1, 2), "{engine:?}");
        assert!(row.next_step.contains("refused"));
        let rest = app_intake::imports(&op, &mut tx, first.next.as_deref(), 3).await.unwrap();
        assert_eq!(rest.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1], "{engine:?}");
        assert_eq!(rest.next, None);
        let wrong = app_intake::imports(&op, &mut tx, Some("here"), 3).await;
        assert_eq!(problem(wrong), (ProblemKind::Invalid, "not_a_place"));
        let nobody = house.op(&["investigator"]).await;
        assert!(is_denied(app_intake::imports(&nobody, &mut tx, None, 3).await));
    }
}

#[tokio::test]
async fn names_and_refused_records_are_for_those_who_take_files_in() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let import = take_in(&house, &op, "Synthetic Remitter", "ledger.csv", MIXED.as_bytes()).await.import;
        let mut tx = house.begin(&op).await.unwrap();
        let view = app_intake::import(&op, &mut tx, import).await.unwrap();
        assert_eq!(view.name.as_deref(), Some("ledger.csv"), "{engine:?}");
        assert!(view.may_see_rejects && view.digest.is_some());
        assert_eq!((view.same_as, view.problem), (None, None));

        let lines = app_intake::rejected(&op, &mut tx, import, 0, 10).await.unwrap();
        assert_eq!(lines.iter().map(|line| (line.ordinal, line.line)).collect::<Vec<_>>(), [(2, 3), (3, 4)]);
        let after = app_intake::rejected(&op, &mut tx, import, 2, 10).await.unwrap();
        assert_eq!(after.len(), 1, "{engine:?}");
        let csv = app_intake::rejects_csv(&op, &mut tx, import).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(csv.matches("\r\n").count(), 3, "{csv}");
        assert!(csv.contains("\"'=SYN-2,2025"), "{engine:?}: a record that begins like a formula: {csv}");

        let administrator = house.op(&["administrator"]).await;
        let mut tx = house.begin(&administrator).await.unwrap();
        let view = app_intake::import(&administrator, &mut tx, import).await.unwrap();
        assert!(view.name.is_none() && !view.may_see_rejects, "{engine:?}");
        assert!(is_denied(app_intake::rejected(&administrator, &mut tx, import, 0, 10).await));
        assert!(is_denied(app_intake::rejects_csv(&administrator, &mut tx, import).await));
        tx.commit().await.unwrap();
        let foreign = house.foreign_op(&["payment_analyst"]).await;
        let mut tx = house.begin(&foreign).await.unwrap();
        assert!(is_denied(app_intake::import(&foreign, &mut tx, import).await), "{engine:?}");
    }
}

#[tokio::test]
async fn the_very_same_file_names_the_import_it_was() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["payment_analyst"]).await;
        let first = take_in(&house, &op, "Synthetic Remitter", "ledger.csv", MIXED.as_bytes()).await;
        let again = take_in(&house, &op, "Synthetic Remitter", "again.csv", MIXED.as_bytes()).await;
        let mut tx = house.begin(&op).await.unwrap();
        let view = app_intake::import(&op, &mut tx, again.import).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(view.same_as, Some((first.import, first.number)), "{engine:?}");
        assert_eq!(view.row.state, "known");
    }
}
