//! Entries that were changed, removed, put in another order, or slipped in.

use access::Action;
use app_kernel::JournalFault;
use model::{Id, kinds};
use store::Engine;
use test_support::engines;

use crate::tampered::{BATCH, Tampered, write};

#[tokio::test]
async fn a_change_of_any_field_of_an_entry_is_found_and_the_entry_named() {
    for engine in engines() {
        let journal = Tampered::new(&engine).await;
        let (later, bytes) = match journal.house.engine() {
            Engine::Sqlite => ("at + 1", "X'00'"),
            Engine::Postgres => ("at + interval '1 microsecond'", "'\\x00'::bytea"),
        };
        let other = "(SELECT id FROM organisations WHERE name = 'Synthetic Stranger')";
        let changes = [
            ("organisation_id", other),
            ("organisation_id", "NULL"),
            ("at", later),
            ("actor", "'user:somebody-else'"),
            ("actor_id", other),
            ("actor_id", "NULL"),
            ("action", "'read_case'"),
            ("record_kind", "'case'"),
            ("record_id", other),
            ("record_id", "NULL"),
            ("purpose", "'triage'"),
            ("reason", bytes),
            ("reason", "NULL"),
            ("request_id", other),
            ("detail", "'{}'"),
        ];
        for (n, (column, value)) in changes.into_iter().enumerate() {
            let sequence = BATCH + 7 * n as i64;
            let entry = journal.entry_at(sequence).await;
            let place = format!("id = (SELECT entry_id FROM journal_positions WHERE sequence = {sequence})");
            let sql = format!("UPDATE journal_entries SET {column} = {value} WHERE {place}");
            assert_eq!(journal.house.execute(&sql).await, 1, "{engine:?} {sql}");
            let fault = journal.fault().await;
            assert_eq!(fault, JournalFault::Changed { sequence, entry }, "{engine:?} {sql}");
            assert_eq!(
                fault.to_string(),
                format!("entry {sequence} ({entry}) was changed after it was written")
            );
            journal
                .house
                .execute(&format!(
                    "DELETE FROM journal_entries WHERE id IN (SELECT entry_id FROM journal_positions WHERE sequence = {sequence}); \
                     INSERT INTO journal_entries SELECT * FROM kept_journal_entries WHERE {place}"
                ))
                .await;
        }
        journal.assert_whole().await;
    }
}

#[tokio::test]
async fn an_entry_whose_leaf_was_changed_with_it_breaks_its_batch() {
    for engine in engines() {
        let journal = Tampered::new(&engine).await;
        let head = journal.heads().await[2].clone();
        let sequence = head.first + 3;
        journal
            .house
            .execute(&format!(
                "UPDATE journal_entries SET detail = '{{}}' \
                 WHERE id = (SELECT entry_id FROM journal_positions WHERE sequence = {sequence})"
            ))
            .await;
        let leaf = {
            let mut tx = journal.house.look(&journal.op).await.unwrap();
            let permit = tx.allow(&journal.op, Action::ReadJournal).unwrap();
            let found = store::journal::positions(tx.store(&permit), sequence, sequence).await.unwrap();
            vault::chain::leaf(&found[0].entry.as_ref().unwrap().canonical())
        };
        let bytes = match journal.house.engine() {
            Engine::Sqlite => format!("X'{leaf}'"),
            Engine::Postgres => format!("'\\x{leaf}'::bytea"),
        };
        journal
            .house
            .execute(&format!("UPDATE journal_positions SET leaf = {bytes} WHERE sequence = {sequence}"))
            .await;
        let JournalFault::Head { batch, first, last, reason } = journal.fault().await else {
            panic!("{engine:?}")
        };
        assert_eq!((batch, first, last), (head.batch, head.first, head.last));
        assert!(reason.contains("not those that were chained"), "{reason}");
    }
}

