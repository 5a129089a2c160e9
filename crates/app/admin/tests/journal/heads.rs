//! Heads that were changed or removed, a tail that was cut off, a tail that was written anew.

use std::fs;

use access::Action;
use app_kernel::JournalFault;
use model::{Digest, Id, kinds};
use test_support::engines;
use vault::{
    Key, Signer,
    chain::{Head, SignedHead},
};

use crate::tampered::{BATCH, BATCHES, Tampered, write};

#[tokio::test]
async fn a_head_that_was_changed_or_removed_is_found() {
    for engine in engines() {
        let journal = Tampered::new(&engine).await;
        let house = &journal.house;
        let heads = journal.heads().await;
        let third = &heads[2];
        for change in
            ["first = first + 1", "last = last - 1", "last = last + 1000000000", "batch = batch + 100"]
        {
            house.execute(&format!("UPDATE journal_heads SET {change} WHERE batch = 3")).await;
            let JournalFault::Head { reason, .. } = journal.fault().await else {
                panic!("{engine:?} {change}")
            };
            assert!(
                reason.contains("signature") || reason.contains("batch 4 stands where"),
                "{change}: {reason}"
            );
            journal.put_back().await;
        }

        house.execute("DELETE FROM journal_heads WHERE batch = 3").await;
        let JournalFault::Head { batch, first, reason, .. } = journal.fault().await else {
            panic!("{engine:?}")
        };
        assert_eq!((batch, first), (4, third.last + 1));
        assert!(reason.contains("batches are missing"), "{reason}");
        journal.put_back().await;

        // The last head alone: the file outside still has it.
        house.execute(&format!("DELETE FROM journal_heads WHERE batch = {BATCHES}")).await;
        let sequence = heads[4].last + 1;
        assert_eq!(journal.fault().await, JournalFault::Truncated { sequence, batch: BATCHES - 1 });
        // And where it was taken out of the file too, the entries under it have none.
        let kept: String =
            journal.heads_file.lines().take(BATCHES as usize - 1).flat_map(|line| [line, "\n"]).collect();
        fs::write(house.heads(), kept).unwrap();
        assert_eq!(journal.fault().await, JournalFault::Headless { sequence });
        journal.put_back().await;
    }
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_found_by_the_heads_outside() {
    for engine in engines() {
        let mut journal = Tampered::new(&engine).await;
        let heads = journal.heads().await;
        for batch in [BATCHES, 3, 1] {
            journal.cut_from(batch).await;
            let sequence = heads[batch as usize - 1].first;
            let fault = journal.fault().await;
            assert_eq!(fault, JournalFault::Truncated { sequence, batch: batch - 1 }, "{engine:?}");
            assert!(fault.to_string().starts_with(&format!("entry {sequence} and what follows is missing")));
            journal.put_back().await;
        }

        // A restart does not paint over it.
        journal.cut_from(4).await;
        journal.house.reopen().await;
        let truncated = JournalFault::Truncated { sequence: heads[3].first, batch: 3 };
        assert_eq!(journal.fault().await, truncated, "{engine:?}");
        assert_eq!(fs::read_to_string(journal.house.heads()).unwrap(), journal.heads_file);

        // Nor does what is written after it, which is signed with the right key.
        write(&journal.house, &journal.op, BATCH).await;
        journal.house.sequence().await.unwrap();
        let rewritten = JournalFault::Rewritten { batch: 4, first: heads[3].first };
        assert_eq!(journal.fault().await, rewritten, "{engine:?}");
        journal.put_back().await;
    }
}

#[tokio::test]
async fn a_tail_written_anew_without_the_signing_key_is_found() {
    for engine in engines() {
        let journal = Tampered::new(&engine).await;
        let (house, op) = (&journal.house, &journal.op);
        let heads = journal.heads().await;
        let forger = Signer::from_seed(&Key::from_bytes([9; 32]));
        house
            .execute(&format!(
                "UPDATE journal_entries SET actor = 'user:somebody-else' WHERE id = \
                 (SELECT entry_id FROM journal_positions WHERE sequence = {})",
                heads[3].first + 2
            ))
            .await;

        // The whole chain from that batch on, computed as Sagip would, signed with another key.
        let mut tx = house.begin(op).await.unwrap();
        let permit = tx.allow(op, Action::ReadJournal).unwrap();
        let chained = |head: &store::journal::Head| Head {
            batch: head.batch as u64,
            first: head.first as u64,
            last: head.last as u64,
            root: head.root,
            previous: head.previous,
            at: head.at,
        };
        let mut previous = chained(&heads[2]);
        let mut forged = Vec::new();
        for head in &heads[3..] {
            let found = store::journal::positions(tx.store(&permit), head.first, head.last).await.unwrap();
            let leaves: Vec<(Id<kinds::JournalEntry>, Digest)> = found
                .iter()
                .map(|p| (p.entry_id, vault::chain::leaf(&p.entry.as_ref().unwrap().canonical())))
                .collect();
            let only: Vec<Digest> = leaves.iter().map(|(_, leaf)| *leaf).collect();
            let new = SignedHead::new(Head::after(Some(&previous), &only, head.at).unwrap(), &forger);
            previous = new.head;
            let stored = store::journal::Head {
                root: new.head.root,
                previous: new.head.previous,
                signature: new.signature.to_vec(),
                ..head.clone()
            };
            forged.push((stored, leaves, new));
        }
        drop(tx);
        house
            .execute(&format!(
                "DELETE FROM journal_positions WHERE sequence >= {}; DELETE FROM journal_heads WHERE batch >= 4",
                heads[3].first
            ))
            .await;
        let mut tx = house.begin(op).await.unwrap();
        for (head, leaves, _) in &forged {
            store::journal::append_batch(tx.store(&permit), head, leaves).await.unwrap();
        }
        tx.journal(op, &permit, serde_json::json!({})).await.unwrap();
        tx.commit().await.unwrap();

        // With the right file outside, and with one that was forged as well.
        let mut lines: Vec<String> = journal.heads_file.lines().take(3).map(str::to_owned).collect();
        lines.extend(forged.iter().map(|(_, _, head)| head.to_line()));
        for file in [journal.heads_file.clone(), lines.join("\n") + "\n"] {
            fs::write(house.heads(), file).unwrap();
            let JournalFault::Head { batch, first, last, reason } = journal.fault().await else {
                panic!("{engine:?}")
            };
            assert_eq!((batch, first, last), (4, heads[3].first, heads[3].last), "{engine:?}");
            assert!(reason.contains("signature"), "{reason}");
        }
    }
}
