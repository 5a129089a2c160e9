//! Sharing a record with another organisation.

use access::{Action, Mask};
use model::{Compartment, Id, Span, kinds};
use store::shares::Share;

use crate::EmptyHouse;

impl EmptyHouse {
    /// Shares a record of one organisation with another for thirty days, in outline.
    pub async fn share<K>(
        &self,
        from: Id<kinds::Organisation>,
        to: Id<kinds::Organisation>,
        kind: &str,
        record: Id<K>,
        compartment: Compartment,
    ) {
        let op = self.system_op(from);
        let mut tx = self.begin(&op).await.expect("a transaction");
        let permit = tx.allow(&op, Action::ManageUsers).expect("the system's leave");
        let row = Share {
            id: self.id(),
            organisation: from,
            record_kind: kind.to_owned(),
            record: record.uuid(),
            to,
            compartment,
            mask: Mask::Outline.as_str().to_owned(),
            purpose: "synthetic".to_owned(),
            ends_at: self.now() + Span::days(30),
            created_by: op.actor.user,
            created_at: self.now(),
            revoked_at: None,
        };
        store::shares::insert(tx.store(&permit), &row).await.expect("a share");
        tx.journal(&op, &permit, serde_json::json!({"shares": 1})).await.expect("an entry");
        tx.commit().await.expect("a share");
    }
}
