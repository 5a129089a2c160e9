//! Rotating keys: a new root key, a new key for every organisation, every record's and every
//! child's key wrapped anew. What is sealed stays as it is; blind tokens stay too, for their key
//! is only wrapped anew.
//!
//! The new root key is on the disk before anything is wrapped under it. The data turns to it in one
//! transaction, then the key store in another, and only then does it take the old one's place. A
//! rotation that a crash cut short anywhere is finished by the next start.

use access::Action;
use uuid::Uuid;
use vault::{Key, RootKey};

use crate::{
    Error, House, HouseParts, Internal, KeyFile, Op,
    house::{self, record_place},
    sealing::child_place,
};

/// What a rotation wrapped anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Fingerprint of the root key now in force.
    pub fingerprint: String,
    /// Organisations.
    pub organisations: u64,
    /// Records.
    pub records: u64,
    /// Children.
    pub children: u64,
}

fn sealed(what: &'static str, reason: impl ToString) -> Internal {
    Internal::Sealed { what, reason: reason.to_string() }
}

impl House {
    /// Rotates all keys. The house must be opened anew afterwards: this one still holds the old,
    /// with which it opens and seals nothing any more.
    pub async fn rotate(&self, op: &Op, file: &KeyFile) -> Result<Rotated, Error> {
        // Before there is a new key file, for one that is there is taken up by the next start.
        let mut tx = self.look(op).await?;
        tx.allow(op, Action::ManageKeys)?;
        tx.check_root().await?;
        drop(tx);
        let next = file.next();
        let root = if next.exists() { next.read()? } else { next.create_whole(&*self.entropy)? };
        let rotated = self.turn_data(op, &root).await?;
        self.turn_children(&self.root, &root).await?;
        file.replace(&next)?;
        Ok(rotated)
    }

    /// Opens a house and first finishes a rotation that was cut short.
    pub async fn open_from(file: &KeyFile, parts: impl Fn(RootKey) -> HouseParts) -> Result<Self, Error> {
        let root = file.read()?;
        let next = file.next();
        if !next.exists() {
            return Ok(Self::open(parts(root)).await?);
        }
        let new = next.read()?;
        match Self::open(parts(root.clone())).await {
            Ok(house) => {
                let op = Op {
                    actor: access::Actor {
                        user: model::Id::from_uuid(Uuid::nil()),
                        organisation: model::Id::from_uuid(Uuid::nil()),
                        roles: Vec::new(),
                        kind: access::ActorKind::System("rotation"),
                        strong_until: None,
                    },
                    purpose: "finish_rotation",
                    reason: None,
                    request: house.id(),
                };
                house.turn_data(&op, &new).await?;
            }
            Err(Internal::OtherRoot { .. }) => {}
            Err(e) => return Err(e.into()),
        }
        // The old key file goes only once the new key has opened the data.
        let house = Self::open(parts(new.clone())).await?;
        house.turn_children(&root, &new).await?;
        file.replace(&next)?;
        Ok(house)
    }

    /// Wraps everything in the data anew: all of it, or nothing.
    async fn turn_data(&self, op: &Op, new: &RootKey) -> Result<Rotated, Error> {
        let mut tx = self.begin(op).await?;
        let permit = tx.allow(op, Action::ManageKeys)?;
        store::keys::keep_alone(&mut tx.inner).await?;
        tx.check_root().await?;
        let entry = self.id();
        let reason = tx.seal_reason(op, &permit, entry).await?;
        let signer = house::stored_signer(&mut tx.inner, &self.root).await?;
        let children = self.child_keys.count().await?;
        let mut rotated = Rotated { fingerprint: new.fingerprint(), organisations: 0, records: 0, children };
        for row in store::keys::organisations(&mut tx.inner).await? {
            rotated.records += self.turn_organisation(&mut tx.inner, row, new).await?;
            rotated.organisations += 1;
        }
        house::put_signer(&mut tx.inner, new, &signer, &*self.entropy).await?;
        let detail = serde_json::json!({
            "root": rotated.fingerprint,
            "organisations": rotated.organisations,
            "records": rotated.records,
            "children": rotated.children,
        });
        tx.write_entry(op, &permit, entry, reason, detail).await?;
        tx.commit().await?;
        Ok(rotated)
    }

    /// Makes an organisation's new key and wraps its records' keys under it; says how many.
    async fn turn_organisation(
        &self,
        tx: &mut store::Tx,
        mut row: store::keys::OrganisationKeys,
        new: &RootKey,
    ) -> Result<u64, Error> {
        let seal_place = house::keys_place(row.organisation, "seal");
        let blind_place = house::keys_place(row.organisation, "blind");
        let open = |place, wrapped: &[u8]| {
            vault::unwrap(self.root.key(), place, wrapped).map_err(|e| sealed("organisation key", e))
        };
        let old = open(seal_place, &row.seal)?;
        let blind = open(blind_place, &row.blind)?;
        let seal = Key::generate(&*self.entropy);
        let mut records = 0;
        let mut after = Uuid::nil();
        loop {
            let keys = store::keys::records_after(tx, row.organisation, after, 5000).await?;
            let Some(last) = keys.last() else { break };
            after = last.record;
            for key in &keys {
                let place = record_place(key.record);
                let open = vault::unwrap(&old, place, &key.wrapped).map_err(|e| sealed("record key", e))?;
                let wrapped = vault::wrap(&seal, place, &open, &*self.entropy);
                store::keys::rewrap_record(tx, key.record, &wrapped).await?;
                // The organisation's own key is no record's.
                records += u64::from(key.record != row.organisation.uuid());
            }
        }
        row.seal = vault::wrap(new.key(), seal_place, &seal, &*self.entropy);
        row.blind = vault::wrap(new.key(), blind_place, &blind, &*self.entropy);
        row.root = new.fingerprint();
        row.rotated_at = self.now();
        store::keys::rewrap_organisation(tx, &row).await?;
        Ok(records)
    }

    /// Wraps the children's keys anew, whichever of the two root keys they are under.
    async fn turn_children(&self, old: &RootKey, new: &RootKey) -> Result<u64, Error> {
        self.child_keys
            .turn(|epoch, key| {
                let place = child_place(key.person);
                let open = vault::unwrap(&old.child_root(key.epoch), place, &key.wrapped)
                    .or_else(|_| vault::unwrap(&new.child_root(key.epoch), place, &key.wrapped))
                    .map_err(|e| sealed("child's key", e))?;
                Ok(vault::wrap(&new.child_root(epoch), place, &open, &*self.entropy))
            })
            .await
    }
}
