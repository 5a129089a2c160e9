//! Keys: what a rotation changes and what it leaves, rotations that were cut short, key files that
//! are not taken, and a child's key that is gone.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on must fail"
)]

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use access::Action;
use app_kernel::{Denied, Error, Internal, KeyFileFault, Op};
use model::{Id, Span, kinds};
use serde_json::json;
use test_support::{Part, Rows, TestEngine, TestEntropy, TestHouse, engines};
use vault::RootKey;

const NARRATIVE: &str = "Synthetic narrative of nobody.";
const IDENTITY: &str = "Synthetic child of nobody.";
const REASON: &str = "Synthetic reason.";
const ACCOUNT: &[u8] = b"Synthetic account 0000";

/// A house with something sealed in every way there is.
struct Sealed {
    house: TestHouse,
    op: Op,
    report: store::reports::Report,
    child: Id<kinds::Person>,
    identity: Vec<u8>,
    /// A child whose key was destroyed.
    erased: Id<kinds::Person>,
    token: [u8; 16],
}

impl Sealed {
    async fn new(engine: &TestEngine) -> Self {
        let house = TestHouse::new(engine).await;
        let op =
            Op { reason: Some(REASON.to_owned()), ..house.op(&["administrator", "hotline_analyst"]).await };
        let rows = Rows::of(house.organisation, 7);
        let mut report = rows.report(1);
        let (child, erased) = (rows.id(), rows.id());

        let mut tx = house.begin(&op).await.unwrap();
        let permit = tx.allow(&op, Action::ImportFile).unwrap();
        let sealer = tx.new_sealer(&permit, "report", report.id.uuid()).await.unwrap();
        report.sealed = sealer.seal("content", NARRATIVE, &tx).unwrap();
        store::reports::insert(tx.store(&permit), &report).await.unwrap();
        let identity =
            tx.new_child_sealer(&permit, child).await.unwrap().seal("identity", IDENTITY, &tx).unwrap();
        tx.new_child_sealer(&permit, erased).await.unwrap();
        assert!(tx.destroy_child_key(&permit, erased).await.unwrap());
        assert!(!tx.destroy_child_key(&permit, erased).await.unwrap(), "it was gone already");
        let token = tx.secrets(&permit).await.unwrap().blinder().token("account", ACCOUNT);
        // One reason under the organisation's own key, one under the record's.
        tx.journal(&op, &permit, json!({ "reason": "of the house" })).await.unwrap();
        let of_report = tx.about(&permit, &report);
        tx.journal(&op, &of_report, json!({ "reason": "of the report" })).await.unwrap();
        tx.commit().await.unwrap();
        house.sequence().await.unwrap();
        Self { house, op, report, child, identity, erased, token }
    }

    /// Everything opens, and nothing that must not.
    async fn assert_opens(&self, step: &str) {
        let (house, op) = (&self.house, &self.op);
        let mut tx = house.look(op).await.unwrap();
        let permit = tx.allow(op, Action::ImportFile).unwrap();
        let sealer = tx.sealer(&permit, "report", self.report.id.uuid()).await.unwrap();
        assert_eq!(sealer.open::<String>("content", &self.report.sealed).unwrap(), NARRATIVE, "{step}");
        let child = tx.child_sealer(&permit, self.child).await.unwrap().expect(step);
        assert_eq!(child.open::<String>("identity", &self.identity).unwrap(), IDENTITY, "{step}");
        assert!(tx.child_sealer(&permit, self.erased).await.unwrap().is_none(), "{step}: it stays gone");
        let token = tx.secrets(&permit).await.unwrap().blinder().token("account", ACCOUNT);
        assert_eq!(token, self.token, "{step}: tokens are compared with those of before");
        let entries = house.entries(house.organisation).await;
        for word in ["of the house", "of the report"] {
            let entry = entries.iter().find(|entry| entry.detail.contains(word)).unwrap();
            let about =
                if entry.record_kind == "report" { tx.about(&permit, &self.report) } else { permit.clone() };
            assert_eq!(tx.reason(&about, entry).await.unwrap().as_deref(), Some(REASON), "{step}: {word}");
        }
        house.sequence().await.unwrap();
        let report = house.verify_journal().await.unwrap();
        assert_eq!((report.fault, report.waiting), (None, 0), "{step}: the signing key is the same");
    }

    fn root(&self) -> RootKey {
        self.house.key_file.read().unwrap()
    }

    fn next_path(&self) -> PathBuf {
        self.house.folder().join("root.key.new")
    }

    async fn rotate(&self) -> app_kernel::Rotated {
        self.house.rotate(&self.op, &self.house.key_file).await.unwrap()
    }

    /// Puts the old key back in the key file and leaves the new one beside it, as a crash before the
    /// last step does.
    fn as_before_the_last_step(&self, old: &RootKey) {
        let new = self.root();
        write_key(&self.house.folder().join("root.key"), &old.to_text());
        write_key(&self.next_path(), &new.to_text());
    }

