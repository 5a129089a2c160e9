//! Keys: what a rotation changes and what it leaves, rotations that were cut short, key files that
//! are not taken, and a child's key that is gone.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on must fail"
)]

mod cut_short;
mod sealed;

use std::{fs, os::unix::fs::PermissionsExt as _};

use access::Action;
use app_kernel::{Denied, Error, Op};
use model::{Span, kinds};
use serde_json::json;
use store::Engine;
use test_support::{TestEntropy, engines};
use vault::RootKey;

use crate::sealed::{IDENTITY, NARRATIVE, REASON, Sealed, key_file_fault, other_root, write_key};

#[tokio::test]
async fn a_rotation_changes_every_key_and_opens_everything() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        sealed.assert_opens("before").await;
        let old = sealed.root();
        assert_eq!(sealed.house.root_fingerprint(), old.fingerprint());
        let wrapped = wrappings(&sealed).await;

        let rotated = sealed.rotate().await;
        let new = sealed.root();
        assert_ne!(new.fingerprint(), old.fingerprint(), "{engine:?}");
        assert_eq!(rotated.fingerprint, new.fingerprint());
        assert_eq!((rotated.organisations, rotated.records, rotated.children), (3, 1, 1), "{engine:?}");
        sealed.house.reopen().await;
        sealed.assert_opens("after").await;

        // Nothing is wrapped as it was: a copy of the database gives nothing to the new key, nor
        // the old key to this one.
        let now = wrappings(&sealed).await;
        assert_eq!(now.len(), wrapped.len());
        assert!(now.iter().all(|one| !wrapped.contains(one)), "{engine:?}");
        let epochs = sealed.house.key_store_numbers("SELECT epoch FROM child_keys").await;
        assert_eq!(epochs, [2], "{engine:?}");

        let entry = sealed.house.entries(sealed.house.organisation).await;
        let entry = entry.iter().find(|entry| entry.action == "manage_keys").unwrap();
        assert!(entry.detail.contains(&new.fingerprint()), "{}", entry.detail);
        let mut tx = sealed.house.look(&sealed.op).await.unwrap();
        let permit = tx.allow(&sealed.op, Action::ImportFile).unwrap();
        assert_eq!(tx.reason(&permit, entry).await.unwrap().as_deref(), Some(REASON), "{engine:?}");
        drop(tx);

        // And again.
        sealed.rotate().await;
        sealed.house.reopen().await;
        sealed.assert_opens("twice").await;
    }
}

#[tokio::test]
async fn nobody_rotates_who_may_not() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let root = sealed.root().fingerprint();
        let mut late = sealed.op.clone();
        late.actor.strong_until = None;
        for op in [sealed.house.op(&["supervisor", "auditor"]).await, late] {
            let refused = sealed.house.rotate(&op, &sealed.house.key_file).await;
            assert!(matches!(refused, Err(Error::Denied(Denied::Forbidden(_) | Denied::NeedsStrong(_)))));
            assert!(!sealed.next_path().exists(), "{engine:?}: the next start would take it up");
        }
        sealed.house.reopen().await;
        assert_eq!(sealed.root().fingerprint(), root, "{engine:?}");
        sealed.assert_opens("nothing happened").await;
    }
}

/// Every wrapped key there is in the data.
async fn wrappings(sealed: &Sealed) -> Vec<Vec<u8>> {
    let mut tx = sealed.house.look(&sealed.op).await.unwrap();
    let permit = tx.allow(&sealed.op, Action::ManageKeys).unwrap();
    let mut found = Vec::new();
    for row in store::keys::organisations(tx.store(&permit)).await.unwrap() {
        let first = uuid::Uuid::nil();
        for key in store::keys::records_after(tx.store(&permit), row.organisation, first, 100).await.unwrap()
        {
            found.push(key.wrapped);
        }
        found.extend([row.seal, row.blind]);
    }
    found
}

#[tokio::test]
async fn a_copy_of_the_old_key_file_opens_nothing_any_more() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let old = sealed.root();
        sealed.rotate().await;
        let new = sealed.root();
        let path = sealed.house.folder().join("root.key");

        write_key(&path, &old.to_text());
        let said = other_root(sealed.house.try_reopen().await);
        assert!(said.contains(&old.fingerprint()) && said.contains(&new.fingerprint()), "{engine:?}: {said}");
        assert!(said.contains("put the right key file in its place"), "{said}");
        assert_eq!(sealed.root().fingerprint(), old.fingerprint(), "the file is left as it is");

        // Nor does any other.
        write_key(&path, &RootKey::generate(&TestEntropy::new(99)).to_text());
        other_root(sealed.house.try_reopen().await);
        write_key(&path, &new.to_text());
        sealed.house.reopen().await;
        sealed.assert_opens("with the right file").await;
    }
}

