//! Whatever is done to the journal past the door is found, and the first broken place is named.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

mod entries;
mod heads;
mod outside;
mod tampered;

use store::Engine;
use test_support::{TestHouse, engines};

use crate::tampered::{BATCHES, Tampered, write};

#[tokio::test]
async fn a_journal_nobody_touched_is_whole() {
    for engine in engines() {
        let journal = Tampered::new(&engine).await;
        let report = journal.report().await;
        let last = journal.heads().await.pop().unwrap();
        assert_eq!(last.batch, BATCHES);
        assert_eq!(report.entries, last.last.unsigned_abs(), "{engine:?}");
        assert!(report.entries > 200, "{report:?}");
        assert_eq!((report.heads, report.outside), (BATCHES as u64, BATCHES as u64));
        assert_eq!((report.waiting, report.fault), (0, None));

        write(&journal.house, &journal.op, 3).await;
        let waiting = journal.report().await;
        assert_eq!((waiting.waiting, waiting.fault), (3, None));
        assert_eq!(journal.house.sequence().await.unwrap(), 3);
        let done = journal.report().await;
        assert_eq!((done.entries, done.waiting, done.fault), (report.entries + 3, 0, None));
        assert_eq!(journal.house.sequence().await.unwrap(), 0, "nothing is chained twice");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_remove_what_was_written() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        house.sequence().await.unwrap();
        for (table, column) in
            [("journal_entries", "detail"), ("journal_positions", "sequence"), ("journal_heads", "batch")]
        {
            for sql in [format!("UPDATE {table} SET {column} = {column}"), format!("DELETE FROM {table}")] {
                let said = house.try_execute(&sql).await.unwrap_err();
                assert!(said.contains("append-only"), "{engine:?} {sql}: {said}");
            }
            if house.engine() == Engine::Postgres {
                let said = house.try_execute(&format!("TRUNCATE {table}")).await.unwrap_err();
                assert!(said.contains("append-only"), "{said}");
            }
        }
        assert_eq!(house.verify_journal().await.unwrap().fault, None);
    }
}
