//! Rotations that were cut short: the next start finishes them.

use std::fs;

use test_support::{Part, TestEntropy, engines};
use vault::RootKey;

use crate::sealed::{Sealed, key_file_fault, other_root, write_key};

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