#[tokio::test]
async fn a_key_file_that_is_absent_open_to_others_or_broken_is_refused_in_words() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let (path, right) = (sealed.house.folder().join("root.key"), sealed.root());
        let text = right.to_text();
        let typo = text.replacen(text.chars().nth(20).unwrap(), "", 1);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let said = key_file_fault(sealed.house.try_reopen().await).to_string();
        assert!(said.contains("can be read by others (mode 640)") && said.contains("chmod 600"), "{said}");
        for broken in ["", "synthetic", typo.as_str()] {
            write_key(&path, broken);
            let said = key_file_fault(sealed.house.try_reopen().await).to_string();
            assert!(said.contains("does not hold a root key"), "{engine:?} “{broken}”: {said}");
        }
        fs::remove_file(&path).unwrap();
        let said = key_file_fault(sealed.house.try_reopen().await).to_string();
        assert!(said.contains("is not there") && said.contains("Sagip starts for nobody"), "{said}");
        assert!(!path.exists(), "none is made in its place");

        write_key(&path, &text);
        sealed.house.reopen().await;
        sealed.assert_opens("with the right file").await;
    }
}

#[tokio::test]
async fn a_house_that_holds_old_keys_seals_and_opens_nothing() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        // Two servers have the house open; both have the keys in memory.
        let other = sealed.house.open_another().await.unwrap();
        let op = Op { reason: None, ..sealed.op.clone() };
        let mut tx = other.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ImportFile).unwrap();
        tx.sealer(&permit, "report", sealed.report.id.uuid()).await.unwrap();
        drop(tx);
        sealed.rotate().await;

        let house_file = sealed.house.key_file.clone();
        for house in [&other, &sealed.house] {
            let record = house.id::<kinds::Report>().uuid();
            let mut tx = house.begin(&op).await.unwrap();
            let refused = [
                tx.new_sealer(&permit, "report", record).await.map(drop),
                tx.prepare_sealer(&permit, "report", record).await.map(drop),
                tx.sealer(&permit, "report", sealed.report.id.uuid()).await.map(drop),
                tx.new_child_sealer(&permit, house.id()).await.map(drop),
                tx.child_sealer(&permit, sealed.child).await.map(drop),
                tx.secrets(&permit).await.map(drop),
                house.make_keys(&mut tx, &permit, house.id()).await,
            ];
            for result in refused {
                assert!(other_root(result).contains("the keys were rotated meanwhile"), "{engine:?}");
            }
            drop(tx);
            other_root(house.rotate(&op, &house_file).await.map(drop));
            assert!(!sealed.next_path().exists(), "{engine:?}: the next start would take it up");
        }
        other.close().await;
        sealed.house.reopen().await;
        sealed.assert_opens("opened anew").await;
    }
}

/// Who waits for a lock of ours on this database.
const WAITING: &str = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// A record whose key is made while a rotation waits for its turn is wrapped anew with the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_waits_for_whoever_is_sealing() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let op = Op { reason: None, ..sealed.op.clone() };
        let (late, child) = (sealed.house.id::<kinds::Report>().uuid(), sealed.house.id());
        let mut tx = sealed.house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ImportFile).unwrap();
        let content =
            tx.new_sealer(&permit, "report", late).await.unwrap().seal("content", NARRATIVE, &tx).unwrap();

        let rotation = {
            let (house, op, file) = (sealed.house.shared(), sealed.op.clone(), sealed.house.key_file.clone());
            tokio::spawn(async move { house.rotate(&op, &file).await.map(|rotated| rotated.records) })
        };
        // It is under way, and waits. On SQLite there is one writer, so there it must.
        if sealed.house.engine() == Engine::Postgres {
            while sealed.house.numbers(WAITING).await == [0] {
                assert!(!rotation.is_finished(), "the rotation did not wait");
            }
        }
        let identity =
            tx.new_child_sealer(&permit, child).await.unwrap().seal("identity", IDENTITY, &tx).unwrap();
        tx.journal(&op, &permit, json!({})).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rotation.await.unwrap().unwrap(), 2, "{engine:?}");

        sealed.house.reopen().await;
        let mut tx = sealed.house.look(&op).await.unwrap();
        let sealer = tx.sealer(&permit, "report", late).await.unwrap();
        assert_eq!(sealer.open::<String>("content", &content).unwrap(), NARRATIVE, "{engine:?}");
        let sealer = tx.child_sealer(&permit, child).await.unwrap().unwrap();
        assert_eq!(sealer.open::<String>("identity", &identity).unwrap(), IDENTITY, "{engine:?}");
    }
}

#[tokio::test]
async fn a_childs_key_once_destroyed_never_comes_back() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let mut tx = sealed.house.begin(&sealed.op).await.unwrap();
        let permit = tx.allow(&sealed.op, Action::ImportFile).unwrap();
        assert!(tx.child_sealer(&permit, sealed.child).await.unwrap().is_some());
        assert!(tx.destroy_child_key(&permit, sealed.child).await.unwrap(), "{engine:?}");
        assert!(tx.child_sealer(&permit, sealed.child).await.unwrap().is_none());
        drop(tx);
        // Neither dropping the transaction, nor a restart, nor a rotation brings it back.
        for _ in 0..2 {
            sealed.house.clock.advance(Span::seconds(1));
            sealed.rotate().await;
            sealed.house.reopen().await;
            let mut tx = sealed.house.look(&sealed.op).await.unwrap();
            assert!(tx.child_sealer(&permit, sealed.child).await.unwrap().is_none(), "{engine:?}");
        }
        assert_eq!(sealed.house.key_store_numbers("SELECT COUNT(*) FROM child_keys").await, [0]);
    }
}