    /// The next start finishes the rotation to this key.
    async fn assert_finished(&mut self, new: &RootKey, step: &str) {
        self.house.try_reopen().await.unwrap_or_else(|e| panic!("{step}: {e}"));
        assert_eq!(self.house.root_fingerprint(), new.fingerprint(), "{step}");
        assert_eq!(self.root().fingerprint(), new.fingerprint(), "{step}");
        assert!(!self.next_path().exists(), "{step}");
        self.assert_opens(step).await;
        self.house.reopen().await;
        self.assert_opens(step).await;
    }
}

fn write_key(path: &std::path::Path, text: &str) {
    fs::write(path, format!("{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn other_root(result: Result<(), Error>) -> String {
    match result {
        Err(Error::Internal(other @ Internal::OtherRoot { .. })) => other.to_string(),
        other => panic!("{other:?}"),
    }
}

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
async fn a_rotation_cut_short_before_anything_was_wrapped_is_finished() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let new = RootKey::generate(&TestEntropy::new(5));
        write_key(&sealed.next_path(), &new.to_text());
        sealed.assert_finished(&new, "nothing was wrapped").await;
        // It was the house itself that did it, for no organisation.
        let entry = sealed.house.entries(sealed.house.foreign).await;
        let entry = entry.iter().find(|entry| entry.purpose == "finish_rotation").unwrap();
        assert_eq!((entry.actor.as_str(), entry.organisation), ("system:rotation", None), "{engine:?}");

        // What a crash left of a file that was being written does not count, and is not in the way.
        fs::write(sealed.house.folder().join("root.key.new.part"), "sagip-root").unwrap();
        sealed.house.reopen().await;
        assert_eq!(sealed.root().fingerprint(), new.fingerprint());
        sealed.rotate().await;
        sealed.house.reopen().await;
        sealed.assert_opens("after a torn file").await;
    }
}

#[tokio::test]
async fn a_rotation_cut_short_when_only_the_key_store_had_turned_is_finished() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let old = sealed.root();
        let before = sealed.house.set_aside(Part::Data).await;
        sealed.house.reopen().await;
        sealed.rotate().await;
        let new = sealed.root();
        sealed.house.put_back(&before).await;
        sealed.as_before_the_last_step(&old);
        sealed.assert_finished(&new, "only the key store had turned").await;
    }
}

#[tokio::test]
async fn a_rotation_cut_short_when_only_the_data_had_turned_is_finished() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let old = sealed.root();
        let before = sealed.house.set_aside(Part::KeyStore).await;
        sealed.house.reopen().await;
        sealed.rotate().await;
        let new = sealed.root();
        sealed.house.put_back(&before).await;
        sealed.as_before_the_last_step(&old);
        sealed.assert_finished(&new, "only the data had turned").await;
    }
}

#[tokio::test]
async fn a_rotation_cut_short_before_the_file_was_replaced_is_finished() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let old = sealed.root();
        sealed.rotate().await;
        let new = sealed.root();
        sealed.as_before_the_last_step(&old);
        sealed.assert_finished(&new, "the file was not replaced").await;
        // By hand: the operator has put the new key in place already, and left it beside.
        let text = new.to_text();
        write_key(&sealed.next_path(), &text);
        sealed.assert_finished(&new, "the same key twice").await;
    }
}

#[tokio::test]
async fn a_rotation_that_cannot_be_finished_leaves_both_files_alone() {
    for engine in engines() {
        let mut sealed = Sealed::new(&engine).await;
        let (path, right) = (sealed.house.folder().join("root.key"), sealed.root());
        let wrong = [6, 7].map(|seed| RootKey::generate(&TestEntropy::new(seed)));

        // Neither is the key of this data: the one in place is not thrown away for the other.
        write_key(&path, &wrong[0].to_text());
        write_key(&sealed.next_path(), &wrong[1].to_text());
        other_root(sealed.house.try_reopen().await);
        assert_eq!(sealed.root().fingerprint(), wrong[0].fingerprint(), "{engine:?}");
        assert!(sealed.next_path().exists(), "{engine:?}");

        // The one beside is no key at all.
        write_key(&path, &right.to_text());
        write_key(&sealed.next_path(), "synthetic");
        let said = key_file_fault(sealed.house.try_reopen().await).to_string();
        assert!(said.contains("root.key.new does not hold a root key"), "{said}");
        assert_eq!(sealed.root().fingerprint(), right.fingerprint(), "{engine:?}");
        fs::remove_file(sealed.next_path()).unwrap();
        sealed.house.reopen().await;
        sealed.assert_opens("once it is gone").await;
    }
}

fn key_file_fault(result: Result<(), Error>) -> KeyFileFault {
    match result {
        Err(Error::Internal(Internal::KeyFile(fault))) => fault,
        other => panic!("{other:?}"),
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
        tokio::task::yield_now().await;
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