#[tokio::test]
async fn entries_that_were_removed_or_put_in_another_order_are_found() {
    for engine in engines() {
        let journal = Tampered::new(&engine).await;
        let (house, heads) = (&journal.house, journal.heads().await);
        let (first, last) = (heads[1].first, heads[1].last);

        // An entry, in the middle of a batch, at its start and at its end.
        for sequence in [first + 5, first, last, heads[0].first] {
            let entry = journal.entry_at(sequence).await;
            house.execute(&format!("DELETE FROM journal_entries WHERE id = (SELECT entry_id FROM journal_positions WHERE sequence = {sequence})")).await;
            assert_eq!(journal.fault().await, JournalFault::Removed { sequence, entry }, "{engine:?}");
            journal.put_back().await;
        }

        // A place, and an entry with its place.
        for sequence in [first + 5, first, last] {
            house.execute(&format!("DELETE FROM journal_positions WHERE sequence = {sequence}")).await;
            assert_eq!(journal.fault().await, JournalFault::Missing { sequence }, "{engine:?}");
            journal.put_back().await;
            house.execute(&format!("DELETE FROM journal_entries WHERE id = (SELECT entry_id FROM journal_positions WHERE sequence = {sequence}); DELETE FROM journal_positions WHERE sequence = {sequence}")).await;
            assert_eq!(journal.fault().await, JournalFault::Missing { sequence }, "{engine:?}");
            journal.put_back().await;
        }

        // Two places swapped, within a batch and across two.
        for (one, other) in [(first + 4, first + 9), (first + 4, first + 5), (first + 4, heads[2].first + 4)]
        {
            let entry = journal.entry_at(other).await;
            house
                .execute(&format!(
                    "UPDATE journal_positions SET sequence = -1 WHERE sequence = {one}; \
                     UPDATE journal_positions SET sequence = {one} WHERE sequence = {other}; \
                     UPDATE journal_positions SET sequence = {other} WHERE sequence = -1"
                ))
                .await;
            let fault = journal.fault().await;
            assert_eq!(fault, JournalFault::Reordered { sequence: one, entry }, "{engine:?}");
            journal.put_back().await;
        }

        // Two entries swapped, each in the other's place.
        let (one, other) = (first + 4, first + 9);
        let (a, b) = (journal.entry_at(one).await, journal.entry_at(other).await);
        let ids = |id: Id<kinds::JournalEntry>| match house.engine() {
            Engine::Sqlite => format!("X'{}'", id.uuid().simple()),
            Engine::Postgres => format!("'{id}'::uuid"),
        };
        let nobody = ids(house.id());
        house
            .execute(&format!(
                "UPDATE journal_entries SET id = {nobody} WHERE id = {a}; UPDATE journal_entries SET id = {a} WHERE id = {b}; \
                 UPDATE journal_entries SET id = {b} WHERE id = {nobody}",
                a = ids(a),
                b = ids(b)
            ))
            .await;
        assert_eq!(journal.fault().await, JournalFault::Changed { sequence: one, entry: a }, "{engine:?}");
        journal.put_back().await;
    }
}

#[tokio::test]
async fn an_entry_that_waits_can_neither_be_removed_nor_slipped_in_unseen() {
    for engine in engines() {
        let journal = Tampered::new(&engine).await;
        let (house, op) = (&journal.house, &journal.op);
        write(house, op, 3).await;
        let waiting = house.entries(house.organisation).await.pop().unwrap().id;

        house.execute("DELETE FROM journal_waiting").await;
        let JournalFault::Stray { .. } = journal.fault().await else { panic!("{engine:?}") };
        journal.put_back().await;

        write(house, op, 1).await;
        let entries = house.entries(house.organisation).await;
        assert!(entries.iter().all(|entry| entry.id != waiting));
        let entry = entries.last().unwrap().id;
        house.execute("DELETE FROM journal_entries WHERE id IN (SELECT entry_id FROM journal_waiting)").await;
        assert_eq!(journal.fault().await, JournalFault::Lost { entry }, "{engine:?}");
        assert_eq!(house.sequence().await.unwrap(), 0);
    }
}
