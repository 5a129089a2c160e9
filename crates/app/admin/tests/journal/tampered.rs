//! A house whose journal can be changed past the door, and put back.

use std::fs;

use access::Action;
use app_kernel::{JournalFault, JournalReport, Op};
use model::{Id, Span, kinds};
use store::{Engine, users::User};
use test_support::{TestEngine, TestHouse};

/// Entries of one batch, as this test makes them.
pub(crate) const BATCH: i64 = 40;
/// Batches.
pub(crate) const BATCHES: i64 = 6;

/// A house with a whole journal, a copy of it to put back, and nothing that keeps it from being
/// changed past the door.
pub(crate) struct Tampered {
    pub(crate) house: TestHouse,
    pub(crate) op: Op,
    pub(crate) heads_file: String,
}

const TABLES: [&str; 4] = ["journal_entries", "journal_positions", "journal_heads", "journal_waiting"];

impl Tampered {
    pub(crate) async fn new(engine: &TestEngine) -> Self {
        let house = TestHouse::new(engine).await;
        let op = house.op(&["administrator"]).await;
        house.sequence().await.unwrap();
        for _ in 1..BATCHES {
            write(&house, &op, BATCH).await;
            assert_eq!(house.sequence().await.unwrap(), BATCH as u64);
        }
        for table in TABLES {
            house.execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
        for table in &TABLES[..3] {
            let guards = match house.engine() {
                Engine::Sqlite => format!("DROP TRIGGER {table}_kept; DROP TRIGGER {table}_fixed"),
                Engine::Postgres => format!("DROP TRIGGER {table}_kept ON {table}"),
            };
            house.execute(&guards).await;
        }
        let heads_file = fs::read_to_string(house.heads()).unwrap();
        Self { house, op, heads_file }
    }

    pub(crate) async fn report(&self) -> JournalReport {
        self.house.verify_journal().await.unwrap()
    }

    pub(crate) async fn fault(&self) -> JournalFault {
        self.report().await.fault.expect("the journal is broken, and that was not found")
    }

    pub(crate) async fn assert_whole(&self) {
        let report = self.report().await;
        assert_eq!(report.fault, None);
        assert_eq!(report.outside, report.heads);
    }

    /// Puts the journal and the file of heads back as they were.
    pub(crate) async fn put_back(&self) {
        for table in TABLES {
            self.house
                .execute(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}"))
                .await;
        }
        fs::write(self.house.heads(), &self.heads_file).unwrap();
        self.assert_whole().await;
    }

    pub(crate) async fn entry_at(&self, sequence: i64) -> Id<kinds::JournalEntry> {
        let mut tx = self.house.look(&self.op).await.unwrap();
        let permit = tx.allow(&self.op, Action::ReadJournal).unwrap();
        store::journal::positions(tx.store(&permit), sequence, sequence).await.unwrap()[0].entry_id
    }

    pub(crate) async fn heads(&self) -> Vec<store::journal::Head> {
        let mut tx = self.house.look(&self.op).await.unwrap();
        let permit = tx.allow(&self.op, Action::ReadJournal).unwrap();
        store::journal::heads_after(tx.store(&permit), 0, 1000).await.unwrap()
    }

    /// Removes everything from a batch on.
    pub(crate) async fn cut_from(&self, batch: i64) {
        let first = self.heads().await.iter().find(|head| head.batch == batch).unwrap().first;
        self.house
            .execute(&format!(
                "DELETE FROM journal_entries WHERE id IN \
                 (SELECT entry_id FROM journal_positions WHERE sequence >= {first}); \
                 DELETE FROM journal_positions WHERE sequence >= {first}; \
                 DELETE FROM journal_heads WHERE batch >= {batch}"
            ))
            .await;
    }
}

/// Writes entries with every field filled.
pub(crate) async fn write(house: &TestHouse, op: &Op, count: i64) {
    let op = Op { reason: Some("Synthetic reason.".to_owned()), ..op.clone() };
    let mut tx = house.begin(&op).await.unwrap();
    let (user, permit) = tx.open::<User>(&op, Action::ReadUsers, op.actor.user.uuid()).await.unwrap();
    assert_eq!(user.id, op.actor.user);
    for n in 0..count {
        house.clock.advance(Span(1_000_003));
        tx.journal(&op, &permit, serde_json::json!({ "synthetic": n })).await.unwrap();
    }
    tx.commit().await.unwrap();
}
