//! A house with something sealed in every way there is.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use access::Action;
use app_kernel::{Claim, Error, Internal, KeyFileFault, Op};
use model::{Id, kinds};
use serde_json::json;
use test_support::{Rows, TestEngine, TestHouse};
use vault::RootKey;

pub(crate) const NARRATIVE: &str = "Synthetic narrative of nobody.";
pub(crate) const IDENTITY: &str = "Synthetic child of nobody.";
pub(crate) const REASON: &str = "Synthetic reason.";
pub(crate) const ACCOUNT: &[u8] = b"Synthetic account 0000";

/// A house with something sealed in every way there is.
pub(crate) struct Sealed {
    pub(crate) house: TestHouse,
    pub(crate) op: Op,
    pub(crate) report: store::reports::Report,
    pub(crate) child: Id<kinds::Person>,
    pub(crate) identity: Vec<u8>,
    /// A child whose key was destroyed.
    pub(crate) erased: Id<kinds::Person>,
    pub(crate) token: [u8; 16],
}

impl Sealed {
    pub(crate) async fn new(engine: &TestEngine) -> Self {
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
        let digest = vault::sha256(b"Synthetic request");
        assert_eq!(house.claim_key(&op, "synthetic", digest).await.unwrap(), Claim::Free);
        house.keep_answer(&op, "synthetic", 201, b"Synthetic answer").await.unwrap();
        house.sequence().await.unwrap();
        Self { house, op, report, child, identity, erased, token }
    }

    /// Everything opens, and nothing that must not.
    pub(crate) async fn assert_opens(&self, step: &str) {
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
        let digest = vault::sha256(b"Synthetic request");
        let answered = Claim::Answered { status: 201, answer: b"Synthetic answer".to_vec() };
        assert_eq!(house.claim_key(op, "synthetic", digest).await.unwrap(), answered, "{step}");
        house.sequence().await.unwrap();
        let report = house.verify_journal().await.unwrap();
        assert_eq!((report.fault, report.waiting), (None, 0), "{step}: the signing key is the same");
    }

    pub(crate) fn root(&self) -> RootKey {
        self.house.key_file.read().unwrap()
    }

    pub(crate) fn next_path(&self) -> PathBuf {
        self.house.folder().join("root.key.new")
    }

    pub(crate) async fn rotate(&self) -> app_kernel::Rotated {
        self.house.rotate(&self.op, &self.house.key_file).await.unwrap()
    }

    /// Puts the old key back in the key file and leaves the new one beside it, as a crash before the
    /// last step does.
    pub(crate) fn as_before_the_last_step(&self, old: &RootKey) {
        let new = self.root();
        write_key(&self.house.folder().join("root.key"), &old.to_text());
        write_key(&self.next_path(), &new.to_text());
    }

    /// The next start finishes the rotation to this key.
    pub(crate) async fn assert_finished(&mut self, new: &RootKey, step: &str) {
        self.house.try_reopen().await.unwrap_or_else(|e| panic!("{step}: {e}"));
        assert_eq!(self.house.root_fingerprint(), new.fingerprint(), "{step}");
        assert_eq!(self.root().fingerprint(), new.fingerprint(), "{step}");
        assert!(!self.next_path().exists(), "{step}");
        self.assert_opens(step).await;
        self.house.reopen().await;
        self.assert_opens(step).await;
    }
}

pub(crate) fn write_key(path: &Path, text: &str) {
    fs::write(path, format!("{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

pub(crate) fn other_root(result: Result<(), Error>) -> String {
    match result {
        Err(Error::Internal(other @ Internal::OtherRoot { .. })) => other.to_string(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn key_file_fault(result: Result<(), Error>) -> KeyFileFault {
    match result {
        Err(Error::Internal(Internal::KeyFile(fault))) => fault,
        other => panic!("{other:?}"),
    }
}
